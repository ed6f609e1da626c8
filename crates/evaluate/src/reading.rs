//! Quantities of several lines, and laboratory values.
use crate::amount::without_per;
use crate::condition::{ItemSet, StandIn};
use crate::csr::wide;
use crate::evaluate::View;
use crate::needs::{Need, Needs};
use crate::number::Number;
use crate::sheet::Sheet;
use shenfang_clinical::derive::{OBSERVATION_WINDOW_DAYS, newest_observation, observed, unobserved};
use shenfang_clinical::{Dose, Measure, Observation, ObservationValue};
use shenfang_knowledge::{Code, CodeSystem, Lab, LabKey, Origin, Presumable};
use shenfang_units::{Analyte, Dimension, Interval, Ratio, Truth, molar_mass};
use smallvec::SmallVec;

impl View<'_, '_> {
    /// A laboratory value, newest first.
    pub fn lab(&self, lab: &Lab, wanted: Dimension, needs: Option<&mut Needs>) -> Number {
        let analyte = || lab.keys.iter().find_map(analyte);
        let measured = self.newest(lab).and_then(|o| observed(o, analyte(), wanted));
        if let Some(measured) = measured {
            return Number::Within(measured.interval);
        }
        let of_this = |stand_in: &&&StandIn| matches!(&stand_in.field, Presumable::Lab(of) if of.keys == lab.keys);
        let stand_in = self.assumed.iter().find(of_this);
        let presumed = stand_in.and_then(|stand_in| stand_in.interval(wanted));
        if let (None, Some(needs)) = (presumed, needs) {
            needs.add(Need::lab(lab, self.sheet));
        }
        presumed.map_or(Number::Unknown, Number::Within)
    }

    /// Whether no such laboratory value was made, or certainly none that is new enough.
    pub fn unobserved(&self, lab: &Lab) -> bool {
        !self.sheet.is_any_observed() || unobserved(self.sheet.rx, self.sheet.today, &keys(lab), window(lab))
    }

    /// Whether a laboratory value that is a number stands in the record, dated and new enough.
    pub fn known_lab(&self, lab: &Lab) -> bool {
        let newest = self.newest(lab);
        newest.is_some_and(|newest| matches!(newest.value, ObservationValue::Quantity(_)))
    }

    fn newest(&self, lab: &Lab) -> Option<&Observation> {
        let newest = || newest_observation(self.sheet.rx, self.sheet.today, &keys(lab), window(lab));
        self.sheet.is_any_observed().then(newest).flatten()
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
        let plain_lines = self.sheet.counted(items.origin).filter(|_| needs.is_none());
        if let (Some(lines), Some((sum, _))) = (plain_lines, sum) {
            // A line that is in no set may keep nothing; in `any` it is all the same.
            let is_any = self.sheet.is_any(items.target);
            if let Some(Number::Ends { low, high, more }) = self.sheet.totals.over(sum, lines, is_any) {
                let more = more || (items.origin != Origin::Prescribed && self.phantom());
                return self.per_body(Number::Ends { low, high, more }, per, None);
            }
        }
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
        if let Some(lines) = self.sheet.counted(items.origin).filter(|_| needs.is_none()) {
            let lines = self.sheet.members_among(items.target, lines);
            let lines = Ratio::integer(i64::try_from(lines).unwrap_or(i64::MAX));
            let phantom = items.origin != Origin::Prescribed && self.phantom();
            return Number::Within(Interval {
                low: Some((lines, false)),
                high: (!phantom).then_some((lines, false)),
            });
        }
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

impl Sheet<'_, '_> {
    /// How many of the prescribed lines, which are so many, are members of a target.
    pub fn members_among(&self, target: u32, lines: usize) -> usize {
        let known = || {
            let place = self.index.counted.binary_search(&target).ok()?;
            self.totals.members(place, lines)
        };
        match self.is_any(target) {
            true => lines,
            false => known().unwrap_or_else(|| {
                let members = self.lines_of(target);
                members.filter(|row| wide(row.line) < lines).count()
            }),
        }
    }

    /// Most records have no laboratory values at all: then nobody needs to know what one may be called.
    pub fn is_any_observed(&self) -> bool {
        let made = self.rx.patient.observations.as_ref();
        made.is_some_and(|made| !made.is_empty())
    }
}

/// How old a laboratory value may be, in days.
fn window(lab: &Lab) -> Ratio {
    lab.within_days.unwrap_or(Ratio::integer(OBSERVATION_WINDOW_DAYS))
}

/// What a laboratory value may be called, once [all its names](in_full) are known.
fn keys(lab: &Lab) -> SmallVec<[&str; 12]> {
    let keys = lab.keys.iter().map(|key| match key {
        LabKey::Name(name) => name.as_str(),
        LabKey::Code(code) => &*code.value,
    });
    keys.collect()
}

/// A laboratory value with every name and code of what it measures: nobody has to look them up on every sheet.
pub(crate) fn in_full(lab: &Lab) -> Lab {
    let mut keys = Vec::with_capacity(lab.keys.len());
    for key in &lab.keys {
        keys.push(key.clone());
        if let LabKey::Name(name) = key
            && let Some(analyte) = molar_mass(name)
        {
            let names = [analyte.key, analyte.zh];
            let names = names.iter().chain(analyte.loinc);
            keys.extend(names.map(|name| LabKey::Name((*name).to_owned())));
        }
    }
    Lab { keys, ..lab.clone() }
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
