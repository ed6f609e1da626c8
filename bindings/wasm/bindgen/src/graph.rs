//! Which functions and data of a linked module lead to which. It is read from the linker's relocations (`--emit-relocs`), which name every
//! function and every datum that code or data refer to; nothing is guessed from names or from bytes that look like an address.
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::ops::Range;
use wasmparser::{
    DataKind, ExternalKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocSectionReader, RelocationType,
    SymbolInfo, TypeRef,
};

/// A function or a datum, by its place: functions by their index, then data.
pub type Place = usize;

/// A linked module as a graph.
#[derive(Default)]
pub struct Graph {
    /// what the linker calls a function, by its index
    names: BTreeMap<Place, String>,
    /// functions, the imported ones first
    functions: usize,
    /// data by their places in the data section, in order
    data: Vec<Datum>,
    /// what hosts can call: name and function
    pub exports: Vec<(String, Place)>,
    leads: Vec<Vec<Place>>,
}

/// A datum: where its bytes lie in the data section, and at which address once loaded.
struct Datum {
    bytes: Range<usize>,
    address: u32,
}

/// What of a module can be reached, or cannot.
pub struct Part {
    /// names of functions
    pub functions: Vec<String>,
    /// addresses of data, in order, neighbours joined
    pub data: Vec<Range<u32>>,
}

/// What the sections say before anything can be put together.
#[derive(Default)]
struct Sections<'m> {
    imported: usize,
    /// where the bodies of functions begin, by their bytes in the code section
    bodies: Vec<usize>,
    /// of each data segment, where it begins in the data section, and its address
    segments: Vec<(usize, u32)>,
    symbols: Vec<SymbolInfo<'m>>,
    code: Vec<RelocSectionReader<'m>>,
    data: Vec<RelocSectionReader<'m>>,
    names: BTreeMap<Place, String>,
    exports: Vec<(String, Place)>,
}

impl Graph {
    /// Reads a module that was linked with `--emit-relocs`. `Err` where it was not, or is none.
    pub fn read(module: &[u8]) -> Result<Graph> {
        let sections = Sections::read(module)?;
        ensure!(
            !sections.symbols.is_empty() && !sections.code.is_empty(),
            "the module has no relocations: link it with --emit-relocs"
        );
        Graph::of(sections)
    }

    fn of(sections: Sections<'_>) -> Result<Graph> {
        let functions = sections.imported + sections.bodies.len();
        let mut data: Vec<(Datum, usize)> = Vec::new();
        for (number, symbol) in sections.symbols.iter().enumerate() {
            if let SymbolInfo::Data {
                symbol: Some(symbol), ..
            } = symbol
            {
                let segment = sections.segments.get(usize::try_from(symbol.index)?);
                let (start, address) = segment.context("a datum of no segment")?;
                let start = start + usize::try_from(symbol.offset)?;
                let bytes = start..start + usize::try_from(symbol.size)?;
                data.push((
                    Datum {
                        bytes,
                        address: address + symbol.offset,
                    },
                    number,
                ));
            }
        }
        data.sort_by_key(|(datum, _)| (datum.bytes.start, datum.bytes.end));
        let places: BTreeMap<usize, Place> = data
            .iter()
            .enumerate()
            .map(|(at, (_, number))| (*number, functions + at))
            .collect();
        let mut graph = Graph {
            names: sections.names,
            functions,
            leads: vec![Vec::new(); functions + data.len()],
            data: data.into_iter().map(|(datum, _)| datum).collect(),
            exports: sections.exports,
        };
        let target = |number: u32| -> Result<Option<Place>> {
            let number = usize::try_from(number)?;
            Ok(
                match sections.symbols.get(number).context("a relocation of no symbol")? {
                    SymbolInfo::Func { index, .. } => Some(usize::try_from(*index)?),
                    SymbolInfo::Data { .. } => places.get(&number).copied(),
                    _ => None,
                },
            )
        };
        for entry in sections.code.iter().flat_map(RelocSectionReader::entries) {
            let entry = entry?;
            let body = sections
                .bodies
                .partition_point(|start| *start <= entry.offset as usize)
                .checked_sub(1);
            let from = sections.imported + body.context("a relocation before the first function")?;
            if entry.ty != RelocationType::TypeIndexLeb {
                graph.lead(from, target(entry.index)?)?;
            }
        }
        for entry in sections.data.iter().flat_map(RelocSectionReader::entries) {
            let entry = entry?;
            let from = graph.datum(entry.offset as usize).context("a relocation in no datum")?;
            graph.lead(from, target(entry.index)?)?;
        }
        Ok(graph)
    }

