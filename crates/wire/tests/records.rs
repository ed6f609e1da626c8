//! Records that are no prescription: each an error with its place, none a panic.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test says what it expects"
)]
use proptest::prelude::*;
use serde_json::{Value, json};
use shenfang_wire::{Language, read_record, write_error};

/// `code path: message`, or `ok`.
fn verdict(bytes: &[u8]) -> String {
    match read_record(bytes) {
        Ok(_) => "ok".to_owned(),
        Err(error) => format!("{} {}: {}", error.code.code(), error.path, error.message.en),
    }
}

/// A sound record, changed.
fn with(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut record = json!({
        "id": "rx", "authored_on": "2026-11-22", "patient": {"sex": "female", "birth_date": "1958-03-02"},
        "items": [{"id": "1", "drug": "华法林钠片", "dose": "2.5 mg"}, {"id": "2", "drug": "布洛芬"}]
    });
    change(&mut record);
    record.to_string().into_bytes()
}

fn set(pointer: &'static str, key: &'static str, value: Value) -> String {
    verdict(&with(|record| record.pointer_mut(pointer).unwrap()[key] = value))
}

#[test]
fn a_sound_record_is_read() {
    assert_eq!(verdict(&with(|_| ())), "ok");
    assert_eq!(
        verdict(b"\xef\xbb\xbf{\"id\":\"a\",\"items\":[{\"id\":\"1\",\"drug\":\"x\"}]}"),
        "ok",
        "a byte order mark is no fault"
    );
}

