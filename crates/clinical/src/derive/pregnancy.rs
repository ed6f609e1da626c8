//! Pregnancy and its length.
use super::told::Told;
use super::{Measured, stated_or};
use crate::calendar::{SECONDS_A_DAY, days_between, duration};
use crate::words::normalised;
use crate::{Coded, ConditionStatus, Patient, Prescription, Sex, Stated};
use jiff::civil::Date;
use shenfang_units::{CalendarUnit, Dimension, Interval, Ratio};

/// Days after the last period up to which it dates a pregnancy: 44 weeks.
const LONGEST_GESTATION_DAYS: i64 = 308;

/// Whether the patient is pregnant: never a male; a diagnosis of pregnancy (or a stated gestation) makes an explicit false unknown and an absent one true.
pub(super) fn pregnant(rx: &Prescription) -> Option<bool> {
    if rx.patient.sex == Some(Sex::Male) {
        return Some(false);
    }
    let conditions = rx
        .patient
        .conditions
        .iter()
        .flatten()
        .filter(|condition| condition.status == ConditionStatus::Active)
        .map(|condition| &condition.what);
    let diagnosed = rx.diagnoses.iter().flatten().chain(conditions).any(speaks_of_pregnancy)
        || rx.patient.gestation.value().is_some();
    match (rx.patient.pregnant, diagnosed) {
        (Some(false), true) => None,
        (None, true) => Some(true),
        (stated, _) => stated,
    }
}

fn speaks_of_pregnancy(coded: &Coded) -> bool {
    coded.code.as_deref().is_some_and(is_pregnancy_code)
        || coded
            .name
            .as_deref()
            .is_some_and(|name| is_pregnancy_name(name) || is_pregnancy_code(name))
}

/// ICD-10 O00–O48 and Z33–Z36.
fn is_pregnancy_code(code: &str) -> bool {
    let code = code.trim();
    let after = |system: &str| {
        let (before, after) = code.split_at_checked(system.len())?;
        before.eq_ignore_ascii_case(system).then_some(after)
    };
    // What names no system is told by its first letter, and hardly any is of these chapters.
    let code = match code.as_bytes() {
        [b'I' | b'i', ..] => after("ICD10:").or_else(|| after("ICD-10:")).unwrap_or(code),
        _ => code,
    };
    let categories = match code.as_bytes() {
        [b'O' | b'o', ..] => 0..=48,
        [b'Z' | b'z', ..] => 33..=36,
        _ => return false,
    };
    let category = code.get(1..3).and_then(|category| category.parse::<u8>().ok());
    category.is_some_and(|category| categories.contains(&category))
}

/// Words that speak of a pregnancy that is not now, or of none.
const NOT_NOW: [&str; 12] = [
    "史",
    "非妊娠",
    "未妊娠",
    "避孕",
    "不孕",
    "备孕",
    "妊娠纹",
    "终止妊娠后",
    "产后",
    "流产后",
    "排除",
    "否认",
];

/// What one name says apart from another beside it: 早孕；剖宫产史 is a pregnancy and a history.
const APART: [char; 11] = ['；', ';', '，', ',', '、', '。', '/', '(', ')', '（', '）'];

/// 早孕, 妊娠, 孕12周, 孕12+3周, each part of the name for itself.
fn is_pregnancy_name(name: &str) -> bool {
    if !may_be_pregnancy(name) {
        return false;
    }
    let name = normalised(name);
    if !name.contains(['孕', '妊']) {
        return false;
    }
    let is_now = |part: &str| !NOT_NOW.iter().any(|word| part.contains(word)) && speaks(part);
    // A blank parts 妊娠 from 剖宫产史, and is nothing in 孕 12 周.
    name.split(APART)
        .any(|part| is_now(part) || part.split_whitespace().any(is_now))
}

/// False of a name of common Chinese characters and ASCII, which are normal as they are, in which no character ends as 孕 and 妊 do: nearly every one.
fn may_be_pregnancy(name: &str) -> bool {
    let is_odd = |byte: u8| (0xc0..0xe4).contains(&byte) || byte > 0xe9 || byte == 0x95 || byte == 0x8a;
    name.bytes().fold(false, |odd, byte| odd | is_odd(byte))
}

/// 早孕, 妊娠, or weeks of it.
fn speaks(part: &str) -> bool {
    let weeks = || {
        part.split('孕').skip(1).any(|rest| {
            let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "+ 一二三四五六七八九十".contains(c));
            after.len() < rest.len() && after.starts_with('周')
        })
    };
    part.contains("早孕") || part.contains("妊娠") || weeks()
}

/// Given, or counted from the last period of a patient who is pregnant.
pub(super) fn gestation(patient: &Patient, today: Option<Date>, pregnant: Option<bool>) -> Option<Measured> {
    if let Stated::Read { value, .. } = &patient.gestation {
        let amount = duration(value)?;
        return Some(Measured {
            interval: Interval::exactly(amount.value),
            dimension: Dimension::TIME,
            told: match (value.unit.calendar(), i64::try_from(value.value.numerator())) {
                (Some(CalendarUnit::Day), Ok(days)) if value.value.denominator() == 1 => {
                    Told::Weeks { days, period: None }
                }
                _ => Told::Quantity {
                    sign: "",
                    quantity: value.clone(),
                    observed: None,
                },
            },
        });
    }
    stated_or(&patient.gestation, Dimension::TIME, || {
        let lmp = patient.lmp.filter(|_| pregnant == Some(true))?;
        let days = days_between(lmp, today?);
        if !(0..=LONGEST_GESTATION_DAYS).contains(&days) {
            return None;
        }
        let value = Ratio::integer(days.checked_mul(SECONDS_A_DAY)?);
        Some(Measured {
            interval: Interval::exactly(value),
            dimension: Dimension::TIME,
            told: Told::Weeks {
                days,
                period: Some(lmp),
            },
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_that_speaks_of_a_pregnancy_is_passed_over() {
        let all = '\0'..=char::MAX;
        for c in all {
            let name = c.to_string();
            let speaks = normalised(&name).contains(['孕', '妊']);
            assert!(!speaks || may_be_pregnancy(&name), "{name}");
            // What is passed over stays as it is, whatever stands beside it.
            assert!(may_be_pregnancy(&name) || shenfang_nfkc::is_nfkc(&name), "{name}");
        }
        assert!(!may_be_pregnancy("2 型糖尿病"));
        assert!(may_be_pregnancy("高血压；早孕"));
    }
}
