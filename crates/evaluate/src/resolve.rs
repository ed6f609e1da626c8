//! Drug texts and codes to concepts. What is not known exactly is not known: no part of a name is ever taken for the whole.
use crate::catalogue::Catalogue;
use crate::csr::{narrow, wide};
use crate::program::Tables;
use crate::sheet::{Entry, History, Identity, Line, Prepared, Unknown, current};
use shenfang_clinical::words::strength;
use shenfang_clinical::{Allergy, Coded, ConditionStatus, DoseForm, Item, Prescription, Route, Stated};
use shenfang_knowledge::mapping::{self, LocalKey, Mapping};
use shenfang_knowledge::{Code, CodeSystem, DrugName, Resolution, names};

/// Most near names offered.
const CANDIDATES: usize = 5;

/// What a drug text stands for.
struct Drug<'c> {
    identity: Identity,
    form: Option<DoseForm>,
    name: Option<DrugName>,
    /// the local code or name it was known by
    local: Option<&'c Mapping>,
}

/// Resolves every line and every entry of the history into what is prepared.
pub(crate) fn resolve(tables: &Tables, rx: &Prescription, scratch: &mut Prepared) {
    let catalogue = &tables.catalogue;
    scratch.lines.clear();
    scratch.senses.clear();
    scratch.patched.clear();
    scratch.history.clear();
    scratch.near.clear();
    let own = rx.institution.id.as_deref();
    for item in &rx.items {
        line(catalogue, item, own, false, scratch);
    }
    for medication in current(rx) {
        let institution = medication.institution.as_deref().or(own);
        line(catalogue, &medication.item, institution, true, scratch);
    }
    refills(rx, scratch);
    history(catalogue, rx, scratch);
    reached(tables, scratch);
    near(catalogue, rx, scratch);
}

/// Works out, once for every set that is asked about it, what a coded entry of the history reaches: all that its levels do.
fn reached(tables: &Tables, scratch: &mut Prepared) {
    let Some(family) = tables.families.first() else {
        return;
    };
    let Prepared { senses, history, .. } = scratch;
    for entry in history.iter_mut() {
        let start = senses.len();
        for at in entry.levels.0..entry.levels.1 {
            let Some(concept) = senses.get(wide(at)).copied() else {
                continue;
            };
            let level = tables.catalogue.levels.row(concept);
            for one in std::iter::once(&concept).chain(level) {
                senses.extend_from_slice(family.reached.row(*one));
            }
        }
        if let Some(own) = senses.get_mut(start..) {
            own.sort_unstable();
        }
        entry.reached = (narrow(start), narrow(senses.len()));
    }
}

/// Finds near names for what did not resolve.
fn near(catalogue: &Catalogue, rx: &Prescription, scratch: &mut Prepared) {
    let Prepared {
        lines, history, near, ..
    } = scratch;
    let mut find = |unknown: Unknown, what: &Coded| {
        if let Some(name) = what.name.as_deref() {
            let found = catalogue.names.candidates(name, CANDIDATES);
            near.push((unknown, found.iter().map(|id| id.0).collect()));
        }
    };
    let current = current(rx).iter().map(|medication| &medication.item);
    for ((number, line), item) in (0u32..).zip(lines).zip(rx.items.iter().chain(current)) {
        if line.identity == Identity::Unresolved {
            find(Unknown::Line(number), &item.drug);
        }
    }
    for entry in history.iter().filter(|entry| !entry.resolved) {
        if let Some(what) = entry.written(rx) {
            find(Unknown::Entry(entry.kind, entry.place), what);
        }
    }
}

fn line(catalogue: &Catalogue, item: &Item, institution: Option<&str>, current: bool, scratch: &mut Prepared) {
    let start = narrow(scratch.senses.len());
    let drug = drug(catalogue, &item.drug, institution, &mut scratch.senses);
    let senses = (start, narrow(scratch.senses.len()));
    let first = scratch.senses.get(wide(start)).and_then(|id| catalogue.entry(*id));
    let grouped = item.infusion.as_ref().is_some_and(|infusion| infusion.group.is_some());
    let patched = patch(item, drug.name.as_ref(), drug.local);
    let footnote = drug.name.as_ref().and_then(|name| name.footnote);
    scratch.lines.push(Line {
        senses,
        identity: drug.identity,
        current,
        skin_test: item.route.value() == Some(&Route::SkinTest),
        diluent: grouped && first.is_some_and(|entry| entry.diluent),
        refill: false,
        form: item.form.or(drug.form),
        footnote,
        patched: patched.map(|item| {
            scratch.patched.push(item);
            narrow(scratch.patched.len()).saturating_sub(1)
        }),
    });
}

