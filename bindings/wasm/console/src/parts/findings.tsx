// The findings of a review: what, how severe, why as a chain of facts, what to do, on what it rests. Several weak ones of one kind fold together.
import { list, say, t } from "../i18n";
import { isReview, type Because, type Finding, type Review } from "../model";
import { go } from "../state/page";
import * as fields from "../words/fields";
import * as terms from "../words/terms";
import { SeverityBadge } from "./badges";

export function Findings({ review, name }: { review: Review; name: fields.NameOf }) {
  if (!isReview(review)) return null;
  const groups = grouped(review.findings);
  return (
    <section class="findings" aria-label={t("findings")}>
      <h3>
        {t("findings")} <span class="count">{review.findings.length}</span>
      </h3>
      {review.findings.length === 0 && <p class={review.complete ? "fine" : "open"}>{review.complete ? `✓ ${t("no_findings")}` : `? ${t("no_findings_incomplete")}`}</p>}
      {groups.map((group) => (
        <Group key={group[0]?.rule + (group[0]?.items.join() ?? "")} group={group} name={name} />
      ))}
    </section>
  );
}

const interrupts = (finding: Finding) => finding.severity === "contraindicated" || finding.severity === "major";

/** Weak findings of one kind stand together, in the place of the first. */
function grouped(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = interrupts(finding) ? `${finding.rule}/${finding.items.join()}/${groups.size}` : `${finding.severity}/${finding.kind ?? finding.category}`;
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()];
}

function Group({ group, name }: { group: Finding[]; name: fields.NameOf }) {
  const [first] = group;
  if (!first) return null;
  if (interrupts(first)) return <Card finding={first} name={name} />;
  if (group.length === 1) return <Weak finding={first} name={name} />;
  return (
    <details class={`finding weak edge-${first.severity}`}>
      <summary>
        <SeverityBadge severity={first.severity} action={first.action} />
        <span class="finding-category">{categoryOf(first)}</span>
        <span class="finding-several">
          {t("same_kind", { n: group.length })} · {list(group.slice(0, 3).map((finding) => say(finding.message)))}
          {group.length > 3 ? " …" : ""}
        </span>
      </summary>
      {group.map((finding) => (
        <div key={finding.rule + finding.items.join()} class="finding-member">
          <p class="finding-message">{say(finding.message)}</p>
          <Why finding={finding} name={name} />
        </div>
      ))}
    </details>
  );
}

function categoryOf(finding: Finding): string {
  return finding.subject ? `${terms.category(finding.category)} · ${terms.subject(finding.subject)}` : terms.category(finding.category);
}

function Weak({ finding, name }: { finding: Finding; name: fields.NameOf }) {
  return (
    <details class={`finding weak edge-${finding.severity}`}>
      <summary>
        <SeverityBadge severity={finding.severity} action={finding.action} />
        <span class="finding-category">{categoryOf(finding)}</span>
        <span class="finding-message">{say(finding.message)}</span>
      </summary>
      <Why finding={finding} name={name} />
    </details>
  );
}

function Card({ finding, name }: { finding: Finding; name: fields.NameOf }) {
  return (
    <article class={`finding edge-${finding.severity}`} data-rule={finding.rule}>
      <header>
        <SeverityBadge severity={finding.severity} action={finding.action} />
        <span class="finding-category">{categoryOf(finding)}</span>
        <span class="finding-items">{finding.items.length === 0 ? t("whole_prescription") : list(finding.items.map((id) => `${id} ${name(id)}`))}</span>
      </header>
      <p class="finding-message">{say(finding.message)}</p>
      <Why finding={finding} name={name} />
    </article>
  );
}

function Why({ finding, name }: { finding: Finding; name: fields.NameOf }) {
  return (
    <dl class="why">
      <dt>{t("because")}</dt>
      <dd>
        <ol class="chain">
          {finding.because.filter((fact) => !saidByDose(fact, finding)).map((fact, at) => (
            <li key={at}>
              <Fact fact={fact} name={name} only={finding.items.length === 1 && finding.items[0] !== undefined ? name(finding.items[0]) : undefined} />
            </li>
          ))}
          {finding.dose && <li class="dose-ratio">{t("dose_over", { amount: fields.amount(finding.dose.amount), limit: fields.amount(finding.dose.limit), ratio: finding.dose.ratio })}</li>}
          {finding.meaning?.map(([item, meaning]) => (
            <li key={item}>{t("if_meant", { text: name(item), meaning })}</li>
          ))}
        </ol>
      </dd>
      {finding.advice && (
        <>
          <dt>{t("advice")}</dt>
          <dd class="advice">{say(finding.advice)}</dd>
        </>
      )}
      <dt>{t("source")}</dt>
      <dd>
        <Citations finding={finding} />
      </dd>
    </dl>
  );
}

/** The comparison a dose finding rests on is said once, with its ratio. */
function saidByDose(fact: Because, finding: Finding): boolean {
  return finding.dose !== undefined && "expression" in fact && fact.expression.startsWith(`${finding.dose.measure} `) && fact.value === finding.dose.amount;
}

function Fact({ fact, name, only }: { fact: Because; name: fields.NameOf; only: string | undefined }) {
  if ("item" in fact) {
    const [, ...chain] = [name(fact.item), ...fact.is.filter((step) => step !== name(fact.item))];
    return (
      <>
        <b>
          {fact.item} {name(fact.item)}
        </b>
        {chain.map((step) => (
          <span key={step}>
            <span class="arrow" aria-label={t("is_chain")}>
              {" → "}
            </span>
            <button type="button" class="link" onClick={() => go("graph", step)}>
              {step}
            </button>
          </span>
        ))}
      </>
    );
  }
  if ("formula" in fact) return <>{t("in_formula", { name: fact.formula })}</>;
  if ("shared" in fact) return <>{t("shared", { what: list(fact.shared) })}</>;
  const { fact: said, condition } = fields.expression(fact.expression, fact.value, only);
  return (
    <span title={fact.expression}>
      {said}
      {condition && <span class="condition">（{t("condition", { what: condition })}）</span>}
      {fact.derived && <span class="muted"> {t("derived", { what: fields.derivation(fact.derived) })}</span>}
    </span>
  );
}

function Citations({ finding }: { finding: Finding }) {
  return (
    <>
      <ul class="citations">
        {finding.sources.map((source) => (
          <li key={source.id}>
            {source.citation} {source.locator} {source.expired && <span class="expired">（{t("expired")}）</span>}
          </li>
        ))}
      </ul>
      <p class="finding-foot">
        {t("review_code", { code: finding.review_code })} ·{" "}
        <button type="button" class="link" onClick={() => go("graph", finding.rule)} title={t("see_graph")}>
          {finding.rule}
        </button>
        {finding.also && finding.also.length > 0 && <span class="muted"> · {t("also", { rules: list(finding.also) })}</span>}
        {finding.policy && <span class="muted"> · {t("by_policy", { id: finding.policy.id, from: `${terms.severity(finding.policy.from.severity)} ${terms.action(finding.policy.from.action)}` })}</span>}
      </p>
    </>
  );
}
