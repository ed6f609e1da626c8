// Pasting prescriptions instead of opening a file.
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import { open } from "../state/queue";

export function PasteDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const review = () => {
    const text = area.current?.value ?? "";
    dialog.current?.close();
    if (text.trim() !== "") void open(text);
  };
  return (
    <dialog ref={dialog} class="wide" aria-labelledby="paste-title" onClose={onClose}>
      <h2 id="paste-title">{t("paste_title")}</h2>
      <textarea ref={area} rows={14} aria-label={t("paste_text")} spellcheck={false} onKeyDown={(event) => event.ctrlKey && event.key === "Enter" && review()} />
      <div class="dialog-end">
        <button type="button" onClick={() => dialog.current?.close()}>
          {t("cancel")}
        </button>
        <button type="button" class="primary" onClick={review}>
          {t("review_now")}
        </button>
      </div>
    </dialog>
  );
}
