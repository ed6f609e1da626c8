// The engine without its second module: it reviews, compiles and checks rules; whatever the other module does is refused before the engine is entered.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { init, loadTexts, loadTools, RuleError, RuleSet, Workspace } from "shenfang";
import { ON, records, reviews, text } from "./corpus.mjs";

const PACK = '规则包 ward { 标题 "病区" 版本 "1" 归属 "t" }\n来源 s { 题名 "s" }\n';
const RULE = `${PACK}规则 light { 类别 禁忌证 当 患者.体重 <= 3.7 kg 级别 严重 提示 zh "轻" en "light" 依据 s "1" }`;
const TABLE = "rules/western/interaction/registers.yaml";

before(() => init());

test("the engine alone reviews, compiles rules and says what is wrong with them", () => {
  assert.equal(RuleSet.builtin().reviewBatch(records, { on: ON }).join("\n") + "\n", reviews);
  const rules = RuleSet.compile({ "ward/a.rx": RULE }, { catalogue: false });
  const sheet = { id: "t", kind: "western", authored_on: ON, patient: { weight: "3 kg" }, items: [{ id: "1", drug: "甲" }] };
  assert.deepEqual(rules.review(sheet).findings.map((found) => found.message.zh), ["轻"]);
  assert.deepEqual(RuleSet.loadProgram(rules.toProgram()).review(sheet).findings.length, 1);
  const space = new Workspace({ "ward/a.rx": RULE });
  assert.deepEqual(space.check("ward/a.rx"), []);
  space.set("ward/a.rx", RULE.replace("3.7 kg", "3.7 只"));
  assert.equal(space.check("ward/a.rx")[0]?.level, "error");
  assert.throws(() => RuleSet.compile({ "ward/a.rx": `${PACK}规则 {` }, { catalogue: false }), RuleError);
});

test("what the second module does says that it is to be loaded, and the engine stays sound", async () => {
  const rules = RuleSet.compile({ "ward/a.rx": RULE }, { catalogue: false });
  const space = new Workspace({ "ward/a.rx": RULE });
  const table = { "ward/a.rx": RULE, [TABLE]: text(TABLE) };
  const refused = {
    explain: () => rules.explain("light"),
    graph: () => rules.graph(),
    diff: () => rules.diff(rules),
    test: () => rules.test(),
    counts: () => rules.counts(),
    "compile a table": () => RuleSet.compile(table, { catalogue: false }),
    "a workspace of tables": () => new Workspace(table),
    "set a table": () => space.set("A.YML", "table: catalogue"),
    complete: () => space.complete("ward/a.rx", 3),
    hover: () => space.hover("ward/a.rx", 3),
    tokens: () => space.tokens("ward/a.rx"),
    format: () => space.format("ward/a.rx"),
    "run examples": () => space.test("ward/a.rx"),
  };
  for (const [what, call] of Object.entries(refused)) assert.throws(call, { name: "TypeError", message: /loadTools\(\)/ }, what);
  assert.equal(RuleSet.builtin().reviewBatch(records, { on: ON }).join("\n") + "\n", reviews);

  await Promise.all([loadTools(), loadTools()]);
  assert.deepEqual(rules.counts().rules, 1);
  assert.equal(rules.diff(rules).impact, null);
  assert.equal(space.format("ward/a.rx").startsWith("规则包 ward"), true);
  assert.ok(space.tokens("ward/a.rx").length > 0);
  assert.throws(() => RuleSet.compile(table, { catalogue: false }), RuleError, "the table is read: its names are unknown without the catalogue");
  await loadTexts();
  assert.ok(RuleSet.builtin().counts().rules > 1000);
});
