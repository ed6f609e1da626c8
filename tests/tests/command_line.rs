//! The `shenfang` binary as a pharmacist runs it: what it prints, what it exits with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "this is the host side: it runs a program and reads files"
)]

use serde_json::Value;
use shenfang_tests::host::{binary, root};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn shenfang(arguments: &[&str]) -> Ran {
    ran(Command::new(binary())
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("shenfang runs"))
}

fn shenfang_reading(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(binary())
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("shenfang runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("shenfang ends");
    writer.join().expect("written").expect("shenfang reads all of it");
    ran(output)
}

/// A folder of its own for a test that writes.
fn scratch(name: &str) -> PathBuf {
    let folder = binary()
        .parent()
        .expect("a folder")
        .join("command_line_test")
        .join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}

/// A path as an argument.
fn arg(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn snapshot(name: &str, text: &str) {
    // The digest changes with every rule; that it is said is what matters.
    let mut text = text.to_owned();
    let is_digest = |word: &&str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let digests: Vec<String> = words.filter(is_digest).map(str::to_owned).collect();
    for digest in digests {
        text = text.replace(&digest, "[digest]");
    }
    // So does the line a row stands on.
    for table in [".csv:", ".yaml:"] {
        let parts: Vec<&str> = text.split(table).collect();
        let tails = parts[1..]
            .iter()
            .map(|tail| format!("[line]{}", tail.trim_start_matches(|c: char| c.is_ascii_digit())));
        text = std::iter::once(parts[0].to_owned())
            .chain(tails)
            .collect::<Vec<_>>()
            .join(table);
    }
    insta::with_settings!({snapshot_path => "../data/snapshots", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, text);
    });
}

/// The README's sample, and a record that cannot be read.
const SAMPLE: &str = "tests/data/sample_with_a_fault.ndjson";
const TOURS: [&str; 2] = ["grammar/tour.rx", "grammar/tour.zh.rx"];

#[test]
fn review_reads_well_in_chinese_and_english() {
    for (name, lang) in [("review_text_zh", "zh"), ("review_text_en", "en")] {
        let ran = shenfang(&["review", "--lang", lang, SAMPLE]);
        snapshot(
            name,
            &format!("{}\n---- stderr, exit {} ----\n{}", ran.out, ran.code, ran.err),
        );
        assert!(!ran.out.contains('\u{1b}'), "no colour when it is not a terminal");
    }
    assert_eq!(
        shenfang(&["review", SAMPLE]).out,
        shenfang(&["review", "--lang", "zh", SAMPLE]).out,
        "Chinese unless said otherwise"
    );
}

#[test]
fn review_writes_one_reply_a_line() {
    let ran = shenfang(&["review", "--format", "json", SAMPLE]);
    let replies: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(replies.len(), 5);
    let indented: Vec<String> = replies
        .iter()
        .map(|reply| serde_json::to_string_pretty(reply).expect("JSON"))
        .collect();
    snapshot("review_json", &indented.join("\n"));
    let in_english = shenfang(&["review", "--format", "json", "--lang", "en", SAMPLE]);
    let without_message = |text: &str| text.lines().take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        without_message(&ran.out),
        without_message(&in_english.out),
        "a review holds both languages"
    );
}

#[test]
fn exit_codes_say_what_happened() {
    let lines = fs::read_to_string(root().join(SAMPLE)).expect("the sample");
    let lines: Vec<&str> = lines.lines().collect();
    let review = |arguments: &[&str], input: &str| {
        shenfang_reading(&[&["review"], arguments, &["-"]].concat(), input.as_bytes()).code
    };
    assert_eq!(review(&[], lines[0]), 0, "reviewed, whatever was found");
    assert_eq!(review(&["--fail-on", "block"], lines[0]), 1);
    assert_eq!(review(&["--fail-on", "log"], lines[0]), 1, "stronger counts too");
    assert_eq!(review(&["--fail-on", "log"], lines[1]), 0, "nothing was found");
    assert_eq!(review(&[], lines[4]), 2, "one record could not be read");
    assert_eq!(
        review(&["--fail-on", "block"], &[lines[0], lines[4]].join("\n")),
        2,
        "that some record could not be read goes first"
    );
    assert_eq!(shenfang(&["review", "tests/data/no_such_file.ndjson"]).code, 2);
    assert_eq!(
        shenfang(&["review", "--rules", "tests/data/no_such_rules.rx", SAMPLE]).code,
        2
    );
    assert_eq!(shenfang(&["check", TOURS[0]]).code, 0);
    assert_ne!(shenfang(&["test", "tests/data/no_such_rules.rx"]).code, 0);
    assert_eq!(shenfang(&["explain", "查无此药"]).code, 2);
}

