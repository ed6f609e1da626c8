//! What institutions add to the rules, from file to review: policies of the region and of a hospital, and a hospital's own drug codes and names.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "this is the host side: it runs a program and writes files"
)]

use serde_json::{Value, json};
use shenfang_tests::host::binary;
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};

const RULES: &str = r#"pack t { title "测试" version "1" owner "me" }
source label { citation "说明书" }
rule r { category interaction match a: 华法林, b: 布洛芬 severity major message "{a}与{b}" cite label }
"#;
const REGION: &str = r#"policy region { severity t.r to moderate { reason "试行" approver "区药事会" until 2027-12-31 } }
"#;
const HOSPITAL: &str = r#"policy hospital { scope "h1" severity t.r to contraindicated { reason "近期有出血" approver "药剂科" until 2027-06-30 } }
"#;
const LOCK: &str = r#"policy locks { lock t.r { reason "安全" approver "区药事会" until 2027-12-31 } }
"#;
const LOWER: &str = r#"policy lower { scope "h1" mute t.r { reason "提示太多" approver "药剂科" until 2027-06-30 } }
"#;
const MAPPING: &str = "table: mapping\nscope: [h1]\nfields: {code: \"LOCAL:<code>\", name: \"<name>\", drug: \"<standard>\", strength: \"<strength>\"}\nrows: local.csv\n";
const LOCAL: &str =
    "code,name,standard,strength\nX1,法华林,华法林钠片,2.5 mg\nX2,芬必灵,布洛芬缓释胶囊,0.3 g\nX3,某某丸,,\n";

struct Folder(PathBuf);

impl Folder {
    /// A folder of its own with these files.
    fn new(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = binary().parent().unwrap().join("institution_test").join(name);
        drop(fs::remove_dir_all(&folder));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let run = Command::new(binary()).args(arguments).current_dir(&self.0).output();
        let Output { status, stdout, stderr } = run.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code().unwrap(), text(stdout), text(stderr))
    }

    fn review(&self, rules: &[&str], sheet: &Value) -> Value {
        fs::write(self.0.join("rx.json"), sheet.to_string()).unwrap();
        let mut arguments = vec!["review", "--no-builtin", "--format", "json"];
        arguments.extend(rules);
        arguments.push("rx.json");
        let (code, out, err) = self.run(&arguments);
        assert_eq!(code, 0, "{err}");
        serde_json::from_str(&out).unwrap()
    }
}

fn sheet(institution: &str, drugs: [Value; 2]) -> Value {
    let [a, b] = drugs;
    json!({"id": "rx", "authored_on": "2026-11-22", "institution": {"id": institution}, "diagnoses": [], "current_medications": [],
        "patient": {"conditions": [], "allergies": []},
        "items": [{"id": "1", "drug": a, "dose": "1片", "frequency": "qd", "route": "口服", "duration": "3 d"},
                  {"id": "2", "drug": b, "dose": "1粒", "frequency": "bid", "route": "口服", "duration": "3 d"}]})
}

fn by_name() -> [Value; 2] {
    [json!("华法林钠片"), json!("布洛芬缓释胶囊")]
}

#[test]
fn the_region_speaks_first_and_the_institution_last_and_the_finding_says_so() {
    let files = [("t/t.rx", RULES), ("region.rx", REGION), ("a_hospital.rx", HOSPITAL)];
    let folder = Folder::new("inheritance", &files);
    let rules = ["--rules", "t", "--policy", "region.rx", "--policy", "a_hospital.rx"];
    let finding = |institution: &str| folder.review(&rules, &sheet(institution, by_name()))["findings"][0].clone();
    let own = finding("h1");
    assert_eq!(
        (&own["severity"], &own["policy"]["id"]),
        (&json!("contraindicated"), &json!("hospital"))
    );
    assert_eq!(own["policy"]["from"]["severity"], "major");
    let elsewhere = finding("h2");
    assert_eq!(
        (&elsewhere["severity"], &elsewhere["policy"]["id"]),
        (&json!("moderate"), &json!("region"))
    );
}

#[test]
fn text_and_explain_name_the_policies() {
    let files = [("t/t.rx", RULES), ("region.rx", REGION), ("hospital.rx", HOSPITAL)];
    let folder = Folder::new("explain", &files);
    let rules = [
        "--no-builtin",
        "--rules",
        "t",
        "--policy",
        "hospital.rx",
        "--policy",
        "region.rx",
    ];
    let (code, out, err) = folder.run(&[&["explain", "t.r"][..], &rules].concat());
    assert_eq!(code, 0, "{err}");
    let lines: Vec<&str> = out
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("机构策略"))
        .collect();
    assert_eq!(
        lines,
        [
            "机构策略 region（全地区，至 2027-12-31）：级别改为中等；理由：试行；批准人：区药事会",
            "机构策略 hospital（h1，至 2027-06-30）：级别改为禁忌；理由：近期有出血；批准人：药剂科",
        ]
    );
    fs::write(folder.0.join("rx.json"), sheet("h1", by_name()).to_string()).unwrap();
    let (_, out, _) = folder.run(&[&["review"][..], &rules, &["rx.json"]].concat());
    assert!(
        out.contains("机构策略") && out.contains("hospital") && out.contains("严重"),
        "{out}"
    );
}

