//! One limit against one line or sum. Amounts count from below: what is certainly there decides first, what may be there leaves it open.
use super::concern::Concern;
use super::{Alone, Excess, Judged, Outcome, Place, Taken};
use crate::catalogue::{Node, Via};
use crate::condition::StandIn;
use crate::csr::wide;
use crate::evaluate::View;
use crate::needs::{Need, Needs};
use crate::number::DAY;
use crate::rules::{Band, Limit};
use crate::verdict::LineList;
use shenfang_clinical::Measure;
use shenfang_clinical::dosage::{Content, Dosage, ItemField, Reckoned};
use shenfang_knowledge::{Attribute, PatientAttribute, Per};
use shenfang_units::{Amount, Comparison, Ratio, Truth};

/// What the lines of a group come to, for one limit.
#[derive(Default)]
struct Sum<'c> {
    /// lines that take part
    concerned: Vec<&'c Concern>,
    /// lines certainly concerned, of known amount
    certain: Vec<&'c Concern>,
    low: Ratio0,
    high: Ratio0,
    /// with the lines that are perhaps concerned
    possible_low: Ratio0,
    possible_high: Ratio0,
    /// lines perhaps concerned, or of unknown amount, and what that lacks
    pending: Vec<(&'c Concern, Vec<ItemField>)>,
    /// some amount is not known
    open: bool,
    phantom: bool,
    /// one line by itself
    alone: bool,
}

/// A sum that may have grown too large to hold.
#[derive(Clone, Copy)]
struct Ratio0(Option<Ratio>);

impl Default for Ratio0 {
    fn default() -> Ratio0 {
        Ratio0(Some(Ratio::ZERO))
    }
}

impl Ratio0 {
    fn add(&mut self, more: Ratio) {
        self.0 = self.0.and_then(|sum| sum.checked_add(more));
    }
}

impl<'c> Sum<'c> {
    fn add(&mut self, concern: &'c Concern, sure: bool, low: Ratio, high: Ratio) {
        self.concerned.push(concern);
        self.possible_low.add(low);
        self.possible_high.add(high);
        if sure {
            self.certain.push(concern);
            self.low.add(low);
            self.high.add(high);
        } else {
            self.pending.push((concern, Vec::new()));
        }
    }
}

