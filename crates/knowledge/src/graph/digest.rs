//! The digest: SHA-256 over the canonical form.
//!
//! The canonical form is JSON of the parts in id order, written through each type's own `Serialize`, which leaves out texts and places and puts
//! quantities in base units. JSON and not a denser encoding: words are written out, so that adding a variant to an enumeration changes no digest.
use super::{ConceptRelation, Knowledge};
use crate::mapping::Mapping;
use crate::{Concept, ConceptId, DoseRule, Group, Pack, Rule, Source, StandingPresumption};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::io;

/// Changes when the canonical form does.
const FORMAT: &str = "shenfang-knowledge-1";

#[derive(Serialize)]
struct Canonical<'a> {
    format: &'a str,
    concepts: &'a [Concept],
    relations: Vec<(ConceptId, ConceptRelation, ConceptId)>,
    ambiguous: Vec<(&'a str, &'a [ConceptId])>,
    packs: &'a [Pack],
    sources: &'a [Source],
    groups: &'a [Group],
    rules: &'a [Rule],
    doses: &'a [DoseRule],
    presumptions: &'a [StandingPresumption],
    #[serde(skip_serializing_if = "<[Mapping]>::is_empty")]
    mappings: &'a [Mapping],
}

impl Knowledge {
    /// SHA-256 over the canonical form, hexadecimal.
    pub fn digest(&self) -> String {
        let canonical = Canonical {
            format: FORMAT,
            concepts: &self.concepts,
            relations: self.above.iter().collect(),
            ambiguous: self.names.ambiguous().collect(),
            packs: &self.packs,
            sources: &self.sources,
            groups: &self.groups,
            rules: &self.rules,
            doses: &self.doses,
            presumptions: &self.presumptions,
            mappings: &self.mappings,
        };
        let mut writer = io::BufWriter::with_capacity(1 << 16, Hasher(Sha256::new()));
        let written = serde_json::to_writer(&mut writer, &canonical);
        match (written, writer.into_inner()) {
            (Ok(()), Ok(hasher)) => hexadecimal(&hasher.0.finalize()),
            // Neither can happen: no map here has a key that is not a string, and hashing does not fail.
            _ => String::new(),
        }
    }

    /// The canonical form of names, codes, relations and local drugs.
    pub(super) fn catalogue_form(&self) -> serde_json::Value {
        let relations: Vec<_> = self.above.iter().collect();
        let ambiguous: Vec<_> = self.names.ambiguous().collect();
        serde_json::to_value((&self.concepts, relations, ambiguous, &self.mappings)).unwrap_or_default()
    }
}

struct Hasher(Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
