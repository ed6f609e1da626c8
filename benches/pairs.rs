//! 100,000 interactions, seven items a prescription: the engine, the hand-written limit, a plain hash-set loop; each over the same thousand prescriptions.
#![allow(missing_docs, reason = "criterion's macros make the entry point")]
#![allow(clippy::disallowed_methods, reason = "criterion reads the clock")]
#![allow(
    clippy::arithmetic_side_effects,
    reason = "a bench that meets the impossible should stop"
)]
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shenfang::{Prepared, Prescription, Scratch};
use shenfang_benches::{compile, limit, pairs::World, read};
use std::hint::black_box;

const INTERACTIONS: usize = 100_000;
const SHEETS: usize = 1_000;

fn pairs(c: &mut Criterion) {
    let world = World::new(INTERACTIONS);
    let sheets = world.sheets(SHEETS);
    let texts: Vec<String> = sheets
        .iter()
        .enumerate()
        .map(|(number, drugs)| World::json(number, drugs))
        .collect();
    let read_sheets: Vec<Prescription> = texts.iter().map(|text| read(text.as_bytes())).collect();
    let rules = compile(world.catalogue(), world.rules());
    let reviewer = rules.reviewer();
    let (by_hand, by_hash) = (limit::Limit::new(&world), limit::HashLoop::new(&world));
    agree(&sheets, &read_sheets, &reviewer, &by_hand, &by_hash);

    let mut group = c.benchmark_group("pairs");
    group.throughput(Throughput::Elements(u64::try_from(SHEETS).unwrap_or(0)));
    group.bench_function("limit", |b| {
        let mut hits = Vec::new();
        b.iter(|| {
            for drugs in &sheets {
                hits.clear();
                by_hand.review(black_box(drugs), &mut hits);
                black_box(&hits);
            }
        });
    });
    group.bench_function("hash_loop", |b| {
        let mut hits = Vec::new();
        b.iter(|| {
            for drugs in &sheets {
                hits.clear();
                by_hash.review(black_box(drugs), &mut hits);
                black_box(&hits);
            }
        });
    });
    let mut scratch = Scratch::default();
    group.bench_function("shenfang", |b| {
        b.iter(|| {
            for sheet in &read_sheets {
                black_box(reviewer.review_with(&mut scratch, black_box(sheet)));
            }
        });
    });
    let prepared: Vec<Prepared> = read_sheets.iter().map(|sheet| reviewer.prepare(sheet)).collect();
    let mut scratch = Scratch::default();
    group.bench_function("shenfang_names_resolved", |b| {
        b.iter(|| {
            for (sheet, prepared) in read_sheets.iter().zip(&prepared) {
                black_box(reviewer.review_prepared(&mut scratch, prepared, black_box(sheet)));
            }
        });
    });
    let mut scratch = Scratch::default();
    group.bench_function("shenfang_from_json", |b| {
        b.iter(|| {
            for text in &texts {
                let sheet = read(black_box(text.as_bytes()));
                black_box(reviewer.review_with(&mut scratch, &sheet));
            }
        });
    });
    group.finish();
}

/// All three find the same interactions.
fn agree(
    sheets: &[Vec<u32>],
    read_sheets: &[Prescription],
    reviewer: &shenfang::Reviewer,
    by_hand: &limit::Limit,
    by_hash: &limit::HashLoop<'_>,
) {
    let (mut total, mut hits, mut same) = (0, Vec::new(), Vec::new());
    for (drugs, sheet) in sheets.iter().zip(read_sheets) {
        hits.clear();
        same.clear();
        by_hand.review(drugs, &mut hits);
        by_hash.review(drugs, &mut same);
        hits.sort_unstable();
        same.sort_unstable();
        assert_eq!(hits, same);
        // Interactions of one pair of items are one finding; the others stand in its `also`.
        let review = reviewer.review(sheet);
        let found: usize = review.findings.iter().map(|finding| 1 + finding.also.len()).sum();
        assert_eq!(found, hits.len());
        assert!(review.complete);
        total += hits.len();
    }
    eprintln!("{total} interactions in {} prescriptions", sheets.len());
}

criterion_group!(benches, pairs);
criterion_main!(benches);
