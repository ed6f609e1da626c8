//! Typed conditions: every attribute has a type, every quantity a dimension, checked before they are made.
use crate::{Code, ConceptSet};
use serde::{Deserialize, Serialize, Serializer};
use shenfang_clinical::{
    ChildPugh, DoseForm, Footnote, InstitutionLevel, Measure, PrescriptionKind, Privilege, Route, Setting, Sex,
    SheetForm, SkinTestResult, Title,
};
use shenfang_units::{CalendarUnit, Comparison, Quantity, Ratio};

/// A condition over one binding of a rule's variables.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Condition {
    /// `always`
    Always,
    /// all of, in the order written
    And(Vec<Condition>),
    /// any of, in the order written
    Or(Vec<Condition>),
    /// Kleene negation
    Not(Box<Condition>),
    /// two operands of one dimension (`in A .. B` is the conjunction of two)
    Compare {
        /** left */
        left: Operand,
        /** sign */
        op: Comparison,
        /** right */
        right: Operand,
    },
    /// ranked words: `prescriber.title < attending`
    Rank {
        /** left */
        subject: Attribute,
        /** sign */
        op: Comparison,
        /** right */
        value: WordValue,
    },
    /// the attribute is one of the words (for lists: one of its members is; for routes and forms: at or below)
    Is {
        /** left */
        subject: Attribute,
        /** alternatives */
        values: Vec<WordValue>,
    },
    /// a stated or derived value is there; never unknown
    Known(Attribute),
    /// stands in the record and is not empty; never unknown
    Stated(Attribute),
    /// some item is a member (`no SET` is the negation)
    Any(ItemSet),
    /// active conditions and diagnoses
    PatientHas(ConceptSet),
    /// the patient is allergic to what the variable denotes (variable index)
    AllergicTo(usize),
    /// a boolean attribute
    Flag(Attribute),
    /// diagnoses of the sheet; conditions are not looked at
    DiagnosesHave(ConceptSet),
    /// an active allergy is a member
    AllergicToAny(ConceptSet),
    /// a laboratory value that is a number is there, new enough; never unknown
    KnownLab(Lab),
    /// conditions of now or of the past, and diagnoses
    PatientHad(ConceptSet),
}

/// One side of a comparison.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Operand {
    /// an attribute that is a quantity
    Attribute(Attribute),
    /// a constant
    Constant(Constant),
    /// number of items
    Count(ItemSet),
    /// sum over items, each by its own content; the measure is single, daily, weekly or course
    Total(ItemSet, Measure),
    /// a laboratory value
    Lab(Lab),
}

/// A number with its unit; serialises in base units.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
pub struct Constant {
    /// as written, unit in canonical spelling; `Unit::one()` for a bare number
    pub quantity: Quantity,
}

impl Serialize for Constant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.quantity.amount(), self.quantity.unit.calendar()).serialize(serializer)
    }
}

/// A laboratory value: the newest that goes by one of these names and codes and is new enough.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Lab {
    /// names and codes; where it is missing it is spoken of by the first
    pub keys: Vec<LabKey>,
    /// how old, in days; `None` is the standing window
    pub within_days: Option<Ratio>,
}

/// What a laboratory value is looked up by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum LabKey {
    /// name, NFKC
    Name(String),
    /// code
    Code(Code),
}

/// Where an item comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Origin {
    /// on the sheet
    Prescribed,
    /// taken already
    Current,
    /// either (in `match`; at least one binding is prescribed)
    Either,
}

/// A set of items in a condition. Diluents and items by route 皮试 take no part.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ItemSet {
    /// which drugs
    pub set: ConceptSet,
    /// prescribed unless the text says `current`
    pub origin: Origin,
    /// also medications stopped within so many days
    pub within_days: Option<Ratio>,
}

/// An attribute of the prescription.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Attribute {
    /// of the item bound to a variable (index)
    Item(usize, ItemAttribute),
    /// of the patient
    Patient(PatientAttribute),
    /// of the sheet, prescriber, institution
    Rx(RxAttribute),
}

/// Attributes of an item. Quantities are of the ingredient by which the item was bound.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ItemAttribute {
    /// amount at one administration: mass, volume, count, biological; with `/kg` or `/m2` in the constant, per body size
    Dose,
    /// amount in 24 h
    Daily,
    /// amount over the whole course
    Total,
    /// administrations a day
    Frequency,
    /// time
    Duration,
    /// amount dispensed: count or pack
    Quantity,
    /// route (word)
    Route,
    /// dose form (word)
    Form,
    /// amount per unit of use
    Strength,
    /// footnotes (words)
    Preparation,
    /// skin test (word)
    SkinTest,
    /// volume or mass per time
    Rate,
    /// mass per volume
    Concentration,
    /// infusion group (text)
    Group,
    /// the item is the diluent of its group (flag)
    Diluent,
    /// signed a second time (flag)
    DoubleSigned,
    /// the text that could not be read (text)
    Text(ItemText),
    /// how long one administration runs
    Over,
}

/// Fields whose unreadable text a rule may ask for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ItemText {
    /// dose
    Dose,
    /// frequency
    Frequency,
    /// route
    Route,
    /// duration
    Duration,
    /// quantity
    Quantity,
    /// strength
    Strength,
}

/// Attributes of the patient.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum PatientAttribute {
    /// calendar age
    Age,
    /// smallest unit in which the age is stated (word)
    AgeUnit,
    /// mass
    Weight,
    /// length
    Height,
    /// area
    Bsa,
    /// word
    Sex,
    /// flag
    Pregnant,
    /// time
    Gestation,
    /// flag
    Lactating,
    /// volume per time per 1.73 m2
    Egfr,
    /// volume per time
    Crcl,
    /// word, ranked
    ChildPugh,
    /// flag
    Dialysis,
    /// list of allergies: known, stated
    Allergies,
    /// list of conditions: known, stated
    Conditions,
}

/// Attributes of the sheet, the prescriber and the institution.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum RxAttribute {
    /// word
    Kind,
    /// word
    Setting,
    /// 剂数: count of decoction doses
    Doses,
    /// word
    Form,
    /// list: known, stated
    Diagnoses,
    /// text
    Disease,
    /// text
    Pattern,
    /// text
    ExtensionReason,
    /// text
    Department,
    /// time from `authored_on` to `presented_on`
    PresentedOn,
    /// list of changes; words `unsigned`, `undated`
    Amendments,
    /// list of current medications: known, stated
    CurrentMedications,
    /// word, ranked
    PrescriberTitle,
    /// words
    PrescriberPrivileges,
    /// flag
    PrescriberSigned,
    /// text
    InstitutionId,
    /// word, ranked
    InstitutionLevel,
    /// date of the sheet: known, stated
    AuthoredOn,
}

/// A word an attribute can be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum WordValue {
    /// route and all below it
    Route(Route),
    /// form and all below it
    Form(DoseForm),
    /// kind of sheet
    Kind(PrescriptionKind),
    /// setting
    Setting(Setting),
    /// sheet form
    SheetForm(SheetForm),
    /// rank
    Title(Title),
    /// right
    Privilege(Privilege),
    /// level
    Level(InstitutionLevel),
    /// sex
    Sex(Sex),
    /// class
    ChildPugh(ChildPugh),
    /// footnote
    Footnote(Footnote),
    /// skin test
    SkinTest(SkinTestResult),
    /// unit of age
    AgeUnit(CalendarUnit),
    /// a change without signature / without date
    Unsigned,
    /// a change without date
    Undated,
    /// any text, NFKC
    Text(String),
}
