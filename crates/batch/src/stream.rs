//! Ordered review of a stream: records are cut one after the other, read and reviewed side by side, and answered in the order they came.
//!
//! What it never does: hold more than a few hundred records, lose or reorder one, or let one change its neighbours.
use crate::pool::Pool;
use shenfang::{Prescription, Review, Reviewer, Scratch};
use shenfang_wire::{Raw, Record, RecordError};
use std::{io::BufRead, ops::ControlFlow};

/// Records reviewed side by side before their answers are handed on …
const CHUNK: usize = 512;
/// … or fewer, where their texts come to more than this many bytes.
const CHUNK_BYTES: usize = 8 << 20;
/// Records that one thread reviews in a row, at least.
#[cfg(feature = "parallel")]
const ROW: usize = 32;

/// The answer to one record.
pub struct Answer<'r> {
    /// line of the record's first character, from 1
    pub line: u64,
    /// bytes of the record's text (0 where it could not be held)
    pub bytes: usize,
    /// the record's id, where one could be told
    pub id: Option<&'r str>,
    /// the review, with what it was made from, or why there is none
    pub outcome: Result<(&'r Prescription, Review<'r>), &'r RecordError>,
}

/// Reviews every record of `reader`. `render` turns an answer into what the caller keeps (on many threads); `each` receives it in input order and may stop.
///
/// While some records are reviewed, the answers before them are handed on and the records after them are cut: three chunks are held at most.
pub fn review_stream<T: Send>(
    reader: impl BufRead,
    reviewer: &Reviewer,
    render: impl Fn(Answer<'_>) -> T + Send + Sync,
    each: impl FnMut(T) -> ControlFlow<()>,
) {
    let answer = |scratch: &mut Scratch, bytes: usize, record: &Record| {
        let outcome = record.result.as_ref();
        render(Answer {
            line: record.line,
            bytes,
            id: record.id.as_deref(),
            outcome: outcome.map(|rx| (rx, reviewer.review_with(scratch, rx))),
        })
    };
    each_record(reader, answer, each);
}

/// Reads the records of `reader`, works on them side by side, each with the size of its text, and hands on what came of them in input order.
pub(crate) fn each_record<S: Default + Send, T: Send>(
    reader: impl BufRead,
    work: impl Fn(&mut S, usize, &Record) -> T + Send + Sync,
    mut each: impl FnMut(T) -> ControlFlow<()>,
) {
    let buffers = Pool::default();
    let read = |scratch: &mut S, raw: Raw| {
        let bytes = raw.bytes.as_ref().map_or(0, Vec::len);
        work(scratch, bytes, &Record::read(raw))
    };
    let mut records = shenfang_wire::split(reader);
    let mut next = chunk(&mut records);
    let mut done: Vec<T> = Vec::new();
    while !next.is_empty() || !done.is_empty() {
        let now = std::mem::take(&mut next);
        let mut stopped = false;
        let answers = while_working(now, &buffers, &read, || {
            stopped = done.drain(..).any(|kept| each(kept).is_break());
            if !stopped {
                next = chunk(&mut records);
            }
        });
        if stopped {
            return;
        }
        done = answers;
    }
}

/// The next records, few enough to be held.
fn chunk(records: &mut impl Iterator<Item = Raw>) -> Vec<Raw> {
    let mut held = 0_usize;
    let mut chunk = Vec::new();
    while chunk.len() < CHUNK && held < CHUNK_BYTES {
        let Some(raw) = records.next() else { break };
        held = held.saturating_add(raw.bytes.as_ref().map_or(0, Vec::len));
        chunk.push(raw);
    }
    chunk
}

/// The answers to a chunk, in order; `meanwhile` runs on this thread.
#[cfg(feature = "parallel")]
fn while_working<S: Default + Send, T: Send>(
    chunk: Vec<Raw>,
    buffers: &Pool<S>,
    answer: &(impl Fn(&mut S, Raw) -> T + Send + Sync),
    meanwhile: impl FnOnce(),
) -> Vec<T> {
    use rayon::prelude::*;
    let mut answers = Vec::new();
    rayon::in_place_scope(|scope| {
        let answers = &mut answers;
        scope.spawn(move |_| {
            let records = chunk.into_par_iter().with_min_len(ROW);
            *answers = records
                .map_init(|| buffers.take(), |held, raw| answer(held, raw))
                .collect();
        });
        meanwhile();
    });
    answers
}

/// The answers to a chunk, in order; `meanwhile` runs before them.
#[cfg(not(feature = "parallel"))]
fn while_working<S: Default, T>(
    chunk: Vec<Raw>,
    buffers: &Pool<S>,
    answer: &impl Fn(&mut S, Raw) -> T,
    meanwhile: impl FnOnce(),
) -> Vec<T> {
    meanwhile();
    let mut held = buffers.take();
    chunk.into_iter().map(|raw| answer(&mut held, raw)).collect()
}
