//! Classic mistakes: above the text as an author would write it, below what the checker says, in both languages.
mod common;

use common::run;

const HEAD: &str = "pack t { title \"测试\" version \"1\" owner \"me\" }\nsource label { citation \"说明书\" }\n";

/// Each text by itself behind one pack and one source, and what is said of it.
fn said(texts: &[&str]) -> String {
    let mut out = Vec::new();
    for text in texts {
        let whole = format!("{HEAD}{text}");
        let run = run(&[("t/t.rx", &whole)]);
        let shown = run.shown();
        assert!(!shown.is_empty(), "nothing is said of:\n{text}");
        out.push(format!("{text}\n{}\n{shown}", "─".repeat(40)));
    }
    out.join("\n")
}

/// The text of a rule with one condition.
fn when(condition: &str) -> String {
    format!(
        "rule r {{ category interaction match a: 华法林, b: 布洛芬 when {condition} severity major message \"{{a}}与{{b}}\" cite label }}"
    )
}

fn zh_when(condition: &str) -> String {
    format!(
        "规则 r {{ 类别 相互作用 匹配 a：华法林，b：布洛芬 当 {condition} 级别 严重 提示 \"{{a}}与{{b}}\" 依据 label }}"
    )
}

fn said_of(conditions: &[&str], rule: fn(&str) -> String) -> String {
    let mut out = Vec::new();
    for condition in conditions {
        let whole = format!("{HEAD}{}", rule(condition));
        let run = run(&[("t/t.rx", &whole)]);
        let shown = run.shown();
        assert!(!shown.is_empty(), "nothing is said of:\n{condition}");
        out.push(format!("{condition}\n{}\n{shown}", "─".repeat(40)));
    }
    out.join("\n")
}

#[test]
fn quantities() {
    insta::assert_snapshot!(said_of(
        &[
            "patient.weight > 40",
            "a.dose > 3 d",
            "a.dose > 3 mg/d",
            "a.daily > 5 gg",
            "a.dose > 3 Mg",
            "a.duration > 1 a",
            "a.duration > 7",
            "a.total > 5 mg/kg",
            "patient.egfr < 30 mL/min",
            "patient.crcl < 30 mL/min/{1.73_m2}",
            "patient.age >= 65",
            "patient.age >= 65 kg",
            "patient.age >= a.duration",
            "a.dose > b.duration",
            "count(any) > 5 mg",
            "patient.age in 65 a .. 18 a",
            "3 d > 2 d",
            "a.quantity > 3 mg",
            "total(布洛芬).duration > 3 d",
        ],
        when
    ));
    insta::assert_snapshot!(said_of(
        &[
            "患者.体重 > 40",
            "a.剂量 > 3 天",
            "a.疗程 > 1 年",
            "患者.年龄 ≥ 65",
            "患者.年龄 ≥ 65 公斤",
            "a.日剂量 > 3 毫可",
            "患者.体表面积 > 1.5 米",
            "处方.剂数 > 7 天"
        ],
        zh_when
    ));
}

#[test]
fn words_and_attributes() {
    insta::assert_snapshot!(said_of(
        &[
            "b.route is \"65\"",
            "b.route > 3 mg",
            "b.route is tablet",
            "b.form is oral",
            "rx.setting is outpatients",
            "patient.sex is pregnant",
            "patient.weight",
            "rx.extension_reason",
            "patient.pregnant is major",
            "patient.weight is 布洛芬",
            "rx.diagnoses is 哮喘",
            "rx.authored_on is 儿科",
            "patient had 布洛芬",
            "patient had 哮踹",
            "patient.conditions had 哮喘",
            "rx.diagnoses had 哮喘",
            "prescriber.title < \"主任\"",
            "rx.setting < \"门诊\"",
            "a.preparation is none",
            "c.dose > 3 mg",
            "patient allergic to c",
            "rx.presented_on > 2020-01-01",
        ],
        when
    ));
    insta::assert_snapshot!(said_of(
        &[
            "b.途径 为 65",
            "b.途径 为 片",
            "患者.体重",
            "患者.妊娠 为 门诊",
            "c.剂量 > 3 毫克",
            "处方.场景 为 门珍"
        ],
        zh_when
    ));
}

