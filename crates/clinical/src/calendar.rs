//! Dates, moments and calendar ages.
//!
//! What it never does: know what day it is, or count a month or a year as a fixed number of days.
use jiff::civil::Date;
use shenfang_units::{Amount, CalendarUnit, Dimension, Quantity, Ratio};

/// Seconds of a day.
pub const SECONDS_A_DAY: i64 = 86_400;

/// A date, and the minute of the day where the record has one (offset applied as written: the local clock of the sheet).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// the day
    pub date: Date,
    /// minutes since local midnight
    pub minute: Option<u16>,
    /// offset from UTC in minutes, where written
    pub offset: Option<i16>,
    /// as written
    pub text: Box<str>,
}

impl Moment {
    /// `2026-11-22`, or RFC 3339 (`2026-11-22T09:30:00+08:00`), seconds and offset may be absent.
    pub fn parse(text: &str) -> Option<Moment> {
        let trimmed = text.trim();
        let date = parse_date(trimmed.get(..10)?)?;
        let rest = trimmed.get(10..)?;
        let (minute, offset) = match rest.strip_prefix(['T', 't', ' ']) {
            Some(clock) => clock_and_offset(clock)?,
            None if rest.is_empty() => (None, None),
            None => return None,
        };
        Some(Moment {
            date,
            minute,
            offset,
            text: text.into(),
        })
    }

    /// Whether `self` is later than `other`: by day, then by the clock where both have one of the same offset.
    pub fn later_than(&self, other: &Moment) -> bool {
        if self.date != other.date {
            return self.date > other.date;
        }
        match (self.minute, other.minute) {
            (Some(mine), Some(theirs)) if self.offset == other.offset => mine > theirs,
            _ => false,
        }
    }

    /// Hours from `self` to `later`; `None` unless both have a clock.
    pub fn hours_until(&self, later: &Moment) -> Option<Ratio> {
        let minutes =
            |m: &Moment| -> Option<i64> { i64::from(m.minute?).checked_sub(i64::from(m.offset.unwrap_or(0))) };
        let days = days_between(self.date, later.date).checked_mul(1440)?;
        let minutes = minutes(later)?.checked_sub(minutes(self)?)?.checked_add(days)?;
        (self.offset.is_some() == later.offset.is_some())
            .then(|| Ratio::new(i128::from(minutes), 60))
            .flatten()
    }
}

/// `2026-11-22`, nothing else.
pub fn parse_date(text: &str) -> Option<Date> {
    let mut parts = text.trim().split('-');
    let (year, month, day) = (
        digits(parts.next()?, 4)?,
        digits(parts.next()?, 2)?,
        digits(parts.next()?, 2)?,
    );
    if parts.next().is_some() {
        return None;
    }
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// Days as they are stored, for `deserialize_with`. Serde's reader of a date is a reader of all that jiff can read, with all it can say of faults.
pub mod stored {
    use super::{Date, parse_date};
    use serde::de::{Deserialize, Deserializer, Error};

    struct Day(Date);
    impl<'de> Deserialize<'de> for Day {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
            let text = String::deserialize(deserializer)?;
            let day = parse_date(&text).map(Day);
            day.ok_or_else(|| D::Error::custom("expected a date like 2026-11-22"))
        }
    }

    /// A day, if there is one.
    pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        Ok(Option::<Day>::deserialize(deserializer)?.map(|day| day.0))
    }

    /// First and last day.
    type Days = (Option<Date>, Option<Date>);

    /// First and last day, if there are such.
    pub fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Days>, D::Error> {
        let days = Option::<(Option<Day>, Option<Day>)>::deserialize(deserializer)?;
        Ok(days.map(|(first, last)| (first.map(|day| day.0), last.map(|day| day.0))))
    }
}

fn digits(text: &str, length: usize) -> Option<u16> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// `09:30:00.5+08:00`, `09:30Z`, `09:30`.
fn clock_and_offset(text: &str) -> Option<(Option<u16>, Option<i16>)> {
    let (clock, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => (text.get(..at)?, text.get(at..)?),
        None => (text, ""),
    };
    let mut parts = clock.split(':');
    let minute = minutes(parts.next()?, parts.next()?)?;
    if let Some(seconds) = parts.next() {
        let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
        let in_range = digits(whole, 2).is_some_and(|s| s <= 60);
        if !in_range || fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
    }
    if parts.next().is_some() {
        return None;
    }
    let offset = match offset {
        "" => None,
        "Z" | "z" => Some(0),
        _ => {
            let (hours, mins) = offset.get(1..)?.split_once(':')?;
            let total = i16::try_from(minutes(hours, mins)?).ok()?;
            Some(if offset.starts_with('-') {
                total.checked_neg()?
            } else {
                total
            })
        }
    };
    Some((Some(minute), offset))
}

