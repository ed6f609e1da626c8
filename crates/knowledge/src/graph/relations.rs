//! Relations by concept, in one flat table.
use super::ConceptRelation;
use crate::ConceptId;
use shenfang_order::Order;

/// For every concept the concepts it is related to, in order of relation then id.
#[derive(Clone, Debug, Default)]
pub(super) struct Relations {
    /// where each concept's entries begin; one more than there are concepts
    starts: Vec<usize>,
    entries: Vec<(ConceptRelation, ConceptId)>,
}

impl Relations {
    /// From edges in any order.
    pub(super) fn new(size: usize, mut edges: Vec<(ConceptId, ConceptRelation, ConceptId)>) -> Relations {
        edges.order();
        edges.dedup();
        let ids = (0_u32..).take(size.saturating_add(1)).map(ConceptId);
        Relations {
            starts: ids.map(|id| edges.partition_point(|(from, _, _)| *from < id)).collect(),
            entries: edges.into_iter().map(|(_, relation, to)| (relation, to)).collect(),
        }
    }

    /// Those of one concept.
    pub(super) fn of(&self, id: ConceptId) -> &[(ConceptRelation, ConceptId)] {
        let range = usize::try_from(id.0).ok().and_then(|at| {
            let start = *self.starts.get(at)?;
            let end = *self.starts.get(at.checked_add(1)?)?;
            self.entries.get(start..end)
        });
        range.unwrap_or(&[])
    }

    /// All of them, by concept.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ConceptId, ConceptRelation, ConceptId)> {
        let ids = (0_u32..).map(ConceptId).take(self.starts.len().saturating_sub(1));
        ids.flat_map(|from| self.of(from).iter().map(move |(relation, to)| (from, *relation, *to)))
    }
}
