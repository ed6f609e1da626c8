//! Cross-crate tests: the naive reference evaluator, the generator that feeds it, the comparison with the engine.
//!
//! What it never does: ship. Nothing here is a dependency of the engine.
// A test that meets the impossible should stop: panics, indexing and clocks are denied to the engine, not to its tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::todo,
    clippy::string_slice,
    clippy::unreachable
)]

pub mod compare;
pub mod generate;
pub mod host;
pub mod reference;
pub mod shrink;
