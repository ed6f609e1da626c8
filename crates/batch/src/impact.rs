//! What a change of rules does to prescriptions: which findings appear, vanish or change, and how many more or fewer a pharmacist must look at.
//!
//! Only the rules that differ, and those whose answer rests on them, are run, and only on prescriptions with a drug they look at; where both sides answer alike the whole reviews are
//! alike too, since no rule looks at another's answer. Where they do not, all other rules are run once for both.
//! What it never does: count a prescription it did not compare.
use crate::stream::each_record;
use crate::together::{Together, alike, differ};
use serde::Serialize;
use shenfang::knowledge::Difference;
use shenfang::{Category, Date, Prescription, Review, Reviewer, RuleSet, Scratch};
use std::collections::{BTreeMap, BTreeSet};
use std::{io::BufRead, ops::ControlFlow, sync::OnceLock};

/// Two rule sets made ready to be compared on prescriptions.
pub struct Comparison {
    /// what differs
    pub difference: Difference,
    whole: Sides,
    /// `None` where anything may answer otherwise
    part: Option<Part>,
}

/// The rules that differ and those that rest on them.
struct Part {
    sides: Sides,
    ids: BTreeSet<String>,
    /// all others, the same on both sides; made when first asked for
    others: OnceLock<Reviewer>,
}

struct Sides {
    old: Reviewer,
    new: Reviewer,
    /// both look at the same drugs
    alike: bool,
}

/// Buffers of one thread, for each of the rule sets that are run.
#[derive(Default)]
pub struct Buffers {
    sides: [Scratch; 2],
    others: Scratch,
}

impl Sides {
    fn of(old: Reviewer, new: Reviewer) -> Sides {
        let alike = old.program().looks_at_the_same(new.program());
        Sides { old, new, alike }
    }

    /// Whether either side may have anything to say; what does not resolve is the same for both.
    fn may_speak(&self, [old, new]: &mut [Scratch; 2], prescription: &Prescription) -> bool {
        self.old.may_speak(old, prescription) || (!self.alike && self.new.may_speak(new, prescription))
    }

    fn review<'p>(&'p self, [old, new]: &mut [Scratch; 2], prescription: &'p Prescription) -> (Review<'p>, Review<'p>) {
        let new = self.new.review_with(new, prescription);
        (self.old.review_with(old, prescription), new)
    }
}

impl Part {
    fn of(whole: &Sides, ids: BTreeSet<String>) -> Part {
        let only = |whole: &Reviewer| whole.only(&|id| ids.contains(id));
        Part {
            sides: Sides::of(only(&whole.old), only(&whole.new)),
            ids,
            others: OnceLock::new(),
        }
    }

    /// What all other rules find, without what they say of it: that is the same on both sides.
    fn others<'p>(&'p self, whole: &Sides, scratch: &mut Scratch, prescription: &'p Prescription) -> Review<'p> {
        let make = || whole.old.only(&|id| !self.ids.contains(id));
        self.others.get_or_init(make).outline_with(scratch, prescription)
    }
}

/// What came of the replay.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// prescriptions compared
    pub prescriptions: u64,
    /// records that could not be read
    pub unreadable: u64,
    /// prescriptions whose review differs
    pub affected: u64,
    /// findings by rule: what appears, vanishes, changes
    pub rules: BTreeMap<String, Changes>,
    /// the same by category
    pub categories: BTreeMap<Category, Counts>,
    /// the same by institution; empty text where none is given
    pub institutions: BTreeMap<String, Counts>,
    /// interruptive findings (warn, block) of the prescriptions on which the rules that differ do not answer alike
    pub interruptions: BeforeAfter,
    /// of the same prescriptions those that a pharmacist must look at: warned, blocked, or open at `major` or above
    pub load: BeforeAfter,
}

/// A number before and after.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq, Serialize)]
pub struct BeforeAfter {
    /// with the old rules
    pub before: u64,
    /// with the new rules
    pub after: u64,
}

/// Findings that differ.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// only after
    pub appeared: u64,
    /// only before
    pub vanished: u64,
    /// another severity, action, text, or folded under another finding on one side only
    pub changed: u64,
}

/// Differences of one rule, with the first prescription that shows each.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// how many
    #[serde(flatten)]
    pub counts: Counts,
    /// first prescription where it appears
    pub appeared_in: Option<String>,
    /// first prescription where it vanishes
    pub vanished_from: Option<String>,
    /// first prescription where it changes
    pub changed_in: Option<String>,
    /// prescriptions for which the rule could be judged before and cannot now
    pub newly_undetermined: u64,
    /// … and the other way round
    pub newly_determined: u64,
}

impl Comparison {
    /// Compares two rule sets. `on`: review date for sheets without one.
    pub fn new(old: &RuleSet, new: &RuleSet, on: Option<Date>) -> Comparison {
        let difference = old.knowledge().difference(new.knowledge());
        let reviewer = |rules: &RuleSet| rules.reviewer().on(on);
        let whole = Sides::of(reviewer(old), reviewer(new));
        let part = (!difference.everywhere).then(|| {
            let changed = shenfang_order::set(difference.rules.keys().cloned());
            let mut ids = old.knowledge().resting_on(&changed);
            ids.extend(new.knowledge().resting_on(&changed));
            Part::of(&whole, ids)
        });
        Comparison {
            difference,
            whole,
            part,
        }
    }

    /// The same, with every prescription reviewed whole on both sides: `interruptions` and `load` then count all of them.
    pub fn whole(self) -> Comparison {
        Comparison { part: None, ..self }
    }

    /// `{"difference": …, "impact": …}`, what came of a replay or null.
    pub fn to_json(&self, impact: Option<&Impact>) -> String {
        serde_json::json!({"difference": self.difference, "impact": impact}).to_string()
    }

