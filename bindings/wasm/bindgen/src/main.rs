//! Writes the JavaScript beside a built WASM module: `shenfang-bindgen MODULE.wasm FOLDER`.
//!
//! A tool of our own of six lines, because `wasm-bindgen` refuses a command of another version than the library's: here both are of the one
//! version in Cargo.lock, and nothing has to be installed.
#![allow(clippy::disallowed_methods, reason = "a build tool is the host side")]
use std::{env, process::ExitCode};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        eprintln!("usage: shenfang-bindgen MODULE.wasm FOLDER");
        return ExitCode::from(2);
    };
    let mut bindgen = Bindgen::new();
    let written = bindgen
        .typescript(true)
        .web(true)
        .and_then(|bindgen| bindgen.input_path(module).out_name("engine").generate(folder));
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shenfang-bindgen: {error:#}");
            ExitCode::from(1)
        }
    }
}
