// The rule editor: CodeMirror with the engine's own highlighting, diagnostics, completion and hover, all asked of the editor worker. What it never does:
// wait for an answer before the next keystroke; an answer to an older text is dropped.
import { autocompletion, closeBrackets, completionKeymap, type Completion as Option, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic as Lint } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, RangeSetBuilder, StateEffect, StateField, type Extension } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, hoverTooltip, keymap, lineNumbers, type DecorationSet, type Tooltip } from "@codemirror/view";
import { TOKEN_CLASSES } from "shenfang";
import { list, say, t } from "../i18n";
import type { Completion, Diagnostic } from "../model";
import { editor } from "../workers";
import { phrases } from "./phrases";

/** The nonce the page's policy names for the one library that writes its own style sheet. */
const NONCE = "shenfang-editor";

const setTokens = StateEffect.define<DecorationSet>();

const tokenField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, change) {
    let next = change.docChanged ? marks.map(change.changes) : marks;
    for (const effect of change.effects) if (effect.is(setTokens)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const MARKS = TOKEN_CLASSES.map((name) => Decoration.mark({ class: `tok-${name}` }));

function marks(tokens: Uint32Array, length: number): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (let at = 0; at + 2 < tokens.length; at += 3) {
    const [from = 0, to = 0, kind = 0] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    const mark = MARKS[kind];
    if (mark && from < to && to <= length) builder.add(from, to, mark);
  }
  return builder.finish();
}

/** A diagnostic in the reader's words: what is wrong, what was expected, what was perhaps meant. */
export function told(diagnostic: Diagnostic): string {
  const parts = [say(diagnostic.message)];
  if (diagnostic.label) parts.push(say(diagnostic.label));
  if (diagnostic.expected?.length) parts.push(t("expected", { what: list(diagnostic.expected) }));
  if (diagnostic.candidates?.length) parts.push(t("did_you_mean", { names: list(diagnostic.candidates) }));
  if (diagnostic.help) parts.push(say(diagnostic.help));
  return parts.join("\n");
}

function lint(diagnostic: Diagnostic, length: number): Lint {
  const from = Math.min(diagnostic.utf16[0], length);
  const to = Math.min(Math.max(diagnostic.utf16[1], from), length);
  return { from, to, severity: diagnostic.level, source: diagnostic.code, message: told(diagnostic) };
}

export interface Hooks {
  path: string;
  text: string;
  readOnly: boolean;
  onEdit: (text: string) => void;
  onDiagnostics: (diagnostics: readonly Diagnostic[]) => void;
  keys: { key: string; run: () => void }[];
}

/** Asks the worker about the newest text only: while one question is under way, later ones become one. */
class Checker {
  private busy = false;
  private again = false;
  private gone = false;
  constructor(
    private readonly view: EditorView,
    private readonly hooks: Hooks,
  ) {}

  ask(): void {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    void this.check().finally(() => {
      this.busy = false;
      if (this.again && !this.gone) {
        this.again = false;
        this.ask();
      }
    });
  }

  private async check(): Promise<void> {
    const doc = this.view.state.doc;
    const path = this.hooks.path;
    const text = this.hooks.readOnly ? null : doc.toString();
    const tokens = await editor.tokens(path, text);
    if (this.gone) return;
    if (this.view.state.doc === doc) this.view.dispatch({ effects: setTokens.of(marks(tokens, doc.length)) });
    const diagnostics = await editor.check(path, null);
    if (this.gone || this.view.state.doc !== doc) return;
    const here = diagnostics.filter((diagnostic) => diagnostic.path === path);
    this.view.dispatch(setDiagnostics(this.view.state, here.map((diagnostic) => lint(diagnostic, doc.length))));
    this.hooks.onDiagnostics(diagnostics);
  }

  end(): void {
    this.gone = true;
  }
}

const KINDS: Record<Completion["kind"], string> = { keyword: "keyword", concept: "variable", class: "class", unit: "constant", code: "constant", field: "property", value: "enum" };

async function complete(path: string, context: CompletionContext): Promise<CompletionResult | null> {
  const before = context.matchBefore(/[\p{L}\p{N}_·:-]+/u);
  if (!before && !context.explicit) return null;
  const found = await editor.complete(path, context.state.doc.toString(), context.pos);
  const [first] = found;
  if (context.aborted || !first) return null;
  const options: Option[] = found.map((one) => ({ label: one.label, apply: one.insert, detail: one.detail, type: KINDS[one.kind] }));
  // The engine has matched already, pinyin initials too.
  return { from: first.from, to: first.to, options, filter: false };
}

async function hover(path: string, at: number): Promise<Tooltip | null> {
  const found = await editor.hover(path, at);
  if (!found || found.paragraphs.length === 0) return null;
  return {
    pos: found.from,
    end: found.to,
    above: true,
    create: () => {
      const dom = document.createElement("div");
      dom.className = "hover-card";
      for (const paragraph of found.paragraphs) {
        const p = document.createElement("p");
        p.textContent = say(paragraph);
        dom.append(p);
      }
      return { dom };
    },
  };
}

function extensions(hooks: Hooks, onChange: (view: EditorView) => void): Extension {
  const own = hooks.keys.map(({ key, run }) => ({ key, preventDefault: true, run: () => (run(), true) }));
  return [
    EditorView.cspNonce.of(NONCE),
    EditorState.phrases.of(phrases()),
    lineNumbers(),
    highlightActiveLineGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    tokenField,
    EditorState.readOnly.of(hooks.readOnly),
    EditorView.contentAttributes.of({ "aria-label": t("editor", { path: hooks.path }), "aria-readonly": String(hooks.readOnly), tabindex: "0", spellcheck: "false" }),
    hooks.readOnly ? [] : autocompletion({ override: [(context) => complete(hooks.path, context)] }),
    hoverTooltip((_, at) => hover(hooks.path, at)),
    keymap.of([...own, ...lintKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
    EditorView.updateListener.of((update) => update.docChanged && onChange(update.view)),
  ];
}

export interface Handle {
  view: EditorView;
  destroy: () => void;
}

export function mount(parent: HTMLElement, hooks: Hooks): Handle {
  let checker: Checker | undefined;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: hooks.text,
      extensions: extensions(hooks, (changed) => {
        hooks.onEdit(changed.state.doc.toString());
        checker?.ask();
      }),
    }),
  });
  checker = new Checker(view, hooks);
  checker.ask();
  return {
    view,
    destroy: () => {
      checker?.end();
      view.destroy();
    },
  };
}

/** Puts the cursor at a diagnostic and shows it in the middle. */
export function jump(view: EditorView, diagnostic: Diagnostic): void {
  const at = Math.min(diagnostic.utf16[0], view.state.doc.length);
  view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  view.focus();
}
