//! What an item amounts to: one administration, a day, a week, a course; how often and how long.
//!
//! What it never does: know a limit, or skip what it cannot convert: that is unknown, with the fields that are lacking.
mod amount;
mod convert;
mod course;
mod field;
mod infusion;
mod schedule;

pub use field::ItemField;
pub use infusion::DROPS_A_MILLILITRE;
pub use infusion::Lacking;
use shenfang_order::Order;

use crate::{Item, Measure, Prescription, Route, SheetForm, Stated};
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
        Content {
            position: 0,
            count: 1,
            per_unit: None,
            potency: None,
        }
    }
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

impl Reckoned {
    /// Unknown for want of these.
    pub(crate) fn lacking(needs: impl Into<Vec<ItemField>>) -> Reckoned {
        let mut needs = needs.into();
        needs.order();
        needs.dedup();
        Reckoned::Unknown { needs, presumed: false }
    }
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
    pub fn route(&self) -> Option<Route> {
        match &self.item.route {
            Stated::Read { value, .. } => Some(*value),
            Stated::Unreadable(_) => None,
            Stated::Absent if !self.piece => None,
            Stated::Absent => Some(match self.prescription.usage.form.unwrap_or(SheetForm::Decoction) {
                SheetForm::Decoction | SheetForm::Granules => Route::Decoction,
                SheetForm::Powder => Route::Powder,
                SheetForm::Pill => Route::Pill,
                SheetForm::Paste => Route::Paste,
                SheetForm::External => Route::Topical,
            }),
        }
    }

    /// Amount by `measure` (Single, Daily, Weekly, Course) of the ingredient `content`, in `dimension` (mass, volume, count, biological units).
    ///
    /// `Daily` and `Weekly` are what falls in 24 hours and seven days at most: a weekly dose counts whole on its day. Of a range the ends are
    /// kept apart. Frequency and duration are asked by [`Dosage::frequency`] and [`Dosage::duration`] and lack the dose here.
    pub fn amount(&self, measure: Measure, content: &Content, dimension: Dimension) -> Reckoned {
        amount::amount(self, measure, content, dimension)
    }

    /// Administrations a day (the most often), as an exact rate: every three days is 1/3.
    pub fn frequency(&self) -> Result<Ratio, Vec<ItemField>> {
        course::frequency(self)
    }

    /// Seconds the item lasts: stated, or the supply where the quantity says so; the longer of both.
    pub fn duration(&self, content: &Content) -> Result<Amount, Vec<ItemField>> {
        course::duration(self, content)
    }

    /// mass (or biological units) per volume of the infusion group, when every member's volume can be told.
    ///
    /// A member whose strength names no volume (`1 g`) is dry and adds none.
    pub fn concentration(&self, content: &Content, group: &[&Item]) -> Result<Amount, Vec<Lacking>> {
        infusion::concentration(self, content, group)
    }

    /// Volume an hour of the infusion, in base units (m³/s); drops at [`DROPS_A_MILLILITRE`].
    pub fn rate(&self) -> Result<Amount, Vec<ItemField>> {
        infusion::rate(self)
    }

    /// The rate in one dimension (volume, mass or biological units per time): as stated, else what runs in ÷ `infusion.over`, else concentration ×
    /// volume rate. `group` is the infusion group.
    pub fn rate_in(&self, content: &Content, group: &[&Item], wanted: Dimension) -> Result<Amount, Vec<Lacking>> {
        infusion::rate_in(self, content, group, wanted)
    }

    /// Seconds that one administration runs: `infusion.over`, else the group's volume ÷ its volume rate.
    pub fn over(&self, group: &[&Item]) -> Result<Amount, Vec<Lacking>> {
        infusion::over(self, group)
    }

    /// 剂 a day of the sheet, 1 where absent.
    fn doses_per_day(&self) -> Ratio {
        self.prescription.usage.doses_per_day.unwrap_or(Ratio::ONE)
    }

    /// Administrations of a piece a day: servings of one 剂 times 剂 a day; a frequency on the line says the same.
    fn servings_per_day(&self) -> Option<Ratio> {
        match self.prescription.usage.servings {
            Some(servings) => servings.checked_mul(self.doses_per_day()),
            None => schedule::per_day(self.item.frequency.value()?),
        }
    }
}
