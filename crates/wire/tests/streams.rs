//! Records of one object, an array or lines: N in, N out, in order, each with its line.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use proptest::prelude::*;
use shenfang_wire::records;
use std::io::{BufRead, BufReader, Read};

/// `line id` or `line code`, blanks between.
fn answers(reader: impl BufRead) -> Vec<String> {
    records(reader)
        .map(|record| {
            let id = record.id.as_deref().unwrap_or("?");
            match &record.result {
                Ok(_) => format!("{} {id}", record.line),
                Err(error) => format!("{} {id} {}", record.line, error.code.code()),
            }
        })
        .collect()
}

fn of(text: &str) -> Vec<String> {
    let whole = answers(text.as_bytes());
    // However the source hands over its bytes, the answer is the same.
    assert_eq!(whole, answers(BufReader::with_capacity(1, text.as_bytes())));
    assert_eq!(whole, answers(BufReader::with_capacity(7, text.as_bytes())));
    whole
}

fn rx(id: &str) -> String {
    format!(r#"{{"id":"{id}","items":[{{"id":"1","drug":"[,]}}\"{{"}}]}}"#)
}

#[test]
fn nothing_is_nothing() {
    assert!(of("").is_empty());
    assert!(of(" \n\n").is_empty());
    assert!(of("[]").is_empty());
    assert!(of(" [ \n ] \n").is_empty());
}

#[test]
fn one_object() {
    assert_eq!(of(&rx("a")), ["1 a"]);
    let pretty = serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&rx("a")).unwrap()).unwrap();
    assert!(pretty.lines().count() > 3);
    assert_eq!(of(&format!("\n\u{20}{pretty}\n")), ["2 a"]);
    assert_eq!(of("{\n \"id\": \"a\",\n \"items\": [\n"), ["1 a syntax"]);
}

#[test]
fn lines() {
    assert_eq!(
        of(&format!("{}\n{}\r\n\n{}", rx("a"), rx("b"), rx("c"))),
        ["1 a", "2 b", "4 c"]
    );
    assert_eq!(of(&format!("\u{feff}{}\n{}", rx("a"), rx("b"))), ["1 a", "2 b"]);
    // One bad record never changes its neighbours, not even the first.
    assert_eq!(
        of(&format!("{{\"id\":\"a\",\n{}\n{}", rx("b"), rx("c"))),
        ["1 a syntax", "2 b", "3 c"]
    );
    assert_eq!(
        of(&format!("{}\n{{\"id\":\"b\",\"x\":1}}\nrubbish\n{}", rx("a"), rx("d"))),
        ["1 a", "2 b unknown_field", "3 ? syntax", "4 d"]
    );
    assert_eq!(of(&format!("17\n{}", rx("b"))), ["1 ? type", "2 b"]);
    // Later lines that do not begin an object belong to the first, until one does.
    assert_eq!(
        of(&format!("rubbish\nmore\n{}", rx("c"))),
        ["1 ? syntax", "2 ? syntax", "3 c"]
    );
}

#[test]
fn an_array() {
    assert_eq!(of(&format!("[{},{}]", rx("a"), rx("b"))), ["1 a", "1 b"]);
    assert_eq!(of(&format!("\n [\n{},\n\n{}\n]\n", rx("a"), rx("b"))), ["3 a", "5 b"]);
    // A fault of one record is its own; after a fault of the JSON the rest is one.
    assert_eq!(
        of(&format!("[{},{{\"id\":\"b\",\"x\":1}},7,{}]", rx("a"), rx("d"))),
        ["1 a", "1 b unknown_field", "1 ? type", "1 d"]
    );
    assert_eq!(
        of(&format!("[{},{{\"id\" \"b\"}},{}]", rx("a"), rx("c"))),
        ["1 a", "1 ? syntax"]
    );
    assert_eq!(of(&format!("[{} {}]", rx("a"), rx("b"))), ["1 ? syntax"]);
    assert_eq!(of(&format!("[{},\n]", rx("a"))), ["1 a", "2 ? syntax"]);
    assert_eq!(of(&format!("[{},,{}]", rx("a"), rx("b"))), ["1 a", "1 ? syntax"]);
    assert_eq!(of(&format!("[{}", rx("a"))), ["1 ? syntax"]);
    assert_eq!(of("["), ["1 ? syntax"]);
    assert_eq!(of(&format!("[{}]\nmore", rx("a"))), ["1 a", "2 ? syntax"]);
}

