//! Rows say what records say: the same prescriptions, the same answers, and what is wrong with a column or a row is said where it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test says what it expects, and reads files"
)]
use arrow::{
    array::*,
    compute::{cast, concat_batches},
    datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit},
    json::{ReaderBuilder, reader::infer_json_schema},
};
use serde_json::{Value, json};
use shenfang::clinical::Prescription;
use shenfang_columnar::{Answers, Buffers, Chunks, Keep, Plan, findings, in_order};
use shenfang_wire::{Language, Record, read_record};
use std::{io::Cursor, path::Path, sync::Arc};

/// Lines of JSON as columns, as a data engineer's tools would make them.
fn columns(lines: &str) -> RecordBatch {
    let (schema, _) = infer_json_schema(Cursor::new(lines), None).unwrap();
    with_schema(lines, Arc::new(schema))
}

fn with_schema(lines: &str, schema: SchemaRef) -> RecordBatch {
    let reader = ReaderBuilder::new(Arc::clone(&schema))
        .build(Cursor::new(lines))
        .unwrap();
    let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
    concat_batches(&schema, &batches).unwrap()
}

fn rows(rows: &[Value]) -> RecordBatch {
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    columns(&lines)
}

fn plan(batch: &RecordBatch) -> Arc<Plan> {
    match Plan::new(&batch.schema(), &[]) {
        Ok(plan) => Arc::new(plan),
        Err(faults) => panic!("{faults:#?}"),
    }
}

/// The records of batches, in order.
fn records(batches: Vec<RecordBatch>) -> Vec<Record> {
    let plan = plan(&batches[0]);
    let mut out = Vec::new();
    for chunk in Chunks::new(plan, batches.into_iter().map(Ok)) {
        chunk.unwrap().records(|record| out.push(record));
    }
    out
}

/// `code path: message` of each, or the id.
fn verdicts(batches: Vec<RecordBatch>) -> Vec<String> {
    let verdict = |record: Record| match record.result {
        Ok(prescription) => format!("{} {}", prescription.id, prescription.items.len()),
        Err(error) => format!(
            "{} {} {}: {}",
            record.line,
            error.code.code(),
            error.path,
            error.message.en
        ),
    };
    records(batches).into_iter().map(verdict).collect()
}

fn faults(batch: &RecordBatch) -> Vec<String> {
    let faults = Plan::new(&batch.schema(), &[]).err().unwrap_or_default();
    faults
        .into_iter()
        .map(|fault| format!("{} {}", fault.code, fault.message.en))
        .collect()
}

fn data(name: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../tests/data")
            .join(name),
    )
    .unwrap()
}

/// A column has one type: quantities that some sheets write as an object are written as text.
fn uniform(name: &str) -> String {
    fn spell(value: &mut Value) {
        match value {
            Value::Array(members) => members.iter_mut().for_each(spell),
            Value::Object(fields)
                if fields.len() == 2 && fields.contains_key("value") && fields.contains_key("unit") =>
            {
                *value = json!(format!("{} {}", fields["value"], fields["unit"].as_str().unwrap()));
            }
            Value::Object(fields) => fields.values_mut().for_each(spell),
            _ => {}
        }
    }
    let mut out = String::new();
    for line in data(name).lines() {
        let mut sheet: Value = serde_json::from_str(line).unwrap();
        spell(&mut sheet);
        out += &format!("{sheet}\n");
    }
    out
}

fn sheet(item: Value) -> Value {
    json!({"id": "a", "items": [item]})
}

#[test]
fn real_sheets_are_read_from_columns_as_from_json() {
    let mut compared = 0;
    for name in ["primary_care_western.ndjson", "insomnia_outpatient.ndjson"] {
        let text = uniform(name);
        let expected: Vec<Prescription> = text.lines().map(|line| read_record(line.as_bytes()).unwrap()).collect();
        let read: Vec<Prescription> = records(vec![columns(&text)])
            .into_iter()
            .map(|record| record.result.unwrap())
            .collect();
        assert_eq!(read.len(), expected.len());
        for (read, expected) in read.iter().zip(&expected) {
            assert_eq!(read, expected);
            compared += 1;
        }
    }
    assert_eq!(compared, 557);
}

