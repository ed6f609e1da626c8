//! Rule text and tables to a syntax tree, and back to canonical text.
//!
//! What it never does: resolve a name, know a concept, or show pest's own messages.
pub mod tree;

use shenfang_diagnostics::{Diagnostic, FileId, Language, SourceMap};
use tree::SyntaxTree;

/// Reads every file of `map` named in `files`: `.rx` text, `.yaml`/`.yml` and `.csv` tables (a CSV is read when a YAML table names it as its `rows`).
/// Returns a tree a file, in the order given, and every diagnostic of all of them.
pub fn parse(_map: &SourceMap, _files: &[FileId]) -> (Vec<(FileId, SyntaxTree)>, Vec<Diagnostic>) { todo!() }

/// The canonical layout of a rule text; with `language`, its keywords in that language. Comments, names and units stay as written.
/// `Err` gives the diagnostics of a text that does not parse.
pub fn format(_map: &SourceMap, _file: FileId, _language: Option<Language>) -> Result<String, Vec<Diagnostic>> { todo!() }
