// The shortcuts that work everywhere. Single keys are off while one types, and can be switched off altogether.
import { useLayoutEffect } from "preact/hooks";
import { switchLanguage } from "../app";
import { go, helpOpen, singleKeys, VIEWS } from "../state/page";

/** Whether this key press is text for a field. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox]):not([type=radio])");
}

/** A plain key that may act as a shortcut. */
export function single(event: KeyboardEvent): boolean {
  const dialog = document.querySelector("dialog[open]");
  return singleKeys.value && !dialog && !typing(event) && !event.ctrlKey && !event.metaKey && !event.altKey;
}

/** Listens while the component is there, from the moment it is shown. */
export function useKeys(handler: (event: KeyboardEvent) => void): void {
  useLayoutEffect(() => {
    window.addEventListener("keydown", handler);
    return () => window.removeEventListener("keydown", handler);
  });
}

export function useGlobalKeys(): void {
  useKeys((event) => {
    if (!single(event)) return;
    const view = VIEWS[Number(event.key) - 1];
    if (view) go(view);
    else if (event.key === "?") helpOpen.value = true;
    else if (event.key === "l" || event.key === "L") switchLanguage();
    else return;
    event.preventDefault();
  });
}
