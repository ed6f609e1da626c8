//! One module to two that share memory and function table: the engine, and a part that is instantiated beside it when it is needed.
//!
//! No code is in both. The engine calls what went apart through the table, where the part puts itself when it is instantiated; the part imports from
//! the engine what it calls there. What it never does: choose what goes apart (`graph.rs` finds it), or keep a call from being made too early:
//! the table is empty there until then, and the package asks for the part before it calls.
use crate::graph::Part;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use walrus::ir::{Instr, Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataId, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind,
    GlobalId, GlobalKind, ImportedFunction, MemoryId, Module, ModuleConfig, TableId,
};

/// By which name the part asks for the engine.
const ENGINE: &str = "engine";

/// Splits a module; gives the engine and the part.
pub fn split(module: &[u8], apart: &Part) -> Result<(Vec<u8>, Vec<u8>)> {
    let plan = Plan::of(&read(module)?, apart)?;
    Ok((engine(read(module)?, &plan)?, part(read(module)?, &plan)?))
}

fn read(module: &[u8]) -> Result<Module> {
    let mut module = ModuleConfig::new().generate_producers_section(false).parse(module)?;
    for name in ["linking", "reloc.CODE", "reloc.DATA"] {
        module.customs.remove_raw(name);
    }
    Ok(module)
}

/// A function by its place in the module; both halves are made from the same bytes, where it is the same.
type Place = usize;

/// How the module is split.
struct Plan {
    /// whether a function goes apart
    apart: Vec<bool>,
    /// where functions that went apart stand in the table
    slots: BTreeMap<u64, Place>,
    /// those the engine calls, and the slot it calls each by
    called: BTreeMap<Place, u64>,
    /// functions of the engine that the part calls, by the names they are exported by
    lent: BTreeMap<Place, String>,
    /// size of the function table
    table: u64,
    data: Vec<Range<u32>>,
}

impl Plan {
    fn of(module: &Module, part: &Part) -> Result<Plan> {
        let names: BTreeSet<&str> = part.functions.iter().map(String::as_str).collect();
        let is_apart = |name: &Option<String>| name.as_deref().is_some_and(|name| names.contains(name));
        let apart: Vec<bool> = module
            .funcs
            .iter()
            .map(|f| matches!(f.kind, FunctionKind::Local(_)) && is_apart(&f.name))
            .collect();
        let places: BTreeMap<FunctionId, Place> = module
            .funcs
            .iter()
            .enumerate()
            .map(|(place, f)| (f.id(), place))
            .collect();
        let place = |id: &FunctionId| places.get(id).copied().context("a function of no module");
        let goes = |place: Place| apart.get(place).copied().unwrap_or(false);

        let mut calls_apart = BTreeSet::new();
        let mut calls_engine = BTreeSet::new();
        for (from, function) in module.funcs.iter().enumerate() {
            for id in mentions(function).functions {
                let to = place(&id)?;
                match (goes(from), goes(to)) {
                    (false, true) => calls_apart.insert(to),
                    (true, false) => calls_engine.insert(to),
                    _ => false,
                };
            }
        }
        for export in module.exports.iter() {
            if let ExportItem::Function(id) = &export.item
                && goes(place(id)?)
            {
                calls_apart.insert(place(id)?);
            }
        }
        let mut slots = BTreeMap::new();
        for element in module.elements.iter() {
            for (slot, id) in placed(&element.kind, &element.items)? {
                if goes(place(&id)?) {
                    slots.insert(slot, place(&id)?);
                }
            }
        }
        let mut table = module.tables.get(function_table(module)?).initial;
        let standing: BTreeMap<Place, u64> = slots.iter().map(|(slot, place)| (*place, *slot)).collect();
        let mut called = BTreeMap::new();
        for place in calls_apart {
            let slot = standing.get(&place).copied().unwrap_or_else(|| {
                table += 1;
                table - 1
            });
            slots.insert(slot, place);
            called.insert(place, slot);
        }
        let lent = calls_engine
            .into_iter()
            .enumerate()
            .map(|(number, place)| (place, number.to_string()));
        Ok(Plan {
            slots,
            called,
            lent: lent.collect(),
            table,
            data: part.data.clone(),
            apart,
        })
    }

    fn goes(&self, place: Place) -> bool {
        self.apart.get(place).copied().unwrap_or(false)
    }
}

