// What the console knows of the engine's replies and of the records it reads. The shapes are those of the review format; what it never does: add to them.
import type { Action, Bilingual, Decision, Diagnostic, Finding as EngineFinding, Review as EngineReview, Severity } from "shenfang";

export type { Action, Bilingual, Completion, Decision, Diagnostic, Files, Hover, Language, Severity } from "shenfang";

/** One link of the chain of facts that made a finding fire. */
export type Because =
  | { item: string; is: string[] }
  | { expression: string; value: string; derived?: string }
  | { shared: string[] }
  | { formula: string };

export interface Source {
  id: string;
  citation: string;
  locator?: string;
  expired?: boolean;
}

export interface Finding extends Omit<EngineFinding, "because" | "sources" | "dose" | "policy"> {
  because: Because[];
  sources: Source[];
  dose?: { measure: string; amount: string; limit: string; ratio: string | number };
  policy?: { id: string; from: { severity: Severity; action: Action } };
}

export interface Undetermined {
  rule: string | string[];
  severity: Severity;
  items: string[];
  needs: string[];
  gap?: boolean;
}

export interface Presumed {
  rule: string | string[];
  severity: Severity;
  items: string[];
  fields: string[];
}

export interface Unrecognized {
  item?: string;
  path?: string;
  text: string;
  candidates: string[];
  reason?: string;
  severity: Severity;
}

export interface Review extends Omit<EngineReview, "findings" | "undetermined" | "presumed" | "unrecognized"> {
  findings: Finding[];
  undetermined: Undetermined[];
  presumed: Presumed[];
  unrecognized: Unrecognized[];
}

export interface Unreadable {
  id: string | null;
  line?: number;
  error: { code: string; path: string; message: string };
}

/** One line of the queue: what filtering, grouping and the table need, and no more. */
export interface Row {
  index: number;
  /** of the record's own text: a verdict belongs to exactly that text */
  key: string;
  id: string;
  decision: Decision | "unreadable";
  complete: boolean;
  gap: Severity | null;
  error: Unreadable["error"] | null;
  findings: number;
  severity: Severity | null;
  categories: string[];
  rules: string[];
  first: { category: string; message: Bilingual } | null;
  missing: string[];
  kind: string;
  institution: string;
  department: string;
  patient: { sex?: string; age?: string; birth?: string };
  drugs: string[];
}

/** A record as it was read, and what the engine says of it. */
export interface Detail {
  text: string;
  reply: Review | Unreadable;
}

export interface Loaded {
  digest: string;
  packs: { id: string; version: string }[];
}

export interface Opened {
  rows: number;
  milliseconds: number;
  cancelled: boolean;
}

/** What compiling the edits gave: diagnostics of every file, and whether there is a rule set to use. */
export interface Compiled {
  diagnostics: Diagnostic[];
  loaded: Loaded | null;
}

export interface Counts {
  appeared: number;
  vanished: number;
  changed: number;
}

export interface Changes extends Counts {
  appeared_in: string | null;
  vanished_from: string | null;
  changed_in: string | null;
  newly_undetermined: number;
  newly_determined: number;
}

export interface FieldChange {
  field: string;
  old: string | null;
  new: string | null;
}

export type RuleChange = "added" | "removed" | "worded" | { changed: FieldChange[] };

export interface Impact {
  prescriptions: number;
  unreadable: number;
  affected: number;
  rules: Record<string, Changes>;
  categories: Record<string, Counts>;
  institutions: Record<string, Counts>;
  interruptions: { before: number; after: number };
  load: { before: number; after: number };
}

export interface Comparison {
  difference: { rules: Record<string, RuleChange>; everywhere: boolean };
  impact: Impact | null;
}

export function isReview(reply: Review | Unreadable): reply is Review {
  return "decision" in reply;
}

export const SEVERITIES: readonly Severity[] = ["contraindicated", "major", "moderate", "minor"];
export const DECISIONS: readonly Row["decision"][] = ["unreadable", "block", "warn", "unjudged", "inform", "log", "pass"];
