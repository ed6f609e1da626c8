//! Tables: a row is the declaration it would be as text, and a fault in a cell is shown in that cell.
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

use common::exactly;
use shenfang_diagnostics::SourceMap;
use shenfang_syntax::tree::Declaration;

const FOOTNOTES: &str = r#"
table: rule
name: "<herb>"
fields:
  kind: tcm.footnote
  category: preparation
  match: "a: <herb>"
  when: "a.route is decoction and not a.preparation is <word>"
  severity: <severity>
  message: {zh: "{a}应<word>", en: "{a} should be <en>"}
  advice: "<advice>"
  cite: 'chp2020 "<herb>"'
rows: footnotes.csv
"#;

/// Reads several files and gives every declaration and every diagnostic as `path:line:col code message | text | candidates`.
fn read(files: &[(&str, &str)]) -> (Vec<Declaration>, Vec<String>) {
    let mut map = SourceMap::default();
    let ids: Vec<_> = files.iter().map(|(path, text)| map.add(*path, *text)).collect();
    let (trees, diagnostics) = shenfang_syntax::parse(&map, &ids);
    let said = diagnostics.iter().map(|d| {
        let (path, line, column) = map.position(d.span);
        format!(
            "{path}:{line}:{column} {} {} | {} | {}",
            d.code,
            d.message.en,
            map.text(d.span),
            d.candidates.join(", ")
        )
    });
    (
        trees.into_iter().flat_map(|(_, t)| t.declarations).collect(),
        said.collect(),
    )
}

fn row_means(yaml: &str, csv: &str, text: &str) {
    let files = [("p/t.yaml", yaml), ("p/footnotes.csv", csv)];
    let (rows, faults) = read(if csv.is_empty() { &files[..1] } else { &files });
    assert_eq!(faults, Vec::<String>::new());
    let (declared, faults) = read(&[("t.rx", text)]);
    assert_eq!(faults, Vec::<String>::new());
    assert_eq!(exactly(&rows), exactly(&declared));
}

#[test]
fn a_row_is_the_rule_it_would_be_as_text() {
    row_means(
        FOOTNOTES,
        "herb,word,severity,en,advice\n附子,先煎,major,decocted first,\n",
        r#"rule 附子 {
             kind tcm.footnote  category preparation  match a: 附子
             when a.route is decoction and not a.preparation is 先煎
             severity major
             message zh "{a}应先煎" en "{a} should be decocted first"
             cite chp2020 "附子"
           }"#,
    );
}

#[test]
fn an_inline_row_is_a_dose() {
    row_means(
        r#"
表: 剂量
名称: "<id>: <herb>"
字段:
  途径: [煎服, 散服]
  适用: "所有 { 每日 <low> g .. <high> g }"
  未定: 患者.年龄 < 14 岁
  超过: [1 轻微, "2 中等"]
  依据: chp2020 "<herb>"
行:
  - {id: sanqi, herb: 三七, low: 3, high: 9}
"#,
        "",
        r#"dose sanqi: 三七 { route decoction | powder  band always { daily 3 g .. 9 g }  gap when patient.age < 14 岁
             over 1 minor over 2 moderate cite chp2020 "三七" }"#,
    );
}

#[test]
fn groups_sources_and_examples_are_tables_too() {
    row_means(
        "table: group\nname: <id>\nfields: {members: <set>}\nrows: [{id: g, set: 甘草 | 阿片}]",
        "",
        "group g = 甘草 | 阿片",
    );
    row_means(
        "table: source\nname: <id>\nfields: {citation: <text>, valid: 2020-12-30 .. <to>}\nrows: [{id: s, text: 药典, to: 2025-09-30}]",
        "",
        r#"source s { citation "药典"; valid 2020-12-30 .. 2025-09-30 }"#,
    );
    row_means(
        "table: example\nname: <t>\nfields:\n  kind: decoction\n  patient: age <age>; sex female\n  items: [\"<herb> 9 g\", 甘草 6 g]\n  expects: <r> minor\nrows: [{t: 例, age: 30 a, herb: 附子, r: x}]",
        "",
        "example \"例\" { kind decoction; patient { age 30 a; sex female }\n附子 9 g; 甘草 6 g } expects x minor",
    );
}

