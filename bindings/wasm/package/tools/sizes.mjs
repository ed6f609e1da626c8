// What a browser loads, after gzip: `node tools/sizes.mjs` prints it and fails where a part is larger than it may be.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** Parts of the package with the bytes they may have. The engine is to come down to 700 KB; until then its bound is what was reached, and only falls. */
const PARTS = [
  { what: "engine", file: "engine/engine_bg.wasm", most: 1_040_000 },
  { what: "built-in program", file: "builtin.program", most: 500_000 },
  { what: "built-in texts", file: "builtin.texts.json", most: 600_000 },
];

/** `{ what, bytes, most }` of every part. */
export function sizes() {
  const packed = (file) => gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;
  return PARTS.map(({ what, file, most }) => ({ what, bytes: packed(file), most }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = sizes();
  for (const { what, bytes, most } of all) {
    console.log(`${what.padEnd(26)}${(bytes / 1000).toFixed(0)} KB gzip, may be ${most / 1000}${bytes > most ? ": TOO LARGE" : ""}`);
  }
  process.exitCode = all.some(({ bytes, most }) => bytes > most) ? 1 : 0;
}
