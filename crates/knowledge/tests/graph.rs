//! Relations, closures, faults of a catalogue.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
mod support;
use shenfang_knowledge::{Code, ConceptRelation, ConceptSet};
use support::{faults, id, names, read, sound};

#[test]
fn ids_follow_names_and_relations_are_closed() {
    let k = sound(
        "
        class 非甾体抗炎药
        herb 半夏
        herb 清半夏 < processed 半夏
        herb 炒清半夏 < processed 清半夏
        substance 布洛芬 # ATC:M01AE01 < is 非甾体抗炎药
        substance 布洛芬赖氨酸盐 < variant 布洛芬
    ",
    );
    let sorted: Vec<&str> = k.concepts().iter().map(|c| c.name.as_str()).collect();
    assert!(sorted.is_sorted());
    let above = |name: &str| names(&k, &k.ancestors(id(&k, name)));
    assert_eq!(above("炒清半夏"), "炒清半夏 清半夏 半夏");
    assert_eq!(
        above("布洛芬赖氨酸盐"),
        "布洛芬赖氨酸盐 布洛芬 ATC:M01AE01 非甾体抗炎药 ATC:M01AE ATC:M01A ATC:M01 ATC:M"
    );
    assert_eq!(names(&k, &k.descendants(id(&k, "半夏"))), "半夏 清半夏 炒清半夏");
    let path = k.path(id(&k, "炒清半夏"), id(&k, "半夏")).unwrap();
    assert_eq!(names(&k, &path), "炒清半夏 清半夏 半夏");
    assert_eq!(k.path(id(&k, "半夏"), id(&k, "清半夏")), None);
    assert_eq!(
        k.above(id(&k, "清半夏")),
        vec![(ConceptRelation::ProcessedFrom, id(&k, "半夏"))]
    );
    assert_eq!(k.moiety(id(&k, "布洛芬赖氨酸盐")), id(&k, "布洛芬"));
    assert_eq!(k.root(id(&k, "炒清半夏")), id(&k, "半夏"));
}

#[test]
fn codes_are_concepts_and_a_class_may_be_one() {
    let k = sound(
        "
        class 非甾体抗炎药 # ATC:M01A
        substance 阿司匹林 # ATC:N02BA01 < is 非甾体抗炎药
        substance 布洛芬 # ATC:M01AE01
        substance 双氯芬酸 # ATC:M01AB05
    ",
    );
    let code = |text: &str| {
        let found = k.names().code(&Code::parse(text).unwrap());
        found.map(|i| names(&k, &[i])).unwrap_or_default()
    };
    assert_eq!(code("ATC:M01AE01"), "布洛芬");
    assert_eq!(code("ATC:M01AE"), "ATC:M01AE");
    assert_eq!(code("ATC:M01A"), "非甾体抗炎药");
    assert_eq!(code("ATC:M01C"), "");
    let below = names(&k, &k.descendants(id(&k, "非甾体抗炎药")));
    for name in ["阿司匹林", "布洛芬", "双氯芬酸"] {
        assert!(below.contains(name), "{below}");
    }
    let coded = k.coded(&Code::parse("ATC:M01A").unwrap());
    assert_eq!(
        names(&k, &coded),
        "ATC:M01A ATC:M01AB ATC:M01AB05 ATC:M01AE ATC:M01AE01 双氯芬酸 布洛芬 非甾体抗炎药"
    );
    assert_eq!(k.coded(&Code::parse("ICD10:N18").unwrap()), vec![]);
}

#[test]
fn members_of_sets() {
    let k = sound(
        "
        herb 附子
        herb 川乌
        herb 制川乌 < processed 川乌
        herb 半夏
    ",
    );
    let one = |name: &str| ConceptSet::Concept(id(&k, name));
    let members = |set: &ConceptSet| names(&k, &k.members(set));
    let union = ConceptSet::Union(vec![one("附子"), one("川乌")]);
    assert_eq!(members(&union), "制川乌 川乌 附子");
    let except = ConceptSet::Except(Box::new(union.clone()), Box::new(one("制川乌")));
    assert_eq!(members(&except), "川乌 附子");
    let both = ConceptSet::Intersection(vec![union.clone(), one("川乌")]);
    assert_eq!(members(&both), "制川乌 川乌");
    assert_eq!(members(&ConceptSet::Alone(Box::new(union))), "制川乌 川乌 附子");
    assert_eq!(k.members(&ConceptSet::Any).len(), 4);
    assert_eq!(members(&ConceptSet::Code(Code::parse("ICD10:N18").unwrap())), "");
}

