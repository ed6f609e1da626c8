//! The corpus that every binding is held to: the replies to `tests/corpus/records.ndjson`, byte by byte.
//!
//! `SHENFANG_BLESS=1 cargo test -p shenfang-tests --test corpus` writes them anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test reads files and says what it expects"
)]
use shenfang::Language;
use shenfang_batch::{Answer, review_stream};
use shenfang_tests::host::root;
use std::{fs, ops::ControlFlow};

/// For records that do not say when they were written.
const ON: &str = "2026-11-22";

/// The replies of the built-in rules, a line each.
fn replies(records: &[u8]) -> Vec<u8> {
    let reviewer = shenfang_rules::builtin().reviewer().on(ON.parse().ok());
    let mut out = Vec::new();
    let line = |answer: Answer<'_>| match answer.outcome {
        Ok((_, review)) => shenfang_wire::write_review(&review),
        Err(error) => shenfang_wire::write_error(answer.id, answer.line, error, Language::Zh),
    };
    review_stream(records, &reviewer, line, |reply| {
        out.extend(reply);
        out.push(b'\n');
        ControlFlow::Continue(())
    });
    out
}

#[test]
fn every_record_is_answered_as_it_was() {
    let folder = root().join("tests/corpus");
    let records = fs::read(folder.join("records.ndjson")).unwrap();
    let path = folder.join("reviews.ndjson");
    let now = replies(&records);
    if std::env::var_os("SHENFANG_BLESS").is_some() {
        fs::write(&path, &now).unwrap();
    }
    let then = fs::read(&path).unwrap();
    let lines = |text: &[u8]| -> Vec<String> {
        let text = std::str::from_utf8(text).unwrap();
        text.split_terminator('\n').map(str::to_owned).collect()
    };
    let (records, now_lines, then_lines) = (lines(&records), lines(&now), lines(&then));
    assert_eq!(records.len(), now_lines.len(), "one reply a record");
    for (at, (now, then)) in now_lines.iter().zip(&then_lines).enumerate() {
        assert!(
            now == then,
            "line {}, {}\n now: {now}\nthen: {then}\nmeant? SHENFANG_BLESS=1 cargo test -p shenfang-tests --test corpus",
            at.saturating_add(1),
            records.get(at).map_or("", String::as_str),
        );
    }
    assert!(now == then, "reviews.ndjson has other lines at its end");
}

/// A corpus that has become tame holds nobody to anything.
#[test]
fn the_corpus_shows_every_kind_of_answer() {
    let reviews = fs::read_to_string(root().join("tests/corpus/reviews.ndjson")).unwrap();
    let codes = [
        "syntax",
        "type",
        "unknown_field",
        "duplicate_field",
        "missing_field",
        "date",
        "unknown_word",
        "out_of_range",
        "duplicate_id",
        "contradiction",
        "too_long",
    ];
    for code in codes {
        assert!(reviews.contains(&format!(r#""error":{{"code":"{code}""#)), "no {code}");
    }
    for decision in ["unjudged", "log", "inform", "warn", "block"] {
        assert!(
            reviews.contains(&format!(r#""decision":"{decision}""#)),
            "no {decision}"
        );
    }
    for reason in ["ambiguous", "code_and_name_differ", "unreadable"] {
        assert!(reviews.contains(&format!(r#""reason":"{reason}""#)), "no {reason}");
    }
}
