//! Completion, hover and classes over a small catalogue: `▮` marks the offset.
use shenfang::{Catalogue, Sources};
use shenfang_assist::{Class, Completion, Kind, complete, hover, tokens};

const NAMES: &str = "
成分:
  华法林: {英文: warfarin, 编码: ATC:B01AA03, 属于: 抗凝药}
  布洛芬: {英文: ibuprofen, 别名: [异丁苯丙酸], 编码: ATC:M01AE01}
饮片:
  附子: {}
药类:
  抗凝药: {英文: anticoagulants}
疾病:
  慢性肾脏病: {编码: ICD10:N18}
";

fn catalogue() -> Catalogue {
    let sources: Sources = [("rules/catalog/names.yaml", NAMES)].into_iter().collect();
    let (catalogue, diagnostics) = Catalogue::load(sources);
    assert_eq!(diagnostics.list, [], "the catalogue of this test");
    catalogue
}

fn at(marked: &str) -> (String, usize) {
    let at = marked.find('▮').unwrap_or(marked.len());
    (marked.replace('▮', ""), at)
}

fn proposals(marked: &str) -> Vec<Completion> {
    let (text, at) = at(marked);
    complete(&text, at, catalogue().knowledge())
}

fn inserts(marked: &str) -> Vec<String> {
    proposals(marked).into_iter().map(|c| c.insert).collect()
}

#[test]
fn a_text_begins_with_a_declaration() {
    assert_eq!(inserts("# 说明\n规▮")[..2], ["规则包", "规则"]);
    assert_eq!(
        inserts("ru▮"),
        ["rule"],
        "keywords are proposed in the language of the text"
    );
    assert_eq!(
        inserts("规则 甲 {}\ngzb▮"),
        ["规则包"],
        "by the initials of the Chinese word"
    );
}

#[test]
fn an_entry_begins_with_a_field_of_its_block() {
    let of_rule = inserts("规则 甲 {\n  ▮");
    assert!(of_rule.contains(&"匹配".to_owned()) && of_rule.contains(&"升为".to_owned()));
    assert!(!of_rule.contains(&"单次".to_owned()));
    assert!(inserts("剂量 附子 {\n  单▮").contains(&"单次".to_owned()));
    assert!(inserts("规则 甲 {\n  类别 ▮").contains(&"相互作用".to_owned()));
    assert_eq!(inserts("规则 甲 {\n  级别 禁▮"), ["禁忌"]);
}

#[test]
fn names_are_found_by_name_alias_and_sound() {
    let first = |marked: &str| proposals(marked).into_iter().find(|c| c.kind == Kind::Concept);
    let by_name = first("规则 甲 {\n  匹配 a: 华▮").expect("a name");
    assert_eq!(
        (by_name.insert.as_str(), by_name.from),
        ("华法林", "规则 甲 {\n  匹配 a: ".len())
    );
    assert_eq!(by_name.detail.as_deref(), Some("warfarin · ATC:B01AA03"));
    assert_eq!(first("规则 甲 {\n  匹配 a: hfl▮").expect("a sound").insert, "华法林");
    let by_alias = first("规则 甲 {\n  匹配 a: 异丁▮").expect("an alias");
    assert_eq!(
        (by_alias.insert.as_str(), by_alias.detail.as_deref()),
        ("布洛芬", Some("异丁苯丙酸 · ibuprofen · ATC:M01AE01"))
    );
    let class = proposals("组 甲 = kn▮");
    assert!(class.iter().any(|c| c.insert == "抗凝药" && c.kind == Kind::Class));
}

#[test]
fn attributes_values_units_and_sources_stand_where_they_belong() {
    assert!(inserts("规则 甲 {\n  当 患者.▮").contains(&"妊娠".to_owned()));
    assert!(inserts("规则 甲 {\n  当 a.途▮").contains(&"途径".to_owned()));
    assert_eq!(inserts("规则 甲 {\n  当 患者.性别 为 女▮"), ["女"]);
    let units = inserts("剂量 附子 {\n  单次 <= 15 m▮");
    assert!(units.contains(&"mg/kg".to_owned()) && units.contains(&"mL".to_owned()));
    assert_eq!(inserts("剂量 附子 {\n  单次 <= 15克▮")[0], "克");
    assert_eq!(
        inserts("来源 chp2020 { 题名 \"x\" }\n规则 甲 {\n  依据 c▮"),
        ["chp2020"]
    );
}

#[test]
fn texts_and_comments_are_left_alone() {
    assert_eq!(inserts("规则 甲 {\n  提示 \"华▮"), [""; 0]);
    assert_eq!(inserts("# 华▮"), [""; 0]);
}

#[test]
fn hover_tells_what_is_known() {
    let catalogue = catalogue();
    let told = |marked: &str| {
        let (text, at) = at(marked);
        let hover = hover(&text, at, catalogue.knowledge())?;
        let first = hover.paragraphs.first()?.zh.clone();
        Some((text.get(hover.range)?.to_owned(), first, hover.paragraphs.len()))
    };
    let (word, first, paragraphs) = told("匹配 a: 华▮法林").expect("a name");
    assert_eq!(
        (word.as_str(), first.as_str(), paragraphs),
        ("华法林", "华法林（成分）warfarin", 3)
    );
    assert_eq!(told("当 患者 有 ICD10▮:N18").expect("a code").1, "慢性肾脏病（疾病）");
    assert_eq!(told("  单次 <= 15 mg▮/kg").expect("a unit").0, "mg/kg");
    assert_eq!(
        told("  匹▮配 a: 附子").expect("a keyword").1,
        "规则的字段：匹配（英文 match）"
    );
    assert_eq!(told("匹配 a: 无此▮药"), None);
}

#[test]
fn every_word_has_its_class() {
    let text =
        "规则 甲 { # 注\n  匹配 a: 华法林 | ICD10:N18.5\n  当 患者.egfr < 30.5 mL/min/{1.73_m2}\n  提示 \"华法林\"\n}";
    let classified: Vec<(&str, Class)> = tokens(text, catalogue().knowledge().names())
        .into_iter()
        .map(|t| (text.get(t.range).expect("characters"), t.class))
        .collect();
    use Class::*;
    let expected = [
        ("规则", Keyword),
        ("# 注", Comment),
        ("匹配", Field),
        ("华法林", Name),
        ("|", Operator),
        ("ICD10:N18.5", Code),
        ("当", Field),
        ("患者", Keyword),
        ("egfr", Field),
        ("<", Operator),
        ("30.5", Number),
        ("mL/min/{1.73_m2}", Unit),
        ("提示", Field),
        ("\"华法林\"", String),
    ];
    assert_eq!(classified, expected);
}

#[test]
fn no_offset_of_a_faulty_text_trips() {
    let catalogue = catalogue();
    let text = "规则包 “未完\n剂量 附子 { 单次 <= 3.7.. /{ 克 }}} ; .. 患者. 为 为 = 。\u{feff}𠮷";
    for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
        complete(text, at, catalogue.knowledge());
        hover(text, at, catalogue.knowledge());
    }
    assert!(
        tokens(text, catalogue.knowledge().names())
            .iter()
            .all(|t| text.get(t.range.clone()).is_some())
    );
}
