//! The exact factor and the dimension of a parsed unit expression.
//!
//! It never cancels body size, never reads a mole as a number, and takes a factor from UCUM only where it is exact.
use crate::expression::NORMALISED;
use crate::{Base, Dimension, Ratio, UnitError, suggest, words};
use octofhir_ucum::{Case, Number, UnitExpr, lookup_unit};
use words::Meaning;

/// From this many digits on a decimal of the UCUM tables may be a rounded one.
const DOUBTFUL_DIGITS: u128 = 10u128.pow(26);

/// Factor to base units and dimension of `tree`, which was read from `written`.
pub(crate) fn of(tree: &UnitExpr, written: &str) -> Result<(Ratio, Dimension), UnitError> {
    let mut scale = Scale {
        written,
        root: tree,
        factor: Ratio::ONE,
        dimension: Dimension::NONE,
    };
    scale.walk(tree, 1)?;
    Ok((scale.factor, scale.dimension))
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
            self.times(Ratio::ONE, Dimension::of(Base::NormalisedArea), exponent.signum())
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
        let (prefix, atom) =
            lookup_unit(symbol, Case::Sensitive).ok_or_else(|| suggest::unknown(self.written, symbol))?;
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
