//! What callers hand over: a date, a language, a record.
use crate::value::Value;
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyString},
};
use shenfang::{Date, Language};
use shenfang_wire::{Record, read_value};

/// `2026-11-22`.
pub(crate) fn date(text: Option<&str>) -> PyResult<Option<Date>> {
    let parse = |text: &str| {
        text.parse()
            .map_err(|_| PyValueError::new_err(format!("on: no date `{text}`, expected one like 2026-11-22")))
    };
    text.map(parse).transpose()
}

/// `zh` or `en`.
pub(crate) fn language(text: &str) -> PyResult<Language> {
    match text {
        "zh" => Ok(Language::Zh),
        "en" => Ok(Language::En),
        other => Err(PyValueError::new_err(format!("language: `{other}`, expected zh or en"))),
    }
}

/// A record as it was handed over: JSON text, read later and on any thread, or an object, which is read at once.
pub(crate) enum Handed {
    Json(Vec<u8>),
    Read(Box<Record>),
}

impl Handed {
    pub(crate) fn of(object: &Bound<'_, PyAny>, line: u64) -> Handed {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Handed::Json(bytes.as_bytes().to_vec());
        }
        if let Ok(string) = object.cast::<PyString>()
            && let Ok(text) = string.to_cow()
        {
            return Handed::Json(text.as_bytes().to_vec());
        }
        let result = read_value(Value::new(object));
        let id = match &result {
            Ok(prescription) => Some(prescription.id.clone()),
            Err(_) => id_of(object),
        };
        Handed::Read(Box::new(Record { line, id, result }))
    }

    pub(crate) fn record(self, line: u64) -> Record {
        match self {
            Handed::Read(record) => *record,
            Handed::Json(bytes) => Record::read(shenfang_wire::Raw { line, bytes: Ok(bytes) }),
        }
    }
}

/// The id of a faulty record, where it has one.
fn id_of(object: &Bound<'_, PyAny>) -> Option<Box<str>> {
    let id = object.get_item("id").ok()?;
    let id = id.cast::<PyString>().ok()?.to_cow().ok()?;
    let told = !id.is_empty() && id.len() <= shenfang_clinical::read::CHARACTERS;
    told.then(|| id.into())
}
