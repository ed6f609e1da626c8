//! Both tours are read without a diagnostic and mean the same.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it fails"
)]
mod common;

#[test]
fn both_tours_are_read() {
    for (path, text) in common::TOURS {
        let (_, diagnostics) = common::parse(path, text);
        assert!(diagnostics.is_empty(), "{path}: {diagnostics:#?}");
    }
}

#[test]
fn both_tours_mean_the_same() {
    let trees: Vec<_> = common::TOURS
        .iter()
        .map(|(path, text)| common::without_spans(&common::parse(path, text).0))
        .collect();
    assert_eq!(trees[0], trees[1]);
}
