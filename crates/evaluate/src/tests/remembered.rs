//! What buffers remember of other sheets changes no answer.
use super::support::*;
use crate::{Program, Scratch};
use shenfang_clinical::{DoseForm, Footnote, Measure, Prescription, PrescriptionKind, Route, SheetForm};
use shenfang_knowledge::mapping::{LocalKey, Mapping};
use shenfang_knowledge::{
    Attribute, Code, ConceptSet, Condition, Constant, ItemAttribute, ItemSet, Operand, Origin, Part,
    PatientAttribute as P, Presumable, PresumedValue, Presumption, RxAttribute, WordValue,
};
use shenfang_units::{Comparison, Quantity};
use std::collections::BTreeSet;

const DAILY: Attribute = Attribute::Item(0, ItemAttribute::Daily);

fn sheet_of(grams: u32, fields: &str) -> Prescription {
    let line = format!(r#"{{"id":"1","drug":"附子","dose":"{grams} g","route":"口服","frequency":"bid"}}"#);
    sheet(&line, fields)
}

/// Reviews every sheet with the same buffers: of each is said what is said of it by itself.
fn agrees<'p>(scratch: &mut Scratch, program: &'p Program, sheets: impl IntoIterator<Item = &'p Prescription>) {
    for sheet in sheets {
        let again = program.review_with(scratch, sheet, None);
        assert_eq!(again, program.review(sheet, None), "{sheet:?}");
    }
}

#[test]
fn one_line_on_sheets_that_are_used_otherwise_is_not_one_line() {
    let program = program_with(
        vec![rule(
            "much",
            [named("附子")],
            Some(compare(DAILY, Comparison::Greater, "15 g")),
        )],
        vec![dose("附子", &[(Measure::Daily, "15 g")])],
        vec![],
    );
    let uses = [
        r#""kind":"western""#,
        r#""kind":"decoction","usage":{"servings":2}"#,
        r#""kind":"decoction","usage":{"doses_per_day":2,"servings":2}"#,
        r#""kind":"decoction","usage":{"form":"颗粒"}"#,
        r#""kind":"western","patient":{"allergies":[]},"current_medications":null"#,
    ];
    let sheets: Vec<Prescription> = uses.iter().map(|used| sheet_of(10, used)).collect();
    let says_of = |at: usize| sheets.get(at).map(|sheet| says(&program, sheet));
    assert_eq!(says_of(1), Some(vec![]), "10 g a day");
    assert_eq!(
        says_of(2).map(|said| said.len()),
        Some(2),
        "20 g a day: the rule and the dose"
    );
    let mut scratch = Scratch::default();
    agrees(&mut scratch, &program, sheets.iter().chain(sheets.iter().rev()));
}

