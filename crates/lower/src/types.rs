//! What an attribute can be compared with: magnitudes with the units they take, and vocabularies of words.
use shenfang_units::{Base, Dimension};

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    /// a quantity
    Quantity(Magnitude),
    /// a calendar age
    Age,
    /// true or false
    Flag,
    /// one word of an enumeration
    Word(Vocabulary),
    /// a list of words
    Words(Vocabulary),
    /// text
    Text,
    /// a list that can be known and stated
    List,
}

/// Kinds of quantity a rule compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Magnitude {
    /// amount of a drug, also per kg or m2 of the patient
    Dose,
    /// amount of a drug
    Amount,
    /// administrations a day
    Frequency,
    /// time
    Duration,
    /// amount dispensed
    Supply,
    /// amount in one unit of use
    Strength,
    /// infusion rate
    Rate,
    /// mass per volume
    Concentration,
    /// body weight
    Weight,
    /// body height
    Height,
    /// body surface
    Surface,
    /// clearance per 1.73 m2
    Egfr,
    /// clearance
    Clearance,
    /// 剂数
    DecoctionDoses,
    /// number of items
    Count,
    /// a laboratory value, of any unit
    Lab,
}

/// Enumerations whose words an attribute can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vocabulary {
    Route,
    DoseForm,
    SheetForm,
    Kind,
    Setting,
    Title,
    Privilege,
    Level,
    Sex,
    ChildPugh,
    Footnote,
    SkinTest,
    AgeUnit,
    Amendment,
}

const CLEARANCE: [(Base, i8); 2] = [(Base::Length, 3), (Base::Time, -1)];

/// The product of powers of bases.
fn of(powers: &[(Base, i8)]) -> Option<Dimension> {
    powers.iter().try_fold(Dimension::NONE, |d, (base, exponent)| {
        d.checked_mul(Dimension::power(*base, *exponent))
    })
}

/// `mg/kg` → mass, and whether it was per body weight or surface; a dimension that is not per body size stays.
pub(crate) fn without_body(dimension: Dimension) -> (Dimension, Option<Base>) {
    for base in [Base::BodyMass, Base::BodyArea] {
        if dimension.exponent(base) == -1
            && let Some(rest) = dimension.checked_mul(Dimension::of(base))
        {
            return (rest, Some(base));
        }
    }
    (dimension, None)
}

/// Mass, volume, units of use, biological units.
fn is_amount(dimension: Dimension) -> bool {
    [
        Dimension::MASS,
        Dimension::VOLUME,
        Dimension::COUNT,
        Dimension::BIOLOGICAL,
    ]
    .contains(&dimension)
}

impl Magnitude {
    /// Whether a constant of this dimension can be compared with it.
    pub fn accepts(self, dimension: Dimension) -> bool {
        let is = |powers: &[(Base, i8)]| of(powers) == Some(dimension);
        match self {
            Magnitude::Dose => is_amount(without_body(dimension).0),
            Magnitude::Amount => is_amount(dimension),
            Magnitude::Frequency => dimension.is_none() || is(&[(Base::Time, -1)]),
            Magnitude::Duration => dimension == Dimension::TIME,
            Magnitude::Supply => dimension == Dimension::COUNT || dimension == Dimension::PACK,
            Magnitude::Strength => [Dimension::MASS, Dimension::VOLUME, Dimension::BIOLOGICAL].contains(&dimension),
            Magnitude::Rate => {
                is(&CLEARANCE)
                    || [Base::Mass, Base::Biological, Base::Drop]
                        .iter()
                        .any(|base| is(&[(*base, 1), (Base::Time, -1)]))
            }
            Magnitude::Concentration => {
                dimension.is_none()
                    || [Base::Mass, Base::Biological]
                        .iter()
                        .any(|base| is(&[(*base, 1), (Base::Length, -3)]))
            }
            Magnitude::Weight => dimension == Dimension::MASS,
            Magnitude::Height => dimension == Dimension::LENGTH,
            Magnitude::Surface => is(&[(Base::Length, 2)]),
            Magnitude::Egfr => is(&[(Base::Length, 3), (Base::Time, -1), (Base::NormalisedArea, -1)]),
            Magnitude::Clearance => is(&CLEARANCE),
            Magnitude::DecoctionDoses => dimension.is_none() || dimension == Dimension::DECOCTION_DOSE,
            Magnitude::Count => dimension.is_none(),
            Magnitude::Lab => true,
        }
    }

    /// Whether a bare number says enough. A concentration in bare numbers does not: only `%` is a pure number there.
    pub fn takes_bare_number(self) -> bool {
        matches!(
            self,
            Magnitude::Frequency | Magnitude::DecoctionDoses | Magnitude::Count | Magnitude::Lab
        )
    }

