//! Conditions as the program holds them: flat, typed, sets by number, each leaf with its own text. Evaluating them is `evaluate`'s.
use crate::flat::Flat;
use serde::{Deserialize, Serialize};
use shenfang_clinical::Measure;
use shenfang_knowledge::{Attribute, LabKey, Origin, PresumedValue, WordValue};
use shenfang_units::{Comparison, Quantity, Ratio};

/// A condition.
pub(crate) type Condition = Flat<Leaf>;

/// A question with a three-valued answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Leaf {
    pub test: Test,
    /// in English keywords, as `because` shows it
    pub text: Box<str>,
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
    KnownLab {
        key: LabKey,
        within_days: Option<Ratio>,
    },
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
    Lab { key: LabKey, within_days: Option<Ratio> },
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
    pub field: Attribute,
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
