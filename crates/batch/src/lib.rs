//! Work on many prescriptions at once: ordered review of streams, the example runner, the check of table rows.
//!
//! What it never does: open a file, or give another answer than reviewing one by one.
mod draft;
mod examples;
mod impact;
mod pool;
mod rows;
mod slice;
mod stream;
mod together;

pub use draft::CannotDraft;
pub use examples::{ExampleFailure, TestReport, test, test_with_all};
pub use impact::{BeforeAfter, Buffers, Changes, Comparison, Counts, Impact};
pub use pool::{Held, Pool};
pub use rows::{RowFailure, RowReport, check_rows};
pub use slice::review_all;
pub use stream::{Answer, review_stream};
