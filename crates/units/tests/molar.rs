//! The molar table adds up, and converts both ways.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
use shenfang_units::{Analyte, Quantity, Ratio, Unit, analytes, molar_mass};

/// IUPAC 2021 abridged standard atomic weights in mg/mol (lithium: the conventional weight).
const WEIGHTS: &[(&str, i64)] = &[
    ("H", 1_008),
    ("Li", 6_940),
    ("C", 12_011),
    ("N", 14_007),
    ("O", 15_999),
    ("Na", 22_990),
    ("Mg", 24_305),
    ("P", 30_974),
    ("Cl", 35_450),
    ("K", 39_098),
    ("Ca", 40_078),
    ("Fe", 55_845),
];

fn weigh(formula: &str) -> i64 {
    let mut sum = 0;
    let mut rest = formula;
    while !rest.is_empty() {
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| !c.is_ascii_lowercase())
            .map_or(rest.len(), |(at, _)| at);
        let (element, tail) = rest.split_at_checked(end).unwrap();
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let (count, tail) = tail.split_at_checked(end).unwrap();
        let weight = WEIGHTS
            .iter()
            .find(|(e, _)| *e == element)
            .unwrap_or_else(|| panic!("{element}"))
            .1;
        sum += weight * count.parse::<i64>().unwrap_or(1);
        rest = tail;
    }
    sum
}

#[test]
fn every_molar_mass_is_the_sum_of_its_formula() {
    for analyte in analytes() {
        let key = analyte.key;
        assert_eq!(molar_mass(key), Some(analyte));
        let formula = analyte.source.split(',').next().unwrap();
        assert_eq!(
            analyte.molar_mass(),
            Ratio::new(weigh(formula).into(), 1000).unwrap(),
            "{key}"
        );
        assert_eq!(molar_mass(analyte.zh), Some(analyte));
        for code in analyte.loinc {
            assert_eq!(molar_mass(code), Some(analyte), "{code} stands twice");
            assert_eq!(molar_mass(&format!("LOINC:{code}")), Some(analyte));
            assert!(check_digit(code), "{code}");
        }
    }
    assert_eq!(molar_mass("albumin"), None);
}

/// LOINC codes end in a mod 10 (Luhn) check digit.
fn check_digit(code: &str) -> bool {
    let digits = code.chars().filter_map(|c| c.to_digit(10)).rev();
    let sum: u32 = digits
        .enumerate()
        .map(|(i, d)| if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d })
        .sum();
    sum.is_multiple_of(10)
}

fn convert(analyte: &Analyte, from: &str, to: &str) -> Option<Ratio> {
    let unit = Unit::parse(to).unwrap();
    let amount = Quantity::parse(from).unwrap().amount()?;
    Some(analyte.convert(amount, unit.dimension())?.in_unit(&unit)?.value)
}

#[test]
fn laboratory_values_convert_exactly() {
    let creatinine = molar_mass("肌酐").unwrap();
    assert_eq!(convert(creatinine, "1.1312 mg/dL", "umol/L"), Some(Ratio::integer(100)));
    assert_eq!(convert(creatinine, "100 umol/L", "mg/dL"), Ratio::new(11_312, 10_000));
    assert_eq!(convert(creatinine, "1 mg/dL", "mg/L"), Some(Ratio::integer(10)));
    assert_eq!(convert(creatinine, "1 mg/dL", "umol"), None);
    assert_eq!(convert(creatinine, "1 mg/dL", "meq/L"), None);
    let potassium = molar_mass("LOINC:2823-3").unwrap();
    assert_eq!(convert(potassium, "4 mEq/L", "mmol/L"), Some(Ratio::integer(4)));
    let calcium = molar_mass("calcium").unwrap();
    assert_eq!(convert(calcium, "5 mEq/L", "mmol/L"), Ratio::new(5, 2));
    assert_eq!(convert(calcium, "10.0195 mg/dL", "mmol/L"), Ratio::new(5, 2));
}
