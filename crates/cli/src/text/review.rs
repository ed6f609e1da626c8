//! One review as a pharmacist reads it: decision, items, findings folded by kind, what could not be judged and why.
//!
//! What it never does: decide anything, or hide a finding (only low-graded ones of one kind share a heading).
use super::field;
use super::words::{Words, severity_style};
use anstyle::Style;
use shenfang::{
    Language,
    clinical::{
        Coded, Decision, DosageStep, Finding, Item, Prescription, Presumed, Reason, Review, Severity, Str, Text,
        Undetermined, Unrecognized,
    },
};
use shenfang_wire::RecordError;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// Renders one review; colours are ANSI, stripped by the stream where it has none.
pub fn review(prescription: &Prescription, review: &Review<'_>, language: Language) -> String {
    let mut page = Page {
        prescription,
        words: Words(language),
        out: String::new(),
    };
    page.heading(review);
    page.items();
    page.findings(&review.findings);
    page.undetermined(&review.undetermined);
    page.presumed(&review.presumed);
    page.unrecognized(&review.unrecognized);
    page.out.push('\n');
    page.out
}

/// Renders a record that could not be read.
pub fn error(line: u64, id: Option<&str>, error: &RecordError, language: Language) -> String {
    let words = Words(language);
    let style = severity_style(Severity::Contraindicated);
    let place = if error.path.is_empty() {
        String::new()
    } else {
        format!("  {}", error.path)
    };
    format!(
        "{style}{}{style:#}  {} {line}{}{place}  {}\n\n",
        words.pick("无法读取", "unreadable"),
        words.pick("第", "line"),
        id.map(|id| format!("{} {id}", words.pick(" 行", "")))
            .unwrap_or_else(|| words.pick(" 行", "").to_owned()),
        words.pick(&error.message.zh, &error.message.en)
    )
}

/// Severity, the fields that are missing, whether no limit speaks at all.
type Lacking<'e> = (Reverse<Severity>, &'e [Str<'e>], bool);

struct Page<'a> {
    prescription: &'a Prescription,
    words: Words,
    out: String,
}

