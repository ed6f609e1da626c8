//! What is told line by line is what a review says: random tables, of few columns and many, with rules that ask for nothing but two medicines and rules that
//! ask for more; every row is compared, to the byte, with the whole reading and review of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says what it expects"
)]
use arrow::{
    array::*,
    compute::{cast, concat_batches},
    datatypes::{DataType, Field, Schema},
    json::{ReaderBuilder, WriterBuilder, reader::infer_json_schema, writer::JsonArray},
};
use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use shenfang::{Options, Reviewer, RuleSet, Sources};
use shenfang_columnar::{Answers, Buffers, Chunks, Keep, Plan};
use shenfang_wire::{Language, write_error, write_review};
use std::{
    io::Cursor,
    sync::{Arc, LazyLock},
};

const HEAD: &str = r#"pack test { title "Test" version "1" owner "test" } source memo { citation "Memo" }"#;

/// A rule that asks for what it matches and nothing else, unless `more` says what.
fn rule(name: &str, matches: &str, more: &str) -> String {
    ranked(name, matches, more, "interaction", "major")
}

fn ranked(name: &str, matches: &str, more: &str, category: &str, severity: &str) -> String {
    format!(
        r#"rule {name} {{ title "{name}" category {category} match {matches} {more} severity {severity} message zh "有" en "found" cite memo "1" }}"#
    )
}

fn compiled(rules: &[String]) -> RuleSet {
    let mut sources = Sources::new();
    sources.add("test.rx", format!("{HEAD}\n{}", rules.join("\n")));
    let (rules, said) = RuleSet::compile(shenfang_rules::catalogue(), sources, Options::default());
    assert!(!said.has_errors(), "{}", said.render(Language::En, false));
    rules
}

/// Rules that leave most sheets quiet, and rules that leave none.
static RULES: LazyLock<Vec<Reviewer>> = LazyLock::new(|| {
    let pair = |origin: &str| rule("pair", &format!("a: {origin} 华法林, b: {origin} 非甾体抗炎药"), "");
    let alike = rule("alike", "a: prescribed 非甾体抗炎药, b: prescribed 非甾体抗炎药", "");
    let three = rule(
        "three",
        "a: prescribed 华法林, b: prescribed 丹参, c: prescribed 氯吡格雷",
        "",
    );
    let one = rule("one", "a: 布洛芬", "when patient.age >= 65 a");
    let beside = rule("beside", "a: prescribed 地高辛, b: prescribed any", "");
    let sheet = rule("sheet", "a: any", "when rx.setting is emergency");
    // Of the same two lines: folded under the more severe, or of another category, or asking for more than the two.
    let both = "a: prescribed 非甾体抗炎药, b: prescribed 华法林";
    let minor = ranked("minor", both, "", "interaction", "minor");
    let other = ranked("other", both, "", "incompatibility", "contraindicated");
    let moderate = ranked(
        "another",
        "a: prescribed 华法林, b: prescribed 氯吡格雷",
        "",
        "interaction",
        "moderate",
    );
    let counted = ranked("counted", both, "", "duplicate_therapy", "moderate");
    let asks = rule("asks", both, "when a.route is oral");
    let grows = rule("grows", both, "raise to contraindicated when patient.age >= 65 a");
    let dated = rule("dated", both, "effective 2026-12-01 ..");
    let sets = [
        vec![
            pair("prescribed"),
            minor.clone(),
            other.clone(),
            moderate.clone(),
            alike.clone(),
        ],
        vec![moderate.clone(), counted],
        vec![minor.clone(), moderate.clone(), asks],
        vec![minor, other, grows],
        vec![moderate, dated],
        vec![pair("prescribed"), alike.clone(), three.clone()],
        vec![pair(""), three.clone()],
        vec![pair("prescribed"), one],
        vec![alike, beside],
        vec![three, sheet],
    ];
    let builtin = shenfang_rules::builtin();
    let packs = ["western.interaction", "tcm.incompatibility"].map(|pack| builtin.only(pack));
    let own = sets.iter().map(|rules| compiled(rules));
    own.chain(packs)
        .chain([builtin.clone()])
        .map(|rules| rules.reviewer())
        .collect()
});

