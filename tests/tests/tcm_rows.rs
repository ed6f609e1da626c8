//! Rows of the TCM tables, their expected values written out by hand in `data/rows/`, each resolved by *name* from
//! JSON to review: silent at the limit, a finding one step above; nothing where the pharmacopoeia says nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that meets the impossible should stop"
)]

use serde_json::{Value, json};
use shenfang::clinical::{Action, Category, Finding, Severity};

const DOSE: &str = include_str!("../data/rows/dose.tsv");
const TOXIC: &str = include_str!("../data/rows/toxic.tsv");
const POISONOUS: &str = include_str!("../data/rows/poisonous.tsv");
const PREGNANCY: &str = include_str!("../data/rows/pregnancy.tsv");
const FOOTNOTE: &str = include_str!("../data/rows/footnote.tsv");
const TOGETHER: &str = include_str!("../data/rows/together.tsv");

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split('\t').collect())
}

/// A decoction sheet of a man of forty, one 剂 a day for three days; `items` and what `change` replaces.
fn sheet(items: Value, change: Value) -> Value {
    let mut sheet = json!({
        "id": "row", "kind": "decoction", "setting": "outpatient", "authored_on": "2024-11-22", "department": "中医科", "doses": 3, "diagnoses": ["失眠"],
        "tcm_diagnosis": {"disease": "不寐", "pattern": "心脾两虚"},
        "prescriber": {"id": "d7", "title": "chief", "privileges": ["narcotic", "toxic"], "signed": true},
        "patient": {"sex": "male", "age": "40 岁", "allergies": [], "conditions": []}, "current_medications": [], "items": items
    });
    for (key, value) in change.as_object().expect("an object") {
        sheet[key] = value.clone();
    }
    sheet
}

/// What the built-in packs find. The names must be known: a row that is not resolved would be silent for nothing.
fn findings(sheet: &Value) -> Vec<Finding<'static>> {
    let prescription = shenfang_wire::read_record(sheet.to_string().as_bytes()).expect("a readable sheet");
    let reviewer = shenfang_rules::builtin().reviewer();
    let review = reviewer.review(&prescription).into_owned();
    assert!(review.unrecognized.is_empty(), "{sheet}: {:?}", review.unrecognized);
    review.findings
}

