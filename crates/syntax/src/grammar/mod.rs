//! The pest parser over `grammar/`, and what a rule of it is called in the keyword table. `Rule` does not leave this crate.
mod run;

use pest::iterators::Pair;
use shenfang_grammar::{Keyword, Place};
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub(crate) use run::{Grammar, Rule};

/// A node of pest's tree.
pub(crate) type Node<'i> = Pair<'i, Rule>;

/// The word of the language a leaf of pest's tree is, when its rule names one.
pub(crate) fn keyword(node: &Node<'_>) -> Option<&'static Keyword> {
    match words_of(node.as_rule()) {
        [] => None,
        [one] => Some(one),
        [first, ..] => shenfang_grammar::find(first.place, node.as_str()),
    }
}

/// The word or words of the language that a rule of the grammar stands for.
pub(crate) fn words_of(rule: Rule) -> &'static [&'static Keyword] {
    static WORDS: LazyLock<BTreeMap<Rule, &'static [&'static Keyword]>> = LazyLock::new(|| {
        let named = |rule: &Rule| (*rule, shenfang_grammar::by_rule_name(&format!("{rule:?}")));
        shenfang_order::map(Rule::all_rules().iter().map(named))
    });
    WORDS.get(&rule).copied().unwrap_or_default()
}

/// The English spelling of a word of a place; the text itself never fails to be one where the grammar matched the place.
pub(crate) fn english(place: Place, text: &str) -> &'static str {
    shenfang_grammar::find(place, text).map_or("", |k| k.en)
}

/// The content of a string in quotes.
pub(crate) fn unquoted(written: &str) -> &str {
    let mut chars = written.chars();
    chars.next();
    chars.next_back();
    chars.as_str()
}
