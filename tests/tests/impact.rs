//! `diff`: what it says of two rule sets, and that looking only at what a change can touch finds what looking at everything finds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets the impossible should stop"
)]
#![allow(clippy::disallowed_methods, reason = "tests read files")]
use shenfang::knowledge::RuleChange;
use shenfang::{Catalogue, Options, RuleSet, Sources};
use shenfang_batch::{BeforeAfter, Comparison, Impact};
use shenfang_tests::host::root;
use std::{collections::BTreeMap, fs, ops::ControlFlow};

/// The built-in rules below a folder.
fn texts(folder: &str) -> BTreeMap<String, String> {
    let rules = shenfang_rules::files()
        .iter()
        .filter(|(path, _)| path.starts_with(folder));
    rules
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

fn compiled(texts: &BTreeMap<String, String>) -> RuleSet {
    let sources: Sources = texts.clone().into_iter().collect();
    let (rules, faults) = RuleSet::compile(shenfang_rules::catalogue(), sources, Options::default());
    assert!(!faults.has_errors(), "{}", faults.render(shenfang::Language::En, false));
    rules
}

/// The text with one place replaced, which must be there.
fn edited(path: &str, from: &str, to: &str) -> RuleSet {
    let mut texts = texts("tcm/");
    let text = texts.get_mut(path).expect("a built-in file");
    assert!(text.contains(from), "{path} has no {from}");
    *text = text.replacen(from, to, 1);
    compiled(&texts)
}

fn replay(comparison: &Comparison, file: &str) -> Impact {
    let sheets = fs::read(root().join("tests/data").join(file)).unwrap();
    comparison.replay(sheets.as_slice(), |_| ControlFlow::Continue(()))
}

#[test]
fn what_a_change_can_touch_is_all_that_changes() {
    let old = compiled(&texts("tcm/"));
    let row = |prefix: &str| {
        let text = &texts("tcm/")["tcm/dose/doses.csv"];
        format!(
            "{}\n",
            text.lines().find(|line| line.starts_with(prefix)).expect("a row")
        )
    };
    let lower = row("黄芪,").replace(",30,", ",20,");
    let edits = [
        ("a limit", "tcm/dose/doses.csv", row("黄芪,"), lower, true),
        (
            "a row less: what lies below it is judged by the row above",
            "tcm/dose/doses.csv",
            row("法半夏,"),
            String::new(),
            true,
        ),
        (
            "a footnote less",
            "tcm/footnote/footnotes.csv",
            String::new(),
            String::new(),
            false,
        ),
        (
            "another grade",
            "tcm/duplicate/duplicate.rx",
            "级别  中等".into(),
            "级别  严重".into(),
            true,
        ),
        (
            "other words",
            "tcm/duplicate/duplicate.rx",
            "，习惯上可以同用".into(),
            "，可以同用".into(),
            true,
        ),
        (
            "a comment",
            "tcm/duplicate/duplicate.rx",
            "# ".into(),
            "# 改 ".into(),
            false,
        ),
    ];
    for (what, path, from, to, seen) in edits {
        let new = edited(path, &from, &to);
        assert_eq!(compare(&old, &new, "insomnia_outpatient.ndjson", what), seen, "{what}");
    }
}

/// Where what the changed rules say is folded under what others say of the same items, is joined with it, and takes its place.
#[test]
fn what_changes_among_others_is_all_that_changes() {
    let western = texts("western/");
    let old = compiled(&western);
    let tables = [
        "western/interaction/bleeding.csv",
        "western/interaction/sedation.csv",
        "western/duplicate/same_class.csv",
        "western/contraindication/disease.csv",
        "western/contraindication/renal.csv",
    ];
    let mut differ = 0;
    for path in tables {
        let mut texts = western.clone();
        let text = texts.get_mut(path).expect("a built-in file");
        *text = text.replace(",严重,", ",轻微,");
        differ += u32::from(compare(&old, &compiled(&texts), "primary_care_western.ndjson", path));
    }
    assert!(differ > 2, "{differ} tables");
}

/// Compares what a change can touch with all there is; whether anything differs.
fn compare(old: &RuleSet, new: &RuleSet, sheets: &str, what: &str) -> bool {
    let part = Comparison::new(old, new, None);
    let touched = replay(&part, sheets);
    let all = replay(&part.whole(), sheets);
    let but_totals = |impact: &Impact| Impact {
        interruptions: BeforeAfter::default(),
        load: BeforeAfter::default(),
        ..impact.clone()
    };
    assert_eq!(but_totals(&touched), but_totals(&all), "{what}");
    let rise = |n: BeforeAfter| n.after.wrapping_sub(n.before);
    assert_eq!(rise(touched.interruptions), rise(all.interruptions), "{what}");
    assert_eq!(rise(touched.load), rise(all.load), "{what}");
    touched.affected > 0
}

#[test]
fn rules_are_compared_by_what_they_mean() {
    let (catalogue, _) = Catalogue::load(
        [("catalog/c.yaml", "herbs:\n  甲: {}\n  乙: {}\n  丙: {}\n")]
            .into_iter()
            .collect(),
    );
    let set = |group: &str, rule: &str| {
        let text =
            format!("规则包 p {{ 标题 \"t\"; 版本 \"1\"; 归属 \"o\" }}\n来源 s {{ 题名 \"s\" }}\n{group}\n{rule}");
        let sources = [("p/p.rx", text)].into_iter().collect();
        let (rules, faults) = RuleSet::compile(&catalogue, sources, Options::default());
        assert!(!faults.has_errors(), "{}", faults.render(shenfang::Language::En, false));
        rules
    };
    let rule = |set: &str, severity: &str, words: &str| {
        format!("规则 r {{ 类别 配伍禁忌; 匹配 a: {set}, b: 丙; 级别 {severity}; 提示 zh \"{words}\"; 依据 s }}")
    };
    let plain = set("", &rule("甲 | 乙", "严重", "x"));
    let differs = |new: &RuleSet| plain.knowledge().difference(new.knowledge());
    assert!(
        differs(&set("", &rule("乙 | 甲", "严重", "x"))).is_empty(),
        "order of a set"
    );
    assert!(
        differs(&set("组 g = 甲 | 乙", &rule("g", "严重", "x"))).is_empty(),
        "a group is its members"
    );
    let changed = |new: &RuleSet| differs(new).rules.get("p.r").cloned();
    let fields = |new: &RuleSet| match changed(new) {
        Some(RuleChange::Changed(fields)) => fields.iter().map(|f| f.field.clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fields(&set("组 g = 甲", &rule("g", "严重", "x"))), ["bindings"]);
    assert_eq!(fields(&set("", &rule("甲 | 乙", "中等", "x"))), ["finding.severity"]);
    assert_eq!(
        changed(&set("", &rule("甲 | 乙", "严重", "y"))),
        Some(RuleChange::Worded)
    );
    assert_eq!(changed(&set("", "")), Some(RuleChange::Removed));
    let none = set("", "");
    assert_eq!(
        none.knowledge().difference(plain.knowledge()).rules.get("p.r"),
        Some(&RuleChange::Added)
    );
    let (wider, _) = Catalogue::load(
        [("catalog/c.yaml", "herbs:\n  甲: {aliases: [子]}\n  乙: {}\n  丙: {}\n")]
            .into_iter()
            .collect(),
    );
    let same = [("p/p.rx", "规则包 p { 标题 \"t\"; 版本 \"1\"; 归属 \"o\" }")]
        .into_iter()
        .collect();
    let other = RuleSet::compile(&wider, same, Options::default()).0;
    assert!(
        none.knowledge().difference(other.knowledge()).everywhere,
        "an alias more"
    );
}
