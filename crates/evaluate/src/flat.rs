//! Boolean trees laid out flat in prefix order: the shape that conditions and sets share. It knows nothing of what a leaf means.
use serde::{Deserialize, Serialize};
use shenfang_units::Truth;
use smallvec::SmallVec;
use std::sync::Arc;

use crate::csr::{narrow, wide};

/// Deepest nesting a program may hold; the language stops at 64, sets and conditions may nest in each other.
const DEEPEST: usize = 256;

/// One node; the number is how many of the following steps lie below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Step<L> {
    All(u32),
    Any(u32),
    Not(u32),
    Leaf(L),
}

/// A whole tree; copies of it hold the same steps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Flat<L> {
    #[serde(bound(deserialize = "L: Deserialize<'de>"))]
    steps: Arc<[Step<L>]>,
}

impl<L: PartialEq> PartialEq for Flat<L> {
    fn eq(&self, other: &Flat<L>) -> bool {
        Arc::ptr_eq(&self.steps, &other.steps) || self.steps == other.steps
    }
}

/// No tree at all: it is not sound.
impl<L> Default for Flat<L> {
    fn default() -> Flat<L> {
        Flat { steps: Arc::default() }
    }
}

/// A tree before it is laid flat.
pub(crate) enum Tree<L> {
    All(Vec<Tree<L>>),
    Any(Vec<Tree<L>>),
    Not(Box<Tree<L>>),
    Leaf(L),
}

/// A part of a tree.
pub(crate) struct Part<'f, L> {
    steps: &'f [Step<L>],
}

impl<L> Clone for Part<'_, L> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<L> Copy for Part<'_, L> {}

