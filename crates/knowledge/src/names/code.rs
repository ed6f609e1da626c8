//! Codes of ATC, ICD-10 and the other systems a record may use.
use crate::{Code, CodeSystem};
use smol_str::SmolStr;
use std::borrow::Cow;

/// Longest value of a code, in characters; what is longer is no code.
const LONGEST: usize = 64;

const SYSTEMS: &[(&str, CodeSystem)] = &[
    ("ATC", CodeSystem::Atc),
    ("ICD10", CodeSystem::Icd10),
    ("ICD-10", CodeSystem::Icd10),
    ("NHSA", CodeSystem::Nhsa),
    ("NDC-CN", CodeSystem::NdcCn),
    ("RXNORM", CodeSystem::RxNorm),
    ("LOINC", CodeSystem::Loinc),
    ("LOCAL", CodeSystem::Local),
];

impl CodeSystem {
    /// As a code begins: `ATC`, `ICD10`, `NDC-CN`.
    pub const fn prefix(self) -> &'static str {
        match self {
            CodeSystem::Atc => "ATC",
            CodeSystem::Icd10 => "ICD10",
            CodeSystem::Nhsa => "NHSA",
            CodeSystem::NdcCn => "NDC-CN",
            CodeSystem::RxNorm => "RXNORM",
            CodeSystem::Loinc => "LOINC",
            CodeSystem::Local => "LOCAL",
        }
    }

    /// True where a code stands for everything below it.
    pub const fn is_hierarchical(self) -> bool {
        matches!(self, CodeSystem::Atc | CodeSystem::Icd10)
    }
}

impl Code {
    /// Reads `ICD10:N18.9`, `ATC:M01A`; `None` for an unknown system, an empty value or one of more than 64 characters.
    ///
    /// NFKC and upper case, but for `LOCAL:`, whose case is the institution's. Of ICD-10 `.`, the filler `x` and the marks of the dual
    /// classification (`†`, `*`, `+`) are dropped: `I10.x00x002` is `I1000002`.
    pub fn parse(text: &str) -> Option<Code> {
        let longest = LONGEST.saturating_mul(2);
        if text.len() > longest && text.chars().nth(longest).is_some() {
            return None;
        }
        // ASCII and the usual ideographs are in their normal form already; most texts are names, and no code.
        let usual = |c: char| c.is_ascii() || ('\u{4e00}'..='\u{9fff}').contains(&c);
        let normal = match text.chars().all(usual) {
            true if !text.contains(':') => return None,
            true => Cow::Borrowed(text),
            false => Cow::Owned(shenfang_nfkc::nfkc(text.chars())),
        };
        let (system, value) = normal.split_once(':')?;
        let system = system.trim();
        let (_, system) = SYSTEMS.iter().find(|(name, _)| name.eq_ignore_ascii_case(system))?;
        Code::of(*system, value)
    }

    /// A code of a known system, normalised like [`Code::parse`].
    pub fn of(system: CodeSystem, value: &str) -> Option<Code> {
        let value = value.trim();
        let value: SmolStr = match system {
            CodeSystem::Local => value.into(),
            CodeSystem::Icd10 => icd10(value),
            _ => value
                .chars()
                .filter(|c| !c.is_whitespace())
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        };
        let long = value.chars().nth(LONGEST).is_some();
        (!value.is_empty() && !long).then_some(Code { system, value })
    }

    /// True when `self` equals `above` or lies below it: ATC by level (1, 3, 4, 5, 7 characters), ICD-10 by prefix, other systems by equality.
    pub fn within(&self, above: &Code) -> bool {
        if self.system != above.system {
            return false;
        }
        let below = match self.system {
            CodeSystem::Atc => is_atc_level(&above.value) && self.value.starts_with(&*above.value),
            CodeSystem::Icd10 => self.value.starts_with(&*above.value),
            _ => false,
        };
        below || self.value == above.value
    }

    /// The code itself, then every shorter one it lies below, nearest first.
    pub fn and_above(&self) -> impl Iterator<Item = Code> {
        let mut left = self.value.as_str();
        let shorter = std::iter::from_fn(move || {
            let value = left;
            let mut chars = value.chars();
            chars.next_back()?;
            left = chars.as_str();
            Some(Code {
                system: self.system,
                value: value.into(),
            })
        });
        shorter.filter(|above| self.within(above))
    }

    /// The next level above in a hierarchy whose levels are fixed (ATC); `None` at the top and in other systems.
    pub fn upper(&self) -> Option<Code> {
        if self.system != CodeSystem::Atc {
            return None;
        }
        let end = match self.value.len() {
            7 => 5,
            5 => 4,
            4 => 3,
            3 => 1,
            _ => return None,
        };
        Some(Code {
            system: self.system,
            value: self.value.get(..end)?.into(),
        })
    }

    /// True where the value has the shape its system asks for: `M01AE01`, `N189`; other systems: letters, digits, `-`, `.`, `_`.
    pub fn is_well_formed(&self) -> bool {
        match self.system {
            CodeSystem::Atc => is_atc_level(&self.value),
            CodeSystem::Icd10 => {
                let mut chars = self.value.chars();
                chars.next().is_some_and(|c| c.is_ascii_uppercase())
                    && chars.next().is_some_and(|c| c.is_ascii_digit())
                    && chars.all(|c| c.is_ascii_alphanumeric() || c == '-')
            }
            CodeSystem::Local => !self.value.chars().any(char::is_control),
            _ => {
                let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
                self.value.chars().all(plain)
            }
        }
    }
}

fn icd10(value: &str) -> SmolStr {
    let upper = value
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '†' | '*' | '+'))
        .map(|c| c.to_ascii_uppercase());
    // The first letter is the chapter (`X60`), any later `x` fills a place.
    let mut first = true;
    upper.filter(|c| std::mem::take(&mut first) || *c != 'X').collect()
}

fn is_atc_level(value: &str) -> bool {
    let shape = |(i, b): (usize, u8)| match i {
        1 | 2 | 5 | 6 => b.is_ascii_digit(),
        _ => b.is_ascii_uppercase(),
    };
    matches!(value.len(), 1 | 3 | 4 | 5 | 7) && value.bytes().enumerate().all(shape)
}

/// `ATC:M01AE01`, `ICD10:N189`.
impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.system.prefix(), self.value)
    }
}
