// Rules and impact: an error under its characters, then a correct edit, its impact on the opened sheets, saving, and the way back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { data, openConsole, openQueue, ready } from "./tools/browser.mjs";

const PATH = "rules/tcm/format/format.rx";
let console_;
let page;
before(async () => {
  console_ = await openConsole();
  page = console_.page;
  await openQueue(page, [data("insomnia_outpatient.ndjson")], 497);
  await openQueue(page, [data("primary_care_western.ndjson")], 557);
});
after(() => console_?.close());

const status = () => page.locator(".diagnostics-head");

/** Selects a text in the editor by its first appearance and types over it, as a pharmacist would. */
async function replace(from, to) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+f");
  await page.locator(".cm-search input[name=search]").fill("");
  await page.keyboard.type(from);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.waitForFunction((text) => getSelection()?.toString() === text, from);
  await page.keyboard.insertText(to);
}

test("built-in files are read-only until a copy is edited", async () => {
  await page.keyboard.press("3");
  await page.getByLabel("查找文件").fill("format.rx");
  await page.locator(".file", { hasText: "format.rx" }).click();
  await page.locator(".cm-content").click();
  await page.keyboard.type("xyz");
  assert.doesNotMatch(await page.locator(".cm-content").innerText(), /xyz/);
  assert.match(await page.locator(".state").innerText(), /内置文件，只读/);
  await page.getByRole("button", { name: "修改", exact: true }).click();
  await page.waitForFunction(() => document.querySelector(".state")?.textContent === "未保存");
});

test("keywords are highlighted from the engine's table", async () => {
  await page.waitForFunction(() => [...document.querySelectorAll(".tok-keyword")].some((mark) => mark.textContent === "规则包"));
});

test("an error stands under the right characters, with what was expected", async () => {
  await replace("规范性", "规范牲");
  await page.waitForFunction(() => document.querySelector(".cm-lintRange-error")?.textContent === "规范牲");
  assert.match(await status().innerText(), /1 个错误/);
  const text = await page.locator(".diagnostic").first().innerText();
  assert.match(text, /第 20 行第 7 列/);
  assert.match(text, /是否为 规范性/);
});

test("with an error nothing is saved, and the rules in use stay as they were", async () => {
  const digest = await page.locator(".digest").getAttribute("title");
  await page.locator(".cm-content").focus();
  await page.keyboard.press("Control+s");
  await page.locator(".notice-bad").waitFor();
  assert.equal(await page.locator(".digest").getAttribute("title"), digest);
});

