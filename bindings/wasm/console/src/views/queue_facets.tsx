// Filters beside the queue: each value with how many lines the other filters leave it.
import { useSignal } from "@preact/signals";
import { number, t, type Key } from "../i18n";
import { DECISIONS, type Row } from "../model";
import { clearFilters, counts, filtered, filters, toggle, type Facet } from "../state/queue";
import type { Choice } from "../state/verdicts";
import * as terms from "../words/terms";

const FACETS: readonly [Facet, Key][] = [
  ["decision", "decision"],
  ["completeness", "completeness"],
  ["category", "category"],
  ["verdict", "verdict"],
  ["institution", "institution"],
  ["rule", "rule"],
];

const SHORT = 8;

/** The word for a value of a facet. */
export function facetValue(facet: Facet, value: string): string {
  if (facet === "decision") return terms.decision(value as Row["decision"]);
  if (facet === "completeness") return t(value === "complete" ? "complete" : "incomplete_short");
  if (facet === "category") return value === "" ? t("no_findings") : terms.category(value);
  if (facet === "verdict") return value === "open" ? t("verdict_open") : terms.verdictWord(value as Choice);
  if (facet === "institution") return value === "" ? t("no_institution") : value;
  return value === "" ? t("no_findings") : value;
}

export function Facets() {
  return (
    <aside class="facets" aria-label={t("filters")} tabIndex={0}>
      <div class="facets-head">
        <h3>{t("filters")}</h3>
        {filtered.value && (
          <button type="button" class="quiet" onClick={clearFilters}>
            {t("clear_filters")}
          </button>
        )}
      </div>
      {FACETS.map(([facet, key]) => (
        <FacetBox key={facet} facet={facet} title={t(key)} />
      ))}
    </aside>
  );
}

function FacetBox({ facet, title }: { facet: Facet; title: string }) {
  const all = useSignal(false);
  const found = counts(facet);
  for (const wanted of filters.value[facet]) if (!found.has(wanted)) found.set(wanted, 0);
  const values = [...found].sort(([a, x], [b, y]) => (facet === "decision" ? DECISIONS.indexOf(a as Row["decision"]) - DECISIONS.indexOf(b as Row["decision"]) : y - x || a.localeCompare(b)));
  if (values.length === 0) return null;
  const shown = all.value ? values : values.slice(0, SHORT);
  return (
    <fieldset class="facet">
      <legend>{title}</legend>
      {shown.map(([value, n]) => (
        <label key={value} class="facet-value" title={facetValue(facet, value)}>
          <input type="checkbox" checked={filters.value[facet].has(value)} onChange={() => toggle(facet, value)} />
          <span class="facet-name">{facetValue(facet, value)}</span>
          <span class="facet-count">{number(n)}</span>
        </label>
      ))}
      {values.length > SHORT && (
        <button type="button" class="quiet" aria-expanded={all.value} onClick={() => (all.value = !all.value)}>
          {all.value ? t("show_fewer") : t("show_all", { n: values.length })}
        </button>
      )}
    </fieldset>
  );
}
