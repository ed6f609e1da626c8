//! The frozen graph: concepts, groups, rules and doses as nodes, and every relation between them as an edge.
//!
//! It holds no rule text and decides nothing about a prescription. Beside the graph stand tables derived from it (relations by concept, the name
//! index), because closures are asked for a hundred thousand times while a program is compiled.
mod bits;
mod builder;
mod claims;
mod cycles;
mod difference;
mod digest;
mod levels;
mod links;
mod members;
mod net;
mod only;
mod relations;
mod remap;

pub use builder::{ConceptDraft, KnowledgeBuilder};
pub use difference::{Difference, FieldChange, RuleChange};
pub use net::{Edge, Node};
use shenfang_order::Order;

pub(crate) use links::{dose_sets, rule_sets};

use crate::{Code, Concept, ConceptId, DoseRule, Group, GroupId, NameIndex, Pack, Rule, Source, StandingPresumption};
use bits::Bits;
use petgraph::graph::DiGraph;
use relations::Relations;
use std::collections::VecDeque;

/// Everything known, frozen: one petgraph whose nodes are concepts, groups, rules and doses.
#[derive(Clone, Debug)]
pub struct Knowledge {
    graph: DiGraph<Node, Edge>,
    concepts: Vec<Concept>,
    above: Relations,
    below: Relations,
    /// every code with each concept that has it, sorted
    coded: Vec<(Code, ConceptId)>,
    names: NameIndex,
    groups: Vec<Group>,
    packs: Vec<Pack>,
    sources: Vec<Source>,
    rules: Vec<Rule>,
    doses: Vec<DoseRule>,
    presumptions: Vec<StandingPresumption>,
    pub(crate) mappings: Vec<crate::mapping::Mapping>,
}

/// A relation between concepts, lower to upper.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConceptRelation {
    /// is-a: to a class (or a code)
    IsA,
    /// 炮制: to what it is made from
    ProcessedFrom,
    /// salt, ester, hydrate: to the moiety
    VariantOf,
}

impl ConceptRelation {
    /// `is-a`, `processed-from`, `variant-of`.
    pub const fn code(self) -> &'static str {
        match self {
            ConceptRelation::IsA => "is-a",
            ConceptRelation::ProcessedFrom => "processed-from",
            ConceptRelation::VariantOf => "variant-of",
        }
    }

    /// 属于, 炮制自, 衍生自.
    pub const fn zh(self) -> &'static str {
        match self {
            ConceptRelation::IsA => "属于",
            ConceptRelation::ProcessedFrom => "炮制自",
            ConceptRelation::VariantOf => "衍生自",
        }
    }
}

impl Knowledge {
    /// The graph itself. Concept nodes come first, in id order, then groups, rules and doses in theirs.
    pub fn graph(&self) -> &DiGraph<Node, Edge> {
        &self.graph
    }

    /// Concepts in id order.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// Concepts with their ids, in id order.
    pub fn iter(&self) -> impl Iterator<Item = (ConceptId, &Concept)> {
        self.concepts.iter().zip(0..).map(|(c, i)| (ConceptId(i), c))
    }

    /// One concept. Ids come from this knowledge, so it is there.
    pub fn concept(&self, id: ConceptId) -> Option<&Concept> {
        self.concepts.get(usize::try_from(id.0).ok()?)
    }

    /// Direct uppers of a concept with their relation, in order of relation then id.
    pub fn above(&self, id: ConceptId) -> Vec<(ConceptRelation, ConceptId)> {
        self.above.of(id).to_vec()
    }

    /// [`Knowledge::above`] without a copy.
    pub fn uppers(&self, id: ConceptId) -> &[(ConceptRelation, ConceptId)] {
        self.above.of(id)
    }

    /// Direct lowers of a concept with their relation, in order of relation then id.
    pub fn lowers(&self, id: ConceptId) -> &[(ConceptRelation, ConceptId)] {
        self.below.of(id)
    }

