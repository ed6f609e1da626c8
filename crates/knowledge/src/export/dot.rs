//! Graphviz DOT.
use super::label::{edge, node};
use super::{View, key};
use std::fmt::Write;

/// The view as a directed graph in DOT: `dot -Tsvg`.
pub fn dot(view: &View<'_>) -> String {
    let mut out = String::from(
        "digraph shenfang {\n  rankdir=BT;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for n in view.nodes() {
        let label = node(view.knowledge, n);
        let mut lines = vec![label.zh.as_str()];
        lines.extend(Some(label.en.as_str()).filter(|en| !en.is_empty() && *en != label.zh));
        lines.extend(label.severity);
        let text: Vec<String> = lines.into_iter().map(escape).collect();
        // A string takes all that is written to it.
        let _ = writeln!(
            out,
            "  {} [label=\"{}\", shape={}];",
            key(n),
            text.join("\\n"),
            shape(label.kind)
        );
    }
    for (from, to, e) in view.edges() {
        let label = edge(view.knowledge, from, e);
        let mut text = escape(label.zh);
        if !label.detail.is_empty() {
            text.push(' ');
            text.push_str(&escape(&label.detail));
        }
        let _ = writeln!(
            out,
            "  {} -> {} [label=\"{text}\", class=\"{}\"];",
            key(from),
            key(to),
            label.kind
        );
    }
    out.push_str("}\n");
    out
}

fn shape(kind: &str) -> &'static str {
    match kind {
        "herb" | "substance" => "ellipse",
        "product" | "formula" => "box3d",
        "class" | "code" => "box",
        "condition" => "hexagon",
        "group" => "folder",
        "rule" => "octagon",
        _ => "note",
    }
}

/// Inside double quotes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
