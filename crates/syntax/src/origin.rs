//! Where the characters of a parsed text stand in the files: a stretch of one file, or pieces of a table's template and cells.
use shenfang_diagnostics::{FileId, Span};

/// A text and where its characters come from.
pub(crate) struct Source<'a> {
    /// what is parsed
    pub text: &'a str,
    origin: Origin<'a>,
}

enum Origin<'a> {
    /// the text starts at this byte of the file
    File(FileId, u32),
    /// pieces in order; the text of a table's field
    Pieces(&'a [Piece]),
}

/// A stretch of a composed text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    /// first byte in the composed text
    pub start: usize,
    /// where it comes from
    pub span: Span,
    /// whether its bytes stand one for one in the file (no quotes undone)
    pub exact: bool,
}

impl<'a> Source<'a> {
    /// A stretch of a file that starts at byte `base`.
    pub fn file(text: &'a str, file: FileId, base: usize) -> Source<'a> {
        Source {
            text,
            origin: Origin::File(file, narrow(base)),
        }
    }
    /// A text composed of pieces.
    pub fn pieces(text: &'a str, pieces: &'a [Piece]) -> Source<'a> {
        Source {
            text,
            origin: Origin::Pieces(pieces),
        }
    }
    /// The place of bytes `start..end` of the text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        match &self.origin {
            Origin::File(file, base) => Span {
                file: *file,
                start: base.saturating_add(narrow(start)),
                end: base.saturating_add(narrow(end)),
            },
            Origin::Pieces(pieces) => spot(pieces, start, end),
        }
    }
    /// The place of a node of pest's tree.
    pub fn of(&self, node: &crate::grammar::Node<'_>) -> Span {
        let span = node.as_span();
        self.span(span.start(), span.end())
    }
}

/// The place of a stretch of a composed text: exact within one exact piece, else the whole of the pieces it touches that share the first one's file.
fn spot(pieces: &[Piece], start: usize, end: usize) -> Span {
    let first = pieces.partition_point(|p| p.start <= start).saturating_sub(1);
    let last = pieces
        .partition_point(|p| p.start < end.max(start.saturating_add(1)))
        .saturating_sub(1)
        .max(first);
    let Some(head) = pieces.get(first) else {
        return Span {
            file: FileId(0),
            start: 0,
            end: 0,
        };
    };
    if first == last {
        return inside(head, start, end);
    }
    // A stretch over several pieces is shown by the cell it holds: that is what changes from row to row.
    let cell = pieces
        .get(first..=last)
        .unwrap_or_default()
        .iter()
        .find(|p| p.span.file != head.span.file);
    match (cell, pieces.get(last)) {
        (Some(cell), _) => cell.span,
        (None, Some(tail)) => inside(head, start, usize::MAX).to(inside(tail, tail.start, end)),
        (None, None) => head.span,
    }
}

/// A stretch that begins in `piece`, cut at the piece's end.
fn inside(piece: &Piece, start: usize, end: usize) -> Span {
    if !piece.exact {
        return piece.span;
    }
    let at = |offset: usize| {
        piece
            .span
            .start
            .saturating_add(narrow(offset.saturating_sub(piece.start)))
            .min(piece.span.end)
    };
    Span {
        file: piece.span.file,
        start: at(start),
        end: at(end),
    }
}

/// A byte offset as spans hold it; files are bounded far below the limit.
pub(crate) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
