//! Allergies, conditions and diagnoses to concepts, and to the sets that rules ask a patient's history about.
//!
//! What it never does: take an allergy to one drug for one to its class, or a disease for less than everything its code lies below.
use crate::Program;
use crate::csr::{narrow, wide};
use crate::members::bit;
use crate::memory::{Memory, Remembered, key};
use crate::outcomes::Said;
use crate::program::Tables;
use crate::sets::{Set, Sight};
use crate::sheet::{Entry, History, Prepared, Sheet};
use shenfang_clinical::{Allergy, Coded, ConditionStatus, Prescription};
use shenfang_knowledge::{Code, CodeSystem, Resolution};
use shenfang_order::Order;
use shenfang_units::Truth;

/// An empty place.
const NO_SET: u32 = u32::MAX;

/// What rules ask whether a set is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    /// conditions of now, and diagnoses: `patient has`
    Ills,
    /// those, and conditions of the past: `patient had`
    Past,
    /// `rx.diagnoses has`
    Diagnoses,
    /// `patient allergic to`
    Allergies,
}

impl List {
    /// Its number among the lists.
    pub fn table(self) -> u8 {
        match self {
            List::Ills => 0,
            List::Past => 1,
            List::Diagnoses => 2,
            List::Allergies => 3,
        }
    }

    fn place(self) -> usize {
        usize::from(self.table())
    }

    fn bit(self) -> u8 {
        1 << self.table()
    }

    /// That which an entry counts for, and through it for those that hold this one, if its name or code is known.
    fn of(kind: History, when: ConditionStatus) -> Option<List> {
        match (kind, when) {
            (History::Allergy, ConditionStatus::Active) => Some(List::Allergies),
            (History::Condition, ConditionStatus::Active) => Some(List::Ills),
            (History::Condition, ConditionStatus::Past) => Some(List::Past),
            (History::Diagnosis, _) => Some(List::Diagnoses),
            _ => None,
        }
    }

    /// It and those that hold it, a bit each.
    fn within(self) -> u8 {
        match self {
            List::Allergies | List::Past => self.bit(),
            List::Ills => self.bit() | List::Past.bit(),
            List::Diagnoses => self.bit() | List::Ills.within(),
        }
    }
}

/// Numbers of sets that rules ask a history about, folded to a few hundred bits.
#[derive(Clone, Debug, Default)]
struct Sets([u64; WORDS]);

/// A power of two.
const WORDS: usize = 8;

impl Sets {
    /// Numbers below have a bit each.
    const EXACT: u32 = 64 << WORDS.trailing_zeros();

    fn word(number: u32) -> usize {
        wide(number >> 6) & (WORDS - 1)
    }

    fn set(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(Sets::word(number)) {
            *word |= bit(number);
        }
    }

    fn add(&mut self, others: &Sets) {
        for (word, more) in self.0.iter_mut().zip(&others.0) {
            *word |= more;
        }
    }

    /// False where the set of this number is certainly not among them.
    #[inline]
    fn may_have(&self, number: u32) -> bool {
        self.0
            .get(Sets::word(number))
            .is_some_and(|word| word & bit(number) != 0)
    }
}

/// Whether so many sets have a bit each.
pub(crate) fn are_told_by_bits(sets: u32) -> bool {
    sets <= Sets::EXACT
}

/// What a list of a patient's history says: which of the sets that rules ask it about it has, and what it says to the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    has: Sets,
    no: Said,
}

impl Listing {
    /// What it says to the set of this number, where each has a bit of its own.
    #[inline]
    pub fn said(&self, number: u32) -> Said {
        match self.has.may_have(number) {
            true => Said::of(Truth::True),
            false => self.no,
        }
    }
}

/// What an allergy or a disease stands for: an entry of no place yet, its stretches counted from the beginning of `senses`.
pub(crate) struct Ill {
    senses: Vec<u32>,
    /// the numbers of the sets it is in; none, if it counts for nothing
    has: Sets,
    entry: Entry,
}

/// Appends every entry of the history.
pub(crate) fn history(program: &Program, rx: &Prescription, remembered: &mut Remembered, scratch: &mut Prepared) {
    let patient = &rx.patient;
    for (place, allergy) in patient.allergies.iter().flatten().enumerate() {
        // What does not count is as good as over.
        let when = match counts(allergy) {
            true => allergy.status,
            false => ConditionStatus::Past,
        };
        let at = (History::Allergy, place, when);
        entry(program, &allergy.to, at, &mut remembered.allergies, scratch);
    }
    for (place, condition) in patient.conditions.iter().flatten().enumerate() {
        let at = (History::Condition, place, condition.status);
        entry(program, &condition.what, at, &mut remembered.ills, scratch);
    }
    for (place, diagnosis) in rx.diagnoses.iter().flatten().enumerate() {
        let at = (History::Diagnosis, place, ConditionStatus::Active);
        entry(program, diagnosis, at, &mut remembered.ills, scratch);
    }
    let [ills, past, diagnoses, allergies] = &mut scratch.lists;
    ills.has.add(&diagnoses.has);
    past.has.add(&ills.has);
    let undiagnosed = rx.diagnoses.is_none();
    let none = Said::absent([patient.conditions.is_none(), undiagnosed]);
    (ills.no, past.no) = (none, none);
    allergies.no = Said::absent([patient.allergies.is_none()]);
    let is_open = |entry: &Entry| entry.kind == History::Diagnosis && !entry.resolved;
    // What could not be read might be any diagnosis.
    diagnoses.no = match scratch.history.iter().any(is_open) {
        true => Said::VAGUE,
        false => Said::absent([undiagnosed]),
    };
}

