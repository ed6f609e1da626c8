//! The fields an answer lacks, each once, in the order in which they were asked for. They become texts only when the review is written.
use crate::sheet::Sheet;
use shenfang_clinical::Str;
use shenfang_clinical::dosage::ItemField;
use shenfang_knowledge::{ItemAttribute, PatientAttribute, RxAttribute};
use smallvec::SmallVec;
use std::borrow::Cow;

/// A field that is missing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// of the sheet, by its path
    Path(&'static str),
    /// of a line
    Field(u32, ItemField),
    /// of the sheet, by a path that depends on the rule or on what is written
    Written(Box<str>),
}

impl From<&'static str> for Need {
    fn from(path: &'static str) -> Need {
        Need::Path(path)
    }
}
impl From<String> for Need {
    fn from(path: String) -> Need {
        Need::Written(path.into())
    }
}

/// Fields that are missing; few, so that they usually need no memory of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub paths: SmallVec<[Need; 2]>,
}

/// The field of all current medications.
pub(crate) const CURRENT: &str = "current_medications";
/// Into how many servings a dose is divided.
pub(crate) const SERVINGS: &str = "usage.servings";
/// The sheet's date.
pub(crate) const AUTHORED: &str = "authored_on";

impl Needs {
    /// Adds a field that is not there yet.
    pub fn add(&mut self, need: impl Into<Need>) {
        let need = need.into();
        if !self.paths.contains(&need) {
            self.paths.push(need);
        }
    }

    /// Adds what another answer lacks.
    pub fn join(&mut self, other: &Needs) {
        for need in &other.paths {
            self.add(need.clone());
        }
    }

    /// The same of another line, where no more than one is named.
    pub fn of_line(&self, line: u32) -> Needs {
        let own = |need: &Need| match need {
            Need::Field(_, field) => Need::Field(line, *field),
            other => other.clone(),
        };
        Needs {
            paths: self.paths.iter().map(own).collect(),
        }
    }

    /// As paths of the record.
    pub fn written<'p>(&self, sheet: &Sheet<'_, 'p>) -> Vec<Str<'p>> {
        let path = |need: &Need| match need {
            Need::Path(path) => Cow::Borrowed(*path),
            Need::Written(path) => Cow::Owned(String::from(&**path)),
            Need::Field(line, field) => {
                let current = sheet.line(*line).is_some_and(|line| line.current);
                let id = sheet.written(*line).map_or("", |item| &item.id);
                Cow::Owned(field.path(id, current))
            }
        };
        self.paths.iter().map(path).collect()
    }
}

/// The path of an attribute of the patient; a unit of age is that of the age.
pub(crate) const fn patient_path(of: PatientAttribute) -> &'static str {
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
pub(crate) const fn rx_path(of: RxAttribute) -> &'static str {
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
        AuthoredOn => AUTHORED,
        Amendments => "amendments",
        CurrentMedications => CURRENT,
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
