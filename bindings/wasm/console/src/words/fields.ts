// Paths of fields and expressions of rules in the reader's words: `items.2.dose` is “法半夏 的剂量”, `patient.age >= 65 a` is “患者年龄 ≥ 65 岁”.
// What it never does: name a field that is not one. What it does not know stays as the engine wrote it.
import { language } from "../i18n";
import { keyword } from "./terms";

/** Names an item by its id; the id itself where the record has no such item. */
export type NameOf = (id: string) => string;

const FULL: Record<string, [string, string]> = {
  current_medications: ["现用药品", "current medication"],
  "patient.allergies": ["过敏史", "allergies"],
  "patient.conditions": ["疾病史", "the patient's conditions"],
  "patient.egfr": ["肾功能（eGFR）", "kidney function (eGFR)"],
  "patient.crcl": ["肌酐清除率", "creatinine clearance"],
  "patient.child_pugh": ["肝功能分级（Child-Pugh）", "liver function (Child-Pugh)"],
  "patient.pregnant": ["是否妊娠", "whether pregnant"],
  "patient.lactating": ["是否哺乳", "whether breast-feeding"],
  "patient.dialysis": ["是否透析", "whether on dialysis"],
  "patient.observations": ["检验结果", "laboratory results"],
  diagnoses: ["诊断", "diagnoses"],
  kind: ["处方类型", "kind of prescription"],
  authored_on: ["开具日期", "date of the prescription"],
};

function english(field: string): string {
  return field.replaceAll("_", " ");
}

function ownerField(owner: "patient" | "prescriber" | "institution", field: string): string {
  const places = { patient: "attribute of the patient", prescriber: "attribute of the prescriber", institution: "attribute of the institution" };
  if (language.value === "en") return `${owner}'s ${english(field)}`;
  const word = keyword(places[owner], field) ?? keyword("further field of an example's patient", field) ?? field;
  return `${keyword("owner of an attribute", owner) ?? owner}${word}`;
}

function itemField(path: string, nameOf: NameOf): string {
  const [list, ...rest] = path.split(".");
  const field = rest.pop() ?? "";
  const steps = rest.indexOf("steps");
  const step = steps > 0 ? Number(rest[steps + 1]) + 1 : undefined;
  const id = rest.slice(0, steps > 0 ? steps : undefined).join(".").replace(/\.infusion$/, "");
  const en = language.value === "en";
  const known = field === "drug" ? (en ? "name" : "药名") : en ? english(field) : (keyword("attribute of an item", field) ?? keyword("further field of an example's item", field) ?? field);
  const current = list === "current_medications" ? (en ? "current " : "现用 ") : "";
  const which = step === undefined ? "" : en ? `, step ${step}` : `第${step}步`;
  return en ? `${english(known)} of ${current}${nameOf(id)}${which}` : `${current}${nameOf(id)}${which}的${known}`;
}

/** A path of the record as a reader says it. */
export function field(path: string, nameOf: NameOf): string {
  const of = /^(patient\.allergies|patient\.conditions|diagnoses)\.\d+$/.exec(path)?.[1] ?? path;
  const full = FULL[of];
  if (full) return full[language.value === "zh" ? 0 : 1];
  if (/^(items|current_medications)\./.test(of)) return itemField(of, nameOf);
  const lab = /^patient\.lab\.(.+)$/.exec(of)?.[1];
  if (lab) return language.value === "zh" ? `检验 ${lab}` : `laboratory value ${lab}`;
  const owned = /^(patient|prescriber|institution)\.(.+)$/.exec(of);
  if (owned) return ownerField(owned[1] as "patient", owned[2] ?? "");
  const last = of.split(".").pop() ?? of;
  if (language.value === "en") return english(last);
  return keyword("attribute of the prescription", last) ?? keyword("field of an example's usage", last) ?? of;
}

const VALUE_PLACES: Record<string, string[]> = {
  kind: ["kind of prescription"],
  setting: ["setting"],
  route: ["route"],
  form: ["form of a decoction sheet", "dose form of a product"],
  sex: ["sex"],
  title: ["rank of a prescriber"],
  privileges: ["privilege of a prescriber"],
  level: ["level of an institution"],
  skin_test: ["result of a skin test"],
  preparation: ["footnote of a piece"],
  child_pugh: ["Child-Pugh class"],
};

const UNITS: Record<string, string> = { a: "岁", mo: "月", wk: "周", d: "天", h: "小时", min: "分钟" };

export function operandUnits(text: string): string {
  const plain = text.replaceAll("{1.73_m2}", "1.73 m²");
  if (language.value === "en") return plain.replace(/(\d) a(?![\w/{])/g, "$1 y");
  return plain.replace(/(\d) (a|mo|wk|d|h|min)(?![\w/{])/g, (_, digit: string, unit: string) => `${digit} ${UNITS[unit]}`);
}

function operand(text: string, attribute: string): string {
  if (language.value === "en") return english(operandUnits(text));
  const said = text.replace(/"[^"]*"|[A-Za-z_]+/g, (word) => {
    if (word.startsWith('"')) return word;
    const places = VALUE_PLACES[attribute] ?? [];
    for (const place of [...places, "fixed value", "connective"]) {
      const found = keyword(place, word);
      if (found) return found;
    }
    return word;
  });
  return said === text ? operandUnits(text) : said;
}

