//! A session says of one file what compiling everything says of it: for the built-in packs, whole and with faults planted.
#![allow(clippy::panic, reason = "a test")]
use shenfang::{Diagnostic, Options, Session, Sources};
use std::collections::BTreeSet;

fn sources() -> Sources {
    let rules = shenfang_rules::files()
        .iter()
        .filter(|(path, _)| !path.starts_with("catalog/"));
    rules.map(|(path, text)| (format!("rules/{path}"), *text)).collect()
}

fn text(path: &str) -> String {
    let found = sources()
        .texts()
        .find(|(own, _)| *own == path)
        .map(|(_, text)| text.to_owned());
    found.unwrap_or_else(|| panic!("no built-in file {path}"))
}

/// What compiling everything says of a file, but for what is not used.
fn said_by_all(session: &mut Session, path: &str) -> Vec<Diagnostic> {
    let (_, all) = session.compile(Options::default());
    let of_file = |d: &Diagnostic| all.map.file(d.span.file).is_some_and(|f| f.path == path);
    let list = all
        .list
        .iter()
        .filter(|d| of_file(d) && !d.code.starts_with("lint.unused"));
    list.cloned().collect()
}

fn said_of_file(session: &mut Session, path: &str) -> Vec<Diagnostic> {
    let list = session.check(path, Options::default());
    let of_file = |d: &Diagnostic| session.map().file(d.span.file).is_some_and(|f| f.path == path);
    list.into_iter().filter(of_file).collect()
}

#[test]
fn nothing_is_wrong_with_any_built_in_file() {
    let mut session = Session::new(shenfang_rules::catalogue(), sources());
    for (path, _) in sources().texts() {
        assert_eq!(session.check(path, Options::default()), [], "{path}");
    }
}

#[test]
fn a_planted_fault_is_said_alike_by_the_session_and_by_compiling_all() {
    let faults = [
        ("rules/tcm/incompatibility/incompatibility.rx", "= 川乌 |", "= 川鸟 |"),
        ("rules/tcm/incompatibility/incompatibility.rx", "级别  禁忌\n", "级别\n"),
        (
            "rules/tcm/incompatibility/incompatibility.rx",
            "依据  chp2020",
            "依据  chp2021",
        ),
        ("rules/western/interaction/qt.csv", ",三氧化二砷,", ",三氧化二神,"),
        (
            "rules/western/interaction/qt.yaml",
            "severity: <severity>",
            "severity: <severty>",
        ),
        ("rules/tcm/dose/doses.csv", "附子", "附籽"),
    ];
    let mut session = Session::new(shenfang_rules::catalogue(), sources());
    let mut codes = BTreeSet::new();
    for (path, from, to) in faults {
        let good = text(path);
        let faulty = good.replacen(from, to, 1);
        assert_ne!(faulty, good, "{path} no longer has {from}");
        session.set(path, Some(&faulty));
        let file = said_of_file(&mut session, path);
        let all = said_by_all(&mut session, path);
        assert_eq!(file, all, "{path}: {from} → {to}");
        codes.extend(file.iter().map(|d| d.code));
        session.set(path, Some(&good));
        assert_eq!(session.check(path, Options::default()), [], "{path} is whole again");
    }
    assert!(codes.len() >= 4, "faults of several kinds were said: {codes:?}");
}

/// A policy, in a file of its own and beside the rules of a pack, may speak of any rule.
#[test]
fn faults_of_policies_are_said_alike() {
    let rule = "tcm.incompatibility.aconite_with_pinellia_trichosanthes_fritillaria_ampelopsis_bletilla";
    let policy = |id: &str, rule: &str| {
        format!("机构策略 {id} {{\n  范围 h1\n  静音 {rule} {{ 理由 \"t\" 批准人 \"p\" 截止 2027-01-01 }}\n}}\n")
    };
    let pack = "规则包 ward { 标题 \"病区\" 版本 \"1\" 归属 \"t\" }\n组 甲 = 附子\n";
    for (path, before) in [("hospital/policy.rx", ""), ("ward/a.rx", pack)] {
        for named in [rule, "tcm.incompatibility.nothing_of_this_name"] {
            let mut session = Session::new(shenfang_rules::catalogue(), sources());
            session.set(path, Some(&format!("{before}{}", policy("p1", named))));
            let file = said_of_file(&mut session, path);
            assert_eq!(file, said_by_all(&mut session, path), "{path}");
            assert!(!file.is_empty(), "{path} {named}: the rule is locked, or is not there");
        }
    }
}

#[test]
fn a_file_that_comes_and_goes_is_read_again_by_those_that_name_it() {
    let mut session = Session::new(shenfang_rules::catalogue(), sources());
    let (table, rows) = ("rules/western/interaction/qt.yaml", "rules/western/interaction/qt.csv");
    assert_eq!(session.check(table, Options::default()), []);
    let csv = text(rows);
    session.set(rows, None);
    let missing = session.check(table, Options::default());
    assert!(missing.iter().any(|d| d.code == "table.rows"), "{missing:?}");
    assert_eq!(session.check(rows, Options::default()), [], "a path that is not there");
    session.set(rows, Some(&csv));
    assert_eq!(session.check(table, Options::default()), []);
    assert_eq!(session.text(rows), Some(csv.as_str()));
}

#[test]
fn what_a_session_compiles_is_what_the_texts_compile_to() {
    let mut session = Session::new(shenfang_rules::catalogue(), sources());
    let path = "rules/tcm/incompatibility/incompatibility.rx";
    session.set(path, Some(&text(path).replacen("  级别  禁忌\n", "  级别  严重\n", 1)));
    assert_ne!(
        session.compile(Options::default()).0.digest(),
        shenfang_rules::builtin().digest()
    );
    session.set(path, Some(&text(path)));
    assert_eq!(
        session.compile(Options::default()).0.digest(),
        shenfang_rules::builtin().digest()
    );
}
