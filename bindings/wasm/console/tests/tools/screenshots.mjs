// The five views as pictures: `npm run screenshots` after a build.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { data, openConsole, openQueue, ROOT } from "./browser.mjs";

const out = join(ROOT, "screenshots");
await mkdir(out, { recursive: true });
const { page, address, close } = await openConsole({ width: 1280, height: 800 });
const shot = (name) => page.screenshot({ path: join(out, `${name}.png`) });
const go = (hash) => page.evaluate((to) => (location.hash = to), hash);

try {
  await openQueue(page, [data("sample_with_a_fault.ndjson"), data("primary_care_western.ndjson"), data("insomnia_outpatient.ndjson")], 562);
  await shot("queue");

  await page.fill("#queue-search", "rx-0004");
  await page.locator(".grid-line", { hasText: "rx-0004" }).click();
  await page.locator(".gaps").waitFor();
  await page.keyboard.press("r");
  await page.getByRole("button", { name: "填入发现" }).click();
  await page.locator(".rx-head h2").click();
  await shot("prescription");

  await go(`#rules/${encodeURIComponent("rules/tcm/incompatibility/incompatibility.rx")}`);
  await page.getByRole("button", { name: "修改", exact: true }).click();
  await page.locator(".diagnostics-head .fine").waitFor();
  await page.locator(".cm-line", { hasText: "匹配  a: wu, b: against_wu" }).click();
  await page.keyboard.press("End");
  await page.keyboard.insertText("x");
  await page.locator(".diagnostic-error").first().waitFor();
  await shot("rules");
  await page.keyboard.press("Backspace");
  await page.getByRole("button", { name: "还原", exact: true }).click();

  await go(`#rules/${encodeURIComponent("rules/tcm/format/format.rx")}`);
  await page.getByRole("button", { name: "修改", exact: true }).click();
  await page.locator(".cm-line", { hasText: "计数(pieces) > 18" }).click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("4");
  await page.locator(".diagnostics-head .fine").waitFor();
  await page.getByRole("button", { name: "查看影响" }).click();
  await page.locator(".figures").waitFor({ timeout: 120_000 });
  await shot("impact");

  await page.goto(`${address}#graph/${encodeURIComponent("附子")}`);
  await page.locator(".canvas").waitFor({ timeout: 120_000 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await shot("graph");
} finally {
  await close();
}
