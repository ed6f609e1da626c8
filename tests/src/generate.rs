//! Random small catalogues, rules and prescriptions from one seed: the same seed gives the same case on every host.
//!
//! What it never does: aim at realistic medicine. Names are few and dense, so that every feature meets every other one often.
mod catalogue;
mod rules;
mod sheet;

pub use catalogue::catalogue;
pub use rules::{RuleSet, rule_set};
pub use sheet::prescription;

use shenfang_knowledge::Constant;
use shenfang_units::{Quantity, Ratio, Unit};

/// A seeded source of choices (SplitMix64).
pub struct Random(u64);

impl Random {
    /// From a seed and the number of a stream; hashed, lest one stream be another one shifted.
    pub fn new(seed: u64, stream: u64) -> Random {
        let hashed = Random(seed).number() ^ Random(!stream).number();
        Random(Random(hashed).number())
    }
    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.number() % (n as u64)).unwrap()
    }
    /// True in `percent` of 100.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    /// One of several.
    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
    /// Something in `percent` of 100.
    pub fn maybe<T>(&mut self, percent: usize, some: impl FnOnce(&mut Random) -> T) -> Option<T> {
        if self.chance(percent) { Some(some(self)) } else { None }
    }
    /// Between `least` and `most` of something.
    pub fn some<T>(&mut self, least: usize, most: usize, mut one: impl FnMut(&mut Random) -> T) -> Vec<T> {
        (0..least + self.below(most - least + 1)).map(|_| one(self)).collect()
    }
}

/// A quantity of a test, as written.
pub fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn constant(value: &str, unit: &str) -> Constant {
    let value = Ratio::parse_decimal(value).unwrap();
    let unit = if unit == "1" {
        Unit::one()
    } else {
        Unit::parse(unit).unwrap_or_else(|e| panic!("{unit}: {e}"))
    };
    Constant {
        quantity: Quantity { value, unit },
    }
}

/// Names to write on sheets: every drug of the catalogue, and again those that rules and doses speak of.
pub fn names(k: &shenfang_knowledge::Knowledge) -> Vec<String> {
    use shenfang_knowledge::ConceptKind;
    let drug = |c: &&shenfang_knowledge::Concept| c.kind != ConceptKind::Condition && c.kind != ConceptKind::Code;
    let mut all: Vec<String> = k.concepts().iter().filter(drug).map(|c| c.name.clone()).collect();
    let dosed = k
        .doses()
        .iter()
        .flat_map(|d| [k.descendants(d.concept), k.descendants(d.concept)].concat());
    let bound = k
        .rules()
        .iter()
        .flat_map(|r| &r.bindings)
        .map(|b| k.members(&b.set))
        .filter(|m| m.len() < 8)
        .flatten();
    let spoken: Vec<_> = dosed.chain(bound).collect();
    // A product stands for what it contains.
    let products = k
        .iter()
        .filter(|(_, c)| c.contents.iter().any(|i| spoken.contains(&i.concept)))
        .map(|(id, _)| id);
    let spoken: Vec<_> = products
        .chain(spoken.iter().copied())
        .filter_map(|id| k.concept(id))
        .filter(drug)
        .map(|c| c.name.clone())
        .collect();
    all.extend(spoken);
    all
}
