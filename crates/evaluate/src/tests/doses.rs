//! Doses: inclusive limits, sums, grades, what cannot be converted, nearest rows.
use super::support::*;
use shenfang_clinical::{Measure, Prescription, Severity};
use shenfang_knowledge::{Attribute, PatientAttribute, PresumedValue, RxAttribute, StandingPresumption};
use shenfang_units::Comparison;

fn item(id: &str, drug: &str, dose: &str, frequency: &str) -> String {
    format!(r#"{{"id":"{id}","drug":"{drug}","dose":"{dose}","frequency":"{frequency}","route":"口服"}}"#)
}

fn daily() -> crate::Program {
    program_with(vec![], vec![dose("对乙酰氨基酚", &[(Measure::Daily, "2 g")])], vec![])
}

fn of(items: &[String]) -> Prescription {
    sheet(&items.join(","), "")
}

#[test]
fn a_value_equal_to_the_limit_is_within_it() {
    assert_eq!(
        says(&daily(), &of(&[item("1", "对乙酰氨基酚", "0.5 g", "qid")])),
        [""; 0]
    );
    let over = of(&[item("1", "对乙酰氨基酚", "0.6 g", "qid")]);
    assert_eq!(says(&daily(), &over), ["fires 对乙酰氨基酚 [1] moderate"]);
    let program = daily();
    let note = program.review(&over, None).findings[0].dose.clone().unwrap();
    assert_eq!((&*note.amount, &*note.limit, &*note.ratio), ("2.4 g/d", "2 g/d", "1.2"));
}

#[test]
fn how_often_says_nothing_of_a_line_given_once() {
    let rare = program_with(
        vec![],
        vec![dose("对乙酰氨基酚", &[(Measure::Frequency, "0.5 /d")])],
        vec![],
    );
    assert_eq!(
        says(&rare, &of(&[item("1", "对乙酰氨基酚", "0.5 g", "qd")])),
        ["fires 对乙酰氨基酚 [1] moderate"]
    );
    assert_eq!(says(&rare, &of(&[item("1", "对乙酰氨基酚", "0.5 g", "st")])), [""; 0]);
}

#[test]
fn sums_run_over_every_item_that_holds_the_ingredient() {
    let both = of(&[
        item("1", "对乙酰氨基酚", "0.5 g", "tid"),
        item("2", "感冒片", "1 片", "tid"),
    ]);
    assert_eq!(says(&daily(), &both), ["fires 对乙酰氨基酚 [1 2] moderate"]);
}

#[test]
fn the_default_message_names_what_is_summed_where_the_drugs_do_not() {
    let message = |program: &crate::Program, items: &[String]| {
        let sheet = of(items);
        let message = program.review(&sheet, None).findings[0].message.clone();
        (message.zh.into_owned(), message.en.into_owned())
    };
    let itself = message(&daily(), &[item("1", "对乙酰氨基酚", "0.6 g", "qid")]);
    assert_eq!(itself.0, "对乙酰氨基酚 每日 2.4 g，超过 2 g（1.2 倍）");
    assert_eq!(itself.1, "对乙酰氨基酚: daily 2.4 g exceeds 2 g (1.2 times)");
    let product = message(&daily(), &[item("1", "感冒片", "2 片", "tid")]);
    assert_eq!(product.0, "感冒片：对乙酰氨基酚每日 3 g，超过 2 g（1.5 倍）");
    assert_eq!(product.1, "感冒片: 对乙酰氨基酚 daily 3 g exceeds 2 g (1.5 times)");
    let both = [
        item("1", "对乙酰氨基酚", "0.5 g", "tid"),
        item("2", "感冒片", "1 片", "tid"),
    ];
    let both = message(&daily(), &both);
    assert_eq!(both.0, "对乙酰氨基酚、感冒片：对乙酰氨基酚每日 3 g，超过 2 g（1.5 倍）");
    let often = program_with(
        vec![],
        vec![dose("对乙酰氨基酚", &[(Measure::Frequency, "2 /d")])],
        vec![],
    );
    let often = message(&often, &[item("1", "感冒片", "1 片", "tid")]);
    assert!(often.0.starts_with("感冒片 频次 "), "{}", often.0);
}

#[test]
fn the_grade_is_that_of_the_largest_ratio_strictly_above() {
    assert_eq!(
        says(&daily(), &of(&[item("1", "对乙酰氨基酚", "1 g", "qid")])),
        ["fires 对乙酰氨基酚 [1] moderate"]
    );
    assert_eq!(
        says(&daily(), &of(&[item("1", "对乙酰氨基酚", "1.1 g", "qid")])),
        ["fires 对乙酰氨基酚 [1] major"]
    );
}

#[test]
fn what_cannot_be_reckoned_is_open_and_hides_no_known_excess() {
    let unknown = item("2", "对乙酰氨基酚混悬液", "1 片", "qd");
    let open = of(&[item("1", "对乙酰氨基酚", "0.5 g", "qd"), unknown.clone()]);
    assert_eq!(
        says(&daily(), &open),
        ["open 对乙酰氨基酚 [1 2] needs [items.2.strength]"]
    );
    let over = of(&[item("1", "对乙酰氨基酚", "3 g", "qd"), unknown]);
    let expected = [
        "fires 对乙酰氨基酚 [1] moderate",
        "open 对乙酰氨基酚 [2] needs [items.2.strength]",
    ];
    assert_eq!(says(&daily(), &over), expected);
}

#[test]
fn a_limit_per_weight_lacks_the_weight() {
    let program = program_with(
        vec![],
        vec![dose("对乙酰氨基酚", &[(Measure::Single, "15 mg/kg")])],
        vec![],
    );
    let with = |patient: &str| {
        sheet(
            &item("1", "对乙酰氨基酚", "0.4 g", "tid"),
            &format!(r#""patient":{{{patient}}}"#),
        )
    };
    assert_eq!(
        says(&program, &with("")),
        ["open 对乙酰氨基酚 [1] needs [patient.weight]"]
    );
    assert_eq!(
        says(&program, &with(r#""weight":"20 kg""#)),
        ["fires 对乙酰氨基酚 [1] moderate"]
    );
    assert_eq!(says(&program, &with(r#""weight":"30 kg""#)), [""; 0]);
}

#[test]
fn no_band_for_this_patient_is_a_gap() {
    let mut adult = dose("对乙酰氨基酚", &[(Measure::Single, "1 g")]);
    adult.bands[0].when = compare(Attribute::Patient(PatientAttribute::Age), Comparison::AtLeast, "12 a");
    let program = program_with(vec![], vec![adult], vec![]);
    let aged = |age: &str| {
        sheet(
            &item("1", "对乙酰氨基酚", "0.4 g", "tid"),
            &format!(r#""patient":{{"age":"{age}"}}"#),
        )
    };
    assert_eq!(says(&program, &aged("5 a")), ["open 对乙酰氨基酚 [1] needs [] gap"]);
    assert_eq!(says(&program, &aged("30 a")), [""; 0]);
}

#[test]
fn a_processed_form_with_a_row_of_its_own_is_not_judged_by_what_it_is_made_from() {
    let rows = vec![
        dose("附子", &[(Measure::Daily, "6 g")]),
        dose("制附子", &[(Measure::Daily, "12 g")]),
    ];
    let program = program_with(vec![], rows, vec![]);
    let decoction = sheet(r#"{"id":"1","drug":"制附子","dose":"10 g"}"#, r#""kind":"decoction""#);
    assert_eq!(says(&program, &decoction), [""; 0]);
    let raw = sheet(r#"{"id":"1","drug":"附子","dose":"10 g"}"#, r#""kind":"decoction""#);
    assert_eq!(says(&program, &raw), ["fires 附子 [1] moderate"]);
}

/// The texts of an excess are kept: by a drug that is the ingredient and by one that holds it, each time as much, with one set of buffers.
#[test]
fn as_much_of_another_drug_is_said_in_its_own_words() {
    let program = daily();
    let sheets = [
        of(&[item("1", "对乙酰氨基酚", "1 g", "tid")]),
        of(&[item("1", "感冒片", "2 片", "tid")]),
        of(&[item("1", "对乙酰氨基酚", "1 g", "tid")]),
    ];
    let mut scratch = crate::Scratch::default();
    let said = sheets.each_ref().map(|sheet| {
        let review = program.review_with(&mut scratch, sheet, None);
        review.findings[0].message.zh.to_string()
    });
    let itself = "对乙酰氨基酚 每日 3 g，超过 2 g（1.5 倍）";
    assert_eq!(
        said,
        [itself, "感冒片：对乙酰氨基酚每日 3 g，超过 2 g（1.5 倍）", itself]
    );
}

/// A line that keeps every dose, on every kind of sheet on which that does not settle them; with one set of buffers, so that all is remembered.
#[test]
fn what_a_line_keeps_by_itself_is_not_settled_for_everybody() {
    let named = |id: &str, limit: (Measure, &str)| {
        let mut dose = dose("对乙酰氨基酚", &[limit]);
        dose.finding.id = format!("t.{id}");
        dose
    };
    let young = compare(Attribute::Patient(PatientAttribute::Age), Comparison::Less, "14 a");
    let mut adult = named("adult", (Measure::Daily, "3 g"));
    adult.gap = Some(young);
    adult.over = vec![(shenfang_units::Ratio::integer(1), Severity::Contraindicated)];
    let doses = vec![
        named("most", (Measure::Daily, "2 g")),
        adult,
        named("week", (Measure::Weekly, "9 g")),
        named("once", (Measure::Single, "1 g")),
    ];
    let program = program_with(vec![], doses.clone(), vec![]);
    let line = |id: &str| item(id, "对乙酰氨基酚", "0.4 g", "tid");
    let sheets = [
        (sheet(&line("1"), r#""patient":{"age":"30 a"}"#), vec![]),
        (
            sheet(&line("1"), r#""patient":{"age":"5 a"}"#),
            vec!["open adult [1] needs [] gap"],
        ),
        (sheet(&line("1"), ""), vec!["open adult [1] needs [patient.age]"]),
        (
            sheet(&line("1"), r#""patient":{"age":"30 a"},"current_medications":null"#),
            vec!["open adult+most+week [1] needs [current_medications]"],
        ),
        (
            sheet(&line("1"), r#""patient":{"age":"5 a"},"current_medications":null"#),
            vec![
                "open adult [1] needs [] gap",
                "open adult+most+week [1] needs [current_medications]",
            ],
        ),
        (
            sheet(&[line("1"), line("2")].join(","), r#""patient":{"age":"30 a"}"#),
            vec!["fires most [1 2] moderate"],
        ),
    ];
    let mut scratch = crate::Scratch::default();
    for (sheet, expected) in sheets.iter().chain(&sheets) {
        assert_eq!(
            said(&program.review_with(&mut scratch, sheet, None)),
            *expected,
            "{sheet:?}"
        );
    }
    let severities = program.review_with(&mut scratch, &sheets[3].0, None).undetermined[0].severity;
    assert_eq!(
        severities,
        Severity::Contraindicated,
        "the highest of all that it may come to"
    );
    let nothing_else = StandingPresumption {
        policy: "p".into(),
        scope: vec![],
        until: None,
        field: Attribute::Rx(RxAttribute::CurrentMedications),
        value: PresumedValue::None,
        when: None,
    };
    let presuming = program_with(vec![], doses, vec![nothing_else]);
    assert_eq!(
        said(&presuming.review_with(&mut scratch, &sheets[3].0, None)),
        ["rests adult+most+week [1] on [current_medications] by p"]
    );
}

/// Doses for children, which the line keeps or not, on every kind of patient; with one set of buffers, so that all is remembered.
#[test]
fn doses_on_one_condition_are_asked_together_and_answer_each_for_itself() {
    let young = || compare(Attribute::Patient(PatientAttribute::Age), Comparison::Less, "12 a");
    let named = |id: &str, limit: (Measure, &str)| {
        let mut dose = dose("对乙酰氨基酚", &[limit]);
        dose.finding.id = format!("t.{id}");
        dose.when = Some(young());
        dose
    };
    let mut least = named("least", (Measure::Single, "0.2 g"));
    least.bands[0].limits[0].op = Comparison::AtLeast;
    let mut grown = named("grown", (Measure::Single, "0.3 g"));
    grown.when = Some(compare(
        Attribute::Patient(PatientAttribute::Age),
        Comparison::AtLeast,
        "12 a",
    ));
    let mut gap = named("gap", (Measure::Single, "3 g"));
    gap.gap = Some(compare(
        Attribute::Patient(PatientAttribute::Age),
        Comparison::Less,
        "1 a",
    ));
    let doses = vec![
        named("single", (Measure::Single, "0.3 g")),
        named("kept", (Measure::Single, "2 g")),
        named("day", (Measure::Daily, "1 g")),
        named("week", (Measure::Weekly, "20 g")),
        least,
        grown,
        gap,
    ];
    let program = program_with(vec![], doses, vec![]);
    let line = |id: &str| item(id, "对乙酰氨基酚", "0.4 g", "tid");
    // The single dose is said with the daily one.
    let child = ["fires day [1] moderate"];
    let adult = ["fires grown [1] moderate"];
    let nobody = ["open day+gap+grown+least+single [1] needs [patient.age]"];
    let sheets = [
        (r#""patient":{"age":"5 a"}"#, child.to_vec()),
        (r#""patient":{"age":"30 a"}"#, adult.to_vec()),
        ("", nobody.to_vec()),
        (
            r#""patient":{"age":"5 a"},"current_medications":null"#,
            [&child[..], &["open day+week [1] needs [current_medications]"]].concat(),
        ),
        (r#""patient":{"age":"30 a"},"current_medications":null"#, adult.to_vec()),
        (
            r#""current_medications":null"#,
            vec![
                "open day+week [1] needs [patient.age current_medications]",
                "open gap+grown+least+single [1] needs [patient.age]",
            ],
        ),
    ];
    let mut scratch = crate::Scratch::default();
    for (fields, expected) in sheets.iter().chain(&sheets) {
        let alone = sheet(&line("1"), fields);
        assert_eq!(
            said(&program.review_with(&mut scratch, &alone, None)),
            *expected,
            "{fields}"
        );
        // What two lines share is judged on both of them, not by what each of them keeps.
        let twice = sheet(&[line("1"), line("2")].join(","), fields);
        let (remembered, fresh) = (
            program.review_with(&mut scratch, &twice, None),
            program.review(&twice, None),
        );
        assert_eq!(remembered, fresh, "{fields}");
    }
}

/// What is lacking to say what a line takes is kept beside it, and is named on each sheet by its own line.
#[test]
fn what_is_lacking_is_lacking_of_the_line_at_hand() {
    let program = daily();
    let unknown = |id: &str| item(id, "对乙酰氨基酚混悬液", "1 片", "qd");
    let other = |id: &str| item(id, "布洛芬", "0.2 g", "qd");
    let sheets = [
        (vec![unknown("a")], "open 对乙酰氨基酚 [a] needs [items.a.strength]"),
        (
            vec![other("a"), unknown("b")],
            "open 对乙酰氨基酚 [b] needs [items.b.strength]",
        ),
    ];
    let mut scratch = crate::Scratch::default();
    for (items, expected) in sheets.iter().chain(&sheets) {
        assert_eq!(said(&program.review_with(&mut scratch, &of(items), None)), [*expected]);
    }
}

/// How often a medicine is taken as needed, if nothing says how often at most, is presumed to be within the limit, unless more is said of the line.
#[test]
fn what_is_taken_as_needed_is_presumed_to_be_within_the_limit() {
    let of_limits = |limits: &[(Measure, &str)]| program_with(vec![], vec![dose("对乙酰氨基酚", limits)], vec![]);
    let mut young = dose("对乙酰氨基酚", &[(Measure::Daily, "2 g")]);
    let age = Attribute::Patient(PatientAttribute::Age);
    young.when = Some(compare(age, Comparison::Less, "12 a"));
    let young = program_with(vec![], vec![young], vec![]);
    let both = of_limits(&[(Measure::Daily, "2 g"), (Measure::Single, "0.6 g")]);
    let summed = of_limits(&[(Measure::Weekly, "9 g"), (Measure::Daily, "2 g")]);
    let rests = "rests 对乙酰氨基酚 [1] on [items.1.frequency items.1.max_per_day]";
    let fires = "fires 对乙酰氨基酚 [1] moderate";
    let on = |dose: &str, fields: &str| sheet(&item("1", "对乙酰氨基酚", dose, "prn"), fields);
    let unstated = r#""current_medications":null"#;
    for fields in ["", unstated] {
        assert_eq!(says(&daily(), &on("0.5 g", fields)), [rests]);
        assert_eq!(says(&summed, &on("0.5 g", fields)), [rests]);
        assert_eq!(says(&both, &on("0.5 g", fields)), [rests]);
        assert_eq!(says(&both, &on("0.8 g", fields)), [fires]);
    }
    let aged = |age: &str| on("0.5 g", &format!(r#""patient":{{"age":"{age}"}}"#));
    assert_eq!(says(&young, &aged("5 a")), [rests]);
    assert_eq!(says(&young, &aged("50 a")), [""; 0]);
    // Of one line among others it is said with its own name.
    let second = of(&[
        item("1", "布洛芬", "0.2 g", "qd"),
        item("2", "对乙酰氨基酚", "0.5 g", "prn"),
    ]);
    let expected = ["rests 对乙酰氨基酚 [2] on [items.2.frequency items.2.max_per_day]"];
    assert_eq!(says(&daily(), &second), expected);
}
