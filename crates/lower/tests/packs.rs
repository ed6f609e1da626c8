//! Which files make a pack, and what a run over several packs says.
mod common;

use common::{run, run_with};
use shenfang_lower::Options;

const RULE: &str = "rule r { category interaction match a: 附子 severity major message \"{a}\" cite label }\n";
const LABEL: &str = "source label { citation \"说明书\" valid 2015-01-01 .. 2020-12-31 }\n";

fn pack(id: &str) -> String {
    format!("pack {id} {{ title \"测试\" version \"1\" owner \"me\" }}\n")
}

fn ids(run: &common::Run) -> Vec<&str> {
    run.lowered
        .knowledge
        .rules()
        .iter()
        .map(|r| r.finding.id.as_str())
        .collect()
}

#[test]
fn a_folder_is_a_pack() {
    let run = run(&[
        ("rules/a/pack.rx", &(pack("t.a") + LABEL)),
        ("rules/a/rules.rx", RULE),
        ("rules/b/b.rx", &(pack("t.b") + LABEL + RULE)),
    ]);
    assert_eq!(run.shown(), "");
    assert_eq!(ids(&run), ["t.a.r", "t.b.r"]);
}

#[test]
fn files_of_one_folder_that_declare_packs_are_packs() {
    let run = run(&[
        ("x/a.rx", &(pack("a") + LABEL + RULE)),
        ("x/b.rx", &(pack("b") + LABEL + RULE)),
    ]);
    assert_eq!(run.shown(), "");
    assert_eq!(ids(&run), ["a.r", "b.r"]);
}

#[test]
fn a_pack_may_use_what_another_declares() {
    let library = pack("lib") + LABEL + "group g = 附子 | 川乌\n";
    let user =
        pack("t") + "rule r { category interaction match a: lib.g severity major message \"{a}\" cite lib.label }\n";
    let run = run(&[("lib/lib.rx", &library), ("t/t.rx", &user)]);
    assert_eq!(run.shown(), "");
}

#[test]
fn packs_that_are_missing_or_twice() {
    let twice = pack("a") + &pack("b") + LABEL + RULE;
    let files = [
        ("x/none.rx", RULE.to_owned()),
        ("y/a.rx", twice),
        ("z/a.rx", pack("a") + LABEL),
        ("w/c.rx", pack("c")),
        ("w/d.rx", pack("d")),
        ("w/e.rx", LABEL.to_owned()),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    insta::assert_snapshot!(run(&files).shown());
}

#[test]
fn expired_sources_are_said_on_a_date_only() {
    let text = pack("t") + LABEL + RULE;
    let on = jiff::civil::date(2021, 1, 1);
    let with = |options| run_with(&[("t/t.rx", &text)], options);
    assert_eq!(with(Options::default()).shown(), "");
    assert_eq!(
        with(Options {
            on: Some(jiff::civil::date(2020, 12, 31)),
            strict: true
        })
        .shown(),
        ""
    );
    assert_eq!(
        with(Options {
            on: Some(on),
            strict: false
        })
        .lowered
        .knowledge
        .rules()
        .len(),
        1
    );
    insta::assert_snapshot!(
        with(Options {
            on: Some(on),
            strict: false
        })
        .shown()
            + &with(Options {
                on: Some(on),
                strict: true
            })
            .shown()
    );
}

#[test]
fn a_group_without_some_of_its_members_is_not_taken_for_empty() {
    let rule = "group g = 布洛芬 | 双氯芬酸\nrule r { category interaction match a: g except 布洛芬 severity major message \"{a}\" cite label }\n";
    let run = run(&[("t/t.rx", &(pack("t") + LABEL + rule))]);
    assert_eq!(run.shown(), "");
}

#[test]
fn a_policy_marks_rules_of_any_pack() {
    let a =
        pack("a") + LABEL + RULE + "policy p { mute b.r { reason \"会议\" approver \"药事会\" until 2027-01-01 } }\n";
    let run = run(&[("x/a.rx", &a), ("x/b.rx", &(pack("b") + LABEL + RULE))]);
    assert_eq!(run.shown(), "");
    let marks: Vec<_> = run
        .lowered
        .knowledge
        .rules()
        .iter()
        .map(|r| (r.finding.id.as_str(), r.finding.policy.len()))
        .collect();
    assert_eq!(marks, [("a.r", 0), ("b.r", 1)]);
}

#[test]
fn one_fault_does_not_hide_the_neighbours() {
    let text = pack("t")
        + LABEL
        + RULE
        + "rule bad { category interaction match a: 附孑 severity major message \"{a}\" cite label }\n";
    let run = run(&[("t/t.rx", &text)]);
    assert_eq!(run.diagnostics.len(), 1);
    assert_eq!(ids(&run), ["t.r"]);
}

/// A rule whose condition could not be read would fire without it.
#[test]
fn what_could_not_be_read_is_not_used() {
    let text = pack("t")
        + LABEL
        + RULE
        + "rule half {\n category interaction\n match a: 附子\n when patient.weight >\n severity major\n message \"{a}\"\n cite label\n}\nexample \"e\" { 附子 9 g } expects half\n";
    let run = run(&[("t/t.rx", &text)]);
    assert_eq!(run.diagnostics.len(), 1, "{}", run.shown());
    assert_eq!(ids(&run), ["t.r"]);
}
