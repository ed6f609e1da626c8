//! What is thrown: a JSON text that says of what kind the fault is. The package makes a typed exception of it.
use crate::places;
use serde_json::{Value, json};
use shenfang::{Date, Diagnostics, Language, ProgramError};
use shenfang_wire::RecordError;
use wasm_bindgen::JsValue;

/// Rules with errors.
pub(crate) fn rules(diagnostics: &Diagnostics) -> JsValue {
    thrown(&json!({"kind": "rules", "diagnostics": places::of(&diagnostics.list, &diagnostics.map)}))
}

/// A record that is no prescription.
pub(crate) fn record(error: &RecordError, language: Language) -> JsValue {
    let message = match language {
        Language::Zh => &error.message.zh,
        Language::En => &error.message.en,
    };
    thrown(&json!({"kind": "prescription", "code": error.code.code(), "path": error.path, "message": message}))
}

/// Bytes that are no program, or a program where texts are needed.
pub(crate) fn program(error: &ProgramError) -> JsValue {
    thrown(&json!({"kind": "program", "message": error.to_string()}))
}

/// What a program without texts cannot tell.
pub(crate) fn without_texts() -> JsValue {
    thrown(&json!({
        "kind": "program",
        "message": "this rule set was loaded from a program, which holds no graph and no examples; compile it from its texts",
    }))
}

/// An argument of another form than the types say.
pub(crate) fn argument(message: impl Into<String>) -> JsValue {
    thrown(&json!({"kind": "argument", "message": message.into()}))
}

fn thrown(fault: &Value) -> JsValue {
    JsValue::from_str(&fault.to_string())
}

/// `zh` (also where nothing is said) or `en`.
pub(crate) fn language(code: Option<&str>) -> Result<Language, JsValue> {
    match code {
        None | Some("zh") => Ok(Language::Zh),
        Some("en") => Ok(Language::En),
        Some(other) => Err(argument(format!("lang is \"zh\" or \"en\", not {other:?}"))),
    }
}

/// `2026-11-22`.
pub(crate) fn date(text: Option<&str>) -> Result<Option<Date>, JsValue> {
    let parse = |text: &str| {
        let parsed = shenfang_clinical::calendar::parse_date(text);
        parsed.ok_or_else(|| argument(format!("on is a date like \"2026-11-22\", not {text:?}")))
    };
    text.map(parse).transpose()
}
