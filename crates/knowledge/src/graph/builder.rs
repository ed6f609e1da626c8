//! Collects concepts as loaded and freezes them. Two passes: all names first, then what refers to them, so that the order of declarations
//! decides nothing. What is at fault is reported and left out; the rest stands.
use super::claims::declare;
use super::cycles::cycles;
use super::levels::Codes;
use super::relations::Relations;
use super::{ConceptRelation, Knowledge};
use crate::names::{NameIndexBuilder, initials, normalize};
use crate::{Code, Concept, ConceptId, Content, NameIndex, Resolution};
use petgraph::graph::DiGraph;
use shenfang_diagnostics::{Diagnostic, Span};
use shenfang_order::Order;
use shenfang_units::Amount;
use std::collections::BTreeMap;

/// Near names shown for a name that is unknown.
const CANDIDATES: usize = 3;

/// Collects concepts, then rules; checks; freezes.
#[derive(Default)]
pub struct KnowledgeBuilder {
    drafts: Vec<ConceptDraft>,
    ambiguous: Vec<AmbiguousDraft>,
}

/// A concept as loaded: relations still by name.
#[derive(Clone, Debug)]
pub struct ConceptDraft {
    /// the concept (contents empty, initials empty)
    pub concept: Concept,
    /// is-a, processed-from, variant-of: relation, name, where it stands
    pub above: Vec<(ConceptRelation, String, Span)>,
    /// ingredients by name: name, amount, active, where it stands
    pub contents: Vec<(String, Option<Amount>, bool, Span)>,
    /// where each alias stands (same order as `concept.aliases`)
    pub alias_spans: Vec<Span>,
    /// where the name stands
    pub span: Span,
}

/// An ambiguous name, its meanings and where they stand, and where it stands itself.
pub(super) type AmbiguousDraft = (String, Vec<(String, Span)>, Span);

/// An edge between concepts and where it was written.
type Edge = (ConceptId, ConceptId, Link, Span);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Link {
    Above(ConceptRelation),
    Contains,
}

impl KnowledgeBuilder {
    /// Adds a concept.
    pub fn concept(&mut self, draft: ConceptDraft) {
        self.drafts.push(draft);
    }

    /// Declares a name ambiguous.
    pub fn ambiguous(&mut self, name: String, meanings: Vec<(String, Span)>, span: Span) {
        self.ambiguous.push((name, meanings, span));
    }

    /// Fixes the catalogue: ids, names, codes, relations; reports unknown names, cycles (printed), aliases claimed twice, duplicates. The
    /// catalogue of what could be kept is there even when there are errors.
    pub fn catalogue(self, diagnostics: &mut Vec<Diagnostic>) -> Knowledge {
        let names = match self.drafts.is_empty() && self.ambiguous.is_empty() {
            true => Names::default(),
            false => self.fix(diagnostics),
        };
        let ids = (0u32..).map(ConceptId);
        let coded = names
            .concepts
            .iter()
            .zip(ids)
            .flat_map(|(c, id)| c.codes.iter().map(move |code| (code.clone(), id)));
        let mut coded: Vec<_> = coded.collect();
        coded.order();
        let below = names.above.iter().map(|(from, relation, to)| (*to, *relation, *from));
        let mut knowledge = Knowledge {
            graph: DiGraph::new(),
            coded,
            below: Relations::new(names.concepts.len(), below.collect()),
            above: Relations::new(names.concepts.len(), names.above),
            concepts: names.concepts,
            names: names.index,
            groups: vec![],
            packs: vec![],
            sources: vec![],
            rules: vec![],
            doses: vec![],
            presumptions: vec![],
            mappings: vec![],
        };
        knowledge.weave();
        knowledge
    }