#[test]
fn catalogue_sections_are_concepts() {
    let (found, faults) = read(&[(
        "c.yaml",
        "herbs:\n  附子: {en: aconite root, aliases: [黑顺片, 白附片], toxicity: toxic}\n  法半夏: {processed_from: 半夏}\n  甘草:\n\
         products:\n  复方甘草片: {form: 片, contains: {甘草浸膏粉: 112.5 mg, 阿片粉: 4 mg}}\nambiguous:\n  贝母: [川贝母, 浙贝母]\n",
    )]);
    assert_eq!(faults, Vec::<String>::new());
    insta::assert_debug_snapshot!(exactly(&found));
}

#[test]
fn concept_rows_split_their_cells() {
    let csv = "name,aliases,contains,code\n复方甘草片,甲; 乙,甘草:112.5 mg;阿片:4 mg,ATC:R05FA02\n";
    let (found, faults) = read(&[
        (
            "t.yaml",
            "table: product\nname: <name>\nfields: {aliases: <aliases>, contains: <contains>, codes: [<code>]}\nrows: t.csv",
        ),
        ("t.csv", csv),
    ]);
    assert_eq!(faults, Vec::<String>::new());
    insta::assert_debug_snapshot!(exactly(&found));
}

#[test]
fn faults_are_shown_where_they_stand() {
    let cases: [(&str, &str); 10] = [
        (FOOTNOTES, "herb,word,severity,en,advice\n附子,先煎,majr,x,\n"),
        (FOOTNOTES, "herb,word,severity,en,advice\n\"附子,乌头\",先煎,major,x,\n"),
        (FOOTNOTES, "herb,word,severity,en,advice\n附子,先煎\n"),
        (FOOTNOTES, "herb,word,severity,en,herb\n附子,先煎,major,x,\n"),
        (
            FOOTNOTES,
            "herb,word,severity,en,advice\n附子,先煎 severity minor,major,x,\n",
        ),
        (FOOTNOTES, "herb,word,severity,en,advice\n,先煎,major,x,\n"),
        (
            &FOOTNOTES.replace("severity:", "severty:"),
            "herb,word,severity,en,advice\n附子,先煎,major,x,\n",
        ),
        (
            &FOOTNOTES.replace("footnotes.csv", "footnote.csv"),
            "herb,word,severity,en,advice\n附子,先煎,major,x,\n",
        ),
        (
            &FOOTNOTES.replace("decoction and not", "decoction and nt"),
            "herb,word,severity,en,advice\n附子,先煎,major,x,\n川乌,先煎,major,x,\n",
        ),
        ("herbs:\n  附子: {en: a}\n  附子: {aliass: [b]}\nherb: {}\n", "herb\n"),
    ];
    let all: Vec<String> = cases
        .iter()
        .flat_map(|(yaml, csv)| read(&[("p/t.yaml", yaml), ("p/footnotes.csv", csv)]).1)
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn broken_yaml_is_one_diagnostic() {
    for yaml in [
        "herbs:\n  附子: [a",
        "herbs: *x",
        "- a\n- b",
        "a: b\n---\nc: d",
        "herbs: {附子: {en: \"x}}",
    ] {
        let (_, faults) = read(&[("c.yaml", yaml)]);
        assert_eq!(faults.len(), 1, "{yaml}: {faults:?}");
    }
}

#[test]
fn ten_thousand_rows_expand_in_a_moment() {
    let mut csv = String::from("herb,word,severity,en,advice\n");
    for i in 0..10_000 {
        csv.push_str(&format!("药{i},先煎,major,decocted first,建议{i}\n"));
    }
    let (found, faults) = read(&[("p/t.yaml", FOOTNOTES), ("p/footnotes.csv", &csv)]);
    assert_eq!((found.len(), faults.len()), (10_000, 0));
}

#[test]
fn a_row_of_another_length_says_why() {
    let why = |rows: &str| {
        let mut map = SourceMap::default();
        let yaml = "table: group\nname: <n>\nfields: {members: <m>}\nrows: r.csv\n";
        let ids = [map.add("p/t.yaml", yaml), map.add("p/r.csv", format!("n,m\n{rows}"))];
        let (_, told) = shenfang_syntax::parse(&map, &ids);
        told.iter()
            .filter(|d| d.code == "table.ragged")
            .map(|d| d.help.as_ref().unwrap().en.to_string())
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert!(why("g，甲\n").contains("ASCII comma"));
    assert!(why("\"g,甲\nh,乙\n").contains("does not end"));
    assert!(why("g,甲,乙\n").contains("stands in quotes"));
}
