//! The amount by measure: single, daily, weekly, course.
use super::convert::Converter;
use super::schedule::{Step, falling_in, overlap, starts, steps};
use super::{Content, Dosage, ItemField, Reckoned, course};
use crate::{Dose, Measure, Stated, Timing, TimingKind};
use shenfang_units::{Amount, Dimension, Ratio};

/// Both ends of one administration.
type Ends = (Ratio, Ratio);

pub(super) fn amount(dosage: &Dosage<'_>, measure: Measure, content: &Content, to: Dimension) -> Reckoned {
    let steps = match steps(dosage.item) {
        Ok(steps) => steps,
        Err(field) => return Reckoned::lacking([field]),
    };
    if steps.iter().all(is_unmeasured) {
        return Reckoned::Unmeasured;
    }
    let mut reckoner = Reckoner {
        dosage,
        converter: Converter::new(dosage.item, content, to),
        needs: Vec::new(),
        presumed: false,
    };
    let ends = match measure {
        Measure::Single => reckoner.single(&steps),
        Measure::Daily => reckoner.heaviest(&steps, 1),
        Measure::Weekly => reckoner.heaviest(&steps, 7),
        Measure::Course => reckoner.course(&steps, content),
        Measure::Frequency | Measure::Duration => None,
    };
    match ends {
        Some((low, high)) if reckoner.needs.is_empty() => Reckoned::Known {
            low: Amount {
                value: low,
                dimension: to,
            },
            high: Amount {
                value: high,
                dimension: to,
            },
        },
        _ => reckoner.unknown(),
    }
}

/// Stated without measure: takes part in no amount.
fn is_unmeasured(step: &Step<'_>) -> bool {
    matches!(step.dose.value(), Some(Dose::Unmeasured))
}

struct Reckoner<'a, 'p> {
    dosage: &'a Dosage<'p>,
    converter: Converter<'a>,
    /// what is lacking, all of it: the reader mends a line once
    needs: Vec<ItemField>,
    /// prn alone
    presumed: bool,
}

impl Reckoner<'_, '_> {
    /// The field in which a step's own dose or frequency is found wanting.
    fn lack(&mut self, field: ItemField) {
        let stepped = self.dosage.item.steps.as_deref().is_some_and(|steps| !steps.is_empty());
        let field = if stepped && matches!(field, ItemField::Dose | ItemField::Frequency) {
            ItemField::Steps
        } else {
            field
        };
        if !self.needs.contains(&field) {
            self.needs.push(field);
        }
    }

    /// `Some` of what was found, else the field is lacking.
    fn or_lack<T>(&mut self, found: Option<T>, field: ItemField) -> Option<T> {
        if found.is_none() {
            self.lack(field);
        }
        found
    }

    /// The dose as written, converted; in a decoction that of one 剂.
    fn dose(&mut self, step: &Step<'_>) -> Option<Ends> {
        let Some(Dose::Measured(range)) = step.dose.value() else {
            self.lack(ItemField::Dose);
            return None;
        };
        let high = self.converter.convert(&range.high);
        let low = if range.is_range() {
            self.converter.convert(&range.low)
        } else {
            high
        };
        match (low, high) {
            (Ok(low), Ok(high)) => Some((low.value, high.value)),
            (Err(field), _) | (_, Err(field)) => {
                self.lack(field);
                None
            }
        }
    }

    /// What is lacking; of 必要时 alone only the number a day, which is presumed.
    fn unknown(self) -> Reckoned {
        let only_how_often = |need: &ItemField| matches!(need, ItemField::Frequency | ItemField::MaxPerDay);
        let presumed = self.presumed && self.needs.iter().all(only_how_often);
        let needs = if self.needs.is_empty() {
            vec![ItemField::Dose]
        } else {
            self.needs
        };
        match Reckoned::lacking(needs) {
            Reckoned::Unknown { needs, .. } => Reckoned::Unknown { needs, presumed },
            known => known,
        }
    }

