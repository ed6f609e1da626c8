//! Where in a text an offset stands: the block, the entry, and the words before it.
use shenfang_grammar::{KEYWORDS, Place, find};
use shenfang_syntax::scan::{self, Kind};

/// An offset and what is before it.
#[derive(Debug, Default)]
pub(crate) struct Spot<'t> {
    /// words of the declarations and entries that are open here, outermost first, by their English spelling
    pub blocks: Vec<&'static str>,
    /// words and marks of the entry so far, without what is being typed
    pub entry: Vec<&'t str>,
    /// what is being typed, up to the offset
    pub typed: &'t str,
    /// where it begins
    pub from: usize,
    /// inside a text in quotes
    pub quoted: bool,
    /// inside a comment
    pub comment: bool,
}

impl<'t> Spot<'t> {
    /// At an offset (on a character boundary) of a text.
    pub fn of(text: &'t str, at: usize) -> Spot<'t> {
        let before = text.get(..at).unwrap_or(text);
        let mut spot = Spot {
            from: before.len(),
            ..Spot::default()
        };
        for token in scan::tokens(before, 0) {
            let written = before.get(token.range.clone()).unwrap_or_default();
            let last = token.range.end == before.len();
            match token.kind {
                Kind::Blank => {}
                Kind::Newline => spot.entry.clear(),
                Kind::Comment => spot.comment = last,
                Kind::OpenString if last => {
                    let inside = written.get(written.chars().next().map_or(0, char::len_utf8)..);
                    spot.typed = inside.unwrap_or_default();
                    spot.from = before.len().saturating_sub(spot.typed.len());
                    spot.quoted = true;
                }
                Kind::Word if last => {
                    spot.typed = written;
                    spot.from = token.range.start;
                }
                Kind::Mark if matches!(written, "{" | "｛") => {
                    spot.blocks.push(spot.head());
                    spot.entry.clear();
                }
                Kind::Mark if matches!(written, "}" | "｝") => {
                    spot.blocks.pop();
                    spot.entry.clear();
                }
                Kind::Mark if matches!(written, ";" | "；") => spot.entry.clear(),
                _ => spot.entry.push(written),
            }
        }
        spot
    }

    /// The word that begins the entry, by its English spelling; nothing where it is no word of the language.
    pub fn head(&self) -> &'static str {
        let Some(first) = self.entry.first() else { return "" };
        let first_word = |spelling: &str| spelling.split(' ').next() == Some(first);
        let found = KEYWORDS.iter().find(|k| k.zh == *first || first_word(k.en));
        found.map_or("", |k| k.en)
    }

    /// The last but `back` of the words before.
    pub fn last(&self, back: usize) -> Option<&'t str> {
        self.entry.iter().rev().nth(back).copied()
    }

    /// The attribute that is compared here (`患者.性别 为 …`): its place and English word.
    pub fn compared(&self) -> Option<(Place, &'static str)> {
        let compares = |word: &&str| {
            find(Place::Connective, word).is_some_and(|k| k.en == "is") || word.contains(['=', '<', '>', '≤', '≥'])
        };
        let sign = self.entry.iter().rposition(compares)?;
        let dotted = |at: &usize| {
            at.checked_sub(1)
                .and_then(|dot| self.entry.get(dot))
                .is_some_and(|w| *w == ".")
        };
        let at = (0..sign).rev().find(dotted)?;
        let owner = at.checked_sub(2).and_then(|at| self.entry.get(at))?;
        let place = owner_place(owner);
        find(place, self.entry.get(at)?).map(|k| (place, k.en))
    }
}

/// The attributes of what stands before a dot.
pub(crate) fn owner_place(owner: &str) -> Place {
    let subject = find(Place::Subject, owner).and_then(|k| Place::of_subject(k.en));
    let age = || {
        find(Place::PatientAttribute, owner)
            .filter(|k| k.en == "age")
            .map(|_| Place::AgeAttribute)
    };
    subject.or_else(age).unwrap_or(Place::ItemAttribute)
}
