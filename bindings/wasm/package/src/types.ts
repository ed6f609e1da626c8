// What the engine writes, as types. Shapes are those of the JSON of the Rust side.

export type Language = "zh" | "en";
export interface Bilingual {
  zh: string;
  en: string;
}
/** path (with `/`; the folder decides the pack, the ending .rx, .yaml or .csv the reader) → text */
export type Files = Record<string, string>;

/** A place in a text. Lines and columns count from 1; `utf16` are offsets into the JavaScript string of the file. */
export interface Place {
  path: string;
  line: number;
  column: number;
  bytes: [number, number];
  utf16: [number, number];
}
export interface Related extends Place {
  message: Bilingual;
}
export interface Diagnostic extends Place {
  level: "error" | "warning";
  /** stable: `name.unknown`, `type.dimension` … */
  code: string;
  message: Bilingual;
  /** what stands under the marked text */
  label?: Bilingual;
  related?: Related[];
  expected?: string[];
  /** did you mean: replacements for the marked text, best first */
  candidates?: string[];
  help?: Bilingual;
}

export type Severity = "contraindicated" | "major" | "moderate" | "minor";
export type Action = "block" | "warn" | "inform" | "log";
export type Decision = Action | "pass" | "unjudged";

export interface Finding {
  rule: string;
  category: string;
  severity: Severity;
  action: Action;
  review_code: string;
  items: string[];
  message: Bilingual;
  advice?: Bilingual;
  because: unknown[];
  sources: unknown[];
  also?: string[];
  kind?: string;
  subject?: string;
  policy?: unknown;
  dose?: unknown;
  meaning?: [string, string][];
}
export interface Undetermined {
  rule: string | string[];
  severity: Severity;
  items: string[];
  needs: string[];
  gap?: boolean;
}
export interface Pack {
  id: string;
  version: string;
}
export interface Review {
  id: string;
  decision: Decision;
  complete: boolean;
  gap: Severity | null;
  findings: Finding[];
  undetermined: Undetermined[];
  presumed: unknown[];
  unrecognized: unknown[];
  rules: { packs: Pack[]; digest: string };
}
/** The reply to a record of a batch that is no prescription. */
export interface RecordError {
  id: string | null;
  line?: number;
  error: { code: string; path: string; message: string };
}

export interface ReviewOptions {
  /** review date, `2026-11-22`, for sheets without `authored_on`; the engine has no clock */
  on?: string | undefined;
  /** of the messages of record errors; reviews hold both languages */
  lang?: Language | undefined;
}
export interface CompileOptions {
  /** over the built-in names (default true); needs the texts, see `loadTexts` */
  catalogue?: boolean | undefined;
  /** with the built-in rules, of which a file of the same path takes the place (default false); needs the texts */
  builtin?: boolean | undefined;
  /** the date sources are judged by */
  on?: string | undefined;
}
export interface GraphOptions {
  /** a concept by name or code; without, the whole graph */
  around?: string | undefined;
  /** edges away from it, default 1 */
  depth?: number | undefined;
}
export interface GraphNode {
  id: string;
  kind: string;
  name: string;
  zh: string;
  en: string;
  severity?: Severity;
}
export interface GraphEdge {
  source: string;
  target: string;
  key: number;
  kind: string;
  zh: string;
  detail?: string;
}
export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

/** What the examples and the table rows of a pack showed. */
export interface PackTest {
  pack: string;
  passed: boolean;
  /** examples that ran, and those that differed */
  examples: number;
  failures: { title: string; path: string; line: number; differences: Bilingual[] }[];
  /** table rows checked by themselves, and those that differed */
  rows: number;
  row_failures: { rule: string; row: string; message: Bilingual }[];
  /** titles of the passing examples that show each rule */
  shown_by: Record<string, string[]>;
  without_example: string[];
}

export interface Completion {
  label: string;
  insert: string;
  kind: "keyword" | "concept" | "class" | "unit" | "code" | "field" | "value";
  detail?: string;
  /** the stretch that `insert` takes the place of, UTF-16 */
  from: number;
  to: number;
}
export interface Hover {
  from: number;
  to: number;
  /** plain text */
  paragraphs: Bilingual[];
}
export interface Progress {
  done: number;
  total: number | null;
}
