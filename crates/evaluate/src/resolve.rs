//! Drug texts and codes to concepts. What is not known exactly is not known: no part of a name is ever taken for the whole.
use crate::Program;
use crate::catalogue::Catalogue;
use crate::csr::{narrow, wide};
use crate::history::history;
use crate::members::Nodes;
use crate::memory::{Memory, Remembered, key};
use crate::sheet::{Identity, Line, Prepared, Unknown, current};
use rustc_hash::FxBuildHasher;
use shenfang_clinical::words::strength;
use shenfang_clinical::{Coded, DoseForm, Footnote, Item, Prescription, Route, Stated};
use shenfang_knowledge::mapping::{self, LocalKey, Mapping};
use shenfang_knowledge::{Code, CodeSystem, DrugName, Resolution, names};
use smallvec::SmallVec;
use std::hash::BuildHasher;

/// Most near names offered.
const CANDIDATES: usize = 5;

/// What a drug text stands for, as one institution writes it, and what follows from that.
pub(crate) struct Drug {
    /// mostly one
    senses: SmallVec<[u32; 4]>,
    identity: Identity,
    form: Option<DoseForm>,
    usual: Option<DoseForm>,
    footnote: Option<Footnote>,
    /// strength, dose and pack, where the text or the local code says one of them
    besides: Option<Box<Item>>,
    first: Option<u32>,
    diluent: bool,
    nodes: Nodes,
    /// whether some rule or dose looks at what it denotes
    looked_at: bool,
    kept: bool,
    name: u64,
}

/// Resolves a prescribed line by itself.
pub(crate) fn alone(program: &Program, item: &Item, remembered: &mut Remembered, scratch: &mut Prepared) {
    remembered.turn_to(&program.tables);
    scratch.clear();
    let at = key(&item.drug, None);
    line(program, (item, None, false), at, &mut remembered.drugs, scratch);
}

/// Resolves every line and every entry of the history into what is prepared.
pub(crate) fn resolve(program: &Program, rx: &Prescription, remembered: &mut Remembered, scratch: &mut Prepared) {
    remembered.turn_to(&program.tables);
    scratch.clear();
    let Remembered { keys, drugs, .. } = remembered;
    // Every text before the first is looked up: so the processor waits for all of them at once.
    keys.clear();
    keys.extend(written(program, rx).map(|(item, institution, _)| key(&item.drug, institution)));
    for (item, at) in written(program, rx).zip(&*keys) {
        line(program, item, *at, drugs, scratch);
    }
    refills(rx, scratch);
    history(program, rx, remembered, scratch);
    near(&program.tables.catalogue, rx, scratch);
}

/// Whether some line denotes a concept that rules or doses look at. What a drug text says besides its name is not asked for.
pub(crate) fn is_looked_at(program: &Program, rx: &Prescription, remembered: &mut Remembered) -> bool {
    remembered.turn_to(&program.tables);
    let drugs = &mut remembered.drugs;
    let mut all = written(program, rx);
    all.any(|(item, institution, _)| {
        let at = key(&item.drug, institution);
        drug(program, &item.drug, institution, at, drugs).looked_at
    })
}

/// A line, the institution that names it where that matters, and whether it is a current medication.
type Written<'p> = (&'p Item, Option<&'p str>, bool);

/// Every line as written.
fn written<'p>(program: &Program, rx: &'p Prescription) -> impl Iterator<Item = Written<'p>> {
    // Where nothing is local, every institution writes alike.
    let local = !program.tables.catalogue.mappings.is_empty();
    let own = rx.institution.id.as_deref().filter(|_| local);
    let prescribed = rx.items.iter().map(move |item| (item, own, false));
    let current = current(rx).iter().map(move |medication| {
        let institution = medication.institution.as_deref().filter(|_| local);
        (&medication.item, institution.or(own), true)
    });
    prescribed.chain(current)
}

