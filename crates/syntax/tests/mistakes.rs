//! Classic mistakes of authors, and what they are told. One declaration above, every diagnostic below.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test stops where it fails"
)]
use shenfang_diagnostics::{Language, SourceMap, render};

/// What an author is told about a text.
fn told(text: &str, language: Language) -> String {
    let mut map = SourceMap::default();
    let id = map.add("x.rx", text);
    let (_, diagnostics) = shenfang_syntax::parse(&map, &[id]);
    assert!(!diagnostics.is_empty(), "no diagnostic for: {text}");
    format!(
        "{text}\n\n{}",
        render::terminal::render(&map, &diagnostics, language, false).trim_end()
    )
}

/// A rule with one line in it.
fn rule(line: &str) -> String {
    format!("规则 r {{\n  {line}\n  级别 禁忌\n}}")
}

fn english(line: &str) -> String {
    format!("rule r {{\n  {line}\n  severity major\n}}")
}

#[test]
fn in_chinese() {
    let cases = [
        rule("级刖 禁忌证"),
        rule("当 b.途径为全身"),
        rule("当 患者.年龄 ≥ 75 岁且患者.透析"),
        rule("当患者.年龄 ≥ 75 岁"),
        rule("当 病人.年龄 ≥ 75 岁"),
        rule("当 患者.年岁 ≥ 75 岁"),
        rule("当 患者。年龄 ≥ 75 岁"),
        rule("当 患者 有 哮喘 或 ICD10:J45"),
        rule("当 患者 有 ICD10:N17 或 ICD10:N18"),
        rule("当 患者 曾有 ICD10:N17 或 ICD10:N18"),
        rule("当 处方.诊断 曾有 哮喘"),
        rule("当 患者.疾病 曾有 哮喘"),
        rule("当 处方.科室 曾有 哮喘"),
        rule("当 6 岁 ≤ 患者.年龄 < 12 岁"),
        rule("当 年龄 ≥ 75 岁"),
        rule("当 （患者.透析"),
        rule("当 a.途径 为 65"),
        rule("当"),
        rule("匹配 a：布洛芬 和 萘普生"),
        rule("匹配 a：布洛芬 或 萘普生"),
        rule("匹配 a：布洛芬 b：萘普生"),
        rule("匹配 a：A | B 除去 C"),
        rule("匹配 a：5-氟尿嘧啶"),
        rule("匹配 a：类别"),
        rule("匹配 a：甲，b：乙，c：丙，d：丁，e：戊"),
        rule("匹配 a：甲，a：乙"),
        rule("类别 相互作闲"),
        rule("提示 zh \"{a}反{b\""),
        rule("提示 zh “没有结束"),
        rule("提示 “甲” “乙”"),
        rule("升为 禁忌 如果 患者.透析"),
        rule("点评 一"),
        rule("级别 严重"),
        "规则 r {\n  级别 禁忌\n\n规则 s {\n  级刖 禁忌\n}".to_owned(),
        "规矩 r {\n  级别 禁忌\n}\n规则 s { 类别 无 }".to_owned(),
        "剂量 黄芪 {\n  适用 所有 { 每日 9 克 到 30 克 }\n  超过 一 轻微\n  途径 水煎\n}".to_owned(),
        "来源 s { 有效 2021-02-29 .. }\n来源 t { 有效 2022-01-01 .. 2021-01-01 }".to_owned(),
        "示例 \"x\" {\n  场境 门诊\n  患者 { 年纪 68 岁；性别 女 }\n  阿司匹林（肠溶） 100 mg\n} 应得 无".to_owned(),
        "示例 \"x\" {\n  附子 9 克\n}".to_owned(),
        "示例 \"x\" {\n  附子 9 克\n} 应得 没有".to_owned(),
        "组 g = 甲 | \n组 h = 乙 丙".to_owned(),
    ];
    insta::assert_snapshot!(cases.map(|c| told(&c, Language::Zh)).join("\n\n────────\n\n"));
}

