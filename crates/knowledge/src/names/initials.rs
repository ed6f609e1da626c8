//! Pinyin initials, by a table of one letter an ideograph: a name can be typed by sound, and the pinyin library stays out of the engine.
//!
//! The table is made by `SHENFANG_BLESS=1 cargo test -p shenfang-knowledge initials`, from the library; without the variable the test compares.

/// Of U+3400 to U+9FFF (CJK Extension A, the hexagrams, the unified ideographs), 256 a line; `-` where there is none.
const LETTERS: &str = include_str!("../../data/initials.txt");
const FIRST: u32 = 0x3400;
const LINE: u32 = 256;

/// `fz` for 附子, `wssc` for 维生素C; what has no reading is left out.
pub fn initials(normal: &str) -> String {
    normal.chars().filter_map(letter).collect()
}

/// The initial of an ideograph, a letter or digit itself in lower case.
pub(super) fn letter(c: char) -> Option<char> {
    if c.is_ascii_alphanumeric() {
        return Some(c.to_ascii_lowercase());
    }
    let at = u32::from(c).checked_sub(FIRST)?;
    // A line ends with a line feed.
    let place = at.checked_add(at.checked_div(LINE)?)?;
    let byte = LETTERS.as_bytes().get(usize::try_from(place).ok()?)?;
    byte.is_ascii_lowercase().then(|| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinyin::ToPinyin;

    #[test]
    fn initials_of_names() {
        assert_eq!(initials("附子"), "fz");
        assert_eq!(initials("维生素C"), "wssc");
        assert_eq!(initials("䗪虫"), "zc");
        assert_eq!(initials("(a)…𠮷"), "a");
    }

    /// Blessed by `SHENFANG_BLESS=1`.
    #[test]
    fn the_table_is_the_librarys() {
        let letter = |c: char| c.to_pinyin().and_then(|p| p.plain().chars().next());
        let row = |code| {
            let found = char::from_u32(code).and_then(letter);
            found.filter(char::is_ascii_lowercase).unwrap_or('-')
        };
        let lines: Vec<String> = (FIRST..=0x9fff)
            .step_by(256)
            .map(|start| (start..start + LINE).map(row).collect())
            .collect();
        let table = lines.join("\n") + "\n";
        #[allow(clippy::disallowed_methods, reason = "a test is the host side")]
        if std::env::var_os("SHENFANG_BLESS").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/initials.txt");
            std::fs::write(path, &table).unwrap();
        } else {
            assert!(LETTERS == table, "made anew by SHENFANG_BLESS=1");
        }
    }
}