const OWNER_PLACES: Record<string, string> = {
  patient: "attribute of the patient",
  rx: "attribute of the prescription",
  prescriber: "attribute of the prescriber",
  institution: "attribute of the institution",
};

/** `patient.age` → 患者年龄; `a.route` → a 途径; the last word is the attribute. */
function attribute(text: string, only?: string): { said: string; name: string } {
  const match = /^([A-Za-z_]\w*)\.([a-z_]+)$/.exec(text);
  if (!match) return { said: functions(text), name: DOSE.includes(text) ? "dose" : "" };
  const [, owner = "", name = ""] = match;
  const whose = owner in OWNER_PLACES ? owner : (only ?? owner);
  if (language.value === "en") return { said: owner === "rx" ? english(name) : `${whose} ${english(name)}`, name };
  const place = OWNER_PLACES[owner];
  const full = FULL[text];
  if (full) return { said: full[0], name };
  if (place) return { said: `${owner === "rx" ? "" : (keyword("owner of an attribute", owner) ?? owner)}${keyword(place, name) ?? name}`, name };
  return { said: `${whose} ${keyword("attribute of an item", name) ?? name}`, name };
}

const DOSE = ["single", "daily", "weekly", "course"];

function functions(text: string): string {
  if (language.value === "en") return english(text);
  const measure = keyword("measure of a dose", text);
  if (measure) return measure;
  return text
    .replace(/\bpatient allergic to\b/g, "患者过敏于")
    .replace(/\bpatient has\b/g, "患者有")
    .replace(/\bpatient had\b/g, "患者曾有")
    .replace(/\bpatient\.lab\(/g, "检验(")
    .replace(/\b(count|total|any|no)\b/g, (word) => keyword("test or function", word) ?? word)
    .replace(/\.(single|daily|weekly|course)\b/g, (_, word: string) => ` ${keyword("measure of a dose", word) ?? word}`);
}

const SIGNS: Record<string, string> = { "<=": "≤", ">=": "≥", "!=": "≠", "<": "<", ">": ">", "=": "=", is: "为", in: "在" };

/** What a comparison found, and what it asked for: “患者年龄 68 岁” and “≥ 65 岁”. */
export interface Said {
  fact: string;
  condition?: string;
}

/** A condition that is no comparison: a quantifier, or something that is or is not so. */
function plain(said: string, value: string): string {
  if (value === "true" && /[()\s]/.test(said)) return said;
  return language.value === "zh" ? `${said}：${operand(value, "")}` : `${said}: ${value}`;
}

/** `only`: the item meant by the rule's variable, where the finding is about one alone. */
export function expression(text: string, value: string, only?: string): Said {
  const asked = /^(known|stated)\((.+)\)$/.exec(text);
  if (asked) {
    const what = attribute(asked[2] ?? "", only).said;
    const yes = value === "true";
    const zh = asked[1] === "known" ? (yes ? "已知" : "未知") : yes ? "已注明" : "未注明";
    const en = asked[1] === "known" ? (yes ? "is known" : "is not known") : yes ? "is stated" : "is not stated";
    return { fact: language.value === "zh" ? `${what}${zh}` : `${what} ${en}` };
  }
  const compared = /^(.+?) (<=|>=|!=|<|>|=|is|in) (.+)$/.exec(text);
  if (!compared) return { fact: plain(attribute(text, only).said, value) };
  const [, left = "", sign = "", right = ""] = compared;
  const { said, name } = attribute(left, only);
  const found = operand(value, name);
  const limit = operand(right, name);
  if (sign === "is" && found === limit) return { fact: language.value === "zh" ? `${said}为${found}` : `${said} is ${found}` };
  const shown = language.value === "zh" ? (SIGNS[sign] ?? sign) : (SIGNS[sign]?.replace("为", "is").replace("在", "in") ?? sign);
  return { fact: `${said} ${found}`, condition: `${shown} ${limit}` };
}

const DERIVED: [RegExp, string][] = [
  [/^observed (.+)$/, "$1 检验"],
  [/\bcreatinine\b/, "肌酐"],
  [/\bfemale\b/, "女"],
  [/\bmale\b/, "男"],
];

/** What a value was worked out from. */
export function derivation(text: string): string {
  if (language.value === "en") return text;
  return operandUnits(DERIVED.reduce((said, [from, to]) => said.replace(from, to), text));
}

/** Amounts such as `90 g/d` in the reader's words. */
export function amount(text: string): string {
  if (language.value === "en") return text;
  return text.replace(/^(.+)\/d$/, "每日 $1").replace(/^(.+)\/wk$/, "每周 $1");
}
