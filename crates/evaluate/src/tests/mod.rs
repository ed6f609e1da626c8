//! Specifications of the evaluator: rules and sheets made in code, one paragraph of the contract each.
#![allow(clippy::arithmetic_side_effects, reason = "tests may stop")]
mod bytes;
mod doses;
mod members;
mod order;
mod outcomes;
mod presumptions;
mod properties;
mod remembered;
mod rules;
mod support;
mod truth;
mod unstated;
