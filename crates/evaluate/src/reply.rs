//! The reply: what was said of rules, one by one, put in order, joined and written.
//!
//! What it never does: judge, or leave anything out that was said.
use crate::csr::wide;
use crate::presume::Fate;
use crate::sheet::Sheet;
use crate::unrecognized;
use crate::verdict::{LAST, LineList, Open, Verdicts};
use shenfang_clinical::{Decision, Finding, OneOrMany, Prescription, Presumed, Review, Severity, Undetermined};
use shenfang_order::Order;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Places of findings, or of what is undecided, each with what orders it first: few, nearly always.
type Places = SmallVec<[(u64, usize); 16]>;

/// Those that are presumed come after the others.
const PRESUMED: u64 = 1 << 34;

/// The reply, from what was said of each rule. `recognised`: lines of which all is known to be.
pub(crate) fn reply<'p>(
    sheet: &Sheet<'_, 'p>,
    rx: &'p Prescription,
    recognised: &dyn Fn(u32) -> bool,
    verdicts: &mut Verdicts<'p>,
) -> Review<'p> {
    let mut findings = std::mem::take(&mut verdicts.found);
    // What is folded under a more severe finding may still ask for the stronger action.
    let strongest = findings.iter().map(|found| Decision::from(found.action)).max();
    fold(&mut findings, &verdicts.about);
    let (undetermined, presumed) = write(sheet, &mut verdicts.open);
    let unrecognized = unrecognized::find(sheet, recognised);
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
fn fold(found: &mut Vec<Finding<'_>>, about: &[LineList]) {
    if found.len() <= 1 {
        return;
    }
    let lines = |at: usize| about.get(at).map_or(&[][..], |lines| lines);
    let mut places = Places::new();
    places.extend(found.iter().map(|finding| rank(finding.severity)).zip(0..));
    places.order_by(|(a, at), (b, other)| {
        let rule = |at: usize| found.get(at).map(|finding| &finding.rule);
        let by_rule = a.cmp(b).then_with(|| rule(*at).cmp(&rule(*other)));
        by_rule.then_with(|| lines(*at).cmp(lines(*other)))
    });
    let mut kept = Places::new();
    for (rank, at) in &places {
        let category = |at: usize| found.get(at).map(|finding| finding.category);
        let same = |(_, known): &&(u64, usize)| lines(*known) == lines(*at) && category(*known) == category(*at);
        let stronger = kept.iter().find(same).filter(|_| !lines(*at).is_empty());
        let Some((_, stronger)) = stronger else {
            kept.push((*rank, *at));
            continue;
        };
        if let Ok([stronger, next]) = found.get_disjoint_mut([*stronger, *at])
            && stronger.rule != next.rule
        {
            stronger.also.push(std::mem::take(&mut next.rule));
        }
    }
    for place in 0..kept.len() {
        let from = |at: usize| kept.get(at).map_or(at, |(_, from)| *from);
        let mut at = from(place);
        // What stood at an earlier place went, in exchange, to where that place's own came from.
        while at < place {
            at = from(at);
        }
        if at > place {
            found.swap(place, at);
        }
    }
    found.truncate(kept.len());
    for finding in found {
        finding.also.order();
        finding.also.dedup();
    }
}

/// The more severe first.
fn rank(severity: Severity) -> u64 {
    match severity {
        Severity::Contraindicated => 0,
        Severity::Major => 1,
        Severity::Moderate => 2,
        Severity::Minor => 3,
    }
}

/// The places of what is told, in order: of entries that are told together the first, which takes in the others.
fn join(sheet: &Sheet<'_, '_>, open: &mut [Open], places: &mut Places) {
    places.extend(open.iter().map(first).zip(0..));
    // Fewer were joined as they were said.
    if open.len() > LAST {
        join_many(open, places);
    }
    places.order_by(|(a, at), (b, other)| a.cmp(b).then_with(|| then(sheet, open.get(*at), open.get(*other))));
}

/// Joins what is told together, however far apart it was said.
#[cold]
#[inline(never)]
fn join_many(open: &mut [Open], places: &mut Places) {
    for ((key, _), open) in places.iter_mut().zip(&*open) {
        *key = open.key;
    }
    let about = |at: usize| open.get(at).map(Open::about);
    places.order_by(|(a, at), (b, other)| a.cmp(b).then_with(|| about(*at).cmp(&about(*other))));
    places.dedup_by(|(_, next), (_, first)| {
        let Ok([first, next]) = open.get_disjoint_mut([*first, *next]) else {
            return false;
        };
        let together = first.is_about(next.key, next.about());
        if together {
            first.take_in(next.severity, std::mem::take(&mut next.rules));
        }
        together
    });
    for (key, at) in places.iter_mut() {
        *key = open.get(*at).map_or(u64::MAX, first);
    }
}

/// What orders entries first: whether they are presumed, severity, the first rule.
fn first(open: &Open) -> u64 {
    let rule = open.rules.first().map_or(0, |rule| u64::from(*rule));
    let presumed = if is_presumed(open) { PRESUMED } else { 0 };
    presumed | rank(open.severity) << 32 | rule
}

/// What orders them then: all rules, lines, what is written.
#[cold]
fn then(sheet: &Sheet<'_, '_>, a: Option<&Open>, b: Option<&Open>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return Ordering::Equal;
    };
    let written = |open: &Open| {
        let gap = open.settled.fate == Fate::Gap;
        (open.settled.fields.written(sheet), gap, policy(sheet, open))
    };
    let by_lines = a.rules.cmp(&b.rules).then_with(|| a.lines.cmp(&b.lines));
    by_lines.then_with(|| written(a).cmp(&written(b)))
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
    let mut places = Places::new();
    join(sheet, open, &mut places);
    let undetermined = places.iter().filter(|(key, _)| *key < PRESUMED).count();
    let presumed = places.len().saturating_sub(undetermined);
    let (mut undetermined, mut presumed) = (Vec::with_capacity(undetermined), Vec::with_capacity(presumed));
    for (_, at) in &places {
        let Some(open) = open.get_mut(*at) else { continue };
        let rule = OneOrMany::of(&sheet.tables.ids, std::mem::take(&mut open.rules));
        let severity = open.severity;
        let items = sheet.ids(&open.lines);
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
