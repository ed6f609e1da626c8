//! Typed rules and what they say.
use crate::{Attribute, ConceptSet, Condition, Constant, GroupId, ItemSet, Lab, Origin, WordValue};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shenfang_clinical::{Action, Category, Severity};
use shenfang_units::{Comparison, Ratio};

/// A pack: the rules of one file set.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pack {
    /// dotted id
    pub id: String,
    /// version
    pub version: String,
    /// Chinese and English title
    #[serde(skip_serializing, default)]
    pub title: (String, String),
    /// owner
    #[serde(skip_serializing, default)]
    pub owner: String,
}

/// A citation's source. Identity for the digest: id and validity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    /// full id: `tour.chp2020`
    pub id: String,
    /// citation text
    #[serde(skip_serializing, default)]
    pub citation: String,
    /// first day
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::day")]
    pub from: Option<Date>,
    /// last day
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::day")]
    pub to: Option<Date>,
}

/// Where a rule rests on a source.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Citation {
    /// index into the knowledge's sources
    pub source: usize,
    /// where in it
    #[serde(skip_serializing, default)]
    pub locator: Option<String>,
}

/// What a binding reaches through products.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Reach {
    /// ingredients of compound products too, excipients included (allergy)
    WithExcipients,
    /// active ingredients of compound products too: interaction, incompatibility, contraindication, duplicate …
    Ingredients,
    /// pieces, single-ingredient products, and products named themselves: legality, quantity, preparation
    Single,
}

/// How a binding relates to the one before it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Relation {
    /// an active substance in common, without salt, ester or water
    Substance,
    /// a herb in common: same root by processed-from
    Herb,
    /// the same ATC level 4 (five characters)
    Atc4,
    /// both members of the same member of the group (a union's branches)
    Group(GroupId),
    /// mixed in one infusion group with the variable of this index
    MixedWith(usize),
}

/// One variable of a rule.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Binding {
    /// its name (for texts)
    pub variable: String,
    /// which drugs
    pub set: ConceptSet,
    /// where from
    pub origin: Origin,
    /// also stopped within so many days
    pub within_days: Option<Ratio>,
    /// relation to the binding before it
    pub relation: Option<Relation>,
    /// what it reaches
    pub reach: Reach,
    /// "nearest row wins" among rules of this kind whose first binding names concepts: a processed form that has a row of the kind itself
    /// (or a form between) is not reached by its parent's row
    pub nearest: Option<String>,
}

/// `presume FIELD OP VALUE [unless C]`
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Presumption {
    /// the field
    pub field: Presumable,
    /// sign (`Equal` for words and flags)
    pub op: Comparison,
    /// value
    pub value: PresumedValue,
    /// does not hold where this is true
    pub unless: Option<Condition>,
}

/// A field that may be presumed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Presumable {
    /// an attribute
    Attribute(Attribute),
    /// a laboratory value: where none was made, or it is older than that; one that was made and cannot be judged stays unknown
    Lab(Lab),
}

/// What a field is presumed to be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum PresumedValue {
    /// a quantity
    Constant(Constant),
    /// a flag
    Flag(bool),
    /// a word
    Word(WordValue),
    /// a list known to be empty
    None,
}

/// A part of a message.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Part {
    /// text as is
    Literal(String),
    /// the drug of a variable as written on the sheet
    Variable(usize),
    /// an attribute's value
    Attribute(Attribute),
    /// `count(SET)`
    Count(ItemSet),
    /// what the bindings share
    Shared,
}

/// A message with placeholders, in both languages; an absent language falls back to the other.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Template {
    /// Chinese
    pub zh: Vec<Part>,
    /// English
    pub en: Vec<Part>,
}

/// What a policy made of a rule.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PolicyMark {
    /// policy id
    pub id: String,
    /// institutions it speaks for; empty = all
    pub scope: Vec<String>,
    /// last day it holds
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::day")]
    pub until: Option<Date>,
    /// replaces every grade (severity) — the finding's own grade is then `from`
    pub severity: Option<Severity>,
    /// replaces the action
    pub action: Option<Action>,
    /// the rule makes no finding
    pub mute: bool,
    /// the rule is on although `disabled`, or muted by a policy before
    pub enable: bool,
    /// institutions cannot lower it
    pub lock: bool,
    /// why, who approved it; texts for [`crate::Knowledge::explain`]
    #[serde(skip)]
    pub signed: (String, String),
}

/// What a rule or dose says when it fires.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FindingSpec {
    /// full id `pack.rule`
    pub id: String,
    /// index into the knowledge's packs
    pub pack: usize,
    /// category
    pub category: Category,
    /// which fact of the patient
    pub subject: Option<String>,
    /// what readers fold by
    pub kind: Option<String>,
    /// 处方点评 code, filled from the category where the rule gives none
    pub review_code: String,
    /// severity (for a dose: of `over 1`)
    pub severity: Severity,
    /// action where it is not the severity's default
    pub action: Option<Action>,
    /// raised to … when …, in the order written; the strongest that is true counts
    pub raise: Vec<(Severity, Condition)>,
    /// action when every item is double-signed
    pub countersigned: Option<Action>,
    /// cannot be lowered by a policy
    pub locked: bool,
    /// on without a policy
    pub enabled: bool,
    /// exemptions
    pub exempt: Vec<Condition>,
    /// presumptions
    pub presume: Vec<Presumption>,
    /// in force by law
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::days")]
    pub effective: Option<(Option<Date>, Option<Date>)>,
    /// citations
    pub citations: Vec<Citation>,
    /// what policies make of it: the region's first, then institutions'; the later has the last word
    pub policy: Vec<PolicyMark>,
    /// Chinese and English title
    #[serde(skip_serializing, default)]
    pub title: (String, String),
    /// message
    #[serde(skip_serializing, default)]
    pub message: Template,
    /// advice
    #[serde(skip_serializing, default)]
    pub advice: Option<Template>,
    /// `file:line` of a table row
    #[serde(skip_serializing, default)]
    pub row: Option<String>,
}

/// A typed rule.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rule {
    /// variables, at most 4; none: the rule looks at the sheet as a whole
    pub bindings: Vec<Binding>,
    /// condition; `None` = always
    pub when: Option<Condition>,
    /// what it says
    pub finding: FindingSpec,
}
