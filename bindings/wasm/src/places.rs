//! Diagnostics as the package hands them out: places also as offsets into a JavaScript string, which counts UTF-16 units.
use serde::Serialize;
use shenfang::{Bilingual, Diagnostic, FileId, Level, SourceMap, Span};
use std::collections::BTreeMap;

/// A place in a text.
#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    bytes: (u32, u32),
    utf16: (usize, usize),
}

/// Another place that matters.
#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a Bilingual,
}

/// One diagnostic.
#[derive(Serialize)]
pub(crate) struct Told<'a> {
    level: Level,
    code: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a Bilingual,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a Bilingual>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    expected: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    candidates: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a Bilingual>,
}

/// Every diagnostic, in order.
pub(crate) fn of<'a>(list: &'a [Diagnostic], map: &'a SourceMap) -> Vec<Told<'a>> {
    let mut places = Places {
        map,
        files: BTreeMap::new(),
    };
    let told = list.iter().map(|diagnostic| Told {
        level: diagnostic.level,
        code: diagnostic.code,
        place: places.place(diagnostic.span),
        message: &diagnostic.message,
        label: diagnostic.label.as_ref(),
        related: diagnostic
            .related
            .iter()
            .map(|(span, message)| Related {
                place: places.place(*span),
                message,
            })
            .collect(),
        expected: &diagnostic.expected,
        candidates: &diagnostic.candidates,
        help: diagnostic.help.as_ref(),
    });
    told.collect()
}

/// Offsets of the texts that were asked for.
struct Places<'a> {
    map: &'a SourceMap,
    files: BTreeMap<FileId, Offsets<'a>>,
}

impl<'a> Places<'a> {
    fn place(&mut self, span: Span) -> Place<'a> {
        let map = self.map;
        let (path, line, column) = map.position(span);
        let text = || map.file(span.file).map_or("", |file| file.text.as_str());
        let offsets = self.files.entry(span.file).or_insert_with(|| Offsets::of(text()));
        Place {
            path,
            line,
            column,
            bytes: (span.start, span.end),
            utf16: (offsets.utf16(wide(span.start)), offsets.utf16(wide(span.end))),
        }
    }
}

fn wide(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Characters counted from one mark to the next, at most about as many bytes.
const STRIDE: usize = 256;

/// Bytes of one text to UTF-16 units and back: a sum is kept every few characters, and only those after it are counted, however long a line is.
pub(crate) struct Offsets<'a> {
    text: &'a str,
    /// byte and unit at which some characters begin, in order
    marks: Vec<(usize, usize)>,
}

impl<'a> Offsets<'a> {
    /// Of a text.
    pub fn of(text: &'a str) -> Offsets<'a> {
        let mut marks = vec![(0, 0)];
        let (mut last, mut units) = (0_usize, 0_usize);
        for (byte, c) in text.char_indices() {
            if byte.saturating_sub(last) >= STRIDE {
                marks.push((byte, units));
                last = byte;
            }
            units = units.saturating_add(c.len_utf16());
        }
        Offsets { text, marks }
    }

    /// The unit at which the character that holds this byte begins; past the end, the length.
    pub fn utf16(&self, byte: usize) -> usize {
        let (start, units) = self.mark(|(bytes, _)| *bytes <= byte);
        let rest = self.text.get(start..).unwrap_or_default();
        let before = rest
            .char_indices()
            .take_while(|(at, c)| start.saturating_add(at.saturating_add(c.len_utf8())) <= byte);
        units.saturating_add(before.map(|(_, c)| c.len_utf16()).sum::<usize>())
    }

    /// The byte at which the character that holds this unit begins; past the end, the length.
    pub fn byte(&self, unit: usize) -> usize {
        let (start, units) = self.mark(|(_, units)| *units <= unit);
        let rest = self.text.get(start..).unwrap_or_default();
        let (mut bytes, mut units) = (start, units);
        for c in rest.chars() {
            units = units.saturating_add(c.len_utf16());
            if units > unit {
                break;
            }
            bytes = bytes.saturating_add(c.len_utf8());
        }
        bytes
    }

    fn mark(&self, before: impl Fn(&(usize, usize)) -> bool) -> (usize, usize) {
        let after = self.marks.partition_point(before);
        let last = after.checked_sub(1).and_then(|at| self.marks.get(at));
        last.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn units_and_bytes_agree_at_every_character() {
        let text = "\u{feff}规则 附子\r\n𠮷𠮷 \"a\"\n\n末".repeat(40);
        let offsets = Offsets::of(&text);
        let mut units = 0;
        for (byte, c) in text.char_indices() {
            assert_eq!(offsets.utf16(byte), units, "{c:?}");
            assert_eq!(offsets.byte(units), byte, "{c:?}");
            units += c.len_utf16();
        }
        assert_eq!(offsets.utf16(text.len()), text.encode_utf16().count());
        assert_eq!(offsets.byte(units), text.len());
    }

    #[test]
    fn offsets_inside_a_character_or_outside_the_text_fall_back() {
        let offsets = Offsets::of("附\n𠮷");
        assert_eq!(offsets.utf16(1), 0);
        assert_eq!(offsets.byte(3), 4, "the second half of a surrogate pair");
        assert_eq!(offsets.utf16(999), 4);
        assert_eq!(offsets.byte(999), 8);
    }
}
