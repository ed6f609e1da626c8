//! What the patient has and is allergic to, by name or by code.
use super::Case;
use super::denote::{Node, Via};
use super::kleene::Verdict;
use shenfang_clinical::dosage::Content;
use shenfang_clinical::{Allergy, Coded, ConditionStatus};
use shenfang_knowledge::{
    Attribute, Code, CodeSystem, ConceptId, ConceptKind, ConceptSet, PatientAttribute, Resolution, RxAttribute,
};

/// An intolerance only where it was severe; nothing that is over, suspected or of a relative.
fn counts(allergy: &Allergy) -> bool {
    (!allergy.intolerance || allergy.severe == Some(true)) && allergy.status == ConditionStatus::Active
}

impl Case<'_> {
    /// Whether a condition, diagnosis or allergy as written is a member; each meaning and the code by itself.
    fn coded_member(&self, set: &ConceptSet, what: &Coded) -> bool {
        self.is_member(set, self.read(what))
    }

    fn is_member(&self, set: &ConceptSet, (concepts, code): (Vec<ConceptId>, Option<Code>)) -> bool {
        let node = |concept| Node {
            concept,
            via: Via::Itself,
            content: Content::default(),
        };
        // A class is the code it claims.
        let classes = concepts.iter().map(|c| self.k.concept(*c).unwrap());
        let mut claimed = classes.filter(|c| c.kind == ConceptKind::Class).flat_map(|c| &c.codes);
        let by_class = claimed.any(|c| self.code_member(set, c));
        by_class
            || concepts.into_iter().any(|c| self.member(set, &node(c), None))
            || code.is_some_and(|c| self.code_member(set, &c))
    }

    fn code_member(&self, set: &ConceptSet, code: &Code) -> bool {
        match set {
            ConceptSet::Any => true,
            ConceptSet::Concept(c) => self
                .k
                .descendants(*c)
                .iter()
                .any(|&d| self.k.concept(d).unwrap().codes.iter().any(|k| code.within(k))),
            ConceptSet::Code(above) => code.within(above),
            ConceptSet::Group(g) => self.code_member(&self.k.group(*g).unwrap().set, code),
            ConceptSet::Union(sets) => sets.iter().any(|s| self.code_member(s, code)),
            ConceptSet::Intersection(sets) => sets.iter().all(|s| self.code_member(s, code)),
            ConceptSet::Except(set, without) => self.code_member(set, code) && !self.code_member(without, code),
            ConceptSet::Alone(set) => self.code_member(set, code),
        }
    }

    pub fn read(&self, what: &Coded) -> (Vec<ConceptId>, Option<Code>) {
        self.meant(what, what.name.as_deref().map(|n| self.k.names().name(n)))
    }

    /// An allergy may also be written as a drug text, or with 过敏 or 类药物 behind it.
    pub fn read_allergen(&self, what: &Coded) -> (Vec<ConceptId>, Option<Code>) {
        self.meant(what, what.name.as_deref().map(|n| self.k.names().allergen(n)))
    }

    fn meant(&self, what: &Coded, name: Option<Resolution>) -> (Vec<ConceptId>, Option<Code>) {
        let mut concepts = match name {
            Some(Resolution::Concept(c)) => vec![c],
            Some(Resolution::Ambiguous(all)) => all,
            _ => vec![],
        };
        let code = what.code.as_deref().and_then(Code::parse);
        concepts.extend(code.as_ref().and_then(|c| self.k.names().code(c)));
        (
            concepts,
            code.filter(|c| matches!(c.system, CodeSystem::Atc | CodeSystem::Icd10)),
        )
    }

    /// Conditions that speak of these times, then diagnoses.
    pub fn patient_has(&self, set: &ConceptSet, times: &[ConditionStatus]) -> Verdict {
        let conditions = self
            .rx
            .patient
            .conditions
            .iter()
            .flatten()
            .filter(|c| times.contains(&c.status))
            .map(|c| &c.what);
        if conditions
            .chain(self.rx.diagnoses.iter().flatten())
            .any(|c| self.coded_member(set, c))
        {
            return Verdict::yes();
        }
        let asked =
            self.rx.patient.conditions.is_some() || self.stood_in(Attribute::Patient(PatientAttribute::Conditions));
        let diagnosed = self.rx.diagnoses.is_some() || self.stood_in(Attribute::Rx(RxAttribute::Diagnoses));
        let lacking: Vec<&str> = [(asked, "patient.conditions"), (diagnosed, "diagnoses")]
            .iter()
            .filter(|(known, _)| !known)
            .map(|(_, p)| *p)
            .collect();
        if lacking.is_empty() {
            Verdict::of(false)
        } else {
            Verdict::unknown(lacking)
        }
    }

    /// The sheet's diagnoses alone; one that means nothing might be any.
    pub fn diagnosed(&self, set: &ConceptSet) -> Verdict {
        let Some(diagnoses) = &self.rx.diagnoses else {
            return if self.stood_in(Attribute::Rx(RxAttribute::Diagnoses)) {
                Verdict::of(false)
            } else {
                Verdict::unknown(["diagnoses"])
            };
        };
        Verdict::any(diagnoses.iter().enumerate().map(|(place, diagnosis)| {
            match (self.coded_member(set, diagnosis), self.read(diagnosis)) {
                (true, _) => Verdict::yes(),
                (false, (concepts, None)) if concepts.is_empty() => Verdict::unknown([format!("diagnoses.{place}")]),
                (false, _) => Verdict::of(false),
            }
        }))
    }

    /// An active allergy is in the set.
    pub fn allergic_to_any(&self, set: &ConceptSet) -> Verdict {
        match &self.rx.patient.allergies {
            None if self.stood_in(Attribute::Patient(PatientAttribute::Allergies)) => Verdict::of(false),
            None => Verdict::unknown(["patient.allergies"]),
            Some(allergies) => Verdict::of(
                allergies
                    .iter()
                    .any(|a| counts(a) && self.is_member(set, self.read_allergen(&a.to))),
            ),
        }
    }

    /// An allergy to what the item, in any of its meanings, is or contains; nobody knows of a medication nobody asked about.
    pub fn allergic_to(&self, line: Option<usize>) -> Verdict {
        let nodes: Vec<&Node> = line
            .iter()
            .flat_map(|l| &self.lines[*l].meanings)
            .flat_map(|m| &m.nodes)
            .collect();
        let to = |what: &Coded| {
            let (concepts, code) = self.read_allergen(what);
            nodes.iter().any(|n| {
                self.k.ancestors(n.concept).iter().any(|a| concepts.contains(a))
                    || code.as_ref().is_some_and(|c| self.coded(n.concept, c))
            })
        };
        if self
            .rx
            .patient
            .allergies
            .iter()
            .flatten()
            .filter(|a| counts(a))
            .any(|a| to(&a.to))
        {
            return Verdict::yes();
        }
        let asked =
            self.rx.patient.allergies.is_some() || self.stood_in(Attribute::Patient(PatientAttribute::Allergies));
        match (asked, line, self.rx.patient.allergies.iter().flatten().next()) {
            (false, ..) => Verdict::unknown(["patient.allergies"]),
            (true, None, Some(_)) => Verdict::unknown(["current_medications"]),
            _ => Verdict::of(false),
        }
    }
}
