//! Puts the functions of a module in the order of their names: those that one generic function was compiled to stand side by side, and gzip, which looks
//! back 32 KB, finds one in the other. Then the names, which nothing else needs, are dropped with every other custom section.
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionSectionReader, KnownCustom, Name, Parser, Payload, TypeRef,
};

/// The module with its functions in order.
pub fn order(module: &[u8]) -> Result<Vec<u8>> {
    let mut out = Module::new();
    let ordered = Ordered::of(module)?;
    ordered
        .clone()
        .parse_core_module(&mut out, Parser::new(0), module)
        .context("a module that cannot be written again")?;
    Ok(out.finish())
}

#[derive(Clone)]
struct Ordered {
    /// by its new place, which function stands there, without the imported
    order: Vec<usize>,
    /// by its index before, a function's index
    index: Vec<u32>,
}

impl Ordered {
    fn of(module: &[u8]) -> Result<Ordered> {
        let mut imported = 0_u32;
        let mut sizes = Vec::new();
        let mut names = BTreeMap::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
                Payload::CustomSection(custom) => {
                    if let KnownCustom::Name(parts) = custom.as_known() {
                        names = named(parts)?;
                    }
                }
                _ => {}
            }
        }
        let mut order: Vec<(String, usize, usize)> = Vec::with_capacity(sizes.len());
        for ((at, size), index) in sizes.into_iter().enumerate().zip(imported..) {
            let name = names
                .get(&index)
                .map(|name| format!("{:#}", rustc_demangle::demangle(name)));
            order.push((name.unwrap_or_default(), size, at));
        }
        order.sort();
        let order: Vec<usize> = order.into_iter().map(|(_, _, at)| at).collect();
        let places: BTreeMap<usize, u32> = order.iter().copied().zip(imported..).collect();
        let index = (0..imported).chain(places.into_values()).collect();
        Ok(Ordered { order, index })
    }
}

fn named(parts: wasmparser::NameSectionReader<'_>) -> Result<BTreeMap<u32, String>> {
    let mut all = BTreeMap::new();
    for part in parts {
        if let Name::Function(names) = part? {
            for naming in names {
                let naming = naming?;
                all.insert(naming.index, naming.name.to_owned());
            }
        }
    }
    Ok(all)
}

impl Reencode for Ordered {
    type Error = Infallible;

    fn function_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        let now = usize::try_from(index).ok().and_then(|index| self.index.get(index));
        Ok(now.copied().unwrap_or(index))
    }

    fn parse_function_section(
        &mut self,
        out: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for ty in self.order.iter().filter_map(|at| types.get(*at)) {
            out.function(*ty);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        out: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        let order = self.order.clone();
        for body in order.iter().filter_map(|at| bodies.get(*at)) {
            utils::parse_function_body(self, out, body.clone())?;
        }
        Ok(())
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Error<Infallible>> {
        Ok(())
    }
}