fn of(findings: Vec<Finding<'static>>, category: Category) -> Vec<Finding<'static>> {
    findings.into_iter().filter(|f| f.category == category).collect()
}

fn strongest(findings: &[Finding]) -> Option<Action> {
    findings.iter().map(|f| f.action).max()
}

/// One piece at a dose, with the footnote it needs, by a route and in a form of the sheet where the row says so.
fn dosed(row: &[&str], dose: &str, change: Value) -> Option<Action> {
    let (piece, route, form) = (row[0], row[1], row[2]);
    let mut item = json!({"id": "1", "drug": piece, "dose": dose});
    let mut change = change;
    if !route.is_empty() {
        item["route"] = json!(route);
        item["frequency"] = json!("qd");
        item["duration"] = json!("2 d");
    }
    if !form.is_empty() {
        change["usage"] = json!({"form": form});
    }
    strongest(&of(findings(&sheet(json!([item]), change)), Category::Dose))
}

#[test]
fn ordinary_pieces_are_graded_and_interrupt_only_beyond_three_times_the_limit() {
    let mut wrong = Vec::new();
    for row in rows(DOSE) {
        let steps = [row[3], row[4], row[5], row[6]].map(|dose| dosed(&row, dose, json!({})));
        let interrupts = |step: Option<Action>| step >= Some(Action::Warn);
        let right = steps[0].is_none()
            && steps[1].is_some()
            && !interrupts(steps[1])
            && !interrupts(steps[2])
            && interrupts(steps[3]);
        // A second signature on the item lets it pass as a word to the pharmacist.
        let signed = dosed(&row, row[6], json!({"double_signed": ["1"]}));
        if !right || signed != Some(Action::Inform) {
            wrong.push(format!("{}: {steps:?}, signed twice {signed:?}", row.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// 有毒 interrupts as soon as the limit is passed; 小毒 is told, and interrupts before three times the limit.
#[test]
fn poisonous_pieces_are_graded_by_their_grade() {
    let mut wrong = Vec::new();
    for row in rows(POISONOUS) {
        let row_of_three = [row[0], "", ""];
        let seen = [row[2], row[3]].map(|dose| dosed(&row_of_three, dose, json!({})));
        let above = if row[1] == "有毒" {
            Action::Warn
        } else {
            Action::Inform
        };
        if seen != [None, Some(above)] {
            wrong.push(format!("{}: {seen:?}", row.join(" ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn listed_toxic_pieces_and_poppy_shell_block_above_their_limit_whoever_signs() {
    let mut wrong = Vec::new();
    for row in rows(TOXIC) {
        let row_of_three = [row[0], row[1], ""];
        let one_day = json!({"doses": 1});
        let at = dosed(&row_of_three, row[2], one_day.clone());
        let above = dosed(&row_of_three, row[3], one_day);
        let signed = dosed(&row_of_three, row[3], json!({"doses": 1, "double_signed": ["1"]}));
        if (at, above, signed) != (None, Some(Action::Block), Some(Action::Block)) {
            wrong.push(format!(
                "{}: at {at:?}, above {above:?}, signed twice {signed:?}",
                row.join(" ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn amounts_of_one_piece_add_up_over_its_forms() {
    let both = |a: &str, b: &str| {
        of(
            findings(&sheet(
                json!([{"id": "1", "drug": "当归", "dose": a}, {"id": "2", "drug": "酒当归", "dose": b}]),
                json!({}),
            )),
            Category::Dose,
        )
    };
    assert!(both("6 g", "6 g").is_empty());
    let above = both("6 g", "6.1 g");
    assert_eq!(above.len(), 1);
    assert_eq!(above[0].items, ["1", "2"]);
}

#[test]
fn days_and_doses_a_day_are_counted() {
    let with = |usage: Value| {
        of(
            findings(&sheet(
                json!([{"id": "1", "drug": "黄芪", "dose": "30 g"}]),
                json!({"usage": usage}),
            )),
            Category::Dose,
        )
        .len()
    };
    assert_eq!(with(json!({"doses_per_day": 1})), 0);
    assert_eq!(with(json!({"doses_per_day": 2})), 1, "两剂一日 is 60 g a day");
    assert_eq!(with(json!({"doses_per_day": 0.5})), 0, "两日一剂 is 15 g a day");
}

fn pregnancy(piece: &str, patient: Value) -> (Option<Severity>, Option<Action>, bool) {
    let sheet = sheet(
        json!([{"id": "1", "drug": piece, "dose": "0.01 g"}]),
        json!({"patient": patient}),
    );
    let prescription = shenfang_wire::read_record(sheet.to_string().as_bytes()).expect("a readable sheet");
    let reviewer = shenfang_rules::builtin().reviewer();
    let review = reviewer.review(&prescription);
    assert!(review.unrecognized.is_empty(), "{piece}: {:?}", review.unrecognized);
    let about = |f: &&Finding| {
        f.category == Category::Contraindication && (f.message.zh.contains('孕') || f.message.zh.contains("妊娠"))
    };
    let found: Vec<&Finding> = review.findings.iter().filter(about).collect();
    let asked = review
        .undetermined
        .iter()
        .any(|u| u.needs.iter().any(|need| need == "patient.pregnant"));
    (
        found.iter().map(|f| f.severity).max(),
        found.iter().map(|f| f.action).max(),
        asked,
    )
}

#[test]
fn pregnancy_words_of_the_pharmacopoeia() {
    let patient = |pregnant: Value| json!({"sex": "female", "age": "28 岁", "pregnant": pregnant, "lactating": false, "allergies": [], "conditions": []});
    let mut wrong = Vec::new();
    for row in rows(PREGNANCY) {
        let (piece, word) = (row[0], row[1]);
        let (severity, action, _) = pregnancy(piece, patient(json!(true)));
        let (not_pregnant, _, _) = pregnancy(piece, patient(json!(false)));
        let (unknown, _, asked) = pregnancy(piece, patient(Value::Null));
        let right = match word {
            "禁用" => action == Some(Action::Block) && severity == Some(Severity::Contraindicated),
            "忌用" => action >= Some(Action::Warn),
            "慎用" => severity.is_some() && action < Some(Action::Block),
            _ => severity.is_none(),
        };
        if !right || not_pregnant.is_some() || unknown.is_some() || asked != (word != "-") {
            wrong.push(format!("{piece} {word}: pregnant {severity:?} {action:?}, not pregnant {not_pregnant:?}, unknown {unknown:?} asked {asked}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn footnotes_of_the_pharmacopoeia() {
    let about_preparation = |item: Value, form: &str| {
        let found = findings(&sheet(json!([item]), json!({"usage": {"form": form}})));
        found
            .into_iter()
            .filter(|f| matches!(f.category, Category::Preparation | Category::Route))
            .count()
    };
    let mut wrong = Vec::new();
    for row in rows(FOOTNOTE) {
        let (piece, footnote) = (row[0], row[1]);
        let bare = json!({"id": "1", "drug": piece, "dose": "0.01 g"});
        let mut noted = bare.clone();
        noted["preparation"] = json!(footnote);
        let without = about_preparation(bare.clone(), "汤剂");
        let (with, granules) = match footnote {
            "不入煎剂" | "-" => (0, 0),
            _ => (about_preparation(noted, "汤剂"), about_preparation(bare, "颗粒")),
        };
        if (without, with, granules) != (usize::from(footnote != "-"), 0, 0) {
            wrong.push(format!(
                "{piece} {footnote}: without {without}, with {with}, as granules {granules}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pieces_patent_medicines_and_western_drugs_together() {
    let mut wrong = Vec::new();
    for row in rows(TOGETHER) {
        let (a, b, category) = (row[0], row[1], row[2]);
        let pieces = ["海藻", "昆布", "法半夏", "水半夏", "瓜蒌皮", "雄黄", "黄芪"];
        let item = |id: &str, drug: &str| match pieces.contains(&drug) {
            true => {
                json!({"id": id, "drug": drug, "dose": "0.05 g", "frequency": "qd", "route": if drug == "雄黄" { "pill" } else { "decoction" }})
            }
            false => {
                json!({"id": id, "drug": drug, "dose": "1 片", "frequency": "qd", "route": "口服", "duration": "3 d"})
            }
        };
        // Each on a sheet of its own kind: what stands on another sheet today is a current medication.
        let mut other = sheet(
            json!([item("2", b)]),
            json!({"kind": if pieces.contains(&b) { "decoction" } else { "western" }}),
        );
        other["current_medications"] = json!([item("1", a)]);
        let about = |f: &Finding| {
            f.items.len() == 2
                && matches!(
                    f.category,
                    Category::Incompatibility | Category::Interaction | Category::DuplicateTherapy
                )
        };
        let mut seen: Vec<&str> = findings(&other)
            .iter()
            .filter(|f| about(f))
            .map(|f| f.category.code())
            .collect();
        seen.dedup();
        let wanted: Vec<&str> = category.split(' ').filter(|word| *word != "-").collect();
        if seen != wanted {
            wrong.push(format!("{a} {b}: {seen:?}, expected {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn toxic_and_poppy_shell_supply() {
    let restricted = |piece: &str, change: Value| {
        let mut change = change;
        let items = change["items"].take();
        let items = if items.is_null() {
            json!([{"id": "1", "drug": piece, "dose": "3 g"}, {"id": "2", "drug": "五味子", "dose": "3 g"}])
        } else {
            items
        };
        change.as_object_mut().expect("an object").remove("items");
        let found = findings(&sheet(items, change));
        found
            .into_iter()
            .filter(|f| matches!(f.category, Category::Legality | Category::Quantity))
            .map(|f| f.review_code)
            .collect::<Vec<_>>()
    };
    assert!(
        restricted("罂粟壳", json!({"doses": 3})).is_empty(),
        "three days are allowed"
    );
    assert_eq!(restricted("罂粟壳", json!({"doses": 4})), ["1-13"], "four days are not");
    assert_eq!(
        restricted(
            "罂粟壳",
            json!({"doses": 3, "prescriber": {"id": "d1", "title": "resident", "privileges": [], "signed": true}})
        ),
        ["1-13"],
        "no right to narcotics"
    );
    assert_eq!(
        restricted(
            "罂粟壳",
            json!({"doses": 3, "items": [{"id": "1", "drug": "罂粟壳", "dose": "3 g"}]})
        ),
        ["1-13"],
        "not by itself"
    );
    let realgar = |doses: u32| json!({"doses": doses, "items": [{"id": "1", "drug": "雄黄", "dose": "0.1 g", "route": "pill", "frequency": "qd"}]});
    assert!(
        restricted("雄黄", realgar(2)).is_empty(),
        "two days at the highest dose are allowed"
    );
    assert_eq!(restricted("雄黄", realgar(3)), ["1-13"], "three are not");
}

#[test]
fn raw_and_processed_form_of_one_herb_together() {
    let together = |a: &str, b: &str| {
        let found = findings(&sheet(
            json!([{"id": "1", "drug": a, "dose": "0.5 g"}, {"id": "2", "drug": b, "dose": "0.5 g"}]),
            json!({}),
        ));
        found
            .into_iter()
            .filter(|f| f.items == ["1", "2"])
            .map(|f| (f.category, f.action))
            .collect::<Vec<_>>()
    };
    for (a, b) in [
        ("甘草", "炙甘草"),
        ("大黄", "酒大黄"),
        ("黄芪", "炙黄芪"),
        ("地黄", "熟地黄"),
    ] {
        let found = together(a, b);
        assert_eq!(found.len(), 1, "{a} {b}: {found:?}");
        assert!(found[0].1 <= Action::Inform, "{a} {b}: no reason to interrupt");
    }
    for (a, b) in [("川乌", "制川乌"), ("半夏", "法半夏"), ("附子", "生附子")] {
        assert_eq!(
            together(a, b),
            [(Category::DuplicateTherapy, Action::Warn)],
            "{a} {b}: toxic, a reason to interrupt"
        );
    }
    for (a, b) in [("甘草", "甘松"), ("白芍", "赤芍"), ("苍术", "白术"), ("黄芪", "红芪")] {
        assert!(together(a, b).is_empty(), "{a} {b}");
    }
}

#[test]
fn pieces_and_western_drugs_on_one_sheet() {
    let mixed = |b: Value| {
        let found = findings(&sheet(
            json!([{"id": "1", "drug": "黄芪", "dose": "15 g"}, b]),
            json!({}),
        ));
        found
            .into_iter()
            .filter(|f| f.category == Category::Format)
            .map(|f| f.review_code)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        mixed(
            json!({"id": "2", "drug": "阿司匹林肠溶片", "dose": "100 mg", "frequency": "qd", "route": "口服", "duration": "7 d"})
        ),
        ["1-5"]
    );
    assert_eq!(
        mixed(
            json!({"id": "2", "drug": "六味地黄丸", "dose": "8 丸", "frequency": "tid", "route": "口服", "duration": "7 d"})
        ),
        ["1-5"]
    );
    assert!(mixed(json!({"id": "2", "drug": "当归", "dose": "10 g"})).is_empty());
}
