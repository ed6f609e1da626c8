//! Rule text and tables to a syntax tree, and back to canonical text.
//!
//! What it never does: resolve a name, know a concept, or show pest's own messages.
mod advice;
mod bounds;
mod fault;
mod grammar;
mod layout;
mod origin;
mod read;
pub mod scan;
mod table;
pub mod tree;

pub use fault::split_spelling;

use shenfang_diagnostics::{Diagnostic, FileId, Language, SourceMap};
use tree::SyntaxTree;

/// Reads every file of `map` named in `files`: `.rx` text, `.yaml`/`.yml` and `.csv` tables (a CSV is read when a YAML table names it as its `rows`).
/// Returns a tree a file, in the order given, and every diagnostic of all of them.
pub fn parse(map: &SourceMap, files: &[FileId]) -> (Vec<(FileId, SyntaxTree)>, Vec<Diagnostic>) {
    parse_with_lists(map, files, &[])
}

/// The same, where some CSV files are lists of an institution's drugs by themselves (columns `code`, `name`, `standard`), unless a table names them.
pub fn parse_with_lists(
    map: &SourceMap,
    files: &[FileId],
    lists: &[FileId],
) -> (Vec<(FileId, SyntaxTree)>, Vec<Diagnostic>) {
    let mut trees = Vec::with_capacity(files.len());
    let mut diagnostics = Vec::new();
    let mut named = Vec::new();
    for id in files.iter().copied() {
        if map.file(id).is_none() {
            continue;
        }
        let mut one = parse_one(map, files, id);
        diagnostics.append(&mut one.diagnostics);
        named.append(&mut one.named);
        trees.push((id, one.tree));
    }
    for (id, tree) in &mut trees {
        let csv = |path: &str| path.to_ascii_lowercase().ends_with(".csv");
        let file = map.file(*id).filter(|file| csv(&file.path));
        let Some(file) = file.filter(|_| lists.contains(id) && !named.contains(id)) else {
            continue;
        };
        let mut reader = read::Reader::default();
        *tree = table::list(&mut reader, &file.text, *id);
        diagnostics.append(&mut reader.diagnostics);
        named.push(*id);
    }
    diagnostics.extend(unnamed(map, files, &named));
    (trees, diagnostics)
}

/// One file read by itself.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// what it declares; a CSV by itself declares nothing
    pub tree: SyntaxTree,
    /// what is wrong with it, and with the CSV files it names
    pub diagnostics: Vec<Diagnostic>,
    /// the CSV files whose rows its tree holds
    pub named: Vec<FileId>,
}

/// Reads one file of several, for hosts that keep what did not change; `given` are all of them. What no file [names](unnamed) is said apart.
pub fn parse_one(map: &SourceMap, given: &[FileId], file: FileId) -> Parsed {
    let Some(source) = map.file(file) else {
        return Parsed::default();
    };
    let mut tables = table::Files {
        map,
        given,
        named: vec![],
    };
    let extension = source.path.rsplit_once('.').map_or("", |(_, e)| e);
    let mut reader = read::Reader::default();
    let tree = match extension.to_ascii_lowercase().as_str() {
        "yaml" | "yml" => table::file(&mut reader, &mut tables, file, &source.text),
        "csv" => SyntaxTree::default(),
        _ => read::file(&mut reader, &source.text, file),
    };
    Parsed {
        tree,
        diagnostics: reader.diagnostics,
        named: tables.named,
    }
}

/// The CSV files among `given` that are not `named`: data lost, which is said.
pub fn unnamed(map: &SourceMap, given: &[FileId], named: &[FileId]) -> Vec<Diagnostic> {
    table::unnamed(map, given, named)
}

/// The canonical layout of a rule text; with `language`, its keywords in that language. Comments, names and units stay as written.
/// `Err` gives the diagnostics of a text that does not parse.
pub fn format(map: &SourceMap, file: FileId, language: Option<Language>) -> Result<String, Vec<Diagnostic>> {
    layout::format(map.file(file).map_or("", |f| f.text.as_str()), file, language)
}