    /// One administration: the largest of the steps, the smallest for a lower limit.
    fn single(&mut self, steps: &[Step<'_>]) -> Option<Ends> {
        let mut all: Option<Ends> = None;
        for step in steps.iter().filter(|step| !is_unmeasured(step)) {
            let Some((mut low, mut high)) = self.dose(step) else {
                continue;
            };
            if self.dosage.piece {
                let servings = self.dosage.servings_per_day();
                let servings = servings.and_then(|daily| daily.checked_div(self.dosage.doses_per_day()));
                let servings = self.or_lack(servings, ItemField::Servings)?;
                low = self.or_lack(low.checked_div(servings), ItemField::Dose)?;
                high = self.or_lack(high.checked_div(servings), ItemField::Dose)?;
            }
            all = Some(all.map_or((low, high), |(least, most)| (least.min(low), most.max(high))));
        }
        all
    }

    /// What falls in the heaviest window of `length` days.
    fn heaviest(&mut self, steps: &[Step<'_>], length: i64) -> Option<Ends> {
        // Nearly every schedule; it needs no memory.
        if let [step] = steps {
            let (dose, times) = (self.dose(step), self.times(step));
            // A day is never less than whole: of most lines nothing else is asked.
            let window = match (length, step.until) {
                (1, None) => Ratio::ONE,
                _ => self.window(step, step.from, length)?,
            };
            return times.and(dose).and_then(|dose| self.within(step, dose, window));
        }
        let doses = self.doses(steps)?;
        let mut heaviest: Option<Ends> = None;
        for day in starts(steps) {
            let mut sum = (Ratio::ZERO, Ratio::ZERO);
            for (step, dose) in &doses {
                let window = self.window(step, day, length)?;
                sum = self.plus(sum, step, *dose, window)?;
            }
            heaviest = Some(heaviest.map_or(sum, |most| if sum.1 > most.1 { sum } else { most }));
        }
        heaviest
    }

    /// Days of the step within so many; what lasts less than a day still has its day.
    fn window(&mut self, step: &Step<'_>, day: i64, length: i64) -> Option<Ratio> {
        let window = self.or_lack(overlap(step, day, length), ItemField::Steps)?;
        Some(if window > Ratio::ZERO {
            window.max(Ratio::ONE)
        } else {
            window
        })
    }

    /// Everything from the first day to the last.
    fn course(&mut self, steps: &[Step<'_>], content: &Content) -> Option<Ends> {
        if let [step] = steps {
            let (dose, times) = (self.dose(step), self.times(step));
            let lasts = match course::days(self.dosage, content) {
                Ok(days) => Some(days),
                Err(needs) => {
                    needs.into_iter().for_each(|field| self.lack(field));
                    None
                }
            };
            return times
                .and(dose)
                .zip(lasts)
                .and_then(|(dose, lasts)| self.within(step, dose, lasts));
        }
        let mut sum = (Ratio::ZERO, Ratio::ZERO);
        for (step, dose) in self.doses(steps)? {
            let lasts = step
                .until
                .and_then(|until| until.checked_sub(Ratio::integer(step.from)));
            let lasts = self.or_lack(lasts, ItemField::Steps)?;
            sum = self.plus(sum, step, dose, lasts)?;
        }
        Some(sum)
    }

    /// Every measured step with its dose, or `None` after all that lack something have been heard.
    fn doses<'s, 'd>(&mut self, steps: &'s [Step<'d>]) -> Option<Vec<(&'s Step<'d>, Ends)>> {
        let mut doses = Vec::with_capacity(steps.len());
        for step in steps.iter().filter(|step| !is_unmeasured(step)) {
            let (dose, times) = (self.dose(step), self.times(step));
            doses.extend(times.and(dose).map(|dose| (step, dose)));
        }
        self.needs.is_empty().then_some(doses)
    }

    /// Whether it is known how often: a maximum a day, a number of 剂, a frequency.
    fn times(&mut self, step: &Step<'_>) -> Option<()> {
        if self.dosage.piece {
            return Some(());
        }
        let timing = step.frequency.value();
        let as_needed = timing.is_some_and(|timing| timing.as_needed);
        match &self.dosage.item.max_per_day {
            Stated::Read { .. } if as_needed || timing.is_none() => return Some(()),
            Stated::Unreadable(_) if as_needed => {
                self.lack(ItemField::MaxPerDay);
                return None;
            }
            _ => {}
        }
        match timing {
            Some(timing) if matches!(timing.kind, TimingKind::Periodic | TimingKind::Once) => Some(()),
            Some(timing) if timing.kind == TimingKind::AsNeeded => {
                self.presumed = true;
                self.lack(ItemField::Frequency);
                self.lack(ItemField::MaxPerDay);
                None
            }
            _ => {
                self.lack(ItemField::Frequency);
                None
            }
        }
    }

    /// `sum` and what the step adds in `window` days.
    fn plus(&mut self, sum: Ends, step: &Step<'_>, dose: Ends, window: Ratio) -> Option<Ends> {
        let (low, high) = self.within(step, dose, window)?;
        Some((
            self.or_lack(sum.0.checked_add(low), ItemField::Dose)?,
            self.or_lack(sum.1.checked_add(high), ItemField::Dose)?,
        ))
    }

    fn within(&mut self, step: &Step<'_>, dose: Ends, window: Ratio) -> Option<Ends> {
        if self.dosage.piece {
            let doses = self.dosage.doses_per_day();
            let doses = if window == Ratio::ONE {
                Some(doses)
            } else {
                doses.checked_mul(window)
            };
            return self.times_dose(dose, doses);
        }
        let timing = step.frequency.value();
        if let (Some(most), true) = (
            self.dosage.item.max_per_day.value(),
            timing.is_none_or(|timing| timing.as_needed),
        ) {
            // A maximum may be a number of times a day (4 次): so many doses.
            if most.unit.dimension() == Dimension::NONE {
                return self.times_dose(dose, most.amount().and_then(|most| most.value.checked_mul(window)));
            }
            let Ok(most) = self.converter.convert(most) else {
                self.lack(ItemField::MaxPerDay);
                return None;
            };
            let most = self.or_lack(most.value.checked_mul(window), ItemField::MaxPerDay)?;
            return Some((dose.0.min(most), most));
        }
        let times = timing.and_then(|timing: &Timing| falling_in(timing, window));
        self.times_dose(dose, times)
    }

    fn times_dose(&mut self, dose: Ends, times: Option<Ratio>) -> Option<Ends> {
        let ends = times.and_then(|times| {
            let high = dose.1.checked_mul(times)?;
            let low = if dose.0 == dose.1 {
                high
            } else {
                dose.0.checked_mul(times)?
            };
            Some((low, high))
        });
        self.or_lack(ends, ItemField::Dose)
    }
}
