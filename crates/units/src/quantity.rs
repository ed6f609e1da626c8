//! A number with a unit, as written and in base units. It never converts on its own and never drops a unit.
use crate::{Dimension, Ratio, Unit, reading};
use serde::{Deserialize, Serialize};

/// A number and a unit as written.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Quantity {
    /// the number
    pub value: Ratio,
    /// the unit
    pub unit: Unit,
}

/// A value in the base units of its dimension: what is compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Amount {
    /// in base units (gram, second, cubic metre, …)
    pub value: Ratio,
    /// what it measures
    pub dimension: Dimension,
}

/// One quantity, or a range of two in one unit (`1~2 片`): `low <= high`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct QuantityRange {
    /// the smaller end
    pub low: Quantity,
    /// the larger end; equal to `low` for a single quantity
    pub high: Quantity,
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// the number
    #[error(transparent)]
    Number(#[from] crate::NumberError),
    /// the unit
    #[error(transparent)]
    Unit(#[from] crate::UnitError),
    /// a number without a unit
    #[error("a number without a unit")]
    NoUnit,
    /// below zero
    #[error("below zero")]
    Negative,
    /// `2~1 片`
    #[error("a range whose lower end is above its upper end")]
    Reversed,
}

impl Quantity {
    /// `"2.5 mg"`, `"9克"`, `"80万U"`, `"½片"`, `"半片"`; NFKC applied first.
    ///
    /// Also `1/2片` (a half only of units of use, packs, drops, 剂), `1片半`, `两片`, and ages `3岁5月`, `1岁半`, which are so many months.
    /// At most 128 characters; never below zero.
    pub fn parse(text: &str) -> Result<Quantity, QuantityError> {
        reading::quantity(text)
    }

    /// In base units; `None` on overflow.
    pub fn amount(&self) -> Option<Amount> {
        let factor = self.unit.factor();
        Some(Amount {
            // Grams, tablets, seconds: most amounts stand in base units.
            value: if factor == Ratio::ONE {
                self.value
            } else {
                self.value.checked_mul(factor)?
            },
            dimension: self.unit.dimension(),
        })
    }

    /// The same amount in another unit; `None` when the dimensions differ or on overflow.
    pub fn convert(&self, to: &Unit) -> Option<Quantity> {
        if self.unit.dimension() != to.dimension() {
            return None;
        }
        // The ratio of the factors first: it often fits where the amount in base units would not.
        let factor = self.unit.factor().checked_div(to.factor())?;
        Some(Quantity {
            value: self.value.checked_mul(factor)?,
            unit: to.clone(),
        })
    }
}

/// `2.5 mg`, as a person writes it; a pure number stands alone.
impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.unit.text() {
            "1" => write!(f, "{}", self.value),
            unit => write!(f, "{} {unit}", self.value),
        }
    }
}

impl Amount {
    /// Sum; `None` when dimensions differ or on overflow.
    pub fn checked_add(self, o: Amount) -> Option<Amount> {
        if self.dimension != o.dimension {
            return None;
        }
        Some(Amount {
            value: self.value.checked_add(o.value)?,
            dimension: self.dimension,
        })
    }

    /// Product; dimensions multiply.
    pub fn checked_mul(self, o: Amount) -> Option<Amount> {
        Some(Amount {
            value: self.value.checked_mul(o.value)?,
            dimension: self.dimension.checked_mul(o.dimension)?,
        })
    }

    /// Quotient; dimensions divide. `None` on overflow or a zero divisor.
    pub fn checked_div(self, o: Amount) -> Option<Amount> {
        Some(Amount {
            value: self.value.checked_div(o.value)?,
            dimension: self.dimension.checked_div(o.dimension)?,
        })
    }

    /// The quantity in `unit`; `None` when dimensions differ.
    pub fn in_unit(self, unit: &Unit) -> Option<Quantity> {
        if self.dimension != unit.dimension() {
            return None;
        }
        Some(Quantity {
            value: self.value.checked_div(unit.factor())?,
            unit: unit.clone(),
        })
    }
}

impl QuantityRange {
    /// `"2.5 mg"`, `"1~2 片"`, `"1-2片"`, `"0.5～1 g"`, `"1片~2片"`, `"1至2片"`, `"500 mg~1 g"`.
    ///
    /// The signs are `~ ～ - – — 至 到`. Both ends measure the same, and units of use are the same word.
    pub fn parse(text: &str) -> Result<QuantityRange, QuantityError> {
        reading::range(text)
    }

    /// A single quantity.
    pub fn single(q: Quantity) -> QuantityRange {
        QuantityRange {
            low: q.clone(),
            high: q,
        }
    }

    /// True for a range of two different ends.
    pub fn is_range(&self) -> bool {
        self.low != self.high
    }
}

/// `1~2 片`, or `500 mg~1 g` where the ends are written in two units.
impl std::fmt::Display for QuantityRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.is_range() {
            write!(f, "{}", self.high)
        } else if self.low.unit == self.high.unit {
            write!(f, "{}~{}", self.low.value, self.high)
        } else {
            write!(f, "{}~{}", self.low, self.high)
        }
    }
}
