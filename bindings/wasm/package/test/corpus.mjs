// The corpus that every binding is held to, by the names of the files in tests/corpus.
import { readFileSync } from "node:fs";

const root = new URL("../../../../", import.meta.url);
export const text = (path) => readFileSync(new URL(path, root), "utf8");
export const records = text("tests/corpus/records.ndjson");
export const reviews = text("tests/corpus/reviews.ndjson");
export const ON = "2026-11-22";

/** A generator of numbers that is the same on every machine (mulberry32). */
export function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Damaged copies of good records: characters cut, doubled, exchanged, numbers made huge, keys renamed, depth added. */
export function* damaged(lines, count, seed) {
  const random = generator(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const marks = ["{", "}", "[", "]", '"', ",", ":", "\\", "\u0000", "😀", "\ud800", "1e999999999", "-0", "null", "1".repeat(400), '{"a":'.repeat(300)];
  for (let made = 0; made < count; made++) {
    let record = pick(lines);
    for (let edits = 1 + Math.floor(random() * 4); edits > 0; edits--) {
      const at = Math.floor(random() * record.length);
      const to = Math.min(record.length, at + Math.floor(random() * 20));
      record = pick([
        () => record.slice(0, at) + record.slice(to),
        () => record.slice(0, at) + pick(marks) + record.slice(at),
        () => record.slice(0, to) + record.slice(at),
        () => record.slice(0, at) + pick(marks) + record.slice(to),
        () => record.slice(0, at),
      ])();
    }
    yield record;
  }
}
