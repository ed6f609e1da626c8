//! What a person and a program see of a diagnostic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it fails"
)]
use shenfang_diagnostics::{Diagnostic, Language, SourceMap, Span, render};

fn sample() -> (SourceMap, Vec<Diagnostic>) {
    let mut map = SourceMap::default();
    let text = "\u{feff}规则 半夏（姜半夏）与 x {\r\n  级刖  禁忌 # 写错\r\n}\r\n";
    let file = map.add("包/规则.rx", text);
    let span = |what: &str| {
        let start = u32::try_from(text.find(what).unwrap()).unwrap();
        Span {
            file,
            start,
            end: start + u32::try_from(what.len()).unwrap(),
        }
    };
    let diagnostics = vec![
        Diagnostic::error(
            "syntax.field",
            span("级刖"),
            "这里没有 `级刖` 这个字段",
            "there is no field `级刖` here",
        )
        .label("不认识", "unknown")
        .related(span("姜半夏"), "在这条规则里", "in this rule")
        .expected(["标题", "级别"])
        .candidates(["级别"])
        .help("字段见手册", "see the manual for the fields"),
        Diagnostic::warning("table.unused", Span { file, start: 3, end: 3 }, "未读", "not read"),
    ];
    (map, diagnostics)
}

#[test]
fn a_person_reads_chinese() {
    let (map, diagnostics) = sample();
    insta::assert_snapshot!(render::terminal::render(&map, &diagnostics, Language::Zh, false));
}

#[test]
fn a_person_reads_english() {
    let (map, diagnostics) = sample();
    insta::assert_snapshot!(render::terminal::render(&map, &diagnostics, Language::En, false));
}

#[test]
fn colour_changes_nothing_but_colour() {
    let (map, diagnostics) = sample();
    let coloured = render::terminal::render(&map, &diagnostics, Language::Zh, true);
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some((text, escape)) = rest.split_once('\u{1b}') {
        plain += text;
        rest = escape.split_once('m').unwrap().1;
    }
    assert_eq!(
        plain + rest,
        render::terminal::render(&map, &diagnostics, Language::Zh, false)
    );
}

#[test]
fn a_program_reads_json() {
    let (map, diagnostics) = sample();
    insta::assert_snapshot!(render::json::render(&map, &diagnostics));
}
