//! Rules of the form drug ∧ age ∧ eGFR, any number of them, and prescriptions that a chosen number of them touch.
use crate::rng;
use rand::RngExt;
use serde_json::json;
use shenfang::Sources;
use std::fmt::Write;

/// Items of a prescription.
pub const ITEMS: usize = 3;

/// One rule: the drug is not for patients of `age` years or more whose eGFR is below `egfr`.
pub struct Row {
    /// drug by number
    pub drug: usize,
    /// years
    pub age: u32,
    /// mL/min/{1.73_m2}
    pub egfr: u32,
}

/// A patient and the drugs prescribed.
pub struct Sheet {
    /// years
    pub age: u32,
    /// mL/min/{1.73_m2}
    pub egfr: u32,
    /// drugs by number
    pub drugs: Vec<usize>,
}

/// Which drugs the rules are about, and which are prescribed.
#[derive(Clone, Copy)]
pub enum Spread {
    /// a hundred rules on the twenty drugs that are prescribed, all others on drugs that are not
    Aside,
    /// all rules evenly over the drugs that are prescribed
    Even,
}

/// Drugs that are prescribed.
const PRESCRIBED: usize = 20;
/// Rules about them where the others lie aside.
const TOUCHING: usize = 100;

/// `count` rules.
pub fn rows(count: usize, spread: Spread) -> Vec<Row> {
    let mut rng = rng(3);
    let drug = |at: usize| match spread {
        Spread::Aside if at >= TOUCHING => PRESCRIBED + (at - TOUCHING) / 5,
        _ => at % PRESCRIBED,
    };
    (0..count)
        .map(|at| Row {
            drug: drug(at),
            age: rng.random_range(60..95),
            egfr: rng.random_range(10..60),
        })
        .collect()
}

/// `count` rules, five on each of `count / 5` drugs: what peers are compared on.
pub fn five_a_drug(count: usize) -> Vec<Row> {
    let mut rng = rng(3);
    (0..count)
        .map(|at| Row {
            drug: at / 5,
            age: rng.random_range(60..95),
            egfr: rng.random_range(10..60),
        })
        .collect()
}

/// `count` sheets of drugs below `drugs`. One in fifty has a patient old and ill enough for some rule.
pub fn sheets(count: usize, drugs: usize) -> Vec<Sheet> {
    let mut rng = rng(4);
    (0..count)
        .map(|_| {
            let ill = rng.random_bool(0.02);
            let mut chosen = Vec::new();
            while chosen.len() < ITEMS {
                let drug = rng.random_range(0..drugs);
                if !chosen.contains(&drug) {
                    chosen.push(drug);
                }
            }
            Sheet {
                age: if ill {
                    rng.random_range(75..95)
                } else {
                    rng.random_range(20..60)
                },
                egfr: if ill {
                    rng.random_range(10..40)
                } else {
                    rng.random_range(70..120)
                },
                drugs: chosen,
            }
        })
        .collect()
}

/// Sheets of the twenty drugs that are prescribed.
pub fn common(count: usize) -> Vec<Sheet> {
    sheets(count, PRESCRIBED)
}

/// Rules touched by a sheet.
pub fn touched(rows: &[Row], sheet: &Sheet) -> usize {
    rows.iter().filter(|row| sheet.drugs.contains(&row.drug)).count()
}

/// The name of a drug.
pub fn name(drug: usize) -> String {
    format!("药{drug:06}")
}

/// The drugs of the rules and of the prescriptions.
pub fn catalogue(rows: &[Row]) -> Sources {
    let drugs = rows.iter().map(|row| row.drug + 1).max().unwrap_or(0).max(PRESCRIBED);
    let mut table = String::from("substances:\n");
    for drug in 0..drugs {
        writeln!(table, "  {}: {{}}", name(drug)).expect("text");
    }
    [("world/drugs.yaml", table)].into_iter().collect()
}

/// The rules as a table.
pub fn rules(rows: &[Row]) -> Sources {
    let mut table = String::from("id,drug,age,egfr\n");
    for (number, row) in rows.iter().enumerate() {
        writeln!(table, "r{number},{},{},{}", name(row.drug), row.age, row.egfr).expect("text");
    }
    let files = [
        ("renal/renal.rx", "规则包 renal { 标题 \"肾功能\"; 版本 \"1\"; 归属 \"bench\" }\n来源 s { 题名 \"样本\" }\n".to_owned()),
        ("renal/renal.yaml", "table: rule\nname: \"<id>\"\nfields:\n  category: 禁忌证\n  match: \"a: <drug>\"\n  when: \"患者.年龄 >= <age> 岁 且 患者.egfr < <egfr> mL/min/{1.73_m2}\"\n  severity: 严重\n  message: {zh: \"{a}不宜\", en: \"{a} is not for this patient\"}\n  cite: s\nrows: renal.csv\n".to_owned()),
        ("renal/renal.csv", table),
    ];
    files.into_iter().collect()
}

/// A sheet as JSON, every list given.
pub fn json(number: usize, sheet: &Sheet) -> String {
    let items: Vec<_> = (1..)
        .zip(&sheet.drugs)
        .map(|(at, drug)| json!({"id": at.to_string(), "drug": name(*drug), "dose": "10 mg", "frequency": "bid", "route": "口服", "duration": "7 d"}))
        .collect();
    json!({
        "id": format!("rx-{number}"), "kind": "western", "setting": "outpatient", "authored_on": "2026-11-22",
        "patient": {
            "sex": "male", "age": format!("{} 岁", sheet.age), "allergies": [], "conditions": [],
            "observations": [{"code": "LOINC:62238-1", "name": "eGFR", "value": sheet.egfr, "unit": "mL/min/{1.73_m2}", "at": "2026-11-20"}]
        },
        "diagnoses": [{"code": "ICD10:I10"}], "items": items, "current_medications": []
    })
    .to_string()
}
