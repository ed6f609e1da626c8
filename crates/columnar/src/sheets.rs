//! The columns of a batch as sheets of lines: of a sheet whose lines lead to no rule nothing more is read.
//!
//! What it never does: read a field by itself, or find fault: a sheet at which anything is unusual is read whole.
use crate::{cell::Cell, chunk::Told, lines::Lines, plan::Plan, value::Row};
use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray},
    buffer::NullBuffer,
};
use serde::Deserialize;
use shenfang::{Outlook, Reviewer, Scratch};
use shenfang_clinical::{
    Item, Prescription,
    read::{CHARACTERS, ITEMS, check, check_rest, with_items},
};
use std::{ops::Range, sync::LazyLock};

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
    lists: Option<Lists<'a>>,
    line: Line<'a>,
}

/// Where the lines of sheets lie.
struct Lists<'a> {
    column: &'a ArrayRef,
    place: Place,
    /// of the usual lists: where each ends
    ends: Option<&'a [i32]>,
}

impl<'a> Lists<'a> {
    fn new(column: &'a ArrayRef, place: Place) -> Lists<'a> {
        let usual = column.as_list_opt::<i32>();
        Lists {
            column,
            place,
            ends: usual.map(|lists| lists.value_offsets()),
        }
    }

    #[inline]
    fn of(&self, at: usize) -> Range<usize> {
        match self.ends.and_then(|ends| ends.get(at..at.checked_add(2)?)) {
            Some([from, to]) => usize::try_from(*from).unwrap_or_default()..usize::try_from(*to).unwrap_or_default(),
            _ => (self.place)(self.column, at),
        }
    }
}

/// The columns of lines.
struct Line<'a> {
    /// of structs
    nulls: Option<&'a NullBuffer>,
    /// ids; without them lines are counted from 1
    id: Option<Cell<'a>>,
    /// all else
    cell: Cell<'a>,
}

impl<'a> Line<'a> {
    fn new(nulls: Option<&'a NullBuffer>, id: Option<Cell<'a>>, fields: Fields<'a>) -> Line<'a> {
        let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
        let cell = Cell::Object(None, fields);
        Line { nulls, id, cell }
    }

    /// Whether every line has an id of its own.
    fn is_numbered(&self, rows: &Range<usize>) -> bool {
        match &self.id {
            None => true,
            Some(Cell::Text(ids)) => {
                are_counted(ids, rows) || are_numbers(rows, |at| ids.is_valid(at).then(|| ids.value(at)))
            }
            Some(ids) => are_numbers(rows, |at| ids.text(at)),
        }
    }
}

/// `123…`, and where each number ends in it.
static COUNTED: LazyLock<(String, Vec<i32>)> = LazyLock::new(|| {
    let (mut text, mut ends) = (String::new(), vec![0]);
    for number in 1..=ITEMS {
        text.push_str(&number.to_string());
        ends.extend(i32::try_from(text.len()));
    }
    (text, ends)
});

/// Whether the lines are counted from 1, as nearly all are.
#[inline]
fn are_counted(ids: &StringArray, rows: &Range<usize>) -> bool {
    let (text, counted) = &*COUNTED;
    let ends = ids.value_offsets().get(rows.start..=rows.end).unwrap_or_default();
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return false;
    };
    let place = |end: i32| usize::try_from(end).unwrap_or_default();
    let written = ids.value_data().get(place(*first)..place(*last));
    let counts = written.is_some_and(|written| text.as_bytes().get(..written.len()) == Some(written));
    let differs = ends.iter().zip(counted).fold(0, |differs, (end, counted)| {
        differs | end.wrapping_sub(*first) ^ counted
    });
    let nulls = ids.nulls().filter(|nulls| nulls.null_count() > 0);
    counts
        && differs == 0
        && ends.len() <= counted.len()
        && nulls.is_none_or(|nulls| rows.clone().all(|at| nulls.is_valid(at)))
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
            lists: Some(Lists::new(lists, range)),
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
        let all = match &self.lists {
            None => rows,
            Some(lists) => {
                let each = rows.map(|at| lists.of(at)).filter(|list| !list.is_empty());
                let count: usize = each.clone().map(|list| list.len()).sum();
                let both = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
                let all = each.reduce(both).unwrap_or_default();
                if all.len() > count.saturating_mul(2) { 0..0 } else { all }
            }
        };
        lines.learn(&self.line.cell, all, reviewer.program());
    }

    /// What can be told of a sheet line by line; `None` where it is to be read whole. In the flat shape it has these rows, else it stands in the first.
    /// `outline`: no more is asked than the columns of an outline.
    pub(crate) fn tell<'t>(
        &'t self,
        rows: Range<usize>,
        lines: &'t mut Lines,
        outline: bool,
        (reviewer, scratch): (&Reviewer, &mut Scratch),
    ) -> Option<Told<'t>> {
        let first = rows.start;
        let id = self.id.text(first).filter(|id| is_plain(id))?;
        let rows = match &self.lists {
            Some(lists) if lists.column.is_null(first) => return None,
            Some(lists) => lists.of(first),
            None => rows,
        };
        let nulls = self.line.nulls;
        let absent = nulls.is_some_and(|nulls| rows.clone().any(|at| nulls.is_null(at)));
        if absent || rows.is_empty() || rows.len() > ITEMS || !self.line.is_numbered(&rows) {
            return None;
        }
        let program = reviewer.program();
        let rest = match self.bare {
            true => None,
            false => Some(self.read(first, id)?),
        };
        let unstated = rest.as_ref().is_none_or(|rest| rest.current_medications.is_none());
        match lines.outlook(&rows, unstated, program)? {
            Outlook::Quiet if program.leaves_to_lines(rest.as_ref()) => return Some(Told::Quiet(id)),
            Outlook::Pairs if outline && program.leaves_to_lines(rest.as_ref()) => {
                if let Some(decision) = lines.pair_up(&rows, (reviewer, scratch)) {
                    return Some(Told::Pairs(lines.pairs.said(
                        decision,
                        self.line.id.as_ref(),
                        rows.start,
                    )));
                }
            }
            _ => {}
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
        for ((known, at), count) in lines.within(&rows)?.iter().zip(rows).zip(1_usize..) {
            let mut item = lines.item(known)?.clone();
            item.id = match &self.line.id {
                Some(id) => id.text(at)?.into(),
                None => count.to_string().into(),
            };
            items.push(item);
        }
        Some(items)
    }
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
