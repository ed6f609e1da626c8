//! What people read on a terminal.
pub mod difference;
pub mod field;
pub mod review;
pub mod summary;
pub mod words;
