//! Kidney function from serum creatinine: eGFR (CKD-EPI 2021, race-free) and creatinine clearance (Cockcroft–Gault 1976).
//!
//! Both are rounded to a whole number before any comparison and computed without floating point, so that every platform agrees.
use super::fixed::Fixed;
use super::told::Told;
use super::{Measured, OBSERVATION_WINDOW_DAYS, PatientFacts, body, observed, observed::newest_of, stated_or};
use crate::Sex;
use shenfang_units::{Interval, Quantity, Ratio, Unit, molar_mass};
use std::sync::LazyLock;

/// Filtration per 1.73 m² of body surface, and clearance of the whole body.
const FILTRATION: &str = "mL/min/{1.73_m2}";
const CLEARANCE: &str = "mL/min";
static FILTRATION_UNIT: LazyLock<Option<Unit>> = LazyLock::new(|| Unit::parse(FILTRATION).ok());
static CLEARANCE_UNIT: LazyLock<Option<Unit>> = LazyLock::new(|| Unit::parse(CLEARANCE).ok());
static CREATININE_UNIT: LazyLock<Option<Unit>> = LazyLock::new(|| Unit::parse("mg/dL").ok());

/// What the formulas need; creatinine exact, in mg/dL.
struct Inputs {
    creatinine: Ratio,
    /// as the laboratory wrote it
    written: Quantity,
    years: i64,
    sex: Sex,
    /// grams, and as written
    weight: Option<(Ratio, Quantity)>,
}

impl Inputs {
    /// `None` where creatinine, sex or an age of at least 18 completed years is lacking, or the creatinine is only known to lie beyond a value.
    fn of(facts: &PatientFacts<'_>) -> Option<Inputs> {
        let (rx, today) = (facts.rx, facts.today);
        rx.patient.observations.as_ref()?;
        let (sex, years) = (facts.sex?, facts.age.as_ref()?.whole_years()?);
        if !(18..=130).contains(&years) {
            return None;
        }
        let unit = CREATININE_UNIT.as_ref()?;
        let keys = ["2160-0", "14682-9", "肌酐", "血肌酐", "血清肌酐", "creatinine"];
        let observation = newest_of(rx, today, &keys, Ratio::integer(OBSERVATION_WINDOW_DAYS))?;
        let measured = observed(observation, molar_mass("creatinine"), unit.dimension())?;
        let creatinine = measured.exact()?.checked_div(unit.factor())?;
        // Beyond any laboratory's range: a slip of unit, not a value to reckon with.
        if creatinine <= Ratio::new(1, 100)? || creatinine > Ratio::integer(100) {
            return None;
        }
        let weight = facts.weight();
        let weight = weight.and_then(|weight| Some((weight.exact()?, weight.quantity()?.clone())));
        Some(Inputs {
            creatinine,
            written: measured.quantity()?.clone(),
            years,
            sex,
            weight,
        })
    }
}

/// Given, observed, or computed.
pub(super) fn egfr(facts: &PatientFacts<'_>) -> Option<Measured> {
    let (rx, today) = (facts.rx, facts.today);
    let unit = FILTRATION_UNIT.as_ref()?;
    let dimension = unit.dimension();
    stated_or(&rx.patient.egfr, dimension, || {
        let keys = [
            "62238-1",
            "98979-8",
            "48642-3",
            "48643-1",
            "33914-3",
            "egfr",
            "估算肾小球滤过率",
            "肾小球滤过率",
        ];
        let observed = body::measured(rx, today, &keys, dimension);
        observed.or_else(|| {
            let inputs = Inputs::of(facts)?;
            let whole = ckd_epi_2021(&inputs)?;
            derived(whole, (unit, FILTRATION), "CKD-EPI 2021", &inputs, None)
        })
    })
}

/// Given, observed, or computed.
pub(super) fn crcl(facts: &PatientFacts<'_>) -> Option<Measured> {
    let (rx, today) = (facts.rx, facts.today);
    let unit = CLEARANCE_UNIT.as_ref()?;
    let dimension = unit.dimension();
    stated_or(&rx.patient.crcl, dimension, || {
        let observed = body::measured(rx, today, &["2164-2", "35591-7", "crcl", "肌酐清除率"], dimension);
        observed.or_else(|| {
            let inputs = Inputs::of(facts)?;
            let (grams, weight) = inputs.weight.as_ref()?;
            let whole = cockcroft_gault(&inputs, *grams)?;
            derived(whole, (unit, CLEARANCE), "Cockcroft–Gault", &inputs, Some(weight))
        })
    })
}

