//! Diagnostics for programs: one JSON object a line, with path, line and column beside the data.
use crate::{Diagnostic, SourceMap, Span};
use serde::Serialize;

/// A place as a program wants it.
#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    /// bytes, first and one past the last
    bytes: (u32, u32),
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a crate::Bilingual,
}

#[derive(Serialize)]
struct Line<'a> {
    level: crate::Level,
    code: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a crate::Bilingual,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a crate::Bilingual>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    expected: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    candidates: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a crate::Bilingual>,
}

/// Every diagnostic in order, one a line.
pub fn render(map: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    diagnostics
        .iter()
        .filter_map(|d| serde_json::to_string(&line(map, d)).ok())
        .map(|l| l + "\n")
        .collect()
}

fn place(map: &SourceMap, span: Span) -> Place<'_> {
    let (path, line, column) = map.position(span);
    Place {
        path,
        line,
        column,
        bytes: (span.start, span.end),
    }
}

fn line<'a>(map: &'a SourceMap, diagnostic: &'a Diagnostic) -> Line<'a> {
    Line {
        level: diagnostic.level,
        code: diagnostic.code,
        place: place(map, diagnostic.span),
        message: &diagnostic.message,
        label: diagnostic.label.as_ref(),
        related: diagnostic
            .related
            .iter()
            .map(|(span, message)| Related {
                place: place(map, *span),
                message,
            })
            .collect(),
        expected: &diagnostic.expected,
        candidates: &diagnostic.candidates,
        help: diagnostic.help.as_ref(),
    }
}
