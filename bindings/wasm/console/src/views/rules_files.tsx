// The rule files by folder; built-in ones read-only until a copy is edited.
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n";
import * as files from "../state/files";
import { go, tell } from "../state/page";
import { editor } from "../workers";

const ENDING = /\.(rx|yaml|csv)$/;

export function FileList({ path }: { path: string }) {
  const search = useSignal("");
  const making = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const words = search.value.trim().toLowerCase();
  const folders = new Map<string, string[]>();
  for (const file of files.paths.value) {
    if (words && !file.toLowerCase().includes(words)) continue;
    const folder = file.slice(0, file.lastIndexOf("/"));
    folders.set(folder, [...(folders.get(folder) ?? []), file]);
  }
  return (
    <aside class="files" aria-label={t("files")}>
      <div class="files-head">
        <input type="search" placeholder={t("find_file")} aria-label={t("find_file")} value={search.value} onInput={(event) => (search.value = event.currentTarget.value)} />
        <button type="button" onClick={() => (making.value = true)}>
          {t("new_file")}
        </button>
        <button type="button" onClick={() => input.current?.click()}>
          {t("import_files")}
        </button>
        <input
          ref={input}
          id="rule-files"
          class="visually-hidden"
          type="file"
          multiple
          tabIndex={-1}
          aria-label={t("import_files")}
          accept=".rx,.yaml,.csv"
          onChange={(event) => {
            const chosen = [...(event.currentTarget.files ?? [])];
            event.currentTarget.value = "";
            void take(chosen);
          }}
        />
      </div>
      <nav aria-label={t("files")} tabIndex={0}>
        {[...folders].map(([folder, members]) => (
          <Folder key={folder} folder={folder} members={members} path={path} open={words !== "" || path.startsWith(`${folder}/`)} />
        ))}
      </nav>
      {making.value && <NewFile onClose={() => (making.value = false)} />}
    </aside>
  );
}

/** Opened files go beside the built-in one of that name, or under `rules/local`. */
async function take(chosen: readonly File[]): Promise<void> {
  for (const file of chosen) {
    const same = files.paths.value.filter((known) => known.endsWith(`/${file.name}`));
    const path = same.length === 1 && same[0] ? same[0] : `rules/local/${file.name}`;
    if (!ENDING.test(path)) {
      tell(t("bad_path"), "bad");
      continue;
    }
    const text = await file.text();
    files.draft(path, text);
    await editor.set(path, text);
    go("rules", path);
  }
}

function Folder({ folder, members, path, open }: { folder: string; members: readonly string[]; path: string; open: boolean }) {
  const edited = members.some(files.isEditable);
  return (
    <details open={open || edited}>
      <summary>
        {folder.replace(/^rules\//, "")} {edited && <span class="dot-edited" title={t("edited")} />}
      </summary>
      <ul>
        {members.map((file) => (
          <li key={file}>
            <button type="button" class="file" aria-current={file === path ? "true" : undefined} onClick={() => go("rules", file)}>
              {file.slice(folder.length + 1)}
              {files.isEditable(file) && <span class="tag">{file in files.drafts.value ? t("unsaved") : t("edited")}</span>}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function NewFile({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const path = useSignal("rules/local/ward.rx");
  const fault = useSignal("");
  useEffect(() => dialog.current?.showModal(), []);
  const create = async () => {
    const name = path.value.trim();
    if (!ENDING.test(name) || files.textOf(name) !== undefined) {
      fault.value = t("bad_path");
      return;
    }
    files.draft(name, "");
    await editor.set(name, "");
    dialog.current?.close();
    go("rules", name);
  };
  return (
    <dialog ref={dialog} aria-labelledby="new-title" onClose={onClose}>
      <h2 id="new-title">{t("new_file_title")}</h2>
      <label class="stack">
        {t("new_file_path")}
        <input value={path.value} onInput={(event) => (path.value = event.currentTarget.value)} onKeyDown={(event) => event.key === "Enter" && void create()} />
      </label>
      <p class="bad" role="alert">
        {fault.value}
      </p>
      <div class="dialog-end">
        <button type="button" onClick={() => dialog.current?.close()}>
          {t("cancel")}
        </button>
        <button type="button" class="primary" onClick={() => void create()}>
          {t("create")}
        </button>
      </div>
    </dialog>
  );
}
