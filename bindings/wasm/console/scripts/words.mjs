// The words of the rule language, taken from the generated table of grammar/README.md, for the console to say fields and values with.
// That table is itself generated from the keyword table and tested for staleness; what this never does is hold a word of its own.
import { mkdir, readFile, writeFile } from "node:fs/promises";

const manual = new URL("../../../../grammar/README.md", import.meta.url);
const out = new URL("../src/generated/words.json", import.meta.url);
const text = await readFile(manual, "utf8");
const table = text.split("<!-- keywords: generated")[1]?.split("<!-- end of keywords -->")[0];
if (!table) throw new Error("grammar/README.md: the generated keyword table was not found between its two comments");

const words = {};
for (const line of table.split("\n")) {
  const row = /^\| .* · ([^|]+?) \| (.+) \|$/.exec(line);
  if (!row || row[1] === "place") continue;
  words[row[1]] = Object.fromEntries(
    row[2].split(" · ").map((cell) => {
      const word = /^(?:(.+) )?`([^`]+)`$/.exec(cell);
      if (!word) throw new Error(`grammar/README.md: not a keyword: ${cell}`);
      return [word[2], word[1] ?? word[2]];
    }),
  );
}
if (Object.keys(words).length < 20) throw new Error("grammar/README.md: fewer places than expected in the keyword table");
await mkdir(new URL(".", out), { recursive: true });
await writeFile(out, JSON.stringify(words, null, 1));