fn minutes(hours: &str, minutes: &str) -> Option<u16> {
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60)
        .then(|| hours.checked_mul(60)?.checked_add(minutes))
        .flatten()
}

/// Days since a day long before any record: years begin in March, so that a leap day is the last of its year.
fn day_number(date: Date) -> i64 {
    let (year, month, day) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let (year, month) = match month {
        1 | 2 => (year.saturating_sub(1), month.saturating_add(9)),
        _ => (year, month.saturating_sub(3)),
    };
    let leap_days = [(4, true), (100, false), (400, true)].iter().map(|(every, more)| {
        let times = year.div_euclid(*every);
        if *more { times } else { times.saturating_neg() }
    });
    let before_month = month.saturating_mul(153).saturating_add(2) / 5;
    let whole = year.saturating_mul(365).saturating_add(leap_days.sum());
    whole.saturating_add(before_month).saturating_add(day)
}

/// The day of a number. Spans of jiff would add days too, but bring every unit and every fault of theirs into what a browser loads.
fn day_of(number: i64) -> Option<Date> {
    // 400 years are 146,097 days; a year that begins too late is taken back.
    let year = number.checked_mul(400)?.div_euclid(146_097);
    let march = |year: i64| Date::new(i16::try_from(year).ok()?, 3, 1).ok();
    let begun = |start: &Date| day_number(*start) <= number;
    let mut first = march(year).filter(begun).or_else(|| march(year.checked_sub(1)?))?;
    loop {
        let day = number.checked_sub(day_number(first))?.checked_add(1)?;
        if day <= i64::from(first.days_in_month()) {
            return Date::new(first.year(), first.month(), i8::try_from(day).ok()?).ok();
        }
        first = match first.month() {
            12 => Date::new(first.year().checked_add(1)?, 1, 1).ok()?,
            month => Date::new(first.year(), month.checked_add(1)?, 1).ok()?,
        };
    }
}

/// Days from `from` to `to`, negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    day_number(to).saturating_sub(day_number(from))
}

/// The day `n` units after `date`, counted on the calendar; a day the month lacks (29 February, 31 April) is the first of the next.
/// Hours are not days: `None`.
pub fn after(date: Date, n: i64, unit: CalendarUnit) -> Option<Date> {
    match unit {
        CalendarUnit::Hour => None,
        CalendarUnit::Day => day_of(day_number(date).checked_add(n)?),
        CalendarUnit::Week => after(date, n.checked_mul(7)?, CalendarUnit::Day),
        CalendarUnit::Year => after(date, n.checked_mul(12)?, CalendarUnit::Month),
        CalendarUnit::Month => {
            let months = i64::from(date.year())
                .checked_mul(12)?
                .checked_add(i64::from(date.month()))?
                .checked_sub(1)?
                .checked_add(n)?;
            let month = i8::try_from(months.rem_euclid(12)).ok()?.checked_add(1)?;
            let first = Date::new(i16::try_from(months.div_euclid(12)).ok()?, month, 1).ok()?;
            if date.day() <= first.days_in_month() {
                Date::new(first.year(), first.month(), date.day()).ok()
            } else {
                first.last_of_month().tomorrow().ok()
            }
        }
    }
}

/// Whole units completed from `birth` to `on`; `None` when `on` is earlier or the unit is the hour.
pub fn completed(birth: Date, on: Date, unit: CalendarUnit) -> Option<i64> {
    if on < birth {
        return None;
    }
    match unit {
        CalendarUnit::Hour => None,
        CalendarUnit::Day => Some(days_between(birth, on)),
        CalendarUnit::Week => Some(days_between(birth, on) / 7),
        CalendarUnit::Year => Some(completed(birth, on, CalendarUnit::Month)? / 12),
        CalendarUnit::Month => {
            let years = i64::from(on.year()).checked_sub(i64::from(birth.year()))?;
            let months = years
                .checked_mul(12)?
                .checked_add(i64::from(on.month()))?
                .checked_sub(i64::from(birth.month()))?;
            if after(birth, months, CalendarUnit::Month)? <= on {
                Some(months)
            } else {
                months.checked_sub(1)
            }
        }
    }
}

