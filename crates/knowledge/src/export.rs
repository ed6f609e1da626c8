//! The graph for people and for plots: Graphviz, JSON and GraphML, whole or around a concept. Always in the same order.
mod dot;
mod graphml;
mod json;
mod label;

pub use dot::dot;
pub use graphml::graphml;
pub use json::json;
use shenfang_order::Order;

use crate::Knowledge;
use crate::graph::{Edge, Node};
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::BTreeSet;

/// A part of a graph that is shown.
pub struct View<'k> {
    knowledge: &'k Knowledge,
    nodes: BTreeSet<NodeIndex>,
}

impl<'k> View<'k> {
    /// All of it.
    pub fn whole(knowledge: &'k Knowledge) -> View<'k> {
        View {
            knowledge,
            nodes: shenfang_order::set(knowledge.graph().node_indices()),
        }
    }

    /// What lies within `depth` edges of some nodes, in either direction.
    pub fn around(knowledge: &'k Knowledge, centre: &[Node], depth: usize) -> View<'k> {
        let graph = knowledge.graph();
        let mut nodes: BTreeSet<NodeIndex> = shenfang_order::set(centre.iter().filter_map(|n| knowledge.node(*n)));
        let mut layer: Vec<NodeIndex> = nodes.iter().copied().collect();
        for _ in 0..depth {
            let near = layer.iter().flat_map(|n| graph.neighbors_undirected(*n));
            layer = near.filter(|n| nodes.insert(*n)).collect::<Vec<_>>();
            if layer.is_empty() {
                break;
            }
        }
        View { knowledge, nodes }
    }

    /// Nodes in the order of the graph: concepts, groups, rules, doses, each by id.
    fn nodes(&self) -> impl Iterator<Item = Node> {
        let graph = self.knowledge.graph();
        self.nodes.iter().filter_map(|n| graph.node_weight(*n).copied())
    }

    /// Edges between nodes of the view, in the order of the graph.
    fn edges(&self) -> impl Iterator<Item = (Node, Node, &'k Edge)> {
        let graph = self.knowledge.graph();
        let out = self.nodes.iter().flat_map(|n| graph.edges(*n));
        let mut inside: Vec<EdgeIndex> = out
            .filter(|e| self.nodes.contains(&e.target()))
            .map(|e| e.id())
            .collect();
        inside.order();
        inside.into_iter().filter_map(|e| {
            let (from, to) = graph.edge_endpoints(e)?;
            Some((
                *graph.node_weight(from)?,
                *graph.node_weight(to)?,
                graph.edge_weight(e)?,
            ))
        })
    }
}

/// `c12`, `g0`, `r3`, `d7`.
fn key(node: Node) -> String {
    match node {
        Node::Concept(id) => format!("c{}", id.0),
        Node::Group(id) => format!("g{}", id.0),
        Node::Rule(i) => format!("r{i}"),
        Node::Dose(i) => format!("d{i}"),
    }
}
