//! The naive reference evaluator: a straight reading of what a review means, without index, bit set or cache.
//!
//! What it never does: call the engine, or render texts (`message`, `advice`, `because` and citations stay empty).
mod condition;
mod denote;
mod dose;
mod history;
mod kleene;
mod known;
mod rule;
mod unrecognized;
mod value;

use denote::Line;
use jiff::civil::Date;
use kleene::{Needs, Verdict};
use shenfang_clinical::derive::PatientFacts;
use shenfang_clinical::{
    Action, Category, Decision, Finding, OneOrMany, PolicyFrom, PolicyNote, Prescription, Presumed, Review,
    RulesIdentity, Severity, Text, Texts, Undetermined,
};
use shenfang_knowledge::{
    Condition, FindingSpec, Knowledge, PolicyMark, Presumable, PresumedValue, StandingPresumption,
};
use shenfang_units::{Comparison, Truth};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a presumption lets a field stand for.
#[derive(Clone)]
pub(crate) struct StandIn {
    field: Presumable,
    op: Comparison,
    value: PresumedValue,
}

/// One prescription being reviewed.
#[derive(Clone)]
pub(crate) struct Case<'a> {
    k: &'a Knowledge,
    rx: &'a Prescription,
    today: Option<Date>,
    facts: PatientFacts<'a>,
    lines: Vec<Line<'a>>,
    stand_ins: Vec<StandIn>,
}

/// What a rule says of one set of items; the order is the order of truth.
#[derive(Clone)]
pub(crate) enum Outcome {
    Presumed {
        fields: Needs,
        policy: Option<String>,
    },
    Undetermined {
        needs: Needs,
        gap: bool,
    },
    Fires {
        meaning: Vec<(String, String)>,
        dose: Option<shenfang_clinical::DoseNote>,
    },
}

/// One outcome with where it belongs.
pub(crate) struct Said<'a> {
    spec: &'a FindingSpec,
    items: Vec<usize>,
    severity: Severity,
    outcome: Outcome,
}

/// Reviews one prescription by the letter.
pub fn review<'p>(
    k: &'p Knowledge,
    rules: &Arc<RulesIdentity>,
    rx: &'p Prescription,
    review_date: Option<Date>,
) -> Review<'p> {
    let case = Case::new(k, rx, review_date);
    let mut said: Vec<Said> = k.rules().iter().flat_map(|rule| case.rule(rule)).collect();
    said.extend(k.doses().iter().flat_map(|dose| case.dose(dose)));
    let mut findings: Vec<(Vec<usize>, Finding)> = said
        .iter()
        .filter_map(|s| Some((s.items.clone(), case.finding(s)?)))
        .collect();
    findings.sort_by_key(|(items, f)| (std::cmp::Reverse(f.severity), f.rule.clone(), items.clone()));
    let strongest = findings.iter().map(|(_, f)| f.action).max();
    let mut kept: Vec<(Vec<usize>, Finding)> = vec![];
    for (items, finding) in findings {
        match kept
            .iter_mut()
            .find(|(i, f)| !i.is_empty() && *i == items && f.category == finding.category)
        {
            Some((_, strongest)) => strongest.also.push(finding.rule),
            None => kept.push((items, finding)),
        }
    }
    kept.iter_mut().for_each(|(_, f)| f.also.sort());
    let (mut undetermined, mut presumed) = (BTreeMap::new(), BTreeMap::new());
    for s in &said {
        let (items, severity) = (s.items.clone(), case.graded(s.spec, s.severity));
        let merge = |map: &mut BTreeMap<_, (Vec<String>, Severity)>, key| {
            let (rules, most) = map.entry(key).or_insert((vec![], severity));
            rules.push(s.spec.id.clone());
            *most = severity.max(*most);
        };
        match &s.outcome {
            Outcome::Fires { .. } => {}
            Outcome::Undetermined { needs, gap } => {
                merge(&mut undetermined, (items, needs.clone(), gap.then(String::new)))
            }
            Outcome::Presumed { fields, policy } => merge(&mut presumed, (items, fields.clone(), policy.clone())),
        }
    }
    let undetermined: Vec<Undetermined> = listed(undetermined)
        .into_iter()
        .map(|(severity, rule, (items, needs, gap))| Undetermined {
            rule,
            severity,
            items: written(case.ids(&items)),
            needs: written(needs),
            gap: gap.is_some(),
        })
        .collect();
    let presumed = listed(presumed)
        .into_iter()
        .map(|(severity, rule, (items, fields, policy))| Presumed {
            rule,
            severity,
            items: written(case.ids(&items)),
            fields: written(fields),
            policy: policy.map(Cow::Owned),
        })
        .collect();
    let unrecognized = case.unrecognized();
    let gap = undetermined
        .iter()
        .map(|u| u.severity)
        .chain(unrecognized.iter().map(|u| u.severity))
        .max();
    let nothing = if gap.is_none() {
        Decision::Pass
    } else {
        Decision::Unjudged
    };
    Review {
        id: Cow::Borrowed(&rx.id),
        decision: strongest.map_or(nothing, Decision::from),
        complete: gap.is_none(),
        gap,
        findings: kept.into_iter().map(|(_, f)| f).collect(),
        undetermined,
        presumed,
        unrecognized,
        rules: Cow::Owned((**rules).clone()),
    }
}

