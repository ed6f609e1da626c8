// Writes the texts of the built-in packs as one JSON file: `node texts.mjs RULES OUT`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, sep } from "node:path";

const [rules, out] = process.argv.slice(2);
const texts = {};
const paths = readdirSync(rules, { recursive: true }).map((path) => path.split(sep).join("/"));
for (const path of paths.filter((path) => /^(catalog|tcm|western|regulation)\//.test(path)).sort()) {
  if ([".rx", ".yaml", ".csv"].includes(extname(path))) texts[`rules/${path}`] = readFileSync(join(rules, path), "utf8");
}
writeFileSync(out, JSON.stringify(texts));
