//! The patient, the prescriber and the house.
use super::object::{Field, Value, object, plain_object, read_object, read_object_or_text};
use super::scalar::{Intolerance, Scalar, comparison};
use super::stated::{Gestation, positive};
use super::trail::Trail;
use crate::fault::{Fault, FaultCode};
use crate::{
    Allergy, Coded, Condition, Institution, Observation, ObservationValue, Patient, Prescriber, TcmDiagnosis,
    calendar::Moment,
};
use serde::de::Deserializer;
use shenfang_units::{Comparison, Quantity, Ratio, Unit};

object!(Institution, "an institution", "机构对象", { "id" id => id, "level" level => level, });
object!(Prescriber, "a prescriber", "开方人对象", {
    "id" id => id,
    "title" title => title,
    "privileges" privileges => privileges,
    "signed" signed => signed,
});
object!(TcmDiagnosis, "a diagnosis of Chinese medicine", "中医诊断对象", { "disease" disease => disease, "pattern" pattern => pattern, });
object!(Patient, "a patient", "患者对象", {
    "id" id => id,
    "sex" sex => sex,
    "birth_date" birth_date => birth_date,
    "age" age => age,
    "weight" weight => weight via positive,
    "height" height => height via positive,
    "pregnant" pregnant => pregnant,
    "lactating" lactating => lactating,
    "gestation" gestation => gestation via Gestation::keep,
    "lmp" lmp => lmp,
    "dialysis" dialysis => dialysis,
    "child_pugh" child_pugh => child_pugh,
    "bsa" bsa => bsa,
    "egfr" egfr => egfr,
    "crcl" crcl => crcl,
    "allergies" allergies => allergies,
    "conditions" conditions => conditions,
    "observations" observations => observations,
});
plain_object!(Institution, Prescriber, TcmDiagnosis, Patient);

object!(Coded, "a name or {code, name}", "名称或 {code, name}", { "code" code => code, "name" name => name, });
object!(Allergy, "a name or {code, name}", "名称或 {code, name}", {
    "code" code => to.code,
    "name" name => to.name,
    "kind" kind => intolerance via is_intolerance,
    "severe" severe => severe,
    "status" status => status,
});
object!(Condition, "a name or {code, name}", "名称或 {code, name}", {
    "code" code => what.code,
    "name" name => what.name,
    "status" status => status,
});

fn is_intolerance(kind: Option<Intolerance>) -> bool {
    kind.is_some_and(|kind| kind.0)
}

/// A code or a name there must be.
fn named<T, E: serde::de::Error>(value: T, what: fn(&T) -> &Coded) -> Result<T, E> {
    let coded = what(&value);
    let says = |text: &Option<Box<str>>| text.as_deref().is_some_and(|text| !crate::words::is_blank(text));
    if says(&coded.code) || says(&coded.name) {
        return Ok(value);
    }
    Err(Fault::new(
        FaultCode::MissingField,
        "缺 `name` 或 `code`",
        "neither `name` nor `code`",
    )
    .raise())
}

fn from_name(text: &str) -> Coded {
    Coded {
        code: None,
        name: Some(text.into()),
    }
}

impl Value for Coded {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        named(
            read_object_or_text(deserializer, trail, |text| Ok(from_name(text)))?,
            |coded| coded,
        )
    }
}
/// The drug of an item may not be absent: empty where it is, found by [`super::check`] at its own place.
impl Field for Coded {
    fn read_field<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        Option::<Coded>::read_field(deserializer, trail).map(Option::unwrap_or_default)
    }
}
impl Value for Allergy {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        named(
            read_object_or_text(deserializer, trail, |text| {
                Ok(Allergy {
                    to: from_name(text),
                    ..Allergy::default()
                })
            })?,
            |allergy| &allergy.to,
        )
    }
}
impl Value for Condition {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        named(
            read_object_or_text(deserializer, trail, |text| {
                Ok(Condition {
                    what: from_name(text),
                    ..Condition::default()
                })
            })?,
            |condition| &condition.what,
        )
    }
}

/// An observation before number, unit and comparator are put together.
#[derive(Default)]
struct Written {
    what: Coded,
    value: Option<Scalar>,
    unit: Option<Box<str>>,
    comparator: Option<Comparison>,
    at: Option<Moment>,
}
object!(Written, "an observation", "检验对象", {
    "code" code => what.code,
    "name" name => what.name,
    "value" value => value,
    "unit" unit => unit,
    "comparator" comparator => comparator,
    "at" at => at,
});

impl Value for Observation {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        let written = named(read_object(deserializer, trail)?, |written: &Written| &written.what)?;
        let (comparator, value) = observed(written.value.as_ref(), written.unit.as_deref(), written.comparator);
        Ok(Observation {
            what: written.what,
            value,
            comparator,
            at: written.at,
        })
    }
}

/// Number and unit, where both can be read; else the text. A sign before the number (`>90`) is the comparator where none is given.
fn observed(
    value: Option<&Scalar>,
    unit: Option<&str>,
    comparator: Option<Comparison>,
) -> (Option<Comparison>, ObservationValue) {
    let Some(value) = value else {
        return (comparator, ObservationValue::Absent);
    };
    let text = value.text().trim();
    let digits = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (sign, number) = match (comparator, text.split_at_checked(digits)) {
        (None, Some((sign, number))) if !sign.is_empty() && comparison(sign).is_some() => (comparison(sign), number),
        _ => (comparator, text),
    };
    let unit_written = unit.map(str::trim).filter(|unit| !unit.is_empty());
    let quantity = match unit_written {
        Some(unit) => Ratio::parse_decimal(number)
            .ok()
            .zip(Unit::parse(unit).ok())
            .map(|(value, unit)| Quantity { value, unit }),
        None => Quantity::parse(number).ok(),
    };
    match quantity {
        Some(quantity) => (sign, ObservationValue::Quantity(quantity)),
        None => {
            let text = unit_written.map_or_else(|| text.to_owned(), |unit| format!("{text} {unit}"));
            (comparator, ObservationValue::Text(text.into()))
        }
    }
}