/// What entries share to be one: items, fields, and the policy (or that no band speaks).
type Shared = (Vec<usize>, Needs, Option<String>);

/// Texts of a reply that borrows nothing.
fn written<'p>(texts: Vec<String>) -> Texts<'p> {
    texts.into_iter().map(Cow::Owned).collect()
}

/// Entries that share items and fields, strongest first, then by rules, then items.
fn listed(map: BTreeMap<Shared, (Vec<String>, Severity)>) -> Vec<(Severity, OneOrMany<'static>, Shared)> {
    let entry = |(shared, (mut rules, severity)): (Shared, (Vec<String>, Severity))| {
        rules.sort();
        rules.dedup();
        (severity, OneOrMany::from(rules), shared)
    };
    let mut all: Vec<_> = map.into_iter().map(entry).collect();
    all.sort_by_key(|(severity, rules, shared)| (std::cmp::Reverse(*severity), rules.clone(), shared.clone()));
    all
}

impl<'a> Case<'a> {
    fn new(k: &'a Knowledge, rx: &'a Prescription, review_date: Option<Date>) -> Case<'a> {
        let facts = PatientFacts::of(rx, review_date);
        Case {
            k,
            rx,
            today: facts.today,
            facts,
            lines: denote::lines(k, rx),
            stand_ins: vec![],
        }
    }

    fn ids(&self, items: &[usize]) -> Vec<String> {
        items.iter().map(|&i| self.lines[i].item.id.to_string()).collect()
    }

    /// True when the policy or standing presumption speaks for this institution on this day.
    fn holds(&self, scope: &[String], until: Option<Date>) -> bool {
        let here = scope.is_empty()
            || self
                .rx
                .institution
                .id
                .as_deref()
                .is_some_and(|id| scope.iter().any(|s| s == id));
        here && until.is_none_or(|until| self.today.is_none_or(|today| today <= until))
    }

    fn marks(&self, spec: &'a FindingSpec) -> impl Iterator<Item = &'a PolicyMark> {
        spec.policy.iter().filter(|m| self.holds(&m.scope, m.until))
    }

    fn in_force(&self, spec: &'a FindingSpec) -> bool {
        // The last word counts; one mark that says both mutes.
        let last = self.marks(spec).filter(|m| m.mute || m.enable).last();
        last.map_or(spec.enabled, |m| !m.mute)
    }

    /// Whether a rule is a row for "nearest row wins": not off, and not muted for all.
    fn is_row(spec: &FindingSpec) -> bool {
        let for_all = |m: &&PolicyMark| m.mute && m.scope.is_empty() && m.until.is_none();
        let last = spec.policy.iter().rfind(|m| for_all(m) || m.enable);
        last.map_or(spec.enabled, |m| !for_all(&m))
    }

    fn standing(&self) -> impl Iterator<Item = &'a StandingPresumption> {
        self.k.presumptions().iter().filter(|p| self.holds(&p.scope, p.until))
    }

    /// In force by law: unknown where no date is known.
    fn effective(&self, spec: &FindingSpec) -> Verdict {
        match (spec.effective, self.today) {
            (None | Some((None, None)), _) => Verdict::yes(),
            (Some(_), None) => Verdict::unknown(["authored_on"]),
            (Some((from, to)), Some(today)) => {
                Verdict::of(from.is_none_or(|f| f <= today) && to.is_none_or(|t| today <= t))
            }
        }
    }

    /// The severity after policy.
    fn graded(&self, spec: &'a FindingSpec, severity: Severity) -> Severity {
        self.marks(spec).filter_map(|m| m.severity).last().unwrap_or(severity)
    }

    fn finding(&self, said: &Said<'a>) -> Option<Finding<'a>> {
        let Outcome::Fires { meaning, dose } = &said.outcome else {
            return None;
        };
        let (spec, items) = (said.spec, self.ids(&said.items));
        let signed = |id: &String| {
            self.rx
                .double_signed
                .as_ref()
                .is_some_and(|ids| ids.iter().any(|s| **s == **id))
        };
        let countersigned = spec
            .countersigned
            .filter(|_| !items.is_empty() && items.iter().all(signed));
        let action =
            |severity: Severity| -> Action { countersigned.or(spec.action).unwrap_or(severity.default_action()) };
        let severity = self.graded(spec, said.severity);
        let from = PolicyFrom {
            severity: said.severity,
            action: action(said.severity),
        };
        let action = self
            .marks(spec)
            .filter_map(|m| m.action)
            .last()
            .unwrap_or(action(severity));
        let mark = self
            .marks(spec)
            .filter(|m| m.severity.is_some() || m.action.is_some())
            .last();
        let policy = mark.map(|m| PolicyNote {
            id: m.id.as_str().into(),
            from,
        });
        Some(Finding {
            rule: spec.id.as_str().into(),
            category: spec.category,
            subject: spec.subject.as_deref().map(Cow::Borrowed),
            kind: spec.kind.as_deref().map(Cow::Borrowed),
            severity,
            action,
            review_code: spec.review_code.as_str().into(),
            items: written(items),
            message: Text::default(),
            advice: None,
            because: vec![],
            sources: vec![],
            also: vec![],
            policy: policy.map(Box::new),
            dose: dose.clone().map(Box::new),
            meaning: meaning
                .iter()
                .map(|(id, name)| (id.clone().into(), name.clone().into()))
                .collect(),
        })
    }

    /// Whether an item by route 皮试 stays out of rules of this category.
    fn without_skin_tests(category: Category) -> bool {
        matches!(
            category,
            Category::Dose | Category::DuplicateTherapy | Category::Legality
        )
    }
}

/// Every part of every condition a rule asks of this prescription with its truth, to see what a generator reaches.
pub fn truths(k: &Knowledge, rx: &Prescription, review_date: Option<Date>, see: &mut dyn FnMut(&Condition, Truth)) {
    let case = Case::new(k, rx, review_date);
    for rule in k.rules() {
        for bound in case.assignments(rule).iter().take(3) {
            let raises = rule.finding.raise.iter().map(|(_, c)| c);
            for condition in rule.when.iter().chain(raises).chain(&rule.finding.exempt) {
                let mut open = vec![condition];
                while let Some(next) = open.pop() {
                    see(next, case.holds_for(next, bound).truth);
                    match next {
                        Condition::And(parts) | Condition::Or(parts) => open.extend(parts),
                        Condition::Not(part) => open.push(part),
                        _ => {}
                    }
                }
            }
        }
    }
}
