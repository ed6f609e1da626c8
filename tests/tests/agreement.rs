//! The engine and the naive reference agree on random rules × random prescriptions, and the random cases reach every feature.
//!
//! `SHENFANG_SEED` varies the seed, `SHENFANG_RULE_SETS` the number of rule sets, `SHENFANG_FAILURES` how many are shown.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests stop at the impossible"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the seed comes from the environment, failing cases from a thread that panicked"
)]
use jiff::civil::date;
use shenfang_clinical::{Prescription, Review};
use shenfang_evaluate::{Program, Scratch};
use shenfang_knowledge::{Condition, Knowledge, Operand};
use shenfang_tests::generate::{Random, RuleSet, catalogue, names, prescription, rule_set};
use shenfang_tests::{compare, reference, shrink};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

const SHEETS: u64 = 200;
const RULE_SETS: u64 = 1_000;

type Counts = BTreeMap<String, u64>;

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(otherwise)
}

/// What the two say differently of one prescription; a panic is a difference. `scratch`: perhaps with what it remembers of other prescriptions.
fn differences(
    knowledge: &Knowledge,
    program: &Program,
    scratch: &mut Scratch,
    rx: &Prescription,
    review_date: Option<jiff::civil::Date>,
) -> (Option<Vec<String>>, Vec<String>) {
    let expected = reference::review(knowledge, program.identity(), rx, review_date);
    match catch_unwind(AssertUnwindSafe(|| program.review_with(scratch, rx, review_date))) {
        Ok(got) => (
            Some(features(&expected, rx)),
            compare::differences(&expected, &got, &|id| {
                knowledge.doses().iter().any(|d| d.finding.id == id)
            }),
        ),
        Err(_) => (None, vec!["the engine panicked".into()]),
    }
}

fn disagree(
    catalogue: &Knowledge,
    rules: &RuleSet,
    rx: &Prescription,
    review_date: Option<jiff::civil::Date>,
) -> Vec<String> {
    let knowledge = rules.over(catalogue);
    match catch_unwind(AssertUnwindSafe(|| Program::compile(&knowledge))) {
        Ok(program) => differences(&knowledge, &program, &mut Scratch::default(), rx, review_date).1,
        Err(_) => vec!["compiling panicked".into()],
    }
}

/// What a review shows, by name, to count it.
fn features(review: &Review, rx: &Prescription) -> Vec<String> {
    let mut out = vec![format!("decision {:?}", review.decision)];
    let current = |id: &shenfang_clinical::Str<'_>| rx.items.iter().all(|i| *i.id != **id);
    for f in &review.findings {
        out.push(format!("finding {:?}", f.category));
        out.push(format!("finding of {} items", f.items.len()));
        let flags = [
            (f.dose.is_some(), "of a dose"),
            (f.policy.is_some(), "under a policy"),
            (!f.also.is_empty(), "with also"),
            (!f.meaning.is_empty(), "of a meaning"),
            (f.items.iter().any(current), "with a current medication"),
        ];
        out.extend(
            flags
                .iter()
                .filter(|(yes, _)| *yes)
                .map(|(_, what)| format!("finding {what}")),
        );
        out.extend(f.dose.iter().map(|d| format!("dose {}", d.measure)));
    }
    for u in &review.undetermined {
        out.push("undetermined".into());
        out.extend(u.gap.then(|| "undetermined: no band".into()));
        out.extend((u.rule.len() > 1).then(|| "undetermined: several rules".into()));
        out.extend(u.needs.iter().map(|n| {
            format!(
                "needs {}",
                n.split('.')
                    .filter(|p| !p.chars().any(|c| c.is_ascii_digit()))
                    .collect::<Vec<_>>()
                    .join(".")
            )
        }));
        let fired = review
            .findings
            .iter()
            .any(|f| u.rule.contains(&f.rule) && f.items == u.items);
        out.extend(fired.then(|| "fires and undetermined".into()));
    }
    out.extend(review.presumed.iter().map(|p| {
        if p.policy.is_some() {
            "presumed by a policy".into()
        } else {
            "presumed by the rule".into()
        }
    }));
    out.extend(
        review
            .unrecognized
            .iter()
            .map(|u| format!("unrecognized: {}", u.reason.unwrap_or("unknown"))),
    );
    out
}

