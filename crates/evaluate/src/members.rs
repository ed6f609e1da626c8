//! Which lines are members of which targets. The work depends on what the lines denote, not on how many rules there are: what each node is a
//! member of was worked out with the program.
use crate::Program;
use crate::csr::{narrow, wide};
use crate::index::{Index, Trait, Way};
use crate::sheet::Sheet;
use shenfang_order::Order;
use smallvec::SmallVec;

/// A node of a line: one of the things it denotes, and through it a member of targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub line: u32,
    /// which of the line's concepts, by its place
    pub sense: u16,
    pub node: u32,
    /// the list of its targets
    list: u32,
    /// where the ways from it begin, where those begin that two lines with something in common go, and where all end
    ways: (u32, u32, u32),
    /// the last bits of its targets: most targets are dismissed by it
    mask: u64,
}

impl Row {
    /// The same node on another line.
    pub fn on_line(self, line: u32) -> Row {
        Row { line, ..self }
    }

    /// The ways from it. `common`: some lines may have something in common.
    #[inline]
    pub fn ways<'i>(&self, index: &'i Index, common: bool) -> &'i [Way] {
        let (start, plain, all) = self.ways;
        let end = if common { all } else { plain };
        index.ways.values().get(wide(start)..wide(end)).unwrap_or(&[])
    }
}

/// What the lines of a sheet are members of, and what they may have in common, folded to a few hundred bits each: most rules are dismissed by it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    /// by seat: targets of which a line is a member, then those of which two are, as far as a rule asks
    seats: [[u64; WORDS]; 2],
    /// what lines may have in common with others
    traits: [u64; 32],
    /// two lines may have something in common
    pub common: bool,
    /// the kinds of which there is a line, a bit each
    pub kinds: u64,
}

/// A power of two.
const WORDS: usize = 8;

/// Where it stands among the bits of a sheet whether a target has a member, or one besides a line that is itself a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seat(u16);

impl Seat {
    /// Always taken.
    pub const ANY: Seat = Seat(u16::MAX);

    /// Of a target. `besides`: it is asked of a line that is itself a member, and the target is one of the index's doubles.
    pub fn of(target: u32, besides: bool) -> Seat {
        let at = wide(target) & (64 * WORDS - 1) | if besides { 64 * WORDS } else { 0 };
        Seat(u16::try_from(at).unwrap_or(u16::MAX))
    }
}

impl Bits {
    /// False where the target certainly has no member.
    #[inline]
    pub fn may_have(&self, target: u32) -> bool {
        self.may_take(Seat::of(target, false))
    }

    /// False where there certainly is none.
    #[inline]
    pub fn may_take(&self, Seat(at): Seat) -> bool {
        let word = self.seats.as_flattened().get(usize::from(at >> 6));
        word.is_none_or(|word| word & bit(u32::from(at)) != 0)
    }

    /// Adds a line's.
    #[inline]
    fn add(&mut self, nodes: &Nodes) {
        self.kinds |= nodes.kinds;
        let [once, twice] = &mut self.seats;
        for at in &nodes.doubles {
            let at = usize::from(*at);
            if let (Some(once), Some(twice)) = (once.get(at >> 6), twice.get_mut(at >> 6)) {
                *twice |= *once & bit(narrow(at));
            }
        }
        for (once, own) in once.iter_mut().zip(&nodes.targets) {
            *once |= own;
        }
        for at in &nodes.traits {
            if let Some(word) = self.traits.get_mut(usize::from(at >> 6)) {
                self.common |= *word & bit(u32::from(*at)) != 0;
                *word |= bit(u32::from(*at));
            }
        }
    }
}

/// The last bits of a number, as one of 64.
#[inline]
pub(crate) const fn bit(target: u32) -> u64 {
    1u64.rotate_left(target)
}

/// The nodes of what a drug denotes, laid out for a line of any number.
pub(crate) struct Nodes {
    /// mostly one
    rows: SmallVec<[Row; 1]>,
    /// the targets that they are members of, folded
    targets: [u64; WORDS],
    /// of those the ones that a rule asks of two lines, each once
    doubles: SmallVec<[u16; 4]>,
    /// what they may have in common with others, folded; each once
    traits: SmallVec<[u16; 4]>,
    /// of which of the index's kinds they are, a bit each
    kinds: u64,
}

impl Nodes {
    /// Of these concepts.
    pub fn of(program: &Program, concepts: &[u32]) -> Nodes {
        let index = &program.index;
        let mut nodes = Nodes {
            rows: SmallVec::new(),
            targets: [0; WORDS],
            doubles: SmallVec::new(),
            traits: SmallVec::new(),
            kinds: 0,
        };
        for (sense, concept) in (0u16..).zip(concepts) {
            let (start, end) = program.tables.catalogue.nodes.span(*concept);
            for node in start..end {
                let list = index.members.list(node);
                let targets = index.members.targets(list);
                let mut mask = 0;
                for target in targets {
                    mask |= bit(*target);
                    if let Seat(at) = Seat::of(*target, false)
                        && index.doubles.get(wide(*target)) == Some(&true)
                    {
                        nodes.doubles.push(at);
                    }
                    if let Some(word) = nodes.targets.get_mut(wide(*target >> 6) & (WORDS - 1)) {
                        *word |= bit(*target);
                    }
                }
                nodes.kinds |= index.kinds.of(targets);
                let (start, end) = index.ways.span(list);
                let plain = index.ways.row(list).partition_point(|way| way.common.is_none());
                nodes.rows.push(Row {
                    line: 0,
                    sense,
                    node,
                    list,
                    ways: (start, start.saturating_add(narrow(plain)), end),
                    mask,
                });
            }
            for (kind, of) in (0u32..).zip(Trait::ALL) {
                let own = index.traits_of(of).row(*concept).iter();
                let folded = own.map(|own| own.wrapping_mul(3).wrapping_add(kind) & 2047);
                nodes.traits.extend(folded.filter_map(|at| u16::try_from(at).ok()));
            }
        }
        for folded in [&mut nodes.doubles, &mut nodes.traits] {
            folded.order();
            folded.dedup();
        }
        nodes
    }

    /// Appends those of the line of this number.
    pub fn lay_out(&self, line: u32, rows: &mut Vec<Row>, bits: &mut Bits) {
        rows.extend(self.rows.iter().map(|row| row.on_line(line)));
        bits.add(self);
    }
}

impl<'s> Sheet<'s, '_> {
    /// Whether a node is a member of a target.
    #[inline]
    pub fn holds(&self, row: &Row, target: u32) -> bool {
        let targets = || self.index.members.targets(row.list);
        row.mask & bit(target) != 0 && targets().binary_search(&target).is_ok()
    }

    /// All rows, none where the target certainly has no member.
    #[inline]
    fn rows_for(&self, target: u32) -> &'s [Row] {
        if self.bits.may_have(target) { self.rows } else { &[] }
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
