//! The fields an answer lacks, each once, in the order in which they were asked for. They become texts only when the review is written.
use crate::condition::{Leaf, Operand, Test};
use crate::csr::{narrow, wide};
use crate::program::Tables;
use crate::sheet::Sheet;
use rustc_hash::FxHasher;
use shenfang_clinical::dosage::ItemField;
use shenfang_clinical::{Str, Texts};
use shenfang_knowledge::{ItemAttribute, Lab, LabKey, PatientAttribute, Presumable, RxAttribute};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::hash::{Hash, Hasher};

/// A field that is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Need {
    /// of the patient; never [`PatientAttribute::AgeUnit`], whose field is the age
    Patient(PatientAttribute),
    Rx(RxAttribute),
    /// the lines, of which there are too many
    Items,
    /// into how many servings a dose is divided
    Servings,
    /// of a line
    Field(u32, ItemField),
    /// a laboratory value, by its place among all that rules ask for
    Lab(u32),
    /// a diagnosis that does not resolve, by its place
    Diagnosis(u32),
}

impl Need {
    /// All current medications.
    pub const CURRENT: Need = Need::Rx(RxAttribute::CurrentMedications);
    /// The sheet's date.
    pub const AUTHORED: Need = Need::Rx(RxAttribute::AuthoredOn);

    /// A fact of the patient.
    pub fn patient(of: PatientAttribute) -> Need {
        match of {
            PatientAttribute::AgeUnit => Need::Patient(PatientAttribute::Age),
            _ => Need::Patient(of),
        }
    }

    /// A laboratory value.
    pub fn lab(lab: &Lab, sheet: &Sheet<'_, '_>) -> Need {
        let path = lab_path(lab);
        let place = sheet.index.labs.iter().position(|known| **known == *path);
        Need::Lab(place.map_or(u32::MAX, narrow))
    }

    /// The same of another line.
    fn of_line(self, line: u32) -> Need {
        match self {
            Need::Field(_, field) => Need::Field(line, field),
            other => other,
        }
    }

    /// As a path of the record.
    #[inline]
    fn written<'p>(self, sheet: &Sheet<'_, 'p>) -> Str<'p> {
        match self {
            Need::Patient(of) => Cow::Borrowed(patient_path(of)),
            Need::Rx(of) => Cow::Borrowed(rx_path(of)),
            Need::Items => Cow::Borrowed("items"),
            Need::Servings => Cow::Borrowed("usage.servings"),
            Need::Lab(place) => Cow::Borrowed(sheet.index.labs.get(wide(place)).map_or("patient.lab", |path| path)),
            Need::Diagnosis(place) => Cow::Owned([rx_path(RxAttribute::Diagnoses), &place.to_string()].join(".")),
            Need::Field(line, field) => {
                let current = sheet.line(line).is_some_and(|line| line.current);
                let id = sheet.written(line).map_or("", |item| &item.id);
                Cow::Owned(field.path(id, current))
            }
        }
    }
}

/// Fields that are missing; few, so that they usually need no memory of their own.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Needs {
    pub paths: SmallVec<[Need; 2]>,
}

impl Clone for Needs {
    /// At once, not one by one.
    fn clone(&self) -> Needs {
        Needs {
            paths: SmallVec::from_slice(&self.paths),
        }
    }
}

impl Needs {
    /// One field.
    pub fn of(need: Need) -> Needs {
        Needs {
            paths: SmallVec::from_slice(&[need]),
        }
    }

    /// Adds a field that is not there yet.
    pub fn add(&mut self, need: Need) {
        if !self.paths.contains(&need) {
            self.paths.push(need);
        }
    }

    /// Adds what another answer lacks.
    pub fn join(&mut self, other: &Needs) {
        for need in &other.paths {
            self.add(*need);
        }
    }

    /// The same of another line, where no more than one is named.
    pub fn of_line(&self, line: u32) -> Needs {
        match self.paths.as_slice() {
            [only] => Needs::of(only.of_line(line)),
            all => Needs {
                paths: all.iter().map(|need| need.of_line(line)).collect(),
            },
        }
    }

    /// Whether they are [those of a line](Needs::of_line).
    pub fn is_of_line(&self, other: &Needs, line: u32) -> bool {
        let other = other.paths.iter().map(|need| need.of_line(line));
        self.paths.len() == other.len() && self.paths.iter().copied().eq(other)
    }

