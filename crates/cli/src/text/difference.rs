//! What differs between two rule sets, as a pharmacist reads it: the rules, then the findings, then the load.
use super::words::Words;
use shenfang::knowledge::{Difference, FieldChange, RuleChange};
use shenfang_batch::{BeforeAfter, Changes, Counts, Impact};
use std::fmt::Write;

/// Rules listed one by one; of more, the first.
const LISTED: usize = 50;

/// How the page is written.
pub struct Page {
    /// language
    pub words: Words,
    /// every prescription was reviewed whole
    pub whole: bool,
    /// prescriptions a day
    pub daily: u64,
}

impl Page {
    /// The page.
    pub fn render(&self, difference: &Difference, impact: Option<&Impact>) -> String {
        let mut out = String::new();
        let written = self.rules(&mut out, difference);
        let written = written.and_then(|()| impact.map_or(Ok(()), |impact| self.impact(&mut out, impact)));
        // Writing to a string does not fail.
        written.map_or_else(|_| String::new(), |()| out)
    }

    fn rules(&self, out: &mut String, difference: &Difference) -> std::fmt::Result {
        let words = self.words;
        let count = |of: fn(&RuleChange) -> bool| difference.rules.values().filter(|change| of(change)).count();
        let parts = [
            words.count(
                count(|c| matches!(c, RuleChange::Changed(_))),
                "条改变",
                "rule changed",
                "rules changed",
            ),
            words.count(count(|c| matches!(c, RuleChange::Added)), "条新增", "added", "added"),
            words.count(
                count(|c| matches!(c, RuleChange::Removed)),
                "条删除",
                "removed",
                "removed",
            ),
            words.count(
                count(|c| matches!(c, RuleChange::Worded)),
                "条只改文字",
                "only reworded",
                "only reworded",
            ),
        ];
        writeln!(out, "{}", parts.join(" · "))?;
        if difference.everywhere {
            let text = words.pick(
                "名称目录或推定策略不同：每条规则的结果都可能不同",
                "names or standing presumptions differ: any rule may answer otherwise",
            );
            writeln!(out, "! {text}")?;
        }
        for (rule, change) in difference.rules.iter().take(LISTED) {
            match change {
                RuleChange::Added => writeln!(out, "  + {rule}")?,
                RuleChange::Removed => writeln!(out, "  - {rule}")?,
                RuleChange::Worded => writeln!(out, "  \" {rule}")?,
                RuleChange::Changed(fields) => {
                    let fields: Vec<String> = fields.iter().map(field).collect();
                    writeln!(out, "  ~ {rule}  {}", fields.join(", "))?;
                }
            }
        }
        self.more(out, difference.rules.len())
    }

    fn impact(&self, out: &mut String, impact: &Impact) -> std::fmt::Result {
        let words = self.words;
        writeln!(
            out,
            "{} {} · {} {} · {} {}",
            words.pick("比较处方", "prescriptions compared"),
            impact.prescriptions,
            words.pick("结果不同", "whose review differs"),
            impact.affected,
            words.pick("无法读取", "unreadable"),
            impact.unreadable
        )?;
        for (rule, changes) in impact.rules.iter().take(LISTED) {
            writeln!(out, "  {rule}  {}", self.changes(changes))?;
        }
        self.more(out, impact.rules.len())?;
        for (category, counts) in &impact.categories {
            writeln!(
                out,
                "  {}  {}",
                words.category(*category),
                self.counts(*counts, [None, None, None])
            )?;
        }
        for (institution, counts) in impact.institutions.iter().take(LISTED) {
            let name = if institution.is_empty() {
                words.pick("未写机构", "no institution given")
            } else {
                institution
            };
            writeln!(out, "  {name}  {}", self.counts(*counts, [None, None, None]))?;
        }
        self.more(out, impact.institutions.len())?;
        let of = match self.whole {
            true => words.pick("（全部处方）", " (all prescriptions)"),
            false => words.pick(
                "（结果不同的处方，其余不变）",
                " (of those that differ; the others are unchanged)",
            ),
        };
        let interruptions = words.pick("每百张处方的警示与拦截", "warnings and blocks per 100 prescriptions");
        writeln!(
            out,
            "{interruptions}{of}: {}",
            per_hundred(impact.interruptions, impact.prescriptions)
        )?;
        let load = words.pick("每百张中须药师处理的处方", "prescriptions for the pharmacist per 100");
        writeln!(out, "{load}{of}: {}", per_hundred(impact.load, impact.prescriptions))?;
        let (sign, daily) = match impact.load.after.checked_sub(impact.load.before) {
            Some(more) => ('+', more),
            None => ('-', impact.load.before.saturating_sub(impact.load.after)),
        };
        let daily = daily
            .saturating_mul(self.daily)
            .checked_div(impact.prescriptions)
            .unwrap_or(0);
        let text = words.pick("预计每天增减", "to expect each day");
        writeln!(
            out,
            "{text}: {sign}{daily} ({} {})",
            words.pick("按每天处方数", "at a daily"),
            self.daily
        )
    }

    fn more(&self, out: &mut String, all: usize) -> std::fmt::Result {
        match all.checked_sub(LISTED) {
            Some(more) if more > 0 => writeln!(out, "  … {more}"),
            _ => Ok(()),
        }
    }

    fn changes(&self, changes: &Changes) -> String {
        let witness = [&changes.appeared_in, &changes.vanished_from, &changes.changed_in].map(Option::as_deref);
        let mut text = self.counts(changes.counts, witness);
        let undetermined = [
            (
                changes.newly_undetermined,
                self.words.pick("新无法判断", "newly undetermined"),
            ),
            (
                changes.newly_determined,
                self.words.pick("不再无法判断", "no longer undetermined"),
            ),
        ];
        for (number, word) in undetermined.iter().filter(|(number, _)| *number > 0) {
            let comma = if text.is_empty() { "" } else { " · " };
            text.push_str(&format!("{comma}{word} {number}"));
        }
        text
    }

    fn counts(&self, counts: Counts, witness: [Option<&str>; 3]) -> String {
        let named = [
            (counts.appeared, self.words.pick("出现", "appear")),
            (counts.vanished, self.words.pick("消失", "vanish")),
            (counts.changed, self.words.pick("改变", "change")),
        ];
        let said = named.iter().zip(witness).filter(|((number, _), _)| *number > 0);
        let said = said.map(|((number, word), witness)| match witness {
            Some(witness) => format!("{word} {number} ({witness})"),
            None => format!("{word} {number}"),
        });
        said.collect::<Vec<_>>().join(" · ")
    }
}

fn field(change: &FieldChange) -> String {
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("{}: {old} → {new}", change.field),
        _ => change.field.clone(),
    }
}

/// `1.67 → 3.33`.
fn per_hundred(numbers: BeforeAfter, all: u64) -> String {
    let hundredths = |number: u64| number.saturating_mul(10_000).checked_div(all).unwrap_or(0);
    let shown = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!(
        "{} → {}",
        shown(hundredths(numbers.before)),
        shown(hundredths(numbers.after))
    )
}
