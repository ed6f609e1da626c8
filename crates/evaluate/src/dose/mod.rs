//! Dose limits: whom a dose concerns, what is summed, which limits are exceeded and by how much.
//!
//! What it never does: skip an amount that cannot be converted, or let an unknown one hide a known excess.
mod concern;
mod gap;
mod limit;
mod say;

use crate::condition::StandIn;
use crate::evaluate::{View, in_force};
use crate::judge::Policy;
use crate::needs::Needs;
use crate::presume;
use crate::rules::Dose;
use crate::sheet::{DoseMember, Sheet};
use crate::verdict::{Rests, Verdicts};
use concern::Concern;
use shenfang_clinical::{Measure, Severity};
use shenfang_units::{Ratio, Truth};

/// An excess over one limit.
#[derive(Clone, Debug)]
struct Excess {
    lines: Vec<u32>,
    concern: Concern,
    /// amount ÷ limit; `None` is without end
    ratio: Option<Ratio>,
    amount: Ratio,
    limit: Ratio,
    band: usize,
    which: usize,
}

/// What a dose came to under one set of presumptions.
#[derive(Default)]
struct Outcome {
    excess: Vec<Excess>,
    open: Vec<OpenDose>,
    /// a maximum or an ingredient's amount that is not stated
    rests: Vec<(Vec<u32>, Needs)>,
}

#[derive(Clone, PartialEq)]
struct OpenDose {
    lines: Vec<u32>,
    needs: Needs,
    gap: bool,
}

impl Outcome {
    fn exceed(&mut self, excess: Excess) {
        let larger = |a: Option<Ratio>, b: Option<Ratio>| match (a, b) {
            (None, Some(_)) => true,
            (Some(a), Some(b)) => a > b,
            _ => false,
        };
        match self.excess.iter_mut().find(|known| known.lines == excess.lines) {
            Some(known) if larger(excess.ratio, known.ratio) => *known = excess,
            Some(_) => {}
            None => self.excess.push(excess),
        }
    }

    fn leave_open(&mut self, lines: Vec<u32>, needs: Needs, gap: bool) {
        match self
            .open
            .iter_mut()
            .find(|known| known.lines == lines && known.gap == gap)
        {
            Some(known) => known.needs.join(&needs),
            None => self.open.push(OpenDose { lines, needs, gap }),
        }
    }

    fn rest(&mut self, line: u32, fields: Needs) {
        if !self
            .rests
            .iter()
            .any(|(lines, known)| lines == &[line] && *known == fields)
        {
            self.rests.push((vec![line], fields));
        }
    }
}

/// One dose on one sheet.
struct Judged<'a> {
    sheet: &'a Sheet<'a>,
    dose: &'a Dose,
    concerns: &'a [Concern],
}

/// Judges every dose that some line is reached by.
pub(crate) fn judge(sheet: &Sheet<'_>, members: &[DoseMember], verdicts: &mut Verdicts) {
    for of_dose in members.chunk_by(|a, b| a.dose == b.dose) {
        let number = of_dose.first().map_or(u32::MAX, |member| member.dose);
        let Some(dose) = sheet.tables.doses.doses.get(crate::csr::wide(number)) else {
            continue;
        };
        let policy = Policy::of(&dose.says, sheet);
        if policy.silent || in_force(&dose.says, sheet) == Truth::False {
            continue;
        }
        let mut concerns = Vec::new();
        for same_line in of_dose.chunk_by(|a, b| a.line == b.line) {
            concerns.extend(concern::concern(sheet, dose, same_line));
        }
        let judged = Judged {
            sheet,
            dose,
            concerns: &concerns,
        };
        if !concerns.is_empty() {
            judged.speak(&policy, verdicts);
        }
    }
}