#[test]
fn what_is_not_recognised_of_one_line_is_not_left_out_of_another() {
    let program = program([rule("r", [named("附子")], None)]);
    let lines = [
        r#""drug":"附子","dose":"3 g""#,
        r#""drug":"附子","dose":"适量""#,
        r#""drug":"附子 3g""#,
        r#""drug":"附子","strength":"一片""#,
        r#""drug":"附子","dose":"3 g","quantity":"若干""#,
        r#""drug":"附子","dose":"3 g","max_per_day":"遵医嘱""#,
        r#""drug":"附子","dose":"3 g","preparation":["古法"]"#,
        r#""drug":"附子","dose":"3 g","infusion":{"rate":"慢滴"}"#,
        r#""drug":"附了","dose":"3 g""#,
        r#""drug":{"name":"附子","code":"ATC:M01AE01"},"dose":"3 g""#,
    ];
    let sheets: Vec<Prescription> = lines
        .iter()
        .map(|line| sheet(&format!(r#"{{"id":"1",{line}}}"#), ""))
        .collect();
    let mut scratch = Scratch::default();
    let mut unrecognized = 0;
    for sheet in sheets.iter().chain(sheets.iter().rev()) {
        let review = program.review_with(&mut scratch, sheet, None);
        assert_eq!(review, program.review(sheet, None), "{sheet:?}");
        unrecognized += review.unrecognized.len();
    }
    assert!(unrecognized >= 14, "{unrecognized}");
}

/// All lines of a sheet are sought before the first is found out: those written alike, and those that only nearly are, which share a place.
#[test]
fn lines_of_one_sheet_written_alike_or_nearly_are_told_apart() {
    let program = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "5 g")),
    )]);
    let line = |id: u32, fields: &str| {
        format!(r#"{{"id":"{id}","drug":"附子","dose":"10 g","route":"口服","frequency":"bid"{fields}}}"#)
    };
    let plain = [line(1, ""), line(2, "")].join(",");
    let near = [line(1, ""), line(2, r#","form":"片剂""#), line(3, "")].join(",");
    let sheets = [sheet(&plain, ""), sheet(&near, ""), sheet(&plain, "")];
    agrees(&mut Scratch::default(), &program, &sheets);
    agrees(&mut Scratch::default(), &program, sheets.iter().rev());
}

#[test]
fn what_is_remembered_of_one_program_is_no_answer_of_another() {
    let strict = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "5 g")),
    )]);
    let lax = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "50 g")),
    )]);
    let sheets = [sheet_of(10, ""), sheet_of(40, "")];
    let mut scratch = Scratch::default();
    for program in [&strict, &lax, &strict] {
        agrees(&mut scratch, program, &sheets);
    }
}

