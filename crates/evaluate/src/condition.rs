//! Conditions as the program holds them: flat, typed, sets by number, each leaf with its own text. Evaluating them is `evaluate`'s.
use crate::amount::without_per;
use crate::flat::Flat;
use crate::history::List;
use crate::number::common_dimension;
use crate::shared::{Shared, Unlinked};
use serde::{Deserialize, Serialize};
use shenfang_clinical::Measure;
use shenfang_knowledge::{Attribute, ItemAttribute, Lab, Origin, Presumable, PresumedValue, RxAttribute, WordValue};
use shenfang_units::{Base, Comparison, Dimension, Interval, Quantity, Ratio};

/// A condition, one of those of the program.
pub(crate) type Condition = Shared<Flat<Leaf>>;

impl Unlinked for Flat<Leaf> {
    fn unlinked() -> Flat<Leaf> {
        Flat::default()
    }
}

/// A question with a three-valued answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Leaf {
    pub test: Test,
    pub question: Question,
    /// in English keywords, as `because` shows it
    pub text: Box<str>,
}

/// The number of what a leaf asks, and of whom: rules that ask the same share one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    pub number: u32,
    pub of: Asked,
}

/// Of whom a leaf asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Asked {
    /// the sheet: every binding has the same answer
    Sheet,
    /// the line bound to a variable; `by_content`: and through which of its contents it was bound
    Line { variable: u32, by_content: bool },
    /// lines bound to several variables
    Lines,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Test {
    Compare {
        left: Operand,
        op: Comparison,
        right: Operand,
    },
    Rank {
        subject: Attribute,
        op: Comparison,
        value: WordValue,
    },
    Is {
        subject: Attribute,
        values: Vec<WordValue>,
    },
    Known(Attribute),
    Stated(Attribute),
    Any(ItemSet),
    /// the set
    PatientHas(u32),
    /// the variable
    AllergicTo(u32),
    Flag(Attribute),
    /// the set
    DiagnosesHave(u32),
    /// the set
    AllergicToAny(u32),
    KnownLab(Lab),
    /// the set
    PatientHad(u32),
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Operand {
    Attribute(Attribute),
    Constant(Quantity),
    Count(ItemSet),
    Total(ItemSet, Measure),
    Lab(Lab),
}

/// A set of items in a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ItemSet {
    pub target: u32,
    pub origin: Origin,
    pub within_days: Option<Ratio>,
}

/// What a field stands for while it is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StandIn {
    pub field: Presumable,
    pub op: Comparison,
    pub value: Assumed,
}

/// The value presumed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Assumed {
    Constant(Quantity),
    Flag(bool),
    Word(WordValue),
    /// a list known to be empty
    None,
}

impl StandIn {
    /// The numbers of a dimension that it allows; `None` where it is about another.
    pub fn interval(&self, wanted: Dimension) -> Option<Interval> {
        let Assumed::Constant(value) = &self.value else {
            return None;
        };
        let amount = value.amount().filter(|amount| amount.dimension == wanted)?;
        Some(Interval::satisfying(self.op, amount.value))
    }
}

impl Test {
    /// Of whom it asks, and the same test asked of the first variable.
    pub fn asked(&self) -> (Asked, Test) {
        let mut variables = Vec::new();
        let mut by_content = false;
        let mut first = self.clone();
        first.each_variable(&mut |variable, of| {
            variables.push(*variable);
            by_content |= of.is_some_and(depends_on_content);
            *variable = 0;
        });
        variables.dedup();
        let asked = match variables.as_slice() {
            [] => Asked::Sheet,
            [variable] => Asked::Line {
                variable: crate::csr::narrow(*variable),
                by_content,
            },
            _ => return (Asked::Lines, self.clone()),
        };
        (asked, first)
    }

    /// Whether a line answers by itself: what it asks of is the line's own, or tells how its sheet is used, and nothing of the patient is in it. `apart`:
    /// the line is not mixed with others, and no skin test of it may be over.
    pub fn is_of_line(&self, apart: bool) -> bool {
        use ItemAttribute as I;
        let own = |of: &Attribute| match of {
            Attribute::Item(_, I::DoubleSigned) => false,
            Attribute::Item(_, I::Rate | I::Over | I::Concentration | I::Group | I::Diluent | I::SkinTest) => apart,
            Attribute::Item(..) => true,
            // Lines of sheets that are used otherwise are never taken for one another.
            Attribute::Rx(of) => matches!(of, RxAttribute::Kind | RxAttribute::Form),
            Attribute::Patient(_) => false,
        };
        match self {
            Test::Compare { left, right, .. } => match (left, right) {
                (Operand::Attribute(of), Operand::Constant(limit))
                | (Operand::Constant(limit), Operand::Attribute(of)) => {
                    let dimension = limit.unit.dimension();
                    let bodily = [Base::BodyMass, Base::BodyArea].map(|base| dimension.exponent(base));
                    own(of) && bodily == [0, 0]
                }
                _ => false,
            },
            Test::Rank { subject, .. } | Test::Is { subject, .. } => own(subject),
            Test::Known(of) | Test::Stated(of) | Test::Flag(of) => own(of),
            Test::Any(_)
            | Test::PatientHas(_)
            | Test::PatientHad(_)
            | Test::AllergicTo(_)
            | Test::DiagnosesHave(_)
            | Test::AllergicToAny(_)
            | Test::KnownLab(_) => false,
        }
    }

