//! Policies: an institution's come after the region's, whatever the order of files; what the region locks stays; no two of one reach differ.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
mod common;

use common::{Run, run};
use shenfang_clinical::{Action, Severity};

const PACK: &str = "pack t { title \"测试\" version \"1\" owner \"me\" }
source label { citation \"说明书\" }
rule r { category interaction match a: 附子 severity major message \"{a}\" cite label }
rule off { category interaction disabled match a: 川乌 severity major message \"{a}\" cite label }
rule fast { category interaction locked match a: 草乌 severity major message \"{a}\" cite label }
";

const SIGNED: &str = "{ reason \"会议\" approver \"药事会\" until 2027-01-01 }";

fn region(changes: &str) -> String {
    format!("policy region {{ {} }}", changes.replace("{}", SIGNED))
}

fn hospital(changes: &str) -> String {
    format!("policy hospital {{ scope \"h1\" {} }}", changes.replace("{}", SIGNED))
}

fn with(policies: &[&str]) -> Run {
    let named: Vec<(String, &str)> = policies
        .iter()
        .enumerate()
        .map(|(i, p)| (format!("p{i}/p.rx"), *p))
        .collect();
    let mut files = vec![("t/t.rx", PACK)];
    files.extend(named.iter().map(|(path, text)| (path.as_str(), *text)));
    run(&files)
}

fn codes(run: &Run) -> Vec<&str> {
    run.diagnostics.iter().map(|d| d.code).collect()
}

/// The marks of a rule, in the order in which they are folded.
fn marks(run: &Run, rule: &str) -> Vec<(String, Option<Severity>, Option<Action>)> {
    let rules = run.lowered.knowledge.rules();
    let rule = rules.iter().find(|r| r.finding.id == rule).unwrap();
    let marks = rule.finding.policy.iter();
    marks.map(|m| (m.id.clone(), m.severity, m.action)).collect()
}

#[test]
fn the_regions_policy_is_folded_first_whatever_the_order_of_files() {
    let (region, hospital) = (
        region("severity t.r to minor {}"),
        hospital("severity t.r to contraindicated {}"),
    );
    let expected = [
        ("region".to_owned(), Some(Severity::Minor), None),
        ("hospital".to_owned(), Some(Severity::Contraindicated), None),
    ];
    for files in [[&region, &hospital], [&hospital, &region]] {
        let run = with(&files.map(String::as_str));
        assert!(run.diagnostics.is_empty(), "{}", run.shown());
        assert_eq!(marks(&run, "t.r"), expected);
    }
}

#[test]
fn what_the_region_locks_an_institution_tightens_but_never_lowers() {
    let lock = region("lock t.r {}");
    for lower in ["severity t.r to minor {}", "action t.r to log {}", "mute t.r {}"] {
        let hospital = hospital(lower);
        for files in [[&lock, &hospital], [&hospital, &lock]] {
            let run = with(&files.map(String::as_str));
            assert_eq!(codes(&run), ["policy.locked"], "{}", run.shown());
            assert_eq!(run.diagnostics[0].related.len(), 1, "the place of the lock is named");
            assert_eq!(marks(&run, "t.r").len(), 1, "the lock alone is left");
        }
    }
    let tightened = hospital("severity t.r to contraindicated {} action t.r to block {}");
    let run = with(&[&lock, &tightened]);
    assert!(run.diagnostics.is_empty(), "{}", run.shown());
    // What the region raised is the floor, not what the pack said.
    let raised = region("severity t.r to contraindicated {} lock t.r {}");
    let run = with(&[&raised, &hospital("severity t.r to major {}")]);
    assert_eq!(codes(&run), ["policy.locked"]);
}

#[test]
fn what_the_pack_locks_nobody_lowers_and_only_the_region_locks() {
    assert_eq!(codes(&with(&[&region("mute t.fast {}")])), ["policy.locked"]);
    assert_eq!(
        codes(&with(&[&hospital("severity t.fast to moderate {}")])),
        ["policy.locked"]
    );
    assert_eq!(codes(&with(&[&hospital("lock t.r {}")])), ["policy.lock_scope"]);
    assert!(
        with(&[&region("severity t.fast to contraindicated {}")])
            .diagnostics
            .is_empty()
    );
}

#[test]
fn two_policies_of_one_reach_do_not_differ() {
    let other = |scope: &str, change: &str| format!("policy other {{ {scope} {} }}", change.replace("{}", SIGNED));
    let (minor, moderate) = ("severity t.r to minor {}", "severity t.r to moderate {}");
    assert_eq!(
        codes(&with(&[&region(minor), &other("", moderate)])),
        ["policy.conflict"]
    );
    assert_eq!(
        codes(&with(&[&hospital(minor), &other("scope \"h2\", \"h1\"", moderate)])),
        ["policy.conflict"]
    );
    assert_eq!(
        codes(&with(&[&region("mute t.off {}"), &other("", "enable t.off {}")])),
        ["policy.conflict"]
    );
    assert!(
        with(&[&hospital(minor), &other("scope \"h2\"", moderate)])
            .diagnostics
            .is_empty()
    );
    assert!(with(&[&region(minor), &other("", minor)]).diagnostics.is_empty());
    assert!(
        with(&[&region(minor), &other("", "action t.r to warn {}")])
            .diagnostics
            .is_empty()
    );
}

#[test]
fn an_institution_may_enable_what_its_region_muted() {
    let run = with(&[&region("mute t.r {}"), &hospital("enable t.r {}")]);
    assert!(run.diagnostics.is_empty(), "{}", run.shown());
    assert_eq!(codes(&with(&[&hospital("enable t.r {}")])), ["policy.enabled"]);
}
