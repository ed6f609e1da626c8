//! Fields whose text may be beyond reading: quantities, frequencies, routes, durations, strengths.
use super::object::{Field, NUMBER, field};
use super::scalar::{Scalar, bounded};
use super::trail::Trail;
use crate::fault::{Fault, What, quote};
use crate::words::{age, frequency, is_blank, number, route, strength};
use crate::{Age, Dose, Route, Stated, Strength, Timing, calendar};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use shenfang_units::{Quantity, QuantityRange, Ratio, Unit};
use std::{fmt, marker::PhantomData};

/// What a [`Stated`] field can be read from.
pub(crate) trait Legible: Sized {
    /// For the error of another type.
    const WHAT: What;
    /// The two fields of its object form, `None` when it has none.
    const PARTS: Option<[&'static str; 2]> = Some(["value", "unit"]);
    /// From text.
    fn parse(text: &str) -> Option<Self>;
    /// From the two parts of its object form.
    fn from_parts(first: &str, second: &str) -> Option<Self> {
        Self::parse(&format!("{first} {second}"))
    }
    /// From a number without a unit, where the field itself says what it counts.
    fn from_number(_number: &str) -> Option<Self> {
        None
    }
    /// Whether a bare number is of the field's type at all.
    const COUNTS: bool = false;
}

impl<T: Legible> Field for Stated<T> {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StatedVisitor(trail, PhantomData))
    }
}

/// `value` where it could be read, else the text.
fn stated<T>(value: Option<T>, text: &str) -> Stated<T> {
    match value {
        Some(value) => Stated::Read {
            value,
            text: text.into(),
        },
        None => Stated::Unreadable(text.into()),
    }
}

