//! No silent pass, mechanically: a finding of a built-in example, reviewed again with one field of the record erased, is still made, or its rule says that
//! it could not be judged or what it rests on, or another takes up that the field is missing. Where that is not so yet is listed in [`SILENT`], exactly.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests stop at the impossible"
)]
use shenfang::clinical::{Item, Review};
use shenfang::{Prescription, Scratch};
use std::collections::{BTreeMap, BTreeSet};

/// Packs whose rules ask `known(…)` of a field and fall silent without it: each is to be mended, none may be added.
const SILENT: [(&str, &str); 18] = [
    ("regulation.antimicrobial", "prescriber.privileges"),
    ("regulation.header", "amendments"),
    ("regulation.header", "prescriber.signed"),
    ("regulation.header", "prescriber.title"),
    ("regulation.header", "setting"),
    ("regulation.supply", "items.strength"),
    ("regulation.supply", "presented_on"),
    ("western.contraindication", "items.route"),
    ("western.contraindication", "patient.crcl"),
    ("western.contraindication", "patient.observations"),
    ("western.indication", "items.route"),
    ("western.infusion", "items.dose"),
    ("western.infusion", "items.infusion"),
    ("western.infusion", "items.route"),
    ("western.infusion", "items.strength"),
    ("western.pediatric", "patient.weight"),
    ("western.route", "items.preparation"),
    ("western.skin_test", "items.skin_test"),
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
        "strength" => strength,
        "pack" => pack,
        "dose" => dose,
        "frequency" => frequency,
        "route" => route,
        "duration" => duration,
        "quantity" => quantity,
        "preparation" => preparation,
        "steps" => steps,
        "max_per_day" => max_per_day,
        "skin_test" => skin_test,
        "infusion" => infusion,
        "form" => form,
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

/// The rules that say what they lack or rest on.
fn told<'r>(review: &'r Review<'_>) -> BTreeSet<&'r str> {
    let open = review.undetermined.iter().filter(|u| u.gap || !u.needs.is_empty());
    let open = open.flat_map(|u| u.rule.iter());
    let rests = review.presumed.iter().filter(|p| !p.fields.is_empty());
    open.chain(rests.flat_map(|p| p.rule.iter())).collect()
}

/// Whether some rule that could not be judged, or rests on a presumption, names exactly this field.
fn names(review: &Review<'_>, field: &str) -> bool {
    let named = |needs: &[shenfang::clinical::Str<'_>]| needs.iter().any(|need| need == field);
    review.undetermined.iter().any(|u| named(&u.needs)) || review.presumed.iter().any(|p| named(&p.fields))
}

/// A record without one field: the kind of field, its path in this record, the record.
type Erased = (String, String, Prescription);

#[test]
fn an_erased_field_silences_no_rule_but_those_to_be_mended() {
    let rules = shenfang_rules::builtin();
    let reviewer = rules.reviewer();
    let (mut scratch, mut again) = (Scratch::default(), Scratch::default());
    let (mut tried, mut silenced) = (0_usize, BTreeMap::<(String, String), BTreeSet<String>>::new());
    for example in rules.examples() {
        let whole = reviewer.review_with(&mut scratch, &example.prescription);
        let fired = found(&whole);
        if fired.is_empty() {
            continue;
        }
        let mut erased: Vec<Erased> = Vec::new();
        for (path, erase) in of_the_sheet() {
            let mut rx = example.prescription.clone();
            if erase(&mut rx) {
                erased.push((path.to_owned(), path.to_owned(), rx));
            }
        }
        for at in 0..example.prescription.items.len() {
            for (path, erase) in of_an_item() {
                let mut rx = example.prescription.clone();
                if erase(&mut rx.items[at]) {
                    let field = format!("items.{}.{path}", rx.items[at].id);
                    erased.push((format!("items.{path}"), field, rx));
                }
            }
        }
        for (path, field, rx) in &erased {
            tried += 1;
            let review = reviewer.review_with(&mut again, rx);
            let (still, told) = (found(&review), told(&review));
            // A rule that only speaks of what stands there may fall silent where another takes up that it does not.
            if names(&review, field) || still.difference(&fired).next().is_some() {
                continue;
            }
            for rule in fired.difference(&still).filter(|rule| !told.contains(*rule)) {
                let pack = rule.rsplit_once('.').map_or("", |(pack, _)| pack);
                silenced
                    .entry((pack.to_owned(), path.clone()))
                    .or_default()
                    .insert((*rule).to_owned());
            }
        }
    }
    let mut report = String::new();
    for ((pack, path), rules) in &silenced {
        let some = rules.iter().take(6).collect::<Vec<_>>();
        report += &format!("{pack} {path}: {} rules, such as {some:?}\n", rules.len());
    }
    assert!(tried > 10_000, "only {tried} erasures");
    let silenced: Vec<(&str, &str)> = silenced.keys().map(|(pack, path)| (&**pack, &**path)).collect();
    assert_eq!(silenced, SILENT, "{tried} erasures\n{report}");
}
