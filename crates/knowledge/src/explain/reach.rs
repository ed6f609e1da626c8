//! Which rules and doses reach a concept, and on which way.
use super::{RuleSummary, Step};
use crate::graph::{dose_sets, rule_sets};
use crate::{ConceptId, ConceptSet, GroupId, Knowledge, Reach};
use serde::Serialize;
use shenfang_order::Order;
use std::collections::BTreeMap;

/// A rule or dose that reaches a concept.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Reached {
    /// the rule or dose in short
    pub rule: RuleSummary,
    /// in which role the concept stands
    pub role: Role,
    /// from the concept (through an ingredient, where it is a product's) to what the rule names
    pub path: Vec<Step>,
    /// groups between the rule and what is named, outermost first
    pub groups: Vec<String>,
}

/// The role of a concept in a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// one of its variables can be bound to it
    Variable(String),
    /// its dose is limited
    Dose,
    /// a condition asks for it
    Condition,
}

/// A concept that a drug denotes: itself or what it contains.
struct Denoted {
    /// from the drug down to it
    way: Vec<ConceptId>,
    /// it and everything above
    above: Vec<ConceptId>,
    reach: Reach,
}

/// How a set came to hold a concept.
struct Witness {
    concept: ConceptId,
    groups: Vec<GroupId>,
}

impl Knowledge {
    /// In order of rule id, rules before doses of the same id; sets that hold everything (`any`) are left out.
    pub(super) fn reaching(&self, id: ConceptId) -> Vec<Reached> {
        let denoted = self.denoted(id);
        let mut all = Vec::new();
        for rule in self.rules() {
            let finding = &rule.finding;
            for binding in &rule.bindings {
                let role = || Role::Variable(binding.variable.clone());
                all.extend(
                    self.reached(&denoted, &binding.set, binding.reach)
                        .map(|(path, groups)| Reached {
                            rule: self.summary(finding),
                            role: role(),
                            path,
                            groups,
                        }),
                );
            }
            all.extend(self.asking(&denoted, &rule_sets(rule), finding));
        }
        for dose in self.doses() {
            let set = ConceptSet::Concept(dose.concept);
            all.extend(self.reached(&denoted, &set, dose.reach).map(|(path, groups)| Reached {
                rule: self.summary(&dose.finding),
                role: Role::Dose,
                path,
                groups,
            }));
            all.extend(self.asking(&denoted, &dose_sets(dose), &dose.finding));
        }
        all.order_by(|a, b| a.rule.id.cmp(&b.rule.id));
        all
    }

    fn asking(&self, denoted: &[Denoted], sets: &[&ConceptSet], finding: &crate::FindingSpec) -> Option<Reached> {
        let mut reached = sets
            .iter()
            .filter_map(|set| self.reached(denoted, set, Reach::Ingredients));
        let (path, groups) = reached.next()?;
        Some(Reached {
            rule: self.summary(finding),
            role: Role::Condition,
            path,
            groups,
        })
    }

    fn denoted(&self, id: ConceptId) -> Vec<Denoted> {
        let mut all = Vec::new();
        let mut open = vec![(vec![id], Reach::Single)];
        let mut seen: BTreeMap<ConceptId, Reach> = BTreeMap::new();
        while let Some((way, reach)) = open.pop() {
            let Some(here) = way.last().copied() else { continue };
            // Once each, again only on a way that reaches further: products of products would else multiply.
            if seen.get(&here).is_some_and(|before| *before >= reach) {
                continue;
            }
            seen.insert(here, reach);
            let contents = self.concept(here).map_or(&[][..], |c| &c.contents);
            let sole = contents.iter().filter(|c| c.active).count() == 1;
            for content in contents.iter().rev() {
                let through = match (content.active, sole) {
                    (false, _) => Reach::WithExcipients,
                    (true, true) => reach,
                    (true, false) => reach.min(Reach::Ingredients),
                };
                let mut longer = way.clone();
                longer.push(content.concept);
                open.push((longer, through));
            }
            all.push(Denoted {
                way,
                above: self.ancestors(here),
                reach,
            });
        }
        all
    }

    fn reached(&self, denoted: &[Denoted], set: &ConceptSet, reach: Reach) -> Option<(Vec<Step>, Vec<String>)> {
        // `WithExcipients` < `Ingredients` < `Single`: what a binding reaches includes all that are no narrower.
        let mut within = denoted.iter().filter(|d| d.reach >= reach);
        let (from, witness) = within.find_map(|d| Some((d, self.witness(set, &d.above, &mut Vec::new())?)))?;
        let own = from.way.last().copied()?;
        let up = self.path(own, witness.concept)?;
        let mut path: Vec<Step> = self.steps(&up)?;
        let before = from.way.split_last().map_or(&[][..], |(_, before)| before);
        let products = before.iter().map(|id| Step {
            relation: None,
            name: self.title(*id),
        });
        path.splice(0..0, products);
        let groups = witness.groups.iter().filter_map(|g| Some(self.group(*g)?.id.clone()));
        Some((path, groups.collect()))
    }

    /// The first concept named by `set` that is among `above`.
    fn witness(&self, set: &ConceptSet, above: &[ConceptId], groups: &mut Vec<GroupId>) -> Option<Witness> {
        let found = |concept, groups: &[GroupId]| Witness {
            concept,
            groups: groups.to_vec(),
        };
        match set {
            ConceptSet::Any => None,
            ConceptSet::Concept(id) => above.contains(id).then(|| found(*id, groups)),
            ConceptSet::Code(code) => {
                let mut coded = above.iter().filter(|id| {
                    let codes = self.concept(**id).map_or(&[][..], |c| &c.codes);
                    codes.iter().any(|c| c.within(code))
                });
                coded.next().map(|id| found(*id, groups))
            }
            ConceptSet::Group(id) if !groups.contains(id) => {
                let set = &self.group(*id)?.set;
                groups.push(*id);
                let witness = self.witness(set, above, groups);
                groups.pop();
                witness
            }
            ConceptSet::Group(_) => None,
            ConceptSet::Union(sets) => sets.iter().find_map(|s| self.witness(s, above, groups)),
            ConceptSet::Intersection(sets) => {
                let mut first = None;
                for set in sets {
                    let witness = self.witness(set, above, groups)?;
                    first.get_or_insert(witness);
                }
                first
            }
            ConceptSet::Except(from, without) => {
                let witness = self.witness(from, above, groups)?;
                self.witness(without, above, groups).is_none().then_some(witness)
            }
            ConceptSet::Alone(inner) => self.witness(inner, above, groups),
        }
    }
}
