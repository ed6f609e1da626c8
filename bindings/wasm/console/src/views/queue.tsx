// The queue: open, filter, group, walk. An incomplete review never looks like a pass.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { list, number, say, t } from "../i18n";
import type { Row } from "../model";
import { CompleteBadge, DecisionBadge } from "../parts/badges";
import { single, useKeys } from "../parts/keys";
import { VirtualGrid } from "../parts/virtual";
import { go, tell } from "../state/page";
import * as queue from "../state/queue";
import { byTime, verdicts } from "../state/verdicts";
import * as output from "../export";
import * as fields from "../words/fields";
import * as terms from "../words/terms";
import { patientLine } from "../words/patient";
import { Facets, facetValue } from "./queue_facets";
import { PasteDialog } from "./queue_paste";

export async function openFiles(files: Iterable<File>): Promise<void> {
  for (const file of files) {
    try {
      await queue.open(await file.text());
    } catch (error) {
      tell(`${file.name}: ${error instanceof Error ? error.message : String(error)}`, "bad");
    }
  }
}

export function show(row: Row): void {
  queue.chosen.value = row.index;
  go("prescription");
}

export function QueueView() {
  const input = useRef<HTMLInputElement>(null);
  const pasting = useSignal(false);
  const dropping = useSignal(false);
  useKeys((event) => {
    if (!single(event)) return;
    if (event.key === "/") document.getElementById("queue-search")?.focus();
    else if (event.key === "o") input.current?.click();
    else return;
    event.preventDefault();
  });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    dropping.value = false;
    void openFiles(event.dataTransfer?.files ?? []);
  };
  return (
    <div
      class="queue"
      onDragOver={(event) => {
        event.preventDefault();
        dropping.value = true;
      }}
      onDragLeave={(event) => event.currentTarget === event.target && (dropping.value = false)}
      onDrop={drop}
    >
      <h2 class="visually-hidden">{t("queue")}</h2>
      <div class="bar">
        <button type="button" class="primary" onClick={() => input.current?.click()} aria-keyshortcuts="O">
          {t("open_files")}
        </button>
        <input
          ref={input}
          id="queue-files"
          class="visually-hidden"
          type="file"
          multiple
          tabIndex={-1}
          aria-label={t("open_files")}
          accept=".ndjson,.jsonl,.json,.txt"
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = "";
            void openFiles(files);
          }}
        />
        <button type="button" onClick={() => (pasting.value = true)}>
          {t("paste")}
        </button>
        <Controls />
        <Verdicts />
      </div>
      <Progress />
      {queue.rows.value.length === 0 ? <Empty /> : <List />}
      {dropping.value && <div class="drop">{t("drop_here")}</div>}
      {pasting.value && <PasteDialog onClose={() => (pasting.value = false)} />}
    </div>
  );
}

function Empty() {
  return (
    <div class="empty">
      <p class="empty-title">{t("empty_queue")}</p>
      <p>{t("empty_queue_hint")}</p>
    </div>
  );
}

function Controls() {
  if (queue.rows.value.length === 0) return null;
  return (
    <>
      <input
        id="queue-search"
        type="search"
        class="search"
        placeholder={t("search")}
        aria-label={t("search")}
        value={queue.search.value}
        onInput={(event) => (queue.search.value = event.currentTarget.value)}
      />
      <label class="field">
        {t("group_by")}
        <select value={queue.groupBy.value} onChange={(event) => (queue.groupBy.value = event.currentTarget.value as queue.GroupBy)}>
          <option value="none">{t("group_none")}</option>
          <option value="decision">{t("decision")}</option>
          <option value="category">{t("category")}</option>
          <option value="rule">{t("rule")}</option>
          <option value="institution">{t("institution")}</option>
        </select>
      </label>
      <label class="field">
        {t("sort_by")}
        <select value={queue.bySeverity.value ? "severity" : "input"} onChange={(event) => (queue.bySeverity.value = event.currentTarget.value === "severity")}>
          <option value="input">{t("sort_input")}</option>
          <option value="severity">{t("sort_severity")}</option>
        </select>
      </label>
    </>
  );
}

function Verdicts() {
  const given = byTime.value;
  const day = () => new Date().toISOString().slice(0, 10);
  return (
    <div class="bar-end">
      <span class="muted">{given.length === 0 ? t("no_verdicts") : t("verdict_count", { n: given.length })}</span>
      <button type="button" disabled={given.length === 0} onClick={() => output.save(`verdicts-${day()}.csv`, output.csv(given), "text/csv")}>
        {t("export_csv")}
      </button>
      <button type="button" disabled={given.length === 0} onClick={() => output.save(`verdicts-${day()}.ndjson`, output.ndjson(given), "application/x-ndjson")}>
        {t("export_ndjson")}
      </button>
      {queue.rows.value.length > 0 && (
        <button type="button" class="quiet" onClick={() => void queue.clear()}>
          {t("clear")}
        </button>
      )}
    </div>
  );
}