impl Page<'_> {
    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.out, "{:indent$}{text}", "");
    }

    fn heading(&mut self, review: &Review<'_>) {
        let style = match review.decision {
            Decision::Block => severity_style(Severity::Contraindicated),
            Decision::Warn => severity_style(Severity::Major),
            Decision::Inform | Decision::Unjudged => severity_style(Severity::Moderate),
            Decision::Log | Decision::Pass => severity_style(Severity::Minor),
        };
        let gap = match review.gap {
            None => self.words.pick("审核完整", "complete").to_owned(),
            Some(gap) => format!(
                "{} ({})",
                self.words
                    .pick("审核不完整，不等于通过", "incomplete, which is not a pass"),
                self.words.severity(gap)
            ),
        };
        let bold = Style::new().bold();
        let (sheet, decision) = (
            self.words.pick("处方", "prescription"),
            self.words.decision(review.decision),
        );
        let text = format!("{bold}{sheet} {}{bold:#}  {style}{decision}{style:#}  {gap}", review.id);
        self.line(0, &text);
    }

    fn items(&mut self) {
        for item in &self.prescription.items {
            let text = item_line(item);
            self.line(2, &text);
        }
        for medication in self.prescription.current_medications.iter().flatten() {
            let text = format!(
                "{} [{}]",
                item_line(&medication.item),
                self.words.pick("现用", "current")
            );
            self.line(2, &text);
        }
    }

    fn findings(&mut self, findings: &[Finding]) {
        let mut groups: Vec<(&str, Severity, Vec<&Finding>)> = Vec::new();
        for finding in findings {
            let kind = finding.kind.as_deref().unwrap_or(&finding.rule);
            match groups
                .iter_mut()
                .find(|(k, severity, _)| *k == kind && *severity == finding.severity)
            {
                Some((_, _, members)) => members.push(finding),
                None => groups.push((kind, finding.severity, vec![finding])),
            }
        }
        for (_, severity, members) in groups {
            self.group(severity, &members);
        }
    }

    /// A finding that interrupts is told in full; several weak ones of a kind share one heading and a line each.
    fn group(&mut self, severity: Severity, members: &[&Finding]) {
        let Some(first) = members.first() else { return };
        let style = severity_style(severity);
        let mark = format!(
            "{style}[{} {}]{style:#} {}",
            self.words.severity(severity),
            self.words.action(first.action),
            self.words.category(first.category)
        );
        if members.len() == 1 {
            self.line(2, &format!("{mark}  {}", self.words.text(&first.message)));
            self.detail(first);
            return;
        }
        let codes = first.review_code.clone();
        self.line(
            2,
            &format!(
                "{mark} × {}  ({} {codes})",
                members.len(),
                self.words.pick("点评", "review code")
            ),
        );
        for finding in members {
            let action = if finding.action == first.action {
                String::new()
            } else {
                format!("  [{}]", self.words.action(finding.action))
            };
            let message = self.words.text(&finding.message).to_owned();
            self.line(6, &format!("{message}{action}"));
            if severity >= Severity::Major {
                self.detail(finding);
            }
        }
        if severity < Severity::Major {
            self.cite(first);
        }
    }

    fn detail(&mut self, finding: &Finding) {
        let because: Vec<String> = finding.because.iter().map(|reason| self.reason(reason)).collect();
        if !because.is_empty() {
            let text = format!(
                "{}: {}",
                self.words.pick("因为", "because"),
                because.join(self.words.pick("；", "; "))
            );
            self.line(6, &text);
        }
        for (item, meaning) in &finding.meaning {
            let text = format!("{} {item}: {meaning}", self.words.pick("若为", "if it means"));
            self.line(6, &text);
        }
        if let Some(advice) = &finding.advice {
            let text = format!("{}: {}", self.words.pick("建议", "advice"), self.words.text(advice));
            self.line(6, &text);
        }
        if let Some(policy) = &finding.policy {
            let text = format!(
                "{} {}: {} {} → {} {}",
                self.words.pick("机构策略", "policy"),
                policy.id,
                self.words.severity(policy.from.severity),
                self.words.action(policy.from.action),
                self.words.severity(finding.severity),
                self.words.action(finding.action)
            );
            self.line(6, &text);
        }
        self.cite(finding);
    }

    fn cite(&mut self, finding: &Finding) {
        let sources: Vec<String> = finding
            .sources
            .iter()
            .map(|s| {
                let locator = s.locator.as_deref().map(|l| format!(" {l}")).unwrap_or_default();
                let expired = if s.expired {
                    self.words.pick("（已过有效期）", " (expired)")
                } else {
                    ""
                };
                format!("{}{locator}{expired}", s.citation)
            })
            .collect();
        let dim = Style::new().dimmed();
        let text = format!(
            "{dim}{}  {} {} · {}{dim:#}",
            sources.join(self.words.pick("；", "; ")),
            self.words.pick("点评", "review code"),
            finding.review_code,
            finding.rule
        );
        self.line(6, &text);
    }

    fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::Is { item, is } => format!("{item} {}", is.join(" → ")),
            Reason::Expression {
                expression,
                value,
                derived,
            } => match derived {
                Some(how) => format!("{expression} [{value}; {how}]"),
                None => format!("{expression} [{value}]"),
            },
            Reason::Shared { shared } => format!(
                "{} {}",
                self.words.pick("共有", "shared"),
                shared.join(self.words.pick("、", ", "))
            ),
            Reason::Formula { formula } => format!("{} {formula}", self.words.pick("方名", "formula")),
        }
    }

    /// Entries that lack the same fields are told together: the field is what a person can supply.
    fn undetermined(&mut self, entries: &[Undetermined]) {
        let mut by_need: BTreeMap<Lacking<'_>, (Vec<&str>, BTreeSet<&str>)> = BTreeMap::new();
        for entry in entries {
            let (items, rules) = by_need
                .entry((Reverse(entry.severity), &entry.needs, entry.gap))
                .or_default();
            items.extend(entry.items.iter().map(|item| &**item));
            rules.extend(entry.rule.iter());
        }
        for ((severity, needs, gap), (mut items, rules)) in by_need {
            items.sort_unstable_by_key(|i| self.place(i));
            items.dedup();
            let rules = rules.len();
            let what = if gap {
                self.words
                    .pick("限量不适用于该患者", "no limit speaks for this patient")
                    .to_owned()
            } else {
                format!("{} {}", self.words.pick("缺", "missing"), self.fields(needs))
            };
            let style = severity_style(severity.0);
            let text = format!(
                "{style}? {} {}{style:#}  {what}  ({}{})",
                self.words.pick("无法判断", "undetermined"),
                self.words.severity(severity.0),
                self.words.count(rules, "条规则", "rule", "rules"),
                self.items_note(&items)
            );
            self.line(2, &text);
        }
    }

    fn fields(&self, paths: &[Str<'_>]) -> String {
        let said: Vec<String> = paths.iter().map(|path| field::said(path, self.words.0)).collect();
        said.join(self.words.pick("、", ", "))
    }

    fn place(&self, id: &str) -> usize {
        self.prescription
            .items
            .iter()
            .position(|i| &*i.id == id)
            .unwrap_or(usize::MAX)
    }

    fn items_note(&self, items: &[&str]) -> String {
        let all = items.len() > 1 && items.len() >= self.prescription.items.len();
        match items {
            [] => String::new(),
            _ if all => format!(
                "{}{}",
                self.words.pick("，", ", "),
                self.words.pick("各药", "every item")
            ),
            some => format!(
                "{}{} {}",
                self.words.pick("，", ", "),
                self.words.pick("药", "item"),
                some.join(" ")
            ),
        }
    }

    fn presumed(&mut self, entries: &[Presumed]) {
        for entry in entries {
            let text = format!(
                "~ {} {}  {}  ({}{})",
                self.words.pick("推定", "presumed"),
                self.words.severity(entry.severity),
                self.fields(&entry.fields),
                entry.rule.iter().collect::<Vec<_>>().join(self.words.pick("、", ", ")),
                entry.policy.as_deref().map(|p| format!("; {p}")).unwrap_or_default()
            );
            self.line(2, &text);
        }
    }

    fn unrecognized(&mut self, entries: &[Unrecognized]) {
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for entry in entries {
            let path = || entry.path.as_deref().map(|path| field::said(path, self.words.0));
            let item = entry.item.as_deref().map(str::to_owned);
            let place = item.or_else(path).unwrap_or_default();
            names.entry(&entry.text).or_default().push(place);
        }
        let mut told: Vec<&str> = Vec::new();
        for entry in entries {
            if told.contains(&&*entry.text) {
                continue;
            }
            told.push(&entry.text);
            let style = severity_style(entry.severity);
            let places = names.get(&*entry.text).map(|p| p.join(" ")).unwrap_or_default();
            let candidates = match entry.candidates.as_slice() {
                [] => String::new(),
                list => format!("  {} {}", self.words.pick("是否为", "did you mean"), list.join(" | ")),
            };
            let reason = entry
                .reason
                .map(|r| format!(" ({})", self.words.unrecognized_reason(r)))
                .unwrap_or_default();
            let text: String = entry.text.chars().take(60).collect();
            let line = format!(
                "{style}? {}{style:#}  {places} “{text}”{reason}{candidates}",
                self.words.pick("未识别", "unrecognized")
            );
            self.line(2, &line);
        }
    }
}

