//! Compile the knowledge graph to an immutable [`Program`]; run it on a prescription; explain what it found.
//!
//! What it never does: parse rule text, read a file or clock, or let an answer depend on the order of a hash map.
//!
//! ```text
//! Knowledge ──compile──▶ Program                       tables: catalogue, sets, rules, doses
//! Prescription ──resolve──▶ lines ──members──▶ targets  what each line denotes, and which sets it is in
//!              ──heads, leads──▶ rules and doses        those that the head of the sheet and the line as it is written do not dismiss
//!              ──bind, condition, presume──▶ verdicts   only rules some line leads to
//!              ──report, message──▶ Review
//! ```
//!
//! The same names, lines and heads are written every day: what follows from one of them alone is worked out once and kept in [`Scratch`], exactly by
//! what was read, within bounds, and for one program.
mod ahead;
mod amount;
mod answers;
mod attribute;
mod bearing;
mod bind;
mod catalogue;
mod columns;
mod compile;
mod condition;
mod csr;
mod dose;
mod evaluate;
pub mod expression;
mod flat;
mod formula;
mod heads;
mod history;
mod index;
mod item_set;
mod judge;
mod kinds;
mod leads;
mod meeting;
mod members;
mod memory;
mod message;
mod needs;
mod nodes;
mod number;
mod only;
mod outcomes;
mod packed;
mod persons;
mod phantom;
mod presume;
mod program;
mod reading;
mod relation;
mod reply;
mod report;
mod resolve;
mod review;
mod rules;
mod sets;
mod shared;
mod sheet;
mod show;
mod totals;
mod unrecognized;
mod verdict;
mod words;

#[cfg(test)]
mod tests;

use jiff::civil::Date;
use shenfang_clinical::{Prescription, Review, RulesIdentity};
use shenfang_knowledge::Knowledge;
use std::ops::DerefMut;
use std::sync::Arc;

pub use bearing::{Bearing, Bearings, Outlook};
use sheet::Scope;
pub use sheet::{Prepared, Scratch};

/// An immutable, serialisable review program. Share it by `Arc`; it is `Send + Sync`.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) tables: program::Tables,
    pub(crate) index: index::Index,
}

/// Why a program could not be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// not a program, or of another format version
    #[error("not a program of format {expected}")]
    Format {
        /// the version this build reads
        expected: u32,
    },
    /// cut short or changed
    #[error("the program is damaged: {0}")]
    Damaged(String),
}

impl Program {
    /// Compiles a checked knowledge graph.
    pub fn compile(knowledge: &Knowledge) -> Program {
        compile::compile(knowledge)
    }

    pub(crate) fn of(tables: program::Tables) -> Program {
        let index = index::Index::of(&tables);
        Program { tables, index }
    }

    /// Packs and digest.
    pub fn identity(&self) -> &Arc<RulesIdentity> {
        &self.tables.identity
    }

    /// Reviews one prescription. `review_date` is used where the sheet has no `authored_on`.
    pub fn review<'p>(&'p self, prescription: &'p Prescription, review_date: Option<Date>) -> Review<'p> {
        self.review_with(&mut Scratch::default(), prescription, review_date)
    }

    /// The same with the caller's buffers; allocates nothing when there is nothing to say.
    pub fn review_with<'p>(
        &'p self,
        scratch: &mut Scratch,
        prescription: &'p Prescription,
        review_date: Option<Date>,
    ) -> Review<'p> {
        self.review_as(scratch, prescription, review_date, Scope::Whole)
    }

    /// Reviews many, one after the other; the answers are those of [`Program::review_with`], and come sooner: while one prescription is reviewed, the
    /// processor fetches the next from memory.
    pub fn reviews<'p>(
        &'p self,
        mut scratch: impl DerefMut<Target = Scratch>,
        prescriptions: impl IntoIterator<Item = &'p Prescription>,
        review_date: Option<Date>,
    ) -> impl Iterator<Item = Review<'p>> {
        let all = ahead::InTurn::of(prescriptions.into_iter());
        all.map(move |prescription| self.review_fetched(&mut scratch, prescription, review_date, Scope::Whole))
    }

    /// The same without what a finding says to people: message, advice, reasons, sources, amounts and meanings are empty. What is found is found all the
    /// same; for tables that do not show them.
    pub fn outline_with<'p>(
        &'p self,
        scratch: &mut Scratch,
        prescription: &'p Prescription,
        review_date: Option<Date>,
    ) -> Review<'p> {
        self.review_as(scratch, prescription, review_date, Scope::Outline)
    }

    fn review_as<'p>(
        &'p self,
        scratch: &mut Scratch,
        prescription: &'p Prescription,
        review_date: Option<Date>,
        scope: Scope,
    ) -> Review<'p> {
        ahead::whole(prescription);
        self.review_fetched(scratch, prescription, review_date, scope)
    }

    fn review_fetched<'p>(
        &'p self,
        scratch: &mut Scratch,
        prescription: &'p Prescription,
        review_date: Option<Date>,
        scope: Scope,
    ) -> Review<'p> {
        let Scratch {
            remembered,
            prepared,
            work,
        } = scratch;
        resolve::resolve(self, prescription, remembered, prepared);
        review::review(self, prepared, work, prescription, review_date, scope)
    }

    /// Whether some rule or dose may have anything to say of a prescription; where not, it is found out without a review. What does not resolve
    /// is no matter here.
    pub fn may_speak(&self, scratch: &mut Scratch, prescription: &Prescription) -> bool {
        let current_known = prescription.current_medications.is_some();
        self.index.looks_at_all(current_known) || resolve::is_looked_at(self, prescription, &mut scratch.remembered)
    }

    /// Whether another program over the same catalogue may speak of the same prescriptions: [`Program::may_speak`] need not be asked of both.
    pub fn looks_at_the_same(&self, other: &Program) -> bool {
        let names = |program: &Program| -> std::collections::BTreeSet<String> {
            let Program { tables, index } = program;
            let looked_at = (0u32..).zip(&index.looked_at).filter(|(_, looked_at)| **looked_at);
            looked_at
                .map(|(concept, _)| tables.catalogue.name(concept).to_owned())
                .collect()
        };
        let at_all = |program: &Program| [true, false].map(|known| program.index.looks_at_all(known));
        at_all(self) == at_all(other) && names(self) == names(other)
    }

    /// Resolves the names and codes of a prescription, to review it more than once: what a rule asks besides (doses, age, results) may change
    /// between, drugs, allergies, conditions and diagnoses may not.
    pub fn prepare(&self, prescription: &Prescription) -> Prepared {
        let mut prepared = Prepared::default();
        resolve::resolve(self, prescription, &mut memory::Remembered::default(), &mut prepared);
        prepared
    }

    /// Reviews a prescription that this program [prepared](Program::prepare). With what was prepared of another prescription the review makes no
    /// sense, and does not panic.
    pub fn review_prepared<'p>(
        &'p self,
        scratch: &mut Scratch,
        prepared: &Prepared,
        prescription: &'p Prescription,
        review_date: Option<Date>,
    ) -> Review<'p> {
        review::review(
            self,
            prepared,
            &mut scratch.work,
            prescription,
            review_date,
            Scope::Whole,
        )
    }

    /// Serialises with format version, digest and checksum.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ProgramError> {
        program::write(self)
    }

    /// Reads what [`Program::to_bytes`] wrote; damaged bytes are an error, never a panic.
    pub fn from_bytes(bytes: &[u8]) -> Result<Program, ProgramError> {
        program::read(bytes)
    }
}
