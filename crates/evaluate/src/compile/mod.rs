//! Knowledge to program: everything that can be known before a prescription is read is worked out here, once.
//!
//! What it never does: change what a rule means, or keep what no review asks for.
mod catalogue;
mod conditions;
mod doses;
mod families;
mod rules;
mod sets;

pub(crate) use families::closure;

use crate::Program;
use crate::program::Tables;
use crate::rules::{Rules, Source};
pub(crate) use doses::everyday_unit;
use sets::Sets;
use shenfang_clinical::{PackIdentity, RulesIdentity};
use shenfang_knowledge::{FindingSpec, Knowledge, PolicyMark};
use std::sync::Arc;

/// Compiles everything.
pub(crate) fn compile(knowledge: &Knowledge) -> Program {
    let catalogue = catalogue::compile(knowledge);
    let mut sets = Sets::new(knowledge);
    let mut rules = rules::compile(knowledge, &mut sets);
    rules::shape(&mut rules);
    let doses = doses::compile(knowledge, &mut sets);
    let standing = rules::standing(knowledge, &mut sets);
    let families = families::compile(&catalogue, &sets);
    let doses = doses::index(doses, &catalogue);
    let identity = Arc::new(identity(knowledge));
    let sources = knowledge.sources().iter().map(source).collect();
    let ids = sets.ids().to_vec().into();
    let questions = sets.questions();
    let codes = sets.lay_out_codes();
    let Sets {
        sets,
        targets,
        conditions,
        grades,
        manners,
        files,
        ..
    } = sets;
    Program::of(Tables {
        identity,
        conditions: conditions.into_all(),
        grades: grades.into_all(),
        ids,
        manners: manners.into_all(),
        catalogue: Arc::new(catalogue),
        codes,
        sets,
        targets,
        families,
        rules: Rules { rules },
        doses,
        standing,
        sources,
        files,
        questions,
    })
}

fn identity(knowledge: &Knowledge) -> RulesIdentity {
    let packs = knowledge.packs().iter().map(|pack| PackIdentity {
        id: pack.id.clone(),
        version: pack.version.clone(),
    });
    RulesIdentity {
        packs: packs.collect(),
        digest: knowledge.digest(),
    }
}

fn source(source: &shenfang_knowledge::Source) -> Source {
    let id = source.id.rsplit('.').next().unwrap_or(&source.id);
    Source {
        id: id.to_owned(),
        citation: source.citation.clone(),
        to: source.to,
    }
}

/// Whether a rule or dose is a row for "nearest row wins": on, and not muted for everybody.
fn is_row(finding: &FindingSpec) -> bool {
    let for_all = |mark: &PolicyMark| mark.mute && mark.scope.is_empty() && mark.until.is_none();
    finding
        .policy
        .iter()
        .fold(finding.enabled, |on, mark| (on || mark.enable) && !for_all(mark))
}
