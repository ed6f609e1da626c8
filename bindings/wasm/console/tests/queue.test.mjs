// Queue and prescription: the real engine, the real packs, the 497 decoction sheets and the 60 western ones.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { data, openConsole, openQueue, readData, ready } from "./tools/browser.mjs";

let console_;
let page;
before(async () => {
  console_ = await openConsole();
  page = console_.page;
});
after(() => console_?.close());

const facet = (name) => page.locator(".facet-value", { hasText: name }).first();
const line = (id) => page.locator(".grid-line", { hasText: id }).first();

async function find(text, shown) {
  await page.fill("#queue-search", text);
  await page.waitForFunction((n) => document.querySelector(".summary b")?.textContent?.match(/\d+/)?.[0] === String(n), shown);
}

test("the empty queue says what to do", async () => {
  assert.match(await page.locator(".empty").innerText(), /拖到这里[\s\S]*处方不会离开这台电脑/);
});

test("opens 497 decoction sheets and 60 western ones", async () => {
  await openQueue(page, [data("insomnia_outpatient.ndjson")], 497);
  await openQueue(page, [data("primary_care_western.ndjson")], 557);
  const summary = await page.locator(".summary").innerText();
  assert.match(summary, /显示 557 \/ 557 张/);
  assert.match(summary, /553 张审核不完整，不等于通过/);
});

test("an incomplete review never looks like a pass: word, shape and colour", async () => {
  await find("pcw-001", 1);
  const badge = line("pcw-001").locator(".badge.gap");
  assert.match(await badge.innerText(), /\?\s*不完整/);
  const [gap, pass] = await page.evaluate(() => {
    const colour = (names) => {
      const probe = document.createElement("span");
      probe.className = names;
      document.body.append(probe);
      const found = getComputedStyle(probe).backgroundColor;
      probe.remove();
      return found;
    };
    return [colour("badge gap"), colour("badge decision-pass")];
  });
  assert.notEqual(gap, pass);
  await find("", 557);
  // Every line that says “pass” is complete.
  await facet("通过").locator("input").check();
  assert.equal(await page.locator(".grid-line .decision-pass").count(), 2);
  assert.equal(await page.locator(".grid-line .badge.gap").count(), 0);
  await page.getByRole("button", { name: "清除筛选" }).click();
});

test("filters by category and institution, groups by decision", async () => {
  await facet("clinic-02").locator("input").check();
  const expected = (await readData("primary_care_western.ndjson")).split("\n").filter((text) => text.includes('"clinic-02"')).length;
  assert.match(await page.locator(".summary b").innerText(), new RegExp(`显示 ${expected} /`));
  await page.getByRole("button", { name: "清除筛选" }).click();
  await page.getByLabel("分组").selectOption("decision");
  assert.match(await page.locator(".grid-line.heading").first().innerText(), /拦截\s*22/);
  await page.getByLabel("分组").selectOption("none");
});

test("finds a hit of the Eighteen Incompatibilities, its reason and its citation", async () => {
  await openQueue(page, [data("sample.ndjson")], 561);
  await find("附子反法半夏", 1);
  await line("rx-0001").click();
  const finding = page.locator('.finding[data-rule^="tcm.incompatibility.aconite_with_pinellia"]');
  const text = await finding.innerText();
  assert.match(text, /禁忌\s*拦截/);
  assert.match(text, /十八反“半蒌贝蔹及攻乌”，药典注明不宜同用/);
  assert.match(text, /2 法半夏\s*→\s*半夏/);
  assert.match(text, /《中华人民共和国药典》2020年版一部 附子、川乌、草乌【注意】 （已过有效期）/);
  assert.match(text, /十八反歌（张从正《儒门事亲》）/);
  assert.match(text, /点评 2-8/);
});

test("a double signature shows what it would change before it is saved", async () => {
  await page.keyboard.press("d");
  await page.locator(".sign-items label", { hasText: "附子" }).locator("input").check();
  await page.locator(".sign-items label", { hasText: "法半夏" }).locator("input").check();
  await page.locator(".sign-items .decision-warn").waitFor();
  await page.getByLabel("药师", { exact: true }).fill("王药师");
  await page.keyboard.press("Control+Enter");
  await page.locator(".given .verdict-double_sign").waitFor();
});

