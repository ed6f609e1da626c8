//! Specifications of the evaluator, a paragraph of the contract each.
