// What the engine knows of a name, as a list that leads on: names, codes, ways up and down, and every rule or limit that reaches it with its citation.
import type { ComponentChildren } from "preact";
import { language, list, t } from "../i18n";
import { reaches, type Concept, type Explanation, type Reach, type RuleSummary } from "../knowledge";
import { ruleLabel } from "../graph_model";
import { go } from "../state/page";
import * as terms from "../words/terms";
import { SeverityBadge } from "./badges";

export function ExplanationPanel({ explanation }: { explanation: Exclude<Explanation, { unknown: string[] }> }) {
  return (
    <aside class="explanation" tabIndex={0} aria-label={t("names")}>
      {"concepts" in explanation && explanation.concepts.map((concept) => <ConceptPart key={concept.name} concept={concept} />)}
      {"rules" in explanation &&
        explanation.rules.map(({ rule, variables, asks }) => (
          <section key={rule.id}>
            <RulePart rule={rule} />
            {variables.map(([name, members]) => (
              <Links key={name} title={`${t("variables")} ${name}`} names={members} />
            ))}
            <Links title={terms.conceptKind("condition")} names={asks} />
          </section>
        ))}
      {"groups" in explanation &&
        explanation.groups.map((group) => (
          <section key={group.id}>
            <h3>{group.id}</h3>
            <Links title={t("members")} names={group.members} />
            <Links title={t("reached_by")} names={group.named_by} />
          </section>
        ))}
    </aside>
  );
}

function Go({ name, children }: { name: string; children?: ComponentChildren }) {
  return (
    <button type="button" class="link" onClick={() => go("graph", name)}>
      {children ?? name}
    </button>
  );
}

function Links({ title, names }: { title: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <p class="links">
      <b>{title}</b> <span class="count">{names.length}</span>{" "}
      {names.map((name) => (
        <Go key={name} name={name} />
      ))}
    </p>
  );
}

function RulePart({ rule }: { rule: RuleSummary }) {
  return (
    <>
      <h3>{ruleLabel(rule.id, rule.title, language.value === "zh")}</h3>
      <p class="explained-line">
        <SeverityBadge severity={rule.severity} /> {terms.category(rule.category)} {rule.locked && <span class="tag">{t("locked")}</span>} {!rule.enabled && <span class="tag">{t("disabled")}</span>}
      </p>
      <p class="rule-ids">{rule.id}</p>
      <Cited rule={rule} />
      <OpenFile rule={rule} />
    </>
  );
}

function Cited({ rule }: { rule: RuleSummary }) {
  return (
    <ul class="citations">
      {rule.citations.map((citation) => (
        <li key={citation.source}>
          {citation.citation} {citation.locator ?? ""}
        </li>
      ))}
    </ul>
  );
}

/** Where a rule is written: the file of its row, or that of its pack. */
function OpenFile({ rule }: { rule: RuleSummary }) {
  const path = rule.place?.replace(/:\d+$/, "") ?? packFile(rule.id);
  return (
    <p>
      <button type="button" class="link" onClick={() => go("rules", path)}>
        {t("open_rule_file")}
      </button>{" "}
      <span class="muted">{rule.place ?? path}</span>
    </p>
  );
}

function packFile(id: string): string {
  const [area = "", pack = ""] = id.split(".");
  return `rules/${area}/${pack}/${pack}.rx`;
}

function ConceptPart({ concept }: { concept: Concept }) {
  const up = concept.above.map((way) => way.map((step) => step.name));
  return (
    <section>
      <h3>
        {concept.name} <small lang="en">{concept.en}</small>
      </h3>
      <p class="explained-line">
        <span class="tag">{terms.conceptKind(concept.kind)}</span> {concept.initials && <span class="muted">{concept.initials}</span>} {concept.toxicity && <span class="tag toxic">{terms.toxicity(concept.toxicity)}</span>}
      </p>
      {concept.aliases.length > 0 && (
        <p>
          <b>{t("aliases")}</b> {list(concept.aliases)}
        </p>
      )}
      <Links title={t("codes")} names={concept.codes} />
      {up.length > 0 && (
        <div>
          <b>{t("above")}</b>
          <ul class="ways">
            {up.map((way) => (
              <li key={way.join()}>
                {way.map((name, at) => (
                  <span key={name}>
                    {at > 0 && " → "}
                    <Go name={name} />
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Links title={t("below")} names={concept.below.map((step) => step.name)} />
      <Links title={t("contents")} names={concept.contents.map((content) => content.name)} />
      <Links title={t("contained_in")} names={concept.contained_in} />
      <Reaching reached={reaches(concept)} />
    </section>
  );
}

function Reaching({ reached }: { reached: readonly Reach[] }) {
  if (reached.length === 0) return null;
  return (
    <div>
      <b>{t("reached_by")}</b> <span class="count">{reached.length}</span>
      <ul class="reached">
        {reached.map(({ rule, ways }) => (
          <li key={rule.id} class={`edge-${rule.severity}`}>
            <SeverityBadge severity={rule.severity} /> <span class="muted">{terms.category(rule.category)}</span> <Go name={rule.id}>{ruleLabel(rule.id, rule.title, language.value === "zh")}</Go>
            {!rule.enabled && <span class="tag">{t("disabled")}</span>}
            {ways[0] && ways[0].path.length > 1 && <small class="muted"> {ways[0].path.map((step) => step.name).join(" → ")}</small>}
            <Cited rule={rule} />
          </li>
        ))}
      </ul>
    </div>
  );
}