/// Finds near names for what did not resolve.
fn near(catalogue: &Catalogue, rx: &Prescription, scratch: &mut Prepared) {
    let Prepared {
        lines, history, near, ..
    } = scratch;
    let unresolved = |line: &Line| line.identity == Identity::Unresolved;
    if !lines.iter().any(unresolved) && history.iter().all(|entry| entry.resolved) {
        return;
    }
    let mut find = |unknown: Unknown, what: &Coded| {
        if let Some(name) = what.name.as_deref() {
            let found = catalogue.names.candidates(name, CANDIDATES);
            near.push((unknown, found.iter().map(|id| id.0).collect()));
        }
    };
    let current = current(rx).iter().map(|medication| &medication.item);
    let written = rx.items.iter().chain(current);
    for ((number, line), item) in (0u32..).zip(lines).zip(written) {
        if unresolved(line) {
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
    program: &Program,
    (item, institution, current): Written<'_>,
    at: u64,
    remembered: &mut Memory<Drug>,
    scratch: &mut Prepared,
) {
    let drug = drug(program, &item.drug, institution, at, remembered);
    let (senses, rows) = (narrow(scratch.senses.len()), narrow(scratch.rows.len()));
    scratch.senses.extend_from_slice(&drug.senses);
    let number = narrow(scratch.lines.len());
    drug.nodes.lay_out(number, &mut scratch.rows, &mut scratch.bits);
    let grouped = || item.infusion.as_ref().is_some_and(|infusion| infusion.group.is_some());
    let patched = drug.besides.as_deref().and_then(|besides| patch(item, besides));
    scratch.lines.push(Line {
        senses: (senses, narrow(scratch.senses.len())),
        rows: (rows, narrow(scratch.rows.len())),
        identity: drug.identity,
        kept: drug.kept,
        name: drug.name,
        current,
        skin_test: item.route.value() == Some(&Route::SkinTest),
        first: drug.first,
        diluent: drug.diluent && grouped(),
        refill: false,
        form: item.form.or(drug.form),
        usual: drug.usual,
        footnote: drug.footnote,
        patched: patched.map(|item| {
            scratch.patched.push(item);
            narrow(scratch.patched.len()).saturating_sub(1)
        }),
    });
}

/// The item with strength, dose and pack as its drug says them, where its own fields say nothing.
#[inline(never)]
fn patch(item: &Item, besides: &Item) -> Option<Item> {
    let strength = item.strength.is_absent() && !besides.strength.is_absent();
    let dose = item.dose.is_absent() && item.steps.is_none() && !besides.dose.is_absent();
    let pack = item.pack.is_absent() && !besides.pack.is_absent();
    if !(strength || dose || pack) {
        return None;
    }
    let mut item = item.clone();
    if strength {
        item.strength = besides.strength.clone();
    }
    if dose {
        item.dose = besides.dose.clone();
    }
    if pack {
        item.pack = besides.pack.clone();
    }
    Some(item)
}

/// What a drug text says besides the name, else what its local code or name does.
fn besides(name: Option<&DrugName>, local: Option<&Mapping>) -> Option<Box<Item>> {
    let strength = name.and_then(|name| name.strength.as_deref());
    let strength = strength.or(local.and_then(|local| local.strength.as_deref()));
    let dose = name.and_then(|name| name.dose.as_deref());
    let pack = local.and_then(|local| local.pack.as_deref());
    let pack = pack.and_then(strength::pack);
    if strength.is_none() && dose.is_none() && pack.is_none() {
        return None;
    }
    let mut item = Item::default();
    if let Some(text) = strength {
        item.strength = read(text, strength::parse(text));
    }
    if let Some(value) = pack {
        let text = value.to_string().into();
        let value = Box::new(value);
        item.pack = Stated::Read { value, text };
    }
    if let Some(text) = dose {
        let range = shenfang_units::QuantityRange::parse(text).ok();
        item.dose = read(text, range.map(shenfang_clinical::Dose::Measured));
    }
    Some(Box::new(item))
}

fn read<T>(text: &str, value: Option<T>) -> Stated<T> {
    match value {
        Some(value) => Stated::Read {
            value,
            text: text.into(),
        },
        None => Stated::Unreadable(text.into()),
    }
}

/// What a drug text stands for, found out now or before. `at`: its [`key`].
fn drug<'r>(
    program: &Program,
    text: &Coded,
    institution: Option<&str>,
    at: u64,
    remembered: &'r mut Memory<Drug>,
) -> &'r Drug {
    remembered.recall(at, text, institution, || Drug::of(program, text, institution))
}

