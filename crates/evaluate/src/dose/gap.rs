//! Patients for whom no band speaks, and those for whom the bands do not speak although they bind.
use super::concern::Concern;
use super::{Judged, Outcome};
use crate::condition::StandIn;
use crate::needs::Needs;
use shenfang_units::Truth;
use smallvec::smallvec;

impl<'p> Judged<'_, 'p> {
    /// Leaves the line open where nothing said anything about it although nothing was there to say it.
    pub(super) fn gap(&self, concern: &Concern, assumed: &[&StandIn], outcome: &mut Outcome) {
        if concern.current || outcome.excess.iter().any(|e| e.lines.contains(&concern.line)) {
            return;
        }
        let view = self.view(concern, assumed);
        let bands = self.dose.bands.iter().map(|band| view.truth(&band.when));
        let speaks = bands.fold(Truth::False, Truth::or);
        let gap = match speaks {
            Truth::False => Truth::True,
            _ => view.truth_or(self.dose.gap.as_ref(), Truth::False),
        };
        if gap.and(self.around(&view)) == Truth::False {
            return;
        }
        let mut needs = Needs::default();
        self.concern_lacks(&view, concern, &mut needs);
        if let (Truth::Unknown, Some(condition)) = (gap, &self.dose.gap) {
            view.lacks(condition, &mut needs);
        }
        view.says_lacks(&self.dose.says, &mut needs);
        outcome.leave_open(smallvec![concern.line], needs, true);
    }
}