test("completes keywords, and hovers explain a concept", async () => {
  await replace("规范牲", "规范性");
  await page.waitForFunction(() => document.querySelector(".diagnostics-head")?.textContent?.includes("没有错误"));
  await page.locator(".cm-line", { hasText: "组 pieces" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(" | 附");
  await page.locator(".cm-tooltip-autocomplete li", { hasText: "附子" }).first().waitFor();
  await page.keyboard.press("Escape");
  for (let i = 0; i < 4; i++) await page.keyboard.press("Backspace");
  await page.locator(".cm-line", { hasText: "组 pieces" }).locator("text=中药饮片").hover();
  await page.locator(".hover-card", { hasText: "中药饮片" }).waitFor();
  await page.mouse.move(5, 5);
});

test("a correct edit is clean, and its examples tell what it does", async () => {
  await replace("计数(pieces) > 18", "计数(pieces) > 14");
  await page.waitForFunction(() => document.querySelector(".diagnostics-head")?.textContent?.includes("没有错误"));
  await page.getByRole("button", { name: "运行示例" }).click();
  const examples = page.locator(".examples");
  await examples.waitFor();
  assert.match(await examples.innerText(), /1 \/ 10 个示例与所写不符[\s\S]*十八味不提示/);
});

test("the impact is seen before saving, with a witness", async () => {
  await page.getByRole("button", { name: "查看影响" }).click();
  await page.locator(".figures").waitFor({ timeout: 120_000 });
  const figures = await page.locator(".figures").innerText();
  assert.match(figures, /7\s*结果不同的处方\s*共比较 557 张/);
  const row = page.locator("tr", { hasText: "tcm.format.more_than_eighteen_pieces" });
  assert.match(await row.innerText(), /\+7/);
  await row.getByRole("button", { name: "见证处方 insomnia-0003" }).click();
  await page.waitForFunction(() => document.querySelector(".rx-head h2")?.textContent === "insomnia-0003");
  assert.doesNotMatch(await page.locator(".findings").innerText(), /味，超过18味/);
  await page.getByLabel("修改后的规则").check();
  await page.waitForFunction(() => document.querySelector(".findings")?.textContent?.includes("味，超过18味"));
});

test("saving makes the edit the rules in use, and a reload keeps it", async () => {
  const before = await page.locator(".digest").getAttribute("title");
  await page.keyboard.press("4");
  await page.getByRole("button", { name: "保存并启用" }).click();
  await page.waitForFunction((old) => document.querySelector(".digest")?.getAttribute("title") !== old, before, { timeout: 120_000 });
  await page.locator(".notice", { hasText: "队列已按新规则重新审核" }).waitFor();
  const after = await page.locator(".digest").getAttribute("title");
  await page.reload();
  await ready(page);
  assert.equal(await page.locator(".digest").getAttribute("title"), after);
  assert.match(await page.locator(".digest").innerText(), /含本机修改 1 个文件/);
});

test("going back to the built-in text gives the built-in rules", async () => {
  await page.goto(`${console_.address}#rules/${encodeURIComponent(PATH)}`);
  await ready(page);
  const edited = await page.locator(".digest").getAttribute("title");
  await page.getByRole("button", { name: "还原为内置文本" }).click();
  await page.waitForFunction((old) => document.querySelector(".digest")?.getAttribute("title") !== old, edited, { timeout: 120_000 });
  assert.doesNotMatch(await page.locator(".digest").innerText(), /本机修改/);
  assert.match(await page.locator(".state").innerText(), /内置文件，只读/);
});

test("formats, and turns keywords into the other language", async () => {
  await page.getByRole("button", { name: "修改", exact: true }).click();
  await page.getByRole("button", { name: "关键词改英文" }).click();
  await page.waitForFunction(() => document.querySelector(".cm-content")?.textContent?.includes("pack tcm.format"));
  await page.getByRole("button", { name: "关键词改中文" }).click();
  await page.waitForFunction(() => document.querySelector(".cm-content")?.textContent?.includes("规则包 tcm.format"));
  await page.getByRole("button", { name: "还原", exact: true }).click();
  await page.waitForFunction(() => document.querySelector(".state")?.textContent?.includes("内置文件"));
});

test("a new file is checked as it is written", async () => {
  await page.getByRole("button", { name: "新建" }).click();
  await page.getByLabel("路径").fill("rules/local/ward.rx");
  await page.getByRole("dialog").getByRole("button", { name: "新建" }).click();
  await page.waitForFunction(() => document.querySelector(".rule-path")?.textContent === "rules/local/ward.rx");
  await page.locator(".cm-content").click();
  await page.keyboard.insertText('规则包 ward { 标题 zh "病区" en "Ward"; 版本 "1"; 归属 "ward" }\n来源 s { 题名 "本院" }\n规则 r { 类别 相互作用; 匹配 a: 附子; 级别 轻微; 提示 zh "附子" en "aconite"; 依据 s; 当 患者.体重 > 40 }\n');
  await page.waitForFunction(() => document.querySelector(".cm-lintRange-error"));
  assert.ok((await page.locator(".diagnostic-error").count()) > 0);
});

test("saved edits that no longer fit the rules are said to be out of use, and are drafts again", async () => {
  await page.evaluate(
    () =>
      new Promise((done, fail) => {
        const opening = indexedDB.open("shenfang-rules");
        opening.onerror = fail;
        opening.onsuccess = () => {
          const writing = opening.result.transaction("overlay", "readwrite");
          writing.objectStore("overlay").put({ "rules/local/old.rx": "规则包 old {\n" }, "files");
          writing.oncomplete = done;
        };
      }),
  );
  await page.reload();
  await ready(page);
  await page.locator(".notice-bad", { hasText: "没有启用" }).waitFor();
  assert.doesNotMatch(await page.locator(".digest").innerText(), /本机修改/);
  assert.equal(await page.locator(".count.edited").innerText(), "1");
});

test("nothing went wrong meanwhile", () => assert.deepEqual(console_.faults, []));
