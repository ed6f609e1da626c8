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

pub use check::{check, check_rest};
pub use object::NUMBER;

use crate::{Item, Prescription};

/// Items (and current medications) a record may have.
pub const ITEMS: usize = 500;
/// Steps an item may have.
pub const STEPS: usize = 100;
/// Characters a text may have.
pub const CHARACTERS: usize = 10_000;
/// Bytes a record may have.
pub const BYTES: usize = 1 << 20;

impl<'de> serde::Deserialize<'de> for Prescription {
    /// Reads the shape of one record. What spans several fields is [`check`]ed apart, because its place is not where reading stands.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Prescription, D::Error> {
        let mut prescription = <Prescription as object::Value>::read(deserializer)?;
        item::settle(&mut prescription);
        Ok(prescription)
    }
}

impl<'de> serde::Deserialize<'de> for Item {
    /// Reads one line by itself, for a sheet that is [put together](with_items).
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Item, D::Error> {
        object::Value::read(deserializer)
    }
}

/// A sheet that was read without its items, with items that were each read by itself: as if all had been read together. It is still to be [`check`]ed.
pub fn with_items(sheet: Prescription, items: Vec<Item>) -> Prescription {
    let mut sheet = Prescription { items, ..sheet };
    item::settle(&mut sheet);
    sheet
}
