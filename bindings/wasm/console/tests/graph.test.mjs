// Graph, keyboard, accessibility, privacy and size: what must hold in every view.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { data, openConsole, openQueue, readData } from "./tools/browser.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let console_;
let page;
let loadedAt;
before(async () => {
  console_ = await openConsole();
  page = console_.page;
  loadedAt = console_.requests.length;
});
after(() => console_?.close());

async function accessible(where) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(found.violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`), []);
}

test("by keyboard alone: from the queue to a verdict", async () => {
  await openQueue(page, [data("sample.ndjson")], 4);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "queue-search");
  await page.keyboard.type("rx-000");
  for (let i = 0; i < 40 && !(await page.evaluate(() => document.activeElement?.matches(".grid-body"))); i++) await page.keyboard.press("Tab");
  assert.ok(await page.evaluate(() => document.activeElement?.matches(".grid-body:focus-visible")), "the list takes the focus and shows it");
  await page.keyboard.press("j");
  assert.match(await page.locator(".grid-line.active").innerText(), /rx-0002/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector(".rx-head h2")?.textContent === "rx-0002" && document.querySelector(".verdict-form"));
  await page.keyboard.press("p");
  await page.waitForFunction(() => document.activeElement?.matches(".reason textarea"));
  await page.keyboard.press("Control+Enter");
  await page.locator(".given .verdict-pass").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => location.hash === "#queue");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "快捷键" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("5");
  await page.waitForFunction(() => location.hash.startsWith("#graph"));
});

test("the graph of a herb shows its incompatibilities, limits and classes, and leads on", async () => {
  await page.fill("#graph-search", "附子");
  await page.keyboard.press("Enter");
  const panel = page.locator(".explanation");
  await panel.waitFor({ timeout: 120_000 });
  const text = await panel.innerText();
  assert.match(text, /aconite lateral root/);
  assert.match(text, /禁忌\s*配伍禁忌\s*半蒌贝蔹及攻乌/);
  assert.match(text, /用法用量/);
  assert.match(text, /中药饮片/);
  assert.match(await page.locator(".canvas").getAttribute("aria-label"), /“附子”的邻域图：\d\d 个节点/);
  const drawn = await page.locator(".canvas canvas").first().evaluate((canvas) => {
    const pixels = document.querySelectorAll(".canvas canvas");
    return [...pixels].some((one) => new Uint32Array(one.getContext("2d").getImageData(0, 0, one.width, one.height).data.buffer).some((pixel) => pixel !== 0)) && canvas.width > 100;
  });
  assert.ok(drawn, "something is drawn");
  await panel.getByRole("button", { name: "半蒌贝蔹及攻乌" }).click();
  await page.waitForFunction(() => document.querySelector(".explanation")?.textContent?.includes("法半夏"));
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".explanation h3")?.textContent?.startsWith("附子"));
});

test("an unknown name is said to be unknown", async () => {
  await page.fill("#graph-search", "没有这味药");
  await page.keyboard.press("Enter");
  await page.getByText("没有“没有这味药”").waitFor();
});

test("each view has no accessibility fault that axe can find", async () => {
  await page.evaluate(() => (location.hash = "#queue"));
  await page.locator(".grid-line").first().waitFor();
  await accessible("queue");
  await page.locator(".grid-line", { hasText: "rx-0004" }).click();
  await page.locator(".gaps").waitFor();
  await page.keyboard.press("r");
  await accessible("prescription");
  await page.evaluate(() => (location.hash = `#rules/${encodeURIComponent("rules/tcm/format/format.rx")}`));
  await page.locator(".diagnostics-head .fine").waitFor();
  await accessible("rules");
  await page.evaluate(() => (location.hash = "#impact"));
  await page.getByRole("button", { name: "去修改规则" }).waitFor();
  await accessible("impact");
  await page.evaluate(() => (location.hash = `#graph/${encodeURIComponent("附子")}`));
  await page.locator(".explanation").waitFor();
  await accessible("graph");
});

