//! The frozen graph, and the builder that checks it.
use crate::{Code, Concept, ConceptId, ConceptSet, DoseRule, Group, GroupId, NameIndex, Pack, Rule, Source, StandingPresumption};
use shenfang_diagnostics::{Diagnostic, Span};

/// Everything known, frozen: one petgraph whose nodes are concepts, groups, rules and doses.
pub struct Knowledge {
    pub(crate) concepts: Vec<Concept>,
    pub(crate) parents: Vec<Vec<ConceptId>>,
    pub(crate) names: NameIndex,
    pub(crate) groups: Vec<Group>,
    pub(crate) packs: Vec<Pack>,
    pub(crate) sources: Vec<Source>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) doses: Vec<DoseRule>,
    pub(crate) presumptions: Vec<StandingPresumption>,
}

/// A relation between concepts, lower to upper.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConceptRelation {
    /// is-a: to a class (or a code)
    IsA,
    /// 炮制: to what it is made from
    ProcessedFrom,
    /// salt, ester, hydrate: to the moiety
    VariantOf,
}

/// Collects concepts, then rules; checks; freezes.
#[derive(Default)]
pub struct KnowledgeBuilder {
    // the knowledge crate's own
}

/// A concept as loaded: relations still by name.
#[derive(Clone, Debug)]
pub struct ConceptDraft {
    /// the concept (contents empty, initials empty)
    pub concept: Concept,
    /// is-a, processed-from, variant-of: relation, name, where it stands
    pub above: Vec<(ConceptRelation, String, Span)>,
    /// ingredients by name: name, amount, active, where it stands
    pub contents: Vec<(String, Option<shenfang_units::Amount>, bool, Span)>,
    /// where each alias stands (same order as `concept.aliases`)
    pub alias_spans: Vec<Span>,
    /// where the name stands
    pub span: Span,
}

impl KnowledgeBuilder {
    /// Adds a concept.
    pub fn concept(&mut self, _draft: ConceptDraft) { todo!() }
    /// Declares a name ambiguous.
    pub fn ambiguous(&mut self, _name: String, _meanings: Vec<(String, Span)>, _span: Span) { todo!() }
    /// Fixes the catalogue: ids, names, codes, relations; reports unknown names, cycles (printed), aliases claimed twice, duplicates. The catalogue of what
    /// could be kept is there even when there are errors.
    pub fn catalogue(self, _diagnostics: &mut Vec<Diagnostic>) -> Knowledge { todo!() }
}

impl Knowledge {
    /// Concepts in id order.
    pub fn concepts(&self) -> &[Concept] { &self.concepts }
    /// One concept. Ids come from this knowledge, so it is there.
    pub fn concept(&self, _id: ConceptId) -> Option<&Concept> { todo!() }
    /// Direct uppers of a concept with their relation, in order of relation then id.
    pub fn above(&self, _id: ConceptId) -> Vec<(ConceptRelation, ConceptId)> { todo!() }
    /// The concept and everything above it, nearest first (breadth first, ties by id).
    pub fn ancestors(&self, _id: ConceptId) -> Vec<ConceptId> { todo!() }
    /// The concept and everything below it, ascending.
    pub fn descendants(&self, _id: ConceptId) -> Vec<ConceptId> { todo!() }
    /// A shortest path from `from` up to `to`, both included; `None` when `to` is not above.
    pub fn path(&self, _from: ConceptId, _to: ConceptId) -> Option<Vec<ConceptId>> { todo!() }
    /// Names and codes.
    pub fn names(&self) -> &NameIndex { &self.names }
    /// Concepts with a code at or below `code`, ascending (empty: the catalogue does not know it).
    pub fn coded(&self, _code: &Code) -> Vec<ConceptId> { todo!() }
    /// Groups in id order.
    pub fn groups(&self) -> &[Group] { &self.groups }
    /// Packs in id order.
    pub fn packs(&self) -> &[Pack] { &self.packs }
    /// Sources in id order.
    pub fn sources(&self) -> &[Source] { &self.sources }
    /// Rules in id order.
    pub fn rules(&self) -> &[Rule] { &self.rules }
    /// Doses in id order.
    pub fn doses(&self) -> &[DoseRule] { &self.doses }
    /// Standing presumptions.
    pub fn presumptions(&self) -> &[StandingPresumption] { &self.presumptions }
    /// Every concept that is a member of `set` (`Any`: all; `Alone`: of its inner set; ICD codes: none), ascending.
    pub fn members(&self, _set: &ConceptSet) -> Vec<ConceptId> { todo!() }
    /// Adds the typed rules of a set to the catalogue (sorted by id; ids of groups and sources are given by their order in id order).
    pub fn with_rules(self, _packs: Vec<Pack>, _sources: Vec<Source>, _groups: Vec<Group>, _rules: Vec<Rule>, _doses: Vec<DoseRule>, _presumptions: Vec<StandingPresumption>) -> Knowledge { todo!() }
    /// SHA-256 over the canonical form, hexadecimal.
    pub fn digest(&self) -> String { todo!() }
    /// A group's id.
    pub fn group(&self, _id: GroupId) -> Option<&Group> { todo!() }
}
