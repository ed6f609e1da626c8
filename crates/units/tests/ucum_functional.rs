//! The UCUM functional tests (version of 3 February 2021), every case of them, against this crate: 573 of the 575 that the file writes;
//! the other two (1-103, 3-130) stand in XML comments.
//!
//! Validation, conversion, multiplication and division go through `Unit`, `Quantity` and `Amount`. Display names are no concern of this
//! crate; they are asked of the UCUM library underneath, so that a change in it does not go unseen. Where we mean something narrower than
//! UCUM (a mole is no number, `/kg` is body weight …) the case is listed with the reason in `data/narrower_than_ucum.tsv`, which must match
//! exactly; on all other valid cases our factor and dimension must be UCUM's.
#![allow(clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]
use octofhir_ucum::Number;
use quick_xml::{Reader, XmlVersion, events::Event};
use shenfang_units::{Base, Dimension, Quantity, Ratio, Unit, UnitError};
use std::collections::BTreeMap;

const TESTS: &str = include_str!("data/UcumFunctionalTests.xml");
const NARROWER: &str = include_str!("data/narrower_than_ucum.tsv");

/// Section, cases, cases passed through this crate's own interface (display names: through the library underneath).
const EXPECTED: [(&str, usize, usize); 5] = [
    ("validation", 529, 529),
    ("displayNameGeneration", 9, 9),
    ("conversion", 30, 24),
    ("multiplication", 2, 2),
    ("division", 3, 3),
];

/// Every case that does not pass, and why. No unit of a prescription may stand here.
const FAILURES: [(&str, &str, &str); 6] = [
    (
        "conversion",
        "3-106",
        "m-2 is per body surface and never cancels against mm-2",
    ),
    ("conversion", "3-107", "the same case again"),
    ("conversion", "3-122", "π has no exact ratio"),
    ("conversion", "3-123", "π has no exact ratio"),
    ("conversion", "3-124", "the magnetic constant is a multiple of π"),
    ("conversion", "3-126", "m-2 is per body surface, the siemens is not"),
];

struct Case {
    section: String,
    attributes: BTreeMap<String, String>,
}

impl Case {
    fn get(&self, name: &str) -> &str {
        self.attributes
            .get(name)
            .unwrap_or_else(|| panic!("{:?} lacks {name}", self.attributes))
    }
}

fn cases() -> Vec<Case> {
    let mut reader = Reader::from_str(TESTS);
    let (mut section, mut cases) = (String::new(), Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(e) => section = name(e.name().as_ref()),
            Event::Empty(e) if e.name().as_ref() == "case" => cases.push(Case {
                section: section.clone(),
                attributes: e
                    .attributes()
                    .map(|a| a.unwrap())
                    .map(|a| {
                        (
                            name(a.key.as_ref()),
                            a.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned(),
                        )
                    })
                    .collect(),
            }),
            Event::Eof => return cases,
            _ => {}
        }
    }
}

fn name(name: &str) -> String {
    name.to_owned()
}

