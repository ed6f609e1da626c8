//! Reviews as columns: a row an answer, in the order of the sheets.
//!
//! | column | type |
//! |---|---|
//! | those kept | as they came |
//! | `id` | text |
//! | `decision` | text: `pass` `unjudged` `log` `inform` `warn` `block` |
//! | `complete` | boolean |
//! | `gap` | text: the highest severity of what is open |
//! | `findings` | list of {`rule`, `category`, `severity`, `action`, `review_code`, `items`}; with texts also `message`, `advice` |
//! | `undetermined` | list of {`severity`, `items`, `needs`, `rules`}: how many rules could not be judged; with texts `rule`, which |
//! | `unrecognized` | list of {`item`, `path`, `text`, `candidates`, `reason`, `severity`} |
//! | `error` | {`code`, `path`, `message`} of a sheet that could not be read; then all others but `id` are null |
//! | `review` | where asked for: the whole reply as JSON, the bytes that every host gives |
use crate::{
    blank::Blank,
    chunk::{Chunk, Told},
    entries::{Findings, Open, Unknown, finding_fields, in_language, text, undetermined_fields, unrecognized_fields},
    lines::Lines,
    lists::{structs_type, validity},
    pairs::SaidOfPairs,
    plan::Plan,
};
use arrow::{
    array::{ArrayRef, BooleanArray, BooleanBufferBuilder, RecordBatch, StringArray, StringBuilder, StructArray},
    datatypes::{DataType, Field, Fields, Schema, SchemaRef},
    error::ArrowError,
};
use shenfang::{Decision, Language, Review, Reviewer, Scratch, Severity};
use shenfang_wire::{Record, write_error, write_review};
use std::sync::Arc;

/// Names of the answers' own columns.
pub(crate) const OWN: [&str; 9] = [
    "id",
    "decision",
    "complete",
    "gap",
    "findings",
    "undetermined",
    "unrecognized",
    "error",
    "review",
];

/// What the answers hold beyond the shortest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// messages and advice, and the ids of rules that could not be judged
    pub texts: bool,
    /// the whole reply as JSON
    pub json: bool,
}

/// What one thread looked up for the sheets before.
#[derive(Default)]
pub struct Buffers {
    scratch: Scratch,
    lines: Lines,
}

/// Makes columns of reviews.
#[derive(Clone)]
pub struct Answers {
    schema: SchemaRef,
    keep: Keep,
    language: Language,
    blank: Blank,
}

fn error_fields() -> Fields {
    ["code", "path", "message"].map(text).to_vec().into()
}

impl Answers {
    /// For the sheets of a plan: the columns it keeps come first, as they are.
    pub fn new(plan: &Plan, keep: Keep, language: Language) -> Answers {
        let fields = plan.schema().fields();
        let mut columns: Vec<Arc<Field>> = plan.kept().iter().filter_map(|at| fields.get(*at).cloned()).collect();
        let own = [
            text("id"),
            text("decision"),
            Field::new("complete", DataType::Boolean, true),
            text("gap"),
            Field::new("findings", structs_type(finding_fields(keep)), true),
            Field::new("undetermined", structs_type(undetermined_fields(keep)), true),
            Field::new("unrecognized", structs_type(unrecognized_fields()), true),
            Field::new("error", DataType::Struct(error_fields()), true),
        ];
        columns.extend(own.map(Arc::new));
        if keep.json {
            columns.push(Arc::new(text("review")));
        }
        let schema = Schema::new(columns);
        Answers {
            blank: Blank::new(&schema, &["gap", "undetermined", "unrecognized", "error"]),
            schema: Arc::new(schema),
            keep,
            language,
        }
    }

