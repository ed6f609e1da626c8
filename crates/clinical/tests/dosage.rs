//! What an item amounts to: one row a case, the prescription above, the number below.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use proptest::prelude::*;
use serde_json::{Value, json};
use shenfang_clinical::dosage::{Content, Dosage, ItemField, Lacking, Reckoned};
use shenfang_clinical::{Item, Measure, Prescription, PrescriptionKind, Route};
use shenfang_units::{Amount, Dimension, Quantity, Unit};

fn sheet(mut value: Value) -> Prescription {
    value["id"] = json!("rx");
    for (at, item) in value["items"].as_array_mut().unwrap().iter_mut().enumerate() {
        item["id"] = json!((at + 1).to_string());
        if item.get("drug").is_none() {
            item["drug"] = json!("某药");
        }
    }
    serde_json::from_str(&value.to_string()).unwrap()
}

fn item(value: Value) -> Prescription {
    sheet(json!({ "items": [value] }))
}

fn dosage(rx: &Prescription) -> Dosage<'_> {
    Dosage {
        prescription: rx,
        item: &rx.items[0],
        piece: rx.kind == Some(PrescriptionKind::Decoction),
    }
}

/// `low..high` in `unit`, or what is lacking.
fn show(reckoned: &Reckoned, unit: &str) -> String {
    let unit = Unit::parse(unit).unwrap();
    let number = |amount: &Amount| amount.in_unit(&unit).unwrap().value.to_string();
    match reckoned {
        Reckoned::Known { low, high } if low == high => number(high),
        Reckoned::Known { low, high } => format!("{}..{}", number(low), number(high)),
        Reckoned::Unmeasured => "unmeasured".to_owned(),
        Reckoned::Unknown { needs, presumed } => format!("{}needs {needs:?}", if *presumed { "presumed " } else { "" }),
    }
}

fn amount(rx: &Prescription, measure: Measure, content: &Content, unit: &str) -> String {
    show(
        &dosage(rx).amount(measure, content, Unit::parse(unit).unwrap().dimension()),
        unit,
    )
}

fn daily(value: Value, unit: &str) -> String {
    amount(&item(value), Measure::Daily, &Content::default(), unit)
}

fn single(value: Value, unit: &str) -> String {
    amount(&item(value), Measure::Single, &Content::default(), unit)
}

fn days(rx: &Prescription) -> String {
    match dosage(rx).duration(&Content::default()) {
        Ok(amount) => amount.in_unit(&Unit::parse("d").unwrap()).unwrap().value.to_string(),
        Err(needs) => format!("needs {needs:?}"),
    }
}

fn amount_of(text: &str) -> Amount {
    Quantity::parse(text).unwrap().amount().unwrap()
}

#[test]
fn a_day_is_what_falls_in_24_hours() {
    for (dose, frequency, expected) in [
        ("0.1 g", "tid", "0.3"),
        ("0.1 g", "q8h", "0.3"),
        ("0.1 g", "每日三次", "0.3"),
        ("0.1 g", "2~3次/日", "0.3"),
        ("30 mg", "q3d", "0.03"),
        ("70 mg", "qw", "0.07"),
        ("10 mg", "每周10次", "0.02"),
        ("10 mg", "biw", "0.01"),
        ("1 g", "q36h", "1"),
        ("1 g", "q5h", "4.8"),
        ("1 g", "st", "1"),
        ("0.5~1 g", "bid", "1..2"),
        ("0.1 g", "tid prn", "0.3"),
        ("适量", "tid", "needs [Dose]"),
        ("0.1 g", "遵医嘱", "needs [Frequency]"),
        ("适量", "遵医嘱", "needs [Dose, Frequency]"),
        ("0.1 g", "prn", "presumed needs [Frequency, MaxPerDay]"),
        ("1e400 g", "tid", "needs [Dose]"),
    ] {
        assert_eq!(
            daily(json!({"dose": dose, "frequency": frequency}), "g"),
            expected,
            "{dose} {frequency}"
        );
    }
    assert_eq!(
        daily(json!({"dose": "0.1 g", "frequency": {"times": 3, "per": "1 d"}}), "g"),
        "0.3"
    );
    assert_eq!(daily(json!({}), "g"), "needs [Dose, Frequency]");
}