    /// The concept and everything above it, nearest first (breadth first, ties by id).
    pub fn ancestors(&self, id: ConceptId) -> Vec<ConceptId> {
        if self.concept(id).is_none() {
            return Vec::new();
        }
        let mut all = vec![id];
        let mut layer = vec![id];
        while !layer.is_empty() {
            let uppers = layer.iter().flat_map(|c| self.above.of(*c));
            let mut next: Vec<ConceptId> = uppers.map(|(_, upper)| *upper).collect();
            next.order();
            next.dedup();
            // What is above one concept are some tens at most: a scan beats a set.
            next.retain(|c| !all.contains(c));
            all.extend(&next);
            layer = next;
        }
        all
    }

    /// The concept and everything below it, ascending.
    pub fn descendants(&self, id: ConceptId) -> Vec<ConceptId> {
        let mut found = Bits::new(self.concepts.len());
        self.below_into(id, &mut found);
        found.ascending()
    }

    /// Marks the concept and everything below it.
    fn below_into(&self, id: ConceptId, found: &mut Bits) {
        let mut open = vec![id];
        // A concept already marked has had its lowers marked only if it came through here, so each call walks its own closure.
        let mut walked = Bits::new(self.concepts.len());
        while let Some(next) = open.pop() {
            if walked.insert(next) {
                found.insert(next);
                open.extend(self.below.of(next).iter().map(|(_, lower)| *lower));
            }
        }
    }

    /// A shortest path from `from` up to `to`, both included; `None` when `to` is not above.
    pub fn path(&self, from: ConceptId, to: ConceptId) -> Option<Vec<ConceptId>> {
        self.concept(from)?;
        let mut seen = Bits::new(self.concepts.len());
        seen.insert(from);
        let mut steps: Vec<(ConceptId, usize)> = vec![(from, usize::MAX)];
        let mut open = VecDeque::from([0_usize]);
        while let Some(at) = open.pop_front() {
            let (here, _) = *steps.get(at)?;
            if here == to {
                return Some(trace(&steps, at));
            }
            for (_, upper) in self.above.of(here) {
                if seen.insert(*upper) {
                    open.push_back(steps.len());
                    steps.push((*upper, at));
                }
            }
        }
        None
    }

    /// Names and codes.
    pub fn names(&self) -> &NameIndex {
        &self.names
    }

    /// Concepts with a code at or below `code`, ascending (empty: the catalogue does not know it).
    pub fn coded(&self, code: &Code) -> Vec<ConceptId> {
        // What lies below a code sorts right after it.
        let start = self.coded.partition_point(|(own, _)| own < code);
        let after = self.coded.get(start..).unwrap_or(&[]);
        let below = after
            .iter()
            .take_while(|(own, _)| own.system == code.system && own.value.starts_with(&*code.value));
        let mut ids: Vec<ConceptId> = below.filter(|(own, _)| own.within(code)).map(|(_, id)| *id).collect();
        ids.order();
        ids.dedup();
        ids
    }

    /// Groups in id order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// A group's id.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.get(usize::try_from(id.0).ok()?)
    }

    /// Packs in id order.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Sources in id order.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// Rules in id order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Doses in id order.
    pub fn doses(&self) -> &[DoseRule] {
        &self.doses
    }

    /// Standing presumptions, by policy, field and scope.
    pub fn presumptions(&self) -> &[StandingPresumption] {
        &self.presumptions
    }

    /// The moiety of a substance: the top of its variant-of chain, itself where it is no variant (ties by id).
    pub fn moiety(&self, id: ConceptId) -> ConceptId {
        self.top(id, ConceptRelation::VariantOf)
    }

    /// The root of a herb: the top of its processed-from chain, itself where it is made from nothing else (ties by id).
    pub fn root(&self, id: ConceptId) -> ConceptId {
        self.top(id, ConceptRelation::ProcessedFrom)
    }

    fn top(&self, mut id: ConceptId, relation: ConceptRelation) -> ConceptId {
        // Relations have no cycle once frozen, so this ends.
        while let Some((_, upper)) = self.above.of(id).iter().find(|(r, _)| *r == relation) {
            id = *upper;
        }
        id
    }
}

fn trace(steps: &[(ConceptId, usize)], end: usize) -> Vec<ConceptId> {
    let mut path = Vec::new();
    let mut at = end;
    while let Some((id, before)) = steps.get(at) {
        path.push(*id);
        at = *before;
    }
    path.reverse();
    path
}
