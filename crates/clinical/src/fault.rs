//! What makes a record unreadable, as data: a stable code, the place, and the same sentence in Chinese and English.
//!
//! What it never does: speak of text that could not be understood (that stays in the record as [`crate::Stated::Unreadable`]);
//! faults are for JSON, types, unknown fields, dates, enumerated words, identities and bounds.
use crate::Text;
use std::borrow::Cow;

/// Kinds of fault, one code each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// not JSON
    Syntax,
    /// not UTF-8
    Encoding,
    /// a value of another type than the field's
    Type,
    /// a field the contract does not have
    UnknownField,
    /// a field twice in one object
    DuplicateField,
    /// a field that may not be absent
    MissingField,
    /// a date or moment that does not exist
    Date,
    /// a word outside its enumeration
    UnknownWord,
    /// a number outside what the field can mean
    OutOfRange,
    /// two lines with one id
    DuplicateId,
    /// birth date and age that exclude each other
    Contradiction,
    /// longer than the bound
    TooLong,
    /// more members than the bound
    TooMany,
    /// the source could not be read on
    Io,
}

impl FaultCode {
    const ALL: [FaultCode; 14] = [
        FaultCode::Syntax,
        FaultCode::Encoding,
        FaultCode::Type,
        FaultCode::UnknownField,
        FaultCode::DuplicateField,
        FaultCode::MissingField,
        FaultCode::Date,
        FaultCode::UnknownWord,
        FaultCode::OutOfRange,
        FaultCode::DuplicateId,
        FaultCode::Contradiction,
        FaultCode::TooLong,
        FaultCode::TooMany,
        FaultCode::Io,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            FaultCode::Syntax => "syntax",
            FaultCode::Encoding => "encoding",
            FaultCode::Type => "type",
            FaultCode::UnknownField => "unknown_field",
            FaultCode::DuplicateField => "duplicate_field",
            FaultCode::MissingField => "missing_field",
            FaultCode::Date => "date",
            FaultCode::UnknownWord => "unknown_word",
            FaultCode::OutOfRange => "out_of_range",
            FaultCode::DuplicateId => "duplicate_id",
            FaultCode::Contradiction => "contradiction",
            FaultCode::TooLong => "too_long",
            FaultCode::TooMany => "too_many",
            FaultCode::Io => "io",
        }
    }
}

/// A fault without its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// kind
    pub code: FaultCode,
    /// lower case, no full stop
    pub message: Text<'static>,
}

/// Parts of an encoded fault: a deserialiser's error carries one text and nothing else, so code and both languages travel
/// in it with this between them. JSON text cannot hold it unescaped and [`quote`] removes it from what is quoted.
const BETWEEN: char = '\u{1f}';

impl Fault {
    /// A fault from its parts.
    pub fn new(code: FaultCode, zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Fault {
        Fault {
            code,
            message: Text {
                zh: zh.into(),
                en: en.into(),
            },
        }
    }

    /// As the custom error of a deserialiser; see [`Fault::recover`].
    pub fn raise<E: serde::de::Error>(self) -> E {
        E::custom(format_args!(
            "{}{BETWEEN}{}{BETWEEN}{}",
            self.code.code(),
            self.message.zh,
            self.message.en
        ))
    }

    /// The fault inside the text of a deserialiser's error, place in the text cut off; `None` when the error is of JSON itself.
    pub fn recover(text: &str) -> Option<Fault> {
        let text = match text.rfind(" at line ") {
            Some(end) => text.get(..end).unwrap_or(text),
            None => text,
        };
        if let Some(rest) = text
            .strip_prefix("invalid type: ")
            .or_else(|| text.strip_prefix("invalid value: "))
        {
            let (found, expected) = rest.split_once(", expected ")?;
            let (en, zh) = expected.split_once(BETWEEN).unwrap_or((expected, expected));
            return Some(Fault::new(
                FaultCode::Type,
                format!("应为{zh}，却是{}", found_zh(found)),
                format!("expected {en}, found {}", found_en(found)),
            ));
        }
        let mut parts = text.splitn(3, BETWEEN);
        let code = parts.next()?;
        let code = FaultCode::ALL.into_iter().find(|known| known.code() == code)?;
        Some(Fault::new(code, parts.next()?.to_owned(), parts.next()?.to_owned()))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message.en)
    }
}
impl std::error::Error for Fault {}

/// What a value should have been, in both languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct What {
    /// with its article
    pub en: &'static str,
    /// Chinese
    pub zh: &'static str,
}

impl What {
    /// The `expecting` of a visitor, taken apart again by [`Fault::recover`].
    pub(crate) fn expecting(self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{BETWEEN}{}", self.en, self.zh)
    }

    /// The fault of a value of another type.
    pub(crate) fn instead_of(self, found_zh: &str, found_en: &str) -> Fault {
        Fault::new(
            FaultCode::Type,
            format!("应为{}，却是{}", apart(self.zh), apart(found_zh).trim_end()),
            format!("expected {}, found {found_en}", self.en),
        )
    }
}

/// A word that begins or ends in Latin letters stands apart from the Chinese around it.
fn apart(word: &str) -> String {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let blank = |needed: bool| if needed { " " } else { "" };
    let (before, after) = (latin(word.chars().next()), latin(word.chars().next_back()));
    format!("{}{word}{}", blank(before), blank(after))
}

/// Text of the record inside a message: short, without control characters.
pub(crate) fn quote(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(64)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(64).is_some() {
        out.push('…');
    }
    out
}

/// The kind of JSON value, of serde's own description of it.
fn found_en(found: &str) -> &str {
    match found {
        "map" => "an object",
        "sequence" => "a list",
        "unit value" | "null" => "null",
        "number" => "a number",
        _ if found.starts_with("string") => "a text",
        _ if found.starts_with("boolean") => "true or false",
        _ if found.starts_with("integer") || found.starts_with("floating") => "a number",
        _ => found,
    }
}

fn found_zh(found: &str) -> &str {
    match found_en(found) {
        "an object" => "对象",
        "a list" => "列表",
        "null" => "null",
        "a number" => "数字",
        "a text" => "文字",
        "true or false" => "真假值",
        other => other,
    }
}

/// The nearest of `known` to `text`, when near enough to be meant.
pub(crate) fn nearest(text: &str, known: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    let text: String = text.chars().take(64).map(|c| c.to_ascii_lowercase()).collect();
    let allowed = match text.chars().count() {
        0 | 1 => 0,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&text, word), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_survives_the_text_of_an_error() {
        let fault = Fault::new(FaultCode::Date, "日期有误", "no such date");
        let error: serde_json::Error = fault.clone().raise();
        assert_eq!(Fault::recover(&error.to_string()), Some(fault));
        assert_eq!(Fault::recover("expected value at line 1 column 2"), None);
    }

    #[test]
    fn nearest_is_near() {
        assert_eq!(nearest("alergies", ["allergies", "conditions"]), Some("allergies"));
        assert_eq!(nearest("zzz", ["allergies", "id"]), None);
    }
}
