//! An editing session: files of the user over the built-in packs.
use crate::builtin::{Builtin, Texts};
use crate::places;
use crate::rules::RuleSet;
use crate::{fault, report};
use shenfang::{Diagnostics, Options, Sources};
use wasm_bindgen::prelude::*;

/// An editing session.
#[wasm_bindgen]
pub struct Workspace {
    builtin: Builtin,
    own: Texts,
}

#[wasm_bindgen]
impl Workspace {
    /// Over built-in texts.
    #[wasm_bindgen(constructor)]
    pub fn new(builtin: &Builtin) -> Workspace {
        Workspace {
            builtin: builtin.clone(),
            own: Texts::new(),
        }
    }

    /// Puts a text in the place of the built-in one of its path; without a text, the built-in one shows again.
    pub fn set(&mut self, path: String, text: Option<String>) {
        match text {
            Some(text) => self.own.insert(path, text),
            None => self.own.remove(&path),
        };
    }

    /// What is wrong with a file and its pack: JSON.
    pub fn check(&self, path: &str) -> String {
        let (_, diagnostics) = self.compile_pack(path);
        let told = places::of(&diagnostics);
        serde_json::to_string(&told).unwrap_or_default()
    }

    /// What could stand at an offset: JSON.
    pub fn complete(&self, _path: &str, _utf16: usize) -> String {
        "[]".to_owned()
    }

    /// What is known at an offset: JSON.
    pub fn hover(&self, _path: &str, _utf16: usize) -> String {
        "null".to_owned()
    }

    /// Triples from, to, class.
    pub fn tokens(&self, _path: &str) -> Vec<u32> {
        Vec::new()
    }

    /// The canonical layout of a rule text, its keywords in `language`.
    pub fn format(&self, path: &str, language: Option<String>) -> Result<String, JsValue> {
        let language = match language.as_deref() {
            None => None,
            some => Some(fault::language(some)?),
        };
        let text = self
            .text(path)
            .ok_or_else(|| fault::argument(format!("no file {path:?}")))?;
        let sources: Sources = [(path, text)].into_iter().collect();
        let laid = sources.format(language).into_iter().next();
        let laid = laid.map(|(_, laid)| laid).unwrap_or(Ok(String::new()));
        laid.map_err(|diagnostics| fault::rules(&diagnostics))
    }

    /// Runs the examples and checks the rows of the pack of a file: JSON.
    pub fn test(&self, path: &str) -> Result<String, JsValue> {
        let (rules, diagnostics) = self.compile_pack(path);
        if diagnostics.has_errors() {
            return Err(fault::rules(&diagnostics));
        }
        Ok(report::run(&rules, &diagnostics.map, None))
    }

    /// Everything compiled; what was said of it is asked for by [`Compiled::diagnostics`].
    pub fn compile(&self) -> Compiled {
        let chosen = self.builtin.choose(self.own.clone(), true, true);
        let (rules, diagnostics) = shenfang::RuleSet::compile(&chosen.catalogue, chosen.rules, Options::default());
        let mut told = chosen.diagnostics;
        let of_catalogue = serde_json::to_value(places::of(&told)).unwrap_or_default();
        let of_rules = serde_json::to_value(places::of(&diagnostics)).unwrap_or_default();
        told.list.clear();
        let all = [of_catalogue, of_rules].into_iter().filter_map(|list| match list {
            serde_json::Value::Array(list) => Some(list),
            _ => None,
        });
        let all: Vec<serde_json::Value> = all.flatten().collect();
        Compiled {
            diagnostics: serde_json::Value::Array(all).to_string(),
            rules: Some(RuleSet::compiled(rules, diagnostics.map)),
        }
    }
}

impl Workspace {
    fn text(&self, path: &str) -> Option<&str> {
        let text = self.own.get(path).or_else(|| self.builtin.texts().get(path));
        text.map(String::as_str)
    }

    fn compile_pack(&self, path: &str) -> (shenfang::RuleSet, Diagnostics) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let of_pack = |(path, _): &(&String, &String)| path.rsplit_once('/').map_or("", |(f, _)| f) == folder;
        let builtin = self
            .builtin
            .texts()
            .iter()
            .filter(|(path, _)| !self.own.contains_key(*path));
        let sources: Sources = builtin
            .chain(&self.own)
            .filter(of_pack)
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        shenfang::RuleSet::compile(self.builtin.catalogue(), sources, Options::default())
    }
}

/// What came of compiling a workspace.
#[wasm_bindgen]
pub struct Compiled {
    diagnostics: String,
    rules: Option<RuleSet>,
}

#[wasm_bindgen]
impl Compiled {
    /// What was said of the texts: JSON.
    #[wasm_bindgen(getter)]
    pub fn diagnostics(&self) -> String {
        self.diagnostics.clone()
    }

    /// The rules that could be read; handed out once.
    pub fn rules(&mut self) -> Option<RuleSet> {
        self.rules.take()
    }
}
