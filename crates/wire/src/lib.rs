//! The one JSON boundary: records in, reviews out. Every host and binding goes through it.
//!
//! What it never does: let one record change its neighbours, lose one, hold more than one record of a stream, or put a number through
//! floating point.
mod error;
mod record;
mod split;
mod write;

pub use error::RecordError;
pub use record::{Record, read_record, read_value, records};
pub use shenfang::Language;
pub use split::{Raw, split};
pub use write::{append_review, write_error, write_review};
