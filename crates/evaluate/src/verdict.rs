//! What became of rules on one sheet, before it is put in order: the review under construction.
use crate::presume::Settled;
use shenfang_clinical::{Finding, Severity};
use smallvec::SmallVec;

/// Lines of a verdict: few.
pub(crate) type LineList = SmallVec<[u32; 4]>;
/// Places of rules among all ids: one, unless many share an answer.
pub(crate) type RuleList = SmallVec<[u32; 4]>;

/// Of the last so many that are open, what is told together is joined at once.
pub(crate) const LAST: usize = 16;

/// How far a rule got with one set of lines; the later beats the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Presumed,
    Undetermined,
    Fires,
}

/// What was undecided: it could not be judged, or rests on a presumption.
#[derive(Debug)]
pub(crate) struct Open {
    /// places among all ids
    pub rules: RuleList,
    pub severity: Severity,
    pub lines: LineList,
    pub settled: Settled,
    /// the same for the same lines and fields, and hardly ever for others
    pub key: u64,
}

impl Open {
    /// Whether it is about these lines, fields and fate: then it is told together with what else is.
    pub fn is_about(&self, key: u64, (lines, settled): (&LineList, &Settled)) -> bool {
        self.key == key && self.about() == (lines, settled)
    }

    /// What is told once.
    pub fn about(&self) -> (&LineList, &Settled) {
        (&self.lines, &self.settled)
    }

    /// Takes in rules that are told together with this one's.
    pub fn take_in(&mut self, severity: Severity, mut rules: RuleList) {
        self.severity = self.severity.max(severity);
        if self.rules.len() < rules.len() {
            std::mem::swap(&mut self.rules, &mut rules);
        }
        for rule in &rules {
            if self.rules.last() < Some(rule) {
                self.rules.push(*rule);
            } else if let Err(at) = self.rules.binary_search(rule) {
                self.rules.insert(at, *rule);
            }
        }
    }
}

/// Everything said so far.
#[derive(Debug)]
pub(crate) struct Verdicts<'p> {
    pub found: Vec<Finding<'p>>,
    /// the lines that each finding is about, in order
    pub about: Vec<LineList>,
    pub open: Vec<Open>,
}

impl Verdicts<'_> {
    /// Notes what became of an undecided rule, or of several, ascending, that share the answer.
    pub fn leave_open(&mut self, rules: RuleList, severity: Severity, lines: LineList, settled: Settled) {
        let key = |key: u64, line: &u32| key.rotate_left(7) ^ u64::from(*line);
        let key = lines.iter().fold(settled.key, key);
        let last = self.open.len().saturating_sub(LAST);
        let last = self.open.get_mut(last..).unwrap_or_default();
        let known = last
            .iter_mut()
            .rev()
            .find(|open| open.is_about(key, (&lines, &settled)));
        match known {
            Some(known) => known.take_in(severity, rules),
            None => self.open.push(Open {
                rules,
                severity,
                lines,
                settled,
                key,
            }),
        }
    }
}
