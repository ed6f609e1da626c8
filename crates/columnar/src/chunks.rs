//! Batches cut into chunks that one thread reads and reviews: so many rows, or so many sheets of rows next to each other.
//!
//! What it never does: hold more than one batch and the rows of one sheet.
use crate::{
    cell::Cell,
    chunk::{Chunk, Rows},
    plan::{Plan, SHEET, Shape},
};
use arrow::{
    array::{Array, DynComparator, RecordBatch, make_comparator},
    compute::{SortOptions, concat_batches},
    error::ArrowError,
};
use shenfang_clinical::{Fault, FaultCode, read::ITEMS};
use shenfang_wire::RecordError;
use std::{
    cmp::Ordering,
    collections::{HashSet, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
    sync::Arc,
};

/// Sheets that one thread reads in a row, unless told otherwise.
const SHEETS: usize = 512;
/// Rows of one sheet that are held; a sheet of more items is faulty whatever the others say.
const HELD: usize = ITEMS + 1;

/// Cuts a stream of batches.
pub struct Chunks<S> {
    source: S,
    plan: Arc<Plan>,
    /// of a chunk
    sheets: usize,
    ready: VecDeque<Chunk>,
    /// rows before the next batch, from 1
    next: u64,
    /// rows of the sheet that may go on in the next batch
    open: Option<RecordBatch>,
    /// sheets that came before, by the hash of their id: 16 bytes or so each
    seen: HashSet<u64>,
    done: bool,
}

impl<S: Iterator<Item = Result<RecordBatch, ArrowError>>> Chunks<S> {
    /// Cuts `source`, whose batches are of the plan's schema.
    pub fn new(plan: Arc<Plan>, source: S) -> Chunks<S> {
        Chunks {
            source,
            plan,
            sheets: SHEETS,
            ready: VecDeque::new(),
            next: 1,
            open: None,
            seen: HashSet::new(),
            done: false,
        }
    }

    /// The same with so many sheets a chunk: more where answers are short, for each chunk has columns of its own.
    pub fn by(self, sheets: usize) -> Chunks<S> {
        Chunks {
            sheets: sheets.max(1),
            ..self
        }
    }

    fn batch(&mut self, batch: RecordBatch) -> Result<(), ArrowError> {
        match self.plan.shape() {
            Shape::Nested => self.rows(&batch),
            Shape::Flat => self.cut(batch, false)?,
        }
        Ok(())
    }

    fn rows(&mut self, batch: &RecordBatch) {
        let mut from = 0_usize;
        while from < batch.num_rows() {
            let length = self.sheets.min(batch.num_rows().saturating_sub(from));
            self.push(batch.slice(from, length), None);
            from = from.saturating_add(length);
        }
    }

    fn push(&mut self, batch: RecordBatch, sheets: Option<Vec<Rows>>) {
        let first = self.next;
        self.next = first.saturating_add(u64::try_from(batch.num_rows()).unwrap_or(u64::MAX));
        self.ready.push_back(Chunk {
            plan: Arc::clone(&self.plan),
            batch,
            first,
            sheets,
        });
    }

    /// Cuts rows into sheets; the last may go on unless it is the `end`.
    fn cut(&mut self, batch: RecordBatch, end: bool) -> Result<(), ArrowError> {
        let batch = match self.open.take() {
            Some(open) => concat_batches(self.plan.schema(), [&open, &batch])?,
            None => batch,
        };
        let mut sheets = self.apart(&batch)?;
        let last = if end { None } else { sheets.pop() };
        let closed = last.as_ref().map_or(batch.num_rows(), |last| last.start);
        self.open = last.map(|last| batch.slice(last.start, last.len().min(HELD)));
        let found: Vec<Rows> = self.judged(&batch, sheets)?;
        let mut found = found.into_iter().peekable();
        let mut from = 0_usize;
        while found.peek().is_some() {
            let mut some: Vec<Rows> = found.by_ref().take(self.sheets).collect();
            let to = some.last().map_or(closed, |last| last.rows.end);
            for sheet in &mut some {
                sheet.rows = sheet.rows.start.saturating_sub(from)..sheet.rows.end.saturating_sub(from);
            }
            self.push(batch.slice(from, to.saturating_sub(from)), Some(some));
            from = to;
        }
        Ok(())
    }

    /// Where one sheet ends and the next begins. A row without an id is a sheet of its own, and faulty.
    fn apart(&self, batch: &RecordBatch) -> Result<Vec<Range<usize>>, ArrowError> {
        let key = self.plan.key.and_then(|at| batch.columns().get(at));
        let Some(key) = key else { return Ok(Vec::new()) };
        let same = make_comparator(key, key, SortOptions::default())?;
        let mut sheets: Vec<Range<usize>> = Vec::new();
        for at in 0..batch.num_rows() {
            match sheets.last_mut() {
                Some(sheet) if !key.is_null(at) && same(sheet.start, at) == Ordering::Equal => {
                    sheet.end = at.saturating_add(1);
                }
                _ => sheets.push(at..at.saturating_add(1)),
            }
        }
        Ok(sheets)
    }

    /// What is wrong with rows as a sheet: rows that contradict each other, a sheet that had ended before.
    fn judged(&mut self, batch: &RecordBatch, sheets: Vec<Range<usize>>) -> Result<Vec<Rows>, ArrowError> {
        let mut columns: Vec<(&str, DynComparator)> = Vec::new();
        for at in self.plan.sheet_columns() {
            if let (Some(column), Some(field)) = (batch.columns().get(at), self.plan.schema().fields().get(at)) {
                columns.push((field.name(), make_comparator(column, column, SortOptions::default())?));
            }
        }
        let key = self
            .plan
            .key
            .and_then(|at| batch.columns().get(at))
            .map_or(Cell::Nothing, Cell::of);
        let judge = |rows: Range<usize>| {
            let id = key.text(rows.start);
            let again = id.is_some_and(|id| !self.seen.insert(hash(id)));
            let differs = || {
                let first = rows.start;
                rows.clone().find_map(|at| {
                    let (name, _) = columns.iter().find(|(_, same)| same(first, at) != Ordering::Equal)?;
                    Some(contradiction(name))
                })
            };
            let fault = if again {
                Some(again_here(id.unwrap_or_default()))
            } else {
                differs()
            };
            Rows { rows, fault }
        };
        Ok(sheets.into_iter().map(judge).collect())
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

fn error(path: String, fault: Fault) -> RecordError {
    RecordError {
        code: fault.code,
        path,
        message: fault.message,
    }
}

fn contradiction(column: &str) -> RecordError {
    let fault = Fault::new(
        FaultCode::Contradiction,
        format!("同一处方的各行 `{column}` 不一致"),
        format!("the rows of one sheet differ in `{column}`"),
    );
    error(format!("/{}", column.replace('.', "/")), fault)
}

/// Its first rows were reviewed without these: whoever reads the answers must know.
fn again_here(id: &str) -> RecordError {
    let fault = Fault::new(
        FaultCode::DuplicateId,
        format!("处方 `{id}` 的各行不相邻，前面的行已单独审核；请先按 `{SHEET}` 排序"),
        format!(
            "the rows of sheet `{id}` are not next to each other, the rows before were reviewed without these; sort by `{SHEET}`"
        ),
    );
    error("/id".to_owned(), fault)
}

impl<S: Iterator<Item = Result<RecordBatch, ArrowError>>> Iterator for Chunks<S> {
    type Item = Result<Chunk, ArrowError>;
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Some(Ok(chunk));
            }
            if self.done {
                return None;
            }
            let cut = match self.source.next() {
                Some(Ok(batch)) => self.batch(batch),
                Some(Err(error)) => Err(error),
                None => {
                    self.done = true;
                    let rest = self.open.take();
                    rest.map_or(Ok(()), |rest| self.cut(rest, true))
                }
            };
            if let Err(error) = cut {
                self.done = true;
                return Some(Err(error));
            }
        }
    }
}
