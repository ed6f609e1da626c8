//! Presumptions, of a rule and of a policy.
use super::support::*;
use shenfang_knowledge::{
    Attribute, ConceptSet, Condition, PatientAttribute, PresumedValue, Presumption, RxAttribute, StandingPresumption,
};
use shenfang_units::Comparison;

const DIALYSIS: Attribute = Attribute::Patient(PatientAttribute::Dialysis);

fn on_dialysis(unless: Option<Condition>) -> shenfang_knowledge::Rule {
    let mut rule = rule("r", [ConceptSet::Any], Some(Condition::Flag(DIALYSIS)));
    rule.finding.presume = vec![Presumption {
        field: DIALYSIS,
        op: Comparison::Equal,
        value: PresumedValue::Flag(false),
        unless,
    }];
    rule
}

#[test]
fn a_presumption_is_said_aloud_and_leaves_the_review_complete() {
    let program = program([on_dialysis(None)]);
    let sheet = sheet(&drugs(&["附子"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(said(&review), ["rests r [1] on [patient.dialysis]"]);
    assert!(review.complete);
}

#[test]
fn unless_silences_a_presumption_only_when_it_is_true() {
    let program = program([on_dialysis(Some(Condition::PatientHas(named("慢性肾病"))))]);
    let with = |fields: &str| sheet(&drugs(&["附子"]), fields);
    let ill = r#""patient":{"conditions":["慢性肾病"]}"#;
    assert_eq!(says(&program, &with(ill)), ["open r [1] needs [patient.dialysis]"]);
    let unasked = r#""diagnoses":[]"#;
    assert_eq!(
        says(&program, &with(unasked)),
        ["rests r [1] on [patient.dialysis patient.conditions]"]
    );
}

#[test]
fn a_presumption_never_makes_a_rule_fire() {
    let mut rule = on_dialysis(None);
    rule.finding.presume[0].value = PresumedValue::Flag(true);
    assert_eq!(
        says(&program([rule]), &sheet(&drugs(&["附子"]), "")),
        ["open r [1] needs [patient.dialysis]"]
    );
}

#[test]
fn a_standing_presumption_of_no_current_medications_removes_the_unknown_partner() {
    let standing = StandingPresumption {
        policy: "p".into(),
        scope: vec![],
        until: None,
        field: Attribute::Rx(RxAttribute::CurrentMedications),
        value: PresumedValue::None,
        when: None,
    };
    let pair = rule("pair", [named("华法林"), named("布洛芬")], None);
    let program = program_with(vec![pair], vec![], vec![standing]);
    let sheet = sheet(&drugs(&["华法林"]), r#""current_medications":null"#);
    assert_eq!(says(&program, &sheet), ["rests pair [1] on [current_medications] by p"]);
}
