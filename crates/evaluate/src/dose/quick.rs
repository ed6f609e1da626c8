//! The usual answers of a dose: one line, everything known, nothing exceeded; perhaps current medications that nobody stated, which may add to
//! it. What is not as simple as that is left to the rest of this module.
use super::concern::concern;
use super::limit::{body_limit, reckon};
use super::{Judged, Limit};
use crate::evaluate::View;
use shenfang_clinical::dosage::{Dosage, Reckoned};
use shenfang_clinical::{Measure, Severity};
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
        let Some(concern) = concern(self.sheet, self.dose, self.members, &[]) else {
            return Some(Usual::Silent);
        };
        if !concern.sure || concern.ambiguous || concern.current {
            return None;
        }
        let view = self.view(&concern, &[]);
        match self.around(&view) {
            Truth::False => return Some(Usual::Silent),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        let node = concern.slot.node.and_then(|node| self.sheet.node(node))?;
        let (dosage, content) = (self.sheet.dosage(concern.line)?, node.content());
        let (mut speaks, mut more) = (false, false);
        for band in &self.dose.bands {
            match view.truth(&band.when) {
                Truth::False => continue,
                Truth::Unknown => return None,
                Truth::True => speaks = true,
            }
            for limit in &band.limits {
                more |= self.keeps(limit, &view, &dosage, &content)?;
            }
        }
        let gap = view.truth_or(self.dose.gap.as_ref(), Truth::False);
        let usual = if more {
            Usual::MoreUnknown(concern.line)
        } else {
            Usual::Silent
        };
        (speaks && gap == Truth::False).then_some(usual)
    }

    /// `Some` where the line surely keeps a limit; true where more of the same might not.
    fn keeps(
        &self,
        limit: &Limit,
        view: &View<'_, '_>,
        dosage: &Dosage<'_>,
        content: &shenfang_clinical::dosage::Content,
    ) -> Option<bool> {
        let summed = matches!(limit.measure, Measure::Daily | Measure::Weekly | Measure::Course);
        let size = body_limit(view, limit)?;
        let over = self
            .dose
            .over
            .first()
            .map_or(Ratio::ONE, |(over, _): &(Ratio, Severity)| *over);
        let kept = match reckon(dosage, limit, content) {
            // Of no known amount: it takes part in nothing.
            Reckoned::Unmeasured => return Some(false),
            Reckoned::Unknown { .. } => false,
            Reckoned::Known { low, .. } if limit.op == Comparison::AtLeast => low.value.checked_mul(over)? >= size,
            Reckoned::Known { high, .. } => high.value <= size.checked_mul(over)?,
        };
        let more = summed && limit.op != Comparison::AtLeast && view.phantom();
        kept.then_some(more)
    }
}
