//! The pharmaceutical knowledge graph: concepts, names and codes, typed rules and dose limits, in one petgraph.
//!
//! What it never does: read rule text, evaluate a prescription, or answer by a substring of a name.
//!
//! Types first: [`concept`] and [`names`] are the catalogue, [`rule`], [`dose`], [`condition`] and [`set`] are what a rule text or table row
//! becomes. Every type's `Serialize` is its *canonical form for the digest*: texts, spans and spellings are skipped, quantities stand in base units.
pub mod concept;
pub mod condition;
pub mod dose;
pub mod explain;
pub mod export;
pub mod graph;
pub mod mapping;
pub mod names;
pub mod policy;
pub mod rule;
pub mod set;

pub use concept::{Code, CodeSystem, Concept, ConceptId, ConceptKind, Content, Toxicity};
pub use condition::{
    Attribute, Condition, Constant, ItemAttribute, ItemSet, ItemText, Lab, LabKey, Operand, Origin, PatientAttribute,
    RxAttribute, WordValue,
};
pub use dose::{Band, DoseRule, Limit, Per};
pub use graph::{ConceptDraft, ConceptRelation, Difference, FieldChange, Knowledge, KnowledgeBuilder, RuleChange};
pub use names::{DrugName, NameIndex, Resolution, initials, normalize};
pub use policy::StandingPresumption;
pub use rule::{
    Binding, Citation, FindingSpec, Pack, Part, PolicyMark, Presumable, PresumedValue, Presumption, Reach, Relation,
    Rule, Source, Template,
};
pub use set::{ConceptSet, Group, GroupId};
