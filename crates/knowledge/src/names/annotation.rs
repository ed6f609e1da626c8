//! Bracketed notes inside a drug name: footnotes, strength, dose form. What reads as none of them stays part of the name.
use super::strength::is_strength;
use super::words::form_word;
use shenfang_clinical::{DoseForm, Footnote};
use shenfang_units::{Dimension, Quantity};

const BRACKETS: &[(char, char)] = &[
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('【', '】'),
    ('〔', '〕'),
    ('〈', '〉'),
];

/// A name without its notes, and the notes. Where two notes of one kind stand, the first counts.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) rest: String,
    pub(super) footnote: Option<Footnote>,
    pub(super) amount: Option<String>,
    pub(super) form: Option<DoseForm>,
    /// a note that only tells presentations of one substance apart: `(II)`, `(CHO细胞)`
    pub(super) of_substance: bool,
}

/// Takes the notes out; `None` where there is nothing to take.
pub(super) fn take(text: &str) -> Option<Notes> {
    let mut notes = Notes::default();
    let mut rest = text;
    let mut taken = false;
    while let Some((open, close, at)) = first_bracket(rest) {
        let (before, after) = rest.split_at_checked(at)?;
        let inside = after.strip_prefix(open)?;
        let Some((content, tail)) = inside.split_once(close) else {
            break;
        };
        notes.rest.push_str(before);
        if notes.read(content.trim()) {
            taken = true;
        } else {
            notes.rest.push(open);
            notes.rest.push_str(content);
            notes.rest.push(close);
        }
        rest = tail;
    }
    notes.rest.push_str(rest);
    let trimmed = notes.rest.trim().to_owned();
    notes.rest = trimmed;
    taken.then_some(notes)
}

impl Notes {
    fn read(&mut self, content: &str) -> bool {
        if let Some(footnote) = footnote(content) {
            self.footnote = self.footnote.or(Some(footnote));
        } else if is_strength(content, true) {
            self.amount.get_or_insert_with(|| content.to_owned());
        } else if let Some(word) = form_word(content) {
            self.form = self.form.or(word.form);
        } else if tells_presentations_apart(content) {
            self.of_substance = true;
        } else {
            return false;
        }
        true
    }
}

/// A Roman or Arabic numeral, or the cells a protein is made in.
fn tells_presentations_apart(content: &str) -> bool {
    let roman = |c: char| matches!(c, 'i' | 'v' | 'x' | 'I' | 'V' | 'X');
    let numeral = !content.is_empty()
        && content.chars().count() <= 4
        && (content.chars().all(roman) || content.chars().all(|c| c.is_ascii_digit()));
    numeral
        || ["细胞", "酵母", "大肠埃希菌", "大肠杆菌"]
            .iter()
            .any(|cells| content.ends_with(cells))
}

fn first_bracket(text: &str) -> Option<(char, char, usize)> {
    text.char_indices().find_map(|(at, c)| {
        let (open, close) = BRACKETS.iter().find(|(open, _)| *open == c)?;
        Some((*open, *close, at))
    })
}

/// One or more footnotes (`先煎`, `打碎先煎`, `先煎30分钟`) and nothing else. Of several the first counts, but 打碎 gives way.
pub(super) fn footnote(text: &str) -> Option<Footnote> {
    let mut found: Option<Footnote> = None;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([',', '、', ';', ' ', '.', '。']);
        if rest.is_empty() {
            return found;
        }
        if let Some((note, tail)) = footnote_before(rest) {
            found = match found {
                None | Some(Footnote::Crushed) => Some(note),
                first => first,
            };
            rest = tail;
        } else if found.is_some() && is_time(rest) {
            return found;
        } else {
            return None;
        }
    }
}

fn footnote_before(text: &str) -> Option<(Footnote, &str)> {
    let words = Footnote::ALL.iter().flat_map(|f| [(*f, f.zh()), (*f, f.code())]);
    words
        .filter_map(|(f, word)| Some((f, text.strip_prefix(word)?)))
        .min_by_key(|(_, rest)| rest.len())
}

/// A footnote at the end of a name without brackets: `生龙骨先煎`.
pub(super) fn footnote_after(text: &str) -> Option<(&str, Footnote)> {
    Footnote::ALL
        .iter()
        .filter_map(|f| Some((text.strip_suffix(f.zh())?, *f)))
        .filter(|(rest, _)| !rest.is_empty())
        .min_by_key(|(rest, _)| rest.len())
}

fn is_time(text: &str) -> bool {
    Quantity::parse(text.trim()).is_ok_and(|q| q.unit.dimension() == Dimension::TIME)
}
