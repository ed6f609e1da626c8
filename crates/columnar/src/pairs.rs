//! What is said of two lines that stand on one sheet, where it depends on nothing but the two: reviewed once, by themselves, and remembered.
//!
//! What it never does: judge by itself, or remember of two lines what is more than findings about both.
use crate::{cell::Cell, entries::words};
use rustc_hash::FxHashMap;
use shenfang::{Bearing, Decision, Reviewer, Scratch, Severity};
use shenfang_clinical::{Finding, Item, Prescription, Review};
use std::{borrow::Cow, cmp::Reverse, collections::hash_map::Entry};

/// Most pairs kept.
const MOST: usize = 1 << 15;

/// A finding about two lines, as the columns have it.
pub(crate) struct Said {
    severity: Severity,
    words: [Box<str>; 5],
}

impl Said {
    fn of(finding: &Finding<'_>) -> Said {
        Said {
            severity: finding.severity,
            words: words(finding).map(Box::from),
        }
    }

    /// Its texts, in the order of the columns.
    pub(crate) fn words(&self) -> [&str; 5] {
        self.words.each_ref().map(|word| &**word)
    }
}

/// What is said of two lines.
struct OfTwo {
    decision: Decision,
    findings: Vec<Said>,
}

/// What one thread has reviewed of pairs of lines, for one program.
#[derive(Default)]
pub(crate) struct Pairs {
    /// `None`: the sheet is to be looked at
    known: FxHashMap<(Bearing, Bearing), Option<u32>>,
    said: Vec<OfTwo>,
    /// of the sheet at hand, by place: what is said of two lines, which of its findings, and the two
    hits: Vec<(u32, usize, (u32, u32))>,
}

/// What is said of the pairs of lines of one sheet.
pub(crate) struct SaidOfPairs<'t> {
    pub(crate) decision: Decision,
    pairs: &'t Pairs,
    /// ids of lines; without them they are counted from 1
    ids: Option<&'t Cell<'t>>,
    /// the row of the first line
    first: usize,
}

impl Pairs {
    /// Forgets the pairs of the sheet before, and where there are too many, all.
    pub(crate) fn begin(&mut self) {
        self.hits.clear();
        if self.known.len() >= MOST {
            self.known.clear();
            self.said.clear();
        }
    }

    /// Adds what is said of two lines in these places of the sheet at hand; the decision they lead to. `None`: that cannot be told of the two alone.
    pub(crate) fn add(
        &mut self,
        bearings: (Bearing, Bearing),
        places: (u32, u32),
        items: impl FnOnce() -> Option<[Item; 2]>,
        (reviewer, scratch): (&Reviewer, &mut Scratch),
    ) -> Option<Decision> {
        let at = match self.known.entry(bearings) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let found = items().and_then(|items| of_two(items, reviewer, scratch));
                let at = u32::try_from(self.said.len()).ok().filter(|_| found.is_some());
                self.said.extend(found);
                *free.insert(at)
            }
        };
        let at = at?;
        let said = self.said.get(usize::try_from(at).ok()?)?;
        self.hits
            .extend((0..said.findings.len()).map(|finding| (at, finding, places)));
        Some(said.decision)
    }

    fn finding(&self, (at, finding, _): (u32, usize, (u32, u32))) -> Option<&Said> {
        self.said.get(usize::try_from(at).ok()?)?.findings.get(finding)
    }

    /// What is said of the sheet at hand, in the order of a review.
    pub(crate) fn said<'t>(
        &'t mut self,
        decision: Decision,
        ids: Option<&'t Cell<'t>>,
        first: usize,
    ) -> SaidOfPairs<'t> {
        if self.hits.len() > 1 {
            let mut hits = std::mem::take(&mut self.hits);
            hits.sort_by(|a, b| {
                let key = |hit| self.finding(hit).map(|said| (Reverse(said.severity), &said.words[0]));
                key(*a).cmp(&key(*b)).then(a.2.cmp(&b.2))
            });
            self.hits = hits;
        }
        SaidOfPairs {
            decision,
            pairs: self,
            ids,
            first,
        }
    }
}

impl<'t> SaidOfPairs<'t> {
    /// The ids of two lines.
    pub(crate) fn ids(&self, (a, b): (u32, u32)) -> [Cow<'t, str>; 2] {
        [a, b].map(|place| {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            match self.ids {
                Some(ids) => Cow::Borrowed(ids.text(self.first.saturating_add(place)).unwrap_or_default()),
                None => Cow::Owned(place.saturating_add(1).to_string()),
            }
        })
    }

    /// The findings, each with the places of its two lines.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&'t Said, (u32, u32))> {
        let pairs = self.pairs;
        pairs
            .hits
            .iter()
            .filter_map(move |hit| Some((pairs.finding(*hit)?, hit.2)))
    }
}

/// The review of a sheet of the two, of a patient who takes nothing else; `None` where it says anything but findings about both.
fn of_two([one, other]: [Item; 2], reviewer: &Reviewer, scratch: &mut Scratch) -> Option<OfTwo> {
    let ids = ["1", "2"];
    let sheet = Prescription {
        id: "1".into(),
        items: vec![
            Item {
                id: ids[0].into(),
                ..one
            },
            Item {
                id: ids[1].into(),
                ..other
            },
        ],
        current_medications: Some(Vec::new()),
        ..Prescription::default()
    };
    let Review {
        decision,
        complete,
        findings,
        undetermined,
        presumed,
        unrecognized,
        ..
    } = reviewer.outline_with(scratch, &sheet);
    let more = !complete || !undetermined.is_empty() || !presumed.is_empty() || !unrecognized.is_empty();
    let of_both = findings.iter().all(|finding| finding.items == ids);
    (!more && of_both).then(|| OfTwo {
        decision,
        findings: findings.iter().map(Said::of).collect(),
    })
}
