//! Exact rational numbers over checked `i128`: every operation gives the exact result or says that it does not fit.
//!
//! What it never does: wrap, saturate, or round where the caller has not named the digits.
use serde::{Deserialize, Serialize, de};
use std::cmp::Ordering;

/// An exact ratio of integers, always reduced, denominator above zero. Serialises as `"n"` or `"n/d"`.
///
/// Both parts lie within ±(2¹²⁷ − 1), so that the sign of either can always be changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Ratio {
    num: i128,
    den: i128,
}

/// Why a text is not a number this engine can hold exactly.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// not a decimal number
    #[error("not a number")]
    Syntax,
    /// more digits or a larger exponent than can be held exactly
    #[error("number out of range")]
    Range,
}

impl Ratio {
    /// 0
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };
    /// 1
    pub const ONE: Ratio = Ratio { num: 1, den: 1 };

    /// A whole number.
    pub const fn integer(n: i64) -> Ratio {
        Ratio { num: n as i128, den: 1 }
    }

    /// `num / den`, reduced; `None` when `den` is 0 or the parts do not fit.
    #[inline]
    pub fn new(num: i128, den: i128) -> Option<Ratio> {
        let g = gcd(num.unsigned_abs(), den.unsigned_abs());
        if den == 0 {
            return None;
        }
        let negative = (num < 0) != (den < 0);
        let part = |p: i128| match g {
            1 => i128::try_from(p.unsigned_abs()).ok(),
            _ => i128::try_from(p.unsigned_abs().checked_div(g)?).ok(),
        };
        let (num, den) = (part(num)?, part(den)?);
        let num = if negative { num.checked_neg()? } else { num };
        Some(Ratio { num, den })
    }

    /// `10^exponent`; `None` beyond ±38.
    pub fn power_of_ten(exponent: i32) -> Option<Ratio> {
        let power = 10i128.checked_pow(exponent.unsigned_abs())?;
        if exponent < 0 {
            Ratio::new(1, power)
        } else {
            Ratio::new(power, 1)
        }
    }

    /// Numerator of the reduced form.
    pub const fn numerator(self) -> i128 {
        self.num
    }

    /// Denominator of the reduced form, above 0.
    pub const fn denominator(self) -> i128 {
        self.den
    }

    /// A decimal text: `2.5`, `-3`, `1e3`, full-width digits too. At most 30 significant digits, |exponent| ≤ 30. No `NaN`, no sign of infinity.
    pub fn parse_decimal(text: &str) -> Result<Ratio, NumberError> {
        crate::decimal::parse(text)
    }

    /// Sum, `None` on overflow.
    #[inline]
    pub fn checked_add(self, o: Ratio) -> Option<Ratio> {
        // Most numbers of a prescription are whole; those need no common denominator.
        if self.den == 1 && o.den == 1 {
            return reduced(self.num.checked_add(o.num)?, 1);
        }
        let g = common(self.den, o.den)?;
        let (left, right) = (quotient(o.den, g)?, quotient(self.den, g)?);
        let num = product(self.num, left)?.checked_add(product(o.num, right)?)?;
        // Of the common denominator only the part shared with the sum can still cancel, and that part divides `g`.
        let h = common(num, g)?;
        let den = product(quotient(self.den, h)?, left)?;
        reduced(quotient(num, h)?, den)
    }

    /// Difference, `None` on overflow.
    #[inline]
    pub fn checked_sub(self, o: Ratio) -> Option<Ratio> {
        self.checked_add(Ratio {
            num: o.num.checked_neg()?,
            den: o.den,
        })
    }

    /// Product, `None` on overflow.
    #[inline]
    pub fn checked_mul(self, o: Ratio) -> Option<Ratio> {
        let (g, h) = (common(self.num, o.den)?, common(o.num, self.den)?);
        let num = product(quotient(self.num, g)?, quotient(o.num, h)?)?;
        let den = product(quotient(self.den, h)?, quotient(o.den, g)?)?;
        reduced(num, den)
    }

    /// Quotient, `None` on overflow or a zero divisor.
    #[inline]
    pub fn checked_div(self, o: Ratio) -> Option<Ratio> {
        let num = if o.num < 0 { o.den.checked_neg()? } else { o.den };
        let upside_down = Ratio {
            num,
            den: o.num.checked_abs().filter(|den| *den != 0)?,
        };
        self.checked_mul(upside_down)
    }

    /// The `exponent`th power, `None` on overflow or for a negative power of zero.
    pub fn checked_pow(self, exponent: i32) -> Option<Ratio> {
        let n = exponent.unsigned_abs();
        let (num, den) = (self.num.checked_pow(n)?, self.den.checked_pow(n)?);
        if exponent < 0 {
            Ratio::new(den, num)
        } else {
            Ratio::new(num, den)
        }
    }

    /// Rounded half away from zero to `digits` decimals; `None` on overflow.
    pub fn round_to(self, digits: u32) -> Option<Ratio> {
        let power = 10i128.checked_pow(digits)?;
        let scaled = self.checked_mul(Ratio { num: power, den: 1 })?;
        let whole = scaled.num.checked_div(scaled.den)?;
        let rest = scaled.num.checked_rem(scaled.den)?.checked_abs()?;
        let whole = if rest >= scaled.den.checked_sub(rest)? {
            whole.checked_add(scaled.num.signum())?
        } else {
            whole
        };
        Ratio::new(whole, power)
    }

    /// True when below zero.
    pub const fn is_negative(self) -> bool {
        self.num < 0
    }

    /// True when 0.
    pub const fn is_zero(self) -> bool {
        self.num == 0
    }
}

