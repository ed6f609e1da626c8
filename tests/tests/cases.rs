//! The pack's own test prescriptions: what a pharmacist expects, written without looking at the rules, reviewed with all built-in packs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![allow(clippy::disallowed_methods, reason = "tests read files")]
use serde::Deserialize;
use serde_json::{Value, json};
use shenfang::clinical::Str;
use shenfang::{Action, Category, Finding, Review, Severity};
use shenfang_tests::host::root;
use std::{collections::BTreeMap, collections::BTreeSet, fmt::Write, fs};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    #[allow(dead_code, reason = "for the reader")]
    why: String,
    #[allow(dead_code, reason = "for the reader")]
    #[serde(default)]
    source: Option<String>,
    rx: Value,
    #[serde(default)]
    fires: Vec<Fires>,
    #[serde(default)]
    silent: bool,
    #[serde(default)]
    quiet: Vec<Category>,
    #[serde(default)]
    undetermined: Vec<Undetermined>,
    #[serde(default)]
    unrecognized: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fires {
    category: Category,
    items: Vec<String>,
    at_least: Severity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undetermined {
    items: Vec<String>,
    needs: Vec<String>,
    #[serde(default = "major")]
    at_least: Severity,
}

fn major() -> Severity {
    Severity::Major
}

/// What kinds of case an area has.
#[derive(Default, Clone, Copy)]
struct Count {
    fire: usize,
    silent: usize,
    open: usize,
}

fn same(items: &[String], of: &[Str<'_>]) -> bool {
    let of: BTreeSet<&str> = of.iter().map(|item| &**item).collect();
    items.iter().map(String::as_str).collect::<BTreeSet<_>>() == of
}

fn interrupts(finding: &Finding<'_>) -> bool {
    matches!(finding.action, Action::Warn | Action::Block)
}

/// What is wrong with a review, in the words of the case.
fn faults(case: &Case, review: &Review<'_>) -> Vec<String> {
    let mut faults = Vec::new();
    let listed = |f: &Finding| {
        let fits = |e: &Fires| e.category == f.category && same(&e.items, &f.items) && f.severity >= e.at_least;
        case.fires.iter().any(fits)
    };
    for expected in &case.fires {
        let met = |f: &Finding| {
            f.category == expected.category && same(&expected.items, &f.items) && f.severity >= expected.at_least
        };
        if !review.findings.iter().any(met) {
            faults.push(format!(
                "missing {:?} {:?} at least {:?}",
                expected.category, expected.items, expected.at_least
            ));
        }
    }
    for finding in review.findings.iter().filter(|f| interrupts(f) && !listed(f)) {
        faults.push(format!(
            "not expected: {} {:?} {:?}",
            finding.rule, finding.items, finding.action
        ));
    }
    for finding in review.findings.iter().filter(|f| case.quiet.contains(&f.category)) {
        faults.push(format!(
            "must be quiet: {} {:?} {:?}",
            finding.rule, finding.items, finding.action
        ));
    }
    for expected in &case.undetermined {
        let met = |u: &&shenfang::clinical::Undetermined| {
            same(&expected.items, &u.items)
                && expected
                    .needs
                    .iter()
                    .all(|need| u.needs.iter().any(|field| field == need))
                && u.severity >= expected.at_least
        };
        if !review.undetermined.iter().any(|u| met(&u)) {
            faults.push(format!(
                "not said to be undetermined: {:?} for want of {:?}",
                expected.items, expected.needs
            ));
        }
    }
    for text in &case.unrecognized {
        if !review.unrecognized.iter().any(|u| u.text == *text) {
            faults.push(format!("not said to be unrecognized: {text}"));
        }
    }
    faults
}

fn prescription(case: &Case) -> Vec<u8> {
    let mut rx = case.rx.clone();
    let fields = rx.as_object_mut().expect("rx is an object");
    fields.insert("id".into(), json!(case.id));
    fields.entry("kind").or_insert_with(|| json!("western"));
    for list in ["items", "current_medications"] {
        let lines = fields.get_mut(list).and_then(Value::as_array_mut);
        for (number, line) in lines.into_iter().flatten().enumerate() {
            let id = if list == "items" {
                format!("{}", number + 1)
            } else {
                format!("m{}", number + 1)
            };
            line.as_object_mut()
                .expect("an item is an object")
                .entry("id")
                .or_insert_with(|| json!(id));
        }
    }
    rx.to_string().into_bytes()
}

#[test]
fn every_case_is_reviewed_as_a_pharmacist_would() {
    let reviewer = shenfang_rules::builtin().reviewer();
    let mut files: Vec<_> = fs::read_dir(root().join("tests/cases"))
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "yaml"));
    files.sort();
    let (mut areas, mut failures, mut ids) = (BTreeMap::new(), String::new(), BTreeSet::new());
    for path in files {
        let area = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let cases: Vec<Case> = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{area}: {error}"));
        let count: &mut Count = areas.entry(area.clone()).or_default();
        for case in cases {
            assert!(ids.insert(case.id.clone()), "{} stands twice", case.id);
            assert!(
                case.id.starts_with(&format!("{area}-")),
                "{} is not of the area {area}",
                case.id
            );
            let says = [!case.fires.is_empty(), case.silent, !case.undetermined.is_empty()];
            assert!(says.contains(&true), "{} expects nothing", case.id);
            assert!(!(case.silent && says[0]), "{} is to fire and to be silent", case.id);
            count.fire += usize::from(says[0]);
            count.silent += usize::from(case.silent);
            count.open += usize::from(says[2]);
            let rx = shenfang_wire::read_record(&prescription(&case)).unwrap_or_else(|e| panic!("{}: {e:?}", case.id));
            for fault in faults(&case, &reviewer.review(&rx)) {
                writeln!(failures, "{}: {fault}", case.id).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    let table = table(&areas);
    let readme = fs::read_to_string(root().join("rules/README.md")).unwrap();
    assert!(
        readme.contains(&table),
        "rules/README.md should have this table:\n{table}"
    );
}

/// The table of `rules/README.md`.
fn table(areas: &BTreeMap<String, Count>) -> String {
    let mut table = String::from("| 领域 | 应报 | 应静 | 缺资料 | 通过 |\n|---|---|---|---|---|\n");
    let mut all = Count::default();
    for (area, count) in areas {
        writeln!(
            table,
            "| `{area}` | {} | {} | {} | 全部 |",
            count.fire, count.silent, count.open
        )
        .unwrap();
        all.fire += count.fire;
        all.silent += count.silent;
        all.open += count.open;
    }
    writeln!(table, "| 合计 | {} | {} | {} | 全部 |", all.fire, all.silent, all.open).unwrap();
    table
}
