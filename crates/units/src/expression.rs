//! Unit expressions: everyday words and UCUM symbols are read by one scanner, the grammar is UCUM's own parser.
//!
//! It never cancels body size, never reads a mole as a number, and takes a factor from UCUM only where it is exact.
use crate::{Base, Dimension, Ratio, UnitError, suggest, text, words};
use octofhir_ucum::{Case, Number, UnitExpr, lookup_unit, parse_expression};
use std::collections::HashMap;
use std::sync::LazyLock;
use words::Meaning;

/// Longest unit read, in characters.
const LONGEST: usize = 64;
/// The annotation under which a clearance is per 1.73 m² of body surface.
const NORMALISED: &str = "1.73_m2";
/// From this many digits on a decimal of the UCUM tables may be a rounded one.
const DOUBTFUL_DIGITS: u128 = 10u128.pow(26);

static ROWS: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
    let rows = words::WORDS.iter().enumerate();
    rows.map(|(row, w)| (w.word, row)).collect()
});

pub(crate) fn row(word: &str) -> Option<(usize, &'static words::Word)> {
    let row = *ROWS.get(word)?;
    words::WORDS.get(row).map(|w| (row, w))
}

/// The text a unit keeps: NFKC, no blanks around operators, `1.73m2` after an operator as its annotation.
pub(crate) fn normalise(written: &str) -> Result<String, UnitError> {
    if written.chars().nth(LONGEST).is_some() {
        return Err(UnitError::Range);
    }
    let normal = text::normalise(written).ok_or(UnitError::Range)?;
    let mut out = String::with_capacity(normal.len());
    let mut rest = normal.as_str();
    for sign in ["×", "x", "X", "*"] {
        if let Some(power) = rest.strip_prefix(sign)
            && power.trim_start().starts_with("10")
        {
            rest = power.trim_start();
        }
    }
    while let Some(c) = rest.chars().next() {
        let after_operator = out.ends_with(['/', '.', '(']);
        if let Some(tail) = normalised_area(rest).filter(|_| after_operator) {
            out.extend(["{", NORMALISED, "}"]);
            rest = tail;
            continue;
        }
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            ' ' if after_operator || rest.trim_start().starts_with(['/', '.', ')']) => {}
            '\u{2044}' => out.push('/'),
            '^' if out.ends_with("10") => out.push('*'),
            _ => out.push(c),
        }
    }
    if out.chars().nth(LONGEST).is_some() {
        return Err(UnitError::Range);
    }
    Ok(out)
}

/// What follows `1.73m2`, `1.73 m2`, `{1.73m2}` …, where `text` begins with it.
fn normalised_area(text: &str) -> Option<&str> {
    let (braced, inner) = match text.strip_prefix('{') {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    let tail = inner.strip_prefix("1.73")?.trim_start_matches([' ', '_']);
    let tail = ["m2", "m^2", "平方米"]
        .iter()
        .find_map(|area| tail.strip_prefix(area))?;
    if braced {
        tail.strip_prefix('}')
    } else {
        Some(tail)
    }
}

/// A unit expression that parses.
#[derive(Debug)]
pub(crate) struct Expression<'a> {
    written: &'a str,
    tree: UnitExpr,
    canonical: String,
}

impl<'a> Expression<'a> {
    /// Reads normalised text.
    pub fn parse(written: &'a str) -> Result<Self, UnitError> {
        let (mut ucum, mut canonical) = (String::new(), String::new());
        for token in tokens(written) {
            let (body, exponent) = split_exponent(token);
            if written.contains("[~") || words::REFUSED.iter().any(|(r, _)| *r == body) {
                return Err(suggest::unknown(written, body));
            }
            match row(body) {
                Some((row, w)) => {
                    match w.meaning {
                        Meaning::Own(..) => ucum.push_str(&format!("[~{row}]")),
                        // In parentheses, where no exponent can follow, unless it is a simple unit.
                        Meaning::Ucum if matches!(w.code, "m2" | "1") => {
                            ucum.push_str(&format!("({})", w.code));
                        }
                        Meaning::Ucum => ucum.push_str(w.code),
                    }
                    canonical.push_str(&canonical_symbol(w.code));
                }
                None => {
                    let body = body
                        .strip_prefix('μ')
                        .map_or(body.into(), |b| format!("u{b}"));
                    ucum.push_str(&body);
                    match row(&body) {
                        Some((_, w)) => canonical.push_str(&canonical_symbol(w.code)),
                        None => canonical.push_str(&canonical_symbol(&body)),
                    }
                }
            }
            ucum.push_str(exponent);
            canonical.push_str(exponent);
        }
        let tree = parse_expression(&ucum).map_err(|_| {
            let unknown = tokens(written)
                .map(|t| split_exponent(t).0)
                .find(|t| t.chars().any(char::is_alphabetic) && !known(t));
            suggest::unknown(written, unknown.unwrap_or(written))
        })?;
        Ok(Expression {
            written,
            tree,
            canonical,
        })
    }

    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Exact factor to base units, and dimension.
    pub fn evaluate(&self) -> Result<(Ratio, Dimension), UnitError> {
        let mut scale = Scale {
            written: self.written,
            root: &self.tree,
            factor: Ratio::ONE,
            dimension: Dimension::NONE,
        };
        scale.walk(&self.tree, 1)?;
        Ok((scale.factor, scale.dimension))
    }
}

