//! The canonical layout: idempotent, reversible between languages, and it loses nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it fails"
)]
mod common;

use common::{TOURS, exactly, parse};
use proptest::prelude::*;
use shenfang_diagnostics::{Language, SourceMap};

const LANGUAGES: [Option<Language>; 3] = [None, Some(Language::Zh), Some(Language::En)];

/// The canonical text, `None` for a text with faults.
fn try_format(text: &str, language: Option<Language>) -> Option<String> {
    let mut map = SourceMap::default();
    let id = map.add("x.rx", text);
    shenfang_syntax::format(&map, id, language).ok()
}

fn format(text: &str, language: Option<Language>) -> String {
    try_format(text, language).unwrap_or_else(|| panic!("does not parse:\n{text}"))
}

fn lines(text: &str) -> impl Iterator<Item = String> {
    text.split('\n').map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// Every comment in order. A `#` inside a string is one to this test too, on both sides alike.
fn comments(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|l| l.split_once(['#', '＃']).map(|(_, c)| c.trim_end().to_owned()))
        .collect()
}

/// Fails at the first difference, so that a failure can be read.
fn same(what: &str, mut left: impl Iterator<Item = String>, mut right: impl Iterator<Item = String>) {
    let mut before = String::new();
    loop {
        match (left.next(), right.next()) {
            (None, None) => return,
            (l, r) if l == r => before = l.unwrap_or_default(),
            (l, r) => panic!("{what} differs after {before:?}:\n{l:?}\n{r:?}"),
        }
    }
}

/// What holds for the layout of every text that parses.
fn holds(text: &str) {
    let tree = exactly(&parse("x.rx", text).0.declarations);
    for language in LANGUAGES {
        let once = format(text, language);
        let (again, faults) = parse("x.rx", &once);
        assert!(faults.is_empty(), "no longer parses: {faults:#?}");
        same(
            "meaning",
            tree.iter().cloned(),
            exactly(&again.declarations).into_iter(),
        );
        same("idempotence", lines(&once), lines(&format(&once, language)));
        same("comments", comments(text).into_iter(), comments(&once).into_iter());
        assert!(once.lines().all(|l| l.trim_end() == l), "trailing blanks");
        for back in [Language::Zh, Language::En] {
            same(
                "language",
                lines(&format(text, Some(back))),
                lines(&format(&once, Some(back))),
            );
        }
    }
}

#[test]
fn the_tours_are_laid_out_already() {
    let [english, chinese] = TOURS;
    same("layout", lines(&format(english.1, None)), lines(english.1));
    same(
        "English",
        lines(&format(english.1, Some(Language::En))),
        lines(english.1),
    );
    same(
        "back",
        lines(&format(&format(english.1, Some(Language::Zh)), Some(Language::En))),
        lines(english.1),
    );
    // The Chinese tour shows full-width punctuation, which the layout makes ASCII.
    let canonical = format(chinese.1, None);
    assert_eq!(
        format(&format(&canonical, Some(Language::En)), Some(Language::Zh)),
        canonical
    );
}

#[test]
fn a_text_is_laid_out() {
    let text = "规则包  x.y{标题“甲”} # 包\n\n\n组 a＝甲、乙\n# 两组\n组 长名=丙\n来源 s{题名 “含\"引号\"”；有效 ..2025-01-01}\n规则 r{匹配 a：任意、\n乙 # 为什么\n,b:本方 丙 内 １４ 天\n当   a.途径 为 外用|口服 且（b.剂量＞9g 或 非 已知（患者.体重））  级别 严重;锁定}\n\
                示例 \"x\"{类型 饮片;附子 9克;患者{年龄 3岁5月;性别 女\n}\n# 行\n现用{华法林 2.5 mg qd 口服 皮试 阴性}}应得 无法判断 r 缺 患者.体重,药品.1.疗程，x 轻微\n剂量 d:三七{适用 所有{每日 3 g～9 g;单次<=3g}适用 患者.年龄<1岁{每日<=1g # 小\n}}";
    insta::assert_snapshot!(format(text, None));
    insta::assert_snapshot!(format(text, Some(Language::En)));
    holds(text);
}

#[test]
fn a_block_that_does_not_fit_is_opened() {
    let name = "很长的药品名称".repeat(6);
    let text = format!("example \"x\" {{ kind decoction; {name} 9 g; {name}二 9 g }} expects nothing\n");
    insta::assert_snapshot!(format(&text, None));
    holds(&text);
}

#[test]
fn the_tours_hold() {
    for (_, text) in TOURS {
        holds(text);
    }
}

/// Turned into English, `用法用量` is `dose`, which would begin a declaration at the beginning of a line.
#[test]
fn a_value_stays_on_the_line_of_its_field() {
    holds("规则 r {\n  类别\n\n  用法用量\n  级别 # 注\n  轻微\n}\n");
}

/// One change of a text at a character boundary.
fn mutated(text: &str, at: usize, how: u8) -> String {
    let boundaries: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
    let at = boundaries[at % boundaries.len()];
    let next = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
    let inserted = [
        " ", "\n", "\u{3000}", "；", ";", "# 注\n", "\r\n", "，", "甲", "{", "}", "、", "9", "“", " 且 ", "\n\n\n",
    ];
    match how {
        0 => format!("{}{}", &text[..at], &text[next..]),
        n => format!(
            "{}{}{}",
            &text[..at],
            inserted[usize::from(n) % inserted.len()],
            &text[at..]
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]
    #[test]
    fn changed_tours_hold(tour in 0usize..2, changes in prop::collection::vec((any::<usize>(), 0u8..17), 1..4)) {
        let text = changes.iter().fold(TOURS[tour].1.to_owned(), |text, (at, how)| mutated(&text, *at, *how));
        if try_format(&text, None).is_some() {
            holds(&text);
        }
    }
}
