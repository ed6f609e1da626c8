//! The fields an answer lacks, each once, in the order in which they were asked for.
use shenfang_clinical::dosage::ItemField;
use shenfang_knowledge::{ItemAttribute, RxAttribute};

/// Paths of missing fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    pub paths: Vec<String>,
}

/// The field of all current medications.
pub(crate) const CURRENT: &str = "current_medications";
/// The sheet's date.
pub(crate) const AUTHORED: &str = "authored_on";

impl Needs {
    /// Adds a path that is not there yet.
    pub fn add(&mut self, path: impl AsRef<str> + Into<String>) {
        if !self.paths.iter().any(|known| known == path.as_ref()) {
            self.paths.push(path.into());
        }
    }

    /// Adds what another answer lacks.
    pub fn join(&mut self, other: &Needs) {
        for path in &other.paths {
            self.add(path.as_str());
        }
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
