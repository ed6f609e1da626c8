//! What a policy says that is not about one rule.
use crate::{Condition, PresumedValue};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A standing presumption: what an absent field means where the institution's system cannot supply it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StandingPresumption {
    /// policy id
    pub policy: String,
    /// institutions; empty = all
    pub scope: Vec<String>,
    /// last day it holds
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::day")]
    pub until: Option<Date>,
    /// the field: `patient.conditions` (value `None`: only the diagnoses), current medications, pregnancy …
    pub field: crate::Attribute,
    /// what it stands for while unknown
    pub value: PresumedValue,
    /// only where this is true
    pub when: Option<Condition>,
}
