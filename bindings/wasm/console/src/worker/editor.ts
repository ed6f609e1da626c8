// The editor worker: one workspace of rule texts, apart from the desk, so that typing never waits for a review. What it never does: review a prescription.
import { expose } from "comlink";
import { init, loadTexts, RuleError, Workspace, type PackTest } from "shenfang";
import type { Completion, Diagnostic, Hover, Language } from "../model";
import type { EngineParts } from "../parts_of_engine";

let workspace: Workspace;

/** A text laid out anew, or why it cannot be. */
export type Formatted = { text: string } | Faults;
export type Tested = { packs: PackTest[] } | Faults;
type Faults = { diagnostics: Diagnostic[] };

/** Faults of the text are an answer, anything else is a defect. */
function orFaults<T>(job: () => T): T | Faults {
  try {
    return job();
  } catch (error) {
    if (error instanceof RuleError) return { diagnostics: error.diagnostics };
    throw error;
  }
}

const api = {
  async load(parts: EngineParts): Promise<void> {
    await init({ engine: parts.engine, tools: parts.tools, program: parts.program });
    workspace = new Workspace(await loadTexts(parts.texts));
  },

  /** Puts a text over the built-in one; null takes it away. */
  set(path: string, text: string | null): void {
    workspace.set(path, text);
  },

  /** Sets and checks in one message: a keystroke's way. */
  check(path: string, text: string | null): Diagnostic[] {
    if (text !== null) workspace.set(path, text);
    return workspace.check(path);
  },

  complete(path: string, text: string | null, at: number): Completion[] {
    if (text !== null) workspace.set(path, text);
    return workspace.complete(path, at);
  },

  hover(path: string, at: number): Hover | null {
    return workspace.hover(path, at);
  },

  tokens(path: string, text: string | null): Uint32Array {
    if (text !== null) workspace.set(path, text);
    return workspace.tokens(path);
  },

  format(path: string, language?: Language): Formatted {
    return orFaults(() => ({ text: workspace.format(path, language) }));
  },

  /** Runs the examples and checks the rows of the file's pack. */
  test(path: string): Tested {
    return orFaults(() => ({ packs: workspace.test(path) }));
  },
};

export type Editor = typeof api;
expose(api);
postMessage("listening");
