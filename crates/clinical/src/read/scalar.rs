//! Texts, truth values, numbers, dates and the enumerated words.
use super::object::{Field, NUMBER, Value};
use super::trail::Trail;
use crate::calendar::{Moment, parse_date};
use crate::fault::{Fault, FaultCode, What, nearest, quote};
use crate::{
    ChildPugh, ConditionStatus, DoseForm, InstitutionLevel, PrescriptionKind, Privilege, Setting, Sex, SheetForm,
    SkinTestResult, Title,
};
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use shenfang_units::{Comparison, Ratio};
use std::fmt;

/// The text, when it is not longer than a text may be.
pub(crate) fn bounded(text: &str) -> Result<&str, Fault> {
    let most = super::CHARACTERS;
    if text.len() <= most || text.chars().nth(most).is_none() {
        return Ok(text);
    }
    Err(Fault::new(
        FaultCode::TooLong,
        format!("文字超过 {most} 字"),
        format!("a text of more than {most} characters"),
    ))
}

/// Reads a text through `parse`, without keeping it.
pub(crate) fn read_text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    what: What,
    parse: fn(&str) -> Result<T, Fault>,
) -> Result<T, D::Error> {
    struct TextVisitor<T>(What, fn(&str) -> Result<T, Fault>);
    impl<T> Visitor<'_> for TextVisitor<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting(f)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            bounded(text).and_then(self.1).map_err(Fault::raise)
        }
    }
    deserializer.deserialize_str(TextVisitor(what, parse))
}

const TEXT: What = What {
    en: "a text",
    zh: "文字",
};

impl Value for Box<str> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(deserializer, TEXT, |text| Ok(text.into()))
    }
}
/// A text that may not be absent: empty where it is, found by [`super::check`] at its own place.
impl Field for Box<str> {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        Option::<Box<str>>::read_field(deserializer, trail).map(Option::unwrap_or_default)
    }
}

impl Value for bool {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        struct BoolVisitor;
        impl Visitor<'_> for BoolVisitor {
            type Value = bool;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                What {
                    en: "true or false",
                    zh: "true 或 false",
                }
                .expecting(f)
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<bool, E> {
                Ok(value)
            }
        }
        deserializer.deserialize_bool(BoolVisitor)
    }
}
/// False where absent.
impl Field for bool {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        Option::<bool>::read_field(deserializer, trail).map(Option::unwrap_or_default)
    }
}

/// A number as it is written, or a text; never through binary floating point.
#[derive(Debug)]
pub(crate) enum Scalar {
    Number(Box<str>),
    Text(Box<str>),
}

impl Scalar {
    pub(crate) fn text(&self) -> &str {
        match self {
            Scalar::Number(text) | Scalar::Text(text) => text,
        }
    }
}

impl Value for Scalar {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        const WHAT: What = What {
            en: "a number or a text",
            zh: "数字或文字",
        };
        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                WHAT.expecting(f)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                bounded(text)
                    .map(|text| Scalar::Text(text.into()))
                    .map_err(Fault::raise)
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.to_string().into()))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.to_string().into()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Scalar, A::Error> {
                number_of(map, WHAT).map(Scalar::Number)
            }
        }
        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// The number serde_json hands over as a map; any other map is of the wrong type.
pub(crate) fn number_of<'de, A: MapAccess<'de>>(mut map: A, what: What) -> Result<Box<str>, A::Error> {
    match map.next_key::<std::borrow::Cow<'de, str>>()? {
        Some(key) if key == NUMBER => map.next_value::<String>().map(String::into_boxed_str),
        _ => Err(what.instead_of("对象", "an object").raise()),
    }
}

/// A number of 剂, servings: exact and above zero.
impl Value for Ratio {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        let scalar = Scalar::read(deserializer, trail)?;
        match Ratio::parse_decimal(scalar.text()) {
            Ok(number) if number > Ratio::ZERO => Ok(number),
            _ => Err(Fault::new(
                FaultCode::OutOfRange,
                format!("`{}` 不是大于零的数", quote(scalar.text())),
                format!("`{}` is not a number above zero", quote(scalar.text())),
            )
            .raise()),
        }
    }
}

/// A day of a schedule, from 1.
impl Value for u32 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        let scalar = Scalar::read(deserializer, trail)?;
        match scalar.text().parse() {
            Ok(day @ 1..=36_500) if matches!(scalar, Scalar::Number(_)) => Ok(day),
            _ => Err(Fault::new(
                FaultCode::OutOfRange,
                format!("`{}` 不是从 1 起的天数", quote(scalar.text())),
                format!("`{}` is not a day counted from 1", quote(scalar.text())),
            )
            .raise()),
        }
    }
}

impl Value for jiff::civil::Date {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(
            deserializer,
            What {
                en: "a date",
                zh: "日期",
            },
            |text| {
                parse_date(text).ok_or_else(|| {
                    Fault::new(
                        FaultCode::Date,
                        format!("无此日期 `{}`，应如 2026-11-22", quote(text)),
                        format!("no date `{}`, expected one like 2026-11-22", quote(text)),
                    )
                })
            },
        )
    }
}

