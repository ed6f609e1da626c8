//! The usual answers of a dose: one line, everything known, nothing exceeded; perhaps current medications that nobody stated, which may add to
//! it. What is not as simple as that is left to the rest of this module.
use super::alone::Beyond;
use super::concern::Concern;
use super::limit::body_limit;
use super::{Alone, Excess, Judged, Limit, Taken};
use crate::evaluate::View;
use crate::rules::Dose;
use shenfang_clinical::Measure;
use shenfang_clinical::dosage::ItemField;
use shenfang_units::{Comparison, Ratio, Truth};
use smallvec::smallvec;

/// What a dose usually comes to.
pub(super) enum Usual<'t> {
    /// nothing to say
    Silent,
    /// what this line takes is within every limit; what else the patient takes is not known
    MoreUnknown(u32),
    /// the same of what is known of this line; what these fields would say of the rest is presumed to be within the limits too
    Rests(u32, &'t [ItemField]),
    /// a line by itself exceeds a limit, and every amount and band is known; where the line keeps it, that too; true where more of the same may be worse
    Exceeds(Excess, Option<&'t Beyond>, bool),
}

/// Every limit of the bands that speak, on one line.
#[derive(Default)]
struct All<'t> {
    /// some band speaks
    speaks: bool,
    /// with more of the same, some limit might not be kept, or be exceeded further
    more: bool,
    /// the worst
    excess: Option<Over<'t>>,
    /// what is not stated, and presumed to matter to no limit
    rests: Option<&'t [ItemField]>,
}

/// A limit that is exceeded: where it stands, what is taken, what may be, how many times as much.
#[derive(Clone, Copy)]
struct Over<'t> {
    band: usize,
    which: usize,
    amount: Ratio,
    size: Ratio,
    ratio: Ratio,
    kept: Option<&'t Beyond>,
}

impl<'a, 'p> Judged<'a, 'p> {
    /// The usual answer, `None` where it takes a closer look; nothing is allocated to find out.
    pub(super) fn usual(&self) -> Option<Usual<'a>> {
        let (first, last) = (self.members.first()?, self.members.last()?);
        if first.line != last.line {
            return None;
        }
        let line = self.sheet.line(first.line)?;
        // Somebody has to have prescribed it.
        if line.current {
            return Some(Usual::Silent);
        }
        let grows = |more: bool| more && self.sheet.rx.current_medications.is_none();
        let may_grow = |more: bool| match grows(more) {
            true => Usual::MoreUnknown(first.line),
            false => Usual::Silent,
        };
        let concern = Concern::certain(first);
        let view = self.view(&concern, &[]);
        let leaves_none_out = || view.truth_or(self.dose.gap.as_ref(), Truth::False) == Truth::False;
        let at = match first.alone {
            Alone::Keeps { more } if !grows(more) => return leaves_none_out().then_some(Usual::Silent),
            Alone::Keeps { .. } => None,
            Alone::Taken(at) => Some(at),
            Alone::Ask => return None,
        };
        match view.truth_or(self.dose.when.as_ref(), Truth::True) {
            Truth::False => return Some(Usual::Silent),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        let Some(at) = at else {
            return leaves_none_out().then(|| may_grow(true));
        };
        let taken = self.taken.get(crate::csr::wide(at)..)?;
        match self.around(&view) {
            Truth::False => return Some(Usual::Silent),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        let All {
            speaks,
            more,
            excess,
            rests,
        } = self.all_limits(&view, taken)?;
        if let Some(over) = excess {
            let excess = Excess {
                lines: smallvec![first.line],
                concern,
                ratio: Some(over.ratio),
                amount: over.amount,
                limit: over.size,
                band: over.band,
                which: over.which,
            };
            return Some(Usual::Exceeds(excess, over.kept, grows(more)));
        }
        (speaks && leaves_none_out()).then(|| match rests {
            Some(fields) if !grows(more) => Usual::Rests(first.line, fields),
            _ => may_grow(more),
        })
    }

    /// Every limit of the bands that speak for the patient, where bands and amounts are known.
    fn all_limits<'t>(&self, view: &View<'_, '_>, taken: &'t [Taken]) -> Option<All<'t>> {
        let mut all = All::default();
        let mut taken = taken.iter();
        for (at, band) in self.dose.bands.iter().enumerate() {
            let holds = view.truth(&band.when);
            for (which, limit) in band.limits.iter().enumerate() {
                let taken = taken.next()?;
                match holds {
                    Truth::False => continue,
                    Truth::Unknown => return None,
                    Truth::True => {}
                }
                let (amount, size, ratio, kept) = match taken {
                    Taken::Kept { more } => {
                        all.more |= more;
                        continue;
                    }
                    Taken::Beyond(of) => (of.amount, limit.amount.value, of.ratio, Some(&**of)),
                    Taken::Amount { low, high } => {
                        let size = body_limit(view, limit)?;
                        if let Some(more) = keeps(self.dose, limit, size, *low, *high) {
                            all.more |= more;
                            continue;
                        }
                        (*high, size, exceeds(limit, size, *high)?, None)
                    }
                    Taken::Unknown { needs, presumed } => {
                        let alike = all.rests.is_none_or(|known| known == needs.as_slice());
                        all.rests = Some(needs).filter(|_| *presumed && alike).map(Vec::as_slice);
                        all.rests?;
                        continue;
                    }
                };
                all.more |= is_summed(limit);
                // Of limits exceeded as far the first written stays.
                if all.excess.is_none_or(|known| ratio > known.ratio) {
                    all.excess = Some(Over {
                        band: at,
                        which,
                        amount,
                        size,
                        ratio,
                        kept,
                    });
                }
            }
            all.speaks |= holds == Truth::True;
        }
        Some(all)
    }
}

/// How many times a limit of this size is taken, where it is surely more than the limit allows; amounts that do not suffice are left to a closer look.
pub(super) fn exceeds(limit: &Limit, size: Ratio, high: Ratio) -> Option<Ratio> {
    (limit.op != Comparison::AtLeast)
        .then(|| high.checked_div(size))
        .flatten()
}

/// Whether a limit is on the sum of lines.
fn is_summed(limit: &Limit) -> bool {
    matches!(limit.measure, Measure::Daily | Measure::Weekly | Measure::Course)
}

/// `Some` where what is taken surely keeps a limit of this size; true where more of the same might not.
pub(super) fn keeps(dose: &Dose, limit: &Limit, size: Ratio, low: Ratio, high: Ratio) -> Option<bool> {
    let over = dose.over.first().map_or(Ratio::ONE, |(over, _)| *over);
    let at_least = limit.op == Comparison::AtLeast;
    let kept = match at_least {
        true => low.checked_mul(over)? >= size,
        false => high <= size.checked_mul(over)?,
    };
    kept.then_some(is_summed(limit) && !at_least)
}
