// What page and worker say to each other: plain data, one reply a call.
import type { Fault } from "./errors.js";
import type { Progress } from "./types.js";

/** From the page: a call by number, or that a call is to stop. */
export type Request = { id: number; method: string; arguments: unknown[] } | { stop: number };

/** From the worker: part of an answer on the way, how far it is, and the answer or fault that ends it. */
export type Reply =
  | { id: number; lines: Uint8Array }
  | { id: number; progress: Progress }
  | { id: number; answer: unknown }
  | { id: number; fault: Fault };

/** One end of the wire, in browsers and in Node. */
export interface End {
  post(message: unknown, transfer?: ArrayBuffer[]): void;
  listen(heard: (message: unknown) => void, failed: (error: Error) => void): void;
}

type Listening = {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  addEventListener?(kind: string, heard: (event: { data?: unknown; message?: string }) => void): void;
  on?(kind: string, heard: (message: unknown) => void): void;
};

/** The end that a browser's worker or Node's `worker_threads` gives. */
export function end(wire: Listening): End {
  return {
    post: (message, transfer) => wire.postMessage(message, transfer ?? []),
    listen(heard, failed) {
      if (wire.on !== undefined) {
        wire.on("message", heard);
        wire.on("error", (error) => failed(error instanceof Error ? error : new Error(String(error))));
      } else {
        wire.addEventListener?.("message", (event) => heard(event.data));
        wire.addEventListener?.("error", (event) => failed(new Error(event.message ?? "the worker failed")));
      }
    },
  };
}
