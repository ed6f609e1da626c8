//! The key names are compared by: NFKC, traditional→simplified, no blanks beside ideographs, ASCII letters in lower case.
//!
//! It never drops a character that can tell two drugs apart: 川 白 土 水 生 制 stay.
use shenfang_nfkc::{is_nfkc, nfkc};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Single characters, one simplified form each.
const TRADITIONAL: &str = include_str!("../../data/traditional.tsv");
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Simplified form by code point from [`FIRST`]; `\0` where a character stays.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let size = LAST.abs_diff(FIRST).saturating_add(1);
    let mut table = vec!['\0'; usize::try_from(size).unwrap_or(0)];
    for (from, to) in rows(TRADITIONAL) {
        if let Some((from, to)) = from.chars().next().zip(to.chars().next())
            && let Some(place) = offset(from).and_then(|at| table.get_mut(at))
        {
            *place = to;
        }
    }
    table
});

fn offset(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST)?).ok()
}

/// Rows of a two-column table; `#` begins a comment line.
pub(super) fn rows(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
}

/// The simplified form of one character; itself where there is none.
pub(super) fn simplified(c: char) -> char {
    match offset(c).and_then(|at| SIMPLIFIED.get(at)) {
        None | Some('\0') => c,
        Some(simple) => *simple,
    }
}

/// CJK ideographs, the ones of the supplementary planes included.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3007 | 0x3400..=0x9fff | 0x2_0000..=0x3_ffff)
}

fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fe00}'..='\u{fe0f}')
}

/// Nothing to change, case apart: the usual case, which allocates nothing.
fn is_plain(text: &str) -> bool {
    let plain = |c: char| match u32::from(c) {
        0x21..=0x7e => true,
        0x3400..=0x9fff => simplified(c) == c,
        _ => false,
    };
    text.chars().all(plain)
}

/// Without case folding: strengths keep their `mL` and `U`.
pub(super) fn cased(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if is_plain(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let mut now = pass(trimmed);
    // One pass can bring a base and a combining mark together; each further pass only shortens the text.
    for _ in 0..4 {
        if is_nfkc(&now) {
            break;
        }
        now = pass(&now);
    }
    Cow::Owned(now)
}

fn pass(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    let mut last: Option<char> = None;
    for c in nfkc(text.chars()).chars().filter(|c| !is_ignorable(*c)).map(simplified) {
        if c.is_whitespace() || c.is_control() {
            blank = true;
            continue;
        }
        let beside = is_ideograph(c) || last.is_some_and(is_ideograph);
        if blank && last.is_some() && !beside {
            out.push(' ');
        }
        blank = false;
        out.push(c);
        last = Some(c);
    }
    out
}

/// The key names are compared by: NFKC, trimmed, blanks beside an ideograph dropped and others made one, traditional→simplified by a table of
/// single characters, ASCII letters in lower case. Idempotent.
pub fn normalize(text: &str) -> String {
    folded(text).into_owned()
}

/// [`normalize`], borrowing where nothing changes.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let mut now = cased(text);
    // A capital with a combining mark may have a composed form in lower case only (`J̌`, `ǰ`).
    for _ in 0..4 {
        if !now.bytes().any(|b| b.is_ascii_uppercase()) {
            break;
        }
        now.to_mut().make_ascii_lowercase();
        if now.is_ascii() || is_nfkc(&now) {
            break;
        }
        now = Cow::Owned(pass(&now));
    }
    now
}
