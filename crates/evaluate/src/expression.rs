//! Conditions in English keywords and canonical units, as `because` shows them: `patient.age >= 65 a`, `b.route is systemic`.
//!
//! What it never does: keep the author's keyword language or spelling; equal typed rules have equal texts.
use crate::words;
use shenfang_knowledge::{
    Attribute, Binding, ConceptSet, Condition, ItemAttribute, ItemSet, ItemText, Knowledge, Lab, LabKey, Limit,
    Operand, Origin, PatientAttribute, RxAttribute,
};
use shenfang_units::{Quantity, Ratio};

/// Members of a union that are written out; the rest is counted.
const WRITTEN_OUT: usize = 12;

/// Writes the conditions of one rule.
#[derive(Clone, Copy)]
pub struct Writer<'k> {
    /// where names stand
    pub knowledge: &'k Knowledge,
    /// the rule's variables
    pub variables: &'k [Binding],
}

impl Writer<'_> {
    /// A condition that is not made of others; of one that is, a list of its parts.
    pub fn condition(&self, condition: &Condition) -> String {
        let list = |parts: &[Condition], word: &str| {
            let parts: Vec<String> = parts.iter().map(|part| self.condition(part)).collect();
            parts.join(word)
        };
        match condition {
            Condition::Always => "always".to_owned(),
            Condition::And(all) => list(all, " and "),
            Condition::Or(any) => list(any, " or "),
            Condition::Not(inner) => format!("not {}", self.condition(inner)),
            Condition::Compare { left, op, right } => {
                format!("{} {} {}", self.operand(left), op.sign(), self.operand(right))
            }
            Condition::Rank { subject, op, value } => {
                format!("{} {} {}", self.attribute(*subject), op.sign(), words::word(value))
            }
            Condition::Is { subject, values } => {
                let values: Vec<_> = values.iter().map(words::word).collect();
                format!("{} is {}", self.attribute(*subject), values.join(" | "))
            }
            Condition::Known(of) => format!("known({})", self.attribute(*of)),
            Condition::Stated(of) => format!("stated({})", self.attribute(*of)),
            Condition::KnownLab(of) => format!("known({})", lab(of)),
            Condition::Any(items) => format!("any {}", self.items(items)),
            Condition::PatientHas(set) => format!("patient has {}", self.set(set)),
            Condition::PatientHad(set) => format!("patient had {}", self.set(set)),
            Condition::AllergicTo(variable) => {
                format!("patient allergic to {}", self.variable(*variable))
            }
            Condition::Flag(of) => self.attribute(*of),
            Condition::DiagnosesHave(set) => format!("rx.diagnoses has {}", self.set(set)),
            Condition::AllergicToAny(set) => format!("patient allergic to {}", self.set(set)),
        }
    }

    /// One side of a comparison.
    pub fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Attribute(of) => self.attribute(*of),
            Operand::Constant(constant) => quantity(&constant.quantity),
            Operand::Count(items) => format!("count({})", self.items(items)),
            Operand::Total(items, measure) => {
                format!("total({}).{}", self.items(items), measure.code())
            }
            Operand::Lab(of) => lab(of),
        }
    }

    /// A set of concepts.
    pub fn set(&self, set: &ConceptSet) -> String {
        match set {
            ConceptSet::Any => "any".to_owned(),
            ConceptSet::Concept(id) => {
                let concept = self.knowledge.concept(*id);
                concept.map(|c| c.name.clone()).unwrap_or_default()
            }
            ConceptSet::Code(code) => code.to_string(),
            ConceptSet::Group(id) => {
                let group = self.knowledge.group(*id);
                group.map(|g| g.id.clone()).unwrap_or_default()
            }
            ConceptSet::Union(members) => self.members(members, " | "),
            ConceptSet::Intersection(members) => self.members(members, " & "),
            ConceptSet::Except(of, without) => {
                format!("{} except {}", self.member(of), self.member(without))
            }
            ConceptSet::Alone(of) => format!("alone {}", self.member(of)),
        }
    }

    fn members(&self, members: &[ConceptSet], sign: &str) -> String {
        let mut parts: Vec<String> = members
            .iter()
            .take(WRITTEN_OUT)
            .map(|member| self.member(member))
            .collect();
        if let Some(more) = members.len().checked_sub(WRITTEN_OUT).filter(|more| *more > 0) {
            parts.push(format!("… ({more})"));
        }
        parts.join(sign)
    }

    fn member(&self, set: &ConceptSet) -> String {
        match set {
            ConceptSet::Union(_) | ConceptSet::Intersection(_) | ConceptSet::Except(..) => {
                format!("({})", self.set(set))
            }
            _ => self.set(set),
        }
    }

    fn items(&self, items: &ItemSet) -> String {
        let origin = match items.origin {
            Origin::Prescribed => "",
            Origin::Current => "current ",
            Origin::Either => "either ",
        };
        format!("{origin}{}{}", self.set(&items.set), within(items.within_days))
    }

    fn variable(&self, variable: usize) -> &str {
        self.variables.get(variable).map_or("item", |binding| &binding.variable)
    }

    /// An attribute path.
    pub fn attribute(&self, attribute: Attribute) -> String {
        match attribute {
            Attribute::Item(variable, of) => format!("{}.{}", self.variable(variable), item(of)),
            Attribute::Patient(of) => format!("patient.{}", patient(of)),
            Attribute::Rx(of) => rx(of).to_owned(),
        }
    }
}