struct StatedVisitor<'t, T>(&'t Trail, PhantomData<T>);
impl<'de, T: Legible> Visitor<'de> for StatedVisitor<'_, T> {
    type Value = Stated<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::WHAT.expecting(f)
    }
    fn visit_unit<E: Error>(self) -> Result<Stated<T>, E> {
        Ok(Stated::Absent)
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Stated<T>, E> {
        bounded(text).map_err(Fault::raise)?;
        Ok(if is_blank(text) {
            Stated::Absent
        } else {
            stated(T::parse(text), text)
        })
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<Stated<T>, E> {
        number_alone(&number.to_string()).map_err(Fault::raise)
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<Stated<T>, E> {
        number_alone(&number.to_string()).map_err(Fault::raise)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Stated<T>, A::Error> {
        let (mut first, mut second): (Option<Scalar>, Option<Scalar>) = (None, None);
        let [one, two] = T::PARTS.unwrap_or_default();
        while let Some(key) = map.next_key_seed(PartSeed::<T>(self.0, PhantomData))? {
            let (place, key) = match key {
                Part::Number => {
                    let text: String = map.next_value()?;
                    return number_alone(&text).map_err(Fault::raise);
                }
                Part::First => (&mut first, one),
                Part::Second => (&mut second, two),
            };
            // A part that was null may come again.
            *place = field(&mut map, &mut place.is_some(), key, self.0)?;
        }
        Ok(match (first, second) {
            (None, None) => Stated::Absent,
            (Some(one), Some(two)) => stated(
                T::from_parts(one.text(), two.text()),
                &format!("{} {}", one.text(), two.text()),
            ),
            (Some(one), None) => stated(T::from_number(one.text()), one.text()),
            (None, Some(two)) => Stated::Unreadable(two.text().into()),
        })
    }
}

fn number_alone<T: Legible>(number: &str) -> Result<Stated<T>, Fault> {
    if T::COUNTS {
        return Ok(stated(T::from_number(number), number));
    }
    Err(T::WHAT.instead_of(
        &format!("没有单位的数字 {}", quote(number)),
        &format!("the number {} without a unit", quote(number)),
    ))
}

enum Part {
    First,
    Second,
    Number,
}
struct PartSeed<'t, T>(&'t Trail, PhantomData<T>);
impl<'de, T: Legible> serde::de::DeserializeSeed<'de> for PartSeed<'_, T> {
    type Value = Part;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Part, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}
impl<T: Legible> Visitor<'_> for PartSeed<'_, T> {
    type Value = Part;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<Part, E> {
        let fault = match (key, T::PARTS) {
            (NUMBER, _) => return Ok(Part::Number),
            (_, Some([first, _])) if key == first => return Ok(Part::First),
            (_, Some([_, second])) if key == second => return Ok(Part::Second),
            (_, None) => T::WHAT.instead_of("对象", "an object"),
            (_, Some(["value", _])) => super::object::unknown_key(key, &["value", "unit"], T::WHAT),
            (_, Some(_)) => super::object::unknown_key(key, &["times", "per"], T::WHAT),
        };
        Err(self.0.key(key, fault.raise()))
    }
}

/// A number and a unit of the object form; a text for the number is as good.
fn quantity_of(value: &str, unit: &str) -> Option<Quantity> {
    match Ratio::parse_decimal(value) {
        Ok(number) if !number.is_negative() => Some(Quantity {
            value: number,
            unit: Unit::parse(unit).ok()?,
        }),
        Ok(_) => None,
        Err(_) => Quantity::parse(&format!("{value} {unit}")).ok(),
    }
}

const QUANTITY: What = What {
    en: "a quantity with its unit",
    zh: "带单位的量",
};

impl Legible for Quantity {
    const WHAT: What = QUANTITY;
    fn parse(text: &str) -> Option<Quantity> {
        Quantity::parse(text).ok()
    }
    fn from_parts(value: &str, unit: &str) -> Option<Quantity> {
        quantity_of(value, unit)
    }
}

impl Legible for Dose {
    const WHAT: What = QUANTITY;
    fn parse(text: &str) -> Option<Dose> {
        let (mut text, words) = (text.trim(), ["每次", "一次"]);
        for word in words {
            while let Some(rest) = text.strip_prefix(word) {
                text = rest;
            }
        }
        QuantityRange::parse(text).ok().map(Dose::Measured)
    }
    fn from_parts(value: &str, unit: &str) -> Option<Dose> {
        match quantity_of(value, unit) {
            Some(quantity) => Some(Dose::Measured(QuantityRange::single(quantity))),
            None => Self::parse(&format!("{value} {unit}")),
        }
    }
}

impl Legible for Age {
    const WHAT: What = What {
        en: "an age with its unit",
        zh: "带单位的年龄",
    };
    fn parse(text: &str) -> Option<Age> {
        age::parse(text)
    }
}

impl Legible for Timing {
    const WHAT: What = What {
        en: "a frequency",
        zh: "频次",
    };
    const PARTS: Option<[&'static str; 2]> = Some(["times", "per"]);
    fn parse(text: &str) -> Option<Timing> {
        frequency::parse(text)
    }
    fn from_parts(times: &str, per: &str) -> Option<Timing> {
        frequency::rate(times, per)
    }
}

impl Legible for Route {
    const WHAT: What = What {
        en: "a route",
        zh: "给药途径",
    };
    const PARTS: Option<[&'static str; 2]> = None;
    fn parse(text: &str) -> Option<Route> {
        route::parse(text)
    }
}

impl Legible for Strength {
    const WHAT: What = What {
        en: "a strength",
        zh: "规格",
    };
    fn parse(text: &str) -> Option<Strength> {
        strength::parse(text)
    }
}

/// How long: a quantity of time, 月 being 30 days and a year refused.
pub(crate) struct Lasting(pub Quantity);
impl Legible for Lasting {
    const WHAT: What = What {
        en: "a duration with its unit",
        zh: "带单位的时长",
    };
    fn parse(text: &str) -> Option<Lasting> {
        let text = text.trim();
        let text = ["连用", "连服", "疗程", "共", "用", "×", "x"]
            .iter()
            .find_map(|word| text.strip_prefix(word))
            .unwrap_or(text);
        Quantity::parse(text).ok().or_else(|| spelt(text)).and_then(Lasting::of)
    }
    fn from_parts(value: &str, unit: &str) -> Option<Lasting> {
        quantity_of(value, unit).and_then(Lasting::of)
    }
}
/// `十四天`, `二十一日`: beyond the numerals that units are read with.
fn spelt(text: &str) -> Option<Quantity> {
    let unit = ["天", "日", "周"].iter().find(|unit| text.ends_with(**unit))?;
    Some(Quantity {
        value: number::number(text.strip_suffix(unit)?)?,
        unit: Unit::parse(unit).ok()?,
    })
}

impl Lasting {
    fn of(quantity: Quantity) -> Option<Lasting> {
        calendar::duration(&quantity).is_some().then_some(Lasting(quantity))
    }
}

/// 剂数: a number, or a number of 剂.
pub(crate) struct SheetDoses(pub Quantity);
impl Legible for SheetDoses {
    const WHAT: What = What {
        en: "a number of doses",
        zh: "剂数",
    };
    const COUNTS: bool = true;
    fn parse(text: &str) -> Option<SheetDoses> {
        let text = text.trim();
        Quantity::parse(text.strip_prefix('共').unwrap_or(text))
            .ok()
            .and_then(SheetDoses::of)
            .or_else(|| Self::from_number(text))
    }
    fn from_parts(value: &str, unit: &str) -> Option<SheetDoses> {
        quantity_of(value, unit).and_then(SheetDoses::of)
    }
    fn from_number(number: &str) -> Option<SheetDoses> {
        SheetDoses::of(quantity_of(number, "剂")?)
    }
}
impl SheetDoses {
    fn of(quantity: Quantity) -> Option<SheetDoses> {
        let counts = quantity.unit.dimension() == shenfang_units::Dimension::of(shenfang_units::Base::DecoctionDose);
        counts.then_some(SheetDoses(quantity))
    }
}

impl Lasting {
    /// For a field that holds the quantity.
    pub(crate) fn keep(stated: Stated<Lasting>) -> Stated<Quantity> {
        positive(stated.map(|lasting| lasting.0))
    }
}
impl SheetDoses {
    /// For a field that holds the quantity.
    pub(crate) fn keep(stated: Stated<SheetDoses>) -> Stated<Quantity> {
        positive(stated.map(|doses| doses.0))
    }
}
impl Pack {
    /// For a field that holds the quantity.
    pub(crate) fn keep(stated: Stated<Pack>) -> Stated<Box<Quantity>> {
        stated.map(|pack| Box::new(pack.0))
    }
}

/// Units of use in one pack: `24 粒`, `24粒/盒`, `12片×2板`.
pub(crate) struct Pack(pub Quantity);
impl Legible for Pack {
    const WHAT: What = QUANTITY;
    fn parse(text: &str) -> Option<Pack> {
        strength::pack(text).map(Pack)
    }
}

/// How much is dispensed: a quantity, or packs of so many (`1盒(24粒)`, `24片×2盒`).
pub(crate) struct Dispensed(pub Quantity);
impl Legible for Dispensed {
    const WHAT: What = QUANTITY;
    fn parse(text: &str) -> Option<Dispensed> {
        Quantity::parse(text)
            .ok()
            .or_else(|| strength::dispensed(text))
            .map(Dispensed)
    }
    fn from_parts(value: &str, unit: &str) -> Option<Dispensed> {
        quantity_of(value, unit).map(Dispensed)
    }
}
impl Dispensed {
    /// For a field that holds the quantity; nothing dispensed is a place left to be filled.
    pub(crate) fn keep(stated: Stated<Dispensed>) -> Stated<Quantity> {
        positive(stated.map(|dispensed| dispensed.0))
    }
}

/// How long a pregnancy has lasted: a quantity of time, or weeks and days as they are written: `20+3周`, `20周+3天`, `20w+3d`, `孕20周`.
pub(crate) struct Gestation(pub Quantity);
impl Legible for Gestation {
    const WHAT: What = QUANTITY;
    fn parse(text: &str) -> Option<Gestation> {
        Quantity::parse(text)
            .ok()
            .or_else(|| age::weeks_and_days(text))
            .map(Gestation)
    }
    fn from_parts(value: &str, unit: &str) -> Option<Gestation> {
        quantity_of(value, unit).map(Gestation)
    }
}
impl Gestation {
    /// For a field that holds the quantity.
    pub(crate) fn keep(stated: Stated<Gestation>) -> Stated<Quantity> {
        stated.map(|gestation| gestation.0)
    }
}

/// A number of which nobody has none (剂, days, weight, height, what is dispensed): zero is a place left to be filled, and says nothing.
pub(crate) fn positive(stated: Stated<Quantity>) -> Stated<Quantity> {
    match stated {
        Stated::Read { value, text } if value.value.is_zero() => Stated::Unreadable(text),
        other => other,
    }
}

impl<T> Stated<T> {
    /// The same statement, of which something else is kept.
    pub(crate) fn map<U>(self, keep: impl FnOnce(T) -> U) -> Stated<U> {
        match self {
            Stated::Read { value, text } => Stated::Read {
                value: keep(value),
                text,
            },
            Stated::Unreadable(text) => Stated::Unreadable(text),
            Stated::Absent => Stated::Absent,
        }
    }
}
