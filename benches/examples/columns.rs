//! Mixed prescriptions as Parquet, and the rates the Python bench compares with.
//!
//! - `columns write FILE COUNT`: the first COUNT mixed prescriptions, nested.
//! - `columns month FILE COUNT`: the same spread over the days of October 2026 and twelve institutions, for the example of the Python package.
//! - `columns rate COUNT [PATH…]`: reviews a second over them on every core, read beforehand; with the rules of PATH alone instead of the built-in ones.
//! - `columns one COUNT`: microseconds of one thread to read one from JSON, review it and write the reply.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a bench measures itself, reads its arguments, and stops where it meets the impossible"
)]
use arrow::{
    array::RecordBatch,
    json::{ReaderBuilder, reader::infer_json_schema},
};
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};
use rand::RngExt;
use rayon::prelude::*;
use shenfang::{Options, RuleSet, Scratch};
use shenfang_benches::{mixed::Mixed, read};
use std::{fs::File, io::Cursor, path::PathBuf, sync::Arc, time::Instant};

/// Prescriptions in memory at once.
const BLOCK: u64 = 50_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["write", file, count] => write(file, count.parse().expect("a count"), false),
        ["month", file, count] => write(file, count.parse().expect("a count"), true),
        ["rate", count, paths @ ..] => rate(count.parse().expect("a count"), paths),
        ["one", count] => one(count.parse().expect("a count")),
        _ => panic!(
            "columns write FILE COUNT | columns month FILE COUNT | columns rate COUNT [PATH…] | columns one COUNT"
        ),
    }
}

fn blocks(count: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
    (0..count)
        .step_by(usize::try_from(BLOCK).unwrap())
        .map(move |from| from..(from + BLOCK).min(count))
}

/// A day of October and one of twelve institutions, of which the first write most.
fn spread(record: &str, number: u64) -> String {
    let mut sheet: serde_json::Value = serde_json::from_str(record).unwrap();
    let mut rng = shenfang_benches::rng(2_000_000_000 + number);
    let day = rng.random_range(1..=31);
    sheet["authored_on"] = format!("2026-10-{day:02}T09:30:00+08:00").into();
    let house = rng.random_range(0..12_u32).min(rng.random_range(0..12));
    sheet["institution"]["id"] = format!("inst-{:02}", house + 1).into();
    sheet.to_string()
}

fn write(file: &str, count: u64, month: bool) {
    let mixed = Mixed::default();
    let line = |number| match month {
        true => spread(&mixed.record(number), number),
        false => mixed.record(number),
    };
    let lines = |numbers: std::ops::Range<u64>| -> String { numbers.into_par_iter().map(|n| line(n) + "\n").collect() };
    let (schema, _) = infer_json_schema(Cursor::new(lines(0..20_000)), None).unwrap();
    let schema = Arc::new(schema);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .build();
    let mut writer = ArrowWriter::try_new(File::create(file).unwrap(), Arc::clone(&schema), Some(properties)).unwrap();
    for block in blocks(count) {
        let text = lines(block);
        let reader = ReaderBuilder::new(Arc::clone(&schema))
            .with_batch_size(16_384)
            .build(Cursor::new(text))
            .unwrap();
        for batch in reader {
            let batch: RecordBatch = batch.unwrap();
            writer.write(&batch).unwrap();
        }
    }
    writer.close().unwrap();
}

fn rules(paths: &[&str]) -> RuleSet {
    if paths.is_empty() {
        return shenfang_rules::builtin().clone();
    }
    let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    let texts = shenfang_host::read_rules(&paths).expect("rule files");
    let sources = shenfang_host::over_builtin(texts, true);
    let (rules, faults) = RuleSet::compile(shenfang_rules::catalogue(), sources, Options::default());
    assert!(!faults.has_errors(), "{}", faults.render(shenfang::Language::En, false));
    rules
}

fn rate(count: u64, paths: &[&str]) {
    let reviewer = rules(paths).reviewer();
    let mixed = Mixed::default();
    let (mut seconds, mut findings) = (0.0, 0);
    for block in blocks(count) {
        let sheets = mixed.sheets(block);
        let started = Instant::now();
        let reviews = shenfang_batch::review_all(&reviewer, &sheets);
        seconds += started.elapsed().as_secs_f64();
        findings += reviews.iter().map(|review| review.findings.len()).sum::<usize>();
    }
    let rate = f64::from(u32::try_from(count).unwrap()) / seconds;
    println!("{{\"count\": {count}, \"seconds\": {seconds:.4}, \"rate\": {rate:.1}, \"findings\": {findings}}}");
}

fn one(count: u64) {
    let reviewer = shenfang_rules::builtin().reviewer();
    let mixed = Mixed::default();
    let texts: Vec<String> = mixed.records(0, count).collect();
    let mut scratch = Scratch::default();
    let mut bytes = 0;
    let started = Instant::now();
    for text in &texts {
        let sheet = read(text.as_bytes());
        bytes += shenfang_wire::write_review(&reviewer.review_with(&mut scratch, &sheet)).len();
    }
    let micro = started.elapsed().as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap());
    println!("{{\"count\": {count}, \"micro\": {micro:.2}, \"bytes\": {bytes}}}");
}
