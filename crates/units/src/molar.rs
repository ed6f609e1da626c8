//! Molar masses for converting laboratory values between mass and molar concentration, each with its source.
//!
//! It never converts what it has no row for. Masses are sums of the IUPAC 2021 abridged standard atomic weights over the formula that
//! stands in `source` (a test adds them up), and agree with PubChem.
use crate::{Amount, Base, Dimension, Ratio};

/// An analyte whose laboratory value is reported by mass or by amount of substance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Analyte {
    /// key used by the catalogue and rules: `creatinine`
    pub key: &'static str,
    /// Chinese name: `肌酐`
    pub zh: &'static str,
    /// LOINC codes of its mass- and molar-concentration observations
    pub loinc: &'static [&'static str],
    /// where the molar mass stands
    pub source: &'static str,
    molar_mass: (i64, i64),
    /// equivalents in a mole of the ion; 0 where equivalents mean nothing
    valence: i64,
}

macro_rules! analytes {
    ($($key:literal $zh:literal $milligrams:literal $valence:literal [$($loinc:literal)*] $source:literal;)*) => {
        &[$(Analyte {
            key: $key, zh: $zh, loinc: &[$($loinc),*], source: $source, molar_mass: ($milligrams, 1000), valence: $valence,
        }),*]
    };
}

/// Key, Chinese name, molar mass in mg/mol, valence, LOINC codes, source.
#[rustfmt::skip]
const ANALYTES: &[Analyte] = analytes! {
    "creatinine" "肌酐" 113_120 0 ["2160-0" "14682-9"] "C4H7N3O, IUPAC 2021; PubChem CID 588";
    "glucose" "葡萄糖" 180_156 0 ["2345-7" "14749-6" "1558-6" "14771-0" "2339-0" "15074-8"] "C6H12O6, IUPAC 2021; PubChem CID 5793";
    "urea" "尿素" 60_056 0 ["3091-6" "22664-7"] "CH4N2O, IUPAC 2021; PubChem CID 1176";
    "urea_nitrogen" "尿素氮" 28_014 0 ["3094-0" "14937-7"] "N2, IUPAC 2021; the nitrogen in a mole of urea";
    "bilirubin" "胆红素" 584_673 0 ["1975-2" "14631-6" "1968-7" "14629-0"] "C33H36N4O6, IUPAC 2021; PubChem CID 5280352; conjugated bilirubin by convention too";
    "uric_acid" "尿酸" 168_112 0 ["3084-1" "14933-6"] "C5H4N4O3, IUPAC 2021; PubChem CID 1175";
    "cholesterol" "胆固醇" 386_664 0 ["2093-3" "14647-2" "2085-9" "14646-4" "2089-1" "13457-7" "22748-8"] "C27H46O, IUPAC 2021; PubChem CID 5997";
    "triglycerides" "甘油三酯" 885_453 0 ["2571-8" "14927-8"] "C57H104O6, IUPAC 2021; triolein, PubChem CID 5497163, by convention";
    "calcium" "钙" 40_078 2 ["17861-6" "2000-8"] "Ca, IUPAC 2021";
    "magnesium" "镁" 24_305 2 ["19123-9" "2601-3"] "Mg, IUPAC 2021";
    "phosphate" "磷" 30_974 0 ["2777-1" "14879-1"] "P, IUPAC 2021; reported as phosphorus";
    "potassium" "钾" 39_098 1 ["2823-3"] "K, IUPAC 2021";
    "sodium" "钠" 22_990 1 ["2951-2"] "Na, IUPAC 2021";
    "chloride" "氯" 35_450 1 ["2075-0"] "Cl, IUPAC 2021";
    "iron" "铁" 55_845 0 ["2498-4" "14798-3"] "Fe, IUPAC 2021";
    "lithium" "锂" 6_940 1 ["3719-2" "14334-7"] "Li, IUPAC 2021 conventional weight";
    "digoxin" "地高辛" 780_949 0 ["10535-3" "14698-5"] "C41H64O14, IUPAC 2021; PubChem CID 2724385";
    "theophylline" "茶碱" 180_167 0 ["4049-3" "14915-3"] "C7H8N4O2, IUPAC 2021; PubChem CID 2153";
    "phenytoin" "苯妥英" 252_273 0 ["3968-5"] "C15H12N2O2, IUPAC 2021; PubChem CID 1775";
    "carbamazepine" "卡马西平" 236_274 0 ["3432-2"] "C15H12N2O, IUPAC 2021; PubChem CID 2554";
    "valproate" "丙戊酸" 144_214 0 ["4086-5"] "C8H16O2, IUPAC 2021; PubChem CID 3121";
    "vancomycin" "万古霉素" 1_449_265 0 ["20578-1" "4092-3" "4090-7"] "C66H75Cl2N9O24, IUPAC 2021; PubChem CID 14969";
};

impl Analyte {
    /// g/mol, exact as tabulated.
    pub fn molar_mass(&self) -> Ratio {
        let (milligrams, per) = self.molar_mass;
        // The table has no zero denominator.
        Ratio::new(milligrams.into(), per.into()).unwrap_or(Ratio::ONE)
    }

    /// The amount with its mass, amount of substance or equivalents turned into those of `to`: `mg/dL` to `umol/L`, `mEq/L` to `mmol/L`.
    /// `None` where the two differ in anything else, where the ion's valence is not tabulated, or on overflow.
    pub fn convert(&self, amount: Amount, to: Dimension) -> Option<Amount> {
        let (from, wanted) = (kind(amount.dimension)?, kind(to)?);
        let rest = amount.dimension.checked_div(Dimension::of(from))?;
        if rest != to.checked_div(Dimension::of(wanted))? {
            return None;
        }
        let factor = self.moles_in(from)?.checked_div(self.moles_in(wanted)?)?;
        Some(Amount {
            value: amount.value.checked_mul(factor)?,
            dimension: to,
        })
    }

    fn moles_in(&self, base: Base) -> Option<Ratio> {
        match base {
            Base::Mass => Ratio::ONE.checked_div(self.molar_mass()),
            Base::Equivalent => Ratio::new(1, self.valence.into()),
            _ => Some(Ratio::ONE),
        }
    }
}

/// The one of the three ways to say how much substance that a dimension holds once.
fn kind(dimension: Dimension) -> Option<Base> {
    let mut held = [Base::Mass, Base::Amount, Base::Equivalent]
        .into_iter()
        .filter(|b| dimension.exponent(*b) != 0);
    let base = held.next().filter(|b| dimension.exponent(*b) == 1)?;
    held.next().is_none().then_some(base)
}

/// The analyte by key, Chinese name or LOINC code (`LOINC:2160-0`, `2160-0`).
pub fn molar_mass(name: &str) -> Option<&'static Analyte> {
    let code = name.strip_prefix("LOINC:").unwrap_or(name);
    let mut all = ANALYTES.iter();
    // A code begins with a digit, a key with a letter, a Chinese name with neither.
    match code.as_bytes().first()? {
        b'0'..=b'9' => all.find(|analyte| analyte.loinc.contains(&code)),
        first if first.is_ascii() => all.find(|analyte| analyte.key == name),
        _ => all.find(|analyte| analyte.zh == name),
    }
}

/// Every row of the table, in its order.
pub fn analytes() -> &'static [Analyte] {
    ANALYTES
}
