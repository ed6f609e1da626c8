//! Rules, dose limits and what they say, as the program holds them.
use crate::condition::{Condition, ItemSet, Leaf, StandIn};
use crate::csr::Csr;
use crate::shared::{Shared, Unlinked};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shenfang_clinical::{Action, Category, Measure, Route, Severity, SheetForm};
use shenfang_knowledge::{Attribute, Origin, Per, PolicyMark, Reach};
use shenfang_units::{Amount, Comparison, Ratio, Unit};
use std::sync::{Arc, OnceLock};

/// One variable of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Binding {
    pub target: u32,
    /// the set is `any`: every line is a member, and none is listed
    pub any: bool,
    pub origin: Origin,
    /// few ask for these two, and every variable of every rule is kept
    pub within_days: Option<Box<Ratio>>,
    pub relation: Option<Box<Relation>>,
}

impl Binding {
    /// How many days after it was stopped a medication is still bound.
    pub fn within(&self) -> Option<Ratio> {
        self.within_days.as_deref().copied()
    }
}

/// How a variable relates to the one before it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Relation {
    Substance,
    Herb,
    Atc4,
    /// both in this set, under this name
    Group {
        set: u32,
        name: Box<str>,
    },
    /// in the infusion group of that variable
    MixedWith(u32),
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub bindings: Vec<Binding>,
    pub when: Option<Condition>,
    /// what it asks of a pair, where other rules may ask the same
    pub shape: Option<u32>,
    pub says: Says,
}

/// `presume FIELD … unless C`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Presumption {
    pub stands: StandIn,
    pub unless: Option<Condition>,
}

/// A presumption of a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub policy: String,
    pub scope: Vec<String>,
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::day")]
    pub until: Option<Date>,
    pub stands: StandIn,
    pub when: Option<Condition>,
}

/// A citation resolved to its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Citation {
    pub source: u32,
    pub locator: Option<String>,
}

/// A source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Source {
    /// id within its pack
    pub id: String,
    pub citation: String,
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::day")]
    pub to: Option<Date>,
}

/// Part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Part {
    Literal(String),
    Variable(u32),
    Attribute(Attribute),
    Count(ItemSet),
    Shared,
}

/// A message in both languages; rows of a table share them.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Template {
    pub zh: Arc<[Part]>,
    pub en: Arc<[Part]>,
}

/// A row of a table: file and line.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// place among the files of the program
    pub file: u32,
    pub line: u32,
}

/// What a rule or dose says. Rows of a table say the same in the same manner, which is kept once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Says {
    /// place of its id among all ids
    pub id: u32,
    /// the table's row that declares it
    pub row: Option<Row>,
    pub manner: Shared<Arc<Manner>>,
}

impl Unlinked for Arc<Manner> {
    fn unlinked() -> Arc<Manner> {
        static NOBODY: OnceLock<Arc<Manner>> = OnceLock::new();
        Arc::clone(NOBODY.get_or_init(Arc::default))
    }
}

impl std::ops::Deref for Says {
    type Target = Manner;
    fn deref(&self) -> &Manner {
        &self.manner
    }
}

/// Grades of a dose, ascending: how grave it is to take so many times a limit.
pub(crate) type Grades = Arc<[(Ratio, Severity)]>;

impl Unlinked for Grades {
    fn unlinked() -> Grades {
        Grades::default()
    }
}

/// How a rule or dose speaks, and when it holds its tongue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manner {
    pub category: Category,
    pub subject: Option<String>,
    pub kind: Option<String>,
    pub review_code: String,
    pub severity: Severity,
    pub action: Option<Action>,
    pub raise: Vec<(Severity, Condition)>,
    pub countersigned: Option<Action>,
    pub enabled: bool,
    pub exempt: Vec<Condition>,
    pub presume: Vec<Presumption>,
    #[serde(default, deserialize_with = "shenfang_clinical::calendar::stored::days")]
    pub effective: Option<(Option<Date>, Option<Date>)>,
    pub citations: Arc<[Citation]>,
    pub policy: Vec<PolicyMark>,
    pub message: Template,
    pub advice: Option<Template>,
}

