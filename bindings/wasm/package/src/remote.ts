// The page's side of the worker: the same methods, as promises.
import type { Calls } from "./calls.js";
import { raised } from "./errors.js";
import { lines } from "./lines.js";
import { end, type Reply, type Request } from "./protocol.js";
import type { Progress, ReviewOptions } from "./types.js";

export interface Running {
  /** told after every few hundred records; `total` is an estimate until the end */
  onProgress?: ((progress: Progress) => void) | undefined;
  /** stops it: the promise is rejected with an AbortError */
  signal?: AbortSignal | undefined;
}
export type BatchOptions = ReviewOptions & Running;

/** Every method of RuleSet and Workspace; rule sets and workspaces are numbers. */
export type Remote = {
  [Name in keyof Calls]: (...values: Parameters<Calls[Name]>) => Promise<Awaited<ReturnType<Calls[Name]>>>;
} & {
  /** Reviews every record: a reply line a record, in order. */
  reviewBatch(set: number, data: string | Uint8Array, options?: BatchOptions): Promise<string[]>;
  diff(
    set: number,
    other: number,
    records?: string | Uint8Array,
    options?: { on?: string | undefined },
  ): Promise<{ difference: unknown; impact: unknown | null }>;
  /** Ends the worker; calls under way are rejected. */
  close(): void;
};

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: Error): void;
  lines: string[];
  onProgress?: Running["onProgress"];
}

type Worker_ = Parameters<typeof end>[0] & { terminate(): unknown };

/** A worker of this package. Bundlers find its file by this expression. */
export function spawn(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** Speaks with a worker of this package, in browsers and in Node (`new Worker(fileURLToPath(import.meta.resolve("shenfang/worker")))`). */
export function connect(worker: Worker | Worker_): Remote {
  const wire = end(worker as Worker_);
  const waiting = new Map<number, Waiting>();
  let next = 1;

  wire.listen(
    (message) => hear(message as Reply),
    (error) => fail(error),
  );

  function fail(error: Error): void {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  }

  function hear(reply: Reply): void {
    const call = waiting.get(reply.id);
    if (call === undefined) return;
    if ("lines" in reply) {
      call.lines.push(...lines(reply.lines));
    } else if ("progress" in reply) {
      call.onProgress?.(reply.progress);
    } else {
      waiting.delete(reply.id);
      if ("fault" in reply) call.reject(raised(reply.fault));
      else call.resolve(reply.answer);
    }
  }

  function ask(method: string, values: unknown[], running: Running = {}): Promise<{ answer: unknown; lines: string[] }> {
    const id = next++;
    const { onProgress, signal } = running;
    return new Promise((resolve, reject) => {
      const stop = () => {
        wire.post({ stop: id } satisfies Request);
        // The worker may be deep in a slice: the caller is told now.
        waiting.delete(id);
        reject(signal?.reason ?? raised({ kind: "abort", message: "the review was stopped" }));
      };
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      signal?.addEventListener("abort", stop, { once: true });
      const settled = () => signal?.removeEventListener("abort", stop);
      const call: Waiting = {
        lines: [],
        onProgress,
        resolve(answer) {
          settled();
          resolve({ answer, lines: call.lines });
        },
        reject(error) {
          settled();
          reject(error);
        },
      };
      waiting.set(id, call);
      wire.post({ id, method, arguments: values } satisfies Request);
    });
  }

  const own = {
    async reviewBatch(set: number, data: string | Uint8Array, options: BatchOptions = {}): Promise<string[]> {
      const { onProgress, signal, ...review } = options;
      const reply = await ask("reviewBatch", [set, data, review], { onProgress, signal });
      return reply.lines;
    },
    diff: async (set: number, other: number, records?: string | Uint8Array, options: { on?: string } = {}) =>
      (await ask("diff", [set, other, records, options])).answer,
    close(): void {
      (worker as Worker_).terminate();
      fail(new Error("the worker was closed"));
    },
  };
  return new Proxy(own, {
    get(target, name) {
      if (typeof name !== "string" || name === "then") return undefined;
      if (Object.hasOwn(target, name)) return target[name as keyof typeof target];
      return async (...values: unknown[]) => (await ask(name, values)).answer;
    },
  }) as unknown as Remote;
}
