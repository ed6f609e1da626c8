//! What was not recognised: names, codes and texts of fields, each with its path. Nothing of the record vanishes here.
use crate::program::Tables;
use crate::sheet::{Entry, History, Identity, Line, Sheet, Unknown};
use crate::show::coded;
use shenfang_clinical::{Item, Severity, Stated, Unrecognized};

/// In the order of the record: lines, allergies, conditions, diagnoses, fields of patient and sheet.
pub(crate) fn find(sheet: &Sheet<'_>) -> Vec<Unrecognized> {
    let mut found = Vec::new();
    for (number, line) in (0u32..).zip(sheet.lines) {
        if let Some(item) = sheet.written(number) {
            drug(sheet, number, line, item, &mut found);
            if !is_legible(item) {
                fields(item, line.current, &mut found);
            }
        }
    }
    for kind in [History::Allergy, History::Condition, History::Diagnosis] {
        let entries = sheet
            .history
            .iter()
            .filter(|entry| entry.kind == kind && (!entry.resolved || entry.ambiguous));
        found.extend(entries.filter_map(|entry| history(sheet, entry)));
    }
    patient(sheet, &mut found);
    found
}

fn names(tables: &Tables, concepts: impl Iterator<Item = u32>) -> Vec<String> {
    concepts
        .map(|concept| tables.catalogue.name(concept).to_owned())
        .collect()
}

fn drug(sheet: &Sheet<'_>, number: u32, line: &Line, item: &Item, found: &mut Vec<Unrecognized>) {
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
        item: Some(String::from(&*item.id)),
        path: None,
        text: coded(&item.drug).to_owned(),
        candidates,
        reason,
        severity: Severity::Major,
    });
}

/// A medicine that is known by name only: what it contains, no rule can tell.
fn contents(sheet: &Sheet<'_>, line: &Line, item: &Item, found: &mut Vec<Unrecognized>) {
    let mut concepts = sheet.concepts(line.senses).iter();
    let unknown = |concept: &u32| {
        sheet
            .catalogue()
            .entry(*concept)
            .is_some_and(|entry| entry.contents_unknown)
    };
    if concepts.any(unknown) {
        found.push(Unrecognized {
            item: Some(String::from(&*item.id)),
            path: None,
            text: coded(&item.drug).to_owned(),
            candidates: Vec::new(),
            reason: Some("contents_unknown"),
            severity: Severity::Moderate,
        });
    }
}

fn near(sheet: &Sheet<'_>, unknown: Unknown) -> Vec<String> {
    let mut known = sheet.near.iter();
    let found = known.find(|(known, _)| *known == unknown);
    let near = found.map_or(&[][..], |(_, near)| near);
    names(sheet.tables, near.iter().copied())
}

fn unreadable(path: impl FnOnce() -> String, text: Option<&str>, found: &mut Vec<Unrecognized>) {
    if let Some(text) = text {
        found.push(Unrecognized {
            item: None,
            path: Some(path()),
            text: text.to_owned(),
            candidates: Vec::new(),
            reason: Some("unreadable"),
            severity: Severity::Minor,
        });
    }
}

/// Whether there is nothing to say of the fields of a line.
fn is_legible(item: &Item) -> bool {
    fn read<T>(stated: &Stated<T>) -> bool {
        stated.unreadable().is_none()
    }
    let steps = item.steps.as_ref().is_none_or(Vec::is_empty);
    let doses = read(&item.dose) & read(&item.strength) & read(&item.pack) & read(&item.max_per_day);
    let times = read(&item.frequency) & read(&item.route) & read(&item.duration) & read(&item.quantity);
    steps & doses & times && item.infusion.is_none() && item.preparation.iter().flatten().all(read)
}

fn fields(item: &Item, current: bool, found: &mut Vec<Unrecognized>) {
    let list = if current { "current_medications" } else { "items" };
    let path = |field: &str| format!("{list}.{}.{field}", item.id);
    let mut see = |field: &str, text: Option<&str>| unreadable(|| path(field), text, found);
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

fn history(sheet: &Sheet<'_>, entry: &Entry) -> Option<Unrecognized> {
    let what = entry.written(sheet.rx)?;
    let (list, severity) = match entry.kind {
        History::Allergy => ("patient.allergies", Severity::Major),
        History::Condition => ("patient.conditions", Severity::Moderate),
        History::Diagnosis => ("diagnoses", Severity::Moderate),
    };
    Some(Unrecognized {
        item: None,
        path: Some(format!("{list}.{}", entry.place)),
        text: coded(what).to_owned(),
        candidates: match entry.ambiguous {
            true => names(sheet.tables, sheet.concepts(entry.senses).iter().copied()),
            false => near(sheet, Unknown::Entry(entry.kind, entry.place)),
        },
        reason: entry.ambiguous.then_some("ambiguous"),
        severity,
    })
}

fn patient(sheet: &Sheet<'_>, found: &mut Vec<Unrecognized>) {
    let patient = &sheet.rx.patient;
    fn text<T>(stated: &Stated<T>) -> Option<&str> {
        stated.unreadable()
    }
    let fields = [
        ("patient.age", text(&patient.age)),
        ("patient.weight", text(&patient.weight)),
        ("patient.height", text(&patient.height)),
        ("patient.gestation", text(&patient.gestation)),
        ("patient.bsa", text(&patient.bsa)),
        ("patient.egfr", text(&patient.egfr)),
        ("patient.crcl", text(&patient.crcl)),
        ("doses", text(&sheet.rx.doses)),
    ];
    for (path, text) in fields {
        unreadable(|| path.to_owned(), text, found);
    }
}