/// What nobody says: the manner of what is read and not yet linked.
impl Default for Manner {
    fn default() -> Manner {
        Manner {
            category: Category::Format,
            subject: None,
            kind: None,
            review_code: String::new(),
            severity: Severity::Minor,
            action: None,
            raise: Vec::new(),
            countersigned: None,
            enabled: false,
            exempt: Vec::new(),
            presume: Vec::new(),
            effective: None,
            citations: Arc::default(),
            policy: Vec::new(),
            message: Template::default(),
            advice: None,
        }
    }
}

/// One limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Limit {
    pub measure: Measure,
    pub op: Comparison,
    /// in base units, body size and time taken out
    pub amount: Amount,
    pub per: Option<Per>,
    /// the unit amounts are shown in
    pub unit: Unit,
    /// as `because` shows it: `daily <= 15 mg/kg`
    pub text: Box<str>,
}

/// Limits of those for whom `when` holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Band {
    pub when: Condition,
    pub limits: Vec<Limit>,
}

/// Limits of one concept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Dose {
    pub concept: u32,
    pub routes: Vec<Route>,
    pub forms: Vec<SheetForm>,
    pub when: Option<Condition>,
    pub bands: Vec<Band>,
    pub gap: Option<Condition>,
    /// never empty
    pub over: Shared<Grades>,
    pub reach: Reach,
    /// it is a row for "nearest row wins": on, and not muted for everybody
    pub stands: bool,
    pub says: Says,
}

/// Every rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Rules {
    #[serde(deserialize_with = "crate::packed::table::deserialize")]
    pub rules: Vec<Rule>,
}

/// Every dose and the way to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Doses {
    #[serde(deserialize_with = "crate::packed::table::deserialize")]
    pub doses: Vec<Dose>,
    /// concept → nearest concepts that have a row
    pub nearest: Csr<u32>,
    /// concept → its rows
    pub rows: Csr<u32>,
}

impl Dose {
    /// The conditions it holds beside its manner's.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let bands = self.bands.iter().map(|band| &band.when);
        self.when.iter().chain(&self.gap).chain(bands)
    }

    /// The same, to be linked.
    pub fn conditions_mut(&mut self) -> impl Iterator<Item = &mut Condition> {
        let bands = self.bands.iter_mut().map(|band| &mut band.when);
        self.when.iter_mut().chain(&mut self.gap).chain(bands)
    }

    /// The highest of its grades.
    pub fn highest(&self) -> Severity {
        let highest = self.over.iter().map(|(_, severity)| *severity).max();
        highest.unwrap_or(self.says.severity)
    }
}

impl Limit {
    /// Whether it limits an amount, not how often or how long.
    pub fn measure_is_amount(&self) -> bool {
        !matches!(self.measure, Measure::Frequency | Measure::Duration)
    }
}

impl Rule {
    /// The leaf at a place among the steps of all its conditions.
    pub fn leaf_at(&self, place: u32) -> Option<&Leaf> {
        let mut left = place;
        for condition in self.conditions() {
            match left.checked_sub(condition.steps()) {
                Some(rest) => left = rest,
                None => return condition.leaf_at(left),
            }
        }
        None
    }

    /// Where one of its own leaves stands among them.
    pub fn place_of(&self, leaf: &Leaf) -> Option<u32> {
        let mut before = 0_u32;
        for condition in self.conditions() {
            if let Some(place) = condition.place_of(leaf) {
                return Some(before.saturating_add(place));
            }
            before = before.saturating_add(condition.steps());
        }
        None
    }

    /// The conditions it holds, its manner's among them.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.when.iter().chain(self.says.conditions())
    }
}

impl Manner {
    /// The conditions it holds.
    pub fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let unless = self.presume.iter().filter_map(|p| p.unless.as_ref());
        let raise = self.raise.iter().map(|(_, condition)| condition);
        self.exempt.iter().chain(unless).chain(raise)
    }

    /// The same, to be linked.
    pub fn conditions_mut(&mut self) -> impl Iterator<Item = &mut Condition> {
        let unless = self.presume.iter_mut().filter_map(|p| p.unless.as_mut());
        let raise = self.raise.iter_mut().map(|(_, condition)| condition);
        self.exempt.iter_mut().chain(unless).chain(raise)
    }
}
