// The three workers as seen from the page. They are made after the page has closed itself to the network and inherit that: a worker begun from a
// blob has the policy of its page, one begun from a file would have its own.
import { wrap, type Remote } from "comlink";
import deskUrl from "./worker/desk?worker&url";
import editorUrl from "./worker/editor?worker&url";
import libraryUrl from "./worker/library?worker&url";
import type { Desk } from "./worker/desk";
import type { Editor } from "./worker/editor";
import type { Library } from "./worker/library";

export let desk: Remote<Desk>;
export let editor: Remote<Editor>;
export let library: Remote<Library>;

function begin(url: string, name: string): Worker {
  const whole = new URL(url, document.baseURI).href;
  const blob = URL.createObjectURL(new Blob([`import ${JSON.stringify(whole)};`], { type: "text/javascript" }));
  return new Worker(blob, { type: "module", name });
}

/** Resolves when the worker listens: what is posted to a module worker before its imports are there would be lost. */
function listening(worker: Worker): Promise<Worker> {
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", () => resolve(worker), { once: true });
    worker.addEventListener("error", (event) => reject(new Error(event.message || "a worker could not be started")), { once: true });
  });
}

export async function beginWorkers(): Promise<void> {
  const [first, second, third] = await Promise.all([begin(deskUrl, "desk"), begin(editorUrl, "editor"), begin(libraryUrl, "library")].map(listening));
  if (!first || !second || !third) return;
  desk = wrap<Desk>(first);
  editor = wrap<Editor>(second);
  library = wrap<Library>(third);
}
