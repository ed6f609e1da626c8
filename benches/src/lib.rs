//! What the benches measure and what they measure against: a seeded generator of catalogues, rules and prescriptions, a plain hash-set loop, and the
//! hand-written limit.
//!
//! Everything is drawn from one seed: the same bytes on every machine. What it never does: read a clock, or tune the engine.
// A bench that meets the impossible should stop.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic
)]
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod conditions;
pub mod limit;
pub mod mixed;
pub mod pairs;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use shenfang::{Catalogue, Options, Prescription, RuleSet, Sources};

/// As the command has it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The one seed.
pub const SEED: u64 = 20_261_122;

/// A generator for one purpose: streams of different names do not disturb one another.
pub fn rng(stream: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    rng.set_stream(stream);
    rng
}

/// Compiles texts that must be faultless.
pub fn compile(catalogue: Sources, rules: Sources) -> RuleSet {
    let (catalogue, faults) = Catalogue::load(catalogue);
    assert!(
        faults.list.is_empty(),
        "{}",
        faults.render(shenfang::Language::En, false)
    );
    let (rules, faults) = RuleSet::compile(&catalogue, rules, Options::default());
    assert!(
        faults.list.is_empty(),
        "{}",
        faults.render(shenfang::Language::En, false)
    );
    rules
}

/// Reads one generated record.
pub fn read(json: &[u8]) -> Prescription {
    shenfang_wire::read_record(json).expect("a generated record is sound")
}

/// A line of the process's own status, in MB; 0 where the system has none.
pub fn memory(line: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|l| l.strip_prefix(line)?.strip_prefix(':'));
    let kilobytes = value.and_then(|v| v.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.map_or(0, |kb| kb / 1_000)
}