/// Written as on sheets: aliases, salts, forms, products of several, names of several meanings, names nobody knows.
const DRUGS: [&str; 22] = [
    "华法林钠片",
    "华法林",
    "阿司匹林肠溶片",
    "布洛芬缓释胶囊",
    "双氯芬酸钠缓释片",
    "复方氨酚烷胺片",
    "硫酸氢氯吡格雷片",
    "地高辛片",
    "苯磺酸氨氯地平片",
    "螺内酯片",
    "丹参",
    "甘草",
    "炙甘草",
    "甘遂",
    "附子",
    "附子(先煎)",
    "川贝母",
    "贝母",
    "大枣",
    "阿司匹林肠溶片100mg*30片",
    "ATC:B01AA03",
    "没有这种药",
];

fn drug() -> impl Strategy<Value = Value> {
    let name = || select(DRUGS.as_slice());
    prop_oneof![
        40 => name().prop_map(|name| json!(name)),
        1 => select(vec![json!(null), json!(""), json!("  ")]),
    ]
}

/// A field that is nearly always absent.
fn seldom(values: Vec<Value>) -> impl Strategy<Value = Value> {
    prop_oneof![6 => Just(json!(null)), 1 => select(values)]
}

fn item() -> impl Strategy<Value = Value> {
    let id = prop_oneof![12 => "[1-9]".prop_map(Value::from), 1 => select(vec![json!(null), json!(" "), json!("甲"), json!("10")])];
    let dose = seldom(vec![json!("0.1 g"), json!("适量"), json!("0 g"), json!("?")]);
    let route = seldom(vec![json!("口服"), json!("外用"), json!("皮试"), json!("随意")]);
    (id, drug(), dose, route)
        .prop_map(|(id, drug, dose, route)| json!({"id": id, "drug": drug, "dose": dose, "route": route}))
}

fn sheet() -> impl Strategy<Value = Value> {
    let items = prop_oneof![20 => prop::collection::vec(item(), 1..6), 1 => Just(Vec::new())];
    let current = seldom(vec![json!([]), json!([{"id": "m", "drug": "华法林钠片"}])]);
    let patient = seldom(vec![
        json!({"age": "70 岁"}),
        json!({"weight": "很重"}),
        json!({"birth_date": "2030-01-01", "age": "3 岁"}),
        json!({"allergies": ["青霉素"]}),
        json!({"allergies": []}),
        json!({"sex": "?"}),
    ]);
    let usage = seldom(vec![json!({"form": "外用"})]);
    let diagnoses = seldom(vec![json!([]), json!(["高血压"]), json!(["?"])]);
    let id = prop_oneof![20 => "[a-z]{1,8}".prop_map(Value::from), 1 => select(vec![json!(null), json!("")])];
    (id, items, current, patient, usage, diagnoses).prop_map(|(id, items, current, patient, usage, diagnoses)| {
        json!({"id": id, "items": items, "current_medications": current, "patient": patient, "usage": usage, "diagnoses": diagnoses,
            "authored_on": "2026-11-22"})
    })
}

/// Tables of these fields of a sheet and of an item.
fn narrowed(sheets: &[Value], columns: &[&str], fields: &[&str]) -> Vec<Value> {
    let only = |value: &Value, keys: &[&str]| -> Value {
        keys.iter()
            .map(|key| ((*key).to_owned(), value[*key].clone()))
            .collect()
    };
    let narrow = |sheet: &Value| {
        let mut narrow = only(sheet, columns);
        let items = sheet["items"].as_array().unwrap();
        narrow["items"] = items.iter().map(|item| only(item, fields)).collect();
        narrow
    };
    sheets.iter().map(narrow).collect()
}

