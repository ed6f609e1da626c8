//! The doses that a line leads to, and what comes of those that no other line adds to: kept beside the line from sheet to sheet.
//!
//! What it never does: judge by itself a line that is part of a sum.
use super::concern::Concern;
use super::{Alone, Taken, alone};
use crate::condition::{Asked, Leaf};
use crate::csr::wide;
use crate::evaluate::View;
use crate::leads::Leading;
use crate::members::{Row, bit};
use crate::needs::{Need, Needs};
use crate::outcomes::Said;
use crate::presume::{self, Settled};
use crate::rules::Dose;
use crate::sheet::{DoseMember, LedLine, Seen, Sheet};
use crate::verdict::{RuleList, Verdicts};
use shenfang_clinical::Severity;
use shenfang_order::Order;
use shenfang_units::Truth;

/// A bit of the concept of each dose: of lines that have none in common no dose is the same.
type Bits = [u64; 4];

/// The doses that one line leads to.
#[derive(Default)]
pub(crate) struct OfLine {
    /// each once, ascending
    doses: Vec<u32>,
    bits: Bits,
    /// those of which the sheet decides; from `more` on those that only current medications which nobody stated might exceed; from `silent` on those
    /// that by themselves say nothing on any sheet
    groups: Vec<Group>,
    more: usize,
    silent: usize,
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

/// Doses of which the patient decides in the same way whether they say anything.
struct Group {
    reached: Vec<Reached>,
    /// the line keeps all their limits, whoever the patient is
    kept: bool,
    /// the bands leave some patients out
    gap: bool,
    /// those not kept, or that more of the same might exceed, have a condition of their own
    when: bool,
    /// questions to the sheet, and each answer by which nobody is left out, or of those not kept the patient does not concern them; the first two
    bars: [Option<(u32, Said)>; 2],
    /// of those kept, ids of those that more of the same might exceed, ascending, and the severity they could have
    more: RuleList,
    severity: Severity,
}

/// The doses that the lines of a sheet lead to, and a buffer for those at hand.
#[derive(Default)]
pub(crate) struct Met {
    /// of the lines so far
    bits: Bits,
    /// whether some lines may have a dose in common
    meets: bool,
    seen: Seen,
    /// doses that several lines lead to
    twice: Vec<u32>,
    members: Vec<DoseMember>,
}

impl Met {
    /// Forgets.
    pub fn clear(&mut self) {
        (self.bits, self.meets) = (Bits::default(), false);
    }

    /// Notes the doses that one more line leads to.
    pub fn add(&mut self, line: &OfLine) {
        let mut common = 0;
        for (all, own) in self.bits.iter_mut().zip(&line.bits) {
            common |= *all & own;
            *all |= own;
        }
        self.meets |= common != 0;
    }

    /// Finds the doses that several lines lead to.
    #[cold]
    #[inline(never)]
    fn find_twice(&mut self, sheet: &Sheet<'_, '_>, (leading, lines): (&Leading, &[LedLine])) {
        let Met { seen, twice, .. } = self;
        seen.clear(sheet.tables.doses.doses.len());
        for leads in lines.iter().filter_map(|led| leading.at(led.at?)) {
            twice.extend(leads.doses.doses.iter().filter(|dose| !seen.is_new(**dose)));
        }
    }

