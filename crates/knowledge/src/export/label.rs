//! What every format says of a node and an edge.
use crate::graph::{Edge, Node};
use crate::{ConceptKind, FindingSpec, Knowledge};
use shenfang_units::{Dimension, Quantity, Unit};

/// A node in words.
#[derive(Default)]
pub(super) struct NodeLabel {
    /// `herb`, `substance` …, `group`, `rule`, `dose`
    pub(super) kind: &'static str,
    /// canonical name or full id
    pub(super) id: String,
    /// Chinese label
    pub(super) zh: String,
    /// English label; empty when there is none
    pub(super) en: String,
    /// severity of a rule or dose
    pub(super) severity: Option<&'static str>,
}

pub(super) fn node(knowledge: &Knowledge, node: Node) -> NodeLabel {
    let label = match node {
        Node::Concept(id) => knowledge.concept(id).map(|c| NodeLabel {
            kind: kind(c.kind),
            id: c.name.clone(),
            zh: c.name.clone(),
            en: c.en.clone().unwrap_or_default(),
            severity: None,
        }),
        Node::Group(id) => knowledge.group(id).map(|g| NodeLabel {
            kind: "group",
            id: g.id.clone(),
            zh: g.id.clone(),
            ..NodeLabel::default()
        }),
        Node::Rule(i) => at(knowledge.rules(), i).map(|r| finding("rule", &r.finding)),
        Node::Dose(i) => at(knowledge.doses(), i).map(|d| finding("dose", &d.finding)),
    };
    label.unwrap_or_default()
}

fn at<T>(all: &[T], index: u32) -> Option<&T> {
    all.get(usize::try_from(index).ok()?)
}

fn finding(kind: &'static str, finding: &FindingSpec) -> NodeLabel {
    let (zh, en) = &finding.title;
    let zh = if zh.is_empty() { &finding.id } else { zh };
    NodeLabel {
        kind,
        id: finding.id.clone(),
        zh: zh.clone(),
        en: en.clone(),
        severity: Some(finding.severity.code()),
    }
}

fn kind(kind: ConceptKind) -> &'static str {
    match kind {
        ConceptKind::Herb => "herb",
        ConceptKind::Substance => "substance",
        ConceptKind::Product => "product",
        ConceptKind::Class => "class",
        ConceptKind::Condition => "condition",
        ConceptKind::Formula => "formula",
        ConceptKind::Code => "code",
    }
}

/// An edge in words.
pub(super) struct EdgeLabel {
    /// `is-a`, `contains`, `binds` …
    pub(super) kind: &'static str,
    /// Chinese label
    pub(super) zh: &'static str,
    /// amount or variable; empty when there is none
    pub(super) detail: String,
}

pub(super) fn edge(knowledge: &Knowledge, from: Node, edge: &Edge) -> EdgeLabel {
    let label = |kind, zh, detail| EdgeLabel { kind, zh, detail };
    match edge {
        Edge::Above(relation) => label(relation.code(), relation.zh(), String::new()),
        Edge::Contains { amount, active } => {
            let detail = amount.map(shown).unwrap_or_default();
            if *active {
                label("contains", "含", detail)
            } else {
                label("contains-excipient", "含辅料", detail)
            }
        }
        Edge::Member { excluded: false } => label("member", "成员", String::new()),
        Edge::Member { excluded: true } => label("member-except", "除去", String::new()),
        Edge::Binds { variable, excluded } => {
            let variable = variable_name(knowledge, from, *variable);
            if *excluded {
                label("binds-except", "除去", variable)
            } else {
                label("binds", "匹配", variable)
            }
        }
        Edge::Mentions => label("mentions", "条件涉及", String::new()),
        Edge::Limits => label("limits", "限量", String::new()),
    }
}

fn variable_name(knowledge: &Knowledge, rule: Node, variable: u8) -> String {
    let Node::Rule(i) = rule else {
        return String::new();
    };
    let binding = at(knowledge.rules(), i).and_then(|r| r.bindings.get(usize::from(variable)));
    binding.map(|b| b.variable.clone()).unwrap_or_default()
}

/// In mg, mL or IU; a bare number of base units for anything else.
fn shown(amount: shenfang_units::Amount) -> String {
    let unit = match amount.dimension {
        Dimension::MASS => "mg",
        Dimension::VOLUME => "mL",
        Dimension::BIOLOGICAL => "[iU]",
        _ => "1",
    };
    let unit = Unit::parse(unit).unwrap_or_else(|_| Unit::one());
    let quantity = amount.in_unit(&unit).unwrap_or_else(|| Quantity {
        value: amount.value,
        unit: Unit::one(),
    });
    quantity.to_string()
}
