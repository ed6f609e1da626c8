//! What a field says: JSON above, the value below. Faults and their places are specified where records are read, in `wire`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use serde_json::{Value, json};
use shenfang_clinical::{
    ConditionStatus, Dose, DoseForm, Footnote, ObservationValue, Prescription, Setting, Sex, SkinTestResult, Stated,
    Title,
};
use shenfang_units::Comparison;

fn read(record: Value) -> Prescription {
    serde_json::from_str(&record.to_string()).unwrap()
}

fn patient(patient: Value) -> shenfang_clinical::Patient {
    read(json!({"id": "rx", "items": [], "patient": patient})).patient
}

fn item(item: Value) -> shenfang_clinical::Item {
    read(json!({"id": "rx", "items": [item]})).items.pop().unwrap()
}

#[test]
fn absent_and_null_are_unknown_and_an_empty_list_is_none() {
    let absent = patient(json!({"allergies": null, "weight": null, "sex": null}));
    assert_eq!(absent, patient(json!({})));
    assert_eq!(absent.allergies, None);
    assert_eq!(patient(json!({"allergies": []})).allergies, Some(vec![]));
    assert!(absent.weight.is_absent());
    assert_eq!(
        read(json!({"id": "rx", "patient": null, "institution": null, "usage": null})),
        read(json!({"id": "rx"}))
    );
}

#[test]
fn quantities_are_text_or_value_and_unit() {
    for written in [
        json!("2.5 mg"),
        json!({"value": 2.5, "unit": "mg"}),
        json!({"value": "2.5", "unit": "mg"}),
        json!("2.5mg"),
    ] {
        let dose = item(json!({"dose": written})).dose;
        let Some(Dose::Measured(range)) = dose.value() else {
            panic!("{dose:?}")
        };
        assert_eq!(range.to_string(), "2.5 mg");
    }
    let weight = patient(json!({"weight": {"value": 60, "unit": "kg"}})).weight;
    assert_eq!(
        (weight.value().unwrap().to_string(), weight.text()),
        ("60 kg".to_owned(), Some("60 kg"))
    );
}

#[test]
fn what_cannot_be_read_is_kept() {
    for (field, text) in [
        ("dose", "适量"),
        ("dose", "遵医嘱"),
        ("dose", "5"),
        ("dose", "-5 mg"),
        ("dose", "2~1 片"),
        ("dose", "5 furlongs"),
        ("frequency", "遵医嘱"),
        ("route", "含服"),
        ("duration", "长期"),
        ("duration", "1年"),
        ("duration", "5 mg"),
        ("quantity", "若干"),
        ("strength", "复方"),
        ("pack", "大盒"),
        ("max_per_day", "不限"),
    ] {
        let read = item(json!({ field: text }));
        let unreadable = match field {
            "dose" => read.dose.unreadable(),
            "frequency" => read.frequency.unreadable(),
            "route" => read.route.unreadable(),
            "duration" => read.duration.unreadable(),
            "quantity" => read.quantity.unreadable(),
            "strength" => read.strength.unreadable(),
            "pack" => read.pack.unreadable(),
            _ => read.max_per_day.unreadable(),
        };
        assert_eq!(unreadable, Some(text), "{field} {text}");
    }
    assert_eq!(
        patient(json!({"weight": {"value": 60}})).weight.unreadable(),
        Some("60")
    );
    assert_eq!(
        patient(json!({"weight": {"unit": "kg"}})).weight.unreadable(),
        Some("kg")
    );
    assert!(
        patient(json!({"weight": "  "})).weight.is_absent(),
        "blanks say nothing"
    );
    assert!(patient(json!({"weight": {}})).weight.is_absent());
    let huge: Prescription = serde_json::from_str(
        r#"{"id": "rx", "items": [{"id": "1", "drug": "x", "dose": {"value": 1e400, "unit": "mg"}}]}"#,
    )
    .unwrap();
    assert_eq!(huge.items[0].dose.unreadable(), Some("1e+400 mg"));
}

#[test]
fn a_dose_without_measure_is_stated_on_a_local_route() {
    let unmeasured = |value: Value| matches!(item(value).dose.value(), Some(Dose::Unmeasured));
    assert!(unmeasured(json!({"dose": "适量", "route": "外用"})));
    assert!(
        unmeasured(json!({"route": "滴眼", "dose": " 适量 "})),
        "in any order of the fields"
    );
    assert!(!unmeasured(json!({"dose": "适量", "route": "口服"})));
    assert!(!unmeasured(json!({"dose": "适量"})));
    assert!(!unmeasured(json!({"dose": "遵医嘱", "route": "外用"})));
    let external =
        read(json!({"id": "rx", "kind": "decoction", "items": [{"dose": "适量"}], "usage": {"form": "外用"}}));
    assert!(matches!(external.items[0].dose.value(), Some(Dose::Unmeasured)));
}

