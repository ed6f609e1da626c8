//! The reply: what was said of rules, one by one, put in order, joined and written.
//!
//! What it never does: judge, or leave anything out that was said.
use crate::csr::wide;
use crate::presume::{Fate, Settled};
use crate::sheet::Sheet;
use crate::unrecognized;
use crate::verdict::{Found, LineList, Open, Verdicts};
use rustc_hash::FxHasher;
use shenfang_clinical::{Decision, Finding, OneOrMany, Prescription, Presumed, Review, Undetermined};
use shenfang_order::Order;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::hash::{Hash, Hasher};

/// Entries by key and place: few, nearly always.
type Places = SmallVec<[(u64, usize); 16]>;

/// The reply, from what was said of each rule.
pub(crate) fn reply<'p>(sheet: &Sheet<'_, 'p>, rx: &'p Prescription, verdicts: &mut Verdicts<'p>) -> Review<'p> {
    let found = std::mem::take(&mut verdicts.found);
    // What is folded under a more severe finding may still ask for the stronger action.
    let strongest = found.iter().map(|found| Decision::from(found.finding.action)).max();
    let findings = fold(found);
    let (undetermined, presumed) = write(sheet, &mut verdicts.open);
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

/// The places of what is told, in order: of entries that share lines, fields and fate the first, which takes in the others.
fn join(sheet: &Sheet<'_, '_>, open: &mut [Open]) -> Places {
    let mut places: Places = open.iter().map(key).zip(0..).collect();
    places.order_by(|(a, at), (b, other)| a.cmp(b).then_with(|| about(open, *at).cmp(&about(open, *other))));
    places.dedup_by(|(next, other), (first, at)| {
        let same = next == first && about(open, *other) == about(open, *at);
        if same {
            let more = open
                .get_mut(*other)
                .map(|open| (open.severity, std::mem::take(&mut open.rules)));
            if let (Some((severity, rules)), Some(open)) = (more, open.get_mut(*at)) {
                open.severity = open.severity.max(severity);
                open.rules.extend(rules);
            }
        }
        same
    });
    for (_, at) in &places {
        if let Some(rules) = open.get_mut(*at).map(|open| &mut open.rules)
            && !rules.is_sorted_by(|a, b| a < b)
        {
            rules.order();
            rules.dedup();
        }
    }
    places.order_by(|(_, at), (_, other)| {
        let (Some(a), Some(b)) = (open.get(*at), open.get(*other)) else {
            return Ordering::Equal;
        };
        let key = |open: &Open| (is_presumed(open), Reverse(open.severity));
        let by_rules = || a.rules.cmp(&b.rules).then_with(|| a.lines.cmp(&b.lines));
        let fate = |open: &Open| (open.settled.fate == Fate::Gap, policy(sheet, open));
        let written = |open: &Open| (open.settled.fields.written(sheet), fate(open));
        key(a)
            .cmp(&key(b))
            .then_with(by_rules)
            .then_with(|| written(a).cmp(&written(b)))
    });
    places
}

/// What is told once of an entry.
fn about(open: &[Open], at: usize) -> Option<(&LineList, &Settled)> {
    open.get(at).map(|open| (&open.lines, &open.settled))
}

/// The same for what is told once, and hardly ever for anything else.
fn key(open: &Open) -> u64 {
    let mut hasher = FxHasher::default();
    open.lines.iter().for_each(|line| hasher.write_u32(*line));
    open.settled.fields.paths.iter().for_each(|need| need.hash(&mut hasher));
    hasher.finish()
}

fn is_presumed(open: &Open) -> bool {
    matches!(open.settled.fate, Fate::Presumed(_))
}

/// The id of the policy that a presumption is of.
fn policy<'p>(sheet: &Sheet<'_, 'p>, open: &Open) -> Option<&'p str> {
    match open.settled.fate {
        Fate::Presumed(Some(place)) => Some(&sheet.tables.standing.get(wide(place))?.policy),
        _ => None,
    }
}

/// Writes down what could not be judged, and what rests on a presumption.
fn write<'p>(sheet: &Sheet<'_, 'p>, open: &mut [Open]) -> (Vec<Undetermined<'p>>, Vec<Presumed<'p>>) {
    let places = join(sheet, open);
    let presumed = places.iter().filter(|(_, at)| open.get(*at).is_some_and(is_presumed));
    let presumed = presumed.count();
    let undetermined = places.len().saturating_sub(presumed);
    let (mut undetermined, mut presumed) = (Vec::with_capacity(undetermined), Vec::with_capacity(presumed));
    for (_, at) in places {
        let Some(open) = open.get_mut(at) else { continue };
        let rule = OneOrMany::of(&sheet.tables.ids, std::mem::take(&mut open.rules));
        let severity = open.severity;
        let written = open.lines.iter().filter_map(|line| sheet.written(*line));
        let items = written.map(|item| Cow::Borrowed(&*item.id)).collect();
        let fields = open.settled.fields.written(sheet);
        match open.settled.fate {
            Fate::Presumed(_) => presumed.push(Presumed {
                rule,
                severity,
                items,
                fields,
                policy: policy(sheet, open).map(Cow::Borrowed),
            }),
            fate => undetermined.push(Undetermined {
                rule,
                severity,
                items,
                needs: fields,
                gap: fate == Fate::Gap,
            }),
        }
    }
    (undetermined, presumed)
}