/// What a function mentions.
#[derive(Default)]
struct Mentions {
    functions: BTreeSet<FunctionId>,
    globals: BTreeSet<GlobalId>,
}

impl<'i> Visitor<'i> for Mentions {
    fn visit_function_id(&mut self, id: &FunctionId) {
        self.functions.insert(*id);
    }
    fn visit_global_id(&mut self, id: &GlobalId) {
        self.globals.insert(*id);
    }
}

fn mentions(function: &walrus::Function) -> Mentions {
    let mut mentions = Mentions::default();
    if let FunctionKind::Local(local) = &function.kind {
        dfs_in_order(&mut mentions, local, local.entry_block());
    }
    mentions
}

fn function_table(module: &Module) -> Result<TableId> {
    module
        .tables
        .main_function_table()?
        .context("the module has no function table")
}

fn memory(module: &Module) -> Result<MemoryId> {
    module
        .memories
        .iter()
        .map(walrus::Memory::id)
        .next()
        .context("the module has no memory")
}

fn constant(offset: &ConstExpr) -> Result<u32> {
    match offset {
        ConstExpr::Value(Value::I32(at)) => Ok(at.cast_unsigned()),
        other => bail!("a place that is no constant: {other:?}"),
    }
}

fn at(place: u64) -> Result<ConstExpr> {
    Ok(ConstExpr::Value(Value::I32(u32::try_from(place)?.cast_signed())))
}

/// The functions a segment puts into the table, by their slots.
fn placed(kind: &ElementKind, items: &ElementItems) -> Result<Vec<(u64, FunctionId)>> {
    let (ElementKind::Active { offset, .. }, ElementItems::Functions(functions)) = (kind, items) else {
        return Ok(Vec::new());
    };
    Ok((u64::from(constant(offset)?)..)
        .zip(functions.iter().copied())
        .collect())
}

/// The engine: functions that went apart are called through the table, their data is blank.
fn engine(mut module: Module, plan: &Plan) -> Result<Vec<u8>> {
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let id = |place: &Place| ids.get(*place).copied().context("a function of no module");
    let table = function_table(&module)?;
    for (place, slot) in &plan.called {
        call_through(&mut module, id(place)?, table, *slot)?;
    }
    for (place, name) in &plan.lent {
        module.exports.add(name, id(place)?);
    }
    let mut away = FunctionBuilder::new(&mut module.types, &[], &[]);
    away.func_body().unreachable();
    let away = away.finish(vec![], &mut module.funcs);
    let gone: BTreeSet<FunctionId> = plan.slots.values().map(id).collect::<Result<_>>()?;
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(functions) = &mut element.items {
            for function in functions.iter_mut().filter(|function| gone.contains(function)) {
                *function = away;
            }
        }
    }
    let sized = module.tables.get_mut(table);
    sized.initial = plan.table;
    sized.maximum = sized.maximum.map(|most| most.max(plan.table));
    module.exports.add("table", table);
    for (name, global) in globals(&module, plan) {
        module.exports.add(&name, global);
    }
    let memory = memory(&module)?;
    if module
        .exports
        .get_exported_memory(memory)
        .is_none_or(|export| export.name != "memory")
    {
        bail!("the module does not export its memory as `memory`");
    }
    for data in segments(&module) {
        let data = module.data.get_mut(data);
        for range in &plan.data {
            overlap(&data.kind, &mut data.value, range)?.1.fill(0);
        }
    }
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// Puts a call through the table in the place of a function's body.
fn call_through(module: &mut Module, function: FunctionId, table: TableId, slot: u64) -> Result<()> {
    let ty = module.funcs.get(function).ty();
    let (params, results) = (module.types.params(ty).to_vec(), module.types.results(ty).to_vec());
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let arguments: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
    let mut body = builder.func_body();
    for argument in &arguments {
        body.local_get(*argument);
    }
    body.i32_const(i32::try_from(slot)?)
        .instr(Instr::CallIndirect(walrus::ir::CallIndirect { ty, table }));
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(arguments));
    Ok(())
}

fn segments(module: &Module) -> Vec<DataId> {
    module.data.iter().map(walrus::Data::id).collect()
}

