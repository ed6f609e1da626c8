//! `shenfang`: the host-side tool. Results go to stdout, diagnostics and progress to stderr.
//!
//! What it never does: decide anything about a prescription or a rule; that is the library's.
#![allow(clippy::disallowed_methods, reason = "this is the host: it reads files for the core")]

mod arguments;
mod check;
mod compile;
mod diff;
mod explain;
mod fmt;
mod graph;
mod input;
mod load;
mod map;
mod review;
mod test;
mod text;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Review(arguments) => review::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Compile(arguments) => compile::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
    }
}