#[test]
fn in_english() {
    let cases = [
        english("severty major"),
        english("when b.rout is systemic"),
        english("when patient.age => 75 a"),
        english("when patient.age == 75 a"),
        english("when patient.age >= 75 a && patient.dialysis"),
        english("when patient has 哮喘 or 喘息"),
        english("when 6 a <= patient.age < 12 a"),
        english("when weight > 40"),
        english("when patient.age > "),
        english("when a.route is 65"),
        english("when 65"),
        english("match a: warfarin b: ibuprofen"),
        english("match a warfarin"),
        english("match a: A & B except C"),
        english("match a: A or B"),
        english("match a: any sharing substance, b: when"),
        english("category interactions"),
        english("raise contraindicated when patient.dialysis"),
        english("message 'hello'"),
        english("cite"),
        english("presume patient.pregnant is maybe"),
        "policy p {\n  severity a.b to minr { reason \"x\"; until 2027-13-01 }\n  mut a.b {}\n}".to_owned(),
        "dose x { band always { daily <= 2 g } band y { daily < } over 1 major }".to_owned(),
        "example \"x\" { kind decoction; 附子 9 g } expects undetermined r needs patient.egfr, foo major, presumed"
            .to_owned(),
        "rule r { severity major } }".to_owned(),
        "}\nrule r { severity major".to_owned(),
    ];
    insta::assert_snapshot!(cases.map(|c| told(&c, Language::En)).join("\n\n────────\n\n"));
}

#[test]
fn usual_slips() {
    let cases = [
        rule("级别：严重"),
        rule("严重程度 严重\n  匹配 a：甲"),
        rule("当 患者.年龄 大于 75 岁"),
        rule("当 患者.年龄 ≥ 七十五 岁"),
        rule("当 计数(任意) > 五"),
        rule("当 患者.性别 = 女"),
        rule("当 医师.职称 < 主治"),
        rule("当 不 患者.透析"),
        rule("当 患者.透析 并且 患者.哺乳"),
        rule("当 患者.透析，患者.哺乳"),
        rule("当 a.剂量 > 1，000 mg"),
        rule("当 a.剂量 > .5 g"),
        rule("当 a.剂量 > 1/2 片"),
        rule("当 a.剂量 在 1-2 g"),
        rule("匹配 a：白芍(炒)"),
        rule("匹配 a：atc:M01A"),
        rule("匹配 a：甲。"),
        rule("点评 2.8"),
        rule("升为 禁忌 如果 患者.透析"),
        rule("生效 2023年7月1日 .."),
        rule("提示 “甲“乙”丙”"),
        "剂量 黄芪 {\n  适用 所有 {\n    每日 <= 9 克\n  超过 1 轻微\n}".to_owned(),
        "剂量 黄芪 {\n  剂型 汤剂 | 颗粒剂\n}".to_owned(),
        "示例 \"x\" {\n  场景：门诊\n} 应得 无".to_owned(),
        "组 g = 甲，乙".to_owned(),
    ];
    insta::assert_snapshot!(cases.map(|c| told(&c, Language::Zh)).join("\n\n────────\n\n"));
}

#[test]
fn an_unknown_field_does_not_spoil_the_one_before() {
    let mut map = SourceMap::default();
    let id = map.add("x.rx", "rule r {\n  match a: 甲\n  Severity major\n}");
    let (trees, diagnostics) = shenfang_syntax::parse(&map, &[id]);
    let codes: Vec<_> = diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["syntax.field"]);
    assert!(format!("{trees:?}").contains("甲"), "the match is kept");
}

#[test]
fn a_name_that_swallowed_a_word_is_split() {
    let split = shenfang_syntax::split_spelling;
    assert_eq!(split("华法林且").as_deref(), Some("华法林 且"));
    assert_eq!(split("除去甘草").as_deref(), Some("除去 甘草"));
    assert_eq!(split("甘草"), None);
}
