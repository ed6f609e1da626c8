//! Conditions and messages: sets become numbers, trees become flat, every leaf gets its text.
use super::sets::Sets;
use crate::condition::{Assumed, Condition, ItemSet, Leaf, Operand, StandIn, Test};
use crate::csr::narrow;
use crate::expression::Writer;
use crate::flat::{Flat, Tree};
use crate::reading::in_full;
use crate::rules::{Part, Template};
use shenfang_knowledge as knowledge;
use shenfang_knowledge::Reach;

/// Compiles the conditions of one rule.
pub(super) struct Conditions<'s, 'k, 'w> {
    pub sets: &'s mut Sets<'k>,
    pub writer: Writer<'w>,
}

impl Conditions<'_, '_, '_> {
    pub fn condition(&mut self, condition: &knowledge::Condition) -> Condition {
        let flat = Flat::of(self.tree(condition));
        self.sets.conditions.share(flat)
    }

    fn tree(&mut self, condition: &knowledge::Condition) -> Tree<Leaf> {
        use knowledge::Condition as C;
        match condition {
            C::Always => Tree::All(Vec::new()),
            C::And(all) => Tree::All(all.iter().map(|c| self.tree(c)).collect()),
            C::Or(any) => Tree::Any(any.iter().map(|c| self.tree(c)).collect()),
            C::Not(inner) => Tree::Not(Box::new(self.tree(inner))),
            leaf => {
                let test = self.test(leaf);
                Tree::Leaf(Leaf {
                    text: self.writer.condition(leaf).into(),
                    question: self.sets.question(&test),
                    test,
                })
            }
        }
    }

    fn test(&mut self, leaf: &knowledge::Condition) -> Test {
        use knowledge::Condition as C;
        match leaf {
            C::Compare { left, op, right } => Test::Compare {
                left: self.operand(left),
                op: *op,
                right: self.operand(right),
            },
            C::Rank { subject, op, value } => Test::Rank {
                subject: *subject,
                op: *op,
                value: value.clone(),
            },
            C::Is { subject, values } => Test::Is {
                subject: *subject,
                values: values.clone(),
            },
            C::Known(of) => Test::Known(*of),
            C::Stated(of) => Test::Stated(*of),
            C::Any(items) => Test::Any(self.items(items)),
            C::PatientHas(set) => Test::PatientHas(self.sets.set(set)),
            C::PatientHad(set) => Test::PatientHad(self.sets.set(set)),
            C::AllergicTo(variable) => Test::AllergicTo(narrow(*variable)),
            C::Flag(of) => Test::Flag(*of),
            C::DiagnosesHave(set) => Test::DiagnosesHave(self.sets.set(set)),
            C::KnownLab(lab) => Test::KnownLab(in_full(lab)),
            C::AllergicToAny(set) => Test::AllergicToAny(self.sets.set(set)),
            // Trees never come here; as leaves they would say nothing.
            C::Always | C::And(_) | C::Or(_) | C::Not(_) => Test::Is {
                subject: knowledge::Attribute::Rx(knowledge::RxAttribute::Kind),
                values: Vec::new(),
            },
        }
    }

    fn operand(&mut self, operand: &knowledge::Operand) -> Operand {
        match operand {
            knowledge::Operand::Attribute(of) => Operand::Attribute(*of),
            knowledge::Operand::Constant(constant) => Operand::Constant(constant.quantity.clone()),
            knowledge::Operand::Count(items) => Operand::Count(self.items(items)),
            knowledge::Operand::Total(items, measure) => Operand::Total(self.items(items), *measure),
            knowledge::Operand::Lab(lab) => Operand::Lab(in_full(lab)),
        }
    }

    fn items(&mut self, items: &knowledge::ItemSet) -> ItemSet {
        ItemSet {
            target: self.sets.target(&items.set, Reach::Ingredients, None),
            origin: items.origin,
            within_days: items.within_days,
        }
    }

    pub fn stand_in(
        &self,
        field: knowledge::Presumable,
        op: shenfang_units::Comparison,
        value: &knowledge::PresumedValue,
    ) -> StandIn {
        let field = match field {
            knowledge::Presumable::Lab(lab) => knowledge::Presumable::Lab(in_full(&lab)),
            attribute @ knowledge::Presumable::Attribute(_) => attribute,
        };
        StandIn {
            field,
            op,
            value: Assumed::from(value),
        }
    }

    pub fn template(&mut self, template: &knowledge::Template) -> Template {
        Template {
            zh: template.zh.iter().map(|part| self.part(part)).collect(),
            en: template.en.iter().map(|part| self.part(part)).collect(),
        }
    }

    fn part(&mut self, part: &knowledge::Part) -> Part {
        match part {
            knowledge::Part::Literal(text) => Part::Literal(text.clone()),
            knowledge::Part::Variable(variable) => Part::Variable(narrow(*variable)),
            knowledge::Part::Attribute(of) => Part::Attribute(*of),
            knowledge::Part::Count(items) => Part::Count(self.items(items)),
            knowledge::Part::Shared => Part::Shared,
        }
    }
}
