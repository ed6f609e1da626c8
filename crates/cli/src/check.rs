//! `shenfang check`: every fault of every file in one run.
use crate::{arguments::Check, load, text::words::Words};
use shenfang::{Level, Options, RuleSet};
use std::process::ExitCode;

/// Exit 1 on errors.
pub fn run(arguments: &Check) -> ExitCode {
    let language = arguments.lang.into();
    let (mut texts, mut faulty) = load::read(&arguments.paths);
    let (catalogue, broken) = load::catalogue(arguments.no_catalog, &mut texts, language);
    faulty |= broken;
    let words = Words(language);
    let (mut files, mut errors, mut warnings, mut rules) = (0usize, 0usize, 0usize, 0usize);
    for unit in load::units(&texts) {
        files = files.saturating_add(unit.len());
        let options = Options {
            on: arguments.on,
            strict: arguments.strict,
        };
        let (set, diagnostics) = RuleSet::compile(&catalogue, unit.into_iter().collect(), options);
        let of_level = |level| diagnostics.list.iter().filter(|d| d.level == level).count();
        errors = errors.saturating_add(of_level(Level::Error));
        warnings = warnings.saturating_add(of_level(Level::Warning));
        rules = rules
            .saturating_add(set.knowledge().rules().len())
            .saturating_add(set.knowledge().doses().len());
        faulty |= diagnostics.has_errors();
        if arguments.verbose {
            load::show(&diagnostics, language);
        } else {
            load::show_folded(diagnostics, language);
        }
        let identity = set.identity();
        let packs: Vec<String> = identity
            .packs
            .iter()
            .map(|pack| format!("{} {}", pack.id, pack.version))
            .collect();
        if !packs.is_empty() {
            load::note(&format!(
                "{}  {} {}",
                packs.join(" · "),
                words.pick("摘要", "digest"),
                identity.digest
            ));
        }
    }
    let summary = format!(
        "{} · {} · {} · {}",
        words.count(files, "个文件", "file", "files"),
        words.count(rules, "条规则与剂量", "rule or dose", "rules and doses"),
        words.count(errors, "个错误", "error", "errors"),
        words.count(warnings, "个警告", "warning", "warnings")
    );
    load::note(&summary);
    ExitCode::from(u8::from(faulty))
}