fn item_line(item: &Item) -> String {
    let mut parts = vec![item.id.to_string(), coded(&item.drug)];
    let texts = [item.strength.text(), item.dose.text(), item.frequency.text()];
    parts.extend(texts.into_iter().flatten().map(str::to_owned));
    let steps: Vec<String> = item.steps.iter().flatten().map(step).collect();
    if !steps.is_empty() {
        parts.push(steps.join(" + "));
    }
    let rate = item.infusion.as_ref().and_then(|infusion| infusion.rate.text());
    let texts = [item.route.text(), rate, item.duration.text(), item.quantity.text()];
    parts.extend(texts.into_iter().flatten().map(str::to_owned));
    parts.extend(
        item.preparation
            .iter()
            .flatten()
            .filter_map(|f| f.text())
            .map(str::to_owned),
    );
    parts.join(" ")
}

/// `30 mg qd 3 d`, as the sheet has it.
fn step(step: &DosageStep) -> String {
    let texts = [step.dose.text(), step.frequency.text(), step.duration.text()];
    let texts: Vec<&str> = texts.into_iter().flatten().collect();
    texts.join(" ")
}

fn coded(what: &Coded) -> String {
    what.name
        .as_deref()
        .or(what.code.as_deref())
        .unwrap_or_default()
        .chars()
        .take(80)
        .collect()
}

impl Words {
    fn text<'t>(&self, text: &'t Text) -> &'t str {
        self.pick(&text.zh, &text.en)
    }
}
