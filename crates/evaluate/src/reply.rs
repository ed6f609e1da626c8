//! The reply: what was said of rules, one by one, put in order, joined and written.
//!
//! What it never does: judge, or leave anything out that was said.
use crate::csr::wide;
use crate::presume::Fate;
use crate::sheet::Sheet;
use crate::unrecognized;
use crate::verdict::{LineList, Open, Verdicts};
use shenfang_clinical::{Decision, Finding, OneOrMany, Prescription, Presumed, Review, Severity, Undetermined};
use shenfang_order::Order;
use smallvec::SmallVec;
use std::borrow::Cow;
use std::cmp::Ordering;

/// Places of findings, or of what is undecided, each with what orders it first: few, nearly always.
type Places = SmallVec<[(u64, usize); FEW]>;

/// So many are few: their places fit beside what orders them.
const FEW: usize = 16;

/// Those that are presumed come after the others.
const PRESUMED: u64 = 1 << 63;

/// Lines beyond so many are not told apart at first.
const LINES: u64 = (1 << 24) - 1;

/// Where the place of one of a few stands beside what orders it.
const PLACE: u64 = (1 << 4) - 1;

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
    let (undetermined, presumed) = write(sheet, verdicts.open.entries());
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
fn fold(found: &mut Vec<Finding<'_>>, about: &[(u32, LineList)]) {
    if found.len() <= 1 {
        return;
    }
    let lines = |at: usize| about.get(at).map_or(&[][..], |(_, lines)| lines);
    let mut places = Places::new();
    let keys = found.iter().zip(about);
    places.extend(
        keys.map(|(finding, (rule, lines))| key(finding.severity, &[*rule], lines))
            .zip(0..),
    );
    if !order_few(&mut places) {
        places.order_by(|(a, at), (b, other)| a.cmp(b).then_with(|| lines(*at).cmp(lines(*other))));
    }
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

/// The places of what is open, in order, each with what orders it first.
fn order(sheet: &Sheet<'_, '_>, open: &[Open], places: &mut Places) {
    let first = |Open { told, lines, .. }: &Open| {
        let presumed = u64::from(matches!(told.settled.fate, Fate::Presumed(_)));
        presumed << 63 | key(told.severity, &told.rules, lines)
    };
    places.extend(open.iter().map(first).zip(0..));
    if !order_few(places) {
        places.order_by(|(a, at), (b, other)| a.cmp(b).then_with(|| then(sheet, open.get(*at), open.get(*other))));
    }
}

/// Orders a few that all differ: each stands after as many as come before it. So nothing is compared that a processor would have to guess.
fn order_few(places: &mut Places) -> bool {
    let (mut keys, mut ordered) = ([u64::MAX; FEW], [u64::MAX; FEW]);
    for ((packed, (key, _)), at) in keys.iter_mut().zip(places.iter()).zip(0..) {
        *packed = key | at;
    }
    let Some(keys) = keys.get(..places.len()) else {
        return false;
    };
    for key in keys {
        let before = keys.iter().filter(|other| *other < key).count();
        if let Some(place) = ordered.get_mut(before) {
            *place = *key;
        }
    }
    let ordered = ordered.get(..places.len()).unwrap_or_default();
    let alike = |pair: &&[u64]| matches!(pair, [a, b] if a & !PLACE == b & !PLACE);
    if ordered.windows(2).filter(alike).count() > 0 {
        return false;
    }
    for (place, key) in places.iter_mut().zip(ordered) {
        *place = (*key, usize::try_from(key & PLACE).unwrap_or(usize::MAX));
    }
    true
}

/// What orders entries first: severity, the first rule, whether there are more of them; of a sole rule, the first line.
fn key(severity: Severity, rules: &[u32], lines: &[u32]) -> u64 {
    let rule = rules.first().map_or(0, |rule| u64::from(*rule));
    let line = lines
        .first()
        .map_or(0, |line| u64::from(*line).saturating_add(1).min(LINES));
    let more = rules.len() > 1;
    rank(severity) << 61 | rule << 29 | u64::from(more) << 28 | if more { 0 } else { line << 4 }
}

/// What orders them then: all rules, lines, what is written.
#[cold]
fn then(sheet: &Sheet<'_, '_>, a: Option<&Open>, b: Option<&Open>) -> Ordering {
    let (Some(a), Some(b)) = (a, b) else {
        return Ordering::Equal;
    };
    let written = |open: &Open| {
        let settled = &open.told.settled;
        (
            settled.fields.written(sheet),
            settled.fate == Fate::Gap,
            policy(sheet, settled.fate),
        )
    };
    let by_lines = a.told.rules.cmp(&b.told.rules).then_with(|| a.lines.cmp(&b.lines));
    by_lines.then_with(|| written(a).cmp(&written(b)))
}

/// The id of the policy that a presumption is of.
fn policy<'p>(sheet: &Sheet<'_, 'p>, fate: Fate) -> Option<&'p str> {
    match fate {
        Fate::Presumed(Some(place)) => Some(&sheet.tables.standing.get(wide(place))?.policy),
        _ => None,
    }
}

/// Writes down what could not be judged, and what rests on a presumption.
fn write<'p>(sheet: &Sheet<'_, 'p>, open: &mut [Open]) -> (Vec<Undetermined<'p>>, Vec<Presumed<'p>>) {
    let mut places = Places::new();
    order(sheet, open, &mut places);
    let undetermined = places.iter().filter(|(key, _)| *key < PRESUMED).count();
    let (undetermined, presumed) = places.split_at_checked(undetermined).unwrap_or_default();
    let rule = |open: &mut Open| OneOrMany::of(&sheet.tables.ids, std::mem::take(&mut open.told.rules));
    let undetermined = each(open, undetermined, |open| Undetermined {
        rule: rule(open),
        severity: open.told.severity,
        items: sheet.ids(&open.lines),
        needs: open.told.settled.fields.written(sheet),
        gap: open.told.settled.fate == Fate::Gap,
    });
    let presumed = each(open, presumed, |open| Presumed {
        rule: rule(open),
        severity: open.told.severity,
        items: sheet.ids(&open.lines),
        fields: open.told.settled.fields.written(sheet),
        policy: policy(sheet, open.told.settled.fate).map(Cow::Borrowed),
    });
    (undetermined, presumed)
}

/// Writes those at these places, in their order.
fn each<T>(open: &mut [Open], places: &[(u64, usize)], write: impl Fn(&mut Open) -> T) -> Vec<T> {
    let mut all = Vec::with_capacity(places.len());
    for (_, at) in places {
        if let Some(open) = open.get_mut(*at) {
            all.push(write(open));
        }
    }
    all
}
