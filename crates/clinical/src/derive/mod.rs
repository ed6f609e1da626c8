//! Facts of the patient that rules compare: as given, or derived with a stated rounding.
//!
//! What it never does: read a clock (the reference day is `authored_on`, else the day the caller passes) or guess.
mod age;
mod body;
mod fixed;
mod kidney;
mod observed;
mod pregnancy;
mod told;

pub use age::AgeFact;
pub use observed::{newest_observation, observed, unobserved};

use crate::{ChildPugh, Prescription, Sex, Stated, calendar::Moment, calendar::days_between};
use jiff::civil::Date;
use shenfang_units::{Dimension, Interval, Quantity, Ratio, Truth};
use std::cell::OnceCell;

/// How old an observation may be, in days, to stand for a derived value or a `lab` without `within`.
pub const OBSERVATION_WINDOW_DAYS: i64 = 90;

/// A number known exactly or to lie between two ends, in base units of `dimension`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// where it lies
    pub interval: Interval,
    /// what it measures
    pub dimension: Dimension,
    /// how to say it
    told: told::Told,
}

impl Measured {
    /// A stated quantity of `dimension`; `None` for one of another.
    fn stated(quantity: &Quantity, dimension: Dimension) -> Option<Measured> {
        let amount = quantity.amount().filter(|amount| amount.dimension == dimension)?;
        Some(Measured {
            interval: Interval::exactly(amount.value),
            dimension,
            told: told::Told::Quantity {
                sign: "",
                quantity: quantity.clone(),
                observed: None,
            },
        })
    }

    /// The value, where it is one.
    fn exact(&self) -> Option<Ratio> {
        match (self.interval.low, self.interval.high) {
            (Some((low, false)), Some((high, false))) if low == high => Some(low),
            _ => None,
        }
    }
}

/// What is measured, once it was looked for: large, and few sheets state much of it.
type Found = OnceCell<Option<Box<Measured>>>;

fn found(known: &Found, find: impl FnOnce() -> Option<Measured>) -> Option<&Measured> {
    known.get_or_init(|| find().map(Box::new)).as_deref()
}

/// Everything rules ask of a patient. `None` is unknown. What is measured is found out on first use.
#[derive(Clone, Debug)]
pub struct PatientFacts<'p> {
    rx: &'p Prescription,
    /// the reference day: `authored_on`, else the review date the caller passed
    pub today: Option<Date>,
    /// age; unknown also where birth date and stated age contradict each other
    pub age: Option<AgeFact>,
    /// sex
    pub sex: Option<Sex>,
    /// false where sex is male; a diagnosis of pregnancy makes an explicit false unknown, an absent one true
    pub pregnant: Option<bool>,
    /// false where sex is male
    pub lactating: Option<bool>,
    /// dialysis
    pub dialysis: Option<bool>,
    /// Child-Pugh
    pub child_pugh: Option<ChildPugh>,
    weight: Found,
    height: Found,
    bsa: Found,
    egfr: Found,
    crcl: Found,
    gestation: Found,
}

impl<'p> PatientFacts<'p> {
    /// Reads a prescription. `review_date` counts only where the sheet has no `authored_on`.
    pub fn of(rx: &'p Prescription, review_date: Option<Date>) -> PatientFacts<'p> {
        let patient = &rx.patient;
        let today = rx.authored_on.as_ref().map(|moment| moment.date).or(review_date);
        PatientFacts {
            rx,
            today,
            age: AgeFact::of(patient, today),
            sex: patient.sex,
            pregnant: pregnancy::pregnant(rx),
            lactating: if patient.sex == Some(Sex::Male) {
                Some(false)
            } else {
                patient.lactating
            },
            dialysis: patient.dialysis,
            child_pugh: patient.child_pugh,
            weight: OnceCell::new(),
            height: OnceCell::new(),
            bsa: OnceCell::new(),
            egfr: OnceCell::new(),
            crcl: OnceCell::new(),
            gestation: OnceCell::new(),
        }
    }

    /// kg and so on
    pub fn weight(&self) -> Option<&Measured> {
        let weight = || body::weight(self.rx, self.today);
        found(&self.weight, weight)
    }

    /// m
    pub fn height(&self) -> Option<&Measured> {
        let height = || body::height(self.rx, self.today);
        found(&self.height, height)
    }

    /// given, or Mosteller from height and weight, 0.01 m2
    pub fn bsa(&self) -> Option<&Measured> {
        let bsa = || body::surface(self);
        found(&self.bsa, bsa)
    }

    /// given, observed, or CKD-EPI 2021 (age ≥ 18), whole mL/min/{1.73_m2}
    pub fn egfr(&self) -> Option<&Measured> {
        let egfr = || kidney::egfr(self);
        found(&self.egfr, egfr)
    }

    /// given, observed, or Cockcroft–Gault, whole mL/min
    pub fn crcl(&self) -> Option<&Measured> {
        let crcl = || kidney::crcl(self);
        found(&self.crcl, crcl)
    }

    /// from `gestation` or `lmp`
    pub fn gestation(&self) -> Option<&Measured> {
        let gestation = || pregnancy::gestation(&self.rx.patient, self.today, self.pregnant);
        found(&self.gestation, gestation)
    }
}

/// What the record states, else what is found elsewhere; text that could not be read is stated and stays unknown.
fn stated_or(
    stated: &Stated<Quantity>,
    dimension: Dimension,
    elsewhere: impl FnOnce() -> Option<Measured>,
) -> Option<Measured> {
    match stated {
        Stated::Read { value, .. } => Measured::stated(value, dimension),
        Stated::Unreadable(_) => None,
        Stated::Absent => elsewhere(),
    }
}

/// Days from the sheet to the moment dispensing was asked for; `None` where either is unknown.
pub fn days_until_presented(rx: &Prescription) -> Option<Ratio> {
    let (written, presented) = (rx.authored_on.as_ref()?, rx.presented_on.as_ref()?);
    Some(Ratio::integer(days_between(written.date, presented.date)))
}

/// Whether a medication stopped on `stopped` still counts for `within` days before the sheet; one that is yet to be stopped does.
pub fn stopped_within(stopped: &Moment, today: Option<Date>, days: Ratio) -> Truth {
    match today {
        None => Truth::Unknown,
        Some(today) => Truth::known(Ratio::integer(days_between(stopped.date, today)) <= days),
    }
}
