//! Compile the knowledge graph to an immutable [`Program`]; run it on a prescription; explain what it found.
//!
//! What it never does: parse rule text, read a file or clock, or let an answer depend on the order of a hash map.
use jiff::civil::Date;
use shenfang_clinical::{Prescription, Review, RulesIdentity};
use shenfang_knowledge::Knowledge;
use std::sync::Arc;

/// An immutable, serialisable review program. Share it by `Arc`; it is `Send + Sync`.
pub struct Program {}

/// Buffers one thread reuses from review to review.
#[derive(Default)]
pub struct Scratch {}

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
    pub fn compile(_knowledge: &Knowledge) -> Program { todo!() }
    /// Packs and digest.
    pub fn identity(&self) -> &Arc<RulesIdentity> { todo!() }
    /// Reviews one prescription. `review_date` is used where the sheet has no `authored_on`.
    pub fn review<'p>(&self, prescription: &'p Prescription, review_date: Option<Date>) -> Review<'p> {
        self.review_with(&mut Scratch::default(), prescription, review_date)
    }
    /// The same with the caller's buffers; allocates nothing when there is nothing to say.
    pub fn review_with<'p>(&self, _scratch: &mut Scratch, _prescription: &'p Prescription, _review_date: Option<Date>) -> Review<'p> { todo!() }
    /// Serialises with format version and digest.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ProgramError> { todo!() }
    /// Reads what [`Program::to_bytes`] wrote; damaged bytes are an error, never a panic.
    pub fn from_bytes(_bytes: &[u8]) -> Result<Program, ProgramError> { todo!() }
}