    /// Names and what refers to them, at least one. Only tables declare concepts: kept a function of its own, which the browser's engine loads with
    /// what reads tables.
    #[inline(never)]
    fn fix(self, diagnostics: &mut Vec<Diagnostic>) -> Names {
        let mut faults = Vec::new();
        let drafts = unique(self.drafts, &mut faults);
        let codes = Codes::collect(&drafts, &mut faults);
        let (mut concepts, drafts) = with_ids(drafts, &codes);
        let mut names = NameIndexBuilder::default();
        declare(&drafts, &self.ambiguous, &mut names, &mut faults);
        let owned = codes.owners(&drafts, &concepts, &mut faults);
        for (code, owner) in &owned.owners {
            names.code(code.clone(), *owner);
        }
        // Names are final here: relations are read against the index that will be frozen.
        let names = names.freeze(&concepts);
        let is_a = Link::Above(ConceptRelation::IsA);
        let mut edges: Vec<Edge> = owned
            .edges
            .into_iter()
            .map(|(from, to, span)| (from, to, is_a, span))
            .collect();
        relate(&drafts, &mut concepts, &names, &mut edges, &mut faults);
        cut_cycles(&mut concepts, &mut edges, &mut faults);
        let above = edges.iter().filter_map(|(from, to, link, _)| match link {
            Link::Above(relation) => Some((*from, *relation, *to)),
            Link::Contains => None,
        });
        let above = above.collect();
        faults.order_by(|a: &Diagnostic, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
        diagnostics.append(&mut faults);
        Names {
            concepts,
            index: names,
            above,
        }
    }
}

/// Concepts with their names and what stands above them.
#[derive(Default)]
struct Names {
    concepts: Vec<Concept>,
    index: NameIndex,
    above: Vec<(ConceptId, ConceptRelation, ConceptId)>,
}

/// One draft a name, in order of name. Of duplicates the one that stands first is kept.
fn unique(mut drafts: Vec<ConceptDraft>, faults: &mut Vec<Diagnostic>) -> Vec<ConceptDraft> {
    drafts.order_by(|a, b| (a.span, &a.concept.name).cmp(&(b.span, &b.concept.name)));
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    drafts.retain(|draft| {
        let name = &draft.concept.name;
        if normalize(name).is_empty() {
            faults.push(Diagnostic::error(
                "name.empty",
                draft.span,
                "概念没有名称",
                "a concept without a name",
            ));
            return false;
        }
        let Some(before) = first.get(&normalize(name)) else {
            first.insert(normalize(name), draft.span);
            return true;
        };
        let zh = format!("概念“{name}”重复声明");
        let en = format!("concept `{name}` is declared twice");
        faults.push(Diagnostic::error("concept.duplicate", draft.span, zh, en).related(
            *before,
            "先在此处声明",
            "first declared here",
        ));
        false
    });
    drafts
}

/// A draft with the id its concept got.
pub(super) type Identified = (ConceptId, ConceptDraft);

/// Concepts in order of name, code levels among them.
fn with_ids(drafts: Vec<ConceptDraft>, codes: &Codes) -> (Vec<Concept>, Vec<Identified>) {
    let mut all: Vec<(Concept, Option<ConceptDraft>)> = codes.concepts().map(|c| (c, None)).collect();
    all.extend(drafts.into_iter().map(|d| (tidy(&d.concept), Some(d))));
    all.order_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let mut concepts = Vec::with_capacity(all.len());
    let mut identified = Vec::new();
    for ((concept, draft), id) in all.into_iter().zip((0_u32..).map(ConceptId)) {
        concepts.push(concept);
        identified.extend(draft.map(|d| (id, d)));
    }
    (concepts, identified)
}

/// Lists in one order, initials filled in; what refers to other concepts comes later.
fn tidy(concept: &Concept) -> Concept {
    let mut tidy = concept.clone();
    for names in [&mut tidy.aliases, &mut tidy.near_names] {
        names.order();
        names.dedup();
    }
    tidy.codes.order();
    tidy.codes.dedup();
    tidy.codes.retain(Code::is_well_formed);
    tidy.contents.clear();
    tidy.initials = initials(&normalize(&concept.name));
    tidy
}

/// Reads relations and contents against the names.
fn relate(
    drafts: &[Identified],
    concepts: &mut [Concept],
    names: &NameIndex,
    edges: &mut Vec<Edge>,
    faults: &mut Vec<Diagnostic>,
) {
    for (id, draft) in drafts {
        for (relation, name, span) in &draft.above {
            if let Some(to) = resolve(name, *span, names, faults) {
                edges.push((*id, to, Link::Above(*relation), *span));
            }
        }
        let mut contents = Vec::new();
        for (name, amount, active, span) in &draft.contents {
            if let Some(to) = resolve(name, *span, names, faults) {
                edges.push((*id, to, Link::Contains, *span));
                contents.push(Content {
                    concept: to,
                    amount: *amount,
                    active: *active,
                });
            }
        }
        contents.order_by_key(|c| !c.active);
        let concept = usize::try_from(id.0).ok().and_then(|at| concepts.get_mut(at));
        if let Some(concept) = concept {
            concept.contents = contents;
        }
    }
}

fn resolve(name: &str, span: Span, names: &NameIndex, faults: &mut Vec<Diagnostic>) -> Option<ConceptId> {
    let shown = |id: &ConceptId| names.canonical(*id).unwrap_or("").to_owned();
    match names.name(name) {
        Resolution::Concept(id) => return Some(id),
        Resolution::Ambiguous(ids) => {
            let zh = format!("“{name}”有几种含义");
            let en = format!("`{name}` has several meanings");
            let meanings = ids.iter().map(shown);
            faults.push(Diagnostic::error("name.ambiguous", span, zh, en).candidates(meanings));
        }
        Resolution::Unknown => {
            if let Some(id) = Code::parse(name).and_then(|code| names.code(&code)) {
                return Some(id);
            }
            let near = names.candidates(name, CANDIDATES);
            let zh = format!("未知名称“{name}”");
            let en = format!("unknown name `{name}`");
            faults.push(Diagnostic::error("name.unknown", span, zh, en).candidates(near.iter().map(shown)));
        }
    }
    None
}

/// Reports every cycle and cuts the edge that closes it.
fn cut_cycles(concepts: &mut [Concept], edges: &mut Vec<Edge>, faults: &mut Vec<Diagnostic>) {
    edges.order();
    let pairs: Vec<(ConceptId, ConceptId)> = edges.iter().map(|(from, to, _, _)| (*from, *to)).collect();
    let name = |id: ConceptId| {
        let concept = usize::try_from(id.0).ok().and_then(|at| concepts.get(at));
        concept.map_or("", |c| c.name.as_str())
    };
    let mut cut: Vec<(ConceptId, ConceptId)> = Vec::new();
    for cycle in cycles(concepts.len(), &pairs) {
        if cut.contains(&cycle.closing) {
            continue;
        }
        let round = cycle.round.iter().chain(cycle.round.first());
        let shown: Vec<&str> = round.map(|id| name(*id)).collect();
        let shown = shown.join(" → ");
        let steps = cycle.round.iter().zip(cycle.round.iter().cycle().skip(1));
        let mut places: Vec<Span> = steps
            .flat_map(|(from, to)| edges.iter().find(|e| e.0 == *from && e.1 == *to))
            .map(|(_, _, _, span)| *span)
            .collect();
        places.order();
        places.dedup();
        let mut places = places.into_iter();
        if let Some(span) = places.next() {
            let mut fault = Diagnostic::error(
                "concept.cycle",
                span,
                format!("关系成环：{shown}"),
                format!("relations form a cycle: {shown}"),
            );
            for place in places {
                fault = fault.related(place, "环经过此处", "the cycle goes through here");
            }
            faults.push(fault);
        }
        cut.push(cycle.closing);
    }
    if cut.is_empty() {
        return;
    }
    edges.retain(|(from, to, _, _)| !cut.contains(&(*from, *to)));
    for (from, to) in cut {
        let concept = usize::try_from(from.0).ok().and_then(|at| concepts.get_mut(at));
        if let Some(concept) = concept {
            concept.contents.retain(|c| c.concept != to);
        }
    }
}