function Progress() {
  const progress = queue.progress.value;
  const outcome = queue.outcome.value;
  if (progress) {
    return (
      <div class="progress">
        <progress max={progress.total || 1} value={progress.done} aria-label={t("queue")} />
        <span>{t("reviewing", { done: number(progress.done), total: number(progress.total) })}</span>
        <button type="button" onClick={queue.cancel}>
          {t("cancel")}
        </button>
      </div>
    );
  }
  if (queue.rows.value.length === 0) return null;
  return (
    <p class="summary" role="status">
      <b>{t("shown", { shown: number(queue.visible.value.length), all: number(queue.rows.value.length) })}</b>
      {queue.incomplete.value > 0 && <span class="summary-gap">? {t("not_passed", { n: number(queue.incomplete.value) })}</span>}
      {outcome && <span class={outcome.cancelled ? "bad" : "muted"}>{outcome.cancelled ? t("stopped", { n: number(outcome.rows) }) : t("reviewed", { n: number(outcome.rows), ms: number(outcome.milliseconds) })}</span>}
    </p>
  );
}

function List() {
  const lines = queue.lines.value;
  const chosen = queue.chosen.value;
  const at = lines.findIndex((line) => "row" in line && line.row.index === chosen);
  const active = at >= 0 ? at : lines.findIndex((line) => "row" in line);
  const rowAt = (index: number): Row | null => {
    const line = lines[index];
    return line && "row" in line ? line.row : null;
  };
  return (
    <div class="queue-split">
      <Facets />
      <section class="grid" aria-label={t("queue")}>
        <div class="grid-head" aria-hidden="true">
          <span>{t("column_id")}</span>
          <span>{t("decision")}</span>
          <span>{t("completeness")}</span>
          <span>{t("column_patient")}</span>
          <span>{t("column_problem")}</span>
          <span>{t("institution")}</span>
          <span>{t("verdict")}</span>
        </div>
        {lines.length === 0 && <p class="empty">{t("nothing_matches")}</p>}
        <VirtualGrid
          count={lines.length}
          height={44}
          label={t("queue")}
          active={active}
          skips={(index) => !rowAt(index)}
          onActive={(index) => (queue.chosen.value = rowAt(index)?.index ?? null)}
          onOpen={(index) => {
            const row = rowAt(index);
            if (row) show(row);
          }}
          render={(index) => <QueueLine line={lines[index]} />}
        />
      </section>
    </div>
  );
}

function QueueLine({ line }: { line: queue.Line | undefined }) {
  if (!line) return null;
  if ("group" in line) {
    return (
      <span class="group-title">
        {facetValue(queue.groupBy.value === "none" ? "decision" : queue.groupBy.value, line.group)} <span class="count">{number(line.rows)}</span>
      </span>
    );
  }
  const { row } = line;
  const verdict = verdicts.value.get(row.key);
  return (
    <>
      <span class="cell-id">{row.id}</span>
      <span>
        <DecisionBadge decision={row.decision} />
      </span>
      <span>{row.decision !== "unreadable" && <CompleteBadge complete={row.complete} gap={row.gap} short />}</span>
      <span class="cell-patient">
        {patientLine(row)}
        <small>{row.drugs.length > 0 ? `${row.drugs.slice(0, 3).join("、")}${row.drugs.length > 3 ? ` … ${row.drugs.length}` : ""}` : ""}</small>
      </span>
      <span class="cell-problem">
        <Problem row={row} />
      </span>
      <span class="cell-institution">{row.institution || "—"}</span>
      <span>{verdict ? <span class={`verdict verdict-${verdict.verdict}`}>{terms.verdictWord(verdict.verdict)}</span> : <span class="muted">{t("verdict_open")}</span>}</span>
    </>
  );
}

/** A missing field in the reader's words; of an item, which the line cannot name, its number. */
function lack(path: string): string {
  return path === "unrecognized" ? t("unrecognized") : fields.field(path, (id) => id);
}

function Problem({ row }: { row: Row }) {
  if (row.error) return <span class="bad">{row.error.message}</span>;
  if (!row.first && row.complete) return <span class="muted">{t("no_findings")}</span>;
  if (!row.first) return <span class="open">{t("missing_line", { what: list(row.missing.map(lack)) })}</span>;
  return (
    <>
      <span class="problem-category">{terms.category(row.first.category)}</span> {say(row.first.message)}
      {row.findings > 1 && <small class="muted"> · {t("more", { n: row.findings - 1 })}</small>}
    </>
  );
}