/// A limit: `daily <= 15 mg/kg`.
pub fn limit(limit: &Limit) -> String {
    format!(
        "{} {} {}",
        limit.measure.code(),
        limit.op.sign(),
        quantity(&limit.quantity)
    )
}

/// A quantity in the canonical spelling of its unit.
pub(crate) fn quantity(quantity: &Quantity) -> String {
    match quantity.unit.canonical().as_str() {
        "1" => quantity.value.to_string(),
        unit => format!("{} {unit}", quantity.value),
    }
}

fn lab(lab: &Lab) -> String {
    let key = |key: &LabKey| match key {
        LabKey::Name(name) => format!("\"{name}\""),
        LabKey::Code(code) => code.to_string(),
    };
    let keys: Vec<String> = lab.keys.iter().map(key).collect();
    format!("patient.lab({}){}", keys.join(" | "), within(lab.within_days))
}

fn within(days: Option<Ratio>) -> String {
    days.map(|days| format!(" within {days} d")).unwrap_or_default()
}

const fn item(of: ItemAttribute) -> &'static str {
    use ItemAttribute::*;
    match of {
        Dose => "dose",
        Daily => "daily",
        Total => "total",
        Frequency => "frequency",
        Duration => "duration",
        Over => "over",
        Quantity => "quantity",
        Route => "route",
        Form => "form",
        Strength => "strength",
        Preparation => "preparation",
        SkinTest => "skin_test",
        Rate => "rate",
        Concentration => "concentration",
        Group => "group",
        Diluent => "diluent",
        DoubleSigned => "double_signed",
        Text(ItemText::Dose) => "text(dose)",
        Text(ItemText::Frequency) => "text(frequency)",
        Text(ItemText::Route) => "text(route)",
        Text(ItemText::Duration) => "text(duration)",
        Text(ItemText::Quantity) => "text(quantity)",
        Text(ItemText::Strength) => "text(strength)",
    }
}

/// The attribute's name below `patient`, which is its path in the record too.
pub(crate) const fn patient(of: PatientAttribute) -> &'static str {
    use PatientAttribute::*;
    match of {
        Age => "age",
        AgeUnit => "age.unit",
        Weight => "weight",
        Height => "height",
        Bsa => "bsa",
        Sex => "sex",
        Pregnant => "pregnant",
        Gestation => "gestation",
        Lactating => "lactating",
        Egfr => "egfr",
        Crcl => "crcl",
        ChildPugh => "child_pugh",
        Dialysis => "dialysis",
        Allergies => "allergies",
        Conditions => "conditions",
    }
}

const fn rx(of: RxAttribute) -> &'static str {
    use RxAttribute::*;
    match of {
        Kind => "rx.kind",
        Setting => "rx.setting",
        Doses => "rx.doses",
        Form => "rx.form",
        Diagnoses => "rx.diagnoses",
        Disease => "rx.disease",
        Pattern => "rx.pattern",
        ExtensionReason => "rx.extension_reason",
        Department => "rx.department",
        PresentedOn => "rx.presented_on",
        AuthoredOn => "rx.authored_on",
        Amendments => "rx.amendments",
        CurrentMedications => "rx.current_medications",
        PrescriberTitle => "prescriber.title",
        PrescriberPrivileges => "prescriber.privileges",
        PrescriberSigned => "prescriber.signed",
        InstitutionId => "institution.id",
        InstitutionLevel => "institution.level",
    }
}