fn variant(condition: &Condition) -> String {
    match condition {
        Condition::Compare {
            left: Operand::Constant(_),
            right,
            ..
        } => format!("compare {}", operand(right)),
        Condition::Compare { left, .. } => format!("compare {}", operand(left)),
        Condition::Is { subject, .. } => format!("is {subject:?}"),
        other => format!("{other:?}").split(['(', ' ', '{']).next().unwrap().into(),
    }
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Attribute(a) => format!("{a:?}").replace(|c: char| c.is_ascii_digit(), ""),
        other => format!("{other:?}").split(['(', ' ', '{']).next().unwrap().into(),
    }
}

/// One rule set with its prescriptions; the first disagreement, made small.
fn stream(seed: u64, stream: u64, counts: &mut Counts) -> Result<(), String> {
    let mut random = Random::new(seed, stream);
    let catalogue = catalogue(&mut random);
    let rules = rule_set(&mut random, &catalogue);
    let knowledge = rules.over(&catalogue);
    let names = names(&knowledge);
    let program = Program::compile(&knowledge);
    let mut scratch = Scratch::default();
    let mut before = Vec::new();
    for n in 0..SHEETS {
        let mut rx = prescription(&mut random, &names);
        // Every other time the lines of the sheet before, for another patient: what is remembered of them has to hold there too.
        match n % 2 {
            0 => before.clone_from(&rx.items),
            _ => rx.items.clone_from(&before),
        }
        let review_date = if random.chance(50) {
            Some(date(2026, 11, 21))
        } else {
            None
        };
        let (seen, differs) = differences(&knowledge, &program, &mut scratch, &rx, review_date);
        if !differs.is_empty() && disagree(&catalogue, &rules, &rx, review_date).is_empty() {
            let differs = differs.join("\n");
            return Err(format!(
                "seed {seed} stream {stream} sheet {n}: only after the sheets before it\n{differs}\nprescription: {rx:?}\n"
            ));
        }
        if !differs.is_empty() {
            let (rules, rx) = shrink::shrink(rules, rx, &|rules, rx| {
                !disagree(&catalogue, rules, rx, review_date).is_empty()
            });
            let differs = disagree(&catalogue, &rules, &rx, review_date).join("\n");
            let concepts: Vec<String> = catalogue
                .iter()
                .map(|(id, c)| {
                    format!(
                        "{}={} {:?}<{:?}",
                        id.0,
                        c.name,
                        c.contents.iter().map(|c| (c.concept.0, c.active)).collect::<Vec<_>>(),
                        catalogue.above(id).iter().map(|(_, a)| a.0).collect::<Vec<_>>()
                    )
                })
                .collect();
            let (rules, rx) = (shrink::brief(&format!("{rules:?}")), shrink::brief(&format!("{rx:?}")));
            return Err(format!(
                "seed {seed} stream {stream} sheet {n}, review date {review_date:?}\n{differs}\nrules: {rules}\nprescription: {rx}\nconcepts: {}\n",
                concepts.join("; ")
            ));
        }
        for feature in seen.into_iter().flatten() {
            *counts.entry(feature).or_default() += 1;
        }
        if n % 20 == 0 {
            reference::truths(&knowledge, &rx, review_date, &mut |c, truth| {
                *counts.entry(format!("{} {truth:?}", variant(c))).or_default() += 1
            });
        }
    }
    *counts.entry("pairs".into()).or_default() += SHEETS;
    Ok(())
}

