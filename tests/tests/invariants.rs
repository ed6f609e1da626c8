//! The invariants of the README's architecture section that no type holds: each has a test, and each test is tried on a planted violation.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test on the host side that meets the impossible should stop"
)]
use shenfang_tests::host::root;
use std::{fs, path::Path, process::Command};

fn cargo(arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
    )
}

/// True when `package` depends on `dependency` (normal dependencies, any depth).
fn depends(package: &str, dependency: &str) -> bool {
    let (ok, text) = cargo(
        &[
            "tree",
            "--offline",
            "--prefix",
            "none",
            "--edges",
            "normal",
            "-p",
            package,
        ],
        &root(),
    );
    assert!(ok, "cargo tree -p {package}: {text}");
    text.lines().any(|line| line.split(' ').next() == Some(dependency))
}

/// Invariant 1: a compiled program loads and runs without a parser, a CSV or a YAML reader.
#[test]
fn evaluate_needs_no_parser() {
    for forbidden in ["pest", "shenfang-syntax", "shenfang-grammar", "csv", "serde-saphyr"] {
        assert!(
            !depends("shenfang-evaluate", forbidden),
            "shenfang-evaluate depends on {forbidden}"
        );
        assert!(
            depends("shenfang-syntax", forbidden) || forbidden == "shenfang-syntax",
            "the check is blind to {forbidden}: shenfang-syntax should depend on it"
        );
    }
    let (found, _) = cargo(&["tree", "--offline", "-p", "shenfang-evaluate", "-i", "pest"], &root());
    assert!(!found, "cargo tree -p shenfang-evaluate -i pest must fail");
}

/// The arrows of the architecture table: a crate depends on these of the workspace and no others.
#[test]
fn arrows_point_one_way() {
    let allowed: &[(&str, &[&str])] = &[
        ("shenfang-order", &[]),
        ("shenfang-nfkc", &[]),
        ("shenfang-grammar", &[]),
        ("shenfang-diagnostics", &[]),
        ("shenfang-units", &[]),
        ("shenfang-clinical", &["units"]),
        ("shenfang-syntax", &["grammar", "diagnostics", "units"]),
        ("shenfang-knowledge", &["clinical", "units", "diagnostics"]),
        (
            "shenfang-lower",
            &["grammar", "syntax", "knowledge", "clinical", "units", "diagnostics"],
        ),
        ("shenfang-evaluate", &["knowledge", "clinical", "units", "diagnostics"]),
        (
            "shenfang",
            &[
                "units",
                "clinical",
                "diagnostics",
                "syntax",
                "grammar",
                "knowledge",
                "lower",
                "evaluate",
            ],
        ),
        (
            "shenfang-assist",
            &["grammar", "diagnostics", "units", "clinical", "syntax", "knowledge"],
        ),
    ];
    for (package, may) in allowed {
        for other in [
            // "order" and "nfkc" are below them all, and every crate may use them.
            "grammar",
            "diagnostics",
            "units",
            "clinical",
            "syntax",
            "knowledge",
            "lower",
            "evaluate",
            "wire",
            "batch",
            "assist",
            "rules",
            "columnar",
            "host",
            "cli",
        ] {
            let name = format!("shenfang-{other}");
            if name != *package && !may.contains(&other) {
                assert!(!depends(package, &name), "{package} must not depend on {name}");
            }
        }
    }
}

/// Invariant 3: a program is shared between threads; this compiles or it does not.
#[test]
fn a_program_is_shared_between_threads() {
    const fn shared<T: Send + Sync + 'static>() {}
    const { shared::<shenfang_evaluate::Program>() }
    const { shared::<shenfang::RuleSet>() }
    const { shared::<shenfang::Reviewer>() }
}

/// Files of the core stay readable: none past 800 lines.
#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    for folder in ["crates", "grammar", "rules/src", "tests/src"] {
        walk(&root().join(folder), &mut |path| {
            let lines = fs::read_to_string(path).expect("a source file").lines().count();
            if lines > 800 {
                long.push(format!("{}: {lines}", path.display()));
            }
        });
    }
    assert!(long.is_empty(), "past 800 lines: {long:?}");
}

fn walk(folder: &Path, visit: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, visit);
        } else if path.extension().is_some_and(|e| e == "rs") {
            visit(&path);
        }
    }
}

