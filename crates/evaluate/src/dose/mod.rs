//! Dose limits: whom a dose concerns, what is summed, which limits are exceeded and by how much.
//!
//! What it never does: skip an amount that cannot be converted, or let an unknown one hide a known excess.
mod alone;
mod concern;
mod gap;
mod limit;
mod line;
mod quick;
mod say;
mod shown;

use crate::condition::StandIn;
use crate::evaluate::{View, in_force};
use crate::judge::Policy;
use crate::needs::{Need, Needs};
use crate::presume::{self, Fate, Settled};
use crate::rules::{Band, Dose, Limit};
use crate::sheet::{DoseMember, Sheet};
use crate::verdict::{LineList, Verdicts};
pub(crate) use alone::Alone;
use alone::Taken;
use concern::Concern;
pub(crate) use line::{Met, OfLine};
use quick::Usual;
use shenfang_clinical::{Measure, Severity, TimingKind};
use shenfang_units::{Ratio, Truth};
pub(crate) use shown::AllShown;
use smallvec::{SmallVec, smallvec};

/// An excess over one limit.
#[derive(Clone, Debug)]
pub(crate) struct Excess {
    lines: LineList,
    concern: Concern,
    /// amount ÷ limit; `None` is without end
    ratio: Option<Ratio>,
    amount: Ratio,
    limit: Ratio,
    band: usize,
    which: usize,
}

/// The lines that a dose concerns: one, nearly always.
type Concerns = SmallVec<[Concern; 1]>;

/// What a dose came to under one set of presumptions.
#[derive(Default)]
struct Outcome {
    concerns: Concerns,
    excess: Vec<Excess>,
    open: Vec<OpenDose>,
    /// a maximum or an ingredient's amount that is not stated
    rests: Vec<(u32, Needs)>,
}

/// What could not be judged; `gap`: whether any band speaks at all.
struct OpenDose {
    lines: LineList,
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

    fn leave_open(&mut self, lines: LineList, needs: Needs, gap: bool) {
        match self
            .open
            .iter_mut()
            .find(|known| known.lines == lines && known.gap == gap)
        {
            Some(known) => known.needs.join(&needs),
            None => self.open.push(OpenDose { lines, needs, gap }),
        }
    }

    fn rest(&mut self, line: u32, fields: &Needs) {
        match self.rests.iter_mut().find(|(known, _)| *known == line) {
            Some((_, known)) => known.join(fields),
            None => self.rests.push((line, fields.clone())),
        }
    }

    /// What is still open of `first`, once this is what presuming came to.
    fn left_of(&self, first: &OpenDose) -> Left<'_> {
        if self.excess.iter().any(|excess| excess.lines == first.lines) {
            return Left::All;
        }
        let same = |open: &&OpenDose| open.lines == first.lines && open.gap == first.gap;
        self.open
            .iter()
            .find(same)
            .map_or(Left::Nothing, |open| Left::Needs(&open.needs))
    }
}

/// What presuming leaves open of a question.
enum Left<'o> {
    Nothing,
    Needs(&'o Needs),
    All,
}

/// A limit and where it stands: in which band, which of the band, which of all.
struct Place<'d> {
    at: usize,
    band: &'d Band,
    which: usize,
    number: usize,
    limit: &'d Limit,
}

/// One dose on one sheet.
struct Judged<'a, 'p> {
    sheet: &'a Sheet<'a, 'p>,
    dose: &'p Dose,
    members: &'a [DoseMember],
    /// what lines take, where a member says so
    taken: &'a [Taken],
}

/// Judges one dose on the lines it reaches.
fn one<'p>(sheet: &Sheet<'_, 'p>, members: &[DoseMember], taken: &[Taken], verdicts: &mut Verdicts<'p>) {
    let number = members.first().map_or(u32::MAX, |member| member.dose);
    let Some(dose) = sheet.tables.doses.doses.get(crate::csr::wide(number)) else {
        return;
    };
    let policy = Policy::of(&dose.says, sheet);
    if policy.silent || in_force(&dose.says, sheet) == Truth::False {
        return;
    }
    let judged = Judged {
        sheet,
        dose,
        members,
        taken,
    };
    match judged.usual() {
        Some(Usual::Silent) => {}
        Some(Usual::MoreUnknown(line)) => judged.leave_open(line, &policy, verdicts),
        Some(Usual::Rests(line, lacking)) => {
            let (view, mut fields) = (View::bare(sheet), Needs::default());
            for field in lacking {
                view.lack_field(line, *field, &mut fields);
            }
            judged.rest(line, fields, judged.highest(&policy), verdicts);
        }
        Some(Usual::Exceeds(excess, kept, more)) => {
            let concerns = std::slice::from_ref(&excess.concern);
            judged.say(&excess, kept, concerns, &policy, verdicts);
            if more {
                judged.leave_open(excess.concern.line, &policy, verdicts);
            }
        }
        None => judged.speak(&policy, verdicts),
    }
}

/// Whether a limit says nothing of a line: how often, of one that is given once only.
fn is_beside_the_point(sheet: &Sheet<'_, '_>, limit: &Limit, line: u32) -> bool {
    let timing = || sheet.item(line).and_then(|item| item.frequency.value());
    limit.measure == Measure::Frequency && timing().is_some_and(|timing| timing.kind == TimingKind::Once)
}

