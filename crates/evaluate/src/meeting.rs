//! Whether anything may be said of two lines that stand on one sheet, and whether it depends on more than the two: asked once for each two medicines.
//!
//! What it never does: take a rule that asks for anything besides for one that does not.
use crate::csr::{narrow, wide};
use crate::index::{Index, Way};
use crate::program::Tables;
use crate::rules::{Binding, Rule};
use shenfang_clinical::Category;
use shenfang_knowledge::Origin;
use shenfang_order::Order;

/// The targets a line is a member of, and where each leads; both ascending.
#[derive(Default)]
pub(crate) struct Reach {
    targets: Vec<u32>,
    ways: Vec<Way>,
}

/// What may be said of two lines that stand on one sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meeting {
    /// nothing
    Apart,
    /// what depends on nothing but what they denote
    Plain,
    /// more
    Open,
}

/// What was found of pairs of marks, two bits each, both orders.
#[derive(Default)]
pub(crate) struct Met {
    /// marks there is room for, a power of two
    room: usize,
    words: Vec<u64>,
}

impl Met {
    /// The word of a pair, and how far it is to be shifted.
    #[inline]
    fn place(&self, (a, b): (u32, u32)) -> (usize, u32) {
        let at = wide(a).saturating_mul(self.room).saturating_add(wide(b));
        (at >> 5, (narrow(at) & 31) << 1)
    }

    #[inline]
    pub fn get(&self, a: u32, b: u32) -> Option<Meeting> {
        let (word, shift) = self.place((a, b));
        match self.words.get(word)? >> shift & 3 {
            1 => Some(Meeting::Apart),
            2 => Some(Meeting::Plain),
            3 => Some(Meeting::Open),
            _ => None,
        }
    }

    /// Makes room for so many marks, from 1; where there was too little, all is forgotten.
    #[inline]
    pub fn make_room(&mut self, marks: usize) {
        if marks >= self.room {
            self.room = marks.saturating_add(1).next_power_of_two();
            self.words.clear();
            self.words.resize(self.room.saturating_mul(self.room).div_ceil(32), 0);
        }
    }

    /// Finds it out and keeps it.
    #[cold]
    pub fn learn(&mut self, both: (u32, u32), reaches: &[Reach], tables: &Tables) -> Meeting {
        let reach = |mark: u32| reaches.get(wide(mark).checked_sub(1)?);
        let asked = reach(both.0).zip(reach(both.1));
        let meeting = asked.map_or(Meeting::Open, |(a, b)| a.meets(b, tables).max(b.meets(a, tables)));
        let (word, shift) = self.place(both);
        if let Some(word) = self.words.get_mut(word) {
            let state: u64 = match meeting {
                Meeting::Apart => 1,
                Meeting::Plain => 2,
                Meeting::Open => 3,
            };
            *word = *word & !(3 << shift) | state << shift;
        }
        meeting
    }
}

impl Reach {
    /// Of the nodes of a line.
    pub fn of(index: &Index, nodes: &[u32]) -> Reach {
        let mut reach = Reach::default();
        for node in nodes {
            reach.targets.extend(index.targets_of(*node));
            reach.ways.extend(index.ways_of(*node));
        }
        reach.targets.order();
        reach.targets.dedup();
        reach.ways.order();
        reach.ways.dedup();
        reach
    }

    /// What rules that name this line may say of it and the other.
    fn meets(&self, other: &Reach, tables: &Tables) -> Meeting {
        let named = |target: u32| other.targets.binary_search(&target).is_ok();
        let has = |way: &&Way| way.other().is_some_and(named);
        let rules = self
            .ways
            .iter()
            .filter(has)
            .map(|way| tables.rules.rules.get(wide(way.rule)));
        let meeting = |rule: Option<&Rule>| match rule {
            Some(rule) if rule.is_plain() => Meeting::Plain,
            _ => Meeting::Open,
        };
        rules.map(meeting).max().unwrap_or(Meeting::Apart)
    }
}

impl Rule {
    /// Whether it asks for two lines that denote something, and for nothing else: then all it says follows from what the two denote.
    fn is_plain(&self) -> bool {
        let says = &self.says;
        let named = |binding: &Binding| !binding.any && binding.relation.is_none() && binding.origin != Origin::Current;
        // Of these not every line takes part in every rule.
        let by_line = [
            Category::Dose,
            Category::DuplicateTherapy,
            Category::Legality,
            Category::Preparation,
        ];
        let asks = self.when.is_some() || !says.exempt.is_empty() || !says.raise.is_empty() || says.effective.is_some();
        let differs = says.countersigned.is_some() || !says.policy.is_empty() || by_line.contains(&says.category);
        self.bindings.len() == 2 && self.bindings.iter().all(named) && !asks && !differs
    }
}
