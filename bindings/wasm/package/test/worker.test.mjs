// The worker, in Node: progress, cancelling, faults that stay typed on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { connect, PrescriptionError, RuleError } from "shenfang";
import { ON, records, reviews } from "./corpus.mjs";

let remote;
before(() => {
  remote = connect(new Worker(fileURLToPath(import.meta.resolve("shenfang/worker"))));
});
after(() => remote.close());

const many = records.repeat(40);

test("the corpus through the worker, with progress", async () => {
  const set = await remote.builtin();
  const told = [];
  const replies = await remote.reviewBatch(set, records, { on: ON, onProgress: (p) => told.push(p) });
  assert.equal(replies.join("\n") + "\n", reviews);
  assert.equal(told.at(-1).done, replies.length);
});

test("a review is cancelled, and the worker goes on with the next", async () => {
  const set = await remote.builtin();
  const stop = new AbortController();
  let slices = 0;
  const cancelled = remote.reviewBatch(set, many, {
    on: ON,
    signal: stop.signal,
    onProgress: () => {
      slices++;
      stop.abort();
    },
  });
  await assert.rejects(cancelled, { name: "AbortError" });
  assert.equal(slices, 1, "no progress is told after it was cancelled");
  assert.equal((await remote.reviewBatch(set, records, { on: ON })).join("\n") + "\n", reviews);
  await assert.rejects(remote.reviewBatch(set, records, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("faults keep their types", async () => {
  const set = await remote.builtin();
  await assert.rejects(remote.review(set, { id: 7 }), (error) => error instanceof PrescriptionError && error.path === "/id");
  await assert.rejects(remote.compile({ "a.rx": "规则包 甲 {" }), (error) => error instanceof RuleError && error.diagnostics.length > 0);
  await assert.rejects(remote.digest(999), TypeError);
  await assert.rejects(remote.constructor_(), /cannot be asked/);
});

test("an editing session", async () => {
  const space = await remote.workspace();
  await remote.set(space, "ward/a.rx", '规则包 ward { 标题 "病区" 版本 "1" 归属 "t" }\n组 甲 = 华▮'.replace("▮", ""));
  const end = '规则包 ward { 标题 "病区" 版本 "1" 归属 "t" }\n组 甲 = 华'.length;
  const proposed = await remote.complete(space, "ward/a.rx", end);
  assert.ok(proposed.some((c) => c.insert === "华法林"));
  assert.equal((await remote.check(space, "ward/a.rx"))[0].code, "name.unknown");
  await remote.freeWorkspace(space);
});
