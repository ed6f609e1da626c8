//! What no prescription and no rule file should be: every record gets a review or an error with its path, its
//! neighbours do not notice, nothing panics; every rule file ends in a diagnostic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]

use serde_json::Value;
use shenfang::{Catalogue, Language, Options, RuleSet, Sources};
use shenfang_batch::{Answer, review_stream};
use std::{fmt::Write, ops::ControlFlow};

/// Every reply to a stream, as the bytes of its line.
fn replies(input: &[u8]) -> Vec<Vec<u8>> {
    let reviewer = shenfang_rules::builtin().reviewer();
    let mut all = Vec::new();
    let render = |answer: Answer<'_>| match &answer.outcome {
        Ok((_, review)) => shenfang_wire::write_review(review),
        Err(error) => shenfang_wire::write_error(answer.id, answer.line, error, shenfang_wire::Language::En),
    };
    review_stream(input, &reviewer, render, |reply| {
        all.push(reply);
        ControlFlow::Continue(())
    });
    all
}

const BEFORE: &str = r#"{"id":"before","kind":"decoction","items":[{"id":"1","drug":"附子","dose":"9 g"},{"id":"2","drug":"半夏","dose":"9 g"}]}"#;
const AFTER: &str = r#"{"id":"after","items":[{"id":"1","drug":"二甲双胍片","strength":"0.5 g","dose":"0.5 g","frequency":"tid","route":"口服"}]}"#;

/// The sample of the data contract: every kind of field stands in it.
fn sample() -> &'static str {
    include_str!("../data/data_contract.json").trim_end()
}

/// `code path` of an error, `review` of a review.
fn kind(reply: &[u8]) -> String {
    let reply: Value = serde_json::from_slice(reply).expect("every reply is JSON");
    match reply.get("error") {
        None => {
            assert!(reply["decision"].is_string(), "{reply}");
            "review".to_owned()
        }
        Some(error) => {
            assert!(
                error["message"]
                    .as_str()
                    .is_some_and(|m| !m.is_empty() && m.len() < 2_000),
                "{reply}"
            );
            format!(
                "{} {}",
                error["code"].as_str().expect("a code"),
                error["path"].as_str().expect("a path")
            )
            .trim()
            .to_owned()
        }
    }
}

