//! The catalogue as the program holds it: names, what each concept denotes, and what lies above it.
mod stored;

use crate::csr::Csr;
use crate::sheet::Identity;
use serde::{Deserialize, Serialize};
use shenfang_clinical::{DoseForm, dosage};
use shenfang_knowledge::mapping::Mapping;
use shenfang_knowledge::{ConceptId, ConceptKind, NameIndex, Reach};
use shenfang_units::Amount;
use smallvec::{SmallVec, smallvec};

/// How an item comes to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Via {
    /// the item itself
    Itself,
    /// its only active ingredient
    Sole,
    /// one of several active ingredients
    Part,
    /// an excipient
    Excipient,
}

impl Via {
    /// Its number among the four.
    pub fn place(self) -> usize {
        match self {
            Via::Itself => 0,
            Via::Sole => 1,
            Via::Part => 2,
            Via::Excipient => 3,
        }
    }

    /// Whether a rule of this reach looks so far into a product.
    pub fn within(self, reach: Reach) -> bool {
        match self {
            Via::Itself | Via::Sole => true,
            Via::Part => reach != Reach::Single,
            Via::Excipient => reach == Reach::WithExcipients,
        }
    }
}

/// A concept that an item denotes: its own or that of an ingredient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Node {
    pub concept: u32,
    pub via: Via,
    /// place among the active ingredients
    pub position: u16,
    /// number of active ingredients
    pub actives: u16,
    /// amount in one unit of use; few have it, and every concept has a node
    pub per_unit: Option<Box<Amount>>,
    /// mass of one biological unit
    pub potency: Option<Box<Amount>>,
}

impl Node {
    /// Whether it is all that is active in the item.
    pub fn is_sole(&self) -> bool {
        self.actives == 1 && matches!(self.via, Via::Itself | Via::Sole)
    }

    /// Whether it is something active.
    pub fn is_active(&self) -> bool {
        self.via != Via::Excipient
    }

    /// What the arithmetic of doses asks of it.
    pub fn content(&self) -> dosage::Content {
        dosage::Content {
            position: self.position.into(),
            count: self.actives.into(),
            per_unit: self.per_unit.as_deref().copied(),
            potency: self.potency.as_deref().copied(),
        }
    }
}

/// What reviews ask of a concept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub kind: ConceptKind,
    pub form: Option<DoseForm>,
    /// without salt, ester and water
    pub moiety: u32,
    /// the unprocessed herb
    pub root: u32,
    /// a solvent of infusions
    pub diluent: bool,
    /// a product, or any patent medicine, of which nobody wrote what it contains: rules on ingredients cannot see them
    pub contents_unknown: bool,
}

/// Concepts in the order in which they were reached; nearly always a few, which need no memory.
#[derive(Default)]
struct Reached {
    few: [u32; 24],
    count: usize,
    more: Vec<u32>,
}

impl Reached {
    fn few(&self) -> &[u32] {
        self.few.get(..self.count).unwrap_or(&self.few)
    }

    fn get(&self, at: usize) -> Option<u32> {
        let beyond = || self.more.get(at.checked_sub(self.count)?);
        self.few().get(at).or_else(beyond).copied()
    }

    /// Adds what is not there yet.
    fn add(&mut self, concept: u32) {
        if self.few().contains(&concept) || self.more.contains(&concept) {
            return;
        }
        match self.few.get_mut(self.count) {
            Some(place) => {
                *place = concept;
                self.count = self.count.saturating_add(1);
            }
            None => self.more.push(concept),
        }
    }
}

/// Names and concepts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "stored::Stored", into = "stored::Stored")]
pub(crate) struct Catalogue {
    pub names: NameIndex,
    pub entries: Vec<Entry>,
    /// direct uppers
    pub above: Csr<u32>,
    /// what each concept denotes, in order
    pub nodes: Csr<Node>,
    /// ATC groups of level 4 above each concept
    pub atc4: Csr<u32>,
    /// class → the level of ATC whose code it claims
    pub levels: Csr<u32>,
    /// local codes and names, in order
    pub mappings: Vec<Mapping>,
    /// classical formulas, in order of name
    pub formulas: Vec<u32>,
}

impl Catalogue {
    /// A concept.
    pub fn entry(&self, concept: u32) -> Option<&Entry> {
        self.entries.get(crate::csr::wide(concept))
    }

    /// Its canonical name.
    pub fn name(&self, concept: u32) -> &str {
        self.names.canonical(ConceptId(concept)).unwrap_or_default()
    }

    /// The dose form of what these concepts denote: of several meanings, the one that this node belongs to.
    pub fn form(&self, concepts: &[u32], identity: Identity, node: Option<u32>) -> Option<DoseForm> {
        let belongs = |concept: &&u32| {
            let (start, end) = self.nodes.span(**concept);
            node.is_some_and(|node| start <= node && node < end)
        };
        let bound = concepts.iter().find(belongs).filter(|_| identity.is_ambiguous());
        self.entry(*bound.or(concepts.first())?)?.form
    }

    /// Whether `upper` is `concept` or lies above it.
    pub fn is_above(&self, upper: u32, concept: u32) -> bool {
        upper == concept || self.climb(concept, &mut |at| at == upper)
    }

    /// Visits the concept and everything above it, breadth first, until `stop` says so.
    pub fn climb(&self, concept: u32, stop: &mut dyn FnMut(u32) -> bool) -> bool {
        let mut reached = Reached::default();
        reached.add(concept);
        let mut next = 0usize;
        while let Some(at) = reached.get(next) {
            if stop(at) {
                return true;
            }
            next = next.saturating_add(1);
            for up in self.above.row(at) {
                reached.add(*up);
            }
        }
        false
    }

    /// A shortest path from `from` up to the nearest concept that `ends` accepts (of equals the smallest id), both included.
    pub fn path(&self, from: u32, ends: &dyn Fn(u32) -> bool) -> SmallVec<[u32; 8]> {
        if ends(from) {
            return smallvec![from];
        }
        // Each with the place of the one that it lies above.
        let mut seen: SmallVec<[(u32, usize); 16]> = smallvec![(from, 0)];
        let mut level = 0..1;
        while !level.is_empty() {
            let reached = level.clone().filter_map(|place| Some((seen.get(place)?.0, place)));
            if let Some((_, mut place)) = reached.filter(|(at, _)| ends(*at)).min() {
                let mut path = SmallVec::new();
                while let Some((at, below)) = seen.get(place) {
                    path.insert(0, *at);
                    if place == 0 {
                        break;
                    }
                    place = *below;
                }
                return path;
            }
            for place in level.clone() {
                let above = seen.get(place).map_or(&[][..], |(at, _)| self.above.row(*at));
                for up in above {
                    if !seen.iter().any(|(known, _)| known == up) {
                        seen.push((*up, place));
                    }
                }
            }
            level = level.end..seen.len();
        }
        smallvec![from]
    }
}
