//! Laboratory values and measurements: which one counts, and as what number.
use super::{Measured, told::Told};
use crate::calendar::days_between;
use crate::words::normalised;
use crate::{Observation, ObservationValue, Prescription};
use jiff::civil::Date;
use shenfang_units::{Amount, Analyte, Dimension, Interval, Ratio};
use std::borrow::Cow;

/// The newest usable observation for `keys` (LOINC codes without prefix, or names, matched exactly after NFKC), not later than the sheet,
/// dated, and at most `within_days` old. `None`: none made or none usable (unknown). Of several of one moment the last in the record counts.
pub fn newest_observation<'p>(
    rx: &'p Prescription,
    today: Option<Date>,
    keys: &[&str],
    within_days: Ratio,
) -> Option<&'p Observation> {
    newest(
        rx,
        today,
        &|observation| matches(observation, keys, normalised),
        within_days,
    )
}

/// Whether the record certainly has no observation for `keys` that could count: none was made, or each is dated and older than `within_days`. One that
/// is undated, later than the sheet, or of any date where today is not known, could.
pub fn unobserved(rx: &Prescription, today: Option<Date>, keys: &[&str], within_days: Ratio) -> bool {
    let mut of_keys = rx.patient.observations.iter().flatten();
    !of_keys.any(|observation| {
        let old = |at: Date, today: Date| Ratio::integer(days_between(at, today)) > within_days;
        let dates = observation.at.as_ref().map(|at| at.date).zip(today);
        matches(observation, keys, normalised) && !dates.is_some_and(|(at, today)| old(at, today))
    })
}

/// The same for keys that are normal as they stand.
pub(super) fn newest_of<'p>(
    rx: &'p Prescription,
    today: Option<Date>,
    keys: &[&str],
    within_days: Ratio,
) -> Option<&'p Observation> {
    newest(
        rx,
        today,
        &|observation| matches(observation, keys, |key| key.into()),
        within_days,
    )
}

fn newest<'p>(
    rx: &'p Prescription,
    today: Option<Date>,
    is_one: &dyn Fn(&Observation) -> bool,
    within_days: Ratio,
) -> Option<&'p Observation> {
    let today = today?;
    let usable = rx.patient.observations.iter().flatten().filter(|observation| {
        let Some(at) = &observation.at else { return false };
        let later = || at.date > today || rx.authored_on.as_ref().is_some_and(|written| at.later_than(written));
        is_one(observation) && !later() && Ratio::integer(days_between(at.date, today)) <= within_days
    });
    usable.max_by(|a, b| match (&a.at, &b.at) {
        (Some(a), Some(b)) if a.later_than(b) => std::cmp::Ordering::Greater,
        (Some(a), Some(b)) if b.later_than(a) => std::cmp::Ordering::Less,
        _ => std::cmp::Ordering::Equal,
    })
}

/// By LOINC code or by name, exactly.
fn matches(observation: &Observation, keys: &[&str], normal: fn(&str) -> Cow<'_, str>) -> bool {
    let code = observation.what.code.as_deref().map(|code| {
        let code = code.trim();
        code.strip_prefix("LOINC:")
            .or_else(|| code.strip_prefix("loinc:"))
            .unwrap_or(code)
    });
    let name = observation.what.name.as_deref().map(normalised);
    let is_name = |key: &str| {
        let name = name.as_deref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(&normal(key)))
    };
    keys.iter().any(|key| code == Some(*key) || is_name(key))
}

/// The observation as a number of `dimension`, molar conversion included where the analyte is tabulated; `None` when it is text or cannot be converted.
pub fn observed(observation: &Observation, analyte: Option<&Analyte>, dimension: Dimension) -> Option<Measured> {
    let ObservationValue::Quantity(quantity) = &observation.value else {
        return None;
    };
    let amount: Amount = quantity.amount()?;
    let amount = if amount.dimension == dimension {
        amount
    } else {
        analyte?.convert(amount, dimension)?
    };
    let (interval, sign) = match observation.comparator {
        Some(comparator) => (Interval::satisfying(comparator, amount.value), comparator.sign()),
        None => (Interval::exactly(amount.value), ""),
    };
    Some(Measured {
        interval,
        dimension,
        told: Told::Quantity {
            sign,
            quantity: quantity.clone(),
            observed: None,
        },
    })
}
