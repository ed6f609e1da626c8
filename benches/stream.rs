//! Many prescriptions: a slice on one and on all cores, and NDJSON bytes to review bytes.
#![allow(missing_docs, reason = "criterion's macros make the entry point")]
#![allow(clippy::disallowed_methods, reason = "criterion reads the clock")]
#![allow(clippy::expect_used, reason = "a bench that meets the impossible should stop")]
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use shenfang_benches::mixed::Mixed;
use std::{hint::black_box, ops::ControlFlow};

const SHEETS: u64 = 10_000;

fn ndjson(c: &mut Criterion) {
    let rules = shenfang_rules::builtin();
    let reviewer = rules.reviewer();
    let mut text: String = Mixed::default().records(0, SHEETS).collect::<Vec<_>>().join("\n");
    text.push('\n');
    let mut group = c.benchmark_group("ndjson");
    group.sample_size(10);
    group.throughput(Throughput::Elements(SHEETS));
    for threads in [1, std::thread::available_parallelism().map_or(1, usize::from)] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("threads");
        group.bench_function(format!("{threads}_threads"), |b| {
            b.iter(|| {
                pool.install(|| {
                    let render = |answer: shenfang_batch::Answer<'_>| {
                        answer
                            .outcome
                            .ok()
                            .map(|(_, review)| shenfang_wire::write_review(&review))
                    };
                    shenfang_batch::review_stream(text.as_bytes(), &reviewer, render, |line| {
                        black_box(line);
                        ControlFlow::Continue(())
                    });
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, ndjson);
criterion_main!(benches);
