//! Facts of the patient that rules compare: as given, or derived with a stated rounding.
//!
//! What it never does: read a clock (the reference day is `authored_on`, else the day the caller passes) or guess.
use crate::{ChildPugh, Observation, Prescription, Sex, calendar::Moment};
use jiff::civil::Date;
use shenfang_units::{CalendarUnit, Comparison, Dimension, Interval, Ratio, Truth};

/// How old an observation may be, in days, to stand for a derived value or a `lab` without `within`.
pub const OBSERVATION_WINDOW_DAYS: i64 = 90;

/// A number known exactly or to lie between two ends, in base units of `dimension`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// where it lies
    pub interval: Interval,
    /// what it measures
    pub dimension: Dimension,
    /// as a person writes it: `24 mL/min/{1.73_m2}`, `>90 mL/min/{1.73_m2}`
    pub shown: String,
    /// for a derived value: from what and how (`CKD-EPI 2021: creatinine 88 umol/L, 68 a, female`)
    pub derived: Option<String>,
}

/// The patient's age, as a birth date or in completed units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgeFact {
    /// from the birth date to the reference day
    Born { /** birth */ birth: Date, /** reference day */ on: Date },
    /// completed units as given
    Completed(crate::Age),
}

impl AgeFact {
    /// `age OP n unit`, counted on the calendar (65th birthday; 29 February: 1 March); unknown where the uncounted rest of a stated age could change the answer.
    pub fn compare(&self, _op: Comparison, _n: Ratio, _unit: CalendarUnit) -> Truth { todo!() }
    /// As a person writes it: `68 a`, `5 mo`, `20 d`.
    pub fn shown(&self) -> String { todo!() }
    /// The smallest unit the record itself states (birth date: day), for `age.unit`.
    pub fn unit(&self) -> CalendarUnit { todo!() }
}

/// Everything rules ask of a patient. `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatientFacts {
    /// the reference day: `authored_on`, else the review date the caller passed
    pub today: Option<Date>,
    /// age; unknown also where birth date and stated age contradict each other
    pub age: Option<AgeFact>,
    /// kg and so on
    pub weight: Option<Measured>,
    /// m
    pub height: Option<Measured>,
    /// given, or Mosteller from height and weight, 0.01 m2
    pub bsa: Option<Measured>,
    /// given, observed, or CKD-EPI 2021 (age ≥ 18), whole mL/min/{1.73_m2}
    pub egfr: Option<Measured>,
    /// given, observed, or Cockcroft–Gault, whole mL/min
    pub crcl: Option<Measured>,
    /// from `gestation` or `lmp`
    pub gestation: Option<Measured>,
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
}

impl PatientFacts {
    /// Reads a prescription. `review_date` counts only where the sheet has no `authored_on`.
    pub fn of(_rx: &Prescription, _review_date: Option<Date>) -> PatientFacts { todo!() }
}

/// The newest usable observation for `keys` (LOINC codes without prefix, or names, matched exactly after NFKC), not later than the sheet,
/// dated, and at most `within_days` old. `Ok(None)`: none made or none usable (unknown).
pub fn newest_observation<'p>(_rx: &'p Prescription, _today: Option<Date>, _keys: &[&str], _within_days: Ratio) -> Option<&'p Observation> { todo!() }

/// The observation as a number of `dimension`, molar conversion included where the analyte is tabulated; `None` when it is text or cannot be converted.
pub fn observed(_observation: &Observation, _analyte: Option<&shenfang_units::Analyte>, _dimension: Dimension) -> Option<Measured> { todo!() }

/// Days from the sheet to the moment dispensing was asked for; `None` where either is unknown.
pub fn days_until_presented(_rx: &Prescription) -> Option<Ratio> { todo!() }

/// Whether a medication stopped on `stopped` still counts for `within` days before the sheet.
pub fn stopped_within(_stopped: &Moment, _today: Option<Date>, _days: Ratio) -> Truth { todo!() }
