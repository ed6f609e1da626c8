//! What people read on a terminal.
pub mod review;
pub mod summary;
pub mod words;
