//! Cutting a stream into records: one JSON object, an array, or NDJSON, told apart by how the text begins.
//!
//! First character `[`: an array; else NDJSON if the first line is a JSON value or any later line begins with `{` in column 1; else one
//! object. At most one record is held; a longer one is passed over and answered with an error. After a syntax error inside an array the
//! rest is one error record.
use crate::error::RecordError;
use shenfang_clinical::read::BYTES;
use std::collections::VecDeque;
use std::io::BufRead;

mod array;
mod lines;

use array::Array;
use lines::{Line, Lines};

/// The bytes of one record, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// line of its first character, from 1
    pub line: u64,
    /// its text
    pub bytes: Result<Vec<u8>, RecordError>,
}

/// Cuts a stream into records. Reading them ([`crate::Record::read`]) is apart, so that many threads can.
pub fn split<R: BufRead>(reader: R) -> impl Iterator<Item = Raw> {
    Splitter {
        lines: Lines::new(reader),
        shape: Shape::Unknown,
        ready: VecDeque::new(),
    }
}

enum Shape {
    Unknown,
    Lines,
    Array(Array),
    Done,
}

struct Splitter<R> {
    lines: Lines<R>,
    shape: Shape,
    /// lines read before it was known that each is a record
    ready: VecDeque<Raw>,
}

impl<R: BufRead> Iterator for Splitter<R> {
    type Item = Raw;
    fn next(&mut self) -> Option<Raw> {
        loop {
            if let Some(raw) = self.ready.pop_front() {
                return Some(raw);
            }
            match &mut self.shape {
                Shape::Unknown => self.recognise(),
                Shape::Done => return None,
                Shape::Lines => match self.lines.next_filled() {
                    Some(line) => return Some(self.one_line(line)),
                    None => self.shape = Shape::Done,
                },
                Shape::Array(array) => match array.next(&mut self.lines) {
                    Some(raw) => return Some(raw),
                    None => self.shape = Shape::Done,
                },
            }
        }
    }
}

impl<R: BufRead> Splitter<R> {
    /// A line as a record; a failing source ends the stream.
    fn one_line(&mut self, line: Line) -> Raw {
        if line
            .bytes
            .as_ref()
            .is_err_and(|error| error.code == shenfang_clinical::FaultCode::Io)
        {
            self.shape = Shape::Done;
        }
        Raw {
            line: line.number,
            bytes: line.bytes,
        }
    }

    /// Reads as far as it takes to know the shape.
    fn recognise(&mut self) {
        self.shape = Shape::Done;
        if self.lines.first_character() == Some(b'[') {
            self.shape = Shape::Array(Array::begin(self.lines.next_number()));
            return;
        }
        let Some(first) = self.lines.next_filled() else { return };
        let Ok(bytes) = &first.bytes else {
            self.shape = Shape::Lines;
            let raw = self.one_line(first);
            self.ready.push_back(raw);
            return;
        };
        if serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() {
            self.shape = Shape::Lines;
            self.ready.push_back(Raw {
                line: first.number,
                bytes: first.bytes,
            });
            return;
        }
        self.one_object_or_lines(first);
    }

    /// The first line is no JSON value: one object over many lines, unless a later line begins one.
    fn one_object_or_lines(&mut self, first: Line) {
        let (number, mut held, mut length) = (first.number, vec![first], 0_usize);
        loop {
            length = length
                .saturating_add(
                    held.last()
                        .and_then(|line| line.bytes.as_ref().ok())
                        .map_or(0, Vec::len),
                )
                .saturating_add(1);
            let Some(line) = self.lines.next_line() else {
                let whole: Result<Vec<Vec<u8>>, RecordError> = held.into_iter().map(|line| line.bytes).collect();
                let bytes = if length > BYTES.saturating_add(1) {
                    Err(RecordError::too_long())
                } else {
                    whole.map(|lines| lines.join(&b'\n'))
                };
                self.ready.push_back(Raw { line: number, bytes });
                return;
            };
            let failed = line.bytes.is_err();
            let begins = line.bytes.as_ref().is_ok_and(|bytes| bytes.first() == Some(&b'{'));
            if begins || failed {
                self.shape = Shape::Lines;
                held.push(line);
                for line in held {
                    if line.is_filled() {
                        let raw = self.one_line(line);
                        self.ready.push_back(raw);
                    }
                }
                return;
            }
            if length > BYTES {
                // Too long to be one object and to be held: what came so far is one faulty record.
                self.ready.push_back(Raw {
                    line: number,
                    bytes: Err(RecordError::too_long()),
                });
                self.skip_to_record();
                return;
            }
            held.push(line);
        }
    }

    /// Passes over lines until one begins an object.
    fn skip_to_record(&mut self) {
        while let Some(line) = self.lines.next_line() {
            if line.bytes.as_ref().map_or(true, |bytes| bytes.first() == Some(&b'{')) {
                self.shape = Shape::Lines;
                let raw = self.one_line(line);
                self.ready.push_back(raw);
                return;
            }
        }
    }
}
