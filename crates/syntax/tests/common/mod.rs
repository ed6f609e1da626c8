//! What the tests share.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it fails"
)]
#![allow(dead_code, reason = "each test binary uses a part")]
use shenfang_diagnostics::{Diagnostic, SourceMap};
use shenfang_syntax::tree::{Declaration, SyntaxTree};

/// The project's own tours.
pub const TOURS: [(&str, &str); 2] = [
    ("tour.rx", include_str!("../../../../grammar/tour.rx")),
    ("tour.zh.rx", include_str!("../../../../grammar/tour.zh.rx")),
];

/// Parses one text.
pub fn parse(path: &str, text: &str) -> (SyntaxTree, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let id = map.add(path, text);
    let (mut trees, diagnostics) = shenfang_syntax::parse(&map, &[id]);
    (trees.pop().map(|(_, tree)| tree).unwrap_or_default(), diagnostics)
}

/// A tree as text, without where things stand; the tours' everyday units under their UCUM name (only the checker knows that they are one).
pub fn without_spans(tree: &SyntaxTree) -> Vec<String> {
    tree.declarations
        .iter()
        .map(|d| one_unit(&strip(&format!("{d:?}"))))
        .collect()
}

/// The same without touching units.
pub fn exactly(declarations: &[Declaration]) -> Vec<String> {
    declarations.iter().map(|d| strip(&format!("{d:?}"))).collect()
}

fn one_unit(text: &str) -> String {
    [("岁", "a"), ("月龄", "mo"), ("天", "d"), ("克", "g")]
        .iter()
        .fold(text.to_owned(), |text, (zh, en)| {
            text.replace(&format!("\"{zh}\""), &format!("\"{en}\""))
                .replace(&format!(" {zh}\""), &format!(" {en}\""))
        })
}

/// Takes every `Span { … }` out of a debug text.
fn strip(debug: &str) -> String {
    let mut out = String::new();
    let mut rest = debug;
    while let Some(at) = rest.find("Span { file") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = &rest[rest.find('}').map_or(rest.len(), |e| e + 1)..];
    }
    out + rest
}
