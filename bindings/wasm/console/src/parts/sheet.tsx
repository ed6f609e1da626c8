// The prescription as it was written: patient, diagnoses, items. What is absent is said to be absent; an empty list is said to be none.
import { language, list, t } from "../i18n";
import { SEVERITIES, type Review, type Severity } from "../model";
import { operandUnits } from "../words/fields";
import * as terms from "../words/terms";
import { SeverityBadge } from "./badges";

type Loose = Record<string, unknown>;

export interface SheetItem extends Loose {
  id: string;
  name: string;
  current: boolean;
}

export interface Sheet {
  whole: Loose;
  patient: Loose;
  items: SheetItem[];
}

function loose(value: unknown): Loose {
  return value && typeof value === "object" && !Array.isArray(value) ? (value as Loose) : {};
}

/** A value of the record as text: a string, a quantity, a coded name. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return list(value.map(shown).filter(Boolean));
  if (typeof value !== "object") return String(value);
  const { value: number, unit, name, code, times, per, result } = value as Loose;
  if (number !== undefined) return `${String(number)} ${shown(unit)}`.trim();
  if (times !== undefined) return `${String(times)} / ${shown(per)}`;
  return shown(name ?? result ?? code);
}

function item(value: unknown, current: boolean): SheetItem {
  const of = loose(value);
  return { ...of, id: String(of.id ?? ""), name: shown(of.drug), current };
}

export function parseSheet(text: string): Sheet {
  const whole = loose(JSON.parse(text));
  const lines = (key: string, current: boolean) => (Array.isArray(whole[key]) ? (whole[key] as unknown[]).map((value) => item(value, current)) : []);
  return { whole, patient: loose(whole.patient), items: [...lines("items", false), ...lines("current_medications", true)] };
}

export function nameOf(sheet: Sheet): (id: string) => string {
  return (id) => sheet.items.find((line) => line.id === id)?.name ?? id;
}

export function Sheet({ sheet, review, age }: { sheet: Sheet; review: Review; age: string }) {
  const decoction = sheet.whole.kind === "decoction";
  return (
    <section class="card sheet" aria-label={t("prescription")}>
      <Header sheet={sheet} age={age} />
      <Items sheet={sheet} review={review} decoction={decoction} />
    </section>
  );
}

function Header({ sheet, age }: { sheet: Sheet; age: string }) {
  const { whole, patient } = sheet;
  const tcm = loose(whole.tcm_diagnosis);
  const person = [patient.sex ? terms.sex(String(patient.sex)) : "", operandUnits(age), shown(patient.birth_date) && `(${shown(patient.birth_date)})`, operandUnits(shown(patient.weight)), patientState(patient)].filter(Boolean);
  const diagnoses = [shown(whole.diagnoses), shown(tcm.disease), shown(tcm.pattern)].filter(Boolean);
  const prescriber = loose(whole.prescriber);
  const head = [whole.kind ? terms.prescriptionKind(String(whole.kind)) : "", whole.setting ? terms.setting(String(whole.setting)) : "", shown(whole.department), shown(whole.authored_on).slice(0, 10), whole.doses === undefined ? "" : t("doses_count", { n: shown(whole.doses) })].filter(Boolean);
  return (
    <>
      <p class="sheet-kind">{head.join(" · ")}</p>
      <dl class="facts">
        <Fact name={t("patient")} value={person.join(" ")} />
        <Fact name={t("diagnoses")} value={diagnoses.join("；")} />
        <Fact name={t("allergies")} value={shown(patient.allergies)} none={Array.isArray(patient.allergies)} />
        <Fact name={t("conditions")} value={shown(patient.conditions)} none={Array.isArray(patient.conditions)} />
        {Array.isArray(patient.observations) && <Fact name={t("observations")} value={patient.observations.map(observation).join("；") || t("none_made")} />}
        <Fact name={t("prescriber")} value={[shown(prescriber.id), prescriber.title ? terms.title(String(prescriber.title)) : ""].filter(Boolean).join(" ")} />
        <Fact name={t("institution")} value={shown(loose(whole.institution).id)} />
      </dl>
    </>
  );
}

/** A field's name in the reader's language. */
function named(place: string, key: string): string {
  return (language.value === "zh" ? terms.keyword(place, key) : undefined) ?? key.replaceAll("_", " ");
}

function patientState(patient: Loose): string {
  const words: string[] = [];
  for (const field of ["pregnant", "lactating", "dialysis"] as const) {
    if (patient[field] === true) words.push(named("attribute of the patient", field));
  }
  return words.join(" ");
}