#[test]
fn a_rule_that_cannot_be_read_leaves_the_others_at_work() {
    let folder = scratch("bad_rules");
    let rules = folder.join("bad.rx");
    fs::write(
        &rules,
        "pack bad { title zh \"坏\" version \"1\" }\nrule r { category nonsense; when }\n",
    )
    .expect("written");
    let line = fs::read_to_string(root().join(SAMPLE))
        .expect("the sample")
        .lines()
        .next()
        .expect("a line")
        .to_owned();
    let ran = shenfang_reading(
        &["review", "--format", "json", "--rules", arg(&rules), "-"],
        line.as_bytes(),
    );
    assert_eq!(ran.code, 2);
    let reply: Value = serde_json::from_str(ran.out.trim()).expect("JSON");
    assert_eq!(reply["decision"], "block");
    assert!(ran.err.contains("bad.rx"), "{}", ran.err);
}

#[test]
fn an_object_an_array_and_lines_give_the_same_replies() {
    let lines = fs::read_to_string(root().join(SAMPLE)).expect("the sample");
    let lines: Vec<&str> = lines.lines().take(4).collect();
    let review = |input: &str| shenfang_reading(&["review", "--format", "json", "-"], input.as_bytes()).out;
    let expected = review(&lines.join("\n"));
    assert_eq!(expected.lines().count(), 4);
    assert_eq!(review(&format!("[{}]", lines.join(","))), expected);
    assert_eq!(review(&format!("\u{feff}[\n{}\n]\n", lines.join(",\n"))), expected);
    assert_eq!(review(&lines.join("\r\n")), expected);
    assert_eq!(lines.iter().map(|line| review(line)).collect::<String>(), expected);
    let pretty =
        |line: &&str| serde_json::to_string_pretty(&serde_json::from_str::<Value>(line).expect("JSON")).expect("JSON");
    assert_eq!(
        lines.iter().map(|line| review(&pretty(line))).collect::<String>(),
        expected,
        "one object over many lines"
    );
    assert_eq!(review(""), "");
    assert_eq!(review("[]"), "");
}

