//! Renderers of diagnostics, one file each.
pub mod json;
pub mod terminal;
