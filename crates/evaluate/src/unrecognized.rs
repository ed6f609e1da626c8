//! What was not recognised: names, codes and texts of fields, each with its path. Nothing of the record vanishes here.
use crate::program::Tables;
use crate::sheet::{Entry, History, Identity, Line, Sheet, Unknown};
use crate::show::coded;
use shenfang_clinical::{Item, Prescription, Severity, Stated, Str, Unrecognized};
use std::borrow::Cow;

/// In the order of the record: lines, allergies, conditions, diagnoses, fields of patient and sheet. `recognised`: lines of which
/// all is known to be.
pub(crate) fn find<'p>(sheet: &Sheet<'_, 'p>, recognised: &dyn Fn(u32) -> bool) -> Vec<Unrecognized<'p>> {
    let mut found = Vec::new();
    for (number, line) in (0u32..).zip(sheet.lines) {
        if recognised(number) {
            continue;
        }
        if let Some(item) = sheet.written(number) {
            drug(sheet, number, line, item, &mut found);
            if !is_legible(item) {
                fields(item, line.current, &mut found);
            }
        }
    }
    let unknown = |entry: &&Entry| !entry.resolved || entry.ambiguous;
    if sheet.history.iter().any(|entry| unknown(&entry)) {
        for kind in [History::Allergy, History::Condition, History::Diagnosis] {
            let entries = sheet.history.iter().filter(unknown).filter(|entry| entry.kind == kind);
            found.extend(entries.filter_map(|entry| history(sheet, entry)));
        }
    }
    patient(sheet.rx, &mut found);
    found
}

fn names(tables: &Tables, concepts: impl Iterator<Item = u32>) -> Vec<Str<'_>> {
    concepts
        .map(|concept| Cow::Borrowed(tables.catalogue.name(concept)))
        .collect()
}

fn drug<'p>(sheet: &Sheet<'_, 'p>, number: u32, line: &Line, item: &'p Item, found: &mut Vec<Unrecognized<'p>>) {
    let reason = match line.identity {
        Identity::Known => return contents(sheet, line, item, found),
        Identity::Unresolved => None,
        Identity::Ambiguous => Some("ambiguous"),
        Identity::Differing | Identity::AmbiguousDiffering => Some("code_and_name_differ"),
    };
    let candidates = match line.identity {
        Identity::Unresolved => near(sheet, Unknown::Line(number)),
        _ => names(sheet.tables, sheet.concepts(line.senses).iter().copied()),
    };
    found.push(Unrecognized {
        item: Some(Cow::Borrowed(&*item.id)),
        path: None,
        text: Cow::Borrowed(coded(&item.drug)),
        candidates,
        reason,
        severity: Severity::Major,
    });
}

/// Whether there is nothing to say of a line, nor of any other that is written like it. What a drug text adds stands where the line's own fields say
/// nothing: where both can be read, they can.
pub(crate) fn is_recognised(sheet: &Sheet<'_, '_>, number: u32) -> bool {
    let line = sheet.line(number).filter(|line| line.identity == Identity::Known);
    line.is_some_and(|line| !is_known_by_name_only(sheet, line)) && sheet.item(number).is_some_and(is_legible)
}

/// Whether nobody knows what a medicine contains.
fn is_known_by_name_only(sheet: &Sheet<'_, '_>, line: &Line) -> bool {
    let mut concepts = sheet.concepts(line.senses).iter();
    concepts.any(|concept| {
        let entry = sheet.catalogue().entry(*concept);
        entry.is_some_and(|entry| entry.contents_unknown)
    })
}

/// A medicine that is known by name only: what it contains, no rule can tell.
fn contents<'p>(sheet: &Sheet<'_, 'p>, line: &Line, item: &'p Item, found: &mut Vec<Unrecognized<'p>>) {
    if is_known_by_name_only(sheet, line) {
        found.push(Unrecognized {
            item: Some(Cow::Borrowed(&*item.id)),
            path: None,
            text: Cow::Borrowed(coded(&item.drug)),
            candidates: Vec::new(),
            reason: Some("contents_unknown"),
            severity: Severity::Moderate,
        });
    }
}

fn near<'p>(sheet: &Sheet<'_, 'p>, unknown: Unknown) -> Vec<Str<'p>> {
    let mut known = sheet.near.iter();
    let found = known.find(|(known, _)| *known == unknown);
    let near = found.map_or(&[][..], |(_, near)| near);
    names(sheet.tables, near.iter().copied())
}

