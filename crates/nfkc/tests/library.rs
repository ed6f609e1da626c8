//! The table is the library's, and so are the answers.
#![allow(clippy::arithmetic_side_effects, reason = "differences of code points")]
use proptest::prelude::*;
use shenfang_nfkc::{is_nfkc, nfkc};
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, decompose_compatible};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/nfkc.bin");

fn characters() -> impl Iterator<Item = char> {
    (0..=u32::from(char::MAX)).filter_map(char::from_u32)
}

fn is_syllable(c: char) -> bool {
    ('\u{ac00}'..='\u{d7a3}').contains(&c)
}

/// The two characters that join to this one, where it is its own normal form.
fn pair(c: char) -> Option<[char; 2]> {
    let mut parts = Vec::new();
    decompose_canonical(c, |part| parts.push(part));
    let last = parts.pop()?;
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    let rest = parts.try_fold(first, compose)?;
    (compose(rest, last) == Some(c) && c.nfkc().eq([c])).then_some([rest, last])
}

fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn table() -> Vec<u8> {
    let mut out = Vec::new();
    let classes: Vec<(char, u8)> = characters()
        .map(|c| (c, canonical_combining_class(c)))
        .filter(|(_, class)| *class > 0)
        .collect();
    number(&mut out, classes.len() as u32);
    let mut last = 0;
    for (c, class) in classes {
        number(&mut out, c as u32 - last);
        number(&mut out, class.into());
        last = c as u32;
    }
    let (mut before, mut differences) = ([0_i32; 32], Vec::new());
    let (mut entries, mut count) = (Vec::new(), 0);
    last = 0;
    for c in characters().filter(|c| !is_syllable(*c)) {
        let pair = pair(c);
        let mut parts = Vec::new();
        match pair {
            Some(pair) => parts.extend(pair),
            None => decompose_compatible(c, |part| parts.push(part)),
        }
        if parts == [c] {
            continue;
        }
        number(&mut entries, c as u32 - last);
        number(&mut entries, (parts.len() as u32) << 1 | u32::from(pair.is_some()));
        count += 1;
        last = c as u32;
        for (place, part) in before.iter_mut().zip(parts) {
            let difference = part as i32 - *place;
            number(&mut differences, (difference << 1 ^ difference >> 31) as u32);
            *place = part as i32;
        }
    }
    number(&mut out, count);
    out.extend(entries);
    out.extend(differences);
    out
}

/// Blessed by `SHENFANG_BLESS=1`.
#[test]
fn the_table_is_the_librarys() {
    let made = table();
    #[allow(clippy::disallowed_methods, reason = "a test is the host side")]
    if std::env::var_os("SHENFANG_BLESS").is_some() {
        std::fs::write(TABLE, &made).unwrap();
    }
    #[allow(clippy::disallowed_methods, reason = "a test is the host side")]
    let kept = std::fs::read(TABLE).unwrap();
    assert!(kept == made, "made anew by SHENFANG_BLESS=1");
}

fn agrees(text: &str) {
    assert_eq!(
        nfkc(text.chars()),
        text.nfkc().collect::<String>(),
        "{:?}",
        text.escape_unicode().to_string()
    );
    let sure = is_nfkc_quick(text.chars()) == IsNormalized::Yes;
    assert_eq!(is_nfkc(text), sure, "{:?}", text.escape_unicode().to_string());
}

#[test]
fn every_character() {
    for c in characters() {
        agrees(c.encode_utf8(&mut [0; 4]));
    }
}

#[test]
fn every_character_between_two_that_join() {
    for c in characters().filter(|c| !('\u{3400}'..='\u{9fff}').contains(c)) {
        agrees(&format!("가{c}\u{11a8}a{c}\u{301}\u{323}e\u{323}{c}ᄀ{c}"));
    }
}

/// Characters that do something: letters that join, marks, what is composed, Hangul, ASCII and ideographs.
fn telling() -> impl Strategy<Value = char> {
    let all: Vec<char> = characters()
        .filter(|c| !is_syllable(*c))
        .filter(|c| canonical_combining_class(*c) > 0 || !c.nfkd().eq([*c]) || c.is_ascii())
        .collect();
    prop_oneof![
        4 => prop::sample::select(all),
        1 => prop::char::range('\u{1100}', '\u{11ff}'),
        1 => prop::char::range('\u{ac00}', '\u{d7a3}'),
        1 => prop::char::range('\u{4e00}', '\u{4eff}'),
        1 => any::<char>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn texts(text in prop::collection::vec(telling(), 0..24)) {
        agrees(&text.into_iter().collect::<String>());
    }
}
