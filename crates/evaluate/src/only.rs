//! Some of the rules of a program by themselves, as when only what a change can touch is run.
//!
//! What it never does: decide anew which row is the nearest to a drug. A rule that is left out stands where it stood, and is silent.
use crate::Program;
use crate::csr::{narrow, wide};
use crate::program::Tables;
use crate::rules::{Dose, Doses, Manner, Rule, Rules, Says};
use sha2::{Digest, Sha256};
use shenfang_clinical::RulesIdentity;
use std::fmt::Write;
use std::sync::Arc;

impl Program {
    /// The rules and doses whose ids are `kept`: of a sheet they say what they say of it in the whole, and nobody else says anything. What does not
    /// resolve is told as in the whole. Names are held once for both.
    pub fn only(&self, kept: &dyn Fn(&str) -> bool) -> Program {
        let tables = &self.tables;
        let ids: Vec<bool> = tables.ids.iter().map(|id| kept(id)).collect();
        let is_kept = |says: &Says| ids.get(wide(says.id)) == Some(&true);
        let (rules, doses) = (&tables.rules.rules, &tables.doses.doses);
        let said = rules.iter().map(|rule| &rule.says).chain(doses.iter().map(|d| &d.says));
        let mut used = vec![false; tables.manners.len()];
        for says in said.filter(|says| is_kept(says)) {
            if let Some(used) = used.get_mut(wide(says.number())) {
                *used = true;
            }
        }
        let silence: Arc<Manner> = Arc::default();
        let manner = |(used, manner): (bool, &Arc<Manner>)| Arc::clone(if used { manner } else { &silence });
        let manners = used.into_iter().zip(&tables.manners).map(manner);
        let manners: Vec<Arc<Manner>> = manners.chain([Arc::clone(&silence)]).collect();
        let silent = |says: &Says| Says::new(says.id, None, narrow(tables.manners.len()), &silence);
        let rule = |rule: &Rule| match is_kept(&rule.says) {
            true => rule.clone(),
            false => Rule::silent(silent(&rule.says)),
        };
        let dose = |dose: &Dose| match is_kept(&dose.says) {
            true => dose.clone(),
            false => dose.silent(silent(&dose.says)),
        };
        let names = tables.ids.iter().zip(&ids).filter(|(_, kept)| **kept);
        Program::of(Tables {
            identity: Arc::new(identity(&tables.identity, names.map(|(id, _)| &**id))),
            manners,
            rules: Rules {
                rules: rules.iter().map(rule).collect(),
            },
            doses: Doses {
                doses: doses.iter().map(dose).collect(),
                nearest: tables.doses.nearest.clone(),
                rows: tables.doses.rows.clone(),
            },
            ids: Arc::clone(&tables.ids),
            catalogue: Arc::clone(&tables.catalogue),
            codes: tables.codes.clone(),
            sets: tables.sets.clone(),
            targets: tables.targets.clone(),
            families: tables.families.clone(),
            standing: tables.standing.clone(),
            sources: tables.sources.clone(),
            files: tables.files.clone(),
            questions: tables.questions,
        })
    }
}

impl Rule {
    /// In the place of a rule that is left out.
    fn silent(says: Says) -> Rule {
        Rule {
            bindings: Vec::new(),
            when: None,
            shape: None,
            says,
        }
    }
}

impl Dose {
    /// In the place of a dose that is left out: it is still the nearest row where it was, and the one that names the route.
    fn silent(&self, says: Says) -> Dose {
        Dose {
            concept: self.concept,
            routes: self.routes.clone(),
            forms: self.forms.clone(),
            when: None,
            bands: Vec::new(),
            gap: None,
            over: Vec::new(),
            reach: self.reach,
            stands: self.stands,
            says,
        }
    }
}

/// From the same packs, but not the same rules.
fn identity<'i>(whole: &RulesIdentity, ids: impl Iterator<Item = &'i str>) -> RulesIdentity {
    let mut hasher = Sha256::new();
    hasher.update(&whole.digest);
    for id in ids {
        hasher.update([0]);
        hasher.update(id);
    }
    let mut digest = String::new();
    for byte in hasher.finalize() {
        let _ = write!(digest, "{byte:02x}");
    }
    RulesIdentity {
        packs: whole.packs.clone(),
        digest,
    }
}