    fn lead(&mut self, from: Place, to: Option<Place>) -> Result<()> {
        let leads = self.leads.get_mut(from).context("a relocation in no function")?;
        leads.extend(to);
        Ok(())
    }

    /// The datum that holds a byte of the data section.
    fn datum(&self, byte: usize) -> Option<Place> {
        let at = self
            .data
            .partition_point(|datum| datum.bytes.start <= byte)
            .checked_sub(1)?;
        self.data.get(at).filter(|datum| datum.bytes.contains(&byte))?;
        Some(self.functions + at)
    }

    /// The functions of a path, written as in Rust (generic ones are several).
    pub fn called(&self, path: &str) -> Vec<Place> {
        let named = |name: &str| format!("{:#}", rustc_demangle::demangle(name)) == path;
        self.names
            .iter()
            .filter(|(_, name)| named(name))
            .map(|(place, _)| *place)
            .collect()
    }

    /// What cannot be reached from `roots` without passing through one of `doors`.
    pub fn behind(&self, doors: &[Place], roots: &[Place]) -> Part {
        let mut seen = vec![false; self.leads.len()];
        let mut open: Vec<Place> = roots.to_vec();
        while let Some(place) = open.pop() {
            if doors.contains(&place) {
                continue;
            }
            if let Some(seen) = seen.get_mut(place)
                && !std::mem::replace(seen, true)
            {
                open.extend(self.leads.get(place).into_iter().flatten());
            }
        }
        let unseen = |place: &Place| !seen.get(*place).copied().unwrap_or(true);
        let functions = self
            .names
            .iter()
            .filter(|(place, _)| unseen(place))
            .map(|(_, name)| name.clone());
        let mut data: Vec<Range<u32>> = Vec::new();
        let mut last = None;
        for (at, datum) in self
            .data
            .iter()
            .enumerate()
            .filter(|(at, _)| unseen(&(self.functions + at)))
        {
            let end = datum.address + u32::try_from(datum.bytes.len()).unwrap_or_default();
            // What lies between neighbours is padding, which nothing reads.
            match data.last_mut().filter(|_| last == at.checked_sub(1)) {
                Some(before) => before.end = end,
                None => data.push(datum.address..end),
            }
            last = Some(at);
        }
        Part {
            functions: functions.collect(),
            data,
        }
    }
}

impl<'m> Sections<'m> {
    fn read(module: &'m [u8]) -> Result<Sections<'m>> {
        let mut sections = Sections::default();
        let mut code = 0;
        let (mut number, mut code_number) = (0_u32, u32::MAX);
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            let is_section = payload.as_section().is_some();
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        sections.imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            sections
                                .exports
                                .push((export.name.to_owned(), usize::try_from(export.index)?));
                        }
                    }
                }
                Payload::CodeSectionStart { range, .. } => (code, code_number) = (range.start, number),
                Payload::CodeSectionEntry(body) => sections.bodies.push(body.range().start - code),
                Payload::DataSection(segments) => {
                    let data = segments.range().start;
                    for segment in segments {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else {
                            bail!("a segment without an address")
                        };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                            bail!("a segment of an address that is no constant")
                        };
                        sections
                            .segments
                            .push((segment.range.end - segment.data.len() - data, value.cast_unsigned()));
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Linking(linking) => sections.symbols(linking.subsections())?,
                    KnownCustom::Reloc(relocations) if relocations.section_index() == code_number => {
                        sections.code.push(relocations)
                    }
                    KnownCustom::Reloc(relocations) => sections.data.push(relocations),
                    KnownCustom::Name(names) => sections.name(names)?,
                    _ => {}
                },
                _ => {}
            }
            number += u32::from(is_section);
        }
        Ok(sections)
    }

    fn symbols(&mut self, parts: wasmparser::Subsections<'m, Linking<'m>>) -> Result<()> {
        for part in parts {
            if let Linking::SymbolTable(symbols) = part? {
                for symbol in symbols {
                    self.symbols.push(symbol?);
                }
            }
        }
        Ok(())
    }

    fn name(&mut self, parts: wasmparser::NameSectionReader<'m>) -> Result<()> {
        for part in parts {
            if let Name::Function(names) = part? {
                for naming in names {
                    let naming = naming?;
                    self.names
                        .insert(usize::try_from(naming.index)?, naming.name.to_owned());
                }
            }
        }
        Ok(())
    }
}
