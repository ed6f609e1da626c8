// The impact of edits before they are saved: which rules differ, and what appears, vanishes or changes on the opened prescriptions, with witnesses.
import { language, list, number, t, type Key } from "../i18n";
import type { Changes, Counts, Impact, RuleChange } from "../model";
import * as files from "../state/files";
import { go, tell } from "../state/page";
import { rows } from "../state/queue";
import { show } from "./queue";
import { told } from "../editor/setup";
import * as terms from "../words/terms";

export function ImpactView() {
  const edits = Object.keys(files.drafts.value);
  const computed = files.computedImpact.value;
  if (edits.length === 0) return <Nothing />;
  return (
    <div class="impact">
      <div class="bar">
        <h2>{t("impact")}</h2>
        <div class="bar-end">
          <button type="button" class={computed && !files.impactIsOld.value ? "" : "primary"} disabled={files.computing.value} onClick={() => void files.computeImpact()}>
            {computed ? t("rerun_impact") : t("run_impact")}
          </button>
          <button type="button" onClick={() => confirm(t("discard_sure")) && void files.discardDrafts()}>
            {t("discard_edits")}
          </button>
          <button type="button" class={computed && !files.impactIsOld.value ? "primary" : ""} disabled={files.computing.value} onClick={() => void save()}>
            {t("save_edits")}
          </button>
        </div>
      </div>
      <p>
        <b>{t("edited_files")}</b>{" "}
        {edits.map((path) => (
          <button key={path} type="button" class="link" onClick={() => go("rules", path)}>
            {path}
          </button>
        ))}
      </p>
      {files.computing.value && (
        <p role="status" class="working">
          {t("computing")}
        </p>
      )}
      {!files.computing.value && files.impactIsOld.value && (
        <p role="status" class="warn-line">
          {t("impact_stale")}
        </p>
      )}
      {computed && !files.computing.value && <Result computed={computed} />}
    </div>
  );
}

async function save() {
  const loaded = await files.save();
  tell(t(loaded ? (rows.value.length > 0 ? "saved" : "saved_no_queue") : "cannot_save"), loaded ? "good" : "bad");
}

function Nothing() {
  return (
    <div class="empty">
      <p class="empty-title">{t("no_edits")}</p>
      <p>{t("no_edits_hint")}</p>
      <button type="button" class="primary" onClick={() => go("rules")}>
        {t("go_to_rules")}
      </button>
    </div>
  );
}

function Result({ computed }: { computed: files.Computed }) {
  const { compiled, comparison } = computed;
  if (!comparison) {
    return (
      <div>
        <p class="bad" role="alert">
          {t("cannot_save")}
        </p>
        <ul class="faults">
          {compiled.diagnostics
            .filter((diagnostic) => diagnostic.level === "error")
            .map((diagnostic) => (
              <li key={`${diagnostic.path}:${diagnostic.utf16[0]}`}>
                <button type="button" class="link" onClick={() => go("rules", diagnostic.path)}>
                  {diagnostic.path} {t("at_line", { line: diagnostic.line, column: diagnostic.column })}
                </button>{" "}
                {told(diagnostic)}
              </li>
            ))}
        </ul>
      </div>
    );
  }
  const { difference, impact } = comparison;
  return (
    <>
      {difference.everywhere && <p class="warn-line">{t("everywhere")}</p>}
      {impact ? <Figures impact={impact} /> : <p class="warn-line">{t("no_prescriptions_loaded")}</p>}
      <Rules changes={difference.rules} impact={impact} />
      {impact && (
        <div class="two">
          <CountsTable title={t("by_category")} counts={impact.categories} say={terms.category} />
          <CountsTable title={t("by_institution")} counts={impact.institutions} say={(name) => name || t("no_institution")} />
        </div>
      )}
    </>
  );
}

