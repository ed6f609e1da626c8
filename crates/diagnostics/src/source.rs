//! The files that were read, and places in them.
use serde::Serialize;

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct FileId(pub u32);

/// A stretch of a file, in bytes, on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// the file
    pub file: FileId,
    /// first byte
    pub start: u32,
    /// one past the last byte
    pub end: u32,
}

impl Span {
    /// From the start of `self` to the end of `to` (same file).
    pub fn to(self, to: Span) -> Span {
        Span {
            file: self.file,
            start: self.start.min(to.start),
            end: self.end.max(to.end),
        }
    }
}

/// One text as the host handed it in.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// as the host names it, with `/`
    pub path: String,
    /// the text, BOM included
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    fn new(path: String, text: String) -> SourceFile {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let after = breaks.map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1));
        SourceFile {
            line_starts: std::iter::once(0).chain(after).collect(),
            path,
            text,
        }
    }
}

/// Every text of one run.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text. The host bounds its size (16 MiB).
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(path.into(), text.into()));
        id
    }
    /// Puts another text in the place of a file's. Spans of the old text mean nothing afterwards.
    pub fn replace(&mut self, id: FileId, text: impl Into<String>) {
        let file = usize::try_from(id.0).ok().and_then(|at| self.files.get_mut(at));
        if let Some(file) = file {
            *file = SourceFile::new(std::mem::take(&mut file.path), text.into());
        }
    }
    /// All files in the order they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(i, f)| (FileId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }
    /// One file.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(usize::try_from(id.0).ok()?)
    }
    /// The text of a span; empty when it lies outside its file.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|f| {
                f.text
                    .get(usize::try_from(span.start).ok()?..usize::try_from(span.end).ok()?)
            })
            .unwrap_or("")
    }
    /// Path, line and column (both from 1; the column counts characters, a BOM counts none).
    pub fn position(&self, span: Span) -> (&str, usize, usize) {
        let Some(file) = self.file(span.file) else {
            return ("", 1, 1);
        };
        let line = file.line_starts.partition_point(|s| *s <= span.start);
        let start = line
            .checked_sub(1)
            .and_then(|l| file.line_starts.get(l))
            .copied()
            .unwrap_or(0);
        let before = usize::try_from(start)
            .ok()
            .zip(usize::try_from(span.start).ok())
            .and_then(|(s, e)| file.text.get(s..e))
            .unwrap_or("");
        (
            &file.path,
            line.max(1),
            before.trim_start_matches('\u{feff}').chars().count().saturating_add(1),
        )
    }
}
