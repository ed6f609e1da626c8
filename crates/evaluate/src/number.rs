//! Quantities: what one side of a comparison is worth, and the comparison. A range is never guessed inside: each sign looks at its own end.
use crate::condition::{Assumed, ItemSet, Operand};
use crate::evaluate::{View, add};
use crate::needs::Needs;
use shenfang_clinical::derive::{Measured, days_until_presented, newest_observation, observed};
use shenfang_clinical::dosage::{Content, ItemField, Reckoned};
use shenfang_clinical::{Dose, Item, Measure};
use shenfang_knowledge::{Attribute, CodeSystem, ItemAttribute, LabKey, PatientAttribute, RxAttribute};
use shenfang_units::{Amount, Base, Comparison, Dimension, Interval, Quantity, Ratio, Truth, molar_mass};

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

    fn map(self, f: impl Fn(Ratio) -> Option<Ratio>) -> Number {
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
fn common_dimension(left: &Operand, right: &Operand) -> Dimension {
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
        Attribute::Item(_, I::Duration) | Attribute::Patient(PatientAttribute::Gestation) => Dimension::TIME,
        Attribute::Item(_, I::Frequency) => Dimension::NONE,
        Attribute::Item(_, I::Quantity) => Dimension::COUNT,
        Attribute::Patient(PatientAttribute::Height) => Dimension::LENGTH,
        Attribute::Rx(RxAttribute::PresentedOn) => Dimension::TIME,
        Attribute::Rx(RxAttribute::Doses) => Dimension::DECOCTION_DOSE,
        _ => Dimension::MASS,
    }
}

