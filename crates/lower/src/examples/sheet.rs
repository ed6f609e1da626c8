//! The sheet of an example: its own fields, the patient, the prescriber, the house, the usage, the items.
use super::record::{Object, Record};
use super::{item, joined, lists, written};
use crate::context::Context;
use serde_json::Value;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_syntax::tree::{ExampleEntry, ExampleValue, Word};

/// Writes the entries of an example into its record.
pub(crate) fn fill(cx: &Context<'_>, record: &mut Record, entries: &[ExampleEntry]) {
    let authored_on = entries.iter().find_map(|e| match e {
        ExampleEntry::Field { field, values } if field.value == "authored_on" => {
            values.first().and_then(|run| joined(run)).map(|(text, _)| text)
        }
        _ => None,
    });
    let (mut items, mut current, mut signed_twice) = (Vec::new(), Vec::new(), Vec::new());
    let (mut patient, mut tcm) = (Object::default(), Object::default());
    for entry in entries {
        match entry {
            ExampleEntry::Item { span, .. } => {
                let id = items.len().saturating_add(1).to_string();
                let (object, twice) = item::item(cx, id.clone(), entry);
                if twice {
                    signed_twice.push(Value::String(id));
                }
                items.push((object, *span));
            }
            ExampleEntry::Field { field, values } => match field.value {
                "disease" | "pattern" => text(cx, &mut tcm, field, values),
                "diagnoses" => lists::coded_list(&mut record.sheet, "diagnoses", values),
                "amendments" => lists::amendments(cx, &mut record.sheet, values),
                "current" if lists::is_none(values) => record.sheet.list("current_medications", vec![]),
                "current" => cx.report(unexpected(field, values).help(
                    "现用药品写：现用 { 药品 … }，没有写：现用 无",
                    "current medications are `current { … }`, none is `current none`",
                )),
                _ => text(cx, &mut record.sheet, field, values),
            },
            ExampleEntry::Block { field, entries } => match field.value {
                "patient" => facts(cx, &mut patient, entries, authored_on.as_deref()),
                "current" => {
                    for entry in entries {
                        if let ExampleEntry::Item { span, .. } = entry {
                            let id = format!("m{}", current.len().saturating_add(1));
                            current.push((item::item(cx, id, entry).0, *span));
                        }
                    }
                }
                key => {
                    let mut block = Object::default();
                    for entry in entries {
                        if let ExampleEntry::Field { field, values } = entry {
                            block_field(cx, &mut block, field, values);
                        }
                    }
                    record.sheet.nest(key, block);
                }
            },
        }
    }
    record.sheet.nest("patient", patient);
    record.sheet.nest("tcm_diagnosis", tcm);
    record.sheet.list("items", items);
    if !current.is_empty() {
        record.sheet.list("current_medications", current);
    }
    if !signed_twice.is_empty() {
        record
            .sheet
            .map
            .insert("double_signed".to_owned(), Value::Array(signed_twice));
    }
}

/// The one text of a field.
fn text(cx: &Context<'_>, into: &mut Object, field: &Word, values: &[Vec<ExampleValue>]) {
    match values {
        [run] => {
            if let Some((text, span)) = joined(run) {
                into.put(cx, field.value, Value::String(text), span);
            }
        }
        _ => cx.report(unexpected(field, values)),
    }
}

fn unexpected(field: &Word, values: &[Vec<ExampleValue>]) -> Diagnostic {
    let span = values
        .first()
        .and_then(|run| joined(run))
        .map_or(field.span, |(_, span)| span);
    let name = field.value;
    Diagnostic::error(
        "example.part",
        span,
        format!("`{name}` 不能这样写"),
        format!("`{name}` is not stated like this"),
    )
}

/// The patient's facts.
fn facts(cx: &Context<'_>, patient: &mut Object, entries: &[ExampleEntry], authored_on: Option<&str>) {
    let mut labs: Vec<(Object, Span)> = Vec::new();
    for entry in entries {
        let ExampleEntry::Field { field, values } = entry else {
            continue;
        };
        match field.value {
            "pregnant" | "lactating" | "dialysis" => flag(cx, patient, field, values),
            "allergies" | "conditions" => lists::coded_list(patient, field.value, values),
            "lab" => labs.extend(values.iter().filter_map(|run| lists::lab(cx, field, run, authored_on))),
            _ => text(cx, patient, field, values),
        }
    }
    if !labs.is_empty() {
        patient.list("observations", labs);
    }
}

/// A field of `prescriber`, `institution` or `usage`.
fn block_field(cx: &Context<'_>, block: &mut Object, field: &Word, values: &[Vec<ExampleValue>]) {
    match field.value {
        "signed" => flag(cx, block, field, values),
        "privileges" => {
            let words = values
                .iter()
                .filter(|_| !lists::is_none(values))
                .filter_map(|run| joined(run));
            let words = words.map(|(text, _)| Value::String(text)).collect();
            block.put(cx, field.value, Value::Array(words), field.span);
        }
        _ => text(cx, block, field, values),
    }
}

/// A truth: 是 or 否.
fn flag(cx: &Context<'_>, into: &mut Object, field: &Word, values: &[Vec<ExampleValue>]) {
    let only = match values {
        [run] => match run.as_slice() {
            [one] => Some(one),
            _ => None,
        },
        _ => None,
    };
    match only.map(written) {
        Some(("true", span)) => into.put(cx, field.value, Value::Bool(true), span),
        Some(("false", span)) => into.put(cx, field.value, Value::Bool(false), span),
        _ => cx.report(unexpected(field, values).expected(if cx.chinese(field.span) {
            ["是", "否"]
        } else {
            ["true", "false"]
        })),
    }
}
