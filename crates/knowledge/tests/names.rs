//! What names, codes and drug texts stand for.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects
)]
mod support;
use shenfang_knowledge::{Code, Knowledge, Resolution, normalize};
use support::{names, sound};

const CATALOGUE: &str = "
    herb 附子 = 黑顺片, 白附片, 附片
    herb 白附子
    herb 生地黄
    herb 地黄
    herb 熟地黄 < processed 地黄
    herb 黄芪
    herb 炙黄芪 < processed 黄芪
    herb 浮小麦
    herb 川贝母 / tendrilleaf fritillary bulb
    herb 浙贝母
    herb 土贝母
    herb 木通
    herb 关木通
    herb 川木通
    herb 木香
    herb 川木香
    herb 土茯苓
    herb 茯苓
    herb 草乌
    herb 草乌叶
    herb 朱砂
    herb 硼砂
    herb 五味子
    herb 南五味子
    herb 三七 = 田七
    herb 红花
    herb 水红花子
    herb 干姜
    herb 白术
    herb 郁金
    herb 芦荟
    herb 党参
    herb 金钱草 ~ 一串钱
    ambiguous 贝母 = 川贝母, 浙贝母
    class 维生素K拮抗剂
    class 头孢菌素
    condition 感冒
    substance 华法林 = 苄丙酮香豆素 < is 维生素K拮抗剂 # ATC:B01AA03 / warfarin
    substance 布洛芬 # ATC:M01AE01
    substance 二甲双胍
    substance 对乙酰氨基酚
    substance 阿司匹林
    substance 维生素B1
    substance 维生素C
    substance 辅酶Q10
    substance 氯化钠
    substance 头孢曲松
    substance 布地奈德
    substance 左甲状腺素
    substance 阿托伐他汀
    substance 丙戊酸
    substance 地塞米松
    substance 蒙脱石
    substance 甘油
    substance 钙
    substance 甲硝唑
    product 三七片 + 三七
    product 六味地黄丸 + 熟地黄
    product 复方甘草片
    product 银翘解毒 + 金钱草
";

fn shown(knowledge: &Knowledge, text: &str) -> String {
    let drug = knowledge.names().drug(text);
    let mut out = match &drug.resolution {
        Resolution::Concept(id) => names(knowledge, &[*id]),
        Resolution::Ambiguous(ids) => format!("? {}", names(knowledge, ids)),
        Resolution::Unknown => "-".into(),
    };
    let parts = [
        ("form", drug.form.map(|f| f.code().to_owned())),
        ("strength", drug.strength),
        ("dose", drug.dose),
        ("footnote", drug.footnote.map(|f| f.code().to_owned())),
    ];
    for (name, value) in parts {
        out.extend(value.map(|v| format!(" {name}={v}")));
    }
    out
}

fn check(cases: &[(&str, &str)]) {
    let knowledge = sound(CATALOGUE);
    for (text, expected) in cases {
        assert_eq!(shown(&knowledge, text), *expected, "{text}");
    }
}

#[test]
fn whole_names_and_aliases() {
    check(&[
        ("附子", "附子"),
        ("  附　子 ", "附子"),
        ("黑顺片", "附子"),
        ("田七", "三七"),
        ("贝母", "? 川贝母 浙贝母"),
        ("维生素ｃ", "维生素C"),
        ("维生素 B1", "维生素B1"),
    ]);
}

#[test]
fn traditional_characters() {
    check(&[
        ("乾薑", "干姜"),
        ("白朮", "白术"),
        ("鬱金", "郁金"),
        ("蘆薈", "芦荟"),
        ("黨蔘", "党参"),
        ("製附子", "-"),
        ("對乙醯氨基酚", "对乙酰氨基酚"),
    ]);
}

/// Different herbs that share characters: this is where the field's programs fail most.
#[test]
fn look_alikes_stay_apart() {
    let names = [
        "白附子",
        "土贝母",
        "关木通",
        "川木通",
        "川木香",
        "南五味子",
        "水红花子",
        "土茯苓",
        "草乌叶",
        "硼砂",
        "朱砂",
        "三七片",
    ];
    let same: Vec<(&str, &str)> = names.iter().map(|n| (*n, *n)).collect();
    let knowledge = sound(CATALOGUE);
    for (text, expected) in same {
        assert_eq!(shown(&knowledge, text).split(' ').next(), Some(expected));
    }
    check(&[
        ("炙黄耆", "-"),
        ("黄耆", "-"),
        ("生附子", "-"),
        ("炒白术", "-"),
        ("制川贝母", "-"),
        ("水茯苓", "-"),
        ("三七粉", "-"),
        ("附子片", "-"),
        ("红花注射液", "-"),
        ("茯苓颗粒", "-"),
    ]);
}