/// The same sheets, a row an item: names of the sheet's fields dotted, items without ids.
fn flat(lines: &str) -> RecordBatch {
    let mut out = Vec::new();
    for line in lines.lines() {
        let mut sheet: Value = serde_json::from_str(line).unwrap();
        let fields = sheet.as_object_mut().unwrap();
        let id = fields.remove("id").unwrap();
        let Value::Array(items) = fields.remove("items").unwrap() else {
            panic!("no items")
        };
        let patient = fields.remove("patient").unwrap();
        for item in items {
            let mut row = sheet.clone();
            for (name, value) in item.as_object().unwrap() {
                row[if name == "id" { "item_id" } else { name }] = value.clone();
            }
            for (name, value) in patient.as_object().unwrap() {
                row[format!("patient.{name}")] = value.clone();
            }
            row["prescription_id"] = id.clone();
            out.push(row);
        }
    }
    rows(&out)
}

#[test]
fn rows_of_items_make_the_same_sheets_however_batches_cut_them() {
    let text = uniform("primary_care_western.ndjson");
    let expected: Vec<Prescription> = text.lines().map(|line| read_record(line.as_bytes()).unwrap()).collect();
    let whole = flat(&text);
    for size in [1, 2, 7, 1000] {
        let cut = (0..whole.num_rows()).step_by(size);
        let batches = cut.map(|at| whole.slice(at, size.min(whole.num_rows() - at))).collect();
        let read: Vec<Prescription> = records(batches)
            .into_iter()
            .map(|record| record.result.unwrap())
            .collect();
        assert_eq!(read, expected, "batches of {size}");
    }
}

#[test]
fn items_without_ids_are_counted() {
    let batch = rows(&[
        json!({"prescription_id": "a", "drug": "布洛芬", "dose": "0.3 g"}),
        json!({"prescription_id": "a", "drug": "华法林钠片"}),
        json!({"prescription_id": "b", "drug": "布洛芬"}),
    ]);
    let records = records(vec![batch]);
    let ids: Vec<Vec<&str>> = records
        .iter()
        .map(|record| {
            record
                .result
                .as_ref()
                .unwrap()
                .items
                .iter()
                .map(|item| &*item.id)
                .collect()
        })
        .collect();
    assert_eq!(ids, [vec!["1", "2"], vec!["1"]]);
}

#[test]
fn rows_that_are_no_sheet() {
    let row = |id: Value, sex: &str, drug: &str| json!({"prescription_id": id, "patient.sex": sex, "drug": drug});
    let batch = rows(&[
        row(json!("a"), "male", "布洛芬"),
        row(json!("a"), "female", "布洛芬"),
        row(json!("b"), "male", "布洛芬"),
        row(json!("a"), "male", "华法林钠片"),
        row(Value::Null, "male", "布洛芬"),
        row(Value::Null, "male", "布洛芬"),
    ]);
    assert_eq!(
        verdicts(vec![batch]),
        [
            "1 contradiction /patient/sex: the rows of one sheet differ in `patient.sex`",
            "b 1",
            "4 duplicate_id /id: the rows of sheet `a` are not next to each other, the rows before were reviewed without these; sort by `prescription_id`",
            "5 missing_field /id: missing field `id`",
            "6 missing_field /id: missing field `id`",
        ]
    );
    let many: Vec<Value> = (0..3000).map(|_| row(json!("a"), "male", "甘草")).collect();
    let whole = rows(&many);
    let batches = (0..30).map(|at| whole.slice(at * 100, 100)).collect();
    assert_eq!(verdicts(batches), ["1 too_many /items/500: more than 500 entries"]);
}

