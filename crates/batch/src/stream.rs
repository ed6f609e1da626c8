//! Ordered review of a stream: records are cut one after the other, read and reviewed side by side, and answered in the order they came.
//!
//! What it never does: hold more than a few hundred records, lose or reorder one, or let one change its neighbours.
use shenfang::{Prescription, Review, Reviewer, Scratch};
use shenfang_wire::{Record, RecordError};
use std::{io::BufRead, ops::ControlFlow};

/// Records reviewed side by side before their answers are handed on …
const CHUNK: usize = 512;
/// … or fewer, where their texts come to more than this many bytes.
const CHUNK_BYTES: usize = 8 << 20;

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
pub(crate) fn each_record<T: Send>(
    reader: impl BufRead,
    work: impl Fn(&mut Scratch, usize, &Record) -> T + Send + Sync,
    mut each: impl FnMut(T) -> ControlFlow<()>,
) {
    let mut records = shenfang_wire::split(reader);
    loop {
        let mut held = 0_usize;
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK && held < CHUNK_BYTES {
            let Some(raw) = records.next() else { break };
            held = held.saturating_add(raw.bytes.as_ref().map_or(0, Vec::len));
            chunk.push(raw);
        }
        if chunk.is_empty() {
            return;
        }
        let read = |scratch: &mut Scratch, raw: shenfang_wire::Raw| {
            let bytes = raw.bytes.as_ref().map_or(0, Vec::len);
            work(scratch, bytes, &Record::read(raw))
        };
        for kept in in_order(chunk, read) {
            if each(kept).is_break() {
                return;
            }
        }
    }
}

#[cfg(feature = "parallel")]
fn in_order<A: Send, T: Send>(chunk: Vec<A>, work: impl Fn(&mut Scratch, A) -> T + Send + Sync) -> Vec<T> {
    use rayon::prelude::*;
    chunk.into_par_iter().map_init(Scratch::default, work).collect()
}

#[cfg(not(feature = "parallel"))]
fn in_order<A, T>(chunk: Vec<A>, work: impl Fn(&mut Scratch, A) -> T) -> Vec<T> {
    let mut scratch = Scratch::default();
    chunk.into_iter().map(|a| work(&mut scratch, a)).collect()
}