/// One planted violation a lint; the workspace's own lint table must refuse every one of them.
const PLANTED: &[(&str, &str)] = &[
    ("clippy::unwrap_used", "pub fn f(x: Option<u8>) -> u8 { x.unwrap() }"),
    (
        "clippy::expect_used",
        "pub fn f(x: Option<u8>) -> u8 { x.expect(\"x\") }",
    ),
    ("clippy::panic", "pub fn f() { panic!(\"x\") }"),
    ("clippy::unreachable", "pub fn f() { unreachable!() }"),
    (
        "clippy::indexing_slicing",
        "pub fn f(x: &[u8], i: usize) -> u8 { x[i] }",
    ),
    ("clippy::string_slice", "pub fn f(x: &str) -> &str { &x[1..] }"),
    ("clippy::arithmetic_side_effects", "pub fn f(x: i64) -> i64 { x + 1 }"),
    (
        "clippy::disallowed_methods",
        "pub fn f() -> std::time::SystemTime { std::time::SystemTime::now() }",
    ),
    (
        "clippy::disallowed_methods",
        "pub fn f() -> Option<std::ffi::OsString> { std::env::var_os(\"X\") }",
    ),
    (
        "clippy::disallowed_methods",
        "pub fn f() -> std::io::Result<String> { std::fs::read_to_string(\"x\") }",
    ),
    (
        "clippy::disallowed_methods",
        "pub fn f(x: &str) -> (&str, &str) { x.split_at(1) }",
    ),
    (
        "clippy::disallowed_methods",
        "pub fn f(x: &mut Vec<u8>) -> u8 { x.remove(0) }",
    ),
    (
        "clippy::disallowed_methods",
        "pub fn f(x: &mut [u8], y: &[u8]) { x.copy_from_slice(y) }",
    ),
    ("clippy::disallowed_types", "pub struct F(pub f64);"),
    ("clippy::float_arithmetic", "pub fn f() -> bool { 1.5 * 2.5 > 3.0 }"),
    (
        "clippy::iter_over_hash_type",
        "pub fn f(x: &std::collections::HashSet<u8>) -> Vec<u8> { let mut v = vec![]; for i in x { v.push(*i) } v }",
    ),
    (
        "unsafe_code",
        "pub fn f() { unsafe { std::hint::unreachable_unchecked() } }",
    ),
];

/// Invariants 2, 3, 4, 5, as far as lints hold them: the lint table of the workspace refuses each planted violation.
#[test]
fn lints_refuse_planted_violations() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).expect("the workspace manifest");
    let start = workspace.find("[workspace.lints.rust]").expect("a lint table");
    let end = workspace[start..]
        .find("[profile")
        .map_or(workspace.len(), |i| start + i);
    let lints = workspace[start..end].replace("[workspace.lints.", "[lints.");
    let folder = root().join("target/planted");
    fs::create_dir_all(folder.join("src")).expect("a scratch folder");
    fs::write(
        folder.join("Cargo.toml"),
        format!("[package]\nname = \"planted\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n{lints}"),
    )
    .expect("a manifest");
    fs::copy(root().join(".clippy.toml"), folder.join(".clippy.toml")).expect("the clippy settings");
    let modules: Vec<String> = PLANTED
        .iter()
        .enumerate()
        .map(|(i, (_, code))| format!("pub mod m{i} {{\n{code}\n}}\n"))
        .collect();
    fs::write(folder.join("src/lib.rs"), modules.concat()).expect("a library");
    let (passed, text) = cargo(&["clippy", "--offline", "--message-format=json"], &folder);
    assert!(!passed, "clippy accepted the planted violations");
    // `forbid(unsafe_code)` stops compilation before clippy's passes: that line is tried by itself.
    let mut refused = refusals(&text);
    let rest: Vec<String> = PLANTED
        .iter()
        .enumerate()
        .filter(|(_, (lint, _))| *lint != "unsafe_code")
        .map(|(i, (_, code))| format!("pub mod m{i} {{\n{code}\n}}\n"))
        .collect();
    fs::write(folder.join("src/lib.rs"), rest.concat()).expect("a library");
    refused.extend(refusals(
        &cargo(&["clippy", "--offline", "--message-format=json"], &folder).1,
    ));
    let source = |code: &str| {
        refused
            .iter()
            .filter(|(_, text)| text.contains(code))
            .map(|(lint, _)| lint.as_str())
            .collect::<Vec<_>>()
    };
    for (lint, code) in PLANTED {
        assert!(
            source(code).contains(lint),
            "{lint} does not refuse `{code}`; it is refused by {:?}",
            source(code)
        );
    }
}

/// Lint and source line of every error in cargo's JSON messages.
fn refusals(messages: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for line in messages.lines().filter(|l| l.starts_with('{')) {
        let value: serde_json::Value = serde_json::from_str(line).expect("cargo's JSON");
        let message = &value["message"];
        if message["level"] == "error" {
            let lint = message["code"]["code"].as_str().unwrap_or_default().to_owned();
            for span in message["spans"].as_array().into_iter().flatten() {
                for text in span["text"].as_array().into_iter().flatten() {
                    out.push((lint.clone(), text["text"].as_str().unwrap_or_default().to_owned()));
                }
            }
        }
    }
    out
}
