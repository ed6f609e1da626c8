//! Some sheets of a batch: what one thread reads and reviews.
use crate::{
    cell::Cell,
    lines::Lines,
    pairs::SaidOfPairs,
    plan::Plan,
    sheets::Sheets,
    value::{Row, Sheet},
};
use arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray, UInt64Array},
    compute::take,
    datatypes::DataType,
    error::ArrowError,
};
use shenfang::{Reviewer, Scratch};
use shenfang_clinical::Prescription;
use shenfang_wire::{Record, RecordError, read_value};
use std::{ops::Range, sync::Arc};

/// Some sheets of a batch.
pub struct Chunk {
    pub(crate) plan: Arc<Plan>,
    pub(crate) batch: RecordBatch,
    /// number of the first row in the input, from 1
    pub(crate) first: u64,
    /// the rows of each sheet, in the flat shape
    pub(crate) sheets: Option<Vec<Rows>>,
}

/// Rows of one sheet.
pub(crate) struct Rows {
    pub(crate) rows: Range<usize>,
    /// what is wrong with them as a whole
    pub(crate) fault: Option<RecordError>,
}

/// What is told of a sheet.
pub(crate) enum Told<'t> {
    /// it is sound, and the rules have nothing to say of it; its id
    Quiet(&'t str),
    /// it is sound, and what the rules have to say of it is known of its pairs of lines
    Pairs(SaidOfPairs<'t>),
    /// it is sound
    Sheet(&'t Prescription),
    /// it could not be read
    Faulty(&'t Record),
}

/// The columns that sheets are read from.
enum Columns<'c> {
    Nested(Cell<'c>),
    Flat {
        key: Cell<'c>,
        sheet: Cell<'c>,
        item: Cell<'c>,
        numbered: bool,
    },
}

impl Chunk {
    /// How many answers it has.
    pub fn len(&self) -> usize {
        self.sheets.as_ref().map_or(self.batch.num_rows(), Vec::len)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of the input it is made of.
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// Reads every sheet, in order. `line` of a record is the number of its first row in the input, from 1.
    pub fn records(&self, mut each: impl FnMut(Record)) {
        let columns = self.columns();
        for number in 0..self.len() {
            each(self.record(&columns, number));
        }
    }

    /// Reads every sheet, in order, as far as the reviewer may have something to say of it. `outline`: no more is asked than the columns of an outline.
    pub(crate) fn each(
        &self,
        (lines, scratch, outline): (&mut Lines, &mut Scratch, bool),
        reviewer: &Reviewer,
        mut each: impl FnMut(&mut Scratch, Told<'_>),
    ) {
        lines.turn_to(&self.plan, reviewer);
        let columns = self.columns();
        let sheets = match &columns {
            Columns::Nested(_) => Sheets::nested(&self.plan, &self.batch),
            Columns::Flat { .. } => Sheets::flat(&self.plan, &self.batch),
        };
        if let Some(sheets) = &sheets {
            sheets.learn(0..self.rows(), lines, reviewer);
        }
        for number in 0..self.len() {
            let (rows, fault) = self.place(number);
            let usual = sheets.as_ref().filter(|_| fault.is_none());
            let told = usual.and_then(|sheets| sheets.tell(rows, lines, outline, (reviewer, &mut *scratch)));
            match told {
                Some(told) => each(scratch, told),
                None => {
                    let record = self.record(&columns, number);
                    let told = record.result.as_ref().map_or(Told::Faulty(&record), Told::Sheet);
                    each(scratch, told);
                }
            }
        }
    }

    fn columns(&self) -> Columns<'_> {
        let (plan, batch) = (&*self.plan, &self.batch);
        match self.sheets {
            None => Columns::Nested(Cell::object(&plan.sheet, batch)),
            Some(_) => Columns::Flat {
                key: plan
                    .key
                    .and_then(|at| batch.columns().get(at))
                    .map_or(Cell::Nothing, Cell::of),
                sheet: Cell::object(&plan.sheet, batch),
                item: Cell::object(&plan.item, batch),
                numbered: plan.item.iter().any(|(name, _)| name == "id"),
            },
        }
    }

    /// The rows of a sheet, and what is wrong with them as a whole.
    fn place(&self, number: usize) -> (Range<usize>, Option<&RecordError>) {
        match &self.sheets {
            None => (number..number.saturating_add(1), None),
            Some(sheets) => sheets
                .get(number)
                .map_or((0..0, None), |sheet| (sheet.rows.clone(), sheet.fault.as_ref())),
        }
    }

    fn record(&self, columns: &Columns<'_>, number: usize) -> Record {
        let (rows, fault) = self.place(number);
        let at = rows.start;
        let result = match (fault, columns) {
            (Some(fault), _) => Err(fault.clone()),
            (None, Columns::Nested(cell)) => read_value(Row { cell, at, id: None }),
            (
                None,
                Columns::Flat {
                    key,
                    sheet,
                    item,
                    numbered,
                },
            ) => read_value(Sheet {
                key,
                sheet,
                item,
                numbered: *numbered,
                rows: rows.clone(),
            }),
        };
        let id = match (&result, columns) {
            (Ok(sheet), _) => Some(sheet.id.clone()),
            (Err(_), Columns::Nested(cell)) => cell.field("id").and_then(|id| id.text(at)).map(Box::from),
            (Err(_), Columns::Flat { key, .. }) => key.text(at).map(Box::from),
        };
        Record {
            line: self.first.saturating_add(u64::try_from(at).unwrap_or(u64::MAX)),
            id,
            result,
        }
    }

    /// The columns handed on, a value an answer.
    pub(crate) fn kept(&self) -> Result<Vec<ArrayRef>, ArrowError> {
        let columns = self.plan.kept().iter().filter_map(|at| self.batch.columns().get(*at));
        columns.map(|column| self.of_each(column)).collect()
    }

    /// The ids of all sheets, sound or not, as they came.
    pub(crate) fn ids(&self) -> Result<ArrayRef, ArrowError> {
        let at = match self.sheets {
            None => self.plan.column("id"),
            Some(_) => self.plan.key,
        };
        let Some(column) = at.and_then(|at| self.batch.columns().get(at)) else {
            return Ok(Arc::new(StringArray::new_null(self.len())));
        };
        let ids = self.of_each(column)?;
        if ids.data_type() == &DataType::Utf8 {
            return Ok(ids);
        }
        let cell = Cell::of(&ids);
        let texts: StringArray = (0..ids.len()).map(|at| cell.text(at)).collect();
        Ok(Arc::new(texts))
    }

    /// A column, a value an answer: in the flat shape that of a sheet's first row.
    fn of_each(&self, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let Some(sheets) = &self.sheets else {
            return Ok(Arc::clone(column));
        };
        let first = |rows: &Rows| u64::try_from(rows.rows.start).unwrap_or(u64::MAX);
        let firsts: UInt64Array = sheets.iter().map(first).collect::<Vec<u64>>().into();
        take(column, &firsts, None)
    }
}
