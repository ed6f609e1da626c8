//! What the rules that a change can touch, and all others, say of a sheet together: findings are folded and entries joined as a review of all of them
//! would, so that the others are run once for both sides of a comparison.
//!
//! What it never does: judge, or join what two reviews say of the same rule.
use shenfang::clinical::{OneOrMany, Presumed, SourceRef, Str, Undetermined};
use shenfang::{Action, Category, Decision, Finding, Review, Severity};
use shenfang_order::Order;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What is said of a sheet.
pub(crate) struct Together<'r> {
    part: &'r Review<'r>,
    others: Option<&'r Review<'r>>,
    findings: Vec<Told<'r>>,
}

/// A finding that stands, and the rules folded under it, ascending.
struct Told<'r> {
    finding: &'r Finding<'r>,
    also: Vec<&'r str>,
}

/// What could not be judged, or rests on a presumption: which fields of which items, then how grave it may be, and for which rules.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'r> {
    items: &'r [Str<'r>],
    fields: &'r [Str<'r>],
    gap: bool,
    policy: Option<&'r str>,
    severity: Severity,
    rule: &'r OneOrMany<'r>,
}

/// A finding that stands by itself, or none for one that is folded under another.
pub(crate) type Said<'r> = Option<&'r Finding<'r>>;

impl<'r> Together<'r> {
    /// What `part` and, where there are any, the others say.
    pub fn of(part: &'r Review<'r>, others: Option<&'r Review<'r>>) -> Together<'r> {
        let mut findings: Vec<Told> = others.iter().flat_map(|r| &r.findings).map(Told::of).collect();
        for finding in &part.findings {
            let mut known = findings.iter_mut();
            match known.find(|told| told.is_of(finding)) {
                Some(told) => told.join(finding),
                None => findings.push(Told::of(finding)),
            }
        }
        findings.order_by_key(|told| (&told.finding.items, &told.finding.rule));
        Together { part, others, findings }
    }

    /// Whether both say the same, where the others say the same on both sides.
    pub fn is_like(&self, other: &Together<'r>) -> bool {
        self.findings.len() == other.findings.len()
            && self.findings.iter().zip(&other.findings).all(|(a, b)| a.is_like(b))
            && self.undetermined() == other.undetermined()
            && self.presumed() == other.presumed()
            && self.part.unrecognized == other.part.unrecognized
    }

    /// Findings that warn or block.
    pub fn interruptions(&self) -> u64 {
        let interrupts = |told: &&Told| matches!(told.finding.action, Action::Warn | Action::Block);
        u64::try_from(self.findings.iter().filter(interrupts).count()).unwrap_or(u64::MAX)
    }

    /// Whether a pharmacist must look at the sheet: warned, blocked, or open at `major` or above.
    pub fn is_looked_at(&self) -> bool {
        let looked_at = |review: &&Review| {
            matches!(review.decision, Decision::Warn | Decision::Block) || review.gap >= Some(Severity::Major)
        };
        looked_at(&self.part) || self.others.as_ref().is_some_and(looked_at)
    }

    /// Findings by rule and items; one that is folded under another says only that it is there.
    pub fn findings(&self) -> BTreeMap<(&str, &[Str<'_>]), (Category, Said<'_>)> {
        let mut all = BTreeMap::new();
        for Told { finding, also } in &self.findings {
            let items = &*finding.items;
            all.insert((&*finding.rule, items), (finding.category, Some(*finding)));
            for folded in also {
                all.entry((*folded, items)).or_insert((finding.category, None));
            }
        }
        all
    }

    /// Rules of the part that could not be judged.
    pub fn open(&self) -> BTreeSet<&str> {
        shenfang_order::set(self.part.undetermined.iter().flat_map(|entry| entry.rule.iter()))
    }

    fn undetermined(&self) -> Vec<Entry<'r>> {
        let others = self.others.map_or(&[][..], |review| &review.undetermined);
        Entry::joined(&self.part.undetermined, others)
    }

    fn presumed(&self) -> Vec<Entry<'r>> {
        let others = self.others.map_or(&[][..], |review| &review.presumed);
        Entry::joined(&self.part.presumed, others)
    }
}