#[test]
fn a_rate_is_exact() {
    let per_day = |frequency: &str| {
        dosage(&item(json!({"frequency": frequency})))
            .frequency()
            .map(|n| n.to_string())
    };
    assert_eq!(per_day("q3d"), Ok("≈0.3333".to_owned()));
    assert_eq!(per_day("tid"), Ok("3".to_owned()));
    assert_eq!(per_day("prn"), Err(vec![ItemField::Frequency]));
}

#[test]
fn doses_become_mass_by_the_label() {
    for (strength, dose, expected) in [
        ("0.25 g", "2 片", "0.5"),
        ("50 μg/喷", "2 喷", "0.0001"),
        ("2 ml:80 mg", "1 ml", "0.04"),
        ("80 mg:2 ml", "1 支", "0.08"),
        ("5 mg/mL", "10 mL", "0.05"),
        ("100 mg/5 ml", "10 ml", "0.2"),
        ("0.3g*24粒", "2 粒", "0.6"),
        ("5 mg", "½片", "0.0025"),
        ("1 g", "1 瓶", "1"),
        ("20 g:0.2 g", "1 支", "0.2"),
        ("0.3g*24粒", "1 盒", "7.2"),
        // An amount over a volume does not say how large an ampoule is.
        ("80 mg/2 ml", "1 支", "needs [Strength]"),
        ("0.3 g", "1 盒", "needs [Strength]"),
        ("80万U", "1 支", "needs [Strength]"),
        ("80 mg/5 mg", "1 片", "needs [Strength]"),
        ("复方", "1 片", "needs [Strength]"),
        ("5 mL:25 mg", "1 滴", "needs [Dose]"),
        ("20 g:0.2 g", "1 g", "needs [Dose]"),
    ] {
        assert_eq!(
            single(json!({"strength": strength, "dose": dose}), "g"),
            expected,
            "{strength} {dose}"
        );
    }
    assert_eq!(single(json!({"dose": "1 片"}), "g"), "needs [Strength]");
}

#[test]
fn other_dimensions() {
    assert_eq!(single(json!({"strength": "0.25 g", "dose": "0.5 g"}), "片"), "2");
    assert_eq!(single(json!({"strength": "10 ml", "dose": "2 支"}), "mL"), "20");
    assert_eq!(single(json!({"strength": "2 ml:80 mg", "dose": "80 mg"}), "mL"), "2");
    assert_eq!(single(json!({"strength": "300 U:3 mL", "dose": "16 U"}), "U"), "16");
    assert_eq!(single(json!({"strength": "300 U:3 mL", "dose": "0.1 mL"}), "U"), "10");
}

#[test]
fn combinations_go_by_place() {
    let second = Content {
        position: 1,
        count: 2,
        ..Content::default()
    };
    let of = |value: Value| amount(&item(value), Measure::Daily, &second, "mg");
    assert_eq!(
        of(json!({"strength": "80 mg/5 mg", "dose": "2 片", "frequency": "qd"})),
        "10"
    );
    assert_eq!(
        of(json!({"strength": "(160mg:12.5mg)", "dose": "1 片", "frequency": "qd"})),
        "12.5"
    );
    // One amount for two ingredients says nothing of either, nor does a mass of the whole.
    assert_eq!(
        of(json!({"strength": "85 mg", "dose": "1 片", "frequency": "qd"})),
        "needs [Strength]"
    );
    assert_eq!(
        of(json!({"strength": "80 mg/5 mg", "dose": "85 mg", "frequency": "qd"})),
        "needs [Strength]"
    );
    // The catalogue knows what a unit holds; dose and label in one sense tell the units.
    let known = Content {
        per_unit: Some(amount_of("5 mg")),
        ..second
    };
    let of = |value: Value| amount(&item(value), Measure::Daily, &known, "mg");
    assert_eq!(of(json!({"dose": "2 片", "frequency": "qd"})), "10");
    assert_eq!(
        of(json!({"strength": "85 mg", "dose": "170 mg", "frequency": "qd"})),
        "10"
    );
    assert_eq!(
        of(json!({"strength": "10 ml", "dose": "20 ml", "frequency": "qd"})),
        "10"
    );
    // A label in another order than the catalogue's is not read by place.
    assert_eq!(
        of(json!({"strength": "5 mg/80 mg", "dose": "2 片", "frequency": "qd"})),
        "10"
    );
    assert_eq!(
        of(json!({"strength": "80 mg/10 mg", "dose": "2 片", "frequency": "qd"})),
        "20"
    );
}