#[test]
fn words_are_codes_or_chinese() {
    assert_eq!(patient(json!({"sex": "女"})).sex, Some(Sex::Female));
    assert_eq!(patient(json!({"sex": " male "})).sex, Some(Sex::Male));
    assert_eq!(
        read(json!({"id": "rx", "setting": "互联网诊疗"})).setting,
        Some(Setting::Internet)
    );
    assert_eq!(
        read(json!({"id": "rx", "prescriber": {"title": "副主任医师"}}))
            .prescriber
            .title,
        Some(Title::AssociateChief)
    );
    for form in ["片", "片剂", "tablet", "Tablet"] {
        assert_eq!(item(json!({ "form": form })).form, Some(DoseForm::Tablet));
    }
    assert_eq!(item(json!({"form": "洗"})).form, Some(DoseForm::Lotion));
}

#[test]
fn drugs_allergies_conditions() {
    assert_eq!(
        item(json!({"drug": "华法林钠片"})).drug.name.as_deref(),
        Some("华法林钠片")
    );
    assert_eq!(
        item(json!({"drug": {"code": "ATC:B01AA03"}})).drug.code.as_deref(),
        Some("ATC:B01AA03")
    );
    let allergies = patient(
        json!({"allergies": ["磺胺", {"code": "ATC:J01C", "name": "青霉素类", "kind": "intolerance", "severe": true}]}),
    )
    .allergies
    .unwrap();
    assert_eq!(
        (allergies[0].to.name.as_deref(), allergies[0].intolerance),
        (Some("磺胺"), false)
    );
    assert_eq!((allergies[1].intolerance, allergies[1].severe), (true, Some(true)));
    assert_eq!(allergies[1].status, ConditionStatus::Active);
    let statuses = ["active", "既往", "suspected", "family"].map(|status| json!({"name": "磺胺", "status": status}));
    let allergies = patient(json!({ "allergies": statuses })).allergies.unwrap();
    use ConditionStatus::{Active, Family, Past, Suspected};
    assert_eq!(
        allergies.iter().map(|a| a.status).collect::<Vec<_>>(),
        [Active, Past, Suspected, Family]
    );
    let conditions = patient(json!({"conditions": ["哮喘", {"name": "痛风", "status": "past"}]}))
        .conditions
        .unwrap();
    assert_eq!(
        (conditions[0].status, conditions[1].status),
        (ConditionStatus::Active, ConditionStatus::Past)
    );
}

#[test]
fn observations() {
    let read = |value: Value| {
        patient(json!({ "observations": [value] }))
            .observations
            .unwrap()
            .pop()
            .unwrap()
    };
    let shown = |value: Value| {
        let observation = read(value);
        let sign = observation.comparator.map_or("", Comparison::sign);
        match observation.value {
            ObservationValue::Quantity(quantity) => format!("{sign}{quantity}"),
            ObservationValue::Text(text) => format!("text {sign}{text}"),
            ObservationValue::Absent => "absent".to_owned(),
        }
    };
    assert_eq!(shown(json!({"name": "INR", "value": 2.3, "unit": "1"})), "2.3");
    assert_eq!(
        shown(json!({"name": "K", "value": "3.5", "unit": "mmol/L"})),
        "3.5 mmol/L"
    );
    assert_eq!(shown(json!({"name": "K", "value": "3.5 mmol/L"})), "3.5 mmol/L");
    assert_eq!(
        shown(json!({"name": "eGFR", "value": 90, "comparator": ">", "unit": "mL/min/{1.73_m2}"})),
        ">90 mL/min/{1.73_m2}"
    );
    assert_eq!(
        shown(json!({"name": "CRP", "value": "＜0.5", "unit": "mg/L"})),
        "<0.5 mg/L"
    );
    assert_eq!(shown(json!({"name": "HLA-B*1502", "value": "阳性"})), "text 阳性");
    assert_eq!(shown(json!({"name": "INR", "value": 2.3})), "text 2.3");
    assert_eq!(
        shown(json!({"name": "INR", "value": 2.3, "unit": "furlong"})),
        "text 2.3 furlong"
    );
    assert_eq!(shown(json!({"name": "INR"})), "absent");
}

