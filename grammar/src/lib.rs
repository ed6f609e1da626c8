//! The keyword table of the rule language (place, English, Chinese), and what is generated from it.
//!
//! Every word has, in each place it can stand, one English and one Chinese spelling. Parser, formatter, completion, editor grammar and manual
//! read this table. What it never does: parse, or say a word twice.
pub mod generate;
mod keywords;
mod place;

pub use keywords::KEYWORDS;
pub use place::Place;

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
    let phrase = text
        .split(|c: char| c.is_whitespace() || c == '\u{feff}')
        .filter(|w| !w.is_empty());
    words(place).find(|k| k.zh == text || k.en == text || k.en.split(' ').eq(phrase.clone()))
}

/// The word or words that a rule of `keywords.pest` stands for, by the rule's name.
pub fn by_rule_name(name: &str) -> Vec<&'static Keyword> {
    let of_place: Vec<_> = KEYWORDS.iter().filter(|k| k.place.rule_name() == name).collect();
    if of_place.is_empty() {
        KEYWORDS
            .iter()
            .filter(|k| k.place.one_rule_a_word() && k.rule_name() == name)
            .collect()
    } else {
        of_place
    }
}
