//! What a line bears on, asked before there is a sheet. Of most sheets of a table the rules at hand say nothing; that can be told from the lines by
//! themselves, each worked out once for all sheets it stands on.
//!
//! What it never does: call a sheet quiet of which a review would say anything, be it only that something is not known. Where it is not sure, the
//! sheet is reviewed.
use crate::Program;
use crate::csr::{narrow, wide};
use crate::index::{Index, Way};
use crate::memory::Remembered;
use crate::program::Tables;
use crate::resolve;
use crate::sheet::{Identity, Prepared, current};
use crate::unrecognized::{is_legible, says_nothing_of};
use rustc_hash::FxHashMap;
use shenfang_clinical::{Decision, Item, Prescription, Review};
use shenfang_order::Order;
use std::borrow::Cow;
use std::collections::hash_map::Entry;

/// What a prescribed line bears on, of one program, whatever else stands on its sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearing {
    /// there may be something to say of the line by itself
    speaks: bool,
    /// there may be where nobody stated what else the patient takes
    opens: bool,
    /// what may meet another line; `None`: no rule names it
    mark: Option<u32>,
}

/// What one thread has learnt of lines, of one program. Of another program it makes no sense.
#[derive(Default)]
pub struct Bearings {
    remembered: Remembered,
    prepared: Prepared,
    /// by what a line denotes
    marks: FxHashMap<Box<[u32]>, u32>,
    reaches: Vec<Reach>,
    /// pairs of marks, and whether they may meet
    met: FxHashMap<(u32, u32), bool>,
}

/// The targets a line is a member of, and those that a rule asks for beside it; both ascending.
#[derive(Default)]
struct Reach {
    targets: Vec<u32>,
    others: Vec<u32>,
}

/// Pairs that are kept.
const PAIRS: usize = 1 << 16;

impl Program {
    /// Whether nothing is said of a sheet unless its prescribed lines give rise to it; `rest` is the sheet without them, `None` where it has nothing
    /// but an id.
    pub fn leaves_to_lines(&self, rest: Option<&Prescription>) -> bool {
        let Program { tables, index } = self;
        // What an institution calls a drug, and what `any` line is, the rest of the sheet decides.
        let any = [&index.always, &index.every, &index.with_any];
        let by_itself = any.iter().any(|rules| !rules.is_empty()) || !tables.catalogue.mappings.is_empty();
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

    /// The review of a [quiet](Program::is_quiet) sheet.
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
        resolve::alone(tables, item, remembered, prepared);
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
        let targets = || {
            nodes
                .iter()
                .flat_map(|node| index.targets.row(*node))
                .map(|member| member.target)
        };
        if targets().next().is_none() {
            return Bearing {
                mark: None,
                ..Bearing::QUIET
            };
        }
        let alone = |target: u32| !index.singles.row(target).is_empty();
        let of_pair = |target: u32| index.ways.row(target).iter().all(|way| way.is_of_pair(target, tables));
        if targets().any(|target| alone(target) || !of_pair(target)) {
            return Bearing::SPEAKS;
        }
        let opens = targets().any(|target| index.opens(target));
        let mark = match marks.entry(concepts.as_slice().into()) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                reaches.push(Reach::of(index, targets()));
                *free.insert(narrow(reaches.len().saturating_sub(1)))
            }
        };
        Bearing {
            opens,
            mark: Some(mark),
            ..Bearing::QUIET
        }
    }

    /// Whether nothing is to be said of a sheet with these lines, whose rest [leaves it to them](Program::leaves_to_lines). `unstated`: nobody stated what
    /// the patient takes besides.
    pub fn is_quiet(&self, known: &mut Bearings, lines: impl Iterator<Item = Bearing> + Clone, unstated: bool) -> bool {
        if lines.clone().any(|line| line.speaks || (unstated && line.opens)) {
            return false;
        }
        let mut left = lines.filter_map(|line| line.mark);
        while let Some(mark) = left.next() {
            if left.clone().any(|other| known.may_meet(mark, other)) {
                return false;
            }
        }
        true
    }
}

/// Nothing is known of the line: there may be something to say.
impl Default for Bearing {
    fn default() -> Bearing {
        Bearing::SPEAKS
    }
}

impl Bearing {
    const QUIET: Bearing = Bearing {
        speaks: false,
        opens: false,
        mark: None,
    };
    const SPEAKS: Bearing = Bearing {
        speaks: true,
        ..Bearing::QUIET
    };
}

impl Bearings {
    /// Whether some rule may be about a line of one mark and a line of the other.
    fn may_meet(&mut self, a: u32, b: u32) -> bool {
        if self.met.len() >= PAIRS {
            self.met.clear();
        }
        let reaches = &self.reaches;
        let asked = || {
            let (a, b) = reaches.get(wide(a)).zip(reaches.get(wide(b)))?;
            Some(a.asks_for(b) || b.asks_for(a))
        };
        *self.met.entry((a, b)).or_insert_with(|| asked().unwrap_or(true))
    }
}

impl Reach {
    fn of(index: &Index, targets: impl Iterator<Item = u32>) -> Reach {
        let mut reach = Reach::default();
        for target in targets {
            reach.targets.push(target);
            reach.others.extend(index.ways.row(target).iter().map(|way| way.other));
        }
        for list in [&mut reach.targets, &mut reach.others] {
            list.order();
            list.dedup();
        }
        reach
    }

    /// Whether a rule that names this line asks for the other.
    fn asks_for(&self, other: &Reach) -> bool {
        let has = |target: &u32| other.targets.binary_search(target).is_ok();
        self.others.iter().any(has)
    }
}

impl Way {
    /// Whether the rule needs another line that is a member of `other`.
    fn is_of_pair(&self, target: u32, tables: &Tables) -> bool {
        let rule = tables.rules.rules.get(wide(self.rule));
        self.other != target || rule.is_some_and(|rule| !rule.bindings.iter().any(|b| b.any))
    }
}
