//! What is known about a name, a code or a rule, as data. Rendering is the host's.
//!
//! It follows sets and relations only: conditions, routes and "nearest row wins" are a prescription's business and are not judged here.
mod concept;
mod reach;

pub use concept::{Ingredient, Step};
pub use reach::{Reached, Role};
use shenfang_order::Order;

use crate::{
    Citation, Code, ConceptId, ConceptKind, ConceptSet, FindingSpec, GroupId, Knowledge, PolicyMark, Resolution,
    Toxicity,
};
use jiff::civil::Date;
use serde::Serialize;
use shenfang_clinical::{Action, Category, DoseForm, Severity};

/// The answer to `explain TEXT`.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Explanation {
    /// one concept, or the meanings of an ambiguous name
    Concepts(Vec<ConceptExplanation>),
    /// rules and doses of that id
    Rules(Vec<RuleExplanation>),
    /// groups of that id
    Groups(Vec<GroupExplanation>),
    /// nothing of that name; near names, best first
    Unknown(Vec<String>),
}

/// A concept and everything that reaches it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ConceptExplanation {
    /// canonical name
    pub name: String,
    /// English name
    pub en: Option<String>,
    /// what it is
    pub kind: ConceptKind,
    /// `ATC:M01AE01`
    pub codes: Vec<String>,
    /// reviewed aliases
    pub aliases: Vec<String>,
    /// ambiguous names that may mean it
    pub ambiguous: Vec<String>,
    /// pinyin initials
    pub initials: String,
    /// dose form
    pub form: Option<DoseForm>,
    /// grade of toxicity
    pub toxicity: Option<Toxicity>,
    /// a shortest way up to everything above, nearest first; each begins at the concept itself
    pub above: Vec<Vec<Step>>,
    /// directly below, in order of relation then name
    pub below: Vec<Step>,
    /// what it contains, active ingredients first
    pub contents: Vec<Ingredient>,
    /// products that contain it or something below it, in order of name
    pub contained_in: Vec<String>,
    /// rules and doses that reach it, in order of id
    pub reached_by: Vec<Reached>,
    /// `file:line` of its row
    pub place: Option<String>,
}

/// A rule or dose in short, with its citations.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleSummary {
    /// full id
    pub id: String,
    /// Chinese and English title
    pub title: (String, String),
    /// category
    pub category: Category,
    /// severity without raise
    pub severity: Severity,
    /// on without a policy
    pub enabled: bool,
    /// where it rests
    pub citations: Vec<CitationText>,
    /// cannot be lowered by a policy
    pub locked: bool,
    /// what policies make of it; the later has the last word
    pub policies: Vec<PolicyText>,
    /// `file:line` of its row
    pub place: Option<String>,
}

/// What one policy changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PolicyText {
    /// policy id
    pub id: String,
    /// institutions it speaks for; empty = the region
    pub scope: Vec<String>,
    /// last day it holds
    pub until: Option<Date>,
    /// what it changes
    pub change: PolicyChange,
    /// why
    pub reason: String,
    /// who approved it
    pub approver: String,
}

/// A change a policy makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PolicyChange {
    /// every grade becomes this
    Severity(Severity),
    /// the action becomes this
    Action(Action),
    /// no findings
    Mute,
    /// on
    Enable,
    /// not to be lowered by institutions
    Lock,
}

/// A citation with the source's own words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CitationText {
    /// full id of the source
    pub source: String,
    /// citation
    pub citation: String,
    /// where in it
    pub locator: Option<String>,
}

/// A rule or dose and what its variables stand for.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct RuleExplanation {
    /// in short
    pub rule: RuleSummary,
    /// every variable with all concepts it can bind, in order of name; a dose has one, without a name
    pub variables: Vec<(String, Vec<String>)>,
    /// concepts its conditions ask for, in order of name
    pub asks: Vec<String>,
}

/// A group and its members.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct GroupExplanation {
    /// full id
    pub id: String,
    /// every member, in order of name
    pub members: Vec<String>,
    /// rules that name it, in order of id
    pub named_by: Vec<String>,
}

impl Knowledge {
    /// The concepts that a code, name, alias or drug text stands for, ascending; none where nothing is known of it.
    pub fn called(&self, text: &str) -> Vec<ConceptId> {
        let text = text.trim();
        if let Some(id) = Code::parse(text).and_then(|code| self.names().code(&code)) {
            return vec![id];
        }
        let resolution = match self.names().name(text) {
            Resolution::Unknown => self.names().drug(text).resolution,
            known => known,
        };
        match resolution {
            Resolution::Concept(id) => vec![id],
            Resolution::Ambiguous(ids) => ids,
            Resolution::Unknown => Vec::new(),
        }
    }

