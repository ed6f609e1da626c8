//! What an editor of rules asks for: classes of words for highlighting, completion, and what is known of the word under the pointer.
//!
//! Words of the language come from the keyword table, names from the catalogue; offsets are bytes. What it never does: check a text, or read one
//! that changed again and again: it looks at characters and words, so that it answers where the text is faulty too.
mod complete;
mod hover;
mod place;
mod tokens;

pub use complete::{Completion, Kind, complete};
pub use hover::{Hover, hover};
pub use tokens::{Class, Token, tokens};
