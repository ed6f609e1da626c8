//! An editing session: files of the user over the built-in packs.
use crate::builtin::{Builtin, CATALOGUE, Texts};
use crate::places::Offsets;
use crate::rules::RuleSet;
use crate::{fault, places, report};
use serde::Serialize;
use shenfang::{Bilingual, Diagnostics, Options, Session, Sources};
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct Completion<'c> {
    label: &'c str,
    insert: &'c str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'c str>,
    from: usize,
    to: usize,
}

#[derive(Serialize)]
struct Hover<'h> {
    from: usize,
    to: usize,
    paragraphs: &'h [Bilingual],
}

/// An editing session.
#[wasm_bindgen]
pub struct Workspace {
    builtin: Builtin,
    own: Texts,
    /// the packs over the catalogue as it is edited; made when first asked, and anew where the catalogue was edited
    session: Option<Session>,
    /// what is wrong with the catalogue as it is edited
    catalogue: Diagnostics,
}

#[wasm_bindgen]
impl Workspace {
    /// Over built-in texts.
    #[wasm_bindgen(constructor)]
    pub fn new(builtin: &Builtin) -> Workspace {
        Workspace {
            builtin: builtin.clone(),
            own: Texts::new(),
            session: None,
            catalogue: Diagnostics::default(),
        }
    }

    /// Puts a text in the place of the built-in one of its path; without a text, the built-in one shows again.
    pub fn set(&mut self, path: String, text: Option<String>) {
        if path.starts_with(CATALOGUE) {
            self.session = None;
        } else if let Some(session) = &mut self.session {
            let shown = text.as_deref().or_else(|| self.builtin.text(&path));
            session.set(&path, shown);
        }
        match text {
            Some(text) => self.own.insert(path, text),
            None => self.own.remove(&path),
        };
    }

    /// What is wrong with a file and the others of its folder: JSON.
    pub fn check(&mut self, path: &str) -> String {
        let session = self.session();
        if path.starts_with(CATALOGUE) {
            return told(&places::of(&self.catalogue.list, &self.catalogue.map));
        }
        let list = session.check(path, Options::default());
        told(&places::of(&list, session.map()))
    }

    /// What could stand at an offset: JSON.
    pub fn complete(&self, path: &str, utf16: usize) -> String {
        let text = self.text(path).unwrap_or_default();
        let offsets = Offsets::of(text);
        let knowledge = self.builtin.catalogue().knowledge();
        let found = shenfang_assist::complete(text, offsets.byte(utf16), knowledge);
        let found: Vec<Completion<'_>> = found
            .iter()
            .map(|one| Completion {
                label: &one.label,
                insert: &one.insert,
                kind: one.kind.code(),
                detail: one.detail.as_deref(),
                from: offsets.utf16(one.from),
                to: utf16,
            })
            .collect();
        serde_json::to_string(&found).unwrap_or_default()
    }

    /// What is known at an offset: JSON, `null` where that is nothing.
    pub fn hover(&self, path: &str, utf16: usize) -> String {
        let text = self.text(path).unwrap_or_default();
        let offsets = Offsets::of(text);
        let found = shenfang_assist::hover(text, offsets.byte(utf16), self.builtin.catalogue().knowledge());
        let hover = found.as_ref().map(|hover| Hover {
            from: offsets.utf16(hover.range.start),
            to: offsets.utf16(hover.range.end),
            paragraphs: &hover.paragraphs,
        });
        serde_json::to_string(&hover).unwrap_or_default()
    }

    /// Triples from, to, class; the class is its place in `shenfang_assist::Class`.
    pub fn tokens(&self, path: &str) -> Vec<u32> {
        let text = self.text(path).unwrap_or_default();
        let offsets = Offsets::of(text);
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let found = shenfang_assist::tokens(text, self.builtin.catalogue().knowledge().names());
        let triple = |token: shenfang_assist::Token| {
            let (from, to) = (offsets.utf16(token.range.start), offsets.utf16(token.range.end));
            [narrow(from), narrow(to), token.class as u32]
        };
        found.into_iter().flat_map(triple).collect()
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
        let laid = sources.format(language).into_iter().next().map(|(_, laid)| laid);
        laid.unwrap_or(Ok(String::new()))
            .map_err(|diagnostics| fault::rules(&diagnostics))
    }

    /// Runs the examples and checks the rows of the pack of a file: JSON. Throws what is wrong with it.
    pub fn test(&mut self, path: &str) -> Result<String, JsValue> {
        let session = self.session();
        let list = session.check(path, Options::default());
        let faulty = list.iter().any(|d| d.level == shenfang::Level::Error);
        let mut diagnostics = Diagnostics::default();
        if faulty {
            diagnostics.list = list;
            diagnostics.map = session.map().clone();
            return Err(fault::rules(&diagnostics));
        }
        let pack = session.pack(path);
        let (rules, diagnostics) = session.compile(Options::default());
        Ok(report::run(&rules, &diagnostics.map, pack.as_deref()))
    }

    /// Everything compiled.
    pub fn compile(&mut self) -> Compiled {
        let (rules, diagnostics) = self.session().compile(Options::default());
        let mut all = places::of(&self.catalogue.list, &self.catalogue.map);
        all.extend(places::of(&diagnostics.list, &diagnostics.map));
        Compiled {
            diagnostics: told(&all),
            rules: Some(RuleSet::compiled(rules, diagnostics.map.clone())),
        }
    }
}

impl Workspace {
    fn text(&self, path: &str) -> Option<&str> {
        let own = self.own.get(path).map(String::as_str);
        own.or_else(|| self.builtin.text(path))
    }

    fn session(&mut self) -> &mut Session {
        let (builtin, own, catalogue) = (&self.builtin, &self.own, &mut self.catalogue);
        self.session.get_or_insert_with(|| {
            let chosen = builtin.choose(own.clone(), true, true);
            *catalogue = chosen.diagnostics;
            Session::new(&chosen.catalogue, chosen.rules)
        })
    }
}

fn told(list: &[places::Told<'_>]) -> String {
    serde_json::to_string(list).unwrap_or_default()
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
