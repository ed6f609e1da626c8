//! Lines that were read before: the same medicine is written in the same words on thousands of sheets. What was read of it, and what it bears on, is kept by
//! the thread that read it; and of a sheet whose lines lead to no rule nothing more is read.
//!
//! What it never does: read a field by itself, find fault (a sheet at which anything is unusual is read whole), answer for other columns or other rules
//! than those it was asked for, or grow without end.
use crate::{cell::Cell, chunk::Told, plan::Plan, value::Row};
use arrow::{
    array::{Array, ArrayRef, RecordBatch, StringArray},
    buffer::NullBuffer,
};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use shenfang::{Bearing, Bearings, Program, Reviewer};
use shenfang_clinical::{
    Item, Prescription,
    read::{CHARACTERS, ITEMS, check, check_rest, with_items},
};
use std::{ops::Range, sync::Arc};

/// Most lines kept.
const MOST: usize = 4096;

/// A line that was read.
#[derive(Clone, Copy)]
struct Known {
    /// among the items
    place: usize,
    bearing: Bearing,
}

/// What one thread has read of lines.
#[derive(Default)]
pub(crate) struct Lines {
    of: Option<(Arc<Plan>, Arc<Program>)>,
    bearings: Bearings,
    /// by what stands in the columns of a line but its id
    known: FxHashMap<Box<[u8]>, Known>,
    items: Vec<Item>,
    key: Vec<u8>,
    /// lines of the sheet at hand
    found: Vec<Known>,
    sheet: Prescription,
}

impl Lines {
    /// Forgets what was read of other columns, or for other rules.
    pub(crate) fn turn_to(&mut self, plan: &Arc<Plan>, reviewer: &Reviewer) {
        let same = |(columns, rules): &(Arc<Plan>, Arc<Program>)| {
            Arc::ptr_eq(columns, plan) && Arc::ptr_eq(rules, reviewer.program())
        };
        if !self.of.as_ref().is_some_and(same) {
            *self = Lines {
                of: Some((Arc::clone(plan), Arc::clone(reviewer.program()))),
                ..Lines::default()
            };
        }
    }

    /// Makes room for one more sheet.
    fn begin(&mut self) {
        self.found.clear();
        if self.known.len() >= MOST {
            self.known.clear();
            self.items.clear();
        }
    }

    /// Adds the line that stands in a row of these columns, under this key, to those of the sheet at hand; `None` where it cannot be read by itself.
    #[inline]
    fn add(&mut self, key: &[u8], cell: &Cell<'_>, at: usize, program: &Program) -> Option<()> {
        let known = match self.known.get(key) {
            Some(known) => *known,
            None => self.read(key, cell, at, program)?,
        };
        self.found.push(known);
        Some(())
    }

    fn read(&mut self, key: &[u8], cell: &Cell<'_>, at: usize, program: &Program) -> Option<Known> {
        let item = Item::deserialize(Row { cell, at, id: None }).ok()?;
        let item = with_items(Prescription::default(), vec![item]).items.pop()?;
        let known = Known {
            place: self.items.len(),
            bearing: program.bearing(&mut self.bearings, &item),
        };
        self.known.insert(key.into(), known);
        self.items.push(item);
        Some(known)
    }
}

/// The columns of a batch as sheets of lines.
pub(crate) struct Sheets<'a> {
    /// all but the lines
    rest: Cell<'a>,
    /// whether nothing but the id may stand there
    bare: bool,
    id: Cell<'a>,
    /// in the nested shape: where the lines of a sheet lie
    lists: Option<(&'a ArrayRef, fn(&ArrayRef, usize) -> Range<usize>)>,
    line: Line<'a>,
}

/// The columns of lines.
struct Line<'a> {
    /// of structs
    nulls: Option<&'a NullBuffer>,
    /// ids; without them lines are counted from 1
    id: Option<Cell<'a>>,
    /// all else
    cell: Cell<'a>,
    /// of it the only column
    sole: Option<&'a StringArray>,
}

impl<'a> Line<'a> {
    fn new(nulls: Option<&'a NullBuffer>, id: Option<Cell<'a>>, fields: Fields<'a>) -> Line<'a> {
        let sole = match fields.as_slice() {
            [(_, Cell::Text(only))] => Some(*only),
            _ => None,
        };
        let cell = Cell::Object(None, fields);
        Line { nulls, id, cell, sole }
    }

    /// Whether every line has an id of its own.
    fn is_numbered(&self, rows: &Range<usize>) -> bool {
        match &self.id {
            None => true,
            Some(Cell::Text(ids)) => are_numbers(rows, |at| ids.is_valid(at).then(|| ids.value(at))),
            Some(ids) => are_numbers(rows, |at| ids.text(at)),
        }
    }

    /// Adds every line of a sheet; `None` where one cannot be read by itself.
    fn add(&self, rows: &Range<usize>, lines: &mut Lines, program: &Program) -> Option<()> {
        let cell = &self.cell;
        let mut rows = rows.clone();
        if let Some(sole) = self.sole {
            let nulls = sole.nulls();
            return rows.try_for_each(|at| match nulls {
                Some(nulls) if nulls.is_null(at) => None,
                _ => lines.add(sole.value(at).as_bytes(), cell, at, program),
            });
        }
        let mut key = std::mem::take(&mut lines.key);
        let added = rows.try_for_each(|at| {
            key.clear();
            cell.key(at, &mut key);
            lines.add(&key, cell, at, program)
        });
        lines.key = key;
        added
    }
}

/// Whether every row has a text of its own.
#[inline]
fn are_numbers<'a>(rows: &Range<usize>, text: impl Fn(usize) -> Option<&'a str>) -> bool {
    let mut before = "";
    let mut ascends = true;
    for at in rows.clone() {
        let Some(id) = text(at).filter(|id| is_plain(id)) else {
            return false;
        };
        // Usual ids are short: comparing byte by byte is done at the first.
        let longer = before.len() < id.len();
        ascends &= longer || (before.len() == id.len() && before.bytes().lt(id.bytes()));
        before = id;
    }
    let again = |at: usize| (rows.start..at).any(|other| text(other) == text(at));
    ascends || !rows.clone().any(again)
}

