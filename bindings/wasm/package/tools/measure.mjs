// Prints the sizes of the package and its speed in Chromium: `npm run measure`. Times are of this machine, the median where something is repeated.
import { readFileSync } from "node:fs";
import { open } from "./browser.mjs";
import { sizes } from "./sizes.mjs";

const root = new URL("../../../../", import.meta.url);
const lines = (path) => readFileSync(new URL(path, root), "utf8").split("\n").filter((line) => line !== "");

for (const { what, bytes } of sizes()) console.log(`${what.padEnd(26)}${(bytes / 1000).toFixed(0)} KB gzip`);

/** 10,000 sheets: western and TCM in turn, each with an id of its own. */
function mixed() {
  const kinds = ["tests/data/primary_care_western.ndjson", "tests/data/insomnia_outpatient.ndjson"].map(lines);
  const sheet = (at) => ({ ...JSON.parse(kinds[at % 2][Math.floor(at / 2) % kinds[at % 2].length]), id: `rx-${at}` });
  return Array.from({ length: 10_000 }, (_, at) => JSON.stringify(sheet(at))).join("\n");
}

const ms = (time) => `${time.toFixed(0)} ms`;
const browser = await open();
try {
  const one = lines("tests/data/primary_care_western.ndjson")[0];
  const cold = [];
  for (let round = 0; round < 3; round++) {
    const page = await browser.page();
    cold.push(await page.evaluate(async (record) => {
      const start = performance.now();
      const { connect, spawn } = await import("shenfang");
      const remote = connect(spawn());
      await remote.reviewJson(await remote.builtin(), record);
      return performance.now() - start;
    }, one));
    await page.close();
  }
  console.log(`first review, cold load   ${cold.map(ms).join(", ")} (nothing cached, from a local server)`);

  const page = await browser.page();
  const batch = await page.evaluate(async (records) => {
    const { connect, spawn } = await import("shenfang");
    globalThis.remote = connect(spawn());
    const set = await remote.builtin();
    const times = [];
    let replies = 0;
    let bytes = 0;
    for (let round = 0; round < 3; round++) {
      const start = performance.now();
      const answers = await remote.reviewBatch(set, records, { on: "2026-11-22" });
      times.push(performance.now() - start);
      replies = answers.length;
      bytes = answers.reduce((sum, line) => sum + line.length, 0);
    }
    return { times, replies, bytes };
  }, mixed());
  console.log(`10,000 mixed sheets       ${batch.times.map(ms).join(", ")} (worker, ${batch.replies} replies, ${(batch.bytes / 1e6).toFixed(0)} M characters)`);

  const editing = await page.evaluate(async () => {
    const texts = await remote.texts();
    const space = await remote.workspace();
    const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
    const told = {};
    const start = performance.now();
    await remote.check(space, "rules/western/interaction/interaction.rx");
    told["first check (all packs read)"] = performance.now() - start;
    for (const path of ["rules/western/interaction/interaction.rx", "rules/western/interaction/registers.csv", "rules/tcm/incompatibility/incompatibility.rx"]) {
      const times = [];
      for (let key = 0; key < 15; key++) {
        const before = performance.now();
        await remote.set(space, path, `${texts[path]}${"\n".repeat(key % 2)}`);
        await remote.check(space, path);
        times.push(performance.now() - before);
      }
      told[path] = median(times);
    }
    const times = [];
    const text = `${texts["rules/western/interaction/interaction.rx"]}\n规则 甲 {\n  匹配 a: hfl`;
    await remote.set(space, "rules/western/interaction/interaction.rx", text);
    for (let key = 0; key < 15; key++) {
      const before = performance.now();
      await remote.complete(space, "rules/western/interaction/interaction.rx", text.length);
      times.push(performance.now() - before);
    }
    told.completion = median(times);
    return told;
  });
  console.log("a keystroke's diagnostics, in the worker, from the text to the answer:");
  for (const [what, time] of Object.entries(editing)) console.log(`  ${what.padEnd(46)} ${ms(time)}`);
} finally {
  await browser.close();
}