impl Value for Moment {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(
            deserializer,
            What {
                en: "a date or moment",
                zh: "日期或时刻",
            },
            |text| {
                Moment::parse(text).ok_or_else(|| {
                    Fault::new(
                        FaultCode::Date,
                        format!(
                            "无此时刻 `{}`，应如 2026-11-22 或 2026-11-22T09:30:00+08:00",
                            quote(text)
                        ),
                        format!(
                            "no moment `{}`, expected one like 2026-11-22 or 2026-11-22T09:30:00+08:00",
                            quote(text)
                        ),
                    )
                })
            },
        )
    }
}

/// The fault of a word outside its enumeration.
fn unknown_word(word: &str, codes: &[&'static str], words: &[&'static str]) -> Fault {
    let near = nearest(word, codes.iter().chain(words).copied());
    let hint = |zh: bool| match near {
        Some(near) if zh => format!("，是否 `{near}`"),
        Some(near) => format!(", did you mean `{near}`"),
        None if zh => format!("；可用：{}", words.join("、")),
        None => format!("; the words are {}", codes.join(", ")),
    };
    Fault::new(
        FaultCode::UnknownWord,
        format!("未知词 `{}`{}", quote(word), hint(true)),
        format!("unknown word `{}`{}", quote(word), hint(false)),
    )
}

/// Writes [`Value`] for the enumerated words: JSON code, Chinese word or accepted spelling.
macro_rules! words {
    ($($type:ident $en:literal $zh:literal,)+) => { $(
        impl Value for $type {
            fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
                read_text(deserializer, What { en: $en, zh: $zh }, |text| {
                    let word = crate::words::fold(text);
                    $type::from_word(text.trim()).or_else(|| $type::from_word(&word)).ok_or_else(|| {
                        let codes: Vec<&str> = $type::ALL.iter().map(|v| v.code()).collect();
                        let words: Vec<&str> = $type::ALL.iter().map(|v| v.zh()).collect();
                        unknown_word(text, &codes, &words)
                    })
                })
            }
        }
    )+ };
}
words! {
    PrescriptionKind "a kind of sheet" "处方类别",
    Setting "a setting" "就诊场景",
    InstitutionLevel "a level of institution" "机构级别",
    Title "a rank" "职称",
    Privilege "a privilege" "处方权",
    Sex "a sex" "性别",
    ChildPugh "a Child-Pugh class" "Child-Pugh 分级",
    SheetForm "a form of the sheet" "剂型",
    SkinTestResult "a skin test result" "皮试结果",
}

impl Value for DoseForm {
    /// `片` and `片剂`, `软膏` and `软膏剂` are one.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(
            deserializer,
            What {
                en: "a dose form",
                zh: "剂型",
            },
            |text| {
                let word = crate::words::fold(text);
                let spelt = || {
                    DoseForm::from_word(&word)
                        .or_else(|| DoseForm::from_word(word.strip_suffix('剂')?))
                        .or_else(|| DoseForm::from_word(&format!("{word}剂")))
                };
                spelt().ok_or_else(|| {
                    let codes: Vec<&str> = DoseForm::ALL.iter().map(|v| v.code()).collect();
                    let words: Vec<&str> = DoseForm::ALL.iter().map(|v| v.zh()).collect();
                    unknown_word(text, &codes, &words)
                })
            },
        )
    }
}

const STATUS: [(&str, &str, ConditionStatus); 4] = [
    ("active", "现患", ConditionStatus::Active),
    ("past", "既往", ConditionStatus::Past),
    ("suspected", "疑似", ConditionStatus::Suspected),
    ("family", "家族史", ConditionStatus::Family),
];
impl Value for ConditionStatus {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(
            deserializer,
            What {
                en: "a status",
                zh: "状态",
            },
            |text| {
                let found = STATUS
                    .iter()
                    .find(|(code, word, _)| text.trim() == *code || text.trim() == *word);
                found
                    .map(|(_, _, status)| *status)
                    .ok_or_else(|| unknown_word(text, &STATUS.map(|s| s.0), &STATUS.map(|s| s.1)))
            },
        )
    }
}
impl Field for ConditionStatus {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        Option::<ConditionStatus>::read_field(deserializer, trail).map(Option::unwrap_or_default)
    }
}

/// `allergy` or `intolerance`.
pub(crate) struct Intolerance(pub bool);
impl Value for Intolerance {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(
            deserializer,
            What {
                en: "allergy or intolerance",
                zh: "过敏或不耐受",
            },
            |text| match text.trim() {
                "allergy" | "过敏" => Ok(Intolerance(false)),
                "intolerance" | "不耐受" => Ok(Intolerance(true)),
                _ => Err(unknown_word(text, &["allergy", "intolerance"], &["过敏", "不耐受"])),
            },
        )
    }
}

impl Value for Comparison {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, _: &Trail) -> Result<Self, D::Error> {
        read_text(
            deserializer,
            What {
                en: "a comparison sign",
                zh: "比较号",
            },
            |text| comparison(text).ok_or_else(|| unknown_word(text, &["<", "<=", ">=", ">"], &["<", "<=", ">=", ">"])),
        )
    }
}

/// The sign a laboratory writes before a value, full width and joined forms included.
pub(crate) fn comparison(text: &str) -> Option<Comparison> {
    match text.trim() {
        "<" | "＜" => Some(Comparison::Less),
        "<=" | "≤" | "≦" => Some(Comparison::AtMost),
        ">=" | "≥" | "≧" => Some(Comparison::AtLeast),
        ">" | "＞" => Some(Comparison::Greater),
        _ => None,
    }
}
