//! What a region sends in a day: 60 % sheets of western and patent medicines (1–6 items), 40 % decoctions (8–17 pieces), with the gaps real sheets have.
//!
//! | of all sheets | |
//! |---|---|
//! | current medications not given | 45 % |
//! | known conditions not given | 30 % |
//! | allergies not asked | 10 % |
//! | weight not given (adults) | 40 % |
//! | eGFR given | 15 % |
//!
//! When dispensing was asked for, and that nothing on the sheet was changed, is always given: the system that asks for the review knows.
use crate::{read, rng};
use rand::{Rng, RngExt};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use shenfang::Prescription;
use std::ops::Range;

const WESTERN: &str = include_str!("../data/western.csv");
const PIECES: &str = include_str!("../data/pieces.csv");

/// A line as it is written every day.
#[derive(Deserialize)]
struct Order {
    drug: String,
    strength: String,
    dose: String,
    frequency: String,
    route: String,
    duration: String,
    diagnosis: String,
    weight: u32,
    who: Who,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Who {
    Adult,
    Child,
    Any,
}

#[derive(Deserialize)]
struct Piece {
    piece: String,
    grams: u32,
    weight: u32,
}

/// Draws sheets.
pub struct Mixed {
    western: Vec<Order>,
    pieces: Vec<Piece>,
}

fn table<T: for<'d> Deserialize<'d>>(text: &str) -> Vec<T> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.expect("a sound row"))
        .collect()
}

/// Draws by weight among what `fits`.
fn draw<'t, T>(rng: &mut impl Rng, rows: &'t [T], weight: impl Fn(&T) -> u32) -> &'t T {
    let all: u32 = rows.iter().map(&weight).sum();
    let mut at = rng.random_range(0..all);
    let found = rows.iter().find(|row| match at.checked_sub(weight(row)) {
        Some(rest) => {
            at = rest;
            false
        }
        None => true,
    });
    found.expect("the weights are not all zero")
}

impl Default for Mixed {
    fn default() -> Mixed {
        Mixed {
            western: table(WESTERN),
            pieces: table(PIECES),
        }
    }
}

impl Mixed {
    /// `count` records, from number `first` on; the same number is the same record.
    pub fn records(&self, first: u64, count: u64) -> impl Iterator<Item = String> {
        (first..first + count).map(|number| self.record(number))
    }

    /// The records of these numbers, read: on every core, by threads of their own.
    pub fn sheets(&self, numbers: Range<u64>) -> Vec<Prescription> {
        let numbers = numbers.into_par_iter();
        numbers.map(|number| read(self.record(number).as_bytes())).collect()
    }

