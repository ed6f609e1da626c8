//! A prescription made to satisfy (or just not satisfy) a condition, for the check of table rows.
//!
//! What it never does: judge. It writes a record as a clinic would, by name, and the engine reads it through the whole path.
use serde_json::{Map, Value, json};
use shenfang::{
    clinical::SkinTestResult,
    knowledge::{
        Attribute, Concept, ConceptKind, ConceptSet, Condition, Constant, ItemAttribute, Knowledge, Operand,
        PatientAttribute, RxAttribute, WordValue,
    },
    units::{Comparison, Quantity, Ratio},
};

/// Why a condition could not be turned into a record: such a row needs an example of its own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no record can be made for {0}")]
pub struct CannotDraft(pub String);

/// A record under construction.
#[derive(Clone, Debug)]
pub struct Draft {
    record: Map<String, Value>,
    items: Vec<Map<String, Value>>,
}

impl Draft {
    /// An adult of whom everything is known and nothing is wrong, and one item a name.
    pub fn of(kind: &str, names: &[&str]) -> Draft {
        let record = json!({
            "id": "row", "kind": kind, "setting": "inpatient", "authored_on": "2024-06-01",
            "institution": {"id": "row", "level": "tertiary"}, "department": "全科",
            "prescriber": {"title": "chief", "privileges": ["restricted_antimicrobial", "special_antimicrobial", "narcotic", "toxic"], "signed": true},
            "patient": {
                "sex": "female", "age": "40 岁", "weight": "60 kg", "height": "160 cm", "pregnant": false, "lactating": false, "dialysis": false,
                "egfr": "100 mL/min/{1.73_m2}", "crcl": "100 mL/min", "child_pugh": "A", "allergies": [], "conditions": [], "observations": []
            },
            "diagnoses": [], "current_medications": [], "extension_reason": "慢性病"
        });
        let mut draft = Draft {
            record: Map::new(),
            items: Vec::new(),
        };
        if let Value::Object(map) = record {
            draft.record = map;
        }
        draft.items = names
            .iter()
            .enumerate()
            .map(|(i, name)| {
                let mut item = Map::new();
                item.insert("id".into(), json!(i.saturating_add(1).to_string()));
                item.insert("drug".into(), json!(name));
                item
            })
            .collect();
        draft
    }

    /// Sets a field of one item.
    pub fn item(&mut self, index: usize, field: &str, value: Value) {
        if let Some(item) = self.items.get_mut(index) {
            item.insert(field.to_owned(), value);
        }
    }

    /// Sets a field of the sheet; `patient.age` and the like go one level down.
    pub fn set(&mut self, path: &str, value: Value) {
        match path.split_once('.') {
            None => {
                self.record.insert(path.to_owned(), value);
            }
            Some((block, field)) => {
                let entry = self
                    .record
                    .entry(block.to_owned())
                    .or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(map) = entry {
                    map.insert(field.to_owned(), value);
                }
            }
        }
    }

    /// Adds to a list of the sheet or the patient.
    fn push(&mut self, block: Option<&str>, list: &str, value: Value) {
        let holder = match block {
            None => Some(&mut self.record),
            Some(name) => self.record.get_mut(name).and_then(Value::as_object_mut),
        };
        if let Some(Value::Array(values)) = holder.and_then(|h| h.get_mut(list)) {
            values.push(value);
        }
    }

