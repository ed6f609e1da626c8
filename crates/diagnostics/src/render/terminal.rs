//! Diagnostics for a person at a terminal: a headline, the line with the fault underlined, what was expected.
//!
//! ```text
//! 错误[syntax.field] pack.rx:3:5 这里没有 `severty` 这个字段
//! ```
//! Columns of the picture are screen columns: a Chinese character takes two.
use crate::{Bilingual, Diagnostic, Language, Level, SourceFile, SourceMap, Span};
use annotate_snippets::{AnnotationKind, Group, Level as Shade, Renderer, Snippet};
use std::ops::Range;

/// Characters of a line that are shown to either side of the fault.
const AROUND: usize = 60;
/// Words listed after "expected".
const LISTED: usize = 16;

/// Every diagnostic in order, an empty line after each.
pub fn render(map: &SourceMap, diagnostics: &[Diagnostic], language: Language, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    diagnostics
        .iter()
        .map(|d| one(map, d, language, &renderer) + "\n\n")
        .collect()
}

fn one(map: &SourceMap, diagnostic: &Diagnostic, language: Language, renderer: &Renderer) -> String {
    let pick = |zh: &'static str, en: &'static str| match language {
        Language::Zh => zh,
        Language::En => en,
    };
    let (shade, name) = match diagnostic.level {
        Level::Error => (Shade::ERROR, pick("错误", "error")),
        Level::Warning => (Shade::WARNING, pick("警告", "warning")),
    };
    let (path, line, column) = map.position(diagnostic.span);
    let headline = format!("{path}:{line}:{column} {}", diagnostic.message.get(language));
    let mut group = shade
        .clone()
        .with_name(name)
        .primary_title(headline)
        .id(diagnostic.code)
        .elements(Vec::<annotate_snippets::Message<'_>>::new());
    group = with_picture(
        group,
        map,
        diagnostic.span,
        diagnostic.label.as_ref(),
        language,
        AnnotationKind::Primary,
    );
    for (span, words) in &diagnostic.related {
        group = with_picture(group, map, *span, Some(words), language, AnnotationKind::Context);
    }
    if !diagnostic.expected.is_empty() {
        group = group.element(message(pick("应为", "expected"), &listed(&diagnostic.expected)));
    }
    if !diagnostic.candidates.is_empty() {
        let words: Vec<String> = diagnostic.candidates.iter().map(|c| format!("`{c}`")).collect();
        group = group.element(message(pick("是否想写", "did you mean"), &words.join(pick("、", ", "))));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(message(pick("提示", "help"), help.get(language)));
    }
    renderer.render(&[group])
}

fn message<'a>(name: &'static str, text: &str) -> annotate_snippets::Message<'a> {
    Shade::HELP.with_name(name).message(text.to_owned())
}

fn listed(words: &[String]) -> String {
    let shown: Vec<&str> = words.iter().take(LISTED).map(String::as_str).collect();
    let more = if words.len() > LISTED { " …" } else { "" };
    format!("{}{more}", shown.join(" "))
}

fn with_picture<'a>(
    group: Group<'a>,
    map: &'a SourceMap,
    span: Span,
    label: Option<&'a Bilingual>,
    language: Language,
    kind: AnnotationKind,
) -> Group<'a> {
    let Some(file) = map.file(span.file) else { return group };
    let (_, line, _) = map.position(span);
    let (window, marked, whole) = window(file, span);
    // A second picture says where it is; the first one's place is in the headline. A cut line would give a wrong column.
    let path = (kind == AnnotationKind::Context && whole).then_some(file.path.as_str());
    let mut annotation = kind.span(marked);
    if let Some(label) = label {
        annotation = annotation.label(label.get(language));
    }
    group.element(
        Snippet::source(window)
            .path(path)
            .line_start(line)
            .annotation(annotation),
    )
}

/// The part of the fault's first line that is worth showing, the fault within it, and whether the part begins with the line.
fn window(file: &SourceFile, span: Span) -> (&str, Range<usize>, bool) {
    let text = file.text.as_str();
    let bytes = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
    let (start, end) = (bytes(span.start), bytes(span.end));
    let ends_line = |c: char| matches!(c, '\n' | '\r');
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(start..).unwrap_or_default();
    let line_start = before.rfind(ends_line).map_or(0, |i| i.saturating_add(1));
    let line_start = if line_start == 0 && text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8().min(start)
    } else {
        line_start
    };
    let line_end = start.saturating_add(after.find(ends_line).unwrap_or(after.len()));
    let head = text.get(line_start..start).unwrap_or_default();
    let from = head
        .char_indices()
        .rev()
        .nth(AROUND.saturating_sub(1))
        .map_or(line_start, |(i, _)| line_start.saturating_add(i));
    let tail = text.get(start..line_end).unwrap_or_default();
    let to = tail
        .char_indices()
        .nth(AROUND.saturating_mul(2))
        .map_or(line_end, |(i, _)| start.saturating_add(i));
    let marked_end = end.clamp(start, to);
    (
        text.get(from..to).unwrap_or_default(),
        start.saturating_sub(from)..marked_end.saturating_sub(from),
        from == line_start,
    )
}
