//! One record: bytes to prescription.
use crate::error::RecordError;
use crate::split::{Raw, split};
use serde::Deserializer;
use shenfang_clinical::{Fault, FaultCode, Prescription, read};
use std::io::BufRead;

/// A record of a stream: where it began, what it calls itself, and the prescription or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// line of its first character, from 1
    pub line: u64,
    /// its id, where one could be told even from a faulty record
    pub id: Option<Box<str>>,
    /// what was read
    pub result: Result<Prescription, RecordError>,
}

impl Record {
    /// Reads what the splitter cut out. Splitting is one thread's work; this can be many's.
    pub fn read(raw: Raw) -> Record {
        let result = match &raw.bytes {
            Ok(bytes) => read_record(bytes),
            Err(error) => Err(error.clone()),
        };
        let id = match (&result, &raw.bytes) {
            (Ok(prescription), _) => Some(prescription.id.clone()),
            (Err(_), Ok(bytes)) => id_of(bytes),
            (Err(_), Err(_)) => None,
        };
        Record {
            line: raw.line,
            id,
            result,
        }
    }
}

/// Every record of one JSON object, an array or NDJSON, in order; see [`split`].
pub fn records<R: BufRead>(reader: R) -> impl Iterator<Item = Record> {
    split(reader).map(Record::read)
}

/// Reads one record.
pub fn read_record(bytes: &[u8]) -> Result<Prescription, RecordError> {
    if bytes.len() > read::BYTES {
        return Err(RecordError::too_long());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        RecordError::whole(
            FaultCode::Encoding,
            format!("第 {at} 字节处不是 UTF-8"),
            format!("not UTF-8 at byte {at}"),
        )
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    checked(
        read::from_json(text).map_err(|(path, error)| match Fault::recover(&error.to_string()) {
            Some(fault) => RecordError::new(path, fault),
            None => RecordError::syntax(path, &error),
        })?,
    )
}

/// Reads one record from whatever holds it in the shape of JSON: a row of columns, the objects of a host. A number is handed over as written: a map whose
/// one key is [`read::NUMBER`].
pub fn read_value<'de, D: Deserializer<'de>>(value: D) -> Result<Prescription, RecordError> {
    match read::from(value) {
        Ok(prescription) => checked(prescription),
        Err((path, error)) => {
            let words = error.to_string();
            let fault = Fault::recover(&words).unwrap_or_else(|| Fault::new(FaultCode::Type, words.clone(), words));
            Err(RecordError::new(path, fault))
        }
    }
}

/// What no single field shows.
fn checked(prescription: Prescription) -> Result<Prescription, RecordError> {
    read::check(&prescription).map_err(|(path, fault)| RecordError::new(path, fault))?;
    Ok(prescription)
}

/// The id of a faulty record: the first `id` of its object, where that much can be read.
fn id_of(bytes: &[u8]) -> Option<Box<str>> {
    struct IdVisitor<'i>(&'i mut Option<Box<str>>);
    impl<'de> serde::de::Visitor<'de> for IdVisitor<'_> {
        type Value = ();
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                if key == "id" {
                    *self.0 = map.next_value::<Option<String>>()?.map(Into::into);
                    return Ok(());
                }
                map.next_value::<serde::de::IgnoredAny>()?;
            }
            Ok(())
        }
    }
    let mut id: Option<Box<str>> = None;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    // The error is expected: the record is faulty, and the rest after the id is not read.
    let _ = serde::Deserializer::deserialize_map(&mut deserializer, IdVisitor(&mut id));
    id.filter(|id| !id.is_empty() && id.len() <= read::CHARACTERS)
}