    /// The record as JSON bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let mut record = self.record.clone();
        record.insert(
            "items".into(),
            Value::Array(self.items.iter().cloned().map(Value::Object).collect()),
        );
        Value::Object(record).to_string().into_bytes()
    }

    /// Changes the record so that `condition` is true (or false).
    pub fn satisfy(&mut self, knowledge: &Knowledge, condition: &Condition, want: bool) -> Result<(), CannotDraft> {
        match condition {
            Condition::Always if want => Ok(()),
            Condition::And(parts) if want => parts.iter().try_for_each(|p| self.satisfy(knowledge, p, true)),
            Condition::Or(parts) if !want => parts.iter().try_for_each(|p| self.satisfy(knowledge, p, false)),
            Condition::And(parts) | Condition::Or(parts) => self.first(knowledge, parts, want),
            Condition::Not(inner) => self.satisfy(knowledge, inner, !want),
            Condition::Compare {
                left: Operand::Attribute(attribute),
                op,
                right: Operand::Constant(constant),
            } => self.number(*attribute, *op, constant, want),
            Condition::Is { subject, values } => self.word(*subject, values.first(), want),
            Condition::Flag(attribute) => self.flag(*attribute, want),
            Condition::PatientHas(set) | Condition::PatientHad(set) => {
                self.listed(knowledge, set, want, (Some("patient"), "conditions"))
            }
            Condition::DiagnosesHave(set) => self.listed(knowledge, set, want, (None, "diagnoses")),
            Condition::AllergicToAny(set) => self.listed(knowledge, set, want, (Some("patient"), "allergies")),
            Condition::Stated(Attribute::Rx(RxAttribute::ExtensionReason)) => {
                self.set("extension_reason", if want { json!("慢性病") } else { Value::Null });
                Ok(())
            }
            other => Err(CannotDraft(format!("{other:?}").chars().take(80).collect())),
        }
    }

    fn first(&mut self, knowledge: &Knowledge, parts: &[Condition], want: bool) -> Result<(), CannotDraft> {
        let mut last = CannotDraft("an empty condition".into());
        for part in parts {
            let mut attempt = self.clone();
            match attempt.satisfy(knowledge, part, want) {
                Ok(()) => {
                    *self = attempt;
                    return Ok(());
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn number(
        &mut self,
        attribute: Attribute,
        op: Comparison,
        constant: &Constant,
        want: bool,
    ) -> Result<(), CannotDraft> {
        let op = if want { op } else { opposite(op) };
        let value = beside(&constant.quantity, op).ok_or_else(|| CannotDraft("a number out of range".into()))?;
        let text = json!(format!("{} {}", value.value, value.unit.text()));
        match attribute {
            Attribute::Patient(PatientAttribute::Age) => self.set("patient.age", text),
            Attribute::Patient(PatientAttribute::Weight) => self.set("patient.weight", text),
            Attribute::Patient(PatientAttribute::Egfr) => self.set("patient.egfr", text),
            Attribute::Patient(PatientAttribute::Crcl) => self.set("patient.crcl", text),
            Attribute::Patient(PatientAttribute::Gestation) => self.set("patient.gestation", text),
            Attribute::Rx(RxAttribute::Doses) => self.set("doses", text),
            Attribute::Item(i, ItemAttribute::Dose) => self.item(i, "dose", text),
            Attribute::Item(i, ItemAttribute::Daily) => {
                self.item(i, "dose", text);
                self.item(i, "frequency", json!("qd"));
            }
            Attribute::Item(i, ItemAttribute::Total) => {
                self.item(i, "dose", text);
                self.item(i, "frequency", json!("qd"));
                self.item(i, "duration", json!("1 d"));
            }
            Attribute::Item(i, ItemAttribute::Frequency) => {
                self.item(i, "frequency", json!({"times": value.value.to_string(), "per": "1 d"}))
            }
            Attribute::Item(i, ItemAttribute::Duration) => self.item(i, "duration", text),
            other => return Err(CannotDraft(format!("{other:?}"))),
        }
        Ok(())
    }

    fn word(&mut self, subject: Attribute, value: Option<&WordValue>, want: bool) -> Result<(), CannotDraft> {
        let other = |zh: &str| json!(zh);
        match (subject, value) {
            (Attribute::Item(i, ItemAttribute::Route), Some(WordValue::Route(route))) => {
                use shenfang::clinical::Route;
                let outside = if Route::Topical.within(*route) {
                    Route::Oral
                } else {
                    Route::Topical
                };
                self.item(i, "route", json!(if want { *route } else { outside }.zh()));
            }
            (Attribute::Item(i, ItemAttribute::Preparation), Some(WordValue::Footnote(word))) => {
                self.item(i, "preparation", if want { json!([word.zh()]) } else { json!([]) });
            }
            (Attribute::Item(i, ItemAttribute::SkinTest), Some(WordValue::SkinTest(result))) => {
                let result = if want {
                    *result
                } else {
                    SkinTestResult::ALL
                        .iter()
                        .copied()
                        .find(|r| r != result)
                        .unwrap_or(*result)
                };
                self.item(i, "skin_test", json!(result.code()));
            }
            (Attribute::Rx(RxAttribute::Kind), Some(WordValue::Kind(kind))) => {
                use shenfang::clinical::PrescriptionKind as Kind;
                let unlike = if *kind == Kind::Western {
                    Kind::Decoction
                } else {
                    Kind::Western
                };
                self.set("kind", json!(if want { *kind } else { unlike }.code()));
            }
            (Attribute::Rx(RxAttribute::Setting), Some(WordValue::Setting(setting))) => {
                use shenfang::clinical::Setting;
                let unlike = if *setting == Setting::Inpatient {
                    Setting::Outpatient
                } else {
                    Setting::Inpatient
                };
                self.set("setting", json!(if want { *setting } else { unlike }.code()));
            }
            (Attribute::Rx(RxAttribute::Form), Some(WordValue::SheetForm(form))) => {
                use shenfang::clinical::SheetForm;
                let unlike = if *form == SheetForm::Decoction {
                    SheetForm::Granules
                } else {
                    SheetForm::Decoction
                };
                self.set("usage.form", json!(if want { *form } else { unlike }.code()));
            }
            (Attribute::Rx(RxAttribute::PrescriberPrivileges), Some(WordValue::Privilege(right))) => {
                self.set(
                    "prescriber.privileges",
                    if want { json!([right.code()]) } else { json!([]) },
                );
            }
            (Attribute::Patient(PatientAttribute::Sex), Some(WordValue::Sex(sex))) => {
                use shenfang::clinical::Sex;
                let unlike = if *sex == Sex::Female { Sex::Male } else { Sex::Female };
                self.set("patient.sex", json!(if want { *sex } else { unlike }.code()));
            }
            (Attribute::Rx(RxAttribute::Disease), Some(WordValue::Text(text))) => {
                self.set("tcm_diagnosis.disease", if want { json!(text) } else { other("感冒") })
            }
            (Attribute::Rx(RxAttribute::Pattern), Some(WordValue::Text(text))) => self.set(
                "tcm_diagnosis.pattern",
                if want { json!(text) } else { other("风寒束表") },
            ),
            (subject, value) => return Err(CannotDraft(format!("{subject:?} is {value:?}"))),
        }
        Ok(())
    }

    fn flag(&mut self, attribute: Attribute, want: bool) -> Result<(), CannotDraft> {
        let path = match attribute {
            Attribute::Patient(PatientAttribute::Pregnant) => "patient.pregnant",
            Attribute::Patient(PatientAttribute::Lactating) => "patient.lactating",
            Attribute::Patient(PatientAttribute::Dialysis) => "patient.dialysis",
            Attribute::Rx(RxAttribute::PrescriberSigned) => "prescriber.signed",
            other => return Err(CannotDraft(format!("{other:?}"))),
        };
        self.set(path, json!(want));
        Ok(())
    }

    /// One member of the set in a list of the sheet or the patient.
    fn listed(
        &mut self,
        knowledge: &Knowledge,
        set: &ConceptSet,
        want: bool,
        (block, list): (Option<&str>, &str),
    ) -> Result<(), CannotDraft> {
        if !want {
            return Ok(());
        }
        let named = roots(knowledge, set)
            .into_iter()
            .next()
            .map(|c| json!({"name": c.name}));
        let coded = code_of(set).map(|code| json!({"code": code}));
        let value = named
            .or(coded)
            .ok_or_else(|| CannotDraft("a set without members".into()))?;
        self.push(block, list, value);
        Ok(())
    }
}

/// The concepts a set names, each replaced by something that can be written on a sheet (a class by its first member that is a drug).
pub fn roots<'k>(knowledge: &'k Knowledge, set: &ConceptSet) -> Vec<&'k Concept> {
    let mut out: Vec<&Concept> = Vec::new();
    collect_roots(knowledge, set, &mut out, 0);
    out
}

fn collect_roots<'k>(knowledge: &'k Knowledge, set: &ConceptSet, out: &mut Vec<&'k Concept>, depth: usize) {
    if depth > 64 {
        return;
    }
    match set {
        ConceptSet::Any | ConceptSet::Code(_) => {}
        ConceptSet::Group(id) => {
            if let Some(group) = knowledge.group(*id) {
                collect_roots(knowledge, &group.set, out, depth.saturating_add(1));
            }
        }
        ConceptSet::Union(parts) => parts
            .iter()
            .for_each(|p| collect_roots(knowledge, p, out, depth.saturating_add(1))),
        ConceptSet::Concept(id) => {
            let writable =
                |c: &&Concept| !matches!(c.kind, ConceptKind::Class | ConceptKind::Code | ConceptKind::Formula);
            let own = knowledge.concept(*id).filter(writable);
            let below = || {
                knowledge
                    .descendants(*id)
                    .into_iter()
                    .filter_map(|d| knowledge.concept(d))
                    .find(writable)
            };
            out.extend(own.or_else(below));
        }
        ConceptSet::Intersection(_) | ConceptSet::Except(_, _) | ConceptSet::Alone(_) => {
            out.extend(
                knowledge
                    .members(set)
                    .into_iter()
                    .filter_map(|d| knowledge.concept(d))
                    .find(|c| !matches!(c.kind, ConceptKind::Class | ConceptKind::Code)),
            );
        }
    }
}

fn code_of(set: &ConceptSet) -> Option<String> {
    match set {
        ConceptSet::Code(code) => Some(code.to_string()),
        ConceptSet::Union(parts) => parts.iter().find_map(code_of),
        _ => None,
    }
}

const fn opposite(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::AtLeast,
        Comparison::AtMost => Comparison::Greater,
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::AtLeast => Comparison::Less,
        Comparison::Greater => Comparison::AtMost,
    }
}

/// A quantity in the same unit for which `x OP quantity` holds, as near as whole steps allow.
fn beside(quantity: &Quantity, op: Comparison) -> Option<Quantity> {
    let value = match op {
        Comparison::AtMost | Comparison::AtLeast | Comparison::Equal => quantity.value,
        Comparison::Greater | Comparison::NotEqual => quantity.value.checked_add(Ratio::ONE)?,
        Comparison::Less if quantity.value > Ratio::ONE => quantity.value.checked_sub(Ratio::ONE)?,
        Comparison::Less => quantity.value.checked_div(Ratio::integer(2))?,
    };
    Some(Quantity {
        value,
        unit: quantity.unit.clone(),
    })
}