#[test]
fn what_is_too_long_is_passed_over() {
    let long = format!(r#"{{"id":"long","department":"{}"}}"#, "x".repeat(3 << 20));
    assert_eq!(
        answers(format!("{}\n{long}\n{}", rx("a"), rx("c")).as_bytes()),
        ["1 a", "2 ? too_long", "3 c"]
    );
    assert_eq!(
        answers(format!("{long}\n{}", rx("b")).as_bytes()),
        ["1 ? too_long", "2 b"]
    );
    assert_eq!(
        answers(format!("[{},{long},{}]", rx("a"), rx("c")).as_bytes()),
        ["1 a", "1 ? too_long", "1 c"]
    );
    let spread = format!("{{\n{}\n{}\n{}", " 1,\n".repeat(1 << 20), rx("b"), rx("c"));
    assert_eq!(answers(spread.as_bytes()), ["1 ? too_long", "1048579 b", "1048580 c"]);
    let spread = format!("{{\n{}", " 1,\n".repeat(1 << 20));
    assert_eq!(answers(spread.as_bytes()), ["1 ? too_long"]);
}

#[test]
fn bytes_that_are_no_text() {
    let mut bytes = rx("a").into_bytes();
    bytes.extend_from_slice(b"\n{\"id\":\"b\",\"department\":\"\xff\xfe\"}\n");
    bytes.extend_from_slice(rx("c").as_bytes());
    assert_eq!(answers(bytes.as_slice()), ["1 a", "2 b encoding", "3 c"]);
}

/// Gives its text, then fails.
struct Failing<'t>(&'t [u8]);
impl Read for Failing<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() {
            Err(std::io::Error::other("unplugged"))
        } else {
            self.0.read(into)
        }
    }
}

#[test]
fn a_source_that_fails_ends_with_an_error() {
    for text in [
        format!("{}\n{}\n", rx("a"), rx("b")),
        format!("[{},\n{},\n", rx("a"), rx("b")),
    ] {
        assert_eq!(
            answers(BufReader::new(Failing(text.as_bytes()))),
            ["1 a", "2 b", "3 ? io"]
        );
    }
    assert_eq!(answers(BufReader::new(Failing(b"{\n"))), ["1 ? syntax", "2 ? io"]);
}

proptest! {
    #[test]
    fn n_lines_give_n_answers_in_order(sound in prop::collection::vec(any::<bool>(), 1..40), array: bool) {
        let record = |(at, sound): (usize, &bool)| if *sound { rx(&at.to_string()) } else { format!(r#"{{"id":"{at}","x":1}}"#) };
        let records: Vec<String> = sound.iter().enumerate().map(record).collect();
        let text = if array { format!("[{}]", records.join(",\n")) } else { records.join("\n") };
        let expected: Vec<String> = sound.iter().enumerate().map(|(at, sound)| format!("{} {at}{}", at + 1, if *sound { "" } else { " unknown_field" })).collect();
        prop_assert_eq!(of(&text), expected);
    }

    #[test]
    fn no_bytes_panic_or_go_on_for_ever(bytes in prop::collection::vec(prop::sample::select(b"[]{}\",:\\ \nax1\xff".to_vec()), 0..200)) {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
        prop_assert!(records(bytes.as_slice()).count() <= bytes.len() + lines + 1);
    }
}
