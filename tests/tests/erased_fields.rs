//! No silent pass, mechanically: of every finding of a built-in example, with each field of the record erased in turn, one of three holds: it is still
//! made, as grave as it was; or its rule says that it could not be judged, or what it rests on, and names the field or one that it was worked out from; or another finding takes
//! up that the field is missing. Which rules this does not hold for is listed in [`SILENT`], each with its reason.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the impossible"
)]
use shenfang::clinical::{Item, OneOrMany, PrescriptionKind, Review, Severity};
use shenfang::{Prescription, RuleSet, Scratch};
use std::collections::{BTreeMap, BTreeSet};

/// A rule and a field without which it has nothing to ask.
const SILENT: [(&str, &str); 2] = [
    // Where nothing is told of the prescriber, the institution does not hand it on; that the signature is presumed is said all the same.
    ("regulation.header.signature_not_stated", "prescriber.title"),
    // Of drugs that need no skin test none is missing; of those that do, the rules that ask for it say so.
    ("western.skin_test.positive_test", "items.skin_test"),
];

/// What is named in place of a field: what is worked out from it, or what stands in for it.
const INSTEAD: [(&str, &[&str]); 12] = [
    ("patient.observations", &["patient.lab"]),
    // without a list of conditions only the diagnoses speak
    ("patient.conditions", &["diagnoses"]),
    ("patient.child_pugh", &["diagnoses", "patient.conditions"]),
    // one measure of renal function stands in for the other; without either it hangs on a diagnosis of the kidneys whether it may be presumed
    ("patient.crcl", &["patient.egfr", "diagnoses"]),
    ("patient.egfr", &["patient.crcl", "diagnoses"]),
    ("items.infusion", &["items.infusion"]),
    ("items.strength", &["items.dose", "items.duration"]),
    ("items.dose", &["items.duration"]),
    ("items.frequency", &["usage.servings"]),
    ("patient.birth_date", &["patient.age"]),
    ("patient.height", &["patient.bsa"]),
    ("patient.weight", &["patient.bsa", "patient.crcl"]),
];

