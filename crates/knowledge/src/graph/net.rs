//! The graph itself, made from the frozen parts.
use super::{ConceptRelation, Knowledge, links};
use crate::{ConceptId, GroupId};
use petgraph::graph::{DiGraph, NodeIndex};
use shenfang_units::Amount;

/// A node of the graph.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Node {
    /// a concept
    Concept(ConceptId),
    /// a group
    Group(GroupId),
    /// a rule, by its index
    Rule(u32),
    /// a dose, by its index
    Dose(u32),
}

/// An edge of the graph.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Edge {
    /// lower to upper concept
    Above(ConceptRelation),
    /// product to ingredient
    Contains {
        /// in one unit of use, when known
        amount: Option<Amount>,
        /// false for an excipient
        active: bool,
    },
    /// group to a concept or group its set names
    Member {
        /// named after `except`
        excluded: bool,
    },
    /// rule to a concept or group one of its variables names
    Binds {
        /// the variable's index
        variable: u8,
        /// named after `except`
        excluded: bool,
    },
    /// rule or dose to a concept or group its conditions name (`any SET`, `patient has SET`)
    Mentions,
    /// dose to the concept it limits
    Limits,
}

impl Knowledge {
    /// The node of a concept, group, rule or dose of this knowledge.
    pub fn node(&self, node: Node) -> Option<NodeIndex> {
        let (before, index, size) = match node {
            Node::Concept(id) => (0, id.0, self.concepts.len()),
            Node::Group(id) => (self.concepts.len(), id.0, self.groups.len()),
            Node::Rule(i) => (self.concepts.len().checked_add(self.groups.len())?, i, self.rules.len()),
            Node::Dose(i) => (
                self.concepts
                    .len()
                    .checked_add(self.groups.len())?
                    .checked_add(self.rules.len())?,
                i,
                self.doses.len(),
            ),
        };
        let index = usize::try_from(index).ok().filter(|i| *i < size)?;
        Some(NodeIndex::new(before.checked_add(index)?))
    }

    /// Makes the graph anew from the parts. Nodes first, in the order [`Knowledge::node`] counts them.
    pub(super) fn weave(&mut self) {
        let mut graph = DiGraph::new();
        let count = |size: usize| (0_u32..).take(size);
        for i in count(self.concepts.len()) {
            graph.add_node(Node::Concept(ConceptId(i)));
        }
        for i in count(self.groups.len()) {
            graph.add_node(Node::Group(GroupId(i)));
        }
        for i in count(self.rules.len()) {
            graph.add_node(Node::Rule(i));
        }
        for i in count(self.doses.len()) {
            graph.add_node(Node::Dose(i));
        }
        for (from, to, edge) in self.concept_edges().chain(links::edges(self)) {
            if let Some((from, to)) = self.node(from).zip(self.node(to)) {
                graph.add_edge(from, to, edge);
            }
        }
        self.graph = graph;
    }

    fn concept_edges(&self) -> impl Iterator<Item = (Node, Node, Edge)> {
        let above = self
            .above
            .iter()
            .map(|(from, relation, to)| (Node::Concept(from), Node::Concept(to), Edge::Above(relation)));
        let contents = self.iter().flat_map(|(id, concept)| {
            concept.contents.iter().map(move |c| {
                let edge = Edge::Contains {
                    amount: c.amount,
                    active: c.active,
                };
                (Node::Concept(id), Node::Concept(c.concept), edge)
            })
        });
        above.chain(contents)
    }
}
