//! A set of concepts as one bit each.
use crate::ConceptId;

/// Concepts of one knowledge; ids beyond its size are never members.
#[derive(Clone, Debug)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(super) fn new(size: usize) -> Bits {
        Bits {
            words: vec![0; size.div_ceil(64)],
        }
    }

    pub(super) fn all(size: usize) -> Bits {
        let mut all = Bits::new(size);
        let ids = (0_u32..).take(size).map(ConceptId);
        ids.for_each(|id| {
            all.insert(id);
        });
        all
    }

    fn place(id: ConceptId) -> (usize, u64) {
        let word = usize::try_from(id.0 / 64).unwrap_or(usize::MAX);
        (word, 1_u64.wrapping_shl(id.0 % 64))
    }

    /// True when it was not there.
    pub(super) fn insert(&mut self, id: ConceptId) -> bool {
        let (word, bit) = Bits::place(id);
        let Some(word) = self.words.get_mut(word) else {
            return false;
        };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    pub(super) fn unite(&mut self, other: &Bits) {
        self.each(other, |a, b| a | b);
    }

    pub(super) fn intersect(&mut self, other: &Bits) {
        self.each(other, |a, b| a & b);
    }

    pub(super) fn subtract(&mut self, other: &Bits) {
        self.each(other, |a, b| a & !b);
    }

    fn each(&mut self, other: &Bits, f: impl Fn(u64, u64) -> u64) {
        for (a, b) in self.words.iter_mut().zip(&other.words) {
            *a = f(*a, *b);
        }
    }

    pub(super) fn ascending(&self) -> Vec<ConceptId> {
        let mut ids = Vec::new();
        for (word, base) in self.words.iter().zip((0_u32..).step_by(64)) {
            let mut left = *word;
            while left != 0 {
                ids.push(ConceptId(base.saturating_add(left.trailing_zeros())));
                left &= left.wrapping_sub(1);
            }
        }
        ids
    }
}
