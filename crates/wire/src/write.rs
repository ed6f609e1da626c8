//! Replies as JSON, one line each.
use crate::error::RecordError;
use serde::Serialize;
use shenfang::Language;
use shenfang_clinical::Review;

/// A review as compact JSON on one line, without the line's end. Every number in it is text, so decimals are exact.
pub fn write_review(review: &Review<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    append_review(&mut out, review);
    out
}

/// The same at the end of what was written before: many replies need no memory of their own.
pub fn append_review(out: &mut Vec<u8>, review: &Review<'_>) {
    // A review is of texts, lists and truth values: writing it to memory cannot fail.
    let _ = serde_json::to_writer(out, review);
}

/// The reply to a record that could not be read.
#[derive(Serialize)]
struct Reply<'r> {
    id: Option<&'r str>,
    line: u64,
    error: Error<'r>,
}

#[derive(Serialize)]
struct Error<'r> {
    code: &'static str,
    path: &'r str,
    message: &'r str,
}

/// `{"id": …, "line": 17, "error": {"code", "path", "message"}}` on one line, without the line's end.
pub fn write_error(id: Option<&str>, line: u64, error: &RecordError, language: Language) -> Vec<u8> {
    let message = match language {
        Language::Zh => &error.message.zh,
        Language::En => &error.message.en,
    };
    let reply = Reply {
        id,
        line,
        error: Error {
            code: error.code.code(),
            path: &error.path,
            message,
        },
    };
    serde_json::to_vec(&reply).unwrap_or_default()
}
