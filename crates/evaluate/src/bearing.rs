//! What a line bears on, asked before there is a sheet. Of most sheets of a table the rules at hand say nothing; that can be told from the lines by
//! themselves, each worked out once for all sheets it stands on.
//!
//! What it never does: call a sheet quiet of which a review would say anything, be it only that something is not known. Where it is not sure, the
//! sheet is reviewed.
use crate::Program;
use crate::csr::narrow;
use crate::meeting::{Meeting, Met, Reach};
use crate::memory::Remembered;
use crate::program::Tables;
use crate::resolve;
use crate::sheet::{Identity, Prepared, current};
use crate::unrecognized::{is_legible, says_nothing_of};
use rustc_hash::FxHashMap;
use shenfang_clinical::{Decision, Item, Prescription, Review};
use std::borrow::Cow;
use std::collections::hash_map::Entry;

/// What a prescribed line bears on, of one program, whatever else stands on its sheet: in one word, because it is asked for every line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bearing(u32);

/// What is to be said of a sheet, as far as its lines tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// nothing
    Quiet,
    /// what is to be said of each of its [pairs](Bearings::pairs) of lines, and nothing else; of a pair it is the same on every such sheet
    Pairs,
    /// that cannot be told from its lines alone
    Open,
}

/// What one thread has learnt of lines, of one program. Of another program it makes no sense.
#[derive(Default)]
pub struct Bearings {
    remembered: Remembered,
    prepared: Prepared,
    /// by what a line denotes
    marks: FxHashMap<Box<[u32]>, u32>,
    reaches: Vec<Reach>,
    met: Met,
    /// of the sheet at hand: its lines that have a mark, each with its place
    marked: Vec<(u32, u32)>,
    /// of the sheet at hand
    pairs: Vec<(u32, u32)>,
}

/// Most marks: beyond, a line is looked at on its sheet.
const MARKS: usize = 4095;

impl Program {
    /// Whether nothing is said of a sheet unless its prescribed lines give rise to it; `rest` is the sheet without them, `None` where it has nothing
    /// but an id.
    pub fn leaves_to_lines(&self, rest: Option<&Prescription>) -> bool {
        let Program { tables, index } = self;
        // What an institution calls a drug, and what `any` line is, the rest of the sheet decides.
        let any = [&index.every, &index.with_any];
        let by_itself = !index.always.is_empty() || any.iter().any(|rules| !rules.is_empty());
        let by_itself = by_itself || !tables.catalogue.mappings.is_empty();
        let Some(rest) = rest.filter(|_| !by_itself) else {
            return !by_itself;
        };
        let patient = &rest.patient;
        let lists = [
            patient.allergies.as_ref().map(Vec::len),
            patient.conditions.as_ref().map(Vec::len),
        ];
        let ills = lists
            .into_iter()
            .chain([rest.diagnoses.as_ref().map(Vec::len)])
            .flatten()
            .sum::<usize>();
        ills == 0 && current(rest).is_empty() && says_nothing_of(rest)
    }

    /// The review of a [quiet](Outlook::Quiet) sheet.
    pub fn nothing_to_say<'p>(&'p self, id: &'p str) -> Review<'p> {
        Review {
            id: Cow::Borrowed(id),
            decision: Decision::Pass,
            complete: true,
            gap: None,
            findings: Vec::new(),
            undetermined: Vec::new(),
            presumed: Vec::new(),
            unrecognized: Vec::new(),
            rules: Cow::Borrowed(self.identity()),
        }
    }

