//! What attributes are: numbers, words, flags, lists and texts of the record, or the fields that are lacking.
use super::Case;
use super::kleene::{Needs, Verdict, once_each};
use shenfang_clinical::derive::{AgeFact, Measured, days_until_presented};
use shenfang_clinical::dosage::{Content, ItemField, Lacking, Reckoned};
use shenfang_clinical::{Measure, SheetForm, Stated};
use shenfang_knowledge::{Attribute, ItemAttribute as I, ItemText, PatientAttribute as P, RxAttribute as R, WordValue};
use shenfang_units::{Amount, Base, Comparison, Dimension, Interval, Quantity, Ratio, Truth};

/// An item bound to a variable; no line: a medication nobody asked about.
#[derive(Clone, Debug)]
pub struct Bound {
    pub line: Option<usize>,
    pub meaning: usize,
    pub content: Content,
    pub belongs: Verdict,
}

/// A number as far as it is known.
pub enum Value {
    /// from `low` to `high` as written; `more`: what may still come on top
    Ends {
        low: Ratio,
        high: Ratio,
        more: Needs,
    },
    Within(Interval, Needs),
    Age(AgeFact),
    Unmeasured,
    Unknown(Needs),
}

impl Value {
    pub fn exactly(v: Ratio) -> Value {
        Value::Ends {
            low: v,
            high: v,
            more: vec![],
        }
    }
    pub fn needs(&self) -> Needs {
        match self {
            Value::Ends { more, .. } => more.clone(),
            Value::Within(_, needs) | Value::Unknown(needs) => needs.clone(),
            Value::Age(_) => vec!["patient.age".into()],
            Value::Unmeasured => vec![],
        }
    }
    /// The end that answers a sign: the upper one meets `<=` and `>`, the lower one `>=` and `<`.
    pub fn end(&self, op: Comparison) -> Option<Ratio> {
        match (self, op) {
            (Value::Ends { low, .. }, Comparison::Less | Comparison::AtLeast) => Some(*low),
            (Value::Ends { high, .. }, _) => Some(*high),
            _ => None,
        }
    }
    pub fn compare(&self, op: Comparison, right: Ratio) -> Verdict {
        let truth = match self {
            Value::Ends { low, more, .. } if !more.is_empty() => {
                let equal = matches!(op, Comparison::Equal | Comparison::NotEqual);
                let end = self.end(op).filter(|_| !equal).unwrap_or(*low);
                Interval {
                    low: Some((end, false)),
                    high: None,
                }
                .compare(op, right)
            }
            Value::Ends { .. } => self
                .end(op)
                .map_or(Truth::Unknown, |end| Truth::known(op.holds(end, right))),
            Value::Within(interval, _) => interval.compare(op, right),
            Value::Unmeasured => Truth::False,
            Value::Age(_) | Value::Unknown(_) => Truth::Unknown,
        };
        Verdict::new(truth, &self.needs())
    }
}

/// Words that are there, and the fields that might add others.
pub struct Words(pub Vec<WordValue>, pub Needs);

const NOBODY_ASKED: &str = "current_medications";

/// An amount of an infusion, of the items of its group.
type Infused<'a> = dyn Fn(&[&shenfang_clinical::Item]) -> Result<Amount, Vec<Lacking>> + 'a;

