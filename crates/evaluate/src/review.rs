//! One review from beginning to end: resolve, find members, judge the rules they lead to, put the reply in order.
use crate::bind::bind;
use crate::csr::wide;
use crate::evaluate::{View, in_force};
use crate::judge::Policy;
use crate::members::Span;
use crate::needs::Needs;
use crate::program::Tables;
use crate::sheet::{Scratch, Sheet};
use crate::verdict::{Found, Open, Rests, Verdicts};
use crate::{dose, members, report, resolve, unrecognized};
use jiff::civil::Date;
use shenfang_clinical::{Decision, Finding, OneOrMany, Prescription, Presumed, Review, Severity, Undetermined};
use shenfang_units::Truth;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::cmp::Reverse;

/// Reviews one prescription.
pub(crate) fn review<'p>(
    tables: &Tables,
    scratch: &mut Scratch,
    rx: &'p Prescription,
    review_date: Option<Date>,
) -> Review<'p> {
    resolve::resolve(&tables.catalogue, rx, scratch);
    members::find(tables, scratch);
    let Scratch {
        lines,
        senses,
        patched,
        history,
        members,
        index,
    } = scratch;
    let sheet = Sheet {
        tables,
        rx,
        today: rx.authored_on.as_ref().map(|moment| moment.date).or(review_date),
        review_date,
        lines,
        senses,
        patched,
        history,
        members,
        spans: &index.spans,
        stamp: index.stamp,
        facts: OnceCell::new(),
    };
    let mut verdicts = Verdicts::default();
    rules(&sheet, &mut index.seen, &mut verdicts);
    dose::judge(&sheet, &index.doses, &mut verdicts);
    reply(&sheet, rx, verdicts)
}

/// Judges every rule that some line leads to, each once.
fn rules(sheet: &Sheet<'_>, seen: &mut [u32], verdicts: &mut Verdicts) {
    let rules = &sheet.tables.rules;
    // Where current medications are not known, any one variable is enough to leave a rule open.
    let ways = match sheet.rx.current_medications {
        Some(_) => &rules.triggers,
        None => &rules.mentions,
    };
    for members in sheet.members.chunk_by(|a, b| a.target == b.target) {
        let target = members.first().map_or(u32::MAX, |member| member.target);
        for number in ways.row(target) {
            match seen.get_mut(wide(*number)) {
                Some(stamp) if *stamp != sheet.stamp => *stamp = sheet.stamp,
                _ => continue,
            }
            rule(sheet, *number, verdicts);
        }
    }
    let open: &[u32] = match sheet.rx.current_medications {
        Some(_) => &[],
        None => &rules.with_any,
    };
    for number in rules.always.iter().chain(open) {
        match seen.get_mut(wide(*number)) {
            Some(stamp) if *stamp != sheet.stamp => *stamp = sheet.stamp,
            _ => continue,
        }
        rule(sheet, *number, verdicts);
    }
}

fn rule(sheet: &Sheet<'_>, number: u32, verdicts: &mut Verdicts) {
    let Some(rule) = sheet.tables.rules.rules.get(wide(number)) else {
        return;
    };
    let may_be_phantom = sheet.rx.current_medications.is_none();
    let bindable = rule.bindings.iter().all(|binding| {
        let has_members = |span: &Span| span.at(sheet.stamp).is_some();
        binding.any
            || sheet.spans.get(wide(binding.target)).is_some_and(has_members)
            || (may_be_phantom && binding.origin != shenfang_knowledge::Origin::Prescribed)
    });
    if !bindable || in_force(&rule.says, sheet) == Truth::False {
        return;
    }
    let policy = Policy::of(&rule.says, sheet);
    if policy.silent {
        return;
    }
    let (found, cut_short) = bind(sheet, rule, &policy);
    for bound in &found {
        let view = View {
            sheet,
            slots: bound.slots(),
            assumed: &[],
        };
        report::report(&view, rule, &policy, bound.rank, verdicts);
    }
    if cut_short {
        let mut needs = Needs::default();
        needs.add("items");
        verdicts.open.push(Open {
            rule: rule.says.id.clone(),
            severity: policy.severity.unwrap_or(rule.says.severity),
            lines: Vec::new(),
            needs,
            gap: false,
        });
    }
}

fn reply<'p>(sheet: &Sheet<'_>, rx: &'p Prescription, verdicts: Verdicts) -> Review<'p> {
    let Verdicts { found, open, rests } = verdicts;
    // What is folded under a more severe finding may still ask for the stronger action.
    let strongest = found.iter().map(|found| Decision::from(found.finding.action)).max();
    let findings = fold(found);
    let undetermined = undetermined(sheet, open);
    let presumed = presumed(sheet, rests);
    let unrecognized = unrecognized::find(sheet);
    let open = undetermined.iter().map(|entry| entry.severity);
    let gap = open.chain(unrecognized.iter().map(|entry| entry.severity)).max();
    let nothing = if gap.is_none() {
        Decision::Pass
    } else {
        Decision::Unjudged
    };
    Review {
        id: Cow::Borrowed(&rx.id),
        decision: strongest.unwrap_or(nothing),
        complete: gap.is_none(),
        gap,
        findings,
        undetermined,
        presumed,
        unrecognized,
        rules: sheet.tables.identity.clone(),
    }
}

