//! Many records a few at a time, so that whoever reviews them can tell how far it is and stop.
use crate::fault;
use shenfang::{Reviewer, Scratch};
use shenfang_wire::{Language, Raw, Record, append_review, split, write_error, write_review};
use std::io::Cursor;
use wasm_bindgen::prelude::*;

/// The records of one text (JSON object, array or NDJSON), reviewed in order.
#[wasm_bindgen]
pub struct Batch {
    records: Box<dyn Iterator<Item = Raw>>,
    reviewer: Reviewer,
    scratch: Scratch,
    language: Language,
    bytes: usize,
    /// of the longest replies so far
    length: usize,
}

impl Batch {
    pub(crate) fn new(reviewer: Reviewer, text: Vec<u8>, language: Language) -> Batch {
        Batch {
            records: Box::new(split(Cursor::new(text))),
            reviewer,
            scratch: Scratch::default(),
            language,
            bytes: 0,
            length: 0,
        }
    }
}

#[wasm_bindgen]
impl Batch {
    /// The replies to the next records, at most `records` of them, one a line, as UTF-8; nothing after the last.
    pub fn next(&mut self, records: usize) -> Option<Vec<u8>> {
        // About as long as those before.
        let mut lines = Vec::with_capacity(self.length);
        for raw in self.records.by_ref().take(records) {
            self.bytes = self
                .bytes
                .saturating_add(raw.bytes.as_ref().map_or(0, |bytes| bytes.len().saturating_add(1)));
            let record = Record::read(raw);
            match &record.result {
                Ok(prescription) => {
                    append_review(&mut lines, &self.reviewer.review_with(&mut self.scratch, prescription));
                }
                Err(error) => lines.extend(write_error(record.id.as_deref(), record.line, error, self.language)),
            }
            lines.push(b'\n');
        }
        self.length = self.length.max(lines.len());
        (!lines.is_empty()).then_some(lines)
    }

    /// How many bytes the records so far had, each with one for the end of its line.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// One record, as the package's `review` asks for it.
pub(crate) fn one(
    reviewer: &Reviewer,
    scratch: &mut Scratch,
    record: &str,
    language: Language,
) -> Result<String, JsValue> {
    let prescription =
        shenfang_wire::read_record(record.as_bytes()).map_err(|error| fault::record(&error, language))?;
    let reply = write_review(&reviewer.review_with(scratch, &prescription));
    Ok(String::from_utf8(reply).unwrap_or_default())
}
