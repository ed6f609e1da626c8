//! The data contract: prescription in, review out, and the arithmetic of dosage that lies between them.
//!
//! What it never does: know a drug, a rule or a clock. Absent means unknown; an empty list means known to be none; what cannot be read stays as text.
pub mod calendar;
pub mod derive;
pub mod dosage;
pub mod fault;
pub mod prescription;
pub mod read;
pub mod review;
pub mod stated;
pub mod vocabulary;
pub mod words;

pub use derive::AgeFact;
pub use fault::{Fault, FaultCode};
pub use prescription::*;
pub use review::*;
pub use stated::Stated;
pub use vocabulary::*;
