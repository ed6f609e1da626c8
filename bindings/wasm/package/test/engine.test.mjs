// The package in Node: replies byte for byte, exact decimals, typed exceptions, no input that ends the module.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { init, loadTexts, PrescriptionError, ProgramError, RuleError, RuleSet, TOKEN_CLASSES, Workspace } from "shenfang";
import { damaged, ON, records, reviews, text } from "./corpus.mjs";

const lines = records.split("\n").slice(0, -1);
const sheet = (changes = {}) => ({
  id: "t", kind: "western", authored_on: "2026-11-22", patient: { id: "p", sex: "male", birth_date: "1980-01-01", weight: "60 kg", allergies: [], conditions: [] },
  items: [{ id: "1", drug: "华法林钠片", dose: "3 mg", frequency: "qd", route: "oral" }], current_medications: [], ...changes,
});

before(async () => {
  await init();
  await loadTexts();
});

describe("reviews", () => {
  test("the corpus, as a whole: the same bytes as Rust", () => {
    const rules = RuleSet.builtin();
    assert.equal(rules.reviewBatch(records, { on: ON }).join("\n") + "\n", reviews);
    assert.equal(rules.reviewBatch(new TextEncoder().encode(records), { on: ON }).join("\n") + "\n", reviews);
  });

  test("the corpus, record by record", () => {
    const rules = RuleSet.builtin();
    const replies = reviews.split("\n");
    let compared = 0;
    for (const [at, line] of lines.entries()) {
      const expected = JSON.parse(replies[at]);
      if ("error" in expected) {
        assert.throws(() => rules.reviewJson(line, { on: ON }), { code: expected.error.code, path: expected.error.path, message: expected.error.message });
      } else {
        assert.equal(rules.reviewJson(line, { on: ON }), replies[at]);
        compared++;
      }
    }
    assert.ok(compared > 50, `${compared} reviews compared`);
  });

  test("the rules compiled in JavaScript's memory review alike, and are the shipped ones", () => {
    const compiled = RuleSet.compile({}, { builtin: true });
    assert.equal(compiled.digest, RuleSet.builtin().digest);
    assert.equal(compiled.reviewBatch(records, { on: ON }).join("\n") + "\n", reviews);
    const again = RuleSet.loadProgram(compiled.toProgram());
    assert.equal(again.reviewBatch(records, { on: ON }).join("\n") + "\n", reviews);
  });

  test("a JavaScript number is the decimal that was written", () => {
    const rules = RuleSet.compile({
      "ward/a.rx": '规则包 ward { 标题 "病区" 版本 "1" 归属 "t" }\n来源 s { 题名 "s" }\n' +
        '规则 light { 类别 禁忌证 匹配 a: 华法林 当 患者.体重 <= 3.7 kg 级别 严重 提示 zh "体重 {patient.weight}" en "weight {patient.weight}" 依据 s "1" }',
    });
    const weighing = (value) => rules.review(sheet({ patient: { ...sheet().patient, weight: { value, unit: "kg" } } }));
    assert.deepEqual(weighing(3.7).findings.map((f) => f.message.zh), ["体重 3.7 kg"]);
    assert.deepEqual(weighing(3.7000000000000006).findings, []);
  });
});

describe("faults are typed", () => {
  test("a record that is no prescription", () => {
    const rules = RuleSet.builtin();
    assert.throws(() => rules.review({ id: "x", weight: 3.7 }), (error) => {
      assert.ok(error instanceof PrescriptionError);
      assert.deepEqual([error.code, error.path], ["unknown_field", "/weight"]);
      return error.message.startsWith("未知字段");
    });
    assert.throws(() => rules.review({ id: "x", weight: 3.7 }, { lang: "en" }), /unknown field/);
  });

  test("rules with errors, with places in JavaScript's own offsets", () => {
    const rule = '# 𠮷\n规则包 甲 { 标题 "甲" 版本 "1" 归属 "t" }\n规则 乙 { 匹配 a: 无此药 }';
    assert.throws(() => RuleSet.compile({ "ward/a.rx": rule }), (error) => {
      assert.ok(error instanceof RuleError);
      const marked = error.diagnostics.map((d) => rule.slice(...d.utf16));
      assert.ok(marked.includes("无此药"), JSON.stringify(marked));
      return true;
    });
  });

  test("bytes that are no program, and what a program cannot tell", () => {
    assert.throws(() => RuleSet.loadProgram(new Uint8Array(100)), ProgramError);
    const program = RuleSet.builtin().toProgram();
    program[program.length >> 1] ^= 1;
    assert.throws(() => RuleSet.loadProgram(program), ProgramError);
    const bare = RuleSet.loadProgram(RuleSet.builtin().toProgram());
    assert.equal(bare.hasTexts, false);
    assert.throws(() => bare.explain("附子"), ProgramError);
  });

  test("arguments of another form", () => {
    const rules = RuleSet.builtin();
    assert.throws(() => rules.review(sheet(), { on: "yesterday" }), TypeError);
    assert.throws(() => rules.review(sheet(), { lang: "fr" }), TypeError);
    assert.throws(() => new Workspace({ a: 1 }), TypeError);
  });
});

