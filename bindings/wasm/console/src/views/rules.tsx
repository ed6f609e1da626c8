// The rules: read the built-in packs, edit copies of them, see what is wrong while typing, run the examples, save.
import { useSignal } from "@preact/signals";
import type { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { jump, mount } from "../editor/setup";
import { language, t } from "../i18n";
import type { Diagnostic } from "../model";
import * as files from "../state/files";
import { go, place, tell } from "../state/page";
import { editor } from "../workers";
import type { PackTest } from "shenfang";
import { Diagnostics } from "./rules_diagnostics";
import { Examples } from "./rules_examples";
import { FileList } from "./rules_files";
import { Toolbar } from "./rules_toolbar";

export function RulesView() {
  const path = files.textOf(place.value.at) === undefined ? "" : place.value.at;
  return (
    <div class="rules">
      <h2 class="visually-hidden">{t("rules")}</h2>
      <FileList path={path} />
      {path ? <Open key={path} path={path} /> : <p class="empty">{t("no_file")}</p>}
    </div>
  );
}

function Open({ path }: { path: string }) {
  const view = useRef<EditorView | null>(null);
  const round = useSignal(0);
  const tests = useSignal<readonly PackTest[] | null>(null);
  const editable = files.isEditable(path);

  const replace = (text: string) => {
    files.draft(path, text);
    round.value++;
  };
  const format = async (to?: "zh" | "en") => {
    if (!files.isEditable(path)) files.draft(path, files.textOf(path) ?? "");
    await editor.set(path, files.textOf(path) ?? "");
    const formatted = await editor.format(path, to);
    if ("diagnostics" in formatted) return tell(t("cannot_save"), "bad");
    if (formatted.text === files.textOf(path)) return tell(t("already_formatted"));
    replace(formatted.text);
    tell(t("formatted"));
  };
  const run = async () => {
    const text = files.drafts.value[path];
    if (text !== undefined) await editor.set(path, text);
    const outcome = await editor.test(path);
    if ("diagnostics" in outcome) return tell(t("cannot_save"), "bad");
    tests.value = outcome.packs;
  };
  const save = async () => {
    const loaded = await files.save();
    if (loaded) tell(t("saved"));
    else tell(t("cannot_save"), "bad");
  };
  const revert = async () => {
    await files.revert(path);
    round.value++;
  };
  const edit = () => {
    files.draft(path, files.textOf(path) ?? "");
    round.value++;
    requestAnimationFrame(() => view.current?.focus());
  };
  const keys = [
    { key: "Mod-s", run: () => void save() },
    { key: "Alt-Shift-f", run: () => void format() },
    { key: "Mod-Enter", run: () => void run() },
  ];
  return (
    <section class="rule-file" aria-label={path}>
      <Toolbar path={path} editable={editable} actions={{ edit, format, run, save, revert }} />
      <Pane key={`${round.value}-${editable}-${language.value}`} path={path} readOnly={!editable} keys={keys} view={view} />
      <Diagnostics
        path={path}
        onJump={(diagnostic) => {
          if (diagnostic.path !== path) go("rules", diagnostic.path);
          else if (view.current) jump(view.current, diagnostic);
        }}
      />
      {tests.value && <Examples tests={tests.value} onClose={() => (tests.value = null)} />}
      <p class="muted small">{t("keyboard_editor")}</p>
    </section>
  );
}

interface PaneProps {
  path: string;
  readOnly: boolean;
  keys: { key: string; run: () => void }[];
  view: { current: EditorView | null };
}

function Pane({ path, readOnly, keys, view }: PaneProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!box.current) return;
    files.diagnostics.value = null;
    const handle = mount(box.current, {
      path,
      text: files.textOf(path) ?? "",
      readOnly,
      onEdit: (text) => files.draft(path, text),
      onDiagnostics: (found: readonly Diagnostic[]) => (files.diagnostics.value = found),
      keys,
    });
    view.current = handle.view;
    return () => {
      view.current = null;
      handle.destroy();
    };
  }, []);
  return <div ref={box} class={`editor${readOnly ? " read-only" : ""}`} />;
}