#[test]
fn footnotes_and_doses_of_pieces() {
    check(&[
        ("附子(先煎)", "附子 footnote=decoct_first"),
        ("附子（先煎）", "附子 footnote=decoct_first"),
        ("附子【先煎30分钟】", "附子 footnote=decoct_first"),
        ("硼砂（打碎，先煎）", "硼砂 footnote=decoct_first"),
        ("附子先煎", "附子 footnote=decoct_first"),
        ("附子 9g 先煎", "附子 dose=9g footnote=decoct_first"),
        ("附子(9g)", "附子 dose=9g"),
        ("三七 3克(冲服)", "三七 dose=3克 footnote=taken_drenched"),
        ("附子(久煎)", "-"),
        ("附子(先煎", "-"),
        ("布洛芬先煎", "-"),
    ]);
}

#[test]
fn strength_form_and_salt_of_products() {
    check(&[
        ("布洛芬缓释胶囊", "布洛芬 form=extended_release_capsule"),
        (
            "阿司匹林肠溶片100mg*30片",
            "阿司匹林 form=enteric_tablet strength=100mg*30片",
        ),
        (
            "阿司匹林肠溶片(100mg×30片)",
            "阿司匹林 form=enteric_tablet strength=100mg×30片",
        ),
        ("盐酸二甲双胍片", "二甲双胍 form=tablet"),
        (
            "鹽酸二甲雙胍緩釋片0.5g",
            "二甲双胍 form=extended_release_tablet strength=0.5g",
        ),
        ("华法林钠片 2.5 mg", "华法林 form=tablet strength=2.5 mg"),
        ("阿托伐他汀钙片", "阿托伐他汀 form=tablet"),
        ("丙戊酸钠缓释片", "丙戊酸 form=extended_release_tablet"),
        (
            "地塞米松磷酸钠注射液 5mg:1mL",
            "地塞米松 form=injection_solution strength=5mg:1mL",
        ),
        ("注射用头孢曲松钠", "头孢曲松 form=powder_for_injection"),
        (
            "吸入用布地奈德混悬液2mL:1mg",
            "布地奈德 form=nebuliser_solution strength=2mL:1mg",
        ),
        ("0.9%氯化钠注射液", "氯化钠 form=injection_solution strength=0.9%"),
        ("维生素B1片10mg", "维生素B1 form=tablet strength=10mg"),
        ("辅酶Q10片", "辅酶Q10 form=tablet"),
        ("甲硝唑阴道泡腾片", "甲硝唑 form=vaginal_effervescent_tablet"),
        ("甲硝唑阴道栓", "甲硝唑 form=vaginal_suppository"),
        ("布洛芬口崩片", "布洛芬 form=orally_disintegrating_tablet"),
        ("布洛芬缓释颗粒", "布洛芬 form=extended_release_granules"),
        ("布洛芬混悬滴剂", "布洛芬 form=oral_drops"),
        ("甲硝唑溶液", "甲硝唑 form=solution"),
        ("甲硝唑含漱液", "甲硝唑 form=mouthwash"),
        ("甲硝唑氯化钠注射液", "甲硝唑 form=injection_solution"),
        ("布洛芬缓释片(Ⅱ)", "布洛芬 form=extended_release_tablet"),
        ("布洛芬注射液(CHO细胞)", "布洛芬 form=injection_solution"),
        ("银翘解毒颗粒(Ⅱ)", "-"),
        ("蒙脱石散", "蒙脱石 form=powder"),
        ("六味地黄丸(浓缩丸)", "六味地黄丸 form=pill"),
        ("银翘解毒颗粒", "银翘解毒 form=granules"),
        ("左甲状腺素钠片 50μg", "左甲状腺素 form=tablet strength=50μg"),
    ]);
}

/// What looks like a salt but is another drug, a class, a disease, a bare element.
#[test]
fn what_is_never_split() {
    check(&[
        ("硝酸甘油片", "-"),
        ("硝酸甘油", "-"),
        ("碳酸钙片", "-"),
        ("葡萄糖酸钙", "-"),
        ("头孢菌素片", "-"),
        ("头孢菌素", "-"),
        ("感冒", "-"),
        ("布洛芬酯", "-"),
        ("片", "-"),
        ("盐酸", "-"),
        ("", "-"),
        ("()", "-"),
    ]);
}

