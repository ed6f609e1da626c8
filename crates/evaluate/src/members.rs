//! Which lines are members of which targets. The work depends on what the lines denote, not on how many rules there are: what each node is a
//! member of was worked out with the program.
use crate::csr::wide;
use crate::index::Index;
use crate::sheet::{Prepared, Sheet};

/// A node of a line: one of the things it denotes, and through it a member of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub line: u32,
    /// which of the line's concepts, by its place
    pub sense: u16,
    pub node: u32,
    /// the last bits of its targets: most targets are dismissed by it
    mask: u64,
}

impl Row {
    /// The same node on another line.
    pub fn on_line(self, line: u32) -> Row {
        Row { line, ..self }
    }
}

/// The targets that have a member, folded to a few thousand bits: most rules are dismissed by their second variable's.
#[derive(Clone, Debug)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

const BIT_WORDS: u32 = 64;

impl Default for Bits {
    fn default() -> Bits {
        Bits {
            words: vec![0; wide(BIT_WORDS)],
        }
    }
}

impl Bits {
    fn clear(&mut self) {
        self.words.fill(0);
    }

    #[inline]
    fn set(&mut self, target: u32) {
        if let Some(word) = self.words.get_mut(word(target)) {
            *word |= bit(target);
        }
    }

    /// False where the target certainly has no member.
    #[inline]
    pub fn may_have(&self, target: u32) -> bool {
        self.words.get(word(target)).is_some_and(|word| word & bit(target) != 0)
    }
}

#[inline]
const fn bit(target: u32) -> u64 {
    1u64.rotate_left(target)
}

#[inline]
fn word(target: u32) -> usize {
    wide((target >> 6) & (BIT_WORDS - 1))
}

/// Lays out the nodes of every line.
pub(crate) fn find(
    index: &Index,
    nodes: &crate::csr::Csr<crate::catalogue::Node>,
    prepared: &Prepared,
    (rows, bits): (&mut Vec<Row>, &mut Bits),
) {
    rows.clear();
    bits.clear();
    for (number, line) in (0u32..).zip(&prepared.lines) {
        let senses = wide(line.senses.0)..wide(line.senses.1);
        let concepts = prepared.senses.get(senses).unwrap_or(&[]);
        for (sense, concept) in (0u16..).zip(concepts) {
            let (start, end) = nodes.span(*concept);
            for node in start..end {
                let mut mask = 0;
                for target in index.targets.row(node) {
                    mask |= bit(*target);
                    bits.set(*target);
                }
                rows.push(Row {
                    line: number,
                    sense,
                    node,
                    mask,
                });
            }
        }
    }
}

impl<'s> Sheet<'s, '_> {
    /// Whether a node is a member of a target.
    #[inline]
    pub fn holds(&self, row: &Row, target: u32) -> bool {
        let targets = || self.index.targets.row(row.node);
        row.mask & bit(target) != 0 && targets().binary_search(&target).is_ok()
    }

    /// Whether a target has a member.
    pub fn has_member(&self, target: u32) -> bool {
        self.rows.iter().any(|row| self.holds(row, target))
    }

    /// Whether a target has a member besides a line.
    pub fn has_member_beside(&self, line: u32, target: u32) -> bool {
        self.rows.iter().any(|row| row.line != line && self.holds(row, target))
    }

    /// The nodes by which lines are members of a target, in order: of each line the first node of each of its senses.
    pub fn members_of(&self, target: u32) -> impl Iterator<Item = &'s Row> {
        let mut last = None;
        let rows = self.rows.iter();
        rows.filter(move |row| {
            let place = Some((row.line, row.sense));
            last != place && self.holds(row, target) && {
                last = place;
                true
            }
        })
    }

    /// The lines that are members of a target, in order, each with the first node by which it is one.
    pub fn lines_of(&self, target: u32) -> impl Iterator<Item = &'s Row> {
        let mut last = None;
        let rows = self.rows.iter();
        rows.filter(move |row| {
            last != Some(row.line) && self.holds(row, target) && {
                last = Some(row.line);
                true
            }
        })
    }
}