impl<'r> Told<'r> {
    fn of(finding: &'r Finding<'r>) -> Told<'r> {
        Told {
            finding,
            also: finding.also.iter().map(|rule| &**rule).collect(),
        }
    }

    /// Whether the two are folded: one category on the same items.
    fn is_of(&self, other: &Finding<'_>) -> bool {
        let own = self.finding;
        !own.items.is_empty() && (own.category, &own.items) == (other.category, &other.items)
    }

    /// The more severe stays, of equals the first by name.
    fn join(&mut self, other: &'r Finding<'r>) {
        let rank = |finding: &Finding<'r>| (Reverse(finding.severity), finding.rule.clone());
        let folded = match rank(other) < rank(self.finding) {
            true => std::mem::replace(&mut self.finding, other),
            false => other,
        };
        self.also.push(&folded.rule);
        self.also.extend(other.also.iter().map(|rule| &**rule));
        self.also.order();
        self.also.dedup();
    }

    fn is_like(&self, other: &Told<'_>) -> bool {
        let (a, b) = (self.finding, other.finding);
        let same = std::ptr::eq(a, b) || ((&a.rule, &a.items) == (&b.rule, &b.items) && says_alike(a, b));
        same && self.also == other.also
    }
}

/// What becomes an entry.
trait Listed {
    fn entry(&self) -> Entry<'_>;
}

impl Listed for Undetermined<'_> {
    fn entry(&self) -> Entry<'_> {
        Entry {
            items: &self.items,
            fields: &self.needs,
            gap: self.gap,
            policy: None,
            severity: self.severity,
            rule: &self.rule,
        }
    }
}

impl Listed for Presumed<'_> {
    fn entry(&self) -> Entry<'_> {
        Entry {
            items: &self.items,
            fields: &self.fields,
            gap: false,
            policy: self.policy.as_deref(),
            severity: self.severity,
            rule: &self.rule,
        }
    }
}

impl<'r> Entry<'r> {
    /// The entries of a part, as grave as those of the others that they are joined with; of the rules, those of the part.
    fn joined<L: Listed>(part: &'r [L], others: &'r [L]) -> Vec<Entry<'r>> {
        let join = |own: &'r L| {
            let own = own.entry();
            let same = |other: &Entry| {
                (own.items, own.fields, own.gap, own.policy) == (other.items, other.fields, other.gap, other.policy)
            };
            let other = others.iter().map(L::entry).find(same);
            Entry {
                severity: own.severity.max(other.map_or(own.severity, |other| other.severity)),
                ..own
            }
        };
        let mut all: Vec<Entry> = part.iter().map(join).collect();
        all.order();
        all
    }
}

/// Whether two reviews say the same; which rule set they name is no matter, nor where a table row stands.
pub(crate) fn alike(old: &Review<'_>, new: &Review<'_>) -> bool {
    let same = |(a, b): (&Finding<'_>, &Finding<'_>)| {
        (&a.rule, &a.items, &a.also) == (&b.rule, &b.items, &b.also) && says_alike(a, b)
    };
    old.findings.len() == new.findings.len()
        && old.findings.iter().zip(&new.findings).all(same)
        && old.undetermined == new.undetermined
        && old.presumed == new.presumed
        && old.unrecognized == new.unrecognized
}

/// Whether two findings of one rule on the same items say the same.
fn says_alike(a: &Finding<'_>, b: &Finding<'_>) -> bool {
    let cited = |a: &SourceRef<'_>, b: &SourceRef<'_>| {
        (&a.id, &a.citation, &a.locator, a.expired) == (&b.id, &b.citation, &b.locator, b.expired)
    };
    (a.severity, a.action, a.category) == (b.severity, b.action, b.category)
        && (&a.message, &a.advice, &a.because, &a.meaning) == (&b.message, &b.advice, &b.because, &b.meaning)
        && (&a.subject, &a.kind, &a.review_code, &a.policy, &a.dose)
            == (&b.subject, &b.kind, &b.review_code, &b.policy, &b.dose)
        && a.sources.len() == b.sources.len()
        && a.sources.iter().zip(&b.sources).all(|(a, b)| cited(a, b))
}

/// Whether what is said of one rule and the same items differs.
pub(crate) fn differ(a: Said<'_>, b: Said<'_>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => !std::ptr::eq(a, b) && !says_alike(a, b),
        (a, b) => a.is_some() != b.is_some(),
    }
}
