// What the pharmacist decided, kept in this browser only. A verdict belongs to the exact text of a record: a changed prescription is judged anew.
import { computed, signal } from "@preact/signals";
import { createStore, del, entries, set } from "idb-keyval";
import type { Row } from "../model";

export type Choice = "pass" | "return" | "double_sign";

export interface Verdict {
  key: string;
  prescription: string;
  verdict: Choice;
  reason: string;
  /** items signed a second time */
  items: string[];
  pharmacist: string;
  at: string;
  decision: Row["decision"];
  complete: boolean;
  gap: Row["gap"];
  /** digest of the rules under which it was given */
  rules: string;
  institution: string;
  findings: string[];
}

const store = createStore("shenfang-verdicts", "verdicts");
const PHARMACIST = "shenfang.pharmacist";

export const verdicts = signal<ReadonlyMap<string, Verdict>>(new Map());
export const pharmacist = signal(localStorage.getItem(PHARMACIST) ?? "");
export const byTime = computed(() => [...verdicts.value.values()].sort((a, b) => a.at.localeCompare(b.at)));

export async function loadVerdicts(): Promise<void> {
  verdicts.value = new Map((await entries<string, Verdict>(store)).map(([key, verdict]) => [key, verdict]));
}

export async function keep(verdict: Verdict): Promise<void> {
  await set(verdict.key, verdict, store);
  verdicts.value = new Map(verdicts.value).set(verdict.key, verdict);
}

export async function withdraw(key: string): Promise<void> {
  await del(key, store);
  const left = new Map(verdicts.value);
  left.delete(key);
  verdicts.value = left;
}

export function nameThePharmacist(name: string): void {
  pharmacist.value = name;
  localStorage.setItem(PHARMACIST, name);
}
