//! Rows of a table: the records of a CSV file, or the maps written under `rows:`. Every cell knows its place.
use super::yaml::{Scalar, Yaml};
use crate::origin::narrow;
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use std::ops::Range;

/// Rows of a table; more is no table a person keeps.
const ROWS: usize = 200_000;

/// A table's columns and rows.
pub(crate) struct Rows {
    /// column names in order
    pub columns: Vec<String>,
    /// rows in order
    pub rows: Vec<Row>,
}

/// One row.
pub(crate) struct Row {
    /// a cell a column
    pub cells: Vec<Scalar>,
    /// the whole row
    pub span: Span,
}

/// Reads a CSV text: a header row, then rows of as many cells.
pub(crate) fn csv(text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> Rows {
    let bom = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let body = text.get(bom..).unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut found = Rows {
        columns: vec![],
        rows: vec![],
    };
    let mut record = csv::StringRecord::new();
    let mut header = None;
    loop {
        let start = usize::try_from(reader.position().byte())
            .unwrap_or(usize::MAX)
            .saturating_add(bom);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let span = Span {
                    file,
                    start: narrow(start),
                    end: narrow(start),
                };
                diagnostics.push(Diagnostic::error(
                    "table.csv",
                    span,
                    "CSV 读到这里有误",
                    format!("the CSV cannot be read from here: {error}"),
                ));
                break;
            }
        }
        let row = row(text, file, start, &record);
        if header.is_none() {
            found.columns = columns(&row, diagnostics);
            header = Some(row.span);
            continue;
        }
        let (cells, wanted) = (row.cells.len(), found.columns.len());
        if cells != wanted {
            let (zh, en) = (
                format!("这一行有 {cells} 格，表头有 {wanted} 列"),
                format!("this row has {cells} cells, the header {wanted}"),
            );
            let bytes = usize::try_from(row.span.start)
                .ok()
                .zip(usize::try_from(row.span.end).ok());
            let written = bytes.and_then(|(from, to)| text.get(from..to)).unwrap_or_default();
            let (zh_help, en_help) = why_ragged(written, cells < wanted);
            let ragged = Diagnostic::error("table.ragged", row.span, zh, en).help(zh_help, en_help);
            diagnostics.push(match header {
                Some(header) => ragged.related(header, "表头", "the header"),
                None => ragged,
            });
            continue;
        }
        if found.rows.len() >= ROWS {
            diagnostics.push(Diagnostic::error(
                "bound.rows",
                row.span,
                format!("表超过 {ROWS} 行"),
                format!("the table has more than {ROWS} rows"),
            ));
            break;
        }
        if row.cells.iter().any(|c| !c.value.is_empty()) {
            found.rows.push(row);
        }
    }
    if header.is_none() {
        let span = Span {
            file,
            start: narrow(bom),
            end: narrow(bom),
        };
        diagnostics.push(Diagnostic::error(
            "table.header",
            span,
            "CSV 没有表头",
            "the CSV has no header row",
        ));
    }
    found
}

fn columns(header: &Row, diagnostics: &mut Vec<Diagnostic>) -> Vec<String> {
    for (i, cell) in header.cells.iter().enumerate() {
        if let Some(first) = header.cells.iter().take(i).find(|c| c.value == cell.value) {
            let (zh, en) = (
                format!("列名 `{}` 写了两次", cell.value),
                format!("the column `{}` stands twice", cell.value),
            );
            diagnostics.push(Diagnostic::error("table.duplicate", cell.span, zh, en).related(
                first.span,
                "第一次在这里",
                "first here",
            ));
        }
    }
    header.cells.iter().map(|c| c.value.clone()).collect()
}

