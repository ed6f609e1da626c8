//! `shenfang fmt`: canonical layout, and keywords into the other language.
use crate::{arguments::Fmt, load};
use shenfang::{Language, Sources};
use std::{fs, io::Write, process::ExitCode};

/// Exit 1 when a file does not parse, cannot be written, or (with `--check`) is not in canonical layout.
pub fn run(arguments: &Fmt) -> ExitCode {
    let (texts, mut faulty) = load::read(&arguments.paths);
    let sources: Sources = texts
        .iter()
        .filter(|(path, _)| path.ends_with(".rx"))
        .cloned()
        .collect();
    let language = arguments.lang.map(Language::from);
    for (path, laid_out) in sources.format(language) {
        let before = texts
            .iter()
            .find(|(p, _)| p == path)
            .map(|(_, text)| text.as_str())
            .unwrap_or_default();
        match laid_out {
            Err(diagnostics) => {
                load::show(&diagnostics, language.unwrap_or_default());
                faulty = true;
            }
            Ok(text) if arguments.stdout => {
                faulty |= std::io::stdout().write_all(text.as_bytes()).is_err();
            }
            Ok(text) if text == before => {}
            Ok(_) if arguments.check => {
                load::note(path);
                faulty = true;
            }
            Ok(text) => match fs::write(path, text) {
                Ok(()) => load::note(path),
                Err(error) => {
                    load::complain(&format!("{path}: {error}"));
                    faulty = true;
                }
            },
        }
    }
    ExitCode::from(u8::from(faulty))
}
