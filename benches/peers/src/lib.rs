//! Only its bench.
