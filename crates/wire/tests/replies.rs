//! Reviews as JSON: compact, one line, texts and truth values only.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]
use shenfang_clinical::{Decision, OneOrMany, PackIdentity, Review, RulesIdentity, Severity, Undetermined};
use shenfang_wire::write_review;
use std::borrow::Cow;

#[test]
fn a_review_is_one_line() {
    let review = Review {
        id: "rx-1\n".into(),
        decision: Decision::Unjudged,
        complete: false,
        gap: Some(Severity::Major),
        findings: Vec::new(),
        undetermined: vec![Undetermined {
            rule: OneOrMany::from(vec!["western.dose.ibuprofen".to_owned()]),
            severity: Severity::Major,
            items: ["2".into()].into_iter().collect(),
            needs: ["items.2.duration".into()].into_iter().collect(),
            gap: false,
        }],
        presumed: Vec::new(),
        unrecognized: Vec::new(),
        rules: Cow::Owned(RulesIdentity {
            packs: vec![PackIdentity {
                id: "western.dose".to_owned(),
                version: "2026.11".to_owned(),
            }],
            digest: "00".to_owned(),
        }),
    };
    assert_eq!(
        String::from_utf8(write_review(&review)).unwrap(),
        concat!(
            r#"{"id":"rx-1\n","decision":"unjudged","complete":false,"gap":"major","findings":[],"#,
            r#""undetermined":[{"rule":"western.dose.ibuprofen","severity":"major","items":["2"],"needs":["items.2.duration"]}],"#,
            r#""presumed":[],"unrecognized":[],"rules":{"packs":[{"id":"western.dose","version":"2026.11"}],"digest":"00"}}"#
        )
    );
}
