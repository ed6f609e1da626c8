//! How often an item is given and how long it lasts.
use super::convert::{Converter, Whole};
use super::schedule::{self, overlap, per_day, starts, steps};
use super::{Content, Dosage, ItemField};
use crate::calendar::SECONDS_A_DAY;
use crate::{Dose, Stated, TimingKind};
use shenfang_units::{Amount, Dimension, Ratio};

/// Administrations a day, on the day that has most.
pub(super) fn frequency(dosage: &Dosage<'_>) -> Result<Ratio, Vec<ItemField>> {
    let steps = steps(dosage.item).map_err(|field| vec![field])?;
    let stepped = steps.len() > 1;
    if dosage.piece && !stepped {
        return dosage.servings_per_day().ok_or_else(|| vec![ItemField::Servings]);
    }
    let lacking = || {
        vec![if stepped {
            ItemField::Steps
        } else {
            ItemField::Frequency
        }]
    };
    let mut most = Ratio::ZERO;
    for day in starts(&steps) {
        let mut sum = Ratio::ZERO;
        for step in steps.iter() {
            let timing = step.frequency.value().ok_or_else(lacking)?;
            let runs = overlap(step, day, 1).ok_or_else(lacking)? > Ratio::ZERO;
            if runs {
                sum = per_day(timing)
                    .and_then(|times| sum.checked_add(times))
                    .ok_or_else(lacking)?;
            }
        }
        most = most.max(sum);
    }
    Ok(most)
}

pub(super) fn duration(dosage: &Dosage<'_>, content: &Content) -> Result<Amount, Vec<ItemField>> {
    let seconds = days(dosage, content)?
        .checked_mul(Ratio::integer(SECONDS_A_DAY))
        .ok_or_else(|| vec![ItemField::Duration])?;
    Ok(Amount {
        value: seconds,
        dimension: Dimension::TIME,
    })
}

/// Days the item lasts. With a supply as well, the longer counts: what has been handed out can be taken.
pub(super) fn days(dosage: &Dosage<'_>, content: &Content) -> Result<Ratio, Vec<ItemField>> {
    if dosage.item.steps.as_deref().is_some_and(|steps| !steps.is_empty()) {
        return last_day(dosage);
    }
    let stated = match &dosage.item.duration {
        Stated::Unreadable(_) => return Err(vec![ItemField::Duration]),
        Stated::Read { .. } => Some(schedule::days(&dosage.item.duration).ok_or_else(|| vec![ItemField::Duration])?),
        Stated::Absent => None,
    };
    let once = dosage
        .item
        .frequency
        .value()
        .is_some_and(|timing| timing.kind == TimingKind::Once);
    let supply = if dosage.piece {
        sheet_days(dosage)
    } else {
        supply(dosage, content)
    };
    match stated.or(once.then_some(Ratio::ONE)).into_iter().chain(supply).max() {
        Some(days) => Ok(days),
        None if dosage.piece => Err(vec![ItemField::Duration, ItemField::SheetDoses]),
        None => Err(vec![ItemField::Duration]),
    }
}

/// The last day of the steps.
fn last_day(dosage: &Dosage<'_>) -> Result<Ratio, Vec<ItemField>> {
    let steps = steps(dosage.item).map_err(|field| vec![field])?;
    let ends: Option<Vec<Ratio>> = steps.iter().map(|step| step.until).collect();
    ends.and_then(|ends| ends.into_iter().max())
        .ok_or_else(|| vec![ItemField::Steps])
}

/// 剂 ÷ 剂 per day.
fn sheet_days(dosage: &Dosage<'_>) -> Option<Ratio> {
    dosage
        .prescription
        .doses
        .value()?
        .value
        .checked_div(dosage.doses_per_day())
}

/// quantity × pack ÷ daily: in the quantity's own measure where the dose is in it (100 mL of 10 mL), else in units of use. Of a range
/// the larger dose counts, of 必要时 the most often, and a weekly tablet lasts a week.
fn supply(dosage: &Dosage<'_>, content: &Content) -> Option<Ratio> {
    let item = dosage.item;
    let quantity = item.quantity.value()?;
    let Some(Dose::Measured(dose)) = item.dose.value() else {
        return None;
    };
    let converter = Converter::new(item, content, Dimension::COUNT);
    let (all, one) = if quantity.unit.dimension() == dose.high.unit.dimension() {
        (quantity.amount()?.value, dose.high.amount()?.value)
    } else {
        (
            converter.units_of_use(quantity, Whole::AsLabelled).ok()?,
            converter.units_of_use(&dose.high, Whole::OneUnit).ok()?,
        )
    };
    let timing = item.frequency.value();
    let daily = match (timing.and_then(per_day), &item.max_per_day) {
        (_, Stated::Read { value: most, .. }) if timing.is_none_or(|timing| timing.as_needed) => {
            match most.unit.dimension() {
                Dimension::NONE => one.checked_mul(most.amount()?.value)?,
                dimension if dimension == quantity.unit.dimension() => most.amount()?.value,
                _ => return None,
            }
        }
        (Some(times), _) => one.checked_mul(times)?,
        (None, _) => return None,
    };
    all.checked_div(daily)
}