/// The item with strength, dose and pack from its drug text, else from its local code or name, where its own fields say nothing.
fn patch(item: &Item, name: Option<&DrugName>, local: Option<&Mapping>) -> Option<Item> {
    let strength = name.and_then(|name| name.strength.as_deref());
    let strength = strength.or(local.and_then(|local| local.strength.as_deref()));
    let strength = strength.filter(|_| item.strength.is_absent());
    let dose = name.and_then(|name| name.dose.as_deref());
    let dose = dose.filter(|_| item.dose.is_absent() && item.steps.is_none());
    let pack = local.and_then(|local| local.pack.as_deref());
    let pack = pack.filter(|_| item.pack.is_absent()).and_then(strength::pack);
    if strength.is_none() && dose.is_none() && pack.is_none() {
        return None;
    }
    let mut item = item.clone();
    if let Some(text) = strength {
        item.strength = match strength::parse(text) {
            Some(value) => Stated::Read {
                value,
                text: text.into(),
            },
            None => Stated::Unreadable(text.into()),
        };
    }
    if let Some(value) = pack {
        let text = value.to_string().into();
        item.pack = Stated::Read { value, text };
    }
    if let Some(text) = dose {
        let range = shenfang_units::QuantityRange::parse(text).ok();
        item.dose = match range.map(shenfang_clinical::Dose::Measured) {
            Some(value) => Stated::Read {
                value,
                text: text.into(),
            },
            None => Stated::Unreadable(text.into()),
        };
    }
    Some(item)
}

/// Appends what the drug denotes to `senses`.
fn drug<'c>(catalogue: &'c Catalogue, drug: &Coded, institution: Option<&str>, senses: &mut Vec<u32>) -> Drug<'c> {
    let start = senses.len();
    let written = drug.name.as_deref();
    let code = drug.code.as_deref().and_then(Code::parse);
    let named_code = match code {
        None => written.and_then(Code::parse),
        Some(_) => None,
    };
    let code = code.or_else(|| named_code.clone());
    let local_code = code.as_ref().and_then(|code| catalogue.local_code(code, institution));
    let by_code = code.and_then(|code| catalogue.names.code(&code)).map(|id| id.0);
    let by_code = by_code.or(local_code.map(|local| local.drug.0));
    let text = written.filter(|_| named_code.is_none());
    let local_name = text.and_then(|text| catalogue.local_name(text, institution));
    let (identity, form, name) = match (text, local_name) {
        (None, _) => (Identity::Unresolved, None, None),
        (_, Some(local)) => {
            senses.push(local.drug.0);
            (Identity::Known, local.form, None)
        }
        (Some(text), None) => by_name(catalogue, text, senses),
    };
    let identity = match by_code {
        None => identity,
        Some(id) => with_code(catalogue, identity, id, start, senses),
    };
    let local = local_code.or(local_name).filter(|_| identity == Identity::Known);
    Drug {
        identity,
        form: form.or(local.and_then(|local| local.form)),
        name,
        local,
    }
}

impl Catalogue {
    /// What a code of an institution stands for.
    fn local_code(&self, code: &Code, institution: Option<&str>) -> Option<&Mapping> {
        if self.mappings.is_empty() || code.system != CodeSystem::Local {
            return None;
        }
        mapping::find(&self.mappings, &LocalKey::Code(code.clone()), institution)
    }

    /// What a name of an institution stands for.
    fn local_name(&self, text: &str, institution: Option<&str>) -> Option<&Mapping> {
        if self.mappings.is_empty() {
            return None;
        }
        mapping::find(&self.mappings, &LocalKey::Name(names::normalize(text)), institution)
    }
}

fn by_name(catalogue: &Catalogue, text: &str, senses: &mut Vec<u32>) -> (Identity, Option<DoseForm>, Option<DrugName>) {
    let name = catalogue.names.drug(text);
    let identity = match &name.resolution {
        Resolution::Concept(id) => {
            senses.push(id.0);
            Identity::Known
        }
        Resolution::Ambiguous(meanings) => {
            senses.extend(meanings.iter().map(|id| id.0));
            Identity::Ambiguous
        }
        Resolution::Unknown => Identity::Unresolved,
    };
    (identity, name.form, Some(name))
}

/// Joins what the code means to what the name means.
fn with_code(catalogue: &Catalogue, by_name: Identity, code: u32, start: usize, senses: &mut Vec<u32>) -> Identity {
    let named = senses.get(start..).unwrap_or(&[]);
    let agrees = |name: &u32| catalogue.is_above(*name, code) || catalogue.is_above(code, *name);
    let agreed = named.iter().copied().find(agrees);
    match (by_name, agreed) {
        (Identity::Unresolved, _) => {
            senses.push(code);
            Identity::Known
        }
        (Identity::Known, Some(name)) => {
            let lower = if catalogue.is_above(name, code) { code } else { name };
            senses.truncate(start);
            senses.push(lower);
            Identity::Known
        }
        (Identity::Known, None) => {
            senses.push(code);
            Identity::Differing
        }
        (_, Some(name)) => {
            let lower = if catalogue.is_above(name, code) { code } else { name };
            senses.truncate(start);
            senses.push(lower);
            Identity::Known
        }
        (_, None) => {
            senses.push(code);
            Identity::AmbiguousDiffering
        }
    }
}

