//! Makes a disagreeing pair of rules and prescription smaller while it still disagrees.
use crate::generate::RuleSet;
use shenfang_clinical::{Patient, Prescription, Stated};
use shenfang_knowledge::Condition;

/// The smallest pair found by dropping and simplifying one thing at a time.
pub fn shrink(
    mut rules: RuleSet,
    mut rx: Prescription,
    disagree: &dyn Fn(&RuleSet, &Prescription) -> bool,
) -> (RuleSet, Prescription) {
    loop {
        let smaller = simpler_rules(&rules).into_iter().find(|r| disagree(r, &rx));
        if let Some(smaller) = smaller {
            rules = smaller;
            continue;
        }
        match simpler_sheets(&rx).into_iter().find(|p| disagree(&rules, p)) {
            Some(smaller) => rx = smaller,
            None => return (rules, rx),
        }
    }
}

fn without<T: Clone>(all: &[T]) -> Vec<Vec<T>> {
    (0..all.len())
        .map(|i| {
            all.iter()
                .enumerate()
                .filter(|(j, _)| *j != i)
                .map(|(_, x)| x.clone())
                .collect()
        })
        .collect()
}

fn simpler_conditions(c: &Condition) -> Vec<Condition> {
    match c {
        Condition::Always => vec![],
        Condition::And(parts) | Condition::Or(parts) => {
            let and = matches!(c, Condition::And(_));
            let wrap = |p: Vec<Condition>| if and { Condition::And(p) } else { Condition::Or(p) };
            let fewer = without(parts).into_iter().filter(|p| !p.is_empty()).map(wrap);
            let inner = parts.iter().enumerate().flat_map(|(i, part)| {
                simpler_conditions(part).into_iter().map(move |s| {
                    let mut parts = parts.clone();
                    parts[i] = s;
                    wrap(parts)
                })
            });
            parts.iter().cloned().chain(fewer).chain(inner).collect()
        }
        Condition::Not(part) => [(**part).clone()]
            .into_iter()
            .chain(
                simpler_conditions(part)
                    .into_iter()
                    .map(|p| Condition::Not(Box::new(p))),
            )
            .collect(),
        _ => vec![Condition::Always],
    }
}

fn optional(c: &Option<Condition>) -> Vec<Option<Condition>> {
    c.iter()
        .flat_map(|c| [None].into_iter().chain(simpler_conditions(c).into_iter().map(Some)))
        .collect()
}

fn simpler_rules(set: &RuleSet) -> Vec<RuleSet> {
    let mut out: Vec<RuleSet> = vec![];
    out.extend(
        without(&set.rules)
            .into_iter()
            .map(|rules| RuleSet { rules, ..set.clone() }),
    );
    out.extend(
        without(&set.doses)
            .into_iter()
            .map(|doses| RuleSet { doses, ..set.clone() }),
    );
    out.extend(without(&set.presumptions).into_iter().map(|presumptions| RuleSet {
        presumptions,
        ..set.clone()
    }));
    for i in 0..set.rules.len() {
        let mut edit = |f: &dyn Fn(&mut shenfang_knowledge::Rule)| {
            let mut set = set.clone();
            f(&mut set.rules[i]);
            out.push(set);
        };
        let rule = &set.rules[i];
        optional(&rule.when)
            .into_iter()
            .for_each(|when| edit(&|r| r.when = when.clone()));
        for (b, binding) in rule.bindings.iter().enumerate() {
            if binding.relation.is_some() {
                edit(&|r| r.bindings[b].relation = None)
            }
            if binding.within_days.is_some() {
                edit(&|r| r.bindings[b].within_days = None)
            }
            if binding.nearest.is_some() {
                edit(&|r| r.bindings[b].nearest = None)
            }
        }
    }
    let specs = set.rules.len() + set.doses.len();
    for i in 0..specs {
        let mut edit = |f: &dyn Fn(&mut shenfang_knowledge::FindingSpec)| {
            let mut set = set.clone();
            let n = set.rules.len();
            let spec = if i < n {
                &mut set.rules[i].finding
            } else {
                &mut set.doses[i - n].finding
            };
            let before = spec.clone();
            f(spec);
            if *spec != before {
                out.push(set);
            }
        };
        edit(&|s| s.exempt.clear());
        edit(&|s| s.raise.clear());
        edit(&|s| s.effective = None);
        edit(&|s| s.policy.clear());
        edit(&|s| s.countersigned = None);
        edit(&|s| s.action = None);
        edit(&|s| (s.subject, s.kind) = (None, None));
        edit(&|s| {
            s.presume.pop();
        });
        edit(&|s| {
            s.policy.pop();
        });
        edit(&|s| s.presume.iter_mut().for_each(|p| p.unless = None));
        for n in 0..4 {
            edit(&|s| {
                if let Some(c) = s.exempt.get_mut(0)
                    && let Some(simple) = simpler_conditions(c).get(n)
                {
                    *c = simple.clone()
                }
            });
            edit(&|s| {
                if let Some((_, c)) = s.raise.get_mut(0)
                    && let Some(simple) = simpler_conditions(c).get(n)
                {
                    *c = simple.clone()
                }
            });
            edit(&|s| {
                if let Some(Some(c)) = s.presume.get_mut(0).map(|p| p.unless.as_mut())
                    && let Some(simple) = simpler_conditions(c).get(n)
                {
                    *c = simple.clone()
                }
            });
        }
    }
    for i in 0..set.doses.len() {
        let mut edit = |f: &dyn Fn(&mut shenfang_knowledge::DoseRule)| {
            let mut set = set.clone();
            let before = set.doses[i].clone();
            f(&mut set.doses[i]);
            if set.doses[i] != before {
                out.push(set);
            }
        };
        let dose = &set.doses[i];
        optional(&dose.when)
            .into_iter()
            .for_each(|when| edit(&|d| d.when = when.clone()));
        optional(&dose.gap)
            .into_iter()
            .for_each(|gap| edit(&|d| d.gap = gap.clone()));
        without(&dose.bands)
            .into_iter()
            .for_each(|bands| edit(&|d| d.bands = bands.clone()));
        edit(&|d| d.over.clear());
        edit(&|d| d.forms.clear());
        edit(&|d| d.routes.clear());
        for (b, band) in dose.bands.iter().enumerate() {
            simpler_conditions(&band.when)
                .into_iter()
                .for_each(|when| edit(&|d| d.bands[b].when = when.clone()));
            without(&band.limits)
                .into_iter()
                .for_each(|limits| edit(&|d| d.bands[b].limits = limits.clone()));
        }
    }
    out
}