#[test]
fn a_bad_row_is_an_answer_and_changes_no_neighbour() {
    let all = [
        json!({"id": "a", "patient": {"sex": "male"}, "items": [{"id": "1", "drug": "布洛芬"}]}),
        json!({"id": "b", "patient": {"sex": "femal"}, "items": [{"id": "1", "drug": "布洛芬"}]}),
        json!({"id": "c", "items": [{"id": "1", "drug": "布洛芬"}, {"id": "1", "drug": "布洛芬"}]}),
        json!({"id": "d", "items": [{"id": "1", "drug": null}]}),
        json!({"id": "e", "items": [null]}),
        json!({"id": null, "items": [{"id": "1", "drug": "布洛芬"}]}),
        json!({"id": "g", "items": null}),
        json!({"id": "h", "items": [{"id": "1", "drug": "布洛芬"}]}),
    ];
    let lines: String = all.iter().map(|row| format!("{row}\n")).collect();
    let batch = with_schema(&lines, rows(&all[..1]).schema());
    assert_eq!(
        verdicts(vec![batch]),
        [
            "a 1",
            "2 unknown_word /patient/sex: unknown word `femal`, did you mean `female`",
            "3 duplicate_id /items/1/id: id `1` stands twice",
            "4 missing_field /items/0/drug: missing field `drug`",
            "5 type /items/0: expected an item, found null",
            "6 missing_field /id: missing field `id`",
            "7 missing_field /items: no item on the sheet",
            "h 1",
        ]
    );
}

#[test]
fn columns_that_do_not_fit() {
    let said = |row: Value| faults(&rows(&[row]));
    assert_eq!(
        said(
            json!({"id": "a", "alergies": ["x"], "patient": {"alergies": ["x"]}, "items": [{"id": "1", "drug": "x", "dosage": "1 g"}]})
        ),
        [
            "unknown_column column `alergies`: unknown field `alergies`; the fields are id, kind, setting, authored_on, presented_on, institution, department, prescriber, patient, diagnoses, tcm_diagnosis, items, current_medications, doses, usage, amendments, extension_reason, double_signed, extra",
            "unknown_column column `items.dosage`: unknown field `dosage`, did you mean `dose`",
            "unknown_column column `patient.alergies`: unknown field `alergies`, did you mean `allergies`",
        ]
    );
    assert_eq!(
        said(sheet(json!({"id": 1, "drug": "x", "dose": 0.5}))),
        [
            "column_type column `items.dose` is float64: expected a quantity with its unit, found the number 1 without a unit",
            "column_type column `items.id` is int64: expected a text, found a number",
        ]
    );
    assert_eq!(
        said(json!({"id": "a", "items": "[{}]"})),
        ["column_type column `items` is utf8: expected a list, found a text"]
    );
    assert_eq!(
        said(json!({"name": "a"})),
        [
            "missing_column expected a column `items` (a list of structs, a row a sheet) or `prescription_id` (a row an item)",
            "unknown_column column `name`: unknown field `name`; the fields are id, kind, setting, authored_on, presented_on, institution, department, prescriber, patient, diagnoses, tcm_diagnosis, items, current_medications, doses, usage, amendments, extension_reason, double_signed, extra",
        ]
    );
    assert_eq!(
        said(json!({"prescription_id": "a", "id": "1", "drug": "x", "frequncy": "bid", "departmnt": "x"})),
        [
            "unknown_column column `departmnt`: unknown field `departmnt`, did you mean `department`",
            "unknown_column column `frequncy`: unknown field `frequncy`, did you mean `frequency`",
            "unknown_column a table with a row an item has no column `id`: the sheet's id is `prescription_id`, the item's `item_id`",
        ]
    );
    let twice = sheet(json!({"id": "1", "drug": "x"}));
    let mut twice = twice;
    twice["patient"] = json!({"sex": "male"});
    twice["patient.sex"] = json!("female");
    assert_eq!(said(twice), ["column_twice two columns give the field `patient.sex`"]);
}