    /// Of every batch of answers.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Reads and reviews a chunk, with buffers that know what was looked up for those before.
    pub fn of(&self, chunk: &Chunk, reviewer: &Reviewer, buffers: &mut Buffers) -> Result<RecordBatch, ArrowError> {
        let Buffers { scratch, lines } = buffers;
        let outline = self.keep == Keep::default();
        let mut rows = Rows::new(self.keep, self.language);
        chunk.each((lines, scratch, outline), reviewer, |scratch, told| match told {
            Told::Quiet(id) if self.keep.json => rows.review(&reviewer.program().nothing_to_say(id)),
            Told::Quiet(_) => rows.count = rows.count.saturating_add(1),
            Told::Pairs(said) => rows.pairs(&said),
            Told::Sheet(sheet) if outline => rows.review(&reviewer.outline_with(scratch, sheet)),
            Told::Sheet(sheet) => rows.review(&reviewer.review_with(scratch, sheet)),
            Told::Faulty(record) => rows.error(record),
        });
        let mut columns = chunk.kept()?;
        columns.push(chunk.ids()?);
        columns.extend(rows.finish(&self.blank)?);
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}

/// Columns as they grow. Most rows of most tables have nothing to say, so only what is said is noted, each with its row.
struct Rows {
    keep: Keep,
    language: Language,
    /// rows so far
    count: usize,
    /// where it is not `pass`
    decision: Vec<(usize, Option<Decision>)>,
    incomplete: Vec<usize>,
    gap: Vec<(usize, Severity)>,
    findings: Findings,
    undetermined: Open,
    unrecognized: Unknown,
    /// rows of sheets that could not be read, and what is said of each
    errors: Vec<(usize, [String; 3])>,
    json: StringBuilder,
}

impl Rows {
    fn new(keep: Keep, language: Language) -> Rows {
        Rows {
            keep,
            language,
            count: 0,
            decision: Vec::new(),
            incomplete: Vec::new(),
            gap: Vec::new(),
            findings: Findings::new(),
            undetermined: Open::new(),
            unrecognized: Unknown::new(),
            errors: Vec::new(),
            json: StringBuilder::new(),
        }
    }

    /// The number of the next row.
    fn next(&mut self) -> usize {
        let row = self.count;
        self.count = row.saturating_add(1);
        row
    }

    fn review(&mut self, review: &Review<'_>) {
        let row = self.next();
        if review.decision != Decision::Pass {
            self.decision.push((row, Some(review.decision)));
        }
        if !review.complete {
            self.incomplete.push(row);
        }
        self.gap.extend(review.gap.map(|gap| (row, gap)));
        if !review.findings.is_empty() {
            self.findings.ends.go_to(row);
            for finding in &review.findings {
                self.findings.push(finding, self.keep, self.language);
            }
            self.findings.ends.close(self.findings.length);
        }
        if !review.undetermined.is_empty() {
            self.undetermined.ends.go_to(row);
            for open in &review.undetermined {
                self.undetermined.push(open, self.keep);
            }
            self.undetermined.ends.close(self.undetermined.length);
        }
        if !review.unrecognized.is_empty() {
            self.unrecognized.ends.go_to(row);
            for unknown in &review.unrecognized {
                self.unrecognized.push(unknown);
            }
            self.unrecognized.ends.close(self.unrecognized.length);
        }
        if self.keep.json {
            self.json.append_value(String::from_utf8_lossy(&write_review(review)));
        }
    }

    /// A sheet of which nothing is said but what is known of its pairs of lines; texts and replies are not asked for.
    fn pairs(&mut self, said: &SaidOfPairs<'_>) {
        let row = self.next();
        if said.decision != Decision::Pass {
            self.decision.push((row, Some(said.decision)));
        }
        self.findings.ends.go_to(row);
        for (finding, lines) in said.findings() {
            self.findings.add(finding.words(), said.ids(lines));
        }
        self.findings.ends.close(self.findings.length);
    }

    fn error(&mut self, record: &Record) {
        let row = self.next();
        let Err(error) = &record.result else { return };
        let said = [
            error.code.code(),
            &error.path,
            in_language(&error.message, self.language),
        ];
        self.errors.push((row, said.map(str::to_owned)));
        self.decision.push((row, None));
        self.findings.ends.absent(row);
        self.undetermined.ends.absent(row);
        self.unrecognized.ends.absent(row);
        if self.keep.json {
            let reply = write_error(record.id.as_deref(), record.line, error, self.language);
            self.json.append_value(String::from_utf8_lossy(&reply));
        }
    }

