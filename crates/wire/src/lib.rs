//! The one JSON boundary: records in, reviews out.
