//! Laboratory values and measurements: which one counts, and as what number.
use super::Measured;
use crate::calendar::days_between;
use crate::words::fold;
use crate::{Observation, ObservationValue, Prescription};
use jiff::civil::Date;
use shenfang_units::{Amount, Analyte, Dimension, Interval, Ratio};

/// The newest usable observation for `keys` (LOINC codes without prefix, or names, matched exactly after NFKC), not later than the sheet,
/// dated, and at most `within_days` old. `None`: none made or none usable (unknown). Of several of one moment the last in the record counts.
pub fn newest_observation<'p>(
    rx: &'p Prescription,
    today: Option<Date>,
    keys: &[&str],
    within_days: Ratio,
) -> Option<&'p Observation> {
    let today = today?;
    let usable = rx.patient.observations.iter().flatten().filter(|observation| {
        let Some(at) = &observation.at else { return false };
        let later = at.date > today || rx.authored_on.as_ref().is_some_and(|written| at.later_than(written));
        !later && Ratio::integer(days_between(at.date, today)) <= within_days && matches(observation, keys)
    });
    usable.max_by(|a, b| match (&a.at, &b.at) {
        (Some(a), Some(b)) if a.later_than(b) => std::cmp::Ordering::Greater,
        (Some(a), Some(b)) if b.later_than(a) => std::cmp::Ordering::Less,
        _ => std::cmp::Ordering::Equal,
    })
}

/// By LOINC code or by name, exactly.
fn matches(observation: &Observation, keys: &[&str]) -> bool {
    let code = observation.what.code.as_deref().map(|code| {
        let code = code.trim();
        code.strip_prefix("LOINC:")
            .or_else(|| code.strip_prefix("loinc:"))
            .unwrap_or(code)
    });
    let name = observation.what.name.as_deref().map(fold);
    keys.iter()
        .any(|key| code == Some(*key) || name.as_deref().is_some_and(|name| name == &*fold(key)))
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
        shown: format!("{sign}{quantity}"),
        derived: None,
    })
}
