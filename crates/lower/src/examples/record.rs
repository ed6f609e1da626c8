//! The record an example stands for, and where each of its fields was written.
use crate::context::Context;
use serde_json::{Map, Value};
use shenfang_clinical::{Fault, Item, Prescription, Stated};
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_syntax::tree::Name;
use std::collections::BTreeMap;

/// Fields of an object and where they stand, by path from the object.
#[derive(Default)]
pub(crate) struct Object {
    /// the fields
    pub map: Map<String, Value>,
    /// path from here (`/dose`) to the place in the text
    pub places: BTreeMap<String, Span>,
}

impl Object {
    /// Sets a field; a field written twice is reported.
    pub fn put(&mut self, cx: &Context<'_>, key: &str, value: Value, span: Span) {
        let path = format!("/{key}");
        if let Some(first) = self.places.get(&path) {
            return cx.report(
                Diagnostic::error("example.twice", span, "这一项写了两次", "this is stated twice").related(
                    *first,
                    "第一次在这里",
                    "first here",
                ),
            );
        }
        self.map.insert(key.to_owned(), value);
        self.places.insert(path, span);
    }

    /// Whether a field is there.
    pub fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    /// Puts an object into a field; empty ones are left out.
    pub fn nest(&mut self, key: &str, object: Object) {
        if object.map.is_empty() {
            return;
        }
        self.map.insert(key.to_owned(), Value::Object(object.map));
        self.places.extend(
            object
                .places
                .into_iter()
                .map(|(path, span)| (format!("/{key}{path}"), span)),
        );
    }

    /// Puts a list of objects into a field.
    pub fn list(&mut self, key: &str, objects: Vec<(Object, Span)>) {
        let mut values = Vec::with_capacity(objects.len());
        for (index, (object, span)) in objects.into_iter().enumerate() {
            self.places.insert(format!("/{key}/{index}"), span);
            self.places.extend(
                object
                    .places
                    .into_iter()
                    .map(|(path, span)| (format!("/{key}/{index}{path}"), span)),
            );
            values.push(Value::Object(object.map));
        }
        self.map.insert(key.to_owned(), Value::Array(values));
    }
}

/// A record in the making.
pub(crate) struct Record {
    /// the sheet
    pub sheet: Object,
    title: Span,
}

impl Record {
    /// The record of an example, whose title is its id.
    pub fn new(title: &Name) -> Record {
        let mut sheet = Object::default();
        sheet.map.insert("id".to_owned(), Value::String(title.value.clone()));
        Record {
            sheet,
            title: title.span,
        }
    }

    /// Reads it as a host's record is read; a fault stands where the field was written.
    pub fn read(self, cx: &Context<'_>) -> Option<Prescription> {
        let Object { map, places } = self.sheet;
        let place = |path: &str| {
            let mut here = path;
            loop {
                match (places.get(here), here.rsplit_once('/')) {
                    (Some(span), _) => return *span,
                    (None, Some((above, _))) if !above.is_empty() => here = above,
                    (None, _) => return self.title,
                }
            }
        };
        let fault = |path: &str, fault: Option<Fault>, text: String| {
            let (zh, en) = fault.map_or_else(
                || (text.clone(), text.clone()),
                |f| (f.message.zh.into_owned(), f.message.en.into_owned()),
            );
            Diagnostic::error("example.record", place(path), zh, en)
        };
        let prescription = match shenfang_clinical::read::from_json(&Value::Object(map).to_string()) {
            Ok(prescription) => prescription,
            Err((path, error)) => {
                let text = error.to_string();
                return cx.fail(fault(&path, Fault::recover(&text), text));
            }
        };
        if let Err((path, found)) = shenfang_clinical::read::check(&prescription) {
            return cx.fail(fault(&path, Some(found), String::new()));
        }
        let mut sound = true;
        for (path, text) in unreadable(&prescription) {
            let span = place(&path);
            // In quotes an author says that the record holds this very text.
            if cx.map.text(span).starts_with(['"', '“', '”']) {
                continue;
            }
            sound = false;
            cx.report(
                Diagnostic::error(
                    "example.unreadable",
                    span,
                    format!("`{text}` 读不出来"),
                    format!("`{text}` cannot be read"),
                )
                .help(
                    "处方上确实这样写，就加引号",
                    "if the sheet says so letter for letter, put it in quotes",
                ),
            );
        }
        sound.then_some(prescription)
    }
}

/// Every text of the record that nothing could be read from, with its path.
fn unreadable(rx: &Prescription) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut note = |path: String, text: Option<&str>| out.extend(text.map(|t| (path, t.to_owned())));
    let patient = &rx.patient;
    note("/patient/age".to_owned(), patient.age.unreadable());
    let facts = [
        ("weight", &patient.weight),
        ("height", &patient.height),
        ("gestation", &patient.gestation),
        ("bsa", &patient.bsa),
        ("egfr", &patient.egfr),
        ("crcl", &patient.crcl),
    ];
    for (key, value) in facts {
        note(format!("/patient/{key}"), value.unreadable());
    }
    note("/doses".to_owned(), rx.doses.unreadable());
    let items = rx
        .items
        .iter()
        .enumerate()
        .map(|(i, item)| (format!("/items/{i}"), item));
    let current = rx
        .current_medications
        .iter()
        .flatten()
        .enumerate()
        .map(|(i, m)| (format!("/current_medications/{i}"), &m.item));
    for (path, item) in items.chain(current) {
        for (key, text) in of_item(item) {
            note(format!("{path}/{key}"), text);
        }
    }
    out
}

fn of_item(item: &Item) -> Vec<(&'static str, Option<&str>)> {
    let infusion = item.infusion.as_ref();
    let mut out = vec![
        ("strength", item.strength.unreadable()),
        ("pack", item.pack.unreadable()),
        ("dose", item.dose.unreadable()),
        ("frequency", item.frequency.unreadable()),
        ("route", item.route.unreadable()),
        ("duration", item.duration.unreadable()),
        ("quantity", item.quantity.unreadable()),
        ("max_per_day", item.max_per_day.unreadable()),
        ("infusion/rate", infusion.and_then(|i| i.rate.unreadable())),
        ("infusion/over", infusion.and_then(|i| i.over.unreadable())),
    ];
    out.extend(
        item.preparation
            .iter()
            .flatten()
            .map(|note| ("preparation", Stated::unreadable(note))),
    );
    for step in item.steps.iter().flatten() {
        out.extend(
            [
                step.dose.unreadable(),
                step.frequency.unreadable(),
                step.duration.unreadable(),
            ]
            .map(|text| ("steps", text)),
        );
    }
    out
}
