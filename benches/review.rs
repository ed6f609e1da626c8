//! One prescription against all built-in packs: clean, with one finding, with ten, and the mixed workload; beside the hand-written limit of the same run.
#![allow(missing_docs, reason = "criterion's macros make the entry point")]
#![allow(clippy::disallowed_methods, reason = "criterion reads the clock")]
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shenfang::{Prescription, Reviewer, Scratch};
use shenfang_benches::{limit::Limit, mixed::Mixed, pairs::World};
use std::hint::black_box;

const SHEETS: u64 = 2_000;

fn reviews(c: &mut Criterion) {
    let rules = shenfang_rules::builtin();
    let reviewer = rules.reviewer();
    let mixed = Mixed::default().sheets(0..SHEETS);
    let mut group = c.benchmark_group("review");
    limit(&mut group);
    for (name, sheets) in [
        ("clean", pick(&mixed, &reviewer, |found, whole| found == 0 && whole)),
        (
            "one_finding",
            pick(&mixed, &reviewer, |found, whole| found == 1 && whole),
        ),
        ("ten_findings", pick(&mixed, &reviewer, |found, _| found >= 10)),
        ("mixed", mixed.iter().collect()),
    ] {
        eprintln!("{name}: {} of {SHEETS} prescriptions", sheets.len());
        if sheets.is_empty() {
            continue;
        }
        group.throughput(Throughput::Elements(u64::try_from(sheets.len()).unwrap_or(1)));
        let mut scratch = Scratch::default();
        group.bench_function(name, |b| {
            b.iter(|| {
                for sheet in &sheets {
                    black_box(reviewer.review_with(&mut scratch, black_box(sheet)));
                }
            });
        });
    }
    group.throughput(Throughput::Elements(SHEETS));
    let mut scratch = Scratch::default();
    group.bench_function("mixed_in_turn", |b| {
        b.iter(|| {
            reviewer
                .reviews(&mut scratch, black_box(&mixed))
                .for_each(|review| drop(black_box(review)))
        });
    });
    group.finish();
}

/// The sheets whose review has so many findings; `whole`: nothing undetermined, presumed or unrecognized.
fn pick<'s>(
    sheets: &'s [Prescription],
    reviewer: &Reviewer,
    fits: impl Fn(usize, bool) -> bool,
) -> Vec<&'s Prescription> {
    let fits = |sheet: &&Prescription| {
        let review = reviewer.review(sheet);
        fits(review.findings.len(), review.complete && review.presumed.is_empty())
    };
    sheets.iter().filter(fits).collect()
}

fn limit(group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>) {
    let world = World::new(100_000);
    let sheets = world.sheets(1_000);
    let by_hand = Limit::new(&world);
    group.throughput(Throughput::Elements(1_000));
    group.bench_function("limit_100000_pairs", |b| {
        let mut hits = Vec::new();
        b.iter(|| {
            for drugs in &sheets {
                hits.clear();
                by_hand.review(black_box(drugs), &mut hits);
                black_box(&hits);
            }
        });
    });
}

criterion_group!(benches, reviews);
criterion_main!(benches);
