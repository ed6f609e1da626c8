//! Columns as they grow: texts, and lists of structs of them.
use arrow::{
    array::{ArrayRef, ListArray, StringBuilder, StructArray},
    buffer::{NullBuffer, OffsetBuffer},
    datatypes::{DataType, Field, FieldRef, Fields},
    error::ArrowError,
};
use std::sync::Arc;

/// A list of texts a row.
pub(crate) struct Texts {
    values: StringBuilder,
    ends: Ends,
}

/// Where the list of each row ends.
pub(crate) struct Ends {
    ends: Vec<i32>,
    /// rows without a list: few
    absent: Vec<usize>,
}

impl Ends {
    pub(crate) fn new() -> Ends {
        Ends {
            ends: vec![0],
            absent: Vec::new(),
        }
    }

    /// Closes the list of the next row: it holds what was added since the one before, `length` members in all rows.
    pub(crate) fn close(&mut self, length: usize) {
        self.ends.push(i32::try_from(length).unwrap_or(i32::MAX));
    }

    /// Goes on with this row: those between have empty lists.
    pub(crate) fn go_to(&mut self, row: usize) {
        let last = self.ends.last().copied().unwrap_or_default();
        self.ends.resize(row.saturating_add(1), last);
    }

    /// No list in this row.
    pub(crate) fn absent(&mut self, row: usize) {
        self.go_to(row.saturating_add(1));
        self.absent.push(row);
    }

    /// The lists of all rows.
    fn list(mut self, rows: usize, element: FieldRef, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
        self.go_to(rows);
        let nulls = (!self.absent.is_empty()).then(|| validity(rows, &self.absent, false));
        Ok(Arc::new(ListArray::try_new(
            element,
            OffsetBuffer::new(self.ends.into()),
            values,
            nulls,
        )?))
    }
}

/// Validity of rows of which some, ascending, are valid, or are the only ones that are not.
pub(crate) fn validity(rows: usize, some: &[usize], valid: bool) -> NullBuffer {
    let mut some = some.iter().peekable();
    (0..rows).map(|row| some.next_if_eq(&&row).is_some() == valid).collect()
}

impl Texts {
    pub(crate) fn new() -> Texts {
        Texts {
            values: StringBuilder::new(),
            ends: Ends::new(),
        }
    }

    pub(crate) fn push<T: AsRef<str>>(&mut self, texts: impl IntoIterator<Item = T>) {
        texts.into_iter().for_each(|text| self.values.append_value(text));
        self.ends.close(arrow::array::ArrayBuilder::len(&self.values));
    }

    pub(crate) fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let rows = self.ends.ends.len().saturating_sub(1);
        self.ends.list(rows, text_member(), Arc::new(self.values.finish()))
    }
}

fn text_member() -> FieldRef {
    Arc::new(Field::new("item", DataType::Utf8, true))
}

/// The type of a list of texts.
pub(crate) fn texts_type() -> DataType {
    DataType::List(text_member())
}

/// A list of structs a row.
pub(crate) fn structs(ends: Ends, rows: usize, fields: Fields, columns: Vec<ArrayRef>) -> Result<ArrayRef, ArrowError> {
    let values = StructArray::try_new(fields.clone(), columns, None)?;
    ends.list(rows, member(fields), Arc::new(values))
}

fn member(fields: Fields) -> FieldRef {
    Arc::new(Field::new("item", DataType::Struct(fields), true))
}

/// The type of a list of structs.
pub(crate) fn structs_type(fields: Fields) -> DataType {
    DataType::List(member(fields))
}
