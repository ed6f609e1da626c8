//! Drug texts and codes to concepts. What is not known exactly is not known: no part of a name is ever taken for the whole.
use crate::Program;
use crate::catalogue::Catalogue;
use crate::csr::{narrow, wide};
use crate::history::history;
use crate::memory::{Memory, Remembered};
use crate::program::Tables;
use crate::sheet::{Identity, Line, Prepared, Unknown, current};
use shenfang_clinical::words::strength;
use shenfang_clinical::{Coded, DoseForm, Item, Prescription, Route, Stated};
use shenfang_knowledge::mapping::{self, LocalKey, Mapping};
use shenfang_knowledge::{Code, CodeSystem, DrugName, Resolution, names};

/// Most near names offered.
const CANDIDATES: usize = 5;

/// What a drug text stands for.
struct Drug<'c> {
    identity: Identity,
    form: Option<DoseForm>,
    name: Option<&'c DrugName>,
    /// the local code or name it was known by
    local: Option<&'c Mapping>,
}

/// A drug text as the catalogue has it.
pub(crate) enum DrugText {
    Code(Code),
    Name(DrugName),
}

/// Resolves a prescribed line by itself.
pub(crate) fn alone(tables: &Tables, item: &Item, remembered: &mut Remembered, scratch: &mut Prepared) {
    remembered.turn_to(tables);
    scratch.lines.clear();
    scratch.senses.clear();
    scratch.patched.clear();
    line(&tables.catalogue, item, None, false, &mut remembered.drugs, scratch);
}

/// Resolves every line and every entry of the history into what is prepared.
pub(crate) fn resolve(program: &Program, rx: &Prescription, remembered: &mut Remembered, scratch: &mut Prepared) {
    let tables = &program.tables;
    let catalogue = &tables.catalogue;
    remembered.turn_to(tables);
    scratch.lines.clear();
    scratch.senses.clear();
    scratch.patched.clear();
    scratch.history.clear();
    scratch.near.clear();
    let own = rx.institution.id.as_deref();
    for item in &rx.items {
        line(catalogue, item, own, false, &mut remembered.drugs, scratch);
    }
    for medication in current(rx) {
        let institution = medication.institution.as_deref().or(own);
        line(
            catalogue,
            &medication.item,
            institution,
            true,
            &mut remembered.drugs,
            scratch,
        );
    }
    refills(rx, scratch);
    history(program, rx, remembered, scratch);
    near(catalogue, rx, scratch);
}

/// Whether some line denotes a concept that rules or doses look at. What a drug text says besides its name is not asked for.
pub(crate) fn is_looked_at(
    program: &Program,
    rx: &Prescription,
    remembered: &mut Remembered,
    senses: &mut Vec<u32>,
) -> bool {
    let Program { tables, index } = program;
    remembered.turn_to(tables);
    let Remembered { drugs, looked_at, .. } = remembered;
    let own = rx.institution.id.as_deref();
    let prescribed = rx.items.iter().map(|item| (&item.drug, own));
    let current = current(rx)
        .iter()
        .map(|m| (&m.item.drug, m.institution.as_deref().or(own)));
    prescribed.chain(current).any(|(text, institution)| {
        let mut look = || {
            senses.clear();
            drug(&tables.catalogue, text, institution, drugs, senses);
            let mut concepts = senses.iter();
            concepts.any(|concept| index.looked_at.get(wide(*concept)) == Some(&true))
        };
        // What an institution calls a drug is not told by the text alone.
        match tables.catalogue.mappings.is_empty() {
            true => *looked_at.recall(text, look),
            false => look(),
        }
    })
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

fn line(
    catalogue: &Catalogue,
    item: &Item,
    institution: Option<&str>,
    current: bool,
    remembered: &mut Memory<DrugText>,
    scratch: &mut Prepared,
) {
    let start = narrow(scratch.senses.len());
    let drug = drug(catalogue, &item.drug, institution, remembered, &mut scratch.senses);
    let senses = (start, narrow(scratch.senses.len()));
    let first = scratch.senses.get(wide(start)).copied();
    let entry = first.and_then(|id| catalogue.entry(id));
    let grouped = item.infusion.as_ref().is_some_and(|infusion| infusion.group.is_some());
    let patched = patch(item, drug.name, drug.local);
    let footnote = drug.name.and_then(|name| name.footnote);
    scratch.lines.push(Line {
        senses,
        identity: drug.identity,
        current,
        skin_test: item.route.value() == Some(&Route::SkinTest),
        first: first.map(|id| catalogue.nodes.span(id).0),
        diluent: grouped && entry.is_some_and(|entry| entry.diluent),
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
fn drug<'c>(
    catalogue: &'c Catalogue,
    drug: &Coded,
    institution: Option<&str>,
    remembered: &'c mut Memory<DrugText>,
    senses: &mut Vec<u32>,
) -> Drug<'c> {
    let start = senses.len();
    let written = drug.name.as_deref();
    let own_code = drug.code.as_deref().and_then(Code::parse);
    let known = written.map(|text| {
        remembered.recall(drug, || match Code::parse(text).filter(|_| own_code.is_none()) {
            Some(code) => DrugText::Code(code),
            None => DrugText::Name(catalogue.names.drug(text)),
        })
    });
    let (named, named_code) = match known {
        Some(DrugText::Name(name)) => (Some(name), None),
        Some(DrugText::Code(code)) => (None, Some(code)),
        None => (None, None),
    };
    let code = own_code.as_ref().or(named_code);
    let local_code = code.and_then(|code| catalogue.local_code(code, institution));
    let by_code = code.and_then(|code| catalogue.names.code(code)).map(|id| id.0);
    let by_code = by_code.or(local_code.map(|local| local.drug.0));
    let text = written.zip(named);
    let local_name = text.and_then(|(text, _)| catalogue.local_name(text, institution));
    let (identity, form, name) = match (text, local_name) {
        (None, _) => (Identity::Unresolved, None, None),
        (_, Some(local)) => {
            senses.push(local.drug.0);
            (Identity::Known, local.form, None)
        }
        (Some((_, name)), None) => (by_name(name, senses), name.form, Some(name)),
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

fn by_name(name: &DrugName, senses: &mut Vec<u32>) -> Identity {
    match &name.resolution {
        Resolution::Concept(id) => {
            senses.push(id.0);
            Identity::Known
        }
        Resolution::Ambiguous(meanings) => {
            senses.extend(meanings.iter().map(|id| id.0));
            Identity::Ambiguous
        }
        Resolution::Unknown => Identity::Unresolved,
    }
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