#[test]
fn what_the_region_locks_an_institution_cannot_mute() {
    let files = [("t/t.rx", RULES), ("locks.rx", LOCK), ("lower.rx", LOWER)];
    let folder = Folder::new("locked", &files);
    for policies in [["locks.rx", "lower.rx"], ["lower.rx", "locks.rx"]] {
        let (code, _, err) = folder.run(&["check", "t", policies[0], policies[1]]);
        assert_eq!(code, 1);
        assert!(
            err.contains("policy.locked") && err.contains("lower.rx") && err.contains("locks.rx"),
            "{err}"
        );
    }
}

#[test]
fn an_institutions_own_codes_and_names_are_recognised_where_they_are_its() {
    let files = [("t/t.rx", RULES), ("local.yaml", MAPPING), ("local.csv", LOCAL)];
    let folder = Folder::new("mapping", &files);
    let rules = ["--rules", "t", "--rules", "local.yaml"];
    let local = || [json!({"code": "LOCAL:X1"}), json!("芬必灵")];
    let own = folder.review(&rules, &sheet("h1", local()));
    assert_eq!(own["findings"][0]["rule"], "t.r");
    assert_eq!(own["unrecognized"], json!([]));
    let elsewhere = folder.review(&rules, &sheet("h2", local()));
    assert_eq!(elsewhere["findings"], json!([]));
    let unrecognized = elsewhere["unrecognized"].as_array().unwrap();
    let texts: Vec<&str> = unrecognized.iter().map(|u| u["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["LOCAL:X1", "芬必灵"]);
    // A code and a name of different meaning are both looked at, and the item is not taken for certain.
    let differing = sheet("h1", [json!({"code": "LOCAL:X1", "name": "芬必灵"}), json!("布洛芬片")]);
    let review = folder.review(&rules, &differing);
    assert_eq!(review["unrecognized"][0]["reason"], "code_and_name_differ");
}

#[test]
fn a_mapping_gives_the_strength_that_a_sheet_leaves_out() {
    let dose = "pack t { title \"测试\" version \"1\" owner \"me\" }\nsource label { citation \"说明书\" }\n\
                dose 布洛芬 { band always { single <= 0.4 g } over 1 major cite label }\n";
    let files = [("t/t.rx", dose), ("local.yaml", MAPPING), ("local.csv", LOCAL)];
    let folder = Folder::new("strength", &files);
    let rules = ["--rules", "t", "--rules", "local.yaml"];
    let sheet = |strength: Value| {
        json!({"id": "rx", "authored_on": "2026-11-22", "institution": {"id": "h1"}, "diagnoses": [], "current_medications": [],
            "patient": {"conditions": [], "allergies": [], "age": "40 a"},
            "items": [{"id": "1", "drug": {"code": "LOCAL:X2"}, "strength": strength, "dose": "2粒", "frequency": "bid", "route": "口服", "duration": "3 d"}]})
    };
    assert_eq!(
        folder.review(&rules, &sheet(Value::Null))["findings"][0]["dose"]["amount"],
        "0.6 g"
    );
    assert_eq!(
        folder.review(&rules, &sheet(json!("0.1 g")))["findings"],
        json!([]),
        "what the sheet states wins"
    );
}

#[test]
fn map_reports_a_table_and_a_bare_list_and_its_csv_is_the_next_mapping() {
    let list = "编码,名称\nX1,华法林钠片\nX2,贝母\nX3,HFL\nX4,\"怪,药\"\n";
    let files = [("local.yaml", MAPPING), ("local.csv", LOCAL), ("list.csv", list)];
    let folder = Folder::new("map", &files);
    let (code, out, _) = folder.run(&["map", "local.yaml"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "未对照  X3  某某丸\n3 行 · 2 行按标准名 · 0 行按本院名 · 0 行有歧义 · 1 行未对照\n"
    );
    let (code, out, _) = folder.run(&["map", "--format", "csv", "list.csv"]);
    assert_eq!(code, 1);
    let rows: Vec<&str> = out.lines().collect();
    assert_eq!(
        rows[..2],
        [
            "code,name,standard,strength,pack,status,candidates",
            "X1,华法林钠片,华法林钠片,,,name,"
        ]
    );
    assert!(
        rows[2].starts_with("X2,贝母,,,,ambiguous,") && rows[2].contains("川贝母"),
        "{out}"
    );
    assert!(
        rows[3].starts_with("X3,HFL,,,,unmapped,") && rows[3].contains("华法林"),
        "{out}"
    );
    assert!(rows[4].starts_with("X4,\"怪,药\",,,,unmapped,"), "{out}");
    let (_, out, _) = folder.run(&["map", "--format", "json", "local.yaml"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["summary"]["by_standard"], 2);
    assert_eq!(report["rows"][0]["drug"], "华法林");
    // What it writes, filled in, maps.
    let filled = "code,name,standard,strength,pack,status,candidates\nX1,法华林,华法林钠片,2.5 mg,,standard,\n";
    fs::write(folder.0.join("local.csv"), filled).unwrap();
    assert_eq!(folder.run(&["map", "local.yaml"]).0, 0);
}
