//! YAML as a tree of texts with their places. No value is guessed: `2026.10`, `null` and `no` are the text that stands there.
//!
//! It reads the events of the parser under serde-saphyr, because rows need the place of every scalar, keys too.
use crate::bounds;
use crate::origin::narrow;
use serde_yaml::granit_parser::{Event, Parser, Span as Mark};
use shenfang_diagnostics::{Diagnostic, FileId, Span};
use shenfang_order::Order;

/// A text of the file.
#[derive(Clone, Debug)]
pub(crate) struct Scalar {
    /// after quotes and escapes
    pub value: String,
    /// where it stands, quotes left out where that is exact
    pub span: Span,
    /// whether its bytes stand one for one in the file
    pub exact: bool,
}

/// A node of the file.
#[derive(Clone, Debug)]
pub(crate) enum Yaml {
    /// text, number, nothing
    Scalar(Scalar),
    /// list
    List(Vec<Yaml>, Span),
    /// mapping in the order written, keys distinct
    Map(Vec<(Scalar, Yaml)>, Span),
}

impl Yaml {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Yaml::Scalar(s) => s.span,
            Yaml::List(_, span) | Yaml::Map(_, span) => *span,
        }
    }
    /// Whether nothing is written (`x:` or `x: ~`).
    pub fn is_empty(&self) -> bool {
        matches!(self, Yaml::Scalar(s) if s.value.is_empty() || s.value == "~")
    }
}

/// An open list or mapping.
enum Open {
    List(Vec<Yaml>, Span),
    Map(Vec<(Scalar, Yaml)>, Option<Scalar>, Span),
}

/// Reads one document; `None` after a fault that leaves nothing to read, or for an empty file.
pub(crate) fn read(text: &str, file: FileId, diagnostics: &mut Vec<Diagnostic>) -> Option<Yaml> {
    let mut stack: Vec<Open> = Vec::new();
    let mut root = None;
    for event in Parser::new_from_str(text) {
        let (event, mark) = match event {
            Ok(event) => event,
            Err(error) => {
                let start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                let end = text
                    .get(start..)
                    .and_then(|r| r.chars().next())
                    .map_or(start, |c| start.saturating_add(c.len_utf8()));
                let start = if end == start {
                    text.trim_end().char_indices().next_back().map_or(0, |(i, _)| i)
                } else {
                    start
                };
                diagnostics.push(fault(
                    Span {
                        file,
                        start: narrow(start),
                        end: narrow(end),
                    },
                    &error.info(),
                ));
                return None;
            }
        };
        let span = place(text, file, &mark);
        let node = match event {
            Event::Scalar(value, ..) => Yaml::Scalar(scalar(text, value.into_owned(), span)),
            Event::SequenceStart(..) | Event::MappingStart(..) if stack.len() >= bounds::NESTING => {
                diagnostics.push(Diagnostic::error(
                    "bound.nesting",
                    span,
                    "YAML 嵌套太深",
                    "the YAML is nested too deep",
                ));
                return None;
            }
            Event::SequenceStart(..) => {
                stack.push(Open::List(vec![], span));
                continue;
            }
            Event::MappingStart(..) => {
                stack.push(Open::Map(vec![], None, span));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match stack.pop()? {
                Open::List(items, start) => Yaml::List(items, start.to(span)),
                Open::Map(entries, _, start) => Yaml::Map(entries, start.to(span)),
            },
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                diagnostics.push(Diagnostic::error(
                    "table.alias",
                    span,
                    "表里不用 YAML 的 `*` 引用",
                    "tables do not use YAML aliases (`*`)",
                ));
                return None;
            }
            _ => continue,
        };
        match stack.last_mut() {
            None if root.is_some() => {
                diagnostics.push(Diagnostic::error(
                    "table.documents",
                    span,
                    "一个文件只能有一份 YAML",
                    "a file holds one YAML document",
                ));
                return None;
            }
            None => root = Some(node),
            Some(Open::List(items, _)) => items.push(node),
            Some(Open::Map(entries, key, _)) => match (key.take(), node) {
                (None, Yaml::Scalar(name)) => *key = Some(name),
                (None, other) => {
                    diagnostics.push(Diagnostic::error(
                        "table.key",
                        other.span(),
                        "键必须是文字",
                        "a key is a text",
                    ));
                    return None;
                }
                (Some(name), value) => entries.push((name, value)),
            },
        }
    }
    let root = root?;
    report_duplicates(&root, diagnostics);
    Some(root)
}

/// The same key twice in one mapping: a herb written twice must not silently lose one.
fn report_duplicates(node: &Yaml, diagnostics: &mut Vec<Diagnostic>) {
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        match node {
            Yaml::Scalar(_) => {}
            Yaml::List(items, _) => open.extend(items),
            Yaml::Map(entries, _) => {
                let mut keys: Vec<&Scalar> = entries.iter().map(|(k, _)| k).collect();
                keys.order_by(|a, b| (&a.value, a.span.start).cmp(&(&b.value, b.span.start)));
                for (first, second) in keys.iter().zip(keys.iter().skip(1)).filter(|(a, b)| a.value == b.value) {
                    let (zh, en) = (
                        format!("`{}` 写了两次", second.value),
                        format!("`{}` stands twice", second.value),
                    );
                    diagnostics.push(Diagnostic::error("table.duplicate", second.span, zh, en).related(
                        first.span,
                        "第一次在这里",
                        "first here",
                    ));
                }
                open.extend(entries.iter().map(|(_, v)| v));
            }
        }
    }
}

fn place(text: &str, file: FileId, mark: &Mark) -> Span {
    let start = mark.start.byte_offset().unwrap_or(0).min(text.len());
    let end = mark.end.byte_offset().unwrap_or(start).clamp(start, text.len());
    let written = text.get(start..end).unwrap_or_default();
    Span {
        file,
        start: narrow(start),
        end: narrow(start.saturating_add(written.trim_end().len())),
    }
}

/// A scalar, its place without quotes when every character stands for itself.
fn scalar(text: &str, value: String, span: Span) -> Scalar {
    let (start, end) = (
        usize::try_from(span.start).unwrap_or(0),
        usize::try_from(span.end).unwrap_or(0),
    );
    let written = text.get(start..end).unwrap_or_default();
    if written == value {
        return Scalar {
            value,
            span,
            exact: true,
        };
    }
    let inner = written
        .strip_prefix(['"', '\''])
        .and_then(|w| w.strip_suffix(['"', '\'']));
    if inner == Some(value.as_str()) {
        let span = Span {
            start: span.start.saturating_add(1),
            end: span.end.saturating_sub(1),
            ..span
        };
        return Scalar {
            value,
            span,
            exact: true,
        };
    }
    Scalar {
        value,
        span,
        exact: false,
    }
}

fn fault(span: Span, info: &str) -> Diagnostic {
    Diagnostic::error(
        "table.yaml",
        span,
        "YAML 读到这里有误",
        format!(
            "the YAML cannot be read from here: {}",
            info.lines().next().unwrap_or_default()
        ),
    )
    .help(
        "检查缩进是否对齐、冒号后是否有空格、引号和括号是否成对",
        "check indentation, the blank after a colon, and that quotes and brackets are closed",
    )
}
