//! Facts of the patient: the record above, what rules see below.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use jiff::civil::date;
use serde_json::{Value, json};
use shenfang_clinical::derive::{Measured, PatientFacts, days_until_presented, newest_observation, stopped_within};
use shenfang_clinical::{AgeFact, Prescription, calendar::Moment};
use shenfang_units::{CalendarUnit, Comparison, Ratio, Truth};

fn sheet(patient: Value, more: Value) -> Prescription {
    let mut record = json!({"id": "rx", "items": [], "authored_on": "2026-11-22T09:30:00+08:00", "patient": patient});
    for (key, value) in more.as_object().unwrap() {
        record[key] = value.clone();
    }
    serde_json::from_str(&record.to_string()).unwrap()
}

fn facts(patient: Value) -> PatientFacts<'static> {
    PatientFacts::of(Box::leak(Box::new(sheet(patient, json!({})))), None)
}

fn shown(measured: Option<&Measured>) -> String {
    measured.map_or("-".to_owned(), Measured::shown)
}

fn age(patient: Value) -> AgeFact {
    facts(patient).age.unwrap()
}

/// `>= 65 a`
fn compare(age: &AgeFact, text: &str) -> char {
    let mut words = text.split(' ');
    let op = match words.next().unwrap() {
        "<" => Comparison::Less,
        "<=" => Comparison::AtMost,
        "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        ">=" => Comparison::AtLeast,
        ">" => Comparison::Greater,
        other => panic!("{other}"),
    };
    let n = Ratio::parse_decimal(words.next().unwrap()).unwrap();
    let unit = match words.next().unwrap() {
        "a" => CalendarUnit::Year,
        "mo" => CalendarUnit::Month,
        "wk" => CalendarUnit::Week,
        "d" => CalendarUnit::Day,
        "h" => CalendarUnit::Hour,
        other => panic!("{other}"),
    };
    match age.compare(op, n, unit) {
        Truth::True => 'T',
        Truth::False => 'F',
        Truth::Unknown => '?',
    }
}

#[test]
fn ages_from_a_birth_date_turn_on_the_day() {
    // written on 2026-11-22
    for (birth, question, expected) in [
        ("1961-11-22", ">= 65 a", 'T'),
        ("1961-11-23", ">= 65 a", 'F'),
        ("1961-11-22", "> 65 a", 'F'),
        ("1961-11-21", "> 65 a", 'T'),
        ("1961-11-22", "<= 65 a", 'T'),
        ("1961-11-22", "= 65 a", 'T'),
        ("2026-08-22", ">= 3 mo", 'T'),
        ("2026-08-23", ">= 3 mo", 'F'),
        ("2025-05-22", ">= 1.5 a", 'T'),
        ("2025-05-23", ">= 1.5 a", 'F'),
        ("2026-10-25", ">= 4 wk", 'T'),
        ("2026-10-26", "< 28 d", 'T'),
        ("2026-11-22", ">= 0 d", 'T'),
        ("2026-11-19", ">= 72 h", '?'),
        ("2026-11-20", ">= 72 h", 'F'),
        ("2026-11-18", ">= 72 h", 'T'),
        ("2026-10-01", "< 1.5 mo", '?'),
        ("2026-11-01", "< 1.5 mo", 'T'),
    ] {
        assert_eq!(
            compare(&age(json!({ "birth_date": birth })), question),
            expected,
            "{birth} {question}"
        );
    }
}

#[test]
fn the_birthday_of_29_february_is_1_march() {
    let on = |day| AgeFact::Born {
        birth: date(2008, 2, 29),
        on: day,
    };
    assert_eq!(compare(&on(date(2026, 2, 28)), ">= 18 a"), 'F');
    assert_eq!(compare(&on(date(2026, 3, 1)), ">= 18 a"), 'T');
    assert_eq!(compare(&on(date(2024, 2, 29)), ">= 16 a"), 'T');
}

#[test]
fn a_stated_age_is_so_many_completed_units() {
    for (stated, question, expected) in [
        ("65 a", ">= 65 a", 'T'),
        ("65 a", "> 65 a", '?'),
        ("65 a", "< 66 a", 'T'),
        ("64 a", ">= 65 a", 'F'),
        ("3 岁", ">= 40 mo", '?'),
        ("3 岁", ">= 36 mo", 'T'),
        ("3 岁", ">= 48 mo", 'F'),
        ("3岁5月", ">= 40 mo", 'T'),
        ("8 mo", "< 1 a", 'T'),
        ("28天", ">= 28 d", 'T'),
        ("28天", "< 1 mo", '?'),
        ("27天", "< 1 mo", 'T'),
        ("31天", ">= 1 mo", 'T'),
        ("30天", ">= 1 mo", '?'),
        ("40天", "< 1 a", 'T'),
        ("6周", ">= 40 d", 'T'),
        ("6周", ">= 45 d", '?'),
        ("70 a", ">= 20000 d", 'T'),
        ("2 a", "< 800 d", '?'),
        ("12小时", "< 1 d", 'T'),
        ("36小时", ">= 1 d", 'T'),
    ] {
        assert_eq!(
            compare(&age(json!({ "age": stated })), question),
            expected,
            "{stated} {question}"
        );
    }
}

