//! The key names are compared by: NFKC, traditional→simplified, no blanks beside ideographs, ASCII letters in lower case.
//!
//! It never drops a character that can tell two drugs apart: 川 白 土 水 生 制 stay.
use shenfang_nfkc::{is_nfkc, nfkc};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Single characters, one simplified form each: `data/traditional.tsv`, in columns of bytes, which pack to less than half. In order of character:
/// the distances from the one before (the first from [`FIRST`]), their high bytes, then their low ones; the simplified forms likewise.
/// Made by `SHENFANG_BLESS=1 cargo test -p shenfang-knowledge simplified`; without the variable the test compares.
const SIMPLE: &[u8] = include_bytes!("../../data/simplified.bin");
const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9fff;

/// Simplified form by code point from [`FIRST`]; `\0` where a character stays.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let size = LAST.abs_diff(FIRST).saturating_add(1);
    let mut table = vec!['\0'; usize::try_from(size).unwrap_or(0)];
    let length = SIMPLE.len().wrapping_shr(2);
    let column = |number: usize| SIMPLE.iter().skip(length.saturating_mul(number)).take(length);
    let numbers = |number: usize| {
        let bytes = column(number).zip(column(number.saturating_add(1)));
        bytes.map(|(high, low)| u16::from_be_bytes([*high, *low]))
    };
    let mut at = 0_usize;
    for (distance, simple) in numbers(0).zip(numbers(2)) {
        at = at.saturating_add(distance.into());
        if let (Some(place), Some(simple)) = (table.get_mut(at), char::from_u32(simple.into())) {
            *place = simple;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Blessed by `SHENFANG_BLESS=1`.
    #[test]
    fn simplified_is_the_table() {
        let mut pairs: Vec<(char, char)> = rows(include_str!("../../data/traditional.tsv"))
            .filter_map(|(from, to)| from.chars().next().zip(to.chars().next()))
            .collect();
        pairs.sort_unstable();
        let mut last = FIRST;
        let distances = pairs.iter().map(|(from, _)| {
            let distance = u32::from(*from) - last;
            last = u32::from(*from);
            u16::try_from(distance).unwrap()
        });
        let distances: Vec<u16> = distances.collect();
        let simple: Vec<u16> = pairs
            .iter()
            .map(|(_, to)| u16::try_from(u32::from(*to)).unwrap())
            .collect();
        let columns = [distances, simple].into_iter().flat_map(|column| {
            let high: Vec<u8> = column.iter().map(|number| number.to_be_bytes()[0]).collect();
            let low: Vec<u8> = column.iter().map(|number| number.to_be_bytes()[1]).collect();
            [high, low]
        });
        let table: Vec<u8> = columns.flatten().collect();
        #[allow(clippy::disallowed_methods, reason = "a test is the host side")]
        if std::env::var_os("SHENFANG_BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/simplified.bin");
            std::fs::write(path, &table).unwrap();
            return;
        }
        assert!(SIMPLE == table, "made anew by SHENFANG_BLESS=1");
        for (from, to) in pairs {
            assert_eq!(simplified(from), to);
            assert_eq!(simplified(to), to);
        }
        assert_eq!(SIMPLIFIED.iter().filter(|c| **c != '\0').count() * 4, SIMPLE.len());
    }
}
