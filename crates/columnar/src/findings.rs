//! Answers as a table of findings: a row a finding.
use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, UInt64Array},
    compute::take,
    datatypes::{Field, Schema},
    error::ArrowError,
};
use std::{ops::Range, sync::Arc};

/// Columns of the answers that are no longer of one sheet in a row of findings.
const OTHERS: [&str; 5] = ["findings", "undetermined", "unrecognized", "error", "review"];

/// A row a finding: what was kept, `id` (as `prescription_id`), `decision`, `complete` and `gap` of its sheet, then the finding's own columns.
pub fn findings(answers: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let lists = answers
        .column_by_name("findings")
        .and_then(|column| column.as_list_opt::<i32>())
        .ok_or_else(|| ArrowError::InvalidArgumentError("no column `findings`: expected a table of answers".into()))?;
    let offsets = lists.value_offsets();
    let mut rows: Vec<u64> = Vec::with_capacity(lists.values().len());
    for (row, ends) in (0_u64..).zip(offsets.windows(2)) {
        let [from, to] = ends else { continue };
        rows.extend((*from..*to).map(|_| row));
    }
    let (rows, members) = (UInt64Array::from(rows), members(offsets));
    let (mut fields, mut columns): (Vec<Arc<Field>>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    for (field, column) in answers.schema_ref().fields().iter().zip(answers.columns()) {
        if OTHERS.contains(&field.name().as_str()) {
            continue;
        }
        fields.push(match field.name().as_str() {
            "id" => Arc::new(field.as_ref().clone().with_name("prescription_id")),
            _ => Arc::clone(field),
        });
        columns.push(take(column, &rows, None)?);
    }
    if let Some(of) = lists.values().as_struct_opt() {
        for (field, column) in of.fields().iter().zip(of.columns()) {
            fields.push(Arc::clone(field));
            columns.push(column.slice(members.start, members.len()));
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// Where the members of all lists stand: they follow each other.
fn members(offsets: &[i32]) -> Range<usize> {
    let end = |at: Option<&i32>| at.and_then(|at| usize::try_from(*at).ok()).unwrap_or_default();
    end(offsets.first())..end(offsets.last())
}
