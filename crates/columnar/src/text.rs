//! Numbers, dates and moments of columns as the text a record would hold.
//!
//! A decimal is written with every digit it has. A binary floating-point number is written as the shortest decimal that stands for it (0.1 is `0.1`), which
//! is what its author typed; arithmetic begins only after that, in exact ratios.
#![allow(
    clippy::disallowed_types,
    reason = "a column may be of binary floating point; it is only written out here"
)]
use arrow::{
    array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, timezone::Tz},
    datatypes::{
        Date32Type, Date64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
        TimestampSecondType,
    },
    temporal_conversions::{as_datetime, as_datetime_with_timezone},
};

/// Beyond these a number is written with an exponent.
const PLAIN: std::ops::Range<f64> = 1e-7..1e21;

/// The shortest decimal.
pub(crate) fn float64(value: f64) -> String {
    if value == 0.0 || PLAIN.contains(&value.abs()) || !value.is_finite() {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

/// The shortest decimal that stands for it among numbers of its own width.
pub(crate) fn float32(value: f32) -> String {
    if value == 0.0 || PLAIN.contains(&f64::from(value.abs())) || !value.is_finite() {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

/// `2026-11-22`; what no calendar has stays as the number, and is found to be no date.
pub(crate) fn date32(array: &PrimitiveArray<Date32Type>, at: usize) -> String {
    array
        .value_as_date(at)
        .map_or_else(|| array.value(at).to_string(), |date| date.to_string())
}

/// The same for a date in milliseconds.
pub(crate) fn date64(array: &PrimitiveArray<Date64Type>, at: usize) -> String {
    array
        .value_as_date(at)
        .map_or_else(|| array.value(at).to_string(), |date| date.to_string())
}

/// A column of moments.
pub(crate) struct Moments<'a> {
    array: &'a ArrayRef,
    unit: TimeUnit,
    zone: Option<Tz>,
}

impl<'a> Moments<'a> {
    /// The moments of a column, told in its own zone; `None` where nobody knows the zone.
    pub(crate) fn new(array: &'a ArrayRef, unit: TimeUnit, zone: Option<&str>) -> Option<Moments<'a>> {
        let zone = match zone {
            Some(name) => Some(name.parse().ok()?),
            None => None,
        };
        Some(Moments { array, unit, zone })
    }

    /// `2026-11-22T09:30:00+08:00`; without a zone there is no offset, and midnight is the date alone.
    pub(crate) fn text(&self, at: usize) -> String {
        match self.unit {
            TimeUnit::Second => moment::<TimestampSecondType>(self.array, at, self.zone),
            TimeUnit::Millisecond => moment::<TimestampMillisecondType>(self.array, at, self.zone),
            TimeUnit::Microsecond => moment::<TimestampMicrosecondType>(self.array, at, self.zone),
            TimeUnit::Nanosecond => moment::<TimestampNanosecondType>(self.array, at, self.zone),
        }
    }
}

fn moment<T: ArrowPrimitiveType>(array: &ArrayRef, at: usize, zone: Option<Tz>) -> String
where
    i64: From<T::Native>,
{
    let Some(array) = array.as_primitive_opt::<T>() else {
        return String::new();
    };
    let value = i64::from(array.value(at));
    let text = match zone {
        Some(zone) => as_datetime_with_timezone::<T>(value, zone).map(|moment| moment.to_rfc3339()),
        None => as_datetime::<T>(value).map(|moment| {
            let text = moment.format("%Y-%m-%dT%H:%M:%S%.f").to_string();
            text.strip_suffix("T00:00:00")
                .map_or_else(|| text.clone(), str::to_owned)
        }),
    };
    text.unwrap_or_else(|| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_the_shortest_decimal_that_stands_for_it() {
        let texts: Vec<String> = [0.1, 3.7, 2.0, -0.0, 1e300, 5e-324, 0.30000000000000004]
            .map(float64)
            .into();
        assert_eq!(
            texts,
            ["0.1", "3.7", "2", "-0", "1e300", "5e-324", "0.30000000000000004"]
        );
        assert_eq!(float32(0.1), "0.1");
        assert_eq!(float64(f64::NAN), "NaN");
    }
}