/// An intolerance counts as an allergy only where it was severe.
fn counts(allergy: &Allergy) -> bool {
    !allergy.intolerance || allergy.severe == Some(true)
}

fn entry(
    program: &Program,
    what: &Coded,
    (kind, place, when): (History, usize, ConditionStatus),
    remembered: &mut Memory<Ill>,
    scratch: &mut Prepared,
) {
    let ill = remembered.recall(key(what, None), what, None, || work_out(program, what, kind));
    let start = narrow(scratch.senses.len());
    let shift = |(from, to): (u32, u32)| (start.saturating_add(from), start.saturating_add(to));
    scratch.senses.extend_from_slice(&ill.senses);
    let known = &ill.entry;
    let list = List::of(kind, when);
    if let Some(list) = list.and_then(|list| scratch.lists.get_mut(list.place())) {
        list.has.add(&ill.has);
    }
    scratch.history.push(Entry {
        kind,
        place,
        counts: list.filter(|_| known.resolved).map_or(0, List::within),
        senses: shift(known.senses),
        coded: shift(known.coded),
        reached: shift(known.reached),
        sets: shift(known.sets),
        codes: shift(known.codes),
        ..*known
    });
}

#[cold]
fn work_out(program: &Program, what: &Coded, kind: History) -> Ill {
    let names = &program.tables.catalogue.names;
    let mut senses = Vec::new();
    let name_code = what.name.as_deref().and_then(Code::parse);
    let mut several = false;
    if let Some(name) = what.name.as_deref().filter(|_| name_code.is_none()) {
        let meaning = match kind {
            History::Allergy => names.allergen(name),
            History::Condition | History::Diagnosis => names.name(name),
        };
        match meaning {
            Resolution::Concept(id) => senses.push(id.0),
            Resolution::Ambiguous(meanings) => {
                several = true;
                senses.extend(meanings.iter().map(|id| id.0));
            }
            Resolution::Unknown => {}
        }
    }
    let code = what.code.as_deref().and_then(Code::parse).or(name_code);
    let ambiguous = several && code.is_none();
    let named = narrow(senses.len());
    if let Some(code) = &code {
        match kind {
            // An allergy to one drug is none to its class; a disease is one of everything its code lies below.
            History::Allergy => senses.extend(names.code(code).map(|id| id.0)),
            History::Condition | History::Diagnosis => {
                let start = senses.len();
                names.each_code_above(code, &mut |id| {
                    if !senses.iter().skip(start).any(|known| *known == id.0) {
                        senses.push(id.0);
                    }
                });
            }
        }
    }
    let coded = (named, narrow(senses.len()));
    let hierarchical = code
        .as_ref()
        .is_some_and(|code| matches!(code.system, CodeSystem::Atc | CodeSystem::Icd10));
    let mut ill = Ill {
        entry: Entry {
            kind,
            place: 0,
            counts: 0,
            senses: (0, named),
            coded,
            reached: (0, 0),
            sets: (0, 0),
            codes: (0, 0),
            is_coded: code.is_some(),
            resolved: hierarchical || coded.1 != 0,
            ambiguous,
        },
        senses,
        has: Sets::default(),
    };
    ill.reach(program, code.as_ref());
    ill
}

impl Ill {
    /// Works out, once for every set that is asked about it, what its code reaches, and which of them it is in.
    fn reach(&mut self, program: &Program, code: Option<&Code>) {
        let Program { tables, index } = program;
        let coded = match (code, self.entry.kind) {
            // A set asks what a drug's code lies below, known or not.
            (Some(code), History::Allergy) => {
                let above = tables.catalogue.names.code_and_above(code);
                above.iter().map(|id| id.0).collect()
            }
            _ => self.stretch(self.entry.coded).to_vec(),
        };
        let reached = |of: &[u32]| -> Vec<u32> {
            let levels = of.iter().flat_map(|concept| levels(tables, *concept));
            levels.flat_map(|level| closure(tables, level)).copied().collect()
        };
        let mut by_code = reached(&coded);
        by_code.order();
        let named = reached(self.stretch(self.entry.alone()));
        let above = code.iter().flat_map(|code| code.and_above());
        let codes: Vec<u32> = above.filter_map(|above| tables.place_of(&above)).collect();
        let mut sets = Vec::new();
        let rows = named.iter().chain(&by_code);
        index.asked.may_have(rows, &codes, &mut sets);
        self.entry.codes = self.append(codes);
        self.entry.reached = self.append(by_code);
        sets.order();
        sets.dedup();
        sets.retain(|set| {
            let set = tables.sets.get(wide(*set));
            set.is_some_and(|set| self.entry.is_in(set, tables, &self.senses))
        });
        let numbers = sets.iter().filter(|_| self.entry.resolved);
        numbers
            .filter_map(|set| index.asked.number(*set))
            .for_each(|number| self.has.set(number));
        self.entry.sets = self.append(laid_out(&sets));
    }

