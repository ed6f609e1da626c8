//! The catalogue as it is stored: without what the names say already, and what is so of nearly every concept.
use super::{Catalogue, Entry, Node, Via};
use crate::csr::{Csr, narrow};
use serde::{Deserialize, Serialize};
use shenfang_knowledge::NameIndex;
use shenfang_knowledge::mapping::Mapping;

/// See the module.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    names: NameIndex,
    /// concepts that are not their own moiety, and it
    moieties: Vec<(u32, u32)>,
    /// concepts that are not their own root, and it
    roots: Vec<(u32, u32)>,
    diluents: Vec<u32>,
    contents_unknown: Vec<u32>,
    above: Csr<u32>,
    /// concepts that denote more than themselves, and what
    denoting: Vec<u32>,
    nodes: Csr<Node>,
    atc4: Csr<u32>,
    levels: Vec<(u32, u32)>,
    mappings: Vec<Mapping>,
    formulas: Vec<u32>,
}

/// What nearly every concept denotes: itself.
fn itself(concept: u32) -> Node {
    Node {
        concept,
        via: Via::Itself,
        position: 0,
        actives: 1,
        per_unit: None,
        potency: None,
    }
}

impl From<Catalogue> for Stored {
    fn from(catalogue: Catalogue) -> Stored {
        let all = || (0..).zip(&catalogue.entries);
        let ids = |of: fn(&Entry) -> bool| all().filter(move |(_, e)| of(e)).map(|(id, _)| id).collect();
        let other = |of: fn(&Entry) -> u32| {
            let pairs = all().map(move |(id, entry)| (id, of(entry)));
            pairs.filter(|(id, other)| id != other).collect()
        };
        let row = |id: &u32| catalogue.nodes.row(*id);
        let denoting: Vec<u32> = all().map(|(id, _)| id).filter(|id| row(id) != [itself(*id)]).collect();
        let levels = all().flat_map(|(id, _)| catalogue.levels.row(id).iter().map(move |level| (id, *level)));
        Stored {
            moieties: other(|entry| entry.moiety),
            roots: other(|entry| entry.root),
            diluents: ids(|entry| entry.diluent),
            contents_unknown: ids(|entry| entry.contents_unknown),
            nodes: Csr::from_rows(denoting.iter().map(|id| row(id).to_vec())),
            denoting,
            levels: levels.collect(),
            names: catalogue.names,
            above: catalogue.above,
            atc4: catalogue.atc4,
            mappings: catalogue.mappings,
            formulas: catalogue.formulas,
        }
    }
}

impl From<Stored> for Catalogue {
    fn from(stored: Stored) -> Catalogue {
        let concepts = (0..).zip(stored.names.concepts());
        let mut entries: Vec<Entry> = concepts
            .map(|(id, (_, kind, form))| Entry {
                kind,
                form,
                moiety: id,
                root: id,
                diluent: false,
                contents_unknown: false,
            })
            .collect();
        let mut set = |ids: Vec<(u32, u32)>, what: fn(&mut Entry, u32)| {
            for (id, to) in ids {
                if let Some(entry) = entries.get_mut(crate::csr::wide(id)) {
                    what(entry, to);
                }
            }
        };
        set(stored.moieties, |entry, to| entry.moiety = to);
        set(stored.roots, |entry, to| entry.root = to);
        let flags = |ids: Vec<u32>| ids.into_iter().map(|id| (id, 0)).collect();
        set(flags(stored.diluents), |entry, _| entry.diluent = true);
        set(flags(stored.contents_unknown), |entry, _| entry.contents_unknown = true);
        let mut denoting = (0..).zip(&stored.denoting).peekable();
        let nodes = (0..narrow(entries.len())).map(|id| {
            let more = denoting.next_if(|(_, of)| **of == id);
            let own = more.is_none().then(|| itself(id));
            more.map_or(&[][..], |(row, _)| stored.nodes.row(row))
                .iter()
                .cloned()
                .chain(own)
        });
        Catalogue {
            nodes: Csr::from_rows(nodes),
            levels: Csr::from_pairs(entries.len(), stored.levels),
            names: stored.names,
            entries,
            above: stored.above,
            atc4: stored.atc4,
            mappings: stored.mappings,
            formulas: stored.formulas,
        }
    }
}
