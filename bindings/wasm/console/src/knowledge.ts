// What the engine explains of a name, as the console reads it. The shapes are those of `shenfang explain`.
import type { Severity } from "./model";

export interface Step {
  relation: string | null;
  name: string;
}

export interface RuleSummary {
  id: string;
  title: [string, string];
  category: string;
  severity: Severity;
  enabled: boolean;
  citations: { source: string; citation: string; locator: string | null }[];
  locked: boolean;
  place: string | null;
}

export interface Reached {
  rule: RuleSummary;
  role: "dose" | "condition" | { variable: string };
  path: Step[];
  groups: string[];
}

export interface Concept {
  name: string;
  en: string | null;
  kind: string;
  codes: string[];
  aliases: string[];
  ambiguous: string[];
  initials: string;
  toxicity: string | null;
  above: Step[][];
  below: Step[];
  contents: { name: string; active: boolean }[];
  contained_in: string[];
  reached_by: Reached[];
  place: string | null;
}

export interface RuleExplained {
  rule: RuleSummary;
  variables: [string, string[]][];
  asks: string[];
}

export interface GroupExplained {
  id: string;
  members: string[];
  named_by: string[];
}

export type Explanation = { concepts: Concept[] } | { rules: RuleExplained[] } | { groups: GroupExplained[] } | { unknown: string[] };

/** A rule once, with every way it reaches the concept. */
export interface Reach {
  rule: RuleSummary;
  ways: Reached[];
}

const ORDER: readonly Severity[] = ["contraindicated", "major", "moderate", "minor"];

export function reaches(concept: Concept): Reach[] {
  const byId = new Map<string, Reach>();
  for (const way of concept.reached_by) {
    const reach = byId.get(way.rule.id);
    if (reach) reach.ways.push(way);
    else byId.set(way.rule.id, { rule: way.rule, ways: [way] });
  }
  return [...byId.values()].sort((a, b) => ORDER.indexOf(a.rule.severity) - ORDER.indexOf(b.rule.severity));
}
