//! The lines of the sheet, prescribed and current.
use super::object::{List, Value, entry, object, plain_object, read_object_or_text};
use super::scalar::bounded;
use super::stated::{Dispensed, Lasting, Pack, positive};
use super::trail::Trail;
use crate::fault::{Fault, FaultCode, What, quote};
use crate::{
    CurrentMedication, DosageStep, Dose, Footnote, Infusion, Item, Prescription, Route, SheetForm, SkinTest,
    SkinTestResult, Stated, calendar::Moment,
};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use shenfang_units::Quantity;
use std::fmt;

object!(Item, "an item", "药品对象", {
    "id" id => id,
    "drug" drug => drug,
    "strength" strength => strength,
    "pack" pack => pack via Pack::keep,
    "dose" dose => dose,
    "frequency" frequency => frequency,
    "route" route => route,
    "duration" duration => duration via Lasting::keep,
    "quantity" quantity => quantity via Dispensed::keep,
    "preparation" preparation => preparation via Preparation::keep,
    "steps" steps => steps via bounded_steps,
    "max_per_day" max_per_day => max_per_day via most_a_day,
    "skin_test" skin_test => skin_test via boxed,
    "infusion" infusion => infusion via boxed,
    "form" form => form,
});
object!(CurrentMedication, "a current medication", "现用药对象", {
    "id" id => item.id,
    "drug" drug => item.drug,
    "strength" strength => item.strength,
    "pack" pack => item.pack via Pack::keep,
    "dose" dose => item.dose,
    "frequency" frequency => item.frequency,
    "route" route => item.route,
    "duration" duration => item.duration via Lasting::keep,
    "quantity" quantity => item.quantity via Dispensed::keep,
    "preparation" preparation => item.preparation via Preparation::keep,
    "steps" steps => item.steps via bounded_steps,
    "max_per_day" max_per_day => item.max_per_day via most_a_day,
    "skin_test" skin_test => item.skin_test via boxed,
    "infusion" infusion => item.infusion via boxed,
    "form" form => item.form,
    "started_on" started_on => started_on,
    "stopped_on" stopped_on => stopped_on,
    "institution" institution => institution,
    "renewed_by" renewed_by => renewed_by,
});
object!(DosageStep, "a step", "用法步骤对象", {
    "from_day" from_day => from_day,
    "dose" dose => dose,
    "frequency" frequency => frequency,
    "duration" duration => duration via Lasting::keep,
});
object!(Infusion, "an infusion", "输注对象", { "group" group => group, "rate" rate => rate via positive, "over" over => over via Lasting::keep, });
plain_object!(Item, CurrentMedication, DosageStep, Infusion);

fn most_a_day(stated: Stated<Quantity>) -> Stated<Box<Quantity>> {
    positive(stated).map(Box::new)
}

fn boxed<T>(stated: Option<T>) -> Option<Box<T>> {
    stated.map(Box::new)
}

fn bounded_steps(steps: Option<List<DosageStep, { super::STEPS }>>) -> Option<Vec<DosageStep>> {
    steps.map(|steps| steps.0)
}

/// A skin test before its result is known to stand there.
#[derive(Default)]
struct Tested {
    result: Option<SkinTestResult>,
    at: Option<Moment>,
    batch: Option<Box<str>>,
}
object!(Tested, "a skin test result or {result, at, batch}", "皮试结果或 {result, at, batch}", { "result" result => result, "at" at => at, "batch" batch => batch, });

impl Value for SkinTest {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        let tested: Tested = read_object_or_text(deserializer, trail, |text| {
            let result = SkinTestResult::from_word(&crate::words::fold(text));
            let unknown = || {
                Fault::new(
                    FaultCode::UnknownWord,
                    format!("未知皮试结果 `{}`；可用：阴性、阳性、未做、免试", quote(text)),
                    format!(
                        "unknown skin test result `{}`; the words are negative, positive, not_done, exempt",
                        quote(text)
                    ),
                )
            };
            result
                .map(|result| Tested {
                    result: Some(result),
                    ..Tested::default()
                })
                .ok_or_else(unknown)
        })?;
        match tested.result {
            Some(result) => Ok(SkinTest {
                result,
                at: tested.at,
                batch: tested.batch,
            }),
            None => Err(Fault::new(
                FaultCode::MissingField,
                "皮试缺 `result`",
                "the skin test has no `result`",
            )
            .raise()),
        }
    }
}

/// Footnotes of a piece: one text, several joined by 、, or a list.
pub(crate) struct Preparation(Vec<Stated<Footnote>>);

impl Preparation {
    fn keep(preparation: Option<Preparation>) -> Option<Vec<Stated<Footnote>>> {
        preparation.map(|notes| notes.0)
    }

    fn add(&mut self, text: &str) {
        let words = text
            .split(['、', '，', ',', '；', ';', '/', '+'])
            .map(str::trim)
            .filter(|word| !word.is_empty());
        self.0.extend(words.map(|word| match crate::words::footnote(word) {
            Some(value) => Stated::Read {
                value,
                text: word.into(),
            },
            None => Stated::Unreadable(word.into()),
        }));
    }
}

impl Value for Preparation {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, trail: &Trail) -> Result<Self, D::Error> {
        struct PreparationVisitor<'t>(&'t Trail);
        impl<'de> Visitor<'de> for PreparationVisitor<'_> {
            type Value = Preparation;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                What {
                    en: "a footnote or a list of them",
                    zh: "脚注或脚注列表",
                }
                .expecting(f)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Preparation, E> {
                let mut out = Preparation(Vec::new());
                out.add(bounded(text).map_err(Fault::raise)?);
                Ok(out)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Preparation, A::Error> {
                let mut out = Preparation(Vec::new());
                let mut index = 0_usize;
                while let Some(text) = entry::<_, Box<str>>(&mut seq, index, usize::MAX, self.0)? {
                    out.add(&text);
                    index = index.saturating_add(1);
                }
                Ok(out)
            }
        }
        deserializer.deserialize_any(PreparationVisitor(trail))
    }
}

/// 适量 on a local route is a dose stated without measure. Whether the route is local is known when the sheet has been read.
/// A line whose dose is zero is one whose dose was left to be filled; a step of zero (早10U 中0U) is none given then.
pub(crate) fn settle(prescription: &mut Prescription) {
    let external = prescription.usage.form == Some(SheetForm::External);
    let current = prescription
        .current_medications
        .iter_mut()
        .flatten()
        .map(|medication| &mut medication.item);
    for item in prescription.items.iter_mut().chain(current) {
        let local = match &item.route {
            Stated::Read { value, .. } => value.within(Route::Local),
            Stated::Absent => external,
            Stated::Unreadable(_) => false,
        };
        if let Stated::Read {
            value: Dose::Measured(range),
            text,
        } = &mut item.dose
            && range.high.value.is_zero()
        {
            item.dose = Stated::Unreadable(std::mem::take(text));
        }
        if local {
            settle_dose(&mut item.dose);
            item.steps
                .iter_mut()
                .flatten()
                .for_each(|step| settle_dose(&mut step.dose));
        }
    }
}

fn settle_dose(dose: &mut Stated<Dose>) {
    if let Stated::Unreadable(text) = dose
        && crate::words::is_without_measure(text)
    {
        *dose = Stated::Read {
            value: Dose::Unmeasured,
            text: std::mem::take(text),
        };
    }
}
