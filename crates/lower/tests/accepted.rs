//! What a condition may ask, and what it becomes: attributes of every kind, units that are brought to one.
mod common;

use common::run;
use std::fmt::Write;

const HEAD: &str = "pack t { title \"测试\" version \"1\" owner \"me\" }\nsource label { citation \"说明书\" }\n";

const CONDITIONS: [&str; 49] = [
    "a.dose > 3 mg",
    "a.dose > 5 mg/kg",
    "a.daily > 100 mg/m2",
    "a.daily > 100 mg/m²",
    "a.dose > 100 ㎎",
    "a.total > 3 g",
    "a.frequency > 4",
    "a.频次 > 4 次",
    "a.frequency > 4 /d",
    "a.duration > 2 周",
    "a.duration > 1 月",
    "a.duration > b.duration",
    "a.quantity > 3 盒",
    "a.strength >= 0.5 g",
    "a.rate > 60 滴/分",
    "a.rate > 3 mL/min",
    "a.concentration > 0.3 %",
    "a.concentration > 3 mg/mL",
    "a.form is modified_release | patch",
    "a.剂型 为 缓控释 | 贴剂",
    "a.preparation is 先煎",
    "a.skin_test is negative | positive",
    "a.group is \"A\"",
    "a.diluent or a.double_signed",
    "a.text(dose) is 遵医嘱",
    "known(a.text(frequency))",
    "patient.age in 3 mo .. 12 a",
    "65 a <= patient.age",
    "patient.age.unit is a | 月",
    "patient.bsa < 1.5 m2 and patient.height > 150 cm and patient.weight < 40 公斤",
    "patient.sex is female and patient.gestation >= 12 周",
    "patient.child_pugh is B | C",
    "prescriber.title < \"中级\"",
    "prescriber.title < attending and a.diluent",
    "institution.level is primary and institution.id = \"haidian-012\"",
    "rx.doses > 7",
    "rx.doses > 7 剂",
    "rx.department is 儿科 and rx.disease is 感冒",
    "rx.presented_on > 3 d",
    "rx.amendments is unsigned | undated",
    "patient.lab(LOINC:6301-6) within 7 d > 3",
    "patient.lab(\"INR\" | LOINC:6301-6) within 7 d > 3",
    "count(current NSAID within 2 周) >= 2 and not stated(current_medications)",
    "patient has 慢性肾脏病 | ICD10:N18.x00",
    "patient has ICD10:C00..C97",
    "patient had (哮喘 | ICD10:N17 .. N19) and not stated(rx.authored_on) or known(rx.authored_on)",
    "rx.diagnoses has (ICD10:N17 .. N19 | 哮喘)",
    "known(patient.lab(\"INR\") within 7 d) and a.over >= 30 min",
    "patient allergic to (青霉素类 | ATC:M01A)",
];

#[test]
fn conditions() {
    let mut shown = String::new();
    for condition in CONDITIONS {
        let rule = format!(
            "rule r {{ category interaction match a: 华法林, b: 布洛芬 when {condition} severity major message \"{{a}}{{b}}\" cite label }}"
        );
        let run = run(&[("t/t.rx", &format!("{HEAD}{rule}"))]);
        assert_eq!(run.shown(), "", "{condition}");
        let typed = run
            .lowered
            .knowledge
            .rules()
            .iter()
            .map(|r| serde_json::to_string(&r.when).unwrap())
            .collect::<String>();
        // Dimensions are long and say nothing more here.
        let typed = typed
            .replace("\"dimension\":{\"exponents\":", "")
            .replace("0,0,0,0,0,0,0,0,0,0,0,0", "…");
        let _ = writeln!(shown, "{condition}\n  {typed}");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn standing_presumptions() {
    let policy = "policy p { scope \"haidian-012\"
  presume current_medications none { reason \"未接入\" approver \"药事会\" until 2027-01-01 }
  presume patient.conditions only diagnoses { reason \"未接入\" approver \"药事会\" until 2027-01-01 }
  presume patient.pregnant false when patient.age >= 55 a or patient.age < 10 a { reason \"未接入\" approver \"药事会\" until 2027-01-01 }
}";
    let run = run(&[("t/t.rx", &format!("{HEAD}{policy}"))]);
    assert_eq!(run.shown(), "");
    assert_eq!(run.lowered.knowledge.presumptions().len(), 3);
}

/// A rule may leave out `is` before a fixed value, as a policy does.
#[test]
fn a_presumption_of_a_rule() {
    let rule = |presume: &str| {
        format!(
            "{HEAD}rule r {{ category contraindication subject pregnancy match a: 华法林 when patient.pregnant {presume} severity major message \"{{a}}\" cite label }}"
        )
    };
    let runs = [
        "presume patient.pregnant is false",
        "presume patient.pregnant false",
        "推定 患者.妊娠 否",
    ]
    .map(|presume| run(&[("t/t.rx", &rule(presume))]));
    for each in &runs {
        assert_eq!(each.shown(), "");
        assert_eq!(each.lowered.knowledge.rules(), runs[0].lowered.knowledge.rules());
    }
}

/// What an example states becomes the record a host would send.
#[test]
fn an_example_is_a_record() {
    let text = "rule r { category interaction match a: 附子 severity major message \"{a}\" cite label }
example \"e\" {
  kind western; setting outpatient; authored_on 2026-11-22; presented_on 2026-11-24; department 内科; doses 7 剂; diagnoses 哮喘, ICD10:N18.9 慢性肾病
  disease 感冒; pattern 风寒束表; extension_reason 慢病; amendments 1 unsigned, 2 undated
  prescriber { title attending; privileges narcotic, toxic; signed 是 }
  institution { id haidian-012; level primary }
  usage { form granules; doses_per_day 1; servings 2 }
  patient { age 68 a; sex female; weight 60 kg; allergies 青霉素 severe, ATC:J01C; conditions 哮喘 past; pregnant 否; lab INR 2.3, 肌酐 88 umol/L 2026-11-20, 尿蛋白 阳性 }
  附子 9 g 先煎、包煎 double_signed
  布洛芬 1~2 片 tid 餐后 口服 5 d strength 0.3 g quantity 2 盒 max_per_day 4 片
  青霉素 80万U iv_infusion skin_test negative 2026-11-21 batch B7 group A rate 60 滴/分 over 60 min
  泼尼松 口服 step 30 mg qd 3 d step 4 20 mg qd 3 d
  胰岛素 dose \"遵医嘱\" frequency qd
  current { 华法林 2.5 mg qd 口服 started_on 2026-01-01 stopped_on 2026-11-20 }
} expects r";
    let run = run(&[("t/t.rx", &format!("{HEAD}{text}"))]);
    assert_eq!(run.shown(), "");
    let prescription = format!("{:#?}", run.lowered.examples[0].prescription);
    // One line a leaf: what was not stated, and how numbers are held, is not of interest.
    let lines = prescription.lines().filter(|l| {
        ![" Absent,", " None,", "num:", "den:", "exponents", "dimension", "factor"]
            .iter()
            .any(|s| l.contains(s))
    });
    let lines: Vec<&str> = lines
        .filter(|l| {
            !l.trim()
                .trim_end_matches(['{', '(', '[', '}', ')', ']', ',', ' '])
                .is_empty()
                && !l.trim().chars().all(|c| c.is_ascii_digit() || c == ',' || c == '-')
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
