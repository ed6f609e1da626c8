// The package in Chromium: replies byte for byte in page and worker, cancelling, an editing session, and no request after loading.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open } from "../tools/browser.mjs";
import { ON, records, reviews } from "./corpus.mjs";

let browser;
let page;
before(async () => {
  browser = await open();
  page = await browser.page();
});
after(() => browser?.close());

test("the corpus in the page: the same bytes as Rust", async () => {
  const replies = await page.evaluate(async ([records, on]) => {
    const { init, RuleSet } = await import("shenfang");
    await init();
    return RuleSet.builtin().reviewBatch(records, { on }).join("\n") + "\n";
  }, [records, ON]);
  assert.equal(replies, reviews);
});

test("the corpus in the worker, with progress; cancelling; typed faults", async () => {
  const said = await page.evaluate(async ([records, on]) => {
    const { connect, PrescriptionError, spawn } = await import("shenfang");
    const remote = connect(spawn());
    const set = await remote.builtin();
    let done = 0;
    const replies = await remote.reviewBatch(set, records, { on, onProgress: (p) => (done = p.done) });
    const stop = new AbortController();
    const cancelled = await remote
      .reviewBatch(set, records.repeat(40), { on, signal: stop.signal, onProgress: () => stop.abort() })
      .then(() => "went on", (error) => error.name);
    const fault = await remote.review(set, { id: 7 }).then(() => "passed", (error) => error instanceof PrescriptionError && error.path);
    remote.close();
    return { replies: replies.join("\n") + "\n", count: replies.length, done, cancelled, fault };
  }, [records, ON]);
  assert.equal(said.replies, reviews);
  assert.equal(said.done, said.count);
  assert.equal(said.cancelled, "AbortError");
  assert.equal(said.fault, "/id");
  assert.ok(!browser.requests.includes("/engine/tools.wasm"), "who reviews does not load what reads tables");
});

test("an editing session asks the network for nothing once the texts are there", async () => {
  await page.evaluate(async () => {
    const { connect, spawn } = await import("shenfang");
    globalThis.remote = connect(spawn());
    globalThis.space = await remote.workspace();
    await remote.check(space, "rules/tcm/incompatibility/incompatibility.rx");
  });
  const asked = browser.requests.length;
  assert.ok(browser.requests.includes("/builtin.texts.json") && browser.requests.includes("/engine/tools.wasm"));
  const marked = await page.evaluate(async () => {
    const path = "rules/tcm/incompatibility/incompatibility.rx";
    const broken = (await remote.texts())[path].replace("= 川乌 |", "= 川鸟 |");
    await remote.set(space, path, broken);
    const [first] = await remote.check(space, path);
    return broken.slice(...first.utf16);
  });
  assert.equal(marked, "川鸟");
  assert.deepEqual(browser.requests.slice(asked), []);
});
