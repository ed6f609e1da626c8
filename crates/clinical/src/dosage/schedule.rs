//! Steps and timings: which administrations fall in a window of days.
use super::ItemField;
use crate::{Dose, Item, Stated, Timing, TimingKind, calendar};
use shenfang_units::{Quantity, Ratio};

/// One step, or the item's own dose, frequency and duration as the only one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'p> {
    pub dose: &'p Stated<Dose>,
    pub frequency: &'p Stated<Timing>,
    /// first day, from 0
    pub from: i64,
    /// day after the last; `None` where nothing says when it ends
    pub until: Option<Ratio>,
}

/// A schedule; nearly every one has a single step, and that one needs no memory of its own.
#[derive(Clone, Debug)]
pub(super) enum Steps<'p> {
    One([Step<'p>; 1]),
    Many(Vec<Step<'p>>),
}

impl<'p> std::ops::Deref for Steps<'p> {
    type Target = [Step<'p>];
    fn deref(&self) -> &[Step<'p>] {
        match self {
            Steps::One(step) => step,
            Steps::Many(steps) => steps,
        }
    }
}

/// A schedule of steps in the order of the record; lacking where it cannot be told when a step begins.
pub(super) fn steps(item: &Item) -> Result<Steps<'_>, ItemField> {
    let Some(written) = item.steps.as_deref().filter(|steps| !steps.is_empty()) else {
        return Ok(Steps::One([Step {
            dose: &item.dose,
            frequency: &item.frequency,
            from: 0,
            until: days(&item.duration),
        }]));
    };
    let mut out: Vec<Step<'_>> = Vec::with_capacity(written.len());
    for (at, step) in written.iter().enumerate() {
        let from = match step.from_day {
            Some(day) => i64::from(day).saturating_sub(1),
            None if at == 0 => 0,
            None => return Err(ItemField::Steps),
        };
        if matches!(step.duration, Stated::Unreadable(_)) {
            return Err(ItemField::Steps);
        }
        let until = match days(&step.duration) {
            Some(days) => Some(days.checked_add(Ratio::integer(from)).ok_or(ItemField::Steps)?),
            None => None,
        };
        out.push(Step {
            dose: &step.dose,
            frequency: &step.frequency,
            from,
            until,
        });
    }
    // A step without end lasts until a later one begins; the last, until the item ends.
    let starts: Vec<i64> = out.iter().map(|step| step.from).collect();
    let end = days(&item.duration);
    for step in &mut out {
        if step.until.is_none() {
            let next = starts.iter().copied().filter(|start| *start > step.from).min();
            step.until = next.map(Ratio::integer).or(end);
        }
        if once(step.frequency) {
            step.until = Some(Ratio::integer(step.from.saturating_add(1)));
        }
    }
    Ok(Steps::Many(out))
}

/// A duration in days.
pub(super) fn days(duration: &Stated<Quantity>) -> Option<Ratio> {
    calendar::duration(duration.value()?)?
        .value
        .checked_div(Ratio::integer(calendar::SECONDS_A_DAY))
}

fn once(frequency: &Stated<Timing>) -> bool {
    frequency.value().is_some_and(|timing| timing.kind == TimingKind::Once)
}

/// Days of the step that fall in the window of `length` days beginning on `day`.
pub(super) fn overlap(step: &Step<'_>, day: i64, length: i64) -> Option<Ratio> {
    let begin = Ratio::integer(step.from.max(day));
    let window_end = Ratio::integer(day.checked_add(length)?);
    let end = step.until.map_or(window_end, |until| until.min(window_end));
    Some(end.checked_sub(begin)?.max(Ratio::ZERO))
}

/// The days on which a step begins: amounts change on no other. A day stands once for every step that begins on it.
pub(super) fn starts(steps: &[Step<'_>]) -> impl Iterator<Item = i64> {
    steps.iter().map(|step| step.from)
}

/// Administrations a day as an exact rate.
pub(super) fn per_day(timing: &Timing) -> Option<Ratio> {
    match timing.kind {
        TimingKind::Periodic => timing.times.checked_div(timing.days),
        TimingKind::Once => Some(Ratio::ONE),
        TimingKind::AsNeeded | TimingKind::Continuous => None,
    }
}

/// The most administrations that fall in `window` days: the rate where the window is at least the period, else whole administrations
/// (a weekly dose counts whole on its day); none in an empty window, one in all for `st`.
pub(super) fn falling_in(timing: &Timing, window: Ratio) -> Option<Ratio> {
    if window <= Ratio::ZERO {
        return Some(Ratio::ZERO);
    }
    if timing.kind == TimingKind::Once {
        return Some(Ratio::ONE);
    }
    let exact = per_day(timing)?.checked_mul(window)?;
    if window >= timing.days {
        Some(exact)
    } else {
        ceiling(exact)
    }
}

/// The whole number not below `value`, which is not below zero.
fn ceiling(value: Ratio) -> Option<Ratio> {
    let whole = value
        .numerator()
        .checked_add(value.denominator())?
        .checked_sub(1)?
        .checked_div(value.denominator())?;
    Ratio::new(whole, 1)
}
