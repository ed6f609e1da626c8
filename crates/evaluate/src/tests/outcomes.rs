//! What the rules of a line came to on one sheet is what they come to on another only where all that decides it is the same.
use super::support::*;
use crate::{Program, Scratch};
use shenfang_clinical::{Category, Footnote, Prescription, Severity};
use shenfang_knowledge::{
    Attribute, ConceptSet, Condition, Constant, ItemAttribute, Lab, LabKey, Operand, PatientAttribute as P, PolicyMark,
    Presumable, PresumedValue, Presumption, Rule, WordValue,
};
use shenfang_units::{Comparison, Quantity};
use std::collections::BTreeSet;

fn old(op: Comparison, age: &str) -> Condition {
    compare(Attribute::Patient(P::Age), op, age)
}

fn about(id: &str, when: Condition) -> Rule {
    rule(id, [named("附子")], Some(when))
}

/// Reviews every sheet twice with the same buffers, and compares it with a review by itself; returns how many different things were said.
fn different(program: &Program, sheets: &[Prescription]) -> usize {
    let mut scratch = Scratch::default();
    for sheet in sheets.iter().chain(sheets.iter().rev()) {
        let again = format!("{:?}", program.review_with(&mut scratch, sheet, None));
        assert_eq!(again, format!("{:?}", program.review(sheet, None)), "{sheet:?}");
    }
    sheets
        .iter()
        .map(|sheet| says(program, sheet))
        .collect::<BTreeSet<_>>()
        .len()
}

fn sheets<'a>(items: &str, fields: impl IntoIterator<Item = &'a str>) -> Vec<Prescription> {
    fields.into_iter().map(|fields| sheet(items, fields)).collect()
}