#[test]
fn footnotes_are_one_text_or_a_list() {
    let notes = |value: Value| -> Vec<Option<Footnote>> {
        item(json!({ "preparation": value }))
            .preparation
            .unwrap()
            .iter()
            .map(|note| note.value().copied())
            .collect()
    };
    assert_eq!(notes(json!("先煎")), [Some(Footnote::DecoctFirst)]);
    assert_eq!(
        notes(json!("先煎、包煎")),
        [Some(Footnote::DecoctFirst), Some(Footnote::Wrapped)]
    );
    assert_eq!(
        notes(json!(["后下", "另煎"])),
        [Some(Footnote::DecoctLater), Some(Footnote::Separately)]
    );
    assert_eq!(notes(json!("先煎30分钟")), [Some(Footnote::DecoctFirst)]);
    assert_eq!(notes(json!("先煎(1小时)")), [Some(Footnote::DecoctFirst)]);
    assert_eq!(notes(json!("先煎黑豆")), [None]);
    assert_eq!(notes(json!("")), []);
    assert_eq!(item(json!({})).preparation, None);
    assert!(
        matches!(&item(json!({"preparation": "蜜炙"})).preparation.unwrap()[0], Stated::Unreadable(text) if &**text == "蜜炙")
    );
}

#[test]
fn skin_tests_infusions_steps() {
    assert_eq!(
        item(json!({"skin_test": "阴性"})).skin_test.unwrap().result,
        SkinTestResult::Negative
    );
    assert_eq!(
        item(json!({"skin_test": "（-）"})).skin_test.unwrap().result,
        SkinTestResult::Negative
    );
    let test = item(json!({"skin_test": {"result": "positive", "at": "2026-11-21T08:00:00+08:00", "batch": "B7"}}))
        .skin_test
        .unwrap();
    assert_eq!(
        (test.result, test.batch.as_deref()),
        (SkinTestResult::Positive, Some("B7"))
    );
    let infusion = item(json!({"infusion": {"group": "A", "rate": "60 mL/h", "over": "60 min"}}))
        .infusion
        .unwrap();
    assert!(infusion.rate.value().is_some() && infusion.over.value().is_some());
    let steps = item(json!({"steps": [{"from_day": 1, "dose": "30 mg", "frequency": "qd", "duration": "3 d"}]}))
        .steps
        .unwrap();
    assert_eq!(steps[0].from_day, Some(1));
}

#[test]
fn sheets_of_decoctions() {
    for doses in [
        json!(7),
        json!("7"),
        json!("7剂"),
        json!("共7剂"),
        json!("7 付"),
        json!({"value": 7, "unit": "剂"}),
    ] {
        let read = read(json!({"id": "rx", "doses": doses}));
        assert_eq!(read.doses.value().unwrap().value.to_string(), "7");
    }
    assert_eq!(
        read(json!({"id": "rx", "doses": "七天"})).doses.unreadable(),
        Some("七天")
    );
    let usage = read(json!({"id": "rx", "usage": {"doses_per_day": 0.5, "servings": 2, "form": "膏方"}})).usage;
    assert_eq!(
        (
            usage.doses_per_day.unwrap().to_string(),
            usage.servings.unwrap().to_string()
        ),
        ("0.5".to_owned(), "2".to_owned())
    );
}

#[test]
fn extra_is_passed_over_wherever_it_stands() {
    let plain = read(json!({"id": "rx", "items": [{"id": "1", "drug": "x"}]}));
    assert_eq!(
        read(
            json!({"id": "rx", "extra": {"a": [1, {"id": 2}]}, "items": [{"id": "1", "drug": "x", "extra": {"b": null}}], "patient": {"extra": {}}})
        ),
        plain
    );
}

#[test]
fn durations_in_words() {
    for (text, days) in [("7天", "7 天"), ("十四天", "14 天"), ("共二十一日", "21 日")] {
        let duration = item(json!({"duration": text})).duration;
        assert_eq!(
            duration.value().map(ToString::to_string).as_deref(),
            Some(days),
            "{text}"
        );
    }
}

#[test]
fn zero_is_a_place_left_to_be_filled() {
    for field in ["dose", "duration", "quantity", "max_per_day"] {
        let unit = if field == "duration" { "d" } else { "片" };
        let line = item(json!({field: format!("0 {unit}")}));
        let text = [
            line.dose.unreadable(),
            line.duration.unreadable(),
            line.quantity.unreadable(),
            line.max_per_day.unreadable(),
        ];
        assert_eq!(text.into_iter().flatten().count(), 1, "{field}");
    }
    assert_eq!(patient(json!({"weight": "0 kg"})).weight.unreadable(), Some("0 kg"));
    assert_eq!(read(json!({"id": "rx", "doses": 0})).doses.unreadable(), Some("0"));
    let steps = item(json!({"steps": [{"from_day": 1, "dose": "0 U"}]})).steps.unwrap();
    assert!(steps[0].dose.value().is_some(), "中0U is none at noon");
}