    /// Compares one prescription.
    pub fn one(&self, buffers: &mut Buffers, prescription: &Prescription) -> Impact {
        let mut impact = Impact {
            prescriptions: 1,
            ..Impact::default()
        };
        let Buffers { sides, others } = buffers;
        if self
            .part
            .as_ref()
            .is_some_and(|part| !part.sides.may_speak(sides, prescription))
        {
            return impact;
        }
        let run = self.part.as_ref().map_or(&self.whole, |part| &part.sides);
        let (old, new) = run.review(sides, prescription);
        let alike = alike(&old, &new);
        if alike && self.part.is_some() {
            return impact;
        }
        let others = self
            .part
            .as_ref()
            .map(|part| part.others(&self.whole, others, prescription));
        let (before, after) = (Together::of(&old, others.as_ref()), Together::of(&new, others.as_ref()));
        impact.interruptions.add(before.interruptions(), after.interruptions());
        impact
            .load
            .add(u64::from(before.is_looked_at()), u64::from(after.is_looked_at()));
        if !alike && !before.is_like(&after) {
            impact.note(prescription, &before, &after);
        }
        impact
    }

    /// Compares every record of `reader`, side by side; `each` is told the bytes of every record in order and may stop.
    pub fn replay(&self, reader: impl BufRead, mut each: impl FnMut(usize) -> ControlFlow<()>) -> Impact {
        let mut impact = Impact::default();
        let compare = |buffers: &mut Buffers, bytes: usize, record: &shenfang_wire::Record| {
            let one = match &record.result {
                Ok(prescription) => self.one(buffers, prescription),
                Err(_) => Impact {
                    unreadable: 1,
                    ..Impact::default()
                },
            };
            (bytes, one)
        };
        each_record(reader, compare, |(bytes, one)| {
            impact.add(one);
            each(bytes)
        });
        impact
    }
}

impl BeforeAfter {
    fn add(&mut self, before: u64, after: u64) {
        self.before = self.before.saturating_add(before);
        self.after = self.after.saturating_add(after);
    }
}

/// What happens to a finding.
#[derive(Clone, Copy)]
enum Change {
    Appeared,
    Vanished,
    Changed,
}

impl Counts {
    fn count(&mut self, change: Change) {
        let number = match change {
            Change::Appeared => &mut self.appeared,
            Change::Vanished => &mut self.vanished,
            Change::Changed => &mut self.changed,
        };
        *number = number.saturating_add(1);
    }

    fn add(&mut self, other: Counts) {
        self.appeared = self.appeared.saturating_add(other.appeared);
        self.vanished = self.vanished.saturating_add(other.vanished);
        self.changed = self.changed.saturating_add(other.changed);
    }
}

impl Changes {
    fn count(&mut self, change: Change, prescription: &str) {
        self.counts.count(change);
        let witness = match change {
            Change::Appeared => &mut self.appeared_in,
            Change::Vanished => &mut self.vanished_from,
            Change::Changed => &mut self.changed_in,
        };
        witness.get_or_insert_with(|| prescription.to_owned());
    }

    fn add(&mut self, other: Changes) {
        self.counts.add(other.counts);
        let first = |own: &mut Option<String>, other: Option<String>| *own = own.take().or(other);
        first(&mut self.appeared_in, other.appeared_in);
        first(&mut self.vanished_from, other.vanished_from);
        first(&mut self.changed_in, other.changed_in);
        self.newly_undetermined = self.newly_undetermined.saturating_add(other.newly_undetermined);
        self.newly_determined = self.newly_determined.saturating_add(other.newly_determined);
    }
}

impl Impact {
    fn note(&mut self, prescription: &Prescription, old: &Together<'_>, new: &Together<'_>) {
        self.affected = 1;
        let institution = prescription.institution.id.as_deref().unwrap_or_default().to_owned();
        let (before, after) = (old.findings(), new.findings());
        let keys = shenfang_order::set(before.keys().chain(after.keys()).copied());
        for key in keys {
            let (change, category) = match (before.get(&key), after.get(&key)) {
                (None, Some((category, _))) => (Change::Appeared, *category),
                (Some((category, _)), None) => (Change::Vanished, *category),
                (Some((_, a)), Some((category, b))) if differ(*a, *b) => (Change::Changed, *category),
                _ => continue,
            };
            self.rules
                .entry(key.0.to_owned())
                .or_default()
                .count(change, &prescription.id);
            self.categories.entry(category).or_default().count(change);
            self.institutions.entry(institution.clone()).or_default().count(change);
        }
        let (before, after) = (old.open(), new.open());
        for rule in after.difference(&before) {
            let changes = self.rules.entry((*rule).to_owned()).or_default();
            changes.newly_undetermined = changes.newly_undetermined.saturating_add(1);
        }
        for rule in before.difference(&after) {
            let changes = self.rules.entry((*rule).to_owned()).or_default();
            changes.newly_determined = changes.newly_determined.saturating_add(1);
        }
    }

    /// Adds what came after it in the input.
    pub fn add(&mut self, other: Impact) {
        self.prescriptions = self.prescriptions.saturating_add(other.prescriptions);
        self.unreadable = self.unreadable.saturating_add(other.unreadable);
        self.affected = self.affected.saturating_add(other.affected);
        self.interruptions
            .add(other.interruptions.before, other.interruptions.after);
        self.load.add(other.load.before, other.load.after);
        for (rule, changes) in other.rules {
            self.rules.entry(rule).or_default().add(changes);
        }
        for (category, counts) in other.categories {
            self.categories.entry(category).or_default().add(counts);
        }
        for (institution, counts) in other.institutions {
            self.institutions.entry(institution).or_default().add(counts);
        }
    }
}