#[test]
fn near_names() {
    let knowledge = sound(CATALOGUE);
    let near = |text: &str| names(&knowledge, &knowledge.names().candidates(text, 3));
    assert_eq!(near("炙黄耆"), "炙黄芪");
    assert_eq!(near("生黄地").split(' ').next(), Some("生地黄"));
    assert_eq!(near("浮小卖"), "浮小麦");
    assert_eq!(near("一串钱"), "金钱草");
    assert_eq!(near("warfarin"), "华法林");
    assert_eq!(near("二甲双瓜缓释片").split(' ').next(), Some("二甲双胍"));
    assert_eq!(near("附字"), "附子");
    assert_eq!(
        near("附桃"),
        "附子",
        "the first of two characters, where nothing else is near"
    );
    assert_eq!(near("桃附"), "", "the second of two characters says nothing");
    assert_eq!(near(&"附".repeat(1 << 20)), "");
    assert_eq!(near(""), "");
    assert_eq!(knowledge.names().candidates("木通", 0), vec![]);
}

#[test]
fn pinyin_initials() {
    let knowledge = sound(CATALOGUE);
    let found = |initials: &str| names(&knowledge, &knowledge.names().by_initials(initials));
    assert_eq!(found("fxm"), "浮小麦");
    assert_eq!(found("hsp"), "附子");
    assert_eq!(found("zzz"), "");
    assert_eq!(
        knowledge.concept(support::id(&knowledge, "附子")).unwrap().initials,
        "fz"
    );
}

#[test]
fn normal_form() {
    let cases = [
        ("（Ａ）", "(a)"),
        ("维 生 素  C", "维生素c"),
        ("warfarin   Sodium", "warfarin sodium"),
        ("\u{feff}附子\u{200b}", "附子"),
        ("J\u{30c}", "\u{1f0}"),
    ];
    for (text, expected) in cases {
        assert_eq!(normalize(text), expected);
    }
}

#[test]
fn codes() {
    let shown = |text: &str| Code::parse(text).map(|c| c.to_string());
    assert_eq!(shown("ICD10:N18.9").as_deref(), Some("ICD10:N189"));
    assert_eq!(shown("icd-10：n18.9").as_deref(), Some("ICD10:N189"));
    assert_eq!(shown("ICD10:I10.x00x002").as_deref(), Some("ICD10:I1000002"));
    assert_eq!(shown("ICD10:X60").as_deref(), Some("ICD10:X60"));
    assert_eq!(shown("ATC: m01ae01 ").as_deref(), Some("ATC:M01AE01"));
    assert_eq!(shown("LOCAL:a1").as_deref(), Some("LOCAL:a1"));
    assert_eq!(shown("SNOMED:1"), None);
    assert_eq!(shown("ATC:"), None);
    assert_eq!(shown(&format!("LOCAL:{}", "1".repeat(1 << 20))), None);

    let within = |a: &str, b: &str| Code::parse(a).unwrap().within(&Code::parse(b).unwrap());
    assert!(within("ATC:M01AE01", "ATC:M01A"));
    assert!(within("ATC:M01A", "ATC:M01A"));
    assert!(!within("ATC:M01AE01", "ATC:M01AE0"), "half a level is no level");
    assert!(!within("ATC:M01A", "ATC:M01AE01"));
    assert!(within("ICD10:N18.9", "ICD10:N18"));
    assert!(!within("ICD10:N18", "ATC:N"));
    assert!(!within("NHSA:XM01AE01", "NHSA:XM01"));
}

#[test]
fn a_code_finds_what_claims_it_and_what_claims_a_code_above() {
    let knowledge = sound(
        "
        condition 慢性肾脏病 # ICD10:N18
        condition 终末期肾病 # ICD10:N18.5 < is 慢性肾脏病
    ",
    );
    let above = |code: &str| {
        names(
            &knowledge,
            &knowledge.names().code_and_above(&Code::parse(code).unwrap()),
        )
    };
    assert_eq!(above("ICD10:N18.501"), "终末期肾病 慢性肾脏病");
    assert_eq!(above("ICD10:N18.9"), "慢性肾脏病");
    assert_eq!(above("ICD10:N17.9"), "");
}