#[test]
fn what_exempts_and_enacts_a_rule_decides_too() {
    let mut exempt = about("exempt", old(Comparison::AtLeast, "0 a"));
    exempt.finding.exempt = vec![Condition::PatientHas(named("慢性肾病"))];
    let mut enacted = about("enacted", old(Comparison::AtLeast, "0 a"));
    enacted.finding.effective = Some((Some("2026-01-01".parse().unwrap()), None));
    let program = program([exempt, enacted]);
    let mut all = Vec::new();
    for age in [r#""age":"40 岁""#, r#""sex":"male""#] {
        for conditions in ["", r#","conditions":[]"#, r#","conditions":["慢性肾病"]"#] {
            for day in ["", r#","authored_on":"2025-06-01""#, r#","authored_on":"2026-06-01""#] {
                all.push(format!(r#""patient":{{{age}{conditions}}},"diagnoses":[]{day}"#));
            }
        }
    }
    let all = sheets(&drugs(&["附子"]), all.iter().map(String::as_str));
    assert!(different(&program, &all) > 10);
}

/// Nothing but its severity rests on what raises it.
#[test]
fn what_raises_a_rule_is_asked_whether_it_fires_or_stays_open() {
    let mut raised = about("raised", old(Comparison::Less, "12 a"));
    raised.finding.raise = vec![(
        Severity::Contraindicated,
        Condition::Flag(Attribute::Patient(P::Pregnant)),
    )];
    let program = program([raised]);
    let all = [
        r#""patient":{"age":"8 岁"}"#,
        r#""patient":{"age":"8 岁","pregnant":false}"#,
        r#""patient":{"age":"8 岁","pregnant":true}"#,
        r#""patient":{"pregnant":false}"#,
        r#""patient":{"pregnant":true}"#,
    ];
    assert_eq!(different(&program, &sheets(&drugs(&["附子"]), all)), 4);
}

#[test]
fn a_policy_speaks_by_the_day_and_for_its_institution() {
    let mut lowered = about("lowered", old(Comparison::Less, "12 a"));
    lowered.finding.policy = vec![PolicyMark {
        id: "p".into(),
        scope: vec!["here".into()],
        until: Some("2026-01-01".parse().unwrap()),
        severity: Some(Severity::Minor),
        action: None,
        mute: false,
        enable: false,
        lock: false,
        signed: Default::default(),
    }];
    let program = program([lowered]);
    let mut all = Vec::new();
    for age in [r#""age":"8 岁""#, r#""sex":"male""#] {
        for (place, day) in [("here", 2025), ("there", 2025), ("here", 2026)] {
            let place = format!(r#""institution":{{"id":"{place}"}},"authored_on":"{day}-06-01""#);
            all.push(format!(r#""patient":{{{age}}},{place}"#));
        }
    }
    let all = sheets(&drugs(&["附子"]), all.iter().map(String::as_str));
    different(&program, &all);
    let severities = |sheet| {
        let review = program.review(sheet, None);
        (review.findings.first().map(|f| f.severity), review.gap)
    };
    let expected = |findings, gap| [(findings, None), (None, gap)];
    let [low, high] = [Severity::Minor, Severity::Major].map(Some).map(|is| expected(is, is));
    let got: Vec<_> = all.iter().map(severities).collect();
    assert_eq!(got, [low[0], high[0], high[0], low[1], high[1], high[1]]);
}

/// No weight is presumed of a child, though the rule asks for no age.
#[test]
fn who_may_be_presumed_about_is_no_question_of_the_rule() {
    let mut light = about(
        "light",
        compare(Attribute::Patient(P::Weight), Comparison::Less, "40 kg"),
    );
    light.finding.presume = vec![Presumption {
        field: Presumable::Attribute(Attribute::Patient(P::Weight)),
        op: Comparison::AtLeast,
        value: PresumedValue::Constant(Constant {
            quantity: Quantity::parse("50 kg").unwrap(),
        }),
        unless: None,
    }];
    let program = program([light]);
    let all = ["8 岁", "40 岁", "儿童"].map(|age| format!(r#""patient":{{"age":"{age}"}}"#));
    let all = sheets(&drugs(&["附子"]), all.iter().map(String::as_str));
    assert_eq!(different(&program, &all), 2, "presumed of the grown only");
}

/// What a sum lacks is a field of another line, which one sheet has and another has not.
#[test]
fn what_rests_on_other_lines_is_judged_on_every_sheet() {
    let program = program([rule("total", [named("布洛芬")], Some(more_a_day("附子", "15 g")))]);
    let line = |id: u8, dose: &str| format!(r#"{{"id":"{id}","drug":"附子",{dose}"route":"口服","frequency":"qd"}}"#);
    let of = |second: &str, third: &str| sheet(&[drugs(&["布洛芬"]), line(2, second), line(3, third)].join(","), "");
    let (some, none) = (r#""dose":"9 g","#, "");
    let all = [of(none, some), of(some, none), of(none, none), of(some, some)];
    assert_eq!(different(&program, &all), 4);
}

/// A field of the line is presumed while the line does not state it, whatever the patient is.
#[test]
fn a_presumption_about_the_line_is_told_line_by_line() {
    let preparation = Attribute::Item(0, ItemAttribute::Preparation);
    let first = || WordValue::Footnote(Footnote::DecoctFirst);
    let mut rule = about(
        "p",
        Condition::And(vec![
            Condition::Not(Box::new(Condition::Is {
                subject: preparation,
                values: vec![first()],
            })),
            old(Comparison::Less, "12 a"),
        ]),
    );
    rule.finding.presume = vec![Presumption {
        field: Presumable::Attribute(preparation),
        op: Comparison::Equal,
        value: PresumedValue::Word(first()),
        unless: Some(Condition::Flag(Attribute::Patient(P::Pregnant))),
    }];
    let program = program([rule]);
    let mut all = Vec::new();
    for written in [
        "",
        r#","preparation":["先煎"]"#,
        r#","preparation":["后下"]"#,
        r#","preparation":["谁也不知道"]"#,
    ] {
        for patient in ["", r#""age":"8 岁""#, r#""age":"40 岁""#, r#""age":"儿童""#] {
            for pregnant in ["", r#""pregnant":true"#, r#""pregnant":false"#] {
                let comma = if patient.is_empty() || pregnant.is_empty() {
                    ""
                } else {
                    ","
                };
                let item = |id: u8| format!(r#"{{"id":"{id}","drug":"附子","dose":"9 g"{written}}}"#);
                let fields = format!(r#""kind":"western","patient":{{{patient}{comma}{pregnant}}}"#);
                all.push(sheet(&item(1), &fields));
                all.push(sheet(&[item(1), item(2)].join(","), &fields));
            }
        }
    }
    assert!(different(&program, &all) >= 6);
    let twice = all.get(1).map(|sheet| says(&program, sheet));
    let rests = |line| format!("rests p [{line}] on [items.{line}.preparation patient.pregnant]");
    assert_eq!(twice, Some(vec![rests(1), rests(2)]), "each on its own field");
}

/// Rules in every order of what is asked first, more than are asked together, on lines that stand twice on one sheet.
#[test]
fn every_answer_leads_on_to_its_own_outcome() {
    let weight = || compare(Attribute::Patient(P::Weight), Comparison::Less, "40 kg");
    let egfr = || compare(Attribute::Patient(P::Egfr), Comparison::Less, "30 mL/min/{1.73_m2}");
    let ill = || Condition::PatientHas(named("慢性肾病"));
    let allergic = || Condition::AllergicTo(0);
    let young = || old(Comparison::Less, "12 a");
    let asked: [&dyn Fn() -> Condition; 5] = [&weight, &egfr, &ill, &allergic, &young];
    let mut rules = Vec::new();
    for (a, one) in asked.iter().enumerate() {
        for (b, other) in asked.iter().enumerate() {
            if a != b {
                let both = vec![one(), Condition::Not(Box::new(other()))];
                let when = if a < b {
                    Condition::And(both)
                } else {
                    Condition::Or(both)
                };
                rules.push(about(&format!("r{a}{b}"), when));
            }
        }
    }
    let mut presuming = about("presuming", Condition::And(vec![egfr(), young()]));
    presuming.finding.category = Category::Contraindication;
    presuming.finding.presume = vec![Presumption {
        field: Presumable::Attribute(Attribute::Patient(P::Egfr)),
        op: Comparison::AtLeast,
        value: PresumedValue::Constant(Constant {
            quantity: Quantity::parse("60 mL/min/{1.73_m2}").unwrap(),
        }),
        unless: None,
    }];
    rules.push(presuming);
    rules.push(rule("every", [ConceptSet::Any], Some(allergic())));
    let program = program(rules);
    let mut all = Vec::new();
    for age in ["", r#""age":"8 岁","#, r#""age":"40 岁","#, r#""age":"成人","#] {
        for weight in ["", r#""weight":"30 kg","#, r#""weight":"60 kg","#] {
            for egfr in ["", r#""egfr":"20 mL/min/1.73m2","#, r#""egfr":">15 mL/min/1.73m2","#] {
                for allergies in ["", r#""allergies":[],"#, r#""allergies":["附子"],"#] {
                    for ills in [r#""sex":"male""#, r#""conditions":[]"#, r#""conditions":["慢性肾病"]"#] {
                        let fields = format!(r#""patient":{{{age}{weight}{egfr}{allergies}{ills}}},"diagnoses":[]"#);
                        all.push(sheet(&drugs(&["附子", "布洛芬", "附子"]), &fields));
                    }
                }
            }
        }
    }
    assert!(different(&program, &all) > 100);
}

/// Two lines are written alike and share what they come to; each is named where its own field is missing.
#[test]
fn lines_that_are_written_alike_lack_each_its_own_field() {
    let much = compare(Attribute::Item(0, ItemAttribute::Daily), Comparison::Greater, "15 g");
    let program = program([about(
        "much",
        Condition::And(vec![much, old(Comparison::AtLeast, "12 a")]),
    )]);
    let item = |id: u8| format!(r#"{{"id":"{id}","drug":"附子","dose":"9 g"}}"#);
    let grown = r#""kind":"western","patient":{"age":"40 岁"}"#;
    let all = [
        sheet(&[item(1), item(2)].join(","), grown),
        sheet(&[drugs(&["布洛芬"]), item(2), item(3)].join(","), grown),
    ];
    let expected = |lines: [u8; 2]| lines.map(|line| format!("open much [{line}] needs [items.{line}.frequency]"));
    let said = all.each_ref().map(|sheet| says(&program, sheet));
    assert_eq!(said, [expected([1, 2]), expected([2, 3])]);
    different(&program, &all);
}

/// Rules of one line that are found side by side.
fn beside<const N: usize>(rules: [(&str, Condition); N]) -> Program {
    let categories = [
        Category::Contraindication,
        Category::Allergy,
        Category::Interaction,
        Category::Legality,
    ];
    let rules = rules.into_iter().zip(categories).map(|((id, when), category)| {
        let mut rule = about(id, when);
        rule.finding.category = category;
        rule
    });
    program(rules)
}

/// Every list of the history, absent, empty, with what counts, with what does not, and with what cannot be read.
#[test]
fn a_list_answers_for_itself_and_says_which_is_absent() {
    let ill = || named("慢性肾病");
    let program = beside([
        ("has", Condition::PatientHas(ill())),
        ("had", Condition::PatientHad(ill())),
        ("diagnosed", Condition::DiagnosesHave(ill())),
        ("allergic", Condition::AllergicToAny(named("布洛芬"))),
    ]);
    let entries = |name: &str| {
        [
            None,
            Some(String::new()),
            Some(format!(r#""{name}""#)),
            Some(format!(r#"{{"name":"{name}","status":"past"}}"#)),
            Some(r#""谁也不知道""#.to_owned()),
        ]
    };
    let list = |field: &str, entries: &Option<String>| entries.as_ref().map(|list| format!(r#""{field}":[{list}]"#));
    let mut all = Vec::new();
    for conditions in &entries("慢性肾病") {
        for diagnoses in entries("慢性肾病")
            .iter()
            .filter(|is| !is.as_ref().is_some_and(|is| is.contains("past")))
        {
            for allergies in &entries("布洛芬") {
                let patient = [list("conditions", conditions), list("allergies", allergies)];
                let patient: Vec<String> = patient.into_iter().flatten().collect();
                let fields = [
                    Some(format!(r#""patient":{{{}}}"#, patient.join(","))),
                    list("diagnoses", diagnoses),
                ];
                let fields: Vec<String> = fields.into_iter().flatten().collect();
                all.push(sheet(&drugs(&["附子"]), &fields.join(",")));
            }
        }
    }
    assert_eq!(all.len(), 100);
    assert_eq!(different(&program, &all), 39);
    let of = |fields: &str| says(&program, &sheet(&drugs(&["附子"]), fields));
    assert_eq!(
        of(
            r#""patient":{"conditions":[{"name":"慢性肾病","status":"past"}],"allergies":[]},"diagnoses":["谁也不知道"]"#
        ),
        ["fires had [1] major", "open diagnosed [1] needs [diagnoses.0]"]
    );
}

/// What nobody measured is one answer, and what somebody did is another on every sheet.
#[test]
fn a_field_of_which_something_is_known_is_asked() {
    let potassium = Operand::Lab(Lab {
        keys: vec![LabKey::Name("血钾".into())],
        within_days: None,
    });
    let low = Condition::Compare {
        left: potassium,
        op: Comparison::Less,
        right: constant("3.5 mmol/L"),
    };
    let program = beside([
        (
            "weak",
            compare(Attribute::Patient(P::Egfr), Comparison::Less, "30 mL/min/{1.73_m2}"),
        ),
        ("known", Condition::Known(Attribute::Patient(P::Egfr))),
        ("dialysis", Condition::Flag(Attribute::Patient(P::Dialysis))),
        ("low", low),
    ]);
    let mut all = Vec::new();
    for egfr in [
        "",
        r#","egfr":"20 mL/min/1.73m2""#,
        r#","egfr":"90 mL/min/1.73m2""#,
        r#","egfr":">15 mL/min/1.73m2""#,
    ] {
        for dialysis in ["", r#","dialysis":true"#, r#","dialysis":false"#] {
            let made = |name: &str, value: &str| {
                format!(r#","observations":[{{"name":"{name}","value":"{value}","at":"2026-11-20"}}]"#)
            };
            let none = [
                String::new(),
                r#","observations":[]"#.to_owned(),
                made("血钠", "140 mmol/L"),
            ];
            let some = ["3 mmol/L", "4 mmol/L", "> 2 mmol/L"].map(|value| made("血钾", value));
            for made in none.iter().chain(&some) {
                let fields = format!(r#""authored_on":"2026-11-20","patient":{{"sex":"male"{egfr}{dialysis}{made}}}"#);
                all.push(sheet(&drugs(&["附子"]), &fields));
            }
        }
    }
    assert_eq!(different(&program, &all), 27, "what cannot be read is not there");
}

/// More answers than are kept: what was kept is forgotten for all rules of the line, and of each is said what is said without it.
#[test]
fn a_line_of_many_rules_starts_over_and_says_the_same() {
    let limits = [
        (P::Age, "12 a", "14 a"),
        (P::Weight, "40 kg", "45 kg"),
        (P::Height, "130 cm", "135 cm"),
        (P::Egfr, "50 mL/min/{1.73_m2}", "55 mL/min/{1.73_m2}"),
        (P::Gestation, "20 wk", "22 wk"),
    ];
    let below = |of, limit| compare(Attribute::Patient(of), Comparison::Less, limit);
    let low = limits
        .iter()
        .map(|(of, limit, _)| about(&format!("low {of:?}"), below(*of, limit)));
    let lower = limits
        .iter()
        .map(|(of, _, limit)| about(&format!("lower {of:?}"), below(*of, limit)));
    let program = program(low.chain(lower));
    let fields = [
        [r#""age":"10 岁","#, r#""age":"13 岁","#, ""],
        [r#""weight":"30 kg","#, r#""weight":"42 kg","#, ""],
        [r#""height":"120 cm","#, r#""height":"132 cm","#, ""],
        [r#""egfr":"40 mL/min/1.73m2","#, r#""egfr":"52 mL/min/1.73m2","#, ""],
        [r#""gestation":"12 wk","#, r#""gestation":"21 wk","#, ""],
    ];
    let all: Vec<Prescription> = (0..243_usize)
        .map(|mut number| {
            let mut patient = String::new();
            for values in fields {
                patient += values[number % 3];
                number /= 3;
            }
            sheet(&drugs(&["附子"]), &format!(r#""patient":{{{patient}"sex":"female"}}"#))
        })
        .collect();
    assert!(different(&program, &all) > 100);
}
