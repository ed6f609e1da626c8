// The graph: a name and all that touches it, drawn and as a list. Every box and every line of the list leads on.
import { useSignal, useSignalEffect } from "@preact/signals";
import type { Graph } from "shenfang";
import { language, list, t } from "../i18n";
import { draw, type Drawing } from "../graph_model";
import type { Explanation } from "../knowledge";
import { Canvas } from "../parts/canvas";
import { ExplanationPanel } from "../parts/explanation";
import { engine, go, place } from "../state/page";
import { library } from "../workers";

interface Found {
  name: string;
  explanation: Explanation;
  graph: Graph | null;
}

export function GraphView() {
  const found = useSignal<Found | null>(null);
  const busy = useSignal(false);
  const typed = useSignal(place.value.at);
  useSignalEffect(() => {
    const name = place.value.view === "graph" ? place.value.at.trim() : "";
    const ready = engine.value.state === "ready";
    typed.value = name;
    if (!name || !ready) {
      if (!name) found.value = null;
      return;
    }
    busy.value = true;
    void look(name).then((result) => {
      if (place.peek().at.trim() !== name) return;
      found.value = result;
      busy.value = false;
    });
  });
  const current = found.value;
  const drawing = current ? draw(current.explanation, current.graph, language.value === "zh") : null;
  return (
    <div class="graph">
      <h2 class="visually-hidden">{t("graph")}</h2>
      <form
        class="bar"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.value.trim()) go("graph", typed.value.trim());
        }}
      >
        <button type="button" onClick={() => history.back()}>
          ← {t("back")}
        </button>
        <input id="graph-search" type="search" class="search" placeholder={t("graph_search")} aria-label={t("graph_search")} value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
        <button class="primary">{t("show")}</button>
        {drawing && drawing.boxes.length < drawing.all && <span class="muted">{t("truncated", { shown: drawing.boxes.length, all: drawing.all })}</span>}
      </form>
      {busy.value && !current && <p class="empty">{t("computing")}</p>}
      {!current && !busy.value && <p class="empty">{t("graph_hint")}</p>}
      {current && <Answer found={current} drawing={drawing} />}
    </div>
  );
}

async function look(name: string): Promise<Found> {
  const explanation = (await library.explain(name)) as Explanation;
  const concept = "concepts" in explanation ? explanation.concepts[0] : undefined;
  return { name, explanation, graph: concept ? await library.graph(concept.name) : null };
}

function Answer({ found, drawing }: { found: Found; drawing: Drawing | null }) {
  const { explanation, name } = found;
  if ("unknown" in explanation) {
    return (
      <div class="empty">
        <p class="empty-title">{t("unknown_name", { name })}</p>
        {explanation.unknown.length > 0 && <p>{t("did_you_mean", { names: list(explanation.unknown) })}</p>}
        <p>
          {explanation.unknown.map((near) => (
            <button key={near} type="button" onClick={() => go("graph", near)}>
              {near}
            </button>
          ))}
        </p>
      </div>
    );
  }
  return (
    <div class="graph-split">
      {drawing && <Canvas drawing={drawing} label={t("neighbourhood", { name, nodes: drawing.boxes.length, edges: drawing.lines.length })} />}
      <ExplanationPanel explanation={explanation} />
    </div>
  );
}
