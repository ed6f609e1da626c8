//! Ages on the calendar.
use crate::calendar::{after, completed, days_between};
use crate::{Age, Patient, Stated};
use jiff::civil::Date;
use shenfang_units::{CalendarUnit, Comparison, Interval, Ratio, Truth};
use std::cmp::Ordering;

/// The patient's age, as a birth date or in completed units.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AgeFact {
    /// from the birth date to the reference day
    Born {
        /// birth
        birth: Date,
        /// reference day
        on: Date,
    },
    /// completed units as given
    Completed(Age),
}

impl AgeFact {
    /// From the birth date where there is one and a day to count to; unknown where it contradicts the stated age.
    pub(super) fn of(patient: &Patient, today: Option<Date>) -> Option<AgeFact> {
        match (patient.birth_date, today, &patient.age) {
            (Some(birth), Some(on), Stated::Read { value, .. }) if !value.agrees(birth, on) => None,
            (Some(birth), Some(on), _) => (birth <= on).then_some(AgeFact::Born { birth, on }),
            (_, _, Stated::Read { value, .. }) => Some(AgeFact::Completed(value.clone())),
            _ => None,
        }
    }

    /// `age OP n unit`, counted on the calendar (65th birthday; 29 February: 1 March); unknown where the uncounted rest of a stated age could change the answer.
    pub fn compare(&self, op: Comparison, n: Ratio, unit: CalendarUnit) -> Truth {
        match self {
            AgeFact::Born { birth, on } => compare_born(*birth, *on, op, n, unit).unwrap_or(Truth::Unknown),
            AgeFact::Completed(age) => compare_completed(age, op, n, unit).unwrap_or(Truth::Unknown),
        }
    }

    /// As a person writes it: `68 a`, `1 a 5 mo`, `5 mo`, `20 d`.
    pub fn shown(&self) -> String {
        match self {
            AgeFact::Born { birth, on } => shown_born(*birth, *on),
            AgeFact::Completed(age) => age.to_string(),
        }
    }

    /// The smallest unit the record itself states (birth date: day), for `age.unit`.
    pub fn unit(&self) -> CalendarUnit {
        match self {
            AgeFact::Born { .. } => CalendarUnit::Day,
            AgeFact::Completed(age) => age.smallest(),
        }
    }

    /// Years completed for certain, for the formulas of kidney function.
    pub(super) fn whole_years(&self) -> Option<i64> {
        match self {
            AgeFact::Born { birth, on } => completed(*birth, *on, CalendarUnit::Year),
            AgeFact::Completed(age) => match age.parts.first()? {
                (years, CalendarUnit::Year) => Some(i64::from(*years)),
                (months, CalendarUnit::Month) => Some(i64::from(*months) / 12),
                _ => Some(0),
            },
        }
    }
}

/// `3 a 5 mo`, with the codes of UCUM.
impl std::fmt::Display for Age {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (number, unit)) in self.parts.iter().enumerate() {
            let blank = if at == 0 { "" } else { " " };
            write!(f, "{blank}{number} {}", code(*unit))?;
        }
        Ok(())
    }
}

impl Age {
    /// The smallest unit stated.
    pub fn smallest(&self) -> CalendarUnit {
        self.parts.last().map_or(CalendarUnit::Year, |(_, unit)| *unit)
    }

    /// Whether a person born on `birth` has completed just these units on `on`.
    pub fn agrees(&self, birth: Date, on: Date) -> bool {
        self.agreement(birth, on).unwrap_or(false)
    }

    fn agreement(&self, birth: Date, on: Date) -> Option<bool> {
        let mut from = birth;
        let (last, first) = self.parts.split_last()?;
        for (number, unit) in first {
            from = after(from, i64::from(*number), *unit)?;
        }
        // Hours are finer than a birth date: the day before and the day after may both be meant.
        if last.1 == CalendarUnit::Hour {
            let days = i64::from(last.0) / 24;
            let elapsed = days_between(from, on);
            return Some(elapsed >= days && elapsed <= days.checked_add(1)?);
        }
        Some(completed(from, on, last.1)? == i64::from(last.0))
    }
}

fn code(unit: CalendarUnit) -> &'static str {
    match unit {
        CalendarUnit::Hour => "h",
        CalendarUnit::Day => "d",
        CalendarUnit::Week => "wk",
        CalendarUnit::Month => "mo",
        CalendarUnit::Year => "a",
    }
}

fn shown_born(birth: Date, on: Date) -> String {
    let months = completed(birth, on, CalendarUnit::Month).unwrap_or_default();
    match (months / 12, months % 12) {
        (0, 0) => format!("{} d", days_between(birth, on)),
        (0, months) => format!("{months} mo"),
        (years @ 1..=2, months) if months > 0 => format!("{years} a {months} mo"),
        (years, _) => format!("{years} a"),
    }
}

/// The answer where age and threshold stand so.
fn decide(op: Comparison, ordering: Ordering) -> Truth {
    Truth::known(match op {
        Comparison::Less => ordering.is_lt(),
        Comparison::AtMost => ordering.is_le(),
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::AtLeast => ordering.is_ge(),
        Comparison::Greater => ordering.is_gt(),
    })
}

/// The threshold in the smaller unit of its kind: years in months, weeks in days.
fn in_smaller(n: Ratio, unit: CalendarUnit) -> Option<(Ratio, CalendarUnit)> {
    match unit {
        CalendarUnit::Year => Some((n.checked_mul(Ratio::integer(12))?, CalendarUnit::Month)),
        CalendarUnit::Week => Some((n.checked_mul(Ratio::integer(7))?, CalendarUnit::Day)),
        unit => Some((n, unit)),
    }
}

