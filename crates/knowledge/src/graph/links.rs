//! What groups, rules and doses name: the edges from them into the graph.
use super::{Edge, Knowledge, Node};
use crate::{ConceptSet, Condition, DoseRule, FindingSpec, GroupId, Operand, Relation, Rule};
use shenfang_order::Order;

/// Edges of groups, then rules, then doses.
pub(super) fn edges(knowledge: &Knowledge) -> impl Iterator<Item = (Node, Node, Edge)> {
    let groups = knowledge.groups.iter().zip(0_u32..).flat_map(|(group, i)| {
        let mut named = Vec::new();
        names(&group.set, false, &mut named);
        from(Node::Group(GroupId(i)), named, |excluded| Edge::Member { excluded })
    });
    let rules = knowledge.rules.iter().zip(0_u32..);
    let doses = knowledge.doses.iter().zip(0_u32..);
    groups
        .chain(rules.flat_map(|(rule, i)| of_rule(rule, Node::Rule(i))))
        .chain(doses.flat_map(|(dose, i)| of_dose(dose, Node::Dose(i))))
}

fn of_rule(rule: &Rule, node: Node) -> Vec<(Node, Node, Edge)> {
    let mut all = Vec::new();
    for (binding, variable) in rule.bindings.iter().zip(0_u8..) {
        let mut named = Vec::new();
        names(&binding.set, false, &mut named);
        all.extend(from(node, named, |excluded| Edge::Binds { variable, excluded }));
        if let Some(Relation::Group(group)) = &binding.relation {
            all.push((node, Node::Group(*group), Edge::Mentions));
        }
    }
    all.extend(mentions(node, &rule_sets(rule)));
    all
}

fn of_dose(dose: &DoseRule, node: Node) -> Vec<(Node, Node, Edge)> {
    let mut all = vec![(node, Node::Concept(dose.concept), Edge::Limits)];
    all.extend(mentions(node, &dose_sets(dose)));
    all
}

fn from(node: Node, mut named: Vec<(Node, bool)>, edge: impl Fn(bool) -> Edge) -> Vec<(Node, Node, Edge)> {
    named.order();
    named.dedup();
    let edges = named.into_iter().map(|(to, excluded)| (node, to, edge(excluded)));
    edges.collect()
}

/// The sets that the conditions of a finding name.
fn finding_sets<'a>(finding: &'a FindingSpec, sets: &mut Vec<&'a ConceptSet>) {
    let raised = finding.raise.iter().map(|(_, c)| c);
    let unless = finding.presume.iter().filter_map(|p| p.unless.as_ref());
    let conditions = raised.chain(&finding.exempt).chain(unless);
    conditions.for_each(|c| condition_sets(c, sets));
}

/// The sets that the conditions of a rule name; those of its variables are not among them.
pub(crate) fn rule_sets(rule: &Rule) -> Vec<&ConceptSet> {
    let mut sets = Vec::new();
    rule.when.iter().for_each(|c| condition_sets(c, &mut sets));
    finding_sets(&rule.finding, &mut sets);
    sets
}

/// The sets that the conditions of a dose name.
pub(crate) fn dose_sets(dose: &DoseRule) -> Vec<&ConceptSet> {
    let mut sets = Vec::new();
    let bands = dose.bands.iter().map(|b| &b.when);
    let conditions = dose.when.iter().chain(bands).chain(&dose.gap);
    conditions.for_each(|c| condition_sets(c, &mut sets));
    finding_sets(&dose.finding, &mut sets);
    sets
}

fn condition_sets<'a>(condition: &'a Condition, sets: &mut Vec<&'a ConceptSet>) {
    match condition {
        Condition::And(all) | Condition::Or(all) => {
            all.iter().for_each(|c| condition_sets(c, sets));
        }
        Condition::Not(inner) => condition_sets(inner, sets),
        Condition::Any(items) => sets.push(&items.set),
        Condition::PatientHas(set)
        | Condition::PatientHad(set)
        | Condition::DiagnosesHave(set)
        | Condition::AllergicToAny(set) => sets.push(set),
        Condition::Compare { left, right, .. } => {
            for operand in [left, right] {
                if let Operand::Count(items) | Operand::Total(items, _) = operand {
                    sets.push(&items.set);
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

fn mentions(node: Node, sets: &[&ConceptSet]) -> Vec<(Node, Node, Edge)> {
    let mut named = Vec::new();
    sets.iter().for_each(|s| names(s, false, &mut named));
    from(node, named, |_| Edge::Mentions)
}

/// Concepts and groups a set names; true where only to leave them out.
fn names(set: &ConceptSet, excluded: bool, named: &mut Vec<(Node, bool)>) {
    match set {
        ConceptSet::Any | ConceptSet::Code(_) => {}
        ConceptSet::Concept(id) => named.push((Node::Concept(*id), excluded)),
        ConceptSet::Group(id) => named.push((Node::Group(*id), excluded)),
        ConceptSet::Union(sets) | ConceptSet::Intersection(sets) => {
            sets.iter().for_each(|s| names(s, excluded, named));
        }
        ConceptSet::Except(from, without) => {
            names(from, excluded, named);
            names(without, !excluded, named);
        }
        ConceptSet::Alone(inner) => names(inner, excluded, named),
    }
}