/// The bytes of a segment that lie in a range, and the address of the first.
fn overlap<'d>(kind: &DataKind, value: &'d mut [u8], range: &Range<u32>) -> Result<(u32, &'d mut [u8])> {
    let DataKind::Active { offset, .. } = kind else {
        bail!("a segment without an address")
    };
    let start = constant(offset)?;
    let place = |address: u32| usize::try_from(address.saturating_sub(start)).map(|place| place.min(value.len()));
    let (from, to) = (place(range.start)?, place(range.end)?);
    Ok((
        range.start.max(start),
        value.get_mut(from..to).context("a range that ends before it begins")?,
    ))
}

/// Globals that the part mentions, by the names they are exported by.
fn globals(module: &Module, plan: &Plan) -> Vec<(String, GlobalId)> {
    let apart = module.funcs.iter().enumerate().filter(|(place, _)| plan.goes(*place));
    let used: BTreeSet<GlobalId> = apart.flat_map(|(_, function)| mentions(function).globals).collect();
    let named = module
        .globals
        .iter()
        .enumerate()
        .filter(|(_, global)| used.contains(&global.id()));
    named
        .map(|(number, global)| (format!("g{number}"), global.id()))
        .collect()
}

/// The part: everything of the engine is imported.
fn part(mut module: Module, plan: &Plan) -> Result<Vec<u8>> {
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let id = |place: &Place| ids.get(*place).copied().context("a function of no module");
    let (table, memory) = (function_table(&module)?, memory(&module)?);
    let globals = globals(&module, plan);

    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|export| module.exports.delete(export));
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements.into_iter().for_each(|element| module.elements.delete(element));
    module.start = None;

    for (place, name) in &plan.lent {
        let function = id(place)?;
        let ty = module.funcs.get(function).ty();
        if let FunctionKind::Import(imported) = &module.funcs.get(function).kind {
            let import = module.imports.get_mut(imported.import);
            (import.module, import.name) = (ENGINE.to_owned(), name.clone());
        } else {
            let import = module.imports.add(ENGINE, name, function);
            module.funcs.get_mut(function).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
    }
    for (name, global) in globals {
        let import = module.imports.add(ENGINE, &name, global);
        module.globals.get_mut(global).kind = GlobalKind::Import(import);
    }
    let import = module.imports.add(ENGINE, "table", table);
    let shared = module.tables.get_mut(table);
    shared.import = Some(import);
    shared.initial = plan.table;
    shared.maximum = shared.maximum.map(|most| most.max(plan.table));
    shared.elem_segments.clear();
    for (start, functions) in runs(&plan.slots) {
        let functions = functions.iter().map(id).collect::<Result<_>>()?;
        let kind = ElementKind::Active {
            table,
            offset: at(start)?,
        };
        let segment = module.elements.add(kind, ElementItems::Functions(functions));
        module.tables.get_mut(table).elem_segments.insert(segment);
    }
    data(&mut module, memory, plan)?;
    walrus::passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// Slots that stand side by side, together.
fn runs(slots: &BTreeMap<u64, Place>) -> Vec<(u64, Vec<Place>)> {
    let mut runs: Vec<(u64, Vec<Place>)> = Vec::new();
    let mut next = None;
    for (slot, place) in slots {
        match runs.last_mut().filter(|_| next == Some(*slot)) {
            Some((_, run)) => run.push(*place),
            None => runs.push((*slot, vec![*place])),
        }
        next = Some(slot + 1);
    }
    runs
}

/// The part's own data, at the addresses it has in the engine's memory.
fn data(module: &mut Module, memory: MemoryId, plan: &Plan) -> Result<()> {
    let mut own = Vec::new();
    let all = segments(module);
    for data in &all {
        let data = module.data.get_mut(*data);
        for range in &plan.data {
            let (address, bytes) = overlap(&data.kind, &mut data.value, range)?;
            if !bytes.is_empty() {
                own.push((address, bytes.to_vec()));
            }
        }
    }
    all.into_iter().for_each(|data| module.data.delete(data));
    let import = module.imports.add(ENGINE, "memory", memory);
    let shared = module.memories.get_mut(memory);
    shared.import = Some(import);
    shared.data_segments.clear();
    for (address, bytes) in own {
        let segment = module.data.add(
            DataKind::Active {
                memory,
                offset: at(u64::from(address))?,
            },
            bytes,
        );
        module.memories.get_mut(memory).data_segments.insert(segment);
    }
    Ok(())
}
