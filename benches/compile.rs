//! From texts to a program, and from bytes to a program.
#![allow(missing_docs, reason = "criterion's macros make the entry point")]
#![allow(clippy::disallowed_methods, reason = "criterion reads the clock")]
#![allow(clippy::expect_used, reason = "a bench that meets the impossible should stop")]
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use shenfang::{Catalogue, Options, Program, RuleSet, Sources};
use shenfang_benches::{compile, conditions, pairs::World};
use std::hint::black_box;

fn built_in() -> (Sources, Sources) {
    let (catalogue, rules): (Vec<_>, Vec<_>) = shenfang_rules::files()
        .iter()
        .copied()
        .partition(|(path, _)| path.starts_with("catalog/"));
    (catalogue.into_iter().collect(), rules.into_iter().collect())
}

fn compiling(c: &mut Criterion) {
    let mut group = c.benchmark_group("compile");
    group.sample_size(10);
    let (catalogue, rules) = built_in();
    group.bench_function("built_in", |b| {
        b.iter(|| black_box(compile(catalogue.clone(), rules.clone())))
    });
    let rows = conditions::rows(10_000, conditions::Spread::Aside);
    let known = Catalogue::load(conditions::catalogue(&rows)).0;
    let rules = conditions::rules(&rows);
    group.bench_function("10000_rules", |b| {
        b.iter(|| black_box(RuleSet::compile(&known, rules.clone(), Options::default())));
    });
    group.finish();
}

fn loading(c: &mut Criterion) {
    let mut group = c.benchmark_group("load");
    group.sample_size(20);
    let (catalogue, rules) = built_in();
    let world = World::new(100_000);
    let programs = [
        ("built_in", compile(catalogue, rules)),
        ("100000_interactions", compile(world.catalogue(), world.rules())),
    ];
    for (name, rules) in programs {
        let bytes = rules.program().to_bytes().expect("a program has bytes");
        eprintln!("{name}: {} kB", bytes.len() / 1_000);
        group.bench_function(name, |b| {
            let load = |()| Program::from_bytes(black_box(&bytes)).expect("its own bytes");
            // What was loaded is let go outside of the time.
            b.iter_batched(|| (), load, BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, compiling, loading);
criterion_main!(benches);
