//! The review: what was found, what could not be judged, what was presumed, what was not recognised.
use crate::{Action, Category, Severity};
use serde::Serialize;
use std::{borrow::Cow, sync::Arc};

/// The same text for a Chinese and an English reader.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, serde::Deserialize)]
pub struct Text {
    /// Chinese
    pub zh: String,
    /// English
    pub en: String,
}

/// The reply to one prescription. Borrows the record's id, shares the identity of the rules.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Review<'p> {
    /// the record's id
    pub id: Cow<'p, str>,
    /// strongest action; `pass` only when complete
    pub decision: Decision,
    /// `gap` is null
    pub complete: bool,
    /// highest severity among undetermined and unrecognized
    pub gap: Option<Severity>,
    /// strongest first, then rule id, then items
    pub findings: Vec<Finding>,
    /// what could not be judged
    pub undetermined: Vec<Undetermined>,
    /// what rests on a presumption
    pub presumed: Vec<Presumed>,
    /// what was not recognised
    pub unrecognized: Vec<Unrecognized>,
    /// which rules judged
    pub rules: Arc<RulesIdentity>,
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
pub struct Finding {
    /// full rule id
    pub rule: String,
    /// category
    pub category: Category,
    /// for contraindications: which fact of the patient
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// what readers fold by
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// severity
    pub severity: Severity,
    /// action
    pub action: Action,
    /// 处方点评 code
    pub review_code: String,
    /// item ids, as on the prescription, current ones last
    pub items: Vec<String>,
    /// message
    pub message: Text,
    /// advice
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Text>,
    /// the facts and comparisons that made it fire
    pub because: Vec<Reason>,
    /// citations
    pub sources: Vec<SourceRef>,
    /// weaker findings on the same items in the same category
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// the policy that changed it
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyNote>,
    /// the dose judged
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dose: Option<DoseNote>,
    /// meanings of ambiguous names that fire
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meaning: Vec<(String, String)>,
}

/// One step of the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Reason {
    /// the item is a member through this path in the graph, nearest first
    Is {
        /// item id
        item: String,
        /// canonical names from what the item denotes to the member of the set
        is: Vec<String>,
    },
    /// a comparison and the value it saw
    Expression {
        /// in English keywords
        expression: String,
        /// what was seen, as a person writes it
        value: String,
        /// how a derived value came about
        #[serde(skip_serializing_if = "Option::is_none")]
        derived: Option<String>,
    },
    /// items share this
    Shared {
        /// names shared
        shared: Vec<String>,
    },
    /// the classical formula that holds the pair
    Formula {
        /// name
        formula: String,
    },
}

/// A citation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct SourceRef {
    /// source id within its pack
    pub id: String,
    /// citation
    pub citation: String,
    /// where in it
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub locator: Option<String>,
    /// past its validity on the review date
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub expired: bool,
    /// for a table row: file and line
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<String>,
}

/// What a policy changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyNote {
    /// policy id
    pub id: String,
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

/// Amount against limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DoseNote {
    /// `single`, `daily` …
    pub measure: &'static str,
    /// `35 g/d`
    pub amount: String,
    /// `30 g/d`
    pub limit: String,
    /// amount ÷ limit, decimal rounded to 2 places
    pub ratio: String,
}

/// A rule (or rules) that could not be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undetermined {
    /// one id, or several that share items and needs
    pub rule: OneOrMany,
    /// highest severity it could have
    pub severity: Severity,
    /// items
    pub items: Vec<String>,
    /// fields that are missing, in the condition's own order
    pub needs: Vec<String>,
    /// no band speaks for this patient
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gap: bool,
}

/// Ids of rules, ascending; serialises as a string when there is one, else as a list.
///
/// It holds places in a table of ids that all reviews of a program share: a missing list of medications may leave hundreds of rules open.
#[derive(Clone)]
pub struct OneOrMany {
    ids: Arc<[Box<str>]>,
    places: Vec<u32>,
}

impl OneOrMany {
    /// The ids at these places of a table; a place outside it names none.
    pub fn of(ids: &Arc<[Box<str>]>, places: Vec<u32>) -> OneOrMany {
        OneOrMany {
            ids: Arc::clone(ids),
            places,
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

impl From<Vec<String>> for OneOrMany {
    fn from(ids: Vec<String>) -> OneOrMany {
        OneOrMany {
            places: (0u32..).zip(&ids).map(|(place, _)| place).collect(),
            ids: ids.into_iter().map(String::into_boxed_str).collect(),
        }
    }
}

impl std::fmt::Debug for OneOrMany {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
impl PartialEq for OneOrMany {
    fn eq(&self, other: &OneOrMany) -> bool {
        self.iter().eq(other.iter())
    }
}
impl Eq for OneOrMany {}
impl PartialOrd for OneOrMany {
    fn partial_cmp(&self, other: &OneOrMany) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for OneOrMany {
    fn cmp(&self, other: &OneOrMany) -> std::cmp::Ordering {
        self.iter().cmp(other.iter())
    }
}

impl Serialize for OneOrMany {
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
pub struct Presumed {
    /// one id, or several (one entry per field and items)
    pub rule: OneOrMany,
    /// highest severity it could have
    pub severity: Severity,
    /// items
    pub items: Vec<String>,
    /// the field presumed, then what its `unless` lacked
    pub fields: Vec<String>,
    /// the policy, for a standing presumption
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

/// What was not recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unrecognized {
    /// item id, when it is about an item's drug
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// path of the field, when it is not an item's drug (`items.2.dose`, `patient.allergies.0`)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// as written
    pub text: String,
    /// near names, or the meanings of an ambiguous one
    pub candidates: Vec<String>,
    /// why, when it is not simply an unknown name: `ambiguous`, `code_and_name_differ`, `unreadable`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// weight of the gap
    pub severity: Severity,
}