/// What made a row shorter or longer than its header, most likely.
fn why_ragged(written: &str, short: bool) -> (&'static str, &'static str) {
    if written.matches('"').count() % 2 == 1 {
        (
            "格以引号开头而没有结束，后面的行都算在这一格里",
            "a cell opened by a quotation mark does not end: the rows after it count as part of it",
        )
    } else if short && written.contains('，') {
        ("格与格之间用半角逗号 `,`", "cells are separated by the ASCII comma `,`")
    } else {
        (
            "格内有逗号时，整格要加引号",
            "a cell that holds a comma stands in quotes",
        )
    }
}

/// A record with the place of each cell.
fn row(text: &str, file: FileId, from: usize, record: &csv::StringRecord) -> Row {
    let rest = text.get(from..).unwrap_or_default();
    let start = from.saturating_add(rest.len().saturating_sub(rest.trim_start_matches(['\r', '\n']).len()));
    let (places, end) = places(text, start);
    let cells = record
        .iter()
        .enumerate()
        .map(|(i, value)| cell(text, file, places.get(i).cloned().unwrap_or(start..end), value))
        .collect();
    Row {
        cells,
        span: Span {
            file,
            start: narrow(start),
            end: narrow(end),
        },
    }
}

fn cell(text: &str, file: FileId, range: Range<usize>, value: &str) -> Scalar {
    let value = value.trim();
    let written = text.get(range.clone()).unwrap_or_default();
    // A cell without doubled quotes stands in the file as it is read.
    let offset = written.find(value).filter(|_| !written.contains("\"\""));
    let (start, end) = match offset {
        Some(offset) => (
            range.start.saturating_add(offset),
            range.start.saturating_add(offset).saturating_add(value.len()),
        ),
        None => (range.start, range.end),
    };
    Scalar {
        value: value.to_owned(),
        span: Span {
            file,
            start: narrow(start),
            end: narrow(end),
        },
        exact: offset.is_some(),
    }
}

/// The bytes of each cell of the record that begins at `start`, and the record's end.
fn places(text: &str, start: usize) -> (Vec<Range<usize>>, usize) {
    let mut cells = Vec::new();
    let (mut from, mut quoted) = (start, false);
    for (i, byte) in text.as_bytes().iter().enumerate().skip(start) {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => {
                cells.push(from..i);
                from = i.saturating_add(1);
            }
            b'\r' | b'\n' if !quoted => {
                cells.push(from..i);
                return (cells, i);
            }
            _ => {}
        }
    }
    cells.push(from..text.len());
    (cells, text.len())
}

/// Rows written under `rows:` as maps from column to cell.
pub(crate) fn inline(items: &[Yaml], diagnostics: &mut Vec<Diagnostic>) -> Rows {
    let mut found = Rows {
        columns: vec![],
        rows: vec![],
    };
    for item in items {
        let Yaml::Map(entries, _) = item else { continue };
        for (key, _) in entries {
            if !found.columns.contains(&key.value) {
                found.columns.push(key.value.clone());
            }
        }
    }
    for item in items {
        let Yaml::Map(entries, span) = item else {
            diagnostics.push(Diagnostic::error(
                "table.row",
                item.span(),
                "一行要写成 `{列: 值}`",
                "a row is written `{column: value}`",
            ));
            continue;
        };
        let of = |column: &String| {
            let value = entries.iter().find(|(k, _)| k.value == *column).map(|(_, v)| v);
            match value {
                Some(Yaml::Scalar(cell)) => cell.clone(),
                Some(Yaml::List(items, span)) => joined(items, *span),
                _ => Scalar {
                    value: String::new(),
                    span: *span,
                    exact: false,
                },
            }
        };
        found.rows.push(Row {
            cells: found.columns.iter().map(of).collect(),
            span: *span,
        });
    }
    found
}

/// A list in a cell is what the cell would hold: its members with `;` between.
fn joined(items: &[Yaml], span: Span) -> Scalar {
    let texts: Vec<&str> = items
        .iter()
        .filter_map(|i| {
            if let Yaml::Scalar(s) = i {
                Some(s.value.as_str())
            } else {
                None
            }
        })
        .collect();
    Scalar {
        value: texts.join(";"),
        span,
        exact: false,
    }
}