function Figures({ impact }: { impact: Impact }) {
  return (
    <div class="figures" role="status">
      <Figure name={t("affected")} value={number(impact.affected)} note={t("of_prescriptions", { n: number(impact.prescriptions) })} />
      <Figure name={t("interruptions")} value={`${number(impact.interruptions.before)} → ${number(impact.interruptions.after)}`} />
      <Figure name={t("load")} value={`${number(impact.load.before)} → ${number(impact.load.after)}`} />
      {impact.unreadable > 0 && <p class="warn-line">{t("unreadable_count", { n: impact.unreadable })}</p>}
      {impact.affected === 0 && <p class="muted">{t("nothing_changes")}</p>}
    </div>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string }) {
  return (
    <div class="figure">
      <span class="figure-value">{value}</span>
      <span class="figure-name">{name}</span>
      {note && <span class="muted small">{note}</span>}
    </div>
  );
}

function changeWord(change: RuleChange | undefined): string {
  if (!change) return "";
  if (typeof change === "string") return t(`change_${change}` as Key);
  const fields = change.changed.map(({ field, old, new: now }) => {
    const short = field.replace("finding.", "");
    const name = language.value === "zh" ? (terms.keyword("field of a rule", short) ?? terms.keyword("field of a rule or a dose", short) ?? field) : short;
    return old !== null || now !== null ? `${name} ${old ?? "—"} → ${now ?? "—"}` : name;
  });
  return `${t("change_changed")}: ${list(fields)}`;
}

const none: Changes = { appeared: 0, vanished: 0, changed: 0, appeared_in: null, vanished_from: null, changed_in: null, newly_undetermined: 0, newly_determined: 0 };

function Rules({ changes, impact }: { changes: Record<string, RuleChange>; impact: Impact | null }) {
  const ids = [...new Set([...Object.keys(impact?.rules ?? {}), ...Object.keys(changes)])];
  if (ids.length === 0) return <p class="muted">{t("no_difference")}</p>;
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={t("rules_that_differ")}>
      <table class="numbers">
        <caption>{t("rules_that_differ")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("rule")}</th>
            <th scope="col">{t("appeared")}</th>
            <th scope="col">{t("vanished")}</th>
            <th scope="col">{t("changed")}</th>
            <th scope="col">{t("newly_undetermined")}</th>
            <th scope="col">{t("newly_determined")}</th>
          </tr>
        </thead>
        <tbody>
          {ids.map((id) => {
            const counts = impact?.rules[id] ?? none;
            return (
              <tr key={id}>
                <th scope="row">
                  <span class="rule-ids">{id}</span>
                  <small class="muted">{changeWord(changes[id])}</small>
                </th>
                <Witnessed n={counts.appeared} sign="+" witness={counts.appeared_in} />
                <Witnessed n={counts.vanished} sign="−" witness={counts.vanished_from} />
                <Witnessed n={counts.changed} sign="±" witness={counts.changed_in} />
                <td>{number(counts.newly_undetermined)}</td>
                <td>{number(counts.newly_determined)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Witnessed({ n, sign, witness }: { n: number; sign: string; witness: string | null }) {
  const row = witness === null ? undefined : rows.value.find((one) => one.id === witness);
  return (
    <td class={n > 0 ? "some" : ""}>
      {n > 0 ? `${sign}${number(n)}` : "0"}
      {n > 0 && row && (
        <button type="button" class="link witness" onClick={() => show(row)} aria-label={`${t("witness")} ${row.id}`}>
          {row.id}
        </button>
      )}
    </td>
  );
}

function CountsTable({ title, counts, say }: { title: string; counts: Record<string, Counts>; say: (name: string) => string }) {
  const entries = Object.entries(counts);
  if (entries.length === 0) return null;
  return (
    <table class="numbers">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">{t("appeared")}</th>
          <th scope="col">{t("vanished")}</th>
          <th scope="col">{t("changed")}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{say(name)}</th>
            <td>{number(count.appeared)}</td>
            <td>{number(count.vanished)}</td>
            <td>{number(count.changed)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