test("10,000 prescriptions: only the lines in sight are in the page, and it can be stopped", async () => {
  await page.evaluate(() => (location.hash = "#queue"));
  const sheets = (await readData("primary_care_western.ndjson")).trim().split("\n");
  const many = Array.from({ length: 10_000 }, (_, i) => sheets[i % sheets.length].replace(/"id":"pcw-\d+"/, `"id":"n-${i}"`)).join("\n");
  const folder = await mkdtemp(join(tmpdir(), "many-"));
  after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "many.ndjson");
  await writeFile(file, many);
  await page.getByRole("button", { name: "清空队列" }).click();
  await page.evaluate(() => {
    let last = performance.now();
    globalThis.longest = 0;
    setInterval(() => {
      globalThis.longest = Math.max(globalThis.longest, performance.now() - last);
      last = performance.now();
    }, 10);
  });
  const began = Date.now();
  await openQueue(page, [file], 10_000);
  console.log(`# 10,000 prescriptions opened, reviewed and listed in ${Date.now() - began} ms`);
  assert.match(await page.locator(".summary b").innerText(), /10,000 \/ 10,000/);
  assert.match(await page.locator(".summary").innerText(), /最近一次审核 10,000 张，用时 [\d,]+ 毫秒/);
  console.log(`# ${await page.locator(".summary").innerText()}`);
  const longest = await page.evaluate(() => Math.round(globalThis.longest));
  console.log(`# the page was busy for at most ${longest} ms at a time`);
  assert.ok(longest < 400, "the page answers while the worker reviews");
  assert.ok((await page.locator(".grid-line").count()) < 60);
  await page.locator(".grid-body").focus();
  await page.keyboard.press("End");
  await page.locator(".grid-line", { hasText: "n-9999" }).waitFor();

  await page.setInputFiles("#queue-files", [file]);
  await page.getByRole("button", { name: "取消" }).click();
  await page.getByText(/已停止：审核了 [\d,]+ 张，其余未审核/).waitFor();
  assert.ok(Number(await page.locator(".tab .count").first().innerText()) < 20_000);
});

test("a tablet's width shows every view without sideways scrolling", async () => {
  await page.setViewportSize({ width: 820, height: 1180 });
  for (const view of ["queue", "prescription", "rules", "impact", "graph"]) {
    await page.evaluate((hash) => (location.hash = hash), `#${view}`);
    await page.waitForFunction((name) => document.querySelector(`.view-${name}`), view);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${view} fits`);
  }
});

test("no request leaves the page after it has loaded, and the browser would refuse one", async () => {
  // The second module of the engine, which the editor needs, came with the rest: an editor that fetched it when it opens would be refused.
  assert.ok(console_.requests.slice(0, loadedAt).some(({ url }) => /\/tools-[^/]*\.wasm$/.test(url)), "tables and editing are loaded");
  const later = console_.requests.slice(loadedAt).map((request) => request.url).filter((url) => !url.startsWith("blob:"));
  assert.deepEqual(later, []);
  assert.ok(console_.requests.every(({ url }) => url.startsWith(console_.address) || url.startsWith("blob:")), "everything came from this origin");
  const faults = console_.faults.length;
  const refused = await page.evaluate(() => fetch("./index.html").then(() => "answered", (error) => error.name));
  assert.equal(refused, "TypeError");
  const beyond = await page.evaluate(() => navigator.sendBeacon("http://127.0.0.1:9/", "x") && "sent").catch(() => "refused");
  const workers = await Promise.all(page.workers().map((worker) => worker.evaluate(() => fetch(new URL("/index.html", location.origin)).then(() => "answered", (error) => error.name))));
  assert.equal(workers.length, 3);
  assert.deepEqual(workers, ["TypeError", "TypeError", "TypeError"]);
  assert.ok(!console_.requests.slice(loadedAt).some(({ url }) => url.includes("127.0.0.1:9/")), `a beacon was ${beyond}`);
  // What the browser says of the refusals is the only thing it had to say.
  assert.deepEqual(console_.faults.slice(0, faults), []);
});
