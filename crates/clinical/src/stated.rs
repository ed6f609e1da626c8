//! A field that may be absent, readable, or there but unreadable.

/// What a record says of one field.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Stated<T> {
    /// absent or `null`: unknown
    #[default]
    Absent,
    /// there, but nothing can be read from it (`适量`, `遵医嘱`): the attribute is unknown, the text is kept
    Unreadable(Box<str>),
    /// read; the text as written is kept for display
    Read {
        /// the value
        value: T,
        /// as written
        text: Box<str>,
    },
}

impl<T> Stated<T> {
    /// The value, when read.
    #[inline]
    pub fn value(&self) -> Option<&T> {
        match self {
            Stated::Read { value, .. } => Some(value),
            _ => None,
        }
    }
    /// The text as written, when there is one.
    #[inline]
    pub fn text(&self) -> Option<&str> {
        match self {
            Stated::Read { text, .. } | Stated::Unreadable(text) => Some(text),
            Stated::Absent => None,
        }
    }
    /// The text that could not be read.
    #[inline]
    pub fn unreadable(&self) -> Option<&str> {
        match self {
            Stated::Unreadable(text) => Some(text),
            _ => None,
        }
    }
    /// True when the record says nothing.
    #[inline]
    pub fn is_absent(&self) -> bool {
        matches!(self, Stated::Absent)
    }
}
