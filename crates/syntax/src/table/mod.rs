//! Tables: YAML catalogues, and YAML templates whose rows stand beside them or in a CSV file. All become the declarations of `tree`.
mod catalogue;
mod cells;
mod mapping;
mod rows;
mod template;
mod yaml;

use crate::bounds;
use crate::origin::narrow;
use crate::read::Reader;
use crate::tree::SyntaxTree;
use cells::Rows;
use rows::{Parts, Shape};
use shenfang_diagnostics::{Diagnostic, FileId, SourceMap, Span};
use shenfang_grammar::{Place, find};
use shenfang_order::Order;
use yaml::{Scalar, Yaml};

/// The texts of one run, and which CSV files a table has named.
pub(crate) struct Files<'a> {
    pub map: &'a SourceMap,
    pub given: &'a [FileId],
    pub named: Vec<FileId>,
}

/// Reads a YAML file.
// The door to all of this module, with `list`: kept a function of its own, behind which the browser's engine puts a module that is loaded for tables.
#[inline(never)]
pub(crate) fn file(reader: &mut Reader, files: &mut Files<'_>, id: FileId, text: &str) -> SyntaxTree {
    if text.len() > bounds::FILE_BYTES {
        reader.diagnostics.extend(bounds::check(text, id));
        return SyntaxTree::default();
    }
    let entries = match yaml::read(text, id, &mut reader.diagnostics) {
        None => return SyntaxTree::default(),
        Some(Yaml::Map(entries, _)) => entries,
        Some(other) if other.is_empty() => return SyntaxTree::default(),
        Some(other) => {
            let span = other.span();
            reader.diagnostics.push(Diagnostic::error(
                "table.file",
                span,
                "表文件最外层是 `字段: 值`",
                "a table file begins with `field: value`",
            ));
            return SyntaxTree::default();
        }
    };
    reader.chinese = entries.first().is_some_and(|(key, _)| !key.value.is_ascii());
    let is_table = |key: &Scalar| {
        find(Place::TableField, &key.value).is_some_and(|k| matches!(k.en, "table" | "name" | "fields" | "rows"))
    };
    if entries.iter().any(|(key, _)| is_table(key)) {
        table(reader, files, id, &entries)
    } else {
        catalogue::sections(&entries, &mut reader.diagnostics)
    }
}

/// `table:`, `name:`, `fields:`, `rows:`
fn table(reader: &mut Reader, files: &mut Files<'_>, id: FileId, entries: &[(Scalar, Yaml)]) -> SyntaxTree {
    let (mut kind, mut name, mut fields, mut rows, mut scope) = (None, None, None, None, None);
    for (key, value) in entries {
        match (find(Place::TableField, &key.value).map(|k| k.en), value) {
            (Some("table"), Yaml::Scalar(s)) => match find(Place::TableKind, &s.value) {
                Some(word) => kind = Some(word.en),
                None => {
                    reader.diagnostics.push(catalogue::unknown(
                        s,
                        Place::TableKind,
                        ("没有 `", "` 这种表"),
                        ("there is no table of kind `", "`"),
                    ));
                    return SyntaxTree::default();
                }
            },
            (Some("name"), Yaml::Scalar(s)) => name = Some(s),
            (Some("fields"), Yaml::Map(map, _)) => fields = Some(map.as_slice()),
            (Some("rows"), _) => rows = Some(value),
            (Some("scope"), _) => scope = Some(value),
            (Some("table" | "name" | "fields"), other) => {
                reader.diagnostics.push(Diagnostic::error(
                    "table.value",
                    other.span(),
                    format!("`{}` 的值写法不对", key.value),
                    format!("`{}` is not written like this", key.value),
                ));
            }
            _ => reader.diagnostics.push(catalogue::unknown(
                key,
                Place::TableField,
                ("表没有 `", "` 这个字段"),
                ("a table has no field `", "`"),
            )),
        }
    }
    let end = entries.first().map_or(
        Span {
            file: id,
            start: 0,
            end: 0,
        },
        |(k, _)| k.span,
    );
    if let (Some("mapping"), Some(rows)) = (kind, rows) {
        return mapping_rows(reader, files, id, (scope, fields.unwrap_or_default(), rows));
    }
    let (Some(kind), Some(name), Some(rows)) = (kind, name, rows) else {
        let missing = [
            ("table", kind.is_none()),
            ("name", name.is_none()),
            ("rows", rows.is_none()),
        ];
        for (word, _) in missing.iter().filter(|(_, missing)| *missing) {
            reader.diagnostics.push(Diagnostic::error(
                "table.missing",
                end,
                format!("表缺少 `{word}`"),
                format!("the table lacks `{word}`"),
            ));
        }
        return SyntaxTree::default();
    };
    let Some(rows) = find_rows(reader, files, id, rows) else {
        return SyntaxTree::default();
    };
    let shape = Shape::new(
        &Parts {
            kind,
            name,
            fields: fields.unwrap_or_default(),
        },
        &rows.columns,
        &mut reader.diagnostics,
    );
    let mut tree = SyntaxTree::default();
    let already = reader.diagnostics.len();
    for row in &rows.rows {
        tree.declarations.extend(shape.row(reader, row, &rows));
        once_each(&mut reader.diagnostics, already);
        if reader.diagnostics.len() >= bounds::DIAGNOSTICS {
            reader.diagnostics.push(Diagnostic::error(
                "bound.errors",
                row.span,
                "错误太多，其余各行未再检查",
                "too many errors, the remaining rows were not read",
            ));
            break;
        }
    }
    tree
}

