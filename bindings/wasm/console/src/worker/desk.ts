// The desk worker: holds the rules in use, as a program without texts, and every opened prescription. What it never does: compile, or keep a reply: a
// review is a function of record and rules, so one that is looked at is made again.
import { expose } from "comlink";
import { init, RuleSet } from "shenfang";
import { isReview, type Detail, type Loaded, type Opened, type Review, type Row, type Unreadable } from "../model";
import type { EngineParts } from "../parts_of_engine";
import { rowOf } from "./row";
import { split, type Piece } from "./split";

/** Records reviewed between two looks at the post: cancelling and questions about one prescription never wait longer. */
const CHUNK = 128;

type OnRows = (rows: Row[], done: number, total: number) => void | Promise<void>;
type Which = "active" | "draft";

let builtinProgram: Uint8Array;
let active: RuleSet;
let draft: RuleSet | null = null;
let records: Piece[] = [];
let turn: Promise<unknown> = Promise.resolve();
let stopping = false;

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

/** Jobs that walk the queue run one after another; `stopping` ends the one that runs. */
function inTurn<T>(job: () => Promise<T>): Promise<T> {
  const next = turn.then(job);
  turn = next.catch(() => undefined);
  return next;
}

async function reviewFrom(start: number, onRows: OnRows): Promise<Opened> {
  stopping = false;
  const began = performance.now();
  let at = start;
  while (at < records.length && !stopping) {
    const pieces = records.slice(at, at + CHUNK);
    const replies = reviewChunk(active, pieces);
    // Waiting until the page has them lets other messages in: a question about one prescription, or a cancel.
    await onRows(replies.map((reply, i) => rowOf(at + i, pieces[i]?.line ?? 0, pieces[i]?.text ?? "", reply)), at + pieces.length, records.length);
    at += pieces.length;
  }
  const cancelled = at < records.length;
  // What was not reviewed does not stand in the queue as if it were.
  records.length = at;
  return { rows: at - start, milliseconds: Math.round(performance.now() - began), cancelled };
}

function rulesOf(which: Which): RuleSet {
  return which === "draft" && draft ? draft : active;
}

const api = {
  async load(parts: EngineParts): Promise<Loaded> {
    await init({ engine: parts.engine, program: parts.program });
    builtinProgram = parts.program;
    active = RuleSet.loadProgram(builtinProgram);
    return loaded(active);
  },

  /** Adds the records of a text to the queue and reviews them; `onRows` gets them in order, some at a time. */
  open(text: string, onRows: OnRows): Promise<Opened> {
    return inTurn(() => {
      const start = records.length;
      records = [...records, ...split(text)];
      return reviewFrom(start, onRows);
    });
  },

  /** Reviews the whole queue again, after the rules changed. */
  reviewAgain(onRows: OnRows): Promise<Opened> {
    return inTurn(() => reviewFrom(0, onRows));
  },

  cancel(): void {
    stopping = true;
  },

  clear(): Promise<void> {
    stopping = true;
    return inTurn(async () => {
      records = [];
    });
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

  /** Makes a compiled program the rules in use; null: the built-in rules. */
  use(program: Uint8Array | null): Loaded {
    const before = active;
    active = RuleSet.loadProgram(program ?? builtinProgram);
    before.free();
    api.propose(null);
    return loaded(active);
  },

  /** Holds a compiled program beside the rules in use, for one prescription to be seen under both. */
  propose(program: Uint8Array | null): void {
    draft?.free();
    draft = program ? RuleSet.loadProgram(program) : null;
  },

  /** Every record, one a line. */
  ndjson(): string {
    return records.map((piece) => piece.text.replace(/\r?\n/g, " ")).join("\n");
  },
};

export type Desk = typeof api;
expose(api);
postMessage("listening");
