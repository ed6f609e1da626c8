//! Words of an enumeration: from the keyword table's spelling to the typed value, and the right words where another stands.
use crate::types::Vocabulary;
use shenfang_clinical::{
    ChildPugh, DoseForm, Footnote, InstitutionLevel, PrescriptionKind, Privilege, Route, Setting, Sex, SheetForm,
    SkinTestResult, Title,
};
use shenfang_knowledge::WordValue;
use shenfang_units::{CalendarUnit, Unit};

/// Units of age as a rule names them.
const AGE_UNITS: [(&str, &str, CalendarUnit); 5] = [
    ("岁", "a", CalendarUnit::Year),
    ("月", "mo", CalendarUnit::Month),
    ("周", "wk", CalendarUnit::Week),
    ("天", "d", CalendarUnit::Day),
    ("小时", "h", CalendarUnit::Hour),
];

/// What may be wrong with a change on the sheet.
const AMENDMENTS: [(&str, &str, WordValue); 2] = [
    ("未签名", "unsigned", WordValue::Unsigned),
    ("未注日期", "undated", WordValue::Undated),
];

impl Vocabulary {
    /// The value of a word in either language.
    pub fn value(self, word: &str) -> Option<WordValue> {
        match self {
            Vocabulary::Route => Route::from_word(word).map(WordValue::Route),
            Vocabulary::DoseForm => DoseForm::from_word(word).map(WordValue::Form),
            Vocabulary::SheetForm => SheetForm::from_word(word).map(WordValue::SheetForm),
            Vocabulary::Kind => PrescriptionKind::from_word(word).map(WordValue::Kind),
            Vocabulary::Setting => Setting::from_word(word).map(WordValue::Setting),
            Vocabulary::Title => Title::from_word(word).map(WordValue::Title),
            Vocabulary::Privilege => Privilege::from_word(word).map(WordValue::Privilege),
            Vocabulary::Level => InstitutionLevel::from_word(word).map(WordValue::Level),
            Vocabulary::Sex => Sex::from_word(word).map(WordValue::Sex),
            Vocabulary::ChildPugh => ChildPugh::from_word(word).map(WordValue::ChildPugh),
            Vocabulary::Footnote => Footnote::from_word(word).map(WordValue::Footnote),
            Vocabulary::SkinTest => SkinTestResult::from_word(word).map(WordValue::SkinTest),
            Vocabulary::AgeUnit => Unit::parse(word).ok()?.calendar().map(WordValue::AgeUnit),
            Vocabulary::Amendment => AMENDMENTS
                .iter()
                .find(|(zh, en, _)| *zh == word || *en == word)
                .map(|(_, _, value)| value.clone()),
        }
    }

    /// Its words, in one language.
    pub fn words(self, chinese: bool) -> Vec<&'static str> {
        macro_rules! all {
            ($name:ident) => {
                $name::ALL
                    .iter()
                    .map(|v| if chinese { v.zh() } else { v.code() })
                    .collect()
            };
        }
        let pick = |zh: &'static str, en: &'static str| if chinese { zh } else { en };
        match self {
            Vocabulary::Route => all!(Route),
            Vocabulary::DoseForm => all!(DoseForm),
            Vocabulary::SheetForm => all!(SheetForm),
            Vocabulary::Kind => all!(PrescriptionKind),
            Vocabulary::Setting => all!(Setting),
            Vocabulary::Title => all!(Title),
            Vocabulary::Privilege => all!(Privilege),
            Vocabulary::Level => all!(InstitutionLevel),
            Vocabulary::Sex => all!(Sex),
            Vocabulary::ChildPugh => all!(ChildPugh),
            Vocabulary::Footnote => all!(Footnote),
            Vocabulary::SkinTest => all!(SkinTestResult),
            Vocabulary::AgeUnit => AGE_UNITS.iter().map(|(zh, en, _)| pick(zh, en)).collect(),
            Vocabulary::Amendment => AMENDMENTS.iter().map(|(zh, en, _)| pick(zh, en)).collect(),
        }
    }

    /// Whether its words are ranked, so that `<` and `>=` mean something.
    pub fn ranked(self) -> bool {
        matches!(self, Vocabulary::Title | Vocabulary::Level | Vocabulary::ChildPugh)
    }

    /// What its words are.
    pub fn describe(self) -> (&'static str, &'static str) {
        match self {
            Vocabulary::Route => ("给药途径", "a route"),
            Vocabulary::DoseForm => ("制剂剂型", "a dose form"),
            Vocabulary::SheetForm => ("饮片处方的剂型", "a form of a decoction sheet"),
            Vocabulary::Kind => ("处方类型", "a kind of prescription"),
            Vocabulary::Setting => ("就诊场景", "a setting"),
            Vocabulary::Title => ("职称", "a rank of the prescriber"),
            Vocabulary::Privilege => ("处方权限", "a privilege of the prescriber"),
            Vocabulary::Level => ("机构级别", "a level of the institution"),
            Vocabulary::Sex => ("性别", "a sex"),
            Vocabulary::ChildPugh => ("肝功能分级", "a Child-Pugh class"),
            Vocabulary::Footnote => ("煎法脚注", "a footnote of a piece"),
            Vocabulary::SkinTest => ("皮试结果", "a result of a skin test"),
            Vocabulary::AgeUnit => ("年龄单位", "a unit of age"),
            Vocabulary::Amendment => ("修改的缺陷", "a fault of a change"),
        }
    }
}
