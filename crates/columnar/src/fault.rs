//! What is wrong with a column, before any row is read.
use shenfang_clinical::Text;

/// A column that the data contract does not have, or of a type its field cannot be read from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .message.en)]
pub struct ColumnFault {
    /// stable code: `unknown_column`, `column_type`, `column_twice`, `missing_column`
    pub code: &'static str,
    /// the column, with the way into it: `items.dose`
    pub column: String,
    /// what was expected, near names proposed; lower case, no full stop
    pub message: Text<'static>,
}

impl ColumnFault {
    pub(crate) fn new(code: &'static str, column: &str, zh: String, en: String) -> ColumnFault {
        ColumnFault {
            code,
            column: column.to_owned(),
            message: Text {
                zh: zh.into(),
                en: en.into(),
            },
        }
    }
}
