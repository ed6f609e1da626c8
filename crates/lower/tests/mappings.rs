//! 对照: what local codes and names stand for, and what is said of rows that stand for nothing or for two things.
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

use common::{Run, run};
use shenfang_knowledge::mapping::{LocalKey, Mapping, find};
use shenfang_knowledge::{Code, normalize};

const FIELDS: &str = "fields: {code: \"LOCAL:<code>\", name: \"<name>\", drug: \"<drug>\", strength: \"<strength>\", pack: \"<pack>\"}\n";

/// A mapping table of an institution (or everyone) with these rows.
fn table(scope: &str, rows: &str) -> (String, String) {
    let scope = if scope.is_empty() {
        String::new()
    } else {
        format!("scope: [{scope}]\n")
    };
    let yaml = format!("table: mapping\n{scope}{FIELDS}rows: {{csv}}\n");
    (yaml, format!("code,name,drug,strength,pack\n{rows}"))
}

fn with(tables: &[(String, String)]) -> Run {
    let named: Vec<(String, String, String, &str)> = tables
        .iter()
        .enumerate()
        .map(|(i, (yaml, csv))| {
            let name = format!("m{i}.csv");
            (
                format!("m/m{i}.yaml"),
                format!("m/{name}"),
                yaml.replace("{csv}", &name),
                csv.as_str(),
            )
        })
        .collect();
    let mut files = Vec::new();
    for (yaml_path, csv_path, yaml, csv) in &named {
        files.push((yaml_path.as_str(), yaml.as_str()));
        files.push((csv_path.as_str(), *csv));
    }
    run(&files)
}

fn code(text: &str) -> LocalKey {
    LocalKey::Code(Code::parse(&format!("LOCAL:{text}")).unwrap())
}

fn name(text: &str) -> LocalKey {
    LocalKey::Name(normalize(text))
}

/// `布洛芬 Some(Tablet) Some("0.1 g") None`
fn stands_for(run: &Run, key: &LocalKey, institution: Option<&str>) -> String {
    let knowledge = &run.lowered.knowledge;
    let shown = |m: &Mapping| {
        let drug = &knowledge.concept(m.drug).unwrap().name;
        format!("{drug} {:?} {:?} {:?}", m.form, m.strength, m.pack)
    };
    find(knowledge.mappings(), key, institution).map_or("-".to_owned(), shown)
}

fn said(run: &Run) -> Vec<String> {
    let said = run.diagnostics.iter();
    said.map(|d| {
        format!(
            "{:?} {} {} [{}]",
            d.level,
            d.code,
            run.map.text(d.span),
            d.candidates.join(" ")
        )
    })
    .collect()
}

#[test]
fn a_row_maps_code_and_name_to_the_drug_with_form_strength_and_pack() {
    let run = with(&[table(
        "h1",
        "A1,芬必灵,布洛芬缓释胶囊,0.3 g,24粒\nA2,,华法林钠片2.5mg,,\n",
    )]);
    assert!(run.diagnostics.is_empty(), "{}", run.shown());
    let ibuprofen = "布洛芬 Some(ExtendedCapsule) Some(\"0.3 g\") Some(\"24粒\")";
    assert_eq!(stands_for(&run, &code("A1"), Some("h1")), ibuprofen);
    assert_eq!(stands_for(&run, &name(" 芬必灵"), Some("h1")), ibuprofen);
    assert_eq!(
        stands_for(&run, &code("A2"), Some("h1")),
        "华法林钠 Some(Tablet) Some(\"2.5mg\") None"
    );
    assert_eq!(stands_for(&run, &code("A1"), Some("h2")), "-", "another institution's");
    assert_eq!(stands_for(&run, &code("A1"), None), "-");
}

