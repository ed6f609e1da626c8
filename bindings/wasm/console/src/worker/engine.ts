// Where the engine comes from: the package beside this application. The one file that knows how it is loaded.
import { RuleSet, Workspace } from "shenfang";
import type { Files } from "../model";

let texts: Files = {};

export async function load(): Promise<void> {
  texts = {};
}

export async function builtinRules(): Promise<RuleSet> {
  await load();
  return RuleSet.builtin();
}

export function builtinTexts(): Files {
  return texts;
}

export function newWorkspace(): Workspace {
  return new Workspace(texts);
}
