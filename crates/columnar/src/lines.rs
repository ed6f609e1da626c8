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

/// A line that was read; by itself it was not.
#[derive(Clone, Copy, Default)]
struct Known {
    /// among the items
    place: Option<u32>,
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
    /// lines of the batch at hand, and the row of the first
    found: Vec<Known>,
    first: usize,
    /// the sheet at hand
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

    /// Reads the lines in these rows, as far as each can be read by itself and there is room for it.
    fn learn(&mut self, line: &Line<'_>, rows: Range<usize>, program: &Program) {
        if self.known.len() >= MOST {
            self.known.clear();
            self.items.clear();
        }
        self.first = rows.start;
        self.found.clear();
        self.found.reserve(rows.len());
        if let Some(sole) = line.sole {
            let nulls = sole.nulls();
            rows.for_each(|at| match nulls {
                Some(nulls) if nulls.is_null(at) => self.found.push(Known::default()),
                _ => self.add(sole.value(at).as_bytes(), &line.cell, at, program),
            });
            return;
        }
        let mut key = Vec::new();
        for at in rows {
            key.clear();
            line.cell.key(at, &mut key);
            self.add(&key, &line.cell, at, program);
        }
    }

    /// Adds the line that stands in a row of these columns, under this key.
    #[inline]
    fn add(&mut self, key: &[u8], cell: &Cell<'_>, at: usize, program: &Program) {
        let known = match self.known.get(key) {
            Some(known) => *known,
            None => self.read(key, cell, at, program).unwrap_or_default(),
        };
        self.found.push(known);
    }

    #[cold]
    fn read(&mut self, key: &[u8], cell: &Cell<'_>, at: usize, program: &Program) -> Option<Known> {
        if self.known.len() >= MOST {
            return None;
        }
        let item = Item::deserialize(Row { cell, at, id: None }).ok()?;
        let item = with_items(Prescription::default(), vec![item]).items.pop()?;
        let known = Known {
            place: u32::try_from(self.items.len()).ok(),
            bearing: program.bearing(&mut self.bearings, &item),
        };
        self.known.insert(key.into(), known);
        self.items.push(item);
        Some(known)
    }
}

/// Of the lines from a row on, those in some rows.
fn within<'l>(found: &'l [Known], first: usize, rows: &Range<usize>) -> Option<&'l [Known]> {
    found.get(rows.start.checked_sub(first)?..rows.end.checked_sub(first)?)
}

/// Where the lines of a row lie.
type Place = fn(&ArrayRef, usize) -> Range<usize>;

/// The columns of a batch as sheets of lines.
pub(crate) struct Sheets<'a> {
    /// all but the lines
    rest: Cell<'a>,
    /// whether nothing but the id may stand there
    bare: bool,
    id: Cell<'a>,
    /// in the nested shape: where the lines of a sheet lie
    lists: Option<(&'a ArrayRef, Place)>,
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

    /// Reads the lines of sheets that stand in these rows. Lists that lie far apart are left: what is between them is nobody's, or others'.
    pub(crate) fn learn(&self, rows: Range<usize>, lines: &mut Lines, reviewer: &Reviewer) {
        let all = match self.lists {
            None => rows,
            Some((lists, range)) => {
                let each = rows.map(|at| range(lists, at)).filter(|list| !list.is_empty());
                let count: usize = each.clone().map(|list| list.len()).sum();
                let both = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
                let all = each.reduce(both).unwrap_or_default();
                if all.len() > count.saturating_mul(2) { 0..0 } else { all }
            }
        };
        lines.learn(&self.line, all, reviewer.program());
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
        let rest = match self.bare {
            true => None,
            false => Some(self.read(first, id)?),
        };
        if is_quiet(rest.as_ref(), &rows, lines, program)? {
            return Some(Told::Quiet(id));
        }
        let items = self.items(rows, lines)?;
        match rest {
            Some(rest) => lines.sheet = with_items(rest, items),
            // Nothing but its id is ever put to these lines, and each was read as on such a sheet.
            None => {
                lines.sheet.id = id.into();
                lines.sheet.items = items;
            }
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

    /// The lines in these rows.
    fn items(&self, rows: Range<usize>, lines: &mut Lines) -> Option<Vec<Item>> {
        let mut items = std::mem::take(&mut lines.sheet.items);
        items.clear();
        for ((known, at), count) in within(&lines.found, lines.first, &rows)?
            .iter()
            .zip(rows)
            .zip(1_usize..)
        {
            let mut item = lines.items.get(usize::try_from(known.place?).ok()?)?.clone();
            item.id = match &self.line.id {
                Some(id) => id.text(at)?.into(),
                None => count.to_string().into(),
            };
            items.push(item);
        }
        Some(items)
    }
}

fn is_quiet(rest: Option<&Prescription>, rows: &Range<usize>, lines: &mut Lines, program: &Program) -> Option<bool> {
    let unstated = rest.is_none_or(|rest| rest.current_medications.is_none());
    let found = within(&lines.found, lines.first, rows)?.iter();
    let found = found.map(|known| known.bearing);
    Some(program.is_quiet(&mut lines.bearings, found, unstated) && program.leaves_to_lines(rest))
}

/// A text that is surely not blank and not too long.
#[inline]
fn is_plain(text: &str) -> bool {
    let begins = match text.as_bytes().first() {
        Some(b'!'..=b'~') => true,
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
    fields
        .extract_if(.., |(known, _)| *known == name)
        .next()
        .map(|(_, cell)| cell)
}