    /// A number that is the same for the same fields, whatever line they are of, and hardly ever for others.
    pub fn key(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for need in &self.paths {
            match need {
                Need::Field(_, field) => field.hash(&mut hasher),
                other => other.hash(&mut hasher),
            }
        }
        hasher.finish()
    }

    /// As paths of the record.
    pub fn written<'p>(&self, sheet: &Sheet<'_, 'p>) -> Texts<'p> {
        match self.paths.as_slice() {
            [only] => Texts::from(only.written(sheet)),
            all => all.iter().map(|need| need.written(sheet)).collect(),
        }
    }
}

/// The paths of the laboratory values that rules ask for or presume, each once.
pub(crate) fn labs(tables: &Tables, questions: &[&Leaf]) -> Vec<Box<str>> {
    let compared = questions.iter().filter_map(|leaf| match &leaf.test {
        Test::Compare { left, right, .. } => Some([left, right]),
        _ => None,
    });
    let asked = compared.flatten().filter_map(|operand| match operand {
        Operand::Lab(lab) => Some(lab),
        _ => None,
    });
    let own = tables.manners.iter().flat_map(|manner| &manner.presume);
    let stands = own
        .map(|own| &own.stands)
        .chain(tables.standing.iter().map(|standing| &standing.stands));
    let presumed = stands.filter_map(|stands| match &stands.field {
        Presumable::Lab(lab) => Some(lab),
        Presumable::Attribute(_) => None,
    });
    let mut paths: Vec<Box<str>> = Vec::new();
    for path in asked.chain(presumed).map(lab_path) {
        if !paths.iter().any(|known| **known == *path) {
            paths.push(path.into());
        }
    }
    paths
}

fn lab_path(lab: &Lab) -> String {
    match lab.keys.first() {
        Some(LabKey::Name(name)) => format!("patient.lab.{name}"),
        Some(LabKey::Code(code)) => format!("patient.lab.{code}"),
        None => "patient.lab".to_owned(),
    }
}

/// The path of an attribute of the patient; a unit of age is that of the age.
const fn patient_path(of: PatientAttribute) -> &'static str {
    use PatientAttribute::*;
    match of {
        Age | AgeUnit => "patient.age",
        Weight => "patient.weight",
        Height => "patient.height",
        Bsa => "patient.bsa",
        Sex => "patient.sex",
        Pregnant => "patient.pregnant",
        Gestation => "patient.gestation",
        Lactating => "patient.lactating",
        Egfr => "patient.egfr",
        Crcl => "patient.crcl",
        ChildPugh => "patient.child_pugh",
        Dialysis => "patient.dialysis",
        Allergies => "patient.allergies",
        Conditions => "patient.conditions",
    }
}

/// The path of an attribute of the sheet.
const fn rx_path(of: RxAttribute) -> &'static str {
    use RxAttribute::*;
    match of {
        Kind => "kind",
        Setting => "setting",
        Doses => "doses",
        Form => "usage.form",
        Diagnoses => "diagnoses",
        Disease => "tcm_diagnosis.disease",
        Pattern => "tcm_diagnosis.pattern",
        ExtensionReason => "extension_reason",
        Department => "department",
        PresentedOn => "presented_on",
        AuthoredOn => "authored_on",
        Amendments => "amendments",
        CurrentMedications => "current_medications",
        PrescriberTitle => "prescriber.title",
        PrescriberPrivileges => "prescriber.privileges",
        PrescriberSigned => "prescriber.signed",
        InstitutionId => "institution.id",
        InstitutionLevel => "institution.level",
    }
}

/// The field that states an attribute of an item. Amounts name theirs themselves.
pub(crate) const fn item_field(of: ItemAttribute) -> ItemField {
    use ItemAttribute::*;
    match of {
        Dose | Daily | Total | Concentration | Text(_) => ItemField::Dose,
        Frequency => ItemField::Frequency,
        Duration => ItemField::Duration,
        Quantity => ItemField::Quantity,
        Route => ItemField::Route,
        Form => ItemField::Form,
        Strength => ItemField::Strength,
        Preparation => ItemField::Preparation,
        SkinTest => ItemField::SkinTest,
        Rate => ItemField::Rate,
        Over => ItemField::Over,
        Group | Diluent | DoubleSigned => ItemField::Group,
    }
}
