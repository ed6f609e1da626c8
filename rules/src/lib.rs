//! The built-in packs, embedded: folders of rule texts and tables that a pharmacist edits without meeting Rust.
//!
//! What it never does: hold a rule in Rust. `catalog/` names the concepts; every other folder is a pack.
use once_cell::sync::Lazy;
use shenfang::{Catalogue, Diagnostics, Options, RuleSet, Sources};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

static CATALOGUE: Lazy<(Catalogue, Diagnostics)> = Lazy::new(|| Catalogue::load(sources(true)));
static BUILTIN: Lazy<(RuleSet, Diagnostics)> =
    Lazy::new(|| RuleSet::compile(catalogue(), sources(false), Options::default()));

fn sources(catalogue: bool) -> Sources {
    files()
        .iter()
        .filter(|(path, _)| path.starts_with("catalog/") == catalogue)
        .map(|(path, text)| (format!("rules/{path}"), *text))
        .collect()
}

/// Path (below `rules/`) and text of every embedded file, in order of path.
pub fn files() -> &'static [(&'static str, &'static str)] {
    embedded::FILES
}

/// The built-in catalogue of names; loaded once, on first use.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE.0
}

/// The built-in rules over the built-in catalogue; compiled once, on first use.
pub fn builtin() -> &'static RuleSet {
    &BUILTIN.0
}

/// What is wrong with the built-in texts: nothing, as a test shows.
pub fn diagnostics() -> [&'static Diagnostics; 2] {
    [&CATALOGUE.1, &BUILTIN.1]
}
