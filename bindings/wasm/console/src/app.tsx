// The frame: head with the five views, the view, the status line, messages.
import { language, t } from "./i18n";
import { Help } from "./parts/help";
import { useGlobalKeys } from "./parts/keys";
import { chosenRow, rows } from "./state/queue";
import { dirty, drafts, saved } from "./state/files";
import { engine, go, helpOpen, notice, place, VIEWS, type View } from "./state/page";
import { GraphView } from "./views/graph";
import { ImpactView } from "./views/impact";
import { PrescriptionView } from "./views/prescription";
import { QueueView } from "./views/queue";
import { RulesView } from "./views/rules";

export function App() {
  useGlobalKeys();
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(event) => skip(event)}>
        {t("skip")}
      </a>
      <Head />
      <main id="main" tabIndex={-1} class={`view view-${place.value.view}`}>
        <Main view={place.value.view} />
      </main>
      <Status />
      <div class="notices" role="status" aria-live="polite">
        {notice.value && <div class={`notice notice-${notice.value.kind}`}>{notice.value.text}</div>}
      </div>
      {helpOpen.value && <Help />}
    </div>
  );
}

function skip(event: Event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Main({ view }: { view: View }) {
  const state = engine.value;
  if (state.state === "failed") return <p class="empty bad">{t("failed", { message: state.message })}</p>;
  if (state.state === "loading") return <p class="empty">{t("loading")}</p>;
  if (view === "prescription") return <PrescriptionView />;
  if (view === "rules") return <RulesView />;
  if (view === "impact") return <ImpactView />;
  if (view === "graph") return <GraphView />;
  return <QueueView />;
}

function Head() {
  return (
    <header class="head">
      <h1>
        {t("brand")} <span class="brand-en" lang="en">Shenfang</span>
      </h1>
      <nav aria-label={t("views")}>
        {VIEWS.map((view, at) => (
          <button
            key={view}
            type="button"
            class="tab"
            aria-current={place.value.view === view ? "page" : undefined}
            aria-keyshortcuts={String(at + 1)}
            onClick={() => go(view, view === "rules" || view === "graph" ? lastPlace(view) : "")}
          >
            {t(view)}
            <Mark view={view} />
          </button>
        ))}
      </nav>
      <div class="head-end">
        <button type="button" class="quiet" onClick={() => (helpOpen.value = true)} aria-keyshortcuts="?">
          {t("help")} <kbd>?</kbd>
        </button>
        <button type="button" class="quiet" lang={language.value === "zh" ? "en" : "zh-CN"} aria-label={t("switch_language_label")} onClick={switchLanguage}>
          {t("switch_language")}
        </button>
      </div>
    </header>
  );
}

const last: Partial<Record<View, string>> = {};

/** Where a view was left, so that coming back finds it. */
function lastPlace(view: View): string {
  return last[view] ?? "";
}

function Mark({ view }: { view: View }) {
  if (place.value.at) last[place.value.view] = place.value.at;
  if (view === "queue" && rows.value.length > 0) return <span class="count">{rows.value.length}</span>;
  if (view === "prescription" && chosenRow.value) return <span class="count">{chosenRow.value.id}</span>;
  if (view === "rules" && dirty.value) return <span class="count edited">{Object.keys(drafts.value).length}</span>;
  return null;
}

export function switchLanguage() {
  language.value = language.value === "zh" ? "en" : "zh";
}

function Status() {
  const state = engine.value;
  if (state.state !== "ready") return <footer class="status" />;
  const { digest, packs } = state.loaded;
  const files = Object.keys(saved.value).length;
  const values = { digest: digest.slice(0, 12), packs: packs.length, files };
  return (
    <footer class="status">
      <span class="dot" aria-hidden="true" /> {t("ready")}
      <span class="digest" title={digest}>
        {files > 0 ? t("digest_edited", values) : t("digest", values)}
      </span>
    </footer>
  );
}
