//! Dose limits of one concept.
use crate::{ConceptId, Condition, FindingSpec, Reach};
use serde::{Deserialize, Serialize, Serializer};
use shenfang_clinical::{Measure, Route, Severity, SheetForm};
use shenfang_units::{Amount, Comparison, Quantity, Ratio};

/// Body size a limit is per.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Per {
    /// kg of body weight: `mg/kg`
    Weight,
    /// m2 of body surface: `mg/m2`
    Area,
}

/// One limit. Serialises in base units.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Limit {
    /// what is measured
    pub measure: Measure,
    /// `AtMost` or `AtLeast`
    pub op: Comparison,
    /// as written, unit in canonical spelling (`15 mg/kg`); a pure number for `frequency` (administrations a day), time for `duration`
    pub quantity: Quantity,
    /// the limit in base units with the body size taken out: mass, volume, count, biological, number or time
    pub amount: Amount,
    /// body size it is per
    pub per: Option<Per>,
    /// lower end of the range: documents the source
    pub low: Option<Quantity>,
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (
            self.measure,
            self.op,
            self.amount,
            self.per,
            self.low.as_ref().and_then(Quantity::amount),
        )
            .serialize(serializer)
    }
}

/// Limits of those for whom `when` holds; every band that holds applies.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Band {
    /// whom it speaks for
    pub when: Condition,
    /// its limits
    pub limits: Vec<Limit>,
}

/// Limits of one concept by route and population.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DoseRule {
    /// the concept
    pub concept: ConceptId,
    /// routes it speaks of; empty = every route
    pub routes: Vec<Route>,
    /// sheet forms it speaks of; empty = every form
    pub forms: Vec<SheetForm>,
    /// a further condition for it to speak at all (false: it does not concern the item)
    pub when: Option<Condition>,
    /// bands
    pub bands: Vec<Band>,
    /// whom the bands do not speak for
    pub gap: Option<Condition>,
    /// grades: strictly more than ratio × limit; ascending
    pub over: Vec<(Ratio, Severity)>,
    /// `Single` for herbs, `Ingredients` for substances
    pub reach: Reach,
    /// what it says
    pub finding: FindingSpec,
}
