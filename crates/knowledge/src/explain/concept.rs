//! A concept explained.
use super::ConceptExplanation;
use crate::graph::{ConceptRelation, Edge, Node};
use crate::{ConceptId, Knowledge};
use petgraph::Direction;
use serde::Serialize;
use shenfang_order::Order;
use shenfang_units::Amount;

/// One step of a way through the graph.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Step {
    /// how it is related to the step before; `None` for the first
    pub relation: Option<ConceptRelation>,
    /// canonical name
    pub name: String,
}

/// What a product contains.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Ingredient {
    /// canonical name
    pub name: String,
    /// in one unit of use, in base units
    pub amount: Option<Amount>,
    /// false for an excipient
    pub active: bool,
}

impl Knowledge {
    /// Everything known about a concept; `None` for an id of another knowledge.
    pub fn explain_concept(&self, id: ConceptId) -> Option<ConceptExplanation> {
        let concept = self.concept(id)?;
        let above = self.ancestors(id).into_iter().skip(1);
        let contents = concept.contents.iter().map(|c| Ingredient {
            name: self.title(c.concept),
            amount: c.amount,
            active: c.active,
        });
        let ambiguous = self.names().ambiguous().filter(|(_, ids)| ids.contains(&id));
        Some(ConceptExplanation {
            name: concept.name.clone(),
            en: concept.en.clone(),
            kind: concept.kind,
            codes: concept.codes.iter().map(ToString::to_string).collect(),
            aliases: concept.aliases.clone(),
            ambiguous: ambiguous.map(|(name, _)| name.to_owned()).collect(),
            initials: concept.initials.clone(),
            form: concept.form,
            toxicity: concept.toxicity,
            above: above.filter_map(|to| self.steps(&self.path(id, to)?)).collect(),
            below: self
                .lowers(id)
                .iter()
                .map(|(relation, lower)| Step {
                    relation: Some(*relation),
                    name: self.title(*lower),
                })
                .collect(),
            contents: contents.collect(),
            contained_in: self.containing(id),
            reached_by: self.reaching(id),
            place: concept.place.clone(),
        })
    }

    /// A way up with the relation of each step.
    pub(super) fn steps(&self, path: &[ConceptId]) -> Option<Vec<Step>> {
        let mut steps = Vec::with_capacity(path.len());
        let mut before: Option<ConceptId> = None;
        for id in path {
            let relation = before.and_then(|b| {
                let (relation, _) = self.uppers(b).iter().find(|(_, upper)| upper == id)?;
                Some(*relation)
            });
            steps.push(Step {
                relation,
                name: self.concept(*id)?.name.clone(),
            });
            before = Some(*id);
        }
        Some(steps)
    }

    fn containing(&self, id: ConceptId) -> Vec<String> {
        let mut products: Vec<ConceptId> = Vec::new();
        for lower in self.descendants(id) {
            let Some(node) = self.node(Node::Concept(lower)) else {
                continue;
            };
            for edge in self.graph().edges_directed(node, Direction::Incoming) {
                use petgraph::visit::EdgeRef;
                if let (Edge::Contains { .. }, Some(Node::Concept(product))) =
                    (edge.weight(), self.graph().node_weight(edge.source()))
                {
                    products.push(*product);
                }
            }
        }
        products.order();
        products.dedup();
        products.into_iter().map(|p| self.title(p)).collect()
    }
}