test("what is missing is said in the reader's words", async () => {
  await page.keyboard.press("Escape");
  await find("pcw-003", 1);
  await line("pcw-003").click();
  await page.waitForFunction(() => document.querySelector(".rx-head h2")?.textContent === "pcw-003" && document.querySelector(".gaps"));
  const gaps = await page.locator(".gaps").innerText();
  assert.match(gaps, /缺 现用药品/);
  assert.match(await page.locator(".finding").first().innerText(), /肾功能（eGFR） 24 mL\/min\/1\.73 m²（条件 < 30 mL\/min\/1\.73 m²）/);
});

test("a return and a pass over a gap need a reason; verdicts survive a reload and are exported", async () => {
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "保存结论" }).click();
  assert.equal(await page.getByRole("alert").innerText(), "请填写理由");
  await page.getByRole("button", { name: "填入发现" }).click();
  assert.match(await page.locator(".reason textarea").inputValue(), /乳酸酸中毒/);
  await page.locator(".reason textarea").fill('肾功能不全，"请换药"');
  await page.getByRole("button", { name: "保存结论" }).click();
  await page.locator(".given .verdict-return").waitFor();

  await page.reload();
  await ready(page);
  await page.evaluate(() => (location.hash = "#queue"));
  await openQueue(page, [data("sample.ndjson"), data("primary_care_western.ndjson")], 64);
  await find("pcw-003", 1);
  assert.match(await line("pcw-003").innerText(), /退回/);

  const exported = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    return readFile(await download.path(), "utf8");
  };
  const records = (await exported("导出 NDJSON")).trim().split("\n").map((text) => JSON.parse(text));
  assert.deepEqual(
    records.map(({ prescription, verdict, reason, items, pharmacist, decision, complete }) => ({ prescription, verdict, reason, items, pharmacist, decision, complete })),
    [
      { prescription: "rx-0001", verdict: "double_sign", reason: "", items: ["1", "2"], pharmacist: "王药师", decision: "block", complete: true },
      { prescription: "pcw-003", verdict: "return", reason: '肾功能不全，"请换药"', items: [], pharmacist: "王药师", decision: "block", complete: false },
    ],
  );
  const table = await exported("导出 CSV");
  assert.ok(table.startsWith("\ufeffprescription,verdict,reason,"));
  assert.ok(table.includes('pcw-003,return,"肾功能不全，""请换药""",'));
});

test("a record that cannot be read stays in the queue and says why and where", async () => {
  await find("", 64);
  await page.getByRole("button", { name: "清空队列" }).click();
  await openQueue(page, [data("sample_with_a_fault.ndjson")], 5);
  await line("rx-0005").click();
  const text = await page.locator(".faulty").innerText();
  assert.match(text, /没有审核/);
  assert.match(text, /alergies/);
  assert.match(text, /第 5 行/);
});

test("an array keeps its decimals; pasting works", async () => {
  await page.evaluate(() => (location.hash = "#queue"));
  await page.getByRole("button", { name: "粘贴处方" }).click();
  const [first] = (await readData("sample.ndjson")).split("\n");
  const exact = first.replace('"id": "rx-0001"', '"id": "decimals", "extra": {"n": 3.7000000000000000001}');
  await page.getByLabel("处方文本").fill(`[\n${exact},\n  {"id": "second", "nonsense": [1, {"a": "],"}]}\n]`);
  await page.getByRole("dialog").getByRole("button", { name: "审核" }).click();
  await page.waitForFunction(() => document.querySelector(".tab .count")?.textContent === "7");
  await find("decimals", 1);
  await line("decimals").click();
  await page.locator(".raw summary").click();
  assert.match(await page.locator(".raw pre").innerText(), /3\.7000000000000000001/);
});

test("English on demand, and kept", async () => {
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "切换为英文界面" }).click();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await find("rx-0001", 1);
  await line("rx-0001").click();
  assert.match(await page.locator(".finding").first().innerText(), /contraindicated\s*block[\s\S]*Eighteen Incompatibilities/);
  await page.reload();
  await ready(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  await page.keyboard.press("l");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
});

test("nothing went wrong meanwhile", () => assert.deepEqual(console_.faults, []));
