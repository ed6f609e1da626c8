//! The prescription as read (see the README's data contract). Every `Option` and [`Stated`] that is empty means *unknown*;
//! an empty `Vec` inside `Some` means *known to be none*.
use crate::{
    ChildPugh, DoseForm, Footnote, InstitutionLevel, PrescriptionKind, Privilege, Route, Setting, Sex, SheetForm,
    SkinTestResult, Stated, Timing, Title, calendar::Moment,
};
use shenfang_units::{Quantity, QuantityRange, Ratio};

/// One prescription sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prescription {
    /// the record's id
    pub id: Box<str>,
    /// 西药/中成药 or 饮片
    pub kind: Option<PrescriptionKind>,
    /// where it was written
    pub setting: Option<Setting>,
    /// when it was written
    pub authored_on: Option<Moment>,
    /// when dispensing was asked for
    pub presented_on: Option<Moment>,
    /// who wrote it: the house
    pub institution: Institution,
    /// department name
    pub department: Option<Box<str>>,
    /// who wrote it: the person
    pub prescriber: Prescriber,
    /// for whom
    pub patient: Patient,
    /// why
    pub diagnoses: Option<Vec<Coded>>,
    /// 中医病名、证型
    pub tcm_diagnosis: TcmDiagnosis,
    /// what
    pub items: Vec<Item>,
    /// what the patient takes already
    pub current_medications: Option<Vec<CurrentMedication>>,
    /// 剂数 of a decoction
    pub doses: Stated<Quantity>,
    /// how a decoction is used
    pub usage: Usage,
    /// changes on the sheet
    pub amendments: Option<Vec<Amendment>>,
    /// why a supply limit is exceeded
    pub extension_reason: Option<Box<str>>,
    /// ids of the items the prescriber signed a second time
    pub double_signed: Option<Vec<Box<str>>>,
}

/// The house that wrote the sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Institution {
    /// id
    pub id: Option<Box<str>>,
    /// level
    pub level: Option<InstitutionLevel>,
}

/// The person who wrote the sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prescriber {
    /// id
    pub id: Option<Box<str>>,
    /// rank
    pub title: Option<Title>,
    /// rights
    pub privileges: Option<Vec<Privilege>>,
    /// signed
    pub signed: Option<bool>,
}

/// Facts of the patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patient {
    /// id
    pub id: Option<Box<str>>,
    /// sex
    pub sex: Option<Sex>,
    /// date of birth
    pub birth_date: Option<jiff::civil::Date>,
    /// age in completed units, when given as a quantity
    pub age: Stated<Age>,
    /// body weight
    pub weight: Stated<Quantity>,
    /// body height
    pub height: Stated<Quantity>,
    /// as given (see [`crate::derive`] for what else makes it known)
    pub pregnant: Option<bool>,
    /// as given
    pub lactating: Option<bool>,
    /// gestation
    pub gestation: Stated<Quantity>,
    /// last menstrual period
    pub lmp: Option<jiff::civil::Date>,
    /// on dialysis
    pub dialysis: Option<bool>,
    /// Child-Pugh class
    pub child_pugh: Option<ChildPugh>,
    /// body surface as given
    pub bsa: Stated<Quantity>,
    /// eGFR as given
    pub egfr: Stated<Quantity>,
    /// creatinine clearance as given
    pub crcl: Stated<Quantity>,
    /// allergies
    pub allergies: Option<Vec<Allergy>>,
    /// conditions
    pub conditions: Option<Vec<Condition>>,
    /// laboratory values and measurements
    pub observations: Option<Vec<Observation>>,
}

/// An age in completed units, `"3岁5月"` has two parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Age {
    /// completed years, months, weeks, days as written, largest unit first
    pub parts: Vec<(u32, shenfang_units::CalendarUnit)>,
}

/// A code, a name, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coded {
    /// `ICD10:M54.5`, `ATC:J01C` … as written
    pub code: Option<Box<str>>,
    /// name as written
    pub name: Option<Box<str>>,
}

/// An allergy or intolerance.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Allergy {
    /// to what
    pub to: Coded,
    /// intolerance rather than allergy
    pub intolerance: bool,
    /// severe
    pub severe: Option<bool>,
    /// whether it is active; `allergic to` means active
    pub status: ConditionStatus,
}

/// A condition of the patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    /// what
    pub what: Coded,
    /// whether it is active; `patient has` means active
    pub status: ConditionStatus,
}

/// Whether a condition or allergy speaks of now and of this patient.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConditionStatus {
    /// now
    #[default]
    Active,
    /// over
    Past,
    /// not confirmed
    Suspected,
    /// of a relative
    Family,
}

