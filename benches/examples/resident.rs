//! How much memory a process holds that has loaded a program of 100,000 interactions and reviews with it: `cargo run --release -p shenfang-benches
//! --example resident`. A second process does it, so that what compiling took is not counted.
#![allow(clippy::disallowed_methods, reason = "an example reads files and its own process")]
use shenfang::{Reviewer, Scratch};
use shenfang_benches::{compile, memory, pairs::World, read};
use std::hint::black_box;

const INTERACTIONS: usize = 100_000;

const SHEETS: usize = 1_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    if let Some((program, sheets)) = arguments.next().zip(arguments.next()) {
        return reviews(&program, &sheets);
    }
    let world = World::new(INTERACTIONS);
    let program = compile(world.catalogue(), world.rules()).program().to_bytes()?;
    let sheets = world.sheets(SHEETS);
    let sheets: Vec<String> = sheets
        .iter()
        .enumerate()
        .map(|(at, drugs)| World::json(at, drugs))
        .collect();
    let folder = std::env::temp_dir().join(format!("shenfang-resident-{}", std::process::id()));
    std::fs::create_dir(&folder)?;
    let paths = ["program", "sheets"].map(|name| folder.join(name));
    std::fs::write(&paths[0], &program)?;
    std::fs::write(&paths[1], sheets.join("\n"))?;
    let status = std::process::Command::new(std::env::current_exe()?)
        .args(&paths)
        .status()?;
    std::fs::remove_dir_all(&folder)?;
    println!("the program has {} kB", program.len() / 1_000);
    status
        .success()
        .then_some(())
        .ok_or_else(|| "the second process failed".into())
}

fn reviews(program: &str, sheets: &str) -> Result<(), Box<dyn std::error::Error>> {
    let before = memory("VmRSS");
    let reviewer = Reviewer::load(&std::fs::read(program)?)?;
    let mut scratch = Scratch::default();
    for text in std::fs::read_to_string(sheets)?.lines() {
        let sheet = read(text.as_bytes());
        black_box(reviewer.review_with(&mut scratch, &sheet));
    }
    println!(
        "{INTERACTIONS} interactions loaded, {SHEETS} prescriptions reviewed: {} MB resident, {} MB at most; {before} MB before",
        memory("VmRSS"),
        memory("VmHWM")
    );
    Ok(())
}
