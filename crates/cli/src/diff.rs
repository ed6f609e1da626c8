//! `shenfang diff`: which rules differ, and what that does to prescriptions.
use crate::{
    arguments::{Diff, Format},
    load, review,
    text::{difference, words::Words},
};
use anstream::print;
use shenfang::Language;
use shenfang_batch::Comparison;
use std::{ops::ControlFlow, process::ExitCode};

/// Exit 0: compared · 2: some record, rule or file could not be read (the others are compared).
pub fn run(arguments: &Diff) -> ExitCode {
    let language = Language::from(arguments.lang);
    let side = |path| load::side(path, arguments.no_builtin, arguments.no_catalog, language);
    let (old, new) = (side(&arguments.old), side(&arguments.new));
    let mut faulty = old.faulty || new.faulty;
    let mut comparison = Comparison::new(&old.rules, &new.rules, arguments.date);
    if arguments.whole {
        comparison = comparison.whole();
    }
    let mut impact = None;
    if let Some(path) = &arguments.on {
        match review::open(path) {
            Ok((reader, size)) => {
                let bar = review::progress(size);
                impact = Some(comparison.replay(reader, |bytes| {
                    bar.inc(u64::try_from(bytes).unwrap_or(u64::MAX));
                    ControlFlow::Continue(())
                }));
                bar.finish_and_clear();
            }
            Err(error) => {
                load::complain(&format!("{}: {error}", path.display()));
                faulty = true;
            }
        }
    }
    faulty |= impact.as_ref().is_some_and(|impact| impact.unreadable > 0);
    match arguments.format {
        Format::Json => print!("{}\n", comparison.to_json(impact.as_ref())),
        Format::Text => {
            let page = difference::Page {
                words: Words(language),
                whole: arguments.whole,
                daily: arguments.daily,
            };
            print!("{}", page.render(&comparison.difference, impact.as_ref()));
        }
    }
    if faulty { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
