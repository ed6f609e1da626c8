//! Writes the JavaScript beside a built WASM module, and splits the module in two: `shenfang-bindgen MODULE.wasm FOLDER`; when they are optimised,
//! puts the functions of each in an order that packs well: `shenfang-bindgen order MODULE.wasm`.
//!
//! A tool of our own, because `wasm-bindgen` refuses a command of another version than the library's: here both are of the one version in
//! Cargo.lock, and nothing has to be installed. In `FOLDER` lie then `engine.js`, `engine_bg.wasm` and `tools.wasm`, which shares the engine's
//! memory and is loaded where tables are read or rules are edited.
#![allow(clippy::disallowed_methods, reason = "a build tool is the host side")]
#![allow(clippy::arithmetic_side_effects, reason = "places in a module of some megabytes")]
mod graph;
mod order;
mod split;

use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};
use wasm_bindgen_cli_support::Bindgen;

/// What only who edits rules asks for: none of it is needed to compile rules, to say what is wrong with them, or to review.
const EDITING: [&str; 10] = [
    "ruleset_counts",
    "ruleset_diff",
    "ruleset_explain",
    "ruleset_graph",
    "ruleset_test",
    "workspace_complete",
    "workspace_format",
    "workspace_hover",
    "workspace_test",
    "workspace_tokens",
];

/// What reads tables, YAML and CSV, and what only tables declare.
const TABLES: [&str; 5] = [
    "shenfang_syntax::table::file",
    "shenfang_syntax::table::list",
    "shenfang_lower::catalogue::draft",
    "shenfang_lower::mappings::read",
    "shenfang_knowledge::graph::builder::KnowledgeBuilder::fix",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["order", module] => order(Path::new(module)),
        [module, folder] => write(Path::new(module), Path::new(folder)),
        _ => {
            eprintln!("usage: shenfang-bindgen MODULE.wasm FOLDER | shenfang-bindgen order MODULE.wasm");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shenfang-bindgen: {error:#}");
            ExitCode::from(1)
        }
    }
}

/// Puts the functions of a finished module in order, in place.
fn order(module: &Path) -> Result<()> {
    let bytes = fs::read(module).with_context(|| module.display().to_string())?;
    Ok(fs::write(module, order::order(&bytes)?)?)
}

fn write(module: &Path, folder: &Path) -> Result<()> {
    // Names stay as the linker wrote them: by them the two modules are told apart.
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("engine")
        .typescript(true)
        .demangle(false);
    bindgen.web(true)?.generate(folder)?;
    let linked = fs::read(module).with_context(|| module.display().to_string())?;
    let apart = apart(&graph::Graph::read(&linked)?)?;
    let whole = folder.join("engine_bg.wasm");
    let (engine, tools) = split::split(&fs::read(&whole)?, &apart)?;
    fs::write(whole, engine)?;
    fs::write(folder.join("tools.wasm"), tools)?;
    Ok(())
}

/// What goes into the second module.
fn apart(graph: &graph::Graph) -> Result<graph::Part> {
    let mut doors = Vec::new();
    for path in TABLES {
        let found = graph.called(path);
        if found.is_empty() {
            bail!("the engine has no function {path}: was it renamed, or is it compiled into its caller?");
        }
        doors.extend(found);
    }
    // An export of wasm-bindgen has a hash behind its name until the JavaScript is written; descriptions of exports are gone then.
    let named = |export: &str, name: &str| {
        export
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || is_hash(rest))
    };
    for name in EDITING {
        let found = graph.exports.iter().filter(|(export, _)| named(export, name));
        let before = doors.len();
        doors.extend(found.map(|(_, place)| *place));
        if doors.len() == before {
            bail!("the engine has no export {name}");
        }
    }
    let roots = graph
        .exports
        .iter()
        .filter(|(export, _)| !export.starts_with("__wbindgen_describe"));
    let roots: Vec<_> = roots.map(|(_, place)| *place).collect();
    Ok(graph.behind(&doors, &roots))
}

fn is_hash(rest: &str) -> bool {
    rest.strip_prefix('_')
        .is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
