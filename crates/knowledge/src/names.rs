//! Names and codes to concepts: exactly, after NFKC, trimming and traditional→simplified. Never by substring.
use crate::{Code, ConceptId};
use serde::{Deserialize, Serialize};
use shenfang_clinical::{DoseForm, Footnote};

/// What a name or code stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// one concept
    Concept(ConceptId),
    /// a name with several reviewed meanings
    Ambiguous(Vec<ConceptId>),
    /// nothing
    Unknown,
}

/// A drug text taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DrugName {
    /// what it stands for
    pub resolution: Resolution,
    /// dose form said by the name (`缓释胶囊`), else the concept's
    pub form: Option<DoseForm>,
    /// strength text inside the name (`100mg*30片`)
    pub strength: Option<String>,
    /// dose text inside the name
    pub dose: Option<String>,
    /// footnote inside the name (`附子(先煎)`)
    pub footnote: Option<Footnote>,
}

/// The index of names and codes: sorted, serialisable, no hashing into output.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NameIndex {
    pub(crate) names: Vec<(Box<str>, Vec<ConceptId>)>,
    pub(crate) codes: Vec<(Code, ConceptId)>,
    pub(crate) near: Vec<(Box<str>, ConceptId)>,
    pub(crate) initials: Vec<(Box<str>, ConceptId)>,
    pub(crate) salts: Vec<Box<str>>,
    pub(crate) display: Vec<(Box<str>, ConceptId)>,
}

/// NFKC, trimmed, inner blanks dropped between CJK, traditional→simplified: the key names are compared by.
pub fn normalize(_text: &str) -> String { todo!() }

impl Code {
    /// Reads `ICD10:N18.9`, `ATC:M01A`; `None` for an unknown system or an empty value.
    pub fn parse(_text: &str) -> Option<Code> { todo!() }
    /// True when `self` equals `above` or lies below it (ATC levels, ICD-10 prefixes); other systems: equality.
    pub fn within(&self, _above: &Code) -> bool { todo!() }
}
impl std::fmt::Display for Code { fn fmt(&self, _f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { todo!() } }

impl NameIndex {
    /// A name by itself: canonical name, alias, declared ambiguous name.
    pub fn name(&self, _name: &str) -> Resolution { todo!() }
    /// A code of the catalogue.
    pub fn code(&self, _code: &Code) -> Option<ConceptId> { todo!() }
    /// A drug as written on a sheet: dose, strength, footnote, dose form and salt words are split off where the whole name stands for nothing.
    pub fn drug(&self, _text: &str) -> DrugName { todo!() }
    /// Near names for "did you mean", best first, at most `most`: folk names, one edit, exchanged characters, same pinyin initials.
    pub fn candidates(&self, _text: &str, _most: usize) -> Vec<ConceptId> { todo!() }
    /// Concepts whose pinyin initials begin with `initials` (lower case), in order of name.
    pub fn by_initials(&self, _initials: &str) -> Vec<ConceptId> { todo!() }
}
