//! Syntax trees to typed rules in the knowledge graph: names resolved, types and dimensions checked, lints, policy applied.
//!
//! What it never does: parse text or evaluate a prescription.
use jiff::civil::Date;
use shenfang_clinical::{Prescription, Severity};
use shenfang_diagnostics::{Diagnostic, FileId, SourceMap, Span};
use shenfang_knowledge::Knowledge;
use shenfang_syntax::tree::SyntaxTree;
use std::sync::Arc;

/// One pack's files.
pub struct Lowered {
    /// catalogue, rules, doses and policies of everything given
    pub knowledge: Knowledge,
    /// every example, ready to run
    pub examples: Vec<Example>,
}

/// Options of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// the date sources are judged by; `None`: no date is known
    pub on: Option<Date>,
    /// an expired source is an error
    pub strict: bool,
}

/// An example, as a prescription and what it must yield.
#[derive(Clone, Debug)]
pub struct Example {
    /// pack it belongs to
    pub pack: String,
    /// title
    pub title: String,
    /// the prescription
    pub prescription: Prescription,
    /// what it must yield, rule ids full
    pub expects: Vec<Expectation>,
    /// where it stands
    pub span: Span,
}

/// What an example must yield.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// this finding, of this severity when stated
    Finding { /** full rule id */ rule: String, /** severity */ severity: Option<Severity> },
    /// undetermined, with exactly these needs when stated
    Undetermined { /** full rule id */ rule: String, /** paths */ needs: Option<Vec<String>> },
    /// presumed
    Presumed { /** full rule id */ rule: String },
}

/// Loads the catalogue tables among `trees` (concept rows), without rules.
pub fn catalogue(_map: &SourceMap, _trees: &[(FileId, SyntaxTree)], _diagnostics: &mut Vec<Diagnostic>) -> Arc<Catalogue> { todo!() }

/// Lowers rule files over a catalogue; concept rows among them extend it. Files are grouped into packs by folder: a folder has one `pack` declaration.
/// Everything that can be kept is kept; every fault is in `diagnostics`.
pub fn lower(_map: &SourceMap, _catalogue: &Catalogue, _trees: &[(FileId, SyntaxTree)], _options: Options, _diagnostics: &mut Vec<Diagnostic>) -> Lowered { todo!() }

/// A loaded catalogue that several rule sets can be lowered over.
pub struct Catalogue {}