    /// One record as a line of JSON.
    pub fn record(&self, number: u64) -> String {
        let mut rng = rng(1_000 + number);
        let decoction = rng.random_bool(0.4);
        let child = !decoction && rng.random_bool(0.15);
        let years: u32 = match rng.random_range(0..10) {
            _ if child => rng.random_range(2..12),
            0..3 => rng.random_range(18..45),
            3..7 => rng.random_range(45..65),
            _ => rng.random_range(65..88),
        };
        let sex = if rng.random_bool(0.5) { "female" } else { "male" };
        let mut patient = json!({"id": format!("p{}", number % 500_000), "sex": sex, "age": format!("{years} 岁")});
        if child {
            patient["weight"] = json!(format!("{} kg", 2 * years + 8));
        } else if rng.random_bool(0.6) {
            patient["weight"] = json!(format!("{} kg", rng.random_range(48..85)));
        }
        if rng.random_bool(0.9) {
            patient["allergies"] = if rng.random_bool(0.04) {
                json!(["青霉素"])
            } else {
                json!([])
            };
        }
        if sex == "female" && (14..50).contains(&years) && rng.random_bool(0.7) {
            patient["pregnant"] = json!(rng.random_bool(0.01));
            patient["lactating"] = json!(false);
        }
        if rng.random_bool(0.15) {
            let egfr = if rng.random_bool(0.1) {
                rng.random_range(18..60)
            } else {
                rng.random_range(60..115)
            };
            patient["observations"] = json!([{"code": "LOINC:62238-1", "name": "eGFR", "value": egfr, "unit": "mL/min/{1.73_m2}", "at": "2026-11-01"}]);
        }
        let mut diagnoses: Vec<Value> = Vec::new();
        let mut sheet = json!({
            "id": format!("m-{number}"), "setting": "outpatient", "authored_on": "2026-11-22T09:30:00+08:00",
            "presented_on": "2026-11-22T10:00:00+08:00", "amendments": [],
            "institution": {"id": format!("inst-{:03}", number % 100), "level": "primary"}, "department": "全科",
            "prescriber": {"id": format!("d{}", number % 900), "title": "attending", "signed": true},
        });
        if decoction {
            sheet["kind"] = json!("decoction");
            sheet["doses"] = json!("7 剂");
            sheet["items"] = self.decoction(&mut rng);
            sheet["tcm_diagnosis"] = json!({"disease": "不寐", "pattern": "心脾两虚证"});
            diagnoses.push(json!({"code": "ICD10:G47.0"}));
        } else {
            sheet["kind"] = json!("western");
            sheet["extension_reason"] = json!("慢性病");
            sheet["items"] = self.western(&mut rng, child, &mut diagnoses);
        }
        if rng.random_bool(0.7) {
            patient["conditions"] = if years > 60 && rng.random_bool(0.4) {
                json!([{"code": "ICD10:I10", "name": "高血压"}])
            } else {
                json!([])
            };
        }
        if rng.random_bool(0.55) {
            sheet["current_medications"] = if years > 60 && rng.random_bool(0.4) {
                json!([{"id": "m1", "drug": "苯磺酸氨氯地平片", "strength": "5 mg", "dose": "5 mg", "frequency": "qd", "route": "口服"}])
            } else {
                json!([])
            };
        }
        sheet["patient"] = patient;
        sheet["diagnoses"] = Value::Array(diagnoses);
        sheet.to_string()
    }

    fn western(&self, rng: &mut impl Rng, child: bool, diagnoses: &mut Vec<Value>) -> Value {
        let who = if child { Who::Child } else { Who::Adult };
        let count = draw(rng, &[(1, 20), (2, 30), (3, 25), (4, 15), (5, 7), (6, 3)], |c| c.1).0;
        let mut items: Vec<Value> = Vec::new();
        for at in 1..=count {
            let order = draw(rng, &self.western, |o| {
                if o.who == who || o.who == Who::Any { o.weight } else { 0 }
            });
            if items.iter().any(|item| item["drug"] == order.drug.as_str()) {
                continue;
            }
            let mut item = json!({"id": at.to_string(), "drug": order.drug, "dose": order.dose, "frequency": order.frequency,
                "route": order.route, "duration": order.duration});
            if !order.strength.is_empty() {
                item["strength"] = json!(order.strength);
            }
            items.push(item);
            let diagnosis = json!({"code": format!("ICD10:{}", order.diagnosis)});
            if !diagnoses.contains(&diagnosis) {
                diagnoses.push(diagnosis);
            }
        }
        Value::Array(items)
    }

    fn decoction(&self, rng: &mut impl Rng) -> Value {
        let count = rng.random_range(8..=17);
        let mut items: Vec<Value> = Vec::new();
        while items.len() < count {
            let piece = draw(rng, &self.pieces, |p| p.weight);
            if items.iter().any(|item| item["drug"] == piece.piece.as_str()) {
                continue;
            }
            let grams = if rng.random_bool(0.15) {
                piece.grams * 2
            } else {
                piece.grams
            };
            items.push(json!({"id": (items.len() + 1).to_string(), "drug": piece.piece, "dose": format!("{grams} g")}));
        }
        Value::Array(items)
    }
}
