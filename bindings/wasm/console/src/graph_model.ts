// A neighbourhood as boxes in columns: what it is above, what it contains below, where it is found on the left, rules and limits on the right.
// Columns read like a table, and the same name always stands in the same place; what does not fit is counted, and the list beside the graph has it.
import type { Graph } from "shenfang";
import { reaches, type Concept, type Explanation, type GroupExplained, type RuleExplained } from "./knowledge";
import type { Severity } from "./model";

export interface Box {
  id: string;
  label: string;
  kind: string;
  severity?: Severity;
  /** what a click goes to */
  to: string;
  x: number;
  y: number;
}

export interface Line {
  id: string;
  source: string;
  target: string;
  kind: string;
}

export interface Drawing {
  boxes: Box[];
  lines: Line[];
  /** how many there are in all */
  all: number;
}

interface Neighbour {
  key: string;
  label: string;
  kind: string;
  relation: string;
  /** the relation points at the centre */
  inward: boolean;
  severity?: Severity | undefined;
}

type Side = "above" | "below" | "left" | "right";

const ROOM: Record<Side, { columns: number; rows: number }> = {
  above: { columns: 2, rows: 4 },
  below: { columns: 2, rows: 5 },
  left: { columns: 2, rows: 11 },
  right: { columns: 2, rows: 12 },
};
const WIDE = 176;
const HIGH = 50;

function side(neighbour: Neighbour): Side {
  if (neighbour.kind === "rule" || neighbour.kind === "dose") return "right";
  if (neighbour.relation === "contains" || neighbour.relation === "excipient") return neighbour.inward ? "left" : "below";
  if (neighbour.relation === "member" || neighbour.relation === "binds") return neighbour.inward ? "above" : "below";
  return neighbour.inward ? "below" : "above";
}

/** Where the n-th of a side stands; the middle comes first, so that few stay close to the centre. */
function position(where: Side, n: number, of: number): { x: number; y: number } {
  const { columns, rows } = ROOM[where];
  if (where === "above" || where === "below") {
    const inRow = Math.min(columns, of - Math.floor(n / columns) * columns);
    const y = (Math.floor(n / columns) + 1.9) * HIGH * (where === "above" ? -1 : 1);
    return { x: ((n % columns) - (inRow - 1) / 2) * WIDE, y };
  }
  const column = Math.floor(n / rows);
  const inColumn = Math.min(rows, of - column * rows);
  const x = (column * (WIDE + 8) + WIDE * 1.5 + 50) * (where === "left" ? -1 : 1);
  return { x, y: ((n % rows) - (inColumn - 1) / 2) * HIGH };
}

function layout(centre: Omit<Box, "x" | "y">, neighbours: readonly Neighbour[]): Drawing {
  const boxes: Box[] = [{ ...centre, x: 0, y: 0 }];
  const lines: Line[] = [];
  const sides = new Map<Side, Neighbour[]>();
  for (const neighbour of neighbours) sides.set(side(neighbour), [...(sides.get(side(neighbour)) ?? []), neighbour]);
  for (const [where, members] of sides) {
    const room = ROOM[where].columns * ROOM[where].rows;
    const shown = members.slice(0, room);
    shown.forEach((member, n) => {
      boxes.push({ id: member.key, label: member.label, kind: member.kind, to: member.key, ...(member.severity ? { severity: member.severity } : {}), ...position(where, n, shown.length) });
      const [source, target] = member.inward ? [member.key, centre.id] : [centre.id, member.key];
      lines.push({ id: `${source}→${target}`, source, target, kind: member.relation });
    });
  }
  return { boxes, lines, all: neighbours.length + 1 };
}

/** The last part of a rule id, or its title where it has one. */
export function ruleLabel(id: string, title: readonly [string, string] | undefined, zh: boolean): string {
  const said = zh ? title?.[0] : title?.[1] || title?.[0];
  return said || (id.split(".").pop() ?? id).replaceAll("_", " · ");
}

/** A group is known by its pack and its own name. */
function boxLabel(node: Graph["nodes"][number], zh: boolean): string {
  if (node.kind === "group") return node.name.split(".").slice(-2).join(".");
  return (zh ? node.zh : node.en) || node.name;
}

function conceptDrawing(concept: Concept, graph: Graph, zh: boolean): Drawing {
  const centre = graph.nodes.find((node) => node.name === concept.name && !["rule", "dose", "group"].includes(node.kind));
  const near = new Map<string, Neighbour>();
  for (const edge of centre ? graph.edges : []) {
    const inward = edge.target === centre?.id;
    const other = graph.nodes.find((node) => node.id === (inward ? edge.source : edge.target));
    if (!other || (edge.source !== centre?.id && !inward) || other.kind === "rule" || other.kind === "dose") continue;
    near.set(other.name, { key: other.name, label: boxLabel(other, zh), kind: other.kind, relation: edge.kind, inward });
  }
  for (const { rule, ways } of reaches(concept)) {
    const dose = ways.some((way) => way.role === "dose");
    near.set(rule.id, { key: rule.id, label: `${dose ? (zh ? "限量 " : "limit ") : ""}${ruleLabel(rule.id, rule.title, zh)}`, kind: dose ? "dose" : "rule", relation: dose ? "limits" : "binds", inward: true, severity: rule.severity });
  }
  return layout({ id: concept.name, label: zh ? concept.name : concept.en || concept.name, kind: concept.kind, to: concept.name }, [...near.values()]);
}

function ruleDrawing(explained: RuleExplained, zh: boolean): Drawing {
  const { rule, variables, asks } = explained;
  const [first, ...others] = variables;
  const member = (relation: string, inward: boolean) => (name: string): Neighbour => ({ key: name, label: name, kind: "concept", relation, inward });
  const asked = asks.map((name): Neighbour => ({ key: name, label: name, kind: "condition", relation: "is-a", inward: false }));
  const near = [...(first?.[1] ?? []).map(member("contains", true)), ...others.flatMap(([, names]) => names).map(member("contains", false)), ...asked];
  const unique = [...new Map(near.map((one) => [one.key, one])).values()].filter((one) => one.key !== rule.id);
  const drawing = layout({ id: rule.id, label: ruleLabel(rule.id, rule.title, zh), kind: "rule", severity: rule.severity, to: rule.id }, unique);
  return { ...drawing, lines: drawing.lines.map((line) => ({ ...line, kind: "binds" })) };
}

function groupDrawing(group: GroupExplained): Drawing {
  const members = group.members.map((name): Neighbour => ({ key: name, label: name, kind: "concept", relation: "contains", inward: false }));
  const rules = group.named_by.map((id): Neighbour => ({ key: id, label: ruleLabel(id, undefined, true), kind: "rule", relation: "binds", inward: true }));
  return layout({ id: group.id, label: group.id.split(".").pop() ?? group.id, kind: "group", to: group.id }, [...members, ...rules]);
}

export function draw(explanation: Explanation, graph: Graph | null, zh: boolean): Drawing | null {
  if ("concepts" in explanation && explanation.concepts[0]) return conceptDrawing(explanation.concepts[0], graph ?? ({ nodes: [], edges: [] } as unknown as Graph), zh);
  if ("rules" in explanation && explanation.rules[0]) return ruleDrawing(explanation.rules[0], zh);
  if ("groups" in explanation && explanation.groups[0]) return groupDrawing(explanation.groups[0]);
  return null;
}
