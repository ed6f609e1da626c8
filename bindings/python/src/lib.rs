//! The Python package's native half: rule sets, reviews of dictionaries, of many records, of tables.
//!
//! What it never does: decide anything. A dictionary is read by the one reader of the contract, an answer leaves as the bytes of `shenfang-wire` or as the
//! columns of `shenfang-columnar`; classes, exceptions and words are Python's half (`python/shenfang`).
mod input;
mod rules;
mod table;
mod value;

use pyo3::prelude::*;

/// Reviews are many small texts and lists.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The native half of the package `shenfang`; nothing in it is for callers.
#[pymodule]
mod _shenfang {
    #[pymodule_export]
    use crate::rules::Rules;
    #[pymodule_export]
    use crate::table::{Answers, Batches, ColumnFaults, diff, review_stream};

    use pyo3::prelude::*;

    /// The version of the package.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
