//! Lines that were read before: the same medicine is written in the same words on thousands of sheets. What was read of it, and what it bears on, is kept by
//! the thread that read it.
//!
//! What it never does: read a field by itself, find fault (a line that cannot be read by itself is one of which nothing is known), answer for other columns
//! or other rules than those it was asked for, or grow without end.
use crate::{cell::Cell, pairs::Pairs, plan::Plan, value::Row};
use arrow::array::{Array, ArrayRef, StringArray};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use shenfang::{Bearing, Bearings, Decision, Outlook, Program, Reviewer, Scratch};
use shenfang_clinical::{Item, Prescription, read::with_items};
use std::{ops::Range, sync::Arc};

/// Most lines kept.
const MOST: usize = 4096;
/// Most where a line is nothing but the name of a medicine.
const MOST_NAMES: usize = 16_384;

/// A line that was read; by itself it was not.
#[derive(Clone, Copy, Default)]
pub(crate) struct Known {
    /// among the items
    place: Option<u32>,
    bearing: Bearing,
}

/// What one thread has read of lines.
#[derive(Default)]
pub(crate) struct Lines {
    of: Option<(Arc<Plan>, Arc<Program>)>,
    bearings: Bearings,
    pub(crate) pairs: Pairs,
    /// by what stands in the columns of a line but its id
    known: FxHashMap<Box<[u8]>, Known>,
    items: Vec<Item>,
    /// how many are kept
    most: usize,
    /// lines of the batch at hand, and the row of the first
    found: Vec<Known>,
    first: usize,
    /// the sheet at hand
    pub(crate) sheet: Prescription,
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
    pub(crate) fn learn(&mut self, cell: &Cell<'_>, rows: Range<usize>, program: &Program) {
        let sole = match cell {
            Cell::Object(_, fields) => fields.as_slice(),
            _ => &[],
        };
        self.most = if sole.len() == 1 { MOST_NAMES } else { MOST };
        if self.known.len() >= self.most {
            self.known.clear();
            self.items.clear();
        }
        self.first = rows.start;
        self.found.clear();
        self.found.reserve(rows.len());
        match sole {
            [(_, Cell::Text(sole))] => return self.learn_texts(cell, sole, rows, program),
            [(_, sole @ (Cell::LargeText(_) | Cell::TextView(_)))] => {
                return rows.for_each(|at| self.add_text(sole.text(at), cell, at, program));
            }
            [(_, Cell::Keyed(array, key, values))] if values.is_text() => {
                return self.learn_keyed((array, *key, values), cell, rows, program);
            }
            _ => {}
        }
        let mut key = Vec::new();
        for at in rows {
            key.clear();
            cell.key(at, &mut key);
            self.add(&key, cell, at, program);
        }
    }

    fn learn_texts(&mut self, cell: &Cell<'_>, sole: &StringArray, rows: Range<usize>, program: &Program) {
        let nulls = sole.nulls().filter(|nulls| nulls.null_count() > 0);
        let texts = sole.value_data();
        let ends = sole.value_offsets().get(rows.start..).unwrap_or_default();
        for (at, ends) in rows.zip(ends.windows(2)) {
            let [from, to] = ends else { continue };
            let text = usize::try_from(*from).ok().zip(usize::try_from(*to).ok());
            let text = text.and_then(|(from, to)| texts.get(from..to));
            match text.filter(|_| nulls.is_none_or(|nulls| nulls.is_valid(at))) {
                Some(text) => self.add(text, cell, at, program),
                None => self.found.push(Known::default()),
            }
        }
    }

    /// Of values that stand apart each is looked up once.
    fn learn_keyed(
        &mut self,
        (array, key, values): (&ArrayRef, fn(&ArrayRef, usize) -> usize, &Cell<'_>),
        cell: &Cell<'_>,
        rows: Range<usize>,
        program: &Program,
    ) {
        let mut looked_up: FxHashMap<usize, Known> = FxHashMap::default();
        for at in rows {
            if array.is_null(at) {
                self.found.push(Known::default());
                continue;
            }
            let key = key(array, at);
            match looked_up.get(&key) {
                Some(known) => self.found.push(*known),
                None => {
                    self.add_text(values.text(key), cell, at, program);
                    looked_up.extend(self.found.last().map(|known| (key, *known)));
                }
            }
        }
    }

    fn add_text(&mut self, text: Option<&str>, cell: &Cell<'_>, at: usize, program: &Program) {
        match text {
            Some(text) => self.add(text.as_bytes(), cell, at, program),
            None => self.found.push(Known::default()),
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
        if self.known.len() >= self.most {
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

    /// What the lines in these rows tell of their sheet; `None` where they were not learnt.
    #[inline]
    pub(crate) fn outlook(&mut self, rows: &Range<usize>, unstated: bool, program: &Program) -> Option<Outlook> {
        let found = within(&self.found, self.first, rows)?.iter().map(|known| known.bearing);
        Some(program.outlook(&mut self.bearings, found, unstated))
    }

    /// Finds out what is said of the pairs of lines in these rows, and the decision it leads to; `None` where that is not all.
    pub(crate) fn pair_up(&mut self, rows: &Range<usize>, how: (&Reviewer, &mut Scratch)) -> Option<Decision> {
        let (reviewer, scratch) = how;
        let (found, items) = (within(&self.found, self.first, rows)?, &self.items);
        let line = |place: u32| found.get(usize::try_from(place).ok()?);
        let mut decision = Decision::Pass;
        self.pairs.begin();
        for (a, b) in self.bearings.pairs() {
            let (one, other) = (line(*a)?, line(*b)?);
            let both = || Some([item(items, one)?.clone(), item(items, other)?.clone()]);
            let bearings = (one.bearing, other.bearing);
            decision = decision.max(self.pairs.add(bearings, (*a, *b), both, (reviewer, &mut *scratch))?);
        }
        Some(decision)
    }

    /// What is known of the lines in these rows.
    pub(crate) fn within(&self, rows: &Range<usize>) -> Option<&[Known]> {
        within(&self.found, self.first, rows)
    }

    /// The item of a line that was read.
    pub(crate) fn item(&self, known: &Known) -> Option<&Item> {
        item(&self.items, known)
    }
}

/// Of the lines from a row on, those in some rows.
#[inline]
fn within<'l>(found: &'l [Known], first: usize, rows: &Range<usize>) -> Option<&'l [Known]> {
    found.get(rows.start.checked_sub(first)?..rows.end.checked_sub(first)?)
}

fn item<'l>(items: &'l [Item], known: &Known) -> Option<&'l Item> {
    items.get(usize::try_from(known.place?).ok()?)
}
