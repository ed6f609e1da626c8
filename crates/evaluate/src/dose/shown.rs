//! Amounts as a person writes them, kept by the thread: the same few doses are exceeded every day, and by as much.
//!
//! What it never does: take one limit or amount for another, or grow without end.
use super::{Excess, Limit};
use crate::program::Tables;
use rustc_hash::FxHashMap;
use shenfang_clinical::{DoseNote, Measure, RulesIdentity};
use shenfang_units::{Amount, Ratio};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// Most excesses whose texts are kept.
const MOST: usize = 4096;

/// The texts of one excess.
pub(crate) struct Shown {
    /// `35 g`
    pub taken: Box<str>,
    pub most: Box<str>,
    /// `35 g/d`
    pub amount: Box<str>,
    pub limit: Box<str>,
    /// `2.33`
    pub ratio: Cow<'static, str>,
}

/// An excess over a limit of a dose: dose, band, limit, amount, limit for this patient.
type Key = (u32, usize, usize, Ratio, Ratio);

/// What one thread remembers of one program.
#[derive(Default)]
pub(crate) struct AllShown {
    of: Option<Arc<RulesIdentity>>,
    kept: RefCell<FxHashMap<Key, Arc<Shown>>>,
}

impl AllShown {
    /// Forgets what was remembered of another program, or is too much.
    pub fn turn_to(&mut self, tables: &Tables) {
        let same = self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &tables.identity));
        if !same || self.kept.get_mut().len() >= MOST {
            self.of = Some(Arc::clone(&tables.identity));
            self.kept.get_mut().clear();
        }
    }

    /// The texts of an excess over a limit of a dose, written now or before.
    pub(super) fn of(&self, dose: u32, limit: &Limit, excess: &Excess) -> Arc<Shown> {
        let fresh = || Arc::new(Shown::of(limit, excess));
        let key = (dose, excess.band, excess.which, excess.amount, excess.limit);
        match self.kept.try_borrow_mut() {
            Ok(mut kept) => Arc::clone(kept.entry(key).or_insert_with(fresh)),
            Err(_) => fresh(),
        }
    }
}

impl Shown {
    fn of(limit: &Limit, excess: &Excess) -> Shown {
        let (taken, most) = (shown(limit, excess.amount), shown(limit, excess.limit));
        let rounded = |ratio: Ratio| Cow::Owned(ratio.round_to(2).unwrap_or(ratio).to_string());
        Shown {
            amount: amount(limit, &taken),
            limit: amount(limit, &most),
            taken: taken.into(),
            most: most.into(),
            ratio: excess.ratio.map_or(Cow::Borrowed("∞"), rounded),
        }
    }

    /// As the finding has it.
    pub(super) fn note(&self, limit: &Limit) -> DoseNote<'static> {
        DoseNote {
            measure: limit.measure.code(),
            amount: Cow::Owned(String::from(&*self.amount)),
            limit: Cow::Owned(String::from(&*self.limit)),
            ratio: self.ratio.clone(),
        }
    }
}

fn shown(limit: &Limit, value: Ratio) -> String {
    let amount = Amount {
        value,
        dimension: limit.amount.dimension,
    };
    let quantity = amount.in_unit(&limit.unit).map(|quantity| quantity.to_string());
    quantity.unwrap_or_else(|| value.to_string())
}

fn amount(limit: &Limit, shown: &str) -> Box<str> {
    let per = match limit.measure {
        Measure::Daily | Measure::Frequency => "/d",
        Measure::Weekly => "/wk",
        Measure::Single | Measure::Course | Measure::Duration => "",
    };
    [shown, per].concat().into()
}
