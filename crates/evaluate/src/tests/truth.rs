//! Three values, what an unknown lacks, and what a fired rule rests on.
use super::support::*;
use shenfang_clinical::{Reason, Severity};
use shenfang_knowledge::{Attribute, ConceptSet, Condition, ItemAttribute, PatientAttribute, RxAttribute};
use shenfang_units::Comparison;

fn age(op: Comparison, text: &str) -> Condition {
    compare(Attribute::Patient(PatientAttribute::Age), op, text)
}

fn pregnant() -> Condition {
    Condition::Flag(Attribute::Patient(PatientAttribute::Pregnant))
}

#[test]
fn false_and_unknown_is_false_and_needs_are_what_is_left() {
    let when = Condition::And(vec![age(Comparison::AtLeast, "65 a"), pregnant()]);
    let program = program([rule("r", [ConceptSet::Any], Some(when))]);
    let patient = |fields: &str| sheet(&drugs(&["附子"]), &format!(r#""patient":{{{fields}}}"#));
    assert_eq!(says(&program, &patient(r#""age":"30 a""#)), [""; 0]);
    assert_eq!(
        says(&program, &patient(r#""age":"70 a""#)),
        ["open r [1] needs [patient.pregnant]"]
    );
    assert_eq!(
        says(&program, &patient("")),
        ["open r [1] needs [patient.age patient.pregnant]"]
    );
    assert_eq!(
        says(&program, &patient(r#""age":"70 a","pregnant":true"#)),
        ["fires r [1] major"]
    );
}

#[test]
fn an_exemption_silences_and_an_unknown_one_leaves_open() {
    let mut exempted = rule("r", [ConceptSet::Any], None);
    exempted.finding.exempt = vec![pregnant()];
    let program = program([exempted]);
    let patient = |value: &str| sheet(&drugs(&["附子"]), &format!(r#""patient":{{"pregnant":{value}}}"#));
    assert_eq!(says(&program, &patient("true")), [""; 0]);
    assert_eq!(says(&program, &patient("false")), ["fires r [1] major"]);
    assert_eq!(
        says(&program, &patient("null")),
        ["open r [1] needs [patient.pregnant]"]
    );
}

#[test]
fn a_rule_that_fires_but_whose_raise_is_unknown_stands_in_both_lists() {
    let mut raised = rule("r", [ConceptSet::Any], None);
    raised.finding.raise = vec![(Severity::Contraindicated, pregnant())];
    let program = program([raised]);
    let sheet = sheet(&drugs(&["附子"]), "");
    let review = program.review(&sheet, None);
    assert_eq!(
        said(&review),
        ["fires r [1] major", "open r [1] needs [patient.pregnant]"]
    );
    assert_eq!(review.gap, Some(Severity::Contraindicated));
}

#[test]
fn stated_is_never_unknown() {
    let stated = Condition::Stated(Attribute::Rx(RxAttribute::ExtensionReason));
    let program = program([rule("r", [ConceptSet::Any], Some(Condition::Not(Box::new(stated))))]);
    assert_eq!(says(&program, &sheet(&drugs(&["附子"]), "")), ["fires r [1] major"]);
    assert_eq!(
        says(&program, &sheet(&drugs(&["附子"]), r#""extension_reason":"外地""#)),
        [""; 0]
    );
}

#[test]
fn a_condition_is_known_by_name_or_by_a_code_below() {
    let program = program([rule(
        "r",
        [ConceptSet::Any],
        Some(Condition::PatientHas(named("慢性肾病"))),
    )]);
    let with = |conditions: &str| {
        sheet(
            &drugs(&["附子"]),
            &format!(r#""patient":{{"conditions":{conditions}}},"diagnoses":[]"#),
        )
    };
    assert_eq!(says(&program, &with(r#"["慢性肾病"]"#)), ["fires r [1] major"]);
    assert_eq!(
        says(&program, &with(r#"[{"code":"ICD10:N18.9"}]"#)),
        ["fires r [1] major"]
    );
    assert_eq!(says(&program, &with("[]")), [""; 0]);
    assert_eq!(says(&program, &with("null")), ["open r [1] needs [patient.conditions]"]);
}

#[test]
fn an_allergy_lies_at_or_above_what_the_item_holds() {
    let program = program([rule("r", [ConceptSet::Any], Some(Condition::AllergicTo(0)))]);
    let to = |allergies: &str| {
        sheet(
            &drugs(&["感冒片"]),
            &format!(r#""patient":{{"allergies":{allergies}}}"#),
        )
    };
    assert_eq!(says(&program, &to(r#"["非甾体"]"#)), ["fires r [1] major"]);
    assert_eq!(says(&program, &to(r#"["华法林"]"#)), [""; 0]);
    assert_eq!(
        says(&program, &to(r#"[{"code":"ATC:M01AE01"}]"#)),
        ["fires r [1] major"]
    );
    assert_eq!(says(&program, &to("null")), ["open r [1] needs [patient.allergies]"]);
}

#[test]
fn because_shows_the_path_and_the_comparisons_that_carry_the_truth() {
    let duration = Attribute::Item(0, ItemAttribute::Duration);
    let when = Condition::And(vec![
        age(Comparison::AtLeast, "65 a"),
        Condition::Or(vec![compare(duration, Comparison::Greater, "7 d"), pregnant()]),
    ]);
    let program = program([rule("r", [named("非甾体")], Some(when))]);
    let items = r#"{"id":"1","drug":"布洛芬","duration":"10 d"}"#;
    let sheet = sheet(items, r#""patient":{"age":"68 a"}"#);
    let expression = |expression: &str, value: &str| Reason::Expression {
        expression: expression.into(),
        value: value.into(),
        derived: None,
    };
    assert_eq!(
        program.review(&sheet, None).findings[0].because,
        [
            Reason::Is {
                item: "1".into(),
                is: vec!["布洛芬".into(), "非甾体".into()]
            },
            expression("patient.age >= 65 a", "68 a"),
            expression("a.duration > 7 d", "10 d"),
        ]
    );
}