/// Marks the current medications that a prescribed line goes on with.
fn refills(rx: &Prescription, scratch: &mut Prepared) {
    let lines = scratch.lines.iter_mut().skip(rx.items.len());
    for (line, medication) in lines.zip(current(rx)) {
        line.refill = rx.items.iter().any(|item| {
            medication.renewed_by.as_deref() == Some(&*item.id) || same_drug(&item.drug, &medication.item.drug)
        });
    }
}

/// The same drug text or the same code.
pub(crate) fn same_drug(a: &Coded, b: &Coded) -> bool {
    let both = |a: &Option<Box<str>>, b: &Option<Box<str>>, same: fn(&str, &str) -> bool| {
        a.as_deref().zip(b.as_deref()).is_some_and(|(a, b)| same(a, b))
    };
    both(&a.code, &b.code, |a, b| a == b)
        || both(&a.name, &b.name, |a, b| {
            a == b || names::normalize(a) == names::normalize(b)
        })
}

fn history(catalogue: &Catalogue, rx: &Prescription, scratch: &mut Prepared) {
    let patient = &rx.patient;
    for (place, allergy) in patient.allergies.iter().flatten().enumerate() {
        // What does not count is as good as over.
        let when = match counts(allergy) {
            true => allergy.status,
            false => ConditionStatus::Past,
        };
        entry(catalogue, &allergy.to, History::Allergy, place, when, scratch);
    }
    for (place, condition) in patient.conditions.iter().flatten().enumerate() {
        entry(
            catalogue,
            &condition.what,
            History::Condition,
            place,
            condition.status,
            scratch,
        );
    }
    for (place, diagnosis) in rx.diagnoses.iter().flatten().enumerate() {
        let when = ConditionStatus::Active;
        entry(catalogue, diagnosis, History::Diagnosis, place, when, scratch);
    }
}

/// An intolerance counts as an allergy only where it was severe.
fn counts(allergy: &Allergy) -> bool {
    !allergy.intolerance || allergy.severe == Some(true)
}

fn entry(
    catalogue: &Catalogue,
    what: &Coded,
    kind: History,
    place: usize,
    when: ConditionStatus,
    scratch: &mut Prepared,
) {
    let start = narrow(scratch.senses.len());
    let name_code = what.name.as_deref().and_then(Code::parse);
    let mut several = false;
    if let Some(name) = what.name.as_deref().filter(|_| name_code.is_none()) {
        let meaning = match kind {
            History::Allergy => catalogue.names.allergen(name),
            History::Condition | History::Diagnosis => catalogue.names.name(name),
        };
        match meaning {
            Resolution::Concept(id) => scratch.senses.push(id.0),
            Resolution::Ambiguous(meanings) => {
                several = true;
                scratch.senses.extend(meanings.iter().map(|id| id.0));
            }
            Resolution::Unknown => {}
        }
    }
    let code = what.code.as_deref().and_then(Code::parse).or(name_code);
    let ambiguous = several && code.is_none();
    let senses = (start, narrow(scratch.senses.len()));
    if let Some(code) = &code {
        match kind {
            // An allergy to one drug is none to its class; a disease is one of everything its code lies below.
            History::Allergy => scratch.senses.extend(catalogue.names.code(code).map(|id| id.0)),
            History::Condition | History::Diagnosis => {
                let start = scratch.senses.len();
                catalogue.names.each_code_above(code, &mut |id| {
                    if !scratch.senses.iter().skip(start).any(|known| *known == id.0) {
                        scratch.senses.push(id.0);
                    }
                });
            }
        }
    }
    let coded = (senses.1, narrow(scratch.senses.len()));
    let levels = match (&code, kind) {
        // A set asks what a drug's code lies below, known or not.
        (Some(code), History::Allergy) => {
            let above = catalogue.names.code_and_above(code);
            scratch.senses.extend(above.iter().map(|id| id.0));
            (coded.1, narrow(scratch.senses.len()))
        }
        _ => coded,
    };
    let hierarchical = code
        .as_ref()
        .is_some_and(|code| matches!(code.system, CodeSystem::Atc | CodeSystem::Icd10));
    scratch.history.push(Entry {
        kind,
        place,
        active: when == ConditionStatus::Active,
        had: matches!(when, ConditionStatus::Active | ConditionStatus::Past),
        senses,
        coded,
        levels,
        reached: (0, 0),
        resolved: hierarchical || senses.0 != coded.1,
        ambiguous,
        code,
    });
}
