//! Conditions, by recursion.
use super::kleene::{Verdict, once_each};
use super::value::{Bound, Value, Words};
use super::{Case, StandIn};
use shenfang_clinical::derive::{OBSERVATION_WINDOW_DAYS, newest_observation, observed, unobserved};
use shenfang_clinical::{ConditionStatus, ObservationValue};
use shenfang_knowledge::{
    Attribute, Condition, Constant, ItemSet, Lab, LabKey, Operand, Origin, PatientAttribute, Presumable, PresumedValue,
    WordValue,
};
use shenfang_units::{Amount, Analyte, Base, Comparison, Dimension, Interval, Ratio, Truth, molar_mass};

/// What a laboratory value may be called.
fn lab_keys(lab: &Lab) -> (Vec<&str>, Option<&'static Analyte>) {
    let (mut all, mut of) = (vec![], None);
    for key in &lab.keys {
        let (name, analyte) = match key {
            LabKey::Name(name) => (name.as_str(), molar_mass(name)),
            LabKey::Code(code) => (&*code.value, molar_mass(&code.value)),
        };
        all.push(name);
        if let (LabKey::Name(_), Some(analyte)) = (key, analyte) {
            all.extend([analyte.key, analyte.zh].iter().chain(analyte.loinc));
        }
        of = of.or(analyte);
    }
    (all, of)
}

/// How a laboratory value is named where it is missing.
pub(super) fn lab_path(lab: &Lab) -> String {
    match &lab.keys[0] {
        LabKey::Name(name) => format!("patient.lab.{name}"),
        LabKey::Code(code) => format!("patient.lab.{code}"),
    }
}

