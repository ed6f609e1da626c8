//! One line of an example: the drug, then parts that say by themselves what they are (dose, frequency, route, duration, footnotes), then keyed parts.
use super::record::Object;
use super::{joined, written};
use crate::context::Context;
use serde_json::Value;
use shenfang_clinical::{Footnote, Route, words};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_knowledge::Code;
use shenfang_syntax::tree::{ExampleEntry, ExampleValue, Name, Word};
use shenfang_units::{Base, Dimension, QuantityRange};

/// What an unkeyed part is.
enum Part {
    Dose,
    Duration,
    Frequency,
    Route,
    Footnote,
}

/// The object of an item, and whether it was signed a second time.
pub(crate) fn item(cx: &Context<'_>, id: String, entry: &ExampleEntry) -> (Object, bool) {
    let mut object = Object::default();
    let ExampleEntry::Item { drug, parts, keyed, .. } = entry else {
        return (object, false);
    };
    object.map.insert("id".to_owned(), Value::String(id));
    object.put(cx, "drug", drug_value(drug), drug.span);
    let notes = stated(cx, &mut object, parts);
    if !notes.is_empty() {
        let span = notes.first().map_or(drug.span, |(_, span)| *span);
        object.put(
            cx,
            "preparation",
            Value::Array(notes.into_iter().map(|(text, _)| Value::String(text)).collect()),
            span,
        );
    }
    let (mut infusion, mut skin_test) = (Object::default(), Object::default());
    let mut steps: Vec<(Object, Span)> = Vec::new();
    let mut twice = false;
    for (field, values) in keyed {
        match (field.value, joined(values)) {
            ("double_signed", None) => twice = true,
            (_, None) => cx.report(Diagnostic::error(
                "example.part",
                field.span,
                "缺少内容",
                "nothing is stated here",
            )),
            ("double_signed", Some(_)) => {
                twice = matches!(values.as_slice(), [ExampleValue::Word(word)] if word.value == "true")
            }
            ("rate" | "group" | "over", Some((text, span))) => infusion.put(cx, field.value, Value::String(text), span),
            ("skin_test", Some(_)) => tested(cx, &mut skin_test, values),
            ("batch", Some((text, span))) => skin_test.put(cx, "batch", Value::String(text), span),
            ("step", Some((_, span))) => steps.push((step(cx, values), span)),
            ("preparation", Some((text, span))) => object.put(cx, "preparation", Value::String(text), span),
            (
                "dose" | "frequency" | "route" | "duration" | "quantity" | "strength" | "form" | "pack" | "max_per_day"
                | "started_on" | "stopped_on" | "institution" | "renewed_by",
                Some((text, span)),
            ) => object.put(cx, field.value, Value::String(text), span),
            _ => cx.report(not_stated(field)),
        }
    }
    object.nest("infusion", infusion);
    object.nest("skin_test", skin_test);
    if !steps.is_empty() {
        object.list("steps", steps);
    }
    (object, twice)
}

/// Attributes that follow from others.
fn not_stated(field: &Word) -> Diagnostic {
    let name = field.value;
    Diagnostic::error(
        "example.part",
        field.span,
        format!("`{name}` 由其他各项算出，不单独写"),
        format!("`{name}` follows from the other parts and is not stated"),
    )
}

fn drug_value(drug: &Name) -> Value {
    if drug.value.contains(':') && Code::parse(&drug.value).is_some() {
        let mut coded = serde_json::Map::new();
        coded.insert("code".to_owned(), Value::String(drug.value.clone()));
        return Value::Object(coded);
    }
    Value::String(drug.value.clone())
}

