//! Work on chunks side by side, handed on in their order.
//!
//! While some chunks are worked on, the next are fetched: twice a few dozen are held at most.
use rayon::prelude::*;
use std::collections::VecDeque;

/// Chunks a thread is given before their answers are handed on, unless told otherwise.
const EACH: usize = 4;

/// What comes of work on the members of a source.
pub struct InOrder<I: Iterator, W, T> {
    source: I,
    each: usize,
    work: W,
    next: Vec<I::Item>,
    ready: VecDeque<T>,
    begun: bool,
}

/// What `work` makes of every member of `source`, in order. `source` is asked on the thread that asks for the answers, `work` is done on all.
pub fn in_order<I, W, T>(source: I, work: W) -> InOrder<I, W, T>
where
    I: Iterator,
    I::Item: Send,
    W: Fn(I::Item) -> T + Send + Sync,
    T: Send,
{
    InOrder {
        source,
        each: EACH,
        work,
        next: Vec::new(),
        ready: VecDeque::new(),
        begun: false,
    }
}

impl<I: Iterator, W, T> InOrder<I, W, T> {
    /// The same with so many chunks a thread before answers are handed on: threads wait less for each other, and callers longer.
    pub fn by(self, each: usize) -> InOrder<I, W, T> {
        InOrder {
            each: each.max(1),
            ..self
        }
    }
}

impl<I, W, T> Iterator for InOrder<I, W, T>
where
    I: Iterator,
    I::Item: Send,
    W: Fn(I::Item) -> T + Send + Sync,
    T: Send,
{
    type Item = T;
    fn next(&mut self) -> Option<T> {
        if let Some(answer) = self.ready.pop_front() {
            return Some(answer);
        }
        let some = self.each.saturating_mul(rayon::current_num_threads());
        let InOrder {
            source,
            work,
            each: _,
            next,
            ready,
            begun,
        } = self;
        if !std::mem::replace(begun, true) {
            next.extend(source.by_ref().take(some));
        }
        let now = std::mem::take(next);
        if now.is_empty() {
            return None;
        }
        let mut answers: Vec<T> = Vec::new();
        rayon::in_place_scope(|scope| {
            let (answers, work) = (&mut answers, &*work);
            scope.spawn(move |_| *answers = now.into_par_iter().map(work).collect());
            next.extend(source.by_ref().take(some));
        });
        ready.extend(answers);
        ready.pop_front()
    }
}
