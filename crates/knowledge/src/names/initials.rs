//! Pinyin initials, computed when a catalogue is frozen. A compiled program carries the results and never meets the pinyin library.
use super::normalize::is_ideograph;
use pinyin::ToPinyin;

pub(super) const FIRST: u32 = 0x4e00;
const LAST: u32 = 0x9fff;

/// `fz` for 附子, `wssc` for 维生素C; what has no reading is left out.
pub(crate) fn initials(normal: &str) -> String {
    normal.chars().filter_map(letter).collect()
}

fn letter(c: char) -> Option<char> {
    if c.is_ascii_alphanumeric() {
        return Some(c.to_ascii_lowercase());
    }
    if !is_ideograph(c) {
        return None;
    }
    c.to_pinyin()?.plain().chars().next()
}

/// The initial of every ideograph from U+4E00 to U+9FFF in one text of single bytes; `-` where there is none.
pub(super) fn table() -> Box<str> {
    let row = |c: char| letter(c).filter(char::is_ascii_lowercase).unwrap_or('-');
    (FIRST..=LAST)
        .filter_map(char::from_u32)
        .map(row)
        .collect::<String>()
        .into()
}
