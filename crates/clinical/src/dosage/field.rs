//! The fields an answer may lack, and their paths.

/// A field of an item that an answer lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ItemField {
    /// dose
    Dose,
    /// strength
    Strength,
    /// frequency
    Frequency,
    /// duration
    Duration,
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
    /// `doses` of the sheet
    SheetDoses,
    /// `usage.servings` of the sheet
    Servings,
    /// infusion.over
    Over,
}

impl ItemField {
    /// The path in the record: `items.2.dose`, for the sheet's own fields `doses`. `current` items stand under `current_medications`.
    pub fn path(self, item_id: &str, current: bool) -> String {
        let field = match self {
            ItemField::SheetDoses => return "doses".to_owned(),
            ItemField::Servings => return "usage.servings".to_owned(),
            ItemField::Dose => "dose",
            ItemField::Strength => "strength",
            ItemField::Frequency => "frequency",
            ItemField::Duration => "duration",
            ItemField::Quantity => "quantity",
            ItemField::Route => "route",
            ItemField::MaxPerDay => "max_per_day",
            ItemField::Steps => "steps",
            ItemField::Preparation => "preparation",
            ItemField::SkinTest => "skin_test",
            ItemField::Rate => "infusion.rate",
            ItemField::Group => "infusion.group",
            ItemField::Over => "infusion.over",
            ItemField::Form => "form",
            ItemField::Drug => "drug",
        };
        let list = if current { "current_medications" } else { "items" };
        [list, ".", item_id, ".", field].concat()
    }
}
