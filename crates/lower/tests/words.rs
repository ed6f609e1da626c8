//! The words of the language that name values of the data contract are the contract's own: one English and one Chinese spelling each, the same in both.
use shenfang_clinical as clinical;
use shenfang_grammar::{Place, words};

/// Asserts that a place's words are exactly an enumeration's codes and Chinese words.
macro_rules! same_words {
    ($($place:ident is $enumeration:ident;)*) => {
        $({
            let mut of_language: Vec<(&str, &str)> = words(Place::$place).map(|word| (word.en, word.zh)).collect();
            let mut of_contract: Vec<(&str, &str)> = clinical::$enumeration::ALL.iter().map(|value| (value.code(), value.zh())).collect();
            of_language.sort_unstable();
            of_contract.sort_unstable();
            assert_eq!(of_language, of_contract, "{:?}", Place::$place);
        })*
    };
}

#[test]
fn enumerated_words_are_those_of_the_data_contract() {
    same_words! {
        Measure is Measure;
        Category is Category;
        Severity is Severity;
        Action is Action;
        Kind is PrescriptionKind;
        Setting is Setting;
        Level is InstitutionLevel;
        Title is Title;
        Privilege is Privilege;
        Sex is Sex;
        ChildPugh is ChildPugh;
        Route is Route;
        SheetForm is SheetForm;
        DoseForm is DoseForm;
        Footnote is Footnote;
        SkinTest is SkinTestResult;
        MealTiming is MealTiming;
    }
}