#[test]
fn names_and_sets() {
    insta::assert_snapshot!(said_of(
        &[
            "any 布洛纷",
            "any 贝母",
            "any 哮喘",
            "any 布洛芬 within 14 d",
            "any ATC:X99",
            "any ATC:M01AX17",
            "any ICD10:N18",
            "any FOO:1",
            "patient has 布洛芬",
            "patient has 哮踹",
            "patient has ATC:M01A",
            "patient.lab(ICD10:N18) > 3",
            "patient allergic to c",
            "patient allergic to any",
            "patient allergic to 哮喘",
            "patient allergic to ICD10:N18",
            "patient allergic to (布洛芬 | 华发林)",
            "rx.diagnoses has 布洛芬",
            "rx.diagnoses is 哮喘",
            "patient.allergies has 布洛芬",
            "rx.disease has 哮喘",
            "patient has ICD10:C97..C00",
            "patient has ICD10:C00..D09",
            "patient has ICD10:N18.1..N18.5",
            "any ICD10:C00..C97",
        ],
        when
    ));
    insta::assert_snapshot!(said(&[
        "group g = 附子 | h\ngroup h = 川乌 | g\nrule r { category interaction match a: g severity major message \"{a}\" cite label }",
        "group 附子 = 附子 | 川乌\nrule r { category interaction match a: 附子 severity major message \"{a}\" cite label }",
        "group unused = 附子 | 川乌\nrule r { category interaction match a: 附子 severity major message \"{a}\" cite label }",
        "rule r { category interaction match a: (布洛芬 & 附子) severity major message \"{a}\" cite label }",
        "rule r { category interaction match a: current 布洛芬 severity major message \"{a}\" cite label }",
        "rule r { category interaction match a: 布洛芬 sharing substance severity major message \"{a}\" cite label }",
        "rule r { category interaction match a: any, b: any sharing group nsaids severity major message \"{a}{b}\" cite label }",
        "rule r { category interaction match a: any, b: any mixed with c severity major message \"{a}{b}\" cite label }",
        "rule r { category interaction match a: 布洛芬, b: 附子 severity major message \"{a}\" cite label }",
    ]));
}

#[test]
fn findings() {
    insta::assert_snapshot!(said(&[
        "rule r { match a: 附子 }",
        "规则 r { 匹配 a：附子 }",
        "rule r { category interaction severity major message \"!\" cite label }",
        "rule r { category format match a: 附子 severity minor message \"{a}\" cite label }",
        "rule r { category interaction review_code 2-10 match a: 附子 severity minor message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major raise to minor when patient.dialysis message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major message \"{a}\" cite lable }",
        "rule r { category interaction match a: 附子 severity major message \"{b}超量\" cite label }",
        "rule r { category interaction match a: 附子 severity major message \"{a.duratoin}{patient.wieght}{shared}\" cite label }",
        "rule r { category interaction match a: 附子 severity major message \"{计数（布洛纷）}{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major message \"{a}\" cite label }\nrule r { category interaction match a: 川乌 severity major message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major presume patient.egfr >= 30 kg message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major presume a.skin_test is negative message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major presume patient.pregnant is none message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major presume patient.lab(\"INR\") is none message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major presume prescriber.privileges is 药师 message \"{a}\" cite label }",
        "rule r { category interaction match a: 附子 severity major presume patient.allergies is none message \"{a}\" cite label }",
        "rule r { category contraindication subject reanl match a: 附子 severity major message \"{a}\" cite label }",
        "规则 r { 类别 禁忌证 对象 天气 匹配 a：附子 级别 严重 提示 \"{a}\" 依据 label }",
        "rule r { category dose kind tcm.toxic_dose match a: 附子 severity major countersigned inform message \"{a}\" cite label }",
    ]));
}

#[test]
fn doses() {
    insta::assert_snapshot!(said(&[
        "dose 附子 { route decoction cite label }",
        "dose 附孑 { band always { daily <= 15 g } cite label }",
        "dose 附子 { band always { daily <= 15 d } cite label }",
        "dose 附子 { band always { daily <= 15 g/d } cite label }",
        "dose 附子 { band always { daily < 15 g } cite label }",
        "dose 附子 { band always { daily 15 g .. 3 g } cite label }",
        "dose 附子 { band always { daily 3 mL .. 15 g } cite label }",
        "dose 附子 { band always { frequency <= 3 mg duration <= 3 g } cite label }",
        "dose 附子 { band always { daily <= 15 g } over 2 major over 1 minor cite label }",
        "dose 附子 { band always { daily <= 15 g } over 1 major over 2 minor cite label }",
        "dose 附子 { band always { daily <= 15 g } severity major over 2 major cite label }",
        "dose 附子 { band always { daily <= 15 g } countersigned warn cite label }",
        "dose 附子 { band always { daily <= 15 g } presume patient.egfr >= 30 mL/min/{1.73_m2} cite label }",
        "dose 附子 { band always { daily <= 15 g } raise to major when patient.dialysis cite label }",
        "dose 附子 { band always { daily <= 15 g } cite label }\ndose 制附子 { band always { daily <= 15 g } cite label }",
        "dose 附子 { band patient.age > 12 { daily <= 0 g } cite label }",
        "group g = 附子 | 川乌\ndose g { band always { daily <= 15 g } cite label }",
        "剂量 附子 { 适用 所有 { 每日 ≤ 15 天 } 依据 label }",
    ]));
}

