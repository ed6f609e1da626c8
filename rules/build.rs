//! Embeds every rule text and table below this folder, so that a pharmacist edits files and meets no Rust.
#![allow(clippy::disallowed_methods, reason = "a build script is the host side")]
use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs");
    let mut files = Vec::new();
    for area in ["catalog", "tcm", "western", "regulation"] {
        let folder = root.join(area);
        println!("cargo::rerun-if-changed={}", folder.display());
        if folder.is_dir() {
            collect(&folder, &mut files)?;
        }
    }
    files.sort();
    let mut text = fs::File::create(out)?;
    writeln!(
        text,
        "/// Path below `rules/` and text of every embedded file, by path."
    )?;
    writeln!(text, "pub const FILES: &[(&str, &str)] = &[")?;
    for file in &files {
        let name = file
            .strip_prefix(&root)
            .unwrap_or(file)
            .to_string_lossy()
            .replace('\\', "/");
        println!("cargo::rerun-if-changed={}", file.display());
        writeln!(text, "    ({name:?}, include_str!({:?})),", file.to_string_lossy())?;
    }
    writeln!(text, "];")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, files)?;
        } else if matches!(extension, "rx" | "yaml" | "csv") {
            files.push(path);
        }
    }
    Ok(())
}
