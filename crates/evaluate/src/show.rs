//! Values as a person writes them: what a leaf saw, and attributes inside messages.
use crate::attribute::Seen;
use crate::compile::everyday_unit;
use crate::condition::{Leaf, Operand, Test};
use crate::evaluate::View;
use crate::number::Number;
use crate::sheet::{Entry, Sheet};
use crate::words;
use shenfang_clinical::dosage::DROPS_A_MILLILITRE;
use shenfang_clinical::{Coded, Item, Str};
use shenfang_knowledge::{Attribute, ItemAttribute, PatientAttribute, RxAttribute, WordValue};
use shenfang_units::{Amount, Comparison, Dimension, Quantity, Ratio, Truth, Unit};
use std::borrow::Cow;

/// For whom a value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    Chinese,
    English,
}

impl Reader {
    /// The word in the reader's language.
    pub fn pick<'w>(self, zh: &'w str, en: &'w str) -> &'w str {
        match self {
            Reader::Chinese => zh,
            Reader::English => en,
        }
    }

    fn word(self, seen: Seen<'_>) -> Str<'static> {
        match seen {
            Seen::Text(text) => Cow::Owned(text.to_owned()),
            Seen::Word(WordValue::Text(text)) => Cow::Owned(text),
            Seen::Word(word) => Cow::Borrowed(match self {
                Reader::Chinese => words::chinese(&word),
                Reader::English => words::keyword(&word),
            }),
        }
    }
}

/// The name, else the code, as written.
pub(crate) fn coded(what: &Coded) -> &str {
    what.name.as_deref().or(what.code.as_deref()).unwrap_or("")
}

impl Sheet<'_, '_> {
    /// The drug of a line as written.
    pub fn drug_text(&self, line: u32) -> &str {
        self.written(line).map_or("", |item| coded(&item.drug))
    }
}

impl View<'_, '_> {
    /// What a leaf saw, and how a derived value came about.
    pub fn seen(&self, leaf: &Leaf) -> (Str<'static>, Option<String>) {
        let plain = |value: Str<'static>| (value, None);
        let shown = |entry: &Entry| Cow::Owned(self.entry_text(entry).to_owned());
        let found = |entry: Option<&Entry>| plain(entry.map_or(Cow::Borrowed("false"), shown));
        match &leaf.test {
            Test::Compare { left, op, right } => match (left, right) {
                (Operand::Constant(_), value) => self.operand(value, left, op.flipped()),
                (value, other) => self.operand(value, other, *op),
            },
            Test::Rank { subject, .. } | Test::Is { subject, .. } => plain(self.word_list(*subject, Reader::English)),
            Test::PatientHas(_) | Test::PatientHad(_) | Test::DiagnosesHave(_) | Test::AllergicToAny(_) => {
                let asked = leaf.test.listed();
                found(asked.and_then(|(list, set)| self.sheet.listed(list, set).next()))
            }
            Test::AllergicTo(variable) => found(self.slot(*variable).and_then(|slot| self.allergy(slot))),
            Test::Known(_) | Test::KnownLab(_) | Test::Stated(_) | Test::Any(_) | Test::Flag(_) => {
                let truth = self.leaf(leaf, None) == Truth::True;
                plain(Cow::Borrowed(if truth { "true" } else { "false" }))
            }
        }
    }

    fn operand(&self, operand: &Operand, other: &Operand, op: Comparison) -> (Str<'static>, Option<String>) {
        let unit = match other {
            Operand::Constant(quantity) => quantity.unit.clone(),
            _ => Unit::one(),
        };
        if let Operand::Attribute(Attribute::Patient(of)) = operand
            && let Some((shown, derived)) = self.fact(*of)
        {
            return (Cow::Owned(shown), derived);
        }
        let dimension = unit.dimension();
        let number = self.number(operand, dimension, None);
        let shown = written(number, op, &unit).map_or(Cow::Borrowed("unknown"), Cow::Owned);
        (shown, self.infusion(operand, dimension))
    }

    /// How a rate or a time of infusion came about, where it is not the one stated.
    fn infusion(&self, operand: &Operand, wanted: Dimension) -> Option<String> {
        let Operand::Attribute(Attribute::Item(variable, which)) = operand else {
            return None;
        };
        let line = self.slots.get(*variable).and_then(|slot| slot.line)?;
        let infusion = self.sheet.item(line)?.infusion.as_ref()?;
        let per = |whole: Dimension| whole.checked_div(Dimension::TIME);
        let rate = infusion.rate.value().map(|rate| (rate, rate.unit.dimension()));
        let drops = rate.filter(|(_, dimension)| Some(*dimension) == per(Dimension::DROP));
        let shown = |(rate, _): (&Quantity, Dimension)| match drops {
            Some(_) => format!("{rate}, {DROPS_A_MILLILITRE} drops = 1 mL"),
            None => rate.to_string(),
        };
        match which {
            ItemAttribute::Rate => match rate {
                Some((_, dimension)) if dimension == wanted => None,
                Some(rate) if drops.is_some() && Some(wanted) == per(Dimension::VOLUME) => Some(shown(rate)),
                Some(rate) if Some(wanted) != per(Dimension::VOLUME) => {
                    Some(format!("concentration × {}", shown(rate)))
                }
                _ if Some(wanted) == per(Dimension::VOLUME) => Some(format!("volume / {}", infusion.over.text()?)),
                _ => Some(format!("dose / {}", infusion.over.text()?)),
            },
            ItemAttribute::Over if infusion.over.value().is_none() => Some(format!("volume / ({})", shown(rate?))),
            _ => None,
        }
    }

