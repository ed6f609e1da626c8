//! "More is never less severe", and what order and repetition may not change: on the reference, so on the engine that agrees with it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests stop at the impossible"
)]
use shenfang_clinical::{Category, Dose, Finding, Measure, Prescription, Review, RulesIdentity, Severity, Stated};
use shenfang_knowledge::{Condition, Knowledge};
use shenfang_tests::generate::{Random, RuleSet, catalogue, names, prescription, rule_set};
use shenfang_tests::{compare, reference};
use shenfang_units::{Comparison, Ratio};
use std::sync::Arc;

struct World {
    knowledge: Knowledge,
    rules: RuleSet,
    identity: Arc<RulesIdentity>,
    sheets: Vec<Prescription>,
    random: Random,
}

fn worlds(n: u64, edit: impl Fn(&mut RuleSet)) -> impl Iterator<Item = World> {
    (0..n).map(move |stream| {
        let mut random = Random::new(7, stream);
        let catalogue = catalogue(&mut random);
        let mut rules = rule_set(&mut random, &catalogue);
        edit(&mut rules);
        let knowledge = rules.over(&catalogue);
        let names = names(&knowledge);
        let sheets = (0..40).map(|_| prescription(&mut random, &names)).collect();
        let identity = Arc::new(RulesIdentity {
            packs: vec![],
            digest: String::new(),
        });
        World {
            knowledge,
            rules,
            identity,
            sheets,
            random,
        }
    })
}

impl World {
    fn review<'p>(&'p self, rx: &'p Prescription) -> Review<'p> {
        reference::review(&self.knowledge, &self.identity, rx, None)
    }
}

/// The severity at which a rule speaks of exactly these items, by itself or through a finding it was folded into.
fn said(review: &Review, of: &Finding) -> Option<Severity> {
    let same = |f: &&Finding| {
        f.items == of.items && (f.rule == of.rule || (f.category == of.category && f.also.contains(&of.rule)))
    };
    review.findings.iter().filter(same).map(|f| f.severity).max()
}

fn mentions(condition: &Condition, words: &[&str]) -> bool {
    let text = format!("{condition:?}");
    words.iter().any(|w| text.contains(w))
}

#[test]
fn raising_a_dose_never_removes_or_weakens_what_an_upper_limit_found() {
    let mut checked = 0;
    let upper_only = |rules: &mut RuleSet| {
        rules.rules.clear();
        for dose in &mut rules.doses {
            (dose.when, dose.gap) = (None, None);
            dose.finding.exempt.clear();
            for band in &mut dose.bands {
                band.limits
                    .retain(|l| l.op == Comparison::AtMost && l.measure != Measure::Duration);
                if mentions(&band.when, &["Total("]) {
                    band.when = Condition::Always;
                }
            }
        }
    };
    for mut world in worlds(400, upper_only) {
        for rx in world.sheets.clone() {
            let before = world.review(&rx).into_owned();
            let mut more = rx.clone();
            let i = world.random.below(more.items.len());
            let Stated::Read {
                value: Dose::Measured(range),
                ..
            } = &mut more.items[i].dose
            else {
                continue;
            };
            range.low.value = range.low.value.checked_mul(Ratio::integer(2)).unwrap();
            range.high.value = range.high.value.checked_mul(Ratio::integer(3)).unwrap();
            let after = world.review(&more);
            for finding in &before.findings {
                checked += 1;
                let now = said(&after, finding);
                assert!(
                    now >= Some(finding.severity),
                    "{finding:?} became {now:?}\n{:?}\n{more:?}",
                    world.rules
                );
            }
        }
    }
    assert!(checked > 500, "only {checked} findings seen");
}

#[test]
fn adding_an_item_never_removes_a_finding_between_the_others() {
    let mut checked = 0;
    // Another item of an infusion group changes its volume, and with it concentration, rate and time.
    let absent = ["Any(", "Count(", "Total(", "Concentration", ", Rate)", ", Over)"];
    let positive = |rules: &mut RuleSet| {
        rules
            .rules
            .retain(|r| !r.when.iter().chain(&r.finding.exempt).any(|c| mentions(c, &absent)));
        rules.doses.clear();
    };
    for mut world in worlds(400, positive) {
        for n in 0..world.sheets.len() {
            let rx = world.sheets[n].clone();
            let before = world.review(&rx).into_owned();
            let mut more = rx.clone();
            let from = world.random.below(world.sheets.len());
            let mut added = world.sheets[from].items[0].clone();
            added.id = "new".into();
            let at = world.random.below(more.items.len() + 1);
            more.items.insert(at, added);
            let after = world.review(&more);
            let between = [
                Category::Interaction,
                Category::Incompatibility,
                Category::DuplicateTherapy,
            ];
            for finding in before
                .findings
                .iter()
                .filter(|f| between.contains(&f.category) && !f.items.is_empty())
            {
                checked += 1;
                assert!(
                    said(&after, finding).is_some(),
                    "{finding:?} is gone\n{:?}\n{more:?}",
                    world.rules
                );
            }
        }
    }
    assert!(checked > 500, "only {checked} findings seen");
}

#[test]
fn the_same_sheet_has_the_same_review_and_the_order_of_lines_finds_the_same() {
    for world in worlds(60, |_| ()) {
        for rx in &world.sheets {
            let review = world.review(rx);
            assert_eq!(
                compare::lines(&review, &|_| false),
                compare::lines(&world.review(rx), &|_| false)
            );
            let mut turned = rx.clone();
            turned.items.reverse();
            let found = |review: &Review<'_>| -> Vec<(String, Vec<String>, Severity)> {
                let sorted = |f: &Finding<'_>| {
                    let mut items: Vec<String> = f.items.iter().map(|item| item.to_string()).collect();
                    items.sort();
                    (f.rule.to_string(), items, f.severity)
                };
                let mut all: Vec<_> = review.findings.iter().map(sorted).collect();
                all.sort();
                all
            };
            assert_eq!(
                found(&review),
                found(&world.review(&turned)),
                "{:?}\n{rx:?}",
                world.rules
            );
        }
    }
}

#[test]
fn findings_stand_in_order() {
    for world in worlds(60, |_| ()) {
        for rx in &world.sheets {
            let review = world.review(rx);
            let place = |id: &shenfang_clinical::Str<'_>| {
                let current = rx.current_medications.iter().flatten().map(|m| &m.item);
                rx.items.iter().chain(current).position(|i| *i.id == **id).unwrap()
            };
            let keys = review.findings.iter().map(|f| {
                (
                    std::cmp::Reverse(f.severity),
                    f.rule.clone(),
                    f.items.iter().map(place).collect::<Vec<_>>(),
                )
            });
            let keys: Vec<_> = keys.collect();
            assert!(keys.is_sorted(), "{keys:?}");
            assert!(keys.iter().all(|(_, _, items)| items.is_sorted()));
        }
    }
}
