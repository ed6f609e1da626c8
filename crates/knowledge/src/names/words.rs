//! The words of dose forms and salts, read once from their tables.
use super::normalize::rows;
use shenfang_clinical::DoseForm;
use shenfang_order::Order;
use std::sync::LazyLock;

const FORMS: &str = include_str!("../../data/forms.tsv");
const SALTS: &str = include_str!("../../data/salts.tsv");

/// A dose form word. `form` is `None` for a form the contract has no word for (阴道片).
pub(super) struct FormWord {
    pub(super) word: &'static str,
    pub(super) form: Option<DoseForm>,
}

/// Words at the beginning and at the end of names, longest first.
pub(super) struct Affixes<T> {
    pub(super) prefixes: Vec<T>,
    pub(super) suffixes: Vec<T>,
}

pub(super) static FORM_WORDS: LazyLock<Affixes<FormWord>> = LazyLock::new(|| {
    let mut all = Affixes {
        prefixes: vec![],
        suffixes: vec![],
    };
    for (word, rest) in rows(FORMS) {
        let Some((place, code)) = rest.split_once('\t') else {
            continue;
        };
        let form = DoseForm::from_word(code);
        let side = if place == "prefix" {
            &mut all.prefixes
        } else {
            &mut all.suffixes
        };
        side.push(FormWord { word, form });
    }
    longest_first(&mut all.prefixes, |w| w.word);
    longest_first(&mut all.suffixes, |w| w.word);
    all
});

pub(super) static SALT_WORDS: LazyLock<Affixes<&'static str>> = LazyLock::new(|| {
    let of = |place| {
        let mut words: Vec<_> = rows(SALTS).filter(|(_, p)| *p == place).map(|(w, _)| w).collect();
        longest_first(&mut words, |w| w);
        words
    };
    Affixes {
        prefixes: of("prefix"),
        suffixes: of("suffix"),
    }
});

/// Names that a salt word is part of.
static WHOLE: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<_> = rows(SALTS)
        .filter(|(_, place)| *place == "whole")
        .map(|(name, _)| name)
        .collect();
    names.order();
    names
});

pub(super) fn is_whole(name: &str) -> bool {
    WHOLE.binary_search(&name).is_ok()
}

/// The form word that stands alone (`胶囊`).
pub(super) fn form_word(word: &str) -> Option<&'static FormWord> {
    FORM_WORDS.suffixes.iter().find(|w| w.word == word)
}

fn longest_first<T>(words: &mut [T], word: impl Fn(&T) -> &'static str) {
    words.order_by(|a, b| {
        let (a, b) = (word(a), word(b));
        b.len().cmp(&a.len()).then(a.cmp(b))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A code that no dose form has would silently lose the form.
    #[test]
    fn every_form_code_is_of_the_contract() {
        for (word, rest) in rows(FORMS) {
            let (place, code) = rest.split_once('\t').unwrap();
            assert!(matches!(place, "prefix" | "suffix"), "{word}");
            assert!(code == "-" || DoseForm::from_word(code).is_some(), "{word} {code}");
        }
        for (word, place) in rows(SALTS) {
            assert!(matches!(place, "prefix" | "suffix" | "whole"), "{word}");
        }
    }

    #[test]
    fn tables_stand_in_comparison_form() {
        let words = rows(FORMS).chain(rows(SALTS)).map(|(w, _)| w);
        for word in words {
            assert_eq!(crate::names::normalize(word), word);
        }
    }
}