    /// Explains a code, a rule or group by full id or by its last word, a name, or a drug text; at most `candidates` near names where it is nothing.
    pub fn explain(&self, text: &str, candidates: usize) -> Explanation {
        let text = text.trim();
        let concepts = self.called(text);
        if !concepts.is_empty() {
            return self.explain_all(&concepts);
        }
        let rules = self.explain_rules(text);
        if !rules.is_empty() {
            return Explanation::Rules(rules);
        }
        let groups = self.explain_groups(text);
        if !groups.is_empty() {
            return Explanation::Groups(groups);
        }
        let near = self.names().candidates(text, candidates);
        Explanation::Unknown(near.into_iter().map(|id| self.title(id)).collect())
    }

    fn explain_all(&self, ids: &[ConceptId]) -> Explanation {
        Explanation::Concepts(ids.iter().filter_map(|id| self.explain_concept(*id)).collect())
    }

    /// Rules and doses whose full id, or its last word, is `id`.
    pub fn explain_rules(&self, id: &str) -> Vec<RuleExplanation> {
        let rules = self.rules().iter().filter(|r| is_called(&r.finding.id, id));
        let rules = rules.map(|rule| RuleExplanation {
            rule: self.summary(&rule.finding),
            variables: rule
                .bindings
                .iter()
                .map(|b| (b.variable.clone(), self.titles(&b.set)))
                .collect(),
            asks: self.asked(crate::graph::rule_sets(rule)),
        });
        let doses = self.doses().iter().filter(|d| is_called(&d.finding.id, id));
        let doses = doses.map(|dose| RuleExplanation {
            rule: self.summary(&dose.finding),
            variables: vec![(String::new(), self.titles(&ConceptSet::Concept(dose.concept)))],
            asks: self.asked(crate::graph::dose_sets(dose)),
        });
        rules.chain(doses).collect()
    }

    fn explain_groups(&self, id: &str) -> Vec<GroupExplanation> {
        let groups = self.groups().iter().zip((0_u32..).map(GroupId));
        let named = groups.filter(|(g, _)| is_called(&g.id, id));
        named
            .map(|(group, id)| GroupExplanation {
                id: group.id.clone(),
                members: self.titles(&group.set),
                named_by: self.naming(id),
            })
            .collect()
    }

    /// Ids of the rules with an edge to a group.
    fn naming(&self, group: GroupId) -> Vec<String> {
        use crate::graph::Node;
        let Some(node) = self.node(Node::Group(group)) else {
            return Vec::new();
        };
        let from = self.graph().neighbors_directed(node, petgraph::Direction::Incoming);
        let mut ids: Vec<String> = from
            .filter_map(|n| match self.graph().node_weight(n)? {
                Node::Rule(i) => Some(self.rules().get(usize::try_from(*i).ok()?)?.finding.id.clone()),
                Node::Dose(i) => Some(self.doses().get(usize::try_from(*i).ok()?)?.finding.id.clone()),
                _ => None,
            })
            .collect();
        ids.order();
        ids.dedup();
        ids
    }

    fn summary(&self, finding: &FindingSpec) -> RuleSummary {
        RuleSummary {
            id: finding.id.clone(),
            title: finding.title.clone(),
            category: finding.category,
            severity: finding.severity,
            enabled: finding.enabled,
            citations: finding.citations.iter().filter_map(|c| self.cited(c)).collect(),
            locked: finding.locked,
            policies: finding.policy.iter().filter_map(policy).collect(),
            place: finding.row.clone(),
        }
    }

    fn cited(&self, citation: &Citation) -> Option<CitationText> {
        let source = self.sources().get(citation.source)?;
        Some(CitationText {
            source: source.id.clone(),
            citation: source.citation.clone(),
            locator: citation.locator.clone(),
        })
    }

    fn asked(&self, sets: Vec<&ConceptSet>) -> Vec<String> {
        let members = sets.into_iter().filter(|s| **s != ConceptSet::Any);
        let mut ids: Vec<ConceptId> = members.flat_map(|s| self.members(s)).collect();
        ids.order();
        ids.dedup();
        ids.into_iter().map(|id| self.title(id)).collect()
    }

    fn titles(&self, set: &ConceptSet) -> Vec<String> {
        self.members(set).into_iter().map(|id| self.title(id)).collect()
    }

    fn title(&self, id: ConceptId) -> String {
        self.concept(id).map(|c| c.name.clone()).unwrap_or_default()
    }
}

fn policy(mark: &PolicyMark) -> Option<PolicyText> {
    let flags = [
        (mark.mute, PolicyChange::Mute),
        (mark.enable, PolicyChange::Enable),
        (mark.lock, PolicyChange::Lock),
    ];
    let flag = flags.into_iter().find_map(|(is, change)| is.then_some(change));
    let (reason, approver) = mark.signed.clone();
    Some(PolicyText {
        id: mark.id.clone(),
        scope: mark.scope.clone(),
        until: mark.until,
        change: mark
            .severity
            .map(PolicyChange::Severity)
            .or(mark.action.map(PolicyChange::Action))
            .or(flag)?,
        reason,
        approver,
    })
}

/// `pack.rule` by its full id or by `rule`.
fn is_called(id: &str, called: &str) -> bool {
    id == called || id.rsplit_once('.').is_some_and(|(_, last)| last == called)
}
