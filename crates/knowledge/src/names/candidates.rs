//! Near names for "did you mean". They never resolve anything.
//!
//! Every name has a 64-bit shape (which characters occur); one pass over the shapes leaves a handful of names whose edit distance is worth
//! computing, so that an unknown name costs some tens of microseconds among 20,000.
use super::{Entry, NameIndex, initials, normalize};
use crate::ConceptId;

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

/// Which characters occur, folded to 64 bits, and how many (saturating).
pub(super) fn shape(text: &str) -> (u64, u8) {
    let mut mask = 0_u64;
    let mut length = 0_u8;
    for c in text.chars() {
        // Any spreading hash will do; this one is fixed, so that a stored index means the same everywhere.
        let bit = u32::from(c).wrapping_mul(0x9e37_79b1).wrapping_shr(26);
        mask |= 1_u64.wrapping_shl(bit);
        length = length.saturating_add(1);
    }
    (mask, length)
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
    mask: u64,
    length: u8,
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
        found.sort_unstable();
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
        let (mask, length) = shape(text);
        Query {
            text,
            mask,
            length,
            sorted: sorted(text),
            letters: self.letters_of(text),
        }
    }

    /// `rank` 0 compares the text as it stands, 1 what is left of it.
    fn compare(&self, query: &Query<'_>, rank: usize, found: &mut Vec<(Nearness, usize, ConceptId)>) {
        let start = self.near.partition_point(|(n, _)| **n < *query.text);
        let folk = self.near.iter().skip(start);
        let folk = folk.take_while(|(n, _)| **n == *query.text);
        found.extend(folk.map(|(_, id)| (Nearness::Known, rank, *id)));
        let budget: u8 = if query.length >= 6 { 2 } else { 1 };
        for entry in &self.names {
            if entry.length.abs_diff(query.length) > budget {
                continue;
            }
            if more_than(budget.saturating_mul(2), entry.mask ^ query.mask) {
                continue;
            }
            if let Some(nearness) = self.nearness(entry, query, budget) {
                found.extend(entry.meaning.all().iter().map(|id| (nearness, rank, *id)));
            }
        }
        self.same_initials(query, rank, found);
    }

    fn nearness(&self, entry: &Entry, query: &Query<'_>, budget: u8) -> Option<Nearness> {
        if *entry.key == *query.text {
            return Some(Nearness::Known);
        }
        if query.length < 2 {
            return None;
        }
        if entry.length == query.length && entry.mask == query.mask && sorted(&entry.key) == query.sorted {
            return Some(Nearness::Exchanged);
        }
        match strsim::osa_distance(&entry.key, query.text) {
            1 => {
                let alike = self.letters_of(&entry.key) == query.letters;
                let replaced = entry.length == query.length;
                match (alike, replaced, query.length) {
                    (true, true, _) => Some(Nearness::OneEditAlike),
                    // Half of a name of two characters says little: 附子 is not near 桃子.
                    (false, true, 2) if entry.key.chars().next() == query.text.chars().next() => {
                        Some(Nearness::FirstOfTwo)
                    }
                    (false, true, 2) => None,
                    _ => Some(Nearness::OneEdit),
                }
            }
            2 if budget >= 2 => Some(Nearness::TwoEdits),
            _ => None,
        }
    }

    /// Names of three characters or more that share all initials, as when a name was typed by sound.
    fn same_initials(&self, query: &Query<'_>, rank: usize, found: &mut Vec<(Nearness, usize, ConceptId)>) {
        let all_read = query.letters.chars().count() == usize::from(query.length);
        if query.length < 3 || !all_read || query.letters.contains('-') {
            return;
        }
        let letters = query.letters.as_str();
        let start = self.initials.partition_point(|(i, _)| &**i < letters);
        let same = self.initials.iter().skip(start);
        let same = same.take_while(|(i, _)| &**i == letters);
        found.extend(same.map(|(_, id)| (Nearness::Initials, rank, *id)));
    }

    /// Pinyin initials by the table of the index; `-` for a character that has none.
    fn letters_of(&self, text: &str) -> String {
        let letter = |c: char| {
            if c.is_ascii_alphanumeric() {
                return c;
            }
            let at = u32::from(c).checked_sub(initials::FIRST);
            let at = at.and_then(|at| usize::try_from(at).ok());
            let byte = at.and_then(|at| self.letters.as_bytes().get(at));
            byte.copied().map_or('-', char::from)
        };
        text.chars().map(letter).collect()
    }
}

fn sorted(text: &str) -> Vec<char> {
    let mut chars: Vec<char> = text.chars().collect();
    chars.sort_unstable();
    chars
}
