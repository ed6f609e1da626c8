//! What became of rules on one sheet, before it is put in order: the review under construction.
use crate::csr::{narrow, wide};
use crate::presume::Settled;
use shenfang_clinical::{Finding, Severity};
use smallvec::{SmallVec, smallvec};

/// Lines of a verdict: few.
pub(crate) type LineList = SmallVec<[u32; 4]>;
/// Places of rules among all ids: one, unless many share an answer.
pub(crate) type RuleList = SmallVec<[u32; 4]>;

/// How far a rule got with one set of lines; the later beats the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Presumed,
    Undetermined,
    Fires,
}

/// Rules that are left open together.
#[derive(Debug)]
pub(crate) struct Told {
    /// places among all ids
    pub rules: RuleList,
    pub severity: Severity,
    pub settled: Settled,
}

impl Told {
    /// Takes in rules that are told together with these.
    pub fn take_in(&mut self, severity: Severity, rules: &[u32]) {
        self.severity = self.severity.max(severity);
        // Mostly all of them come after its own, or before.
        if self.rules.last() < rules.first() {
            return self.rules.extend_from_slice(rules);
        }
        if rules.last() < self.rules.first() {
            return self.rules.insert_from_slice(0, rules);
        }
        let shorter = self.rules.len() < rules.len();
        let own = shorter.then(|| std::mem::replace(&mut self.rules, RuleList::from_slice(rules)));
        for rule in own.as_deref().unwrap_or(rules) {
            if let Err(at) = self.rules.binary_search(rule) {
                self.rules.insert(at, *rule);
            }
        }
    }
}

/// What was undecided: it could not be judged, or rests on a presumption.
#[derive(Debug)]
pub(crate) struct Open {
    pub told: Told,
    pub lines: LineList,
    /// the same for the same lines and fields, and hardly ever for others
    key: u64,
    /// the place, from 1, of the one before it that is sought where it is
    before: u32,
}

/// What is undecided so far; what is told together is one entry. An entry is sought by its key, not among all.
#[derive(Debug, Default)]
pub(crate) struct AllOpen {
    entries: Vec<Open>,
    /// by the lowest bits of the key: the place, from 1, of the last such entry. There are a power of two of them, never fewer than twice as many as entries.
    last: Vec<u32>,
}

impl AllOpen {
    /// More than most sheets need.
    pub const AT_FIRST: usize = 64;

    /// Forgets the sheet before.
    pub fn clear(&mut self) {
        if self.last.len() > AllOpen::AT_FIRST {
            self.last.truncate(AllOpen::AT_FIRST);
            self.last.fill(0);
            self.entries.clear();
        }
        // Mostly few places were taken, or none.
        while let Some(open) = self.entries.pop() {
            if let Some(last) = self.last(open.key) {
                *last = 0;
            }
        }
    }

    /// Each once, as they were first said.
    pub fn entries(&mut self) -> &mut [Open] {
        &mut self.entries
    }

    fn last(&mut self, key: u64) -> Option<&mut u32> {
        let bits = key & u64::from(narrow(self.last.len().saturating_sub(1)));
        self.last.get_mut(usize::try_from(bits).ok()?)
    }

    /// The entry that has this key, and is the one that is meant.
    fn find(&mut self, key: u64, is: impl Fn(&Open) -> bool) -> Option<&mut Open> {
        let mut place = *self.last(key)?;
        loop {
            let at = wide(place.checked_sub(1)?);
            let open = self.entries.get(at)?;
            if open.key == key && is(open) {
                return self.entries.get_mut(at);
            }
            place = open.before;
        }
    }

    fn add(&mut self, mut open: Open) {
        if self.last.len() <= self.entries.len().saturating_mul(2) {
            self.make_room();
        }
        let place = narrow(self.entries.len()).saturating_add(1);
        open.before = self.last(open.key).map_or(0, |last| std::mem::replace(last, place));
        self.entries.push(open);
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let room = self.last.len().saturating_mul(4).max(AllOpen::AT_FIRST);
        self.last.clear();
        self.last.resize(room, 0);
        for open in std::mem::take(&mut self.entries) {
            self.add(open);
        }
    }
}

/// Everything said so far.
#[derive(Debug)]
pub(crate) struct Verdicts<'p> {
    pub found: Vec<Finding<'p>>,
    /// of each finding the rule, by its place among all ids, and the lines that it is about, in order
    pub about: Vec<(u32, LineList)>,
    pub open: AllOpen,
}

impl Verdicts<'_> {
    /// Notes what became of an undecided rule, or of several, ascending, that share the answer.
    pub fn leave_open(&mut self, rules: RuleList, severity: Severity, lines: LineList, settled: Settled) {
        let key = key(&settled, &lines);
        let is = |open: &Open| (&open.lines, &open.told.settled) == (&lines, &settled);
        match self.open.find(key, is) {
            Some(known) => known.told.take_in(severity, &rules),
            None => self.open.add(Open {
                told: Told {
                    rules,
                    severity,
                    settled,
                },
                lines,
                key,
                before: 0,
            }),
        }
    }

    /// The same of a line alone, where it was found out on a line that is written alike.
    pub fn leave_line_open(&mut self, line: u32, rules: &[u32], severity: Severity, settled: &Settled) {
        let key = key(settled, &[line]);
        let is = |open: &Open| *open.lines == [line] && open.told.settled.is_of_line(settled, line);
        match self.open.find(key, is) {
            Some(known) => known.told.take_in(severity, rules),
            None => self.open.add(Open {
                told: Told {
                    rules: match rules {
                        [only] => smallvec![*only],
                        all => RuleList::from_slice(all),
                    },
                    severity,
                    settled: settled.on_line(line),
                },
                lines: smallvec![line],
                key,
                before: 0,
            }),
        }
    }
}

fn key(settled: &Settled, lines: &[u32]) -> u64 {
    let add = |key: u64, line: &u32| key.rotate_left(7) ^ u64::from(*line);
    lines.iter().fold(settled.key, add)
}