describe("nothing that is handed in ends the module", () => {
  test("4,000 damaged records: each a review or an error, in order", () => {
    const rules = RuleSet.builtin();
    const bad = [...damaged(lines, 4000, 20261122)];
    let errors = 0;
    for (const line of bad) {
      try {
        assert.equal(typeof rules.reviewJson(line, { on: ON }), "string");
      } catch (error) {
        assert.ok(error instanceof PrescriptionError, `${error} for ${line}`);
        errors++;
      }
    }
    assert.ok(errors > 1000 && errors < bad.length, `${errors} of ${bad.length}`);
    assert.equal(rules.reviewBatch(records, { on: ON }).join("\n") + "\n", reviews, "the module still works");
  });

  test("damaged rule texts: diagnostics, completions and classes at any offset", () => {
    const space = new Workspace({});
    const good = [text("grammar/tour.zh.rx"), text("grammar/tour.rx")];
    let errors = 0;
    for (const rule of damaged(good, 60, 7)) {
      space.set("ward/a.rx", rule);
      errors += space.check("ward/a.rx").length;
      const tokens = space.tokens("ward/a.rx");
      for (let at = 0; at < rule.length; at += 97) {
        space.complete("ward/a.rx", at);
        space.hover("ward/a.rx", at);
      }
      assert.ok(tokens.every((n, i) => (i % 3 === 2 ? n < TOKEN_CLASSES.length : n <= rule.length)));
      try {
        space.format("ward/a.rx");
      } catch (error) {
        assert.ok(error instanceof RuleError, String(error));
      }
    }
    assert.ok(errors > 60);
  });

  test("deep and long texts meet a bound, not the end of the stack", () => {
    const space = new Workspace({});
    const pack = '规则包 w { 标题 "a" 版本 "1" 归属 "t" }\n';
    const deep = {
      "w/parens.rx": `${pack}规则 r { 匹配 a: 附子 当 ${"(".repeat(20_000)}患者.妊娠${")".repeat(20_000)} }`,
      "w/nots.rx": `${pack}规则 r { 匹配 a: 附子 当 ${"非 ".repeat(50_000)}患者.妊娠 }`,
      "w/alone.rx": `${pack}组 g = ${"单方 ".repeat(30_000)}附子`,
      "w/braces.rx": `${pack}规则 r ${"{".repeat(30_000)}`,
      "w/block.yaml": Array.from({ length: 3_000 }, (_, n) => `${" ".repeat(n)}-`).join("\n"),
      "w/flow.yaml": `a: ${"[".repeat(20_000)}`,
    };
    for (const [path, rule] of Object.entries(deep)) {
      space.set(path, rule);
      assert.ok(space.check(path).some((d) => d.level === "error"), path);
      space.complete(path, rule.length);
      assert.ok(space.tokens(path).length >= 0);
    }
    const rules = RuleSet.builtin();
    for (const record of ["[".repeat(1e5), '{"a":'.repeat(1e5), `{"id":"x","items":${"[".repeat(1e5)}`, `{"id":"x","extra":${'{"a":'.repeat(1e5)}`]) {
      assert.throws(() => rules.reviewJson(record), PrescriptionError);
    }
    assert.equal(rules.reviewBatch(records, { on: ON }).join("\n") + "\n", reviews, "the module still works");
  });

  test("damaged programs are errors", () => {
    const program = RuleSet.builtin().toProgram();
    for (let at = 0; at < program.length; at += 40_009) {
      const bytes = program.slice();
      bytes[at] ^= 0x55;
      assert.throws(() => RuleSet.loadProgram(bytes), ProgramError);
    }
  });
});

describe("what is known", () => {
  test("explain, graph, diff and test of the built-in rules", () => {
    const rules = RuleSet.builtin();
    assert.equal(rules.explain("附子").concepts[0].name, "附子");
    const graph = rules.graph({ around: "附子" });
    assert.ok(graph.nodes.some((n) => n.name === "附子") && graph.edges.length > 5);
    const path = "rules/tcm/incompatibility/incompatibility.rx";
    const edited = RuleSet.compile({ [path]: text(path).replace(/^ {2}级别 +禁忌/m, "  级别  严重") }, { builtin: true });
    const { difference, impact } = rules.diff(edited, records, { on: ON });
    assert.equal(Object.keys(difference.rules).length, 1);
    assert.equal(impact.prescriptions + impact.unreadable, lines.length);
  });

  test("a workspace checks one file of the built-in packs, formats it and compiles all", async () => {
    const space = new Workspace(await loadTexts());
    const path = "rules/tcm/incompatibility/incompatibility.rx";
    assert.deepEqual(space.check(path), []);
    const broken = text(path).replace("= 川乌 |", "= 川鸟 |");
    space.set(path, broken);
    const [first] = space.check(path);
    assert.equal(broken.slice(...first.utf16), "川鸟");
    assert.ok(first.candidates.includes("川乌"));
    const { rules, diagnostics } = space.compile();
    assert.ok(diagnostics.some((d) => d.path === path && d.code === first.code));
    assert.notEqual(rules.digest, RuleSet.builtin().digest);
    space.set(path, null);
    assert.deepEqual(space.check(path), []);
    assert.match(space.format(path, "en"), /^rule /m);
    const tested = space.test(path);
    assert.ok(tested.length === 1 && tested[0].passed && tested[0].examples > 0);
  });
});
