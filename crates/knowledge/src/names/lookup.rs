//! The way from a name to its entry: a table of places, made on the first look-up and never stored. Nothing is ever listed from it, so that
//! no answer depends on its order.
use super::{Entry, NameIndex};
use crate::ConceptKind;
use std::sync::OnceLock;

/// Made when first asked for. Two indexes are equal whether theirs is made or not.
#[derive(Debug, Default)]
pub(super) struct Lookup(OnceLock<Table>);

impl Clone for Lookup {
    fn clone(&self) -> Lookup {
        Lookup::default()
    }
}
impl PartialEq for Lookup {
    fn eq(&self, _: &Lookup) -> bool {
        true
    }
}
impl Eq for Lookup {}

/// Open addressing over at least twice as many places as names.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// half the hash of the name, and the place of the entry and one; 0 where there is none
    slots: Vec<(u32, u32)>,
}

/// What follows from the kinds of an entry's meanings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Says {
    /// all its meanings are herbs, substances or products
    pub(super) drug: bool,
    /// all are herbs
    pub(super) herb: bool,
    /// some is a herb
    pub(super) some_herb: bool,
    /// all are substances
    pub(super) substance: bool,
}

/// An entry found, and what follows from it.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) entry: &'a Entry,
    pub(super) says: Says,
}

impl NameIndex {
    fn table(&self) -> &Table {
        self.lookup.0.get_or_init(|| Table::of(self))
    }

    /// The entry of a name; ASCII letters of either case.
    pub(super) fn look_up(&self, name: &str) -> Option<Found<'_>> {
        let table = self.table();
        let mask = table.slots.len().checked_sub(1)?;
        let (mut at, half) = place(name, mask);
        loop {
            let (known, number) = *table.slots.get(at)?;
            let number = usize::try_from(number).ok()?.checked_sub(1)?;
            if known == half
                && let Some(entry) = self.names.get(number)
                && entry.key.eq_ignore_ascii_case(name)
            {
                let says = Says::of(self, entry);
                return Some(Found { entry, says });
            }
            at = at.wrapping_add(1) & mask;
        }
    }
}

impl Table {
    fn of(names: &NameIndex) -> Table {
        let size = names
            .names
            .len()
            .saturating_add(1)
            .saturating_mul(2)
            .next_power_of_two();
        let mask = size.saturating_sub(1);
        let mut slots = vec![(0_u32, 0_u32); size];
        for (number, entry) in (1_u32..).zip(&names.names) {
            let (mut at, half) = place(&entry.key, mask);
            while slots.get(at).is_some_and(|(_, number)| *number != 0) {
                at = at.wrapping_add(1) & mask;
            }
            if let Some(slot) = slots.get_mut(at) {
                *slot = (half, number);
            }
        }
        Table { slots }
    }
}

impl Says {
    fn of(names: &NameIndex, entry: &Entry) -> Says {
        let all = |test: fn(ConceptKind) -> bool| {
            let mut kinds = entry.meaning.all().iter().map(|id| names.known(*id));
            kinds.all(|known| known.is_some_and(|known| test(known.kind)))
        };
        Says {
            drug: all(|k| matches!(k, ConceptKind::Herb | ConceptKind::Substance | ConceptKind::Product)),
            herb: all(|k| k == ConceptKind::Herb),
            some_herb: !all(|k| k != ConceptKind::Herb),
            substance: all(|k| k == ConceptKind::Substance),
        }
    }
}

/// Where a name is looked for first, and half its hash; ASCII letters in lower case, eight bytes at a time.
fn place(name: &str, mask: usize) -> (usize, u32) {
    let mut hash = 0_u64;
    for chunk in name.as_bytes().chunks(8) {
        let mut word = [0_u8; 8];
        for (to, from) in word.iter_mut().zip(chunk) {
            *to = from.to_ascii_lowercase();
        }
        hash = (hash.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    // The first half decides the place, the other tells names of one place apart.
    let hash = hash ^ (hash >> 29);
    let half = |hash: u64| u32::try_from(hash & u64::from(u32::MAX)).unwrap_or(0);
    (usize::try_from(hash >> 32).unwrap_or(0) & mask, half(hash))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Concept, ConceptId, names::NameIndexBuilder};

    #[test]
    fn every_name_is_found_in_either_case_and_no_other() {
        let mut builder = NameIndexBuilder::default();
        for n in 0..500 {
            builder.name(format!("name {n}"), ConceptId(n));
        }
        let concepts: Vec<Concept> = Vec::new();
        let index = builder.freeze(&concepts);
        for n in 0..500 {
            let found = index
                .look_up(&format!("Name {n}"))
                .map(|found| found.entry.meaning.all().to_vec());
            assert_eq!(found, Some(vec![ConceptId(n)]));
        }
        assert!(index.look_up("name").is_none());
        assert!(NameIndex::default().look_up("name").is_none());
    }
}
