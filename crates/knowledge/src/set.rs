//! Sets of concepts, as rules name them.
use crate::{Code, ConceptId};
use serde::{Deserialize, Serialize};

/// A named group of one [`crate::Knowledge`], in order of full id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct GroupId(pub u32);

/// A named set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Group {
    /// full id: `tour.aconites`
    pub id: String,
    /// its members
    pub set: ConceptSet,
}

/// A set of concepts. A concept stands for itself and everything below it (is-a, processed-from, variant-of).
///
/// An item is a member when *one* concept it denotes (its product or one of its ingredients) is: `A & B` and `A except B` look at the same ingredient.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum ConceptSet {
    /// `any`: every item, resolved or not
    Any,
    /// a concept and all below it
    Concept(ConceptId),
    /// everything coded at or below a code that no concept has (ICD-10 prefixes; a code the catalogue knows is a [`ConceptSet::Concept`])
    Code(Code),
    /// a named group
    Group(GroupId),
    /// any of; sorted, without duplicates
    Union(Vec<ConceptSet>),
    /// all of
    Intersection(Vec<ConceptSet>),
    /// the first without the second
    Except(Box<ConceptSet>, Box<ConceptSet>),
    /// the member is the only active ingredient
    Alone(Box<ConceptSet>),
}
