//! Quantities of one line: amounts by the ingredient it was bound by, strength, rate, concentration, per body size where a rule asks so.
use crate::catalogue::Node;
use crate::evaluate::{View, add};
use crate::needs::{Need, Needs};
use crate::number::{DAY, Number};
use shenfang_clinical::dosage::{Content, ItemField, Reckoned};
use shenfang_clinical::{Item, Measure};
use shenfang_knowledge::{Attribute, ItemAttribute, PatientAttribute};
use shenfang_units::{Amount, Base, Dimension, Quantity, Ratio};

impl View<'_, '_> {
    /// What an item's attribute is worth.
    pub fn item_number(
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
            add(needs.as_deref_mut(), Need::CURRENT);
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
        node.map(Node::content).unwrap_or_default()
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

    /// An amount divided by what it is per.
    pub fn per_body(&self, amount: Number, per: Per, needs: Option<&mut Needs>) -> Number {
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
            ItemAttribute::Rate | ItemAttribute::Over | ItemAttribute::Concentration => {
                return self.infused_number(line, of, node, wanted, needs);
            }
            _ => Err(Vec::new()),
        };
        match answer {
            Ok(value) => Number::exactly(value),
            Err(fields) => self.unknown(line, &fields, needs),
        }
    }

    /// Rate, time or concentration of an infusion; what a member of the group lacks is lacking of that member.
    fn infused_number(
        &self,
        line: u32,
        of: ItemAttribute,
        node: Option<u32>,
        wanted: Dimension,
        needs: Option<&mut Needs>,
    ) -> Number {
        let Some(dosage) = self.sheet.dosage(line) else {
            return Number::Unknown;
        };
        let (lines, group): (Vec<u32>, Vec<&Item>) = self.infused_with(line).into_iter().unzip();
        let answer =
            match of {
                ItemAttribute::Rate => dosage.rate_in(&self.content(node), &group, wanted),
                ItemAttribute::Over => dosage.over(&group),
                _ => dosage.concentration(&self.content(node), &group).and_then(|amount| {
                    match amount.dimension == wanted {
                        true => Ok(amount),
                        false => Err(vec![ItemField::Dose.into()]),
                    }
                }),
            };
        let lacking = match answer {
            Ok(amount) => return Number::exactly(amount.value),
            Err(lacking) => lacking,
        };
        if let Some(needs) = needs {
            for lacks in lacking {
                let member = lacks.member.and_then(|member| lines.get(member));
                self.lack_field(*member.unwrap_or(&line), lacks.field, needs);
            }
        }
        Number::Unknown
    }

    /// The lines of a line's infusion group, itself among them; none where it has no group.
    fn infused_with(&self, line: u32) -> Vec<(u32, &Item)> {
        let group_of = |item: &Item| item.infusion.as_ref().and_then(|i| i.group.clone());
        let Some(group) = self.sheet.item(line).and_then(group_of) else {
            return Vec::new();
        };
        let current = self.sheet.line(line).is_some_and(|line| line.current);
        let lines = (0u32..).zip(self.sheet.lines);
        let lines = lines.filter(|(_, line)| line.current == current);
        let items = lines.filter_map(|(number, _)| Some((number, self.sheet.item(number)?)));
        items
            .filter(|(_, other)| group_of(other).is_some_and(|of| of == group))
            .collect()
    }
}

/// What a constant is per, besides what the attribute itself measures.
#[derive(Clone, Copy)]
pub(crate) enum Per {
    Nothing,
    Day,
    Weight,
    Area,
}

/// What is left of a dimension, and what it is per.
pub(crate) fn without_per(wanted: Dimension, measure: Measure) -> (Dimension, Per) {
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
    let per = strength.per.as_deref().and_then(Quantity::amount);
    let divided = per.and_then(|per| amount.checked_div(per)).and_then(same);
    divided.or_else(|| same(amount))
}