/// The same sheets, a row an item.
fn flat(sheets: &[Value]) -> Vec<Value> {
    let of = |sheet: &Value| -> Vec<Value> {
        let items = sheet["items"].as_array().unwrap().clone();
        let row = |item: Value| {
            let mut row = sheet.clone();
            row.as_object_mut().unwrap().remove("items");
            row["prescription_id"] = row.as_object_mut().unwrap().remove("id").unwrap();
            row.as_object_mut().unwrap().extend(item.as_object().unwrap().clone());
            if let Some(id) = row.as_object_mut().unwrap().remove("id") {
                row["item_id"] = id;
            }
            row
        };
        items.into_iter().map(row).collect()
    };
    sheets.iter().flat_map(of).collect()
}

/// What the columns of an outline hold of a reply.
fn outline(reply: &Value) -> Value {
    let picked = |value: &Value, keys: &[&str]| -> Value {
        let pick = |key: &&str| ((*key).to_owned(), value[*key].clone());
        keys.iter().map(pick).collect()
    };
    let each = |list: &str, row: &dyn Fn(&Value) -> Value| -> Value {
        let rows = reply[list].as_array();
        rows.map_or(Value::Null, |rows| rows.iter().map(row).collect())
    };
    let mut row = picked(reply, &["id", "decision", "complete", "gap"]);
    row["findings"] = each("findings", &|finding| {
        picked(
            finding,
            &["rule", "category", "severity", "action", "review_code", "items"],
        )
    });
    row["undetermined"] = each("undetermined", &|open| {
        let mut row = picked(open, &["severity", "items", "needs"]);
        row["rules"] = open["rule"].as_array().map_or(1, Vec::len).into();
        row
    });
    row["unrecognized"] = each("unrecognized", &|unknown| {
        let mut row = picked(unknown, &["item", "path", "text", "candidates", "reason", "severity"]);
        if row["candidates"].is_null() {
            row["candidates"] = json!([]);
        }
        row
    });
    row["error"] = match &reply["error"] {
        Value::Null => Value::Null,
        error => picked(error, &["code", "path", "message"]),
    };
    row
}

/// The rows of a table.
fn written(batch: &RecordBatch) -> Vec<Value> {
    let mut writer = WriterBuilder::new()
        .with_explicit_nulls(true)
        .build::<_, JsonArray>(Vec::new());
    writer.write(batch).unwrap();
    writer.finish().unwrap();
    serde_json::from_slice(&writer.into_inner()).unwrap()
}

/// The same rows, the drugs as texts of another layout.
fn relaid(batch: &RecordBatch, layout: &DataType) -> RecordBatch {
    let field = |field: &Field, data_type: &DataType| Arc::new(field.clone().with_data_type(data_type.clone()));
    let columns = batch
        .schema_ref()
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(of, column)| {
            let Some(lists) = column.as_list_opt::<i32>().filter(|_| of.name() == "items") else {
                let made = match of.name() == "drug" {
                    true => cast(column, layout).unwrap(),
                    false => column.clone(),
                };
                return (field(of, made.data_type()), made);
            };
            let Some(lines) = lists.values().as_struct_opt() else {
                return (of.clone(), column.clone());
            };
            let relaid = |(of, column): (&Arc<Field>, &ArrayRef)| match of.name() == "drug" {
                true => (field(of, layout), cast(column, layout).unwrap()),
                false => (of.clone(), column.clone()),
            };
            let (fields, lines_columns): (Vec<_>, Vec<_>) =
                lines.fields().iter().zip(lines.columns()).map(relaid).unzip();
            let lines = StructArray::new(fields.into(), lines_columns, lines.nulls().cloned());
            let member = Arc::new(Field::new("item", lines.data_type().clone(), true));
            let made: ArrayRef = Arc::new(ListArray::new(
                member,
                lists.offsets().clone(),
                Arc::new(lines),
                lists.nulls().cloned(),
            ));
            (field(of, made.data_type()), made)
        });
    let (fields, columns): (Vec<_>, Vec<_>) = columns.unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// False where the columns are not such that a table is read at all.
