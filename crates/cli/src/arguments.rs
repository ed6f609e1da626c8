//! The arguments of every command.
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use std::path::PathBuf;

/// 审方: review prescriptions against rules that pharmacists write.
#[derive(Parser)]
#[command(name = "shenfang", version, arg_required_else_help = true, propagate_version = true)]
pub struct Arguments {
    /// what to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Review the prescriptions of a file (one JSON object, an array, one a line, Parquet or Arrow); `-` reads standard input as JSON
    Review(Review),
    /// Check rule files and tables: every fault, where it is and what was expected
    Check(Check),
    /// Run the examples beside the rules, and check every table row
    Test(Test),
    /// Explain a concept, a code or a rule
    Explain(Explain),
    /// Report which local drug codes and names a mapping, or a list of drugs, resolves
    Map(Map),
    /// Lay rule files out canonically; can turn their keywords into the other language
    Fmt(Fmt),
    /// Print the knowledge graph
    Graph(Graph),
    /// Compile rules to a program that every host loads without the parser
    Compile(Compile),
    /// Which rules differ between two sets, and what that does to prescriptions
    Diff(Diff),
}

/// Language of what is printed.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum Lang {
    /// Chinese
    Zh,
    /// English
    En,
}

/// Which rules and catalogue to use.
#[derive(Args)]
pub struct Rules {
    /// A rule file, table (a mapping of local drugs too) or folder to add (repeatable)
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// A policy file, the region's or an institution's (repeatable)
    #[arg(long, value_name = "FILE")]
    pub policy: Vec<PathBuf>,
    /// Leave out the built-in rules
    #[arg(long)]
    pub no_builtin: bool,
    /// Leave out the built-in catalogue of names
    #[arg(long)]
    pub no_catalog: bool,
}

/// `review`
#[derive(Args)]
pub struct Review {
    /// `text` for people, `json` for machines: one review a line, in input order
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Language of the text
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// which rules
    #[command(flatten)]
    pub rules: Rules,
    /// A program written by `compile`, in place of all rules
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rules", "no_builtin", "no_catalog", "policy"])]
    pub program: Option<PathBuf>,
    /// Review date for prescriptions without `authored_on`
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// Exit with 1 when some review decides this or stronger
    #[arg(long, value_enum, value_name = "ACTION")]
    pub fail_on: Option<FailOn>,
    /// The prescriptions
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Output of `review`.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum Format {
    /// for people
    Text,
    /// for machines
    Json,
}

/// Actions `--fail-on` knows, weakest first.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailOn {
    /// 记录
    Log,
    /// 提示
    Inform,
    /// 警示
    Warn,
    /// 拦截
    Block,
}

/// `check`
#[derive(Args)]
pub struct Check {
    /// Sources that have all expired are errors
    #[arg(long)]
    pub strict: bool,
    /// List every warning, also where one cause gives many
    #[arg(long)]
    pub verbose: bool,
    /// The date sources are judged by
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<Date>,
    /// Language of the diagnostics
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// Leave out the built-in catalogue of names
    #[arg(long)]
    pub no_catalog: bool,
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `test`
#[derive(Args)]
pub struct Test {
    /// Fail when no example shows some rule
    #[arg(long)]
    pub strict: bool,
    /// Also list every rule with the examples that show it
    #[arg(long)]
    pub verbose: bool,
    /// Review each example with the rules of every pack given, and show what the others add
    #[arg(long)]
    pub all: bool,
    /// Language of the report
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// Leave out the built-in catalogue of names
    #[arg(long)]
    pub no_catalog: bool,
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `explain`
#[derive(Args)]
pub struct Explain {
    /// Language of the text
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// which rules
    #[command(flatten)]
    pub rules: Rules,
    /// A name, alias, pinyin initials, code or full rule id
    pub name: String,
}

/// `map`
#[derive(Args)]
pub struct Map {
    /// `text` for people, `csv` as the next mapping file to fill in, `json` for machines
    #[arg(long, value_enum, default_value = "text")]
    pub format: MapFormat,
    /// Language of the text
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// Leave out the built-in catalogue of names
    #[arg(long)]
    pub no_catalog: bool,
    /// Mapping tables (YAML), or CSV lists with the columns `code`, `name` and maybe `standard`
    #[arg(required = true, value_name = "FILE")]
    pub paths: Vec<PathBuf>,
}

/// Output of `map`.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum MapFormat {
    /// for people: what is not mapped, and how many are
    Text,
    /// every row: code, name, standard, strength, pack, status, candidates
    Csv,
    /// every row and the numbers
    Json,
}

/// `fmt`
#[derive(Args)]
pub struct Fmt {
    /// Turn keywords into this language
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// Change nothing; exit 1 when a file is not in canonical layout
    #[arg(long)]
    pub check: bool,
    /// Print to standard output instead of changing the file
    #[arg(long)]
    pub stdout: bool,
    /// Files and folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// `graph`
#[derive(Args)]
pub struct Graph {
    /// Only the neighbourhood of this name or code
    #[arg(long, value_name = "NAME")]
    pub around: Option<String>,
    /// Output
    #[arg(long, value_enum)]
    pub format: GraphFormat,
    /// How far from it
    #[arg(long, default_value_t = 1, requires = "around")]
    pub depth: usize,
    /// which rules
    #[command(flatten)]
    pub rules: Rules,
}

/// `compile`
#[derive(Args)]
pub struct Compile {
    /// Language of the diagnostics
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// Leave out the built-in rules
    #[arg(long)]
    pub no_builtin: bool,
    /// Leave out the built-in catalogue of names
    #[arg(long)]
    pub no_catalog: bool,
    /// Rule files, tables and folders to add to the built-in ones
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The program
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// `diff`
#[derive(Args)]
pub struct Diff {
    /// `text` for people, `json` for machines
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Language of the text
    #[arg(long, value_enum, default_value = "zh")]
    pub lang: Lang,
    /// Leave out the built-in rules on both sides
    #[arg(long)]
    pub no_builtin: bool,
    /// Leave out the built-in catalogue of names
    #[arg(long)]
    pub no_catalog: bool,
    /// Replay these prescriptions (one JSON object, an array, or one a line)
    #[arg(long, value_name = "FILE")]
    pub on: Option<PathBuf>,
    /// Review every prescription whole, also those the changed rules cannot touch: absolute figures, more time
    #[arg(long, requires = "on")]
    pub whole: bool,
    /// Prescriptions a day, for the load to expect
    #[arg(long, value_name = "N", default_value_t = 20_000, requires = "on")]
    pub daily: u64,
    /// Review date for prescriptions without `authored_on`
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub date: Option<Date>,
    /// `builtin`, or files and folders; one named like a built-in file takes its place, others are added
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The same
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
}

/// Graph formats.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum GraphFormat {
    /// Graphviz
    Dot,
    /// nodes and edges
    Json,
    /// NetworkX, Gephi, yEd
    Graphml,
}

/// `2026-11-22`.
fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|error: jiff::Error| error.to_string())
}
