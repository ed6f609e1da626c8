//! A year of a region: 7.3 million mixed prescriptions against all built-in packs, on every core.
//!
//! `cargo run --release -p shenfang-benches --example year [REVIEWS] [DIFFERENT]`: so many reviews of so many different prescriptions (100,000, read once: a
//! year of them would not fit into memory). Every review is complete, its findings and explanations are made and counted.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "it measures itself and reads its arguments"
)]
#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "figures for people"
)]
use rayon::prelude::*;
use shenfang::{Decision, Scratch};
use shenfang_benches::{memory, mixed::Mixed};
use std::time::Instant;

/// Seconds a nation's day of 22 million prescriptions has.
const NATION: f64 = 22_000_000.0;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>().ok());
    let mut argument = |otherwise| arguments.next().flatten().unwrap_or(otherwise);
    let (reviews, different) = (argument(7_300_000), argument(100_000));
    let reviewer = shenfang_rules::builtin().reviewer();
    let sheets = Mixed::default().sheets(0..different);
    let before = memory("VmRSS");
    let started = Instant::now();
    let (reviews, threads) = (usize::try_from(reviews).unwrap_or(0), rayon::current_num_threads());
    // Few long rows a thread: what its buffers remember is worked out once a row.
    let rows = threads * 16;
    let counts = (0..rows)
        .into_par_iter()
        .map(|row| {
            let (first, after) = (reviews * row / rows, reviews * (row + 1) / rows);
            let row = sheets
                .iter()
                .cycle()
                .skip(first % sheets.len().max(1))
                .take(after - first);
            let stopped = |r: &shenfang::Review<'_>| matches!(r.decision, Decision::Warn | Decision::Block);
            let count =
                |r: shenfang::Review<'_>| [r.findings.len(), usize::from(stopped(&r)), usize::from(!r.complete)];
            reviewer
                .reviews(&mut Scratch::default(), row)
                .map(count)
                .fold([0; 3], add)
        })
        .reduce(|| [0; 3], add);
    let seconds = started.elapsed().as_secs_f64();
    let micro = seconds * 1e6 * threads as f64 / reviews as f64;
    println!(
        "{reviews} reviews of {different} different prescriptions, {threads} threads: {seconds:.2} s, {micro:.2} µs a review and core"
    );
    println!(
        "{} findings; {} prescriptions to stop, {} incomplete",
        counts[0], counts[1], counts[2]
    );
    println!(
        "peak memory {} MB, of which the prescriptions {before} MB",
        memory("VmHWM")
    );
    println!("22 million a day: {:.1} s of one core", NATION * micro / 1e6);
}

fn add(a: [usize; 3], b: [usize; 3]) -> [usize; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}