    fn stretch(&self, (from, to): (u32, u32)) -> &[u32] {
        self.senses.get(wide(from)..wide(to)).unwrap_or(&[])
    }

    fn append(&mut self, more: Vec<u32>) -> (u32, u32) {
        let start = narrow(self.senses.len());
        self.senses.extend(more);
        (start, narrow(self.senses.len()))
    }
}

/// Where a set stands among so many places, a power of two, or soon after.
fn place_of(set: u32, places: usize) -> usize {
    wide(set.wrapping_mul(0x9E37_79B1) >> 16) & places.saturating_sub(1)
}

/// Sets at their places, half of which at least are empty.
fn laid_out(sets: &[u32]) -> Vec<u32> {
    let places = sets.len().saturating_mul(2).next_power_of_two();
    let mut laid = vec![NO_SET; places];
    for set in sets {
        let start = place_of(*set, places);
        let mut order = (start..places).chain(0..start);
        let free = order.find(|place| laid.get(*place) == Some(&NO_SET));
        if let Some(place) = free.and_then(|free| laid.get_mut(free)) {
            *place = *set;
        }
    }
    laid
}

/// Whether a set is among those laid out.
#[inline]
fn is_among(laid: &[u32], set: u32) -> bool {
    let mut at = place_of(set, laid.len());
    while let Some(met) = laid.get(at).filter(|met| **met != NO_SET) {
        if *met == set {
            return true;
        }
        at = at.wrapping_add(1) & laid.len().wrapping_sub(1);
    }
    false
}

/// A concept, and the levels whose code it claims as a class: it lies below what those lie below.
fn levels(tables: &Tables, concept: u32) -> impl Iterator<Item = u32> {
    std::iter::once(concept).chain(tables.catalogue.levels.row(concept).iter().copied())
}

fn closure(tables: &Tables, concept: u32) -> &[u32] {
    tables
        .families
        .first()
        .map_or(&[][..], |family| family.reached.row(concept))
}

impl Sheet<'_, '_> {
    /// The entries of a list that are members of a set.
    pub fn listed(&self, list: List, set: u32) -> impl Iterator<Item = &Entry> {
        let number = self.index.asked.number(set);
        let lacks = |number| {
            !self
                .lists
                .get(list.place())
                .is_some_and(|list| list.has.may_have(number))
        };
        let entries = if number.is_some_and(lacks) { &[] } else { self.history };
        entries
            .iter()
            .filter(move |entry| entry.counts_for(list) && self.has(entry, set, number.is_some()))
    }

    /// Whether an entry of the history is a member of a set. `asked`: it is in it only if it may have it.
    fn has(&self, entry: &Entry, number: u32, asked: bool) -> bool {
        if asked {
            return is_among(self.concepts(entry.sets), number);
        }
        let set = self.tables.sets.get(wide(number));
        set.is_some_and(|set| entry.is_in(set, self.tables, self.senses))
    }

    /// What a list says to a set.
    #[inline(never)]
    pub fn said_of(&self, list: List, set: u32) -> Said {
        match self.listed(list, set).next() {
            Some(_) => Said::of(Truth::True),
            None => self.lists.get(list.place()).map_or(Said::VAGUE, |list| list.no),
        }
    }
}

impl Entry {
    /// Whether it counts for a list.
    pub fn counts_for(&self, list: List) -> bool {
        self.counts & list.bit() != 0
    }

    /// Whether it is a member of a set: by each meaning of its name, or by everything its code lies below together. `senses`: where its stretches
    /// are.
    pub fn is_in(&self, set: &Set, tables: &Tables, senses: &[u32]) -> bool {
        let stretch = |(from, to): (u32, u32)| senses.get(wide(from)..wide(to)).unwrap_or(&[]);
        let holds = |closure, codes| {
            set.holds(Sight {
                rows: closure,
                closure,
                sole: true,
                codes,
            })
        };
        let alone = stretch(self.alone()).iter();
        let mut named = alone.flat_map(|concept| levels(tables, *concept));
        named.any(|concept| holds(closure(tables, concept), &[]))
            || (self.is_coded && holds(stretch(self.reached), stretch(self.codes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_found_where_it_was_laid_and_no_other_is() {
        for of in [0_u32, 1, 7, 32, 1000] {
            let sets: Vec<u32> = (0..of).map(|set| set.wrapping_mul(17)).collect();
            let laid = laid_out(&sets);
            let found = (0..of.saturating_mul(17)).filter(|set| is_among(&laid, *set));
            assert_eq!(found.collect::<Vec<u32>>(), sets);
            assert!(!is_among(&[], 0));
        }
    }
}
