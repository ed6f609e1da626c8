//! Syntax trees to typed rules in the knowledge graph: names resolved, types and dimensions checked, lints, policy applied.
//!
//! What it never does: parse text or evaluate a prescription.
mod attributes;
mod catalogue;
mod check;
mod compare;
mod conditions;
mod context;
mod declare;
mod doses;
mod examples;
mod findings;
mod groups;
mod lints;
pub mod mappings;
mod packs;
mod policies;
mod precedence;
mod presume;
mod quantities;
mod review_codes;
mod rules;
mod sets;
mod suggest;
mod templates;
mod types;
mod words;

pub use catalogue::Catalogue;
pub use check::check;

use context::Context;
use declare::Declared;
use jiff::civil::Date;
use policies::Targets;
use precedence::Precedence;
use shenfang_clinical::{Prescription, Severity};
use shenfang_diagnostics::{Diagnostic, FileId, Level, SourceMap, Span};
use shenfang_knowledge::{DoseRule, Group, Knowledge, Rule, Source};
use shenfang_syntax::tree::SyntaxTree;
use std::sync::Arc;

/// What a set of files became.
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
    Finding {
        /** full rule id */
        rule: String,
        /** severity */
        severity: Option<Severity>,
    },
    /// undetermined, with exactly these needs when stated
    Undetermined {
        /** full rule id */
        rule: String,
        /** paths */
        needs: Option<Vec<String>>,
    },
    /// presumed
    Presumed {
        /** full rule id */
        rule: String,
    },
}

/// Loads the catalogue tables among `trees` (concept rows), without rules.
pub fn catalogue(map: &SourceMap, trees: &[(FileId, SyntaxTree)], diagnostics: &mut Vec<Diagnostic>) -> Arc<Catalogue> {
    Arc::new(Catalogue::load(map, trees, diagnostics))
}

/// What some files became: sources and groups of all, rules and doses of those that were wanted.
struct Typed {
    sources: Vec<Source>,
    groups: Vec<Group>,
    rules: Vec<Rule>,
    doses: Vec<DoseRule>,
}

/// Lowers what was declared; of rules and doses, those of the files that are `wanted`.
fn typed(cx: &Context<'_>, declared: &Declared<'_>, options: Options, wanted: &dyn Fn(FileId) -> bool) -> Typed {
    let sources = groups::sources(cx, &declared.sources);
    let groups = groups::groups(cx, &declared.groups);
    let mut rules: Vec<Rule> = Vec::with_capacity(declared.rules.len());
    for (pack, written) in declared.rules.iter().filter(|(_, d)| wanted(d.id.span.file)) {
        if let Some(rule) = rules::rule(cx, pack, written) {
            findings::expired(cx, &sources, options, written.id.span, &rule.finding);
            rules.push(rule);
        }
    }
    let mut doses: Vec<DoseRule> = Vec::with_capacity(declared.doses.len());
    for (pack, written) in declared.doses.iter().filter(|(_, d)| wanted(d.concept.span.file)) {
        if let Some(dose) = doses::dose(cx, pack, written) {
            findings::expired(cx, &sources, options, written.concept.span, &dose.finding);
            doses.push(dose);
        }
    }
    for (pack, written) in declared.broken_rules.iter().filter(|(_, d)| wanted(d.id.span.file)) {
        cx.only_what_is_there(|| rules::rule(cx, pack, written));
    }
    for (pack, written) in declared
        .broken_doses
        .iter()
        .filter(|(_, d)| wanted(d.concept.span.file))
    {
        cx.only_what_is_there(|| doses::dose(cx, pack, written));
    }
    Typed {
        sources,
        groups,
        rules,
        doses,
    }
}

/// Lowers rule files over a catalogue; concept rows among them extend it. Files are grouped into packs by folder: a folder has one `pack` declaration,
/// or several of its files have one each. `map` begins with the files of [`Catalogue::sources`].
///
/// `diagnostics` holds what reading the texts said: a declaration of which part could not be read is not used. Everything else that can be kept is
/// kept, and every fault is added. A rule with a fault is left out, its neighbours are not.
pub fn lower(
    map: &SourceMap,
    catalogue: &Catalogue,
    trees: &[(FileId, SyntaxTree)],
    options: Options,
    diagnostics: &mut Vec<Diagnostic>,
) -> Lowered {
    let base = catalogue.extended(map, trees, diagnostics);
    let mut cx = Context::new(map, &base);
    cx.read(diagnostics);
    let packs = packs::group(&cx, trees);
    let declared = Declared::collect(&mut cx, &packs, trees);
    let typed_packs = packs
        .iter()
        .filter(|p| !p.is_of_policies())
        .map(|p| packs::typed(&cx, p))
        .collect();
    let Typed {
        sources,
        groups,
        mut rules,
        mut doses,
    } = typed(&cx, &declared, options, &|_| true);
    let mut targets = Targets::new(&mut rules, &mut doses);
    let mut precedence = Precedence::default();
    let presumptions = precedence::order(&declared.policies)
        .into_iter()
        .flat_map(|(pack, written)| policies::policy(&cx, pack, written, &mut targets, &mut precedence))
        .collect();
    let examples = declared
        .examples
        .iter()
        .filter_map(|(pack, written)| examples::example(&cx, pack, written))
        .collect();
    // Where a text could not be read, what it uses is not known.
    if cx.errors() == 0 && !diagnostics.iter().any(|d| d.level == Level::Error) {
        lints::unused(&cx, &packs, &declared);
    }

    diagnostics.extend(cx.into_diagnostics());
    let local = mappings::mappings(&base, trees, diagnostics);
    let knowledge = base
        .into_owned()
        .with_rules(typed_packs, sources, groups, rules, doses, presumptions)
        .with_mappings(local);
    Lowered { knowledge, examples }
}
