//! Generated files agree with the table, and the table keeps its own rule: one spelling a language a place.
use shenfang_grammar::{KEYWORDS, generate};
use std::collections::BTreeSet;

#[test]
fn keywords_pest_is_fresh() {
    assert_eq!(
        include_str!("../keywords.pest"),
        generate::pest(),
        "run `cargo run -p shenfang-grammar --example keywords`"
    );
}

#[test]
fn the_manual_holds_the_table() {
    let manual = include_str!("../README.md");
    assert_eq!(
        generate::with_table(manual).as_deref(),
        Some(manual),
        "run `cargo run -p shenfang-grammar --example keywords`"
    );
}

#[test]
fn the_editor_grammar_is_fresh() {
    assert_eq!(
        include_str!("../shenfang.tmLanguage.json"),
        generate::textmate(),
        "run `cargo run -p shenfang-grammar --example keywords`"
    );
}

#[test]
fn a_spelling_stands_once_in_a_place() {
    let mut seen = BTreeSet::new();
    for word in KEYWORDS {
        assert!(seen.insert((word.place, word.en)), "{word:?}");
        assert!(word.en == word.zh || seen.insert((word.place, word.zh)), "{word:?}");
    }
}
