// The words of the clinic: decisions, severities, categories, kinds. What the rule language has a word for is taken from its keyword table.
import keywords from "../generated/words.json";
import { language } from "../i18n";
import type { Action, Row, Severity } from "../model";

const table = keywords as Record<string, Record<string, string>>;

/** The Chinese of a keyword in one place of the language; the English word itself where there is none. */
export function keyword(place: string, en: string): string | undefined {
  return table[place]?.[en];
}

function pick(zh: string, en: string): string {
  return language.value === "zh" ? zh : en;
}

function word(place: string, en: string): string {
  return pick(keyword(place, en) ?? en, en.replaceAll("_", " "));
}

export function severity(value: Severity): string {
  return word("severity", value);
}

export function action(value: Action): string {
  return word("action", value);
}

export function category(value: string): string {
  return word("category", value);
}

export function subject(value: string): string {
  return word("which fact of the patient a contraindication is about", value);
}

export function prescriptionKind(value: string): string {
  return word("kind of prescription", value);
}

export function setting(value: string): string {
  return word("setting", value);
}

export function sex(value: string): string {
  return word("sex", value);
}

export function title(value: string): string {
  return word("rank of a prescriber", value);
}

export function skinTest(value: string): string {
  return word("result of a skin test", value);
}

export function route(value: string): string {
  return word("route", value);
}

export function decision(value: Row["decision"]): string {
  if (value === "pass") return pick("通过", "pass");
  if (value === "unjudged") return pick("未能判断", "unjudged");
  if (value === "unreadable") return pick("无法读取", "unreadable");
  return action(value);
}

/** A shape beside the word, so that colour is never the only difference. */
export const DECISION_ICON: Record<Row["decision"], string> = {
  unreadable: "✕",
  block: "◆",
  warn: "▲",
  inform: "●",
  log: "○",
  unjudged: "?",
  pass: "✓",
};

export const SEVERITY_ICON: Record<Severity, string> = { contraindicated: "◆", major: "▲", moderate: "●", minor: "○" };

export function verdictWord(value: "pass" | "return" | "double_sign"): string {
  if (value === "pass") return pick("通过", "pass");
  if (value === "return") return pick("退回", "returned");
  return pick("双签", "double signature");
}

const CONCEPTS: Record<string, [string, string]> = {
  herb: ["饮片", "piece"],
  substance: ["成分", "substance"],
  product: ["制剂", "product"],
  class: ["药类", "class"],
  condition: ["疾病", "condition"],
  formula: ["方剂", "formula"],
  code: ["编码", "code"],
  group: ["组", "group"],
  rule: ["规则", "rule"],
  dose: ["剂量", "dose limit"],
  source: ["来源", "source"],
};

export function conceptKind(value: string): string {
  const words = CONCEPTS[value];
  return words ? pick(...words) : value;
}

const RELATIONS: Record<string, [string, string]> = {
  "is-a": ["属于", "is a"],
  "processed-from": ["炮制自", "processed from"],
  "variant-of": ["盐酯水合自", "variant of"],
  contains: ["含", "contains"],
  excipient: ["辅料", "excipient"],
  member: ["成员", "member"],
  binds: ["匹配", "binds"],
  limits: ["限量", "limits"],
  asks: ["条件", "asks for"],
};

export function relation(value: string): string {
  const words = RELATIONS[value];
  return words ? pick(...words) : value;
}

const TOXICITY: Record<string, [string, string]> = {
  slightly_toxic: ["小毒", "slightly toxic"],
  toxic: ["有毒", "toxic"],
  highly_toxic: ["大毒", "highly toxic"],
};

export function toxicity(value: string): string {
  const words = TOXICITY[value];
  return words ? pick(...words) : value;
}

const REASONS: Record<string, [string, string]> = {
  ambiguous: ["一名多药", "the name stands for several drugs"],
  contents_unknown: ["成分未收录", "its contents are not known"],
  code_and_name_differ: ["编码与名称不符", "code and name differ"],
  unreadable: ["无法读取", "cannot be read"],
};

export function unrecognizedReason(value: string | undefined): string {
  const words = value === undefined ? undefined : REASONS[value];
  return words ? pick(...words) : pick("目录中没有", "not in the catalogue");
}