/// A laboratory value or measurement.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// what was measured
    pub what: Coded,
    /// the value
    pub value: ObservationValue,
    /// `<`, `<=`, `>=`, `>` before the value
    pub comparator: Option<shenfang_units::Comparison>,
    /// when
    pub at: Option<Moment>,
}

/// The value of an observation.
#[derive(Clone, Debug, PartialEq)]
pub enum ObservationValue {
    /// number and unit
    Quantity(Quantity),
    /// 阳性, or a number whose unit could not be read
    Text(Box<str>),
    /// nothing stated
    Absent,
}

/// 中医病名、证型
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TcmDiagnosis {
    /// 病名
    pub disease: Option<Box<str>>,
    /// 证型
    pub pattern: Option<Box<str>>,
}

/// How a decoction is used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    /// 剂 a day, 1 when absent
    pub doses_per_day: Option<Ratio>,
    /// servings one 剂 is divided into
    pub servings: Option<Ratio>,
    /// form of the sheet; 汤剂 when absent
    pub form: Option<SheetForm>,
}

/// One line of the sheet. What few lines state is boxed: a sheet is read from end to end, and short lines are read sooner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// the line's id
    pub id: Box<str>,
    /// the drug as written
    pub drug: Coded,
    /// per unit of use
    pub strength: Stated<Strength>,
    /// units of use in one pack
    pub pack: Stated<Box<Quantity>>,
    /// amount at one administration (in a decoction: in one 剂)
    pub dose: Stated<Dose>,
    /// how often
    pub frequency: Stated<Timing>,
    /// by which way
    pub route: Stated<Route>,
    /// how long
    pub duration: Stated<Quantity>,
    /// how much is dispensed
    pub quantity: Stated<Quantity>,
    /// 脚注; `Some(vec![])` = none written
    pub preparation: Option<Vec<Stated<Footnote>>>,
    /// taper, loading, split days, in place of dose, frequency, duration
    pub steps: Option<Vec<DosageStep>>,
    /// for prn
    pub max_per_day: Stated<Box<Quantity>>,
    /// skin test
    pub skin_test: Option<Box<SkinTest>>,
    /// infusion
    pub infusion: Option<Box<Infusion>>,
    /// dose form where the record states it apart from the name
    pub form: Option<DoseForm>,
}

/// A dose: measured, or stated without measure (适量 on a local route).
#[derive(Clone, Debug, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every dose is measured: a box would cost what it saves"
)]
pub enum Dose {
    /// amount or range
    Measured(QuantityRange),
    /// 适量 on a local route: stated, leaves nothing undetermined
    Unmeasured,
}

/// Strength per unit of use as labels print it. Most labels print amounts alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Strength {
    /// amounts in catalogue order (`80 mg/5 mg` has two)
    pub amounts: Vec<Quantity>,
    /// volume, count or whole the amounts are in: `2 ml:80 mg` → 2 ml; `50 μg/喷` → 1 喷; `20 g:0.2 g` → 20 g; `None` = one unit of use
    pub per: Option<Box<Quantity>>,
    /// `*24粒`
    pub pack: Option<Box<Quantity>>,
}

/// One step of a schedule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DosageStep {
    /// first day, from 1
    pub from_day: Option<u32>,
    /// amount
    pub dose: Stated<Dose>,
    /// how often
    pub frequency: Stated<Timing>,
    /// how long
    pub duration: Stated<Quantity>,
}

/// A skin test.
#[derive(Clone, Debug, PartialEq)]
pub struct SkinTest {
    /// result
    pub result: SkinTestResult,
    /// when
    pub at: Option<Moment>,
    /// batch tested
    pub batch: Option<Box<str>>,
}

/// How an item is infused.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Infusion {
    /// items of one group are mixed
    pub group: Option<Box<str>>,
    /// rate
    pub rate: Stated<Quantity>,
    /// duration of one infusion
    pub over: Stated<Quantity>,
}

/// What the patient takes already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurrentMedication {
    /// the line
    pub item: Item,
    /// since
    pub started_on: Option<Moment>,
    /// until
    pub stopped_on: Option<Moment>,
    /// institution that prescribed it
    pub institution: Option<Box<str>>,
    /// id of the prescribed item that renews it by another product
    pub renewed_by: Option<Box<str>>,
}

/// A change on the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amendment {
    /// item changed
    pub item: Option<Box<str>>,
    /// signed
    pub signed: Option<bool>,
    /// dated
    pub dated: Option<bool>,
}
