//! What a line comes to under a dose by itself, as far as the line alone says: it is kept from sheet to sheet.
//!
//! What it never does: ask the patient anything, or look at another line.
use super::concern::placed;
use super::is_beside_the_point;
use super::limit::reckon;
use super::quick::{exceeds, keeps};
use super::say::grade;
use super::shown::Shown;
use crate::condition::{Condition, Leaf};
use crate::csr::{narrow, wide};
use crate::evaluate::View;
use crate::rules::{Dose, Limit};
use crate::sheet::{DoseMember, Sheet};
use shenfang_clinical::Severity;
use shenfang_clinical::dosage::{ItemField, Reckoned};
use shenfang_units::{Comparison, Ratio, Truth};
use std::cell::OnceCell;
use std::sync::Arc;

/// What is known of a line that a dose concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alone {
    /// nothing
    Ask,
    /// what it takes, limit by limit: from this place on
    Taken(u32),
    /// it keeps every limit, whoever the patient is and on every day and sheet (whether the bands leave the patient out is not said); `more`: with more
    /// of the same it might not, if the dose concerns the patient
    Keeps { more: bool },
}

/// What a line takes, beside one limit.
pub(crate) enum Taken {
    /// what keeps the limit, whoever the patient is, or is of no known amount and takes part in nothing; `more`: with more of the same it might not
    Kept { more: bool },
    /// more than the limit, whoever the patient is
    Beyond(Box<Beyond>),
    /// cannot be said, as [`Reckoned::Unknown`] has it
    Unknown { needs: Vec<ItemField>, presumed: bool },
    /// from low to high, beside a limit that the patient's body decides, or that this alone does not
    Amount { low: Ratio, high: Ratio },
}

/// What is taken beyond a limit, how many times as much, how grave that is, and how it is said.
pub(crate) struct Beyond {
    pub amount: Ratio,
    pub ratio: Ratio,
    pub grade: Option<Severity>,
    pub shown: OnceCell<Arc<Shown>>,
}

impl Taken {
    fn of(dose: &Dose, limit: &Limit, reckoned: Reckoned) -> Taken {
        let (low, high) = match reckoned {
            Reckoned::Unmeasured => return Taken::Kept { more: false },
            Reckoned::Unknown { needs, presumed } => return Taken::Unknown { needs, presumed },
            Reckoned::Known { low, high } => (low.value, high.value),
        };
        let size = limit.amount.value;
        if limit.per.is_some() {
            return Taken::Amount { low, high };
        }
        if let Some(more) = keeps(dose, limit, size, low, high) {
            return Taken::Kept { more };
        }
        exceeds(limit, size, high).map_or(Taken::Amount { low, high }, |ratio| {
            Taken::Beyond(Box::new(Beyond {
                amount: high,
                ratio,
                grade: grade(dose, Some(ratio)),
                shown: OnceCell::new(),
            }))
        })
    }
}

/// What a dose makes of the line it reaches through these members, the first of them speaking; `None` where it does not concern the line. What is taken
/// goes to the end of `taken`.
pub(crate) fn alone(sheet: &Sheet<'_, '_>, members: &[DoseMember], taken: &mut Vec<Taken>) -> Option<Alone> {
    let first = members.first()?;
    let dose = sheet.tables.doses.doses.get(wide(first.dose))?;
    let concern = placed(sheet, dose, members)?;
    let view = View {
        slots: std::slice::from_ref(&concern.slot),
        ..View::bare(sheet)
    };
    let leaf = |leaf: &Leaf| view.answer_of_line(leaf);
    let truth = |condition: &Condition| condition.truth(&leaf);
    let when = dose.when.as_ref().map_or(Truth::True, truth);
    if when == Truth::False {
        return None;
    }
    let known = sheet.dosage(first.line).zip(sheet.node(first.node));
    let Some((dosage, node)) = known.filter(|_| concern.sure && !concern.ambiguous) else {
        return Some(Alone::Ask);
    };
    let at = narrow(taken.len());
    let content = node.content();
    let limits = || dose.bands.iter().flat_map(|band| &band.limits);
    taken.extend(
        limits().map(|limit| match is_beside_the_point(sheet, limit, first.line) {
            true => Taken::Kept { more: false },
            false => Taken::of(dose, limit, reckon(&dosage, limit, &content)),
        }),
    );
    // Of a line that it may not concern nothing is said, unless a limit is from below or the bands may leave the patient out.
    let silent = || dose.gap.is_none() && limits().all(|limit| limit.op != Comparison::AtLeast);
    let exempt = dose.says.exempt.iter().all(|exempt| truth(exempt) == Truth::False);
    let says = &dose.says;
    let always = says.enabled && says.policy.is_empty() && matches!(says.effective, None | Some((None, None)));
    let settled = exempt && always && (when == Truth::True || silent());
    let own = taken.get(wide(at)..).unwrap_or(&[]);
    match more(dose, own, truth).filter(|_| settled) {
        Some(more) => {
            taken.truncate(wide(at));
            Some(Alone::Keeps { more })
        }
        None => Some(Alone::Taken(at)),
    }
}

/// `Some` where some band surely speaks, and every limit of those that do is kept, whoever the patient is; true where more of the same might not.
fn more(dose: &Dose, taken: &[Taken], truth: impl Fn(&Condition) -> Truth) -> Option<bool> {
    let (mut speaks, mut more) = (false, false);
    let mut taken = taken.iter();
    for band in &dose.bands {
        let holds = truth(&band.when);
        for _ in &band.limits {
            match (holds, taken.next()?) {
                (Truth::False, _) => {}
                (Truth::True, Taken::Kept { more: grows }) => more |= grows,
                _ => return None,
            }
        }
        speaks |= holds == Truth::True;
    }
    speaks.then_some(more)
}
