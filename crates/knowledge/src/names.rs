//! Names and codes to concepts: exactly, after NFKC, trimming and traditional→simplified. Never by substring.
//!
//! [`NameIndex`] is what a compiled program carries: sorted tables, no hashing, no pinyin library.
mod annotation;
mod build;
mod candidates;
mod code;
mod drug;
mod initials;
mod lookup;
mod nearby;
mod normalize;
mod stored;
mod strength;
mod words;

pub(crate) use build::NameIndexBuilder;
pub use initials::initials;
pub use normalize::normalize;

use crate::{Code, ConceptId, ConceptKind};
use serde::{Deserialize, Serialize};
use shenfang_clinical::{DoseForm, Footnote};
use smol_str::SmolStr;

/// What a name or code stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolution {
    /// one concept
    Concept(ConceptId),
    /// a name with several reviewed meanings, ascending
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
#[serde(from = "stored::Stored", into = "stored::Stored")]
pub struct NameIndex {
    /// sorted by key
    names: Vec<Entry>,
    /// sorted by code
    codes: Vec<(Code, ConceptId)>,
    /// folk and English names, by concept; "did you mean" only
    near: nearby::Folk,
    /// by concept id
    known: Vec<Known>,
    lookup: lookup::Lookup,
    nearby: nearby::Nearby,
}

/// One name.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    key: SmolStr,
    meaning: Meaning,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Meaning {
    One(ConceptId),
    Several(Vec<ConceptId>),
}

/// What resolving needs to know of a concept.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Known {
    name: SmolStr,
    kind: ConceptKind,
    form: Option<DoseForm>,
}

impl Meaning {
    fn all(&self) -> &[ConceptId] {
        match self {
            Meaning::One(id) => std::slice::from_ref(id),
            Meaning::Several(ids) => ids,
        }
    }
}

impl NameIndex {
    /// A name by itself: canonical name, alias, declared ambiguous name.
    pub fn name(&self, name: &str) -> Resolution {
        self.resolution(self.entry(&normalize::folded(name)))
    }

    /// A code of the catalogue.
    pub fn code(&self, code: &Code) -> Option<ConceptId> {
        let at = self.codes.binary_search_by(|(c, _)| c.cmp(code)).ok()?;
        self.codes.get(at).map(|(_, id)| *id)
    }

    /// What a patient may be allergic to: a name, else a drug text without form, salt and strength, else either without a trailing 过敏, 过敏史, 类药物
    /// or 类药 (of which the class is meant first: 青霉素类药物 is 青霉素类).
    pub fn allergen(&self, text: &str) -> Resolution {
        let known = |text: &str| match self.name(text) {
            Resolution::Unknown => self.drug(text).resolution,
            found => found,
        };
        let bare = text.trim().trim_end_matches(['。', '.', '；', ';']);
        let without = ["过敏史", "过敏"].iter().find_map(|end| bare.strip_suffix(end));
        let without = without.map_or(bare, str::trim_end);
        let class = ["类药物", "类药"].iter().find_map(|end| without.strip_suffix(end));
        let class = class.map(|class| (format!("{class}类"), class));
        let texts = [Some(text), Some(without)].into_iter().flatten();
        let of_class = class.iter().flat_map(|(named, rest)| [named.as_str(), *rest]);
        let mut found = texts.chain(of_class).map(known);
        found
            .find(|found| *found != Resolution::Unknown)
            .unwrap_or(Resolution::Unknown)
    }

    /// Concepts that claim `code` or a code it lies below, nearest first: `ICD10:N18.5` finds what claims `N18.5`, then what claims `N18`.
    pub fn code_and_above(&self, code: &Code) -> Vec<ConceptId> {
        let mut found = Vec::new();
        self.each_code_above(code, &mut |id| {
            if !found.contains(&id) {
                found.push(id);
            }
        });
        found
    }

    /// Visits what [`NameIndex::code_and_above`] lists; a concept that claims several levels comes more than once.
    pub fn each_code_above(&self, code: &Code, visit: &mut dyn FnMut(ConceptId)) {
        code.and_above().filter_map(|above| self.code(&above)).for_each(visit);
    }

    /// The canonical name of a concept.
    pub fn canonical(&self, id: ConceptId) -> Option<&str> {
        self.known(id).map(|known| &*known.name)
    }

    /// Every resolvable name in comparison form with what it stands for, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[ConceptId])> {
        self.names.iter().map(|e| (&*e.key, e.meaning.all()))
    }

    /// The names declared ambiguous, in comparison form, sorted.
    pub fn ambiguous(&self) -> impl Iterator<Item = (&str, &[ConceptId])> {
        self.names.iter().filter_map(|e| match &e.meaning {
            Meaning::Several(ids) => Some((&*e.key, ids.as_slice())),
            Meaning::One(_) => None,
        })
    }

    /// Every concept in order of id: its canonical name, what it is, and its dose form.
    pub fn concepts(&self) -> impl ExactSizeIterator<Item = (&str, ConceptKind, Option<DoseForm>)> {
        self.known.iter().map(|known| (&*known.name, known.kind, known.form))
    }

    fn entry(&self, key: &str) -> Option<&Entry> {
        self.look_up(key).map(|found| found.entry)
    }

    fn resolution(&self, entry: Option<&Entry>) -> Resolution {
        match entry.map(|e| &e.meaning) {
            None => Resolution::Unknown,
            Some(Meaning::One(id)) => Resolution::Concept(*id),
            Some(Meaning::Several(ids)) => Resolution::Ambiguous(ids.clone()),
        }
    }

    fn known(&self, id: ConceptId) -> Option<&Known> {
        self.known.get(usize::try_from(id.0).ok()?)
    }
}