#[test]
fn the_corpus_streams_in_order() {
    let ran = shenfang(&["review", "--format", "json", "tests/data/insomnia_outpatient.ndjson"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for (n, line) in ran.out.lines().enumerate() {
        let reply: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(reply["id"], format!("insomnia-{:04}", n + 1));
    }
    assert_eq!(ran.out.lines().count(), 497);
}

/// One bad line of each kind between good ones, through the binary: N in, N out, in order.
/// No answer depends on the order in which threads finish.
#[test]
fn one_thread_and_many_answer_alike() {
    let review = |threads: &str| {
        let mut command = Command::new(binary());
        command.args(["review", "--format", "json", "tests/data/insomnia_outpatient.ndjson"]);
        ran(command
            .env("RAYON_NUM_THREADS", threads)
            .current_dir(root())
            .output()
            .expect("the command runs"))
        .out
    };
    let one = review("1");
    assert_eq!(one.lines().count(), 497);
    assert_eq!(one, review("3"));
}

#[test]
fn bad_lines_between_good_ones() {
    let good = |i: usize| {
        format!(r#"{{"id":"rx-{i}","kind":"decoction","items":[{{"id":"1","drug":"附子","dose":"9 g"}},{{"id":"2","drug":"半夏","dose":"9 g"}}]}}"#).into_bytes()
    };
    let deep = format!(
        r#"{{"id":"deep","items":[{{"id":"1","drug":{}{}}}]}}"#,
        "[".repeat(1_000),
        "]".repeat(1_000)
    );
    let long = format!(
        r#"{{"id":"long","items":[{{"id":"1","drug":"{}"}}]}}"#,
        "附".repeat(1_000_000)
    );
    let bad: Vec<Vec<u8>> = vec![
        br#"{"id":"cut","items":[{"id":"1""#.to_vec(),
        br#"{"id":"typed","items":"none"}"#.to_vec(),
        br#"{"id":"unknown","alergies":[]}"#.to_vec(),
        b"{\"id\":\"latin\",\"items\":[{\"id\":\"1\",\"drug\":\"\xff\"}]}".to_vec(),
        br#"{"id":"twice","items":[{"id":"1","drug":"a"},{"id":"1","drug":"b"}]}"#.to_vec(),
        deep.into_bytes(),
        long.into_bytes(),
        b"not JSON".to_vec(),
    ];
    let mut stream = Vec::new();
    for (i, bad) in bad.iter().enumerate() {
        stream.extend(good(i));
        stream.push(b'\n');
        stream.extend(bad);
        stream.push(b'\n');
    }
    let ran = shenfang_reading(&["review", "--format", "json", "-"], &stream);
    assert_eq!(ran.code, 2);
    let replies: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(replies.len(), bad.len() * 2);
    for (i, pair) in replies.chunks(2).enumerate() {
        assert_eq!(
            (&pair[0]["id"], &pair[0]["decision"]),
            (&Value::from(format!("rx-{i}")), &Value::from("block"))
        );
        assert!(
            pair[1]["error"]["code"].is_string() && pair[1]["error"]["path"].is_string(),
            "{}",
            pair[1]
        );
        assert_eq!(pair[1]["line"], i * 2 + 2);
    }
    let alone = shenfang_reading(&["review", "--format", "json", "-"], &good(3)).out;
    assert_eq!(
        ran.out.lines().nth(6).expect("a line"),
        alone.trim_end(),
        "the neighbours' bytes are unchanged"
    );
}

#[test]
fn no_builtin_leaves_only_what_is_named() {
    let line = fs::read_to_string(root().join(SAMPLE))
        .expect("the sample")
        .lines()
        .next()
        .expect("a line")
        .to_owned();
    let rules = |arguments: &[&str]| {
        let ran = shenfang_reading(
            &[&["review", "--format", "json"], arguments, &["-"]].concat(),
            line.as_bytes(),
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
        let reply: Value = serde_json::from_str(ran.out.trim()).expect("JSON");
        let packs: Vec<String> = reply["rules"]["packs"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|p| p["id"].as_str().expect("an id").to_owned())
            .collect();
        (packs, reply["decision"].as_str().expect("a decision").to_owned(), reply)
    };
    let (packs, decision, _) = rules(&["--no-builtin", "--rules", TOURS[0]]);
    assert_eq!((packs, decision.as_str()), (vec!["tour".to_owned()], "block"));
    let (packs, decision, reply) = rules(&["--no-builtin"]);
    assert_eq!(
        (packs.len(), decision.as_str()),
        (0, "pass"),
        "no rule, nothing to find"
    );
    assert_eq!(
        reply["unrecognized"].as_array().map(Vec::len),
        Some(0),
        "the names stay"
    );
    let (_, decision, reply) = rules(&["--no-builtin", "--no-catalog"]);
    assert_eq!(decision, "unjudged");
    assert_eq!(
        reply["unrecognized"].as_array().map(Vec::len),
        Some(5),
        "without the catalogue no name is known"
    );
    let (packs, _, _) = rules(&["--rules", TOURS[0]]);
    assert!(packs.contains(&"tour".to_owned()) && packs.len() > 1, "{packs:?}");
}

#[test]
fn the_tours_check_and_their_examples_pass() {
    for tour in TOURS {
        let check = shenfang(&["check", tour]);
        assert_eq!(check.code, 0, "{}{}", check.out, check.err);
        assert!(
            !check.err.contains("error") && !check.err.contains("错误["),
            "{}",
            check.err
        );
        let test = shenfang(&["test", "--strict", tour]);
        assert_eq!(test.code, 0, "{}{}", test.out, test.err);
    }
    let both = shenfang(&["check", "--lang", "en", TOURS[0], TOURS[1]]);
    assert_eq!(both.code, 0, "{}", both.err);
    assert!(
        both.err.contains("0 errors") && both.err.contains("0 warnings"),
        "{}",
        both.err
    );
    let digests: Vec<&str> = both
        .err
        .lines()
        .filter_map(|line| line.strip_prefix("tour 1  digest "))
        .collect();
    assert!(matches!(digests.as_slice(), [a, b] if a == b), "{}", both.err);
}

#[test]
fn both_tours_have_one_digest() {
    let digest = |tour: &str| {
        let ran = shenfang_reading(
            &["review", "--format", "json", "--no-builtin", "--rules", tour, "-"],
            br#"{"id":"a","items":[{"id":"1","drug":"a"}]}"#,
        );
        let reply: Value = serde_json::from_str(ran.out.trim()).expect("JSON");
        reply["rules"]["digest"].as_str().expect("a digest").to_owned()
    };
    assert_eq!(digest(TOURS[0]), digest(TOURS[1]));
    assert_eq!(digest(TOURS[0]).len(), 64);
}

#[test]
fn the_packs_check_and_their_examples_pass() {
    let check = shenfang(&["check", "--strict", "--on", "2024-11-22", "--lang", "en", "rules"]);
    assert_eq!(check.code, 0, "{}", check.err);
    assert!(
        check.err.contains("0 errors") && check.err.contains("0 warnings"),
        "{}",
        check.err
    );
    let test = shenfang(&["test", "--strict", "rules"]);
    assert_eq!(test.code, 0, "{}{}", test.out, test.err);
}

/// The layout of a text, its keywords turned where a language is named.
fn laid_out(folder: &Path, name: &str, text: &str, language: Option<&str>) -> String {
    let file = folder.join(name);
    fs::write(&file, text).expect("written");
    let mut arguments = vec!["fmt"];
    arguments.extend(language.into_iter().flat_map(|language| ["--lang", language]));
    arguments.push(arg(&file));
    let ran = shenfang(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    fs::read_to_string(&file).expect("read back")
}

#[test]
fn fmt_turns_keywords_there_and_back() {
    let folder = scratch("fmt");
    let tours = TOURS.map(|tour| fs::read_to_string(root().join(tour)).expect("the tour"));
    let comments = |text: &str| {
        text.lines()
            .filter_map(|line| line.split_once('#').map(|(_, comment)| comment.trim_end().to_owned()))
            .collect::<Vec<_>>()
    };
    for (tour, (there, back)) in tours.iter().zip([("zh", "en"), ("en", "zh")]) {
        let plain = laid_out(&folder, "plain.rx", tour, None);
        let turned = laid_out(&folder, "turned.rx", tour, Some(there));
        assert_ne!(turned, plain, "some keyword was turned");
        assert_eq!(
            laid_out(&folder, "back.rx", &turned, Some(back)),
            plain,
            "byte for byte"
        );
        assert_eq!(
            laid_out(&folder, "again.rx", &plain, None),
            plain,
            "canonical stays as it is"
        );
        assert_eq!(comments(&turned), comments(tour), "no comment lost");
    }
    let packs = shenfang(&["fmt", "--check", "rules/tcm", TOURS[0], TOURS[1]]);
    assert_eq!(packs.code, 0, "not in canonical layout: {}{}", packs.out, packs.err);
}

#[test]
fn fmt_check_changes_nothing() {
    let folder = scratch("fmt_check");
    let file = folder.join("crooked.rx");
    let crooked = "pack   p{title zh \"包\";version \"1\"}   # 尾注\n";
    fs::write(&file, crooked).expect("written");
    assert_eq!(shenfang(&["fmt", "--check", arg(&file)]).code, 1);
    assert_eq!(fs::read_to_string(&file).expect("read back"), crooked);
    let ran = shenfang(&["fmt", "--stdout", arg(&file)]);
    assert!(ran.out.contains("# 尾注"), "{}", ran.out);
    assert_eq!(fs::read_to_string(&file).expect("read back"), crooked);
    fs::write(&file, "rule { ").expect("written");
    assert_eq!(shenfang(&["fmt", arg(&file)]).code, 1);
    assert_eq!(
        fs::read_to_string(&file).expect("read back"),
        "rule { ",
        "a file that does not parse stays as it is"
    );
}

#[test]
fn check_names_place_and_remedy() {
    let folder = scratch("check");
    let file = folder.join("faults.rx");
    let text = "规则包 院内 { 标题 zh \"院内\"; 版本 \"1\" }\n来源 书 { 题名 \"书\" }\n规则 甲 {\n  类别 相互作用\n  匹配 a：华法令\n  级别 严重\n  提示 \"甲\"\n  依据 书\n}\n规则 乙 {\n  类别 禁忌证\n  匹配 a：任意\n  当 患者.体重 > 40\n  级别 严重\n  提示 \"乙\"\n  依据 书\n}\n";
    fs::write(&file, text).expect("written");
    for (name, lang) in [("check_zh", "zh"), ("check_en", "en")] {
        let ran = shenfang(&["check", "--lang", lang, arg(&file)]);
        assert_eq!(ran.code, 1);
        snapshot(name, &ran.err.replace(arg(&file), "faults.rx"));
    }
}

#[test]
fn check_reads_what_chinese_excel_saves_and_refuses_what_is_no_text() {
    let folder = scratch("encodings");
    let file = folder.join("gb.rx");
    let mut gb = b"pack gb { title zh \"".to_vec();
    gb.extend([0xd4, 0xba, 0xc4, 0xda]);
    gb.extend(b"\" version \"1\" }\n");
    fs::write(&file, gb).expect("written");
    assert_eq!(shenfang(&["check", arg(&file)]).code, 0, "GB18030");
    fs::write(&file, b"pack gb { title zh \"\xff\xff\xff\" version \"1\" }\n").expect("written");
    let ran = shenfang(&["check", arg(&file)]);
    assert_ne!(ran.code, 0, "neither UTF-8 nor GB18030");
    assert!(ran.err.contains("gb.rx"), "{}", ran.err);
    fs::write(&file, vec![b'('; (16 << 20) + 1]).expect("written");
    assert_ne!(
        shenfang(&["check", arg(&file)]).code,
        0,
        "larger than a rule file may be"
    );
}

#[test]
fn explain_a_concept_a_code_a_rule_and_initials() {
    // The rules about warfarin are hundreds, and change with every pack: its names, codes and classes do not.
    for (name, arguments) in [
        ("explain_aconite", ["附子", "--lang=zh"].as_slice()),
        ("explain_aconite_en", &["附子", "--lang=en"]),
        ("explain_atc", &["ATC:B01AA03", "--lang=zh", "--no-builtin"]),
    ] {
        let ran = shenfang(&[&["explain"], arguments].concat());
        assert_eq!(ran.code, 0, "{}", ran.err);
        snapshot(name, &ran.out);
    }
    let by_alias = shenfang(&["explain", "黑顺片"]);
    assert!(by_alias.code == 0 && by_alias.out.contains("附子"), "{}", by_alias.out);
    let by_initials = shenfang(&["explain", "fz"]);
    assert!(
        by_initials.code == 0 && by_initials.out.contains("附子"),
        "{}{}",
        by_initials.out,
        by_initials.err
    );
    let rule = shenfang_rules::builtin()
        .knowledge()
        .rules()
        .iter()
        .map(|r| r.finding.id.clone())
        .next()
        .expect("a rule");
    let by_rule = shenfang(&["explain", &rule]);
    assert!(
        by_rule.code == 0 && by_rule.out.contains(&rule),
        "{rule}: {}{}",
        by_rule.out,
        by_rule.err
    );
    let unknown = shenfang(&["explain", "当皈"]);
    assert!(
        unknown.code == 2 && unknown.err.contains("当归"),
        "a near name is proposed: {}{}",
        unknown.out,
        unknown.err
    );
}

#[test]
fn graph_exports_parse() {
    let json = shenfang(&["graph", "--around", "附子", "--depth", "2", "--format", "json"]);
    assert_eq!(json.code, 0, "{}", json.err);
    let graph: Value = serde_json::from_str(&json.out).expect("JSON");
    assert!(
        graph["nodes"].as_array().is_some_and(|nodes| nodes.len() > 3),
        "{}",
        json.out
    );
    assert!(
        graph["edges"].as_array().is_some_and(|edges| !edges.is_empty()),
        "{}",
        json.out
    );

    let graphml = shenfang(&["graph", "--around", "附子", "--depth", "2", "--format", "graphml"]);
    let mut reader = quick_xml::Reader::from_str(&graphml.out);
    reader.config_mut().check_end_names = true;
    let (mut nodes, mut edges, mut depth) = (0, 0, 0);
    loop {
        use quick_xml::events::Event;
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                depth += 1;
                nodes += usize::from(tag.name().as_ref() == "node");
                edges += usize::from(tag.name().as_ref() == "edge");
            }
            Event::Empty(tag) => {
                nodes += usize::from(tag.name().as_ref() == "node");
                edges += usize::from(tag.name().as_ref() == "edge");
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert_eq!(
        (Some(nodes), Some(edges)),
        (
            graph["nodes"].as_array().map(Vec::len),
            graph["edges"].as_array().map(Vec::len)
        ),
        "the formats say the same"
    );

    let dot = shenfang(&["graph", "--around", "附子", "--format", "dot"]);
    assert!(
        dot.out.trim_start().starts_with("digraph") && dot.out.trim_end().ends_with('}'),
        "{}",
        dot.out
    );
    let whole = shenfang(&["graph", "--format", "json"]);
    let whole: Value = serde_json::from_str(&whole.out).expect("JSON");
    assert!(whole["nodes"].as_array().is_some_and(|nodes| nodes.len() > 1_000));
    assert_eq!(shenfang(&["graph", "--around", "查无此药", "--format", "dot"]).code, 2);
}

#[test]
fn a_compiled_program_reviews_as_its_rules_do() {
    let folder = scratch("compile");
    let program = folder.join("rules.sfp");
    let said = shenfang(&["compile", "--lang", "en", "-o", arg(&program)]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(
        said.out.contains(" bytes ") && said.out.contains("digest"),
        "{}",
        said.out
    );
    let sheets = "tests/data/insomnia_outpatient.ndjson";
    let compiled = shenfang(&["review", "--format", "json", "--program", arg(&program), sheets]);
    assert_eq!(compiled.out, shenfang(&["review", "--format", "json", sheets]).out);

    // Neither half a file nor another file is taken for a program, and rules with errors leave the old program in place.
    let bytes = fs::read(&program).expect("written");
    for (name, wrong) in [
        ("half", &bytes[..bytes.len() / 2]),
        ("text", b"not a program".as_slice()),
    ] {
        let path = folder.join(name);
        fs::write(&path, wrong).expect("a file");
        let refused = shenfang(&["review", "--program", arg(&path), sheets]);
        assert_eq!((refused.code, refused.out.as_str()), (2, ""));
        assert!(refused.err.contains("shenfang compile"), "{}", refused.err);
    }
    let faulty = folder.join("faulty.rx");
    fs::write(&faulty, "规则 r { 类别 无此类别 }").expect("a file");
    let refused = shenfang(&["compile", arg(&faulty), "-o", arg(&program)]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.contains("没有写出程序"), "{}", refused.err);
    assert_eq!(fs::read(&program).expect("still there"), bytes);
    let nowhere = folder.join("no/such/folder.sfp");
    assert_eq!(shenfang(&["compile", "-o", arg(&nowhere)]).code, 2);
}
