//! The keyword table of the rule language (place, English, Chinese), and what is generated from it.
//!
//! Every word has, in each place it can stand, one English and one Chinese spelling. Parser, formatter, completion, editor grammar and manual
//! read this table. What it never does: parse, or say a word twice.
pub mod generate;
mod keywords;
mod place;

pub use keywords::KEYWORDS;
pub use place::Place;

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A word of the language in one place it can stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Keyword {
    /// where it stands
    pub place: Place,
    /// English spelling, the canonical one; words of a phrase are separated by one blank (`raise to`)
    pub en: &'static str,
    /// Chinese spelling
    pub zh: &'static str,
}

impl Keyword {
    /// The name of its rule in `keywords.pest` when its place gives each word a rule of its own: `rule_field_match`.
    pub fn rule_name(&self) -> String {
        format!(
            "{}_{}",
            self.place.rule_name(),
            self.en.replace(' ', "_").to_ascii_lowercase()
        )
    }
}

/// The words of a place in table order.
pub fn words(place: Place) -> impl Iterator<Item = &'static Keyword> {
    KEYWORDS.iter().filter(move |k| k.place == place)
}

/// The word of a place with this spelling in either language; blanks inside a phrase count as one.
pub fn find(place: Place, text: &str) -> Option<&'static Keyword> {
    // Every word of a file is looked up several times: an index, not a walk over the table.
    static SPELLINGS: LazyLock<BTreeMap<(Place, &str), &Keyword>> = LazyLock::new(|| {
        let spellings = |k: &'static Keyword| [((k.place, k.zh), k), ((k.place, k.en), k)];
        // Of two words with one spelling the first of the table is meant: it is put in last.
        shenfang_order::map(KEYWORDS.iter().rev().flat_map(spellings))
    });
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    if text.contains(blank) {
        let phrase = text.split(blank).filter(|w| !w.is_empty());
        return words(place).find(|k| k.en.split(' ').eq(phrase.clone()));
    }
    SPELLINGS.get(&(place, text)).copied()
}

/// The word or words that a rule of `keywords.pest` stands for, by the rule's name.
pub fn by_rule_name(name: &str) -> &'static [&'static Keyword] {
    static RULES: LazyLock<BTreeMap<String, Vec<&Keyword>>> = LazyLock::new(|| {
        let mut rules: BTreeMap<String, Vec<&Keyword>> = BTreeMap::new();
        for word in KEYWORDS {
            let own = word.place.one_rule_a_word().then(|| word.rule_name());
            for rule in own.into_iter().chain([word.place.rule_name().to_owned()]) {
                rules.entry(rule).or_default().push(word);
            }
        }
        rules
    });
    RULES.get(name).map_or(&[], Vec::as_slice)
}
