//! Rules and catalogue as the arguments name them.
use crate::arguments::{Lang, Rules};
use crate::text::words::Words;
use jiff::civil::Date;
use shenfang::{Catalogue, Diagnostics, FileId, Language, Level, Options, RuleSet, Sources};
use shenfang_host::Texts;
use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
};

impl From<Lang> for Language {
    fn from(lang: Lang) -> Language {
        match lang {
            Lang::Zh => Language::Zh,
            Lang::En => Language::En,
        }
    }
}

/// The built-in catalogue with edited files in their place (see [`shenfang_host::catalogue`]), or none; faults are told on stderr.
pub fn catalogue(without: bool, texts: &mut Texts, language: Language) -> (Catalogue, bool) {
    if without {
        return (Catalogue::empty(), false);
    }
    let (catalogue, diagnostics) = shenfang_host::catalogue(texts);
    show(&diagnostics, language);
    (catalogue, diagnostics.has_errors())
}

/// A rule set, and whether some rule or file could not be read (told on stderr).
pub struct Loaded {
    /// the rules that could be read
    pub rules: RuleSet,
    /// some could not
    pub faulty: bool,
}

/// Loads what `--rules`, `--no-builtin`, `--no-catalog` and `--policy` say.
pub fn rules(arguments: &Rules, on: Option<Date>, language: Language) -> Loaded {
    if arguments.rules.is_empty() && arguments.policy.is_empty() && !arguments.no_builtin && !arguments.no_catalog {
        return Loaded {
            rules: shenfang_rules::builtin().clone(),
            faulty: false,
        };
    }
    let mut paths = arguments.rules.clone();
    paths.extend(arguments.policy.iter().cloned());
    let (mut own, mut faulty) = read(&paths);
    let (catalogue, broken) = catalogue(arguments.no_catalog, &mut own, language);
    faulty |= broken;
    let sources = shenfang_host::over_builtin(own, arguments.no_builtin);
    compiled(&catalogue, sources, on, faulty, language)
}

/// Compiles, and tells errors on stderr.
fn compiled(catalogue: &Catalogue, sources: Sources, on: Option<Date>, mut faulty: bool, language: Language) -> Loaded {
    let (rules, diagnostics) = RuleSet::compile(catalogue, sources, Options { on, strict: false });
    let errors = Diagnostics {
        list: diagnostics
            .list
            .into_iter()
            .filter(|d| d.level == Level::Error)
            .collect(),
        map: diagnostics.map,
    };
    faulty |= errors.has_errors();
    show(&errors, language);
    Loaded { rules, faulty }
}

/// One side of a comparison: the built-in rules with the files of `path` in place of those they are named like; `builtin` is none.
pub fn side(path: &Path, no_builtin: bool, no_catalog: bool, language: Language) -> Loaded {
    let (mut own, mut faulty) = match path.as_os_str() == "builtin" {
        true => (Texts::new(), false),
        false => read(&[path.to_path_buf()]),
    };
    let (catalogue, broken) = catalogue(no_catalog, &mut own, language);
    faulty |= broken;
    let replaced = |builtin: &str| {
        let below = format!("/{builtin}");
        own.iter().any(|(path, _)| path == builtin || path.ends_with(&below))
    };
    let rules = shenfang_rules::files()
        .iter()
        .filter(|(path, _)| !no_builtin && !path.starts_with("catalog/"));
    let kept: Texts = rules
        .filter(|(path, _)| !replaced(path))
        .map(|(path, text)| (format!("rules/{path}"), (*text).to_owned()))
        .collect();
    let sources: Sources = kept.into_iter().chain(own).collect();
    compiled(&catalogue, sources, None, faulty, language)
}

/// Reads files and folders; one that cannot be read is told on stderr.
pub fn read(paths: &[PathBuf]) -> (Texts, bool) {
    let mut texts = Vec::new();
    let mut faulty = false;
    for path in paths {
        match shenfang_host::read_rules(std::slice::from_ref(path)) {
            Ok(files) => texts.extend(files),
            Err(error) => {
                complain(&error.to_string());
                faulty = true;
            }
        }
    }
    texts.dedup();
    (texts, faulty)
}

/// The rule sets among some texts. Files go together by default (packs may name each other's groups); where two files declare a pack of one id
/// (a rule text and its translation), each is a set of its own.
pub fn units(texts: &Texts) -> Vec<Texts> {
    // One rule text has no twin: it is not read twice to learn that.
    if texts.iter().filter(|(path, _)| path.ends_with(".rx")).count() < 2 {
        return vec![texts.clone()];
    }
    let ids = texts.iter().cloned().collect::<Sources>().packs();
    let twice = |i: usize| {
        ids.get(i)
            .and_then(Option::as_ref)
            .is_some_and(|id| ids.iter().flatten().filter(|other| *other == id).count() > 1)
    };
    let (apart, together): (Vec<usize>, Vec<usize>) = (0..texts.len()).partition(|i| twice(*i));
    let pick = |i: &usize| texts.get(*i).cloned();
    let mut units: Vec<Texts> = apart.iter().filter_map(pick).map(|file| vec![file]).collect();
    if !together.is_empty() || units.is_empty() {
        units.push(together.iter().filter_map(pick).collect());
    }
    units
}

/// One line on stderr, without the name of the tool.
pub fn note(message: &str) {
    let _ = writeln!(anstream::stderr(), "{message}");
}

/// One line on stderr.
pub fn complain(message: &str) {
    let _ = writeln!(anstream::stderr(), "shenfang: {message}");
}

/// Diagnostics on stderr.
pub fn show(diagnostics: &Diagnostics, language: Language) {
    if !diagnostics.list.is_empty() {
        let colour = std::io::stderr().is_terminal();
        let _ = write!(anstream::stderr(), "{}", diagnostics.render(language, colour));
    }
}

/// The same, where one cause may give a warning a rule (a source that has expired): of one kind in one file the first few, and how many more there are.
pub fn show_folded(diagnostics: Diagnostics, language: Language) {
    const SHOWN: usize = 3;
    let mut seen: BTreeMap<(&str, FileId), usize> = BTreeMap::new();
    let (mut shown, words) = (Vec::new(), Words(language));
    for diagnostic in diagnostics.list {
        let n = seen.entry((diagnostic.code, diagnostic.span.file)).or_default();
        *n = n.saturating_add(1);
        if diagnostic.level == Level::Error || *n <= SHOWN {
            shown.push(diagnostic);
        }
    }
    let folded = Diagnostics {
        list: shown,
        map: diagnostics.map,
    };
    show(&folded, language);
    for ((code, file), n) in seen {
        let hidden = n.saturating_sub(
            folded
                .list
                .iter()
                .filter(|d| d.code == code && d.span.file == file)
                .count(),
        );
        if let Some(file) = folded.map.file(file).filter(|_| hidden > 0) {
            note(&format!(
                "{}: {code}: {} {}",
                file.path,
                words.count(hidden, "条同类警告未列出；", "more warning;", "more warnings;"),
                words.pick("--verbose 全部列出", "--verbose lists all")
            ));
        }
    }
}
