//! What became of rules on one sheet, before it is put in order: the review under construction.
use crate::needs::Needs;
use shenfang_clinical::{Finding, Severity};

/// How far a rule got with one set of lines; the later beats the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    Presumed,
    Undetermined,
    Fires,
}

/// A finding and the lines it is about, in order.
#[derive(Debug)]
pub(crate) struct Found {
    pub lines: Vec<u32>,
    pub finding: Finding,
}

/// What could not be judged.
#[derive(Debug)]
pub(crate) struct Open {
    /// places among all ids
    pub rules: Vec<u32>,
    pub severity: Severity,
    pub lines: Vec<u32>,
    pub needs: Needs,
    pub gap: bool,
}

/// What rests on a presumption.
#[derive(Debug)]
pub(crate) struct Rests {
    /// places among all ids
    pub rules: Vec<u32>,
    pub severity: Severity,
    pub lines: Vec<u32>,
    pub fields: Needs,
    pub policy: Option<String>,
}

/// Everything said so far.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    pub found: Vec<Found>,
    pub open: Vec<Open>,
    pub rests: Vec<Rests>,
}