/// Splits at the operators and annotations of UCUM; what stands in square brackets stays whole.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let mut bracket = false;
        let end = match first {
            '{' => rest.find('}').and_then(|at| at.checked_add(1)),
            '/' | '.' | '(' | ')' | '}' => Some(1),
            _ => rest
                .char_indices()
                .find(|(_, c)| {
                    bracket = (bracket || *c == '[') && *c != ']';
                    !bracket && matches!(c, '/' | '.' | '(' | ')' | '{' | '}')
                })
                .map(|(at, _)| at),
        };
        let (token, tail) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = tail;
        Some(token)
    })
}

/// `m` and `2` of `m2`, `s` and `-1` of `s-1`; digits alone, and those within brackets, are no exponent.
fn split_exponent(token: &str) -> (&str, &str) {
    let body = token.trim_end_matches(|c: char| c.is_ascii_digit());
    if body.is_empty() || body.len() == token.len() || body.starts_with('{') {
        return (token, "");
    }
    let body = body.strip_suffix(['-', '+']).unwrap_or(body);
    (body, token.strip_prefix(body).unwrap_or(""))
}

fn known(symbol: &str) -> bool {
    let ascii = symbol
        .strip_prefix('μ')
        .map_or(symbol.to_owned(), |s| format!("u{s}"));
    row(&ascii).is_some() || lookup_unit(&ascii, Case::Sensitive).is_some()
}

/// One spelling for UCUM's twins: `ml` → `mL`, `k[iU]` → `kU`.
fn canonical_symbol(symbol: &str) -> String {
    let atom = match lookup_unit(symbol, Case::Sensitive) {
        Some((_, unit)) => unit.code,
        None => return symbol.to_owned(),
    };
    match (symbol.strip_suffix(atom), atom) {
        (Some(prefix), "l") => format!("{prefix}L"),
        (Some(prefix), "[iU]" | "[IU]") => format!("{prefix}U"),
        _ => symbol.to_owned(),
    }
}

/// The running product over the tree.
struct Scale<'a> {
    written: &'a str,
    root: &'a UnitExpr,
    factor: Ratio,
    dimension: Dimension,
}

