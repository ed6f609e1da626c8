//! The built-in packs, embedded.
