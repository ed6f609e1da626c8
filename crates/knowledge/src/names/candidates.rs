//! Near names for "did you mean". They never resolve anything.
//!
//! Every name has a 64-bit shape (which characters occur); one pass over the shapes leaves a handful of names whose edit distance is worth
//! computing, so that an unknown name costs some tens of microseconds among 20,000.
use super::nearby::Shape;
use super::{Entry, NameIndex, initials, normalize};
use crate::ConceptId;
use shenfang_order::Order;

/// A longer text has no near names.
const LONGEST: usize = 64;

/// How near, best first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// the name itself, once words around it are gone, or a folk or English name
    Known,
    /// the same characters in another order
    Exchanged,
    /// one edit, and it sounds alike
    OneEditAlike,
    /// one edit
    OneEdit,
    /// the same pinyin initials
    Initials,
    /// two edits in six characters or more
    TwoEdits,
    /// the first of two characters; proposed only where nothing else is near (黄岑 for 黄芩)
    FirstOfTwo,
}

/// Whether more than so many bits are set. Most names differ in many: taking away a few is less work than counting them all.
fn more_than(few: u8, mut bits: u64) -> bool {
    for _ in 0..few {
        bits &= bits.wrapping_sub(1);
    }
    bits != 0
}

/// What is compared with every name.
struct Query<'a> {
    text: &'a str,
    shape: Shape,
    sorted: Vec<char>,
    letters: String,
}

impl NameIndex {
    /// Near names for "did you mean", best first, at most `most`: folk names, exchanged characters, one edit, same pinyin initials.
    ///
    /// Names of more than 64 characters have none. Ties go by concept id.
    pub fn candidates(&self, text: &str, most: usize) -> Vec<ConceptId> {
        if most == 0 || text.chars().nth(LONGEST).is_some() {
            return Vec::new();
        }
        let mut found: Vec<(Nearness, usize, ConceptId)> = Vec::new();
        let whole = normalize::normalize(text);
        let mut bases = self.bases(text);
        bases.retain(|b| *b != whole && !b.is_empty());
        for (rank, base) in std::iter::once(&whole).chain(&bases).enumerate() {
            self.compare(&self.query(base), rank.min(1), &mut found);
        }
        found.order();
        if found
            .first()
            .is_some_and(|(nearness, ..)| *nearness < Nearness::FirstOfTwo)
        {
            found.retain(|(nearness, ..)| *nearness < Nearness::FirstOfTwo);
        }
        let mut best = Vec::new();
        for (_, _, id) in found {
            if best.len() >= most {
                break;
            }
            if !best.contains(&id) {
                best.push(id);
            }
        }
        best
    }

    fn query<'a>(&self, text: &'a str) -> Query<'a> {
        Query {
            text,
            shape: Shape::of(text),
            sorted: sorted(text),
            letters: letters_of(text),
        }
    }

    /// `rank` 0 compares the text as it stands, 1 what is left of it.
    fn compare(&self, query: &Query<'_>, rank: usize, found: &mut Vec<(Nearness, usize, ConceptId)>) {
        let folk = self.folk(query.text);
        found.extend(folk.map(|id| (Nearness::Known, rank, id)));
        let budget: u8 = if query.shape.length >= 6 { 2 } else { 1 };
        for (entry, shape) in self.names.iter().zip(self.shapes()) {
            if shape.length.abs_diff(query.shape.length) > budget {
                continue;
            }
            if more_than(budget.saturating_mul(2), shape.mask ^ query.shape.mask) {
                continue;
            }
            if let Some(nearness) = nearness(entry, *shape, query, budget) {
                found.extend(entry.meaning.all().iter().map(|id| (nearness, rank, *id)));
            }
        }
        self.typed_by_sound(query, rank, found);
    }

    /// Names of three characters or more that share all initials, as when a name was typed by sound.
    fn typed_by_sound(&self, query: &Query<'_>, rank: usize, found: &mut Vec<(Nearness, usize, ConceptId)>) {
        let all_read = query.letters.chars().count() == usize::from(query.shape.length);
        if query.shape.length < 3 || !all_read || query.letters.contains('-') {
            return;
        }
        let same = self.same_initials(&query.letters);
        found.extend(same.map(|id| (Nearness::Initials, rank, id)));
    }
}

fn nearness(entry: &Entry, shape: Shape, query: &Query<'_>, budget: u8) -> Option<Nearness> {
    if *entry.key == *query.text {
        return Some(Nearness::Known);
    }
    if query.shape.length < 2 {
        return None;
    }
    let as_long = shape.length == query.shape.length;
    if as_long && shape.mask == query.shape.mask && sorted(&entry.key) == query.sorted {
        return Some(Nearness::Exchanged);
    }
    match strsim::osa_distance(&entry.key, query.text) {
        1 => {
            let alike = letters_of(&entry.key) == query.letters;
            match (alike, as_long, query.shape.length) {
                (true, true, _) => Some(Nearness::OneEditAlike),
                // Half of a name of two characters says little: 附子 is not near 桃子.
                (false, true, 2) if entry.key.chars().next() == query.text.chars().next() => Some(Nearness::FirstOfTwo),
                (false, true, 2) => None,
                _ => Some(Nearness::OneEdit),
            }
        }
        2 if budget >= 2 => Some(Nearness::TwoEdits),
        _ => None,
    }
}

/// A letter a character; `-` for one that has no pinyin initial.
fn letters_of(text: &str) -> String {
    text.chars().map(|c| initials::letter(c).unwrap_or('-')).collect()
}

fn sorted(text: &str) -> Vec<char> {
    let mut chars: Vec<char> = text.chars().collect();
    chars.order();
    chars
}
