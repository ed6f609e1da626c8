//! Kinds of lines, and how many of them, without which rules of the whole sheet say nothing: told with a drug, so that such a rule is not even asked
//! on most sheets.
//!
//! What it never does: decide a rule. It only leaves out what would dismiss itself.
use crate::condition::{ItemSet, Leaf, Operand, Test};
use crate::csr::wide;
use crate::index::Always;
use crate::program::Tables;
use crate::rules::Rule;
use crate::sheet::Sheet;
use shenfang_knowledge::Origin;
use shenfang_units::{Comparison, Ratio};

/// The members of one target that are no members of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    of: u32,
    but: Option<u32>,
}

/// The kinds, each once; of those beyond a word nobody tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kinds {
    all: Vec<Kind>,
    /// those that are needed only where every line is one thing for certain, a bit each
    certain: u64,
}

impl Kind {
    /// What a part of a conjunction needs to hold, if it is such a thing.
    fn of(tables: &Tables, test: &Test) -> Option<Kind> {
        let (of, but) = match test {
            Test::Any(some) => (some, None),
            // Where each of the ones is one of the others, they are not more.
            Test::Compare {
                left: Operand::Count(more),
                op: Comparison::Greater,
                right: Operand::Count(than),
            } => (more, Some(than)),
            _ => return None,
        };
        let listed = |items: &ItemSet| is_listed(tables, items);
        (listed(of) && but.is_none_or(listed)).then(|| Kind {
            of: of.target,
            but: but.map(|items| items.target),
        })
    }
}

impl Kinds {
    /// The kinds that a rule of the whole sheet needs, a bit each.
    pub fn needs(&mut self, tables: &Tables, rule: &Rule) -> u64 {
        let conjuncts = rule.when.iter().flat_map(|when| when.conjuncts());
        let positive = conjuncts.filter(|(_, not, _)| !not);
        let kinds = positive.filter_map(|(.., leaf)| Kind::of(tables, &leaf.test));
        kinds.fold(0, |needs, kind| needs | self.bit(kind))
    }

    fn bit(&mut self, kind: Kind) -> u64 {
        let known = self.all.iter().position(|known| *known == kind);
        let at = known.unwrap_or(self.all.len());
        let bit = u32::try_from(at).ok().and_then(|at| 1_u64.checked_shl(at));
        let bit = bit.unwrap_or(0);
        if known.is_none() && bit != 0 {
            self.all.push(kind);
            self.certain |= if kind.but.is_some() { bit } else { 0 };
        }
        bit
    }

    /// Of which kinds the members of these targets, in order, are, a bit each.
    pub fn of(&self, targets: &[u32]) -> u64 {
        let is = |target: &u32| targets.binary_search(target).is_ok();
        let has = |kind: &Kind| is(&kind.of) && !kind.but.as_ref().is_some_and(is);
        self.all
            .iter()
            .rev()
            .fold(0, |kinds, kind| kinds << 1 | u64::from(has(kind)))
    }
}

/// Most lines for which it is asked whether a set of them is large enough.
const COUNTED: i64 = 64;

/// How many lines a rule needs for the prescribed ones in a set to be as many as it asks.
pub(crate) fn fewest(rule: &Rule) -> u32 {
    let conjuncts = rule.when.iter().flat_map(|when| when.conjuncts());
    let enough = |(_, not, leaf): (u32, bool, &Leaf)| match &leaf.test {
        Test::Compare {
            left: Operand::Count(ItemSet {
                origin: Origin::Prescribed,
                ..
            }),
            op,
            right: Operand::Constant(limit),
        } if !not => {
            let limit = limit.amount()?.value;
            let is_enough = |lines: &i64| op.holds(Ratio::integer(*lines), limit);
            u32::try_from((0..COUNTED).find(is_enough).unwrap_or(COUNTED)).ok()
        }
        _ => None,
    };
    conjuncts.filter_map(enough).max().unwrap_or(0)
}

/// Whether it is about prescribed lines that are members of a set: of `any` none is listed.
fn is_listed(tables: &Tables, items: &ItemSet) -> bool {
    let target = tables.targets.get(wide(items.target));
    let set = target.and_then(|target| tables.sets.get(wide(target.set)));
    items.origin == Origin::Prescribed && set.is_some_and(|set| !set.any)
}

impl Sheet<'_, '_> {
    /// Whether there may be a line of every kind that a rule of the whole sheet needs.
    pub fn has_what_it_needs(&self, always: &Always) -> bool {
        let missing = always.needs & !self.bits.kinds;
        let certain = || self.counted(Origin::Prescribed).is_some();
        missing == 0 || (missing & !self.index.kinds.certain == 0 && !certain())
    }
}
