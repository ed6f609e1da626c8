//! What the README shows is what a new user sees: the first screen's prescription, command and answer are real.
#![allow(clippy::expect_used, clippy::disallowed_methods, reason = "a test of the host side")]
use shenfang_tests::host::{binary, root};
use std::{fs, process::Command};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

fn sample() -> String {
    fs::read_to_string(root().join("tests/data/sample.ndjson")).expect("the sample")
}

/// The text of the first fenced block of `language`.
fn block(text: &str, language: &str) -> String {
    let lines = text
        .lines()
        .skip_while(|line| *line != format!("```{language}"))
        .skip(1);
    lines
        .take_while(|line| *line != "```")
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn the_first_screen_shows_the_samples_first_prescription() {
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
    assert_eq!(
        value(&block(&readme(), "json")),
        value(sample().lines().next().expect("a line"))
    );
}

#[test]
fn the_first_screen_shows_the_real_answer() {
    let output = Command::new(binary())
        .args(["review", "tests/data/sample.ndjson"])
        .current_dir(root())
        .output()
        .expect("the command runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let first = printed.split_inclusive("\n\n").next().expect("an answer");
    assert_eq!(block(&readme(), "text").trim_end(), first.trim_end());
}

#[test]
fn the_faulty_sample_is_the_sample_and_one_fault() {
    let faulty = fs::read_to_string(root().join("tests/data/sample_with_a_fault.ndjson")).expect("the faulty sample");
    assert_eq!(faulty.strip_prefix(&sample()).map(|rest| rest.lines().count()), Some(1));
}
