// The rule files: built-in texts, the pharmacist's saved overlay, and drafts not saved yet. Saving makes the overlay the rules in use.
import { computed, signal } from "@preact/signals";
import { createStore, get, set } from "idb-keyval";
import type { Comparison, Compiled, Diagnostic, Files, Loaded } from "../model";
import type { EngineParts } from "../parts_of_engine";
import { desk, editor, library } from "../workers";
import { t } from "../i18n";
import { engine, tell } from "./page";
import { reviewAgain, revision } from "./queue";

const store = createStore("shenfang-rules", "overlay");

export const builtin = signal<Files>({});
/** saved files over the built-in ones; these are in use */
export const saved = signal<Files>({});
/** edited and not saved */
export const drafts = signal<Files>({});
export const diagnostics = signal<readonly Diagnostic[] | null>(null);
/** what a try to use the edits said, over all files */
export const compileFaults = signal<readonly Diagnostic[]>([]);

export interface Computed {
  compiled: Compiled;
  comparison: Comparison | null;
  /** what it was computed on: drafts and queue */
  on: { drafts: Files; revision: number };
}
export const computedImpact = signal<Computed | null>(null);
export const computing = signal(false);

export const paths = computed(() => [...new Set([...Object.keys(builtin.value), ...Object.keys(saved.value), ...Object.keys(drafts.value)])].sort());
export const dirty = computed(() => Object.keys(drafts.value).length > 0);
/** The overlay as it would be once saved. */
export const pending = computed<Files>(() => ({ ...saved.value, ...drafts.value }));
export const impactIsOld = computed(() => {
  const impact = computedImpact.value;
  return impact !== null && (impact.on.drafts !== drafts.value || impact.on.revision !== revision.value);
});

export function textOf(path: string): string | undefined {
  return drafts.value[path] ?? saved.value[path] ?? builtin.value[path];
}

export function isEditable(path: string): boolean {
  return path in drafts.value || path in saved.value;
}

export async function loadFiles(parts: EngineParts): Promise<void> {
  await Promise.all([editor.load(parts), library.load(parts)]);
  builtin.value = parts.texts;
  const kept = (await get<Files>("files", store)) ?? {};
  for (const [path, text] of Object.entries(kept)) await editor.set(path, text);
  if (Object.keys(kept).length === 0) return;
  if ((await use(kept)).loaded) {
    saved.value = kept;
    return;
  }
  // The packs may have changed since: what no longer fits is a draft again, and that is said.
  drafts.value = kept;
  tell(t("saved_not_used"), "bad");
}

async function use(files: Files): Promise<Compiled> {
  const { compiled, program } = await library.use(files);
  compileFaults.value = compiled.diagnostics;
  if (compiled.loaded) engine.value = { state: "ready", loaded: await desk.use(program) };
  return compiled;
}

/** A keystroke: the draft and nothing else; checking is the editor's. */
export function draft(path: string, text: string): void {
  const same = (saved.value[path] ?? builtin.value[path]) === text;
  const next = { ...drafts.value };
  if (same && path in saved.value) delete next[path];
  else next[path] = text;
  drafts.value = next;
  compileFaults.value = [];
}

/** Makes every draft part of the rules in use and keeps it. With an error nothing changes, and the diagnostics say why. */
export async function save(): Promise<Loaded | null> {
  const files = pending.value;
  const compiled = await use(files);
  if (!compiled.loaded) return null;
  await set("files", files, store);
  saved.value = files;
  // What was typed while this compiled is still a draft.
  drafts.value = Object.fromEntries(Object.entries(drafts.value).filter(([path, text]) => files[path] !== text));
  computedImpact.value = null;
  await reviewAgain();
  return compiled.loaded;
}

/** Drops the draft of a file; of a saved file without draft, the saved text too, which changes the rules in use. */
export async function revert(path: string): Promise<void> {
  if (path in drafts.value) {
    const { [path]: _, ...rest } = drafts.value;
    drafts.value = rest;
    await editor.set(path, saved.value[path] ?? null);
    return;
  }
  const { [path]: _, ...rest } = saved.value;
  const compiled = await use(rest);
  if (!compiled.loaded) return tell(t("cannot_save"), "bad");
  await set("files", rest, store);
  saved.value = rest;
  await editor.set(path, null);
  await reviewAgain();
}

export async function discardDrafts(): Promise<void> {
  for (const path of Object.keys(drafts.value)) await editor.set(path, saved.value[path] ?? null);
  drafts.value = {};
  computedImpact.value = null;
}

export async function computeImpact(): Promise<void> {
  const on = { drafts: drafts.value, revision: revision.value };
  computing.value = true;
  try {
    const { compiled, comparison, program } = await library.impact(pending.value, await desk.ndjson());
    compileFaults.value = compiled.diagnostics;
    await desk.propose(program);
    computedImpact.value = { compiled, comparison, on };
  } finally {
    computing.value = false;
  }
}
