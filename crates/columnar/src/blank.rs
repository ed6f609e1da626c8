//! Columns in which nothing stands: made once for a table, and every batch of answers has its part of them.
use arrow::{
    array::{Array, ArrayRef, ListArray, new_empty_array, new_null_array},
    buffer::OffsetBuffer,
    datatypes::{DataType, Schema},
};
use std::sync::Arc;

/// Rows that are made at once.
const ROWS: usize = 16_384;

/// Columns of a schema in which nothing stands: no value, or an empty list.
#[derive(Clone)]
pub(crate) struct Blank {
    columns: Arc<[(String, ArrayRef)]>,
}

impl Blank {
    /// For these columns of a schema.
    pub(crate) fn new(schema: &Schema, names: &[&str]) -> Blank {
        let fields = schema
            .fields()
            .iter()
            .filter(|field| names.contains(&field.name().as_str()));
        let columns = fields.map(|field| (field.name().clone(), nothing(field.data_type(), ROWS)));
        Blank {
            columns: columns.collect(),
        }
    }

    /// So many rows of a column; `None` where it was not asked for.
    pub(crate) fn column(&self, name: &str, rows: usize) -> Option<ArrayRef> {
        let (_, column) = self.columns.iter().find(|(known, _)| known == name)?;
        Some(match rows <= column.len() {
            true => column.slice(0, rows),
            false => nothing(column.data_type(), rows),
        })
    }
}

fn nothing(data_type: &DataType, rows: usize) -> ArrayRef {
    match data_type {
        DataType::List(member) => {
            let (ends, values) = (OffsetBuffer::new_zeroed(rows), new_empty_array(member.data_type()));
            match ListArray::try_new(Arc::clone(member), ends, values, None) {
                Ok(lists) => Arc::new(lists),
                Err(_) => new_null_array(data_type, rows),
            }
        }
        other => new_null_array(other, rows),
    }
}
