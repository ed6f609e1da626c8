//! Which concepts a set holds.
use super::{Knowledge, bits::Bits};
use crate::{CodeSystem, ConceptId, ConceptSet, GroupId};

impl Knowledge {
    /// Every concept that is a member of `set` (`Any`: all; `Alone`: of its inner set; ICD codes: none), ascending.
    pub fn members(&self, set: &ConceptSet) -> Vec<ConceptId> {
        self.member_bits(set, &mut Vec::new()).ascending()
    }

    /// `open` are the groups being read: a group that names itself adds nothing.
    fn member_bits(&self, set: &ConceptSet, open: &mut Vec<GroupId>) -> Bits {
        let size = self.concepts.len();
        let mut found = Bits::new(size);
        match set {
            ConceptSet::Any => return Bits::all(size),
            ConceptSet::Concept(id) => self.below_into(*id, &mut found),
            ConceptSet::Code(code) => {
                // Diagnoses match by prefix where they are evaluated: no concept stands for an ICD code by itself.
                if code.system != CodeSystem::Icd10 {
                    for id in self.coded(code) {
                        self.below_into(id, &mut found);
                    }
                }
            }
            ConceptSet::Group(id) => {
                if let Some(group) = self.group(*id)
                    && !open.contains(id)
                {
                    open.push(*id);
                    found = self.member_bits(&group.set, open);
                    open.pop();
                }
            }
            ConceptSet::Union(sets) => {
                for set in sets {
                    match set {
                        // Tables make unions of many single names; they need no set of their own.
                        ConceptSet::Concept(id) => self.below_into(*id, &mut found),
                        set => found.unite(&self.member_bits(set, open)),
                    }
                }
            }
            ConceptSet::Intersection(sets) => {
                let mut sets = sets.iter();
                if let Some(first) = sets.next() {
                    found = self.member_bits(first, open);
                }
                for set in sets {
                    found.intersect(&self.member_bits(set, open));
                }
            }
            ConceptSet::Except(from, without) => {
                found = self.member_bits(from, open);
                found.subtract(&self.member_bits(without, open));
            }
            ConceptSet::Alone(inner) => found = self.member_bits(inner, open),
        }
        found
    }
}
