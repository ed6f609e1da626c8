// Loads the engine and the built-in program and, when tables are read or rules are edited, the engine's second module and the built-in texts. The
// only module that fetches; after it, nothing does.
import initialise, { Builtin } from "./engine/engine.js";
import type { Files } from "./types.js";

const ENGINE = new URL("./engine/engine_bg.wasm", import.meta.url);
const TOOLS = new URL("./engine/tools.wasm", import.meta.url);
const PROGRAM = new URL("./builtin.program", import.meta.url);
const TEXTS = new URL("./builtin.texts.json", import.meta.url);

type Module = URL | BufferSource | WebAssembly.Module;

/** Where the parts are taken from, for hosts that serve them elsewhere or hold them already. */
export interface Parts {
  engine?: Module | undefined;
  /** the second module; loaded by `loadTools` and `loadTexts`, not by `init` */
  tools?: Module | undefined;
  program?: URL | Uint8Array | undefined;
}

let ready: Promise<void> | undefined;
let engine: WebAssembly.ModuleImports | undefined;
const tools: { from: Module; coming?: Promise<void> | undefined; there: boolean } = { from: TOOLS, there: false };
let program: Uint8Array | undefined;
let texts: { files: Files; builtin: Builtin } | undefined;
let coming: Promise<Files> | undefined;

/** Loads the engine and the built-in program. Everything else wants this awaited first; a second call is the first one's. */
export function init(parts: Parts = {}): Promise<void> {
  ready ??= (async () => {
    if (parts.tools !== undefined) tools.from = parts.tools;
    const [exports, bytes] = await Promise.all([start(parts.engine ?? ENGINE), binary(parts.program ?? PROGRAM)]);
    engine = exports;
    program = bytes;
  })();
  return ready;
}

/** Loads the second module of the engine: reading tables (YAML, CSV), and what an editor asks for: completing, hovering, explaining, drawing,
 * comparing, running examples, laying out. It shares the engine's memory, and nothing of it is in the engine. */
export function loadTools(): Promise<void> {
  tools.coming ??= (async () => {
    const [module] = await Promise.all([compiled(tools.from), init()]);
    await WebAssembly.instantiate(module, { engine: engine ?? {} });
    tools.there = true;
  })().catch((error: unknown) => {
    // What failed on the way may succeed when it is asked for again.
    tools.coming = undefined;
    throw error;
  });
  return tools.coming;
}

/** Throws where the second module is not loaded: asked before the engine is entered, which has a gap there. */
export function needTools(what: string): void {
  if (!tools.there) throw new TypeError(`${what} is done by a part of the engine that is not loaded: \`await loadTools()\` first`);
}

/** The same, where one of these files is a table. */
export function needToolsFor(paths: Iterable<string>): void {
  for (const path of paths) if (isTable(path)) needTools(`reading the table ${path}`);
}

/** Whether a file is a table, which only the second module reads. */
export function isTable(path: string): boolean {
  return /\.(ya?ml|csv)$/i.test(path);
}

/** Loads the texts of the built-in packs, which compiling over the built-in names, explaining and editing want. */
export async function loadTexts(from: URL | Files = TEXTS): Promise<Files> {
  await loadTools();
  coming ??= (async () => {
    const text = from instanceof URL ? new TextDecoder().decode(await binary(from)) : JSON.stringify(from);
    const builtin = new Builtin(text);
    texts = { files: JSON.parse(text) as Files, builtin };
    return texts.files;
  })();
  return coming;
}

/** The bytes of the built-in program. */
export function builtinProgram(): Uint8Array {
  if (program === undefined) throw new TypeError("the engine is not loaded: `await init()` first");
  return program;
}

/** The built-in texts in the engine, if they were loaded. */
export function builtinTexts(): { files: Files; builtin: Builtin } | undefined {
  return texts;
}

/** The same; throws where they were not. */
export function needTexts(): Builtin {
  if (texts === undefined) {
    throw new TypeError("the texts of the built-in packs are not loaded: `await loadTexts()` first");
  }
  return texts.builtin;
}

async function start(from: Module): Promise<WebAssembly.ModuleImports> {
  const local = from instanceof URL && from.protocol === "file:";
  const exports = await initialise({ module_or_path: local ? ((await binary(from)) as BufferSource) : from });
  return exports as unknown as WebAssembly.ModuleImports;
}

async function compiled(from: Module): Promise<WebAssembly.Module> {
  if (from instanceof WebAssembly.Module) return from;
  return WebAssembly.compile(from instanceof URL ? ((await binary(from)) as BufferSource) : from);
}

async function binary(from: URL | Uint8Array): Promise<Uint8Array> {
  if (!(from instanceof URL)) return from;
  if (from.protocol === "file:") {
    // Node's fetch reads no files. Bundlers are kept from following the import: browsers have no such module.
    const name = "node:fs/promises";
    const fs = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      readFile(path: URL): Promise<Uint8Array>;
    };
    return fs.readFile(from);
  }
  const response = await fetch(from);
  if (!response.ok) throw new Error(`${from.href}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}
