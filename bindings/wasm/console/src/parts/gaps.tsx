// What could not be judged, said as what is missing from the sheet; names that were not recognised; what was presumed.
import { list, t } from "../i18n";
import { SEVERITIES, type Presumed, type Review, type Severity, type Unrecognized } from "../model";
import * as fields from "../words/fields";
import * as terms from "../words/terms";
import { SeverityBadge } from "./badges";
import type { SheetItem } from "./sheet";

interface Lack {
  what: string;
  severity: Severity;
  rules: Set<string>;
  items: Set<string>;
}

interface Entry {
  rule: string | string[];
  severity: Severity;
  items: string[];
}

function gather(entries: readonly Entry[], whatOf: (entry: Entry, at: number) => string): Lack[] {
  const lacks = new Map<string, Lack>();
  entries.forEach((entry, at) => {
    const what = whatOf(entry, at);
    const lack = lacks.get(what) ?? { what, severity: entry.severity, rules: new Set(), items: new Set() };
    if (SEVERITIES.indexOf(entry.severity) < SEVERITIES.indexOf(lack.severity)) lack.severity = entry.severity;
    for (const rule of [entry.rule].flat()) lack.rules.add(rule);
    for (const item of entry.items) lack.items.add(item);
    lacks.set(what, lack);
  });
  return [...lacks.values()].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.rules.size - a.rules.size);
}

export function Gaps({ review, name, items }: { review: Review; name: fields.NameOf; items: readonly SheetItem[] }) {
  const missing = gather(review.undetermined, (_, at) => {
    const entry = review.undetermined[at];
    return entry?.gap || !entry?.needs.length ? t("missing_gap") : t("missing_line", { what: list(entry.needs.map((path) => fields.field(path, name))) });
  });
  return (
    <>
      {(missing.length > 0 || review.unrecognized.length > 0) && (
        <section class="gaps" aria-label={t("missing")}>
          <h3>? {t("missing")}</h3>
          {review.unrecognized.map((entry) => (
            <Unknown key={(entry.path ?? entry.item ?? "") + entry.text} entry={entry} name={name} />
          ))}
          {missing.map((lack) => (
            <Missing key={lack.what} lack={lack} name={name} all={items.length} />
          ))}
        </section>
      )}
      {review.presumed.length > 0 && <PresumedList presumed={review.presumed} name={name} all={items.length} />}
    </>
  );
}

function Missing({ lack, name, all }: { lack: Lack; name: fields.NameOf; all: number }) {
  return (
    <details class={`lack edge-${lack.severity}`}>
      <summary>
        <SeverityBadge severity={lack.severity} />
        <b>{lack.what}</b>
        <span class="muted">
          {t("missing_rules", { n: lack.rules.size })}
          {lack.items.size > 0 && ` · ${t("affected_items", { items: lack.items.size === all ? t("all_items") : list([...lack.items].map(name)) })}`}
        </span>
      </summary>
      <p class="rule-ids">
        {t("rules_concerned")}: {list([...lack.rules])}
      </p>
    </details>
  );
}

function Unknown({ entry, name }: { entry: Unrecognized; name: fields.NameOf }) {
  const where = entry.path ? fields.field(entry.path, name) : entry.item;
  return (
    <div class={`lack edge-${entry.severity}`}>
      <SeverityBadge severity={entry.severity} />
      <b>
        {where} {t("unrecognized_line", { text: entry.text })}
      </b>
      <span class="muted">
        {terms.unrecognizedReason(entry.reason)}
        {entry.candidates.length > 0 && ` · ${t("candidates", { names: list(entry.candidates) })}`}
      </span>
    </div>
  );
}

function PresumedList({ presumed, name, all }: { presumed: readonly Presumed[]; name: fields.NameOf; all: number }) {
  const lacks = gather(presumed, (_, at) => t("presumed_line", { what: list((presumed[at]?.fields ?? []).map((path) => fields.field(path, name))) }));
  return (
    <details class="presumed">
      <summary>
        ~ {t("presumed")} <span class="count">{lacks.length}</span>
      </summary>
      {lacks.map((lack) => (
        <Missing key={lack.what} lack={lack} name={name} all={all} />
      ))}
    </details>
  );
}
