//! What is wrong with some files among many, without lowering the others: for editors, at every keystroke.
//!
//! Names, sources and groups of all packs are known, as when everything is lowered; rules, doses and examples of these files alone are looked at.
//! What it never says: that a group or source is not used, which only looking at all of a pack could tell.
use crate::catalogue::Catalogue;
use crate::context::Context;
use crate::declare::Declared;
use crate::packs::{self, Pack};
use crate::policies::{self, Targets};
use crate::precedence::{self, Precedence};
use crate::{Options, examples, mappings};
use shenfang_diagnostics::{Diagnostic, FileId, SourceMap};
use shenfang_syntax::tree::SyntaxTree;

/// Adds to `diagnostics`, which holds what reading the files said, what [`crate::lower`] would say of them (a table and its CSV go together).
///
/// A policy may speak of every rule: for a file that declares one, the rules of all packs are looked at.
pub fn check(
    map: &SourceMap,
    catalogue: &Catalogue,
    trees: &[(FileId, SyntaxTree)],
    files: &[FileId],
    options: Options,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let base = catalogue.extended(map, trees, diagnostics);
    let mut cx = Context::new(map, &base);
    cx.read(diagnostics);
    let packs = packs::group(&cx, trees);
    let here = |file: &FileId| files.contains(file);
    let own = |pack: &Pack| {
        let mut trees = pack.trees.iter().filter_map(|at| trees.get(*at));
        trees.any(|(file, _)| here(file))
    };
    let declared = Declared::collect(&mut cx, &packs, trees);
    let all = declared.policies.iter().any(|(_, written)| here(&written.id.span.file));
    for pack in packs.iter().filter(|pack| own(pack) && !pack.is_of_policies()) {
        packs::typed(&cx, pack);
    }
    let mut typed = crate::typed(&cx, &declared, options, &|file| all || here(&file));
    if all {
        let mut targets = Targets::new(&mut typed.rules, &mut typed.doses);
        let mut precedence = Precedence::default();
        for (pack, written) in precedence::order(&declared.policies) {
            policies::policy(&cx, pack, written, &mut targets, &mut precedence);
        }
    }
    let examples = declared.examples.iter();
    for (pack, written) in examples.filter(|(_, written)| here(&written.title.span.file)) {
        examples::example(&cx, pack, written);
    }
    diagnostics.extend(cx.into_diagnostics());
    mappings::mappings(&base, trees, diagnostics);
    diagnostics.retain(|d| here(&d.span.file));
}
