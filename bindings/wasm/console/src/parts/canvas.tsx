// Draws a neighbourhood with Cytoscape. For the eye only: the list beside it says and does the same for the keyboard and for readers.
import cytoscape, { type Core, type StylesheetJson } from "cytoscape";
import { useEffect, useRef } from "preact/hooks";
import type { Drawing } from "../graph_model";
import { language, t } from "../i18n";
import { go } from "../state/page";
import * as terms from "../words/terms";

const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';

/** [fill, edge, text] by kind; rules take those of their severity. */
const COLOURS: Record<string, [string, string, string]> = {
  class: ["#eef1f6", "#8a97ad", "#2b3648"],
  group: ["#eef1f6", "#8a97ad", "#2b3648"],
  code: ["#f4f4f1", "#a5a294", "#45443c"],
  product: ["#eaf3fb", "#6d9cc6", "#1d3f60"],
  formula: ["#eaf3fb", "#6d9cc6", "#1d3f60"],
  herb: ["#eaf5ee", "#6aa682", "#1d4a31"],
  substance: ["#eaf5ee", "#6aa682", "#1d4a31"],
  concept: ["#eaf5ee", "#6aa682", "#1d4a31"],
  condition: ["#f3eefa", "#9a82c0", "#3f2c60"],
  contraindicated: ["#fdeaea", "#b3261e", "#7d1611"],
  major: ["#fdf1e0", "#b26a00", "#6d4100"],
  moderate: ["#e8f2fb", "#2f6ea8", "#1d4870"],
  minor: ["#f3f4f6", "#7b8594", "#3f4753"],
};

function styles(): StylesheetJson {
  const kinds = Object.entries(COLOURS).map(([kind, [fill, edge, text]]) => ({
    selector: `node[tone = "${kind}"]`,
    style: { "background-color": fill, "border-color": edge, color: text },
  }));
  return [
    {
      selector: "node",
      style: { label: "data(label)", shape: "round-rectangle", width: 164, height: 40, "font-size": 13, "font-family": FONT, "text-valign": "center", "text-halign": "center", "text-wrap": "wrap", "text-max-width": "154px", "text-overflow-wrap": language.value === "zh" ? "anywhere" : "whitespace", "border-width": 1.5 },
    },
    { selector: "edge", style: { width: 1, "line-color": "#c3cad4", "target-arrow-color": "#9aa5b4", "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "straight" } },
    ...kinds,
    { selector: "node.centre", style: { "border-width": 3, height: 52, "font-size": 16, "font-weight": "bold" } },
    { selector: "node:active, node.over", style: { "overlay-opacity": 0.08 } },
  ] as StylesheetJson;
}

function shorten(text: string): string {
  const wide = language.value === "zh" ? 24 : 44;
  return text.length > wide ? `${text.slice(0, wide - 1)}…` : text;
}

/** The library would add a style element of its own, which the page's policy refuses, unless one of this id is there: `graph.css` says what it would. */
const STYLED = "__________cytoscape_stylesheet";

export function Canvas({ drawing, label }: { drawing: Drawing; label: string }) {
  const box = useRef<HTMLDivElement>(null);
  const core = useRef<Core | null>(null);
  useEffect(() => {
    if (!box.current) return;
    const graph = cytoscape({
      container: box.current,
      style: styles(),
      elements: [
        ...drawing.boxes.map((one, at) => ({
          group: "nodes" as const,
          classes: at === 0 ? "centre" : "",
          data: { id: one.id, to: one.to, tone: one.severity ?? one.kind, label: `${one.severity && at > 0 ? `${terms.SEVERITY_ICON[one.severity]} ` : ""}${shorten(one.label)}` },
          position: { x: one.x, y: one.y },
        })),
        ...drawing.lines.map((line) => ({ group: "edges" as const, data: line })),
      ],
      layout: { name: "preset", fit: true, padding: 24 },
      minZoom: 0.25,
      maxZoom: 2.5,
      autoungrabify: true,
      boxSelectionEnabled: false,
    });
    graph.on("tap", "node", (event) => {
      const to = event.target.data("to") as string;
      if (to !== drawing.boxes[0]?.to) go("graph", to);
    });
    graph.on("mouseover", "node", (event) => void event.target.addClass("over"));
    graph.on("mouseout", "node", (event) => void event.target.removeClass("over"));
    core.current = graph;
    return () => graph.destroy();
  }, [drawing]);
  return (
    <div class="canvas-frame" id={STYLED}>
      <div ref={box} class="canvas __________cytoscape_container" role="img" aria-label={label} />
      <button type="button" class="canvas-fit" onClick={() => core.current?.fit(undefined, 24)}>
        {t("fit")}
      </button>
      <ul class="legend" aria-label={t("legend")}>
        {(["contraindicated", "major", "moderate", "minor"] as const).map((severity) => (
          <li key={severity} class={`severity-${severity}`}>
            <span aria-hidden="true">{terms.SEVERITY_ICON[severity]}</span> {terms.severity(severity)}
          </li>
        ))}
        {(["herb", "product", "class"] as const).map((kind) => (
          <li key={kind} class={`legend-${kind}`}>
            {terms.conceptKind(kind)}
          </li>
        ))}
      </ul>
    </div>
  );
}
