//! What people type, and what it is read as: quantities, ranges, ages, everyday words, refusals.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
use shenfang_units::{
    Base, CalendarUnit, Dimension, NumberError, Quantity, QuantityError, QuantityRange, Ratio, Unit, UnitError,
    everyday_words,
};
use std::collections::BTreeSet;

fn unit(text: &str) -> Unit {
    Unit::parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn decimal(text: &str) -> Ratio {
    Ratio::parse_decimal(text).unwrap()
}

#[test]
fn quantities_as_people_type_them() {
    for (written, read) in [
        ("2.5 mg", "2.5 mg"),
        ("2.5mg", "2.5 mg"),
        ("２．５ｍｇ", "2.5 mg"),
        ("9克", "9 克"),
        ("9　克", "9 克"),
        ("80万U", "80 万U"),
        ("80 万单位", "80 万单位"),
        ("0.5亿单位", "0.5 亿单位"),
        ("½片", "0.5 片"),
        ("1½片", "1.5 片"),
        ("2¼ g", "2.25 g"),
        ("半片", "0.5 片"),
        ("1/2片", "0.5 片"),
        ("3/4 支", "0.75 支"),
        ("1片半", "1.5 片"),
        ("两片", "2 片"),
        ("一日", "1 日"),
        ("3岁5月", "41 月"),
        ("3岁5个月", "41 月"),
        ("1岁半", "18 月"),
        ("28天", "28 天"),
        ("8 mo", "8 mo"),
        ("1e3 U", "1000 U"),
        ("5 10*9/L", "5 10*9/L"),
        ("5.2×10⁹/L", "5.2 10*9/L"),
        ("5.2*10^9/L", "5.2 10*9/L"),
        ("90 ml/min/1.73m²", "90 ml/min/{1.73_m2}"),
        ("90 mL / (min · 1.73 m2)", "90 mL/(min.{1.73_m2})"),
        ("50 μg/喷", "50 μg/喷"),
        ("50 µg/喷", "50 μg/喷"),
        ("60㎏", "60 kg"),
        ("1.73 m²", "1.73 m2"),
        ("5%", "5 %"),
        ("2.3 1", "2.3"),
        ("20 gtt/min", "20 gtt/min"),
    ] {
        match Quantity::parse(written) {
            Ok(q) => assert_eq!(q.to_string(), read, "{written}"),
            Err(e) => panic!("{written}: {e:?}"),
        }
    }
}

#[test]
fn ranges_as_people_type_them() {
    for (written, read) in [
        ("2.5 mg", "2.5 mg"),
        ("1~2 片", "1~2 片"),
        ("1～2片", "1~2 片"),
        ("1-2片", "1~2 片"),
        ("1—2片", "1~2 片"),
        ("1——2片", "1~2 片"),
        ("1–2片", "1~2 片"),
        ("1至2片", "1~2 片"),
        ("1到2片", "1~2 片"),
        ("1 - 2 片", "1~2 片"),
        ("1片~2片", "1~2 片"),
        ("1片-2片", "1~2 片"),
        ("0.1-0.2g", "0.1~0.2 g"),
        ("0.5～1 g", "0.5~1 g"),
        ("0.1g-0.2g", "0.1~0.2 g"),
        ("500 mg~1 g", "500 mg~1 g"),
        ("1/2~1片", "0.5~1 片"),
        ("半片至1片", "0.5~1 片"),
        ("5 s-1", "5 s-1"),
        ("10-20滴/分", "10~20 滴/分"),
        ("2~2片", "2 片"),
    ] {
        match QuantityRange::parse(written) {
            Ok(q) => assert_eq!(q.to_string(), read, "{written}"),
            Err(e) => panic!("{written}: {e:?}"),
        }
    }
    for (written, error) in [
        ("2~1 片", QuantityError::Reversed),
        ("1 g~500 mg", QuantityError::Reversed),
        ("1~2", QuantityError::NoUnit),
        ("-1~2 片", QuantityError::Negative),
        ("1~-2 片", QuantityError::Negative),
        ("1片~2粒", QuantityError::Number(NumberError::Syntax)),
        ("1 g~2 mL", QuantityError::Number(NumberError::Syntax)),
    ] {
        assert_eq!(QuantityRange::parse(written), Err(error), "{written}");
    }
    assert!(QuantityRange::parse("1~2~3 片").is_err());
}

#[test]
fn what_is_no_quantity_is_refused() {
    let syntax = || QuantityError::Number(NumberError::Syntax);
    for (written, error) in [
        ("", syntax()),
        ("适量", syntax()),
        ("遵医嘱", syntax()),
        ("mg", syntax()),
        ("1.2.3 mg", syntax()),
        ("5. mg", syntax()),
        ("1/2 mg", syntax()),
        ("1/0片", syntax()),
        ("2.5", QuantityError::NoUnit),
        ("-2 mg", QuantityError::Negative),
        ("−2 mg", QuantityError::Negative),
        ("1e31 mg", QuantityError::Number(NumberError::Range)),
        (&"1".repeat(129), QuantityError::Number(NumberError::Range)),
    ] {
        assert_eq!(Quantity::parse(written), Err(error), "{written}");
    }
    for written in [
        "1,000 mg",
        "1 mg 适量",
        "1 m g",
        "3岁12月",
        "1.5岁3月",
        "5² mg",
        "1 每片",
    ] {
        assert!(Quantity::parse(written).is_err(), "{written}");
    }
}

#[test]
fn what_a_unit_is_per_stays_in_its_type() {
    let mass_per = |base| Dimension::MASS.checked_div(Dimension::of(base)).unwrap();
    for (text, factor, dimension) in [
        ("mg/kg", "0.001", mass_per(Base::BodyMass)),
        ("mg/公斤", "0.001", mass_per(Base::BodyMass)),
        ("mg.kg-1", "0.001", mass_per(Base::BodyMass)),
        ("mg/m2", "0.001", mass_per(Base::BodyArea)),
        ("mg/m²", "0.001", mass_per(Base::BodyArea)),
        ("mg/平方米", "0.001", mass_per(Base::BodyArea)),
        ("mg.m-2", "0.001", mass_per(Base::BodyArea)),
        ("kg/kg", "1000", mass_per(Base::BodyMass)),
        ("kg/m2", "1000", mass_per(Base::BodyArea)),
        ("mg/g", "0.001", Dimension::NONE),
        ("kg", "1000", Dimension::MASS),
        ("m2", "1", Dimension::power(Base::Length, 2)),
        ("g/次", "1", Dimension::MASS),
        ("mg/片", "0.001", mass_per(Base::Count)),
    ] {
        let u = unit(text);
        assert_eq!((u.factor(), u.dimension()), (decimal(factor), dimension), "{text}");
    }
    let gfr = unit("mL/min/{1.73_m2}").dimension();
    assert_eq!(gfr.exponent(Base::NormalisedArea), -1);
    for twin in [
        "ml/min/1.73m2",
        "mL/min/1.73 m²",
        "mL/min/{1.73m2}",
        "mL/(min.{1.73_m2})",
        "mL/min{1.73_m2}",
    ] {
        assert_eq!(unit(twin).dimension(), gfr, "{twin}");
    }
    assert_ne!(unit("mL/min").dimension(), gfr);
    assert_eq!(unit("mg/(kg.d)").dimension(), unit("mg/kg/d").dimension());
    assert_eq!(unit("mg{salt}"), unit("mg{salt}"));
    assert_eq!(unit("mg{salt}").dimension(), Dimension::MASS);
}

#[test]
fn moles_equivalents_and_units_are_no_numbers() {
    for (text, base) in [
        ("mol", Base::Amount),
        ("eq", Base::Equivalent),
        ("osm", Base::Osmole),
        ("U", Base::Biological),
        ("片", Base::Count),
        ("盒", Base::Pack),
        ("滴", Base::Drop),
        ("[drp]", Base::Drop),
        ("剂", Base::DecoctionDose),
    ] {
        assert_eq!(
            (unit(text).dimension(), unit(text).factor()),
            (Dimension::of(base), Ratio::ONE),
            "{text}"
        );
    }
    for same in ["U", "u", "IU", "[iU]", "[IU]", "单位", "国际单位"] {
        assert_eq!(unit(same).canonical(), "U", "{same}");
    }
    assert_eq!(unit("mEq/L").canonical(), "meq/L");
    assert_eq!(unit("万单位").factor(), Ratio::integer(10_000));
    assert_eq!(unit("亿单位").factor(), Ratio::integer(100_000_000));
    assert_eq!(unit("mIU/L").canonical(), "mU/L");
}

#[test]
fn the_units_of_prescriptions_are_exact() {
    for (text, factor) in [
        ("[lb_av]", "453.59237"),
        ("min", "60"),
        ("h", "3600"),
        ("d", "86400"),
        ("周", "604800"),
        ("月", "2592000"),
        ("岁", "31536000"),
        ("mL", "0.000001"),
        ("cm", "0.01"),
        ("ug", "0.000001"),
        ("%", "0.01"),
    ] {
        assert_eq!(unit(text).factor(), decimal(factor), "{text}");
    }
    let hourly = Quantity::parse("3 mL/min").unwrap().convert(&unit("mL/h")).unwrap();
    assert_eq!(hourly.value, Ratio::integer(180));
    assert_eq!(Quantity::parse("1 g").unwrap().convert(&unit("mL")), None);
}

#[test]
fn age_units_are_known_by_what_they_are_not_by_their_length() {
    for (text, calendar) in [
        ("岁", Some(CalendarUnit::Year)),
        ("a", Some(CalendarUnit::Year)),
        ("月龄", Some(CalendarUnit::Month)),
        ("个月", Some(CalendarUnit::Month)),
        ("周", Some(CalendarUnit::Week)),
        ("日", Some(CalendarUnit::Day)),
        ("小时", Some(CalendarUnit::Hour)),
        ("min", None),
        ("30.d", None),
        ("mg", None),
    ] {
        assert_eq!(unit(text).calendar(), calendar, "{text}");
    }
    for mean in ["a_j", "mo_j", "a_t", "mo_s"] {
        assert!(matches!(Unit::parse(mean), Err(UnitError::NotARatio { .. })), "{mean}");
    }
}

#[test]
fn unknown_units_propose_near_misses() {
    for (text, first) in [
        ("mgg", "mg"),
        ("MG", "mg"),
        ("Mg", "mg"),
        ("G", "g"),
        ("ML", "mL"),
        ("mg/ML", "mg/mL"),
        ("ugg/kg", "ug/kg"),
        ("Mcg", "mcg"),
        ("毫可", "毫克"),
        ("tablett", "tablet"),
        ("mmoll/L", "mmol/L"),
    ] {
        match Unit::parse(text) {
            Err(UnitError::Unknown { text: t, candidates }) => {
                assert_eq!(t, text);
                assert_eq!(
                    candidates.first().map(String::as_str),
                    Some(first),
                    "{text}: {candidates:?}"
                );
                assert!(candidates.len() <= 3);
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    for text in [
        "",
        "片2x",
        "平方米2",
        "10次2",
        "[~1]",
        "mg//kg",
        "mg/",
        "片片",
        "m2-",
        "鐵",
    ] {
        assert!(matches!(Unit::parse(text), Err(UnitError::Unknown { .. })), "{text}");
    }
    for text in ["Cel", "[pH]", "deg", "[arb'U]", "[pi]"] {
        assert!(matches!(Unit::parse(text), Err(UnitError::NotARatio { .. })), "{text}");
    }
    for text in ["10*99", "m999", &"m".repeat(65)] {
        assert_eq!(Unit::parse(text), Err(UnitError::Range), "{text}");
    }
}

/// A word that UCUM would read otherwise is a trap: only the enzyme unit and the atomic mass unit give way, and on purpose.
#[test]
fn words_of_the_counter() {
    for (written, base) in [
        ("120斤", "60 kg"),
        ("1管", "1 片"),
        ("2 张", "2 片"),
        ("1听", "1 盒"),
        ("4000AxaIU", "4000 U"),
    ] {
        let amount = |text: &str| Quantity::parse(text).ok().and_then(|q| q.amount());
        assert!(amount(written).is_some(), "{written}");
        assert_eq!(amount(written), amount(base), "{written}");
    }
}

#[test]
fn no_everyday_word_hides_a_ucum_unit() {
    let hidden: Vec<&str> = everyday_words()
        .filter(|(word, code)| word != code && octofhir_ucum::validate(word).is_ok())
        .map(|(word, _)| word)
        .collect();
    assert_eq!(hidden, ["u", "[drp]"]);
}

#[test]
fn everyday_words_and_their_codes_mean_the_same() {
    let mut seen = BTreeSet::new();
    for (word, code) in everyday_words() {
        assert!(seen.insert(word), "{word} stands twice");
        let (a, b) = (unit(word), unit(code));
        assert_eq!((a.factor(), a.dimension()), (b.factor(), b.dimension()), "{word}");
        assert_eq!(a.text(), word);
        assert_eq!(a.canonical(), b.canonical(), "{word}");
        assert_eq!(unit(&a.canonical()).canonical(), a.canonical(), "{word}");
    }
}

#[test]
fn dimensions_are_described_in_the_readers_words() {
    for (text, zh, en) in [
        ("mg", "质量", "mass"),
        ("mg/kg", "质量/体重", "mass per body weight"),
        ("d", "时间", "time"),
        ("mL/h", "体积/时间", "volume per time"),
        ("1", "纯数", "pure number"),
        ("/min", "1/时间", "number per time"),
        ("kg/m2", "质量/体表面积", "mass per body surface area"),
        ("s2", "时间^2", "time^2"),
    ] {
        assert_eq!(unit(text).dimension().describe(), (zh.into(), en.into()), "{text}");
    }
}
