//! `shenfang test`: the examples beside the rules, the check of table rows, and which rule no example shows.
use crate::{arguments::Test, load, text::words::Words};
use shenfang::{Options, RuleSet};
use shenfang_batch::{TestReport, test, test_with_all};
use std::process::ExitCode;

/// Exit 1 when an example or row differs or a file has errors; with `--strict` also when no example shows a rule.
pub fn run(arguments: &Test) -> ExitCode {
    let language = arguments.lang.into();
    let words = Words(language);
    let (mut texts, mut faulty) = load::read(&arguments.paths);
    let (catalogue, broken) = load::catalogue(arguments.no_catalog, &mut texts, language);
    faulty |= broken;
    for unit in load::units(&texts) {
        let (set, diagnostics) = RuleSet::compile(&catalogue, unit.into_iter().collect(), Options::default());
        faulty |= diagnostics.has_errors();
        load::show(&diagnostics, language);
        if diagnostics.has_errors() {
            continue;
        }
        for pack in set.knowledge().packs() {
            let own = set.only(&pack.id);
            let report = if arguments.all {
                test_with_all(&own, &set)
            } else {
                test(&own)
            };
            faulty |= !report.passed() || (arguments.strict && !report.without_example.is_empty());
            print(&pack.id, &report, words, &diagnostics.map, arguments.verbose);
        }
    }
    ExitCode::from(u8::from(faulty))
}

fn print(pack: &str, report: &TestReport, words: Words, map: &shenfang::SourceMap, verbose: bool) {
    let mark = if report.passed() {
        words.pick("通过", "ok")
    } else {
        words.pick("未通过", "FAILED")
    };
    let (covered, all) = report.coverage();
    let percent = covered.saturating_mul(100).checked_div(all).unwrap_or(100);
    let rows = report.rows.checked.saturating_add(report.rows_by_example);
    let row_failures = report.rows.failures.len();
    anstream::println!(
        "{pack}: {mark}  {} {}/{} · {} {}/{rows} · {} {percent} % ({covered}/{all})",
        words.pick("示例", "examples"),
        report.examples.saturating_sub(report.failures.len()),
        report.examples,
        words.pick("表行", "table rows"),
        rows.saturating_sub(row_failures),
        words.pick("覆盖", "coverage"),
    );
    for failure in &report.failures {
        let (path, line, _) = map.position(failure.span);
        anstream::println!("  {path}:{line}  {}", failure.title);
        for difference in &failure.differences {
            anstream::println!("    {}", difference.get(words.0));
        }
    }
    for failure in &report.rows.failures {
        anstream::println!("  {}  {}: {}", failure.row, failure.rule, failure.message.get(words.0));
    }
    for rule in &report.without_example {
        anstream::println!("  {}: {rule}", words.pick("没有示例", "no example shows"));
    }
    if verbose {
        for (rule, titles) in &report.shown_by {
            anstream::println!("  {rule}: {}", titles.join(words.pick("、", ", ")));
        }
    }
}
