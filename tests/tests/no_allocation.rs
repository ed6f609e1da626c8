//! A review that has nothing to say allocates nothing, once the caller's buffers are warm.
#![allow(clippy::unwrap_used, reason = "tests stop at the impossible")]
use allocation_counter::measure;
use shenfang::{Prescription, Scratch};

/// Western, by codes and names, with results of laboratories; an infusion-free sheet of nothing that any rule minds.
const WESTERN: &str = r#"{
  "id": "w", "kind": "western", "setting": "outpatient", "authored_on": "2026-11-22T09:30:00+08:00", "presented_on": "2026-11-22", "amendments": [],
  "institution": {"id": "h1", "level": "primary"}, "department": "全科",
  "prescriber": {"id": "d7", "title": "attending", "signed": true},
  "patient": {"id": "p9", "sex": "male", "birth_date": "1978-03-02", "weight": "60 kg", "height": {"value": 158, "unit": "cm"},
    "allergies": [], "conditions": [{"code": "ICD10:I10", "name": "高血压"}],
    "observations": [{"code": "LOINC:62238-1", "name": "eGFR", "value": 98, "unit": "mL/min/{1.73_m2}", "at": "2026-11-20"}]},
  "diagnoses": [{"code": "ICD10:I10.x00x002", "name": "高血压病"}],
  "items": [
    {"id": "1", "drug": {"code": "ATC:C08CA01", "name": "苯磺酸氨氯地平片"}, "strength": "5 mg", "dose": "5 mg", "frequency": "qd", "route": "口服", "duration": "7 d"}
  ],
  "current_medications": []
}"#;

const DECOCTION: &str = r#"{
  "id": "d", "kind": "decoction", "setting": "outpatient", "authored_on": "2026-11-22T09:30:00+08:00", "presented_on": "2026-11-22", "amendments": [], "department": "中医科",
  "prescriber": {"id": "d7", "title": "attending", "signed": true},
  "patient": {"id": "p9", "sex": "female", "birth_date": "1988-03-02", "pregnant": false, "lactating": false, "allergies": [], "conditions": [], "observations": []},
  "diagnoses": [{"code": "ICD10:K29.5", "name": "慢性胃炎"}], "tcm_diagnosis": {"disease": "胃痛", "pattern": "脾胃虚弱"},
  "doses": 7, "usage": {"doses_per_day": 1, "servings": 2},
  "items": [
    {"id": "1", "drug": "党参", "dose": "12 g"}, {"id": "2", "drug": "麸炒白术", "dose": "9 g"},
    {"id": "3", "drug": "茯苓", "dose": "12 g"}, {"id": "4", "drug": "炙甘草", "dose": "6 g"},
    {"id": "5", "drug": "陈皮", "dose": "6 g"}, {"id": "6", "drug": "白芍", "dose": "9 g"},
    {"id": "7", "drug": "当归", "dose": "9 g"}, {"id": "8", "drug": "黄芪", "dose": "15 g"}
  ],
  "current_medications": []
}"#;

#[test]
fn a_clean_review_allocates_nothing() {
    let reviewer = shenfang_rules::builtin().reviewer();
    let program = reviewer.program();
    let mut scratch = Scratch::default();
    for text in [WESTERN, DECOCTION] {
        let rx: Prescription = serde_json::from_str(text).unwrap();
        let said = serde_json::to_string(&reviewer.review_with(&mut scratch, &rx)).unwrap();
        let clean = said
            .contains(r#""decision":"pass","complete":true,"gap":null,"findings":[],"undetermined":[],"presumed":[]"#);
        assert!(clean, "{said}");
        let reviewed = measure(|| drop(reviewer.review_with(&mut scratch, &rx)));
        assert_eq!(reviewed.count_total, 0, "of {}", rx.id);
        let prepared = program.prepare(&rx);
        let judged = measure(|| drop(program.review_prepared(&mut scratch, &prepared, &rx, None)));
        assert_eq!(judged.count_total, 0, "of {}, prepared", rx.id);
    }
}
