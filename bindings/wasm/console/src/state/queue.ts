// The queue as the page sees it: lines, filters, groups, the chosen prescription. Records and replies stay in the worker.
import { computed, signal } from "@preact/signals";
import { proxy } from "comlink";
import { DECISIONS, SEVERITIES, type Opened, type Row } from "../model";
import { desk } from "../workers";
import { verdicts } from "./verdicts";

export type GroupBy = "none" | "decision" | "category" | "rule" | "institution";
export type Facet = "decision" | "completeness" | "category" | "rule" | "institution" | "verdict";
export type Filters = Record<Facet, ReadonlySet<string>>;
export type Line = { row: Row } | { group: string; rows: number };

const none = (): Filters => ({ decision: new Set(), completeness: new Set(), category: new Set(), rule: new Set(), institution: new Set(), verdict: new Set() });

export const rows = signal<readonly Row[]>([]);
export const filters = signal<Filters>(none());
export const search = signal("");
export const groupBy = signal<GroupBy>("none");
export const bySeverity = signal(false);
/** index of the chosen record, or null */
export const chosen = signal<number | null>(null);
export const progress = signal<{ done: number; total: number } | null>(null);
export const outcome = signal<Opened | null>(null);
/** counts changes of the queue, for what was computed on it to know that it is old */
export const revision = signal(0);

export const filtered = computed(() => Object.values(filters.value).some((set) => set.size > 0) || search.value.trim() !== "");
export const chosenRow = computed(() => (chosen.value === null ? null : (rows.value[chosen.value] ?? null)));

/** The values a line has for a facet; a line with several categories stands under each. */
export function valuesOf(row: Row, facet: Facet): readonly string[] {
  if (facet === "decision") return [row.decision];
  if (facet === "completeness") return [row.complete ? "complete" : "incomplete"];
  if (facet === "category") return row.categories;
  if (facet === "rule") return row.rules;
  if (facet === "institution") return [row.institution];
  return [verdicts.value.get(row.key)?.verdict ?? "open"];
}

/** Whether a line passes the filters; made once for all lines. `but`: a facet that does not count. */
function sieve(but?: Facet): (row: Row) => boolean {
  const set = (Object.entries(filters.value) as [Facet, ReadonlySet<string>][]).filter(([facet, wanted]) => facet !== but && wanted.size > 0);
  const sought = words.value;
  if (set.length === 0 && sought.length === 0) return () => true;
  return (row) => {
    if (!set.every(([facet, wanted]) => valuesOf(row, facet).some((value) => wanted.has(value)))) return false;
    if (sought.length === 0) return true;
    const text = `${row.id} ${row.drugs.join(" ")} ${row.rules.join(" ")} ${row.first?.message.zh ?? ""} ${row.first?.message.en ?? ""} ${row.institution}`.toLowerCase();
    return sought.every((word) => text.includes(word));
  };
}

const words = computed(() => search.value.trim().toLowerCase().split(/\s+/).filter(Boolean));

const rank = (row: Row) => DECISIONS.indexOf(row.decision) * 8 + (row.severity ? SEVERITIES.indexOf(row.severity) : 5);

export const visible = computed(() => {
  const fitting = rows.value.filter(sieve());
  return bySeverity.value ? fitting.toSorted((a, b) => rank(a) - rank(b) || a.index - b.index) : fitting;
});

/** Values of a facet among the lines the other filters leave, with how many. */
export function counts(facet: Facet): Map<string, number> {
  const found = new Map<string, number>();
  const fits = sieve(facet);
  for (const row of rows.value) {
    if (!fits(row)) continue;
    for (const value of valuesOf(row, facet)) found.set(value, (found.get(value) ?? 0) + 1);
  }
  return found;
}

export const lines = computed<readonly Line[]>(() => {
  const by = groupBy.value;
  if (by === "none") return visible.value.map((row) => ({ row }));
  const groups = new Map<string, Row[]>();
  for (const row of visible.value) {
    const values = valuesOf(row, by);
    for (const value of values.length > 0 ? values : [""]) (groups.get(value) ?? groups.set(value, []).get(value))?.push(row);
  }
  const order = by === "decision" ? (a: string, b: string) => DECISIONS.indexOf(a as Row["decision"]) - DECISIONS.indexOf(b as Row["decision"]) : undefined;
  const sorted = [...groups].sort(([a, x], [b, y]) => order?.(a, b) ?? (Number(a === "") - Number(b === "") || y.length - x.length));
  return sorted.flatMap(([group, members]) => [{ group, rows: members.length }, ...members.map((row) => ({ row }))]);
});

export const incomplete = computed(() => rows.value.filter((row) => !row.complete).length);

export function toggle(facet: Facet, value: string): void {
  const next = new Set(filters.value[facet]);
  if (!next.delete(value)) next.add(value);
  filters.value = { ...filters.value, [facet]: next };
}

export function clearFilters(): void {
  filters.value = none();
  search.value = "";
}

/** Every line by its index in the worker; `rows` is what the page last showed of it. */
let all: Row[] = [];

export function open(text: string): Promise<void> {
  return walk((onRows) => desk.open(text, onRows));
}

/** Every prescription once more, with the rules now in use; each old line stays until its new one is there. */
export async function reviewAgain(): Promise<void> {
  if (all.length > 0) await walk((onRows) => desk.reviewAgain(onRows));
}

/** Milliseconds between two redraws of the list while lines come in. */
const REDRAW = 200;

async function walk(job: (onRows: (some: Row[], done: number, total: number) => void) => Promise<Opened>): Promise<void> {
  const mine = all;
  let shownAt = performance.now();
  outcome.value = null;
  progress.value = { done: 0, total: 0 };
  const onRows = proxy((some: Row[], done: number, total: number) => {
    for (const row of some) mine[row.index] = row;
    if (mine !== all) return;
    progress.value = { done, total };
    if (performance.now() - shownAt > REDRAW) {
      shownAt = performance.now();
      rows.value = [...all];
    }
  });
  try {
    const opened = await job(onRows);
    if (mine === all) outcome.value = opened;
  } finally {
    rows.value = [...all];
    progress.value = null;
    revision.value++;
  }
}

export function cancel(): void {
  void desk.cancel();
}

export async function clear(): Promise<void> {
  all = [];
  rows.value = [];
  clearFilters();
  chosen.value = null;
  outcome.value = null;
  revision.value++;
  await desk.clear();
}

/** The line before or after the chosen one, as the queue is shown. */
export function neighbour(step: 1 | -1): Row | null {
  const at = visible.value.findIndex((row) => row.index === chosen.value);
  return at < 0 ? null : (visible.value[at + step] ?? null);
}
