//! 对照: what an institution's own drug codes and names stand for.
use crate::{Code, ConceptId, Knowledge};
use serde::{Deserialize, Serialize};
use shenfang_clinical::DoseForm;
use shenfang_order::Order;

/// What a local drug is called by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum LocalKey {
    /// a `LOCAL:` code
    Code(Code),
    /// a whole drug text, in comparison form
    Name(String),
}

/// One local code or name. What it says besides the drug counts where an item's own fields say nothing.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Mapping {
    /// code or name
    pub key: LocalKey,
    /// institutions whose code or name it is, sorted; empty = everyone's
    pub scope: Vec<String>,
    /// the concept
    pub drug: ConceptId,
    /// dose form
    pub form: Option<DoseForm>,
    /// amount per unit of use, as labels print it
    pub strength: Option<String>,
    /// units of use in one pack
    pub pack: Option<String>,
}

/// What a key stands for in an institution: its own mapping before everyone's. `mappings` stand in order.
pub fn find<'m>(mappings: &'m [Mapping], key: &LocalKey, institution: Option<&str>) -> Option<&'m Mapping> {
    let from = mappings.partition_point(|mapping| mapping.key < *key);
    let of_key = mappings.get(from..)?.iter().take_while(|mapping| mapping.key == *key);
    let own = |mapping: &&Mapping| institution.is_some_and(|id| mapping.scope.iter().any(|own| own == id));
    of_key
        .clone()
        .find(own)
        .or_else(|| of_key.clone().find(|mapping| mapping.scope.is_empty()))
}

impl Knowledge {
    /// Local codes and names, in order.
    pub fn mappings(&self) -> &[Mapping] {
        &self.mappings
    }

    /// The same with local codes and names.
    pub fn with_mappings(mut self, mut mappings: Vec<Mapping>) -> Knowledge {
        mappings.order();
        mappings.dedup();
        self.mappings = mappings;
        self
    }
}