#[test]
fn dates_are_dates_and_nothing_else() {
    let dates: ArrayRef = Arc::new(Date32Array::from(vec![-4323]));
    let moments = |zone: Option<&str>| -> ArrayRef {
        let array = TimestampMicrosecondArray::from(vec![1_795_311_000_000_000]);
        Arc::new(array.with_timezone_opt(zone))
    };
    let batch = |name: &str, column: ArrayRef| {
        let mut batch = rows(&[sheet(json!({"id": "1", "drug": "布洛芬"}))]);
        let mut fields = batch.schema().fields().to_vec();
        fields.push(Arc::new(Field::new(name, column.data_type().clone(), true)));
        let mut columns = batch.columns().to_vec();
        columns.push(column);
        batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        batch
    };
    assert_eq!(
        faults(&batch("department", Arc::clone(&dates))),
        ["column_type column `department` is date32: the field is no date"]
    );
    let read = |name: &str, column: ArrayRef| records(vec![batch(name, column)]).remove(0).result.unwrap();
    let born = read("patient.birth_date", Arc::clone(&dates))
        .patient
        .birth_date
        .unwrap();
    assert_eq!(born.to_string(), "1958-03-02");
    let born = read(
        "patient.birth_date",
        cast(&dates, &DataType::Timestamp(TimeUnit::Nanosecond, None)).unwrap(),
    );
    assert_eq!(
        born.patient.birth_date.unwrap().to_string(),
        "1958-03-02",
        "midnight is the date"
    );
    let written = |zone| read("authored_on", moments(zone)).authored_on.unwrap().text;
    assert_eq!(&*written(None), "2026-11-22T01:30:00");
    assert_eq!(&*written(Some("UTC")), "2026-11-22T01:30:00+00:00");
    assert_eq!(&*written(Some("Asia/Shanghai")), "2026-11-22T09:30:00+08:00");
}

/// One dose as a struct of any number type.
fn dose_of(values: ArrayRef) -> Vec<String> {
    let length = values.len();
    let fields: Fields = vec![
        Field::new("value", values.data_type().clone(), true),
        Field::new("unit", DataType::Utf8, true),
    ]
    .into();
    let units: ArrayRef = Arc::new(StringArray::from(vec!["g"; length]));
    let dose: ArrayRef = Arc::new(StructArray::new(fields, vec![values, units], None));
    let names: ArrayRef = Arc::new(StringArray::from(vec!["对乙酰氨基酚片"; length]));
    let ids: ArrayRef = Arc::new(StringArray::from(
        (0..length).map(|n| format!("rx-{n}")).collect::<Vec<_>>(),
    ));
    let schema = Schema::new(vec![
        Field::new("prescription_id", DataType::Utf8, true),
        Field::new("drug", DataType::Utf8, true),
        Field::new("dose", dose.data_type().clone(), true),
    ]);
    let batch = RecordBatch::try_new(Arc::new(schema), vec![ids, names, dose]).unwrap();
    let text = |record: Record| {
        record.result.unwrap().items[0]
            .dose
            .text()
            .unwrap_or_default()
            .to_owned()
    };
    records(vec![batch]).into_iter().map(text).collect()
}

#[test]
fn numbers_are_read_as_they_are_written() {
    let decimals = Decimal128Array::from(vec![Some(370), Some(10), Some(-5), None])
        .with_precision_and_scale(38, 2)
        .unwrap();
    assert_eq!(dose_of(Arc::new(decimals)), ["3.70 g", "0.10 g", "-0.05 g", "g"]);
    assert_eq!(
        dose_of(Arc::new(Float64Array::from(vec![0.1, 3.7, 2.0]))),
        ["0.1 g", "3.7 g", "2 g"]
    );
    assert_eq!(dose_of(Arc::new(Float32Array::from(vec![0.1]))), ["0.1 g"]);
    assert_eq!(
        dose_of(Arc::new(UInt64Array::from(vec![u64::MAX]))),
        ["18446744073709551615 g"]
    );
    assert_eq!(
        dose_of(Arc::new(Float64Array::from(vec![f64::NAN]))),
        ["NaN g"],
        "no number, and said to be none"
    );
}

#[test]
fn texts_of_every_layout() {
    let plain = rows(&[
        json!({"prescription_id": "a", "drug": "布洛芬"}),
        json!({"prescription_id": "b", "drug": "华法林钠片"}),
    ]);
    let expected = records(vec![plain.clone()]);
    let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    for layout in [DataType::LargeUtf8, DataType::Utf8View, dictionary] {
        let columns: Vec<ArrayRef> = plain
            .columns()
            .iter()
            .map(|column| cast(column, &layout).unwrap())
            .collect();
        let fields: Vec<Field> = plain
            .schema()
            .fields()
            .iter()
            .map(|field| Field::new(field.name(), layout.clone(), true))
            .collect();
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
        assert_eq!(records(vec![batch]), expected, "{layout}");
    }
}

