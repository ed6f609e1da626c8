//! Units: UCUM codes and the everyday words, one table. A unit is never guessed: what is not in the table or UCUM is an error.
use crate::{Dimension, Ratio, expression, words};
use serde::{Deserialize, Serialize, de};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A unit as written, with its exact factor to the base units of its dimension
/// (gram, metre, second, mole, kelvin, unit of use, …).
///
/// Two units are equal when they are written alike; `mg` and `毫克` are not. Compare [`Unit::canonical`], or amounts.
///
/// It serialises as its text: factor and dimension are what reading that text gives.
#[derive(Clone)]
pub struct Unit(Held);

/// Everyday units are shared for good, without counting who holds them: threads that read side by side would wait for each other.
#[derive(Clone)]
enum Held {
    Everyday(&'static Known),
    Other(Arc<Known>),
}

/// What is known of a unit.
#[derive(PartialEq, Eq, Hash)]
struct Known {
    text: Cow<'static, str>,
    factor: Ratio,
    dimension: Dimension,
    calendar: Option<CalendarUnit>,
}

static ONE: Known = Known {
    text: Cow::Borrowed("1"),
    factor: Ratio::ONE,
    dimension: Dimension::NONE,
    calendar: None,
};

impl PartialEq for Unit {
    #[inline]
    fn eq(&self, other: &Unit) -> bool {
        std::ptr::eq(self.known(), other.known()) || self.known() == other.known()
    }
}
impl Eq for Unit {}
impl std::hash::Hash for Unit {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.known().hash(state);
    }
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
static READY: LazyLock<HashMap<&'static str, Known, crate::quick::Build>> = LazyLock::new(|| {
    let everyday = words::WORDS.iter().map(|w| w.word);
    everyday
        .chain(words::COMMON.iter().copied())
        .filter_map(|text| Some((text, read(Cow::Borrowed(text)).ok()?)))
        .collect()
});

fn read(text: Cow<'static, str>) -> Result<Known, UnitError> {
    let expression = expression::Expression::parse(&text)?;
    let (factor, dimension) = expression.evaluate()?;
    let calendar = calendar(expression.canonical(), dimension);
    Ok(Known {
        factor,
        dimension,
        calendar,
        text,
    })
}

fn calendar(canonical: &str, dimension: Dimension) -> Option<CalendarUnit> {
    if dimension != Dimension::TIME {
        return None;
    }
    match canonical {
        "h" => Some(CalendarUnit::Hour),
        "d" => Some(CalendarUnit::Day),
        "wk" => Some(CalendarUnit::Week),
        "mo" => Some(CalendarUnit::Month),
        "a" => Some(CalendarUnit::Year),
        _ => None,
    }
}

impl Unit {
    /// Reads a UCUM code or everyday words, freely mixed (`mg/kg`, `50 μg/喷`'s `μg/喷`, `mL/min/{1.73_m2}`, `万单位`, `克`, `滴/分`, `片`, `岁`→a, `月龄`→mo, `周` → wk, `天`→d).
    /// `kg`/`千克`/`公斤` and `m2` in a denominator are body size. `U`, `IU`, `[iU]`, `单位` are one. `a` and `mo` are calendar units here, see [`Unit::calendar`].
    ///
    /// Case matters as in UCUM; spellings of which it would make a unit nobody prescribes (`Mg`, `ML`, `G`) are refused.
    /// `m²`, `10⁹/L`, `×10^9/L`, `1.73m²` after a solidus and blanks around `/` are understood. At most 64 characters.
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        let text = text.trim();
        if let Some(unit) = Unit::everyday(text) {
            return Ok(unit);
        }
        let known = read(Cow::Owned(expression::normalise(text)?))?;
        Ok(Unit(Held::Other(Arc::new(known))))
    }

    /// A unit that people write all day, by its very text.
    pub(crate) fn everyday(text: &str) -> Option<Unit> {
        READY.get(text).map(|known| Unit(Held::Everyday(known)))
    }

    #[inline]
    fn known(&self) -> &Known {
        match &self.0 {
            Held::Everyday(known) => known,
            Held::Other(known) => known,
        }
    }

    /// As written (after NFKC, without blanks).
    pub fn text(&self) -> &str {
        &self.known().text
    }

    /// Base units in one of this unit.
    #[inline]
    pub fn factor(&self) -> Ratio {
        self.known().factor
    }

    /// What it measures.
    #[inline]
    pub fn dimension(&self) -> Dimension {
        self.known().dimension
    }

    /// The unit of a pure number.
    pub fn one() -> Unit {
        Unit(Held::Everyday(&ONE))
    }

    /// `Some(Year | Month | Week | Day | Hour)` where the unit is one a person's age is counted in. Ages compare on the calendar; as a plain
    /// time (`duration`), 周 is 7 d, 月 30 d. A year has the dimension of time and 365 d only so that it can be ordered and shown: as a plain
    /// time the caller refuses it.
    pub fn calendar(&self) -> Option<CalendarUnit> {
        self.known().calendar
    }

    /// The unit's canonical UCUM (or everyday) spelling: `毫克` → `mg`, `μg` → `ug`, `天` → `d`. Equal units have equal canonical texts within the table.
    /// Parsing it gives the same factor and dimension.
    pub fn canonical(&self) -> String {
        expression::Expression::parse(self.text())
            .map(|e| e.canonical().to_owned())
            .unwrap_or_else(|_| self.text().to_owned())
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl std::fmt::Debug for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut debug = f.debug_struct("Unit");
        debug.field("text", &self.text()).field("factor", &self.factor());
        debug.field("dimension", &self.dimension()).finish()
    }
}

impl Serialize for Unit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Unit, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Unit;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a unit")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Unit, E> {
                Unit::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
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