function observation(value: unknown): string {
  const of = loose(value);
  return [shown(of.name ?? of.code), `${shown(of.comparator)}${shown(of.value)}`, operandUnits(shown(of.unit)), of.at ? `(${shown(of.at)})` : ""].filter(Boolean).join(" ");
}

function Fact({ name, value, none }: { name: string; value: string; none?: boolean }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={value ? "" : "muted"}>{value || t(none ? "known_none" : "not_stated")}</dd>
    </div>
  );
}

/** The strongest severity of the findings that name an item. */
function worst(review: Review, id: string): Severity | undefined {
  const found = new Set(review.findings.filter((finding) => finding.items.includes(id)).map((finding) => finding.severity));
  return SEVERITIES.find((severity) => found.has(severity));
}

function Items({ sheet, review, decoction }: { sheet: Sheet; review: Review; decoction: boolean }) {
  const signed = Array.isArray(sheet.whole.double_signed) ? sheet.whole.double_signed.map(String) : [];
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={t("items")}>
      <table class="items">
        <thead>
          <tr>
            <th scope="col">{t("column_number")}</th>
            <th scope="col">{t("column_drug")}</th>
            <th scope="col">{t(decoction ? "column_piece_dose" : "column_dose")}</th>
            {decoction ? <th scope="col">{t("column_note")}</th> : <WesternHeads />}
            <th scope="col">{t("column_finding")}</th>
          </tr>
        </thead>
        <tbody>
          {sheet.items.map((line) => (
            <ItemLine key={`${line.current}-${line.id}`} line={line} review={review} decoction={decoction} signed={signed.includes(line.id)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function WesternHeads() {
  return (
    <>
      <th scope="col">{t("column_frequency")}</th>
      <th scope="col">{t("column_route")}</th>
      <th scope="col">{t("column_duration")}</th>
      <th scope="col">{t("column_quantity")}</th>
    </>
  );
}

function steps(line: SheetItem): string {
  return Array.isArray(line.steps) ? line.steps.map((step) => [shown(loose(step).dose), shown(loose(step).frequency), operandUnits(shown(loose(step).duration))].filter(Boolean).join(" ")).join(" → ") : "";
}

/** What is written beside a drug: skin test, infusion, most a day. */
function extras(line: SheetItem): string[] {
  const test = shown(line.skin_test);
  const infusion = loose(line.infusion);
  const flow = [shown(infusion.group), shown(infusion.rate), shown(infusion.over)].filter(Boolean).join(" ");
  const most = shown(line.max_per_day);
  return [
    test && `${named("attribute of an item", "skin_test")} ${terms.skinTest(test)}`,
    flow && `${named("attribute of an item", "group")} ${flow}`,
    most && `${named("further field of an example's item", "max_per_day")} ${most}`,
  ].filter(Boolean);
}

interface ItemProps {
  line: SheetItem;
  review: Review;
  decoction: boolean;
  signed: boolean;
}

function ItemLine({ line, review, decoction, signed }: ItemProps) {
  const severity = worst(review, line.id);
  const unknown = review.unrecognized.some((entry) => entry.item === line.id && !entry.path);
  const open = review.undetermined.some((entry) => entry.items.includes(line.id));
  return (
    <tr class={severity ? `line-${severity}` : ""}>
      <td>{line.id}</td>
      <td class="drug">
        {line.name} {shown(line.strength) && <small class="muted">{shown(line.strength)}</small>}
        {extras(line).map((extra) => (
          <span key={extra} class="tag">
            {extra}
          </span>
        ))}
        {signed && <span class="tag">{t("double_signed")}</span>}
        {line.current && <span class="tag">{t("current_mark")}</span>}
      </td>
      <td class="amount">{shown(line.dose) || steps(line) || <Absent />}</td>
      {decoction ? (
        <td>{shown(line.preparation) || "—"}</td>
      ) : (
        <>
          <td>{shown(line.frequency) || "—"}</td>
          <td>{shown(line.route) || "—"}</td>
          <td>{operandUnits(shown(line.duration)) || "—"}</td>
          <td>{shown(line.quantity) || "—"}</td>
        </>
      )}
      <td>
        {severity && <SeverityBadge severity={severity} />}
        {unknown && <span class="badge gap">? {t("unrecognized")}</span>}
        {!severity && !unknown && <span class={open ? "open" : "muted"}>{open ? `? ${t("incomplete_short")}` : "—"}</span>}
      </td>
    </tr>
  );
}

function Absent() {
  return <span class="muted">{t("not_stated")}</span>;
}
