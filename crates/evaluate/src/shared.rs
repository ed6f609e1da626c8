//! What many rules have in common: conditions, grades, manners of speaking. Each is kept once, in a table of the program, and stored by its place there.
use crate::csr::{narrow, wide};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;
use std::ops::Deref;

/// A thing of such a table; a copy holds what all hold.
#[derive(Clone, Debug)]
pub(crate) struct Shared<T> {
    place: u32,
    thing: T,
}

/// What stands for a thing that is read and not yet linked.
pub(crate) trait Unlinked {
    fn unlinked() -> Self;
}

impl<T> Shared<T> {
    /// Of a thing that stands at this place.
    pub fn at(place: u32, thing: T) -> Shared<T> {
        Shared { place, thing }
    }

    /// Its place in the table.
    pub fn place(&self) -> u32 {
        self.place
    }
}

impl<T: Clone> Shared<T> {
    /// Takes the thing from the table, after reading; false where there is none at its place.
    #[must_use]
    pub fn link(&mut self, table: &[T]) -> bool {
        let known = table.get(wide(self.place));
        if let Some(known) = known {
            self.thing = known.clone();
        }
        known.is_some()
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.thing
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        self.thing == other.thing
    }
}

impl<T> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.place.serialize(serializer)
    }
}

impl<'de, T: Unlinked> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Shared<T>, D::Error> {
        let place = u32::deserialize(deserializer)?;
        Ok(Shared::at(place, T::unlinked()))
    }
}

/// A table under construction.
pub(crate) struct Table<T> {
    all: Vec<T>,
    known: HashMap<Vec<u8>, u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table {
            all: Vec::new(),
            known: HashMap::new(),
        }
    }
}

impl<T: Clone + Serialize> Table<T> {
    /// A thing with its place; one that is there already is kept once.
    pub fn share(&mut self, thing: T) -> Shared<T> {
        let next = narrow(self.all.len());
        // Nothing in it resists being written; what did would be kept by itself.
        let bytes = postcard::to_allocvec(&thing).unwrap_or_else(|_| next.to_le_bytes().to_vec());
        let place = *self.known.entry(bytes).or_insert(next);
        if place == next {
            self.all.push(thing.clone());
        }
        let known = self.all.get(wide(place)).cloned();
        Shared::at(place, known.unwrap_or(thing))
    }

    /// All of them, by place.
    pub fn into_all(self) -> Vec<T> {
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    impl Unlinked for Arc<str> {
        fn unlinked() -> Arc<str> {
            Arc::default()
        }
    }

    #[test]
    fn what_is_alike_is_kept_once_and_found_again_after_reading() {
        let mut table: Table<Arc<str>> = Table::default();
        let things = ["a", "b", "a"].map(|thing| table.share(thing.into()));
        let table = table.into_all();
        assert_eq!(table, ["a", "b"].map(Arc::from));
        assert_eq!(things.each_ref().map(Shared::place), [0, 1, 0]);
        let bytes = postcard::to_allocvec(&things).unwrap();
        let mut read: [Shared<Arc<str>>; 3] = postcard::from_bytes(&bytes).unwrap();
        assert!(read.iter().all(|thing| thing.is_empty()));
        assert!(read.iter_mut().all(|thing| thing.link(&table)));
        assert_eq!(read, things);
        assert!(Arc::ptr_eq(&read[0], &read[2]));
    }

    #[test]
    fn what_has_no_place_in_the_table_is_not_linked() {
        let mut forged: Shared<Arc<str>> = Shared::at(1, Arc::unlinked());
        assert!(!forged.link(&["a".into()]));
    }
}
