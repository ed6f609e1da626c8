//! The example runner: each example is reviewed with the catalogue and the rules of its own pack, and must give exactly what it says.
use crate::rows::{RowReport, check_rows};
use shenfang::{Bilingual, Example, Expectation, RuleSet, Span, clinical::Review};
use std::collections::BTreeMap;

/// What running the examples of one pack showed.
#[derive(Clone, Debug, Default)]
pub struct TestReport {
    /// examples that ran
    pub examples: usize,
    /// examples that differed
    pub failures: Vec<ExampleFailure>,
    /// rules and doses written as text
    pub written: usize,
    /// titles of the passing examples that show each rule
    pub shown_by: BTreeMap<String, Vec<String>>,
    /// of those, the ones no passing example shows firing
    pub without_example: Vec<String>,
    /// table rows
    pub rows: RowReport,
    /// rows for which no record can be made by itself, and which a passing example shows
    pub rows_by_example: usize,
}

/// An example that did not give what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// title
    pub title: String,
    /// where it stands
    pub span: Span,
    /// what differed, one line each
    pub differences: Vec<Bilingual>,
}

impl TestReport {
    /// How many rules, doses and rows are shown by a passing example or by the check of their row, and how many there are.
    pub fn coverage(&self) -> (usize, usize) {
        let all = self
            .written
            .saturating_add(self.rows.checked)
            .saturating_add(self.rows_by_example)
            .saturating_add(self.rows.uncovered.len());
        (all.saturating_sub(self.without_example.len()), all)
    }
    /// Nothing differed. Rules that no example shows stand in `without_example`.
    pub fn passed(&self) -> bool {
        self.failures.is_empty() && self.rows.failures.is_empty()
    }
}

/// Runs the examples and checks the rows of `rules`, which hold one pack.
pub fn test(rules: &RuleSet) -> TestReport {
    test_with_all(rules, rules)
}

/// The same, the examples reviewed by the rules of `all`: what other packs find in them differs from what they say.
pub fn test_with_all(rules: &RuleSet, all: &RuleSet) -> TestReport {
    let reviewer = all.reviewer();
    let mut report = TestReport::default();
    for example in rules.examples() {
        report.examples = report.examples.saturating_add(1);
        let differences = differences(example, &reviewer.review(&example.prescription));
        if differences.is_empty() {
            for rule in example.expects.iter().filter_map(fired) {
                report
                    .shown_by
                    .entry(rule.to_owned())
                    .or_default()
                    .push(example.title.clone());
            }
        } else {
            report.failures.push(ExampleFailure {
                title: example.title.clone(),
                span: example.span,
                differences,
            });
        }
    }
    report.rows = check_rows(rules.knowledge(), &rules.reviewer(), &mut |_, _| {});
    let (shown_by, rows) = (&report.shown_by, &mut report.rows);
    let undrafted = rows.uncovered.len();
    rows.uncovered.retain(|(rule, _)| !shown_by.contains_key(rule));
    report.rows_by_example = undrafted.saturating_sub(rows.uncovered.len());
    let knowledge = rules.knowledge();
    let findings = knowledge
        .rules()
        .iter()
        .map(|r| &r.finding)
        .chain(knowledge.doses().iter().map(|d| &d.finding));
    // A rule that is off until a policy enables it cannot be shown by its pack alone.
    for finding in findings.filter(|f| f.row.is_none() && f.enabled) {
        report.written = report.written.saturating_add(1);
        if !report.shown_by.contains_key(&finding.id) {
            report.without_example.push(finding.id.clone());
        }
    }
    report.without_example.extend(
        report
            .rows
            .uncovered
            .iter()
            .map(|(rule, why)| format!("{rule} ({why})")),
    );
    report
}

fn fired(expectation: &Expectation) -> Option<&str> {
    match expectation {
        Expectation::Finding { rule, .. } => Some(rule),
        Expectation::Undetermined { .. } | Expectation::Presumed { .. } => None,
    }
}

fn differences(example: &Example, review: &Review<'_>) -> Vec<Bilingual> {
    let mut out = Vec::new();
    for expectation in &example.expects {
        out.extend(missing(expectation, review));
    }
    for finding in &review.findings {
        if !example.expects.iter().any(|e| fired(e) == Some(&finding.rule)) {
            out.push(Bilingual::new(
                format!(
                    "多出 {} {}（{}）",
                    finding.rule,
                    finding.severity.zh(),
                    finding.message.zh
                ),
                format!(
                    "unexpected {} {} ({})",
                    finding.rule,
                    finding.severity.code(),
                    finding.message.en
                ),
            ));
        }
    }
    out
}

fn missing(expectation: &Expectation, review: &Review<'_>) -> Option<Bilingual> {
    match expectation {
        Expectation::Finding { rule, severity } => {
            let found = review.findings.iter().find(|f| f.rule == *rule);
            match (found, severity) {
                (None, _) => Some(Bilingual::new(
                    format!("应得 {rule}，未得到"),
                    format!("expected {rule}, which did not fire"),
                )),
                (Some(f), Some(s)) if f.severity != *s => Some(Bilingual::new(
                    format!("{rule} 应为 {}，实为 {}", s.zh(), f.severity.zh()),
                    format!("{rule} should be {}, is {}", s.code(), f.severity.code()),
                )),
                _ => None,
            }
        }
        Expectation::Undetermined { rule, needs } => {
            let entries: Vec<_> = review.undetermined.iter().filter(|u| u.rule.contains(rule)).collect();
            if entries.is_empty() {
                return Some(Bilingual::new(
                    format!("{rule} 应为无法判断，却有结论"),
                    format!("{rule} should be undetermined, it was judged"),
                ));
            }
            let wanted = needs.as_ref()?;
            if entries.iter().any(|u| u.needs == *wanted) {
                return None;
            }
            let seen: Vec<String> = entries.iter().map(|u| u.needs.join(" ")).collect();
            Some(Bilingual::new(
                format!("{rule} 应缺 {}，实缺 {}", wanted.join(" "), seen.join(" / ")),
                format!("{rule} should need {}, needs {}", wanted.join(" "), seen.join(" / ")),
            ))
        }
        Expectation::Presumed { rule } if review.presumed.iter().any(|p| p.rule.contains(rule)) => None,
        Expectation::Presumed { rule } => Some(Bilingual::new(
            format!("{rule} 应列入推定，没有列入"),
            format!("{rule} should be presumed, it is not"),
        )),
    }
}
