//! What lines add to the sums that rules ask for, kept small: nearly every amount is a whole number of millionths.
//!
//! What it never does: round. What is finer, or lies between two ends, is asked for where it is summed.
use crate::csr::wide;
use crate::number::Number;
use shenfang_units::Ratio;
use std::cell::{Cell, RefCell};

/// What a line adds to a sum, small enough to lie beside what the others add.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Added {
    /// so many millionths
    Exactly(i64),
    Unmeasured,
    Unknown,
    /// ends that lie apart, and what is no whole number of millionths: it has to be asked
    Ask,
}

/// Parts of one that a sum counts.
const PARTS: i64 = 1_000_000;

impl Added {
    /// The same amount, where it can be said so shortly.
    pub fn of(amount: Number) -> Added {
        let parts = |value: Ratio| {
            let parts = value.checked_mul(Ratio::integer(PARTS))?;
            (parts.denominator() == 1).then(|| i64::try_from(parts.numerator()).ok())?
        };
        match amount {
            Number::Ends { low, high, more: false } if low == high => parts(low).map_or(Added::Ask, Added::Exactly),
            Number::Unmeasured => Added::Unmeasured,
            Number::Unknown => Added::Unknown,
            Number::Ends { .. } | Number::Within(_) => Added::Ask,
        }
    }
}

/// One number of so many parts.
fn whole(parts: i64) -> Option<Ratio> {
    match (parts.checked_rem(PARTS), parts.checked_div(PARTS)) {
        (Some(0), Some(whole)) => Some(Ratio::integer(whole)),
        _ => Ratio::new(parts.into(), PARTS.into()),
    }
}

/// How many targets' lines are counted at once, each in a byte of one number; its last byte counts the lines.
pub(crate) const COUNTED: usize = 7;

/// One line, and to which targets it counts.
pub(crate) fn counted(to: impl Iterator<Item = bool>) -> u64 {
    let places = (0u32..).step_by(8).zip(to.take(COUNTED));
    places.fold(1 << 56, |all, (place, counts)| all | u64::from(counts) << place)
}

/// What lines add to the sums that rules ask for: line, sum, amount, in order of lines and sums.
#[derive(Default)]
pub(crate) struct Totals {
    all: RefCell<Vec<(u32, u32, Added)>>,
    /// what the prescribed lines count to, added up
    counted: Cell<u64>,
}

impl Totals {
    /// Forgets.
    pub fn clear(&mut self) {
        self.all.get_mut().clear();
        self.counted.set(0);
    }

    /// Notes what the next line adds, and what it counts to.
    pub fn add(&self, line: u32, amounts: &[(u32, Added)], counted: u64) {
        self.counted.set(self.counted.get().wrapping_add(counted));
        if !amounts.is_empty()
            && let Ok(mut all) = self.all.try_borrow_mut()
        {
            all.extend(amounts.iter().map(|(sum, amount)| (line, *sum, *amount)));
        }
    }

    /// How many of the prescribed lines, which are so many, count to a target, by its place; `None` where not all of them said so, or there are too many.
    pub fn members(&self, place: usize, prescribed: usize) -> Option<usize> {
        let all = self.counted.get().to_le_bytes();
        let known = all.last().is_some_and(|lines| usize::from(*lines) == prescribed);
        all.get(..COUNTED)?
            .get(place)
            .filter(|_| known)
            .map(|members| usize::from(*members))
    }

    /// A sum over the first so many lines, as far as they say what they add; `None` where not all of them do and are asked for, one has to be asked, or
    /// they add up to too much.
    pub fn over(&self, sum: u32, first: usize, all_of_them: bool) -> Option<Number> {
        let all = self.all.try_borrow().ok()?;
        let (mut parts, mut members, mut more) = (0_i64, 0_usize, false);
        let of_first = all.iter().take_while(|(line, ..)| wide(*line) < first);
        for (_, _, amount) in of_first.filter(|(_, of, _)| *of == sum) {
            members = members.saturating_add(1);
            match amount {
                Added::Exactly(added) => parts = parts.checked_add(*added)?,
                Added::Unmeasured => {}
                Added::Unknown => more = true,
                Added::Ask => return None,
            }
        }
        let low = whole(parts).filter(|_| !all_of_them || members == first)?;
        Some(Number::Ends { low, high: low, more })
    }

    /// What a line adds to a sum, where that is known.
    pub fn of(&self, line: u32, sum: u32) -> Option<Number> {
        let all = self.all.try_borrow().ok()?;
        let at = all.binary_search_by_key(&(line, sum), |(line, sum, _)| (*line, *sum));
        match all.get(at.ok()?)?.2 {
            Added::Exactly(parts) => whole(parts).map(|value| Number::Ends {
                low: value,
                high: value,
                more: false,
            }),
            Added::Unmeasured => Some(Number::Unmeasured),
            Added::Unknown => Some(Number::Unknown),
            Added::Ask => None,
        }
    }
}
