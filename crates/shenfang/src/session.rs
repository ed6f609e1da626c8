//! Texts that are being edited over a catalogue: what did not change is not read again, and one file is checked without the others.
//!
//! What it never does: decide whether a text is right. That is said by the phases it joins.
use crate::{Catalogue, Diagnostics, Options, RuleSet, Sources};
use shenfang_diagnostics::{Diagnostic, FileId, SourceMap};
use shenfang_order::Order;
use shenfang_syntax::{Parsed, tree::SyntaxTree};
use std::collections::BTreeMap;

/// An editing session. Paths are those of [`Sources`].
pub struct Session {
    catalogue: Catalogue,
    map: SourceMap,
    files: BTreeMap<String, FileId>,
    /// in order of path
    trees: Vec<(FileId, SyntaxTree)>,
    /// what reading each file said, and which CSV files it named
    read: BTreeMap<FileId, (Vec<Diagnostic>, Vec<FileId>)>,
}

impl Session {
    /// Over these texts; none is read yet.
    pub fn new(catalogue: &Catalogue, sources: Sources) -> Session {
        let mut map = catalogue.inner.sources().clone();
        let files = sources
            .texts()
            .map(|(path, text)| (path.to_owned(), map.add(path, text)));
        Session {
            catalogue: catalogue.clone(),
            files: shenfang_order::map(files),
            map,
            trees: Vec::new(),
            read: BTreeMap::new(),
        }
    }

    /// Puts a text in the place of a file's, or takes the file out.
    pub fn set(&mut self, path: &str, text: Option<&str>) {
        let known = self.files.get(path).copied();
        let file = match (known, text) {
            (Some(file), Some(text)) => {
                self.map.replace(file, text);
                file
            }
            (Some(file), None) => {
                self.map.replace(file, "");
                self.files.remove(path);
                file
            }
            (None, Some(text)) => {
                let file = self.map.add(path, text);
                self.files.insert(path.to_owned(), file);
                file
            }
            (None, None) => return,
        };
        // Where a file came or went, a table that named it reads otherwise, though it did not name it before.
        let came_or_went = known.is_none() || text.is_none();
        let folder = folder(path);
        let beside =
            |other: &FileId| came_or_went && self.map.file(*other).is_some_and(|f| self::folder(&f.path) == folder);
        let stale = |other: &FileId, named: &[FileId]| *other == file || named.contains(&file) || beside(other);
        let kept: Vec<FileId> = self
            .read
            .iter()
            .filter(|(id, (_, named))| !stale(id, named))
            .map(|(id, _)| *id)
            .collect();
        self.read.retain(|id, _| kept.binary_search(id).is_ok());
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        let file = self.files.get(path)?;
        self.map.file(*file).map(|file| file.text.as_str())
    }

    /// The texts that diagnostics speak of.
    pub fn map(&self) -> &SourceMap {
        &self.map
    }

    /// What is wrong with a file (a table and the CSV it names go together), in order of file and place; nothing of a path that is not there. That a
    /// group or source is not used is said when all is compiled.
    pub fn check(&mut self, path: &str, options: Options) -> Vec<Diagnostic> {
        let Some(file) = self.files.get(path).copied() else {
            return Vec::new();
        };
        self.bring_up_to_date();
        let with = |(table, (_, named)): (&FileId, &(Vec<Diagnostic>, Vec<FileId>))| {
            let together = *table == file || named.contains(&file);
            together.then(|| std::iter::once(*table).chain(named.iter().copied()).collect::<Vec<_>>())
        };
        let files: Vec<FileId> = self.read.iter().filter_map(with).flatten().collect();
        let mut list = self.said(&files);
        shenfang_lower::check(
            &self.map,
            &self.catalogue.inner,
            &self.trees,
            &files,
            options,
            &mut list,
        );
        list.order_by_key(|d| (d.span.file, d.span.start, d.span.end));
        list
    }

    /// The id of the pack that the files in the folder of `path` declare, as they were last read.
    pub fn pack(&self, path: &str) -> Option<String> {
        let here = |file: &FileId| self.map.file(*file).is_some_and(|f| folder(&f.path) == folder(path));
        let trees = self.trees.iter().filter(|(file, _)| here(file));
        trees
            .flat_map(|(_, tree)| tree.packs())
            .next()
            .map(|pack| pack.id.value.clone())
    }

    /// Compiles all of it.
    pub fn compile(&mut self, options: Options) -> (RuleSet, Diagnostics) {
        self.bring_up_to_date();
        let all: Vec<FileId> = self.files.values().copied().collect();
        let list = self.said(&all);
        RuleSet::lowered(&self.catalogue, &self.map, &self.trees, options, list)
    }

    /// Reads what is not read yet.
    fn bring_up_to_date(&mut self) {
        let given: Vec<FileId> = self.files.values().copied().collect();
        let mut old = shenfang_order::map::<FileId, SyntaxTree>(std::mem::take(&mut self.trees));
        for file in given.iter().copied() {
            let kept = old.remove(&file).filter(|_| self.read.contains_key(&file));
            let tree = kept.unwrap_or_else(|| {
                let Parsed {
                    tree,
                    diagnostics,
                    named,
                } = shenfang_syntax::parse_one(&self.map, &given, file);
                self.read.insert(file, (diagnostics, named));
                tree
            });
            self.trees.push((file, tree));
        }
    }

    /// What reading these files said.
    fn said(&self, files: &[FileId]) -> Vec<Diagnostic> {
        let said = files.iter().filter_map(|file| self.read.get(file));
        let mut list: Vec<Diagnostic> = said.flat_map(|(diagnostics, _)| diagnostics.iter().cloned()).collect();
        let named: Vec<FileId> = self
            .read
            .values()
            .flat_map(|(_, named)| named.iter().copied())
            .collect();
        list.extend(shenfang_syntax::unnamed(&self.map, files, &named));
        list
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
