// Verdicts as files for the hospital's other systems. What it never does: send anything; the browser saves the file.
import type { Verdict } from "./state/verdicts";

const COLUMNS: readonly (keyof Verdict)[] = ["prescription", "verdict", "reason", "items", "pharmacist", "at", "decision", "complete", "gap", "institution", "findings", "rules", "key"];

export function ndjson(verdicts: readonly Verdict[]): string {
  return verdicts.map((verdict) => `${JSON.stringify(verdict)}\n`).join("");
}

/** For spreadsheets: UTF-8 with a mark, and no cell that one would take for a formula. */
export function csv(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map((verdict) => COLUMNS.map((column) => cell(verdict[column])).join(","));
  return `\ufeff${[COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

function cell(value: Verdict[keyof Verdict]): string {
  const text = Array.isArray(value) ? value.join("; ") : String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function save(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