    /// The list of the patient's history that it asks about, and the set.
    pub fn listed(&self) -> Option<(List, u32)> {
        match self {
            Test::PatientHas(set) => Some((List::Ills, *set)),
            Test::PatientHad(set) => Some((List::Past, *set)),
            Test::DiagnosesHave(set) => Some((List::Diagnoses, *set)),
            Test::AllergicToAny(set) => Some((List::Allergies, *set)),
            _ => None,
        }
    }

    /// Whether it asks how many days after it was written a sheet is presented.
    pub fn is_of_days(&self) -> bool {
        const DAYS: Operand = Operand::Attribute(Attribute::Rx(RxAttribute::PresentedOn));
        match self {
            Test::Compare { left, right, .. } => {
                matches!((left, right), (of, Operand::Constant(_)) | (Operand::Constant(_), of) if *of == DAYS)
            }
            _ => false,
        }
    }

    /// Whether the head of a sheet answers: see [`crate::heads`].
    pub fn is_of_head(&self) -> bool {
        use RxAttribute as R;
        let word = |of: &Attribute| {
            matches!(
                of,
                Attribute::Rx(R::Kind | R::Setting | R::Form | R::PrescriberTitle | R::InstitutionLevel)
            )
        };
        let signed = |of: &Attribute| *of == Attribute::Rx(R::PrescriberSigned);
        match self {
            Test::Is { subject, .. } if *subject == Attribute::Rx(R::Amendments) => true,
            Test::Rank { subject, .. } | Test::Is { subject, .. } => word(subject),
            Test::Compare { .. } => self.is_of_days(),
            Test::Flag(of) => signed(of),
            Test::Known(of) => {
                let there = matches!(of, Attribute::Rx(R::Diagnoses | R::CurrentMedications | R::AuthoredOn));
                word(of) || signed(of) || there
            }
            Test::Stated(of) => matches!(of, Attribute::Patient(_) | Attribute::Rx(_)),
            _ => false,
        }
    }

    /// The sums it asks for: of which target, by which measure, in which dimension.
    pub fn totals(&self) -> impl Iterator<Item = (u32, Measure, Dimension)> {
        let sides = match self {
            Test::Compare { left, right, .. } => Some(([left, right], common_dimension(left, right))),
            _ => None,
        };
        sides.into_iter().flat_map(|(sides, wanted)| {
            sides.into_iter().filter_map(move |side| match side {
                Operand::Total(items, measure) => Some((items.target, *measure, without_per(wanted, *measure).0)),
                _ => None,
            })
        })
    }

    /// The targets whose lines it counts.
    pub fn counted(&self) -> impl Iterator<Item = u32> {
        let sides = match self {
            Test::Compare { left, right, .. } => Some([left, right]),
            _ => None,
        };
        sides.into_iter().flatten().filter_map(|side| match side {
            Operand::Count(items) => Some(items.target),
            _ => None,
        })
    }

    /// Visits the variables it names, each with the attribute asked of it.
    fn each_variable(&mut self, visit: &mut dyn FnMut(&mut usize, Option<ItemAttribute>)) {
        let mut attribute = |of: &mut Attribute| {
            if let Attribute::Item(variable, of) = of {
                visit(variable, Some(*of));
            }
        };
        match self {
            Test::Compare { left, right, .. } => {
                for operand in [left, right] {
                    if let Operand::Attribute(of) = operand {
                        attribute(of);
                    }
                }
            }
            Test::Rank { subject, .. } | Test::Is { subject, .. } => attribute(subject),
            Test::Known(of) | Test::Stated(of) | Test::Flag(of) => attribute(of),
            Test::AllergicTo(variable) => {
                let mut at = crate::csr::wide(*variable);
                visit(&mut at, None);
                *variable = crate::csr::narrow(at);
            }
            Test::Any(_)
            | Test::PatientHas(_)
            | Test::PatientHad(_)
            | Test::DiagnosesHave(_)
            | Test::AllergicToAny(_)
            | Test::KnownLab(_) => {}
        }
    }
}

/// Whether the answer may differ between the contents of one line.
fn depends_on_content(of: ItemAttribute) -> bool {
    use ItemAttribute::*;
    match of {
        Dose | Daily | Total | Duration | Form | Strength | Rate | Concentration => true,
        Frequency | Quantity | Over | Route | Preparation | SkinTest | Group | Diluent | DoubleSigned | Text(_) => {
            false
        }
    }
}

impl From<&PresumedValue> for Assumed {
    fn from(value: &PresumedValue) -> Assumed {
        match value {
            PresumedValue::Constant(constant) => Assumed::Constant(constant.quantity.clone()),
            PresumedValue::Flag(flag) => Assumed::Flag(*flag),
            PresumedValue::Word(word) => Assumed::Word(word.clone()),
            PresumedValue::None => Assumed::None,
        }
    }
}
