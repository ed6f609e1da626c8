// What a worker can be asked: the methods of RuleSet and Workspace, with sets and workspaces by number. It runs in the worker.
import { isTable, loadTexts, loadTools } from "./load.js";
import { RuleSet } from "./rules.js";
import type {
  CompileOptions, Completion, Diagnostic, Files, Graph, GraphOptions, Hover, Language, Pack, PackTest, Review, ReviewOptions,
} from "./types.js";
import { Workspace } from "./workspace.js";

/** Things kept in the worker, by number. */
class Kept<T extends { free(): void }> {
  #things = new Map<number, T>();
  #next = 1;

  keep(thing: T): number {
    const number = this.#next++;
    this.#things.set(number, thing);
    return number;
  }

  get(number: number): T {
    const thing = this.#things.get(number);
    if (thing === undefined) throw new TypeError(`there is no number ${number}: it was freed or never given`);
    return thing;
  }

  free(number: number): void {
    this.get(number).free();
    this.#things.delete(number);
  }
}

const sets = new Kept<RuleSet>();
const spaces = new Kept<Workspace>();

/** The rule set of a number; for the calls that take time. */
export function ruleSet(set: number): RuleSet {
  return sets.get(set);
}

/** The same, for what the engine's second module answers. */
export async function full(set: number): Promise<RuleSet> {
  await loadTools();
  return sets.get(set);
}

/** Calls that are answered at once. `reviewBatch` and `diff`, which tell how far they are, stand in `worker.ts`. */
export const calls = {
  /** The built-in rules; `texts`: compiled from their texts, so that they can explain, draw, compare and test. */
  async builtin(options: { texts?: boolean } = {}): Promise<number> {
    if (options.texts === true) await loadTexts();
    return sets.keep(RuleSet.builtin());
  },
  async compile(files: Files, options: CompileOptions = {}): Promise<number> {
    if (options.catalogue !== false || options.builtin === true) await loadTexts();
    if (Object.keys(files).some(isTable)) await loadTools();
    return sets.keep(RuleSet.compile(files, options));
  },
  loadProgram: (program: Uint8Array): number => sets.keep(RuleSet.loadProgram(program)),
  toProgram: (set: number): Uint8Array => sets.get(set).toProgram(),
  digest: (set: number): string => sets.get(set).digest,
  packs: (set: number): Pack[] => sets.get(set).packs,
  counts: async (set: number): Promise<{ rules: number; doses: number; concepts: number }> => (await full(set)).counts(),
  review: (set: number, prescription: object | string, options?: ReviewOptions): Review =>
    sets.get(set).review(prescription, options),
  reviewJson: (set: number, record: string, options?: ReviewOptions): string => sets.get(set).reviewJson(record, options),
  explain: async (set: number, name: string): Promise<unknown> => (await full(set)).explain(name),
  graph: async (set: number, options?: GraphOptions): Promise<Graph> => (await full(set)).graph(options),
  test: async (set: number): Promise<PackTest[]> => (await full(set)).test(),
  free: (set: number): void => sets.free(set),

  /** The texts of the built-in packs. */
  texts: (): Promise<Files> => loadTexts(),
  /** An editing session over them. */
  async workspace(): Promise<number> {
    return spaces.keep(new Workspace(await loadTexts()));
  },
  set: (space: number, path: string, text: string | null): void => spaces.get(space).set(path, text),
  check: (space: number, path: string): Diagnostic[] => spaces.get(space).check(path),
  complete: (space: number, path: string, utf16: number): Completion[] => spaces.get(space).complete(path, utf16),
  hover: (space: number, path: string, utf16: number): Hover | null => spaces.get(space).hover(path, utf16),
  tokens: (space: number, path: string): Uint32Array => spaces.get(space).tokens(path),
  format: (space: number, path: string, lang?: Language): string => spaces.get(space).format(path, lang),
  compileWorkspace(space: number): { rules: number; diagnostics: Diagnostic[] } {
    const { rules, diagnostics } = spaces.get(space).compile();
    return { rules: sets.keep(rules), diagnostics };
  },
  testWorkspace: (space: number, path: string): PackTest[] => spaces.get(space).test(path),
  freeWorkspace: (space: number): void => spaces.free(space),
};

export type Calls = typeof calls;
