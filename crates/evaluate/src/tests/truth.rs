//! Three values, what an unknown lacks, and what a fired rule rests on.
use super::support::*;
use shenfang_clinical::{Reason, Severity};
use shenfang_knowledge::{Attribute, Code, ConceptSet, Condition, ItemAttribute, PatientAttribute, RxAttribute};
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
fn an_allergy_in_a_set_lies_at_or_below_a_member_whatever_is_prescribed() {
    let program = program([rule(
        "r",
        [named("附子")],
        Some(Condition::AllergicToAny(named("非甾体"))),
    )]);
    let to = |allergies: &str| sheet(&drugs(&["附子"]), &format!(r#""patient":{{"allergies":{allergies}}}"#));
    let fires = ["fires r [1] major"];
    assert_eq!(says(&program, &to(r#"["布洛芬"]"#)), fires);
    assert_eq!(says(&program, &to(r#"[{"code":"ATC:M01AE01"}]"#)), fires);
    assert_eq!(says(&program, &to(r#"["华法林", "某某药"]"#)), [""; 0]);
    assert_eq!(
        says(&program, &to(r#"[{"name":"布洛芬","kind":"intolerance"}]"#)),
        [""; 0]
    );
    assert_eq!(says(&program, &to("[]")), [""; 0]);
    assert_eq!(says(&program, &to("null")), ["open r [1] needs [patient.allergies]"]);
}

#[test]
fn an_allergy_to_an_unknown_code_counts_by_the_levels_above_it() {
    let level = ConceptSet::Code(Code::parse("ATC:B01").unwrap());
    let program = program([rule("r", [named("附子")], Some(Condition::AllergicToAny(level)))]);
    let patient = r#""patient":{"allergies":[{"code":"ATC:B01AC06"}]}"#;
    assert_eq!(
        says(&program, &sheet(&drugs(&["附子"]), patient)),
        ["fires r [1] major"]
    );
}

/// Sets that share codes, name them in no order, and name one that lies below another.
#[test]
fn a_disease_is_in_every_set_that_names_its_code_or_one_above() {
    let set = |codes: &[&str]| {
        let codes = codes.iter().map(|code| Code::parse(&format!("ICD10:{code}")).unwrap());
        ConceptSet::Union(codes.map(ConceptSet::Code).collect())
    };
    let has = |id: &str, codes: &[&str]| rule(id, [named("附子")], Some(Condition::PatientHas(set(codes))));
    let program = program([
        has("a", &["K25", "E10.1", "I10"]),
        has("b", &["I10", "E10.1.2", "E10", "B05"]),
        has("c", &["E10.1.2", "A00"]),
    ]);
    for (code, expected) in [
        ("E10", &["b"][..]),
        ("E10.1", &["a", "b"]),
        ("E10.12", &["a", "b", "c"]),
        ("E10.123", &["a", "b", "c"]),
        ("E11", &[]),
        ("I1", &[]),
        ("I10.9", &["a", "b"]),
        ("A00", &["c"]),
        ("Z99", &[]),
    ] {
        let patient = format!(r#""patient":{{"conditions":[{{"code":"ICD10:{code}"}}]}},"diagnoses":[]"#);
        let sheet = sheet(&drugs(&["附子"]), &patient);
        let again = crate::Program::from_bytes(&program.to_bytes().unwrap()).unwrap();
        for program in [&program, &again] {
            let expected: Vec<String> = expected.iter().map(|id| format!("t.{id}")).collect();
            let review = program.review(&sheet, None);
            let mut fired: Vec<&str> = review
                .findings
                .iter()
                .flat_map(|f| f.also.iter().chain([&f.rule]))
                .map(|id| &**id)
                .collect();
            fired.sort_unstable();
            assert_eq!(fired, expected, "{code}");
        }
    }
}

#[test]
fn an_allergy_may_be_written_as_a_drug_text_or_with_a_word_behind_it() {
    let program = program([rule("r", [named("布洛芬")], Some(Condition::AllergicTo(0)))]);
    for text in [
        "布洛芬片",
        "布洛芬缓释胶囊0.3g",
        "布洛芬过敏",
        "布洛芬 过敏史",
        "非甾体过敏",
        "布洛芬类药物",
    ] {
        let patient = format!(r#""patient":{{"allergies":["{text}"]}}"#);
        let sheet = sheet(&drugs(&["布洛芬"]), &patient);
        let review = program.review(&sheet, None);
        assert_eq!(review.findings.len(), 1, "{text}");
        assert!(review.unrecognized.is_empty(), "{text}");
    }
    let unknown = sheet(&drugs(&["布洛芬"]), r#""patient":{"allergies":["某药过敏"]}"#);
    assert_eq!(program.review(&unknown, None).unrecognized[0].text, "某药过敏");
}

#[test]
fn an_allergy_of_several_meanings_counts_by_any_and_is_listed() {
    let program = program([rule("r", [named("川贝母")], Some(Condition::AllergicTo(0)))]);
    let sheet = sheet(&drugs(&["川贝母"]), r#""patient":{"allergies":["贝母"]}"#);
    let review = program.review(&sheet, None);
    assert_eq!(review.findings.len(), 1);
    let unrecognized = &review.unrecognized[0];
    assert_eq!(unrecognized.path.as_deref(), Some("patient.allergies.0"));
    assert_eq!(unrecognized.reason, Some("ambiguous"));
    assert_eq!(unrecognized.candidates, ["川贝母", "浙贝母"]);
}

/// What the only comparison of a rule saw, and how it came about.
fn seen(attribute: ItemAttribute, limit: &str, infusion: &str) -> (String, Option<String>) {
    let asked = compare(Attribute::Item(0, attribute), Comparison::Greater, limit);
    let program = program([rule("r", [named("布洛芬")], Some(asked))]);
    let item = format!(
        r#"{{"id":"1","drug":"布洛芬","dose":"600 mg","infusion":{{"group":"A",{infusion}}}}},
           {{"id":"2","drug":"华法林","dose":"120 mL","infusion":{{"group":"A"}}}}"#
    );
    let sheet = sheet(
        &item.replace(r#""dose":"600 mg""#, r#""dose":"600 mg","strength":"600 mg""#),
        "",
    );
    let review = program.review(&sheet, None);
    match review.findings.first().and_then(|finding| finding.because.last()) {
        Some(Reason::Expression { value, derived, .. }) => {
            (value.to_string(), derived.as_ref().map(|how| how.to_string()))
        }
        other => panic!("{other:?} {:?}", review.undetermined),
    }
}

#[test]
fn rates_and_times_of_an_infusion_follow_from_each_other_and_say_how() {
    let (rate, over) = (ItemAttribute::Rate, ItemAttribute::Over);
    let derived = |value: &str, how: &str| (value.to_owned(), Some(how.to_owned()));
    let drops = r#""rate":"40 滴/min""#;
    assert_eq!(
        seen(rate, "60 mL/h", drops),
        derived("120 mL/h", "40 滴/min, 20 drops = 1 mL")
    );
    assert_eq!(
        seen(rate, "60 mL/h", r#""rate":"90 mL/h""#),
        ("90 mL/h".to_owned(), None)
    );
    assert_eq!(
        seen(rate, "60 mL/h", r#""over":"30 min""#),
        derived("240 mL/h", "volume / 30 min")
    );
    assert_eq!(
        seen(rate, "5 mg/min", r#""over":"60 min""#),
        derived("10 mg/min", "dose / 60 min")
    );
    assert_eq!(seen(over, "30 min", r#""over":"45 min""#), ("45 min".to_owned(), None));
    assert_eq!(
        seen(over, "30 min", r#""rate":"120 mL/h""#),
        derived("60 min", "volume / (120 mL/h)")
    );
}

#[test]
fn diagnoses_are_the_sheets_own_and_an_unreadable_one_may_be_any() {
    let renal = Condition::DiagnosesHave(named("慢性肾病"));
    let program = program([
        rule("with", [named("附子")], Some(renal.clone())),
        rule("without", [named("附子")], Some(Condition::Not(Box::new(renal)))),
    ]);
    let with = |diagnoses: &str| {
        let more = format!(r#""patient":{{"conditions":["慢性肾病"]}},"diagnoses":{diagnoses}"#);
        sheet(&drugs(&["附子"]), &more)
    };
    assert_eq!(
        says(&program, &with(r#"["某某病", "慢性肾病"]"#)),
        ["fires with [1] major"]
    );
    assert_eq!(
        says(&program, &with(r#"[{"code":"ICD10:N18.9"}]"#)),
        ["fires with [1] major"]
    );
    assert_eq!(
        says(&program, &with(r#"[{"code":"ICD10:J45.9"}]"#)),
        ["fires without [1] major"]
    );
    assert_eq!(says(&program, &with("[]")), ["fires without [1] major"]);
    let unread = says(&program, &with(r#"["慢性支气管病", "某某病"]"#));
    assert_eq!(unread, ["open with+without [1] needs [diagnoses.0 diagnoses.1]"]);
    let absent = says(&program, &with("null"));
    assert_eq!(absent, ["open with+without [1] needs [diagnoses]"]);
}

#[test]
fn what_is_over_counts_for_had_and_not_for_has() {
    let renal = || named("慢性肾病");
    let not = |condition| Condition::Not(Box::new(condition));
    // Findings of one category on the same items would be folded.
    let mut has = rule("has", [named("附子")], Some(Condition::PatientHas(renal())));
    has.finding.category = shenfang_clinical::Category::Contraindication;
    let rules = program([
        rule("had", [named("附子")], Some(Condition::PatientHad(renal()))),
        rule("never", [named("附子")], Some(not(Condition::PatientHad(renal())))),
        has,
    ]);
    let with = |conditions: &str, diagnoses: &str| {
        let more = format!(r#""patient":{{"conditions":{conditions}}},"diagnoses":{diagnoses}"#);
        says(&rules, &sheet(&drugs(&["附子"]), &more))
    };
    let status = |status: &str| with(&format!(r#"[{{"code":"ICD10:N18.9","status":"{status}"}}]"#), "[]");
    let had = ["fires had [1] major"];
    let both = ["fires had [1] major", "fires has [1] major"].map(str::to_owned);
    let never = ["fires never [1] major"];
    let sorted = |mut said: Vec<String>| {
        said.sort();
        said
    };
    assert_eq!(status("past"), had);
    assert_eq!(sorted(status("active")), both);
    assert_eq!(status("suspected"), never);
    assert_eq!(status("family"), never);
    assert_eq!(sorted(with("[]", r#"["慢性肾病"]"#)), both);
    assert_eq!(with("[]", "[]"), never);
    let open = |needs: &str| vec![format!("open had+has+never [1] needs [{needs}]")];
    assert_eq!(with("null", "[]"), open("patient.conditions"));
    assert_eq!(with("[]", "null"), open("diagnoses"));
    assert_eq!(with("null", "null"), open("patient.conditions diagnoses"));

    let one = program([rule("r", [ConceptSet::Any], Some(Condition::PatientHad(renal())))]);
    let more = r#""patient":{"conditions":["某某病", {"name":"慢性肾病","status":"past"}]},"diagnoses":[]"#;
    let rx = sheet(&drugs(&["附子"]), more);
    assert_eq!(
        one.review(&rx, None).findings[0].because,
        [Reason::Expression {
            expression: "patient had 慢性肾病".into(),
            value: "慢性肾病".into(),
            derived: None,
        }]
    );
}

#[test]
fn only_an_active_allergy_counts() {
    let rules = program([
        rule("drug", [named("布洛芬")], Some(Condition::AllergicTo(0))),
        rule(
            "class",
            [named("附子")],
            Some(Condition::AllergicToAny(named("非甾体"))),
        ),
    ]);
    let with = |status: &str| {
        let more = format!(r#""patient":{{"allergies":[{{"name":"布洛芬"{status}}}]}}"#);
        says(&rules, &sheet(&drugs(&["布洛芬", "附子"]), &more))
    };
    let both = ["fires class [2] major", "fires drug [1] major"];
    assert_eq!(with(""), both);
    assert_eq!(with(r#","status":"active""#), both);
    assert_eq!(with(r#","status":null"#), both);
    for status in ["past", "suspected", "family"] {
        assert_eq!(with(&format!(r#","status":"{status}""#)), [""; 0], "{status}");
    }
}

#[test]
fn a_sheet_without_a_date_can_be_asked_for() {
    let dated = Attribute::Rx(RxAttribute::AuthoredOn);
    let undated = Condition::Not(Box::new(Condition::Stated(dated)));
    let rules = program([
        rule("undated", [], Some(undated)),
        rule("dated", [], Some(Condition::Known(dated))),
    ]);
    let on = |date: &str| sheet(&drugs(&["附子"]), &format!(r#""authored_on":{date}"#));
    assert_eq!(says(&rules, &on("null")), ["fires undated [] major"]);
    assert_eq!(says(&rules, &on(r#""2026-11-22""#)), ["fires dated [] major"]);
    // The day of the review is not the date of the sheet.
    let day = Some(jiff::civil::date(2026, 11, 22));
    assert_eq!(said(&rules.review(&on("null"), day)), ["fires undated [] major"]);
}

#[test]
fn because_names_the_allergy_and_the_diagnosis_that_were_found() {
    let when = Condition::And(vec![
        Condition::AllergicToAny(named("非甾体")),
        Condition::DiagnosesHave(named("慢性肾病")),
    ]);
    let program = program([rule("r", [ConceptSet::Any], Some(when))]);
    let more = r#""patient":{"allergies":["布洛芬"]},"diagnoses":["慢性肾病"]"#;
    let sheet = sheet(&drugs(&["附子"]), more);
    let because = program.review(&sheet, None).findings[0].because.clone();
    let expression = |expression: &'static str, value: &'static str| Reason::Expression {
        expression: expression.into(),
        value: value.into(),
        derived: None,
    };
    let expected = [
        expression("patient allergic to 非甾体", "布洛芬"),
        expression("rx.diagnoses has 慢性肾病", "慢性肾病"),
    ];
    assert_eq!(because, expected);
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
    let expression = |expression: &'static str, value: &'static str| Reason::Expression {
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
