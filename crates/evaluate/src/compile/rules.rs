//! Rules: variables become targets, and every rule gets a way in from what stands on the sheet.
use super::conditions::Conditions;
use super::is_row;
use super::sets::Sets;
use crate::csr::narrow;
use crate::expression::Writer;
use crate::phantom::Shape;
use crate::rules::{Binding, Citation, Manner, Part, Presumption, Relation, Rule, Says, Standing, Template};
use shenfang_knowledge as knowledge;
use shenfang_knowledge::{ConceptSet, FindingSpec, Knowledge};
use std::collections::HashMap;
use std::sync::Arc;

pub(super) fn compile(knowledge: &Knowledge, sets: &mut Sets<'_>) -> Vec<Rule> {
    knowledge
        .rules()
        .iter()
        .map(|rule| one(knowledge, rule, sets))
        .collect()
}

fn one(knowledge: &Knowledge, rule: &knowledge::Rule, sets: &mut Sets<'_>) -> Rule {
    let mut bindings = Vec::new();
    for binding in &rule.bindings {
        let nearest = binding.nearest.as_deref();
        if let Some(kind) = nearest.filter(|_| is_row(&rule.finding)) {
            sets.stand(&binding.set, kind);
        }
        bindings.push(Binding {
            target: sets.target(&binding.set, binding.reach, nearest),
            any: {
                let set = sets.set(&binding.set);
                sets.get(set).is_some_and(|set| set.any)
            },
            origin: binding.origin,
            within_days: binding.within_days.map(Box::new),
            relation: binding.relation.as_ref().map(|r| relation(knowledge, r, sets).into()),
        });
    }
    let writer = Writer {
        knowledge,
        variables: &rule.bindings,
    };
    let mut conditions = Conditions { sets, writer };
    let message = message(&rule.finding, &mut conditions);
    Rule {
        bindings,
        when: rule.when.as_ref().map(|when| conditions.condition(when)),
        shape: None,
        says: says(&rule.finding, Some(message), &mut conditions),
    }
}

/// The rule's message; its title where it has none.
fn message(finding: &FindingSpec, conditions: &mut Conditions<'_, '_, '_>) -> Template {
    let message = conditions.template(&finding.message);
    if !message.zh.is_empty() || !message.en.is_empty() {
        return message;
    }
    let title = |title: &str| Arc::from([Part::Literal(title.to_owned())]);
    Template {
        zh: title(&finding.title.0),
        en: title(&finding.title.1),
    }
}

fn relation(knowledge: &Knowledge, relation: &knowledge::Relation, sets: &mut Sets<'_>) -> Relation {
    match relation {
        knowledge::Relation::Substance => Relation::Substance,
        knowledge::Relation::Herb => Relation::Herb,
        knowledge::Relation::Atc4 => Relation::Atc4,
        knowledge::Relation::MixedWith(variable) => Relation::MixedWith(narrow(*variable)),
        knowledge::Relation::Group(id) => {
            let group = knowledge.group(*id).map_or("", |group| &group.id);
            let name = group.rsplit('.').next().unwrap_or(group).into();
            let set = sets.set(&ConceptSet::Group(*id));
            Relation::Group { set, name }
        }
    }
}

/// What a rule or dose says.
pub(super) fn says(finding: &FindingSpec, message: Option<Template>, conditions: &mut Conditions<'_, '_, '_>) -> Says {
    let message = message.unwrap_or_else(|| conditions.template(&finding.message));
    let manner = manner(finding, message, conditions);
    let id = place(conditions.sets.ids(), &finding.id);
    let row = finding.row.as_deref().and_then(|place| conditions.sets.row(place));
    let manner = conditions.sets.manners.share(Arc::new(manner));
    Says { id, row, manner }
}

fn manner(finding: &FindingSpec, message: Template, conditions: &mut Conditions<'_, '_, '_>) -> Manner {
    let mut raise = Vec::new();
    for (severity, when) in &finding.raise {
        raise.push((*severity, conditions.condition(when)));
    }
    let mut presume = Vec::new();
    for presumption in &finding.presume {
        presume.push(Presumption {
            stands: conditions.stand_in(presumption.field.clone(), presumption.op, &presumption.value),
            unless: presumption.unless.as_ref().map(|c| conditions.condition(c)),
        });
    }
    let citations = finding.citations.iter().map(|citation| Citation {
        source: narrow(citation.source),
        locator: citation.locator.clone(),
    });
    Manner {
        category: finding.category,
        subject: finding.subject.clone(),
        kind: finding.kind.clone(),
        review_code: finding.review_code.clone(),
        severity: finding.severity,
        action: finding.action,
        raise,
        countersigned: finding.countersigned,
        enabled: finding.enabled,
        exempt: finding.exempt.iter().map(|c| conditions.condition(c)).collect(),
        presume,
        effective: finding.effective,
        citations: citations.collect(),
        policy: finding.policy.clone(),
        message,
        advice: finding.advice.as_ref().map(|advice| conditions.template(advice)),
    }
}

pub(super) fn standing(knowledge: &Knowledge, sets: &mut Sets<'_>) -> Vec<Standing> {
    let writer = Writer {
        knowledge,
        variables: &[],
    };
    let mut conditions = Conditions { sets, writer };
    let mut standing = Vec::new();
    for presumption in knowledge.presumptions() {
        standing.push(Standing {
            policy: presumption.policy.clone(),
            scope: presumption.scope.clone(),
            until: presumption.until,
            stands: conditions.stand_in(
                knowledge::Presumable::Attribute(presumption.field),
                shenfang_units::Comparison::Equal,
                &presumption.value,
            ),
            when: presumption.when.as_ref().map(|c| conditions.condition(c)),
        });
    }
    standing
}

/// The place of a rule's id among all ids.
fn place(ids: &[Box<str>], id: &str) -> u32 {
    let at = ids.binary_search_by(|known| (**known).cmp(id));
    at.map_or(u32::MAX, narrow)
}

/// Gives pair rules that ask the same of a pair one number.
pub(super) fn shape(rules: &mut [Rule]) {
    let mut known: HashMap<Vec<u8>, u32> = HashMap::new();
    for rule in rules {
        let bytes = Shape::of(rule).and_then(|shape| postcard::to_allocvec(&shape).ok());
        rule.shape = bytes.map(|bytes| {
            let next = narrow(known.len());
            *known.entry(bytes).or_insert(next)
        });
    }
}