#[test]
fn unknown_and_repeated_fields() {
    assert_eq!(
        set("/patient", "alergies", json!([])),
        "unknown_field /patient/alergies: unknown field `alergies`, did you mean `allergies`"
    );
    assert_eq!(
        set("/items/1", "用量", json!("1 片")),
        "unknown_field /items/1/用量: unknown field `用量`; the fields are id, drug, strength, pack, dose, frequency, route, duration, quantity, preparation, steps, max_per_day, skin_test, infusion, form, extra"
    );
    assert_eq!(
        set("/items/0", "dose", json!({"value": 1, "units": "mg"})),
        "unknown_field /items/0/dose/units: unknown field `units`, did you mean `unit`"
    );
    assert_eq!(
        set("", "usage", json!({"frequency": "bid"})),
        "unknown_field /usage/frequency: `usage` has no `frequency`: into how many servings one dose is divided is `servings`"
    );
    assert_eq!(
        set("", "a/b~c", json!(1)).split(':').next(),
        Some("unknown_field /a~1b~0c")
    );
    assert_eq!(
        verdict(br#"{"id":"a","items":[{"id":"1","drug":"x","dose":"1 mg","dose":"9 mg"}]}"#),
        "duplicate_field /items/0/dose: field `dose` stands twice"
    );
    assert_eq!(
        verdict(br#"{"id":"a","id":"b","items":[]}"#),
        "duplicate_field /id: field `id` stands twice"
    );
    assert_eq!(
        verdict(br#"{"id":"a","items":[{"id":"1","drug":"x","dose":{"value":1,"value":9,"unit":"mg"}}]}"#),
        "duplicate_field /items/0/dose/value: field `value` stands twice"
    );
}

#[test]
fn types() {
    assert_eq!(
        set("/items/0", "dose", json!(5)),
        "type /items/0/dose: expected a quantity with its unit, found the number 5 without a unit"
    );
    assert_eq!(
        set("/items/0", "dose", json!(true)),
        "type /items/0/dose: expected a quantity with its unit, found true or false"
    );
    assert_eq!(
        set("/items/0", "dose", json!(["5 mg"])),
        "type /items/0/dose: expected a quantity with its unit, found a list"
    );
    assert_eq!(
        set("/items/0", "dose", json!({"value": [], "unit": "mg"})),
        "type /items/0/dose/value: expected a number or a text, found a list"
    );
    assert_eq!(
        set("/items/0", "route", json!({"value": 1})),
        "type /items/0/route/value: expected a route, found an object"
    );
    assert_eq!(
        set("/items/0", "drug", json!(5)),
        "type /items/0/drug: expected a name or {code, name}, found a number"
    );
    assert_eq!(
        set("/items/0", "id", json!(1)),
        "type /items/0/id: expected a text, found a number"
    );
    assert_eq!(
        set("/patient", "pregnant", json!("false")),
        "type /patient/pregnant: expected true or false, found a text"
    );
    assert_eq!(
        set("/patient", "pregnant", json!(0)),
        "type /patient/pregnant: expected true or false, found a number"
    );
    assert_eq!(
        set("/patient", "allergies", json!("磺胺")),
        "type /patient/allergies: expected a list, found a text"
    );
    assert_eq!(
        set("/patient", "allergies", json!([null])),
        "type /patient/allergies/0: expected a name or {code, name}, found null"
    );
    assert_eq!(
        set("/patient", "allergies", json!([{}])),
        "missing_field /patient/allergies/0: neither `name` nor `code`"
    );
    assert_eq!(
        set("/patient", "allergies", json!([""])),
        "missing_field /patient/allergies/0: neither `name` nor `code`"
    );
    assert_eq!(
        set("", "items", json!({})),
        "type /items: expected a list, found an object"
    );
    assert_eq!(
        set("", "extra", json!([])),
        "type /extra: expected an object, found a list"
    );
    assert_eq!(
        set("", "usage", json!({"servings": 0})),
        "out_of_range /usage/servings: `0` is not a number above zero"
    );
    assert_eq!(
        set("/items/0", "steps", json!([{"from_day": 0}])),
        "out_of_range /items/0/steps/0/from_day: `0` is not a day counted from 1"
    );
    assert_eq!(verdict(b"[]"), "type : expected a prescription, found a list");
    assert_eq!(verdict(b"null"), "type : expected a prescription, found null");
    assert_eq!(verdict(b"17"), "type : expected a prescription, found a number");
}

#[test]
fn dates_and_words() {
    assert_eq!(
        set("", "authored_on", json!("2026-02-30")),
        "date /authored_on: no moment `2026-02-30`, expected one like 2026-11-22 or 2026-11-22T09:30:00+08:00"
    );
    assert_eq!(
        set("/patient", "birth_date", json!("58年3月")),
        "date /patient/birth_date: no date `58年3月`, expected one like 2026-11-22"
    );
    assert_eq!(
        set("/patient", "sex", json!("femal")),
        "unknown_word /patient/sex: unknown word `femal`, did you mean `female`"
    );
    for list in ["allergies", "conditions"] {
        assert_eq!(
            set("/patient", list, json!([{"name": "磺胺", "status": "former"}])),
            format!(
                "unknown_word /patient/{list}/0/status: unknown word `former`; the words are active, past, suspected, family"
            )
        );
    }
    assert_eq!(
        set("", "kind", json!("x")),
        "unknown_word /kind: unknown word `x`; the words are western, decoction"
    );
    assert_eq!(
        set("", "prescriber", json!({"privileges": ["narcotics"]})),
        "unknown_word /prescriber/privileges/0: unknown word `narcotics`, did you mean `narcotic`"
    );
}

#[test]
fn what_spans_fields() {
    assert_eq!(
        set("/items/1", "id", json!("1")),
        "duplicate_id /items/1/id: id `1` stands twice"
    );
    assert_eq!(
        set("", "current_medications", json!([{"id": "2", "drug": "x"}])),
        "duplicate_id /current_medications/0/id: id `2` stands twice"
    );
    assert_eq!(
        set("", "items", json!([])),
        "missing_field /items: no item on the sheet"
    );
    assert_eq!(
        set("", "items", json!(null)),
        "missing_field /items: no item on the sheet"
    );
    assert_eq!(set("", "id", json!(null)), "missing_field /id: missing field `id`");
    assert_eq!(
        set("/items/1", "drug", json!(null)),
        "missing_field /items/1/drug: missing field `drug`"
    );
    assert_eq!(
        set("/items/1", "id", json!("")),
        "missing_field /items/1/id: missing field `id`"
    );
    assert_eq!(
        set("/patient", "age", json!("70 a")),
        "contradiction /patient/age: age `70 a` contradicts the birth date 1958-03-02 (68 a on that day)"
    );
    assert_eq!(set("/patient", "age", json!("68岁")), "ok");
    assert_eq!(
        set("/patient", "birth_date", json!("2027-01-01")),
        "contradiction /patient/birth_date: birth date 2027-01-01 is later than the sheet, 2026-11-22"
    );
}

#[test]
fn bounds() {
    let items: Vec<Value> = (0..501).map(|n| json!({"id": n.to_string(), "drug": "x"})).collect();
    assert_eq!(set("", "items", json!(items[..500])), "ok");
    assert_eq!(
        set("", "items", json!(items)),
        "too_many /items/500: more than 500 entries"
    );
    assert_eq!(set("/items/0", "drug", json!("参".repeat(10_000))), "ok");
    assert_eq!(
        set("/items/0", "drug", json!("参".repeat(10_001))),
        "too_long /items/0/drug: a text of more than 10000 characters"
    );
    assert_eq!(
        set("/items/0", "steps", json!(vec![json!({}); 101])),
        "too_many /items/0/steps/100: more than 100 entries"
    );
    assert_eq!(
        set("/items/0", "drug", json!("x".repeat(1 << 20))),
        "too_long : a record of more than 1048576 bytes"
    );
    assert_eq!(
        verdict(&with(|record| record["extra"] = json!({"name": "x".repeat(1_000_000)}))),
        "ok",
        "extra is bounded by the record alone"
    );
}

#[test]
fn what_is_no_json() {
    assert_eq!(verdict(b""), "syntax : EOF while parsing a value (line 1, column 0)");
    assert_eq!(
        verdict(br#"{"id":"a","items":[{"id":"1","#),
        "syntax /items/0: EOF while parsing a value (line 1, column 29)"
    );
    assert_eq!(
        verdict(br#"{"id":"a","items":[{"id":"1","drug":"x","dose":nan}]}"#),
        "syntax /items/0/dose: expected ident (line 1, column 49)"
    );
    assert_eq!(
        verdict(br#"{"id":"a","items":[{"id":"1","drug":"x"}]} x"#),
        "syntax : trailing characters (line 1, column 44)"
    );
    assert_eq!(
        verdict(br#"{"id":"\ud800","items":[]}"#).split(':').next(),
        Some("syntax /id")
    );
    assert_eq!(verdict(b"{\"id\":\"\xff\"}"), "encoding : not UTF-8 at byte 7");
    let deep = |key: &str| {
        format!(
            "{{\"id\":\"a\",\"{key}\":{}{},\"items\":[{{\"id\":\"1\",\"drug\":\"x\"}}]}}",
            "[".repeat(1000),
            "]".repeat(1000)
        )
    };
    assert_eq!(
        verdict(deep("diagnoses").as_bytes()),
        "type /diagnoses/0: expected a name or {code, name}, found a list"
    );
    assert_eq!(
        verdict(
            format!(
                "{{\"id\":\"a\",\"extra\":{}1{},\"items\":[{{\"id\":\"1\",\"drug\":\"x\"}}]}}",
                "{\"a\":".repeat(1000),
                "}".repeat(1000)
            )
            .as_bytes()
        ),
        "ok"
    );
}

#[test]
fn nonsense_that_is_no_fault_of_the_record() {
    for (field, value) in [
        ("dose", json!("5 furlongs")),
        ("dose", json!("1e400 mg")),
        ("frequency", json!("每日每")),
        ("route", json!("天上")),
        ("duration", json!("∞")),
        ("strength", json!("💊")),
    ] {
        assert_eq!(set("/items/0", field, value.clone()), "ok", "{value}");
    }
    assert_eq!(
        verdict(br#"{"id":"a","items":[{"id":"1","drug":"x","dose":{"value":1e400,"unit":"mg"}}]}"#),
        "ok"
    );
    assert_eq!(verdict(br#"{"id":"a","items":[{"id":"1","drug":"x","dose":{"value":-0.0000000000000000000000000000000000001,"unit":"mg"}}]}"#), "ok");
}

#[test]
fn the_reply_to_an_unreadable_record() {
    let error = read_record(&with(|record| record["patient"]["alergies"] = json!([]))).unwrap_err();
    assert_eq!(
        String::from_utf8(write_error(Some("rx"), 17, &error, Language::En)).unwrap(),
        r#"{"id":"rx","line":17,"error":{"code":"unknown_field","path":"/patient/alergies","message":"unknown field `alergies`, did you mean `allergies`"}}"#
    );
    assert_eq!(
        String::from_utf8(write_error(None, 1, &error, Language::Zh)).unwrap(),
        r#"{"id":null,"line":1,"error":{"code":"unknown_field","path":"/patient/alergies","message":"未知字段 `alergies`，是否 `allergies`"}}"#
    );
}

/// JSON of the contract's field names and arbitrary values.
fn arbitrary_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        prop::sample::select(vec![
            "2.5 mg",
            "tid",
            "口服",
            "7 d",
            "适量",
            "2026-11-22",
            "ICD10:O09",
            "male",
            "80 mg/5 mg",
            "3岁5月",
            "先煎"
        ])
        .prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "id",
        "kind",
        "authored_on",
        "patient",
        "items",
        "current_medications",
        "doses",
        "usage",
        "drug",
        "strength",
        "dose",
        "frequency",
        "route",
        "duration",
        "quantity",
        "steps",
        "from_day",
        "max_per_day",
        "skin_test",
        "infusion",
        "preparation",
        "value",
        "unit",
        "times",
        "per",
        "sex",
        "birth_date",
        "age",
        "weight",
        "observations",
        "diagnoses",
        "code",
        "name",
        "at",
        "extra",
        "result",
        "x",
    ]);
    leaf.prop_recursive(5, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..8).prop_map(|pairs| pairs
                .into_iter()
                .map(|(k, v)| (k.to_owned(), v))
                .collect::<serde_json::Map<_, _>>()
                .into())
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_record(&bytes);
    }

    #[test]
    fn no_json_panics_and_every_error_has_a_message(value in arbitrary_json()) {
        if let Err(error) = read_record(value.to_string().as_bytes()) {
            prop_assert!(!error.message.en.is_empty() && !error.message.zh.is_empty());
            prop_assert!(error.path.is_empty() || error.path.starts_with('/'));
            let clean = !error.message.en.contains(char::from(0x1f)) && !error.message.en.contains("at line");
            prop_assert!(clean, "{}", error.message.en);
        }
    }

    #[test]
    fn a_sound_record_cut_anywhere_is_an_error(cut: prop::sample::Index) {
        let record = with(|_| ());
        let cut = cut.index(record.len());
        let error = read_record(record.get(..cut).unwrap()).unwrap_err();
        prop_assert!(matches!(error.code.code(), "syntax" | "encoding"), "{error}");
    }

    #[test]
    fn a_sound_record_with_a_changed_byte_is_read_or_refused(at: prop::sample::Index, byte: u8) {
        let mut record = with(|_| ());
        *at.get_mut(&mut record) = byte;
        let _ = read_record(&record);
    }
}
