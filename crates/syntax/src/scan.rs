//! The characters of a text before the grammar sees them: words, strings, comments, marks. Bounds are counted here, declarations and entries found
//! again after a fault. It knows nothing of what a word means.
use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// blanks on one line
    Blank,
    /// one line break
    Newline,
    /// `#` to the end of the line
    Comment,
    /// the longest run of name characters
    Word,
    /// a string that ends on its line
    String,
    /// a string that does not
    OpenString,
    /// any other single character, or `..`
    Mark,
}

/// A token and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// what it is
    pub kind: Kind,
    /// first byte and one past the last
    pub range: Range<usize>,
}

/// Blank that does not end a line.
pub fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{3000}' | '\u{a0}' | '\u{feff}')
}

/// Letter, digit, CJK, `-`, `_` or `·`.
pub fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit() || ('０'..='９').contains(&c) || matches!(c, '-' | '_' | '·')
}

/// The tokens of `text` from byte `from` on.
pub fn tokens(text: &str, from: usize) -> impl Iterator<Item = Token> + '_ {
    let mut at = from;
    std::iter::from_fn(move || {
        let token = token(text, at)?;
        at = token.range.end;
        Some(token)
    })
}

/// The token that begins at byte `at`.
pub(crate) fn token(text: &str, at: usize) -> Option<Token> {
    let rest = text.get(at..)?;
    let first = rest.chars().next()?;
    let run = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
    let (kind, length) = match first {
        '\r' if rest.starts_with("\r\n") => (Kind::Newline, 2),
        '\n' | '\r' => (Kind::Newline, 1),
        c if is_blank(c) => (Kind::Blank, run(is_blank)),
        '#' | '＃' => (Kind::Comment, run(|c| !matches!(c, '\n' | '\r'))),
        '"' => string(rest, &['"']),
        '“' | '”' => string(rest, &['“', '”']),
        // Braces of a unit belong to the unit.
        '/' | '／' => (Kind::Mark, unit_brace(rest)),
        '.' if rest.starts_with("..") => (Kind::Mark, 2),
        c if is_name_char(c) => (Kind::Word, run(is_name_char)),
        c => (Kind::Mark, c.len_utf8()),
    };
    Some(Token {
        kind,
        range: at..at.saturating_add(length),
    })
}

/// A string from its opening mark on: ends at one of `closers`, or with the line.
fn string(rest: &str, closers: &[char]) -> (Kind, usize) {
    for (i, c) in rest.char_indices().skip(1) {
        if closers.contains(&c) {
            return (Kind::String, i.saturating_add(c.len_utf8()));
        }
        if matches!(c, '\n' | '\r') {
            return (Kind::OpenString, i);
        }
    }
    (Kind::OpenString, rest.len())
}

/// The length of `/`, or of `/{…}` on one line.
fn unit_brace(rest: &str) -> usize {
    let slash = rest.chars().next().map_or(1, char::len_utf8);
    if !rest.get(slash..).is_some_and(|r| r.starts_with(['{', '｛'])) {
        return slash;
    }
    let end = rest.find(['}', '｝', '\n', '\r']);
    match end.and_then(|e| rest.get(e..)?.chars().next().map(|c| (e, c))) {
        Some((e, c)) if matches!(c, '}' | '｝') => e.saturating_add(c.len_utf8()),
        _ => slash,
    }
}

/// Where the next thing that is neither blank, line break, comment nor `;` begins, from byte `at` on.
pub(crate) fn skip(text: &str, at: usize) -> usize {
    let trivial = |t: &Token| {
        matches!(t.kind, Kind::Blank | Kind::Newline | Kind::Comment)
            || matches!(text.get(t.range.clone()), Some(";" | "；"))
    };
    tokens(text, at)
        .find(|t| !trivial(t))
        .map_or(text.len(), |t| t.range.start)
}

/// Whether only blanks stand between byte `at` and the start of its line.
pub(crate) fn begins_line(text: &str, at: usize) -> bool {
    text.get(..at).is_some_and(|before| {
        before
            .trim_end_matches(is_blank)
            .chars()
            .next_back()
            .is_none_or(|c| matches!(c, '\n' | '\r'))
    })
}
