//! What one edited rule does to prescriptions: the comparison, against reviewing all of them whole with the old and the new rules; read prescriptions, then
//! NDJSON, on one thread.
#![allow(missing_docs, reason = "criterion's macros make the entry point")]
#![allow(clippy::disallowed_methods, reason = "criterion reads the clock")]
#![allow(clippy::expect_used, reason = "a bench that meets the impossible should stop")]
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shenfang::{Prescription, Reviewer, RuleSet, Scratch, Sources};
use shenfang_batch::{Buffers, Comparison};
use shenfang_benches::{compile, mixed::Mixed, read};
use std::{hint::black_box, ops::ControlFlow};

const SHEETS: u64 = 2_000;
const FILE: &str = "western/contraindication/renal.csv";
const ROW: &str = "renal_metformin,";

/// The built-in rules with one grade changed: metformin below an eGFR of 30.
fn edited() -> RuleSet {
    let edit = |text: &str| -> String {
        let line = |line: &str| match line.starts_with(ROW) {
            true => line.replacen(",禁忌,", ",严重,", 1),
            false => line.to_owned(),
        };
        text.lines().map(|l| line(l) + "\n").collect()
    };
    let (mut catalogue, mut rules) = (Sources::new(), Sources::new());
    for (path, text) in shenfang_rules::files() {
        let to = if path.starts_with("catalog/") {
            &mut catalogue
        } else {
            &mut rules
        };
        let text = if *path == FILE { edit(text) } else { (*text).to_owned() };
        to.add(*path, text);
    }
    compile(catalogue, rules)
}

fn whole(reviewers: &mut [(Reviewer, Scratch)], sheets: &[Prescription]) {
    for (reviewer, scratch) in reviewers {
        for sheet in sheets {
            black_box(reviewer.review_with(scratch, black_box(sheet)));
        }
    }
}

fn comparing(c: &mut Criterion) {
    let (old, new) = (shenfang_rules::builtin(), edited());
    let comparison = Comparison::new(old, &new, None);
    assert_eq!(comparison.difference.rules.len(), 1, "one rule differs");
    let texts: Vec<String> = Mixed::default().records(0, SHEETS).collect();
    let sheets: Vec<Prescription> = texts.iter().map(|text| read(text.as_bytes())).collect();
    let ndjson = texts.join("\n") + "\n";
    let mut group = c.benchmark_group("diff");
    group.sample_size(20);
    group.throughput(Throughput::Elements(SHEETS));
    let mut reviewers = [old, &new].map(|rules| (rules.reviewer(), Scratch::default()));
    group.bench_function("two_full_reviews", |b| b.iter(|| whole(&mut reviewers, &sheets)));
    let mut buffers = Buffers::default();
    group.bench_function("one_rule_edited", |b| {
        b.iter(|| {
            for sheet in &sheets {
                black_box(comparison.one(&mut buffers, black_box(sheet)));
            }
        });
    });
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    group.bench_function("one_rule_edited_ndjson", |b| {
        b.iter(|| pool.install(|| comparison.replay(black_box(ndjson.as_bytes()), |_| ControlFlow::Continue(()))));
    });
    group.finish();
}

criterion_group!(benches, comparing);
criterion_main!(benches);