    fn fact(&self, of: PatientAttribute) -> Option<(String, Option<String>)> {
        if of == PatientAttribute::Age {
            return self.sheet.facts.age.as_ref().map(|age| (age.shown(), None));
        }
        let measured = self.measured(of)?;
        Some((measured.shown(), measured.derived()))
    }

    fn word_list(&self, of: Attribute, reader: Reader) -> Str<'static> {
        let mut list: Option<Str<'static>> = None;
        let known = self.words(of, &mut |seen| {
            let word = reader.word(seen);
            match &mut list {
                Some(list) => {
                    let list = list.to_mut();
                    list.push_str(reader.pick("、", ", "));
                    list.push_str(&word);
                }
                None => list = Some(word),
            }
        });
        let none = || match known {
            true => reader.pick("无", "none"),
            false => reader.pick("未知", "unknown"),
        };
        list.unwrap_or_else(|| Cow::Borrowed(none()))
    }

    /// An attribute's value inside a message.
    pub fn attribute_text(&self, of: Attribute, reader: Reader) -> Str<'static> {
        let text = match of {
            Attribute::Item(variable, which) => {
                let line = self.slots.get(variable).and_then(|slot| slot.line);
                line.and_then(|line| self.item_text(of, which, line))
            }
            Attribute::Patient(which) => self.fact(which).map(|(shown, _)| shown),
            Attribute::Rx(RxAttribute::Doses) => self.sheet.rx.doses.text().map(str::to_owned),
            Attribute::Rx(RxAttribute::PresentedOn) => self.in_unit(of, "d"),
            Attribute::Rx(_) => None,
        };
        if let Some(text) = text {
            return Cow::Owned(text);
        }
        match self.flag(of, None) {
            Truth::True => Cow::Borrowed(reader.pick("是", "yes")),
            Truth::False => Cow::Borrowed(reader.pick("否", "no")),
            Truth::Unknown => self.word_list(of, reader),
        }
    }

    fn item_text(&self, of: Attribute, which: ItemAttribute, line: u32) -> Option<String> {
        let item = self.sheet.item(line)?;
        use ItemAttribute as I;
        let stated = match which {
            I::Dose => item.dose.text(),
            I::Frequency => item.frequency.text(),
            I::Quantity => item.quantity.text(),
            I::Strength => item.strength.text(),
            I::Rate => item.infusion.as_ref().and_then(|infusion| infusion.rate.text()),
            I::Over => item.infusion.as_ref().and_then(|infusion| infusion.over.text()),
            _ => None,
        };
        if let Some(text) = stated {
            return Some(text.to_owned());
        }
        match which {
            I::Duration => self.in_unit(of, "d"),
            I::Over => self.in_unit(of, "min"),
            I::Rate => ["mL/h", "mg/h", "U/h"].iter().find_map(|unit| self.in_unit(of, unit)),
            I::Frequency => self.in_unit(of, "1"),
            I::Dose | I::Daily | I::Total => self.amount_text(of, item),
            I::Concentration => ["mg/mL", "U/mL"].iter().find_map(|unit| self.in_unit(of, unit)),
            _ => None,
        }
    }

    /// In the unit of the stated dose, else in the everyday unit of the first dimension that can be told.
    fn amount_text(&self, of: Attribute, item: &Item) -> Option<String> {
        let stated = match item.dose.value() {
            Some(shenfang_clinical::Dose::Measured(range)) => Some(range.high.unit.canonical()),
            _ => None,
        };
        let dimensions = [
            Dimension::MASS,
            Dimension::VOLUME,
            Dimension::BIOLOGICAL,
            Dimension::COUNT,
        ];
        let everyday = dimensions.map(everyday_unit);
        let mut units = stated.iter().map(String::as_str).chain(everyday);
        units.find_map(|unit| self.in_unit(of, unit))
    }

    fn in_unit(&self, of: Attribute, unit: &str) -> Option<String> {
        let unit = Unit::parse(unit).ok()?;
        written(self.attribute(of, unit.dimension(), None), Comparison::Greater, &unit)
    }

    fn entry_text(&self, entry: &crate::sheet::Entry) -> &str {
        use crate::sheet::History;
        let patient = &self.sheet.rx.patient;
        let what = match entry.kind {
            History::Allergy => patient
                .allergies
                .as_ref()
                .and_then(|list| list.get(entry.place))
                .map(|a| &a.to),
            History::Condition => patient
                .conditions
                .as_ref()
                .and_then(|list| list.get(entry.place))
                .map(|c| &c.what),
            History::Diagnosis => self.sheet.rx.diagnoses.as_ref().and_then(|list| list.get(entry.place)),
        };
        what.map_or("", coded)
    }
}

/// A number in a unit; of a range, the end the sign looks at.
fn written(number: Number, op: Comparison, unit: &Unit) -> Option<String> {
    let in_unit = |value: Ratio| {
        let amount = Amount {
            value,
            dimension: unit.dimension(),
        };
        amount.in_unit(unit).map(|q| crate::expression::quantity(&q))
    };
    match number {
        Number::Ends { low, high, more } => {
            let value = match op {
                Comparison::Less | Comparison::AtLeast => low,
                _ => high,
            };
            let shown = in_unit(value)?;
            Some(if more { format!(">={shown}") } else { shown })
        }
        Number::Within(interval) => match (interval.low, interval.high) {
            (Some((low, _)), Some((high, _))) if low == high => in_unit(low),
            (Some((low, open)), _) => in_unit(low).map(|low| format!("{}{low}", if open { ">" } else { ">=" })),
            (None, Some((high, open))) => in_unit(high).map(|high| format!("{}{high}", if open { "<" } else { "<=" })),
            (None, None) => None,
        },
        Number::Unmeasured | Number::Unknown => None,
    }
}
