// A rule set, as the contract names it. Every method hands its arguments on and parses what comes back.
import { Builtin, type RuleSet as Inner, RuleSet as Engine } from "./engine/engine.js";
import { typed } from "./errors.js";
import { lines } from "./lines.js";
import { builtinProgram, builtinTexts, needTexts, needTools, needToolsFor } from "./load.js";
import type {
  CompileOptions, Files, Graph, GraphOptions, Pack, PackTest, Review, ReviewOptions,
} from "./types.js";

/** Records that are reviewed before the caller is asked whether to go on. */
const SLICE = 256;

/** Text of one prescription: as given, or written by JSON.stringify, which writes 3.7 as 3.7. */
function record(prescription: object | string): string {
  return typeof prescription === "string" ? prescription : JSON.stringify(prescription);
}

function bytes(data: string | Uint8Array): Uint8Array {
  return typeof data === "string" ? new TextEncoder().encode(data) : data;
}

/** Compiled rules. It holds memory of the engine: `free()`, or `using`, gives it back. */
export class RuleSet {
  #inner: Inner;
  #identity: { packs: Pack[]; digest: string } | undefined;

  #builtin = false;

  /** @internal */
  constructor(inner: Inner) {
    this.#inner = inner;
  }

  /** The built-in rules, from the program shipped beside the engine. Once the texts are loaded (`loadTexts`) they can also explain, draw,
   * compare and test, for which they are compiled when first asked. */
  static builtin(): RuleSet {
    const rules = RuleSet.loadProgram(builtinProgram());
    rules.#builtin = true;
    return rules;
  }

  /** Compiles texts. Throws a RuleError if one has an error. */
  static compile(files: Files, options: CompileOptions = {}): RuleSet {
    const { catalogue = true, builtin = false, on } = options;
    needToolsFor(Object.keys(files));
    const texts = catalogue || builtin ? needTexts() : new Builtin("{}");
    return new RuleSet(typed(() => Engine.compile(texts, JSON.stringify(files), catalogue, builtin, on)));
  }

  /** Reads a program that `toProgram` or `shenfang compile` wrote. Throws a ProgramError. */
  static loadProgram(program: Uint8Array): RuleSet {
    return new RuleSet(typed(() => Engine.load(program)));
  }

  /** The compiled rules as bytes that every host loads without the parser. */
  toProgram(): Uint8Array {
    return typed(() => this.#inner.toProgram());
  }

  get digest(): string {
    return this.#known().digest;
  }

  get packs(): Pack[] {
    return this.#known().packs;
  }

  /** Whether it was compiled from texts: only then it can explain, draw, compare and test. */
  get hasTexts(): boolean {
    return this.#inner.hasTexts || (this.#builtin && builtinTexts() !== undefined);
  }

  /** Reviews one prescription. Throws a PrescriptionError. */
  review(prescription: object | string, options: ReviewOptions = {}): Review {
    return JSON.parse(this.reviewJson(record(prescription), options)) as Review;
  }

  /** The same from JSON text to the exact bytes of the wire format. */
  reviewJson(prescription: string, options: ReviewOptions = {}): string {
    return typed(() => this.#inner.review(prescription, options.on, options.lang));
  }

  /** Reviews every record of one JSON object, an array or NDJSON: a reply line a record, in order, errors as records. */
  reviewBatch(data: string | Uint8Array, options: ReviewOptions = {}): string[] {
    const replies: string[] = [];
    for (const slice of this.reviewSlices(data, options)) replies.push(...lines(slice.replies));
    return replies;
  }

  /** The same a few hundred records at a time: `replies` are lines in UTF-8 (see `lines`), `bytes` the length of the records so far. Stopping
   * early is enough to cancel. */
  *reviewSlices(
    data: string | Uint8Array,
    options: ReviewOptions = {},
  ): Generator<{ replies: Uint8Array; bytes: number }, void> {
    const batch = typed(() => this.#inner.batch(bytes(data), options.on, options.lang));
    try {
      for (let replies = batch.next(SLICE); replies !== undefined; replies = batch.next(SLICE)) {
        yield { replies, bytes: batch.bytes };
      }
    } finally {
      batch.free();
    }
  }

  /** What is known of a concept, code, rule or group. */
  explain(name: string): unknown {
    return JSON.parse(typed(() => this.#full("explaining").explain(name)));
  }

  /** The knowledge graph, whole or around a concept. */
  graph(options: GraphOptions = {}): Graph {
    return JSON.parse(typed(() => this.#full("drawing").graph(options.around, options.depth ?? 1))) as Graph;
  }

  /** Which rules of `other` differ, and, replayed over records, which findings appear, vanish or change. */
  diff(
    other: RuleSet,
    records?: string | Uint8Array,
    options: { on?: string | undefined } = {},
  ): { difference: unknown; impact: unknown | null } {
    const data = records === undefined ? undefined : bytes(records);
    return JSON.parse(typed(() => this.#full("comparing").diff(other.#full("comparing"), data, options.on))) as {
      difference: unknown;
      impact: unknown | null;
    };
  }

  /** Runs the examples and checks the table rows of every pack. */
  test(): PackTest[] {
    return JSON.parse(typed(() => this.#full("running examples").test())) as PackTest[];
  }

  /** How many rules, doses and concepts it holds. */
  counts(): { rules: number; doses: number; concepts: number } {
    return JSON.parse(typed(() => this.#full("counting").counts())) as { rules: number; doses: number; concepts: number };
  }

  /** Gives its memory back; the set cannot be used after. */
  free(): void {
    this.#inner.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  /** The set with its texts: the built-in one is compiled from them now. */
  #full(what: string): Inner {
    needTools(what);
    const texts = builtinTexts();
    if (this.#builtin && !this.#inner.hasTexts && texts !== undefined) {
      const program = this.#inner;
      this.#inner = typed(() => Engine.compile(texts.builtin, "{}", true, true, undefined));
      program.free();
    }
    return this.#inner;
  }

  #known(): { packs: Pack[]; digest: string } {
    this.#identity ??= JSON.parse(this.#inner.identity()) as { packs: Pack[]; digest: string };
    return this.#identity;
  }
}
