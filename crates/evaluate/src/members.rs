//! Which lines are members of which targets. The work depends on what the lines denote, not on how many rules there are: what each node is a
//! member of was worked out with the program.
use crate::Program;
use crate::csr::wide;
use crate::sheet::Sheet;
use smallvec::SmallVec;

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

/// The targets that have a member, folded to a few hundred bits, as many as the processor reads at once: most rules are dismissed by their second
/// variable's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    words: [u64; BIT_WORDS],
}

/// A power of two.
const BIT_WORDS: usize = 8;

impl Bits {
    /// Adds those of others.
    #[inline]
    fn add(&mut self, others: &Bits) {
        for (word, more) in self.words.iter_mut().zip(&others.words) {
            *word |= more;
        }
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

/// The last bits of a number, as one of 64.
#[inline]
pub(crate) const fn bit(target: u32) -> u64 {
    1u64.rotate_left(target)
}

#[inline]
fn word(target: u32) -> usize {
    wide(target >> 6) & (BIT_WORDS - 1)
}

/// The nodes of what a drug denotes, laid out for a line of any number.
pub(crate) struct Nodes {
    /// mostly one
    rows: SmallVec<[Row; 1]>,
    /// of the targets that they are members of
    bits: Bits,
}

impl Nodes {
    /// Of these concepts.
    pub fn of(program: &Program, concepts: &[u32]) -> Nodes {
        let mut rows = SmallVec::new();
        let mut bits = Bits::default();
        for (sense, concept) in (0u16..).zip(concepts) {
            let (start, end) = program.tables.catalogue.nodes.span(*concept);
            for node in start..end {
                let mut mask = 0;
                for target in program.index.targets.row(node) {
                    mask |= bit(*target);
                    bits.set(*target);
                }
                rows.push(Row {
                    line: 0,
                    sense,
                    node,
                    mask,
                });
            }
        }
        Nodes { rows, bits }
    }

    /// Appends those of the line of this number.
    pub fn lay_out(&self, line: u32, rows: &mut Vec<Row>, bits: &mut Bits) {
        rows.extend(self.rows.iter().map(|row| row.on_line(line)));
        bits.add(&self.bits);
    }
}

impl<'s> Sheet<'s, '_> {
    /// Whether a node is a member of a target.
    #[inline]
    pub fn holds(&self, row: &Row, target: u32) -> bool {
        let targets = || self.index.targets.row(row.node);
        row.mask & bit(target) != 0 && targets().binary_search(&target).is_ok()
    }

    /// All rows, none where the target certainly has no member.
    #[inline]
    fn rows_for(&self, target: u32) -> &'s [Row] {
        if self.bits.may_have(target) { self.rows } else { &[] }
    }

    /// Whether a target has a member.
    pub fn has_member(&self, target: u32) -> bool {
        self.rows_for(target).iter().any(|row| self.holds(row, target))
    }

    /// Whether a target has a member besides a line.
    pub fn has_member_beside(&self, line: u32, target: u32) -> bool {
        self.rows.iter().any(|row| row.line != line && self.holds(row, target))
    }

    /// The nodes by which lines are members of a target, in order: of each line the first node of each of its senses.
    pub fn members_of(&self, target: u32) -> impl Iterator<Item = &'s Row> {
        let mut last = None;
        let rows = self.rows_for(target).iter();
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
        let rows = self.rows_for(target).iter();
        rows.filter(move |row| {
            last != Some(row.line) && self.holds(row, target) && {
                last = Some(row.line);
                true
            }
        })
    }
}
