//! Writes what is generated from the keyword table: `keywords.pest`, the table in `README.md`, the editor grammar.
#![allow(clippy::disallowed_methods, reason = "a command of the developer, not of the core")]
use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::write(folder.join("keywords.pest"), shenfang_grammar::generate::pest())?;
    fs::write(
        folder.join("shenfang.tmLanguage.json"),
        shenfang_grammar::generate::textmate(),
    )?;
    let manual = fs::read_to_string(folder.join("README.md"))?;
    if let Some(written) = shenfang_grammar::generate::with_table(&manual) {
        fs::write(folder.join("README.md"), written)?;
    }
    Ok(())
}