impl View<'_> {
    /// A comparison; with `needs`, what an unknown one lacks is added, left side first.
    pub fn compare(&self, left: &Operand, op: Comparison, right: &Operand, mut needs: Option<&mut Needs>) -> Truth {
        const AGE: Operand = Operand::Attribute(Attribute::Patient(PatientAttribute::Age));
        match (left, right) {
            (l, Operand::Constant(limit)) if *l == AGE => return self.age(op, limit, needs),
            (Operand::Constant(limit), r) if *r == AGE => return self.age(op.flipped(), limit, needs),
            _ => {}
        }
        let wanted = common_dimension(left, right);
        let l = self.number(left, wanted, needs.as_deref_mut());
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
            Operand::Lab { key, .. } => needs.add(lab_path(key)),
            Operand::Attribute(_) | Operand::Constant(_) | Operand::Count(_) | Operand::Total(..) => {}
        }
    }

    fn age(&self, op: Comparison, limit: &Quantity, needs: Option<&mut Needs>) -> Truth {
        let unit = limit.unit.calendar();
        let of = Attribute::Patient(PatientAttribute::Age);
        let known = self.sheet.facts().age.as_ref().zip(unit);
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
            Operand::Lab { key, within_days } => self.lab(key, *within_days, wanted, needs),
            Operand::Attribute(of) => self.attribute(*of, wanted, needs),
        }
    }

    /// What an attribute is worth; while unknown, what it is presumed to be.
    pub fn attribute(&self, of: Attribute, wanted: Dimension, needs: Option<&mut Needs>) -> Number {
        let stand_in = self.assumed(of).and_then(|stand_in| match &stand_in.value {
            Assumed::Constant(value) => {
                let amount = value.amount().filter(|amount| amount.dimension == wanted)?;
                Some(Number::Within(Interval::satisfying(stand_in.op, amount.value)))
            }
            _ => None,
        });
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
            (Number::Unknown, Some(stand_in)) => stand_in,
            _ => number,
        }
    }

    /// A measured fact of the patient.
    pub fn measured(&self, of: PatientAttribute) -> Option<&Measured> {
        let facts = self.sheet.facts();
        match of {
            PatientAttribute::Weight => facts.weight.as_ref(),
            PatientAttribute::Height => facts.height.as_ref(),
            PatientAttribute::Bsa => facts.bsa.as_ref(),
            PatientAttribute::Egfr => facts.egfr.as_ref(),
            PatientAttribute::Crcl => facts.crcl.as_ref(),
            PatientAttribute::Gestation => facts.gestation.as_ref(),
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

    fn item_number(
        &self,
        variable: usize,
        of: ItemAttribute,
        wanted: Dimension,
        mut needs: Option<&mut Needs>,
    ) -> Number {
        let measure = match of {
            ItemAttribute::Dose => Some(Measure::Single),
            ItemAttribute::Daily => Some(Measure::Daily),
            ItemAttribute::Total => Some(Measure::Course),
            _ => None,
        };
        let slot = self.slots.get(variable);
        let Some((line, slot)) = slot.and_then(|slot| Some((slot.line?, slot))) else {
            add(needs.as_deref_mut(), crate::needs::CURRENT);
            let per = measure.map_or(Per::Nothing, |measure| without_per(wanted, measure).1);
            return self.per_body(Number::Unknown, per, needs);
        };
        let Some(measure) = measure else {
            return self.plain_number(line, of, slot.node, wanted, needs);
        };
        let (plain, per) = without_per(wanted, measure);
        let amount = self.reckon(line, measure, slot.node, plain, needs.as_deref_mut());
        self.per_body(amount, per, needs)
    }

    /// How the line holds the ingredient by which it was bound.
    fn content(&self, node: Option<u32>) -> Content {
        let node = node.and_then(|node| self.sheet.node(node));
        node.map(crate::catalogue::Node::content).unwrap_or_default()
    }

    /// The amount of a line, `Unknown` with what it lacks.
    pub fn reckon(
        &self,
        line: u32,
        measure: Measure,
        node: Option<u32>,
        dimension: Dimension,
        needs: Option<&mut Needs>,
    ) -> Number {
        let Some(dosage) = self.sheet.dosage(line) else {
            return Number::Unknown;
        };
        match dosage.amount(measure, &self.content(node), dimension) {
            Reckoned::Known { low, high } => Number::Ends {
                low: low.value,
                high: high.value,
                more: false,
            },
            Reckoned::Unmeasured => Number::Unmeasured,
            Reckoned::Unknown { needs: fields, .. } => self.unknown(line, &fields, needs),
        }
    }

    fn unknown(&self, line: u32, fields: &[ItemField], needs: Option<&mut Needs>) -> Number {
        if let Some(needs) = needs {
            for field in fields {
                self.lack_field(line, *field, needs);
            }
        }
        Number::Unknown
    }

    fn per_body(&self, amount: Number, per: Per, needs: Option<&mut Needs>) -> Number {
        if amount == Number::Unmeasured {
            return amount;
        }
        let (of, unit) = match per {
            Per::Nothing => return amount,
            Per::Day => return amount.map(|value| value.checked_div(DAY)),
            Per::Weight => (PatientAttribute::Weight, Ratio::integer(1000)),
            Per::Area => (PatientAttribute::Bsa, Ratio::ONE),
        };
        match self.body(of) {
            Some(size) => amount.map(|value| value.checked_mul(unit)?.checked_div(size)),
            None => {
                self.lack(Attribute::Patient(of), needs);
                Number::Unknown
            }
        }
    }

    /// Weight in g or surface in m2, where it is one number.
    pub fn body(&self, of: PatientAttribute) -> Option<Ratio> {
        let interval = self.measured(of)?.interval;
        let (low, _) = interval.low?;
        interval.high.filter(|(high, _)| *high == low).map(|_| low)
    }

    fn plain_number(
        &self,
        line: u32,
        of: ItemAttribute,
        node: Option<u32>,
        wanted: Dimension,
        needs: Option<&mut Needs>,
    ) -> Number {
        let Some((dosage, item)) = self.sheet.dosage(line).zip(self.sheet.item(line)) else {
            return Number::Unknown;
        };
        let answer: Result<Ratio, Vec<ItemField>> = match of {
            ItemAttribute::Frequency => dosage.frequency().map(|times| match wanted.exponent(Base::Time) {
                0 => times,
                _ => times.checked_div(DAY).unwrap_or(times),
            }),
            ItemAttribute::Duration => dosage.duration(&self.content(node)).map(|amount| amount.value),
            ItemAttribute::Quantity => quantity(item, wanted).ok_or(vec![ItemField::Quantity]),
            ItemAttribute::Strength => strength(item, &self.content(node), wanted).ok_or(vec![ItemField::Strength]),
            ItemAttribute::Rate => match dosage.rate() {
                Ok(rate) if rate.dimension != wanted => Err(vec![ItemField::Rate]),
                rate => rate.map(|amount| amount.value),
            },
            ItemAttribute::Concentration => self.concentration(line, node, wanted),
            _ => Err(Vec::new()),
        };
        match answer {
            Ok(value) => Number::exactly(value),
            Err(fields) => self.unknown(line, &fields, needs),
        }
    }

    fn concentration(&self, line: u32, node: Option<u32>, wanted: Dimension) -> Result<Ratio, Vec<ItemField>> {
        let (Some(dosage), Some(item)) = (self.sheet.dosage(line), self.sheet.item(line)) else {
            return Err(Vec::new());
        };
        let group_of = |item: &Item| item.infusion.as_ref().and_then(|i| i.group.clone());
        let group = group_of(item);
        let current = self.sheet.line(line).is_some_and(|line| line.current);
        let lines = (0u32..)
            .zip(self.sheet.lines)
            .filter(|(_, line)| line.current == current);
        let items = lines.filter_map(|(number, _)| self.sheet.item(number));
        let members: Vec<&Item> = items
            .filter(|other| group.is_some() && group_of(other) == group)
            .collect();
        let amount = dosage.concentration(&self.content(node), &members)?;
        if amount.dimension == wanted {
            Ok(amount.value)
        } else {
            Err(vec![ItemField::Dose])
        }
    }

    fn lab(&self, key: &LabKey, within: Option<Ratio>, wanted: Dimension, needs: Option<&mut Needs>) -> Number {
        let window = Ratio::integer(shenfang_clinical::derive::OBSERVATION_WINDOW_DAYS);
        let window = within.unwrap_or(window);
        let (name, analyte) = match key {
            LabKey::Name(name) => (name.as_str(), molar_mass(name)),
            LabKey::Code(code) => (&*code.value, analyte_of(code)),
        };
        let mut keys = vec![name];
        if let (LabKey::Name(_), Some(analyte)) = (key, analyte) {
            keys.extend([analyte.key, analyte.zh]);
            keys.extend(analyte.loinc);
        }
        let newest = newest_observation(self.sheet.rx, self.sheet.today, &keys, window);
        let measured = newest.and_then(|o| observed(o, analyte, wanted));
        match measured {
            Some(measured) => Number::Within(measured.interval),
            None => {
                add(needs, &lab_path(key));
                Number::Unknown
            }
        }
    }

    fn total(&self, items: &ItemSet, measure: Measure, wanted: Dimension, mut needs: Option<&mut Needs>) -> Number {
        let (plain, per) = without_per(wanted, measure);
        let (mut low, mut high, mut more) = (Some(Ratio::ZERO), Some(Ratio::ZERO), false);
        let unmeasured = |line| {
            let dose = self.sheet.item(line).and_then(|item| item.dose.value());
            dose == Some(&Dose::Unmeasured)
        };
        let skip = |line| self.refill(line) || unmeasured(line);
        let members = self.each_member(items, &skip, needs.as_deref_mut(), &mut |member, needs| {
            let amount = self.reckon(member.line, measure, member.node, plain, needs);
            match amount {
                Number::Ends { low: l, high: h, .. } if member.truth == Truth::True => {
                    low = low.and_then(|sum| sum.checked_add(l));
                    high = high.and_then(|sum| sum.checked_add(h));
                }
                Number::Unmeasured => {}
                _ => more = true,
            }
        });
        match low.zip(high) {
            Some((low, high)) => {
                let more = more || members.unknown;
                self.per_body(Number::Ends { low, high, more }, per, needs)
            }
            None => Number::Unknown,
        }
    }

    /// Whether a prescribed line goes on with it: it is not counted twice.
    pub fn refill(&self, line: u32) -> bool {
        self.sheet.line(line).is_some_and(|line| line.refill)
    }

    fn count(&self, items: &ItemSet, needs: Option<&mut Needs>) -> Number {
        let (mut certain, mut possible) = (0i64, 0i64);
        let refill = |line| self.refill(line);
        let members = self.each_member(items, &refill, needs, &mut |member, _| {
            possible = possible.saturating_add(1);
            if member.truth == Truth::True {
                certain = certain.saturating_add(1);
            }
        });
        let high = (!members.phantom).then_some((Ratio::integer(possible), false));
        Number::Within(Interval {
            low: Some((Ratio::integer(certain), false)),
            high,
        })
    }
}

/// The table row of a laboratory code.
fn analyte_of(code: &shenfang_knowledge::Code) -> Option<&'static shenfang_units::Analyte> {
    (code.system == CodeSystem::Loinc)
        .then(|| molar_mass(&code.value))
        .flatten()
}