fn simpler_sheets(rx: &Prescription) -> Vec<Prescription> {
    let mut out: Vec<Prescription> = vec![];
    let mut edit = |f: &dyn Fn(&mut Prescription)| {
        let mut p = rx.clone();
        f(&mut p);
        if p != *rx {
            out.push(p);
        }
    };
    without(&rx.items)
        .into_iter()
        .filter(|i| !i.is_empty())
        .for_each(|items| edit(&|p| p.items = items.clone()));
    if let Some(current) = &rx.current_medications {
        without(current)
            .into_iter()
            .for_each(|c| edit(&|p| p.current_medications = Some(c.clone())));
    }
    let empty = Prescription::default;
    edit(&|p| p.patient = Patient::default());
    edit(&|p| p.patient.observations.iter_mut().for_each(Vec::clear));
    edit(&|p| p.patient.allergies.iter_mut().for_each(Vec::clear));
    edit(&|p| p.patient.conditions.iter_mut().for_each(Vec::clear));
    edit(&|p| p.diagnoses = Some(vec![]));
    edit(&|p| p.current_medications = Some(vec![]));
    edit(&|p| p.usage = empty().usage);
    edit(&|p| p.prescriber = empty().prescriber);
    edit(&|p| p.institution = empty().institution);
    edit(&|p| p.tcm_diagnosis = empty().tcm_diagnosis);
    edit(&|p| (p.setting, p.department, p.presented_on, p.extension_reason) = (None, None, None, None));
    edit(&|p| (p.kind, p.amendments, p.double_signed) = (None, None, None));
    edit(&|p| p.doses = Stated::Absent);
    edit(&|p| p.double_signed = None);
    edit(&|p| (p.patient.birth_date, p.patient.age) = (None, Stated::Absent));
    edit(&|p| (p.patient.weight, p.patient.height, p.patient.bsa) = (Stated::Absent, Stated::Absent, Stated::Absent));
    edit(&|p| (p.patient.egfr, p.patient.crcl) = (Stated::Absent, Stated::Absent));
    edit(&|p| (p.patient.pregnant, p.patient.gestation, p.patient.lmp) = (None, Stated::Absent, None));
    edit(&|p| (p.patient.lactating, p.patient.dialysis, p.patient.child_pugh) = (None, None, None));
    for i in 0..rx.items.len() + rx.current_medications.as_ref().map_or(0, Vec::len) {
        let mut item = |f: &dyn Fn(&mut shenfang_clinical::Item)| {
            edit(&|p| {
                let n = p.items.len();
                f(if i < n {
                    &mut p.items[i]
                } else {
                    &mut p.current_medications.as_mut().unwrap()[i - n].item
                });
            });
        };
        item(&|i| i.infusion = None);
        item(&|i| i.steps = None);
        item(&|i| i.skin_test = None);
        item(&|i| i.preparation = None);
        item(&|i| i.form = None);
        item(&|i| (i.strength, i.pack) = (Stated::Absent, Stated::Absent));
        item(&|i| (i.quantity, i.max_per_day) = (Stated::Absent, Stated::Absent));
        item(&|i| i.duration = Stated::Absent);
        item(&|i| i.frequency = Stated::Absent);
        item(&|i| i.route = Stated::Absent);
        item(&|i| i.dose = Stated::Absent);
    }
    out
}

/// A debug text without what is not there and without the insides of units.
pub fn brief(text: &str) -> String {
    let mut text = text.to_owned();
    for (from, to) in [
        (", factor: Ratio", "] }"),
        ("citations: [", "row: None"),
        ("Ratio { ", ": 1 }"),
    ] {
        let mut at = 0;
        while let Some(start) = text[at..].find(from).map(|i| i + at) {
            let Some(end) = text[start..].find(to).map(|i| start + i + to.len()) else {
                break;
            };
            let number = text[start..end]
                .strip_prefix("Ratio { num: ")
                .and_then(|t| t.strip_suffix(", den: 1 }"))
                .map(str::to_owned);
            match number {
                Some(n) if n.chars().all(|c| c.is_ascii_digit()) => text.replace_range(start..end, &n),
                _ if from.starts_with("Ratio") => at = start + from.len(),
                _ => text.replace_range(start..end, ""),
            }
        }
    }
    let kept: Vec<&str> = text
        .split(", ")
        .filter(|t| !t.ends_with(": None") && !t.ends_with(": Absent") && !t.ends_with(": []"))
        .collect();
    kept.join(", ")
        .replace(", locked: false, enabled: true", "")
        .replace("Quantity { value", "{")
}
