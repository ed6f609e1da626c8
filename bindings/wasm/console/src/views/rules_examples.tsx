// What running the examples of a pack showed.
import { say, t } from "../i18n";
import type { PackTest } from "shenfang";

export function Examples({ tests, onClose }: { tests: readonly PackTest[]; onClose: () => void }) {
  return (
    <section class="examples" aria-label={t("examples")}>
      <button type="button" class="quiet examples-close" onClick={onClose}>
        {t("close")}
      </button>
      {tests.map((test) => (
        <Pack key={test.pack} test={test} />
      ))}
    </section>
  );
}

function Pack({ test }: { test: PackTest }) {
  return (
    <div>
      <p role="status" class={test.passed ? "fine" : "bad"}>
        {test.passed ? "✓" : "✕"} {test.pack}: {test.failures.length === 0 ? t("examples_all_pass", { n: test.examples }) : t("examples_fail", { failed: test.failures.length, n: test.examples })}
        {test.rows > 0 && ` · ${t("rows_checked", { n: test.rows })}`}
      </p>
      <ul>
        {test.failures.map((failure) => (
          <li key={failure.title}>
            <b>{failure.title}</b> <span class="muted">{`${failure.path}:${failure.line}`}</span>
            {failure.differences.map((difference, at) => (
              <div key={at}>{say(difference)}</div>
            ))}
          </li>
        ))}
        {test.row_failures.map((failure) => (
          <li key={failure.row}>
            <b>{failure.row}</b> {say(failure.message)}
          </li>
        ))}
      </ul>
    </div>
  );
}
