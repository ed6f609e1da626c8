// The list of shortcuts, and the switch for single keys.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { helpOpen, singleKeys } from "../state/page";

export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (helpOpen.value = false)}>
      <h2 id="help-title">{t("help")}</h2>
      <dl class="keys">
        <dt>{t("help_global")}</dt>
        <dd>
          {t("help_views")} · {t("help_language")} · {t("help_help")}
        </dd>
        <dt>{t("help_queue")}</dt>
        <dd>{t("help_queue_keys")}</dd>
        <dt>{t("help_prescription")}</dt>
        <dd>{t("help_prescription_keys")}</dd>
        <dt>{t("help_rules")}</dt>
        <dd>{t("help_rules_keys")}</dd>
      </dl>
      <label class="check">
        <input type="checkbox" checked={singleKeys.value} onChange={(event) => (singleKeys.value = event.currentTarget.checked)} /> {t("help_single")}
      </label>
      <form method="dialog" class="dialog-end">
        <button class="primary">{t("close")}</button>
      </form>
    </dialog>
  );
}
