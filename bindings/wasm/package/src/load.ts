// Loads the engine, the built-in program and, when rules are edited, the built-in texts. The only module that fetches; after it, nothing does.
import initialise, { Builtin } from "./engine/engine.js";
import type { Files } from "./types.js";

const ENGINE = new URL("./engine/engine_bg.wasm", import.meta.url);
const PROGRAM = new URL("./builtin.program", import.meta.url);
const TEXTS = new URL("./builtin.texts.json", import.meta.url);

/** Where the parts are taken from, for hosts that serve them elsewhere or hold them already. */
export interface Parts {
  engine?: URL | BufferSource | WebAssembly.Module | undefined;
  program?: URL | Uint8Array | undefined;
}

let ready: Promise<void> | undefined;
let program: Uint8Array | undefined;
let texts: { files: Files; builtin: Builtin } | undefined;
let coming: Promise<Files> | undefined;

/** Loads the engine and the built-in program. Everything else wants this awaited first; a second call is the first one's. */
export function init(parts: Parts = {}): Promise<void> {
  ready ??= (async () => {
    const [, bytes] = await Promise.all([start(parts.engine ?? ENGINE), binary(parts.program ?? PROGRAM)]);
    program = bytes;
  })();
  return ready;
}

/** Loads the texts of the built-in packs, which compiling over the built-in names, explaining and editing want. */
export async function loadTexts(from: URL | Files = TEXTS): Promise<Files> {
  await init();
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

async function start(from: URL | BufferSource | WebAssembly.Module): Promise<void> {
  if (!(from instanceof URL)) {
    await initialise({ module_or_path: from });
  } else if (from.protocol === "file:") {
    await initialise({ module_or_path: (await binary(from)) as BufferSource });
  } else {
    await initialise({ module_or_path: from });
  }
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
