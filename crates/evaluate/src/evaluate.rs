//! Three-valued truth of conditions over one binding, and what an unknown one lacks. Nothing is allocated unless something is lacking.
use crate::condition::{Assumed, Condition, Leaf, StandIn, Test};
use crate::history::List;
use crate::needs::{Need, Needs, item_field};
use crate::rules::Says;
use crate::sheet::{Entry, History, Sheet};
use shenfang_clinical::dosage::ItemField;
use shenfang_knowledge::{Attribute, Presumable, RxAttribute};
use shenfang_units::Truth;

/// A variable bound to a line, or to a current medication of which nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// `None`: the phantom
    pub line: Option<u32>,
    /// the node by which it was bound; `None` where the item did not resolve
    pub node: Option<u32>,
    /// membership and relation to the variable before
    pub truth: Truth,
}

impl Slot {
    /// A current medication that nobody stated.
    pub const PHANTOM: Slot = Slot {
        line: None,
        node: None,
        truth: Truth::Unknown,
    };
}

/// A sheet as one binding of a rule's variables sees it.
#[derive(Clone, Copy)]
pub(crate) struct View<'v, 'p> {
    pub sheet: &'v Sheet<'v, 'p>,
    pub slots: &'v [Slot],
    /// what unknown fields stand for
    pub assumed: &'v [&'v StandIn],
}

impl<'v, 'p> View<'v, 'p> {
    /// The sheet without any binding.
    pub fn bare(sheet: &'v Sheet<'v, 'p>) -> View<'v, 'p> {
        View {
            sheet,
            slots: &[],
            assumed: &[],
        }
    }

    /// Truth of a condition.
    pub fn truth(&self, condition: &Condition) -> Truth {
        condition.truth(&|leaf| self.leaf(leaf, None))
    }

    /// Truth of a condition that may be absent.
    pub fn truth_or(&self, condition: Option<&Condition>, absent: Truth) -> Truth {
        condition.map_or(absent, |condition| self.truth(condition))
    }

    /// Adds what keeps a condition unknown; nothing where it is known.
    pub fn lacks(&self, condition: &Condition, needs: &mut Needs) {
        if self.truth(condition) == Truth::Unknown {
            let leaf = |leaf: &Leaf| self.leaf(leaf, None);
            condition.part().unknown_leaves(&leaf, &mut |at| {
                self.leaf(at, Some(&mut *needs));
            });
        }
    }

    /// Truth of a leaf; with `needs`, what an unknown one lacks is added. What a presumption stands for may decide what is unknown, and changes
    /// nothing else.
    pub fn leaf(&self, leaf: &Leaf, needs: Option<&mut Needs>) -> Truth {
        match self.known_answer(leaf) {
            Some(Truth::Unknown) if needs.is_some() || !self.assumed.is_empty() => self.ask(leaf, needs),
            Some(known) => known,
            None => self.ask(leaf, needs),
        }
    }

    /// The same, worked out for this binding.
    pub fn ask(&self, leaf: &Leaf, needs: Option<&mut Needs>) -> Truth {
        match &leaf.test {
            Test::Compare { left, op, right } => self.compare(left, *op, right, needs),
            Test::Rank { subject, op, value } => self.rank(*subject, *op, value, needs),
            Test::Is { subject, values } => self.is(*subject, values, needs),
            Test::Known(of) | Test::Stated(of) if self.of_phantom(*of) => {
                add(needs, Need::CURRENT);
                Truth::Unknown
            }
            Test::Known(of) => Truth::known(self.known(*of)),
            Test::Stated(of) => Truth::known(self.stated(*of)),
            Test::Any(items) => self.some(items, needs),
            Test::PatientHas(set) => self.among_ills(self.sheet.listed(List::Ills, *set).next(), needs),
            Test::PatientHad(set) => self.among_ills(self.sheet.listed(List::Past, *set).next(), needs),
            Test::AllergicTo(variable) => self.allergic_to(*variable, needs),
            Test::Flag(of) => self.flag(*of, needs),
            Test::DiagnosesHave(set) => self.diagnoses_have(*set, needs),
            Test::KnownLab(lab) => Truth::known(self.known_lab(lab)),
            Test::AllergicToAny(set) => self.allergic_to_any(*set, needs),
        }
    }

