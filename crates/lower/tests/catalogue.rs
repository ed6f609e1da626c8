//! Faults of catalogue rows, and rows of rule tables.
mod common;

use common::{run, run_with};
use shenfang_lower::Options;

#[test]
fn rows_with_faults() {
    let table = "herbs:
  石膏: {toxicity: 剧毒}
  朱砂: {toxicity: toxic, codes: [FOO:1]}
substances:
  胰岛素类: {potency: 3 d}
  辛伐他汀: {codes: [ATC:C10A]}
products:
  甲片: {form: 片儿, contains: {布洛芬: 100, 附子: 3 d}}
  乙片: {form: 肠溶片剂, contains: {布洛芬: 100 gm}}
";
    insta::assert_snapshot!(run(&[("t/catalogue.yaml", table)]).shown());
}

/// A catalogue row of a rule set extends the catalogue for that set, and what the catalogue has already is said with its place.
#[test]
fn rows_extend_the_catalogue() {
    let rules = "pack t { title \"测试\" version \"1\" owner \"me\" }
source label { citation \"说明书\" }
rule r { category interaction match a: 新药 severity major message \"{a}\" cite label }
";
    let extended = run(&[
        ("t/t.rx", rules),
        ("t/names.yaml", "substances:\n  新药: {codes: [LOCAL:1]}\n"),
    ]);
    assert_eq!(extended.shown(), "");
    assert_eq!(extended.lowered.knowledge.rules().len(), 1);
    insta::assert_snapshot!(run(&[("t/names.yaml", "substances:\n  新药: {aliases: [附子]}\n")]).shown());
}

#[test]
fn a_row_is_a_declaration_with_a_place() {
    let pack = "pack t { title \"测试\" version \"1\" owner \"me\" }\nsource label { citation \"说明书\" }\n";
    let table = "table: rule
name: \"never_<药>\"
fields:
  category: contraindication
  match: \"a: <药>\"
  severity: major
  message: {zh: \"{a}禁用\"}
  cite: label
rows:
  - {药: 附子}
  - {药: 川乌}
";
    let run = run_with(&[("t/t.rx", pack), ("t/never.yaml", table)], Options::default());
    let rows: Vec<_> = run
        .lowered
        .knowledge
        .rules()
        .iter()
        .map(|r| (r.finding.id.clone(), r.finding.row.clone()))
        .collect();
    insta::assert_snapshot!(format!("{}{rows:?}", run.shown()));
}
