// What a browser loads, after gzip: `node tools/sizes.mjs` prints it and fails where a part is larger than it may be.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Parts of the package with the bytes they may have. */
const PARTS = [
  { what: "engine", file: "engine/engine_bg.wasm", most: 700_000 },
  { what: "its tables and tools", file: "engine/tools.wasm", most: 210_000 },
  { what: "built-in program", file: "builtin.program", most: 500_000 },
  { what: "built-in texts", file: "builtin.texts.json", most: 600_000 },
];

/** `{ what, bytes, most }` of every part. */
export function sizes() {
  // The command, not Node's zlib, which packs a little worse than the one that servers have.
  const path = (file) => fileURLToPath(new URL(`../dist/${file}`, import.meta.url));
  const packed = (file) => execFileSync("gzip", ["-9", "-c", path(file)], { maxBuffer: 1 << 26 }).length;
  return PARTS.map(({ what, file, most }) => ({ what, bytes: packed(file), most }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = sizes();
  for (const { what, bytes, most } of all) {
    console.log(`${what.padEnd(26)}${(bytes / 1000).toFixed(0)} KB gzip, may be ${most / 1000}${bytes > most ? ": TOO LARGE" : ""}`);
  }
  process.exitCode = all.some(({ bytes, most }) => bytes > most) ? 1 : 0;
}
