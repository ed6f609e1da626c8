//! The usual answers of a dose: one line, everything known, nothing exceeded; perhaps current medications that nobody stated, which may add to
//! it. What is not as simple as that is left to the rest of this module.
use super::concern::concern;
use super::limit::body_limit;
use super::{Alone, Judged, Limit, Taken};
use crate::evaluate::{Slot, View};
use crate::rules::Dose;
use shenfang_clinical::Measure;
use shenfang_units::{Comparison, Ratio, Truth};

/// What a dose usually comes to.
pub(super) enum Usual {
    /// nothing to say
    Silent,
    /// what this line takes is within every limit; what else the patient takes is not known
    MoreUnknown(u32),
}

impl<'p> Judged<'_, 'p> {
    /// The usual answer, `None` where it takes a closer look; nothing is allocated to find out.
    pub(super) fn usual(&self) -> Option<Usual> {
        let (first, last) = (self.members.first()?, self.members.last()?);
        if first.line != last.line {
            return None;
        }
        let line = self.sheet.line(first.line)?;
        // Somebody has to have prescribed it.
        if line.current {
            return Some(Usual::Silent);
        }
        let may_grow = |more: bool| match more && self.sheet.rx.current_medications.is_none() {
            true => Usual::MoreUnknown(first.line),
            false => Usual::Silent,
        };
        let in_force = crate::evaluate::in_force(&self.dose.says, self.sheet);
        if let (Alone::Keeps { more }, Truth::True) = (first.alone, in_force) {
            let slots = [Slot {
                line: Some(first.line),
                node: Some(first.node),
                truth: Truth::True,
            }];
            let view = View {
                slots: &slots,
                ..View::bare(self.sheet)
            };
            let gap = view.truth_or(self.dose.gap.as_ref(), Truth::False);
            return (gap == Truth::False).then_some(may_grow(more));
        }
        let Some(concern) = concern(self.sheet, self.dose, self.members, &[]) else {
            return Some(Usual::Silent);
        };
        if !concern.sure || concern.ambiguous {
            return None;
        }
        let view = self.view(&concern, &[]);
        match self.around(&view) {
            Truth::False => return Some(Usual::Silent),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        self.keeps_all(&view, first.alone).map(may_grow)
    }

    /// `Some` where some band speaks for the patient, and the line surely keeps all their limits; true where more of the same might not.
    fn keeps_all(&self, view: &View<'_, '_>, alone: Alone) -> Option<bool> {
        let (mut speaks, mut more) = (false, false);
        let mut taken = match alone {
            Alone::Taken(at) => self.taken.get(crate::csr::wide(at)..)?.iter(),
            Alone::Ask | Alone::Keeps { .. } => return None,
        };
        for band in &self.dose.bands {
            let holds = view.truth(&band.when);
            for limit in &band.limits {
                let taken = taken.next()?;
                match holds {
                    Truth::False => {}
                    Truth::Unknown => return None,
                    Truth::True => more |= keeps(self.dose, limit, body_limit(view, limit)?, taken)?,
                }
            }
            speaks |= holds == Truth::True;
        }
        let gap = view.truth_or(self.dose.gap.as_ref(), Truth::False);
        (speaks && gap == Truth::False).then_some(more)
    }
}

/// `Some` where what is taken surely keeps a limit of this size; true where more of the same might not.
pub(super) fn keeps(dose: &Dose, limit: &Limit, size: Ratio, taken: &Taken) -> Option<bool> {
    let over = dose.over.first().map_or(Ratio::ONE, |(over, _)| *over);
    let at_least = limit.op == Comparison::AtLeast;
    let kept = match taken {
        // Of no known amount: it takes part in nothing.
        Taken::Unmeasured => return Some(false),
        Taken::Unknown => false,
        Taken::Amount { low, .. } if at_least => low.checked_mul(over)? >= size,
        Taken::Amount { high, .. } => *high <= size.checked_mul(over)?,
    };
    let summed = matches!(limit.measure, Measure::Daily | Measure::Weekly | Measure::Course);
    kept.then_some(summed && !at_least)
}