/// A field and how it is erased; false where nothing stood there.
type Eraser = (&'static str, fn(&mut Prescription) -> bool);

macro_rules! erasers {
    ($($path:literal => |$rx:ident| $place:expr),+ $(,)?) => {
        vec![$((
            $path,
            (|$rx: &mut Prescription| std::mem::take(&mut $place) != Default::default()) as fn(&mut Prescription) -> bool,
        ),)+]
    };
}

fn of_the_sheet() -> Vec<Eraser> {
    erasers![
        "kind" => |rx| rx.kind,
        "setting" => |rx| rx.setting,
        "authored_on" => |rx| rx.authored_on,
        "presented_on" => |rx| rx.presented_on,
        "institution.id" => |rx| rx.institution.id,
        "institution.level" => |rx| rx.institution.level,
        "department" => |rx| rx.department,
        "prescriber.title" => |rx| rx.prescriber.title,
        "prescriber.privileges" => |rx| rx.prescriber.privileges,
        "prescriber.signed" => |rx| rx.prescriber.signed,
        "patient.sex" => |rx| rx.patient.sex,
        "patient.birth_date" => |rx| rx.patient.birth_date,
        "patient.age" => |rx| rx.patient.age,
        "patient.weight" => |rx| rx.patient.weight,
        "patient.height" => |rx| rx.patient.height,
        "patient.bsa" => |rx| rx.patient.bsa,
        "patient.egfr" => |rx| rx.patient.egfr,
        "patient.crcl" => |rx| rx.patient.crcl,
        "patient.child_pugh" => |rx| rx.patient.child_pugh,
        "patient.dialysis" => |rx| rx.patient.dialysis,
        "patient.pregnant" => |rx| rx.patient.pregnant,
        "patient.gestation" => |rx| rx.patient.gestation,
        "patient.lactating" => |rx| rx.patient.lactating,
        "patient.allergies" => |rx| rx.patient.allergies,
        "patient.conditions" => |rx| rx.patient.conditions,
        "patient.observations" => |rx| rx.patient.observations,
        "diagnoses" => |rx| rx.diagnoses,
        "tcm_diagnosis.disease" => |rx| rx.tcm_diagnosis.disease,
        "tcm_diagnosis.pattern" => |rx| rx.tcm_diagnosis.pattern,
        "current_medications" => |rx| rx.current_medications,
        "doses" => |rx| rx.doses,
        "usage.servings" => |rx| rx.usage.servings,
        "amendments" => |rx| rx.amendments,
    ]
}

/// A field of an item and how it is erased.
type ItemEraser = (&'static str, fn(&mut Item) -> bool);

fn of_an_item() -> Vec<ItemEraser> {
    macro_rules! of {
        ($($path:literal => $field:ident),+ $(,)?) => {
            vec![$((
                $path,
                (|item: &mut Item| std::mem::take(&mut item.$field) != Default::default()) as fn(&mut Item) -> bool,
            ),)+]
        };
    }
    of![
        "items.strength" => strength,
        "items.pack" => pack,
        "items.dose" => dose,
        "items.frequency" => frequency,
        "items.route" => route,
        "items.duration" => duration,
        "items.quantity" => quantity,
        "items.preparation" => preparation,
        "items.steps" => steps,
        "items.max_per_day" => max_per_day,
        "items.skin_test" => skin_test,
        "items.infusion" => infusion,
        "items.form" => form,
    ]
}

/// The rules that made a finding, those that are folded under another too.
fn found<'r>(review: &'r Review<'_>) -> BTreeSet<&'r str> {
    let all = review
        .findings
        .iter()
        .flat_map(|f| std::iter::once(&f.rule).chain(&f.also));
    all.map(|rule| &**rule).collect()
}

/// The severity of each rule whose finding stands by itself.
fn severities<'r>(review: &'r Review<'_>) -> BTreeMap<&'r str, Severity> {
    review.findings.iter().map(|f| (&*f.rule, f.severity)).collect()
}

/// What a rule that could not be judged, or rests on a presumption, names; of an item's field which item is left out.
fn named(review: &Review<'_>, rule: &str) -> BTreeSet<String> {
    let of = |rules: &OneOrMany<'_>| rules.iter().any(|one| one == rule);
    let open = review
        .undetermined
        .iter()
        .filter(|u| of(&u.rule))
        .flat_map(|u| u.needs.iter());
    let rests = review
        .presumed
        .iter()
        .filter(|p| of(&p.rule))
        .flat_map(|p| p.fields.iter());
    open.chain(rests).map(|path| without_item(path)).collect()
}

/// `items.2.dose` as `items.dose`.
fn without_item(path: &str) -> String {
    match path.strip_prefix("items.").and_then(|rest| rest.split_once('.')) {
        Some((_, field)) => format!("items.{field}"),
        None => path.to_owned(),
    }
}

/// Whether a path is this field or within it.
fn within(path: &str, field: &str) -> bool {
    path.strip_prefix(field)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A record without one field, and which.
type Erased = (&'static str, Prescription);

fn every_erasure(prescription: &Prescription) -> Vec<Erased> {
    let mut erased = Vec::new();
    for (path, erase) in of_the_sheet() {
        let mut rx = prescription.clone();
        if erase(&mut rx) {
            erased.push((path, rx));
        }
    }
    for at in 0..prescription.items.len() {
        for (path, erase) in of_an_item() {
            // A piece without a route is decocted, by the contract.
            if prescription.kind == Some(PrescriptionKind::Decoction) && path == "items.route" {
                continue;
            }
            let mut rx = prescription.clone();
            if erase(&mut rx.items[at]) {
                erased.push((path, rx));
            }
        }
    }
    erased
}

/// Every built-in example that yields a finding, and of every table row the first sheet that shows it.
fn firing_sheets(rules: &RuleSet) -> Vec<Prescription> {
    let mut sheets: Vec<Prescription> = rules
        .examples()
        .iter()
        .map(|example| example.prescription.clone())
        .collect();
    let mut rows = BTreeSet::new();
    let report = shenfang_batch::check_rows(rules.knowledge(), &rules.reviewer(), &mut |rule, sheet| {
        if rows.insert(rule.to_owned()) {
            sheets.push(sheet.clone());
        }
    });
    assert!(rows.len() > 4_000 && report.failures.is_empty(), "{} rows", rows.len());
    sheets
}

#[test]
fn an_erased_field_silences_no_rule() {
    let rules = shenfang_rules::builtin();
    let reviewer = rules.reviewer();
    let (mut scratch, mut again) = (Scratch::default(), Scratch::default());
    let (mut tried, mut silenced) = (0_usize, BTreeMap::<(String, &str), String>::new());
    let (mut asked, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for sheet in firing_sheets(rules) {
        let whole = reviewer.review_with(&mut scratch, &sheet);
        let fired = found(&whole);
        if fired.is_empty() {
            continue;
        }
        seen.extend(fired.iter().map(|rule| (*rule).to_owned()));
        for (field, rx) in every_erasure(&sheet) {
            tried += 1;
            asked.insert(field);
            let review = reviewer.review_with(&mut again, &rx);
            let still = found(&review);
            // A finding of its own: `no route is stated`.
            if still.difference(&fired).next().is_some() {
                continue;
            }
            let instead = INSTEAD
                .iter()
                .find(|(erased, _)| *erased == field)
                .map_or(&[][..], |(_, instead)| instead);
            let (before, after) = (severities(&whole), severities(&review));
            let weaker = |rule: &&str| {
                after
                    .get(rule)
                    .zip(before.get(rule))
                    .is_some_and(|(now, then)| now < then)
            };
            let weaker = fired.intersection(&still).filter(|rule| weaker(rule));
            for rule in fired.difference(&still).chain(weaker) {
                let named = named(&review, rule);
                let told = named
                    .iter()
                    .any(|path| within(path, field) || instead.iter().any(|other| within(path, other)));
                if !told {
                    silenced.insert(((*rule).to_owned(), field), format!("{named:?}"));
                }
            }
        }
    }
    for place in SILENT {
        assert!(
            silenced.remove(&(place.0.to_owned(), place.1)).is_some(),
            "{place:?} is told of now"
        );
    }
    println!(
        "{tried} erasures of {} fields, {} rules and doses that fire",
        asked.len(),
        seen.len()
    );
    assert!(tried > 60_000 && asked.len() > 35 && seen.len() > 5_000, "too few");
    assert!(silenced.is_empty(), "silent, with what is named instead: {silenced:#?}");
}
