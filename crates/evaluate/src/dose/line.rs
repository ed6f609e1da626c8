//! The doses that a line leads to, and what comes of those that no other line adds to: kept beside the line from sheet to sheet.
//!
//! What it never does: judge by itself a line that is part of a sum.
use super::concern::Concern;
use super::{Alone, Taken, alone};
use crate::csr::wide;
use crate::evaluate::View;
use crate::leads::Leading;
use crate::members::Row;
use crate::needs::{Need, Needs};
use crate::presume::{self, Settled};
use crate::sheet::{DoseMember, LedLine, Seen, Sheet};
use crate::verdict::{RuleList, Verdicts};
use shenfang_clinical::Severity;
use shenfang_order::Order;
use shenfang_units::Truth;
use smallvec::smallvec;

/// The doses that one line leads to.
#[derive(Default)]
pub(crate) struct OfLine {
    kept: Vec<Kept>,
    others: Vec<Reached>,
    /// by limits, as [`Alone::Taken`] says where
    taken: Vec<Taken>,
}

/// A line reached by a dose through one of its nodes; a dose's nodes follow each other.
struct Reached {
    dose: u32,
    sense: u16,
    node: u32,
    alone: Alone,
}

/// Doses that the line keeps, whoever the patient is, and that leave the same patients out.
struct Kept {
    reached: Vec<Reached>,
    /// ids of those that more of the same might exceed, ascending, and the severity they could have
    more: RuleList,
    severity: Severity,
}

/// The doses that the lines of a sheet lead to, and a buffer for those at hand.
#[derive(Default)]
pub(crate) struct Met {
    seen: Seen,
    /// doses that several lines lead to
    twice: Vec<u32>,
    members: Vec<DoseMember>,
}

impl Met {
    /// Forgets, for a program of so many doses.
    pub fn clear(&mut self, doses: usize) {
        self.seen.clear(doses);
        self.twice.clear();
    }

    /// Notes the doses that one more line leads to.
    pub fn add(&mut self, line: &OfLine) {
        let mut before = None;
        for Reached { dose, .. } in line.reached() {
            if before.replace(*dose) != Some(*dose) && !self.seen.is_new(*dose) {
                self.twice.push(*dose);
            }
        }
    }

    /// Judges every dose: of each line by itself, then those that several lines lead to.
    pub fn judge<'p>(
        &mut self,
        sheet: &Sheet<'_, 'p>,
        (leading, lines): (&Leading, &[LedLine]),
        verdicts: &mut Verdicts<'p>,
    ) {
        let Met { twice, members, .. } = self;
        let of_line = |led: &LedLine| Some((led.line, &leading.at(led.at?)?.doses));
        for (line, doses) in lines.iter().filter_map(of_line) {
            // Somebody has to have prescribed it.
            if sheet.line(line).is_none_or(|line| line.current) {
                continue;
            }
            let by_itself = |reached: &Reached| !twice.contains(&reached.dose);
            let kept = doses.kept.iter().map(|kept| (Some(kept), &kept.reached));
            for (kept, all) in kept.chain([(None, &doses.others)]) {
                if kept.is_some_and(|kept| all.iter().all(by_itself) && kept.are_settled(sheet, line, verdicts)) {
                    continue;
                }
                for of_dose in all.chunk_by(|a, b| a.dose == b.dose) {
                    if of_dose.first().is_some_and(by_itself) {
                        members.clear();
                        members.extend(of_dose.iter().map(|reached| reached.on(line)));
                        super::one(sheet, members, &doses.taken, verdicts);
                    }
                }
            }
        }
        if twice.is_empty() {
            return;
        }
        members.clear();
        for (line, doses) in lines.iter().filter_map(of_line) {
            let summed = doses.reached().filter(|reached| twice.contains(&reached.dose));
            members.extend(summed.map(|reached| reached.on(line)));
        }
        members.order();
        for of_dose in members.chunk_by(|a, b| a.dose == b.dose) {
            super::one(sheet, of_dose, &[], verdicts);
        }
    }
}

impl Reached {
    fn on(&self, line: u32) -> DoseMember {
        DoseMember {
            dose: self.dose,
            line,
            sense: self.sense,
            node: self.node,
            alone: self.alone,
        }
    }
}

