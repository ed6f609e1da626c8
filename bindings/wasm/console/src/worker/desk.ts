// The desk worker: holds the rule sets and every opened prescription; reviews, compares, explains. What it never does: touch the network after it has
// loaded, or keep a reply: a review is a function of record and rules, so one that is looked at is made again.
import { expose } from "comlink";
import type { RuleSet, Workspace } from "shenfang";
import { isReview, type Compiled, type Comparison, type Detail, type Files, type Loaded, type Opened, type Review, type Row, type Unreadable } from "../model";
import { builtinRules, newWorkspace } from "./engine";
import { rowOf } from "./row";
import { split, type Piece } from "./split";

/** Records reviewed between two looks at the post: cancelling and questions about one prescription never wait longer. */
const CHUNK = 128;

type OnRows = (rows: Row[], done: number, total: number) => void;
type Which = "active" | "draft";

let builtin: RuleSet;
let active: RuleSet;
let draft: RuleSet | null = null;
let workspace: Workspace | null = null;
let overlay: Files = {};
let records: Piece[] = [];
let generation = 0;

function loaded(rules: RuleSet): Loaded {
  return { digest: rules.digest, packs: rules.packs };
}

/** One record's reply; its line is that of the file it came from. */
function reviewOne(rules: RuleSet, piece: Piece): Review | Unreadable {
  // A later line in column 1 would make the engine read a record a line.
  const [line] = rules.reviewBatch(piece.text.replace(/\n/g, "\n "));
  return withLine(line ?? "", piece);
}

function withLine(reply: string, piece: Piece): Review | Unreadable {
  const value = JSON.parse(reply) as Review | Unreadable;
  return isReview(value) ? value : { ...value, line: piece.line };
}

function reviewChunk(rules: RuleSet, pieces: Piece[]): (Review | Unreadable)[] {
  if (pieces.every((piece) => !piece.text.includes("\n"))) {
    const replies = rules.reviewBatch(pieces.map((piece) => piece.text).join("\n"));
    if (replies.length === pieces.length) return replies.map((reply, at) => withLine(reply, pieces[at] as Piece));
  }
  return pieces.map((piece) => reviewOne(rules, piece));
}

/** Lets waiting messages in: another question, or a cancel. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function reviewFrom(start: number, onRows: OnRows): Promise<Opened> {
  const mine = ++generation;
  const began = performance.now();
  let at = start;
  while (at < records.length && mine === generation) {
    const pieces = records.slice(at, at + CHUNK);
    const replies = reviewChunk(active, pieces);
    onRows(replies.map((reply, i) => rowOf(at + i, pieces[i]?.line ?? 0, pieces[i]?.text ?? "", reply)), at + pieces.length, records.length);
    at += pieces.length;
    await breathe();
  }
  const cancelled = mine !== generation;
  if (cancelled && at < records.length) records.length = Math.max(at, start);
  return { rows: at - start, milliseconds: Math.round(performance.now() - began), cancelled };
}

function rulesOf(which: Which): RuleSet {
  return which === "draft" && draft ? draft : active;
}

function compile(files: Files): { rules: RuleSet | null; compiled: Compiled } {
  workspace ??= newWorkspace();
  for (const path of Object.keys(overlay)) if (!(path in files)) workspace.set(path, null);
  for (const [path, text] of Object.entries(files)) if (overlay[path] !== text) workspace.set(path, text);
  overlay = { ...files };
  if (Object.keys(files).length === 0) return { rules: builtin, compiled: { diagnostics: [], loaded: loaded(builtin) } };
  const { rules, diagnostics } = workspace.compile();
  const broken = diagnostics.some((diagnostic) => diagnostic.level === "error");
  return { rules: broken ? null : rules, compiled: { diagnostics, loaded: broken ? null : loaded(rules) } };
}

function forget(rules: RuleSet | null): void {
  if (rules && rules !== builtin && rules !== active) rules.free();
}

const api = {
  async load(): Promise<Loaded> {
    builtin = active = await builtinRules();
    return loaded(active);
  },

  /** Adds the records of a text to the queue and reviews them; `onRows` gets them in order, some at a time. */
  async open(text: string, onRows: OnRows): Promise<Opened> {
    const start = records.length;
    records = [...records, ...split(text)];
    return reviewFrom(start, onRows);
  },

  /** Reviews the whole queue again, after the rules changed. */
  reviewAgain(onRows: OnRows): Promise<Opened> {
    return reviewFrom(0, onRows);
  },

  cancel(): void {
    generation++;
  },

  clear(): void {
    generation++;
    records = [];
  },

  detail(index: number, which: Which): Detail | null {
    const piece = records[index];
    return piece ? { text: piece.text, reply: reviewOne(rulesOf(which), piece) } : null;
  },

  /** The review as it would be with these items signed a second time; the record itself stays as it is. */
  signed(index: number, items: string[]): Review | null {
    const piece = records[index];
    if (!piece) return null;
    const sheet = JSON.parse(piece.text) as { double_signed?: string[] };
    const all = [...new Set([...(sheet.double_signed ?? []), ...items])];
    const text = "double_signed" in sheet ? JSON.stringify({ ...sheet, double_signed: all }) : piece.text.replace(/\}\s*$/, `, "double_signed": ${JSON.stringify(all)}}`);
    const reply = reviewOne(active, { ...piece, text });
    return isReview(reply) ? reply : null;
  },

  /** Makes the built-in rules with these files over them the rules in use. With an error nothing changes. */
  use(files: Files): Compiled {
    const { rules, compiled } = compile(files);
    if (!rules) return compiled;
    const before = active;
    active = rules;
    if (draft !== active) forget(draft);
    draft = null;
    forget(before);
    return compiled;
  },

  /** What these files would change against the rules in use, on every opened prescription. */
  impact(files: Files): { compiled: Compiled; comparison: Comparison | null } {
    const { rules, compiled } = compile(files);
    forget(draft);
    draft = rules;
    if (!rules) return { compiled, comparison: null };
    const ndjson = records.map((piece) => piece.text.replace(/\r?\n/g, " ")).join("\n");
    return { compiled, comparison: active.diff(rules, records.length > 0 ? ndjson : undefined) as Comparison };
  },

  explain(name: string): unknown {
    return active.explain(name);
  },

  graph(name: string, depth: number): { nodes: unknown[]; edges: unknown[] } {
    return active.graph({ around: name, depth });
  },
};

export type Desk = typeof api;
expose(api);