#[test]
fn a_row_in_is_a_row_out_and_says_what_a_review_says() {
    let text = uniform("primary_care_western.ndjson").repeat(30);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[700] = lines[700].replace("\"sex\":\"", "\"sex\":\"x");
    let batch = columns(&lines.join("\n"));
    let plan = plan(&batch);
    let keep = Keep {
        texts: true,
        json: true,
    };
    let answers = Answers::new(&plan, keep, Language::Zh);
    let reviewer = shenfang_rules::builtin().reviewer();
    let chunks = Chunks::new(plan, [Ok(batch)].into_iter());
    let made: Vec<RecordBatch> = in_order(chunks, |chunk| {
        answers.of(&chunk.unwrap(), &reviewer, &mut Buffers::default()).unwrap()
    })
    .collect();
    let whole = concat_batches(answers.schema(), &made).unwrap();
    assert_eq!(whole.num_rows(), 1800);
    let json = whole.column_by_name("review").unwrap().as_string::<i32>();
    let mut found = 0;
    for (at, line) in lines.iter().enumerate() {
        let expected = match read_record(line.as_bytes()) {
            Ok(prescription) => {
                let review = reviewer.review(&prescription);
                found += review.findings.len();
                shenfang_wire::write_review(&review)
            }
            Err(error) => shenfang_wire::write_error(Some("pcw-041"), 701, &error, Language::Zh),
        };
        assert_eq!(json.value(at).as_bytes(), expected, "row {at}");
    }
    let faulty = whole.column_by_name("error").unwrap();
    assert_eq!(faulty.len() - faulty.null_count(), 1);
    let exploded = findings(&whole).unwrap();
    assert_eq!(exploded.num_rows(), found);
    let names: Vec<String> = exploded.schema().fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(
        names,
        [
            "prescription_id",
            "decision",
            "complete",
            "gap",
            "rule",
            "category",
            "severity",
            "action",
            "review_code",
            "items",
            "message",
            "advice"
        ]
    );
}

#[test]
fn kept_columns_are_handed_on() {
    let batch = rows(&[
        json!({"prescription_id": "a", "drug": "布洛芬", "ward": "x"}),
        json!({"prescription_id": "a", "drug": "华法林钠片", "ward": "y"}),
        json!({"prescription_id": "b", "drug": "布洛芬", "ward": "z"}),
    ]);
    let keep = ["ward".to_owned()];
    let plan = Arc::new(Plan::new(&batch.schema(), &keep).unwrap());
    let answers = Answers::new(&plan, Keep::default(), Language::En);
    let reviewer = shenfang_rules::builtin().reviewer();
    let chunks = Chunks::new(plan, [Ok(batch.clone())].into_iter());
    let made: Vec<RecordBatch> = chunks
        .map(|chunk| answers.of(&chunk.unwrap(), &reviewer, &mut Buffers::default()).unwrap())
        .collect();
    let made = concat_batches(answers.schema(), &made).unwrap();
    let wards: Vec<_> = made
        .column_by_name("ward")
        .unwrap()
        .as_string::<i32>()
        .iter()
        .flatten()
        .collect();
    assert_eq!(wards, ["x", "z"]);
    assert!(
        !faults(&batch).is_empty(),
        "without `keep` an unknown column is a fault"
    );
    let missing = Plan::new(&batch.schema(), &["bed".to_owned()]).unwrap_err();
    assert_eq!(
        missing[0].message.en,
        "no column `bed` to keep; the columns are drug, prescription_id, ward"
    );
    let own = Plan::new(&batch.schema(), &["id".to_owned()]).unwrap_err();
    assert_eq!(
        own[0].message.en,
        "the answers have a column `id` of their own: rename the one to keep"
    );
}
