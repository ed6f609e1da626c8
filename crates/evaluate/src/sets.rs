//! Sets of concepts as the program holds them, and membership of one node. It never looks at a whole item: that is `members`.
use crate::csr::Csr;
use crate::flat::Flat;
use serde::{Deserialize, Serialize};
use shenfang_knowledge::Reach;
use shenfang_units::Truth;

/// A leaf of a set's expression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Leaf {
    /// every node
    Every,
    /// at or below one of these, sorted; found through the family's index, by nearest row where the family is one of rows
    Rows(#[serde(with = "crate::packed::ascending")] Vec<u32>),
    /// at or below one of these, sorted; always by the closure
    Below(#[serde(with = "crate::packed::ascending")] Vec<u32>),
    /// coded at or below one of these codes, which no concept has, by their places among all that sets name; sorted, none below another
    Codes(#[serde(with = "crate::packed::ascending")] Vec<u32>),
    /// the product has one active ingredient
    Sole,
}

/// A set of concepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Set {
    pub expression: Flat<Leaf>,
    /// the set is exactly `any`: items that did not resolve are in it
    pub any: bool,
}

/// Concepts that rules name, and from which of them each concept is reached: everything above it (the first family), or the nearest of one
/// kind of row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Family {
    /// concept → rows reached, sorted
    pub reached: Csr<u32>,
    /// row → targets that have it
    pub targets: Csr<u32>,
    /// targets that no row leads to (`any except X`)
    pub open: Vec<u32>,
}

/// What a variable or an item set asks for: a set, through which contents, by which family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Target {
    pub family: u32,
    pub set: u32,
    pub reach: Reach,
}

/// What membership of a node is decided on.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'s> {
    /// rows reached in the family
    pub rows: &'s [u32],
    /// everything above that some rule names
    pub closure: &'s [u32],
    /// the node is the item itself or its only active ingredient
    pub sole: bool,
    /// of a condition: the code as written and those it lies below, as far as some set names them
    pub codes: &'s [u32],
}

impl Set {
    /// Whether the node is a member.
    pub fn holds(&self, sight: Sight<'_>) -> bool {
        let leaf = |leaf: &Leaf| {
            Truth::known(match leaf {
                Leaf::Every => true,
                Leaf::Rows(of) => meet(sight.rows, of),
                Leaf::Below(of) => meet(sight.closure, of),
                Leaf::Codes(of) => meet(sight.codes, of),
                Leaf::Sole => sight.sole,
            })
        };
        self.expression.truth(&leaf) == Truth::True
    }

    /// Whether nothing is a member that reaches none of its rows and lies below none of its codes.
    pub fn is_found_by_rows(&self) -> bool {
        let nowhere = |_: &Leaf| Truth::False;
        let leaf = |leaf: &Leaf| matches!(leaf, Leaf::Rows(_) | Leaf::Below(_) | Leaf::Codes(_));
        self.expression.leaves().all(leaf) && self.expression.truth(&nowhere) == Truth::False
    }

    /// The codes it names, by their places.
    pub fn codes(&self) -> impl Iterator<Item = u32> {
        self.expression
            .leaves()
            .flat_map(|leaf| match leaf {
                Leaf::Codes(of) => of.as_slice(),
                _ => &[],
            })
            .copied()
    }

    /// Whether everything that reaches one of its rows is a member, whatever else is so.
    pub fn holds_its_rows(&self) -> bool {
        let leaf = |leaf: &Leaf| match leaf {
            Leaf::Rows(_) => Truth::True,
            _ => Truth::Unknown,
        };
        // Of two lists of rows a node may reach one and not the other.
        let lists = self.expression.leaves().filter(|leaf| matches!(leaf, Leaf::Rows(_)));
        lists.count() == 1 && self.expression.truth(&leaf) == Truth::True
    }

    /// The rows it names.
    pub fn rows(&self) -> impl Iterator<Item = u32> {
        self.expression
            .leaves()
            .flat_map(|leaf| match leaf {
                Leaf::Rows(of) | Leaf::Below(of) => of.as_slice(),
                _ => &[],
            })
            .copied()
    }

    /// Whether `concept` is one of the set's rows: where a path that explains membership ends.
    pub fn has_row(&self, concept: u32) -> bool {
        self.expression.leaves().any(|leaf| match leaf {
            Leaf::Rows(of) => of.binary_search(&concept).is_ok(),
            _ => false,
        })
    }
}

/// Whether two sorted lists have a member in common; the first is short.
fn meet(few: &[u32], many: &[u32]) -> bool {
    few.iter().any(|one| many.binary_search(one).is_ok())
}
