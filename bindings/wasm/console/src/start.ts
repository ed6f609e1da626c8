// Loads everything once, then closes the network: engine, rules, their texts, what this browser keeps.
import { closeTheNetwork, fetchParts } from "./parts_of_engine";
import { loadFiles } from "./state/files";
import { engine } from "./state/page";
import { loadVerdicts } from "./state/verdicts";
import { beginWorkers, desk } from "./workers";

export async function start(): Promise<void> {
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
