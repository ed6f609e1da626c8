//! Rules drug ∧ age ∧ eGFR: the same number of rules touch a prescription however many there are; then all rules spread over the drugs prescribed.
#![allow(missing_docs, reason = "criterion's macros make the entry point")]
#![allow(clippy::disallowed_methods, reason = "criterion reads the clock")]
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use shenfang::{Prescription, Scratch};
use shenfang_benches::{compile, conditions, conditions::Spread, read};
use std::hint::black_box;

const SHEETS: usize = 1_000;
const COUNTS: [usize; 4] = [100, 1_000, 10_000, 100_000];

fn run(c: &mut Criterion, name: &str, spread: Spread, counts: &[usize]) {
    let sheets = conditions::common(SHEETS);
    let texts = sheets
        .iter()
        .enumerate()
        .map(|(number, sheet)| conditions::json(number, sheet));
    let read_sheets: Vec<Prescription> = texts.map(|text| read(text.as_bytes())).collect();
    let mut group = c.benchmark_group(name);
    for count in counts {
        let rows = conditions::rows(*count, spread);
        let touched: usize = sheets.iter().map(|sheet| conditions::touched(&rows, sheet)).sum();
        eprintln!("{name}/{count}: {} rules touched by a prescription", touched / SHEETS);
        let rules = compile(conditions::catalogue(&rows), conditions::rules(&rows));
        let reviewer = rules.reviewer();
        group.throughput(Throughput::Elements(u64::try_from(SHEETS).unwrap_or(0)));
        let mut scratch = Scratch::default();
        group.bench_function(BenchmarkId::from_parameter(count), |b| {
            b.iter(|| {
                for sheet in &read_sheets {
                    black_box(reviewer.review_with(&mut scratch, black_box(sheet)));
                }
            });
        });
    }
    group.finish();
}

fn scaling(c: &mut Criterion) {
    run(c, "rules_aside", Spread::Aside, &COUNTS);
    run(c, "rules_touched", Spread::Even, &COUNTS[..3]);
}

criterion_group!(benches, scaling);
criterion_main!(benches);
