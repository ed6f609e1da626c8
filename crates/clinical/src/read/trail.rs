//! Where reading stopped: a fault leaves its place behind as it passes out through objects and lists.
//!
//! What it never does: cost anything while all is well.
use std::cell::RefCell;

/// The way from the record to the fault, put together from its end.
#[derive(Default)]
pub(crate) struct Trail(RefCell<String>);

impl Trail {
    /// The error, which came out of the value of this key.
    pub fn key<E>(&self, key: &str, error: E) -> E {
        // A number is handed over as a map of one such key.
        if !key.starts_with("$serde_json::") {
            // A key as long as a path can bear.
            let short: String = key.chars().take(64).collect();
            self.step(&short.replace('~', "~0").replace('/', "~1"));
        }
        error
    }

    /// The error, which came out of this entry of a list.
    pub fn index<E>(&self, index: usize, error: E) -> E {
        self.step(&index.to_string());
        error
    }

    fn step(&self, step: &str) {
        self.0.replace_with(|rest| format!("/{step}{rest}"));
    }

    /// The place as a JSON pointer (RFC 6901); empty for the record itself.
    pub fn pointer(self) -> String {
        self.0.into_inner()
    }
}
