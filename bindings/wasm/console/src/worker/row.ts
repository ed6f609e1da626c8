// A record and its reply as one line of the queue. What it never does: decide anything; a reply that is no review is shown as unreadable.
import { isReview, type Finding, type Review, type Row, type Unreadable } from "../model";

interface Person {
  sex?: unknown;
  age?: unknown;
  birth_date?: unknown;
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (value && typeof value === "object" && "value" in value) {
    const { value: number, unit } = value as { value: unknown; unit?: unknown };
    return `${String(number)} ${typeof unit === "string" ? unit : ""}`.trim();
  }
  return "";
}

function named(value: unknown): string {
  if (typeof value === "string") return value;
  if (value && typeof value === "object") {
    const { name, code } = value as { name?: unknown; code?: unknown };
    return typeof name === "string" ? name : typeof code === "string" ? code : "";
  }
  return "";
}

function parsed(record: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(record);
    return value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A short name of a text: two records share it only if they are the same text (53 bits). */
export function keyOf(record: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < record.length; i++) {
    const c = record.charCodeAt(i);
    a = Math.imul(a ^ c, 2654435761);
    b = Math.imul(b ^ c, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

function missing(review: Review): string[] {
  const needs = new Set(review.undetermined.flatMap((entry) => entry.needs));
  if (review.unrecognized.length > 0) needs.add("unrecognized");
  return [...needs];
}

type Judged = Pick<Row, "decision" | "complete" | "gap" | "error" | "findings" | "severity" | "categories" | "rules" | "first" | "missing">;

function judged(reply: Review | Unreadable): Judged {
  if (!isReview(reply)) {
    const none = { findings: 0, severity: null, categories: [], rules: [], first: null, missing: [] };
    return { decision: "unreadable", complete: false, gap: null, error: reply.error, ...none };
  }
  const first: Finding | undefined = reply.findings[0];
  return {
    decision: reply.decision,
    complete: reply.complete,
    gap: reply.gap,
    error: null,
    findings: reply.findings.length,
    severity: first?.severity ?? null,
    categories: [...new Set(reply.findings.map((finding) => finding.category))],
    rules: [...new Set(reply.findings.map((finding) => finding.rule))],
    first: first ? { category: first.category, message: first.message } : null,
    missing: missing(reply),
  };
}

export function rowOf(index: number, line: number, record: string, reply: Review | Unreadable): Row {
  const sheet = parsed(record);
  const patient = (sheet.patient ?? {}) as Person;
  const items = Array.isArray(sheet.items) ? (sheet.items as { drug?: unknown }[]) : [];
  return {
    index,
    key: keyOf(record),
    id: reply.id ?? `#${line}`,
    ...judged(reply),
    kind: typeof sheet.kind === "string" ? sheet.kind : "",
    institution: named((sheet.institution as { id?: unknown } | undefined)?.id),
    department: named(sheet.department),
    patient: { sex: text(patient.sex), age: text(patient.age), birth: ageOn(patient, sheet.authored_on) },
    drugs: items.map((item) => named(item?.drug)),
  };
}

/** Completed years on the day of the prescription, for reading only; the engine counts its own. */
function ageOn(patient: Person, on: unknown): string {
  const born = /^(\d{4})-(\d\d)-(\d\d)/.exec(text(patient.birth_date));
  const day = /^(\d{4})-(\d\d)-(\d\d)/.exec(text(on));
  if (!born || !day) return text(patient.birth_date);
  const [by, bm, bd] = born.slice(1).map(Number) as [number, number, number];
  const [y, m, d] = day.slice(1).map(Number) as [number, number, number];
  const months = (y - by) * 12 + (m - bm) - (d < bd ? 1 : 0);
  return months >= 24 ? `${Math.floor(months / 12)} a` : `${months} mo`;
}