/// A duration in seconds: 周 is 7 d, 月 30 d; a year, or what is not a time, is `None`.
pub fn duration(quantity: &Quantity) -> Option<Amount> {
    let seconds = |days: i64| {
        quantity
            .value
            .checked_mul(Ratio::integer(days.checked_mul(SECONDS_A_DAY)?))
    };
    let value = match quantity.unit.calendar() {
        Some(CalendarUnit::Year) => return None,
        Some(CalendarUnit::Month) => seconds(30)?,
        Some(CalendarUnit::Week) => seconds(7)?,
        Some(CalendarUnit::Day) => seconds(1)?,
        Some(CalendarUnit::Hour) | None => {
            let amount = quantity.amount()?;
            if amount.dimension != Dimension::TIME {
                return None;
            }
            amount.value
        }
    };
    Some(Amount {
        value,
        dimension: Dimension::TIME,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_added_as_the_library_adds_them() {
        let (first, last) = (day_number(date(-9998, 1, 1)), day_number(Date::MAX));
        for number in (first..=last)
            .step_by(97)
            .chain(day_number(date(1896, 1, 1))..=day_number(date(2110, 1, 1)))
        {
            let start = date(2026, 11, 22);
            let days = number - day_number(start);
            let expected = start.checked_add(jiff::Span::new().days(days)).ok();
            assert_eq!(after(start, days, CalendarUnit::Day), expected, "{days}");
        }
        assert_eq!(after(Date::MAX, 1, CalendarUnit::Day), None);
        assert_eq!(after(Date::MAX, i64::MAX, CalendarUnit::Day), None);
    }

    #[test]
    fn moments_are_read_as_written() {
        let moment = Moment::parse("2026-11-22T09:30:00+08:00").unwrap();
        assert_eq!(
            (moment.date, moment.minute, moment.offset),
            (date(2026, 11, 22), Some(570), Some(480))
        );
        assert_eq!(Moment::parse("2026-11-22").unwrap().minute, None);
        assert_eq!(Moment::parse("2026-11-22T09:30:00.123Z").unwrap().offset, Some(0));
        for bad in [
            "2026-02-30",
            "2026-13-01",
            "26-1-1",
            "2026-11-22T25:00:00Z",
            "2026-11-22x",
            "",
            "2026-11-22T09",
            "２０２６-11-22",
            "2026-11-22T09:30:61",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_the_month_lacks_is_the_first_of_the_next() {
        assert_eq!(after(date(2000, 2, 29), 65, CalendarUnit::Year), Some(date(2065, 3, 1)));
        assert_eq!(after(date(2000, 2, 29), 4, CalendarUnit::Year), Some(date(2004, 2, 29)));
        assert_eq!(after(date(2026, 1, 31), 1, CalendarUnit::Month), Some(date(2026, 3, 1)));
        assert_eq!(
            after(date(2026, 8, 22), 3, CalendarUnit::Month),
            Some(date(2026, 11, 22))
        );
        assert_eq!(after(date(9999, 12, 31), 1, CalendarUnit::Day), None);
        assert_eq!(after(date(2026, 1, 1), i64::MAX, CalendarUnit::Year), None);
    }

    #[test]
    fn completed_units_turn_over_on_the_day() {
        assert_eq!(
            completed(date(1958, 3, 2), date(2026, 11, 22), CalendarUnit::Year),
            Some(68)
        );
        assert_eq!(
            completed(date(1958, 3, 2), date(2023, 3, 1), CalendarUnit::Year),
            Some(64)
        );
        assert_eq!(
            completed(date(1958, 3, 2), date(2023, 3, 2), CalendarUnit::Year),
            Some(65)
        );
        assert_eq!(
            completed(date(2000, 2, 29), date(2001, 2, 28), CalendarUnit::Year),
            Some(0)
        );
        assert_eq!(
            completed(date(2000, 2, 29), date(2001, 3, 1), CalendarUnit::Year),
            Some(1)
        );
        assert_eq!(
            completed(date(2026, 11, 1), date(2026, 11, 22), CalendarUnit::Week),
            Some(3)
        );
        assert_eq!(
            completed(date(2026, 11, 23), date(2026, 11, 22), CalendarUnit::Day),
            None
        );
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let first = date(1895, 12, 25);
        let mut day = first;
        for n in 0..100_000 {
            assert_eq!(days_between(first, day), n, "{day}");
            assert_eq!(days_between(day, first), -n, "{day}");
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn hours_between_moments() {
        let at = |text| Moment::parse(text).unwrap();
        assert_eq!(
            at("2026-11-19T09:30:00+08:00").hours_until(&at("2026-11-22T09:30:00+08:00")),
            Some(Ratio::integer(72))
        );
        assert_eq!(
            at("2026-11-22T00:00:00Z").hours_until(&at("2026-11-22T09:00:00+08:00")),
            Some(Ratio::integer(1))
        );
        assert_eq!(at("2026-11-22").hours_until(&at("2026-11-22T09:00:00+08:00")), None);
    }
}