impl<'p> Judged<'_, 'p> {
    /// Judges a limit on a group of lines, of which the first speaks for the conditions.
    pub(super) fn limit(&self, place: &Place<'_>, group: &[&Concern], assumed: &[&StandIn], outcome: &mut Outcome) {
        let Place { band, limit, .. } = place;
        let Some(first) = group.first() else { return };
        let view = &self.view(first, assumed);
        let holds = view.truth(&band.when).and(self.around(view));
        if holds == Truth::False {
            return;
        }
        let sum = self.sum(view, place, group, outcome);
        let prescribed = sum.concerned.iter().find(|concern| !concern.current);
        let Some(speaker) = prescribed else { return };
        let size = body_limit(view, limit);
        let exceeded = size.map_or(Truth::Unknown, |size| self.exceeded(limit, size, &sum));
        match (exceeded, size.filter(|_| holds == Truth::True)) {
            (Truth::True, Some(size)) => {
                let amount = if limit.op == Comparison::AtLeast {
                    sum.possible_low.0
                } else {
                    sum.high.0
                };
                let amount = amount.unwrap_or(Ratio::ZERO);
                outcome.exceed(Excess {
                    lines: lines(&sum.certain),
                    concern: **sum.certain.first().unwrap_or(speaker),
                    ratio: ratio(limit, amount, size),
                    amount,
                    limit: size,
                    band: place.at,
                    which: place.which,
                });
                self.rest_of(view, &sum, outcome);
            }
            (Truth::False, _) => {}
            _ => {
                let needs = self.lacks(view, band, limit, &sum);
                outcome.leave_open(lines(&sum.concerned), needs, false);
            }
        }
    }

    /// Exemptions and force of law.
    pub(super) fn around(&self, view: &View<'_, '_>) -> Truth {
        view.not_exempt(&self.dose.says)
            .and(crate::evaluate::in_force(&self.dose.says, self.sheet))
    }

    /// Whether the limit is exceeded by what is certain, or could not be by all that is possible.
    fn exceeded(&self, limit: &Limit, size: Ratio, sum: &Sum<'_>) -> Truth {
        let open = sum.open || sum.phantom;
        let over = self.dose.over.first().map_or(Ratio::ONE, |(over, _)| *over);
        let at_least = limit.op == Comparison::AtLeast;
        let beyond = |amount: Ratio0| {
            let amount = amount.0?;
            Some(match at_least {
                true => amount.checked_mul(over)? < size,
                false => amount > size.checked_mul(over)?,
            })
        };
        let known = |amount| beyond(amount).map_or(Truth::Unknown, Truth::known);
        let (certain, possible) = match at_least {
            true => (known(sum.low), known(sum.possible_low)),
            false => (known(sum.high), known(sum.possible_high)),
        };
        let somebody = sum.certain.iter().any(|concern| !concern.current);
        match at_least {
            // More only helps: a certain sum that reaches the limit settles it, one that does not is final only when nothing is open.
            true if certain == Truth::False => Truth::False,
            true if open => Truth::Unknown,
            true if somebody => certain.and(possible.or(Truth::Unknown)),
            true => Truth::Unknown,
            // More only harms: a certain excess settles it.
            false if somebody && certain == Truth::True => Truth::True,
            false if open => Truth::Unknown,
            false => possible.and(Truth::Unknown),
        }
    }

    /// After a certain excess: the lines that may make it worse.
    fn rest_of(&self, view: &View<'_, '_>, sum: &Sum<'_>, outcome: &mut Outcome) {
        let mut needs = Needs::default();
        self.concerns_lack(view, sum, &mut needs);
        amounts_lack(view, sum, &mut needs);
        let mut open: LineList = sum.pending.iter().map(|(concern, _)| concern.line).collect();
        if open.is_empty() {
            open = lines(&sum.concerned);
        }
        if !needs.paths.is_empty() {
            outcome.leave_open(open, needs, false);
        }
    }

    /// What keeps a limit undecided: whom it concerns, the band, amounts, body size, exemptions, force of law.
    fn lacks(&self, view: &View<'_, '_>, band: &Band, limit: &Limit, sum: &Sum<'_>) -> Needs {
        let mut needs = Needs::default();
        let size = body_limit(view, limit);
        let open = size.is_none_or(|size| self.exceeded(limit, size, sum) == Truth::Unknown);
        if open {
            self.concerns_lack(view, sum, &mut needs);
        }
        view.lacks(&band.when, &mut needs);
        if open {
            amounts_lack(view, sum, &mut needs);
        }
        if let Some(of) = limit.per.map(body).filter(|_| size.is_none()) {
            view.lack(Attribute::Patient(of), Some(&mut needs));
        }
        view.says_lacks(&self.dose.says, &mut needs);
        needs
    }

    /// What keeps it open which lines are concerned.
    fn concerns_lack(&self, view: &View<'_, '_>, sum: &Sum<'_>, needs: &mut Needs) {
        for (concern, _) in &sum.pending {
            if concern.ambiguous && !sum.alone {
                view.lack_field(concern.line, ItemField::Drug, needs);
            }
            self.concern_lacks(view, concern, needs);
        }
    }

    /// What keeps it open whether a line is concerned: its route, the dose's own condition.
    pub(super) fn concern_lacks(&self, view: &View<'_, '_>, concern: &Concern, needs: &mut Needs) {
        if concern.route_unknown {
            view.lack_field(concern.line, ItemField::Route, needs);
        }
        if let Some(when) = &self.dose.when {
            let slots = std::slice::from_ref(&concern.slot);
            let own = View {
                sheet: view.sheet,
                slots,
                assumed: view.assumed,
            };
            own.lacks(when, needs);
        }
    }

    /// What is lacking to say what the only line takes beside a limit, where it keeps that.
    fn lacking(&self, number: usize) -> Option<Reckoned> {
        let Alone::Taken(at) = self.members.first()?.alone else {
            return None;
        };
        match self.taken.get(wide(at).checked_add(number)?)? {
            Taken::Unknown { needs, presumed } => Some(Reckoned::Unknown {
                needs: needs.clone(),
                presumed: *presumed,
            }),
            _ => None,
        }
    }

    fn sum<'c>(&self, view: &View<'_, '_>, place: &Place<'_>, group: &[&'c Concern], outcome: &mut Outcome) -> Sum<'c> {
        let limit = place.limit;
        let mut sum = Sum {
            alone: group.len() == 1,
            ..Sum::default()
        };
        for concern in group.iter().copied() {
            let node = concern.slot.node.and_then(|node| self.sheet.node(node));
            let (Some(dosage), Some(node)) = (self.sheet.dosage(concern.line), node) else {
                continue;
            };
            let sure = concern.sure && (sum.alone || !concern.ambiguous);
            let lacking = self.lacking(place.number);
            match lacking.unwrap_or_else(|| reckon(&dosage, limit, &node.content())) {
                Reckoned::Unmeasured => {}
                Reckoned::Unknown { needs, presumed }
                    if presumed || (limit.measure_is_amount() && of_unknown_amount(node)) =>
                {
                    let mut fields = Needs::default();
                    for field in needs {
                        view.lack_field(concern.line, field, &mut fields);
                    }
                    outcome.rest(concern.line, &fields);
                }
                Reckoned::Unknown { needs, .. } => {
                    sum.concerned.push(concern);
                    sum.pending.push((concern, needs));
                    sum.open = true;
                }
                Reckoned::Known { low, high } => sum.add(concern, sure, low.value, high.value),
            }
        }
        let summed = matches!(limit.measure, Measure::Daily | Measure::Weekly | Measure::Course);
        sum.phantom = summed && view.phantom();
        sum
    }
}