    /// What it is, in the reader's words.
    pub fn describe(self) -> (&'static str, &'static str) {
        match self {
            Magnitude::Dose => (
                "药量（质量、体积、个数或生物单位，可按体重或体表面积）",
                "an amount of drug (mass, volume, units of use or biological units, also per kg or m2 of the patient)",
            ),
            Magnitude::Amount => (
                "药量（质量、体积、个数或生物单位）",
                "an amount of drug (mass, volume, units of use or biological units)",
            ),
            Magnitude::Frequency => ("每日次数", "a number of times a day"),
            Magnitude::Duration => ("时间", "a time"),
            Magnitude::Supply => ("发药数量（个数或包装）", "an amount dispensed (units of use or packs)"),
            Magnitude::Strength => (
                "每个制剂单位的含量（质量、体积或生物单位）",
                "an amount in one unit of use (mass, volume or biological units)",
            ),
            Magnitude::Rate => (
                "滴速（体积、质量、生物单位或滴数每时间）",
                "a rate (volume, mass, biological units or drops per time)",
            ),
            Magnitude::Concentration => (
                "浓度（质量或生物单位每体积，或 %）",
                "a concentration (mass or biological units per volume, or %)",
            ),
            Magnitude::Weight => ("体重（质量）", "a body weight (mass)"),
            Magnitude::Height => ("身高（长度）", "a body height (length)"),
            Magnitude::Surface => ("体表面积", "a body surface"),
            Magnitude::Egfr => (
                "按 1.73 m² 体表面积的肾小球滤过率",
                "a filtration rate per 1.73 m2 of body surface",
            ),
            Magnitude::Clearance => ("肌酐清除率（体积每时间）", "a creatinine clearance (volume per time)"),
            Magnitude::DecoctionDoses => ("剂数", "a number of decoction doses"),
            Magnitude::Count => ("个数", "a number of items"),
            Magnitude::Lab => ("检验值", "a laboratory value"),
        }
    }

    /// Units it is usually written in, in the author's language.
    pub fn units(self, chinese: bool) -> &'static [&'static str] {
        match (self, chinese) {
            (Magnitude::Dose, true) => &["毫克", "克", "毫升", "片", "U", "mg/kg"],
            (Magnitude::Dose, false) => &["mg", "g", "mL", "tab", "U", "mg/kg"],
            (Magnitude::Amount, true) => &["毫克", "克", "毫升", "片", "U"],
            (Magnitude::Amount, false) => &["mg", "g", "mL", "tab", "U"],
            (Magnitude::Frequency, true) => &["次"],
            (Magnitude::Frequency, false) => &["/d"],
            (Magnitude::Duration, true) => &["天", "周", "月", "小时", "分钟"],
            (Magnitude::Duration, false) => &["d", "wk", "mo", "h", "min"],
            (Magnitude::Supply, true) => &["片", "粒", "支", "盒", "瓶"],
            (Magnitude::Supply, false) => &["tab", "cap", "vial", "box", "bottle"],
            (Magnitude::Strength, true) => &["毫克", "克", "毫升", "U"],
            (Magnitude::Strength, false) => &["mg", "g", "mL", "U"],
            (Magnitude::Rate, true) => &["mL/h", "滴/分", "mg/h", "U/h"],
            (Magnitude::Rate, false) => &["mL/h", "gtt/min", "mg/h", "U/h"],
            (Magnitude::Concentration, _) => &["mg/mL", "g/L", "U/mL", "%"],
            (Magnitude::Weight, true) => &["公斤", "千克", "克"],
            (Magnitude::Weight, false) => &["kg", "g"],
            (Magnitude::Height, true) => &["厘米", "米"],
            (Magnitude::Height, false) => &["cm", "m"],
            (Magnitude::Surface, true) => &["平方米"],
            (Magnitude::Surface, false) => &["m2"],
            (Magnitude::Egfr, _) => &["mL/min/{1.73_m2}"],
            (Magnitude::Clearance, _) => &["mL/min"],
            (Magnitude::DecoctionDoses, true) => &["剂"],
            (Magnitude::DecoctionDoses | Magnitude::Count | Magnitude::Lab, _) => &[],
        }
    }
}

impl Magnitude {
    /// Whether a number without unit can only have been meant in the first of its units: 40 of a weight, not 30 of a dose.
    pub fn has_usual_unit(self) -> bool {
        !matches!(
            self,
            Magnitude::Dose
                | Magnitude::Amount
                | Magnitude::Supply
                | Magnitude::Strength
                | Magnitude::Rate
                | Magnitude::Concentration
        )
    }
}

/// Units an age is counted in, in the author's language.
pub(crate) fn age_units(chinese: bool) -> &'static [&'static str] {
    if chinese {
        &["岁", "月", "周", "天"]
    } else {
        &["a", "mo", "wk", "d"]
    }
}
