//! A rule set: loaded from a program, or compiled from texts.
use crate::batch::{self, Batch};
use crate::builtin::{Builtin, read};
use crate::{fault, report};
use serde_json::json;
use shenfang::knowledge::export::{self, View};
use shenfang::knowledge::graph::Node;
use shenfang::{Options, Program, Reviewer, Scratch, SourceMap};
use shenfang_batch::Comparison;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;
use wasm_bindgen::prelude::*;

/// Near names proposed for an unknown one.
const CANDIDATES: usize = 8;

/// A compiled rule set.
#[wasm_bindgen]
pub struct RuleSet {
    program: Arc<Program>,
    texts: Option<Compiled>,
    scratch: Scratch,
}

/// What only a set compiled from its texts has.
struct Compiled {
    rules: shenfang::RuleSet,
    map: SourceMap,
}

impl RuleSet {
    pub(crate) fn compiled(rules: shenfang::RuleSet, map: SourceMap) -> RuleSet {
        RuleSet {
            program: Arc::clone(rules.program()),
            texts: Some(Compiled { rules, map }),
            scratch: Scratch::default(),
        }
    }

    fn reviewer(&self, on: Option<&str>) -> Result<Reviewer, JsValue> {
        Ok(Reviewer::from(Arc::clone(&self.program)).on(fault::date(on)?))
    }

    fn texts(&self) -> Result<&Compiled, JsValue> {
        self.texts.as_ref().ok_or_else(fault::without_texts)
    }
}

#[wasm_bindgen]
impl RuleSet {
    /// Reads a program.
    pub fn load(bytes: &[u8]) -> Result<RuleSet, JsValue> {
        let program = Program::from_bytes(bytes).map_err(|error| fault::program(&error))?;
        Ok(RuleSet {
            program: Arc::new(program),
            texts: None,
            scratch: Scratch::default(),
        })
    }

    /// Compiles texts `{"path": "text"}`; throws what is wrong with them. `catalogue`: over the built-in names; `rules`: with the built-in
    /// rules, of which a text of the same path takes the place.
    pub fn compile(
        builtin: &Builtin,
        files: &str,
        catalogue: bool,
        rules: bool,
        on: Option<String>,
    ) -> Result<RuleSet, JsValue> {
        let on = fault::date(on.as_deref())?;
        let chosen = builtin.choose(read(files)?, catalogue, rules);
        if chosen.diagnostics.has_errors() {
            return Err(fault::rules(&chosen.diagnostics));
        }
        let options = Options { on, strict: false };
        let (rules, diagnostics) = shenfang::RuleSet::compile(&chosen.catalogue, chosen.rules, options);
        if diagnostics.has_errors() {
            return Err(fault::rules(&diagnostics));
        }
        Ok(RuleSet::compiled(rules, diagnostics.map))
    }

    /// The bytes of the program.
    #[wasm_bindgen(js_name = toProgram)]
    pub fn to_program(&self) -> Result<Vec<u8>, JsValue> {
        self.program.to_bytes().map_err(|error| fault::program(&error))
    }

    /// `{"packs": [{"id", "version"}], "digest"}`.
    pub fn identity(&self) -> String {
        serde_json::to_string(&**self.program.identity()).unwrap_or_default()
    }

    /// Reviews one record: JSON text to JSON text, the bytes of the wire format.
    pub fn review(&mut self, record: &str, on: Option<String>, language: Option<String>) -> Result<String, JsValue> {
        let language = fault::language(language.as_deref())?;
        let reviewer = self.reviewer(on.as_deref())?;
        batch::one(&reviewer, &mut self.scratch, record, language)
    }

    /// Begins to review many records.
    pub fn batch(&self, text: Vec<u8>, on: Option<String>, language: Option<String>) -> Result<Batch, JsValue> {
        let language = fault::language(language.as_deref())?;
        Ok(Batch::new(self.reviewer(on.as_deref())?, text, language))
    }

    /// What is known of a concept, code, rule or group: JSON.
    pub fn explain(&self, name: &str) -> Result<String, JsValue> {
        let explanation = self.texts()?.rules.knowledge().explain(name, CANDIDATES);
        Ok(serde_json::to_string(&explanation).unwrap_or_default())
    }

    /// The graph in node-link form; of `around`, what lies within `depth` edges.
    pub fn graph(&self, around: Option<String>, depth: usize) -> Result<String, JsValue> {
        let knowledge = self.texts()?.rules.knowledge();
        let view = match around {
            None => View::whole(knowledge),
            Some(name) => {
                let centre: Vec<Node> = knowledge.called(&name).into_iter().map(Node::Concept).collect();
                View::around(knowledge, &centre, depth)
            }
        };
        Ok(export::json(&view))
    }

    /// What differs in `other`, and, replayed over records, what that does: `{"difference", "impact"}`.
    pub fn diff(&self, other: &RuleSet, records: Option<Vec<u8>>, on: Option<String>) -> Result<String, JsValue> {
        let on = fault::date(on.as_deref())?;
        let comparison = Comparison::new(&self.texts()?.rules, &other.texts()?.rules, on);
        let impact = records.map(|text| comparison.replay(Cursor::new(text), |_| ControlFlow::Continue(())));
        Ok(comparison.to_json(impact.as_ref()))
    }

    /// Runs the examples and checks the table rows of every pack: JSON.
    pub fn test(&self) -> Result<String, JsValue> {
        let texts = self.texts()?;
        Ok(report::run(&texts.rules, &texts.map, None))
    }

    /// Whether it was compiled from texts: only then can it explain, draw, compare and test.
    #[wasm_bindgen(getter, js_name = hasTexts)]
    pub fn has_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// How much it holds: `{"rules", "doses", "concepts"}`, where it was compiled from texts.
    pub fn counts(&self) -> Result<String, JsValue> {
        let knowledge = self.texts()?.rules.knowledge();
        let counts = json!({
            "rules": knowledge.rules().len(),
            "doses": knowledge.doses().len(),
            "concepts": knowledge.concepts().len(),
        });
        Ok(counts.to_string())
    }
}