/// What stands at the top of a part.
pub(crate) enum Top<'f, L> {
    All(Part<'f, L>),
    Any(Part<'f, L>),
    Not(Part<'f, L>),
    Leaf(&'f L),
}

impl<L> Step<L> {
    fn below(&self) -> usize {
        match self {
            Step::All(n) | Step::Any(n) | Step::Not(n) => wide(*n),
            Step::Leaf(_) => 0,
        }
    }
}

impl<L> Flat<L> {
    /// Lays a tree flat.
    pub fn of(tree: Tree<L>) -> Flat<L> {
        let mut steps = Vec::new();
        lay(tree, &mut steps);
        Flat { steps: steps.into() }
    }

    /// The whole tree as a part.
    pub fn part(&self) -> Part<'_, L> {
        Part { steps: &self.steps }
    }

    /// Every leaf, in the order written.
    pub fn leaves(&self) -> impl Iterator<Item = &L> {
        self.steps.iter().filter_map(|step| match step {
            Step::Leaf(leaf) => Some(leaf),
            _ => None,
        })
    }

    /// The same, to be changed.
    pub fn leaves_mut(&mut self) -> impl Iterator<Item = &mut L>
    where
        L: Clone,
    {
        Arc::make_mut(&mut self.steps).iter_mut().filter_map(|step| match step {
            Step::Leaf(leaf) => Some(leaf),
            _ => None,
        })
    }

    /// The leaf at a place among the steps.
    pub fn leaf_at(&self, place: u32) -> Option<&L> {
        match self.steps.get(wide(place))? {
            Step::Leaf(leaf) => Some(leaf),
            _ => None,
        }
    }

    /// How many steps it takes.
    pub fn steps(&self) -> u32 {
        narrow(self.steps.len())
    }

    /// Where this very leaf stands among the steps.
    pub fn place_of(&self, leaf: &L) -> Option<u32> {
        let is_it = |step: &Step<L>| matches!(step, Step::Leaf(known) if std::ptr::eq(known, leaf));
        self.steps.iter().position(is_it).map(narrow)
    }

    /// The leaves of which the whole is a conjunction: each with its place, true where it stands under a negation. Parts that are no leaves are
    /// left out.
    pub fn conjuncts(&self) -> Vec<(u32, bool, &L)> {
        let mut found = Vec::new();
        let mut at = 0_usize;
        while let Some(step) = self.steps.get(at) {
            match (step, self.steps.get(at.saturating_add(1))) {
                // What stands below a conjunction stands beside the others.
                (Step::All(_), _) => at = at.saturating_add(1),
                (Step::Leaf(leaf), _) => {
                    found.push((narrow(at), false, leaf));
                    at = at.saturating_add(1);
                }
                (Step::Not(_), Some(Step::Leaf(leaf))) => {
                    found.push((narrow(at.saturating_add(1)), true, leaf));
                    at = at.saturating_add(2);
                }
                _ => at = at.saturating_add(1).saturating_add(step.below()),
            }
        }
        found
    }

    /// Kleene truth, where `leaf` says that of a leaf.
    pub fn truth(&self, leaf: &dyn Fn(&L) -> Truth) -> Truth {
        self.part().truth(leaf)
    }

    /// Whether the lengths fit into each other and the tree is no deeper than evaluation can follow.
    pub fn is_sound(&self) -> bool {
        let mut ends: SmallVec<[usize; 16]> = SmallVec::new();
        for (at, step) in self.steps.iter().enumerate() {
            while ends.last().is_some_and(|end| *end <= at) {
                ends.pop();
            }
            let room = ends
                .last()
                .copied()
                .unwrap_or(if at == 0 { self.steps.len() } else { 0 });
            let end = at.saturating_add(1).saturating_add(step.below());
            if end > room || ends.len() >= DEEPEST {
                return false;
            }
            ends.push(end);
        }
        !self.steps.is_empty()
    }
}

fn lay<L>(tree: Tree<L>, out: &mut Vec<Step<L>>) {
    let (children, node) = match tree {
        Tree::All(all) => (all, Step::All as fn(u32) -> Step<L>),
        Tree::Any(any) => (any, Step::Any as fn(u32) -> Step<L>),
        Tree::Not(inner) => (vec![*inner], Step::Not as fn(u32) -> Step<L>),
        Tree::Leaf(leaf) => return out.push(Step::Leaf(leaf)),
    };
    let mut below = Vec::new();
    for child in children {
        lay(child, &mut below);
    }
    out.push(node(narrow(below.len())));
    out.append(&mut below);
}

impl<'f, L> Part<'f, L> {
    /// What stands at the top; `None` of an empty part.
    pub fn top(self) -> Option<Top<'f, L>> {
        let (first, steps) = self.steps.split_first()?;
        let below = Part { steps };
        Some(match first {
            Step::All(_) => Top::All(below),
            Step::Any(_) => Top::Any(below),
            Step::Not(_) => Top::Not(below),
            Step::Leaf(leaf) => Top::Leaf(leaf),
        })
    }

    /// The trees that stand side by side in this part.
    pub fn children(self) -> impl Iterator<Item = Part<'f, L>> {
        let mut rest = self.steps;
        std::iter::from_fn(move || {
            let length = rest.first()?.below().saturating_add(1);
            let (child, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(Part { steps: child })
        })
    }

    /// Kleene truth.
    pub fn truth(self, leaf: &dyn Fn(&L) -> Truth) -> Truth {
        match self.top() {
            None => Truth::Unknown,
            Some(Top::Leaf(at)) => leaf(at),
            Some(Top::Not(inner)) => !inner.truth(leaf),
            Some(Top::All(all)) => fold(all, Truth::True, Truth::False, leaf),
            Some(Top::Any(any)) => fold(any, Truth::False, Truth::True, leaf),
        }
    }

    /// Visits the leaves that keep an unknown part unknown, in the order written.
    pub fn unknown_leaves(self, leaf: &dyn Fn(&L) -> Truth, visit: &mut dyn FnMut(&'f L)) {
        match self.top() {
            None => {}
            Some(Top::Leaf(at)) => visit(at),
            Some(Top::Not(inner)) => inner.unknown_leaves(leaf, visit),
            Some(Top::All(below) | Top::Any(below)) => {
                for child in below.children() {
                    if child.truth(leaf) == Truth::Unknown {
                        child.unknown_leaves(leaf, visit);
                    }
                }
            }
        }
    }

    /// Visits the leaves that carry this part's truth: of a true conjunction all, of a true alternative the true ones, of their negations the
    /// mirror image. `known`: that truth, where the caller has it. Nothing is asked that it answers.
    pub fn carrying_leaves(self, known: Option<Truth>, leaf: &dyn Fn(&L) -> Truth, visit: &mut dyn FnMut(&'f L)) {
        let (below, all) = match self.top() {
            None => return,
            Some(Top::Leaf(at)) => return visit(at),
            Some(Top::Not(inner)) => return inner.carrying_leaves(known.map(|truth| !truth), leaf, visit),
            Some(Top::All(below)) => (below, Truth::True),
            Some(Top::Any(below)) => (below, Truth::False),
        };
        let truth = known.unwrap_or_else(|| self.truth(leaf));
        for child in below.children() {
            if truth == all || child.truth(leaf) == truth {
                child.carrying_leaves(Some(truth), leaf, visit);
            }
        }
    }
}

/// `start` unless some child decides; Kleene's and/or differ only in which value decides.
fn fold<L>(below: Part<'_, L>, start: Truth, decides: Truth, leaf: &dyn Fn(&L) -> Truth) -> Truth {
    let mut truth = start;
    let mut rest = below.steps;
    while let Some((first, after)) = rest.split_first() {
        // Most children are leaves.
        let child = match first {
            Step::Leaf(at) => {
                rest = after;
                leaf(at)
            }
            _ => {
                let length = first.below().saturating_add(1);
                let Some((steps, after)) = rest.split_at_checked(length) else {
                    break;
                };
                rest = after;
                Part { steps }.truth(leaf)
            }
        };
        match child {
            t if t == decides => return decides,
            Truth::Unknown => truth = Truth::Unknown,
            _ => {}
        }
    }
    truth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Flat<Truth> {
        use Tree::*;
        Flat::of(All(vec![
            Leaf(Truth::True),
            Any(vec![Leaf(Truth::Unknown), Leaf(Truth::False)]),
            Not(Box::new(Leaf(Truth::False))),
        ]))
    }

    #[test]
    fn truth_is_kleenes() {
        assert_eq!(tree().truth(&|t| *t), Truth::Unknown);
        assert!(tree().is_sound());
    }

    #[test]
    fn unknown_leaves_are_only_those_that_matter() {
        let flat = tree();
        let mut seen = Vec::new();
        flat.part().unknown_leaves(&|t| *t, &mut |t| seen.push(*t));
        assert_eq!(seen, [Truth::Unknown]);
    }

    #[test]
    fn carrying_leaves_are_those_of_the_same_truth() {
        use Tree::*;
        let of = |truths: &[Truth]| truths.iter().map(|truth| Leaf(*truth)).collect::<Vec<_>>();
        for truths in [Truth::True, Truth::False, Truth::Unknown].map(|third| [Truth::True, Truth::False, third]) {
            let both = || vec![Any(of(&truths)), Not(Box::new(All(of(&truths)))), All(of(&truths))];
            for tree in [All(both()), Any(both()), Not(Box::new(Any(both()))), All(of(&truths))] {
                let flat = Flat::of(tree);
                let carried = |known| {
                    let mut seen = Vec::new();
                    flat.part()
                        .carrying_leaves(known, &|t| *t, &mut |t| seen.push(std::ptr::from_ref(t)));
                    seen
                };
                let mut plain = Vec::new();
                plainly_carrying(flat.part(), &mut plain);
                assert_eq!(carried(None), plain);
                assert_eq!(carried(Some(flat.truth(&|t| *t))), plain);
            }
        }
    }

    /// Every truth worked out anew.
    fn plainly_carrying(part: Part<'_, Truth>, seen: &mut Vec<*const Truth>) {
        let truth = part.truth(&|t| *t);
        match part.top() {
            None => {}
            Some(Top::Leaf(at)) => seen.push(at),
            Some(Top::Not(inner)) => plainly_carrying(inner, seen),
            Some(Top::All(below) | Top::Any(below)) => {
                let same = below.children().filter(|child| child.truth(&|t| *t) == truth);
                same.for_each(|child| plainly_carrying(child, seen));
            }
        }
    }

    #[test]
    fn conjuncts_are_the_leaves_without_which_it_cannot_be_true() {
        let tree = tree();
        let found: Vec<_> = tree
            .conjuncts()
            .into_iter()
            .map(|(_, not, leaf)| (not, *leaf))
            .collect();
        assert_eq!(found, [(false, Truth::True), (true, Truth::False)]);
        for (place, _, leaf) in tree.conjuncts() {
            assert_eq!(tree.leaf_at(place), Some(leaf));
        }
    }

    #[test]
    fn a_forged_length_is_not_sound() {
        let long: Flat<Truth> = Flat {
            steps: [Step::All(9), Step::Leaf(Truth::True)].into(),
        };
        assert!(!long.is_sound());
        let deep: Flat<Truth> = Flat {
            steps: (0..1000).rev().map(Step::Not).collect(),
        };
        assert!(!deep.is_sound());
    }
}
