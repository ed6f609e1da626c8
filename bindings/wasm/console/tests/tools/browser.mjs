// A served build and a Chromium with a new profile, for tests and screenshots. Records every request and every breach of the page's policy.
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const REPOSITORY = join(ROOT, "../../..");
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const data = (name) => join(REPOSITORY, "tests/data", name);
export const readData = (name) => readFile(data(name), "utf8");

function executable() {
  const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
  if (!found) throw new Error("no Chromium: install the package `chromium`, or name one in CHROMIUM");
  return found;
}

/** Opens the console; `close` ends server, browser and profile. */
export async function openConsole({ width = 1280, height = 720, scale = 1 } = {}) {
  const server = await preview({ root: ROOT, logLevel: "error", preview: { port: 0, host: "127.0.0.1" } });
  const address = `http://127.0.0.1:${server.httpServer.address().port}/`;
  const profile = await mkdtemp(join(tmpdir(), "console-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    args: FLAGS,
    viewport: { width, height },
    deviceScaleFactor: scale,
    locale: "zh-CN",
    acceptDownloads: true,
  });
  context.setDefaultTimeout(15_000);
  const requests = [];
  const faults = [];
  context.on("request", (request) => requests.push({ url: request.url(), at: Date.now() }));
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.goto(address);
  await ready(page);
  const close = async () => {
    await context.close();
    await server.close();
    await rm(profile, { recursive: true, force: true });
  };
  return { page, context, address, requests, faults, close };
}

export async function ready(page) {
  await page.waitForSelector('html[data-ready="true"]', { timeout: 120_000 });
}

/** Opens prescriptions as a pharmacist's file and waits until all are reviewed. */
export async function openQueue(page, files, rows) {
  await page.setInputFiles("#queue-files", files);
  await page.waitForFunction((n) => document.querySelector(".tab .count")?.textContent === String(n) && !document.querySelector(".progress"), rows, { timeout: 120_000 });
}
