//! Many prescriptions one after the other: while one is reviewed, the processor already fetches the next from memory, which takes it as long as some
//! hundred instructions each time that it has to wait.
//!
//! What it never does: read anything before its turn, or matter to an answer.
use crate::sheet::current;
use prefetch_index::prefetch_index;
use shenfang_clinical::{Coded, Item, Prescription};
use std::iter::Fuse;
use std::mem::offset_of;

/// Prescriptions in their order. Of the three that follow, the nearest has been fetched with everything it owns, the next with its lists, the last by
/// itself: where a thing lies is known when what owns it is there.
pub(crate) struct InTurn<'p, I> {
    coming: [Option<&'p Prescription>; 3],
    rest: Fuse<I>,
}

impl<'p, I: Iterator<Item = &'p Prescription>> InTurn<'p, I> {
    /// Begins to fetch.
    pub fn of(prescriptions: I) -> InTurn<'p, I> {
        let mut all = InTurn {
            coming: [None; 3],
            rest: prescriptions.fuse(),
        };
        for _ in all.coming {
            all.step();
        }
        all
    }

    /// The one whose turn it is; all others come one step nearer.
    fn step(&mut self) -> Option<&'p Prescription> {
        let [now, next, second] = self.coming;
        let third = self.rest.next();
        if let Some(rx) = third {
            itself(rx);
        }
        if let Some(rx) = second {
            lists(rx);
        }
        if let Some(rx) = next {
            texts(rx);
        }
        self.coming = [next, second, third];
        now
    }
}

impl<'p, I: Iterator<Item = &'p Prescription>> Iterator for InTurn<'p, I> {
    type Item = &'p Prescription;

    fn next(&mut self) -> Option<&'p Prescription> {
        self.step()
    }
}

/// Fetches all of a prescription whose turn it is.
pub(crate) fn whole(rx: &Prescription) {
    itself(rx);
    lists(rx);
    texts(rx);
}

/// Bytes that the processor fetches at once.
const AT_ONCE: usize = 64;

#[inline]
fn fetch<T>(one: &T) {
    prefetch_index(std::slice::from_ref(one), 0);
}

/// Fetches `size` bytes, from so many before a field of one byte: from the first to the last of what it is a field of.
#[inline]
fn fetch_around<T>(field: &T, before: usize, size: usize) {
    const { assert!(size_of::<T>() == 1, "places are counted in bytes") };
    for at in (0..size).step_by(AT_ONCE) {
        prefetch_index(std::slice::from_ref(field), at.wrapping_sub(before));
    }
}

fn itself(rx: &Prescription) {
    fetch_around(&rx.kind, offset_of!(Prescription, kind), size_of::<Prescription>());
}

fn item(item: &Item) {
    fetch_around(&item.form, offset_of!(Item, form), size_of::<Item>());
}

fn lists(rx: &Prescription) {
    rx.items.iter().for_each(item);
    current(rx).iter().for_each(|medication| item(&medication.item));
    rx.diagnoses.iter().flatten().for_each(fetch);
    rx.patient.conditions.iter().flatten().for_each(fetch);
    rx.patient.allergies.iter().flatten().for_each(fetch);
    rx.patient.observations.iter().flatten().for_each(fetch);
}

fn texts(rx: &Prescription) {
    for item in &rx.items {
        coded(&item.drug);
        if let Some(strength) = item.strength.value() {
            prefetch_index(&strength.amounts, 0);
        }
        if let Some(preparation) = &item.preparation {
            prefetch_index(preparation, 0);
        }
    }
    current(rx).iter().for_each(|medication| coded(&medication.item.drug));
    rx.diagnoses.iter().flatten().for_each(coded);
    rx.patient
        .conditions
        .iter()
        .flatten()
        .for_each(|condition| coded(&condition.what));
    rx.patient
        .allergies
        .iter()
        .flatten()
        .for_each(|allergy| coded(&allergy.to));
}

fn coded(what: &Coded) {
    for text in what.name.iter().chain(&what.code) {
        prefetch_index(text.as_bytes(), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prescription_comes_once_in_its_order_however_many_there_are() {
        let all: Vec<Prescription> = (0..6).map(|_| Prescription::default()).collect();
        for many in 0..=all.len() {
            let given = all.get(..many).unwrap_or(&[]);
            let come = InTurn::of(given.iter());
            assert!(come.map(std::ptr::from_ref).eq(given.iter().map(std::ptr::from_ref)));
        }
    }
}
