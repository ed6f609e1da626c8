//! GraphML, for Gephi, yEd and NetworkX.
use super::label::{edge, node};
use super::{View, key};
use std::fmt::Write;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="kind" for="node" attr.name="kind" attr.type="string"/>
  <key id="name" for="node" attr.name="name" attr.type="string"/>
  <key id="zh" for="node" attr.name="zh" attr.type="string"/>
  <key id="en" for="node" attr.name="en" attr.type="string"/>
  <key id="severity" for="node" attr.name="severity" attr.type="string"/>
  <key id="relation" for="edge" attr.name="kind" attr.type="string"/>
  <key id="label" for="edge" attr.name="zh" attr.type="string"/>
  <key id="detail" for="edge" attr.name="detail" attr.type="string"/>
  <graph id="shenfang" edgedefault="directed">
"#;

/// The view as GraphML.
pub fn graphml(view: &View<'_>) -> String {
    let mut out = String::from(HEAD);
    for n in view.nodes() {
        let label = node(view.knowledge, n);
        // A string takes all that is written to it.
        let _ = writeln!(out, "    <node id=\"{}\">", key(n));
        data(&mut out, "kind", label.kind);
        data(&mut out, "name", &label.id);
        data(&mut out, "zh", &label.zh);
        data(&mut out, "en", &label.en);
        data(&mut out, "severity", label.severity.unwrap_or(""));
        out.push_str("    </node>\n");
    }
    for (i, (from, to, e)) in view.edges().enumerate() {
        let label = edge(view.knowledge, from, e);
        let _ = writeln!(
            out,
            "    <edge id=\"e{i}\" source=\"{}\" target=\"{}\">",
            key(from),
            key(to)
        );
        data(&mut out, "relation", label.kind);
        data(&mut out, "label", label.zh);
        data(&mut out, "detail", &label.detail);
        out.push_str("    </edge>\n");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

fn data(out: &mut String, key: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(out, "      <data key=\"{key}\">{}</data>", escape(value));
    }
}

/// Text of an element. XML 1.0 has no place for control characters, U+FFFE and U+FFFF, not even escaped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() && !matches!(c, '\t' | '\n') => {}
            c => out.push(c),
        }
    }
    out
}
