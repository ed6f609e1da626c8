//! Decimal text of a ratio, in and out. It never rounds what it reads, and marks what it rounds when it writes.
use crate::{NumberError, Ratio, text};
use std::fmt;

/// Most significant digits read, and the largest power of ten that an exponent may name.
const DIGITS: usize = 30;
const EXPONENT: i32 = 30;

/// Reads `2.5`, `-3`, `+1`, `.5`, `1e3`; full-width forms count as their ASCII twins.
pub(crate) fn parse(written: &str) -> Result<Ratio, NumberError> {
    match plain(written) {
        Some(number) => Ok(number),
        None => parse_any(written),
    }
}

/// Most digits that surely fit a machine word.
const FEW: usize = 18;

/// Digits with at most one point between them, as nearly every number is written; `None` where it takes a closer look.
pub(crate) fn plain(written: &str) -> Option<Ratio> {
    if written.is_empty() || written.len() > FEW {
        return None;
    }
    let (mut number, mut power) = (0_u64, None::<u64>);
    for byte in written.bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number.checked_mul(10)?.checked_add(byte.wrapping_sub(b'0').into())?;
                if let Some(power) = &mut power {
                    *power = power.checked_mul(10)?;
                }
            }
            b'.' if power.is_none() => power = Some(1),
            _ => return None,
        }
    }
    match power {
        None => i64::try_from(number).ok().map(Ratio::integer),
        // `5.` is no number.
        Some(1) => None,
        Some(power) => Ratio::new(number.into(), power.into()),
    }
}

fn parse_any(written: &str) -> Result<Ratio, NumberError> {
    let normal = text::normalise(written).ok_or(NumberError::Range)?;
    let (negative, unsigned) = match normal.strip_prefix(['-', '+']) {
        Some(rest) => (normal.starts_with('-'), rest),
        None => (false, &*normal),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((_, "")) => return Err(NumberError::Syntax),
        Some(parts) => parts,
        None => (mantissa, ""),
    };
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Ok(Ratio::ZERO);
    }
    if significant.len() > DIGITS {
        return Err(NumberError::Range);
    }
    let number: i128 = significant.parse().map_err(|_| NumberError::Range)?;
    let number = if negative { number.checked_neg() } else { Some(number) };
    let places = i32::try_from(fraction.len()).map_err(|_| NumberError::Range)?;
    exponent
        .checked_sub(places)
        .and_then(Ratio::power_of_ten)
        .zip(number.and_then(|n| Ratio::new(n, 1)))
        .and_then(|(power, number)| number.checked_mul(power))
        .ok_or(NumberError::Range)
}

fn parse_exponent(text: &str) -> Result<i32, NumberError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::Syntax);
    }
    match text.parse::<i32>() {
        Ok(e) if e.abs() <= EXPONENT => Ok(e),
        _ => Err(NumberError::Range),
    }
}

const TWELVE_PLACES: i128 = 1_000_000_000_000;

/// Writes the exact decimal where it ends within 12 places, else 4 significant digits after `≈`.
pub(crate) fn write(value: Ratio, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (num, den) = (value.numerator(), value.denominator());
    let sign = if num < 0 { "-" } else { "" };
    let (Some(whole), Some(rest)) = (num.checked_div(den), num.checked_rem(den)) else {
        return Err(fmt::Error);
    };
    let (whole, rest) = (whole.unsigned_abs(), rest.unsigned_abs());
    if rest == 0 {
        return write!(f, "{sign}{whole}");
    }
    if TWELVE_PLACES.checked_rem(den) == Some(0) {
        let scale = TWELVE_PLACES.checked_div(den).unwrap_or(0).unsigned_abs();
        let fraction = format!("{:012}", rest.saturating_mul(scale));
        return write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'));
    }
    write!(f, "≈{sign}{}", four_digits(whole, rest, den.unsigned_abs()))
}

/// `whole + rest / den` to four significant digits, half away from zero.
fn four_digits(whole: u128, rest: u128, den: u128) -> String {
    let (mut digits, mut rest, mut places, mut dropped) = (whole, rest, 0usize, 0usize);
    while digits < 1000 {
        let (digit, next) = times_ten(rest, den);
        digits = digits.saturating_mul(10).saturating_add(digit);
        rest = next;
        places = places.saturating_add(1);
    }
    let mut up = rest >= den.saturating_sub(rest);
    while digits >= 10_000 {
        up = digits.checked_rem(10).unwrap_or(0) >= 5;
        digits = digits.checked_div(10).unwrap_or(0);
        dropped = dropped.saturating_add(1);
    }
    let digits = digits.saturating_add(up.into());
    if places == 0 {
        return format!("{digits}{}", "0".repeat(dropped));
    }
    let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
    let (whole, fraction) = padded
        .len()
        .checked_sub(places)
        .and_then(|at| padded.split_at_checked(at))
        .unwrap_or((&padded, ""));
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

/// The next decimal digit of `rest / den` and what is left. `rest < den < 2¹²⁷`, so doubling fits where tenfold might not.
fn times_ten(rest: u128, den: u128) -> (u128, u128) {
    let add = |(q, r): (u128, u128), (p, s): (u128, u128)| {
        let (q, r) = (q.saturating_add(p), r.saturating_add(s));
        match r.checked_sub(den) {
            Some(left) => (q.saturating_add(1), left),
            None => (q, r),
        }
    };
    let one = (0, rest);
    let two = add(one, one);
    let five = add(add(two, two), one);
    add(five, five)
}
