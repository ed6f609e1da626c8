//! Concepts of the catalogue.
use serde::{Deserialize, Serialize};
use shenfang_clinical::DoseForm;
use shenfang_units::{Amount, Quantity};
use smol_str::SmolStr;

/// A concept of one [`crate::Knowledge`]. Ids follow the order of canonical names (code points), so equal catalogues have equal ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct ConceptId(pub u32);

/// What a concept is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConceptKind {
    /// a decoction piece 饮片 or medicinal material 药材
    Herb,
    /// an active substance, salt, ester or hydrate
    Substance,
    /// a compound product or patent medicine
    Product,
    /// a class of drugs
    Class,
    /// a disease or state of the patient
    Condition,
    /// a classical formula, for naming only
    Formula,
    /// a level of a hierarchical code (`ATC:M01A`), made from the codes of the catalogue; everything coded below it *is a* member
    Code,
}

/// A code system a record may use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum CodeSystem {
    /// WHO ATC; hierarchical, matches by level
    Atc,
    /// ICD-10; hierarchical, matches by prefix after dropping `.` and filler `x`
    Icd10,
    /// 国家医保药品编码
    Nhsa,
    /// 本位码
    NdcCn,
    /// RxNorm
    RxNorm,
    /// LOINC
    Loinc,
    /// the institution's own
    Local,
}

/// `ICD10:N18.9`, normalised (upper case, no `.`; ICD filler `x` dropped).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Code {
    /// system
    pub system: CodeSystem,
    /// normalised value: `N189`, `M01AE01`; a short one, as nearly all are, takes no memory of its own
    pub value: SmolStr,
}

/// Grade of toxicity of the pharmacopoeia.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Toxicity {
    /// 小毒
    SlightlyToxic,
    /// 有毒
    Toxic,
    /// 大毒
    HighlyToxic,
}

/// One ingredient of a product.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// the ingredient
    pub concept: ConceptId,
    /// amount in one unit of use, when known
    pub amount: Option<Amount>,
    /// false for an excipient that matters for allergies only
    pub active: bool,
}

/// A concept and all that is known of it by itself. Relations to others are edges of the graph.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Concept {
    /// what it is
    pub kind: ConceptKind,
    /// canonical Chinese name (for a code: `ATC:M01A`)
    pub name: String,
    /// English name
    pub en: Option<String>,
    /// reviewed aliases, as written
    pub aliases: Vec<String>,
    /// codes
    pub codes: Vec<Code>,
    /// dose form
    pub form: Option<DoseForm>,
    /// grade of toxicity as the catalogue states it
    pub toxicity: Option<Toxicity>,
    /// active ingredients in catalogue order, then excipients
    pub contents: Vec<Content>,
    /// mass of one biological unit
    pub potency: Option<Amount>,
    /// folk names, for "did you mean" only
    pub near_names: Vec<String>,
    /// pinyin initials of the name (`fz` for 附子), precomputed
    pub initials: String,
    /// `file:line` of its row
    #[serde(skip_serializing)]
    #[serde(default)]
    pub place: Option<String>,
}

/// How the catalogue shows a quantity it holds as a base amount.
pub fn shown(amount: Amount, like: &Quantity) -> String {
    amount.in_unit(&like.unit).map(|q| q.to_string()).unwrap_or_default()
}
