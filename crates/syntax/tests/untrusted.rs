//! Rule text is untrusted: nothing panics, every span lies on character boundaries, and the bounds hold.
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

use common::{TOURS, parse};
use proptest::prelude::*;
use shenfang_diagnostics::{Diagnostic, Language, SourceMap, render};

fn survives(path: &str, text: &str) -> Vec<Diagnostic> {
    let (tree, diagnostics) = parse(path, text);
    let mut map = SourceMap::default();
    map.add(path, text);
    let debug = format!("{tree:?}{diagnostics:?}");
    for span in debug.split("start: ").skip(1) {
        let mut numbers = span
            .split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty())
            .map(|n| n.parse::<usize>().unwrap());
        let (start, end) = (numbers.next().unwrap(), numbers.next().unwrap());
        assert!(
            start <= end && text.get(start..end).is_some(),
            "span {start}..{end} of {text:?}"
        );
    }
    render::terminal::render(&map, &diagnostics, Language::Zh, false);
    render::json::render(&map, &diagnostics);
    diagnostics
}

fn codes(path: &str, text: &str) -> Vec<&'static str> {
    parse(path, text).1.into_iter().map(|d| d.code).collect()
}

#[test]
fn every_prefix_of_the_tours_is_survived() {
    for (path, text) in TOURS {
        for (at, _) in text.char_indices().step_by(37) {
            survives(path, &text[..at]);
        }
    }
}

#[test]
fn bounds_end_in_a_diagnostic() {
    assert_eq!(codes("x.rx", &"(".repeat(10_000_000)), ["bound.nesting"]);
    assert_eq!(
        codes("x.rx", &format!("rule r {{ when {}", "(".repeat(10_000_000))),
        ["bound.nesting"]
    );
    assert_eq!(
        codes("x.rx", &format!("group g = 甲{}", " | 乙".repeat(1_000_000))),
        ["bound.members"]
    );
    assert_eq!(codes("x.rx", &" ".repeat(17 * 1024 * 1024)), ["bound.size"]);
    assert_eq!(
        codes("x.yaml", &format!("{}{}", "[".repeat(80), "]".repeat(80))),
        ["bound.nesting"]
    );
    assert_eq!(codes("x.yaml", &"[".repeat(1_000_000)), ["table.yaml"]);
    assert_eq!(
        codes("x.rx", &format!("group g = 甲{}", " | 乙".repeat(99_999))),
        Vec::<&str>::new()
    );
}

#[test]
fn nesting_up_to_the_bound_is_read_on_a_small_stack() {
    let depth = 62;
    let condition = format!(
        "rule r {{ when {}patient.dialysis{} }}",
        "(".repeat(depth),
        ")".repeat(depth)
    );
    let set = format!("group g = {}甲{}", "(".repeat(depth), ")".repeat(depth));
    // The main stack of a browser's WASM is 1 MiB.
    let read = move || [codes("x.rx", &condition), codes("x.rx", &set)].concat();
    let told = std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(read)
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(told, Vec::<&str>::new());
}

#[test]
fn many_faults_end() {
    let text = "规则 r {\n".to_owned() + &"  级刖 禁忌\n".repeat(20_000) + "}\n";
    assert_eq!(codes("x.rx", &text).last(), Some(&"bound.errors"));
    let one_line = "规则 r { ".to_owned() + &"级刖 禁忌; ".repeat(200_000) + "}";
    assert_eq!(codes("x.rx", &one_line).last(), Some(&"bound.errors"));
}

#[test]
fn a_long_block_is_read_entry_by_entry() {
    let items = "附子 9 克\n".repeat(20_000);
    let text = format!("示例 \"x\" {{\n{items}患者 {{ 年龄 5 岁 }}\n{items}}} 应得 无\n");
    let (tree, told) = parse("x.rx", &text);
    assert_eq!(told, []);
    assert_eq!(format!("{tree:?}").matches("\"附子\"").count(), 40_000);
    let mutes = "mute a.b { reason \"x\"; approver \"y\"; until 2027-01-01 }; ".repeat(2_000);
    assert_eq!(
        codes("x.rx", &format!("policy p {{ scope \"h\"; {mutes} }}")),
        Vec::<&str>::new()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_survived(text in any::<String>(), yaml in any::<bool>()) {
        survives(if yaml { "x.yaml" } else { "x.rx" }, &text);
    }

    #[test]
    fn any_words_are_survived(words in prop::collection::vec(prop::sample::select(vec![
        "规则", "rule", "r", "{", "}", "\n", "匹配", "a", ":", "任意", "|", "除去", "(", ")", "当", "患者.年龄", ">=", "65 岁", "且", "非", "有", "“", "\"", "甲", "#", ";",
        "dose", "band", "always", "daily", "9 g", "..", "example", "\"x\"", "expects", "nothing", "patient", "policy", "mute", "升为", "禁忌", "/{", "，", "示例", "无",
    ]), 0..60)) {
        survives("x.rx", &words.join(" "));
    }

    #[test]
    fn broken_tours_are_survived(tour in 0usize..2, at in any::<usize>(), length in 0usize..200, put in "[ \\n{}()|\"“”:;a甲0-9]{0,8}") {
        let text = TOURS[tour].1;
        let boundaries: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
        let from = at % boundaries.len();
        let to = (from + length).min(boundaries.len() - 1);
        survives("x.rx", &format!("{}{put}{}", &text[..boundaries[from]], &text[boundaries[to]..]));
    }

    #[test]
    fn broken_tables_are_survived(at in any::<usize>(), put in "[ \\n{}\\[\\]|\"',:;<>a甲&*!-]{0,6}") {
        let yaml = "table: rule\nname: \"<h>\"\nfields: {match: \"a: <h>\", severity: <s>, message: {zh: \"{a}<h>\"}}\nrows: [{h: 甲, s: major}, {h: 乙, s: minr}]\n";
        let boundaries: Vec<usize> = yaml.char_indices().map(|(i, _)| i).collect();
        let at = boundaries[at % boundaries.len()];
        survives("x.yaml", &format!("{}{put}{}", &yaml[..at], &yaml[at..]));
    }
}
