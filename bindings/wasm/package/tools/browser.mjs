// The package in Chromium: serves the built files, opens a page that imports them. Nothing outside 127.0.0.1 is asked for anything.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const DIST = new URL("../dist/", import.meta.url);
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const PAGE = '<!doctype html><meta charset="utf-8"><title>shenfang</title><script type="importmap">{"imports": {"shenfang": "/index.js"}}</script>';
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Opens a page; `requests` are the paths it asked for, `close` ends browser and server. */
export async function open() {
  const requests = [];
  const packed = new Map();
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    requests.push(path);
    if (path === "/") return response.writeHead(200, { "content-type": KINDS[".html"] }).end(PAGE);
    try {
      if (!packed.has(path)) packed.set(path, gzipSync(readFileSync(new URL(`.${path}`, DIST))));
      const kind = KINDS[extname(path)] ?? "application/octet-stream";
      return response.writeHead(200, { "content-type": kind, "content-encoding": "gzip" }).end(packed.get(path));
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  const origin = `http://127.0.0.1:${server.address().port}/`;
  return {
    requests,
    origin,
    async page() {
      const page = await (await browser.newContext()).newPage();
      page.on("pageerror", (error) => console.error(`page: ${error.message}`));
      await page.goto(origin);
      return page;
    },
    async close() {
      await browser.close();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Where this package lies. */
export const home = fileURLToPath(new URL("..", import.meta.url));
