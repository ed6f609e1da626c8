//! Units: UCUM codes and the everyday words, one table. A unit is never guessed: what is not in the table or UCUM is an error.
use crate::{Dimension, Ratio, expression, words};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A unit as written, with its exact factor to the base units of its dimension
/// (gram, metre, second, mole, kelvin, unit of use, …).
///
/// Two units are equal when they are written alike; `mg` and `毫克` are not. Compare [`Unit::canonical`], or amounts.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Unit {
    text: Arc<str>,
    factor: Ratio,
    dimension: Dimension,
}

/// Why a text is not a unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// neither UCUM nor an everyday word; near misses best first
    #[error("unknown unit `{text}`")]
    Unknown {
        /// as written
        text: String,
        /// did you mean
        candidates: Vec<String>,
    },
    /// a UCUM unit on a non-linear or offset scale (Cel, pH …), an arbitrary unit that UCUM relates to no other (`[arb'U]`), or one whose
    /// factor is not an exact ratio (`deg`) or is a mean of the calendar (`a_j`)
    #[error("unit `{text}` has no exact ratio scale")]
    NotARatio {
        /// as written
        text: String,
    },
    /// exponents or factor out of range, or a text longer than 64 characters
    #[error("unit out of range")]
    Range,
}

/// The units people write all day, read once.
static READY: LazyLock<HashMap<&'static str, Unit>> = LazyLock::new(|| {
    let everyday = words::WORDS.iter().map(|w| w.word);
    everyday
        .chain(words::COMMON.iter().copied())
        .filter_map(|text| Some((text, read(text).ok()?)))
        .collect()
});

fn read(text: &str) -> Result<Unit, UnitError> {
    let expression = expression::Expression::parse(text)?;
    let (factor, dimension) = expression.evaluate()?;
    Ok(Unit {
        text: text.into(),
        factor,
        dimension,
    })
}

impl Unit {
    /// Reads a UCUM code or everyday words, freely mixed (`mg/kg`, `50 μg/喷`'s `μg/喷`, `mL/min/{1.73_m2}`, `万单位`, `克`, `滴/分`, `片`, `岁`→a, `月龄`→mo, `周` → wk, `天`→d).
    /// `kg`/`千克`/`公斤` and `m2` in a denominator are body size. `U`, `IU`, `[iU]`, `单位` are one. `a` and `mo` are calendar units here, see [`Unit::calendar`].
    ///
    /// Case matters as in UCUM; spellings of which it would make a unit nobody prescribes (`Mg`, `ML`, `G`) are refused.
    /// `m²`, `10⁹/L`, `×10^9/L`, `1.73m²` after a solidus and blanks around `/` are understood. At most 64 characters.
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        let text = text.trim();
        if let Some(unit) = READY.get(text) {
            return Ok(unit.clone());
        }
        read(&expression::normalise(text)?)
    }

    /// As written (after NFKC, without blanks).
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Base units in one of this unit.
    pub fn factor(&self) -> Ratio {
        self.factor
    }

    /// What it measures.
    pub fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// The unit of a pure number.
    pub fn one() -> Unit {
        Unit {
            text: "1".into(),
            factor: Ratio::ONE,
            dimension: Dimension::NONE,
        }
    }

    /// `Some(Year | Month | Week | Day | Hour)` where the unit is one a person's age is counted in. Ages compare on the calendar; as a plain
    /// time (`duration`), 周 is 7 d, 月 30 d. A year has the dimension of time and 365 d only so that it can be ordered and shown: as a plain
    /// time the caller refuses it.
    pub fn calendar(&self) -> Option<CalendarUnit> {
        if self.dimension != Dimension::TIME {
            return None;
        }
        match self.canonical().as_str() {
            "h" => Some(CalendarUnit::Hour),
            "d" => Some(CalendarUnit::Day),
            "wk" => Some(CalendarUnit::Week),
            "mo" => Some(CalendarUnit::Month),
            "a" => Some(CalendarUnit::Year),
            _ => None,
        }
    }

    /// The unit's canonical UCUM (or everyday) spelling: `毫克` → `mg`, `μg` → `ug`, `天` → `d`. Equal units have equal canonical texts within the table.
    /// Parsing it gives the same factor and dimension.
    pub fn canonical(&self) -> String {
        expression::Expression::parse(&self.text)
            .map(|e| e.canonical().to_owned())
            .unwrap_or_else(|_| self.text.to_string())
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

/// Units of age.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum CalendarUnit {
    /// 小时
    Hour,
    /// 天 日
    Day,
    /// 周
    Week,
    /// 月
    Month,
    /// 岁 年
    Year,
}

/// Every everyday word with the UCUM (or own) code it stands for, for completion and the manual, in table order.
pub fn everyday_words() -> impl Iterator<Item = (&'static str, &'static str)> {
    words::WORDS.iter().map(|w| (w.word, w.code))
}
