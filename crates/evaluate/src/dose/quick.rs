//! The usual answer of a dose: one line, everything known, nothing exceeded. What is not as simple as that is left to the rest of this module,
//! which alone decides what is said.
use super::concern::concern;
use super::limit::{body_limit, reckon};
use super::{Judged, Limit};
use crate::evaluate::View;
use shenfang_clinical::dosage::{Dosage, Reckoned};
use shenfang_clinical::{Measure, Severity};
use shenfang_units::{Comparison, Ratio, Truth};

impl Judged<'_> {
    /// Whether the dose certainly has nothing to say; nothing is allocated to find out.
    pub(super) fn is_silent(&self) -> bool {
        let one = |members: &[crate::sheet::DoseMember]| members.first().map(|m| m.line) == members.last().map(|m| m.line);
        one(self.members) && self.lone_line_is_silent().unwrap_or(false)
    }

    /// `None` where it takes a closer look.
    fn lone_line_is_silent(&self) -> Option<bool> {
        let Some(concern) = concern(self.sheet, self.dose, self.members, &[]) else {
            return Some(true);
        };
        if !concern.sure || concern.ambiguous || concern.current {
            return None;
        }
        let view = self.view(&concern, &[]);
        match self.around(&view) {
            Truth::False => return Some(true),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        let node = concern.slot.node.and_then(|node| self.sheet.node(node))?;
        let (dosage, content) = (self.sheet.dosage(concern.line)?, node.content());
        let mut speaks = false;
        for band in &self.dose.bands {
            match view.truth(&band.when) {
                Truth::False => continue,
                Truth::Unknown => return None,
                Truth::True => speaks = true,
            }
            for limit in &band.limits {
                self.keeps(limit, &view, &dosage, &content)?;
            }
        }
        let gap = view.truth_or(self.dose.gap.as_ref(), Truth::False);
        (speaks && gap == Truth::False).then_some(true)
    }

    /// `Some` where the line surely keeps a limit.
    fn keeps(
        &self,
        limit: &Limit,
        view: &View<'_>,
        dosage: &Dosage<'_>,
        content: &shenfang_clinical::dosage::Content,
    ) -> Option<()> {
        let summed = matches!(limit.measure, Measure::Daily | Measure::Weekly | Measure::Course);
        if summed && view.phantom() {
            return None;
        }
        let size = body_limit(view, limit)?;
        let over = self.dose.over.first().map_or(Ratio::ONE, |(over, _): &(Ratio, Severity)| *over);
        let kept = match reckon(dosage, limit, content) {
            Reckoned::Unmeasured => true,
            Reckoned::Unknown { .. } => false,
            Reckoned::Known { low, .. } if limit.op == Comparison::AtLeast => low.value.checked_mul(over)? >= size,
            Reckoned::Known { high, .. } => high.value <= size.checked_mul(over)?,
        };
        kept.then_some(())
    }
}
