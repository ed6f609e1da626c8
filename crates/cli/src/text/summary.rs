//! The last lines of a run: how many of what, and how often prescribers would be interrupted.
use super::words::Words;
use shenfang::clinical::{Action, Category, Decision, Review};
use std::collections::{BTreeMap, BTreeSet};

/// Counts of a run.
#[derive(Default)]
pub struct Summary {
    reviewed: usize,
    errors: usize,
    items: usize,
    unrecognized_items: usize,
    ambiguous_items: usize,
    incomplete: usize,
    decisions: BTreeMap<Decision, usize>,
    /// prescriptions and findings that interrupt (warn or block), by category
    interruptive: BTreeMap<Category, (usize, usize)>,
    interrupted: usize,
}

impl Summary {
    /// Counts one review.
    pub fn review(&mut self, items: usize, review: &Review<'_>) {
        self.reviewed = self.reviewed.saturating_add(1);
        self.items = self.items.saturating_add(items);
        let drugs = |reason: Option<&str>| {
            review
                .unrecognized
                .iter()
                .filter(|u| u.item.is_some() && u.reason == reason)
                .count()
        };
        self.unrecognized_items = self.unrecognized_items.saturating_add(drugs(None));
        self.ambiguous_items = self.ambiguous_items.saturating_add(drugs(Some("ambiguous")));
        self.incomplete = self.incomplete.saturating_add(usize::from(!review.complete));
        let decision = self.decisions.entry(review.decision).or_default();
        *decision = decision.saturating_add(1);
        let mut categories = BTreeSet::new();
        for finding in review.findings.iter().filter(|f| f.action >= Action::Warn) {
            let (sheets, findings) = self.interruptive.entry(finding.category).or_default();
            *findings = findings.saturating_add(1);
            *sheets = sheets.saturating_add(usize::from(categories.insert(finding.category)));
        }
        self.interrupted = self.interrupted.saturating_add(usize::from(!categories.is_empty()));
    }
    /// Adds the counts of another run.
    pub fn add(&mut self, other: Summary) {
        self.reviewed = self.reviewed.saturating_add(other.reviewed);
        self.errors = self.errors.saturating_add(other.errors);
        self.items = self.items.saturating_add(other.items);
        self.unrecognized_items = self.unrecognized_items.saturating_add(other.unrecognized_items);
        self.ambiguous_items = self.ambiguous_items.saturating_add(other.ambiguous_items);
        self.incomplete = self.incomplete.saturating_add(other.incomplete);
        self.interrupted = self.interrupted.saturating_add(other.interrupted);
        for (decision, n) in other.decisions {
            let entry = self.decisions.entry(decision).or_default();
            *entry = entry.saturating_add(n);
        }
        for (category, (sheets, findings)) in other.interruptive {
            let entry = self.interruptive.entry(category).or_default();
            *entry = (entry.0.saturating_add(sheets), entry.1.saturating_add(findings));
        }
    }
    /// Counts a record that could not be read.
    pub fn error(&mut self) {
        self.errors = self.errors.saturating_add(1);
    }
    /// More than one record was seen.
    pub fn worth_telling(&self) -> bool {
        self.reviewed.saturating_add(self.errors) > 1
    }
    /// The strongest decision seen.
    pub fn strongest(&self) -> Option<Decision> {
        self.decisions.keys().next_back().copied()
    }
    /// Records that could not be read.
    pub fn errors(&self) -> usize {
        self.errors
    }
    /// The lines.
    pub fn lines(&self, words: Words) -> String {
        let per_hundred = |n: usize| hundredths(n, self.reviewed);
        let mut out = format!(
            "{} {}{} {}\n",
            words.pick("审核", "reviewed"),
            words.count(self.reviewed, "张处方", "prescription", "prescriptions"),
            words.pick("，无法读取", ", unreadable"),
            self.errors
        );
        let decisions: Vec<String> = self
            .decisions
            .iter()
            .rev()
            .map(|(d, n)| format!("{} {n}", words.decision(*d)))
            .collect();
        out += &format!(
            "  {}: {} · {} {}\n",
            words.pick("结论", "decisions"),
            decisions.join(" · "),
            words.pick("审核不完整", "incomplete"),
            self.incomplete
        );
        out += &format!(
            "  {}: {} / {} ({} %) · {} {}\n",
            words.pick("未识别药名", "unrecognized drug names"),
            self.unrecognized_items,
            self.items,
            hundredths(self.unrecognized_items, self.items),
            words.pick("一名多药", "ambiguous"),
            self.ambiguous_items
        );
        out += &format!(
            "  {}: {}\n",
            words.pick(
                "每百张处方中被打断（警示或拦截）的处方",
                "prescriptions interrupted (warn or block) per 100"
            ),
            per_hundred(self.interrupted)
        );
        for (category, (sheets, findings)) in &self.interruptive {
            out += &format!(
                "    {}: {} {} · {} {}\n",
                words.category(*category),
                per_hundred(*sheets),
                words.pick("张", "prescriptions"),
                per_hundred(*findings),
                words.pick("条", "findings")
            );
        }
        out
    }
}

/// `100 n / of`, rounded to two decimals, integers only.
fn hundredths(n: usize, of: usize) -> String {
    let half = of.checked_div(2).unwrap_or(0);
    let scaled = n
        .saturating_mul(10_000)
        .saturating_add(half)
        .checked_div(of)
        .unwrap_or(0);
    let (whole, rest) = (
        scaled.checked_div(100).unwrap_or(0),
        scaled.checked_rem(100).unwrap_or(0),
    );
    format!("{whole}.{rest:02}")
}
