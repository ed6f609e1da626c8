//! What an item amounts to: one administration, a day, a week, a course; how often and how long.
//!
//! What it never does: know a limit, or skip what it cannot convert: that is unknown, with the fields that are lacking.
use crate::{Item, Measure, Prescription, Route};
use shenfang_units::{Amount, Dimension, Ratio};

/// How a drug holds one ingredient, as the catalogue knows it. The default is a single-ingredient drug of unknown strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// place among the active ingredients in catalogue order, from 0
    pub position: usize,
    /// number of active ingredients
    pub count: usize,
    /// amount of the ingredient in one unit of use
    pub per_unit: Option<Amount>,
    /// mass of one biological unit (base Mass / Biological)
    pub potency: Option<Amount>,
}

impl Default for Content {
    fn default() -> Content {
        Content { position: 0, count: 1, per_unit: None, potency: None }
    }
}

/// A field of an item that an answer lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ItemField {
    /// dose
    Dose,
    /// frequency
    Frequency,
    /// duration
    Duration,
    /// strength
    Strength,
    /// quantity
    Quantity,
    /// route
    Route,
    /// max_per_day
    MaxPerDay,
    /// steps
    Steps,
    /// preparation
    Preparation,
    /// skin_test
    SkinTest,
    /// infusion.rate
    Rate,
    /// infusion.group
    Group,
    /// form
    Form,
    /// drug (the name itself)
    Drug,
    /// `doses` of the sheet, `usage.servings`
    SheetDoses,
}

impl ItemField {
    /// The path in the record: `items.2.dose`, for the sheet's own fields `doses`. `current` items stand under `current_medications`.
    pub fn path(self, _item_id: &str, _current: bool) -> String { todo!() }
}

/// An amount that may be a range, or what it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reckoned {
    /// `low <= high`, in base units of the dimension asked for
    Known {
        /// smaller end: meets `>=` and `<`
        low: Amount,
        /// larger end: meets `<=` and `>`
        high: Amount,
    },
    /// stated without measure (适量 on a local route): takes part in nothing, leaves nothing undetermined
    Unmeasured,
    /// cannot be said; the stated fields it lacks, in the order dose, strength, frequency, duration
    Unknown {
        /// what is lacking
        needs: Vec<ItemField>,
        /// prn with neither frequency nor maximum: `daily` is presumed rather than undetermined
        presumed: bool,
    },
}

/// The schedule of one item on its sheet.
#[derive(Clone, Debug)]
pub struct Dosage<'p> {
    /// the sheet
    pub prescription: &'p Prescription,
    /// the line
    pub item: &'p Item,
    /// a decoction piece: dose is per 剂, route absent is 煎服 (or what the sheet form says), duration absent is doses ÷ 剂 per day
    pub piece: bool,
}

impl<'p> Dosage<'p> {
    /// The route: as stated, else for a piece by the sheet's form (decoction, powder, pill, paste, topical; granules: decoction).
    pub fn route(&self) -> Option<Route> { todo!() }
    /// Amount by `measure` (Single, Daily, Weekly, Course) of the ingredient `content`, in `dimension` (mass, volume, count, biological units).
    pub fn amount(&self, _measure: Measure, _content: &Content, _dimension: Dimension) -> Reckoned { todo!() }
    /// Administrations a day (the most often).
    pub fn frequency(&self) -> Result<Ratio, Vec<ItemField>> { todo!() }
    /// Seconds the item lasts: stated, or the supply where the quantity says so; the longer of both.
    pub fn duration(&self, _content: &Content) -> Result<Amount, Vec<ItemField>> { todo!() }
    /// mass (or biological units) per volume of the infusion group, when every member's volume can be told.
    pub fn concentration(&self, _content: &Content, _group: &[&Item]) -> Result<Amount, Vec<ItemField>> { todo!() }
}
