//! Quantities: what one side of a comparison is worth, and the comparison. A range is never guessed inside: each sign looks at its own end.
use crate::condition::{Assumed, Operand};
use crate::evaluate::View;
use crate::needs::{Need, Needs};
use shenfang_clinical::derive::{Measured, days_until_presented};
use shenfang_knowledge::{Attribute, ItemAttribute, PatientAttribute, RxAttribute};
use shenfang_units::{Comparison, Dimension, Interval, Quantity, Ratio, Truth};

/// Seconds of a day.
pub(crate) const DAY: Ratio = Ratio::integer(86_400);

/// What an operand is worth, in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Number {
    /// somewhere in here
    Within(Interval),
    /// from low to high, and `more` beyond either that nobody knows
    Ends { low: Ratio, high: Ratio, more: bool },
    /// stated without measure: every comparison is false
    Unmeasured,
    /// cannot be said
    Unknown,
}

impl Number {
    /// Exactly one value.
    pub fn exactly(value: Ratio) -> Number {
        Number::Within(Interval::exactly(value))
    }

    /// What the sign looks at.
    fn seen_by(self, op: Comparison) -> Option<Interval> {
        match self {
            Number::Within(interval) => Some(interval),
            Number::Ends { low, high, more } => {
                let value = match op {
                    Comparison::Less | Comparison::AtLeast => low,
                    Comparison::Equal | Comparison::NotEqual if more => low,
                    _ => high,
                };
                let mut interval = Interval::exactly(value);
                if more {
                    interval.high = None;
                }
                Some(interval)
            }
            Number::Unmeasured | Number::Unknown => None,
        }
    }

    /// Known, but not to one value.
    fn is_vague(self) -> bool {
        match self {
            Number::Within(interval) => interval.low.is_none() || interval.low != interval.high,
            _ => false,
        }
    }

    /// The same with both ends changed.
    pub fn map(self, f: impl Fn(Ratio) -> Option<Ratio>) -> Number {
        let end = |end: Option<(Ratio, bool)>| match end {
            None => Some(None),
            Some((value, open)) => f(value).map(|value| Some((value, open))),
        };
        let mapped = match self {
            Number::Within(i) => end(i.low)
                .zip(end(i.high))
                .map(|(low, high)| Number::Within(Interval { low, high })),
            Number::Ends { low, high, more } => f(low).zip(f(high)).map(|(low, high)| Number::Ends { low, high, more }),
            other => Some(other),
        };
        mapped.unwrap_or(Number::Unknown)
    }
}

/// The value of an interval that has only one.
fn single(interval: Interval) -> Option<Ratio> {
    match (interval.low, interval.high) {
        (Some((low, false)), Some((high, false))) if low == high => Some(low),
        _ => None,
    }
}

/// True or false where every pair of values answers alike.
fn decide(left: Interval, op: Comparison, right: Interval) -> Truth {
    if let Some(right) = single(right) {
        return left.compare(op, right);
    }
    if let Some(left) = single(left) {
        return right.compare(op.flipped(), left);
    }
    match op {
        Comparison::Equal | Comparison::NotEqual => {
            let below = right
                .low
                .is_some_and(|(low, _)| left.compare(Comparison::Less, low) == Truth::True);
            let above = right
                .high
                .is_some_and(|(high, _)| left.compare(Comparison::Greater, high) == Truth::True);
            let apart = below || above;
            match (apart, op) {
                (true, Comparison::Equal) => Truth::False,
                (true, _) => Truth::True,
                _ => Truth::Unknown,
            }
        }
        _ => {
            let at = |end: Option<(Ratio, bool)>| end.map_or(Truth::Unknown, |(v, _)| left.compare(op, v));
            let (low, high) = (at(right.low), at(right.high));
            // `<` gets easier as the right side grows, `>` harder: the harder end proves, the easier one refutes.
            let (harder, easier) = match op {
                Comparison::Less | Comparison::AtMost => (low, high),
                _ => (high, low),
            };
            match (harder, easier) {
                (Truth::True, _) => Truth::True,
                (_, Truth::False) => Truth::False,
                _ => Truth::Unknown,
            }
        }
    }
}

/// The dimension both sides are brought to.
pub(crate) fn common_dimension(left: &Operand, right: &Operand) -> Dimension {
    let own = |operand: &Operand| match operand {
        Operand::Constant(quantity) => Some(quantity.unit.dimension()),
        Operand::Count(_) => Some(Dimension::NONE),
        _ => None,
    };
    let natural = |operand: &Operand| match operand {
        Operand::Attribute(of) => natural(*of),
        _ => Dimension::MASS,
    };
    own(left).or_else(|| own(right)).unwrap_or_else(|| natural(left))
}

/// The dimension an attribute is shown and compared in where nothing else says.
pub(crate) fn natural(of: Attribute) -> Dimension {
    use ItemAttribute as I;
    match of {
        Attribute::Item(_, I::Duration | I::Over) | Attribute::Patient(PatientAttribute::Gestation) => Dimension::TIME,
        Attribute::Item(_, I::Frequency) => Dimension::NONE,
        Attribute::Item(_, I::Quantity) => Dimension::COUNT,
        Attribute::Patient(PatientAttribute::Height) => Dimension::LENGTH,
        Attribute::Rx(RxAttribute::PresentedOn) => Dimension::TIME,
        Attribute::Rx(RxAttribute::Doses) => Dimension::DECOCTION_DOSE,
        _ => Dimension::MASS,
    }
}

