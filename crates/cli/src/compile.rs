//! `shenfang compile`: rules to the bytes of a program.
use crate::{
    arguments::{Compile, Rules},
    load,
    text::words::Words,
};
use anstream::println;
use shenfang::Language;
use std::{fs, path::PathBuf, process::ExitCode};

/// Exit 0: written · 1: some rule or file could not be read, nothing is written: a program that lacks rules would pass what it should stop ·
/// 2: the file could not be written.
pub fn run(arguments: &Compile) -> ExitCode {
    let language = Language::from(arguments.lang);
    let words = Words(language);
    let rules = Rules {
        rules: arguments.paths.clone(),
        policy: Vec::new(),
        no_builtin: arguments.no_builtin,
        no_catalog: arguments.no_catalog,
    };
    let loaded = load::rules(&rules, None, language);
    if loaded.faulty {
        load::complain(words.pick("规则有错，没有写出程序", "the rules have errors, no program is written"));
        return ExitCode::from(1);
    }
    let written = loaded
        .rules
        .program()
        .to_bytes()
        .map_err(|error| error.to_string())
        .and_then(|bytes| {
            replace(&arguments.output, &bytes)
                .map(|()| bytes.len())
                .map_err(|error| error.to_string())
        });
    match written {
        Ok(size) => {
            let identity = loaded.rules.identity();
            println!(
                "{}  {size} {}  {} {}  {} {}",
                arguments.output.display(),
                words.pick("字节", "bytes"),
                identity.packs.len(),
                words.pick("个规则包", "packs"),
                words.pick("摘要", "digest"),
                identity.digest
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            load::complain(&format!("{}: {error}", arguments.output.display()));
            ExitCode::from(2)
        }
    }
}

/// Writes beside the file and moves it there: whoever loads it meanwhile has the old program or the new one, never half of one.
fn replace(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    fs::write(&part, bytes)?;
    fs::rename(&part, path).inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })
}
