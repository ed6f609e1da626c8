//! Presumptions, of a rule and of a policy.
use super::support::*;
use shenfang_knowledge::{
    Attribute, Code, ConceptSet, Condition, Constant, Lab, LabKey, Operand, PatientAttribute, Presumable,
    PresumedValue, Presumption, RxAttribute, StandingPresumption,
};
use shenfang_units::{Comparison, Quantity, Ratio};

const DIALYSIS: Attribute = Attribute::Patient(PatientAttribute::Dialysis);

fn on_dialysis(unless: Option<Condition>) -> shenfang_knowledge::Rule {
    let mut rule = rule("r", [ConceptSet::Any], Some(Condition::Flag(DIALYSIS)));
    rule.finding.presume = vec![Presumption {
        field: Presumable::Attribute(DIALYSIS),
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

#[test]
fn a_laboratory_value_is_presumed_only_where_none_was_made_or_all_are_too_old() {
    let potassium = Lab {
        keys: vec![
            LabKey::Name("血钾".into()),
            LabKey::Code(Code::parse("LOINC:2823-3").unwrap()),
        ],
        within_days: Some(Ratio::integer(14)),
    };
    let limit = || Constant {
        quantity: Quantity::parse("5.5 mmol/L").unwrap(),
    };
    let high = Condition::Compare {
        left: Operand::Lab(potassium.clone()),
        op: Comparison::Greater,
        right: Operand::Constant(limit()),
    };
    let mut rule = rule("r", [ConceptSet::Any], Some(high));
    rule.finding.presume = vec![Presumption {
        field: Presumable::Lab(potassium),
        op: Comparison::AtMost,
        value: PresumedValue::Constant(limit()),
        unless: None,
    }];
    let program = program([rule]);
    let with = |made: &str| {
        let patient = format!(r#""authored_on":"2026-11-20","patient":{{"observations":[{made}]}}"#);
        says(&program, &sheet(&drugs(&["附子"]), &patient))
    };
    let rests = ["rests r [1] on [patient.lab.血钾]"];
    let open = ["open r [1] needs [patient.lab.血钾]"];
    assert_eq!(says(&program, &sheet(&drugs(&["附子"]), "")), rests);
    assert_eq!(
        with(r#"{"name":"血钾","value":"6.1","unit":"mmol/L","at":"2026-10-01"}"#),
        rests
    );
    assert_eq!(
        with(r#"{"name":"血钾","value":"6.1","unit":"mmol/L"}"#),
        open,
        "undated"
    );
    assert_eq!(
        with(r#"{"code":"2823-3","value":"溶血","at":"2026-11-19"}"#),
        open,
        "no number"
    );
    assert_eq!(
        with(r#"{"code":"LOINC:2823-3","value":"6.1","unit":"mmol/L","at":"2026-11-19"}"#),
        ["fires r [1] major"]
    );
    assert!(with(r#"{"name":"血钾","value":"4.1","unit":"mmol/L","at":"2026-11-19"}"#).is_empty());
}
