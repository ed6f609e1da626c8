// Decision, severity and completeness as colour, shape and word together: none of the three ever stands alone.
import { t } from "../i18n";
import type { Action, Row, Severity } from "../model";
import * as terms from "../words/terms";

export function DecisionBadge({ decision }: { decision: Row["decision"] }) {
  return (
    <span class={`badge decision-${decision}`}>
      <span aria-hidden="true" class="badge-icon">
        {terms.DECISION_ICON[decision]}
      </span>
      {terms.decision(decision)}
    </span>
  );
}

/** A finished pass is the one thing that looks like one. */
export function CompleteBadge({ complete, gap, short }: { complete: boolean; gap: Severity | null; short?: boolean }) {
  if (complete) {
    return (
      <span class="whole">
        <span aria-hidden="true">✓</span> {t("complete")}
      </span>
    );
  }
  return (
    <span class="badge gap" title={gap ? t("incomplete_gap", { gap: terms.severity(gap) }) : undefined}>
      <span aria-hidden="true" class="badge-icon">
        ?
      </span>
      {t(short ? "incomplete_short" : "incomplete")}
      {gap && <span class="gap-grade"> · {terms.severity(gap)}</span>}
    </span>
  );
}

export function SeverityBadge({ severity, action }: { severity: Severity; action?: Action }) {
  return (
    <span class={`badge severity-${severity}`}>
      <span aria-hidden="true" class="badge-icon">
        {terms.SEVERITY_ICON[severity]}
      </span>
      {terms.severity(severity)}
      {action && <span class="badge-action">{terms.action(action)}</span>}
    </span>
  );
}
