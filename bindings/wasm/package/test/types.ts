// Compiled, never run: how the package is used from TypeScript.
import { type Completion, connect, type Diagnostic, init, loadTexts, PrescriptionError, type Review, RuleSet, spawn, Workspace } from "shenfang";

export async function page(files: Record<string, string>): Promise<void> {
  await init();
  using rules = RuleSet.builtin();
  const review: Review = rules.review({ id: "1", kind: "western", items: [] }, { on: "2026-11-22", lang: "en" });
  const worst: "contraindicated" | "major" | "moderate" | "minor" | undefined = review.findings[0]?.severity;
  const said: string = review.findings.map((finding) => finding.message.zh).join("；") + (worst ?? "");
  try {
    rules.reviewJson(said);
  } catch (error) {
    if (error instanceof PrescriptionError) console.log(error.code, error.path);
  }
  // @ts-expect-error there is no such language
  rules.review("{}", { lang: "fr" });

  const space = new Workspace(await loadTexts());
  for (const [path, text] of Object.entries(files)) space.set(path, text);
  const found: Diagnostic[] = space.check("ward/a.rx");
  const proposed: Completion[] = space.complete("ward/a.rx", found[0]?.utf16[0] ?? 0);
  console.log(proposed.map((one) => one.insert));

  const remote = connect(spawn());
  const set: number = await remote.builtin({ texts: true });
  const lines: string[] = await remote.reviewBatch(set, "", { onProgress: ({ done, total }) => console.log(done, total), signal: AbortSignal.timeout(1000) });
  const { difference } = await remote.diff(set, set, lines.join("\n"));
  console.log(difference);
  // @ts-expect-error a handle is a number
  await remote.digest("1");
}