fn unit(text: &str) -> Unit {
    let text = if text.is_empty() { "1" } else { text };
    Unit::parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn quantity(value: &str, of: &str) -> Quantity {
    Quantity {
        value: Ratio::parse_decimal(value).unwrap(),
        unit: unit(of),
    }
}

/// The decimal of 28 digits nearest to a ratio: what the library underneath counts in.
fn decimal(value: Ratio) -> Number {
    let part = |n: i128| Number::parse(&n.to_string()).unwrap();
    part(value.numerator()).checked_div(part(value.denominator())).unwrap()
}

/// Whether `value` is `outcome` to the digits that the file writes.
fn agrees(value: Ratio, outcome: &str) -> bool {
    let (mantissa, exponent) = outcome.split_once('e').unwrap_or((outcome, "0"));
    let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let exponent = exponent.parse::<i32>().unwrap() - i32::try_from(places).unwrap();
    let off = decimal(value).checked_sub(Number::parse(outcome).unwrap()).unwrap();
    let half = Number::parse(&format!("5e{}", exponent - 1)).unwrap();
    off.abs() <= half
}

fn passes(case: &Case) -> bool {
    match case.section.as_str() {
        "validation" => {
            // A unit that UCUM knows but that has no ratio scale is valid: it was recognised, and said to be unusable.
            let recognised = !matches!(Unit::parse(case.get("unit")), Err(UnitError::Unknown { .. }));
            recognised == (case.get("valid") == "true")
        }
        "displayNameGeneration" => octofhir_ucum::display_name(case.get("unit")).unwrap() == case.get("display"),
        "conversion" => {
            let (Ok(from), Ok(to)) = (Unit::parse(case.get("srcUnit")), Unit::parse(case.get("dstUnit"))) else {
                return false;
            };
            let value = Ratio::parse_decimal(case.get("value")).unwrap();
            Quantity { value, unit: from }
                .convert(&to)
                .is_some_and(|q| agrees(q.value, case.get("outcome")))
        }
        "multiplication" | "division" => {
            let (a, b) = (
                quantity(case.get("v1"), case.get("u1")),
                quantity(case.get("v2"), case.get("u2")),
            );
            let (a, b) = (a.amount().unwrap(), b.amount().unwrap());
            let result = if case.section == "division" {
                a.checked_div(b)
            } else {
                a.checked_mul(b)
            };
            let result = result.and_then(|r| r.in_unit(&unit(case.get("uRes"))));
            result.is_some_and(|q| agrees(q.value, case.get("vRes")))
        }
        other => panic!("unknown section {other}"),
    }
}

#[test]
fn every_case_passes_or_is_listed_with_its_reason() {
    let cases = cases();
    let mut failed = Vec::new();
    for (section, count, passed) in EXPECTED {
        let of_section: Vec<&Case> = cases.iter().filter(|c| c.section == section).collect();
        let (good, bad): (Vec<&Case>, Vec<&Case>) = of_section.into_iter().partition(|c| passes(c));
        failed.extend(bad.iter().map(|c| (section, c.get("id").to_owned())));
        assert_eq!(
            (good.len() + bad.len(), good.len()),
            (count, passed),
            "{section}: {failed:?}"
        );
    }
    assert_eq!(cases.len(), EXPECTED.iter().map(|(_, count, _)| count).sum::<usize>());
    let listed: Vec<_> = FAILURES
        .iter()
        .map(|(section, id, _)| (*section, (*id).to_owned()))
        .collect();
    assert_eq!(failed, listed);
    println!("{} of {} cases pass", cases.len() - failed.len(), cases.len());
}

/// What fails is refused, never answered wrongly, and the library underneath has it right.
#[test]
fn what_fails_is_refused_and_not_rounded() {
    for (section, id, _) in FAILURES {
        let cases = cases();
        let case = cases
            .iter()
            .find(|c| c.section == section && c.get("id") == id)
            .unwrap();
        match Unit::parse(case.get("srcUnit")) {
            Ok(unit) => assert_ne!(unit.dimension(), self::unit(case.get("dstUnit")).dimension(), "{id}"),
            Err(e) => assert!(matches!(e, UnitError::NotARatio { .. }), "{id}"),
        }
        let (from, to) = (ucum(case.get("srcUnit")), ucum(case.get("dstUnit")));
        assert_eq!(from.dim, to.dim, "{id}");
        let value = Number::parse(case.get("value")).unwrap();
        let outcome = value
            .checked_mul(from.factor)
            .and_then(|v| v.checked_div(to.factor))
            .unwrap();
        // To the digits that "long hand maintenance" (the file's words) kept.
        let written = Number::parse(case.get("outcome")).unwrap();
        let off = outcome
            .checked_sub(written)
            .and_then(|d| d.checked_div(written))
            .unwrap();
        assert!(off.abs() < Number::parse("1e-17").unwrap(), "{id}: {off}");
    }
}

fn ucum(text: &str) -> octofhir_ucum::EvalResult {
    octofhir_ucum::evaluate(&octofhir_ucum::parse_expression(text).unwrap()).unwrap()
}

/// Why our reading of a valid unit is narrower than UCUM's, if it is.
fn narrower(text: &str) -> Option<&'static str> {
    const PER: [(Base, &str); 7] = [
        (Base::BodyMass, "per body weight"),
        (Base::BodyArea, "per body surface"),
        (Base::Amount, "mole is no number"),
        (Base::Equivalent, "equivalent is no number"),
        (Base::Osmole, "osmole is no number"),
        (Base::Biological, "biological unit"),
        (Base::Drop, "drop is no volume"),
    ];
    let unit = match Unit::parse(text) {
        Ok(unit) => unit,
        Err(UnitError::NotARatio { .. }) => return Some("no exact ratio scale"),
        Err(e) => panic!("{text}: {e:?}"),
    };
    let calendar = text.split(['/', '.']).any(|t| t == "a" || t == "mo");
    let typed = PER.iter().find(|(base, _)| unit.dimension().exponent(*base) != 0);
    typed
        .map(|(_, reason)| *reason)
        .or(calendar.then_some("calendar, not a mean length"))
}

#[test]
fn what_is_narrower_than_ucum_is_listed_and_all_else_is_ucum() {
    let mut listing = String::from("id\tunit\treason\n");
    for case in cases()
        .iter()
        .filter(|c| c.section == "validation" && c.get("valid") == "true")
    {
        let text = case.get("unit");
        if let Some(reason) = narrower(text) {
            listing.push_str(&format!("{}\t{text}\t{reason}\n", case.get("id")));
            continue;
        }
        let (ours, theirs) = (unit(text), ucum(text));
        let off = decimal(ours.factor())
            .checked_sub(theirs.factor)
            .and_then(|d| d.checked_div(theirs.factor))
            .unwrap();
        assert!(off.abs() < Number::parse("1e-26").unwrap(), "{text}: {off}");
        let order = [
            Base::Length,
            Base::Time,
            Base::Mass,
            Base::Angle,
            Base::Temperature,
            Base::Charge,
            Base::Luminous,
        ];
        let dimension = order
            .into_iter()
            .zip(theirs.dim.0)
            .fold(Dimension::NONE, |d, (base, exponent)| {
                d.checked_mul(Dimension::power(base, exponent)).unwrap()
            });
        assert_eq!(ours.dimension(), dimension, "{text}");
    }
    assert!(
        listing == NARROWER,
        "tests/data/narrower_than_ucum.tsv should read:\n{listing}"
    );
}
