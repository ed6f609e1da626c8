// Fetches what the engine is made of, once, before the page closes itself to the network. The only file that fetches.
import engineUrl from "shenfang/dist/engine/engine_bg.wasm?url";
import toolsUrl from "shenfang/dist/engine/tools.wasm?url";
import programUrl from "shenfang/dist/builtin.program?url";
import textsUrl from "shenfang/dist/builtin.texts.json?url";
import type { Files } from "./model";

/** The engine in its two modules, the built-in rules compiled, and their texts; all can be handed to a worker. */
export interface EngineParts {
  engine: WebAssembly.Module;
  tools: WebAssembly.Module;
  program: Uint8Array<ArrayBuffer>;
  texts: Files;
}

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

async function module(url: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await (await fetched(url)).arrayBuffer());
}

export async function fetchParts(): Promise<EngineParts> {
  const [engine, tools, program, texts] = await Promise.all([
    module(engineUrl),
    module(toolsUrl),
    fetched(programUrl).then((response) => response.arrayBuffer()),
    fetched(textsUrl).then((response) => response.json() as Promise<Files>),
  ]);
  return { engine, tools, program: new Uint8Array(program), texts };
}

/** From here on neither the page nor a worker made after can ask anything of any host: the browser itself refuses. */
export function closeTheNetwork(): void {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "connect-src 'none'";
  document.head.append(policy);
}