#[test]
fn the_engine_agrees_with_the_reference() {
    let (seed, sets) = (
        from_environment("SHENFANG_SEED", 20_261_122),
        from_environment("SHENFANG_RULE_SETS", RULE_SETS),
    );
    let (total, failures) = (Mutex::new(Counts::new()), Mutex::new(vec![]));
    let most = from_environment("SHENFANG_FAILURES", 8);
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get() as u64);
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (total, failures) = (&total, &failures);
            scope.spawn(move || {
                let mut counts = Counts::new();
                for s in (thread..sets).step_by(threads as usize) {
                    let enough = failures.lock().unwrap().len() as u64 >= most;
                    if enough {
                        break;
                    }
                    match catch_unwind(AssertUnwindSafe(|| stream(seed, s, &mut counts))) {
                        Ok(Ok(())) => {}
                        Ok(Err(failure)) => failures.lock().unwrap().push((s, failure)),
                        Err(panic) => {
                            let text = panic
                                .downcast_ref::<String>()
                                .cloned()
                                .or(panic.downcast_ref::<&str>().map(|t| t.to_string()));
                            failures
                                .lock()
                                .unwrap()
                                .push((s, format!("seed {seed} stream {s} panicked: {text:?}")));
                        }
                    }
                }
                let mut total = total.lock().unwrap();
                counts.into_iter().for_each(|(k, n)| *total.entry(k).or_default() += n);
            });
        }
    });
    let _ = std::panic::take_hook();
    let (counts, mut failures) = (total.into_inner().unwrap(), failures.into_inner().unwrap());
    println!("{counts:#?}");
    failures.sort();
    let shown: Vec<String> = failures.into_iter().map(|(_, f)| f).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    println!("{} pairs agree, seed {seed}", counts["pairs"]);
    if sets >= RULE_SETS {
        reaches_everything(&counts);
    }
}

/// A test that no longer meets a feature would agree about nothing: each of these must be met that often in a full run.
fn reaches_everything(counts: &Counts) {
    let categories = shenfang_clinical::Category::ALL
        .iter()
        .map(|c| (format!("finding {c:?}"), 500));
    let decisions = ["Pass", "Unjudged", "Log", "Inform", "Warn", "Block"].map(|d| (format!("decision {d}"), 500));
    let doses = ["single", "daily", "weekly", "course", "frequency", "duration"].map(|m| (format!("dose {m}"), 300));
    let findings = [
        "of 0 items",
        "of 1 items",
        "of 2 items",
        "of 3 items",
        "under a policy",
        "with also",
        "of a meaning",
        "with a current medication",
    ];
    let findings = findings.map(|f| (format!("finding {f}"), 300));
    let others = [
        "undetermined",
        "undetermined: no band",
        "undetermined: several rules",
        "fires and undetermined",
        "presumed by a policy",
        "presumed by the rule",
    ];
    let unrecognized =
        ["unknown", "ambiguous", "code_and_name_differ", "unreadable"].map(|u| (format!("unrecognized: {u}"), 500));
    let conditions = [
        "And",
        "Or",
        "Not",
        "Any",
        "PatientHas",
        "PatientHad",
        "AllergicTo",
        "AllergicToAny",
        "DiagnosesHave",
        "KnownLab",
        "Flag",
        "Known",
        "Stated",
        "Rank",
        "compare Count",
        "compare Total",
        "compare Lab",
    ];
    let of_items = [
        "Dose",
        "Daily",
        "Total",
        "Frequency",
        "Duration",
        "Quantity",
        "Strength",
        "Rate",
        "Over",
        "Concentration",
    ]
    .map(|a| format!("compare Item(, {a})"));
    let of_patients =
        ["Age", "Weight", "Height", "Bsa", "Gestation", "Egfr", "Crcl"].map(|a| format!("compare Patient({a})"));
    let of_sheets = ["Doses", "PresentedOn"].map(|a| format!("compare Rx({a})"));
    let asked = conditions
        .map(String::from)
        .into_iter()
        .chain(of_items)
        .chain(of_patients)
        .chain(of_sheets);
    // Unknown is met wherever true and false are: a field that is absent makes it.
    let truths = asked.flat_map(|c| ["True", "False"].map(|t| (format!("{c} {t}"), 10)));
    let least = categories
        .chain(decisions)
        .chain(doses)
        .chain(findings)
        .chain(others.map(|o| (o.into(), 500)))
        .chain(unrecognized)
        .chain(truths);
    let rare: Vec<String> = least
        .filter(|(what, n)| counts.get(what).is_none_or(|c| c < n))
        .map(|(what, n)| format!("{what}: {:?} of {n}", counts.get(&what)))
        .collect();
    assert!(rare.is_empty(), "the random cases hardly reach {rare:#?}");
}
