//! Weight, height and body surface.
use super::told::Told;
use super::{Measured, OBSERVATION_WINDOW_DAYS, PatientFacts, observed, observed::newest_of, stated_or};
use crate::Prescription;
use jiff::civil::Date;
use shenfang_units::{Base, Dimension, Interval, Ratio, Unit};
use std::sync::LazyLock;

static AREA: LazyLock<Option<Unit>> = LazyLock::new(|| Unit::parse("m2").ok());

/// Given, or measured (LOINC 29463-7).
pub(super) fn weight(rx: &Prescription, today: Option<Date>) -> Option<Measured> {
    stated_or(&rx.patient.weight, Dimension::MASS, || {
        measured(
            rx,
            today,
            &["29463-7", "3141-9", "体重", "weight", "body weight"],
            Dimension::MASS,
        )
    })
}

/// Given, or measured (LOINC 8302-2).
pub(super) fn height(rx: &Prescription, today: Option<Date>) -> Option<Measured> {
    let length = Dimension::of(Base::Length);
    stated_or(&rx.patient.height, length, || {
        measured(
            rx,
            today,
            &["8302-2", "3137-7", "身高", "height", "body height"],
            length,
        )
    })
}

pub(super) fn measured(
    rx: &Prescription,
    today: Option<Date>,
    keys: &[&str],
    dimension: Dimension,
) -> Option<Measured> {
    let observation = newest_of(rx, today, keys, Ratio::integer(OBSERVATION_WINDOW_DAYS))?;
    let mut measured = observed(observation, None, dimension)?;
    if let Told::Quantity { observed, .. } = &mut measured.told {
        *observed = observation.at.as_ref().map(|at| at.date);
    }
    Some(measured)
}

/// Given, or Mosteller: √(height in cm × weight in kg ÷ 3600), to 0.01 m².
pub(super) fn surface(facts: &PatientFacts<'_>) -> Option<Measured> {
    let area = AREA.as_ref()?.dimension();
    stated_or(&facts.rx.patient.bsa, area, || {
        let (weight, height) = (facts.weight()?, facts.height()?);
        let hundredths = mosteller(height.exact()?, weight.exact()?)?;
        let surface = Ratio::new(hundredths, 100)?;
        Some(Measured {
            interval: Interval::exactly(surface),
            dimension: area,
            told: Told::Surface {
                surface,
                height: height.quantity()?.clone(),
                weight: weight.quantity()?.clone(),
            },
        })
    })
}

/// Hundredths of a square metre from metres and grams, half upwards: the largest k with (2k − 1)² ≤ 4·10⁴·h·w ÷ 3600, h in cm and w in kg.
fn mosteller(metres: Ratio, grams: Ratio) -> Option<i128> {
    // 4·10⁴ · (100 h)(w/1000) ÷ 3600 = 10 h w ÷ 9
    let radicand = metres.checked_mul(grams)?.checked_mul(Ratio::new(10, 9)?)?;
    let root = radicand.numerator().checked_div(radicand.denominator())?.isqrt();
    root.checked_add(1)?.checked_div(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mosteller_rounds_to_hundredths() {
        // 170 cm, 70 kg: √(170·70/3600) = 1.8181…
        assert_eq!(
            mosteller(Ratio::new(17, 10).unwrap(), Ratio::integer(70_000)),
            Some(182)
        );
        // 158 cm, 60 kg: 1.6227…
        assert_eq!(
            mosteller(Ratio::new(158, 100).unwrap(), Ratio::integer(60_000)),
            Some(162)
        );
        assert_eq!(mosteller(Ratio::ZERO, Ratio::ZERO), Some(0));
    }
}