fn derived(
    whole: i64,
    (unit, text): (&Unit, &'static str),
    formula: &'static str,
    inputs: &Inputs,
    weight: Option<&Quantity>,
) -> Option<Measured> {
    Some(Measured {
        interval: Interval::exactly(Ratio::integer(whole).checked_mul(unit.factor())?),
        dimension: unit.dimension(),
        told: Told::Kidney {
            whole,
            unit: text,
            formula,
            creatinine: inputs.written.clone(),
            years: inputs.years,
            sex: inputs.sex,
            weight: weight.cloned(),
        },
    })
}

/// (140 − age) × weight in kg ÷ (72 × creatinine in mg/dL), × 0.85 for women; whole mL/min.
fn cockcroft_gault(inputs: &Inputs, grams: Ratio) -> Option<i64> {
    let years = 140_i64.checked_sub(inputs.years)?;
    let sex = match inputs.sex {
        Sex::Female => Ratio::new(85, 100)?,
        Sex::Male => Ratio::ONE,
    };
    let divisor = inputs.creatinine.checked_mul(Ratio::integer(72_000))?;
    let clearance = grams
        .checked_mul(Ratio::integer(years))?
        .checked_mul(sex)?
        .checked_div(divisor)?;
    i64::try_from(clearance.round_to(0)?.numerator()).ok()
}

/// 142 × min(Scr/κ, 1)^α × max(Scr/κ, 1)^−1.200 × 0.9938^age × 1.012 for women; κ 0.7 and α −0.241 for women, 0.9 and −0.302 for men.
/// Inker et al., N Engl J Med 2021;385:1737. Whole mL/min/1.73 m².
fn ckd_epi_2021(inputs: &Inputs) -> Option<i64> {
    let (kappa, alpha, factor) = match inputs.sex {
        Sex::Female => (Ratio::new(7, 10)?, Ratio::new(-241, 1000)?, Ratio::new(1012, 1000)?),
        Sex::Male => (Ratio::new(9, 10)?, Ratio::new(-302, 1000)?, Ratio::ONE),
    };
    let relative = inputs.creatinine.checked_div(kappa)?;
    let power = if relative < Ratio::ONE {
        alpha
    } else {
        Ratio::new(-12, 10)?
    };
    let aged = Fixed::of(Ratio::new(9938, 10_000)?)?
        .ln()?
        .times(Ratio::integer(inputs.years))?;
    let logarithm = Fixed::of(relative)?.ln()?.times(power)?.plus(aged)?;
    logarithm
        .exp()?
        .times(factor.checked_mul(Ratio::integer(142))?)?
        .rounded()
}

#[cfg(test)]
#[allow(
    clippy::float_arithmetic,
    clippy::disallowed_types,
    clippy::arithmetic_side_effects,
    reason = "floating point is the yardstick here, not the tool"
)]
mod tests {
    use super::*;

    fn inputs(hundredths: i128, years: i64, sex: Sex) -> Inputs {
        Inputs {
            creatinine: Ratio::new(hundredths, 100).unwrap(),
            written: Quantity {
                value: Ratio::ONE,
                unit: Unit::one(),
            },
            years,
            sex,
            weight: None,
        }
    }

    /// The published formula in floating point.
    fn published(creatinine: f64, years: i64, sex: Sex) -> f64 {
        let (kappa, alpha, factor) = match sex {
            Sex::Female => (0.7, -0.241, 1.012),
            Sex::Male => (0.9, -0.302, 1.0),
        };
        let relative = creatinine / kappa;
        142.0 * relative.min(1.0).powf(alpha) * relative.max(1.0).powf(-1.2) * 0.9938_f64.powf(years as f64) * factor
    }

    #[test]
    fn ckd_epi_agrees_with_floating_point_over_a_grid() {
        for sex in [Sex::Female, Sex::Male] {
            for years in (18..=110).step_by(4) {
                for hundredths in (10..3000).step_by(7) {
                    let expected = published(hundredths as f64 / 100.0, years, sex);
                    // Half a unit is decided by the last digit of either; nothing in the grid comes that near.
                    assert!((expected.fract() - 0.5).abs() > 1e-9, "{hundredths} {years}");
                    assert_eq!(
                        ckd_epi_2021(&inputs(hundredths, years, sex)),
                        Some(expected.round() as i64),
                        "{sex:?} {years} {hundredths}"
                    );
                }
            }
        }
    }

    /// Values of the National Kidney Foundation's calculator.
    #[test]
    fn published_values() {
        assert_eq!(ckd_epi_2021(&inputs(100, 50, Sex::Male)), Some(92));
        assert_eq!(ckd_epi_2021(&inputs(100, 50, Sex::Female)), Some(69));
        assert_eq!(ckd_epi_2021(&inputs(60, 30, Sex::Female)), Some(124));
        assert_eq!(ckd_epi_2021(&inputs(400, 70, Sex::Male)), Some(15));
    }

    #[test]
    fn cockcroft_gault_is_exact() {
        // (140 − 60) · 72 kg ÷ (72 · 1) = 80; women 68
        assert_eq!(
            cockcroft_gault(&inputs(100, 60, Sex::Male), Ratio::integer(72_000)),
            Some(80)
        );
        assert_eq!(
            cockcroft_gault(&inputs(100, 60, Sex::Female), Ratio::integer(72_000)),
            Some(68)
        );
    }
}
