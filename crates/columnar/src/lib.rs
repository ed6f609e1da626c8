//! Prescriptions from columns (Arrow, Parquet) and reviews to columns.
//!
//! A column is a field of the data contract, a dot in its name a step into an object (`patient.sex`). Two shapes are read: *nested*, a row a sheet, with a
//! column `items` (a list of structs); and *flat*, a row an item, with a column `prescription_id` and the rows of a sheet next to each other.
//!
//! What it never does: know a field of the contract (the reader of `shenfang-clinical` is run over rows as over JSON), put a decimal through floating
//! point, let one row change its neighbours, or lose one. What is wrong with a *column* is said before any row is read; what is wrong with a *row* is its answer.
mod answers;
mod blank;
mod cell;
mod check;
mod chunk;
mod chunks;
mod entries;
mod fault;
mod findings;
mod lines;
mod lists;
mod open;
mod order;
mod pairs;
mod plan;
mod sheets;
mod text;
mod value;

pub use answers::{Answers, Buffers, Keep};
pub use arrow::error::ArrowError;
pub use chunk::Chunk;
pub use chunks::Chunks;
pub use fault::ColumnFault;
pub use findings::findings;
pub use open::{OpenError, Source, is_columns, open};
pub use order::{InOrder, in_order};
pub use plan::{Plan, Shape};
