// Loads everything once, then closes the network: engine, rules, their texts, what this browser keeps.
import { closeTheNetwork, fetchParts } from "./parts_of_engine";
import { loadFiles } from "./state/files";
import { t } from "./i18n";
import { engine, tell } from "./state/page";
import { loadVerdicts } from "./state/verdicts";
import { beginWorkers, desk } from "./workers";

/** A defect is told, never swallowed. */
function tellDefects(): void {
  window.addEventListener("unhandledrejection", (event) => {
    tell(t("unexpected", { message: event.reason instanceof Error ? event.reason.message : String(event.reason) }), "bad");
  });
}

export async function start(): Promise<void> {
  tellDefects();
  try {
    const [parts] = await Promise.all([fetchParts(), loadVerdicts()]);
    if (import.meta.env.PROD) closeTheNetwork();
    await beginWorkers();
    const loaded = await desk.load(parts);
    engine.value = { state: "ready", loaded };
    await loadFiles(parts);
    document.documentElement.dataset.ready = "true";
  } catch (error) {
    engine.value = { state: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}