#[test]
fn an_institutions_own_row_comes_before_everyones() {
    let run = with(&[table("", "A1,,布洛芬片,,\n"), table("h1", "A1,,华法林片,,\n")]);
    assert!(run.diagnostics.is_empty(), "{}", run.shown());
    assert!(stands_for(&run, &code("A1"), Some("h1")).starts_with("华法林"));
    assert!(stands_for(&run, &code("A1"), Some("h2")).starts_with("布洛芬"));
    assert!(stands_for(&run, &code("A1"), None).starts_with("布洛芬"));
}

#[test]
fn rows_that_stand_for_nothing_are_warnings_and_the_others_work() {
    let run = with(&[table(
        "",
        "A1,,华发林,,\nA2,,贝母,,\nA3,,,,\nA4,布洛芬片,,,\nA5,,布洛芬片,许多,\n",
    )]);
    assert_eq!(
        said(&run),
        [
            "Warning mapping.unresolved 华发林 [华法林]",
            "Warning mapping.ambiguous 贝母 [川贝母 浙贝母]",
            "Warning mapping.unresolved A3 []",
            "Warning mapping.unreadable 许多 []",
        ]
    );
    assert_eq!(stands_for(&run, &code("A4"), None), "布洛芬 Some(Tablet) None None");
    assert_eq!(stands_for(&run, &code("A5"), None), "布洛芬 Some(Tablet) None None");
    assert_eq!(stands_for(&run, &code("A1"), None), "-");
}

#[test]
fn one_code_with_two_drugs_is_an_error_and_a_catalogue_name_keeps_its_meaning() {
    let twice = with(&[table("h1", "A1,,布洛芬片,,\n"), table("h2, h1", "A1,,华法林片,,\n")]);
    assert_eq!(said(&twice), ["Error mapping.twice A1 []"]);
    let apart = with(&[table("h1", "A1,,布洛芬片,,\n"), table("h2", "A1,,华法林片,,\n")]);
    assert!(apart.diagnostics.is_empty());
    let overrides = with(&[table("", "A1,华法林,布洛芬片,,\nA2,贝母,川贝母,,\n")]);
    assert_eq!(said(&overrides), ["Error mapping.overrides 华法林 []"]);
    assert_eq!(stands_for(&overrides, &name("华法林"), None), "-");
    assert!(stands_for(&overrides, &code("A1"), None).starts_with("布洛芬"));
    assert!(
        stands_for(&overrides, &name("贝母"), None).starts_with("川贝母"),
        "one of its meanings"
    );
}

#[test]
fn rows_of_one_name_that_differ_keep_what_they_agree_on() {
    let run = with(&[table(
        "",
        "A1,芬必灵,布洛芬片,0.1 g,24片\nA2,芬必灵,布洛芬片,0.2 g,24片\n",
    )]);
    assert!(run.diagnostics.is_empty(), "{}", run.shown());
    assert_eq!(
        stands_for(&run, &name("芬必灵"), None),
        "布洛芬 Some(Tablet) None Some(\"24片\")"
    );
    assert_eq!(
        stands_for(&run, &code("A2"), None),
        "布洛芬 Some(Tablet) Some(\"0.2 g\") Some(\"24片\")"
    );
}

#[test]
fn the_mapping_is_part_of_the_digest_and_of_no_packs_examples() {
    let (without, with) = (with(&[]), with(&[table("", "A1,,布洛芬片,,\n")]));
    assert_ne!(without.lowered.knowledge.digest(), with.lowered.knowledge.digest());
    assert!(with.lowered.knowledge.only_pack("t").mappings().is_empty());
}

#[test]
fn a_row_without_code_and_name_and_a_foreign_code_are_errors() {
    let bare = "table: mapping\nfields: {code: \"<code>\", drug: \"<drug>\"}\nrows:\n  - {code: ATC:M01AE01, drug: 布洛芬}\n  - {code: \"\", drug: 布洛芬}\n";
    let run = run(&[("m/m.yaml", bare)]);
    let codes: Vec<_> = run.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["mapping.code", "mapping.key"], "{}", run.shown());
}
