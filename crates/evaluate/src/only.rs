//! Some of the rules of a program by themselves, as when only what a change can touch is run.
//!
//! What it never does: decide anew which row is the nearest to a drug. A rule that is left out stands where it stood, and is silent.
use crate::Program;
use crate::csr::{narrow, wide};
use crate::flat::{Flat, Tree};
use crate::program::Tables;
use crate::rules::{Dose, Doses, Manner, Rule, Rules, Says};
use crate::shared::Shared;
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
        let kept_rules = || rules.iter().filter(|rule| is_kept(&rule.says));
        let kept_doses = || doses.iter().filter(|dose| is_kept(&dose.says));
        let said = kept_rules().map(|rule| &rule.says).chain(kept_doses().map(|d| &d.says));
        let standing = tables.standing.iter().filter_map(|standing| standing.when.as_ref());
        let asked = kept_rules().flat_map(Rule::conditions).chain(standing);
        let asked = asked.chain(kept_doses().flat_map(|dose| dose.conditions().chain(dose.says.conditions())));
        let silence: Arc<Manner> = Arc::default();
        let mut manners = used(&tables.manners, said.map(|says| &says.manner), &silence);
        let manner = Shared::at(narrow(manners.len()), Arc::clone(&silence));
        manners.push(silence);
        let silent = |says: &Says| Says {
            id: says.id,
            row: None,
            manner: manner.clone(),
        };
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
            conditions: used(&tables.conditions, asked, &Flat::of(Tree::All(Vec::new()))),
            grades: tables.grades.clone(),
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

/// A table in which all that nobody uses makes room for `other`.
fn used<'t, T: Clone + 't>(table: &[T], users: impl Iterator<Item = &'t Shared<T>>, other: &T) -> Vec<T> {
    let mut used = vec![other.clone(); table.len()];
    for shared in users {
        if let Some(place) = used.get_mut(wide(shared.place())) {
            *place = T::clone(shared);
        }
    }
    used
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
            over: self.over.clone(),
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
