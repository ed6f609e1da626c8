//! Makes the index of a frozen catalogue.
use super::{Entry, Known, Meaning, NameIndex, normalize};
use crate::{Code, Concept, ConceptId};
use shenfang_order::Order;
use std::collections::BTreeMap;

/// Collects names and codes; what is claimed by several concepts is ambiguous.
#[derive(Default)]
pub(crate) struct NameIndexBuilder {
    names: BTreeMap<String, Vec<ConceptId>>,
    codes: BTreeMap<Code, ConceptId>,
    ambiguous: Vec<String>,
}

impl NameIndexBuilder {
    /// A name in comparison form stands for a concept.
    pub(crate) fn name(&mut self, key: String, id: ConceptId) {
        self.names.entry(key).or_default().push(id);
    }

    /// A name in comparison form that stands for several, even when only one is known.
    pub(crate) fn ambiguous(&mut self, key: String, ids: Vec<ConceptId>) {
        if !ids.is_empty() {
            self.names.insert(key.clone(), ids);
            self.ambiguous.push(key);
        }
    }

    /// A code stands for a concept.
    pub(crate) fn code(&mut self, code: Code, id: ConceptId) {
        self.codes.insert(code, id);
    }

    /// Fixes the index. Concepts stand in id order.
    pub(crate) fn freeze(mut self, concepts: &[Concept]) -> NameIndex {
        self.ambiguous.order();
        let by_id = || concepts.iter().zip(0_u32..).map(|(c, i)| (c, ConceptId(i)));
        let mut near: Vec<(ConceptId, Box<str>)> = by_id()
            .flat_map(|(c, id)| {
                let names = c.near_names.iter().chain(&c.en);
                names.map(move |n| (id, normalize::normalize(n).into()))
            })
            .collect();
        near.order();
        near.dedup();
        let names: Vec<Entry> = self
            .names
            .into_iter()
            .map(|(key, mut ids)| {
                ids.order();
                ids.dedup();
                let several = self.ambiguous.binary_search(&key).is_ok();
                let meaning = match ids.as_slice() {
                    [one] if !several => Meaning::One(*one),
                    _ => Meaning::Several(ids),
                };
                Entry {
                    key: key.into(),
                    meaning,
                }
            })
            .collect();
        NameIndex {
            names,
            codes: self.codes.into_iter().collect(),
            near: near.iter().map(|(id, name)| (*id, &**name)).collect(),
            known: concepts.iter().map(known).collect(),
            lookup: Default::default(),
            nearby: Default::default(),
        }
    }
}

fn known(concept: &Concept) -> Known {
    Known {
        name: concept.name.as_str().into(),
        kind: concept.kind,
        form: concept.form,
    }
}
