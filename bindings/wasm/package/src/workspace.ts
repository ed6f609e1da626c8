// An editing session over the built-in packs.
import { Builtin, Workspace as Engine } from "./engine/engine.js";
import { typed } from "./errors.js";
import { builtinTexts, needTools, needToolsFor } from "./load.js";
import { RuleSet } from "./rules.js";
import type { Completion, Diagnostic, Files, Hover, Language, PackTest } from "./types.js";

/** Files of the user over the built-in ones. It holds memory of the engine: `free()`, or `using`, gives it back. */
export class Workspace {
  #inner: Engine;

  /** Over the texts that `loadTexts` gave (or others). */
  constructor(texts: Files) {
    needToolsFor(Object.keys(texts));
    const loaded = builtinTexts();
    // The loaded texts are in the engine already, with their names: they are not read again.
    const builtin = loaded?.files === texts ? loaded.builtin : typed(() => new Builtin(JSON.stringify(texts)));
    this.#inner = new Engine(builtin);
  }

  /** Puts a text in the place of the built-in one of its path; `null`: the built-in one shows again. */
  set(path: string, text: string | null): void {
    needToolsFor([path]);
    this.#inner.set(path, text ?? undefined);
  }

  /** What is wrong with a file, and with the rest of its pack. */
  check(path: string): Diagnostic[] {
    return JSON.parse(typed(() => this.#inner.check(path))) as Diagnostic[];
  }

  /** What could stand at an offset, best first. */
  complete(path: string, utf16: number): Completion[] {
    needTools("completing");
    return JSON.parse(typed(() => this.#inner.complete(path, utf16))) as Completion[];
  }

  /** What is known of the name, keyword or unit at an offset. */
  hover(path: string, utf16: number): Hover | null {
    needTools("hovering");
    return JSON.parse(typed(() => this.#inner.hover(path, utf16))) as Hover | null;
  }

  /** Triples from, to, class for highlighting; classes are places in `TOKEN_CLASSES`. */
  tokens(path: string): Uint32Array {
    needTools("highlighting");
    return typed(() => this.#inner.tokens(path));
  }

  /** The canonical layout of a rule text; with `lang`, its keywords in that language. Throws a RuleError. */
  format(path: string, lang?: Language): string {
    needTools("laying out");
    return typed(() => this.#inner.format(path, lang));
  }

  /** Everything compiled; rules with an error are left out and told. */
  compile(): { rules: RuleSet; diagnostics: Diagnostic[] } {
    const compiled = typed(() => this.#inner.compile());
    try {
      const rules = compiled.rules();
      if (rules === undefined) throw new Error("the rules were handed out already");
      return { rules: new RuleSet(rules), diagnostics: JSON.parse(compiled.diagnostics) as Diagnostic[] };
    } finally {
      compiled.free();
    }
  }

  /** Runs the examples and checks the rows of the pack of a file. Throws a RuleError where it has errors. */
  test(path: string): PackTest[] {
    needTools("running examples");
    return JSON.parse(typed(() => this.#inner.test(path))) as PackTest[];
  }

  /** Gives its memory back; the session cannot be used after. */
  free(): void {
    this.#inner.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }
}