#[test]
fn potency_joins_units_and_mass() {
    // 1 mg = 1670 U: a unit is 1/1670 mg
    let potency = amount_of("1 mg").checked_div(amount_of("1670 U"));
    let content = Content {
        potency,
        ..Content::default()
    };
    let of = |value: Value, unit: &str| amount(&item(value), Measure::Single, &content, unit);
    assert_eq!(of(json!({"dose": "167万U"}), "g"), "1");
    assert_eq!(of(json!({"dose": "1 g"}), "万U"), "167");
    assert_eq!(of(json!({"strength": "167万U", "dose": "2 支"}), "g"), "2");
}

#[test]
fn steps_of_one_day_run_together() {
    // 早10U 晚8U
    let insulin = item(json!({"steps": [
        {"from_day": 1, "dose": "10 U", "frequency": "qm"}, {"from_day": 1, "dose": "8 U", "frequency": "qn"}], "duration": "14 d"}));
    assert_eq!(amount(&insulin, Measure::Single, &Content::default(), "U"), "8..10");
    assert_eq!(amount(&insulin, Measure::Daily, &Content::default(), "U"), "18");
    assert_eq!(amount(&insulin, Measure::Course, &Content::default(), "U"), "252");
    assert_eq!(dosage(&insulin).frequency().unwrap().to_string(), "2");
    assert_eq!(days(&insulin), "14");
}

#[test]
fn a_taper_is_judged_on_its_heaviest_day_and_lasts_to_its_last() {
    let taper = item(json!({"steps": [
        {"from_day": 1, "dose": "30 mg", "frequency": "qd", "duration": "3 d"},
        {"from_day": 4, "dose": "20 mg", "frequency": "qd"},
        {"from_day": 7, "dose": "10 mg", "frequency": "qd", "duration": "3 d"}]}));
    let of = |measure| amount(&taper, measure, &Content::default(), "mg");
    assert_eq!(of(Measure::Single), "10..30");
    assert_eq!(of(Measure::Daily), "30");
    assert_eq!(of(Measure::Weekly), "160");
    assert_eq!(of(Measure::Course), "180");
    assert_eq!(days(&taper), "9");

    let loading = item(json!({"strength": "0.25 g", "steps": [
        {"from_day": 1, "dose": "2 片", "frequency": "st"}, {"from_day": 2, "dose": "1 片", "frequency": "qd", "duration": "4 d"}]}));
    assert_eq!(amount(&loading, Measure::Daily, &Content::default(), "g"), "0.5");
    assert_eq!(amount(&loading, Measure::Course, &Content::default(), "g"), "1.5");
    assert_eq!(days(&loading), "5");
}

#[test]
fn what_a_step_lacks_is_lacking() {
    let of = |steps: Value| {
        amount(
            &item(json!({ "steps": steps })),
            Measure::Daily,
            &Content::default(),
            "mg",
        )
    };
    assert_eq!(
        of(json!([{"dose": "30 mg", "frequency": "qd"}, {"dose": "10 mg", "frequency": "qd"}])),
        "needs [Steps]"
    );
    assert_eq!(
        of(json!([{"from_day": 1, "dose": "递减", "frequency": "qd"}])),
        "needs [Steps]"
    );
    assert_eq!(
        of(json!([{"from_day": 1, "dose": "1 片", "frequency": "qd"}])),
        "needs [Strength]"
    );
    assert_eq!(of(json!([])), "needs [Dose, Frequency]");
}

