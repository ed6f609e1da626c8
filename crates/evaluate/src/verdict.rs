//! What became of rules on one sheet, before it is put in order: the review under construction.
use crate::needs::Needs;
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

/// What could not be judged.
#[derive(Debug)]
pub(crate) struct Open {
    /// places among all ids
    pub rules: RuleList,
    pub severity: Severity,
    pub lines: LineList,
    pub needs: Needs,
    pub gap: bool,
}

/// What rests on a presumption.
#[derive(Debug)]
pub(crate) struct Rests<'p> {
    /// places among all ids
    pub rules: RuleList,
    pub severity: Severity,
    pub lines: LineList,
    pub fields: Needs,
    pub policy: Option<&'p str>,
}

/// Everything said so far.
#[derive(Debug, Default)]
pub(crate) struct Verdicts<'p> {
    pub found: Vec<Found<'p>>,
    pub open: Vec<Open>,
    pub rests: Vec<Rests<'p>>,
}

impl<'p> Verdicts<'p> {
    /// Notes what became of an undecided rule, or of several that share the answer.
    pub fn leave_open(&mut self, rules: RuleList, severity: Severity, lines: LineList, settled: Settled<'p>) {
        match settled {
            Settled::Undetermined(needs) => self.open.push(Open {
                rules,
                severity,
                lines,
                needs,
                gap: false,
            }),
            Settled::Presumed { fields, policy } => self.rests.push(Rests {
                rules,
                severity,
                lines,
                fields,
                policy,
            }),
        }
    }
}
