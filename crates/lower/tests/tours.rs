//! The tours of the language lower without a diagnostic, both to the same rules.
mod common;

use common::{Run, run};

const TOUR: &str = include_str!("../../../grammar/tour.rx");
const TOUR_ZH: &str = include_str!("../../../grammar/tour.zh.rx");

fn clean(path: &str, text: &str) -> Run {
    let run = run(&[(path, text)]);
    assert!(run.diagnostics.is_empty(), "{}", run.shown());
    run
}

#[test]
fn both_tours_are_the_same_rules() {
    let (en, zh) = (clean("tour.rx", TOUR), clean("tour.zh.rx", TOUR_ZH));
    assert_eq!(en.lowered.knowledge.rules(), zh.lowered.knowledge.rules());
    assert_eq!(en.lowered.knowledge.digest(), zh.lowered.knowledge.digest());
}

/// Rules and doses in canonical form, concepts and sources by number, one a line; then their messages.
#[test]
fn the_tour_as_typed_rules() {
    let knowledge = clean("tour.rx", TOUR).lowered.knowledge;
    let mut lines: Vec<String> = Vec::new();
    for rule in knowledge.rules() {
        lines.push(format!(
            "{}\n{}\n{:?}\n",
            rule.finding.id,
            serde_json::to_string(rule).unwrap(),
            rule.finding.message
        ));
    }
    for dose in knowledge.doses() {
        lines.push(format!(
            "{}\n{}\n",
            dose.finding.id,
            serde_json::to_string(dose).unwrap()
        ));
    }
    insta::assert_snapshot!("rules", lines.join("\n"));
}

#[test]
fn the_tour_examples_are_records() {
    let lowered = clean("tour.zh.rx", TOUR_ZH).lowered;
    let mut shown = Vec::new();
    for example in &lowered.examples {
        shown.push(format!("{} → {:?}", example.title, example.expects));
        let patient = &example.prescription.patient;
        shown.push(format!(
            "  {:?} {:?} {:?} {:?} {:?}",
            example.prescription.kind, patient.age, patient.weight, patient.allergies, patient.conditions
        ));
        for item in &example.prescription.items {
            let (dose, frequency, route, duration) = (
                item.dose.text(),
                item.frequency.text(),
                item.route.value(),
                item.duration.text(),
            );
            shown.push(format!(
                "  {} {:?} {dose:?} {frequency:?} {route:?} {duration:?}",
                item.id, item.drug.name
            ));
        }
    }
    insta::assert_snapshot!("examples", shown.join("\n"));
}
