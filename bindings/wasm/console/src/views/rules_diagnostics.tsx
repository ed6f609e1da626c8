// The diagnostics of the open pack, and those that kept edits from being used, as a list one can walk.
import { told } from "../editor/setup";
import { t } from "../i18n";
import type { Diagnostic } from "../model";
import { compileFaults, diagnostics } from "../state/files";

export function Diagnostics({ path, onJump }: { path: string; onJump: (diagnostic: Diagnostic) => void }) {
  const here = diagnostics.value;
  const elsewhere = compileFaults.value.filter((fault) => fault.level === "error" && fault.path !== path);
  const all = [...(here ?? []), ...elsewhere.filter((fault) => !here?.some((other) => other.path === fault.path && other.line === fault.line))];
  const errors = all.filter((diagnostic) => diagnostic.level === "error").length;
  return (
    <section class="diagnostics" aria-label={t("diagnostics")}>
      <p class="diagnostics-head" role="status">
        {here === null ? t("not_checked_yet") : all.length === 0 ? <span class="fine">✓ {t("no_diagnostics")}</span> : t("diagnostics_count", { errors, warnings: all.length - errors })}
      </p>
      {all.length > 0 && (
        <ul>
          {all.map((diagnostic) => (
            <li key={`${diagnostic.path}:${diagnostic.utf16[0]}:${diagnostic.code}`}>
              <button type="button" class={`diagnostic diagnostic-${diagnostic.level}`} onClick={() => onJump(diagnostic)}>
                <span class="diagnostic-place">
                  <span aria-hidden="true">{diagnostic.level === "error" ? "✕" : "▲"}</span> {diagnostic.path === path ? "" : `${diagnostic.path} `}
                  {t("at_line", { line: diagnostic.line, column: diagnostic.column })}
                </span>
                <span class="diagnostic-text">{told(diagnostic)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
