//! A text with `<column>` in it, filled in row by row; every character of the result knows where it came from.
use super::cells::Row;
use super::yaml::Scalar;
use crate::origin::{Piece, narrow};
use crate::tree::{Name, Spanned};
use shenfang_diagnostics::Span;

/// A template of one value.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    parts: Vec<Part>,
    /// where it is written
    pub span: Span,
}

#[derive(Clone, Debug)]
enum Part {
    Text { text: String, span: Span, exact: bool },
    Column(usize),
}

/// A template filled in for one row.
#[derive(Default)]
pub(crate) struct Filled {
    /// the text
    pub text: String,
    /// where its characters come from
    pub pieces: Vec<Piece>,
}

impl Template {
    /// Reads `<column>` marks; only the exact name of a column is one.
    pub fn new(scalar: &Scalar, columns: &[String]) -> Template {
        let mut parts = Vec::new();
        let mut from = 0;
        let value = &scalar.value;
        let text = |from: usize, to: usize| {
            let piece = value.get(from..to).unwrap_or_default();
            let span = if scalar.exact {
                Span {
                    start: scalar.span.start.saturating_add(narrow(from)),
                    end: scalar.span.start.saturating_add(narrow(to)),
                    ..scalar.span
                }
            } else {
                scalar.span
            };
            (!piece.is_empty()).then(|| Part::Text {
                text: piece.to_owned(),
                span,
                exact: scalar.exact,
            })
        };
        for (open, _) in value.match_indices('<') {
            let inside = value
                .get(open.saturating_add(1)..)
                .and_then(|r| r.split_once('>'))
                .map(|(name, _)| name);
            let Some((name, column)) = inside.and_then(|name| Some((name, columns.iter().position(|c| c == name)?)))
            else {
                continue;
            };
            parts.extend(text(from, open));
            parts.push(Part::Column(column));
            from = open.saturating_add(name.len()).saturating_add(2);
        }
        parts.extend(text(from, value.len()));
        Template {
            parts,
            span: scalar.span,
        }
    }

    /// Whether a cell it names is empty in this row.
    pub fn lacks(&self, row: &Row) -> Option<Span> {
        self.parts.iter().find_map(|p| match p {
            Part::Column(c) => row
                .cells
                .get(*c)
                .filter(|cell| cell.value.is_empty())
                .map(|cell| cell.span),
            Part::Text { .. } => None,
        })
    }
    /// Whether it names a column.
    pub fn varies(&self) -> bool {
        self.parts.iter().any(|p| matches!(p, Part::Column(_)))
    }
    /// Appends the text for a row to `filled`.
    pub fn fill(&self, row: &Row, filled: &mut Filled) {
        for part in &self.parts {
            match part {
                Part::Text { text, span, exact } => filled.push(text, *span, *exact),
                Part::Column(c) => {
                    if let Some(cell) = row.cells.get(*c) {
                        filled.push(&cell.value, cell.span, cell.exact);
                    }
                }
            }
        }
    }
    /// The text for a row as a name.
    pub fn name(&self, row: &Row) -> Name {
        let mut filled = Filled::default();
        self.fill(row, &mut filled);
        filled.name()
    }
}

impl Filled {
    /// Appends a text that stands at `span`.
    pub fn push(&mut self, text: &str, span: Span, exact: bool) {
        self.pieces.push(Piece {
            start: self.text.len(),
            span,
            exact,
        });
        self.text.push_str(text);
    }
    /// Empties it for the next field.
    pub fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }
    /// The whole text as a name; it stands in its cell, or where the template is written.
    pub fn name(&self) -> Name {
        let span = crate::origin::Source::pieces(&self.text, &self.pieces).span(0, self.text.len());
        Spanned {
            value: self.text.trim().to_owned(),
            span,
        }
    }
}
