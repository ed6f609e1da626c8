//! Reading a prescription from JSON: one pass, no intermediate tree, every fault at its place.
//!
//! An unknown field is an error, so is a field given twice; `null` is absent. Text from which a quantity, frequency, route or
//! duration cannot be read is kept ([`crate::Stated::Unreadable`]) and is no error.
//!
//! What it never does: guess a field, drop one, or keep a later value over an earlier.
mod check;
mod item;
mod object;
mod patient;
mod scalar;
mod sheet;
mod stated;
mod trail;

pub use check::{check, check_rest};
pub use object::NUMBER;

use crate::{Item, Prescription};
use object::Value;
use serde::{Deserialize, Deserializer};
use trail::Trail;

/// Items (and current medications) a record may have.
pub const ITEMS: usize = 500;
/// Steps an item may have.
pub const STEPS: usize = 100;
/// Characters a text may have.
pub const CHARACTERS: usize = 10_000;
/// Bytes a record may have.
pub const BYTES: usize = 1 << 20;

/// An error with the place where reading stopped, as a JSON pointer (RFC 6901).
pub type Located<E> = (String, E);

/// Reads the shape of one record from whatever holds it in the shape of JSON. What spans several fields is [`check`]ed apart, because its place is not
/// where reading stands.
pub fn from<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Prescription, Located<D::Error>> {
    let trail = Trail::default();
    match Prescription::read(deserializer, &trail) {
        Ok(mut prescription) => {
            item::settle(&mut prescription);
            Ok(prescription)
        }
        Err(error) => Err((trail.pointer(), error)),
    }
}

/// Reads it from JSON text. The one reader of text, compiled once however many crates ask.
pub fn from_json(text: &str) -> Result<Prescription, Located<serde_json::Error>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let prescription = from(&mut deserializer)?;
    deserializer.end().map_err(|error| (String::new(), error))?;
    Ok(prescription)
}

impl<'de> Deserialize<'de> for Prescription {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Prescription, D::Error> {
        from(deserializer).map_err(|(_, error)| error)
    }
}

impl<'de> Deserialize<'de> for Item {
    /// Reads one line by itself, for a sheet that is [put together](with_items).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Item, D::Error> {
        Item::read(deserializer, &Trail::default())
    }
}

/// A sheet that was read without its items, with items that were each read by itself: as if all had been read together. It is still to be [`check`]ed.
pub fn with_items(sheet: Prescription, items: Vec<Item>) -> Prescription {
    let mut sheet = Prescription { items, ..sheet };
    item::settle(&mut sheet);
    sheet
}
