//! Unicode NFKC (UAX #15): the spelling under which names, codes and units are compared.
//!
//! The library `unicode-normalization` holds, for speed, what is 54 KB of a browser's engine after gzip; this is 9. Its table is made from the library,
//! and the tests hold every character and composed texts to the library. What it never does: the other normal forms.
mod table;

use shenfang_order::Order;
use table::{Entry, TABLE};

/// Hangul syllables are composed and decomposed by arithmetic.
mod hangul {
    pub(super) const SYLLABLE: u32 = 0xac00;
    pub(super) const LEADING: u32 = 0x1100;
    pub(super) const VOWEL: u32 = 0x1161;
    /// one before the first trailing consonant
    pub(super) const TRAILING: u32 = 0x11a7;
    pub(super) const LEADINGS: u32 = 19;
    pub(super) const VOWELS: u32 = 21;
    pub(super) const TRAILINGS: u32 = 28;
}

/// A character and its combining class.
type Classed = (u8, char);

/// The normal form of a text.
pub fn nfkc(text: impl IntoIterator<Item = char>) -> String {
    let mut apart = Vec::new();
    for c in text {
        decompose(c, &mut apart);
    }
    in_order(&mut apart);
    compose(apart)
}

/// Whether a text surely is its own normal form: `false` also where only composing could tell.
pub fn is_nfkc(text: &str) -> bool {
    let mut last = 0;
    text.chars().all(|c| {
        if is_plain(c) {
            last = 0;
            return true;
        }
        let class = TABLE.class(c);
        let in_order = class == 0 || last <= class;
        last = class;
        in_order && TABLE.entry(c).is_none_or(|entry| entry.composes) && !may_join(c)
    })
}

/// ASCII and Chinese ideographs (CJK Extension A, unified): normal, of class 0, and never part of another.
fn is_plain(c: char) -> bool {
    matches!(c, '\0'..='\u{9f}' | '\u{3400}'..='\u{9fff}')
}

/// Whether a character could be composed with one before it.
fn may_join(c: char) -> bool {
    let place = |first: u32, count: u32| u32::from(c).checked_sub(first).filter(|at| *at < count);
    let vowel = place(hangul::VOWEL, hangul::VOWELS).is_some();
    TABLE.joins(c) || vowel || place(hangul::TRAILING, hangul::TRAILINGS).is_some_and(|at| at > 0)
}

fn decompose(c: char, out: &mut Vec<Classed>) {
    if is_plain(c) {
        out.push((0, c));
    } else if let Some(Entry { characters, .. }) = TABLE.entry(c) {
        // What a character is composed of may itself be composed; each step is shorter or simpler.
        for part in characters {
            match *part == c {
                true => out.push((TABLE.class(c), c)),
                false => decompose(*part, out),
            }
        }
    } else if let Some(parts) = syllable(c) {
        out.extend(parts.into_iter().flatten().map(|part| (0, part)));
    } else {
        out.push((TABLE.class(c), c));
    }
}

/// The two or three letters of a Hangul syllable.
fn syllable(c: char) -> Option<[Option<char>; 3]> {
    use hangul::{LEADING, LEADINGS, SYLLABLE, TRAILING, TRAILINGS, VOWEL, VOWELS};
    let at = u32::from(c).checked_sub(SYLLABLE)?;
    let (pair, trailing) = (at.checked_div(TRAILINGS)?, at.checked_rem(TRAILINGS)?);
    let (leading, vowel) = (pair.checked_div(VOWELS)?, pair.checked_rem(VOWELS)?);
    let letter = |first: u32, at: u32| char::from_u32(first.saturating_add(at));
    (leading < LEADINGS).then(|| {
        let last = (trailing > 0).then(|| letter(TRAILING, trailing)).flatten();
        [letter(LEADING, leading), letter(VOWEL, vowel), last]
    })
}

/// Marks after a character stand in order of their classes, those of one class as they came.
fn in_order(text: &mut [Classed]) {
    for marks in text.split_mut(|(class, _)| *class == 0) {
        marks.order_by_key(|(class, _)| *class);
    }
}

fn compose(text: Vec<Classed>) -> String {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    // The last character marks can join, and the class of the mark that stands last behind it.
    let mut base: Option<usize> = None;
    let mut behind: Option<u8> = None;
    for (class, c) in text {
        if behind.is_none_or(|behind| behind < class)
            && let Some(before) = base.and_then(|at| out.get_mut(at))
            && let Some(joined) = join(*before, c)
        {
            *before = joined;
            continue;
        }
        (base, behind) = match class {
            0 => (Some(out.len()), None),
            _ => (base, Some(class)),
        };
        out.push(c);
    }
    out.into_iter().collect()
}

/// What two characters are together.
fn join(a: char, b: char) -> Option<char> {
    if is_plain(b) {
        return None;
    }
    syllables(u32::from(a), u32::from(b)).or_else(|| TABLE.join(a, b))
}

fn syllables(a: u32, b: u32) -> Option<char> {
    use hangul::{LEADING, LEADINGS, SYLLABLE, TRAILING, TRAILINGS, VOWEL, VOWELS};
    let place = |c: u32, first: u32, count: u32| c.checked_sub(first).filter(|at| *at < count);
    if let (Some(leading), Some(vowel)) = (place(a, LEADING, LEADINGS), place(b, VOWEL, VOWELS)) {
        let pair = leading.saturating_mul(VOWELS).saturating_add(vowel);
        return char::from_u32(SYLLABLE.saturating_add(pair.saturating_mul(TRAILINGS)));
    }
    let pair = place(a, SYLLABLE, LEADINGS.saturating_mul(VOWELS).saturating_mul(TRAILINGS))?;
    let trailing = place(b, TRAILING, TRAILINGS).filter(|at| *at > 0)?;
    let open = pair.checked_rem(TRAILINGS)? == 0;
    open.then(|| char::from_u32(a.saturating_add(trailing))).flatten()
}
