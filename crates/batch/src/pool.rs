//! Buffers handed from one row of prescriptions to the next: what a thread has looked up and laid out is not thrown away with its row.
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Buffers that nobody uses at the moment.
#[derive(Default)]
pub struct Pool<S> {
    free: Mutex<Vec<S>>,
}

/// Buffers in use; they go back when they are dropped.
pub struct Held<'p, S: Default> {
    pool: &'p Pool<S>,
    buffers: S,
}

impl<S: Default> Pool<S> {
    /// Some that were used before, else new ones.
    pub fn take(&self) -> Held<'_, S> {
        let known = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Held {
            pool: self,
            buffers: known.unwrap_or_default(),
        }
    }
}

impl<S: Default> Deref for Held<'_, S> {
    type Target = S;
    fn deref(&self) -> &S {
        &self.buffers
    }
}
impl<S: Default> DerefMut for Held<'_, S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.buffers
    }
}
impl<S: Default> Drop for Held<'_, S> {
    fn drop(&mut self) {
        let free = self.pool.free.lock();
        free.unwrap_or_else(PoisonError::into_inner)
            .push(std::mem::take(&mut self.buffers));
    }
}