/// The path of a laboratory value.
fn lab_path(key: &LabKey) -> String {
    match key {
        LabKey::Name(name) => format!("patient.lab.{name}"),
        LabKey::Code(code) => format!("patient.lab.{code}"),
    }
}

/// What a constant is per, besides what the attribute itself measures.
#[derive(Clone, Copy)]
enum Per {
    Nothing,
    Day,
    Weight,
    Area,
}

fn without_per(wanted: Dimension, measure: Measure) -> (Dimension, Per) {
    let found = [
        (Base::BodyMass, Per::Weight),
        (Base::BodyArea, Per::Area),
        (Base::Time, Per::Day),
    ]
    .into_iter()
    .find(|(base, per)| wanted.exponent(*base) == -1 && (!matches!(per, Per::Day) || measure == Measure::Daily));
    match found {
        Some((base, per)) => (wanted.checked_mul(Dimension::of(base)).unwrap_or(wanted), per),
        None => (wanted, Per::Nothing),
    }
}

/// What is dispensed, packs opened where units of use are asked for.
fn quantity(item: &Item, wanted: Dimension) -> Option<Ratio> {
    let amount = item.quantity.value()?.amount()?;
    if amount.dimension == wanted {
        return Some(amount.value);
    }
    let in_strength = || item.strength.value().and_then(|strength| strength.pack.as_ref());
    let pack = item.pack.value().or_else(in_strength)?.amount()?;
    let opened = amount.dimension == Dimension::PACK && pack.dimension == wanted;
    opened.then(|| amount.value.checked_mul(pack.value)).flatten()
}

/// The ingredient in one unit of use, or in what the label's amount is per.
fn strength(item: &Item, content: &Content, wanted: Dimension) -> Option<Ratio> {
    let same = |amount: Amount| (amount.dimension == wanted).then_some(amount.value);
    // As many amounts as ingredients, or it cannot be told whose they are.
    let stated = item.strength.value();
    let Some(strength) = stated.filter(|s| s.amounts.len() == content.count.max(1)) else {
        return content.per_unit.and_then(same);
    };
    let own = strength.amounts.get(content.position)?;
    let amount = own.amount()?;
    let per = strength.per.as_ref().and_then(Quantity::amount);
    let divided = per.and_then(|per| amount.checked_div(per)).and_then(same);
    divided.or_else(|| same(amount))
}