#[test]
fn ages_as_shown() {
    for (birth, expected) in [
        ("1958-03-02", "68 a"),
        ("2026-06-20", "5 mo"),
        ("2026-11-02", "20 d"),
        ("2025-06-20", "1 a 5 mo"),
        ("2023-11-22", "3 a"),
    ] {
        assert_eq!(age(json!({ "birth_date": birth })).shown(), expected);
    }
    assert_eq!(age(json!({"age": "3岁5月"})).shown(), "3 a 5 mo");
    assert_eq!(age(json!({"age": "3岁5月"})).unit(), CalendarUnit::Month);
    assert_eq!(
        age(json!({"birth_date": "1958-03-02", "age": "68岁"})).unit(),
        CalendarUnit::Day
    );
    assert_eq!(facts(json!({"age": "成人"})).age, None);
}

#[test]
fn without_a_day_an_age_needs_to_be_stated() {
    let rx: Prescription =
        serde_json::from_str(r#"{"id": "rx", "items": [], "patient": {"birth_date": "1958-03-02"}}"#).unwrap();
    assert_eq!(PatientFacts::of(&rx, None).age, None);
    assert_eq!(
        PatientFacts::of(&rx, Some(date(2026, 3, 2))).age.unwrap().shown(),
        "68 a"
    );
    let both: Prescription =
        serde_json::from_str(r#"{"id": "rx", "items": [], "patient": {"birth_date": "1958-03-02", "age": "70 a"}}"#)
            .unwrap();
    assert_eq!(
        PatientFacts::of(&both, Some(date(2026, 3, 2))).age,
        None,
        "a contradiction is unknown"
    );
}

#[test]
fn body_surface_and_kidney_function() {
    let facts = facts(json!({
        "sex": "female", "birth_date": "1958-03-02", "weight": "60 kg", "height": {"value": 158, "unit": "cm"},
        "observations": [{"code": "LOINC:14682-9", "value": 88, "unit": "umol/L", "at": "2026-11-20"}]
    }));
    assert_eq!(shown(facts.bsa()), "1.62 m2");
    assert_eq!(facts.bsa().unwrap().derived().unwrap(), "Mosteller: 158 cm, 60 kg");
    assert_eq!(shown(facts.egfr()), "62 mL/min/{1.73_m2}");
    assert_eq!(
        facts.egfr().unwrap().derived().unwrap(),
        "CKD-EPI 2021: creatinine 88 umol/L, 68 a, female"
    );
    assert_eq!(shown(facts.crcl()), "51 mL/min");
    assert_eq!(
        facts.crcl().unwrap().derived().unwrap(),
        "Cockcroft–Gault: creatinine 88 umol/L, 68 a, female, 60 kg"
    );
}

#[test]
fn what_is_given_or_observed_is_not_computed() {
    let creatinine = json!({"name": "肌酐", "value": 1.0, "unit": "mg/dL", "at": "2026-11-20"});
    let adult = |more: Value| {
        let mut patient = json!({"sex": "male", "age": "50 a", "observations": [creatinine]});
        for (key, value) in more.as_object().unwrap() {
            patient[key] = value.clone();
        }
        shown(facts(patient).egfr())
    };
    assert_eq!(adult(json!({})), "92 mL/min/{1.73_m2}");
    assert_eq!(adult(json!({"egfr": "24 mL/min/{1.73_m2}"})), "24 mL/min/{1.73_m2}");
    assert_eq!(
        adult(json!({"egfr": "偏低"})),
        "-",
        "what is stated but unreadable is unknown"
    );
    assert_eq!(adult(json!({"egfr": "24 mL/min"})), "-");
    assert_eq!(adult(json!({"age": "17 a"})), "-");
    assert_eq!(adult(json!({"sex": null})), "-");
    let observed = json!({"code": "LOINC:62238-1", "value": 90, "unit": "mL/min/{1.73_m2}", "comparator": ">", "at": "2026-11-01"});
    assert_eq!(
        adult(json!({"observations": [creatinine, observed]})),
        ">90 mL/min/{1.73_m2}"
    );
    for (field, value) in [
        ("comparator", json!("<")),
        ("at", json!("2026-11-23")),
        ("at", json!("2026-08-01")),
        ("at", json!(null)),
        ("value", json!("溶血")),
        ("unit", json!("mmHg")),
        ("value", json!(0)),
    ] {
        let mut unusable = creatinine.clone();
        unusable[field] = value;
        assert_eq!(adult(json!({ "observations": [unusable] })), "-", "{unusable}");
    }
}

#[test]
fn the_newest_observation_counts() {
    let rx = sheet(
        json!({"observations": [
        {"code": "LOINC:6301-6", "name": "INR", "value": 2.3, "unit": "1", "at": "2026-11-20"},
        {"name": "INR", "value": 4.1, "unit": "1", "at": "2026-11-21"},
        {"name": "INR", "value": 9, "unit": "1", "at": "2026-11-22T10:00:00+08:00"},
        {"name": "ＩＮＲ", "value": 1.1, "unit": "1"}]}),
        json!({}),
    );
    let newest = |keys: &[&str], within| {
        newest_observation(&rx, Some(date(2026, 11, 22)), keys, Ratio::integer(within))
            .and_then(|o| Some(o.at.as_ref()?.date.to_string()))
    };
    assert_eq!(newest(&["inr"], 90), Some("2026-11-21".to_owned()));
    assert_eq!(newest(&["6301-6"], 90), Some("2026-11-20".to_owned()));
    assert_eq!(newest(&["6301-6"], 1), None);
    assert_eq!(newest(&["IN"], 90), None, "names are whole");
    assert_eq!(newest_observation(&rx, None, &["inr"], Ratio::integer(90)), None);
}

#[test]
fn pregnancy() {
    for (patient, diagnoses, expected) in [
        (json!({}), json!([]), None),
        (json!({"pregnant": false}), json!([]), Some(false)),
        (json!({"sex": "male", "pregnant": true}), json!([]), Some(false)),
        (json!({}), json!(["早孕"]), Some(true)),
        (json!({}), json!(["孕12周"]), Some(true)),
        (json!({}), json!(["宫内孕12+3周"]), Some(true)),
        (json!({}), json!([{"code": "ICD10:O09.900x001"}]), Some(true)),
        (json!({}), json!([{"code": "Z34.9"}]), Some(true)),
        (json!({"pregnant": false}), json!(["妊娠合并贫血"]), None),
        (json!({"pregnant": true}), json!(["早孕"]), Some(true)),
        (json!({}), json!([{"code": "ICD10:O80.9"}]), None),
        (json!({}), json!([{"code": "Z30.0"}]), None),
        (json!({}), json!(["不孕症"]), None),
        (json!({"pregnant": false}), json!(["妊娠期高血压病史"]), Some(false)),
        (json!({"pregnant": false}), json!(["早孕；剖宫产史"]), None),
        (
            json!({"pregnant": false}),
            json!(["妊娠合并子宫瘢痕（剖宫产史）"]),
            None,
        ),
        (json!({}), json!(["孕12周 不良孕产史"]), Some(true)),
        (json!({"gestation": "20 wk"}), json!([]), Some(true)),
        (
            json!({"conditions": [{"name": "妊娠", "status": "past"}]}),
            json!([]),
            None,
        ),
        (json!({"conditions": ["妊娠"]}), json!([]), Some(true)),
    ] {
        let rx = sheet(patient.clone(), json!({"diagnoses": diagnoses}));
        assert_eq!(PatientFacts::of(&rx, None).pregnant, expected, "{patient} {diagnoses}");
    }
    assert_eq!(facts(json!({"sex": "male"})).lactating, Some(false));
    assert_eq!(facts(json!({"sex": "female"})).lactating, None);
}

#[test]
fn gestation() {
    assert_eq!(shown(facts(json!({"gestation": "20 wk"})).gestation()), "20 wk");
    assert_eq!(shown(facts(json!({"gestation": "20+3周"})).gestation()), "20 wk 3 d");
    assert_eq!(
        shown(facts(json!({"pregnant": true, "lmp": "2026-09-10"})).gestation()),
        "10 wk 3 d"
    );
    assert_eq!(
        shown(facts(json!({"lmp": "2026-09-10"})).gestation()),
        "-",
        "a period dates no pregnancy by itself"
    );
    assert_eq!(
        shown(facts(json!({"pregnant": true, "lmp": "2025-09-10"})).gestation()),
        "-"
    );
    assert_eq!(
        shown(facts(json!({"pregnant": true, "lmp": "2026-12-10"})).gestation()),
        "-"
    );
}

#[test]
fn days_and_windows() {
    let rx = sheet(json!({}), json!({"presented_on": "2026-11-25"}));
    assert_eq!(days_until_presented(&rx), Some(Ratio::integer(3)));
    assert_eq!(days_until_presented(&sheet(json!({}), json!({}))), None);
    let stopped = Moment::parse("2026-11-08").unwrap();
    let within = |today, days| stopped_within(&stopped, today, Ratio::integer(days));
    assert_eq!(within(Some(date(2026, 11, 22)), 14), Truth::True);
    assert_eq!(within(Some(date(2026, 11, 23)), 14), Truth::False);
    assert_eq!(within(None, 14), Truth::Unknown);
}