impl<'p> Judged<'_, 'p> {
    /// The dose as a line, or a sum that begins with it, sees the sheet.
    fn view<'v>(&'v self, concern: &'v Concern, assumed: &'v [&'v StandIn]) -> View<'v, 'p> {
        View {
            sheet: self.sheet,
            slots: std::slice::from_ref(&concern.slot),
            assumed,
        }
    }

    /// The lines it concerns.
    fn concerns(&self, assumed: &[&StandIn]) -> Concerns {
        let lines = self.members.chunk_by(|a, b| a.line == b.line);
        lines
            .filter_map(|line| concern::concern(self.sheet, self.dose, line, assumed))
            .collect()
    }

    fn outcome(&self, assumed: &[&StandIn]) -> Outcome {
        let mut outcome = Outcome::default();
        let concerns = self.concerns(assumed);
        if concerns.iter().any(|concern| !concern.current) {
            self.judge(&concerns, assumed, &mut outcome);
        }
        outcome.concerns = concerns;
        outcome
    }

    fn judge(&self, concerns: &[Concern], assumed: &[&StandIn], outcome: &mut Outcome) {
        let prescribed = || concerns.iter().filter(|concern| !concern.current);
        // An ambiguous line is judged by itself, and may be an addend of the others.
        for concern in prescribed().filter(|concern| concern.ambiguous) {
            self.limits(&[concern], &[concern], assumed, outcome);
        }
        let alone: SmallVec<[&Concern; 4]> = prescribed().filter(|concern| !concern.ambiguous).collect();
        let mut sum: SmallVec<[&Concern; 4]> = concerns.iter().collect();
        if matches!(sum.as_slice(), [only] if only.ambiguous) {
            sum.clear();
        }
        self.limits(&alone, &sum, assumed, outcome);
    }

    /// Every limit in the order written, on lines alone and on their sum; then whether any band speaks.
    fn limits(&self, alone: &[&Concern], sum: &[&Concern], assumed: &[&StandIn], outcome: &mut Outcome) {
        let mut numbers = 0..;
        for (at, band) in self.dose.bands.iter().enumerate() {
            for ((which, limit), number) in band.limits.iter().enumerate().zip(&mut numbers) {
                let place = Place {
                    at,
                    band,
                    which,
                    number,
                    limit,
                };
                match limit.measure {
                    Measure::Single | Measure::Frequency | Measure::Duration => {
                        let once = |concern: &Concern| is_beside_the_point(self.sheet, limit, concern.line);
                        for concern in alone.iter().filter(|concern| !once(concern)) {
                            self.limit(&place, &[concern], assumed, outcome);
                        }
                    }
                    Measure::Daily | Measure::Weekly | Measure::Course => self.limit(&place, sum, assumed, outcome),
                }
            }
        }
        for concern in alone {
            self.gap(concern, assumed, outcome);
        }
    }

    /// The severity it could have.
    fn highest(&self, policy: &Policy<'_>) -> Severity {
        policy.severity.unwrap_or_else(|| self.dose.highest())
    }

    /// Leaves a line open that only current medications nobody stated may take beyond a limit.
    fn leave_open(&self, line: u32, policy: &Policy<'p>, verdicts: &mut Verdicts<'p>) {
        let open = OpenDose {
            lines: smallvec![line],
            needs: Needs::of(Need::CURRENT),
            gap: false,
        };
        self.settle(open, self.highest(policy), verdicts);
    }

    fn speak(&self, policy: &Policy<'p>, verdicts: &mut Verdicts<'p>) {
        let first = self.outcome(&[]);
        let highest = self.highest(policy);
        for excess in &first.excess {
            self.say(excess, None, &first.concerns, policy, verdicts);
        }
        for (line, fields) in &first.rests {
            let lines: LineList = smallvec![*line];
            let said = first.open.iter().any(|open| !open.gap && open.lines == lines)
                || first.excess.iter().any(|excess| excess.lines == lines);
            if !said {
                self.rest(*line, fields.clone(), highest, verdicts);
            }
        }
        for open in first.open {
            self.settle(open, highest, verdicts);
        }
    }

    /// Says that a maximum or an amount is not stated on a line of which nothing else is said.
    fn rest(&self, line: u32, fields: Needs, highest: Severity, verdicts: &mut Verdicts<'p>) {
        let settled = Settled::of(fields, Fate::Presumed(None));
        verdicts.leave_open(smallvec![self.dose.says.id], highest, smallvec![line], settled);
    }

    /// What is open is evaluated again with the standing presumptions that speak to it.
    fn settle(&self, open: OpenDose, severity: Severity, verdicts: &mut Verdicts<'p>) {
        let view = View::bare(self.sheet);
        let standing = presume::standing(&view, severity, &open.needs);
        let stand_ins: Vec<&StandIn> = standing.iter().map(|standing| &standing.stands).collect();
        let again = (!stand_ins.is_empty()).then(|| self.outcome(&stand_ins));
        let left = again.as_ref().map_or(Left::All, |again| again.left_of(&open));
        let undetermined = |needs: Needs| {
            let fate = match open.gap && needs.paths.is_empty() {
                true => Fate::Gap,
                false => Fate::Undetermined,
            };
            Settled::of(needs, fate)
        };
        let settled = match left {
            Left::Nothing => {
                let mut fields = Needs::default();
                stand_ins
                    .iter()
                    .for_each(|stand_in| presume::lack(&view, &stand_in.field, &mut fields));
                let first = standing.first();
                let policy = first.and_then(|first| presume::place_of(first, &self.sheet.tables.standing));
                Settled::of(fields, Fate::Presumed(policy))
            }
            Left::Needs(left) => undetermined(left.clone()),
            Left::All => undetermined(open.needs),
        };
        verdicts.leave_open(smallvec![self.dose.says.id], severity, open.lines, settled);
    }
}
