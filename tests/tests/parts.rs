//! Rules by themselves say what they say among all: whatever part of a program is taken, it and the rest of it say together what the whole says, of random
//! rules and random prescriptions.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]
use shenfang_clinical::{Finding, Prescription, Review};
use shenfang_evaluate::{Program, Scratch};
use shenfang_tests::generate::{Random, catalogue, names, prescription, rule_set};
use std::collections::BTreeSet;

const RULE_SETS: u64 = 60;
const SHEETS: usize = 60;

/// Every rule and what it speaks of, folded or not, could be judged or not.
fn said(reviews: &[&Review<'_>]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for review in reviews {
        for finding in &review.findings {
            let rules = std::iter::once(&finding.rule).chain(&finding.also);
            all.extend(rules.map(|rule| format!("{rule} finds {:?}", finding.items)));
        }
        for entry in &review.undetermined {
            let what = (&entry.items, &entry.needs, entry.gap);
            all.extend(entry.rule.iter().map(|rule| format!("{rule} is open: {what:?}")));
        }
        for entry in &review.presumed {
            let what = (&entry.items, &entry.fields, &entry.policy);
            all.extend(entry.rule.iter().map(|rule| format!("{rule} rests on {what:?}")));
        }
    }
    all
}

/// A finding without what is folded under it.
fn bare<'p>(finding: &Finding<'p>) -> Finding<'p> {
    Finding {
        also: Vec::new(),
        ..finding.clone()
    }
}

#[test]
fn a_part_and_the_rest_are_the_whole() {
    let mut spoke = 0;
    for stream in 0..RULE_SETS {
        let mut random = Random::new(11, stream);
        let catalogue = catalogue(&mut random);
        let knowledge = rule_set(&mut random, &catalogue).over(&catalogue);
        let names = names(&knowledge);
        let whole = Program::compile(&knowledge);
        let rules = knowledge.rules().iter().map(|rule| &rule.finding.id);
        let doses = knowledge.doses().iter().map(|dose| &dose.finding.id);
        let ids: BTreeSet<&str> = rules
            .chain(doses)
            .filter(|_| random.below(3) == 0)
            .map(String::as_str)
            .collect();
        let parts = [true, false].map(|wanted| whole.only(&|id| ids.contains(id) == wanted));
        assert_ne!(parts[0].identity().digest, parts[1].identity().digest);
        let mut scratch: [Scratch; 3] = Default::default();
        let sheets: Vec<Prescription> = (0..SHEETS).map(|_| prescription(&mut random, &names)).collect();
        for sheet in &sheets {
            let [of_whole, a, b] = &mut scratch;
            let expected = whole.review_with(of_whole, sheet, None);
            let quiet = [parts[0].may_speak(a, sheet), parts[1].may_speak(b, sheet)];
            let got = [
                parts[0].review_with(a, sheet, None),
                parts[1].review_with(b, sheet, None),
            ];
            assert_eq!(said(&[&got[0], &got[1]]), said(&[&expected]), "{stream} {sheet:?}");
            for finding in &expected.findings {
                let mut all = got.iter().flat_map(|review| &review.findings);
                assert!(all.any(|found| bare(found) == bare(finding)), "{stream} {finding:?}");
            }
            for (review, may_speak) in got.iter().zip(quiet) {
                assert_eq!(review.unrecognized, expected.unrecognized);
                assert!(may_speak || said(&[review]).is_empty(), "{stream} {sheet:?}");
                spoke += usize::from(!said(&[review]).is_empty());
            }
        }
    }
    assert!(spoke > 1_000, "{spoke}");
}
