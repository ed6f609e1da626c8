//! More is never less severe; a scratch used before says nothing else than a fresh one.
use super::support::*;
use crate::{Program, Scratch};
use proptest::prelude::*;
use shenfang_clinical::{Measure, Prescription, Review, Severity};

const DRUGS: [&str; 9] = [
    "附子",
    "制附子",
    "半夏",
    "贝母",
    "华法林",
    "华法林钠",
    "布洛芬",
    "感冒片",
    "不知何物",
];

fn pairs() -> Program {
    program([
        rule("aconite", [named("乌头"), named("半夏")], None),
        rule("bleeding", [named("华法林"), named("非甾体")], None),
        same_substance(),
    ])
}

fn severity_of(review: &Review<'_>, rule: &str, items: &[shenfang_clinical::Str<'_>]) -> Option<Severity> {
    let mut findings = review.findings.iter();
    let found = findings.find(|f| *f.items == *items && (f.rule == rule || f.also.iter().any(|id| id == rule)));
    found.map(|finding| finding.severity)
}

fn with_dose(milligrams: u32, other: u32) -> Prescription {
    let item = |id: u32, mg: u32| {
        format!(r#"{{"id":"{id}","drug":"对乙酰氨基酚","dose":"{mg} mg","frequency":"tid","route":"口服"}}"#)
    };
    sheet(&[item(1, milligrams), item(2, other)].join(","), "")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn raising_a_dose_never_removes_or_weakens_a_finding(mg in 1u32..3000, more in 0u32..3000, other in 0u32..2000) {
        let limits = [(Measure::Single, "1 g"), (Measure::Daily, "2 g")];
        let program = program_with(vec![], vec![dose("对乙酰氨基酚", &limits)], vec![]);
        let (less, more) = (with_dose(mg, other), with_dose(mg + more, other));
        let (before, after) = (program.review(&less, None), program.review(&more, None));
        for finding in &before.findings {
            let now = severity_of(&after, &finding.rule, &finding.items);
            prop_assert!(now >= Some(finding.severity), "{:?} {:?}", said(&before), said(&after));
        }
    }

    #[test]
    fn adding_an_item_never_removes_a_finding_between_the_others(
        names in prop::collection::vec(prop::sample::select(&DRUGS[..]), 1..6),
        more in prop::sample::select(&DRUGS[..]),
    ) {
        let program = pairs();
        let with: Vec<&str> = names.iter().copied().chain([more]).collect();
        let (less, more) = (sheet(&drugs(&names), ""), sheet(&drugs(&with), ""));
        let (before, after) = (program.review(&less, None), program.review(&more, None));
        for finding in &before.findings {
            let now = severity_of(&after, &finding.rule, &finding.items);
            prop_assert!(now >= Some(finding.severity), "{:?} {:?}", said(&before), said(&after));
        }
    }

    #[test]
    fn a_used_scratch_is_as_good_as_a_fresh_one(
        sheets in prop::collection::vec(prop::collection::vec(prop::sample::select(&DRUGS[..]), 0..6), 1..5),
    ) {
        let program = pairs();
        let mut scratch = Scratch::default();
        for names in &sheets {
            let sheet = sheet(&drugs(names), "");
            prop_assert_eq!(program.review_with(&mut scratch, &sheet, None), program.review(&sheet, None));
        }
    }
}