fn compare(rows: &[Value], reviewer: &Reviewer, buffers: &mut Buffers) -> bool {
    compare_as(rows, &DataType::Utf8, reviewer, buffers)
}

fn compare_as(rows: &[Value], layout: &DataType, reviewer: &Reviewer, buffers: &mut Buffers) -> bool {
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let (schema, _) = infer_json_schema(Cursor::new(&lines), None).unwrap();
    let schema = Arc::new(schema);
    let reader = ReaderBuilder::new(Arc::clone(&schema))
        .with_batch_size(7)
        .build(Cursor::new(&lines));
    let batches: Vec<RecordBatch> = reader.unwrap().map(|batch| relaid(&batch.unwrap(), layout)).collect();
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    let Ok(plan) = Plan::new(&schema, &[]) else {
        return false;
    };
    let plan = Arc::new(plan);
    let keep = Keep {
        texts: true,
        json: true,
    };
    let answers = Answers::new(&plan, keep, Language::Zh);
    let short = Answers::new(&plan, Keep::default(), Language::Zh);
    let mut outlines: Vec<RecordBatch> = Vec::new();
    let mut expected: Vec<String> = Vec::new();
    let mut made: Vec<RecordBatch> = Vec::new();
    for chunk in Chunks::new(plan, batches.into_iter().map(Ok)) {
        let chunk = chunk.unwrap();
        made.push(answers.of(&chunk, reviewer, buffers).unwrap());
        outlines.push(short.of(&chunk, reviewer, buffers).unwrap());
        chunk.records(|record| {
            let reply = match &record.result {
                Ok(sheet) => write_review(&reviewer.review(sheet)),
                Err(error) => write_error(record.id.as_deref(), record.line, error, Language::Zh),
            };
            expected.push(String::from_utf8(reply).unwrap());
        });
    }
    let made = concat_batches(answers.schema(), &made).unwrap();
    let outlines = written(&concat_batches(short.schema(), &outlines).unwrap());
    assert_eq!(outlines.len(), expected.len());
    let said = made.column_by_name("review").unwrap().as_string::<i32>();
    assert_eq!(said.len(), expected.len());
    for (at, expected) in expected.iter().enumerate() {
        assert_eq!(said.value(at), expected, "row {at} of {lines}");
        let reply: Value = serde_json::from_str(expected).unwrap();
        let mut said = outline(&reply);
        if reply["error"].is_object() {
            // Said in the language asked for, and of the message only that.
            said["error"]["message"] = outlines[at]["error"]["message"].clone();
        }
        assert_eq!(outlines[at], said, "row {at} of {lines}");
        let text = |name: &str| {
            let column = made.column_by_name(name).unwrap().as_string::<i32>();
            if column.is_valid(at) {
                json!(column.value(at))
            } else {
                json!(null)
            }
        };
        assert_eq!(
            (text("id"), text("decision"), text("gap")),
            (reply["id"].clone(), reply["decision"].clone(), reply["gap"].clone())
        );
        let error = made.column_by_name("error").unwrap();
        assert_eq!(error.is_valid(at), reply["error"].is_object());
        let findings = made.column_by_name("findings").unwrap().as_list::<i32>();
        assert_eq!(
            findings.value(at).len(),
            reply["findings"].as_array().map_or(0, Vec::len)
        );
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn line_by_line_is_what_a_review_says(sheets in prop::collection::vec(sheet(), 1..24), which in 0..RULES.len()) {
        let reviewer = &RULES[which];
        let whole = ["id", "current_medications", "patient", "usage", "diagnoses", "authored_on"];
        let shapes: [(&[&str], &[&str]); 4] = [
            (&["id"], &["id", "drug"]),
            (&["id", "current_medications"], &["id", "drug"]),
            (&["id", "patient", "authored_on"], &["id", "drug", "route"]),
            (&whole, &["id", "drug", "dose", "route"]),
        ];
        // One memory for all: what was read of other columns must not be taken for these.
        let mut buffers = Buffers::default();
        for (columns, fields) in shapes {
            let narrow = narrowed(&sheets, columns, fields);
            compare(&narrow, reviewer, &mut buffers);
            compare(&flat(&narrow), reviewer, &mut buffers);
        }
        compare(&flat(&narrowed(&sheets, &["id"], &["drug"])), reviewer, &mut buffers);
        let keyed = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let narrow = narrowed(&sheets, &["id"], &["id", "drug"]);
        let read = compare(&narrow, reviewer, &mut buffers);
        for layout in [DataType::LargeUtf8, DataType::Utf8View, keyed] {
            assert_eq!(compare_as(&narrow, &layout, reviewer, &mut buffers), read);
            compare_as(&flat(&narrow), &layout, reviewer, &mut buffers);
        }
        // Nor for other rules.
        for other in RULES.iter() {
            compare(&narrowed(&sheets, &["id"], &["id", "drug"]), other, &mut buffers);
        }
    }
}

/// Two lines that say the same of each other on every sheet, and rules for which that is not so: what was found on one sheet must not be told of the next.
#[test]
fn what_is_said_of_two_lines_is_remembered_only_where_it_follows_from_them() {
    let both = "a: prescribed 非甾体抗炎药, b: prescribed 华法林";
    let policy = r#"policy house { scope "h1" mute test.muted { reason "r"; approver "a"; until 2027-01-01 } }"#;
    let more = [
        rule("asks", both, "when a.route is oral"),
        rule("exempts", both, "exempt when b.route is topical"),
        rule("grows", both, "raise to contraindicated when a.route is topical"),
        rule("dated", both, "effective 2026-12-01 .."),
        rule("signed", both, "action block countersigned inform"),
        ranked("counted", both, "", "duplicate_therapy", "moderate"),
        rule("muted", both, "") + policy,
    ];
    let sheet = |id: &str, routes: [&str; 2], more: Value| {
        let line = |at: usize, drug: &str| json!({"id": at.to_string(), "drug": drug, "route": routes[at - 1]});
        let mut sheet = json!({"id": id, "items": [line(1, "布洛芬缓释胶囊"), line(2, "华法林钠片")], "authored_on": "2026-11-22",
            "current_medications": [], "patient": {"age": "30 岁"}, "institution": {"id": "h2"}, "double_signed": []});
        sheet.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        sheet
    };
    let oral = ["口服", "口服"];
    let mut sheets = [
        sheet("plain", oral, json!({})),
        sheet("topical", ["外用", "外用"], json!({})),
        sheet("tested", ["皮试", "口服"], json!({})),
        sheet("old", oral, json!({"patient": {"age": "70 岁"}})),
        sheet("later", oral, json!({"authored_on": "2026-12-02"})),
        sheet("signed", oral, json!({"double_signed": ["1", "2"]})),
        sheet("muted", oral, json!({"institution": {"id": "h1"}})),
    ];
    for rule in more {
        let reviewer = compiled(&[rule]).reviewer().on(Some("2026-11-22".parse().unwrap()));
        let said = sheets.iter().map(|sheet| {
            let record = shenfang_wire::read_value(sheet).unwrap();
            outline(&serde_json::from_slice(&write_review(&reviewer.review(&record))).unwrap())["findings"].to_string()
        });
        let different: std::collections::BTreeSet<String> = said.collect();
        assert!(
            different.len() > 1,
            "the sheets do not tell the rule apart: {different:?}"
        );
        let mut buffers = Buffers::default();
        assert!(compare(&sheets, &reviewer, &mut buffers));
        sheets.reverse();
        assert!(compare(&sheets, &reviewer, &mut Buffers::default()));
        assert!(compare(&sheets, &reviewer, &mut buffers));
    }
}