impl Judged<'_> {
    /// The dose as a line, or a sum that begins with it, sees the sheet.
    fn view<'v>(&'v self, concern: &'v Concern, assumed: &'v [&'v StandIn]) -> View<'v> {
        View {
            sheet: self.sheet,
            slots: std::slice::from_ref(&concern.slot),
            assumed,
        }
    }

    fn outcome(&self, assumed: &[&StandIn]) -> Outcome {
        let mut outcome = Outcome::default();
        for measure in Measure::ALL {
            for group in self.groups(*measure) {
                self.limits(*measure, &group, assumed, &mut outcome);
            }
        }
        for concern in self.concerns {
            self.gap(concern, assumed, &mut outcome);
        }
        outcome
    }

    /// Lines judged together: each alone, or all in a sum.
    fn groups(&self, measure: Measure) -> Vec<Vec<&Concern>> {
        let alone = matches!(measure, Measure::Single | Measure::Frequency | Measure::Duration);
        let prescribed = |concern: &&Concern| !concern.current;
        if alone {
            return self.concerns.iter().filter(prescribed).map(|c| vec![c]).collect();
        }
        let ambiguous = self.concerns.iter().filter(|c| c.ambiguous && !c.current);
        let mut groups: Vec<Vec<&Concern>> = ambiguous.map(|c| vec![c]).collect();
        let sum: Vec<&Concern> = self.concerns.iter().collect();
        if sum.iter().any(|c| !c.ambiguous) && sum.iter().any(prescribed) {
            groups.push(sum);
        }
        groups
    }

    fn speak(&self, policy: &Policy<'_>, verdicts: &mut Verdicts) {
        let first = self.outcome(&[]);
        let highest = self.dose.over.iter().map(|(_, severity)| *severity).max();
        let highest = policy.severity.or(highest).unwrap_or(self.dose.says.severity);
        for excess in &first.excess {
            self.say(excess, policy, verdicts);
        }
        let rest = |lines, fields, policy: Option<&str>| Rests {
            rule: self.dose.says.id.clone(),
            severity: highest,
            lines,
            fields,
            policy: policy.map(str::to_owned),
        };
        for (lines, fields) in &first.rests {
            verdicts.rests.push(rest(lines.clone(), fields.clone(), None));
        }
        if !first.open.is_empty() {
            self.settle(first, highest, &rest, verdicts);
        }
    }

    /// What is open is evaluated again with the dose's own presumptions, then with the standing ones too.
    fn settle(
        &self,
        first: Outcome,
        highest: Severity,
        rest: &dyn Fn(Vec<u32>, Needs, Option<&str>) -> Rests,
        verdicts: &mut Verdicts,
    ) {
        let Some(concern) = self.concerns.first() else {
            return;
        };
        let view = self.view(concern, &[]);
        let (mut stand_ins, mut fields) = presume::own(&view, &self.dose.says, highest);
        let mut open = first.open.clone();
        if !stand_ins.is_empty() {
            let again = self.outcome(&stand_ins);
            let settled = still_open(&first, &mut open, &again);
            verdicts
                .rests
                .extend(settled.map(|lines| rest(lines, fields.clone(), None)));
        }
        let mut left = Needs::default();
        open.iter().for_each(|entry| left.join(&entry.needs));
        let standing = presume::standing(&view, highest, &left);
        if let Some(speaker) = standing.first() {
            for presumption in &standing {
                view.lack(presumption.stands.field, Some(&mut fields));
            }
            stand_ins.extend(standing.iter().map(|standing| &standing.stands));
            let again = self.outcome(&stand_ins);
            let policy = Some(speaker.policy.as_str());
            let settled = still_open(&first, &mut open, &again);
            verdicts
                .rests
                .extend(settled.map(|lines| rest(lines, fields.clone(), policy)));
        }
        for entry in open {
            verdicts.open.push(crate::verdict::Open {
                rule: self.dose.says.id.clone(),
                severity: highest,
                lines: entry.lines,
                needs: entry.needs,
                gap: entry.gap,
            });
        }
    }
}

/// Keeps what is open still, with the needs left; gives the lines of what is not.
fn still_open(first: &Outcome, open: &mut Vec<OpenDose>, again: &Outcome) -> impl Iterator<Item = Vec<u32>> + use<> {
    let mut settled = Vec::new();
    open.retain_mut(|entry| {
        let same = again
            .open
            .iter()
            .find(|other| other.lines == entry.lines && other.gap == entry.gap);
        if let Some(same) = same {
            entry.needs = same.needs.clone();
            return true;
        }
        let fires = again.excess.iter().any(|e| e.lines == entry.lines);
        let fired = first.excess.iter().any(|e| e.lines == entry.lines);
        if !fires || fired {
            settled.push(entry.lines.clone());
            return false;
        }
        true
    });
    settled.into_iter()
}
