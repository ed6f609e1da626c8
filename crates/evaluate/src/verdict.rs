//! What became of rules on one sheet, before it is put in order: the review under construction.
use crate::presume::Settled;
use shenfang_clinical::{Finding, Severity};
use smallvec::SmallVec;

/// Lines of a verdict: few.
pub(crate) type LineList = SmallVec<[u32; 4]>;
/// Places of rules among all ids: one, unless many share an answer.
pub(crate) type RuleList = SmallVec<[u32; 2]>;

/// How far a rule got with one set of lines; the later beats the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Presumed,
    Undetermined,
    Fires,
}

/// A finding and the lines it is about, in order.
#[derive(Debug)]
pub(crate) struct Found<'p> {
    pub lines: LineList,
    /// apart: it is large, and put in order
    pub finding: Box<Finding<'p>>,
}

/// What was undecided: it could not be judged, or rests on a presumption.
#[derive(Debug)]
pub(crate) struct Open {
    /// places among all ids
    pub rules: RuleList,
    pub severity: Severity,
    pub lines: LineList,
    pub settled: Settled,
}

/// Everything said so far.
#[derive(Debug)]
pub(crate) struct Verdicts<'p> {
    pub found: Vec<Found<'p>>,
    pub open: Vec<Open>,
}

impl Verdicts<'_> {
    /// Notes what became of an undecided rule, or of several that share the answer.
    pub fn leave_open(&mut self, rules: RuleList, severity: Severity, lines: LineList, settled: Settled) {
        self.open.push(Open {
            rules,
            severity,
            lines,
            settled,
        });
    }
}
