//! Elements of one array, cut at the commas of its own level.
use super::Raw;
use super::lines::Lines;
use crate::error::RecordError;
use serde::de::IgnoredAny;
use shenfang_clinical::FaultCode;
use shenfang_clinical::read::BYTES;
use std::io::BufRead;

/// Where between the brackets the reader stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// before `[`
    Open,
    /// after `[`: an element or `]`
    Begin,
    /// after a comma: an element
    Element,
    /// after `]`: nothing but blanks
    After,
    /// nothing more to say
    Over,
}

pub(super) struct Array {
    /// text read and not yet looked at, and how much of it has been
    part: Vec<u8>,
    at: usize,
    line: u64,
    place: Place,
}

impl Array {
    /// Of a text whose next character is `[`, on this line.
    pub(super) fn begin(line: u64) -> Array {
        Array {
            part: Vec::new(),
            at: 0,
            line,
            place: Place::Open,
        }
    }

    /// What has been read and not looked at, never empty; `None` at the end, `Err` when the source fails.
    fn rest<R: BufRead>(&mut self, lines: &mut Lines<R>) -> Result<Option<&[u8]>, RecordError> {
        while self.at >= self.part.len() {
            let Some(line) = lines.next_part() else { return Ok(None) };
            self.line = line.number;
            self.part = line.bytes?;
            self.at = 0;
        }
        Ok(self.part.get(self.at..))
    }

    /// The next element; a syntax error is one record for all that is left.
    pub(super) fn next<R: BufRead>(&mut self, lines: &mut Lines<R>) -> Option<Raw> {
        if self.place == Place::Over {
            return None;
        }
        let mut element = Element::default();
        let mut line = self.line;
        loop {
            let place = self.place;
            let rest = match self.rest(lines) {
                Ok(Some(rest)) => rest,
                Ok(None) => return self.end(line),
                Err(error) => return self.broken(self.line, error),
            };
            if element.length > 0 {
                let (taken, end) = element.take(rest);
                self.at = self.at.saturating_add(taken);
                if let Some(end) = end {
                    self.place = if end == b',' { Place::Element } else { Place::After };
                    return self.cut(line, element);
                }
                continue;
            }
            let first = rest.first().copied().unwrap_or(b' ');
            if first.is_ascii_whitespace() {
                self.at = self.at.saturating_add(1);
                continue;
            }
            line = self.line;
            match (place, first) {
                (Place::Open, _) => self.place = Place::Begin,
                (Place::Begin, b']') => self.place = Place::After,
                (Place::After, _) => {
                    return self.broken(
                        line,
                        unexpected("数组之后还有文字", "trailing characters after the array"),
                    );
                }
                (_, b',' | b']') => return self.broken(line, unexpected("此处应为一条记录", "expected a record")),
                _ => {
                    element.begin(first);
                    self.at = self.at.saturating_add(1);
                    continue;
                }
            }
            self.at = self.at.saturating_add(1);
        }
    }

    /// The element as a record, when it is JSON.
    fn cut(&mut self, line: u64, element: Element) -> Option<Raw> {
        if element.length > BYTES {
            return Some(Raw {
                line,
                bytes: Err(RecordError::too_long()),
            });
        }
        if std::str::from_utf8(&element.bytes).is_ok()
            && let Err(error) = serde_json::from_slice::<IgnoredAny>(&element.bytes)
        {
            return self.broken(line, RecordError::syntax("", &error));
        }
        Some(Raw {
            line,
            bytes: Ok(element.bytes),
        })
    }

    /// The text ended.
    fn end(&mut self, line: u64) -> Option<Raw> {
        match self.place {
            Place::After => {
                self.place = Place::Over;
                None
            }
            _ => self.broken(line, unexpected("数组未结束", "the array does not end")),
        }
    }

    fn broken(&mut self, line: u64, error: RecordError) -> Option<Raw> {
        self.place = Place::Over;
        Some(Raw {
            line,
            bytes: Err(error),
        })
    }
}

fn unexpected(zh: &'static str, en: &'static str) -> RecordError {
    RecordError::whole(FaultCode::Syntax, zh, en)
}

/// Bytes of an element up to its comma or bracket; counted on, but not held, beyond what a record may have.
#[derive(Default)]
struct Element {
    bytes: Vec<u8>,
    length: usize,
    depth: u64,
    quoted: bool,
    escaped: bool,
}

impl Element {
    /// Its first character, which ends nothing.
    fn begin(&mut self, first: u8) {
        self.take(&[first]);
    }

    /// Takes what belongs to the element; how many bytes are done with, and the sign that ended it.
    fn take(&mut self, bytes: &[u8]) -> (usize, Option<u8>) {
        let end = bytes.iter().position(|byte| self.is_over(*byte));
        let own = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        self.length = self.length.saturating_add(own.len());
        if self.length <= BYTES {
            self.bytes.extend_from_slice(own);
        } else {
            self.bytes = Vec::new();
        }
        match end {
            Some(end) => (end.saturating_add(1), bytes.get(end).copied()),
            None => (own.len(), None),
        }
    }

    /// Whether the byte ends the element; if not, it belongs to it.
    fn is_over(&mut self, byte: u8) -> bool {
        if self.quoted {
            (self.escaped, self.quoted) = match byte {
                _ if self.escaped => (false, true),
                b'\\' => (true, true),
                b'"' => (false, false),
                _ => (false, true),
            };
            return false;
        }
        match byte {
            b'"' => self.quoted = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b',' | b']' if self.depth == 0 => return true,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        false
    }
}
