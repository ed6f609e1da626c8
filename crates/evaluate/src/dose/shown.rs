//! Amounts as a person writes them, kept by the thread: the same few doses are exceeded every day, and by as much.
//!
//! What it never does: take one limit or amount for another, or grow without end.
use super::{Excess, Limit};
use crate::program::Tables;
use rustc_hash::FxHashMap;
use shenfang_clinical::{DoseNote, Measure, RulesIdentity};
use shenfang_units::{Amount, Comparison, Ratio};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

/// Most excesses whose texts are kept.
const MOST: usize = 4096;

/// The texts of one excess.
pub(crate) struct Shown {
    /// as the finding has it
    pub note: DoseNote,
    /// what the default message says after the drugs
    pub zh: Box<str>,
    pub en: Box<str>,
}

/// An excess over a limit of a dose: dose, band, limit, amount, limit for this patient, whether the message names the ingredient.
type Key = (u32, usize, usize, Ratio, Ratio, bool);

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

    /// The texts of an excess over a limit of a dose, written now or before. `ingredient`: that of the dose, where the message names it.
    pub(super) fn of(&self, dose: u32, limit: &Limit, excess: &Excess, ingredient: Option<&str>) -> Arc<Shown> {
        let fresh = || Arc::new(Shown::of(limit, excess, ingredient));
        let Excess { band, which, .. } = *excess;
        let key = (dose, band, which, excess.amount, excess.limit, ingredient.is_some());
        match self.kept.try_borrow_mut() {
            Ok(mut kept) => Arc::clone(kept.entry(key).or_insert_with(fresh)),
            Err(_) => fresh(),
        }
    }
}

impl Shown {
    fn of(limit: &Limit, excess: &Excess, ingredient: Option<&str>) -> Shown {
        let (taken, most) = (shown(limit, excess.amount), shown(limit, excess.limit));
        let rounded = |ratio: Ratio| Cow::Owned(ratio.round_to(2).unwrap_or(ratio).to_string());
        let ratio = excess.ratio.map_or(Cow::Borrowed("∞"), rounded);
        let (amount, per_limit) = (per(limit, &taken), per(limit, &most));
        let (than_zh, than_en) = match limit.op {
            Comparison::AtLeast => ("低于", "is below"),
            _ => ("超过", "exceeds"),
        };
        // `每日` says the day already.
        let (much, of) = match limit.measure {
            Measure::Frequency => (&*amount, &*per_limit),
            _ => (&*taken, &*most),
        };
        let (zh, en) = (limit.measure.zh(), limit.measure.code());
        let (colon, of_zh) = ingredient.map_or((" ", ""), |ingredient| ("：", ingredient));
        let (of_en, space) = ingredient.map_or(("", ""), |ingredient| (ingredient, " "));
        let zh = [
            colon, of_zh, zh, " ", much, "，", than_zh, " ", of, "（", &ratio, " 倍）",
        ]
        .concat();
        let en = [
            ": ", of_en, space, en, " ", much, " ", than_en, " ", of, " (", &ratio, " times)",
        ]
        .concat();
        Shown {
            note: DoseNote {
                measure: limit.measure.code(),
                amount: amount.into(),
                limit: per_limit.into(),
                ratio: ratio.into(),
            },
            zh: zh.into(),
            en: en.into(),
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

fn per(limit: &Limit, shown: &str) -> String {
    let per = match limit.measure {
        Measure::Daily | Measure::Frequency => "/d",
        Measure::Weekly => "/wk",
        Measure::Single | Measure::Course | Measure::Duration => "",
    };
    [shown, per].concat()
}
