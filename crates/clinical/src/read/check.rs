//! What spans several fields of a record: identities, what may not be absent, birth date against age.
use crate::fault::{Fault, FaultCode, quote};
use crate::words::is_blank;
use crate::{AgeFact, Item, Prescription};
use std::collections::HashSet;

/// The first fault that no single field shows, with its path (`/items/1/id`).
pub fn check(prescription: &Prescription) -> Result<(), (String, Fault)> {
    if is_blank(&prescription.id) {
        return Err(missing("/id", "id"));
    }
    if prescription.items.is_empty() {
        let fault = Fault::new(FaultCode::MissingField, "处方没有药品", "no item on the sheet");
        return Err(("/items".to_owned(), fault));
    }
    let mut ids = Ids::default();
    for (at, item) in prescription.items.iter().enumerate() {
        check_item(item, &mut ids, "items", at)?;
    }
    for (at, medication) in prescription.current_medications.iter().flatten().enumerate() {
        check_item(&medication.item, &mut ids, "current_medications", at)?;
    }
    check_age(prescription)
}

/// The same of a sheet that was read without its items and of which no current medication is stated.
pub fn check_rest(prescription: &Prescription) -> Result<(), (String, Fault)> {
    if is_blank(&prescription.id) {
        return Err(missing("/id", "id"));
    }
    check_age(prescription)
}

/// Ids that came before: of a sheet as people write it a few, of any other many.
#[derive(Default)]
struct Ids<'p> {
    few: [&'p str; FEW],
    count: usize,
    many: HashSet<&'p str>,
}

/// Ids that are faster compared than hashed.
const FEW: usize = 24;

impl<'p> Ids<'p> {
    /// False where it came before.
    fn is_new(&mut self, id: &'p str) -> bool {
        if self.few.iter().take(self.count).any(|known| *known == id) {
            return false;
        }
        match self.few.get_mut(self.count) {
            Some(place) => {
                *place = id;
                self.count = self.count.saturating_add(1);
                true
            }
            None => self.many.insert(id),
        }
    }
}

fn check_item<'p>(item: &'p Item, ids: &mut Ids<'p>, list: &str, at: usize) -> Result<(), (String, Fault)> {
    if is_blank(&item.id) {
        return Err(missing(&format!("/{list}/{at}/id"), "id"));
    }
    if !ids.is_new(&item.id) {
        let id = quote(&item.id);
        let fault = Fault::new(
            FaultCode::DuplicateId,
            format!("id `{id}` 重复"),
            format!("id `{id}` stands twice"),
        );
        return Err((format!("/{list}/{at}/id"), fault));
    }
    if item.drug.code.is_none() && item.drug.name.is_none() {
        return Err(missing(&format!("/{list}/{at}/drug"), "drug"));
    }
    Ok(())
}

/// With both, birth date and age must agree on the day the sheet was written.
fn check_age(prescription: &Prescription) -> Result<(), (String, Fault)> {
    let patient = &prescription.patient;
    let (Some(birth), Some(written)) = (patient.birth_date, &prescription.authored_on) else {
        return Ok(());
    };
    let contradiction =
        |path: &str, zh: String, en: String| Err((path.to_owned(), Fault::new(FaultCode::Contradiction, zh, en)));
    if birth > written.date {
        return contradiction(
            "/patient/birth_date",
            format!("出生日期 {birth} 晚于开方日期 {}", written.date),
            format!("birth date {birth} is later than the sheet, {}", written.date),
        );
    }
    match patient.age.value() {
        Some(age) if !age.agrees(birth, written.date) => {
            let born = AgeFact::Born {
                birth,
                on: written.date,
            }
            .shown();
            let stated = quote(patient.age.text().unwrap_or_default());
            contradiction(
                "/patient/age",
                format!("年龄 `{stated}` 与出生日期 {birth} 不符（当日为 {born}）"),
                format!("age `{stated}` contradicts the birth date {birth} ({born} on that day)"),
            )
        }
        _ => Ok(()),
    }
}

fn missing(path: &str, field: &str) -> (String, Fault) {
    (
        path.to_owned(),
        Fault::new(
            FaultCode::MissingField,
            format!("缺字段 `{field}`"),
            format!("missing field `{field}`"),
        ),
    )
}