impl Case<'_> {
    pub fn field(&self, bound: &Bound, field: ItemField) -> String {
        bound.line.map_or(NOBODY_ASKED.into(), |l| {
            field.path(&self.lines[l].item.id, self.lines[l].medication.is_some())
        })
    }

    fn fields(&self, bound: &Bound, fields: &[ItemField]) -> Needs {
        once_each(fields.iter().map(|f| self.field(bound, *f)))
    }

    /// The field by which a patient's or sheet's attribute is given.
    pub fn path(&self, attribute: Attribute) -> String {
        let path = match attribute {
            Attribute::Item(..) => "",
            Attribute::Patient(p) => match p {
                P::Age | P::AgeUnit => "patient.age",
                P::Weight => "patient.weight",
                P::Height => "patient.height",
                P::Bsa => "patient.bsa",
                P::Sex => "patient.sex",
                P::Pregnant => "patient.pregnant",
                P::Gestation => "patient.gestation",
                P::Lactating => "patient.lactating",
                P::Egfr => "patient.egfr",
                P::Crcl => "patient.crcl",
                P::ChildPugh => "patient.child_pugh",
                P::Dialysis => "patient.dialysis",
                P::Allergies => "patient.allergies",
                P::Conditions => "patient.conditions",
            },
            Attribute::Rx(r) => match r {
                R::Kind => "kind",
                R::Setting => "setting",
                R::Doses => "doses",
                R::Form => "usage.form",
                R::Diagnoses => "diagnoses",
                R::Disease => "tcm_diagnosis.disease",
                R::Pattern => "tcm_diagnosis.pattern",
                R::ExtensionReason => "extension_reason",
                R::Department => "department",
                R::PresentedOn => "presented_on",
                R::AuthoredOn => "authored_on",
                R::Amendments => "amendments",
                R::CurrentMedications => NOBODY_ASKED,
                R::PrescriberTitle => "prescriber.title",
                R::PrescriberPrivileges => "prescriber.privileges",
                R::PrescriberSigned => "prescriber.signed",
                R::InstitutionId => "institution.id",
                R::InstitutionLevel => "institution.level",
            },
        };
        path.into()
    }

    pub fn reckoned(&self, bound: &Bound, measure: Measure, dimension: Dimension) -> Value {
        let Some(line) = bound.line else {
            return Value::Unknown(vec![NOBODY_ASKED.into()]);
        };
        match self.dosage(line).amount(measure, &bound.content, dimension) {
            Reckoned::Known { low, high } => Value::Ends {
                low: low.value,
                high: high.value,
                more: vec![],
            },
            Reckoned::Unmeasured => Value::Unmeasured,
            Reckoned::Unknown { needs, .. } => Value::Unknown(self.fields(bound, &needs)),
        }
    }

    fn measured(&self, fact: Option<&Measured>, attribute: Attribute) -> Value {
        let needs = vec![self.path(attribute)];
        fact.map_or(Value::Unknown(needs.clone()), |m| Value::Within(m.interval, needs))
    }

    /// The number an attribute is, in base units of `dimension`.
    pub fn number(&self, attribute: Attribute, dimension: Dimension, bound: &[Bound]) -> Value {
        let known = |amount: Option<Amount>, needs: Needs| match amount.filter(|a| a.dimension == dimension) {
            Some(a) => Value::exactly(a.value),
            None => Value::Unknown(needs),
        };
        match attribute {
            Attribute::Item(v, item) => self.item_number(&bound[v], item, dimension),
            Attribute::Patient(P::Age) => self
                .facts
                .age
                .clone()
                .map_or(Value::Unknown(vec![self.path(attribute)]), Value::Age),
            Attribute::Patient(P::Weight) => self.measured(self.facts.weight(), attribute),
            Attribute::Patient(P::Height) => self.measured(self.facts.height(), attribute),
            Attribute::Patient(P::Bsa) => self.measured(self.facts.bsa(), attribute),
            Attribute::Patient(P::Egfr) => self.measured(self.facts.egfr(), attribute),
            Attribute::Patient(P::Crcl) => self.measured(self.facts.crcl(), attribute),
            Attribute::Patient(P::Gestation) => self.measured(self.facts.gestation(), attribute),
            Attribute::Rx(R::Doses) => known(
                self.rx.doses.value().and_then(Quantity::amount),
                vec![self.path(attribute)],
            ),
            Attribute::Rx(R::PresentedOn) => {
                let lacking = [
                    ("presented_on", &self.rx.presented_on),
                    ("authored_on", &self.rx.authored_on),
                ];
                let needs: Needs = lacking
                    .iter()
                    .filter(|(_, m)| m.is_none())
                    .map(|(p, _)| (*p).into())
                    .collect();
                let seconds = days_until_presented(self.rx).and_then(|d| d.checked_mul(Ratio::integer(86_400)));
                seconds.map_or(Value::Unknown(needs), Value::exactly)
            }
            _ => Value::Unknown(vec![self.path(attribute)]),
        }
    }

    fn item_number(&self, bound: &Bound, attribute: I, dimension: Dimension) -> Value {
        let Some(line) = bound.line else {
            return Value::Unknown(vec![NOBODY_ASKED.into()]);
        };
        let (item, dosage) = (self.lines[line].item, self.dosage(line));
        let told = |amount: Result<Amount, Vec<ItemField>>, otherwise: ItemField| match amount {
            Ok(a) if a.dimension == dimension => Value::exactly(a.value),
            Ok(_) => Value::Unknown(self.fields(bound, &[otherwise])),
            Err(needs) => Value::Unknown(self.fields(bound, &needs)),
        };
        let mixed = || -> Vec<_> {
            let group = |i: &shenfang_clinical::Item| i.infusion.as_ref().and_then(|f| f.group.clone());
            let side = |l: &super::Line<'_>| l.medication.is_some() == self.lines[line].medication.is_some();
            let lines = self.lines.iter().enumerate().filter(|(_, l)| side(l));
            lines
                .filter(|(_, l)| group(l.item).is_some() && group(l.item) == group(item))
                .map(|(at, l)| (at, l.item))
                .collect()
        };
        let infused = |amount: &Infused, otherwise| {
            let (at, group): (Vec<usize>, Vec<_>) = mixed().into_iter().unzip();
            match amount(&group) {
                Ok(a) if a.dimension == dimension => Value::exactly(a.value),
                Ok(_) => Value::Unknown(self.fields(bound, &[otherwise])),
                Err(lacking) => Value::Unknown(once_each(lacking.into_iter().map(|lacks| {
                    let line = lacks.member.map_or(bound.line, |member| Some(at[member]));
                    self.field(&Bound { line, ..bound.clone() }, lacks.field)
                }))),
            }
        };
        match attribute {
            I::Dose => self.reckoned(bound, Measure::Single, dimension),
            I::Daily => self.reckoned(bound, Measure::Daily, dimension),
            I::Total => self.reckoned(bound, Measure::Course, dimension),
            I::Frequency => match dosage.frequency() {
                Ok(times) => Value::exactly(times),
                Err(needs) => Value::Unknown(self.fields(bound, &needs)),
            },
            I::Duration => told(dosage.duration(&bound.content), ItemField::Duration),
            I::Quantity => {
                let amount = item.quantity.value().and_then(Quantity::amount);
                let pack = item
                    .pack
                    .value()
                    .or(item.strength.value().and_then(|s| s.pack.as_ref()))
                    .and_then(|pack| pack.amount());
                let unpacked = amount
                    .filter(|a| a.dimension == Dimension::PACK && dimension == Dimension::COUNT)
                    .zip(pack);
                let amount = unpacked.map_or(amount, |(a, p)| {
                    Some(Amount {
                        value: a.value.checked_mul(p.value)?,
                        dimension: p.dimension,
                    })
                });
                told(amount.ok_or(vec![ItemField::Quantity]), ItemField::Quantity)
            }
            I::Strength => told(
                self.strength(bound).ok_or(vec![ItemField::Strength]),
                ItemField::Strength,
            ),
            I::Rate => {
                let drops = Dimension::DROP.checked_div(Dimension::TIME);
                let drop = Ratio::new(1, 20_000_000).unwrap();
                let rate = item
                    .infusion
                    .as_ref()
                    .and_then(|i| i.rate.value())
                    .and_then(Quantity::amount);
                let as_volume = |a: Amount| {
                    Some(Amount {
                        value: a.value.checked_mul(drop)?,
                        dimension: Dimension::VOLUME.checked_div(Dimension::TIME)?,
                    })
                };
                let rate = rate.and_then(|a| {
                    if Some(a.dimension) == drops {
                        as_volume(a)
                    } else {
                        Some(a)
                    }
                });
                match rate.filter(|a| a.dimension == dimension) {
                    Some(stated) => told(Ok(stated), ItemField::Rate),
                    None => infused(
                        &|group| dosage.rate_in(&bound.content, group, dimension),
                        ItemField::Rate,
                    ),
                }
            }
            I::Over => infused(&|group| dosage.over(group), ItemField::Over),
            I::Concentration => infused(&|group| dosage.concentration(&bound.content, group), ItemField::Dose),
            _ => Value::Unknown(vec![]),
        }
    }

    fn strength(&self, bound: &Bound) -> Option<Amount> {
        let item = self.lines[bound.line?].item;
        let named = item.strength.value().filter(|s| s.amounts.len() == bound.content.count);
        let Some(strength) = named else {
            return bound.content.per_unit;
        };
        let amount = strength.amounts.get(bound.content.position)?.amount()?;
        match strength.per.as_deref().and_then(Quantity::amount) {
            Some(per) if per.dimension == Dimension::COUNT => Some(Amount {
                value: amount.value.checked_div(per.value)?,
                ..amount
            }),
            _ => Some(amount),
        }
    }

    /// The words an attribute is.
    pub fn words(&self, attribute: Attribute, bound: &[Bound]) -> Words {
        let one = |word: Option<WordValue>, path: String| match word {
            Some(word) => Words(vec![word], vec![]),
            None => Words(vec![], vec![path]),
        };
        let text = |t: &Option<Box<str>>| t.as_deref().map(|t| WordValue::Text(t.into()));
        let (rx, facts) = (self.rx, &self.facts);
        let word = match attribute {
            Attribute::Item(v, item) => return self.item_words(&bound[v], item),
            Attribute::Patient(P::AgeUnit) => facts.age.as_ref().map(|a| WordValue::AgeUnit(a.unit())),
            Attribute::Patient(P::Sex) => facts.sex.map(WordValue::Sex),
            Attribute::Patient(P::ChildPugh) => facts.child_pugh.map(WordValue::ChildPugh),
            Attribute::Patient(_) => None,
            Attribute::Rx(R::Kind) => rx.kind.map(WordValue::Kind),
            Attribute::Rx(R::Setting) => rx.setting.map(WordValue::Setting),
            Attribute::Rx(R::Form) => Some(WordValue::SheetForm(rx.usage.form.unwrap_or(SheetForm::Decoction))),
            Attribute::Rx(R::Disease) => text(&rx.tcm_diagnosis.disease),
            Attribute::Rx(R::Pattern) => text(&rx.tcm_diagnosis.pattern),
            Attribute::Rx(R::ExtensionReason) => text(&rx.extension_reason),
            Attribute::Rx(R::Department) => text(&rx.department),
            Attribute::Rx(R::InstitutionId) => text(&rx.institution.id),
            Attribute::Rx(R::PrescriberTitle) => rx.prescriber.title.map(WordValue::Title),
            Attribute::Rx(R::InstitutionLevel) => rx.institution.level.map(WordValue::Level),
            Attribute::Rx(R::PrescriberPrivileges) => match &rx.prescriber.privileges {
                Some(all) => return Words(all.iter().map(|p| WordValue::Privilege(*p)).collect(), vec![]),
                None => None,
            },
            Attribute::Rx(R::Amendments) => match &rx.amendments {
                Some(all) => {
                    let unsigned = all
                        .iter()
                        .filter(|a| a.signed != Some(true))
                        .map(|_| WordValue::Unsigned);
                    let undated = all.iter().filter(|a| a.dated != Some(true)).map(|_| WordValue::Undated);
                    return Words(unsigned.chain(undated).collect(), vec![]);
                }
                None => None,
            },
            Attribute::Rx(_) => None,
        };
        one(word, self.path(attribute))
    }

    pub fn item_words(&self, bound: &Bound, attribute: I) -> Words {
        let Some(line) = bound.line else {
            return Words(vec![], vec![NOBODY_ASKED.into()]);
        };
        let (item, dosage) = (self.lines[line].item, self.dosage(line));
        let one = |word: Option<WordValue>, field: ItemField| match word {
            Some(word) => Words(vec![word], vec![]),
            None => Words(vec![], vec![self.field(bound, field)]),
        };
        match attribute {
            I::Route => one(dosage.route().map(WordValue::Route), ItemField::Route),
            I::Form => {
                let meaning = self.lines[line].meanings.get(bound.meaning);
                let own = meaning.and_then(|m| self.k.concept(m.nodes[0].concept)?.form);
                one(self.lines[line].form.or(own).map(WordValue::Form), ItemField::Form)
            }
            I::Group => one(
                item.infusion
                    .as_ref()
                    .and_then(|i| i.group.as_deref())
                    .map(|g| WordValue::Text(g.into())),
                ItemField::Group,
            ),
            I::Text(field) => Words(
                self.unreadable(line, field)
                    .map(|t| WordValue::Text(t.into()))
                    .into_iter()
                    .collect(),
                vec![],
            ),
            I::SkinTest => one(self.tested(line).map(WordValue::SkinTest), ItemField::SkinTest),
            I::Preparation => {
                let none = dosage.piece && self.rx.usage.form.unwrap_or(SheetForm::Decoction) == SheetForm::Decoction;
                let read = |f: &Stated<_>| f.value().map(|f| WordValue::Footnote(*f));
                match &item.preparation {
                    None if none => Words(vec![], vec![]),
                    None => one(None, ItemField::Preparation),
                    Some(all) => {
                        let unread = all.iter().any(|f| f.value().is_none());
                        Words(
                            all.iter().filter_map(read).collect(),
                            if unread {
                                vec![self.field(bound, ItemField::Preparation)]
                            } else {
                                vec![]
                            },
                        )
                    }
                }
            }
            _ => Words(vec![], vec![]),
        }
    }

    /// The skin test's result, unless it is older than 72 h.
    fn tested(&self, line: usize) -> Option<shenfang_clinical::SkinTestResult> {
        let test = self.lines[line].item.skin_test.as_ref()?;
        let Some(at) = &test.at else { return Some(test.result) };
        let days = i64::from((self.today? - at.date).get_days());
        let minutes = self.rx.authored_on.as_ref().and_then(|m| m.minute).zip(at.minute);
        let fresh = minutes.map_or(days <= 3, |(now, then)| {
            days * 1440 + i64::from(now) - i64::from(then) <= 72 * 60
        });
        fresh.then_some(test.result)
    }

    pub fn unreadable(&self, line: usize, field: ItemText) -> Option<&str> {
        let item = self.lines[line].item;
        match field {
            ItemText::Dose => item.dose.unreadable(),
            ItemText::Frequency => item.frequency.unreadable(),
            ItemText::Route => item.route.unreadable(),
            ItemText::Duration => item.duration.unreadable(),
            ItemText::Quantity => item.quantity.unreadable(),
            ItemText::Strength => item.strength.unreadable(),
        }
    }

    /// A boolean attribute.
    pub fn flag(&self, attribute: Attribute, bound: &[Bound]) -> Result<bool, String> {
        let known = match attribute {
            Attribute::Patient(P::Pregnant) => self.facts.pregnant,
            Attribute::Patient(P::Lactating) => self.facts.lactating,
            Attribute::Patient(P::Dialysis) => self.facts.dialysis,
            Attribute::Rx(R::PrescriberSigned) => self.rx.prescriber.signed,
            Attribute::Item(v, item) => {
                let line = bound[v].line.ok_or(NOBODY_ASKED)?;
                let signed = || {
                    self.rx
                        .double_signed
                        .iter()
                        .flatten()
                        .any(|id| *id == self.lines[line].item.id)
                };
                Some(if item == I::Diluent {
                    self.lines[line].diluent
                } else {
                    signed()
                })
            }
            _ => None,
        };
        known.ok_or_else(|| self.path(attribute))
    }

    /// A constant per body size with the size of this patient in it: the amount and its dimension.
    pub fn per_body(&self, amount: Amount) -> Result<Amount, String> {
        let size = |fact: Option<&Measured>| fact.and_then(|m| m.interval.low).map(|(v, _)| v);
        let (base, size, path) = match (
            amount.dimension.exponent(Base::BodyMass),
            amount.dimension.exponent(Base::BodyArea),
        ) {
            (-1, _) => (
                Dimension::BODY_MASS,
                size(self.facts.weight()).and_then(|w| w.checked_div(Ratio::integer(1000))),
                "patient.weight",
            ),
            (_, -1) => (Dimension::BODY_AREA, size(self.facts.bsa()), "patient.bsa"),
            _ => return Ok(amount),
        };
        let dimension = amount.dimension.checked_mul(base).unwrap();
        size.and_then(|s| {
            Some(Amount {
                value: amount.value.checked_mul(s)?,
                dimension,
            })
        })
        .ok_or(path.into())
    }
}
