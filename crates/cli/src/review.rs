//! `shenfang review`: a stream of records in, a review or an error each out, in order.
use crate::{
    arguments::{FailOn, Format, Review},
    input::Input,
    load,
    text::{self, summary::Summary, words::Words},
};
use indicatif::{ProgressBar, ProgressStyle};
use shenfang::{
    Language, ProgramError, Reviewer,
    clinical::{Action, Decision},
};
use shenfang_batch::Answer;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write},
    ops::ControlFlow,
    path::Path,
    process::ExitCode,
};

/// What one record left: its lines, and what the summary counts.
struct Kept {
    text: Vec<u8>,
    bytes: usize,
    counts: Summary,
}

/// Exit 0: every record reviewed · 1: `--fail-on` reached · 2: some record or rule could not be read.
pub fn run(arguments: &Review) -> ExitCode {
    let language = Language::from(arguments.lang);
    let (reviewer, faulty) = match reviewer(arguments, language) {
        Ok(loaded) => loaded,
        Err(message) => {
            load::complain(&message);
            return ExitCode::from(2);
        }
    };
    let reviewer = reviewer.on(arguments.on);
    let input = match Input::open(&arguments.file, language) {
        Ok(input) => input,
        Err(message) => {
            load::complain(&format!("{}: {message}", arguments.file.display()));
            return ExitCode::from(2);
        }
    };
    let bar = progress(input.size());
    if matches!(input, Input::Columns(..)) {
        bar.set_style(style("{bar:40} {human_pos}/{human_len} {per_sec} {eta}"));
    }
    let colour =
        arguments.format == Format::Text && anstream::stdout().current_choice() != anstream::ColorChoice::Never;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut summary = Summary::default();
    let mut broken = None;
    let complete = input.review(
        &reviewer,
        |answer| keep(&answer, arguments.format, language, colour),
        |kept| {
            bar.inc(u64::try_from(kept.bytes).unwrap_or(u64::MAX));
            summary.add(kept.counts);
            match out.write_all(&kept.text) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    broken = Some(error);
                    ControlFlow::Break(())
                }
            }
        },
    );
    let broken = broken.or(out.flush().err());
    bar.finish_and_clear();
    if let Err(error) = complete {
        load::complain(&format!("{}: {error}", arguments.file.display()));
        return ExitCode::from(2);
    }
    if let Some(error) = broken {
        // The reader of a pipe may leave early; that is no fault of the records.
        if error.kind() != io::ErrorKind::BrokenPipe {
            load::complain(&error.to_string());
        }
        return ExitCode::from(2);
    }
    if summary.worth_telling() {
        load::note(summary.lines(Words(language)).trim_end());
    }
    let failed = arguments
        .fail_on
        .is_some_and(|on| summary.strongest() >= Some(on.decision()));
    match (faulty || summary.errors() > 0, failed) {
        (true, _) => ExitCode::from(2),
        (false, true) => ExitCode::from(1),
        (false, false) => ExitCode::SUCCESS,
    }
}

/// The rules the arguments name, compiled now or before; and whether some could not be read.
fn reviewer(arguments: &Review, language: Language) -> Result<(Reviewer, bool), String> {
    let Some(path) = &arguments.program else {
        let loaded = load::rules(&arguments.rules, arguments.on, language);
        return Ok((loaded.rules.reviewer(), loaded.faulty));
    };
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let bytes = fs::read(path).map_err(|error| fault(&error))?;
    let reviewer = Reviewer::load(&bytes).map_err(|error| {
        let words = Words(language);
        let hint = words.pick("用 shenfang compile 重新生成", "write it anew with `shenfang compile`");
        fault(&format!("{}; {hint}", program_error(&error, words)))
    })?;
    Ok((reviewer, false))
}

fn program_error(error: &ProgramError, words: Words) -> String {
    match error {
        ProgramError::Format { expected } => words
            .pick(
                &format!("不是格式 {expected} 的程序（可能是别的版本写的）"),
                &format!("not a program of format {expected} (another version may have written it)"),
            )
            .to_owned(),
        ProgramError::Damaged(what) => words
            .pick(
                &format!("程序已损坏（{what}）"),
                &format!("the program is damaged ({what})"),
            )
            .to_owned(),
    }
}

fn keep(answer: &Answer<'_>, format: Format, language: Language, colour: bool) -> Kept {
    let mut counts = Summary::default();
    let text = match &answer.outcome {
        Ok((prescription, review)) => {
            counts.review(prescription.items.len(), review);
            match format {
                Format::Json => line(shenfang_wire::write_review(review)),
                Format::Text => plain_unless(colour, text::review::review(prescription, review, language)).into_bytes(),
            }
        }
        Err(error) => {
            counts.error();
            match format {
                Format::Json => line(shenfang_wire::write_error(answer.id, answer.line, error, language)),
                Format::Text => {
                    plain_unless(colour, text::review::error(answer.line, answer.id, error, language)).into_bytes()
                }
            }
        }
    };
    Kept {
        text,
        bytes: answer.bytes,
        counts,
    }
}

fn line(mut json: Vec<u8>) -> Vec<u8> {
    json.push(b'\n');
    json
}

fn plain_unless(colour: bool, text: String) -> String {
    if colour {
        text
    } else {
        anstream::adapter::strip_str(&text).to_string()
    }
}

impl FailOn {
    fn decision(self) -> Decision {
        match self {
            FailOn::Log => Action::Log,
            FailOn::Inform => Action::Inform,
            FailOn::Warn => Action::Warn,
            FailOn::Block => Action::Block,
        }
        .into()
    }
}

/// `-` is standard input; the size is known for a file.
pub fn open(path: &Path) -> io::Result<(Box<dyn BufRead>, Option<u64>)> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(BufReader::new(io::stdin())), None));
    }
    let file = File::open(path)?;
    let size = file.metadata().ok().map(|m| m.len());
    Ok((Box::new(BufReader::with_capacity(1 << 16, file)), size))
}

/// On a terminal, and only where the results do not go there too.
pub fn progress(size: Option<u64>) -> ProgressBar {
    if !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = size.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    bar.set_style(style("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}"));
    bar
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