/// One line, and every way of knowing little of the patient that two rules ask about; twice, so that all is remembered.
#[test]
fn what_an_undecided_rule_lacks_is_told_by_what_this_sheet_lacks() {
    let patient = Attribute::Patient;
    let young = compare(patient(P::Age), Comparison::Less, "12 a");
    let light = compare(patient(P::Weight), Comparison::Less, "40 kg");
    let weak = compare(patient(P::Egfr), Comparison::Less, "30 mL/min/{1.73_m2}");
    let ill = Condition::PatientHas(named("慢性肾病"));
    let mut presuming = rule(
        "p",
        [named("附子")],
        Some(Condition::And(vec![weak.clone(), young.clone()])),
    );
    presuming.finding.presume = vec![Presumption {
        field: Presumable::Attribute(patient(P::Egfr)),
        op: Comparison::AtLeast,
        value: PresumedValue::Constant(Constant {
            quantity: Quantity::parse("60 mL/min/{1.73_m2}").unwrap(),
        }),
        unless: Some(ill.clone()),
    }];
    let asking = rule("q", [named("附子")], Some(Condition::Or(vec![light, ill, weak])));
    let program = program([presuming, asking]);
    let mut sheets = Vec::new();
    for age in ["", r#""age":"8 岁","#, r#""age":"40 岁","#, r#""age":"成人","#] {
        for weight in ["", r#""weight":"30 kg","#, r#""weight":"不详","#] {
            for egfr in [
                "",
                r#""egfr":"20 mL/min/1.73m2","#,
                r#""egfr":"90 mL/min/1.73m2","#,
                r#""egfr":">15 mL/min/1.73m2","#,
            ] {
                for conditions in [r#""sex":"male""#, r#""conditions":[]"#, r#""conditions":["慢性肾病"]"#] {
                    for diagnoses in ["", r#","diagnoses":[]"#, r#","diagnoses":["谁也不知道"]"#] {
                        let patient = format!(r#""patient":{{{age}{weight}{egfr}{conditions}}}{diagnoses}"#);
                        sheets.push(sheet_of(10, &patient));
                    }
                }
            }
        }
    }
    let different: BTreeSet<Vec<String>> = sheets.iter().map(|sheet| says(&program, sheet)).collect();
    assert!(different.len() > 20, "{different:#?}");
    agrees(&mut Scratch::default(), &program, sheets.iter().chain(&sheets));
}

/// Two lines, alike on every sheet: what kind and form of sheet they stand on, and what the patient is allergic to, differs.
#[test]
fn what_a_line_says_by_itself_is_of_this_kind_of_sheet_and_this_patients_allergies() {
    let is = |of, value| Condition::Is {
        subject: Attribute::Rx(of),
        values: vec![value],
    };
    let rule = |id: &str, when| rule(id, [ConceptSet::Any], Some(when));
    let kind = || is(RxAttribute::Kind, WordValue::Kind(PrescriptionKind::Western));
    let program = program([
        rule("western", kind()),
        rule("other", Condition::Not(Box::new(kind()))),
        rule(
            "granules",
            is(RxAttribute::Form, WordValue::SheetForm(SheetForm::Granules)),
        ),
        rule(
            "known",
            Condition::Not(Box::new(Condition::Known(Attribute::Rx(RxAttribute::Kind)))),
        ),
        rule("allergic", Condition::AllergicTo(0)),
    ]);
    let mut sheets = Vec::new();
    for kind in ["", r#""kind":"western","#, r#""kind":"decoction","#] {
        for form in ["", r#""usage":{"form":"颗粒"},"#, r#""usage":{"form":"汤剂"},"#] {
            for allergies in ["null", "[]", r#"["附子"]"#, r#"["布洛芬"]"#, r#"["谁也不知道"]"#] {
                let fields = format!(r#"{kind}{form}"patient":{{"allergies":{allergies}}}"#);
                sheets.push(sheet(&drugs(&["附子", "布洛芬"]), &fields));
            }
        }
    }
    let different: BTreeSet<Vec<String>> = sheets.iter().map(|sheet| says(&program, sheet)).collect();
    assert!(different.len() > 15, "{different:#?}");
    agrees(&mut Scratch::default(), &program, sheets.iter().chain(&sheets));
}

/// Rules that ask a history about so many sets, the last of which stand beyond what each has a bit for.
#[test]
fn a_history_has_the_sets_it_has_however_many_rules_ask() {
    let set = |number: u32| {
        let (letter, number) = (char::from_u32(65 + number / 100).unwrap(), number % 100);
        Code::parse(&format!("ICD10:{letter}{number:02}")).unwrap()
    };
    for many in [3_u32, 512, 513, 1100] {
        let asks: [fn(ConceptSet) -> Condition; 4] = [
            Condition::PatientHas,
            Condition::PatientHad,
            Condition::DiagnosesHave,
            Condition::AllergicToAny,
        ];
        let rules = (0..many).flat_map(|number| {
            let asked = asks.iter().zip(["has", "had", "diagnosed", "allergic"]);
            asked.map(move |(ask, name)| {
                let id = format!("{name}.{number}");
                rule(&id, [named("附子")], Some(ask(ConceptSet::Code(set(number)))))
            })
        });
        let program = program(rules);
        let last = many - 1;
        let code = |number: u32| set(number).value;
        let mut sheets = Vec::new();
        for number in [0, 1, last] {
            let what = format!(r#"{{"code":"ICD10:{}.1"}}"#, code(number));
            let past = format!(r#"{{"code":"ICD10:{}.1","status":"past"}}"#, code(number));
            let some = format!(r#""patient":{{"conditions":[{what}],"allergies":[{what}]}},"diagnoses":[]"#);
            let all = sheet_of(3, &some);
            let review = program.review(&all, None);
            let fired = review.findings.iter().flat_map(|f| f.also.iter().chain([&f.rule]));
            let fired: BTreeSet<String> = fired.map(ToString::to_string).collect();
            let has = ["allergic", "had", "has"].map(|name| format!("t.{name}.{number}"));
            assert_eq!(fired, BTreeSet::from(has), "{many}");
            for [conditions, diagnoses, allergies] in [
                [&what, "", ""],
                ["", &what, ""],
                [&past, &what, ""],
                [&past, "", &what],
                ["", r#""谁也不知道""#, &past],
            ] {
                let patient = format!(r#""patient":{{"conditions":[{conditions}],"allergies":[{allergies}]}}"#);
                sheets.push(sheet_of(3, &format!(r#"{patient},"diagnoses":[{diagnoses}]"#)));
                sheets.push(sheet_of(3, &patient));
            }
            sheets.push(sheet_of(3, &format!(r#""diagnoses":[{what}]"#)));
        }
        agrees(&mut Scratch::default(), &program, sheets.iter().chain(&sheets));
    }
}

/// Lines on one drug that differ in one field, each of which some rule or dose asks about.
#[test]
fn a_line_that_differs_in_one_field_is_another_line() {
    use ItemAttribute as I;
    let of = |which: I| Attribute::Item(0, which);
    let over = |which: I, limit: &str| compare(of(which), Comparison::Greater, limit);
    let is = |which: I, word: WordValue| Condition::Is {
        subject: of(which),
        values: vec![word],
    };
    let asked = [
        over(I::Daily, "2 g"),
        over(I::Total, "20 g"),
        over(I::Duration, "5 d"),
        over(I::Strength, "0.4 g"),
        over(I::Quantity, "30 片"),
        Condition::Known(of(I::Rate)),
        Condition::Known(of(I::Over)),
        Condition::Stated(of(I::Group)),
        Condition::Stated(of(I::SkinTest)),
        is(I::Preparation, WordValue::Footnote(Footnote::DecoctFirst)),
        is(I::Route, WordValue::Route(Route::Oral)),
        is(I::Form, WordValue::Form(DoseForm::Tablet)),
    ];
    let numbered = asked.into_iter().enumerate();
    let rules = numbered.map(|(n, when)| rule(&format!("r{n}"), [named("对乙酰氨基酚")], Some(when)));
    let doses = vec![dose(
        "对乙酰氨基酚",
        &[(Measure::Single, "0.9 g"), (Measure::Course, "9 g")],
    )];
    let program = program_with(rules.collect(), doses, vec![]);
    let fields = r#"
        "dose":"0.3 g" / "dose":"0.3~1 g" / "dose":"1 片" / "dose":"随意" / "dose":null
        "frequency":"bid" / "frequency":"qod" / "frequency":"prn" / "frequency":"随意" / "frequency":null
        "route":"静滴" / "route":"口服" / "route":"皮试" / "route":"随意" / "route":null
        "duration":"3 d" / "duration":"30 d" / "duration":"2 周" / "duration":"随意" / "duration":null
        "quantity":"10 片" / "quantity":"40 片" / "quantity":"随意" / "quantity":null
        "duration":"9 d","strength":"0.1 g" / "duration":"9 d","strength":"0.5 g" / "duration":"9 d","strength":"随意" / "duration":"9 d"
        "quantity":"2 盒","pack":"12 片" / "quantity":"2 盒","pack":"24 片" / "quantity":"2 盒","pack":"随意" / "quantity":"2 盒"
        "frequency":"prn","max_per_day":"1 g" / "frequency":"prn","max_per_day":"8 g" / "frequency":"prn","max_per_day":"随意"
        "preparation":[] / "preparation":["先煎"] / "preparation":["后下"] / "preparation":["随意"] / "preparation":null
        "steps":[{"from_day":1,"dose":"1 g","frequency":"bid"}] / "steps":[{"from_day":1,"dose":"3 g","frequency":"qd"}] / "steps":null
        "skin_test":null / "skin_test":{"result":"negative"} / "skin_test":null
        "infusion":null / "infusion":{"rate":"60 ml/h"} / "infusion":{"over":"30 min"} / "infusion":{"group":"A"} / "infusion":null
        "form":"片剂" / "form":"胶囊" / "form":null"#;
    let sheets = fields
        .lines()
        .flat_map(|line| line.split(" / "))
        .filter(|field| !field.trim().is_empty());
    let sheets: Vec<Prescription> = sheets
        .flat_map(|field| {
            // Of two fields of one name the latter would be an error.
            let common = [
                r#""dose":"0.6 g""#,
                r#""frequency":"tid""#,
                r#""route":"口服""#,
                r#""duration":"7 d""#,
            ];
            let common = common
                .into_iter()
                .filter(|one| one.split(':').next().is_none_or(|name| !field.contains(name)));
            let line: Vec<&str> = [r#""id":"1","drug":"对乙酰氨基酚""#, field]
                .into_iter()
                .chain(common)
                .collect();
            let line = format!("{{{}}}", line.join(","));
            [sheet(&line, ""), sheet(&line, r#""current_medications":null"#)]
        })
        .collect();
    let different: BTreeSet<String> = sheets
        .iter()
        .map(|sheet| format!("{:?}", program.review(sheet, None)))
        .collect();
    assert!(different.len() > 50, "{}", different.len());
    let mut scratch = Scratch::default();
    agrees(&mut scratch, &program, sheets.iter().chain(sheets.iter().rev()));
}

/// One drug, whose name says form or footnote besides; prescribed, and taken already.
#[test]
fn a_line_on_one_drug_is_told_by_what_its_name_says_and_by_who_prescribed_it() {
    let is = |which: ItemAttribute, word: WordValue| Condition::Is {
        subject: Attribute::Item(0, which),
        values: vec![word],
    };
    let tablet = is(ItemAttribute::Form, WordValue::Form(DoseForm::Tablet));
    let first = is(ItemAttribute::Preparation, WordValue::Footnote(Footnote::DecoctFirst));
    let program = program([
        rule("tablet", [named("布洛芬")], Some(tablet)),
        rule("first", [named("附子")], Some(first)),
        rule("any", [named("华法林")], None),
    ]);
    let prescribed = [
        "布洛芬胶囊",
        "布洛芬片",
        "布洛芬",
        "附子(后下)",
        "附子(先煎)",
        "附子",
        "华法林",
    ];
    let prescribed = prescribed.map(|drug| sheet(&drugs(&[drug]), r#""kind":"decoction""#));
    let taken = r#""kind":"decoction","current_medications":[{"id":"c","drug":"华法林"}]"#;
    let taken = sheet(&drugs(&["半夏"]), taken);
    let different: BTreeSet<Vec<String>> = prescribed.iter().map(|sheet| says(&program, sheet)).collect();
    assert!(different.len() > 4, "{different:#?}");
    let sheets = prescribed.iter().chain([&taken]);
    agrees(&mut Scratch::default(), &program, sheets.clone().chain(sheets.rev()));
}

#[test]
fn how_a_value_was_written_is_of_its_own_sheet() {
    let dose_of = Attribute::Item(0, ItemAttribute::Dose);
    let mut much = rule(
        "r",
        [named("布洛芬")],
        Some(compare(dose_of, Comparison::Greater, "0.5 g")),
    );
    much.finding.message.zh = vec![Part::Attribute(dose_of)];
    let program = program_with(
        vec![much],
        vec![dose("布洛芬", &[(Measure::Single, "0.5 g"), (Measure::Daily, "1.5 g")])],
        vec![],
    );
    let written = ["1 g", "1.0 g", "1.00 g", "１ g"];
    let sheets = written.map(|dose| {
        let line = format!(r#"{{"id":"1","drug":"布洛芬","dose":"{dose}","route":"口服","frequency":"tid"}}"#);
        sheet(&line, "")
    });
    let mut scratch = Scratch::default();
    for (sheet, text) in sheets.iter().zip(written) {
        agrees(&mut scratch, &program, [sheet]);
        let again = program.review_with(&mut scratch, sheet, None);
        assert!(format!("{again:?}").contains(text), "{again:?}");
    }
}

#[test]
fn one_name_in_two_institutions_is_not_one_drug() {
    let local = |scope: &[&str], drug: &str| Mapping {
        key: LocalKey::Name("甲药".into()),
        scope: scope.iter().map(|id| (*id).to_owned()).collect(),
        drug: match named(drug) {
            ConceptSet::Concept(concept) => concept,
            _ => panic!("{drug}"),
        },
        form: None,
        strength: None,
        pack: None,
    };
    let rules = ["附子", "半夏", "布洛芬"]
        .map(|drug| rule(drug, [named(drug)], None))
        .to_vec();
    let knowledge = catalogue().with_rules(vec![pack()], vec![], vec![], rules, vec![], vec![]);
    let mappings = vec![local(&["a"], "附子"), local(&["b"], "半夏"), local(&[], "布洛芬")];
    let program = Program::compile(&knowledge.with_mappings(mappings));
    let of = |institution: &str| sheet(&drugs(&["甲药"]), institution);
    let sheets = [
        of(r#""institution":{"id":"a"}"#),
        of(r#""institution":{"id":"b"}"#),
        of(r#""institution":{"id":"c"}"#),
        of(""),
        of(r#""institution":{"id":"a"},"current_medications":[{"id":"c","drug":"甲药","institution":"b"}]"#),
    ];
    assert_eq!(says(&program, &sheets[0]), ["fires 附子 [1] major"]);
    assert_eq!(says(&program, &sheets[1]), ["fires 半夏 [1] major"]);
    assert_eq!(says(&program, &sheets[3]), ["fires 布洛芬 [1] major"]);
    agrees(
        &mut Scratch::default(),
        &program,
        sheets.iter().chain(sheets.iter().rev()),
    );
}

/// More ways of writing a line, and of using a sheet, than are kept.
#[test]
fn memory_that_is_full_starts_again() {
    let program = program([rule(
        "r",
        [named("附子")],
        Some(compare(DAILY, Comparison::Greater, "100 g")),
    )]);
    let written: Vec<Prescription> = (1..17_000).map(|grams| sheet_of(grams, "")).collect();
    let used = (1..200).map(|doses| sheet_of(60, &format!(r#""kind":"decoction","doses":{doses}"#)));
    let used: Vec<Prescription> = used.collect();
    let mut scratch = Scratch::default();
    agrees(
        &mut scratch,
        &program,
        written.iter().chain(&used).chain(written.iter().take(200)),
    );
}

#[test]
fn a_sheet_that_no_rule_looks_at_is_known_by_its_names() {
    let mut scratch = Scratch::default();
    let pair = program([rule("pair", [named("附子"), named("半夏")], None)]);
    let dosed = program_with(vec![], vec![dose("附子", &[(Measure::Daily, "15 g")])], vec![]);
    for program in [&pair, &dosed] {
        assert!(program.may_speak(&mut scratch, &sheet(&drugs(&["布洛芬", "制附子"]), "")));
        assert!(!program.may_speak(&mut scratch, &sheet(&drugs(&["布洛芬", "乌头", "谁也不知道"]), "")));
    }
    let every = program([rule("every", [shenfang_knowledge::ConceptSet::Any], None)]);
    assert!(every.may_speak(&mut scratch, &sheet(&drugs(&["布洛芬"]), "")));
}

/// A rule on the first line asks for what the last one adds.
#[test]
fn a_sum_is_complete_before_a_rule_asks_for_it() {
    let program = program([rule(
        "pair",
        [named("布洛芬"), named("附子")],
        Some(more_a_day("附子", "15 g")),
    )]);
    let line = |id: u8, drug: &str| {
        format!(r#"{{"id":"{id}","drug":"{drug}","dose":"10 g","route":"口服","frequency":"qd"}}"#)
    };
    let one = sheet(&[line(1, "布洛芬"), line(2, "附子")].join(","), "");
    let two = sheet(&[line(1, "布洛芬"), line(2, "附子"), line(3, "附子")].join(","), "");
    assert_eq!(says(&program, &one), Vec::<String>::new());
    assert_eq!(says(&program, &two).len(), 2, "one for each");
    agrees(&mut Scratch::default(), &program, [&one, &two, &one]);
}

/// Sums are added in whole parts: what is finer than a part, or lies between two ends, is not lost.
#[test]
fn a_sum_of_what_is_no_whole_part_is_exact() {
    let program = program([rule("much", [], Some(more_a_day("附子", "15 g")))]);
    let of = |doses: [&str; 2]| {
        let line = |(id, dose): (usize, &str)| {
            format!(r#"{{"id":"{id}","drug":"附子","dose":"{dose}","route":"口服","frequency":"qd"}}"#)
        };
        let lines: Vec<String> = doses.into_iter().enumerate().map(line).collect();
        sheet(&lines.join(","), "")
    };
    let cases = [
        (["5.5 g", "9.5 g"], 0),
        (["5.5 g", "9.500001 g"], 1),
        (["5.0000001 g", "9.9999999 g"], 0),
        (["5.0000001 g", "10 g"], 1),
        (["5-6 g", "9.5 g"], 1),
        (["5-6 g", "9 g"], 0),
    ];
    let mut scratch = Scratch::default();
    for (doses, found) in cases {
        let sheet = of(doses);
        assert_eq!(says(&program, &sheet).len(), found, "{doses:?}");
        agrees(&mut scratch, &program, [&sheet, &sheet]);
    }
}

/// Rules of no variable, on sheets that differ in one thing at a time: what is kept by head and by kind of patient, and what needs so many lines.
#[test]
fn what_keeps_a_rule_of_no_line_silent_is_kept_by_all_that_decides_it() {
    let is = |subject, word| Condition::Is {
        subject,
        values: vec![word],
    };
    let days = |op, days| compare(Attribute::Rx(RxAttribute::PresentedOn), op, days);
    let lines = |origin, op, count| Condition::Compare {
        left: Operand::Count(ItemSet {
            set: ConceptSet::Any,
            origin,
            within_days: None,
        }),
        op,
        right: constant(count),
    };
    let amendments = Attribute::Rx(RxAttribute::Amendments);
    let younger = |than| compare(Attribute::Patient(P::Age), Comparison::Less, than);
    let woman = Condition::Flag(Attribute::Patient(P::Pregnant));
    let conditions = [
        ("unsigned", is(amendments, WordValue::Unsigned)),
        ("undated", is(amendments, WordValue::Undated)),
        ("late", days(Comparison::Greater, "0 d")),
        ("later", days(Comparison::Greater, "3 d")),
        ("in_time", days(Comparison::AtMost, "0 d")),
        ("child", younger("12 a")),
        ("young_woman", Condition::And(vec![younger("20 a"), woman])),
        ("many", lines(Origin::Prescribed, Comparison::Greater, "1 次")),
        ("enough", lines(Origin::Prescribed, Comparison::AtLeast, "1.5 次")),
        ("one", lines(Origin::Prescribed, Comparison::Equal, "1 次")),
        (
            "few",
            Condition::Not(Box::new(lines(Origin::Prescribed, Comparison::Greater, "1 次"))),
        ),
        ("either", lines(Origin::Either, Comparison::Greater, "1 次")),
    ];
    let program = program(conditions.map(|(id, when)| rule(id, [], Some(when))));
    let mut sheets = Vec::new();
    for amended in [
        "",
        r#""amendments":[],"#,
        r#""amendments":[{"signed":true}],"#,
        r#""amendments":[{"dated":true}],"#,
    ] {
        for presented in [
            "",
            r#""presented_on":"2026-11-20","#,
            r#""presented_on":"2026-11-22","#,
            r#""presented_on":"2026-11-25","#,
        ] {
            for age in ["", r#""age":"8 岁","#, r#""age":"16 岁","#, r#""age":"40 岁","#] {
                for pregnant in [r#""pregnant":true"#, r#""pregnant":false"#, r#""sex":"female""#] {
                    for current in ["[]", "null", r#"[{"id":"9","drug":"布洛芬"}]"#] {
                        let fields = format!(
                            r#"{amended}{presented}"authored_on":"2026-11-20","current_medications":{current},"patient":{{{age}{pregnant}}}"#
                        );
                        sheets.extend([&["附子"][..], &["附子", "半夏"]].map(|names| sheet(&drugs(names), &fields)));
                    }
                }
            }
        }
    }
    let said: BTreeSet<Vec<String>> = sheets.iter().map(|sheet| says(&program, sheet)).collect();
    assert!(said.len() > 200, "{}", said.len());
    for id in [
        "unsigned",
        "undated",
        "late",
        "later",
        "in_time",
        "child",
        "young_woman",
    ] {
        let speaks = |said: &&Vec<String>| said.iter().any(|line| line.contains(&format!("fires {id} ")));
        let times = said.iter().filter(speaks).count();
        assert!((1..said.len()).contains(&times), "{id}: {times}");
    }
    let counted = |names: &[&str], current: &str| {
        let said = says(
            &program,
            &sheet(&drugs(names), &format!(r#""current_medications":{current}"#)),
        );
        let of_count = ["many", "enough", "one", "few", "either"];
        let fires = |id: &&str| said.iter().any(|line| line.contains(&format!("fires {id} ")));
        of_count.into_iter().filter(fires).collect::<Vec<_>>()
    };
    assert_eq!(counted(&["附子"], "[]"), ["one", "few"]);
    assert_eq!(
        counted(&["附子"], r#"[{"id":"9","drug":"布洛芬"}]"#),
        ["one", "few", "either"]
    );
    assert_eq!(counted(&["附子", "半夏"], "null"), ["many", "enough", "either"]);
    agrees(&mut Scratch::default(), &program, sheets.iter().chain(&sheets));
}

/// A line that is in both sets does not pair with itself; two lines do, whichever of them leads to the rule.
#[test]
fn a_pair_takes_two_lines() {
    let fires = |sets: [ConceptSet; 2], names: &[&str]| {
        let program = program([rule("pair", sets, None)]);
        !says(&program, &sheet(&drugs(names), "")).is_empty()
    };
    let twice = || [named("附子"), named("附子")];
    assert!(!fires(twice(), &["附子"]));
    assert!(!fires(twice(), &["附子", "布洛芬"]));
    assert!(fires(twice(), &["附子", "制附子"]));
    let with_any = || [ConceptSet::Any, named("附子")];
    assert!(!fires(with_any(), &["附子"]));
    assert!(fires(with_any(), &["附子", "布洛芬"]));
    // What is 附子 is 乌头 too.
    let above = || [named("附子"), named("乌头")];
    assert!(!fires(above(), &["附子", "半夏"]));
    assert!(fires(above(), &["乌头", "附子"]));
    assert!(fires(above(), &["附子", "乌头"]));
}

/// What a line counts to is kept beside it: it counts where it is prescribed, and however many lines there are.
#[test]
fn lines_are_counted_as_they_stand_on_the_sheet_at_hand() {
    let more = |origin: Origin, than: &str| Condition::Compare {
        left: Operand::Count(ItemSet {
            set: named("附子"),
            origin,
            within_days: None,
        }),
        op: Comparison::Greater,
        right: constant(than),
    };
    let program = program([
        rule("two", [], Some(more(Origin::Prescribed, "1 次"))),
        rule("two of all", [], Some(more(Origin::Either, "1 次"))),
        rule("many", [], Some(more(Origin::Prescribed, "299 次"))),
    ]);
    let with = |drugs_of: &[&str], fields: &str| sheet(&drugs(drugs_of), fields);
    let taken = r#""current_medications":[{"id":"c","drug":"附子"}]"#;
    let unstated = r#""current_medications":null"#;
    let many = |count: usize| vec!["附子"; count];
    let sheets = [
        (with(&["附子"], ""), 0),
        (with(&["附子", "附子"], ""), 2),
        (with(&["附子", "布洛芬"], ""), 0),
        (with(&["布洛芬", "附子", "附子"], taken), 2),
        // What is taken already is gone on with, and not counted twice.
        (with(&["附子"], taken), 0),
        (with(&["附子"], unstated), 1),
        (with(&["附子", "无此药"], ""), 0),
        (with(&many(257), ""), 2),
        (with(&many(300), ""), 3),
    ];
    for (sheet, fires) in &sheets {
        assert_eq!(says(&program, sheet).len(), *fires, "{:?}", says(&program, sheet));
    }
    let sheets = sheets.iter().map(|(sheet, _)| sheet);
    agrees(&mut Scratch::default(), &program, sheets.clone().chain(sheets.rev()));
}