/// What is reduced already, kept where its sign can be changed.
#[inline]
fn reduced(num: i128, den: i128) -> Option<Ratio> {
    (num != i128::MIN).then_some(Ratio { num, den })
}

/// Product. Of small numbers, which most are, it always fits.
#[inline]
fn product(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => i128::from(a).checked_mul(b.into()),
        _ => product_of_large(a, b),
    }
}

#[cold]
fn product_of_large(a: i128, b: i128) -> Option<i128> {
    a.checked_mul(b)
}

/// Quotient by a divisor above 0, which is 1 more often than not.
#[inline]
fn quotient(a: i128, by: i128) -> Option<i128> {
    if by == 1 { Some(a) } else { divided(a, by) }
}

#[inline(never)]
fn divided(a: i128, by: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(by)) {
        (Ok(a), Ok(by)) => a.checked_div(by).map(i128::from),
        _ => a.checked_div(by),
    }
}

/// Greatest common divisor, at least 1. Small numbers, which most are, take the fast division.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
        return gcd_small(x, y).into();
    }
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
        if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
            return gcd_small(x, y).into();
        }
    }
    a.max(1)
}

fn gcd_small(mut a: u64, mut b: u64) -> u64 {
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    a.max(1)
}

/// Greatest common divisor with a denominator. Most numbers of a prescription are whole.
#[inline]
fn common(a: i128, den: i128) -> Option<i128> {
    match den {
        1 => Some(1),
        _ => i128::try_from(gcd(a.unsigned_abs(), den.unsigned_abs())).ok(),
    }
}

impl PartialOrd for Ratio {
    #[inline]
    fn partial_cmp(&self, o: &Ratio) -> Option<Ordering> {
        Some(self.cmp(o))
    }
}

impl Ord for Ratio {
    #[inline]
    fn cmp(&self, o: &Ratio) -> Ordering {
        if self.den == o.den {
            return self.num.cmp(&o.num);
        }
        compare_crosswise(*self, *o)
    }
}

#[inline(never)]
fn compare_crosswise(a: Ratio, b: Ratio) -> Ordering {
    match (product(a.num, b.den), product(b.num, a.den)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => compare_by_continued_fraction(a, b),
    }
}

/// Exact order of two ratios whose cross products do not fit: whole parts first, then the remainders upside down.
fn compare_by_continued_fraction(a: Ratio, b: Ratio) -> Ordering {
    let (mut a, mut b) = ((a.num, a.den), (b.num, b.den));
    let mut flipped = false;
    loop {
        // A remainder of zero in the denominator stands for infinity.
        let step = |(n, d): (i128, i128)| Some((n.checked_div_euclid(d)?, n.checked_rem_euclid(d)?));
        let order = match (step(a), step(b)) {
            (Some((qa, ra)), Some((qb, rb))) if qa == qb => {
                (a, b) = ((a.1, ra), (b.1, rb));
                flipped = !flipped;
                continue;
            }
            (Some((qa, _)), Some((qb, _))) => qa.cmp(&qb),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        return if flipped { order.reverse() } else { order };
    }
}

/// Exact where the decimal ends within 12 places (`2.5`), else rounded to 4 significant digits with a leading `≈` (`≈0.3333`).
impl std::fmt::Display for Ratio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        crate::decimal::write(*self, f)
    }
}

impl Serialize for Ratio {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.den == 1 {
            s.collect_str(&self.num)
        } else {
            s.collect_str(&format_args!("{}/{}", self.num, self.den))
        }
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Ratio, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Ratio;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a ratio `n` or `n/d`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Ratio, E> {
                let (num, den) = text.split_once('/').unwrap_or((text, "1"));
                num.parse()
                    .ok()
                    .zip(den.parse().ok())
                    .and_then(|(num, den)| Ratio::new(num, den))
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        d.deserialize_str(Visitor)
    }
}
