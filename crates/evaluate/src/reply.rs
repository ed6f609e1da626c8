//! The reply: what was said of rules, one by one, put in order, joined and written.
//!
//! What it never does: judge, or leave anything out that was said.
use crate::sheet::Sheet;
use crate::unrecognized;
use crate::verdict::{Found, LineList, Open, Rests, RuleList, Verdicts};
use shenfang_clinical::{Decision, Finding, OneOrMany, Prescription, Presumed, Review, Severity, Str, Undetermined};
use shenfang_order::Order;
use std::borrow::Cow;
use std::cmp::Reverse;

/// The reply, from what was said of each rule.
pub(crate) fn reply<'p>(sheet: &Sheet<'_, 'p>, rx: &'p Prescription, verdicts: Verdicts<'p>) -> Review<'p> {
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
        rules: Cow::Borrowed(&sheet.tables.identity),
    }
}

/// Orders findings; of those on the same lines in the same category the most severe stays and names the others.
fn fold(mut found: Vec<Found<'_>>) -> Vec<Finding<'_>> {
    found.order_by(|a, b| {
        let key = |f: &Found| Reverse(f.finding.severity);
        let by_rule = a.finding.rule.cmp(&b.finding.rule);
        key(a).cmp(&key(b)).then(by_rule).then_with(|| a.lines.cmp(&b.lines))
    });
    let mut kept: Vec<Found<'_>> = Vec::with_capacity(found.len());
    for next in found {
        let same = |known: &&mut Found| {
            !next.lines.is_empty() && known.lines == next.lines && known.finding.category == next.finding.category
        };
        match kept.iter_mut().find(same) {
            Some(stronger) if stronger.finding.rule != next.finding.rule => {
                let Finding { rule, .. } = *next.finding;
                stronger.finding.also.push(rule);
            }
            Some(_) => {}
            None => kept.push(next),
        }
    }
    let also_sorted = kept.into_iter().map(|mut found| {
        found.finding.also.order();
        found.finding.also.dedup();
        *found.finding
    });
    also_sorted.collect()
}

/// Joins entries that share lines and needs.
fn undetermined<'p>(sheet: &Sheet<'_, 'p>, mut open: Vec<Open>) -> Vec<Undetermined<'p>> {
    open.order_by(|a, b| {
        let key = |o: &Open| (o.gap, Reverse(o.severity));
        let needs = a.needs.paths.cmp(&b.needs.paths);
        a.lines.cmp(&b.lines).then(needs).then(key(a).cmp(&key(b)))
    });
    let groups = open.chunk_by_mut(|a, b| a.lines == b.lines && a.needs == b.needs && a.gap == b.gap);
    let mut joined: Vec<_> = groups
        .filter_map(|group| {
            let rules = rules_of(group.iter_mut().map(|o| std::mem::take(&mut o.rules)));
            let strongest = group.first()?;
            let needs = strongest.needs.written(sheet);
            Some((
                Reverse(strongest.severity),
                rules,
                &strongest.lines,
                needs,
                strongest.gap,
            ))
        })
        .collect();
    joined.order();
    let entry = |(severity, rules, lines, needs, gap): (Reverse<Severity>, RuleList, &LineList, _, _)| Undetermined {
        rule: OneOrMany::of(&sheet.tables.ids, rules),
        severity: severity.0,
        items: ids(sheet, lines),
        needs,
        gap,
    };
    joined.into_iter().map(entry).collect()
}

/// Joins entries that share fields, lines and policy.
fn presumed<'p>(sheet: &Sheet<'_, 'p>, mut rests: Vec<Rests<'p>>) -> Vec<Presumed<'p>> {
    rests.order_by(|a, b| {
        let key = |r: &Rests| Reverse(r.severity);
        let fields = a.fields.paths.cmp(&b.fields.paths);
        let by = a.lines.cmp(&b.lines).then(fields).then_with(|| a.policy.cmp(&b.policy));
        by.then(key(a).cmp(&key(b)))
    });
    let groups = rests.chunk_by_mut(|a, b| a.lines == b.lines && a.fields == b.fields && a.policy == b.policy);
    let mut joined: Vec<_> = groups
        .filter_map(|group| {
            let rules = rules_of(group.iter_mut().map(|r| std::mem::take(&mut r.rules)));
            let strongest = group.first()?;
            let fields = strongest.fields.written(sheet);
            Some((
                Reverse(strongest.severity),
                rules,
                &strongest.lines,
                fields,
                strongest.policy,
            ))
        })
        .collect();
    joined.order();
    let entry =
        |(severity, rules, lines, fields, policy): (Reverse<Severity>, RuleList, &LineList, _, Option<&'p str>)| {
            Presumed {
                rule: OneOrMany::of(&sheet.tables.ids, rules),
                severity: severity.0,
                items: ids(sheet, lines),
                fields,
                policy: policy.map(Cow::Borrowed),
            }
        };
    joined.into_iter().map(entry).collect()
}

/// All of them, ascending, each once.
fn rules_of(mut rules: impl Iterator<Item = RuleList>) -> RuleList {
    let mut all = rules.next().unwrap_or_default();
    let one = all.len();
    rules.for_each(|more| all.extend(more));
    if all.len() > one {
        all.order();
        all.dedup();
    }
    all
}

fn ids<'p>(sheet: &Sheet<'_, 'p>, lines: &[u32]) -> Vec<Str<'p>> {
    let written = lines.iter().filter_map(|line| sheet.written(*line));
    written.map(|item| Cow::Borrowed(&*item.id)).collect()
}