#[test]
fn as_needed_counts_its_maximum() {
    assert_eq!(
        daily(
            json!({"dose": "0.3 g", "frequency": "prn", "max_per_day": "1.2 g"}),
            "g"
        ),
        "0.3..1.2"
    );
    assert_eq!(
        daily(json!({"dose": "0.3 g", "frequency": "prn", "max_per_day": "4 次"}), "g"),
        "1.2"
    );
    assert_eq!(
        daily(
            json!({"dose": "1 片", "strength": "0.3 g", "frequency": "q6h prn", "max_per_day": "4 片"}),
            "g"
        ),
        "0.3..1.2"
    );
    assert_eq!(
        daily(json!({"dose": "0.3 g", "frequency": "prn", "max_per_day": "不限"}), "g"),
        "needs [MaxPerDay]"
    );
    // A maximum without 必要时 does not lower what is ordered.
    assert_eq!(
        daily(json!({"dose": "1 g", "frequency": "qid", "max_per_day": "2 g"}), "g"),
        "4"
    );
}

#[test]
fn local_doses_without_measure() {
    assert_eq!(
        daily(json!({"dose": "适量", "route": "外用", "frequency": "bid"}), "g"),
        "unmeasured"
    );
    assert_eq!(
        daily(json!({"dose": "适量", "route": "口服", "frequency": "bid"}), "g"),
        "needs [Dose]"
    );
    assert_eq!(
        daily(
            json!({"steps": [{"from_day": 1, "dose": "适量", "frequency": "bid"}], "route": "外用"}),
            "g"
        ),
        "unmeasured"
    );
}

#[test]
fn weeks_and_courses() {
    let of = |measure, value: Value| amount(&item(value), measure, &Content::default(), "mg");
    assert_eq!(of(Measure::Weekly, json!({"dose": "10 mg", "frequency": "qd"})), "70");
    assert_eq!(
        of(
            Measure::Weekly,
            json!({"dose": "10 mg", "frequency": "qd", "duration": "3 d"})
        ),
        "30"
    );
    assert_eq!(of(Measure::Weekly, json!({"dose": "10 mg", "frequency": "qw"})), "10");
    assert_eq!(of(Measure::Weekly, json!({"dose": "10 mg", "frequency": "q2w"})), "10");
    assert_eq!(of(Measure::Weekly, json!({"dose": "10 mg", "frequency": "st"})), "10");
    assert_eq!(
        of(
            Measure::Course,
            json!({"dose": "10 mg", "frequency": "tid", "duration": "1周"})
        ),
        "210"
    );
    assert_eq!(
        of(
            Measure::Course,
            json!({"dose": "10 mg", "frequency": "qw", "duration": "28 d"})
        ),
        "40"
    );
    assert_eq!(of(Measure::Course, json!({"dose": "10 mg", "frequency": "st"})), "10");
    assert_eq!(
        of(Measure::Course, json!({"dose": "10 mg", "frequency": "tid"})),
        "needs [Duration]"
    );
}

