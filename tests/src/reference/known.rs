//! `known(x)` and `stated(x)`.
use super::Case;
use super::value::{Bound, Value};
use shenfang_knowledge::{Attribute, ItemAttribute as I, PatientAttribute as P, RxAttribute as R};
use shenfang_units::Dimension;

const DIMENSIONS: [Dimension; 4] = [
    Dimension::MASS,
    Dimension::COUNT,
    Dimension::VOLUME,
    Dimension::BIOLOGICAL,
];

impl Case<'_> {
    /// Whether an attribute is known or derived.
    pub fn known(&self, attribute: Attribute, bound: &[Bound]) -> bool {
        let number = |dimension| !matches!(self.number(attribute, dimension, bound), Value::Unknown(_));
        match attribute {
            Attribute::Item(_, I::Dose | I::Daily | I::Total | I::Strength | I::Quantity) => {
                DIMENSIONS.into_iter().chain([Dimension::PACK]).any(number)
            }
            Attribute::Item(_, I::Frequency) => number(Dimension::NONE),
            Attribute::Item(_, I::Duration | I::Over) | Attribute::Rx(R::PresentedOn) => number(Dimension::TIME),
            Attribute::Item(_, I::Rate | I::Concentration) => {
                let per = if matches!(attribute, Attribute::Item(_, I::Rate)) {
                    Dimension::TIME
                } else {
                    Dimension::VOLUME
                };
                DIMENSIONS.iter().any(|d| d.checked_div(per).is_some_and(number))
            }
            Attribute::Item(v, I::Text(field)) => bound[v].line.is_some_and(|l| self.unreadable(l, field).is_some()),
            Attribute::Item(v, I::Preparation) => self.item_words(&bound[v], I::Preparation).1.is_empty(),
            Attribute::Item(_, I::Diluent | I::DoubleSigned) => true,
            Attribute::Patient(P::Pregnant | P::Lactating | P::Dialysis) | Attribute::Rx(R::PrescriberSigned) => {
                self.flag(attribute, bound).is_ok()
            }
            Attribute::Patient(P::Sex | P::AgeUnit | P::ChildPugh) => self.words(attribute, bound).1.is_empty(),
            Attribute::Patient(P::Allergies) => self.rx.patient.allergies.is_some(),
            Attribute::Patient(P::Conditions) => self.rx.patient.conditions.is_some(),
            Attribute::Rx(R::Diagnoses) => self.rx.diagnoses.is_some(),
            Attribute::Rx(R::CurrentMedications) => self.rx.current_medications.is_some(),
            Attribute::Rx(R::AuthoredOn) => self.rx.authored_on.is_some(),
            Attribute::Patient(_) => number(Dimension::NONE),
            Attribute::Rx(R::Doses) => number(Dimension::DECOCTION_DOSE),
            _ => self.words(attribute, bound).1.is_empty(),
        }
    }

    /// Whether an attribute stands in the record and is not empty.
    pub fn stated(&self, attribute: Attribute, bound: &[Bound]) -> bool {
        fn some<T>(list: &Option<Vec<T>>) -> bool {
            list.as_ref().is_some_and(|l| !l.is_empty())
        }
        let text = |t: &Option<Box<str>>| t.as_deref().is_some_and(|t| !t.trim().is_empty());
        let (rx, p) = (self.rx, &self.rx.patient);
        match attribute {
            Attribute::Item(v, attribute) => {
                let Some(line) = bound[v].line else { return false };
                let item = self.lines[line].item;
                match attribute {
                    I::Daily => (!item.dose.is_absent() && !item.frequency.is_absent()) || some(&item.steps),
                    I::Dose | I::Total => !item.dose.is_absent() || some(&item.steps),
                    I::Frequency => !item.frequency.is_absent() || some(&item.steps),
                    I::Duration => !item.duration.is_absent() || some(&item.steps),
                    I::Quantity => !item.quantity.is_absent(),
                    I::Route => !item.route.is_absent(),
                    I::Form => item.form.is_some(),
                    I::Strength => !item.strength.is_absent(),
                    I::Preparation => some(&item.preparation),
                    I::SkinTest => item.skin_test.is_some(),
                    I::Rate | I::Concentration => item.infusion.as_ref().is_some_and(|i| !i.rate.is_absent()),
                    I::Over => item.infusion.as_ref().is_some_and(|i| !i.over.is_absent()),
                    I::Group | I::Diluent => item.infusion.as_ref().is_some_and(|i| text(&i.group)),
                    I::DoubleSigned => some(&rx.double_signed),
                    I::Text(field) => self.unreadable(line, field).is_some(),
                }
            }
            Attribute::Patient(P::Age | P::AgeUnit) => p.birth_date.is_some() || !p.age.is_absent(),
            Attribute::Patient(P::Weight) => !p.weight.is_absent(),
            Attribute::Patient(P::Height) => !p.height.is_absent(),
            Attribute::Patient(P::Bsa) => !p.bsa.is_absent(),
            Attribute::Patient(P::Egfr) => !p.egfr.is_absent(),
            Attribute::Patient(P::Crcl) => !p.crcl.is_absent(),
            Attribute::Patient(P::Gestation) => !p.gestation.is_absent(),
            Attribute::Patient(P::Sex) => p.sex.is_some(),
            Attribute::Patient(P::Pregnant) => p.pregnant.is_some(),
            Attribute::Patient(P::Lactating) => p.lactating.is_some(),
            Attribute::Patient(P::Dialysis) => p.dialysis.is_some(),
            Attribute::Patient(P::ChildPugh) => p.child_pugh.is_some(),
            Attribute::Patient(P::Allergies) => some(&p.allergies),
            Attribute::Patient(P::Conditions) => some(&p.conditions),
            Attribute::Rx(R::Diagnoses) => some(&rx.diagnoses),
            Attribute::Rx(R::CurrentMedications) => some(&rx.current_medications),
            Attribute::Rx(R::Amendments) => some(&rx.amendments),
            Attribute::Rx(R::PrescriberPrivileges) => some(&rx.prescriber.privileges),
            Attribute::Rx(R::Doses) => !rx.doses.is_absent(),
            Attribute::Rx(R::Form) => rx.usage.form.is_some(),
            Attribute::Rx(R::PresentedOn) => rx.presented_on.is_some(),
            Attribute::Rx(R::AuthoredOn) => rx.authored_on.is_some(),
            Attribute::Rx(R::PrescriberSigned) => rx.prescriber.signed.is_some(),
            Attribute::Rx(R::ExtensionReason) => text(&rx.extension_reason),
            Attribute::Rx(R::Disease) => text(&rx.tcm_diagnosis.disease),
            Attribute::Rx(R::Pattern) => text(&rx.tcm_diagnosis.pattern),
            Attribute::Rx(R::Department) => text(&rx.department),
            Attribute::Rx(R::InstitutionId) => text(&rx.institution.id),
            Attribute::Rx(_) => self.words(attribute, bound).1.is_empty(),
        }
    }
}
