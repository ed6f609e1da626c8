//! The canonical layout of a rule text. `grammar/README.md` describes it for authors.
//!
//! What it never does: lose a comment, move one over a word, or change what the text means.
mod lines;
mod tokens;

use crate::read::{self, Reader};
use shenfang_diagnostics::{Diagnostic, FileId, Language};
use shenfang_order::Order;

/// Lays a text out anew; a text with faults stays as it is.
pub(crate) fn format(text: &str, file: FileId, language: Option<Language>) -> Result<String, Vec<Diagnostic>> {
    let mut reader = Reader {
        leaves: Some(Vec::new()),
        ..Reader::default()
    };
    read::file(&mut reader, text, file);
    if !reader.diagnostics.is_empty() {
        return Err(reader.diagnostics);
    }
    let mut leaves = reader.leaves.take().unwrap_or_default();
    leaves.order_by_key(|l| (l.start, l.end));
    Ok(lines::lay_out(&tokens::tokens(text, &leaves, language)))
}