/// What a table of local drugs consists of: `scope:`, `fields:`, `rows:`.
type MappingParts<'y> = (Option<&'y Yaml>, &'y [(Scalar, Yaml)], &'y Yaml);

fn mapping_rows(reader: &mut Reader, files: &mut Files<'_>, id: FileId, parts: MappingParts<'_>) -> SyntaxTree {
    let (scope, fields, rows) = parts;
    let Some(rows) = find_rows(reader, files, id, rows) else {
        return SyntaxTree::default();
    };
    let shape = mapping::Mapping::new(scope, fields, &rows.columns, &mut reader.diagnostics);
    let declarations = rows.rows.iter().filter_map(|row| shape.row(reader, row));
    SyntaxTree {
        declarations: declarations.collect(),
    }
}

/// The rows of a CSV that is a list of local drugs by itself.
#[inline(never)]
pub(crate) fn list(reader: &mut Reader, text: &str, file: FileId) -> SyntaxTree {
    SyntaxTree {
        declarations: mapping::bare(reader, text, file),
    }
}

/// A fault of the template shows in every row: it is said once.
fn once_each(diagnostics: &mut Vec<Diagnostic>, from: usize) {
    let Some(last) = diagnostics.last() else { return };
    let earlier = diagnostics
        .get(from..diagnostics.len().saturating_sub(1))
        .unwrap_or_default();
    if earlier.iter().any(|d| d == last) {
        diagnostics.pop();
    }
}

/// The rows of a table: written below it, or in the CSV it names.
fn find_rows(reader: &mut Reader, files: &mut Files<'_>, id: FileId, rows: &Yaml) -> Option<Rows> {
    match rows {
        Yaml::List(items, _) => Some(cells::inline(items, &mut reader.diagnostics)),
        Yaml::Map(_, span) => reader.fail(Diagnostic::error(
            "table.rows",
            *span,
            "`rows` 写 CSV 文件名或行的列表",
            "`rows` is the name of a CSV file or a list of rows",
        )),
        Yaml::Scalar(path) => {
            let here = files.map.file(id).map_or("", |f| f.path.as_str());
            let wanted = resolve(here, &path.value);
            let csv_of = |f: &FileId| files.map.file(*f).map(|file| (*f, file));
            let given: Vec<_> = files
                .given
                .iter()
                .filter_map(csv_of)
                .filter(|(_, f)| f.path.to_ascii_lowercase().ends_with(".csv"))
                .collect();
            let Some((csv, file)) = given.iter().find(|(_, f)| resolve("", &f.path) == wanted) else {
                let mut near: Vec<(usize, String)> = given
                    .iter()
                    .map(|(_, f)| relative(here, &f.path))
                    .map(|p| (strsim::damerau_levenshtein(&p, &path.value), p))
                    .collect();
                near.order();
                let (zh, en) = (
                    format!("没有这个文件：`{wanted}`"),
                    format!("there is no file `{wanted}`"),
                );
                return reader.fail(
                    Diagnostic::error("table.rows", path.span, zh, en)
                        .candidates(near.into_iter().take(3).map(|(_, p)| p)),
                );
            };
            files.named.push(*csv);
            if file.text.len() > bounds::FILE_BYTES {
                reader.diagnostics.extend(bounds::check(&file.text, *csv));
                return None;
            }
            let rows = cells::csv(&file.text, *csv, &mut reader.diagnostics);
            (!rows.columns.is_empty()).then_some(rows)
        }
    }
}

/// A CSV that no table names would be data lost without a word.
pub(crate) fn unnamed(map: &SourceMap, given: &[FileId], named: &[FileId]) -> Vec<Diagnostic> {
    let csv = |id: &&FileId| {
        map.file(**id)
            .is_some_and(|f| f.path.to_ascii_lowercase().ends_with(".csv"))
    };
    let unused = given.iter().filter(csv).filter(|id| !named.contains(id));
    unused
        .map(|id| {
            let span = Span {
                file: *id,
                start: 0,
                end: narrow(0),
            };
            Diagnostic::warning(
                "table.unused",
                span,
                "没有表引用这个 CSV，其中各行未读",
                "no table names this CSV, its rows are not read",
            )
            .help(
                "在 YAML 表里写 `rows: 文件名.csv`",
                "a YAML table names it with `rows: file.csv`",
            )
        })
        .collect()
}

/// A path relative to the folder of `from`, with `.` and `..` taken out.
fn resolve(from: &str, path: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    let all = if path.starts_with('/') || folder.is_empty() {
        path.to_owned()
    } else {
        format!("{folder}/{path}")
    };
    for part in all.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|p| *p != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// How a table in `from` would name the file `path`.
fn relative(from: &str, path: &str) -> String {
    match from.rsplit_once('/') {
        Some((folder, _)) => path.strip_prefix(&format!("{folder}/")).unwrap_or(path).to_owned(),
        None => path.to_owned(),
    }
}
