//! Lists of a sheet: allergies, conditions, diagnoses, laboratory values, changes.
use super::record::Object;
use super::{joined, written};
use crate::context::Context;
use serde_json::Value;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::Code;
use shenfang_syntax::tree::{ExampleValue, Word};

/// Whether a list is `none`: known to be empty.
pub(crate) fn is_none(values: &[Vec<ExampleValue>]) -> bool {
    matches!(values, [one] if matches!(one.as_slice(), [ExampleValue::Word(word)] if word.value == "none"))
}

/// A word after a condition or allergy, and the field it sets: `哮喘 past`, `磺胺 intolerance`.
type Qualifier = (&'static str, &'static str, &'static str, &'static str);

const CONDITION: &[Qualifier] = &[
    ("past", "既往", "status", "past"),
    ("suspected", "疑似", "status", "suspected"),
    ("family", "家族", "status", "family"),
];
const ALLERGY: &[Qualifier] = &[
    ("intolerance", "不耐受", "kind", "intolerance"),
    ("severe", "严重", "severe", "true"),
    ("past", "既往", "status", "past"),
    ("suspected", "疑似", "status", "suspected"),
    ("family", "家族", "status", "family"),
];

/// A name, a code, or a code and a name; qualifiers after it.
fn qualified(run: &[ExampleValue], qualifiers: &[Qualifier]) -> Option<(Object, Span)> {
    let (_, span) = joined(run)?;
    let mut rest = run;
    let mut fields = Vec::new();
    while let Some((last, before)) = rest.split_last().filter(|(_, before)| !before.is_empty()) {
        let (text, _) = written(last);
        let Some((_, _, field, value)) = qualifiers.iter().find(|(en, zh, _, _)| *en == text || *zh == text) else {
            break;
        };
        fields.push((
            (*field).to_owned(),
            if *value == "true" {
                Value::Bool(true)
            } else {
                Value::String((*value).to_owned())
            },
        ));
        rest = before;
    }
    let (mut object, _) = coded(rest)?;
    object.map.extend(fields);
    Some((object, span))
}

/// A name, a code, or a code and a name.
fn coded(run: &[ExampleValue]) -> Option<(Object, Span)> {
    let mut object = Object::default();
    let (text, span) = joined(run)?;
    let (first, rest) = run.split_first()?;
    let (code, _) = written(first);
    if Code::parse(code).is_none() {
        object.map.insert("name".to_owned(), Value::String(text));
        return Some((object, span));
    }
    object.map.insert("code".to_owned(), Value::String(code.to_owned()));
    if let Some((name, _)) = joined(rest) {
        object.map.insert("name".to_owned(), Value::String(name));
    }
    Some((object, span))
}

/// A list of names and codes; `none` is known to be empty.
pub(crate) fn coded_list(into: &mut Object, key: &str, values: &[Vec<ExampleValue>]) {
    let qualifiers = match key {
        "conditions" => CONDITION,
        "allergies" => ALLERGY,
        _ => &[],
    };
    let list = if is_none(values) {
        vec![]
    } else {
        values.iter().filter_map(|run| qualified(run, qualifiers)).collect()
    };
    into.list(key, list);
}

/// `lab INR 2.3`, `lab 肌酐 88 umol/L 2026-11-20`, `lab 尿蛋白 阳性`: name or code, value, day. Without a day it is of the day of the sheet.
pub(crate) fn lab(
    cx: &Context<'_>,
    field: &Word,
    run: &[ExampleValue],
    authored_on: Option<&str>,
) -> Option<(Object, Span)> {
    let is_date = |v: &ExampleValue| matches!(v, ExampleValue::Text(n) if shenfang_clinical::calendar::parse_date(&n.value).is_some());
    let at = run.iter().find(|v| is_date(v)).map(|v| written(v).0).or(authored_on);
    let rest: Vec<ExampleValue> = run.iter().filter(|v| !is_date(v)).cloned().collect();
    let Some((what, value)) = rest.split_first().filter(|(_, value)| !value.is_empty()) else {
        return cx.fail(
            Diagnostic::error(
                "example.lab",
                field.span,
                "检验要写名称和值",
                "a laboratory value is a name and a value",
            )
            .expected(["INR 2.3", "肌酐 88 umol/L"]),
        );
    };
    let Some(at) = at else {
        return cx.fail(
            Diagnostic::error(
                "example.lab",
                field.span,
                "检验没有日期，视为未知",
                "a laboratory value without a day counts as unknown",
            )
            .help("写上检验日期，或写“开具日期”", "state its day, or `authored_on`"),
        );
    };
    let (mut object, span) = coded(std::slice::from_ref(what))?;
    let (text, _) = joined(value)?;
    let number_end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '<' | '>' | '=' | '≤' | '≥')))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(number_end)?;
    if number.chars().any(|c| c.is_ascii_digit()) {
        object.map.insert("value".to_owned(), Value::String(number.to_owned()));
        let unit = unit.trim();
        object.map.insert(
            "unit".to_owned(),
            Value::String(if unit.is_empty() { "1" } else { unit }.to_owned()),
        );
    } else {
        object.map.insert("value".to_owned(), Value::String(text));
    }
    object.map.insert("at".to_owned(), Value::String(at.to_owned()));
    Some((object, span))
}

/// `amendments 1 unsigned, 2 undated`: item, and what is wrong with the change.
pub(crate) fn amendments(cx: &Context<'_>, into: &mut Object, values: &[Vec<ExampleValue>]) {
    let mut list = Vec::new();
    for run in values.iter().filter(|_| !is_none(values)) {
        let Some((_, span)) = joined(run) else { continue };
        let mut object = Object::default();
        let (mut signed, mut dated) = (true, true);
        // `1 unsigned` reads as a number with a unit.
        let words = run.iter().flat_map(|value| {
            let (text, place) = written(value);
            text.split_whitespace().map(move |word| (word, place))
        });
        for (text, place) in words {
            match text {
                "unsigned" | "未签名" => signed = false,
                "undated" | "未注日期" => dated = false,
                id if id.chars().all(|c| c.is_ascii_digit()) => {
                    object.put(cx, "item", Value::String(id.to_owned()), place)
                }
                _ => cx.report(
                    Diagnostic::error(
                        "example.part",
                        place,
                        format!("修改里读不出 `{text}`"),
                        format!("`{text}` says nothing about a change"),
                    )
                    .expected(["1", "unsigned 未签名", "undated 未注日期"]),
                ),
            }
        }
        object.map.insert("signed".to_owned(), Value::Bool(signed));
        object.map.insert("dated".to_owned(), Value::Bool(dated));
        list.push((object, span));
    }
    into.list("amendments", list);
}
