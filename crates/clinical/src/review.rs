//! The review: what was found, what could not be judged, what was presumed, what was not recognised.
mod owned;
mod texts;

use crate::{Action, Category, Severity};
use serde::Serialize;
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::borrow::Cow;
pub use texts::Texts;

/// A text of the program or the record, or one made for this reply.
pub type Str<'p> = Cow<'p, str>;

/// The same text for a Chinese and an English reader.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Text<'p> {
    /// Chinese
    pub zh: Str<'p>,
    /// English
    pub en: Str<'p>,
}

/// The reply to one prescription. What stands in the record or in the rules is borrowed from there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review<'p> {
    /// the record's id
    pub id: Str<'p>,
    /// strongest action; `pass` only when complete
    pub decision: Decision,
    /// `gap` is null
    pub complete: bool,
    /// highest severity among undetermined and unrecognized
    pub gap: Option<Severity>,
    /// strongest first, then rule id, then items
    pub findings: Vec<Finding<'p>>,
    /// what could not be judged
    pub undetermined: Vec<Undetermined<'p>>,
    /// what rests on a presumption
    pub presumed: Vec<Presumed<'p>>,
    /// what was not recognised
    pub unrecognized: Vec<Unrecognized<'p>>,
    /// which rules judged
    pub rules: Cow<'p, RulesIdentity>,
}

/// What becomes of the prescription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// nothing found, everything judged
    Pass,
    /// nothing found, not everything judged
    Unjudged,
    /// kept for statistics
    Log,
    /// told
    Inform,
    /// told and asked
    Warn,
    /// stopped
    Block,
}

impl From<Action> for Decision {
    fn from(action: Action) -> Decision {
        match action {
            Action::Log => Decision::Log,
            Action::Inform => Decision::Inform,
            Action::Warn => Decision::Warn,
            Action::Block => Decision::Block,
        }
    }
}

/// Packs and digest of the rules that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct RulesIdentity {
    /// packs by id
    pub packs: Vec<PackIdentity>,
    /// SHA-256 over typed rules, catalogue and policy, hexadecimal
    pub digest: String,
}

/// One pack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize)]
pub struct PackIdentity {
    /// id
    pub id: String,
    /// version
    pub version: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding<'p> {
    /// full rule id
    pub rule: Str<'p>,
    /// category
    pub category: Category,
    /// for contraindications: which fact of the patient
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Str<'p>>,
    /// what readers fold by
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Str<'p>>,
    /// severity
    pub severity: Severity,
    /// action
    pub action: Action,
    /// 处方点评 code
    pub review_code: Str<'p>,
    /// item ids, as on the prescription, current ones last
    pub items: Texts<'p>,
    /// message
    pub message: Text<'p>,
    /// advice
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Text<'p>>,
    /// the facts and comparisons that made it fire
    pub because: Vec<Reason<'p>>,
    /// citations
    pub sources: Vec<SourceRef<'p>>,
    /// weaker findings on the same items in the same category
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Str<'p>>,
    /// the policy that changed it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Box<PolicyNote<'p>>>,
    /// the dose judged
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose: Option<Box<DoseNote>>,
    /// meanings of ambiguous names that fire
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meaning: Vec<(Str<'p>, Str<'p>)>,
}

/// One step of the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reason<'p> {
    /// the item is a member through this path in the graph, nearest first
    Is {
        /// item id
        item: Str<'p>,
        /// canonical names from what the item denotes to the member of the set
        is: Vec<Str<'p>>,
    },
    /// a comparison and the value it saw
    Expression {
        /// in English keywords
        expression: Str<'p>,
        /// what was seen, as a person writes it
        value: Str<'p>,
        /// how a derived value came about
        #[serde(skip_serializing_if = "Option::is_none")]
        derived: Option<Str<'p>>,
    },
    /// items share this
    Shared {
        /// names shared
        shared: Vec<Str<'p>>,
    },
    /// the classical formula that holds the pair
    Formula {
        /// name
        formula: Str<'p>,
    },
}

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceRef<'p> {
    /// source id within its pack
    pub id: Str<'p>,
    /// citation
    pub citation: Str<'p>,
    /// where in it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<Str<'p>>,
    /// past its validity on the review date
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub expired: bool,
    /// for a table row: file and line
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<TableRow<'p>>,
}