#[test]
fn unknown_names_are_reported_and_the_rest_stands() {
    let text = "
        herb 黄芪
        herb 炙黄芪 < processed 黄耆
        product 玉屏风颗粒 + 黄芪, 白木
        herb 白术
    ";
    assert_eq!(
        faults(text),
        [
            "2 name.unknown 未知名称“黄耆” ? 黄芪",
            "3 name.unknown 未知名称“白木” ? 白术"
        ]
    );
    let (k, _) = read(text);
    let product = k.concept(id(&k, "玉屏风颗粒")).unwrap();
    assert_eq!(product.contents.len(), 1);
}

#[test]
fn cycles_are_printed_and_cut() {
    let text = "
        herb 乙 < processed 甲
        herb 甲 < processed 乙
        herb 丙 < is 丙
        product 丁 + 戊
        substance 戊 < variant 丁
    ";
    assert_eq!(
        faults(text),
        [
            "1 concept.cycle 关系成环：乙 → 甲 → 乙 [2]",
            "3 concept.cycle 关系成环：丙 → 丙",
            "4 concept.cycle 关系成环：丁 → 戊 → 丁 [5]",
        ]
    );
    let (k, _) = read(text);
    assert_eq!(k.ancestors(id(&k, "丙")).len(), 1);
}

#[test]
fn a_name_has_one_owner_or_is_declared_ambiguous() {
    let text = "
        herb 附子 = 附片
        herb 川乌 = 附片
        herb 川贝母 = 贝母
        herb 浙贝母 = 贝母
        herb 南沙参 = 沙参
        herb 北沙参
        ambiguous 贝母 = 川贝母, 浙贝母
        ambiguous 沙参 = 北沙参, 沙沙参
        ambiguous 附子 = 川乌, 附子
        herb 附 子
        herb 草乌 = 川乌
    ";
    assert_eq!(
        faults(text),
        [
            "2 name.claimed_twice “附片”同时是“附子”和“川乌”的名称 [1]",
            "5 name.claimed_twice “沙参”已声明为歧义名，不能再作“南沙参”的别名",
            "8 name.unknown 歧义名“沙参”的含义“沙沙参”未知",
            "9 name.ambiguous_canonical 歧义名“附子”已是概念的正名 [1]",
            "10 concept.duplicate 概念“附 子”重复声明 [1]",
            "11 name.claimed_twice “川乌”同时是“川乌”和“草乌”的名称 [2]",
        ]
    );
}

#[test]
fn a_code_has_one_owner() {
    let text = "
        substance 甲 # ATC:A01AA01, NHSA:X1
        substance 乙 # ATC:A01AA01, NHSA:X1
        product 丙片(Ⅰ) # ATC:A10BD07
        product 丙片(Ⅱ) # ATC:A10BD07
        substance 丁 # ATC:A01A1
        condition 戊 # ICD10:N18
        condition 己 # ICD10:N18
        substance 红霉素 # ATC:J01FA01
        substance 琥乙红霉素 # ATC:J01FA01 < variant 红霉素
        product 红霉素片 # ATC:J01FA01 + 红霉素
    ";
    assert_eq!(
        faults(text),
        [
            "2 code.claimed_twice 编码 ATC:A01AA01 同时属于“甲”和“乙” [1]",
            "2 code.claimed_twice 编码 NHSA:X1 同时属于“甲”和“乙” [1]",
            "5 code.malformed 编码 ATC:A01A1 的写法不符合 ATC",
            "7 code.claimed_twice 编码 ICD10:N18 同时属于“戊”和“己” [6]",
        ]
    );
    let (k, _) = read(text);
    let code = |c: &str| k.names().code(&Code::parse(c).unwrap());
    assert_eq!(code("NHSA:X1"), None, "a code of two drugs stands for neither");
    assert_eq!(
        code("ATC:J01FA01"),
        Some(id(&k, "红霉素")),
        "not its ester, not its product"
    );
    assert_eq!(
        code("ATC:A10BD07"),
        Some(id(&k, "ATC:A10BD07")),
        "products share the code of their combination"
    );
}

/// A chain as deep as a catalogue is long must not exhaust the stack.
#[test]
fn deep_chains() {
    let lines: Vec<String> = (0..20_000)
        .map(|i| format!("herb h{i:05} < processed h{:05}", i + 1))
        .collect();
    let mut text = lines.join("\n");
    text += "\nherb h20000";
    let k = sound(&text);
    assert_eq!(k.path(id(&k, "h00000"), id(&k, "h20000")).unwrap().len(), 20_001);
    assert_eq!(k.descendants(id(&k, "h20000")).len(), 20_001);
}