impl Drug {
    #[cold]
    fn of(program: &Program, drug: &Coded, institution: Option<&str>) -> Drug {
        let Program { tables, index } = program;
        let catalogue = &tables.catalogue;
        let written = drug.name.as_deref();
        let own_code = drug.code.as_deref().and_then(Code::parse);
        let named_code = written.filter(|_| own_code.is_none()).and_then(Code::parse);
        let text = written.filter(|_| named_code.is_none());
        let code = own_code.or(named_code);
        let local_code = code.as_ref().and_then(|code| catalogue.local_code(code, institution));
        let by_code = code.as_ref().and_then(|code| catalogue.names.code(code)).map(|id| id.0);
        let by_code = by_code.or(local_code.map(|local| local.drug.0));
        let local_name = text.and_then(|text| catalogue.local_name(text, institution));
        let name = text
            .filter(|_| local_name.is_none())
            .map(|text| catalogue.names.drug(text));
        let mut senses = SmallVec::new();
        let (identity, form) = match (local_name, &name) {
            (Some(local), _) => {
                senses.push(local.drug.0);
                (Identity::Known, local.form)
            }
            (None, Some(name)) => (by_name(name, &mut senses), name.form),
            (None, None) => (Identity::Unresolved, None),
        };
        let identity = match by_code {
            None => identity,
            Some(id) => with_code(catalogue, identity, id, &mut senses),
        };
        let local = local_code.or(local_name).filter(|_| identity == Identity::Known);
        let first = senses.first().copied();
        let content = first.map(|id| catalogue.nodes.span(id).0);
        let any = |of: &[bool]| senses.iter().any(|concept| of.get(wide(*concept)) == Some(&true));
        Drug {
            identity,
            form: form.or(local.and_then(|local| local.form)),
            footnote: name.as_ref().and_then(|name| name.footnote),
            besides: besides(name.as_ref(), local),
            usual: catalogue.form(&senses, identity, content),
            first: content,
            diluent: first
                .and_then(|id| catalogue.entry(id))
                .is_some_and(|entry| entry.diluent),
            nodes: Nodes::of(program, &senses),
            looked_at: any(&index.looked_at),
            kept: any(&index.kept),
            name: written.map_or(0, |name| FxBuildHasher.hash_one(names::normalize(name))),
            senses,
        }
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

fn by_name(name: &DrugName, senses: &mut SmallVec<[u32; 4]>) -> Identity {
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
fn with_code(catalogue: &Catalogue, by_name: Identity, code: u32, senses: &mut SmallVec<[u32; 4]>) -> Identity {
    let agrees = |name: &u32| catalogue.is_above(*name, code) || catalogue.is_above(code, *name);
    let agreed = senses.iter().copied().find(agrees);
    match (by_name, agreed) {
        (Identity::Unresolved, _) => {
            senses.push(code);
            Identity::Known
        }
        (Identity::Known, Some(name)) => {
            let lower = if catalogue.is_above(name, code) { code } else { name };
            senses.clear();
            senses.push(lower);
            Identity::Known
        }
        (Identity::Known, None) => {
            senses.push(code);
            Identity::Differing
        }
        (_, Some(name)) => {
            let lower = if catalogue.is_above(name, code) { code } else { name };
            senses.clear();
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
    let Some((prescribed, taken)) = scratch.lines.split_at_mut_checked(rx.items.len()) else {
        return;
    };
    for (line, medication) in taken.iter_mut().zip(current(rx)) {
        line.refill = rx.items.iter().zip(&*prescribed).any(|(item, new)| {
            medication.renewed_by.as_deref() == Some(&*item.id)
                || same_drug((&item.drug, new), (&medication.item.drug, line))
        });
    }
}

/// The same drug text or the same code.
pub(crate) fn same_drug((a, first): (&Coded, &Line), (b, second): (&Coded, &Line)) -> bool {
    let both = |a: &Option<Box<str>>, b: &Option<Box<str>>, same: fn(&str, &str) -> bool| {
        a.as_deref().zip(b.as_deref()).is_some_and(|(a, b)| same(a, b))
    };
    both(&a.code, &b.code, |a, b| a == b)
        || (first.name == second.name
            && both(&a.name, &b.name, |a, b| {
                a == b || names::normalize(a) == names::normalize(b)
            }))
}