    /// What the attribute stands for, where a presumption says so.
    pub fn assumed(&self, of: Attribute) -> Option<&'v StandIn> {
        let of = Presumable::Attribute(of);
        self.assumed.iter().copied().find(|stand_in| stand_in.field == of)
    }

    /// Whether current medications are unknown and nothing stands for them.
    pub fn phantom(&self) -> bool {
        self.sheet.rx.current_medications.is_none()
            && self.assumed(Attribute::Rx(RxAttribute::CurrentMedications)).is_none()
    }

    /// Whether the attribute is of a medication of which nothing is known, not even what is known of it.
    pub fn of_phantom(&self, of: Attribute) -> bool {
        match of {
            Attribute::Item(variable, _) => self.slots.get(variable).is_some_and(|slot| slot.line.is_none()),
            _ => false,
        }
    }

    /// Whether a list that is absent is presumed to be empty.
    pub fn presumed_empty(&self, of: Attribute) -> bool {
        self.assumed(of).is_some_and(|stand_in| stand_in.value == Assumed::None)
    }

    /// Whether an entry was found in the conditions and diagnoses, which may be absent.
    fn among_ills(&self, found: Option<&Entry>, needs: Option<&mut Needs>) -> Truth {
        if found.is_some() {
            return Truth::True;
        }
        use shenfang_knowledge::{PatientAttribute as P, RxAttribute as R};
        let rx = self.sheet.rx;
        let lists = [
            (rx.patient.conditions.is_none(), Attribute::Patient(P::Conditions)),
            (rx.diagnoses.is_none(), Attribute::Rx(R::Diagnoses)),
        ];
        let mut truth = Truth::False;
        let mut needs = needs;
        for (absent, list) in lists {
            if absent && !self.presumed_empty(list) {
                truth = Truth::Unknown;
                self.lack(list, needs.as_deref_mut());
            }
        }
        truth
    }

    fn diagnoses_have(&self, set: u32, mut needs: Option<&mut Needs>) -> Truth {
        if self.sheet.listed(List::Diagnoses, set).next().is_some() {
            return Truth::True;
        }
        let list = Attribute::Rx(RxAttribute::Diagnoses);
        if self.sheet.rx.diagnoses.is_none() && !self.presumed_empty(list) {
            self.lack(list, needs);
            return Truth::Unknown;
        }
        let mut truth = Truth::False;
        for entry in self
            .sheet
            .history
            .iter()
            .filter(|entry| entry.kind == History::Diagnosis)
        {
            // What could not be read might be any diagnosis.
            if !entry.resolved {
                truth = Truth::Unknown;
                if let Some(needs) = needs.as_deref_mut() {
                    needs.add(Need::Diagnosis(crate::csr::narrow(entry.place)));
                }
            }
        }
        truth
    }

    fn allergic_to_any(&self, set: u32, needs: Option<&mut Needs>) -> Truth {
        if self.sheet.listed(List::Allergies, set).next().is_some() {
            return Truth::True;
        }
        let list = Attribute::Patient(shenfang_knowledge::PatientAttribute::Allergies);
        if self.sheet.rx.patient.allergies.is_none() && !self.presumed_empty(list) {
            self.lack(list, needs);
            return Truth::Unknown;
        }
        Truth::False
    }

    fn allergic_to(&self, variable: u32, needs: Option<&mut Needs>) -> Truth {
        let Some(slot) = self.slot(variable) else {
            return Truth::Unknown;
        };
        let path = Attribute::Patient(shenfang_knowledge::PatientAttribute::Allergies);
        if self.sheet.rx.patient.allergies.is_none() {
            self.lack(path, needs);
            return Truth::Unknown;
        }
        if slot.line.is_none() {
            if self.sheet.history.iter().any(|entry| entry.kind == History::Allergy) {
                add(needs, Need::CURRENT);
                return Truth::Unknown;
            }
            return Truth::False;
        }
        Truth::known(self.allergy(slot).is_some())
    }

    /// The allergy that the bound line touches: it is what one of its contents is, or lies above it.
    pub fn allergy(&self, slot: &Slot) -> Option<&'v Entry> {
        let sheet = self.sheet;
        let line = sheet.line(slot.line?)?;
        let catalogue = sheet.catalogue();
        let touches = |allergy: u32| {
            sheet.concepts(line.senses).iter().any(|concept| {
                let nodes = catalogue.nodes.row(*concept);
                nodes.iter().any(|node| catalogue.is_above(allergy, node.concept))
            })
        };
        let mut allergies = sheet.history.iter().filter(|entry| entry.counts_for(List::Allergies));
        allergies.find(|entry| {
            sheet
                .concepts((entry.senses.0, entry.coded.1))
                .iter()
                .any(|concept| touches(*concept))
        })
    }

    /// A variable's slot.
    pub fn slot(&self, variable: u32) -> Option<&'v Slot> {
        self.slots.get(crate::csr::wide(variable))
    }

    /// Adds the path of an attribute that is missing.
    pub fn lack(&self, of: Attribute, needs: Option<&mut Needs>) {
        let Some(needs) = needs else { return };
        match of {
            Attribute::Item(variable, of) => {
                let line = self.slots.get(variable).and_then(|slot| slot.line);
                match line {
                    Some(line) => self.lack_field(line, item_field(of), needs),
                    None => needs.add(Need::CURRENT),
                }
            }
            Attribute::Patient(of) => needs.add(Need::patient(of)),
            Attribute::Rx(of @ RxAttribute::PresentedOn) => {
                let rx = self.sheet.rx;
                let dates = [(&rx.presented_on, Need::Rx(of)), (&rx.authored_on, Need::AUTHORED)];
                for (_, need) in dates.iter().filter(|(date, _)| date.is_none()) {
                    needs.add(*need);
                }
            }
            Attribute::Rx(of) => needs.add(Need::Rx(of)),
        }
    }

    /// Adds a line's field; those that are the sheet's own are the same for every line.
    pub fn lack_field(&self, line: u32, field: ItemField, needs: &mut Needs) {
        match field {
            ItemField::SheetDoses => needs.add(Need::Rx(RxAttribute::Doses)),
            ItemField::Servings => needs.add(Need::Servings),
            _ if self.sheet.written(line).is_some() => needs.add(Need::Field(line, field)),
            _ => {}
        }
    }
}

/// Adds a field, where fields are asked for.
pub(crate) fn add(needs: Option<&mut Needs>, need: Need) {
    if let Some(needs) = needs {
        needs.add(need);
    }
}

/// Whether the law that a rule or dose rests on is in force.
pub(crate) fn in_force(says: &Says, sheet: &Sheet<'_, '_>) -> Truth {
    match (says.effective, sheet.today) {
        (None | Some((None, None)), _) => Truth::True,
        (Some(_), None) => Truth::Unknown,
        (Some((from, to)), Some(today)) => {
            let begun = from.is_none_or(|from| from <= today);
            Truth::known(begun && to.is_none_or(|to| today <= to))
        }
    }
}
