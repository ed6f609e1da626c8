//! Review of prescriptions that are all there: side by side, answered in their order, as if one by one.
use crate::pool::Pool;
use shenfang::{Prescription, Review, Reviewer, Scratch};

/// Prescriptions that one thread reviews in a row: enough that its buffers are worth having.
const ROW: usize = 256;

/// Reviews every prescription; the same answers in the same order, however many threads there are.
pub fn review_all<'p>(reviewer: &'p Reviewer, prescriptions: &'p [Prescription]) -> Vec<Review<'p>> {
    let buffers = Pool::<Scratch>::default();
    in_rows(prescriptions, |row| reviewer.reviews(buffers.take(), row))
}

#[cfg(feature = "parallel")]
fn in_rows<'p, T, I>(all: &'p [Prescription], review: impl Fn(&'p [Prescription]) -> I + Send + Sync) -> Vec<T>
where
    T: Send,
    I: Iterator<Item = T>,
{
    use rayon::prelude::*;
    all.par_chunks(ROW).flat_map_iter(review).collect()
}

#[cfg(not(feature = "parallel"))]
fn in_rows<'p, T, I>(all: &'p [Prescription], review: impl Fn(&'p [Prescription]) -> I) -> Vec<T>
where
    I: Iterator<Item = T>,
{
    all.chunks(ROW).flat_map(review).collect()
}