impl OfLine {
    /// The doses that a line leads to. `rows`: its own.
    pub fn work_out(sheet: &Sheet<'_, '_>, number: u32, rows: &[Row], current: bool) -> OfLine {
        let reached = rows.iter().flat_map(|row| {
            let doses = sheet.index.doses.row(row.node).iter();
            doses.map(|dose| DoseMember::of(*dose, number, row))
        });
        let mut members: Vec<DoseMember> = reached.collect();
        members.order();
        members.dedup_by_key(|member| (member.dose, member.sense));
        let mut of_line = OfLine::default();
        for of_dose in members.chunk_by(|a, b| a.dose == b.dose) {
            // A medication may be over, or be renewed by another line.
            let what = match current {
                true => Some(Alone::Ask),
                false => alone::alone(sheet, of_dose, &mut of_line.taken),
            };
            let Some(alone) = what else { continue };
            let reached = of_dose.iter().map(|member| Reached {
                dose: member.dose,
                sense: member.sense,
                node: member.node,
                alone,
            });
            of_line.place(sheet, of_dose, alone).extend(reached);
        }
        of_line.kept.iter_mut().for_each(|kept| kept.more.order());
        of_line
    }

    /// Where a dose goes: to those kept that leave out the same patients, or to the others.
    fn place(&mut self, sheet: &Sheet<'_, '_>, members: &[DoseMember], alone: Alone) -> &mut Vec<Reached> {
        let dose_of = |number: u32| sheet.tables.doses.doses.get(wide(number));
        let first = members.first().and_then(|first| Some((first, dose_of(first.dose)?)));
        let (Alone::Keeps { more }, Some((first, dose))) = (alone, first) else {
            return &mut self.others;
        };
        let alike = |kept: &Kept| {
            let known = kept.reached.first();
            known.is_some_and(|known| {
                let same = dose_of(known.dose).is_some_and(|other| other.gap == dose.gap);
                same && (dose.gap.is_none() || known.node == first.node)
            })
        };
        let at = self.kept.iter().position(alike).unwrap_or(self.kept.len());
        if at == self.kept.len() {
            self.kept.push(Kept {
                reached: Vec::new(),
                more: RuleList::new(),
                severity: dose.highest(),
            });
        }
        let Some(kept) = self.kept.get_mut(at) else {
            return &mut self.others;
        };
        if more {
            let highest = dose.highest();
            kept.severity = if kept.more.is_empty() {
                highest
            } else {
                kept.severity.max(highest)
            };
            kept.more.push(dose.says.id);
        }
        &mut kept.reached
    }

    fn reached(&self) -> impl Iterator<Item = &Reached> {
        let kept = self.kept.iter().flat_map(|kept| &kept.reached);
        kept.chain(&self.others)
    }
}

impl Kept {
    /// Whether nobody is left out, so that nothing is to be said, or that current medications which nobody stated might come to more; it is said
    /// where nothing stands for them.
    fn are_settled(&self, sheet: &Sheet<'_, '_>, line: u32, verdicts: &mut Verdicts<'_>) -> bool {
        let first = self.reached.first();
        let dose = first.and_then(|first| sheet.tables.doses.doses.get(wide(first.dose)));
        let (Some(first), Some(dose)) = (first, dose) else {
            return false;
        };
        let concern = Concern::certain(&first.on(line));
        let view = View {
            slots: std::slice::from_ref(&concern.slot),
            ..View::bare(sheet)
        };
        if view.truth_or(dose.gap.as_ref(), Truth::False) != Truth::False {
            return false;
        }
        if self.more.is_empty() || sheet.rx.current_medications.is_some() {
            return true;
        }
        let needs = Needs::of(Need::CURRENT);
        // What stands for them stands for them at every severity.
        let standing = !sheet.tables.standing.is_empty();
        if standing && !presume::standing(&View::bare(sheet), self.severity, &needs).is_empty() {
            return false;
        }
        let settled = Settled::undetermined(needs);
        verdicts.leave_open(self.more.clone(), self.severity, smallvec![line], settled);
        true
    }
}