/// Parts that say by themselves what they are; the footnotes among them are given back.
fn stated(cx: &Context<'_>, object: &mut Object, parts: &[ExampleValue]) -> Vec<(String, Span)> {
    let mut notes = Vec::new();
    let mut frequency: Option<(String, Span)> = None;
    for part in parts {
        let (text, span) = written(part);
        // `qd ac`, `tid 餐后`: what is no part by itself may go on with the frequency.
        let longer = frequency
            .as_ref()
            .map(|(so_far, from)| (format!("{so_far} {text}"), from.to(span)));
        match classify(part) {
            Some(Part::Dose) if object.has("dose") => cx.report(
                Diagnostic::error(
                    "example.part",
                    span,
                    format!("`{text}` 是第二个量"),
                    format!("`{text}` is a second amount"),
                )
                .help(
                    "发药数量写：数量 …，规格写：规格 …",
                    "what is dispensed is `quantity …`, a strength is `strength …`",
                ),
            ),
            Some(Part::Dose) => object.put(cx, "dose", Value::String(text.to_owned()), span),
            Some(Part::Duration) => object.put(cx, "duration", Value::String(text.to_owned()), span),
            Some(Part::Route) => object.put(cx, "route", Value::String(text.to_owned()), span),
            Some(Part::Footnote) => notes.push((text.to_owned(), span)),
            Some(Part::Frequency) if frequency.is_none() => frequency = Some((text.to_owned(), span)),
            _ => match longer.filter(|(joined, _)| words::frequency::parse(joined).is_some()) {
                Some(longer) => frequency = Some(longer),
                None => cx.report(unreadable(text, span)),
            },
        }
    }
    if let Some((text, span)) = frequency {
        object.put(cx, "frequency", Value::String(text), span);
    }
    notes
}

fn unreadable(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error("example.part", span, format!("读不出 `{text}` 是剂量、频次、途径、疗程还是脚注"), format!("`{text}` is no dose, frequency, route, duration or footnote"))
        .help("其他各项前写名称：规格 0.25 g、数量 2 盒、皮试 阴性；处方上的原话写：剂量 \"遵医嘱\"", "other parts have a name before them: `strength 0.25 g`, `quantity 2 盒`, `skin_test negative`; what the sheet says letter for letter is `dose \"…\"`")
}

/// What a part is, by its form.
fn classify(part: &ExampleValue) -> Option<Part> {
    match part {
        ExampleValue::Word(word) => {
            if Footnote::from_word(word.value).is_some() {
                Some(Part::Footnote)
            } else {
                Route::from_word(word.value).map(|_| Part::Route)
            }
        }
        ExampleValue::Quantity(name) => match QuantityRange::parse(&name.value) {
            Ok(range) if range.high.unit.dimension() == Dimension::TIME => Some(Part::Duration),
            Ok(range) if is_dose(range.high.unit.dimension()) => Some(Part::Dose),
            _ => by_words(&name.value),
        },
        ExampleValue::Text(name) => by_words(&name.value),
    }
}

fn by_words(text: &str) -> Option<Part> {
    if words::frequency::parse(text).is_some() {
        Some(Part::Frequency)
    } else if words::route::parse(text).is_some() {
        Some(Part::Route)
    } else if text
        .split(['、', '，', ','])
        .all(|note| words::footnote(note).is_some())
    {
        Some(Part::Footnote)
    } else if words::is_without_measure(text) {
        Some(Part::Dose)
    } else {
        None
    }
}

fn is_dose(dimension: Dimension) -> bool {
    let plain = [
        Dimension::MASS,
        Dimension::VOLUME,
        Dimension::AMOUNT,
        Dimension::COUNT,
        Dimension::BIOLOGICAL,
        Dimension::PACK,
        Dimension::DROP,
    ];
    plain.contains(&dimension) || dimension == Dimension::of(Base::Equivalent) || dimension == Dimension::DECOCTION_DOSE
}

/// `step 30 mg qd 3 d`; a bare number before it is the day it begins on, from 1: `step 4 20 mg qd 3 d`.
fn step(cx: &Context<'_>, values: &[ExampleValue]) -> Object {
    let mut object = Object::default();
    let day = values
        .split_first()
        .and_then(|(first, rest)| Some((written(first).0.parse::<u32>().ok()?, rest)));
    let values = match day {
        Some((day, rest)) => {
            object.map.insert("from_day".to_owned(), Value::Number(day.into()));
            rest
        }
        None => values,
    };
    for (text, span) in stated(cx, &mut object, values) {
        cx.report(unreadable(&text, span));
    }
    object
}

/// `skin_test negative 2026-11-20`: result, then when.
fn tested(cx: &Context<'_>, skin_test: &mut Object, values: &[ExampleValue]) {
    for (index, value) in values.iter().enumerate() {
        let (text, span) = written(value);
        skin_test.put(
            cx,
            if index == 0 { "result" } else { "at" },
            Value::String(text.to_owned()),
            span,
        );
    }
}