/// A row of a table, written `FILE:LINE`.
#[derive(Clone, PartialEq, Eq)]
pub struct TableRow<'p> {
    /// file
    pub file: Str<'p>,
    /// line
    pub line: u32,
}

impl std::fmt::Display for TableRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl std::fmt::Debug for TableRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl Serialize for TableRow<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a policy changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyNote<'p> {
    /// policy id
    pub id: Str<'p>,
    /// as the rule would have it
    pub from: PolicyFrom,
}

/// What a finding was before the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyFrom {
    /// severity
    pub severity: Severity,
    /// action
    pub action: Action,
}

/// Amount against limit. Its texts are so short that they need no memory of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoseNote {
    /// `single`, `daily` …
    pub measure: &'static str,
    /// `35 g/d`
    pub amount: SmolStr,
    /// `30 g/d`
    pub limit: SmolStr,
    /// amount ÷ limit, decimal rounded to 2 places
    pub ratio: SmolStr,
}

/// A rule (or rules) that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undetermined<'p> {
    /// one id, or several that share items and needs
    pub rule: OneOrMany<'p>,
    /// highest severity it could have
    pub severity: Severity,
    /// items
    pub items: Texts<'p>,
    /// fields that are missing, in the condition's own order
    pub needs: Texts<'p>,
    /// no band speaks for this patient
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

/// Ids of rules, ascending; serialises as a string when there is one, else as a list.
///
/// It holds places in the program's table of ids: a missing list of medications may leave hundreds of rules open.
#[derive(Clone)]
pub struct OneOrMany<'p> {
    ids: Cow<'p, [Box<str>]>,
    places: SmallVec<[u32; 4]>,
}

impl<'p> OneOrMany<'p> {
    /// The ids at these places of a table; a place outside it names none.
    pub fn of(ids: &'p [Box<str>], places: impl Into<SmallVec<[u32; 4]>>) -> OneOrMany<'p> {
        OneOrMany {
            ids: Cow::Borrowed(ids),
            places: places.into(),
        }
    }

    /// Every id, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let id = |place: &u32| self.ids.get(usize::try_from(*place).ok()?).map(|id| &**id);
        self.places.iter().filter_map(id)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Whether this rule is one of them.
    pub fn contains(&self, rule: &str) -> bool {
        self.iter().any(|id| id == rule)
    }
}

impl From<Vec<String>> for OneOrMany<'_> {
    fn from(ids: Vec<String>) -> Self {
        OneOrMany {
            places: (0u32..).zip(&ids).map(|(place, _)| place).collect(),
            ids: Cow::Owned(ids.into_iter().map(String::into_boxed_str).collect()),
        }
    }
}

impl std::fmt::Debug for OneOrMany<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
impl PartialEq for OneOrMany<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}
impl Eq for OneOrMany<'_> {}
impl PartialOrd for OneOrMany<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for OneOrMany<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.iter().cmp(other.iter())
    }
}

impl Serialize for OneOrMany<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = self.iter();
        match (ids.next(), ids.next()) {
            (Some(one), None) => serializer.serialize_str(one),
            _ => serializer.collect_seq(self.iter()),
        }
    }
}

/// What rests on a presumption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Presumed<'p> {
    /// one id, or several (one entry per field and items)
    pub rule: OneOrMany<'p>,
    /// highest severity it could have
    pub severity: Severity,
    /// items
    pub items: Texts<'p>,
    /// the field presumed, then what its `unless` lacked
    pub fields: Texts<'p>,
    /// the policy, for a standing presumption
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<Str<'p>>,
}

/// What was not recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unrecognized<'p> {
    /// item id, when it is about an item's drug
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<Str<'p>>,
    /// path of the field, when it is not an item's drug (`items.2.dose`, `patient.allergies.0`)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Str<'p>>,
    /// as written
    pub text: Str<'p>,
    /// near names, or the meanings of an ambiguous one
    pub candidates: Vec<Str<'p>>,
    /// why, when it is not simply an unknown name: `ambiguous`, `code_and_name_differ`, `unreadable`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// weight of the gap
    pub severity: Severity,
}
