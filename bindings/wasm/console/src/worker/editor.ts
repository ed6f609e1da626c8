// The editor worker: one workspace of rule texts, apart from the desk, so that typing never waits for a review. What it never does: review a prescription.
import { expose } from "comlink";
import type { Workspace } from "shenfang";
import type { Completion, Diagnostic, Files, Hover, Language } from "../model";
import { builtinTexts, load, newWorkspace } from "./engine";

let workspace: Workspace;

/** A text laid out anew, or why it cannot be. */
export type Formatted = { text: string } | { diagnostics: Diagnostic[] };

const api = {
  /** The built-in texts by path, for reading. */
  async load(): Promise<Files> {
    await load();
    workspace = newWorkspace();
    return builtinTexts();
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
    try {
      return { text: workspace.format(path, language) };
    } catch (error) {
      const diagnostics = (error as { diagnostics?: Diagnostic[] }).diagnostics;
      if (!diagnostics) throw error;
      return { diagnostics };
    }
  },

  test(path: string): unknown[] {
    return workspace.test(path);
  },
};

export type Editor = typeof api;
expose(api);