impl Scale<'_> {
    /// Multiplies by `expr` to the power `exponent`, which is negative in a denominator.
    fn walk(&mut self, expr: &UnitExpr, exponent: i32) -> Result<(), UnitError> {
        let inverse = exponent.checked_neg().ok_or(UnitError::Range)?;
        match expr {
            UnitExpr::Numeric(n) => {
                let n = exact(*n).ok_or(UnitError::Range)?;
                self.times(n, Dimension::NONE, exponent)
            }
            UnitExpr::Annotation(text) => self.annotation(text, exponent),
            UnitExpr::Annotated(inner, text) => {
                self.walk(inner, exponent)?;
                match **inner {
                    UnitExpr::Power(_, n) if n < 0 => self.annotation(text, inverse),
                    _ => self.annotation(text, exponent),
                }
            }
            UnitExpr::Product(terms) => terms.iter().try_for_each(|t| self.walk(t, exponent)),
            UnitExpr::Quotient(numerator, denominator) => {
                self.walk(numerator, exponent)?;
                self.walk(denominator, inverse)
            }
            UnitExpr::Reciprocal(inner) => self.walk(inner, inverse),
            UnitExpr::Symbol(symbol) => self.symbol(symbol, exponent),
            UnitExpr::Power(inner, n) => {
                let exponent = exponent.checked_mul(*n).ok_or(UnitError::Range)?;
                match &**inner {
                    UnitExpr::Symbol(m) if m == "m" && exponent == -2 => {
                        self.times(Ratio::ONE, Dimension::BODY_AREA, -1)
                    }
                    inner => self.walk(inner, exponent),
                }
            }
        }
    }

    /// Annotations mean nothing to UCUM; the normalised body surface must mean something to us.
    fn annotation(&mut self, text: &str, exponent: i32) -> Result<(), UnitError> {
        if text == NORMALISED {
            self.times(
                Ratio::ONE,
                Dimension::of(Base::NormalisedArea),
                exponent.signum(),
            )
        } else {
            Ok(())
        }
    }

    fn symbol(&mut self, symbol: &str, exponent: i32) -> Result<(), UnitError> {
        if symbol == "kg" && exponent < 0 {
            return self.times(Ratio::ONE, Dimension::BODY_MASS, exponent);
        }
        let own = symbol
            .strip_prefix("[~")
            .and_then(|s| s.strip_suffix(']'))
            .and_then(|row| words::WORDS.get(row.parse::<usize>().ok()?));
        if let Some(Meaning::Own(base, n)) = own.map(|w| w.meaning) {
            return self.times(Ratio::integer(n), Dimension::of(base), exponent);
        }
        let (prefix, atom) = lookup_unit(symbol, Case::Sensitive)
            .ok_or_else(|| suggest::unknown(self.written, symbol))?;
        let not_a_ratio = || UnitError::NotARatio {
            text: self.written.to_owned(),
        };
        if atom.special.is_special() {
            // UCUM lets special units take part in no algebra; its own evaluation says where that is broken.
            return match octofhir_ucum::evaluate(self.root) {
                Ok(_) => Err(not_a_ratio()),
                Err(_) => Err(suggest::unknown(self.written, self.written)),
            };
        }
        let (factor, dimension) = match typed(atom.code) {
            Some(typed) => typed,
            None if atom.special.is_arbitrary() || words::MEAN_CALENDAR.contains(&atom.code) => {
                return Err(not_a_ratio());
            }
            None => (
                exact(atom.factor).ok_or_else(not_a_ratio)?,
                dimension(atom.dim).ok_or(UnitError::Range)?,
            ),
        };
        let prefix = match prefix {
            Some(prefix) => exact(prefix.factor).ok_or_else(not_a_ratio)?,
            None => Ratio::ONE,
        };
        let factor = factor.checked_mul(prefix).ok_or(UnitError::Range)?;
        self.times(factor, dimension, exponent)
    }

    fn times(&mut self, by: Ratio, of: Dimension, exponent: i32) -> Result<(), UnitError> {
        let dimension = of
            .checked_pow(exponent)
            .and_then(|d| self.dimension.checked_mul(d))
            .ok_or(UnitError::Range)?;
        let factor = by
            .checked_pow(exponent)
            .and_then(|f| self.factor.checked_mul(f))
            .ok_or(UnitError::Range)?;
        (self.dimension, self.factor) = (dimension, factor);
        Ok(())
    }
}

/// UCUM atoms that mean something narrower here than in UCUM: moles and their kin are no numbers, `U` is a biological unit, a drop is no
/// volume, a month has 30 days and a year 365 (as a plain time callers refuse years).
fn typed(atom: &str) -> Option<(Ratio, Dimension)> {
    let day = 86_400i64;
    let base = |base| Some((Ratio::ONE, Dimension::of(base)));
    match atom {
        "mol" => base(Base::Amount),
        "eq" => base(Base::Equivalent),
        "osm" => base(Base::Osmole),
        "kat" => Some((Ratio::ONE, Dimension::AMOUNT.checked_div(Dimension::TIME)?)),
        "U" | "[iU]" | "[IU]" => base(Base::Biological),
        "[drp]" => base(Base::Drop),
        "mo" => Some((Ratio::integer(day.checked_mul(30)?), Dimension::TIME)),
        "a" => Some((Ratio::integer(day.checked_mul(365)?), Dimension::TIME)),
        _ => None,
    }
}

/// The ratio a UCUM decimal stands for; `None` where it may have been rounded or does not fit.
fn exact(n: Number) -> Option<Ratio> {
    let (digits, exponent) = n.to_integer_and_exponent();
    if digits.unsigned_abs() >= DOUBTFUL_DIGITS {
        return None;
    }
    Ratio::new(digits, 1)?.checked_mul(Ratio::power_of_ten(exponent)?)
}

fn dimension(ucum: octofhir_ucum::Dimension) -> Option<Dimension> {
    const ORDER: [Base; 7] = [
        Base::Length,
        Base::Time,
        Base::Mass,
        Base::Angle,
        Base::Temperature,
        Base::Charge,
        Base::Luminous,
    ];
    let mut out = Dimension::NONE;
    for (base, exponent) in ORDER.into_iter().zip(ucum.0) {
        out = out.checked_mul(Dimension::power(base, exponent))?;
    }
    Some(out)
}