fn unreadable<'p>(path: impl FnOnce() -> String, text: Option<&'p str>, found: &mut Vec<Unrecognized<'p>>) {
    if let Some(text) = text {
        found.push(Unrecognized {
            item: None,
            path: Some(Cow::Owned(path())),
            text: Cow::Borrowed(text),
            candidates: Vec::new(),
            reason: Some("unreadable"),
            severity: Severity::Minor,
        });
    }
}

/// Whether there is nothing to say of the fields of a line.
pub(crate) fn is_legible(item: &Item) -> bool {
    fn read<T>(stated: &Stated<T>) -> bool {
        stated.unreadable().is_none()
    }
    let steps = item.steps.as_ref().is_none_or(Vec::is_empty);
    let doses = read(&item.dose) & read(&item.strength) & read(&item.pack) & read(&item.max_per_day);
    let times = read(&item.frequency) & read(&item.route) & read(&item.duration) & read(&item.quantity);
    steps & doses & times && item.infusion.is_none() && item.preparation.iter().flatten().all(read)
}

fn fields<'p>(item: &'p Item, current: bool, found: &mut Vec<Unrecognized<'p>>) {
    let list = if current { "current_medications" } else { "items" };
    let path = |field: &str| format!("{list}.{}.{field}", item.id);
    let mut see = |field: &str, text: Option<&'p str>| unreadable(|| path(field), text, found);
    see("strength", item.strength.unreadable());
    see("pack", item.pack.unreadable());
    see("dose", item.dose.unreadable());
    see("frequency", item.frequency.unreadable());
    see("route", item.route.unreadable());
    see("duration", item.duration.unreadable());
    see("quantity", item.quantity.unreadable());
    for footnote in item.preparation.iter().flatten() {
        see("preparation", footnote.unreadable());
    }
    for (place, step) in item.steps.iter().flatten().enumerate() {
        let texts = [
            step.dose.unreadable(),
            step.frequency.unreadable(),
            step.duration.unreadable(),
        ];
        for (field, text) in ["dose", "frequency", "duration"].iter().zip(texts) {
            if text.is_some() {
                see(&format!("steps.{place}.{field}"), text);
            }
        }
    }
    see("max_per_day", item.max_per_day.unreadable());
    if let Some(infusion) = &item.infusion {
        see("infusion.rate", infusion.rate.unreadable());
        see("infusion.over", infusion.over.unreadable());
    }
}

fn history<'p>(sheet: &Sheet<'_, 'p>, entry: &Entry) -> Option<Unrecognized<'p>> {
    let what = entry.written(sheet.rx)?;
    let (list, severity) = match entry.kind {
        History::Allergy => ("patient.allergies", Severity::Major),
        History::Condition => ("patient.conditions", Severity::Moderate),
        History::Diagnosis => ("diagnoses", Severity::Moderate),
    };
    Some(Unrecognized {
        item: None,
        path: Some(Cow::Owned(format!("{list}.{}", entry.place))),
        text: Cow::Borrowed(coded(what)),
        candidates: match entry.ambiguous {
            true => names(sheet.tables, sheet.concepts(entry.senses).iter().copied()),
            false => near(sheet, Unknown::Entry(entry.kind, entry.place)),
        },
        reason: entry.ambiguous.then_some("ambiguous"),
        severity,
    })
}

/// Whether there is nothing to say of the fields of patient and sheet.
pub(crate) fn says_nothing_of(rx: &Prescription) -> bool {
    let mut found = Vec::new();
    patient(rx, &mut found);
    found.is_empty()
}

/// The fields of patient and sheet.
fn patient<'p>(rx: &'p Prescription, found: &mut Vec<Unrecognized<'p>>) {
    let patient = &rx.patient;
    let mut see = |path: &str, text: Option<&'p str>| unreadable(|| path.to_owned(), text, found);
    see("patient.age", patient.age.unreadable());
    see("patient.weight", patient.weight.unreadable());
    see("patient.height", patient.height.unreadable());
    see("patient.gestation", patient.gestation.unreadable());
    see("patient.bsa", patient.bsa.unreadable());
    see("patient.egfr", patient.egfr.unreadable());
    see("patient.crcl", patient.crcl.unreadable());
    see("doses", rx.doses.unreadable());
}