/// Unknown amounts, lines in order, then the current medications nobody stated.
fn amounts_lack(view: &View<'_, '_>, sum: &Sum<'_>, needs: &mut Needs) {
    for (concern, fields) in &sum.pending {
        for field in fields {
            view.lack_field(concern.line, *field, needs);
        }
    }
    if sum.phantom {
        needs.add(Need::CURRENT);
    }
}

/// An ingredient of a compound whose amount the catalogue does not know.
fn of_unknown_amount(node: &Node) -> bool {
    matches!(node.via, Via::Part | Via::Excipient) && node.per_unit.is_none()
}

pub(super) fn reckon(dosage: &Dosage<'_>, limit: &Limit, content: &Content) -> Reckoned {
    let dimension = limit.amount.dimension;
    let exactly = |value| {
        let amount = Amount { value, dimension };
        Reckoned::Known {
            low: amount,
            high: amount,
        }
    };
    let known = |answer: Result<Ratio, Vec<ItemField>>| match answer {
        Ok(value) => exactly(value),
        Err(needs) => Reckoned::Unknown { needs, presumed: false },
    };
    match limit.measure {
        Measure::Frequency => known(dosage.frequency().map(|times| match dimension.is_none() {
            true => times,
            false => times.checked_div(DAY).unwrap_or(times),
        })),
        Measure::Duration => known(dosage.duration(content).map(|amount| amount.value)),
        measure => dosage.amount(measure, content, dimension),
    }
}

/// The limit for this patient, in base units; `None` where the body size it is per is not known.
pub(super) fn body_limit(view: &View<'_, '_>, limit: &Limit) -> Option<Ratio> {
    let Some(per) = limit.per else {
        return Some(limit.amount.value);
    };
    let size = view.body(body(per))?;
    let size = match per {
        Per::Weight => size.checked_div(Ratio::integer(1000))?,
        Per::Area => size,
    };
    limit.amount.value.checked_mul(size)
}

fn body(per: Per) -> PatientAttribute {
    match per {
        Per::Weight => PatientAttribute::Weight,
        Per::Area => PatientAttribute::Bsa,
    }
}

fn ratio(limit: &Limit, amount: Ratio, size: Ratio) -> Option<Ratio> {
    match limit.op {
        Comparison::AtLeast => size.checked_div(amount),
        _ => amount.checked_div(size),
    }
}

fn lines(concerns: &[&Concern]) -> LineList {
    concerns.iter().map(|concern| concern.line).collect()
}
