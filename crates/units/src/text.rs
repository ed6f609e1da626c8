//! One spelling for what people type: NFKC, dashes, dots, fractions and superscripts, before a number or unit is read.
//!
//! It never lets NFKC join what was apart: `1½` is one and a half, not 11/2, and `10⁹` is a power of ten, not 109.
use shenfang_nfkc::nfkc;
use std::borrow::Cow;

/// Longest text that is read, in characters, before and after normalisation.
pub(crate) const LONGEST: usize = 128;

/// The normal spelling, trimmed; `None` when the text is longer than [`LONGEST`].
pub(crate) fn normalise(written: &str) -> Option<Cow<'_, str>> {
    if written.len() > LONGEST && written.chars().nth(LONGEST).is_some() {
        return None;
    }
    let written = written.trim();
    // ASCII and the usual ideographs are in their normal form already.
    let usual = |c| matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}');
    if written.is_ascii() || written.chars().all(usual) {
        return Some(Cow::Borrowed(written));
    }
    let mut out = String::with_capacity(written.len());
    for c in written.chars() {
        match c {
            '\u{200B}' | '\u{FEFF}' => {}
            // A vulgar fraction after a digit is a mixed number: keep them apart.
            '¼'..='¾' | '⅐'..='⅞' => {
                if out.ends_with(|c: char| c.is_ascii_digit()) {
                    out.push(' ');
                }
                out.push_str(&nfkc([c]));
            }
            '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁻' | '⁺' => {
                if out.ends_with("10") {
                    out.push('*');
                } else if out.ends_with(|c: char| c.is_ascii_digit()) && !in_exponent(&out) {
                    out.push('^');
                }
                out.extend(nfkc([c]).chars().map(ascii_twin));
            }
            _ => out.extend(nfkc([c]).chars().map(ascii_twin)),
        }
    }
    let out = nfkc(out.chars());
    (out.chars().count() <= LONGEST).then(|| Cow::Owned(out.trim().to_owned()))
}

/// Whether the digits at the end of `text` already are an exponent (`10*1` of `10¹²`, `s-1` of `s⁻¹²`, `m1` of `m¹²`).
fn in_exponent(text: &str) -> bool {
    text.trim_end_matches(|c: char| c.is_ascii_digit())
        .ends_with(|c: char| !c.is_whitespace())
        && !text
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .ends_with(['/', '.', '('])
}

/// Signs that stand for an ASCII one but that NFKC leaves alone.
fn ascii_twin(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{301C}' | '\u{223C}' => '~',
        '·' | '•' | '⋅' | '∙' | '・' => '.',
        '\u{2215}' => '/',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}