impl<'a> Sheets<'a> {
    /// Of a batch with columns of this plan; `None` where lines are no list of objects.
    pub(crate) fn nested(plan: &'a Plan, batch: &'a RecordBatch) -> Option<Sheets<'a>> {
        let mut rest = fields(Cell::object(&plan.sheet, batch))?;
        let Cell::List(lists, range, lines) = take(&mut rest, "items")? else {
            return None;
        };
        let Cell::Object(whole, mut line) = *lines else {
            return None;
        };
        let number = Some(take(&mut line, "id")?);
        if line.iter().any(|(name, _)| *name == "id") {
            return None;
        }
        let bare = rest.len() == 1;
        let rest = Cell::Object(None, rest);
        Some(Sheets {
            bare,
            id: Cell::of(batch.columns().get(plan.column("id")?)?),
            rest,
            lists: Some((lists, range)),
            line: Line::new(whole.and_then(|whole| whole.nulls()), number, line),
        })
    }

    /// The same of rows that are lines.
    pub(crate) fn flat(plan: &'a Plan, batch: &'a RecordBatch) -> Option<Sheets<'a>> {
        let rest = fields(Cell::object(&plan.sheet, batch))?;
        let mut line = fields(Cell::object(&plan.item, batch))?;
        let number = take(&mut line, "id");
        Some(Sheets {
            bare: rest.is_empty(),
            id: Cell::of(batch.columns().get(plan.key?)?),
            rest: Cell::Object(None, rest),
            lists: None,
            line: Line::new(None, number, line),
        })
    }

    /// What can be told of a sheet line by line; `None` where it is to be read whole. In the flat shape it has these rows, else it stands in the first.
    pub(crate) fn tell<'t>(
        &'t self,
        rows: Range<usize>,
        lines: &'t mut Lines,
        reviewer: &Reviewer,
    ) -> Option<Told<'t>> {
        let first = rows.start;
        let id = self.id.text(first).filter(|id| is_plain(id))?;
        let rows = match self.lists {
            Some((lists, _)) if lists.is_null(first) => return None,
            Some((lists, range)) => range(lists, first),
            None => rows,
        };
        let absent = self
            .line
            .nulls
            .is_some_and(|nulls| rows.clone().any(|at| nulls.is_null(at)));
        if absent || rows.is_empty() || rows.len() > ITEMS || !self.line.is_numbered(&rows) {
            return None;
        }
        let program = reviewer.program();
        lines.begin();
        self.line.add(&rows, lines, program)?;
        let rest = match self.bare {
            true => None,
            false => Some(self.read(first, id)?),
        };
        if is_quiet(rest.as_ref(), lines, program) {
            return Some(Told::Quiet(id));
        }
        lines.sheet = with_items(rest.unwrap_or_default(), self.items(rows, lines)?);
        if self.bare {
            lines.sheet.id = id.into();
        }
        check(&lines.sheet).ok().map(|()| Told::Sheet(&lines.sheet))
    }

    /// All but the lines.
    fn read(&self, at: usize, id: &str) -> Option<Prescription> {
        let id = self.lists.is_none().then(|| id.to_owned());
        let cell = &self.rest;
        let rest = Prescription::deserialize(Row { cell, at, id }).ok()?;
        check_rest(&rest).ok().map(|()| rest)
    }

    /// The lines at hand, as they stand in these rows.
    fn items(&self, rows: Range<usize>, lines: &mut Lines) -> Option<Vec<Item>> {
        let mut items = std::mem::take(&mut lines.sheet.items);
        items.clear();
        for ((known, at), count) in lines.found.iter().zip(rows).zip(1_usize..) {
            let mut item = lines.items.get(known.place)?.clone();
            item.id = match &self.line.id {
                Some(id) => id.text(at)?.into(),
                None => count.to_string().into(),
            };
            items.push(item);
        }
        Some(items)
    }
}

fn is_quiet(rest: Option<&Prescription>, lines: &mut Lines, program: &Program) -> bool {
    let unstated = rest.is_none_or(|rest| rest.current_medications.is_none());
    let Lines { bearings, found, .. } = lines;
    let found = found.iter().map(|known| known.bearing);
    program.is_quiet(bearings, found, unstated) && program.leaves_to_lines(rest)
}

/// A text that is surely not blank and not too long.
fn is_plain(text: &str) -> bool {
    let begins = match text.as_bytes().first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_graphic(),
        _ => text.chars().next().is_some_and(|first| !first.is_whitespace()),
    };
    begins && text.len() <= CHARACTERS
}

fn fields(cell: Cell<'_>) -> Option<Fields<'_>> {
    match cell {
        Cell::Object(_, fields) => Some(fields),
        _ => None,
    }
}

type Fields<'a> = Vec<(&'a str, Cell<'a>)>;

fn take<'a>(fields: &mut Fields<'a>, name: &str) -> Option<Cell<'a>> {
    let at = fields.iter().position(|(known, _)| *known == name)?;
    Some(fields.swap_remove(at).1)
}
