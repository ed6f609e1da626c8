// One prescription: what is on the sheet, what the engine found and why, what is missing, and the pharmacist's verdict.
import { useSignal, useSignalEffect } from "@preact/signals";
import { t } from "../i18n";
import { isReview, type Detail, type Review, type Row, type Unreadable } from "../model";
import { CompleteBadge, DecisionBadge } from "../parts/badges";
import { single, useKeys } from "../parts/keys";
import { Findings } from "../parts/findings";
import { Gaps } from "../parts/gaps";
import { Sheet, nameOf, parseSheet } from "../parts/sheet";
import { VerdictForm } from "../parts/verdict_form";
import { computedImpact } from "../state/files";
import { engine, go } from "../state/page";
import { chosen, chosenRow, neighbour, visible } from "../state/queue";
import { desk } from "../workers";

export function PrescriptionView() {
  const detail = useSignal<{ index: number; found: Detail } | null>(null);
  const which = useSignal<"active" | "draft">("active");
  useSignalEffect(() => {
    const index = chosen.value;
    // The digest is read so that new rules show a new review.
    const rules = engine.value;
    if (index === null || rules.state !== "ready") {
      detail.value = null;
      return;
    }
    const side = computedImpact.value?.comparison ? which.value : "active";
    void desk.detail(index, side).then((found) => {
      if (chosen.peek() === index) detail.value = found && { index, found };
    });
  });
  useKeys((event) => {
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) return go("queue");
    if (!single(event)) return;
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    walk(step);
  });
  const row = chosenRow.value;
  if (!row) return <Nothing />;
  // Until the chosen sheet's review is there, none is shown: never one sheet's review, or verdict form, beside another's name.
  const shown = detail.value?.index === row.index ? detail.value.found : null;
  return (
    <div class="rx">
      <Heading row={row} detail={shown} />
      {computedImpact.value?.comparison && <Side which={which.value} onChange={(side) => (which.value = side)} />}
      {shown && (isReview(shown.reply) ? <Body row={row} text={shown.text} review={shown.reply} /> : <Faulty detail={shown} fault={shown.reply} />)}
    </div>
  );
}

function walk(step: 1 | -1) {
  const to = neighbour(step);
  if (to) chosen.value = to.index;
}

function Nothing() {
  return (
    <div class="empty">
      <p class="empty-title">{t("no_prescription")}</p>
      <button type="button" class="primary" onClick={() => go("queue")}>
        {t("back_to_queue")}
      </button>
    </div>
  );
}

function Heading({ row, detail }: { row: Row; detail: Detail | null }) {
  const at = visible.value.findIndex((other) => other.index === row.index);
  const reply = detail?.reply;
  const review = reply && isReview(reply) ? reply : null;
  return (
    <div class="rx-head">
      <h2>{row.id}</h2>
      <DecisionBadge decision={review ? review.decision : row.decision} />
      {review && <CompleteBadge complete={review.complete} gap={review.gap} />}
      <div class="rx-walk">
        <button type="button" onClick={() => go("queue")} aria-keyshortcuts="Escape">
          {t("back_to_queue")}
        </button>
        <button type="button" disabled={!neighbour(-1)} onClick={() => walk(-1)} aria-keyshortcuts="ArrowLeft">
          ← {t("previous")}
        </button>
        <span class="muted">{t("position", { n: at + 1, all: visible.value.length })}</span>
        <button type="button" disabled={!neighbour(1)} onClick={() => walk(1)} aria-keyshortcuts="ArrowRight">
          {t("next")} →
        </button>
      </div>
    </div>
  );
}

/** After an impact was computed: the same sheet under the rules in use, or under the edits. */
function Side({ which, onChange }: { which: "active" | "draft"; onChange: (side: "active" | "draft") => void }) {
  return (
    <fieldset class="side">
      <legend>{t("under_rules")}</legend>
      {(["active", "draft"] as const).map((side) => (
        <label key={side}>
          <input type="radio" name="side" checked={which === side} onChange={() => onChange(side)} /> {t(side === "active" ? "under_active" : "under_draft")}
        </label>
      ))}
    </fieldset>
  );
}

function Body({ row, text, review }: { row: Row; text: string; review: Review }) {
  const sheet = parseSheet(text);
  const name = nameOf(sheet);
  return (
    <div class="rx-split">
      <div class="rx-sheet">
        <Sheet sheet={sheet} review={review} age={row.patient.age || row.patient.birth || ""} />
        <VerdictForm key={row.key} row={row} review={review} sheet={sheet} />
        <Raw text={text} />
      </div>
      <div class="rx-review">
        <Findings review={review} name={name} />
        <Gaps review={review} name={name} items={sheet.items} />
      </div>
    </div>
  );
}

function Raw({ text }: { text: string }) {
  return (
    <details class="raw">
      <summary>{t("original")}</summary>
      <pre tabIndex={0}>{text}</pre>
    </details>
  );
}

function Faulty({ detail, fault }: { detail: Detail; fault: Unreadable }) {
  return (
    <div class="faulty">
      <h3>✕ {t("unreadable_title")}</h3>
      <p class="faulty-message">{fault.error.message}</p>
      <p>
        {fault.line !== undefined && t("unreadable_line", { line: fault.line })} {fault.error.path && t("unreadable_at", { path: fault.error.path })} <code>{fault.error.code}</code>
      </p>
      <pre tabIndex={0}>{detail.text}</pre>
    </div>
  );
}
