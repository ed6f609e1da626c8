//! Words of the contract as `because` and messages show them: codes for the English reader, Chinese words for the Chinese one.
use shenfang_knowledge::WordValue;
use shenfang_units::CalendarUnit;
use std::borrow::Cow;

/// A word as a condition has it: its keyword, or its text in quotes.
pub(crate) fn word(value: &WordValue) -> Cow<'_, str> {
    match value {
        WordValue::Text(text) => Cow::Owned(format!("\"{text}\"")),
        word => Cow::Borrowed(keyword(word)),
    }
}

/// The English keyword of a word; a text has none.
pub(crate) fn keyword(value: &WordValue) -> &'static str {
    match value {
        WordValue::Route(v) => v.code(),
        WordValue::Form(v) => v.code(),
        WordValue::Kind(v) => v.code(),
        WordValue::Setting(v) => v.code(),
        WordValue::SheetForm(v) => v.code(),
        WordValue::Title(v) => v.code(),
        WordValue::Privilege(v) => v.code(),
        WordValue::Level(v) => v.code(),
        WordValue::Sex(v) => v.code(),
        WordValue::ChildPugh(v) => v.code(),
        WordValue::Footnote(v) => v.code(),
        WordValue::SkinTest(v) => v.code(),
        WordValue::AgeUnit(v) => age_unit(*v),
        WordValue::Unsigned => "unsigned",
        WordValue::Undated => "undated",
        WordValue::Text(_) => "",
    }
}

/// The word for a Chinese reader; a text has none.
pub(crate) fn chinese(value: &WordValue) -> &'static str {
    match value {
        WordValue::Route(v) => v.zh(),
        WordValue::Form(v) => v.zh(),
        WordValue::Kind(v) => v.zh(),
        WordValue::Setting(v) => v.zh(),
        WordValue::SheetForm(v) => v.zh(),
        WordValue::Title(v) => v.zh(),
        WordValue::Privilege(v) => v.zh(),
        WordValue::Level(v) => v.zh(),
        WordValue::Sex(v) => v.zh(),
        WordValue::ChildPugh(v) => v.zh(),
        WordValue::Footnote(v) => v.zh(),
        WordValue::SkinTest(v) => v.zh(),
        WordValue::AgeUnit(v) => age_unit(*v),
        WordValue::Unsigned => "未签名",
        WordValue::Undated => "未注明日期",
        WordValue::Text(_) => "",
    }
}

const fn age_unit(unit: CalendarUnit) -> &'static str {
    match unit {
        CalendarUnit::Hour => "h",
        CalendarUnit::Day => "d",
        CalendarUnit::Week => "wk",
        CalendarUnit::Month => "mo",
        CalendarUnit::Year => "a",
    }
}