    /// Judges every dose: of each line by itself, then those that several lines lead to.
    pub fn judge<'p>(
        &mut self,
        sheet: &Sheet<'_, 'p>,
        (leading, lines): (&Leading, &[LedLine]),
        verdicts: &mut Verdicts<'p>,
    ) {
        self.twice.clear();
        if self.meets {
            self.find_twice(sheet, (leading, lines));
        }
        let Met { twice, members, .. } = self;
        let of_line = |led: &LedLine| Some((led.line, &leading.at(led.at?)?.doses));
        let may_grow = sheet.rx.current_medications.is_none();
        let unstated = Settled::undetermined(Needs::of(Need::CURRENT));
        for (line, doses) in lines.iter().filter_map(of_line) {
            let asked = if may_grow { doses.silent } else { doses.more };
            for group in doses.groups.iter().take(asked) {
                if group.is_settled((sheet, line), &unstated, twice, verdicts) {
                    continue;
                }
                for of_dose in group.reached.chunk_by(|a, b| a.dose == b.dose) {
                    if of_dose.first().is_some_and(|first| !twice.contains(&first.dose)) {
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
            let reached = doses.groups.iter().flat_map(|group| &group.reached);
            let summed = reached.filter(|reached| twice.contains(&reached.dose));
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
            let (Some(alone), Some(first)) = (what, of_dose.first()) else {
                continue;
            };
            let Some(dose) = sheet.tables.doses.doses.get(wide(first.dose)) else {
                continue;
            };
            of_line.doses.push(first.dose);
            if let Some(word) = of_line.bits.get_mut(wide(dose.concept >> 6 & 3)) {
                *word |= bit(dose.concept);
            }
            let reached = of_dose.iter().map(|member| Reached {
                dose: member.dose,
                sense: member.sense,
                node: member.node,
                alone,
            });
            let at = of_line.group(sheet, first, (dose, alone));
            let Some(group) = of_line.groups.get_mut(at) else {
                continue;
            };
            group.reached.extend(reached);
            if alone == (Alone::Keeps { more: true }) {
                group.more.push(dose.says.id);
                group.severity = group.severity.max(dose.highest());
            }
        }
        of_line.groups.iter_mut().for_each(|group| group.more.order());
        // Somebody has to have prescribed the line.
        let decided = |group: &Group| !current && (!group.kept || group.gap);
        let grows = |group: &Group| !current && !group.more.is_empty();
        of_line.groups.order_by_key(|group| (!decided(group), !grows(group)));
        of_line.more = of_line.groups.partition_point(decided);
        of_line.silent = of_line.groups.partition_point(|group| decided(group) || grows(group));
        of_line
    }

    /// Where a dose goes: to those of which the patient decides alike. The bands decide of those that are kept, and its own condition of the others and of
    /// those that more of the same might exceed.
    fn group(&mut self, sheet: &Sheet<'_, '_>, member: &DoseMember, (dose, alone): (&Dose, Alone)) -> usize {
        let (kept, more) = match alone {
            Alone::Keeps { more } => (true, more),
            Alone::Ask | Alone::Taken(_) => (false, false),
        };
        let (gap, when) = (kept && dose.gap.is_some(), dose.when.is_some() && (!kept || more));
        let alike = |group: &Group| {
            let first = group.reached.first();
            let known = first.and_then(|first| sheet.tables.doses.doses.get(wide(first.dose)));
            let same = |known: &Dose| (!kept || known.gap == dose.gap) && (kept && !more || known.when == dose.when);
            (group.kept, group.more.is_empty()) == (kept, !more)
                && known.is_some_and(same)
                && (!gap && !when || first.is_some_and(|first| first.node == member.node))
        };
        let at = self.groups.iter().position(alike).unwrap_or(self.groups.len());
        if at == self.groups.len() {
            let decides = if kept { &dose.gap } else { &dose.when };
            let conjuncts = decides.as_ref().map(|decides| decides.conjuncts());
            let of_sheet = |(_, _, leaf): &(u32, bool, &Leaf)| leaf.question.of == Asked::Sheet;
            let mut bars = conjuncts
                .into_iter()
                .flatten()
                .filter(of_sheet)
                .map(|(_, not, leaf)| (leaf.question.number, Said::of(Truth::known(not))));
            self.groups.push(Group {
                reached: Vec::new(),
                kept,
                gap,
                when,
                bars: [bars.next(), bars.next()],
                more: RuleList::new(),
                severity: dose.highest(),
            });
        }
        at
    }
}

impl Group {
    /// Whether the doses say nothing of the patient, or that current medications which nobody stated might come to more; it is said where nothing stands
    /// for them, and none of the doses is on several lines. `unstated`: for want of them.
    fn is_settled(
        &self,
        (sheet, line): (&Sheet<'_, '_>, u32),
        unstated: &Settled,
        twice: &[u32],
        verdicts: &mut Verdicts<'_>,
    ) -> bool {
        let grows = !self.more.is_empty() && sheet.rx.current_medications.is_none();
        let mut bars = self.bars.iter().flatten();
        let barred = bars.any(|(question, by)| sheet.said(*question, line) == Some(*by));
        if (!self.kept && barred) || (self.kept && !grows && (!self.gap || barred)) {
            return true;
        }
        if self.gap || self.when {
            if let Some(settled) = self.is_settled_by_conditions(sheet, line, (barred, grows)) {
                return settled;
            }
        } else if !self.kept {
            return false;
        }
        // What stands for them stands for them at every severity.
        let standing = !sheet.tables.standing.is_empty();
        let on_others = || self.reached.iter().any(|reached| twice.contains(&reached.dose));
        if !twice.is_empty() && on_others()
            || standing && !presume::standing(&View::bare(sheet), self.severity, &unstated.fields).is_empty()
        {
            return false;
        }
        verdicts.leave_line_open(line, &self.more, self.severity, unstated);
        true
    }

    /// The same by the conditions of the doses; `None` where more might come to more.
    fn is_settled_by_conditions(
        &self,
        sheet: &Sheet<'_, '_>,
        line: u32,
        (barred, grows): (bool, bool),
    ) -> Option<bool> {
        let first = self.reached.first();
        let dose = first.and_then(|first| sheet.tables.doses.doses.get(wide(first.dose)));
        let (Some(first), Some(dose)) = (first, dose) else {
            return Some(false);
        };
        let concern = Concern::certain(&first.on(line));
        let view = View {
            slots: std::slice::from_ref(&concern.slot),
            ..View::bare(sheet)
        };
        if self.kept {
            let gap = match barred {
                true => Truth::False,
                false => view.truth_or(dose.gap.as_ref(), Truth::False),
            };
            if gap != Truth::False || !grows {
                return Some(gap == Truth::False);
            }
        }
        match view.truth_or(dose.when.as_ref(), Truth::True) {
            Truth::False => Some(true),
            Truth::True if self.kept => None,
            _ => Some(false),
        }
    }
}