/// A record with one item, the item's fields replaced.
fn item(fields: &str) -> Vec<u8> {
    format!(r#"{{"id":"bad","items":[{{"id":"1",{fields}}}]}}"#).into_bytes()
}

/// A record with one good item and other fields.
fn record(fields: &str) -> Vec<u8> {
    format!(r#"{{"id":"bad","items":[{{"id":"1","drug":"当归","dose":"9 g"}}],{fields}}}"#).into_bytes()
}

fn lines_of_items(n: usize) -> Vec<u8> {
    let items: Vec<String> = (1..=n)
        .map(|i| format!(r#"{{"id":"{i}","drug":"当归","dose":"1 g"}}"#))
        .collect();
    format!(r#"{{"id":"bad","kind":"decoction","items":[{}]}}"#, items.join(",")).into_bytes()
}

/// Bad records and what each is answered with.
#[rustfmt::skip] // one case a line
fn cases() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        ("cut off in a string", br#"{"id":"bad","items":[{"id":"1","drug":"abc"#.to_vec(), "syntax /items/0/drug"),
        ("cut off after a field", br#"{"id":"bad","items":[{"id":"1","drug":"abc""#.to_vec(), "syntax /items/0"),
        ("cut off after an item", br#"{"id":"bad","items":[{"id":"1","drug":"abc"}"#.to_vec(), "syntax /items"),
        ("text after the object", br#"{"id":"bad","items":[{"id":"1","drug":"abc"}]} and so on"#.to_vec(), "syntax"),
        ("two commas", br#"{"id":"bad",,"items":[]}"#.to_vec(), "syntax"),
        ("a bare word", b"garbage".to_vec(), "syntax"),
        ("a number", b"5".to_vec(), "type"),
        ("null", b"null".to_vec(), "type"),
        ("a text", br#""prescription""#.to_vec(), "type"),
        ("a list", b"[1,2]".to_vec(), "type"),
        ("nothing in it", b"{}".to_vec(), "missing_field /id"),
        ("no items", br#"{"id":"bad"}"#.to_vec(), "missing_field /items"),
        ("items null", br#"{"id":"bad","items":null}"#.to_vec(), "missing_field /items"),
        ("an item without id", br#"{"id":"bad","items":[{"drug":"a"}]}"#.to_vec(), "missing_field /items/0/id"),
        ("an item without drug", br#"{"id":"bad","items":[{"id":"1"}]}"#.to_vec(), "missing_field /items/0/drug"),
        ("items as a text", br#"{"id":"bad","items":"a"}"#.to_vec(), "type /items"),
        ("id as a number", br#"{"id":7,"items":[{"id":"1","drug":"a"}]}"#.to_vec(), "type /id"),
        ("drug as a number", item(r#""drug":5"#), "type /items/0/drug"),
        ("dose without unit", item(r#""drug":"a","dose":9"#), "type /items/0/dose"),
        ("dose true", item(r#""drug":"a","dose":true"#), "type /items/0/dose"),
        ("dose a list", item(r#""drug":"a","dose":["9 g"]"#), "type /items/0/dose"),
        ("pregnant as a text", record(r#""patient":{"pregnant":"yes"}"#), "type /patient/pregnant"),
        ("patient a list", record(r#""patient":[]"#), "type /patient"),
        ("allergies as a text", record(r#""patient":{"allergies":"青霉素"}"#), "type /patient/allergies"),
        ("a misspelt allergy list", record(r#""patient":{"alergies":[]}"#), "unknown_field /patient/alergies"),
        ("a misspelt field of an item", item(r#""drug":"a","frequancy":"qd""#), "unknown_field /items/0/frequancy"),
        ("a frequency of the sheet", record(r#""usage":{"frequency":"bid"}"#), "unknown_field /usage/frequency"),
        ("another system's field", record(r#""hospital_no":"x""#), "unknown_field /hospital_no"),
        ("a day that is none", record(r#""authored_on":"2026-02-30""#), "date /authored_on"),
        ("a birth date in words", record(r#""patient":{"birth_date":"last year"}"#), "date /patient/birth_date"),
        ("a sex that is none", record(r#""patient":{"sex":"yes"}"#), "unknown_word /patient/sex"),
        ("a kind that is none", record(r#""kind":"decoctoin""#), "unknown_word /kind"),
        ("birth date and age that exclude each other", record(r#""authored_on":"2026-11-22","patient":{"birth_date":"1958-03-02","age":"3 岁"}"#), "contradiction /patient/age"),
        ("nonsense unit in a text", item(r#""drug":"当归","dose":"9 florps""#), "review"),
        ("nonsense unit in an object", item(r#""drug":"当归","dose":{"value":9,"unit":"florps"}"#), "review"),
        ("a number no dose has", item(r#""drug":"当归","dose":{"value":1e400,"unit":"g"}"#), "review"),
        ("a number no text should have", item(r#""drug":"当归","dose":"1e400 g""#), "review"),
        ("four hundred digits", item(&format!(r#""drug":"当归","dose":"{} g""#, "9".repeat(400))), "review"),
        ("a negative dose", item(r#""drug":"当归","dose":"-9 g""#), "review"),
        ("a name of a megabyte", item(&format!(r#""drug":"{}""#, "a".repeat(1_000_000))), "too_long /items/0/drug"),
        ("a name of a million characters", item(&format!(r#""drug":"{}""#, "附".repeat(1_000_000))), "too_long"),
        ("a record of two megabytes", record(&format!(r#""extra":{{"scan":"{}"}}"#, "a".repeat(2 << 20))), "too_long"),
        ("a thousand lists in lists", record(&format!(r#""extra":{{"deep":{}{}}}"#, "[".repeat(1_000), "]".repeat(1_000))), "review"),
        ("a thousand objects in objects", record(&format!(r#""extra":{}1{}"#, r#"{"a":"#.repeat(1_000), "}".repeat(1_000))), "review"),
        ("a thousand lists for a drug", item(&format!(r#""drug":{}{}"#, "[".repeat(1_000), "]".repeat(1_000))), "type /items/0/drug"),
        ("a byte that is no UTF-8", [&b"{\"id\":\"bad\",\"items\":[{\"id\":\"1\",\"drug\":\"\xff\xfe\"}]}"[..]].concat(), "encoding"),
        ("GB18030", b"{\"id\":\"bad\",\"items\":[{\"id\":\"1\",\"drug\":\"\xb5\xb1\xb9\xe9\"}]}".to_vec(), "encoding"),
        ("half a surrogate", item(r#""drug":"\ud800""#), "syntax /items/0/drug"),
        ("one id twice", br#"{"id":"bad","items":[{"id":"1","drug":"a"},{"id":"1","drug":"b"}]}"#.to_vec(), "duplicate_id /items/1/id"),
        ("one id on the sheet and at home", record(r#""current_medications":[{"id":"1","drug":"b"}]"#), "duplicate_id /current_medications/0/id"),
        ("a field twice", item(r#""drug":"当归","dose":"9 g","dose":"90 g""#), "duplicate_field /items/0/dose"),
        ("a list twice", record(r#""diagnoses":["感冒"],"diagnoses":[]"#), "duplicate_field /diagnoses"),
        ("501 items", lines_of_items(501), "too_many /items/500"),
        ("500 items", lines_of_items(500), "review"),
        ("a name of blanks", item(r#""drug":"  ""#), "missing_field /items/0/drug"),
        ("control characters", item(r#""drug":"\u0000\u0007\u202e附子""#), "review"),
    ]
}

#[test]
fn a_bad_record_is_answered_and_its_neighbours_do_not_notice() {
    let alone = [replies(BEFORE.as_bytes()), replies(AFTER.as_bytes())].concat();
    let mut wrong = String::new();
    for (name, bad, expected) in cases() {
        let stream = [BEFORE.as_bytes(), b"\n", &bad, b"\n", AFTER.as_bytes(), b"\n"].concat();
        let all = replies(&stream);
        assert_eq!(all.len(), 3, "{name}: three records, {} replies", all.len());
        assert!(all[0] == alone[0] && all[2] == alone[1], "{name}: a neighbour changed");
        let seen = kind(&all[1]);
        if seen != expected {
            writeln!(wrong, "{name}: {seen}, expected {expected}").expect("a string");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_bad_first_or_last_record_is_no_different() {
    let alone = [replies(BEFORE.as_bytes()), replies(AFTER.as_bytes())].concat();
    for (name, bad, _) in cases() {
        // A first line of brackets begins an array; that is another shape, tried below.
        if bad.first() != Some(&b'[') {
            let first = replies(&[&bad, &b"\n"[..], BEFORE.as_bytes(), b"\n", AFTER.as_bytes()].concat());
            assert_eq!(first[1..], alone, "{name} first");
        }
        let last = replies(&[BEFORE.as_bytes(), b"\n", AFTER.as_bytes(), b"\n", &bad].concat());
        assert_eq!((&last[..2], last.len()), (&alone[..], 3), "{name} last");
    }
}

/// In an array, what is JSON but no prescription costs one reply; only after a syntax error is the rest one error
/// record.
#[test]
fn arrays_keep_their_neighbours_too() {
    let alone = [replies(BEFORE.as_bytes()), replies(AFTER.as_bytes())].concat();
    for (name, bad, _) in cases() {
        let all = replies(&[b"[", BEFORE.as_bytes(), b",", &bad, b",", AFTER.as_bytes(), b"]"].concat());
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(&bad).is_ok();
        let kinds: Vec<String> = all.iter().map(|reply| kind(reply)).collect();
        assert_eq!(all[0], alone[0], "{name}: the first changed");
        match is_json {
            true => assert!(all.len() == 3 && all[2] == alone[1], "{name}: {kinds:?}"),
            false => assert!(all.len() == 2 && kinds[1].starts_with("syntax"), "{name}: {kinds:?}"),
        }
    }
}

/// The words of an error name the field that was meant.
#[test]
fn unknown_fields_are_answered_with_what_was_meant() {
    let message = |bad: &[u8], language| {
        let record = shenfang_wire::records(bad).next().expect("a record");
        let error = record.result.expect_err("an error");
        String::from_utf8(shenfang_wire::write_error(
            record.id.as_deref(),
            record.line,
            &error,
            language,
        ))
        .expect("UTF-8")
    };
    let allergies = record(r#""patient":{"alergies":["青霉素"]}"#);
    assert!(message(&allergies, shenfang_wire::Language::En).contains("did you mean `allergies`"));
    assert!(message(&allergies, shenfang_wire::Language::Zh).contains("是否 `allergies`"));
    assert!(message(&record(r#""usage":{"frequency":"bid"}"#), shenfang_wire::Language::En).contains("`servings`"));
    assert!(message(&item(r#""drug":"a","dosse":"1 g""#), shenfang_wire::Language::En).contains("did you mean `dose`"));
    assert!(message(&record(r#""kind":"decoctoin""#), shenfang_wire::Language::En).contains("decoction"));
    assert!(
        message(&record(r#""hospital_no":"x""#), shenfang_wire::Language::En).contains("extra")
            || message(&record(r#""hospital_no":"x""#), shenfang_wire::Language::En).contains("fields are")
    );
}

/// Text that cannot be understood is no error, and never fine.
#[test]
fn unreadable_text_stands_under_unrecognized() {
    for dose in [
        r#""9 florps""#,
        r#"{"value":9,"unit":"florps"}"#,
        r#""1e400 g""#,
        r#"{"value":1e400,"unit":"g"}"#,
        r#""适量""#,
        r#""-9 g""#,
    ] {
        let reply = replies(&item(&format!(r#""drug":"黄芪","dose":{dose}"#)));
        let review: Value = serde_json::from_slice(&reply[0]).expect("JSON");
        let named = review["unrecognized"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|u| u["path"] == "items.1.dose");
        assert!(named, "{dose}: {review}");
        assert_eq!(review["complete"], false, "{dose}");
    }
}

#[test]
fn a_record_cut_off_anywhere_is_an_error() {
    let whole = sample().as_bytes();
    assert_eq!(kind(&replies(whole)[0]), "review");
    for end in 1..whole.len() {
        let reply = replies(&whole[..end]);
        assert_eq!(reply.len(), 1, "cut at {end}");
        let kind = kind(&reply[0]);
        assert!(
            kind.starts_with("syntax") || kind.starts_with("encoding"),
            "cut at {end}: {kind}"
        );
    }
}

/// Four thousand times one byte of the sample is replaced, doubled or lost.
#[test]
fn a_damaged_record_is_answered_and_its_neighbours_do_not_notice() {
    let alone = [replies(BEFORE.as_bytes()), replies(AFTER.as_bytes())].concat();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).expect("small")).expect("small")
    };
    for _ in 0..4_000 {
        let mut bad = sample().as_bytes().to_vec();
        let at = next(bad.len());
        match next(4) {
            0 => drop(bad.drain(at..=at)),
            1 => bad.insert(at, bad[at]),
            2 => bad[at] = b"{}[]\",:0e-\\ \xff\x00n"[next(15)],
            _ => bad[at] ^= 1 << next(8),
        }
        // A line break makes two records of it: that is another test.
        bad.iter_mut()
            .filter(|byte| **byte == b'\n')
            .for_each(|byte| *byte = b' ');
        let all = replies(&[BEFORE.as_bytes(), b"\n", &bad, b"\n", AFTER.as_bytes()].concat());
        let text = String::from_utf8_lossy(&bad);
        assert_eq!(all.len(), 3, "{text}");
        assert!(all[0] == alone[0] && all[2] == alone[1], "a neighbour changed: {text}");
        kind(&all[1]);
    }
}

#[test]
fn n_records_in_n_replies_out_in_order() {
    let bad = cases();
    let mut stream = Vec::new();
    let mut expected = Vec::new();
    for i in 0..300 {
        let id = format!("rx-{i:04}");
        match i % 3 {
            2 => {
                stream.extend_from_slice(&bad[i % bad.len()].1);
                expected.push(None);
            }
            _ => {
                stream.extend_from_slice(BEFORE.replace("before", &id).as_bytes());
                expected.push(Some(id));
            }
        }
        stream.push(b'\n');
    }
    let all = replies(&stream);
    assert_eq!(all.len(), 300);
    for (reply, id) in all.iter().zip(expected) {
        let reply: Value = serde_json::from_slice(reply).expect("JSON");
        if let Some(id) = id {
            assert_eq!(reply["id"], id);
        }
    }
}

// ---- rule files ----

/// The codes of the diagnostics of one rule file, at least one of them an error.
fn refused(path: &str, text: String) -> Vec<String> {
    let (_, diagnostics) = RuleSet::compile(
        shenfang_rules::catalogue(),
        [(path.to_owned(), text)].into_iter().collect(),
        Options::default(),
    );
    assert!(diagnostics.has_errors(), "{path}: no error");
    assert!(
        diagnostics.list.len() <= 3_000,
        "{path}: {} diagnostics",
        diagnostics.list.len()
    );
    let rendered = diagnostics.render(Language::Zh, false);
    assert!(
        rendered.len() < 1 << 22,
        "{path}: {} bytes of diagnostics",
        rendered.len()
    );
    diagnostics.list.iter().map(|d| d.code.to_string()).collect()
}

fn rule(when: &str) -> String {
    format!(
        "pack p {{ title zh \"包\" version \"1\" }}\nsource s {{ citation \"书\" }}\nrule r {{\n  category dose\n  match a: any\n  when {when}\n  severity minor\n  message zh \"x\"\n  cite s\n}}\n"
    )
}

#[test]
fn ten_megabytes_of_brackets_end_in_a_diagnostic() {
    for text in [
        "(".repeat(10 << 20),
        "{".repeat(10 << 20),
        "（".repeat(3 << 20),
        rule(&"(".repeat(10 << 20)),
        rule(&"not ".repeat(2 << 20)),
        "\"".repeat(10 << 20),
        "\n".repeat(10 << 20) + "rule",
    ] {
        assert!(!refused("brackets.rx", text).is_empty());
    }
}

#[test]
fn a_million_members_end_in_a_diagnostic() {
    let members: Vec<String> = (0..1_000_000).map(|i| format!("药{i}")).collect();
    for sign in [" | ", "、", " & ", "|\n  "] {
        let codes = refused("group.rx", format!("group g = {}\n", members.join(sign)));
        assert!(codes.iter().any(|code| code == "bound.members"), "{codes:?}");
    }
    // By way of other groups: each a tenth of what a set may have, and one that has them all.
    let tenth = |n: usize| {
        format!(
            "group g{n} = {}\n",
            (0..10_000)
                .map(|i| format!("\"药{n}-{i}\""))
                .collect::<Vec<_>>()
                .join(" | ")
        )
    };
    let all: String = (0..11).map(tenth).collect::<String>()
        + "group all = "
        + &(0..11).map(|n| format!("g{n}")).collect::<Vec<_>>().join(" | ")
        + "\n";
    refused("groups.rx", all);
}

#[test]
fn nesting_ends_in_a_diagnostic() {
    for depth in [65, 1_000, 100_000] {
        let codes = refused(
            "deep.rx",
            rule(&format!("{}a.dose > 1 g{}", "(".repeat(depth), ")".repeat(depth))),
        );
        assert!(codes.iter().any(|code| code == "bound.nesting"), "{depth}: {codes:?}");
        let nots = format!("{}a.dose > 1 g", "not ".repeat(depth));
        refused("nots.rx", rule(&nots));
        refused(
            "alone.rx",
            format!(
                "pack p {{ title zh \"包\" version \"1\" }}\ngroup g = {}当归\n",
                "alone ".repeat(depth)
            ),
        );
        refused(
            "deep.yaml",
            format!("herbs:\n  x: {}1{}\n", "[".repeat(depth), "]".repeat(depth)),
        );
    }
}

#[test]
fn groups_of_groups_that_double_end_in_a_diagnostic() {
    let mut text = "pack p { title zh \"包\" version \"1\" }\ngroup g0 = 当归 | 黄芪\n".to_owned();
    for i in 1..60 {
        let below = i - 1;
        writeln!(text, "group g{i} = g{below} | g{below} | (g{below} except 当归)").expect("a string");
    }
    // Either refused or folded: what matters is that it ends.
    let (_, diagnostics) = RuleSet::compile(
        shenfang_rules::catalogue(),
        [("double.rx", text.as_str())].into_iter().collect::<Sources>(),
        Options::default(),
    );
    assert!(diagnostics.list.len() < 1_000);
    let (_, circle) = RuleSet::compile(
        shenfang_rules::catalogue(),
        [("circle.rx", "group a = b | 当归\ngroup b = a | 黄芪\n")]
            .into_iter()
            .collect::<Sources>(),
        Options::default(),
    );
    assert!(circle.has_errors(), "a group that contains itself");
}

#[test]
fn sizes_end_in_a_diagnostic() {
    let codes = refused("large.rx", "# 注释\n".repeat((16 << 20) / 9 + 1));
    assert_eq!(codes, ["bound.size"]);
    refused("name.rx", format!("rule {} {{ }}\n", "名".repeat(1_000_000)));
    refused(
        "string.rx",
        format!("source s {{ citation \"{}\n", "书".repeat(1_000_000)),
    );
    refused("unit.rx", rule(&format!("a.dose > 1 {}", "m".repeat(1_000_000))));
    refused("number.rx", rule(&format!("a.dose > {} g", "9".repeat(1_000_000))));
    refused("exponent.rx", rule("a.dose > 1e400 g"));
    refused("errors.rx", "rule r { when } \n".repeat(100_000));
}

#[test]
fn tables_end_in_a_diagnostic() {
    let load = |text: &str| {
        let (_, diagnostics) = Catalogue::load([("rows.yaml", text)].into_iter().collect::<Sources>());
        assert!(
            diagnostics.has_errors(),
            "no error in {}",
            text.chars().take(80).collect::<String>()
        );
        diagnostics.render(Language::En, false)
    };
    let cycle = load("herbs:\n  甲: {processed_from: 乙}\n  乙: {processed_from: 丙}\n  丙: {processed_from: 甲}\n");
    assert!(
        ["甲", "乙", "丙"].iter().all(|name| cycle.contains(name)),
        "the cycle is printed: {cycle}"
    );
    load("herbs:\n  甲: {is_a: [甲]}\n");
    load("products:\n  甲: {contains: [乙]}\n  乙: {contains: [甲]}\n");
    load("herbs:\n  甲: {en: one}\n  甲: {en: two}\n");
    load("herbs:\n  甲: {aliases: [丙]}\n  乙: {aliases: [丙]}\n");
    load("herbs: [甲, 乙\n");
    load("herbs:\n\t甲: {}\n");
    load(
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\nherbs: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
    );
    let long: String = (0..20_000).fold("herbs:\n".to_owned(), |mut text, i| {
        writeln!(text, "  药{i}: {{processed_from: 药{}}}", (i + 1) % 20_000).expect("a string");
        text
    });
    load(&long);
}
