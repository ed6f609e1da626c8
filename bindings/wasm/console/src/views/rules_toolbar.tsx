// What can be done with the open file.
import { t } from "../i18n";
import * as files from "../state/files";
import { go } from "../state/page";
import * as output from "../export";

interface Props {
  path: string;
  editable: boolean;
  actions: {
    edit: () => void;
    format: (to?: "zh" | "en") => Promise<void>;
    run: () => Promise<void>;
    save: () => Promise<void>;
    revert: () => Promise<void>;
  };
}

export function Toolbar({ path, editable, actions }: Props) {
  const draft = path in files.drafts.value;
  const text = path.endsWith(".rx");
  return (
    <div class="bar rule-bar">
      <h3 class="rule-path">{path}</h3>
      <span class={`state${draft ? " unsaved" : ""}`}>{draft ? t("unsaved") : editable ? t("saved_state") : t("builtin_readonly")}</span>
      <div class="bar-end">
        {!editable && (
          <button type="button" class="primary" onClick={actions.edit}>
            {t("edit_copy")}
          </button>
        )}
        {editable && (
          <>
            {text && (
              <>
                <button type="button" onClick={() => void actions.format()} aria-keyshortcuts="Alt+Shift+F">
                  {t("format")}
                </button>
                <button type="button" onClick={() => void actions.format("zh")}>
                  {t("to_chinese")}
                </button>
                <button type="button" onClick={() => void actions.format("en")}>
                  {t("to_english")}
                </button>
              </>
            )}
            <button type="button" onClick={() => void actions.revert()}>
              {draft ? t("discard") : t("discard_builtin")}
            </button>
          </>
        )}
        <button type="button" onClick={() => void actions.run()} aria-keyshortcuts="Control+Enter">
          {t("run_examples")}
        </button>
        <button type="button" onClick={() => output.save(path.split("/").pop() ?? path, files.textOf(path) ?? "", "text/plain")}>
          {t("download")}
        </button>
        {files.dirty.value && (
          <>
            <button type="button" onClick={() => (go("impact"), void files.computeImpact())}>
              {t("see_impact")}
            </button>
            <button type="button" class="primary" onClick={() => void actions.save()} aria-keyshortcuts="Control+S">
              {t("save")}
            </button>
          </>
        )}
      </div>
    </div>
  );
}
