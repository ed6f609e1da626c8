//! What a quantity measures, and what it is per. Body size never cancels against mass or length.
use serde::{Deserialize, Serialize};

/// The base dimensions. UCUM's seven, and those that pharmacy keeps apart although UCUM would cancel them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[repr(u8)]
pub enum Base {
    /// gram
    Mass,
    /// metre; volume is length³, as in UCUM
    Length,
    /// second
    Time,
    /// kelvin
    Temperature,
    /// plane angle (radian): carried, never used by a prescription
    Angle,
    /// electric charge (coulomb): carried, never used by a prescription
    Charge,
    /// luminous intensity (candela): carried, never used by a prescription
    Luminous,
    /// mole (UCUM calls it a number; molar and mass quantities must not be mixed silently)
    Amount,
    /// equivalent (mEq)
    Equivalent,
    /// osmole
    Osmole,
    /// international and other arbitrary biological units: U, IU, 万单位
    Biological,
    /// one unit of use: 片 粒 丸 支 袋 包 贴 枚 喷 揿 吸
    Count,
    /// one dispensed pack: 盒 瓶 板
    Pack,
    /// drop 滴
    Drop,
    /// one decoction dose 剂 / 付 / 帖
    DecoctionDose,
    /// kilogram of body weight, only in denominators (`mg/kg`)
    BodyMass,
    /// square metre of body surface, only in denominators (`mg/m2`)
    BodyArea,
    /// 1.73 m² of normalised body surface (`/{1.73_m2}`)
    NormalisedArea,
}

/// Every base in order, with the reader's words for it.
const BASES: [(Base, &str, &str); 18] = [
    (Base::Mass, "质量", "mass"),
    (Base::Length, "长度", "length"),
    (Base::Time, "时间", "time"),
    (Base::Temperature, "温度", "temperature"),
    (Base::Angle, "角度", "angle"),
    (Base::Charge, "电荷", "charge"),
    (Base::Luminous, "发光强度", "luminous intensity"),
    (Base::Amount, "物质的量", "amount of substance"),
    (Base::Equivalent, "当量", "equivalents"),
    (Base::Osmole, "渗透摩尔", "osmoles"),
    (Base::Biological, "生物单位", "biological units"),
    (Base::Count, "个数", "units of use"),
    (Base::Pack, "包装", "packs"),
    (Base::Drop, "滴", "drops"),
    (Base::DecoctionDose, "剂", "decoction doses"),
    (Base::BodyMass, "体重", "body weight"),
    (Base::BodyArea, "体表面积", "body surface area"),
    (Base::NormalisedArea, "1.73 m²体表面积", "1.73 m² of body surface"),
];

/// Exponents of the base dimensions. `Dimension::NONE` is a pure number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Dimension {
    exponents: [i8; 18],
}

impl Dimension {
    /// A pure number.
    pub const NONE: Dimension = Dimension { exponents: [0; 18] };
    /// gram
    pub const MASS: Dimension = Dimension::of(Base::Mass);
    /// metre
    pub const LENGTH: Dimension = Dimension::of(Base::Length);
    /// metre cubed
    pub const VOLUME: Dimension = Dimension::power(Base::Length, 3);
    /// second
    pub const TIME: Dimension = Dimension::of(Base::Time);
    /// mole
    pub const AMOUNT: Dimension = Dimension::of(Base::Amount);
    /// unit of use
    pub const COUNT: Dimension = Dimension::of(Base::Count);
    /// dispensed pack
    pub const PACK: Dimension = Dimension::of(Base::Pack);
    /// drop
    pub const DROP: Dimension = Dimension::of(Base::Drop);
    /// decoction dose 剂
    pub const DECOCTION_DOSE: Dimension = Dimension::of(Base::DecoctionDose);
    /// biological units
    pub const BIOLOGICAL: Dimension = Dimension::of(Base::Biological);
    /// kilogram of body weight
    pub const BODY_MASS: Dimension = Dimension::of(Base::BodyMass);
    /// square metre of body surface
    pub const BODY_AREA: Dimension = Dimension::of(Base::BodyArea);

    /// `base` to the power 1.
    pub const fn of(base: Base) -> Dimension {
        Dimension::power(base, 1)
    }

    /// `base` to a power.
    // The index is the discriminant of one of the 18 bases.
    #[allow(clippy::indexing_slicing)]
    pub const fn power(base: Base, exponent: i8) -> Dimension {
        let mut exponents = [0; 18];
        exponents[base as usize] = exponent;
        Dimension { exponents }
    }

    /// Exponent of one base.
    pub fn exponent(self, base: Base) -> i8 {
        self.exponents.get(base as usize).copied().unwrap_or(0)
    }

    /// True for a pure number.
    pub fn is_none(self) -> bool {
        self == Dimension::NONE
    }

    /// Product of two dimensions; `None` when an exponent overflows.
    pub fn checked_mul(self, o: Dimension) -> Option<Dimension> {
        self.zip(o, i8::checked_add)
    }

    /// Quotient of two dimensions; `None` when an exponent overflows.
    pub fn checked_div(self, o: Dimension) -> Option<Dimension> {
        self.zip(o, i8::checked_sub)
    }

    /// The `exponent`th power; `None` when an exponent overflows.
    pub fn checked_pow(mut self, exponent: i32) -> Option<Dimension> {
        for e in &mut self.exponents {
            *e = i32::from(*e).checked_mul(exponent)?.try_into().ok()?;
        }
        Some(self)
    }

    fn zip(mut self, o: Dimension, f: impl Fn(i8, i8) -> Option<i8>) -> Option<Dimension> {
        for (e, by) in self.exponents.iter_mut().zip(o.exponents) {
            *e = f(*e, by)?;
        }
        Some(self)
    }

    /// What the quantity is, in the reader's words: `质量`/`mass`, `质量/体重`/`mass per body weight`, `时间`/`time`, …;
    /// where there is no word, a formula of bases (`质量^2`/`mass^2`).
    pub fn describe(self) -> (String, String) {
        let (mut zh, mut en) = (String::new(), String::new());
        for (base, base_zh, base_en) in BASES {
            let e = self.exponent(base);
            if e > 0 {
                let (word_zh, word_en) = powered(base, base_zh, base_en, e.unsigned_abs());
                for (text, word) in [(&mut zh, word_zh), (&mut en, word_en)] {
                    if !text.is_empty() {
                        text.push('·');
                    }
                    text.push_str(&word);
                }
            }
        }
        if zh.is_empty() {
            (zh, en) = if self.is_none() {
                ("纯数".into(), "pure number".into())
            } else {
                ("1".into(), "number".into())
            };
        }
        for (base, base_zh, base_en) in BASES {
            let e = self.exponent(base);
            if e < 0 {
                let (word_zh, word_en) = powered(base, base_zh, base_en, e.unsigned_abs());
                zh.push('/');
                zh.push_str(&word_zh);
                en.push_str(" per ");
                en.push_str(&word_en);
            }
        }
        (zh, en)
    }
}

fn powered(base: Base, zh: &str, en: &str, exponent: u8) -> (String, String) {
    match (base, exponent) {
        (Base::Length, 2) => ("面积".into(), "area".into()),
        (Base::Length, 3) => ("体积".into(), "volume".into()),
        (_, 1) => (zh.into(), en.into()),
        _ => (format!("{zh}^{exponent}"), format!("{en}^{exponent}")),
    }
}
