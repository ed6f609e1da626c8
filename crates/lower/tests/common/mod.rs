//! Lowers texts over the small catalogue beside this file, and shows what was said of them.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]
use shenfang_diagnostics::{Diagnostic, SourceMap};
use shenfang_lower::{Lowered, Options};
use std::fmt::Write;

pub struct Run {
    pub map: SourceMap,
    pub lowered: Lowered,
    pub diagnostics: Vec<Diagnostic>,
}

pub fn run(files: &[(&str, &str)]) -> Run {
    run_with(files, Options::default())
}

pub fn run_with(files: &[(&str, &str)], options: Options) -> Run {
    let mut map = SourceMap::default();
    let table = map.add("catalogue/catalogue.yaml", include_str!("../data/catalogue.yaml"));
    let (trees, mut diagnostics) = shenfang_syntax::parse(&map, &[table]);
    let catalogue = shenfang_lower::catalogue(&map, &trees, &mut diagnostics);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    let ids: Vec<_> = files.iter().map(|(path, text)| map.add(*path, *text)).collect();
    let (trees, mut diagnostics) = shenfang_syntax::parse(&map, &ids);
    let lowered = shenfang_lower::lower(&map, &catalogue, &trees, options, &mut diagnostics);
    diagnostics.sort_by_key(|d| (d.span.file, d.span.start, d.span.end));
    Run {
        map,
        lowered,
        diagnostics,
    }
}

impl Run {
    /// Every diagnostic in both languages: place, marked text, message, label, what was expected, did you mean, help, other places.
    pub fn shown(&self) -> String {
        let mut out = String::new();
        for d in &self.diagnostics {
            let (path, line, column) = self.map.position(d.span);
            let level = format!("{:?}", d.level).to_lowercase();
            let _ = writeln!(
                out,
                "{level}[{}] {path}:{line}:{column} `{}`",
                d.code,
                self.map.text(d.span)
            );
            let _ = writeln!(out, "  {}\n  {}", d.message.zh, d.message.en);
            if let Some(label) = &d.label {
                let _ = writeln!(out, "  ^ {} / {}", label.zh, label.en);
            }
            if !d.expected.is_empty() {
                let _ = writeln!(out, "  expected: {}", d.expected.join(" · "));
            }
            if !d.candidates.is_empty() {
                let _ = writeln!(out, "  did you mean: {}", d.candidates.join(" · "));
            }
            if let Some(help) = &d.help {
                let _ = writeln!(out, "  help: {}\n  help: {}", help.zh, help.en);
            }
            for (span, text) in &d.related {
                let (path, line, column) = self.map.position(*span);
                let _ = writeln!(
                    out,
                    "  see {path}:{line}:{column} `{}`: {} / {}",
                    self.map.text(*span),
                    text.zh,
                    text.en
                );
            }
        }
        out
    }
}
