//! Lines of bounded length.
use crate::error::RecordError;
use shenfang_clinical::read::BYTES;
use std::io::{BufRead, ErrorKind};

/// A line without its end, or why there is none.
pub(super) struct Line {
    pub number: u64,
    pub bytes: Result<Vec<u8>, RecordError>,
}

impl Line {
    /// Not blank.
    pub(super) fn is_filled(&self) -> bool {
        self.bytes
            .as_ref()
            .map_or(true, |bytes| !bytes.iter().all(u8::is_ascii_whitespace))
    }
}

pub(super) struct Lines<R> {
    reader: R,
    number: u64,
    failed: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Lines<R> {
        Lines {
            reader,
            number: 0,
            failed: false,
        }
    }

    /// The first character that is not blank, which stays to be read; a byte order mark is passed over. `None` at the end or when the source
    /// fails: reading on says which.
    pub(super) fn first_character(&mut self) -> Option<u8> {
        let mut mark = b"\xef\xbb\xbf".iter().peekable();
        loop {
            let byte = match self.reader.fill_buf() {
                Ok(chunk) => *chunk.first()?,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return None,
            };
            match byte {
                b'\n' => self.number = self.number.saturating_add(1),
                _ if mark.next_if_eq(&&byte).is_some() => {}
                _ if byte.is_ascii_whitespace() => {}
                _ => return Some(byte),
            }
            self.reader.consume(1);
        }
    }

    /// The number of the line that is read next.
    pub(super) fn next_number(&self) -> u64 {
        self.number.saturating_add(1)
    }

    /// The next line that is not blank.
    pub(super) fn next_filled(&mut self) -> Option<Line> {
        loop {
            let line = self.next_line()?;
            if line.is_filled() {
                return Some(line);
            }
        }
    }

    /// The next line; of one that is too long the bytes are passed over, not held.
    pub(super) fn next_line(&mut self) -> Option<Line> {
        self.read(true).map(|(line, _)| line)
    }

    /// The next part of a text whose lines do not matter: a line with its end, or as much of one as a record may hold.
    pub(super) fn next_part(&mut self) -> Option<Line> {
        let (mut line, ended) = self.read(false)?;
        if let (Ok(bytes), true) = (&mut line.bytes, ended) {
            bytes.push(b'\n');
        }
        Some(line)
    }

    fn read(&mut self, whole: bool) -> Option<(Line, bool)> {
        if self.failed {
            return None;
        }
        let (mut bytes, mut began, mut ended, mut long) = (Vec::new(), false, false, false);
        while !ended {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.failed = true;
                    let number = self.number.saturating_add(1);
                    return Some((
                        Line {
                            number,
                            bytes: Err(RecordError::io(&error)),
                        },
                        false,
                    ));
                }
            };
            if chunk.is_empty() {
                break;
            }
            began = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let take = end.unwrap_or(chunk.len());
            if !long {
                bytes.extend_from_slice(chunk.get(..take).unwrap_or(chunk));
            }
            ended = end.is_some();
            self.reader.consume(take.saturating_add(usize::from(ended)));
            if bytes.len() > BYTES {
                if !whole {
                    break;
                }
                // Passed over, not held.
                (long, bytes) = (true, Vec::new());
            }
        }
        if !began {
            return None;
        }
        let number = self.number.saturating_add(1);
        if ended {
            self.number = number;
        }
        Some((
            Line {
                number,
                bytes: if long { Err(RecordError::too_long()) } else { Ok(bytes) },
            },
            ended,
        ))
    }
}