    fn finish(mut self, blank: &Blank) -> Result<Vec<ArrayRef>, ArrowError> {
        let (rows, sound) = (self.count, self.errors.is_empty());
        let blank = |nothing: bool, name: &str| blank.column(name, rows).filter(|_| nothing);
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(decisions(rows, &self.decision)),
            Arc::new(self.complete()),
            match blank(self.gap.is_empty(), "gap") {
                Some(column) => column,
                None => Arc::new(gaps(rows, &self.gap)),
            },
            self.findings.finish(rows, self.keep)?,
            match blank(sound && self.undetermined.length == 0, "undetermined") {
                Some(column) => column,
                None => self.undetermined.finish(rows, self.keep)?,
            },
            match blank(sound && self.unrecognized.length == 0, "unrecognized") {
                Some(column) => column,
                None => self.unrecognized.finish(rows)?,
            },
            match blank(sound, "error") {
                Some(column) => column,
                None => Arc::new(errors(self.errors, rows)?),
            },
        ];
        if self.keep.json {
            columns.push(Arc::new(self.json.finish()));
        }
        Ok(columns)
    }

    fn complete(&self) -> BooleanArray {
        let mut bits = BooleanBufferBuilder::new(self.count);
        bits.append_n(self.count, true);
        self.incomplete.iter().for_each(|row| bits.set_bit(*row, false));
        let faulty: Vec<usize> = self.errors.iter().map(|(row, _)| *row).collect();
        let nulls = (!faulty.is_empty()).then(|| validity(self.count, &faulty, false));
        BooleanArray::new(bits.finish(), nulls)
    }
}

/// The column of decisions, of which some are not `pass`.
fn decisions(rows: usize, others: &[(usize, Option<Decision>)]) -> StringArray {
    let pass = decision(Decision::Pass);
    let mut column = StringBuilder::with_capacity(rows, rows.saturating_mul(pass.len().saturating_add(1)));
    let mut next = 0;
    for (row, other) in others {
        (next..*row).for_each(|_| column.append_value(pass));
        column.append_option(other.map(decision));
        next = row.saturating_add(1);
    }
    (next..rows).for_each(|_| column.append_value(pass));
    column.finish()
}

/// The column of gaps: some rows have one.
fn gaps(rows: usize, some: &[(usize, Severity)]) -> StringArray {
    let mut column = StringBuilder::with_capacity(rows, some.len().saturating_mul(8));
    let mut next = 0;
    for (row, gap) in some {
        column.append_nulls(row.saturating_sub(next));
        column.append_value(gap.code());
        next = row.saturating_add(1);
    }
    column.append_nulls(rows.saturating_sub(next));
    column.finish()
}

/// The column of errors: nearly always there is none.
fn errors(found: Vec<(usize, [String; 3])>, rows: usize) -> Result<StructArray, ArrowError> {
    if found.is_empty() {
        return Ok(StructArray::new_null(error_fields(), rows));
    }
    let mut columns = [StringBuilder::new(), StringBuilder::new(), StringBuilder::new()];
    let at: Vec<usize> = found.iter().map(|(row, _)| *row).collect();
    let mut found = found.into_iter().peekable();
    for row in 0..rows {
        match found.next_if(|(at, _)| *at == row) {
            Some((_, said)) => columns
                .iter_mut()
                .zip(said)
                .for_each(|(column, said)| column.append_value(said)),
            None => columns.iter_mut().for_each(StringBuilder::append_null),
        }
    }
    let columns = columns.each_mut().map(|column| Arc::new(column.finish()) as ArrayRef);
    StructArray::try_new(error_fields(), columns.into(), Some(validity(rows, &at, true)))
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Unjudged => "unjudged",
        Decision::Log => "log",
        Decision::Inform => "inform",
        Decision::Warn => "warn",
        Decision::Block => "block",
    }
}