#[test]
fn how_long_an_item_lasts() {
    for (value, expected) in [
        (json!({"duration": "7 d"}), "7"),
        (json!({"duration": "2周"}), "14"),
        (json!({"duration": "1个月"}), "30"),
        (json!({"duration": "1 a"}), "needs [Duration]"),
        (json!({"duration": "遵医嘱"}), "needs [Duration]"),
        (json!({}), "needs [Duration]"),
        // quantity × pack ÷ daily
        (
            json!({"dose": "1 粒", "frequency": "bid", "quantity": "2 盒", "strength": "0.3g*24粒"}),
            "24",
        ),
        (
            json!({"dose": "0.6 g", "frequency": "bid", "quantity": "2 盒", "strength": "0.3 g", "pack": "24粒/盒"}),
            "12",
        ),
        (
            json!({"dose": "10 mL", "frequency": "tid", "quantity": "2 瓶", "strength": "100 mL:2 g"}),
            "≈6.667",
        ),
        (json!({"dose": "10 g", "frequency": "tid", "quantity": "90 g"}), "3"),
        (json!({"dose": "1 片", "frequency": "qw", "quantity": "4 片"}), "28"),
        (json!({"dose": "1~2 片", "frequency": "tid", "quantity": "24 片"}), "4"),
        (
            json!({"dose": "1 片", "frequency": "q6h prn", "max_per_day": "2 片", "quantity": "10 片"}),
            "5",
        ),
        // with both the longer counts
        (
            json!({"dose": "1 片", "frequency": "qd", "quantity": "28 片", "duration": "7 d"}),
            "28",
        ),
        (
            json!({"dose": "1 片", "frequency": "qd", "quantity": "3 片", "duration": "7 d"}),
            "7",
        ),
        (
            json!({"dose": "1 片", "frequency": "qd", "quantity": "2 盒", "duration": "7 d"}),
            "7",
        ),
        // how many a bottle or box of them holds is not known
        (
            json!({"dose": "1 片", "frequency": "qd", "quantity": "1 瓶", "strength": "5 mg"}),
            "needs [Duration]",
        ),
        (
            json!({"dose": "1 粒", "frequency": "bid", "quantity": "1 盒", "strength": "0.3 g"}),
            "needs [Duration]",
        ),
        (
            json!({"dose": "50 mg", "frequency": "st", "quantity": "1 支", "strength": "50 mg:1 mL"}),
            "1",
        ),
        (
            json!({"dose": "0 mg", "frequency": "qd", "quantity": "10 片", "strength": "5 mg"}),
            "needs [Duration]",
        ),
    ] {
        assert_eq!(days(&item(value.clone())), expected, "{value}");
    }
}

#[test]
fn a_decoction_counts_by_its_doses() {
    let piece = |usage: Value| {
        sheet(json!({"kind": "decoction", "doses": 14, "usage": usage, "items": [{"drug": "附子", "dose": "15 g"}]}))
    };
    let of = |measure, usage: Value| amount(&piece(usage), measure, &Content::default(), "g");
    assert_eq!(of(Measure::Daily, json!({})), "15");
    assert_eq!(of(Measure::Daily, json!({"doses_per_day": 2})), "30");
    assert_eq!(of(Measure::Daily, json!({"doses_per_day": 0.5})), "7.5");
    assert_eq!(of(Measure::Single, json!({"servings": 3})), "5");
    assert_eq!(of(Measure::Single, json!({})), "needs [Servings]");
    assert_eq!(of(Measure::Course, json!({})), "210");
    assert_eq!(days(&piece(json!({}))), "14");
    assert_eq!(days(&piece(json!({"doses_per_day": 0.5}))), "28");
    let unsaid = sheet(json!({"kind": "decoction", "items": [{"drug": "附子", "dose": "15 g"}]}));
    assert_eq!(days(&unsaid), "needs [Duration, SheetDoses]");
}

#[test]
fn a_piece_without_route_goes_the_way_of_its_sheet() {
    let route = |form: &str| {
        dosage(&sheet(
            json!({"kind": "decoction", "usage": {"form": form}, "items": [{}]}),
        ))
        .route()
    };
    assert_eq!(route("汤剂"), Some(Route::Decoction));
    assert_eq!(route("颗粒"), Some(Route::Decoction));
    assert_eq!(route("散剂"), Some(Route::Powder));
    assert_eq!(route("丸剂"), Some(Route::Pill));
    assert_eq!(route("膏方"), Some(Route::Paste));
    assert_eq!(route("外用"), Some(Route::Topical));
    assert_eq!(dosage(&item(json!({}))).route(), None);
    assert_eq!(
        dosage(&sheet(json!({"kind": "decoction", "items": [{"route": "随便"}]}))).route(),
        None
    );
}

