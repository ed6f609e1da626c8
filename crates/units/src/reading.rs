//! Reads quantities and ranges as people type them. What it cannot read it refuses; it never skips a character.
use crate::{Dimension, NumberError, Quantity, QuantityError, QuantityRange, Ratio, Unit, text};

const SYNTAX: QuantityError = QuantityError::Number(NumberError::Syntax);
const RANGE: QuantityError = QuantityError::Number(NumberError::Range);

/// `5 mg`, `0.5g`, `7 天`: a plain number and an everyday unit, as nearly every quantity is written; `None` where it takes a closer look.
fn usual(written: &str) -> Option<Quantity> {
    let digits = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let end = written.bytes().position(|byte| !digits(byte))?;
    let (number, rest) = written.split_at_checked(end)?;
    let unit = Unit::everyday(rest.strip_prefix(' ').unwrap_or(rest))?;
    let value = crate::decimal::plain(number)?;
    Some(Quantity { value, unit })
}

pub(crate) fn quantity(written: &str) -> Result<Quantity, QuantityError> {
    if let Some(quantity) = usual(written) {
        return Ok(quantity);
    }
    normal_quantity(&text::normalise(written).ok_or(RANGE)?)
}

pub(crate) fn range(written: &str) -> Result<QuantityRange, QuantityError> {
    if let Some(quantity) = usual(written) {
        return Ok(QuantityRange::single(quantity));
    }
    let normal = text::normalise(written).ok_or(RANGE)?;
    let number = number(&normal)?;
    // A minus may be part of the unit (`s-1`), the other signs may not: with those there is nothing to try first.
    let single = if number.rest.starts_with('-') || number.rest.contains(['~', '至', '到']) {
        Err(SYNTAX)
    } else {
        normal_quantity(&normal)
    };
    let mut error = match single {
        Ok(q) => return Ok(QuantityRange::single(q)),
        Err(e) => e,
    };
    let signs = number.rest.char_indices().filter(|(_, c)| is_range_sign(*c));
    for (at, sign) in signs {
        let Some((left, right)) = number.rest.split_at_checked(at) else {
            continue;
        };
        let right = right.trim_start_matches(sign).trim_start();
        let ends = normal_quantity(right).and_then(|high| Ok((low_end(&number, left.trim(), &high)?, high)));
        match ends {
            Ok((low, high)) => return ordered(low, high),
            // The first reading that says more than "not a number" says what is wrong.
            Err(e) if error == SYNTAX => error = e,
            Err(_) => {}
        }
    }
    Err(error)
}

fn is_range_sign(c: char) -> bool {
    matches!(c, '~' | '-' | '至' | '到')
}

fn low_end(number: &Number, unit: &str, high: &Quantity) -> Result<Quantity, QuantityError> {
    if unit.is_empty() {
        number.of(high.unit.clone())
    } else {
        number.with(unit)
    }
}

fn ordered(low: Quantity, high: Quantity) -> Result<QuantityRange, QuantityError> {
    let alike = low.unit.dimension() == high.unit.dimension()
        && (!countable(&low.unit) || low.unit.canonical() == high.unit.canonical());
    if !alike {
        return Err(SYNTAX);
    }
    let (Some(a), Some(b)) = (low.amount(), high.amount()) else {
        return Err(RANGE);
    };
    if a.value > b.value {
        return Err(QuantityError::Reversed);
    }
    Ok(QuantityRange { low, high })
}

fn normal_quantity(text: &str) -> Result<Quantity, QuantityError> {
    let number = number(text)?;
    number.with(number.rest.trim())
}

/// What is handed out in pieces, so that a half of it is written with a solidus.
fn countable(unit: &Unit) -> bool {
    [
        Dimension::COUNT,
        Dimension::PACK,
        Dimension::DROP,
        Dimension::DECOCTION_DOSE,
    ]
    .contains(&unit.dimension())
}

/// A number at the beginning of a text, and what follows it.
struct Number<'a> {
    value: Ratio,
    /// written `1/2`, which is a half only before what is counted
    solidus: bool,
    rest: &'a str,
}

