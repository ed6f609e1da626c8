//! What a line comes to under a dose by itself, as far as the line alone says: it is kept from sheet to sheet.
//!
//! What it never does: ask the patient anything, or look at another line.
use super::concern::placed;
use super::is_beside_the_point;
use super::limit::reckon;
use super::quick::keeps;
use crate::condition::{Condition, Leaf};
use crate::csr::{narrow, wide};
use crate::evaluate::View;
use crate::rules::Dose;
use crate::sheet::{DoseMember, Sheet};
use shenfang_clinical::dosage::Reckoned;
use shenfang_units::{Ratio, Truth};

/// What is known of a line that a dose concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alone {
    /// nothing
    Ask,
    /// what it takes, limit by limit: from this place on
    Taken(u32),
    /// it keeps every limit, whoever the patient is and on every day and sheet (whether the bands leave the patient out is not said); `more`: with more
    /// of the same it might not
    Keeps { more: bool },
}

/// What a line takes, beside one limit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taken {
    /// no known amount: it takes part in nothing
    Unmeasured,
    /// cannot be said
    Unknown,
    /// from low to high
    Amount { low: Ratio, high: Ratio },
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
    let limits = dose.bands.iter().flat_map(|band| &band.limits);
    taken.extend(limits.map(|limit| match reckon(&dosage, limit, &content) {
        _ if is_beside_the_point(sheet, limit, first.line) => Taken::Unmeasured,
        Reckoned::Unmeasured => Taken::Unmeasured,
        Reckoned::Unknown { .. } => Taken::Unknown,
        Reckoned::Known { low, high } => Taken::Amount {
            low: low.value,
            high: high.value,
        },
    }));
    let exempt = dose.says.exempt.iter().all(|exempt| truth(exempt) == Truth::False);
    let says = &dose.says;
    let always = says.enabled && says.policy.is_empty() && matches!(says.effective, None | Some((None, None)));
    let settled = when == Truth::True && exempt && always;
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
        for limit in &band.limits {
            let taken = taken.next()?;
            match holds {
                Truth::False => {}
                Truth::Unknown => return None,
                Truth::True => {
                    let size = limit.per.is_none().then_some(limit.amount.value)?;
                    more |= keeps(dose, limit, size, taken)?;
                }
            }
        }
        speaks |= holds == Truth::True;
    }
    speaks.then_some(more)
}
