//! The engine for browsers and Node: JSON text in, JSON text out, over the crates of the engine.
//!
//! What it never does: decide anything, read a clock or a network, or let input reach a panic. The TypeScript in `package/src` gives this
//! module its public face; nothing else calls it.
mod batch;
mod builtin;
mod fault;
mod places;
mod report;
mod rules;
mod workspace;

pub use batch::Batch;
pub use builtin::Builtin;
pub use rules::RuleSet;
pub use workspace::Workspace;