impl Number<'_> {
    fn of(&self, unit: Unit) -> Result<Quantity, QuantityError> {
        if self.solidus && !countable(&unit) {
            return Err(SYNTAX);
        }
        Ok(Quantity {
            value: self.value,
            unit,
        })
    }

    fn with(&self, unit: &str) -> Result<Quantity, QuantityError> {
        if unit.is_empty() {
            return Err(QuantityError::NoUnit);
        }
        let whole = self.value.denominator() == 1;
        if whole && let Some(months) = months_after_years(unit) {
            let months = self
                .value
                .checked_mul(Ratio::integer(12))
                .and_then(|years| years.checked_add(months));
            return Ok(Quantity {
                value: months.ok_or(RANGE)?,
                unit: Unit::parse("月")?,
            });
        }
        if whole && let Some(unit) = unit.strip_suffix('半') {
            let unit = Unit::parse(unit)?;
            let half = Ratio::new(1, 2).and_then(|half| self.value.checked_add(half));
            return Ok(Quantity {
                value: half.ok_or(RANGE)?,
                unit,
            });
        }
        self.of(Unit::parse(unit)?)
    }
}

/// The months of `岁5月`, `岁5个月`, `岁半`.
fn months_after_years(text: &str) -> Option<Ratio> {
    let rest = ["周岁", "岁"].iter().find_map(|y| text.strip_prefix(y))?;
    let rest = rest.trim_start();
    if rest == "半" {
        return Some(Ratio::integer(6));
    }
    let (digits, rest) = digits(rest)?;
    let months = digits.parse::<i64>().ok().filter(|m| *m < 12)?;
    matches!(rest.trim_start(), "月" | "个月" | "月龄").then_some(Ratio::integer(months))
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(d, _)| !d.is_empty())
}

fn number(text: &str) -> Result<Number<'_>, QuantityError> {
    let plain = |value, rest| {
        Ok(Number {
            value,
            solidus: false,
            rest,
        })
    };
    let first = text.chars().next().ok_or(SYNTAX)?;
    let after_first = text.get(first.len_utf8()..).unwrap_or("");
    if first == '-' {
        return Err(if number(after_first.trim_start()).is_ok() {
            QuantityError::Negative
        } else {
            SYNTAX
        });
    }
    if let Some(value) = chinese_numeral(first) {
        return plain(value, after_first);
    }
    let end = decimal_end(text);
    let (written, rest) = text.split_at_checked(end).ok_or(SYNTAX)?;
    let value = Ratio::parse_decimal(written)?;
    if let Some((over, rest)) = fraction_tail(rest, '\u{2044}') {
        return plain(over_whole(value, over)?, rest);
    }
    if let Some((above, tail)) = rest.strip_prefix(' ').and_then(digits)
        && let Some((over, rest)) = fraction_tail(tail, '\u{2044}')
    {
        let part = over_whole(Ratio::parse_decimal(above)?, over)?;
        return plain(value.checked_add(part).ok_or(RANGE)?, rest);
    }
    if let Some((over, rest)) = fraction_tail(rest, '/').filter(|_| value.denominator() == 1) {
        let value = over_whole(value, over)?;
        return Ok(Number {
            value,
            solidus: true,
            rest,
        });
    }
    plain(value, rest)
}

/// The denominator after `sign`, and what follows it.
fn fraction_tail(text: &str, sign: char) -> Option<(&str, &str)> {
    digits(text.strip_prefix(sign)?).filter(|(_, rest)| !rest.starts_with('.'))
}

fn over_whole(value: Ratio, over: &str) -> Result<Ratio, QuantityError> {
    let over = Ratio::parse_decimal(over)?;
    if over.is_zero() {
        return Err(SYNTAX);
    }
    value.checked_div(over).ok_or(RANGE)
}

/// Where the decimal at the beginning ends; `e` belongs to it only before digits.
fn decimal_end(text: &str) -> usize {
    let mantissa = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let exponent = text
        .get(mantissa..)
        .and_then(|t| t.strip_prefix(['e', 'E']))
        .map(|t| t.strip_prefix(['-', '+']).unwrap_or(t))
        .and_then(digits);
    match exponent {
        Some((_, rest)) if mantissa > 0 => text.len().saturating_sub(rest.len()),
        _ => mantissa,
    }
}

fn chinese_numeral(c: char) -> Option<Ratio> {
    let n = match c {
        '半' => return Ratio::new(1, 2),
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        _ => return None,
    };
    Some(Ratio::integer(n))
}