fn floor(value: Ratio) -> Option<i64> {
    i64::try_from(value.numerator().checked_div_euclid(value.denominator())?).ok()
}

fn compare_born(birth: Date, on: Date, op: Comparison, n: Ratio, unit: CalendarUnit) -> Option<Truth> {
    let (n, unit) = in_smaller(n, unit)?;
    let elapsed = days_between(birth, on);
    match unit {
        CalendarUnit::Month => {
            let whole = floor(n)?;
            let day = after(birth, whole, CalendarUnit::Month)?;
            if n.denominator() == 1 {
                return Some(decide(op, on.cmp(&day)));
            }
            // Part of a month has no length: only beyond the months around it is the answer certain.
            if on <= day {
                Some(decide(op, Ordering::Less))
            } else if on >= after(birth, whole.checked_add(1)?, CalendarUnit::Month)? {
                Some(decide(op, Ordering::Greater))
            } else {
                Some(Truth::Unknown)
            }
        }
        CalendarUnit::Hour => {
            // Born and written at some hour of their days.
            let hours = |days: i64| Some(Ratio::integer(days.checked_mul(24)?));
            let interval = Interval {
                low: Some((hours(elapsed.checked_sub(1)?)?.max(Ratio::ZERO), false)),
                high: Some((hours(elapsed.checked_add(1)?)?, true)),
            };
            Some(interval.compare(op, n))
        }
        _ => Some(decide(op, Ratio::integer(elapsed).cmp(&n))),
    }
}

/// The stated age is at least its parts and less than one smallest unit more. Compared in months or in days where both sides allow, else
/// by the fewest and most days that so many months can have.
fn compare_completed(age: &Age, op: Comparison, n: Ratio, unit: CalendarUnit) -> Option<Truth> {
    let least = Span::of(&age.parts)?;
    let most = least.plus_one(age.smallest())?;
    let (n, unit) = in_smaller(n, unit)?;
    let interval = match unit {
        CalendarUnit::Month if least.hours == 0 && most.hours == 0 => Interval {
            low: Some((Ratio::integer(least.months), false)),
            high: Some((Ratio::integer(most.months), true)),
        },
        CalendarUnit::Month => return in_days(&least, &most, op, n),
        unit => {
            let hours_a_unit = if unit == CalendarUnit::Hour { 1 } else { 24 };
            let units = |hours: i64| Ratio::new(i128::from(hours), hours_a_unit);
            Interval {
                low: Some((units(least.fewest_hours()?)?, false)),
                high: Some((units(most.most_hours()?)?, true)),
            }
        }
    };
    Some(interval.compare(op, n))
}

/// A stated age of days against a number of months: certain only beyond what those months can last.
fn in_days(least: &Span, most: &Span, op: Comparison, months: Ratio) -> Option<Truth> {
    let floor = floor(months)?;
    let ceiling = if months.denominator() == 1 {
        floor
    } else {
        floor.checked_add(1)?
    };
    let fewest = Span {
        months: floor,
        hours: 0,
    }
    .fewest_hours()?;
    let longest = Span {
        months: ceiling,
        hours: 0,
    }
    .most_hours()?;
    if most.most_hours()? <= fewest {
        Some(decide(op, Ordering::Less))
    } else if least.fewest_hours()? > longest {
        Some(decide(op, Ordering::Greater))
    } else if least.fewest_hours()? == longest {
        // Not less, but perhaps equal.
        Some(match op {
            Comparison::Less => Truth::False,
            Comparison::AtLeast => Truth::True,
            _ => Truth::Unknown,
        })
    } else {
        Some(Truth::Unknown)
    }
}

/// Calendar months, and hours beyond them.
#[derive(Clone, Copy)]
struct Span {
    months: i64,
    hours: i64,
}

impl Span {
    fn of(parts: &[(u32, CalendarUnit)]) -> Option<Span> {
        let none = Span { months: 0, hours: 0 };
        parts
            .iter()
            .try_fold(none, |span, (number, unit)| span.plus(i64::from(*number), *unit))
    }

    fn plus(self, number: i64, unit: CalendarUnit) -> Option<Span> {
        let (months, hours) = match unit {
            CalendarUnit::Year => (12, 0),
            CalendarUnit::Month => (1, 0),
            CalendarUnit::Week => (0, 168),
            CalendarUnit::Day => (0, 24),
            CalendarUnit::Hour => (0, 1),
        };
        Some(Span {
            months: self.months.checked_add(number.checked_mul(months)?)?,
            hours: self.hours.checked_add(number.checked_mul(hours)?)?,
        })
    }

    fn plus_one(self, unit: CalendarUnit) -> Option<Span> {
        self.plus(1, unit)
    }

    fn fewest_hours(self) -> Option<i64> {
        const FEWEST: [i64; 12] = [0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334];
        let years = self.months.div_euclid(12);
        let leap_days = (years / 4).saturating_sub(1).max(0);
        self.hours_of(FEWEST, years, leap_days)
    }

    fn most_hours(self) -> Option<i64> {
        const MOST: [i64; 12] = [0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337];
        let years = self.months.div_euclid(12);
        let leap_days = if years == 0 { 0 } else { (years / 4).saturating_add(1) };
        self.hours_of(MOST, years, leap_days)
    }

    fn hours_of(self, days_in_months: [i64; 12], years: i64, leap_days: i64) -> Option<i64> {
        let rest = usize::try_from(self.months.rem_euclid(12)).ok()?;
        let days = years
            .checked_mul(365)?
            .checked_add(leap_days)?
            .checked_add(*days_in_months.get(rest)?)?;
        days.checked_mul(24)?.checked_add(self.hours)
    }
}