impl Case<'_> {
    pub fn holds_for(&self, condition: &Condition, bound: &[Bound]) -> Verdict {
        let phantom = |a: &Attribute| matches!(a, Attribute::Item(v, _) if bound[*v].line.is_none());
        let unasked = || Verdict::unknown(["current_medications"]);
        match condition {
            Condition::Always => Verdict::yes(),
            Condition::And(parts) => Verdict::all(parts.iter().map(|p| self.holds_for(p, bound))),
            Condition::Or(parts) => Verdict::any(parts.iter().map(|p| self.holds_for(p, bound))),
            Condition::Not(part) => self.holds_for(part, bound).negated(),
            Condition::Compare { left, op, right } => match (left, right) {
                (side, Operand::Constant(c)) => self.against(side, *op, c, bound),
                (Operand::Constant(c), side) => self.against(side, op.flipped(), c, bound),
                (left, right) => self.compare(
                    self.operand(left, Dimension::NONE, bound),
                    *op,
                    self.operand(right, Dimension::NONE, bound),
                ),
            },
            Condition::Rank { subject, op, value } => self.ranked(self.words(*subject, bound), *op, value, *subject),
            Condition::Is { subject, values } => self.among(self.words(*subject, bound), values, *subject),
            Condition::Known(a) => {
                if phantom(a) {
                    unasked()
                } else {
                    Verdict::of(self.known(*a, bound))
                }
            }
            Condition::Stated(a) => {
                if phantom(a) {
                    unasked()
                } else {
                    Verdict::of(self.stated(*a, bound))
                }
            }
            Condition::Any(set) => {
                let members = self.members(set, false).into_iter().map(|(.., belongs)| belongs);
                Verdict::any(members.chain(self.unasked(set).then(unasked)))
            }
            Condition::PatientHas(set) => self.patient_has(set, &[ConditionStatus::Active]),
            Condition::PatientHad(set) => self.patient_has(set, &[ConditionStatus::Active, ConditionStatus::Past]),
            Condition::AllergicTo(v) => self.allergic_to(bound[*v].line),
            Condition::KnownLab(lab) => {
                let (keys, _) = lab_keys(lab);
                let days = lab.within_days.unwrap_or(Ratio::integer(OBSERVATION_WINDOW_DAYS));
                let newest = newest_observation(self.rx, self.today, &keys, days);
                Verdict::of(newest.is_some_and(|o| matches!(o.value, ObservationValue::Quantity(_))))
            }
            Condition::DiagnosesHave(set) => self.diagnosed(set),
            Condition::AllergicToAny(set) => self.allergic_to_any(set),
            Condition::Flag(a) => match (self.flag(*a, bound), self.stand_in(*a)) {
                (Ok(b), _) => Verdict::of(b),
                (
                    Err(_),
                    Some(StandIn {
                        value: PresumedValue::Flag(b),
                        ..
                    }),
                ) => Verdict::of(*b),
                (Err(need), _) => Verdict::unknown([need]),
            },
        }
    }

    fn stand_in(&self, attribute: Attribute) -> Option<&StandIn> {
        self.stood_for(&Presumable::Attribute(attribute))
    }

    fn stood_for(&self, field: &Presumable) -> Option<&StandIn> {
        self.stand_ins.iter().find(|s| match (&s.field, field) {
            (Presumable::Lab(a), Presumable::Lab(b)) => a.keys == b.keys,
            (a, b) => a == b,
        })
    }

    /// Whether an absent list is presumed to be empty.
    pub fn stood_in(&self, list: Attribute) -> bool {
        self.stand_in(list).is_some_and(|s| s.value == PresumedValue::None)
    }

    /// Whether a set might hold medications nobody asked about.
    fn unasked(&self, set: &ItemSet) -> bool {
        set.origin != Origin::Prescribed && self.phantom()
    }

    fn ranked(&self, words: Words, op: Comparison, value: &WordValue, subject: Attribute) -> Verdict {
        let holds = |word: &WordValue| match op {
            Comparison::Less => word < value,
            Comparison::AtMost => word <= value,
            Comparison::Equal => word == value,
            Comparison::NotEqual => word != value,
            Comparison::AtLeast => word >= value,
            Comparison::Greater => word > value,
        };
        match (words.0.first(), self.stand_in(subject)) {
            (Some(word), _) => Verdict::of(holds(word)),
            (
                None,
                Some(StandIn {
                    value: PresumedValue::Word(word),
                    ..
                }),
            ) => Verdict::of(holds(word)),
            _ => Verdict::unknown(words.1),
        }
    }

    fn among(&self, words: Words, values: &[WordValue], subject: Attribute) -> Verdict {
        let is = |word: &WordValue, value: &WordValue| match (word, value) {
            (WordValue::Route(word), WordValue::Route(value)) => word.within(*value),
            (WordValue::Form(word), WordValue::Form(value)) => {
                std::iter::successors(Some(*word), |f| f.parent()).any(|f| f == *value)
            }
            _ => word == value,
        };
        let any = |words: &[WordValue]| words.iter().any(|w| values.iter().any(|v| is(w, v)));
        match self.stand_in(subject) {
            _ if any(&words.0) => Verdict::yes(),
            _ if words.1.is_empty() => Verdict::of(false),
            Some(StandIn {
                value: PresumedValue::Word(word),
                ..
            }) => Verdict::of(any(std::slice::from_ref(word))),
            Some(StandIn {
                value: PresumedValue::None,
                ..
            }) => Verdict::of(false),
            _ => Verdict::unknown(words.1),
        }
    }

    fn compare(&self, left: Value, op: Comparison, right: Value) -> Verdict {
        let both = || Verdict::unknown(left.needs().into_iter().chain(right.needs()));
        match (&left, &right) {
            (Value::Unmeasured, _) | (_, Value::Unmeasured) => Verdict::of(false),
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => both(),
            _ if right.needs().is_empty() => right.end(op.flipped()).map_or_else(both, |end| left.compare(op, end)),
            _ => left.end(op).map_or_else(both, |end| right.compare(op.flipped(), end)),
        }
    }

    fn against(&self, side: &Operand, op: Comparison, constant: &Constant, bound: &[Bound]) -> Verdict {
        let Some(amount) = constant.quantity.amount() else {
            return Verdict::unknown(Vec::<String>::new());
        };
        let limit = self.per_body(amount);
        let per_mass = amount
            .dimension
            .checked_mul(Dimension::BODY_MASS)
            .filter(|_| amount.dimension.exponent(Base::BodyMass) < 0);
        let per_area = amount
            .dimension
            .checked_mul(Dimension::BODY_AREA)
            .filter(|_| amount.dimension.exponent(Base::BodyArea) < 0);
        let value = self.operand(side, per_mass.or(per_area).unwrap_or(amount.dimension), bound);
        match (value, limit) {
            (Value::Age(age), _) => {
                let truth = constant
                    .quantity
                    .unit
                    .calendar()
                    .map_or(Truth::Unknown, |unit| age.compare(op, constant.quantity.value, unit));
                Verdict::new(truth, &["patient.age".into()])
            }
            (Value::Unknown(needs), limit) => self
                .presumed(side, op, amount)
                .unwrap_or(Verdict::unknown(needs.into_iter().chain(limit.err()))),
            (Value::Unmeasured, _) => Verdict::of(false),
            (value, Ok(limit)) => value.compare(op, limit.value),
            (value, Err(path)) => Verdict::unknown(value.needs().into_iter().chain([path])),
        }
    }

    /// The answer that all presumed values of an unknown number give alike, if they do.
    fn presumed(&self, side: &Operand, op: Comparison, right: Amount) -> Option<Verdict> {
        let field = match side {
            Operand::Attribute(attribute) => Presumable::Attribute(*attribute),
            Operand::Lab(lab) => Presumable::Lab(lab.clone()),
            _ => return None,
        };
        let StandIn {
            op: sign,
            value: PresumedValue::Constant(value),
            ..
        } = self.stood_for(&field)?
        else {
            return None;
        };
        let value = value.quantity.amount().filter(|v| v.dimension == right.dimension)?;
        let truth = Interval::satisfying(*sign, value.value).compare(op, right.value);
        (truth != Truth::Unknown).then(|| Verdict::new(truth, &[]))
    }

    fn operand(&self, operand: &Operand, dimension: Dimension, bound: &[Bound]) -> Value {
        match operand {
            Operand::Attribute(
                a @ Attribute::Item(
                    _,
                    shenfang_knowledge::ItemAttribute::Duration | shenfang_knowledge::ItemAttribute::Over,
                ),
            ) => self.number(*a, Dimension::TIME, bound),
            Operand::Attribute(a) => self.number(*a, dimension, bound),
            Operand::Constant(c) => c
                .quantity
                .amount()
                .map_or(Value::Unknown(vec![]), |a| Value::exactly(a.value)),
            Operand::Count(set) => {
                let members = self.members(set, true);
                let known = members.iter().filter(|(.., b)| b.is(Truth::True)).count();
                let whole = |n: usize| Ratio::integer(i64::try_from(n).unwrap());
                let mut needs: Vec<String> = members.iter().flat_map(|(.., b)| b.needs.clone()).collect();
                let high = (!self.unasked(set)).then(|| (whole(members.len()), false));
                needs.extend(high.is_none().then(|| "current_medications".to_owned()));
                Value::Within(
                    Interval {
                        low: Some((whole(known), false)),
                        high,
                    },
                    once_each(needs),
                )
            }
            Operand::Total(set, measure) => {
                let (mut low, mut high, mut more) = (Ratio::ZERO, Ratio::ZERO, vec![]);
                for (line, meaning, node, belongs) in self.members(set, true) {
                    let content = node.map(|n| n.content).unwrap_or_default();
                    let item = Bound {
                        line: Some(line),
                        meaning,
                        content,
                        belongs: Verdict::yes(),
                    };
                    match self.reckoned(&item, *measure, dimension) {
                        Value::Ends { low: l, high: h, .. } if belongs.is(Truth::True) => {
                            (low, high) = (low.checked_add(l).unwrap(), high.checked_add(h).unwrap());
                        }
                        Value::Unmeasured => {}
                        value => more.extend(belongs.needs.into_iter().chain(value.needs())),
                    }
                }
                more.extend(self.unasked(set).then(|| "current_medications".to_owned()));
                Value::Ends {
                    low,
                    high,
                    more: once_each(more),
                }
            }
            Operand::Lab(lab) => {
                let (names, analyte) = lab_keys(lab);
                let needs = vec![lab_path(lab)];
                let days = lab.within_days.unwrap_or(Ratio::integer(OBSERVATION_WINDOW_DAYS));
                let found =
                    newest_observation(self.rx, self.today, &names, days).and_then(|o| observed(o, analyte, dimension));
                found.map_or(Value::Unknown(needs.clone()), |m| Value::Within(m.interval, needs))
            }
        }
    }

    /// Whether a field is unknown, so that a presumption may speak.
    pub fn lacks(&self, field: &Presumable, value: &PresumedValue, bound: &[Bound]) -> bool {
        let field = match field {
            Presumable::Attribute(field) => *field,
            Presumable::Lab(lab) => {
                let days = lab.within_days.unwrap_or(Ratio::integer(OBSERVATION_WINDOW_DAYS));
                return unobserved(self.rx, self.today, &lab_keys(lab).0, days);
            }
        };
        match value {
            _ if matches!(field, Attribute::Item(v, _) if bound[v].line.is_none()) => false,
            PresumedValue::Flag(_) => self.flag(field, bound).is_err(),
            PresumedValue::Word(_) => !self.words(field, bound).1.is_empty(),
            PresumedValue::None if field == Attribute::Patient(PatientAttribute::Conditions) => {
                self.rx.patient.conditions.is_none()
            }
            PresumedValue::None => !self.known(field, bound),
            PresumedValue::Constant(c) => matches!(
                self.number(field, c.quantity.unit.dimension(), bound),
                Value::Unknown(_)
            ),
        }
    }
}
