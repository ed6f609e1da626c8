// Which view is shown, what the engine has loaded, and messages to the reader. The address after `#` says the view, so that Back works.
import { effect, signal } from "@preact/signals";
import type { Loaded } from "../model";

export type View = "queue" | "prescription" | "rules" | "impact" | "graph";
export const VIEWS: readonly View[] = ["queue", "prescription", "rules", "impact", "graph"];

interface Place {
  view: View;
  /** a rule file, or the name the graph stands at */
  at: string;
}

function read(): Place {
  const [view = "", ...rest] = location.hash.slice(1).split("/");
  const known = VIEWS.find((name) => name === view) ?? "queue";
  return { view: known, at: decodeURIComponent(rest.join("/")) };
}

export const place = signal<Place>(read());
export const engine = signal<{ state: "loading" } | { state: "ready"; loaded: Loaded } | { state: "failed"; message: string }>({ state: "loading" });
export const notice = signal<{ text: string; kind: "good" | "bad" } | null>(null);
export const helpOpen = signal(false);

const SINGLE = "shenfang.single-keys";
export const singleKeys = signal(localStorage.getItem(SINGLE) !== "off");

effect(() => localStorage.setItem(SINGLE, singleKeys.value ? "on" : "off"));

window.addEventListener("hashchange", () => {
  place.value = read();
});

export function go(view: View, at = ""): void {
  const hash = `#${view}${at ? `/${encodeURIComponent(at)}` : ""}`;
  if (location.hash !== hash) location.hash = hash;
  place.value = { view, at };
}

let timer: ReturnType<typeof setTimeout> | undefined;

export function tell(text: string, kind: "good" | "bad" = "good"): void {
  notice.value = { text, kind };
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = null), kind === "good" ? 5000 : 15000);
}
