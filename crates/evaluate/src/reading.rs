//! Quantities of several lines, and laboratory values.
use crate::amount::without_per;
use crate::condition::ItemSet;
use crate::evaluate::{View, add};
use crate::needs::Needs;
use crate::number::{Number, lab_path};
use shenfang_clinical::derive::{OBSERVATION_WINDOW_DAYS, newest_observation, observed};
use shenfang_clinical::{Dose, Measure, Observation, ObservationValue};
use shenfang_knowledge::{Code, CodeSystem, LabKey};
use shenfang_units::{Analyte, Dimension, Interval, Ratio, Truth, molar_mass};

impl View<'_, '_> {
    /// A laboratory value, newest first.
    pub fn lab(&self, key: &LabKey, within: Option<Ratio>, wanted: Dimension, needs: Option<&mut Needs>) -> Number {
        let analyte = analyte(key);
        let measured = self.newest(key, within).and_then(|o| observed(o, analyte, wanted));
        match measured {
            Some(measured) => Number::Within(measured.interval),
            None => {
                add(needs, lab_path(key));
                Number::Unknown
            }
        }
    }

    /// Whether a laboratory value that is a number stands in the record, dated and new enough.
    pub fn known_lab(&self, key: &LabKey, within: Option<Ratio>) -> bool {
        let newest = self.newest(key, within);
        newest.is_some_and(|newest| matches!(newest.value, ObservationValue::Quantity(_)))
    }

    fn newest(&self, key: &LabKey, within: Option<Ratio>) -> Option<&Observation> {
        let window = within.unwrap_or(Ratio::integer(OBSERVATION_WINDOW_DAYS));
        let name = match key {
            LabKey::Name(name) => name.as_str(),
            LabKey::Code(code) => &*code.value,
        };
        let mut keys = vec![name];
        if let (LabKey::Name(_), Some(analyte)) = (key, analyte(key)) {
            keys.extend([analyte.key, analyte.zh]);
            keys.extend(analyte.loinc);
        }
        newest_observation(self.sheet.rx, self.sheet.today, &keys, window)
    }

    /// The sum of a set's lines, each by its own content.
    pub fn total(&self, items: &ItemSet, measure: Measure, wanted: Dimension, mut needs: Option<&mut Needs>) -> Number {
        let (plain, per) = without_per(wanted, measure);
        let (mut low, mut high, mut more) = (Some(Ratio::ZERO), Some(Ratio::ZERO), false);
        let unmeasured = |line| {
            let dose = self.sheet.item(line).and_then(|item| item.dose.value());
            dose == Some(&Dose::Unmeasured)
        };
        let skip = |line| self.refill(line) || unmeasured(line);
        let sums = self.sheet.index.totals.iter();
        let sum = (0u32..)
            .zip(sums)
            .find(|(_, sum)| **sum == (items.target, measure, plain));
        let added = |line| sum.and_then(|(sum, _)| self.sheet.totals.of(line, sum));
        let members = self.each_member(items, &skip, needs.as_deref_mut(), &mut |member, needs| {
            let known = added(member.line).filter(|_| needs.is_none());
            let amount = known.unwrap_or_else(|| self.reckon(member.line, measure, member.node, plain, needs));
            match amount {
                Number::Ends { low: l, high: h, .. } if member.truth == Truth::True => {
                    low = low.and_then(|sum| sum.checked_add(l));
                    high = high.and_then(|sum| sum.checked_add(h));
                }
                Number::Unmeasured => {}
                _ => more = true,
            }
        });
        match low.zip(high) {
            Some((low, high)) => {
                let more = more || members.unknown;
                self.per_body(Number::Ends { low, high, more }, per, needs)
            }
            None => Number::Unknown,
        }
    }

    /// Whether a prescribed line goes on with it: it is not counted twice.
    pub fn refill(&self, line: u32) -> bool {
        self.sheet.line(line).is_some_and(|line| line.refill)
    }

    /// How many lines a set has.
    pub fn count(&self, items: &ItemSet, needs: Option<&mut Needs>) -> Number {
        let (mut certain, mut possible) = (0i64, 0i64);
        let refill = |line| self.refill(line);
        let members = self.each_member(items, &refill, needs, &mut |member, _| {
            possible = possible.saturating_add(1);
            if member.truth == Truth::True {
                certain = certain.saturating_add(1);
            }
        });
        let high = (!members.phantom).then_some((Ratio::integer(possible), false));
        Number::Within(Interval {
            low: Some((Ratio::integer(certain), false)),
            high,
        })
    }
}

/// The table row of a laboratory value.
fn analyte(key: &LabKey) -> Option<&'static Analyte> {
    match key {
        LabKey::Name(name) => molar_mass(name),
        LabKey::Code(code) => analyte_of(code),
    }
}

/// The table row of a laboratory code.
fn analyte_of(code: &Code) -> Option<&'static Analyte> {
    (code.system == CodeSystem::Loinc)
        .then(|| molar_mass(&code.value))
        .flatten()
}
