//! What running examples showed, as JSON.
use serde::Serialize;
use shenfang::{Bilingual, RuleSet, SourceMap};
use shenfang_batch::{TestReport, test};
use std::collections::BTreeMap;

/// What one pack showed.
#[derive(Serialize)]
struct Pack {
    pack: String,
    passed: bool,
    /// examples that ran
    examples: usize,
    /// examples that differed
    failures: Vec<Failure>,
    /// table rows checked by themselves
    rows: usize,
    /// rows that differed
    row_failures: Vec<RowFailure>,
    /// titles of the passing examples that show each rule
    shown_by: BTreeMap<String, Vec<String>>,
    /// rules and rows that no passing example shows
    without_example: Vec<String>,
}

#[derive(Serialize)]
struct Failure {
    title: String,
    path: String,
    line: usize,
    differences: Vec<Bilingual>,
}

#[derive(Serialize)]
struct RowFailure {
    rule: String,
    row: String,
    message: Bilingual,
}

/// Runs the examples and checks the rows of every pack (of one, where it is named).
pub(crate) fn run(rules: &RuleSet, map: &SourceMap, only: Option<&str>) -> String {
    let packs = rules.knowledge().packs().iter().map(|pack| &pack.id);
    let wanted = packs.filter(|id| only.is_none_or(|only| *id == only));
    let told: Vec<Pack> = wanted.map(|id| pack(id, test(&rules.only(id)), map)).collect();
    serde_json::to_string(&told).unwrap_or_default()
}

fn pack(id: &str, report: TestReport, map: &SourceMap) -> Pack {
    let passed = report.passed();
    let failure = |failure: shenfang_batch::ExampleFailure| {
        let (path, line, _) = map.position(failure.span);
        Failure {
            title: failure.title,
            path: path.to_owned(),
            line,
            differences: failure.differences,
        }
    };
    let row = |failure: shenfang_batch::RowFailure| RowFailure {
        rule: failure.rule,
        row: failure.row,
        message: failure.message,
    };
    Pack {
        pack: id.to_owned(),
        passed,
        examples: report.examples,
        failures: report.failures.into_iter().map(failure).collect(),
        rows: report.rows.checked.saturating_add(report.rows_by_example),
        row_failures: report.rows.failures.into_iter().map(row).collect(),
        shown_by: report.shown_by,
        without_example: report.without_example,
    }
}
