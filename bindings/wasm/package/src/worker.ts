// The worker: `new Worker(new URL("shenfang/worker", import.meta.url), { type: "module" })`, or `spawn()`. The page's side is `connect`.
import { calls, full, ruleSet } from "./calls.js";
import { fault } from "./errors.js";
import { init } from "./load.js";
import { type End, end, type Reply, type Request } from "./protocol.js";
import type { ReviewOptions } from "./types.js";

/** Calls under way, and whether they were told to stop. */
const running = new Map<number, { stopped: boolean }>();

/** Lets what waits be heard: that a call is to stop, above all. */
const breathe: () => Promise<void> = (() => {
  const later = (globalThis as { setImmediate?: (then: () => void) => void }).setImmediate;
  if (later !== undefined) return () => new Promise((resolve) => later(resolve));
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(null);
    });
})();

async function reviewBatch(
  wire: End, id: number, set: number, data: string | Uint8Array, options: ReviewOptions,
): Promise<void> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  let done = 0;
  for (const slice of ruleSet(set).reviewSlices(bytes, options)) {
    for (let at = slice.replies.indexOf(10); at >= 0; at = slice.replies.indexOf(10, at + 1)) done++;
    wire.post({ id, lines: slice.replies } satisfies Reply, [slice.replies.buffer as ArrayBuffer]);
    // How many records a text holds is not known before its end: it is estimated by how many bytes those so far had.
    const total = slice.bytes === 0 ? null : Math.max(done, Math.round((done * bytes.byteLength) / slice.bytes));
    wire.post({ id, progress: { done, total } } satisfies Reply);
    await breathe();
    if (running.get(id)?.stopped) throw new DOMException("the review was stopped", "AbortError");
  }
}

async function answer(wire: End, request: Request): Promise<void> {
  if ("stop" in request) {
    const call = running.get(request.stop);
    if (call !== undefined) call.stopped = true;
    return;
  }
  const { id, method } = request;
  running.set(id, { stopped: false });
  try {
    await init();
    if (method === "reviewBatch") {
      const [set, data, options] = request.arguments as [number, string | Uint8Array, ReviewOptions];
      await reviewBatch(wire, id, set, data, options);
      wire.post({ id, answer: undefined } satisfies Reply);
    } else if (method === "diff") {
      const [set, other, records, options] = request.arguments as [number, number, string | Uint8Array | undefined, { on?: string }];
      wire.post({ id, answer: (await full(set)).diff(ruleSet(other), records, options) } satisfies Reply);
    } else if (Object.hasOwn(calls, method)) {
      const call = calls[method as keyof typeof calls] as (...values: unknown[]) => unknown;
      wire.post({ id, answer: await call(...request.arguments) } satisfies Reply);
    } else {
      throw new TypeError(`a worker cannot be asked ${method}`);
    }
  } catch (error) {
    wire.post({ id, fault: fault(error) } satisfies Reply);
  } finally {
    running.delete(id);
  }
}

/** Answers what is asked over this end. */
function serve(wire: End): void {
  wire.listen((message) => void answer(wire, message as Request), () => undefined);
}

if (typeof (globalThis as { postMessage?: unknown }).postMessage === "function") {
  serve(end(globalThis as unknown as Parameters<typeof end>[0]));
} else {
  const name = "node:worker_threads";
  const threads = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
    parentPort: Parameters<typeof end>[0] | null;
  };
  if (threads.parentPort !== null) serve(end(threads.parentPort));
}
