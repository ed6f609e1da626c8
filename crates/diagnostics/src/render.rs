//! Renderers of diagnostics, one file each.
