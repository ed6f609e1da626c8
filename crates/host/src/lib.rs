//! What every host with files does (the command, Python): reads rule folders, and lays their texts over the built-in ones.
//!
//! What it never does: print, or keep a fault to itself.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the host's side: it reads files for the core"
)]

mod read;

pub use read::{HostError, name, read_rules, read_text};

use shenfang::{Catalogue, Diagnostics, Sources};

/// Paths and texts.
pub type Texts = Vec<(String, String)>;

/// The built-in catalogue. A text named like one of its files (`…/catalog/pieces.csv`) takes that file's place, so that a pharmacist who edits it sees the
/// edit; such texts are taken out of `texts`.
pub fn catalogue(texts: &mut Texts) -> (Catalogue, Diagnostics) {
    let builtin = || {
        shenfang_rules::files()
            .iter()
            .filter(|(path, _)| path.starts_with("catalog/"))
    };
    let named = |path: &str| {
        builtin()
            .find(|(own, _)| path == *own || path.ends_with(&format!("/{own}")))
            .map(|(own, _)| *own)
    };
    let edited: Vec<(&str, String, String)> = texts
        .iter()
        .filter_map(|(path, text)| Some((named(path)?, path.clone(), text.clone())))
        .collect();
    if edited.is_empty() {
        return (shenfang_rules::catalogue().clone(), Diagnostics::default());
    }
    texts.retain(|(path, _)| named(path).is_none());
    let in_place = |own: &str, text: &str| match edited.iter().find(|(name, ..)| *name == own) {
        Some((_, path, text)) => (path.clone(), text.clone()),
        None => (format!("rules/{own}"), text.to_owned()),
    };
    Catalogue::load(builtin().map(|(own, text)| in_place(own, text)).collect())
}

/// The built-in rules, unless left out, with texts added.
pub fn over_builtin(own: Texts, without: bool) -> Sources {
    shenfang_rules::files()
        .iter()
        .filter(|(path, _)| !without && !path.starts_with("catalog/"))
        .map(|(path, text)| (format!("rules/{path}"), (*text).to_owned()))
        .chain(own)
        .collect()
}
