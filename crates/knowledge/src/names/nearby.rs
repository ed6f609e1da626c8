//! What only "did you mean" and typing by sound ask of an index: made when first asked for and never stored.
use super::{NameIndex, initials};
use crate::ConceptId;
use shenfang_order::Order;
use std::sync::OnceLock;

/// Made when first asked for. Two indexes are equal whether theirs is made or not.
#[derive(Debug, Default)]
pub(super) struct Nearby(OnceLock<Tables>);

impl Clone for Nearby {
    fn clone(&self) -> Nearby {
        Nearby::default()
    }
}
impl PartialEq for Nearby {
    fn eq(&self, _: &Nearby) -> bool {
        true
    }
}
impl Eq for Nearby {}

/// Folk and English names, each of a concept, end to end: tens of thousands of texts that few ask for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Folk {
    /// of which concept each is, and where it ends
    ends: Vec<(ConceptId, usize)>,
    all: String,
}

impl<'a> FromIterator<(ConceptId, &'a str)> for Folk {
    fn from_iter<I: IntoIterator<Item = (ConceptId, &'a str)>>(names: I) -> Folk {
        let mut folk = Folk::default();
        for (id, name) in names {
            folk.all.push_str(name);
            folk.ends.push((id, folk.all.len()));
        }
        folk
    }
}

impl Folk {
    /// A name by its place.
    fn get(&self, at: usize) -> Option<(ConceptId, &str)> {
        let (id, end) = *self.ends.get(at)?;
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before));
        self.all
            .get(before.map_or(0, |(_, end)| *end)..end)
            .map(|name| (id, name))
    }

    /// Every name, in order of concepts.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ConceptId, &str)> {
        (0..self.ends.len()).filter_map(|at| self.get(at))
    }
}

/// Ways to a name other than the name itself.
#[derive(Debug)]
struct Tables {
    /// by place of the name
    shapes: Vec<Shape>,
    /// pinyin initials of names and aliases, sorted
    initials: Vec<(Box<str>, ConceptId)>,
    /// places of folk and English names, in order of name
    folk: Vec<usize>,
}

/// What a name consists of: most names are dismissed by it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shape {
    /// which characters occur, folded to 64 bits
    pub(super) mask: u64,
    /// length in characters (saturating)
    pub(super) length: u8,
}

impl Shape {
    /// Of a text.
    pub(super) fn of(text: &str) -> Shape {
        let mut shape = Shape::default();
        for c in text.chars() {
            // Any spreading hash will do.
            let bit = u32::from(c).wrapping_mul(0x9e37_79b1).wrapping_shr(26);
            shape.mask |= 1_u64.wrapping_shl(bit);
            shape.length = shape.length.saturating_add(1);
        }
        shape
    }
}

impl NameIndex {
    fn nearby(&self) -> &Tables {
        self.nearby.0.get_or_init(|| Tables::of(self))
    }

    /// The shape of every name, in order.
    pub(super) fn shapes(&self) -> &[Shape] {
        &self.nearby().shapes
    }

    /// Concepts with this folk or English name.
    pub(super) fn folk<'a>(&'a self, text: &'a str) -> impl Iterator<Item = ConceptId> + 'a {
        let all = &self.nearby().folk;
        let name = |at: &usize| self.near.get(*at).map_or("", |(_, name)| name);
        let start = all.partition_point(|at| name(at) < text);
        let same = all.iter().skip(start).take_while(move |at| name(at) == text);
        same.filter_map(|at| self.near.get(*at).map(|(id, _)| id))
    }

    /// Concepts with a name of exactly these initials, by id.
    pub(super) fn same_initials<'a>(&'a self, letters: &'a str) -> impl Iterator<Item = ConceptId> + 'a {
        let sounding = self.sounding(letters);
        sounding.take_while(move |(own, _)| *own == letters).map(|(_, id)| id)
    }

    /// Concepts whose pinyin initials (of the name or an alias) begin with `initials` (lower case), in order of name.
    pub fn by_initials(&self, initials: &str) -> Vec<ConceptId> {
        let mut found: Vec<ConceptId> = self.sounding(initials).map(|(_, id)| id).collect();
        found.order();
        found.dedup();
        found
    }

    /// Initials that begin with `letters`, sorted, each with what has them.
    fn sounding<'a>(&'a self, letters: &'a str) -> impl Iterator<Item = (&'a str, ConceptId)> {
        let all = &self.nearby().initials;
        let start = all.partition_point(|(own, _)| &**own < letters);
        let found = all.iter().skip(start).map(|(own, id)| (&**own, *id));
        found.take_while(move |(own, _)| own.starts_with(letters))
    }
}

impl Tables {
    fn of(names: &NameIndex) -> Tables {
        let mut initials = Vec::with_capacity(names.names.len());
        for entry in &names.names {
            let letters: Box<str> = initials::initials(&entry.key).into();
            if !letters.is_empty() {
                initials.extend(entry.meaning.all().iter().map(|id| (letters.clone(), *id)));
            }
        }
        initials.order();
        initials.dedup();
        let mut folk: Vec<usize> = (0..names.near.ends.len()).collect();
        folk.order_by_key(|at| names.near.get(*at).map(|(id, name)| (name, id)));
        Tables {
            shapes: names.names.iter().map(|entry| Shape::of(&entry.key)).collect(),
            initials,
            folk,
        }
    }
}
