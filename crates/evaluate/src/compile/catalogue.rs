//! The catalogue's part of the program: names, what each concept denotes, what lies above it.
use crate::catalogue::{Catalogue, Entry, Node, Via};
use crate::csr::{Csr, narrow};
use shenfang_knowledge::{Concept, ConceptId, ConceptKind, Knowledge, Resolution};
use shenfang_order::Order;
use shenfang_units::Amount;

/// The class whose members are solvents of infusions.
const DILUENTS: &str = "溶媒";
/// The class of Chinese patent medicines, which always hold several things.
const PATENTS: &str = "中成药";
/// `ATC:` and the five characters of level 4.
const ATC4_LENGTH: usize = 9;

pub(super) fn compile(knowledge: &Knowledge) -> Catalogue {
    let ids = || (0..narrow(knowledge.concepts().len())).map(ConceptId);
    let above = |id| knowledge.uppers(id).iter().map(|(_, up)| up.0).collect::<Vec<u32>>();
    let mut catalogue = Catalogue {
        names: knowledge.names().clone(),
        entries: Vec::new(),
        above: Csr::from_rows(ids().map(above)),
        nodes: Csr::from_rows(ids().map(|id| denoted(knowledge, id))),
        atc4: Csr::default(),
        mappings: knowledge.mappings().to_vec(),
        levels: Csr::from_pairs(
            knowledge.concepts().len(),
            ids().filter_map(|id| claimed(knowledge, id)).collect(),
        ),
        formulas: ids().filter(|id| is_formula(knowledge, *id)).map(|id| id.0).collect(),
    };
    let class = |name| match knowledge.names().name(name) {
        Resolution::Concept(id) => Some(id.0),
        _ => None,
    };
    let (diluents, patents) = (class(DILUENTS), class(PATENTS));
    let below = |class: Option<u32>, id: ConceptId| class.is_some_and(|class| catalogue.is_above(class, id.0));
    let a_product = |concept: &Concept, id| concept.kind == ConceptKind::Product || below(patents, id);
    let lists_nothing = |concept: &Concept| concept.kind != ConceptKind::Class && concept.contents.is_empty();
    let entries = knowledge.concepts().iter().zip(ids()).map(|(concept, id)| Entry {
        kind: concept.kind,
        form: concept.form,
        moiety: knowledge.moiety(id).0,
        root: knowledge.root(id).0,
        diluent: below(diluents, id),
        contents_unknown: lists_nothing(concept) && a_product(concept, id),
    });
    catalogue.entries = entries.collect();
    catalogue.atc4 = Csr::from_rows(ids().map(|id| atc4(&catalogue, id.0)));
    catalogue
}

/// The class that claims the code of a level, and the level.
fn claimed(knowledge: &Knowledge, id: ConceptId) -> Option<(u32, u32)> {
    let level = knowledge
        .concept(id)
        .filter(|concept| concept.kind == ConceptKind::Code)?;
    let owner = knowledge.names().code(level.codes.first()?)?;
    let class = knowledge.concept(owner)?.kind == ConceptKind::Class;
    class.then_some((owner.0, id.0))
}

fn is_formula(knowledge: &Knowledge, id: ConceptId) -> bool {
    knowledge
        .concept(id)
        .is_some_and(|concept| concept.kind == ConceptKind::Formula)
}

/// Itself, its active ingredients in catalogue order, then excipients; what an ingredient is made of right after it.
fn denoted(knowledge: &Knowledge, id: ConceptId) -> Vec<Node> {
    let Some(concept) = knowledge.concept(id) else {
        return Vec::new();
    };
    let mut active = concept.contents.iter().filter(|content| content.active);
    let actives = active.clone().count();
    let sole = active.next().filter(|_| actives == 1);
    let mut nodes = vec![Node {
        concept: id.0,
        via: Via::Itself,
        position: 0,
        actives: short(if concept.contents.is_empty() { 1 } else { actives }),
        per_unit: sole.and_then(|content| content.amount).map(Box::new),
        potency: concept.potency.map(Box::new),
    }];
    ingredients(knowledge, concept, true, &mut nodes);
    ingredients(knowledge, concept, false, &mut nodes);
    nodes
}

fn ingredients(knowledge: &Knowledge, product: &Concept, active: bool, nodes: &mut Vec<Node>) {
    let actives = short(product.contents.iter().filter(|content| content.active).count());
    let of_kind = product.contents.iter().filter(|content| content.active == active);
    for (position, content) in of_kind.enumerate() {
        let via = match (active, actives) {
            (false, _) => Via::Excipient,
            (true, 1) => Via::Sole,
            (true, _) => Via::Part,
        };
        nodes.push(Node {
            concept: content.concept.0,
            via,
            position: if active { short(position) } else { u16::MAX },
            actives,
            per_unit: content.amount.map(Box::new),
            potency: potency(knowledge, content.concept),
        });
        nested(knowledge, content.concept, via, actives, nodes);
    }
}

fn potency(knowledge: &Knowledge, of: ConceptId) -> Option<Box<Amount>> {
    knowledge.concept(of)?.potency.map(Box::new)
}

/// Ingredients of an ingredient: present, of unknown amount.
fn nested(knowledge: &Knowledge, of: ConceptId, outer: Via, actives: u16, nodes: &mut Vec<Node>) {
    let Some(concept) = knowledge.concept(of) else {
        return;
    };
    let sole = concept.contents.iter().filter(|content| content.active).count() == 1;
    for content in &concept.contents {
        if nodes.iter().any(|node| node.concept == content.concept.0) {
            continue;
        }
        let via = match (content.active, outer) {
            (false, _) | (_, Via::Excipient) => Via::Excipient,
            (true, Via::Sole) if sole => Via::Sole,
            (true, _) => Via::Part,
        };
        nodes.push(Node {
            concept: content.concept.0,
            via,
            position: u16::MAX,
            actives,
            per_unit: None,
            potency: potency(knowledge, content.concept),
        });
        nested(knowledge, content.concept, via, actives, nodes);
    }
}

fn short(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// The ATC groups of level 4 at or above a concept, ascending.
fn atc4(catalogue: &Catalogue, concept: u32) -> Vec<u32> {
    let mut found = Vec::new();
    catalogue.climb(concept, &mut |at| {
        let entry = catalogue.entry(at);
        let name = catalogue.name(at);
        let is_code = entry.is_some_and(|entry| entry.kind == ConceptKind::Code);
        if is_code && name.len() == ATC4_LENGTH && name.starts_with("ATC:") {
            found.push(at);
        }
        false
    });
    found.order();
    found
}
