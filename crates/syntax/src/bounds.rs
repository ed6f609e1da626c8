//! The bounds of a text, counted on its characters before the grammar runs: size, nesting, members of one set.
use crate::origin::narrow;
use crate::scan::{self, Kind};
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use shenfang_grammar::{Place, find};

/// Bytes of a file.
pub(crate) const FILE_BYTES: usize = 16 * 1024 * 1024;
/// Members of a set.
pub(crate) const MEMBERS: usize = 100_000;
/// Brackets within brackets.
pub(crate) const NESTING: usize = 64;
/// Variables of a rule.
pub(crate) const VARIABLES: usize = 4;
/// Diagnostics of a file; a file with more is not the file the author meant.
pub(crate) const DIAGNOSTICS: usize = 1_000;

/// Whether the brackets of a short text go too deep; `place` says where its bytes stand.
pub(crate) fn nested(text: &str, place: impl Fn(usize, usize) -> Span) -> Option<Diagnostic> {
    let mut depth = 0_usize;
    let mut prefixes = 0_usize;
    for token in scan::tokens(text, 0) {
        let written = text.get(token.range.clone()).unwrap_or_default();
        prefixes = prefixes_after(prefixes, token.kind, written);
        match written {
            "(" | "（" | "{" | "｛" => depth = depth.saturating_add(1),
            ")" | "）" | "}" | "｝" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth.saturating_add(prefixes) > NESTING {
            return Some(too_deep(place(token.range.start, token.range.end)));
        }
    }
    None
}

/// Words that take what follows into themselves (`not not …`, `alone alone …`) nest as brackets do: how many stand in a row, brackets between them or not.
fn prefixes_after(before: usize, kind: Kind, written: &str) -> usize {
    match (kind, written) {
        (Kind::Word, "not" | "非" | "alone" | "单方") => before.saturating_add(1),
        (Kind::Blank | Kind::Newline | Kind::Comment, _) | (_, "(" | "（") => before,
        _ => 0,
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(
        "bound.nesting",
        span,
        format!("嵌套超过 {NESTING} 层"),
        format!("nested more than {NESTING} deep"),
    )
}

/// The first bound that the text passes, if any.
pub(crate) fn check(text: &str, file: FileId) -> Option<Diagnostic> {
    let at = |start: usize, end: usize| Span {
        file,
        start: narrow(start),
        end: narrow(end),
    };
    if text.len() > FILE_BYTES {
        return Some(
            Diagnostic::error(
                "bound.size",
                at(0, 0),
                "文件超过 16 MiB",
                "the file is larger than 16 MiB",
            )
            .help(
                "请拆成几个文件，成行的数据放进 CSV",
                "split it into several files; regular data belongs into CSV",
            ),
        );
    }
    let mut depth = 0_usize;
    let mut members = 1_usize;
    let mut prefixes = 0_usize;
    for token in scan::tokens(text, 0) {
        let written = text.get(token.range.clone()).unwrap_or_default();
        prefixes = prefixes_after(prefixes, token.kind, written);
        match (token.kind, written) {
            (Kind::Mark, "(" | "（" | "{" | "｛") => depth = depth.saturating_add(1),
            (Kind::Mark, ")" | "）" | "}" | "｝") => depth = depth.saturating_sub(1),
            (Kind::Mark, "|" | "｜" | "、" | "&" | "＆" | "," | "，") => members = members.saturating_add(1),
            (Kind::Word, "and" | "且" | "or" | "或" | "except" | "除去") => members = members.saturating_add(1),
            (Kind::Word, _)
                if written.len() <= 12
                    && find(Place::Declaration, written).is_some()
                    && scan::begins_line(text, token.range.start) =>
            {
                (members, depth) = (1, 0);
            }
            _ => {}
        }
        if matches!(written, "{" | "｛" | "}" | "｝" | ";" | "；") {
            members = 1;
        }
        if depth.saturating_add(prefixes) > NESTING {
            return Some(too_deep(at(token.range.start, token.range.end)));
        }
        if members > MEMBERS {
            let span = at(token.range.start, token.range.end);
            return Some(
                Diagnostic::error(
                    "bound.members",
                    span,
                    "一个集合超过 100,000 个成员",
                    "a set has more than 100,000 members",
                )
                .help(
                    "请把成员写成目录中的上位概念，或分成几个组",
                    "give the members a common concept in the catalogue, or split the group",
                ),
            );
        }
    }
    None
}