/// Orders findings; of those on the same lines in the same category the most severe stays and names the others.
fn fold(mut found: Vec<Found>) -> Vec<Finding> {
    found.sort_by(|a, b| {
        let key = |f: &Found| Reverse(f.finding.severity);
        let by_rule = a.finding.rule.cmp(&b.finding.rule);
        key(a).cmp(&key(b)).then(by_rule).then_with(|| a.lines.cmp(&b.lines))
    });
    let mut kept: Vec<Found> = Vec::new();
    for next in found {
        let same = |known: &&mut Found| {
            !next.lines.is_empty() && known.lines == next.lines && known.finding.category == next.finding.category
        };
        match kept.iter_mut().find(same) {
            Some(stronger) if stronger.finding.rule != next.finding.rule => {
                stronger.finding.also.push(next.finding.rule);
            }
            Some(_) => {}
            None => kept.push(next),
        }
    }
    let also_sorted = kept.into_iter().map(|mut found| {
        found.finding.also.sort();
        found.finding.also.dedup();
        found.finding
    });
    also_sorted.collect()
}

/// Joins entries that share lines and needs.
fn undetermined(sheet: &Sheet<'_>, mut open: Vec<Open>) -> Vec<Undetermined> {
    open.sort_by(|a, b| {
        let key = |o: &Open| (o.lines.clone(), o.needs.paths.clone(), o.gap, o.rule.clone());
        key(a).cmp(&key(b))
    });
    let groups = open.chunk_by(|a, b| a.lines == b.lines && a.needs == b.needs && a.gap == b.gap);
    let mut joined: Vec<_> = groups
        .filter_map(|group| {
            let first = group.first()?;
            let severity = group.iter().map(|o| o.severity).max()?;
            let entry = Undetermined {
                rule: rules_of(group.iter().map(|o| &o.rule)),
                severity,
                items: ids(sheet, &first.lines),
                needs: first.needs.paths.clone(),
                gap: first.gap,
            };
            Some((first.lines.clone(), entry))
        })
        .collect();
    joined.sort_by(|(lines, a), (other, b)| {
        order(a.severity, &a.rule, lines)
            .cmp(&order(b.severity, &b.rule, other))
            .then_with(|| a.needs.cmp(&b.needs))
    });
    joined.into_iter().map(|(_, entry)| entry).collect()
}

/// Joins entries that share fields, lines and policy.
fn presumed(sheet: &Sheet<'_>, mut rests: Vec<Rests>) -> Vec<Presumed> {
    rests.sort_by(|a, b| {
        let key = |r: &Rests| {
            (
                r.lines.clone(),
                r.fields.paths.clone(),
                r.policy.clone(),
                r.rule.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    let same = |a: &Rests, b: &Rests| a.lines == b.lines && a.fields == b.fields && a.policy == b.policy;
    let mut joined: Vec<_> = rests
        .chunk_by(same)
        .filter_map(|group| {
            let first = group.first()?;
            let severity = group.iter().map(|r| r.severity).max()?;
            let entry = Presumed {
                rule: rules_of(group.iter().map(|r| &r.rule)),
                severity,
                items: ids(sheet, &first.lines),
                fields: first.fields.paths.clone(),
                policy: first.policy.clone(),
            };
            Some((first.lines.clone(), entry))
        })
        .collect();
    joined.sort_by(|(lines, a), (other, b)| {
        order(a.severity, &a.rule, lines)
            .cmp(&order(b.severity, &b.rule, other))
            .then_with(|| a.fields.cmp(&b.fields))
    });
    joined.into_iter().map(|(_, entry)| entry).collect()
}

fn order<'o>(
    severity: Severity,
    rule: &'o OneOrMany,
    lines: &'o [u32],
) -> (Reverse<Severity>, &'o OneOrMany, &'o [u32]) {
    (Reverse(severity), rule, lines)
}

fn rules_of<'o>(rules: impl Iterator<Item = &'o String>) -> OneOrMany {
    let mut rules: Vec<String> = rules.cloned().collect();
    rules.sort();
    rules.dedup();
    OneOrMany(rules)
}

fn ids(sheet: &Sheet<'_>, lines: &[u32]) -> Vec<String> {
    let written = lines.iter().filter_map(|line| sheet.written(*line));
    written.map(|item| item.id.to_string()).collect()
}
