//! How a person would write a measured fact, and how a derived one came about: kept as what it takes to say it, said only when asked.
use super::Measured;
use crate::Sex;
use jiff::civil::Date;
use shenfang_units::{Quantity, Ratio};

/// What it takes to say a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// stated, or observed on a day, `sign` (`>`) before it
    Quantity {
        sign: &'static str,
        quantity: Quantity,
        observed: Option<Date>,
    },
    /// by Mosteller
    Surface {
        surface: Ratio,
        height: Quantity,
        weight: Quantity,
    },
    /// from creatinine
    Kidney {
        whole: i64,
        unit: &'static str,
        formula: &'static str,
        creatinine: Quantity,
        years: i64,
        sex: Sex,
        weight: Option<Quantity>,
    },
    /// of a pregnancy, perhaps counted from the last period
    Weeks { days: i64, period: Option<Date> },
}

impl Measured {
    /// As a person writes it: `24 mL/min/{1.73_m2}`, `>90 mL/min/{1.73_m2}`.
    pub fn shown(&self) -> String {
        match &self.told {
            Told::Quantity { sign, quantity, .. } => format!("{sign}{quantity}"),
            Told::Surface { surface, .. } => format!("{surface} m2"),
            Told::Kidney { whole, unit, .. } => format!("{whole} {unit}"),
            Told::Weeks { days, .. } => weeks(*days),
        }
    }

    /// For a derived value: from what and how (`CKD-EPI 2021: creatinine 88 umol/L, 68 a, female`).
    pub fn derived(&self) -> Option<String> {
        match &self.told {
            Told::Quantity { observed, .. } => observed.map(|on| format!("observed {on}")),
            Told::Surface { height, weight, .. } => Some(format!("Mosteller: {height}, {weight}")),
            Told::Kidney {
                formula,
                creatinine,
                years,
                sex,
                weight,
                ..
            } => {
                let weight = weight.as_ref().map(|weight| format!(", {weight}")).unwrap_or_default();
                let sex = sex.code();
                Some(format!("{formula}: creatinine {creatinine}, {years} a, {sex}{weight}"))
            }
            Told::Weeks { period, .. } => period.map(|period| format!("last period {period}")),
        }
    }

    /// The quantity that was stated or observed.
    pub(super) fn quantity(&self) -> Option<&Quantity> {
        match &self.told {
            Told::Quantity { quantity, .. } => Some(quantity),
            _ => None,
        }
    }
}

/// As an obstetrician says it: `20 wk 3 d`.
fn weeks(days: i64) -> String {
    match (days / 7, days % 7) {
        (weeks, 0) => format!("{weeks} wk"),
        (weeks, rest) => format!("{weeks} wk {rest} d"),
    }
}
