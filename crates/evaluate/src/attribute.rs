//! Words, flags and lists of the sheet: what they are, and whether they are known or stated.
use crate::condition::Assumed;
use crate::evaluate::View;
use crate::needs::Needs;
use crate::number::{Number, natural};
use crate::sheet::Sheet;
use shenfang_clinical::calendar::days_between;
use shenfang_clinical::{Item, PrescriptionKind, SheetForm, SkinTest, Stated};
use shenfang_knowledge::{Attribute, ItemAttribute, ItemText, PatientAttribute, RxAttribute, WordValue, names};
use shenfang_units::{Comparison, Dimension, Ratio, Truth};

/// A word as it stands on the sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Seen<'s> {
    Word(WordValue),
    Text(&'s str),
}

/// How long a skin test counts.
const SKIN_TEST_HOURS: Ratio = Ratio::integer(72);
const SKIN_TEST_DAYS: Ratio = Ratio::integer(3);

type Visit<'f, 's> = &'f mut dyn FnMut(Seen<'s>);

impl<'v> View<'v, '_> {
    /// The attribute is one of the words, at or below it where words form a tree.
    pub fn is(&self, of: Attribute, values: &[WordValue], needs: Option<&mut Needs>) -> Truth {
        let mut found = false;
        let known = self.words(of, &mut |seen| {
            found |= values.iter().any(|value| matches(&seen, value));
        });
        if found {
            return Truth::True;
        }
        if known {
            return Truth::False;
        }
        if let Some(stand_in) = self.assumed(of) {
            match &stand_in.value {
                Assumed::Word(word) => {
                    let seen = Seen::Word(word.clone());
                    let same = values.iter().any(|value| matches(&seen, value));
                    match stand_in.op {
                        Comparison::NotEqual if same && values.len() == 1 => return Truth::False,
                        Comparison::NotEqual => {}
                        _ => return Truth::known(same),
                    }
                }
                Assumed::None => return Truth::False,
                _ => {}
            }
        }
        self.lack(of, needs);
        Truth::Unknown
    }

    /// Comparison of ranked words.
    pub fn rank(&self, of: Attribute, op: Comparison, value: &WordValue, needs: Option<&mut Needs>) -> Truth {
        let mut order = None;
        self.words(of, &mut |seen| {
            if let Seen::Word(word) = seen {
                order = Some(word.cmp(value));
            }
        });
        if let (None, Some(stand_in)) = (order, self.assumed(of))
            && let (Assumed::Word(word), Comparison::Equal) = (&stand_in.value, stand_in.op)
        {
            order = Some(word.cmp(value));
        }
        let Some(order) = order else {
            self.lack(of, needs);
            return Truth::Unknown;
        };
        Truth::known(match op {
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::Greater => order.is_gt(),
        })
    }

    /// A boolean attribute.
    pub fn flag(&self, of: Attribute, needs: Option<&mut Needs>) -> Truth {
        let stand_in = || match self.assumed(of)?.value {
            Assumed::Flag(flag) => Some(flag),
            _ => None,
        };
        match self.flag_value(of).or_else(stand_in) {
            Some(flag) => Truth::known(flag),
            None => {
                self.lack(of, needs);
                Truth::Unknown
            }
        }
    }

    fn flag_value(&self, of: Attribute) -> Option<bool> {
        let facts = &self.sheet.facts;
        match of {
            Attribute::Patient(PatientAttribute::Pregnant) => facts.pregnant,
            Attribute::Patient(PatientAttribute::Lactating) => facts.lactating,
            Attribute::Patient(PatientAttribute::Dialysis) => facts.dialysis,
            Attribute::Rx(RxAttribute::PrescriberSigned) => self.sheet.rx.prescriber.signed,
            Attribute::Item(variable, which) => {
                let line = self.slots.get(variable)?.line?;
                match which {
                    ItemAttribute::Diluent => Some(self.sheet.line(line)?.diluent),
                    ItemAttribute::DoubleSigned => Some(self.double_signed(line)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether the prescriber signed a line a second time.
    pub fn double_signed(&self, line: u32) -> bool {
        let signed = self.sheet.rx.double_signed.as_deref().unwrap_or(&[]);
        let prescribed = self.sheet.line(line).is_some_and(|line| !line.current);
        let item = self.sheet.written(line).filter(|_| prescribed);
        item.is_some_and(|item| signed.contains(&item.id))
    }

    /// Visits the words of an attribute; false where they are not (all) known.
    pub fn words(&self, of: Attribute, visit: Visit<'_, 'v>) -> bool {
        match of {
            Attribute::Item(variable, which) => {
                let slot = self.slots.get(variable);
                let bound = slot.and_then(|slot| Some((slot.line?, slot.node)));
                bound.is_some_and(|(line, node)| self.item_words(line, node, which, visit))
            }
            Attribute::Patient(which) => visited(self.patient_word(which), visit),
            Attribute::Rx(which) => self.rx_words(which, visit),
        }
    }

    fn patient_word(&self, of: PatientAttribute) -> Option<Seen<'v>> {
        let facts = &self.sheet.facts;
        Some(Seen::Word(match of {
            PatientAttribute::Sex => WordValue::Sex(facts.sex?),
            PatientAttribute::ChildPugh => WordValue::ChildPugh(facts.child_pugh?),
            PatientAttribute::AgeUnit => WordValue::AgeUnit(facts.age.as_ref()?.unit()),
            _ => return None,
        }))
    }

    fn rx_words(&self, of: RxAttribute, visit: Visit<'_, 'v>) -> bool {
        let rx = self.sheet.rx;
        let text = |text: &'v Option<Box<str>>| text.as_deref().map(Seen::Text);
        let word = match of {
            RxAttribute::Kind => rx.kind.map(WordValue::Kind).map(Seen::Word),
            RxAttribute::Setting => rx.setting.map(WordValue::Setting).map(Seen::Word),
            RxAttribute::Form => Some(Seen::Word(WordValue::SheetForm(self.sheet.sheet_form()))),
            RxAttribute::PrescriberTitle => rx.prescriber.title.map(WordValue::Title).map(Seen::Word),
            RxAttribute::InstitutionLevel => rx.institution.level.map(WordValue::Level).map(Seen::Word),
            RxAttribute::Disease => text(&rx.tcm_diagnosis.disease),
            RxAttribute::Pattern => text(&rx.tcm_diagnosis.pattern),
            RxAttribute::ExtensionReason => text(&rx.extension_reason),
            RxAttribute::Department => text(&rx.department),
            RxAttribute::InstitutionId => text(&rx.institution.id),
            RxAttribute::PrescriberPrivileges => {
                let rights = rx.prescriber.privileges.as_deref();
                for right in rights.unwrap_or(&[]) {
                    visit(Seen::Word(WordValue::Privilege(*right)));
                }
                return rights.is_some();
            }
            RxAttribute::Amendments => {
                let changes = rx.amendments.as_deref();
                for change in changes.unwrap_or(&[]) {
                    if change.signed != Some(true) {
                        visit(Seen::Word(WordValue::Unsigned));
                    }
                    if change.dated != Some(true) {
                        visit(Seen::Word(WordValue::Undated));
                    }
                }
                return changes.is_some();
            }
            _ => None,
        };
        visited(word, visit)
    }

    fn item_words(&self, line: u32, node: Option<u32>, of: ItemAttribute, visit: Visit<'_, 'v>) -> bool {
        let sheet = self.sheet;
        let Some(item) = sheet.item(line) else {
            return false;
        };
        let word = match of {
            ItemAttribute::Route => sheet.route(line).map(WordValue::Route),
            ItemAttribute::Form => sheet.form(line, node).map(WordValue::Form),
            ItemAttribute::SkinTest => {
                let test = item.skin_test.as_ref().filter(|test| self.still_counts(test));
                test.map(|test| WordValue::SkinTest(test.result))
            }
            ItemAttribute::Preparation => return self.footnotes(line, visit),
            ItemAttribute::Group => {
                let group = item.infusion.as_ref().and_then(|i| i.group.as_deref());
                return visited(group.map(Seen::Text), visit);
            }
            ItemAttribute::Text(which) => {
                if let Some(text) = unreadable(item, which) {
                    visit(Seen::Text(text));
                }
                return true;
            }
            _ => None,
        };
        visited(word.map(Seen::Word), visit)
    }

    fn footnotes(&self, line: u32, visit: Visit<'_, 'v>) -> bool {
        let (Some(known), Some(item)) = (self.sheet.line(line), self.sheet.item(line)) else {
            return false;
        };
        if let Some(footnote) = known.footnote {
            visit(Seen::Word(WordValue::Footnote(footnote)));
        }
        let Some(written) = &item.preparation else {
            let decocted = self.sheet.piece(line) && self.sheet.sheet_form() == SheetForm::Decoction;
            return decocted || known.footnote.is_some();
        };
        for footnote in written.iter().filter_map(Stated::value) {
            visit(Seen::Word(WordValue::Footnote(*footnote)));
        }
        written.iter().all(|footnote| footnote.unreadable().is_none())
    }

    /// A skin test says nothing any more after 72 h; where either clock is unknown, after three days.
    fn still_counts(&self, test: &SkinTest) -> bool {
        let Some(at) = &test.at else { return true };
        let hours = self.sheet.rx.authored_on.as_ref().and_then(|now| at.hours_until(now));
        let days = || {
            self.sheet
                .today
                .map(|today| Ratio::integer(days_between(at.date, today)))
        };
        match hours {
            Some(hours) => hours <= SKIN_TEST_HOURS,
            None => days().is_some_and(|days| days <= SKIN_TEST_DAYS),
        }
    }

    /// `known(x)`: a stated or derived value is there.
    pub fn known(&self, of: Attribute) -> bool {
        let rx = self.sheet.rx;
        match of {
            Attribute::Patient(which) => self.sheet.knows(which),
            Attribute::Rx(RxAttribute::Diagnoses) => rx.diagnoses.is_some(),
            Attribute::Rx(RxAttribute::CurrentMedications) => rx.current_medications.is_some(),
            Attribute::Rx(RxAttribute::AuthoredOn) => rx.authored_on.is_some(),
            Attribute::Rx(RxAttribute::Doses | RxAttribute::PresentedOn) => {
                self.attribute(of, natural(of), None) != Number::Unknown
            }
            Attribute::Rx(_) => self.flag_value(of).is_some() || self.words(of, &mut |_| {}),
            Attribute::Item(_, which) => self.item_known(of, which),
        }
    }

    fn item_known(&self, of: Attribute, which: ItemAttribute) -> bool {
        use ItemAttribute as I;
        let in_any = |dimensions: &[Dimension]| {
            dimensions
                .iter()
                .any(|d| self.attribute(of, *d, None) != Number::Unknown)
        };
        let per = |amounts: &[Dimension], of: Dimension| -> Vec<Dimension> {
            amounts.iter().filter_map(|amount| amount.checked_div(of)).collect()
        };
        let amounts = [
            Dimension::MASS,
            Dimension::VOLUME,
            Dimension::BIOLOGICAL,
            Dimension::COUNT,
        ];
        match which {
            I::Dose | I::Daily | I::Total | I::Strength => in_any(&amounts),
            I::Quantity => in_any(&[Dimension::COUNT, Dimension::PACK]) || in_any(&amounts),
            I::Frequency | I::Duration | I::Over => in_any(&[natural(of)]),
            I::Rate => in_any(&per(&amounts, Dimension::TIME)),
            I::Concentration => in_any(&per(&amounts, Dimension::VOLUME)),
            I::Diluent | I::DoubleSigned => self.flag_value(of).is_some(),
            I::Text(_) => self.stated(of),
            I::Route | I::Form | I::Preparation | I::SkinTest | I::Group => self.words(of, &mut |_| {}),
        }
    }

    /// `stated(x)`: stands in the record and is not empty.
    pub fn stated(&self, of: Attribute) -> bool {
        let rx = self.sheet.rx;
        let patient = &rx.patient;
        use PatientAttribute as P;
        match of {
            Attribute::Patient(which) => match which {
                P::Age | P::AgeUnit => patient.birth_date.is_some() || !patient.age.is_absent(),
                P::Weight => !patient.weight.is_absent(),
                P::Height => !patient.height.is_absent(),
                P::Bsa => !patient.bsa.is_absent(),
                P::Sex => patient.sex.is_some(),
                P::Pregnant => patient.pregnant.is_some(),
                P::Gestation => !patient.gestation.is_absent(),
                P::Lactating => patient.lactating.is_some(),
                P::Egfr => !patient.egfr.is_absent(),
                P::Crcl => !patient.crcl.is_absent(),
                P::ChildPugh => patient.child_pugh.is_some(),
                P::Dialysis => patient.dialysis.is_some(),
                P::Allergies => some(&patient.allergies),
                P::Conditions => some(&patient.conditions),
            },
            Attribute::Rx(which) => self.rx_stated(which),
            Attribute::Item(variable, which) => {
                let line = self.slots.get(variable).and_then(|slot| slot.line);
                let item = line.and_then(|line| self.sheet.item(line));
                item.is_some_and(|item| item_stated(item, which) || self.signed(of, which))
            }
        }
    }

    fn signed(&self, of: Attribute, which: ItemAttribute) -> bool {
        let flag = matches!(which, ItemAttribute::Diluent | ItemAttribute::DoubleSigned);
        flag && self.flag_value(of) == Some(true)
    }

    fn rx_stated(&self, of: RxAttribute) -> bool {
        let rx = self.sheet.rx;
        let text = |text: &Option<Box<str>>| text.as_deref().is_some_and(|t| !t.chars().all(char::is_whitespace));
        use RxAttribute as R;
        match of {
            R::Kind => rx.kind.is_some(),
            R::Setting => rx.setting.is_some(),
            R::Doses => !rx.doses.is_absent(),
            R::Form => rx.usage.form.is_some(),
            R::Diagnoses => some(&rx.diagnoses),
            R::Disease => text(&rx.tcm_diagnosis.disease),
            R::Pattern => text(&rx.tcm_diagnosis.pattern),
            R::ExtensionReason => text(&rx.extension_reason),
            R::Department => text(&rx.department),
            R::PresentedOn => rx.presented_on.is_some(),
            R::AuthoredOn => rx.authored_on.is_some(),
            R::Amendments => some(&rx.amendments),
            R::CurrentMedications => some(&rx.current_medications),
            R::PrescriberTitle => rx.prescriber.title.is_some(),
            R::PrescriberPrivileges => some(&rx.prescriber.privileges),
            R::PrescriberSigned => rx.prescriber.signed.is_some(),
            R::InstitutionId => text(&rx.institution.id),
            R::InstitutionLevel => rx.institution.level.is_some(),
        }
    }

    /// Whether a rule about footnotes speaks of this line: granules have none.
    pub fn has_footnotes(&self, line: u32) -> bool {
        let piece = self.sheet.piece(line);
        let western = self.sheet.rx.kind == Some(PrescriptionKind::Western);
        western || !(piece && self.sheet.sheet_form() == SheetForm::Granules)
    }
}

impl Sheet<'_, '_> {
    /// Whether a field of the patient is stated, or can be derived.
    #[inline(never)]
    pub fn knows(&self, of: PatientAttribute) -> bool {
        use PatientAttribute as P;
        let (facts, patient) = (&self.facts, &self.rx.patient);
        match of {
            P::Age | P::AgeUnit => facts.age.is_some(),
            P::Sex => facts.sex.is_some(),
            P::Pregnant => facts.pregnant.is_some(),
            P::Lactating => facts.lactating.is_some(),
            P::Dialysis => facts.dialysis.is_some(),
            P::ChildPugh => facts.child_pugh.is_some(),
            P::Allergies => patient.allergies.is_some(),
            P::Conditions => patient.conditions.is_some(),
            P::Weight | P::Height | P::Bsa | P::Egfr | P::Crcl | P::Gestation => {
                View::bare(self).measured(of).is_some()
            }
        }
    }
}

fn visited<'s>(word: Option<Seen<'s>>, visit: Visit<'_, 's>) -> bool {
    let known = word.is_some();
    if let Some(word) = word {
        visit(word);
    }
    known
}

fn some<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_some_and(|list| !list.is_empty())
}

fn item_stated(item: &Item, of: ItemAttribute) -> bool {
    use ItemAttribute as I;
    let steps = some(&item.steps);
    let infusion = item.infusion.as_ref();
    match of {
        I::Dose | I::Total => !item.dose.is_absent() || steps,
        I::Daily => (!item.dose.is_absent() && !item.frequency.is_absent()) || steps,
        I::Frequency => !item.frequency.is_absent() || steps,
        I::Duration => !item.duration.is_absent() || steps,
        I::Quantity => !item.quantity.is_absent(),
        I::Route => !item.route.is_absent(),
        I::Form => item.form.is_some(),
        I::Strength => !item.strength.is_absent(),
        I::Preparation => some(&item.preparation),
        I::SkinTest => item.skin_test.is_some(),
        I::Rate => infusion.is_some_and(|i| !i.rate.is_absent()),
        I::Over => infusion.is_some_and(|i| !i.over.is_absent()),
        I::Concentration => !item.dose.is_absent() && infusion.is_some_and(|i| i.group.is_some()),
        I::Group => infusion.is_some_and(|i| i.group.is_some()),
        I::Text(which) => unreadable(item, which).is_some(),
        I::Diluent | I::DoubleSigned => false,
    }
}

/// A text of an item from which nothing could be read.
pub(crate) fn unreadable(item: &Item, of: ItemText) -> Option<&str> {
    match of {
        ItemText::Dose => item.dose.unreadable(),
        ItemText::Frequency => item.frequency.unreadable(),
        ItemText::Route => item.route.unreadable(),
        ItemText::Duration => item.duration.unreadable(),
        ItemText::Quantity => item.quantity.unreadable(),
        ItemText::Strength => item.strength.unreadable(),
    }
}

/// Whether a word is one that a rule names, or lies below it.
pub(crate) fn matches(seen: &Seen<'_>, value: &WordValue) -> bool {
    match (seen, value) {
        (Seen::Text(text), WordValue::Text(value)) => {
            *text == value || names::normalize(text) == names::normalize(value)
        }
        (Seen::Word(WordValue::Route(route)), WordValue::Route(node)) => route.within(*node),
        (Seen::Word(WordValue::Form(form)), WordValue::Form(node)) => form.within(*node),
        (Seen::Word(word), value) => word == value,
        _ => false,
    }
}