#[test]
fn policies() {
    let rules = "rule locked_one { category interaction locked match a: 附子 severity major message \"{a}\" cite label }\nrule r { category interaction match a: 川乌 severity major message \"{a}\" cite label }\n";
    let signed = "{ reason \"会议\" approver \"药事会\" until 2027-01-01 }";
    let policy = |change: &str| format!("{rules}policy p {{ {change} }}");
    let texts = [
        policy(&format!("severity locked_one to minor {signed}")),
        policy(&format!("action locked_one to log {signed}")),
        policy(&format!("mute locked_one {signed}")),
        policy("mute r { reason \"会议\" }"),
        policy(&format!("mute rr {signed}")),
        policy(&format!("enable r {signed}")),
        policy(&format!("presume patient.allergies none {signed}")),
        policy(&format!("presume patient.pregnant false {signed}")),
        policy(&format!("presume patient.weight none {signed}")),
        policy(&format!("presume current_medications false {signed}")),
    ];
    insta::assert_snapshot!(said(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
}

#[test]
fn examples() {
    let rule = "rule r { category interaction match a: 附子 severity major message \"{a}\" cite label }\n";
    let example = |body: &str, expects: &str| format!("{rule}example \"e\" {{ {body} }} expects {expects}");
    let texts = [
        example("附子 9 g", "rr"),
        example("附子 9 g 10 g", "r"),
        example("附子 9 g 每曰三次", "r"),
        example("附子 9 g dose 9 g", "r"),
        example("附子 9 g frequency 每曰三次", "r"),
        example("附子 9 g daily 9 g", "r"),
        example("patient { age 三十五 }; 附子 9 g", "r"),
        example("patient { birth_date 2020-13-01 }; 附子 9 g", "r"),
        example("patient { lab INR 2.3 }; 附子 9 g", "r"),
        example("patient { pregnant 3 }; 附子 9 g", "r"),
        example("setting 门珍; 附子 9 g", "r"),
        example("setting outpatient", "nothing"),
        example("附子 9 g", "nothing, r"),
    ];
    insta::assert_snapshot!(said(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
}

/// What could not be read is one fault; the names, units and types beside it are looked at all the same, and nothing is said of what is lost.
#[test]
fn a_fault_hides_no_other_in_its_rule() {
    let codes = |text: &str| {
        let run = run(&[("t/t.rx", &format!("{HEAD}{text}"))]);
        run.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(
            "rule r { category interaction match a: 华法令 when a.dose > 3 d\n  severty major message \"{a}\" cite label }"
        ),
        ["name.unknown", "type.dimension", "syntax.field"]
    );
    assert_eq!(
        codes(
            "rule r {\n  match a 华法林\n  category interaction\n  severity major\n  message \"{a}\"\n  cite nowhere\n}"
        ),
        ["syntax.expected", "source.unknown"]
    );
}

#[test]
fn what_is_meant_by_an_unknown_name_or_a_bare_number() {
    let meant = |text: &str| {
        let run = run(&[("t/t.rx", &format!("{HEAD}{text}"))]);
        run.diagnostics
            .into_iter()
            .flat_map(|d| d.candidates)
            .collect::<Vec<_>>()
    };
    assert_eq!(meant("group g = 非甾体抗炎药除去布洛芬"), ["非甾体抗炎药 除去 布洛芬"]);
    assert_eq!(meant(&when("patient has N18")), ["ICD10:N18"]);
    assert_eq!(meant(&when("patient has N18.9")), ["ICD10:N18.9"]);
    // Nobody can say whether 30 was milligrams or grams.
    assert_eq!(meant(&when("a.dose > 30")), Vec::<String>::new());
    assert_eq!(meant(&when("patient.weight > 40")), ["40 kg"]);
}
