// Fetches what the engine is made of, once, before the page closes itself to the network. The only file that fetches.
import engineUrl from "shenfang/dist/engine/engine_bg.wasm?url";
import programUrl from "shenfang/dist/builtin.program?url";
import textsUrl from "shenfang/dist/builtin.texts.json?url";
import type { Files } from "./model";

/** The engine, the built-in rules compiled, and their texts; all can be handed to a worker. */
export interface EngineParts {
  engine: WebAssembly.Module;
  program: Uint8Array<ArrayBuffer>;
  texts: Files;
}

async function fetched(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

export async function fetchParts(): Promise<EngineParts> {
  const [engine, program, texts] = await Promise.all([
    fetched(engineUrl).then((response) => response.arrayBuffer()).then((bytes) => WebAssembly.compile(bytes)),
    fetched(programUrl).then((response) => response.arrayBuffer()),
    fetched(textsUrl).then((response) => response.json() as Promise<Files>),
  ]);
  return { engine, program: new Uint8Array(program), texts };
}

/** From here on neither the page nor a worker made after can ask anything of any host: the browser itself refuses. */
export function closeTheNetwork(): void {
  const policy = document.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "connect-src 'none'";
  document.head.append(policy);
}