#[test]
fn infusions() {
    let rx = sheet(json!({"items": [
        {"strength": "0.5 g", "dose": "1 g", "frequency": "q12h", "infusion": {"group": "A", "rate": "60滴/分"}},
        {"strength": "250 mL", "dose": "250 mL", "frequency": "q12h", "infusion": {"group": "A"}},
        {"strength": "2 ml:80 mg", "dose": "80 mg", "infusion": {"group": "A"}},
        {"dose": "1 支", "infusion": {"group": "B"}}]}));
    let concentration = |group: &[&Item]| {
        dosage(&rx)
            .concentration(&Content::default(), group)
            .map(|c| c.in_unit(&Unit::parse("mg/mL").unwrap()).unwrap().value.to_string())
    };
    assert_eq!(concentration(&[&rx.items[0], &rx.items[1]]), Ok("4".to_owned()));
    assert_eq!(
        concentration(&[&rx.items[1]]),
        Ok("4".to_owned()),
        "the item itself is always of its group"
    );
    assert_eq!(
        concentration(&[&rx.items[0], &rx.items[1], &rx.items[2]]),
        Ok("≈3.968".to_owned())
    );
    assert_eq!(
        concentration(&[&rx.items[0], &rx.items[3]]),
        Err(vec![Lacking {
            member: Some(1),
            field: ItemField::Strength
        }])
    );
    assert_eq!(concentration(&[&rx.items[0]]), Err(vec![ItemField::Group.into()]));
    let rate = |rate: &str| {
        dosage(&item(json!({"infusion": {"rate": rate}})))
            .rate()
            .map(|r| r.in_unit(&Unit::parse("mL/h").unwrap()).map(|q| q.value.to_string()))
    };
    assert_eq!(rate("60滴/分"), Ok(Some("180".to_owned())));
    assert_eq!(rate("3 mL/min"), Ok(Some("180".to_owned())));
    assert_eq!(rate("慢滴"), Err(vec![ItemField::Rate]));
}

#[test]
fn paths_of_fields() {
    assert_eq!(ItemField::Duration.path("2", false), "items.2.duration");
    assert_eq!(ItemField::Rate.path("2", true), "current_medications.2.infusion.rate");
    assert_eq!(ItemField::SheetDoses.path("2", false), "doses");
    assert_eq!(ItemField::Servings.path("2", false), "usage.servings");
}

proptest! {
    /// More is never less: a larger dose, a larger frequency, a longer duration never lower an amount.
    #[test]
    fn amounts_never_fall_when_the_dose_rises(dose in 1_u32..100_000, more in 0_u32..1000, frequency in prop::sample::select(vec!["qd", "tid", "q5h", "q3d", "qw", "q36h", "st", "tid prn", "每周10次"]), days in 1_u32..100) {
        let of = |dose: u32, measure| {
            let rx = item(json!({"dose": format!("{dose} mg"), "frequency": frequency, "duration": format!("{days} d")}));
            match dosage(&rx).amount(measure, &Content::default(), Dimension::MASS) {
                Reckoned::Known { low, high } => { assert!(low.value <= high.value); high.value }
                other => panic!("{other:?}"),
            }
        };
        for measure in [Measure::Single, Measure::Daily, Measure::Weekly, Measure::Course] {
            prop_assert!(of(dose, measure) <= of(dose + more, measure));
        }
        prop_assert!(of(dose, Measure::Single) <= of(dose, Measure::Daily));
        prop_assert!(of(dose, Measure::Daily) <= of(dose, Measure::Course));
    }

    /// Whatever stands in the fields, the arithmetic answers.
    #[test]
    fn no_text_is_too_strange(dose in ".{0,12}|[0-9]{1,40}(mg|片|U|mL)", strength in ".{0,12}|[0-9]{1,20}(mg|ml):[0-9]{1,20}(mg|ml)", frequency in ".{0,8}|q[0-9]{1,8}h", quantity in "[0-9]{1,20}(盒|片|g)", servings in 1_u32..u32::MAX, piece: bool) {
        let rx = sheet(json!({"usage": {"servings": servings}, "doses": 7, "items": [{"dose": dose, "strength": strength, "frequency": frequency, "quantity": quantity, "max_per_day": dose}]}));
        let dosage = Dosage { prescription: &rx, item: &rx.items[0], piece };
        for dimension in [Dimension::MASS, Dimension::VOLUME, Dimension::COUNT, Dimension::BIOLOGICAL] {
            for measure in Measure::ALL {
                let _ = dosage.amount(*measure, &Content::default(), dimension);
            }
        }
        let _ = (dosage.duration(&Content::default()), dosage.frequency(), dosage.concentration(&Content::default(), &[]));
    }
}
