// The pharmacist's verdict on one prescription. A pass over a block or over a gap is possible, but only with a reason.
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { language, say, t } from "../i18n";
import type { Review, Row } from "../model";
import { tell } from "../state/page";
import { keep, nameThePharmacist, pharmacist, verdicts, withdraw, type Choice } from "../state/verdicts";
import { desk } from "../workers";
import * as terms from "../words/terms";
import { DecisionBadge } from "./badges";
import { single, useKeys } from "./keys";
import type { Sheet } from "./sheet";

const KEYS: Record<string, Choice> = { p: "pass", r: "return", d: "double_sign" };
const CHOICES = [
  ["pass", "pass", "P"],
  ["return", "return", "R"],
  ["double_sign", "double_sign", "D"],
] as const;

export function VerdictForm({ row, review, sheet }: { row: Row; review: Review; sheet: Sheet }) {
  const given = verdicts.value.get(row.key);
  const choice = useSignal<Choice | null>(given?.verdict ?? null);
  const reason = useSignal(given?.reason ?? "");
  const items = useSignal<readonly string[]>(given?.items ?? []);
  const fault = useSignal("");
  const reasonBox = useRef<HTMLTextAreaElement>(null);
  const moved = useRef(false);
  const guarded = review.decision === "block" || review.decision === "warn" || !review.complete;

  const choose = (to: Choice) => {
    choice.value = to;
    fault.value = "";
    moved.current = true;
  };
  // The field that a choice brings with it takes the focus once it is there.
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    (choice.value === "double_sign" ? document.querySelector<HTMLElement>(".sign-items input") : reasonBox.current)?.focus();
  });
  const save = async () => {
    const verdict = choice.value;
    if (!verdict) return;
    if (reason.value.trim() === "" && (verdict === "return" || (verdict === "pass" && guarded))) {
      fault.value = t("reason_needed");
      reasonBox.current?.focus();
      return;
    }
    if (verdict === "double_sign" && items.value.length === 0) {
      fault.value = t("sign_needed");
      return;
    }
    fault.value = "";
    const { key, id, decision, complete, gap, institution } = row;
    await keep({
      ...{ key, prescription: id, decision, complete, gap, institution, verdict, reason: reason.value.trim() },
      items: verdict === "double_sign" ? [...items.value] : [],
      pharmacist: pharmacist.value.trim(),
      at: new Date().toISOString(),
      rules: review.rules.digest,
      findings: review.findings.map((finding) => finding.rule),
    });
    tell(t("verdict_saved", { verdict: terms.verdictWord(verdict) }));
  };
  useKeys((event) => {
    if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      void save();
      return;
    }
    const to = single(event) ? KEYS[event.key.toLowerCase()] : undefined;
    if (!to) return;
    event.preventDefault();
    choose(to);
  });
  return (
    <section class="card verdict-form" aria-labelledby="verdict-title">
      <h3 id="verdict-title">{t("your_verdict")}</h3>
      <div class="choices" role="radiogroup" aria-labelledby="verdict-title">
        {CHOICES.map(([value, key, letter]) => (
          <label key={value} class={`choice choice-${value}`}>
            <input type="radio" name="verdict" value={value} checked={choice.value === value} onChange={() => choose(value)} aria-keyshortcuts={letter} />
            <span>
              {t(key)} <kbd>{letter}</kbd>
            </span>
          </label>
        ))}
      </div>
      {choice.value === "pass" && guarded && (
        <p class="warn-line">{review.complete ? t("pass_blocked", { decision: terms.decision(review.decision) }) : t("pass_incomplete")}</p>
      )}
      {choice.value === "double_sign" && <Signing row={row} sheet={sheet} items={items.value} onChange={(next) => (items.value = next)} />}
      {choice.value && (
        <Reason choice={choice.value} guarded={guarded} value={reason.value} box={reasonBox} onInput={(text) => (reason.value = text)} onFill={() => (reason.value = summary(review))} />
      )}
      <div class="verdict-end">
        <label class="field">
          {t("pharmacist")}
          <input value={pharmacist.value} placeholder={t("pharmacist_hint")} autocomplete="name" onInput={(event) => nameThePharmacist(event.currentTarget.value)} />
        </label>
        <button type="button" class="primary" disabled={!choice.value} onClick={() => void save()} aria-keyshortcuts="Control+Enter">
          {t("save_verdict")}
        </button>
        {given && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              choice.value = null;
              void withdraw(row.key);
            }}
          >
            {t("remove_verdict")}
          </button>
        )}
      </div>
      <p class="bad" role="alert">
        {fault.value}
      </p>
      {given && (
        <p class="given">
          <span class={`verdict verdict-${given.verdict}`}>{terms.verdictWord(given.verdict)}</span> {given.reason}{" "}
          <span class="muted">
            {given.pharmacist} {new Date(given.at).toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB")}
          </span>
          {given.rules !== review.rules.digest && <span class="warn-line"> {t("verdict_old_rules")}</span>}
        </p>
      )}
      <p class="muted small">{t("verdict_local")}</p>
    </section>
  );
}

/** The interruptive findings in the words of the engine, for the prescriber to read. */
function summary(review: Review): string {
  const strong = review.findings.filter((finding) => finding.action === "block" || finding.action === "warn");
  return strong.map((finding) => `${say(finding.message)}${finding.advice ? `（${say(finding.advice)}）` : ""}`).join("\n");
}

interface ReasonProps {
  choice: Choice;
  guarded: boolean;
  value: string;
  box: { current: HTMLTextAreaElement | null };
  onInput: (text: string) => void;
  onFill: () => void;
}

function Reason({ choice, guarded, value, box, onInput, onFill }: ReasonProps) {
  const label = choice === "return" ? t("reason_return") : choice === "pass" ? (guarded ? t("reason_pass") : t("verdict_reason")) : t("reason_sign");
  return (
    <div class="reason">
      <span>
        <label for="verdict-reason">{label}</label>
        {choice === "return" && (
          <button type="button" class="link" onClick={onFill}>
            {t("fill_reason")}
          </button>
        )}
      </span>
      <textarea id="verdict-reason" ref={box} rows={3} value={value} onInput={(event) => onInput(event.currentTarget.value)} />
    </div>
  );
}

function Signing({ row, sheet, items, onChange }: { row: Row; sheet: Sheet; items: readonly string[]; onChange: (items: readonly string[]) => void }) {
  const after = useSignal<Review | null>(null);
  const change = (id: string, on: boolean) => {
    const next = on ? [...items, id] : items.filter((other) => other !== id);
    onChange(next);
    if (next.length === 0) after.value = null;
    else void desk.signed(row.index, next).then((review) => (after.value = review));
  };
  return (
    <fieldset class="sign-items">
      <legend>{t("sign_items")}</legend>
      {sheet.items
        .filter((line) => !line.current)
        .map((line) => (
          <label key={line.id}>
            <input type="checkbox" checked={items.includes(line.id)} onChange={(event) => change(line.id, event.currentTarget.checked)} /> {line.id} {line.name}
          </label>
        ))}
      {after.value && (
        <p role="status">
          {t("after_signing", { decision: "" })}
          <DecisionBadge decision={after.value.decision} />
        </p>
      )}
    </fieldset>
  );
}
