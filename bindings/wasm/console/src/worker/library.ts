// The library worker: the rules with their texts. Compiles edits, compares them with the rules in use, explains and draws. What it never does: hold up a
// review or a keystroke, which have workers of their own.
import { expose, transfer } from "comlink";
import { init, loadTexts, RuleSet, Workspace, type Graph } from "shenfang";
import type { Compiled, Comparison, Files } from "../model";
import type { EngineParts } from "../parts_of_engine";

interface Made {
  compiled: Compiled;
  /** null: the built-in rules, or no rules because of an error */
  program: Uint8Array | null;
}

let texts: Files = {};
let workspace: Workspace | null = null;
/** the rules in use, compiled from their texts when something first asks for more than a review */
let active: RuleSet | null = null;
let overlay: Files = {};
/** the overlay of the rules in use */
let used: Files = {};

async function compile(files: Files): Promise<{ rules: RuleSet | null; compiled: Compiled }> {
  workspace ??= new Workspace(await loadTexts(texts));
  for (const path of Object.keys(overlay)) if (!(path in files)) workspace.set(path, null);
  for (const [path, text] of Object.entries(files)) if (overlay[path] !== text) workspace.set(path, text);
  overlay = { ...files };
  const { rules, diagnostics } = workspace.compile();
  if (diagnostics.some((diagnostic) => diagnostic.level === "error")) {
    rules.free();
    return { rules: null, compiled: { diagnostics, loaded: null } };
  }
  return { rules, compiled: { diagnostics, loaded: { digest: rules.digest, packs: rules.packs } } };
}

async function known(): Promise<RuleSet> {
  if (active) return active;
  const { rules } = await compile(used);
  if (!rules) throw new Error("the rules in use no longer compile");
  active = rules;
  return rules;
}

const api = {
  async load(parts: EngineParts): Promise<void> {
    await init({ engine: parts.engine, tools: parts.tools, program: parts.program });
    texts = parts.texts;
  },

  /** The built-in rules with these files over them become the rules in use; with an error nothing changes. */
  async use(files: Files): Promise<Made> {
    const { rules, compiled } = await compile(files);
    if (!rules) return { compiled, program: null };
    active?.free();
    active = rules;
    used = { ...files };
    return handed(compiled, Object.keys(files).length > 0 ? rules.toProgram() : null);
  },

  /** What these files would change against the rules in use, on every record. */
  async impact(files: Files, ndjson: string): Promise<Made & { comparison: Comparison | null }> {
    const before = await known();
    const { rules, compiled } = await compile(files);
    if (!rules) return { compiled, program: null, comparison: null };
    try {
      const comparison = before.diff(rules, ndjson === "" ? undefined : ndjson) as Comparison;
      return { compiled, program: rules.toProgram(), comparison };
    } finally {
      rules.free();
    }
  },

  async explain(name: string): Promise<unknown> {
    return (await known()).explain(name);
  },

  async graph(name: string): Promise<Graph> {
    return (await known()).graph({ around: name, depth: 1 });
  },
};

/** The program goes to the page without being copied. */
function handed(compiled: Compiled, program: Uint8Array | null): Made {
  return program ? transfer({ compiled, program }, [program.buffer]) : { compiled, program };
}

export type Library = typeof api;
expose(api);
postMessage("listening");