impl View<'_, '_> {
    /// A comparison; with `needs`, what an unknown one lacks is added, left side first.
    pub fn compare(&self, left: &Operand, op: Comparison, right: &Operand, mut needs: Option<&mut Needs>) -> Truth {
        use PatientAttribute::Age;
        match (left, right) {
            (Operand::Attribute(Attribute::Patient(Age)), Operand::Constant(limit)) => {
                return self.age(op, limit, needs);
            }
            (Operand::Constant(limit), Operand::Attribute(Attribute::Patient(Age))) => {
                return self.age(op.flipped(), limit, needs);
            }
            _ => {}
        }
        let wanted = common_dimension(left, right);
        let l = self.number(left, wanted, needs.as_deref_mut());
        if needs.is_none() && matches!((l, right), (Number::Unknown, Operand::Constant(_))) {
            return Truth::Unknown;
        }
        let r = self.number(right, wanted, needs.as_deref_mut());
        if l == Number::Unmeasured || r == Number::Unmeasured {
            return Truth::False;
        }
        let truth = match (l.seen_by(op), r.seen_by(op.flipped())) {
            (Some(l), Some(r)) => decide(l, op, r),
            _ => Truth::Unknown,
        };
        if let (Truth::Unknown, Some(needs)) = (truth, needs) {
            for (operand, _) in [(left, l), (right, r)].iter().filter(|(_, number)| number.is_vague()) {
                self.lacks_precision(operand, needs);
            }
        }
        truth
    }

    /// A value that is known only to lie between two ends (`>90`) lacks itself.
    fn lacks_precision(&self, operand: &Operand, needs: &mut Needs) {
        match operand {
            Operand::Attribute(of) if self.assumed(*of).is_none() => self.lack(*of, Some(needs)),
            Operand::Lab(lab) => needs.add(Need::lab(lab, self.sheet)),
            Operand::Attribute(_) | Operand::Constant(_) | Operand::Count(_) | Operand::Total(..) => {}
        }
    }

    fn age(&self, op: Comparison, limit: &Quantity, needs: Option<&mut Needs>) -> Truth {
        let unit = limit.unit.calendar();
        let of = Attribute::Patient(PatientAttribute::Age);
        let known = self.sheet.facts.age.as_ref().zip(unit);
        let mut truth = known.map_or(Truth::Unknown, |(age, unit)| age.compare(op, limit.value, unit));
        if let (None, Some(stand_in)) = (known, self.assumed(of))
            && let (Assumed::Constant(value), Some(limit)) = (&stand_in.value, limit.amount())
        {
            let interval = value.amount().map(|v| Interval::satisfying(stand_in.op, v.value));
            truth = interval.map_or(truth, |interval| interval.compare(op, limit.value));
        }
        if truth == Truth::Unknown {
            self.lack(of, needs);
        }
        truth
    }

    /// What an operand is worth in a dimension.
    pub fn number(&self, operand: &Operand, wanted: Dimension, needs: Option<&mut Needs>) -> Number {
        match operand {
            Operand::Constant(quantity) => match quantity.amount() {
                Some(amount) => Number::exactly(amount.value),
                None => Number::Unknown,
            },
            Operand::Count(items) => self.count(items, needs),
            Operand::Total(items, measure) => self.total(items, *measure, wanted, needs),
            Operand::Lab(lab) => self.lab(lab, wanted, needs),
            Operand::Attribute(of) => self.attribute(*of, wanted, needs),
        }
    }

    /// What an attribute is worth; while unknown, what it is presumed to be.
    pub fn attribute(&self, of: Attribute, wanted: Dimension, needs: Option<&mut Needs>) -> Number {
        let stand_in = self.assumed(of).and_then(|stand_in| stand_in.interval(wanted));
        let number = match of {
            Attribute::Item(variable, of) => self.item_number(variable, of, wanted, needs),
            Attribute::Patient(which) => {
                let measured = self.measured(which).filter(|m| m.dimension == wanted);
                let number = measured.map(|measured| Number::Within(measured.interval));
                number.unwrap_or_else(|| {
                    self.lack(of, needs);
                    Number::Unknown
                })
            }
            Attribute::Rx(which) => self.rx_number(which).unwrap_or_else(|| {
                self.lack(of, needs);
                Number::Unknown
            }),
        };
        match (number, stand_in) {
            (Number::Unknown, Some(presumed)) => Number::Within(presumed),
            _ => number,
        }
    }

    /// A measured fact of the patient.
    pub fn measured(&self, of: PatientAttribute) -> Option<&Measured> {
        let facts = &self.sheet.facts;
        match of {
            PatientAttribute::Weight => facts.weight(),
            PatientAttribute::Height => facts.height(),
            PatientAttribute::Bsa => facts.bsa(),
            PatientAttribute::Egfr => facts.egfr(),
            PatientAttribute::Crcl => facts.crcl(),
            PatientAttribute::Gestation => facts.gestation(),
            _ => None,
        }
    }

    fn rx_number(&self, of: RxAttribute) -> Option<Number> {
        let value = match of {
            RxAttribute::Doses => self.sheet.rx.doses.value()?.amount()?.value,
            RxAttribute::PresentedOn => days_until_presented(self.sheet.rx)?.checked_mul(DAY)?,
            _ => return None,
        };
        Some(Number::exactly(value))
    }
}
