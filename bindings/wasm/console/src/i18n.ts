// The language of the page, and picking texts by it.
import { effect, signal } from "@preact/signals";
import type { Bilingual, Language } from "./model";
import { ui } from "./words/ui";

const KEY = "shenfang.language";
export const language = signal<Language>(localStorage.getItem(KEY) === "en" ? "en" : "zh");

effect(() => {
  document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  document.title = t("title");
  localStorage.setItem(KEY, language.value);
});

export type Key = keyof typeof ui;

/** A text of the page; `{name}` is filled from `values`. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const [zh, en] = ui[key];
  const text = language.value === "zh" ? zh : en;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The reader's side of a text in two languages. */
export function say(text: Bilingual | undefined | null): string {
  if (!text) return "";
  return text[language.value] || text.zh || text.en;
}

/** Joins a list as the language does. */
export function list(parts: readonly string[]): string {
  return parts.join(language.value === "zh" ? "、" : ", ");
}

export function number(value: number): string {
  return value.toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB");
}
