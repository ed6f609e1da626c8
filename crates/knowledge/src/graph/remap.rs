//! Rules join the catalogue. Packs, sources, groups, rules and doses may come in any order; here, and only here, they are put in order of id and
//! everything that refers to them by index is rewritten.
use super::Knowledge;
use crate::{
    ConceptSet, Condition, DoseRule, FindingSpec, Group, GroupId, ItemSet, Operand, Pack, Part, Relation, Rule, Source,
    StandingPresumption,
};
use shenfang_order::Order;

/// Where each index of the input order went.
struct Moved {
    packs: Vec<usize>,
    sources: Vec<usize>,
    groups: Vec<usize>,
}

impl Knowledge {
    /// Adds the typed rules of a set to the catalogue, in place of any it had.
    ///
    /// Each list may come in any order and is sorted by id; [`GroupId`]s, `Citation::source` and `FindingSpec::pack` are indexes of the order
    /// given and are rewritten. Ids must be unique within their list.
    pub fn with_rules(
        mut self,
        mut packs: Vec<Pack>,
        mut sources: Vec<Source>,
        mut groups: Vec<Group>,
        mut rules: Vec<Rule>,
        mut doses: Vec<DoseRule>,
        mut presumptions: Vec<StandingPresumption>,
    ) -> Knowledge {
        let moved = Moved {
            packs: sort(&mut packs, |p| &p.id),
            sources: sort(&mut sources, |s| &s.id),
            groups: sort(&mut groups, |g| &g.id),
        };
        groups.iter_mut().for_each(|g| moved.set(&mut g.set));
        rules.iter_mut().for_each(|r| moved.rule(r));
        doses.iter_mut().for_each(|d| moved.dose(d));
        for presumption in &mut presumptions {
            presumption.when.iter_mut().for_each(|c| moved.condition(c));
        }
        rules.order_by(|a, b| a.finding.id.cmp(&b.finding.id));
        doses.order_by(|a, b| a.finding.id.cmp(&b.finding.id));
        presumptions
            .order_by(|a, b| (&a.policy, a.field, &a.scope, a.until).cmp(&(&b.policy, b.field, &b.scope, b.until)));
        self.packs = packs;
        self.sources = sources;
        self.groups = groups;
        self.rules = rules;
        self.doses = doses;
        self.presumptions = presumptions;
        self.weave();
        self
    }
}

/// Sorts by id and says where each place went.
fn sort<T>(items: &mut Vec<T>, id: impl Fn(&T) -> &String) -> Vec<usize> {
    let mut order: Vec<(usize, T)> = std::mem::take(items).into_iter().enumerate().collect();
    order.order_by(|(_, a), (_, b)| id(a).cmp(id(b)));
    let mut moved = vec![0; order.len()];
    for (to, (from, _)) in order.iter().enumerate() {
        if let Some(place) = moved.get_mut(*from) {
            *place = to;
        }
    }
    items.extend(order.into_iter().map(|(_, item)| item));
    moved
}

impl Moved {
    fn group(&self, id: &mut GroupId) {
        let to = usize::try_from(id.0).ok().and_then(|from| self.groups.get(from));
        if let Some(to) = to.and_then(|to| u32::try_from(*to).ok()) {
            *id = GroupId(to);
        }
    }

    fn set(&self, set: &mut ConceptSet) {
        match set {
            ConceptSet::Any | ConceptSet::Concept(_) | ConceptSet::Code(_) => {}
            ConceptSet::Group(id) => self.group(id),
            ConceptSet::Union(sets) => {
                sets.iter_mut().for_each(|s| self.set(s));
                sets.order();
                sets.dedup();
            }
            ConceptSet::Intersection(sets) => sets.iter_mut().for_each(|s| self.set(s)),
            ConceptSet::Except(from, without) => {
                self.set(from);
                self.set(without);
            }
            ConceptSet::Alone(inner) => self.set(inner),
        }
    }

    fn items(&self, items: &mut ItemSet) {
        self.set(&mut items.set);
    }

    fn condition(&self, condition: &mut Condition) {
        match condition {
            Condition::And(all) | Condition::Or(all) => all.iter_mut().for_each(|c| self.condition(c)),
            Condition::Not(inner) => self.condition(inner),
            Condition::Any(items) => self.items(items),
            Condition::PatientHas(set)
            | Condition::PatientHad(set)
            | Condition::DiagnosesHave(set)
            | Condition::AllergicToAny(set) => self.set(set),
            Condition::Compare { left, right, .. } => {
                for operand in [left, right] {
                    if let Operand::Count(items) | Operand::Total(items, _) = operand {
                        self.items(items);
                    }
                }
            }
            Condition::Always
            | Condition::Rank { .. }
            | Condition::Is { .. }
            | Condition::Known(_)
            | Condition::Stated(_)
            | Condition::AllergicTo(_)
            | Condition::KnownLab(_)
            | Condition::Flag(_) => {}
        }
    }

    fn finding(&self, finding: &mut FindingSpec) {
        if let Some(to) = self.packs.get(finding.pack) {
            finding.pack = *to;
        }
        for citation in &mut finding.citations {
            if let Some(to) = self.sources.get(citation.source) {
                citation.source = *to;
            }
        }
        finding.raise.iter_mut().for_each(|(_, c)| self.condition(c));
        finding.exempt.iter_mut().for_each(|c| self.condition(c));
        for presumption in &mut finding.presume {
            presumption.unless.iter_mut().for_each(|c| self.condition(c));
        }
        for template in std::iter::once(&mut finding.message).chain(&mut finding.advice) {
            for part in template.zh.iter_mut().chain(&mut template.en) {
                if let Part::Count(items) = part {
                    self.items(items);
                }
            }
        }
    }

    fn rule(&self, rule: &mut Rule) {
        for binding in &mut rule.bindings {
            self.set(&mut binding.set);
            if let Some(Relation::Group(id)) = &mut binding.relation {
                self.group(id);
            }
        }
        rule.when.iter_mut().for_each(|c| self.condition(c));
        self.finding(&mut rule.finding);
    }

    fn dose(&self, dose: &mut DoseRule) {
        let bands = dose.bands.iter_mut().map(|b| &mut b.when);
        let conditions = dose.when.iter_mut().chain(bands).chain(&mut dose.gap);
        conditions.for_each(|c| self.condition(c));
        self.finding(&mut dose.finding);
    }
}