    /// What a line bears on.
    pub fn bearing(&self, known: &mut Bearings, item: &Item) -> Bearing {
        let Program { tables, index } = self;
        let Bearings {
            remembered,
            prepared,
            marks,
            reaches,
            ..
        } = known;
        resolve::alone(self, item, remembered, prepared);
        let [line] = prepared.lines.as_slice() else {
            return Bearing::SPEAKS;
        };
        let sure = line.identity == Identity::Known && is_legible(item);
        let catalogue = &tables.catalogue;
        let concepts = &prepared.senses;
        let unknown = |concept: &u32| catalogue.entry(*concept).is_none_or(|entry| entry.contents_unknown);
        if !sure || concepts.iter().any(unknown) {
            return Bearing::SPEAKS;
        }
        let spans = concepts.iter().map(|concept| catalogue.nodes.span(*concept));
        let nodes: Vec<u32> = spans.flat_map(|(start, end)| start..end).collect();
        if nodes.iter().any(|node| !index.doses.row(*node).is_empty()) {
            return Bearing::SPEAKS;
        }
        let mut targets = nodes.iter().flat_map(|node| index.targets_of(*node)).peekable();
        if targets.peek().is_none() {
            return Bearing::QUIET;
        }
        let mut ways = nodes.iter().flat_map(|node| index.ways_of(*node));
        if targets.any(|target| !index.singles.row(*target).is_empty()) || ways.any(|way| way.other().is_none()) {
            return Bearing::SPEAKS;
        }
        let opens = nodes.iter().any(|node| index.opens_beside(*node));
        let mark = match marks.entry(concepts.as_slice().into()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(_) if reaches.len() >= MARKS => return Bearing::SPEAKS,
            Entry::Vacant(free) => {
                reaches.push(Reach::of(index, &nodes));
                *free.insert(narrow(reaches.len()))
            }
        };
        Bearing(mark | if opens { Bearing::OPENS } else { 0 })
    }

    /// What is to be said of a sheet with these lines, whose rest [leaves it to them](Program::leaves_to_lines). `unstated`: nobody stated what the
    /// patient takes besides.
    #[inline]
    pub fn outlook(
        &self,
        known: &mut Bearings,
        lines: impl Iterator<Item = Bearing> + Clone,
        unstated: bool,
    ) -> Outlook {
        let all = lines.clone().fold(0, |all, line| all | line.0);
        let open = Bearing::SPEAKS.0 | if unstated { Bearing::OPENS } else { 0 };
        match (all & open != 0, all & Bearing::MARK != 0) {
            (true, _) => Outlook::Open,
            (false, false) => Outlook::Quiet,
            (false, true) => known.meet(lines, &self.tables),
        }
    }
}

/// Nothing is known of the line: there may be something to say.
impl Default for Bearing {
    fn default() -> Bearing {
        Bearing::SPEAKS
    }
}

impl Bearing {
    /// There may be something to say of the line by itself.
    const SPEAKS: Bearing = Bearing(1 << 31);
    /// There may be where nobody stated what else the patient takes.
    const OPENS: u32 = 1 << 30;
    /// What may meet another line, from 1; 0: no rule names it.
    const MARK: u32 = Bearing::OPENS - 1;
    const QUIET: Bearing = Bearing(0);
}

impl Bearings {
    /// The pairs of lines by their places on the sheet last looked at, of which something may be said.
    pub fn pairs(&self) -> &[(u32, u32)] {
        &self.pairs
    }

    fn meet(&mut self, lines: impl Iterator<Item = Bearing>, tables: &Tables) -> Outlook {
        self.met.make_room(self.reaches.len());
        self.marked.clear();
        self.pairs.clear();
        let marks = (0u32..).zip(lines.map(|line| line.0 & Bearing::MARK));
        self.marked.extend(marks.filter(|(_, mark)| *mark != 0));
        let mut left = self.marked.as_slice();
        while let Some(((place, mark), others)) = left.split_first() {
            left = others;
            for (other, with) in others {
                let meeting = match self.met.get(*mark, *with) {
                    Some(known) => known,
                    None => self.met.learn((*mark, *with), &self.reaches, tables),
                };
                match meeting {
                    Meeting::Apart => {}
                    Meeting::Plain => self.pairs.push((*place, *other)),
                    Meeting::Open => return Outlook::Open,
                }
            }
        }
        match self.pairs.is_empty() {
            true => Outlook::Quiet,
            false => Outlook::Pairs,
        }
    }
}
