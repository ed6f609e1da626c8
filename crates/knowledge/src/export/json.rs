//! JSON in the node-link form that NetworkX and D3 read.
use super::label::{edge, node};
use super::{View, key};
use serde::Serialize;

#[derive(Serialize)]
struct NodeLink {
    directed: bool,
    multigraph: bool,
    graph: Empty,
    nodes: Vec<NodeRow>,
    edges: Vec<EdgeRow>,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct NodeRow {
    id: String,
    kind: &'static str,
    name: String,
    zh: String,
    en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
}

#[derive(Serialize)]
struct EdgeRow {
    source: String,
    target: String,
    /// tells edges between the same two nodes apart
    key: usize,
    kind: &'static str,
    zh: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

/// The view in node-link form: `networkx.node_link_graph(json.load(f), edges="edges")`.
pub fn json(view: &View<'_>) -> String {
    let nodes = view.nodes().map(|n| {
        let label = node(view.knowledge, n);
        NodeRow {
            id: key(n),
            kind: label.kind,
            name: label.id,
            zh: label.zh,
            en: label.en,
            severity: label.severity,
        }
    });
    let edges = view.edges().enumerate().map(|(i, (from, to, e))| {
        let label = edge(view.knowledge, from, e);
        EdgeRow {
            source: key(from),
            target: key(to),
            key: i,
            kind: label.kind,
            zh: label.zh,
            detail: label.detail,
        }
    });
    let all = NodeLink {
        directed: true,
        multigraph: true,
        graph: Empty {},
        nodes: nodes.collect(),
        edges: edges.collect(),
    };
    // Rows of strings always serialise.
    let mut text = serde_json::to_string_pretty(&all).unwrap_or_default();
    text.push('\n');
    text
}
