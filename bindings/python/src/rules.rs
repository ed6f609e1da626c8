//! A rule set, and all that is asked of it but tables.
use crate::input::{Handed, date, language};
use pyo3::{
    exceptions::{PyOSError, PyValueError},
    prelude::*,
    types::PyBytes,
};
use rayon::prelude::*;
use serde_json::json;
use shenfang::{
    Catalogue, Diagnostics, Language, Options, Program, Reviewer, RuleSet, Scratch,
    knowledge::{
        Knowledge,
        export::{self, View},
        graph::Node,
    },
};
use shenfang_batch::{Held, Pool, TestReport, test};
use shenfang_host::Texts;
use shenfang_wire::{Record, write_error, write_review};
use std::{path::PathBuf, sync::Arc};

/// Rules ready to review; with their texts unless they came as a program.
#[pyclass(frozen, module = "shenfang._shenfang")]
pub struct Rules {
    pub(crate) program: Arc<Program>,
    pub(crate) rules: Option<RuleSet>,
    made: Option<Made>,
    /// what threads have looked up
    buffers: Pool<Scratch>,
}

/// What a rule set was made of, so that it can be checked again.
struct Made {
    texts: Texts,
    builtin: bool,
    catalogue: bool,
}

/// `(program, diagnostics as JSON lines, rendered, whether some are errors)`.
type Compiled = (Rules, String, String, bool);

impl Rules {
    pub(crate) fn reviewer(&self) -> Reviewer {
        Reviewer::from(Arc::clone(&self.program))
    }

    /// The rules with their texts and graph, which a program has not.
    pub(crate) fn whole(&self) -> PyResult<&RuleSet> {
        self.rules.as_ref().ok_or_else(|| {
            PyValueError::new_err(
                "this rule set came as a program, which reviews and no more: load the rules themselves to check, test, compare, explain or draw them",
            )
        })
    }

    fn knowledge(&self) -> PyResult<&Knowledge> {
        self.whole().map(RuleSet::knowledge)
    }
}

fn make(made: &Made, options: Options) -> (RuleSet, Diagnostics) {
    let mut texts = made.texts.clone();
    let (catalogue, faults) = match made.catalogue {
        true => shenfang_host::catalogue(&mut texts),
        false => (Catalogue::empty(), Diagnostics::default()),
    };
    if faults.has_errors() {
        return (RuleSet::compile(&catalogue, Default::default(), options).0, faults);
    }
    RuleSet::compile(&catalogue, shenfang_host::over_builtin(texts, !made.builtin), options)
}

/// The reply to one record, and whether it is a review.
fn reply(reviewer: &Reviewer, scratch: &mut Scratch, record: &Record, language: Language) -> (bool, Vec<u8>) {
    match &record.result {
        Ok(prescription) => (true, write_review(&reviewer.review_with(scratch, prescription))),
        Err(error) => (false, write_error(record.id.as_deref(), record.line, error, language)),
    }
}

#[pymethods]
impl Rules {
    /// The built-in rules; compiled once a process.
    #[staticmethod]
    fn builtin(py: Python<'_>) -> Rules {
        let rules = py.detach(|| shenfang_rules::builtin().clone());
        Rules {
            program: Arc::clone(rules.program()),
            rules: Some(rules),
            made: Some(Made {
                texts: Texts::new(),
                builtin: true,
                catalogue: true,
            }),
            buffers: Pool::default(),
        }
    }

    /// Texts over the built-in rules and catalogue, or without them.
    #[staticmethod]
    fn compile(
        py: Python<'_>,
        texts: Vec<(String, String)>,
        builtin: bool,
        catalogue: bool,
        lang: &str,
    ) -> PyResult<Compiled> {
        let lang = language(lang)?;
        let made = Made {
            texts,
            builtin,
            catalogue,
        };
        let (rules, diagnostics) = py.detach(|| make(&made, Options::default()));
        let rules = Rules {
            program: Arc::clone(rules.program()),
            rules: Some(rules),
            made: Some(made),
            buffers: Pool::default(),
        };
        Ok((
            rules,
            diagnostics.to_json(),
            diagnostics.render(lang, false),
            diagnostics.has_errors(),
        ))
    }

    /// Paths and texts of rule files and folders.
    #[staticmethod]
    fn read(paths: Vec<PathBuf>) -> PyResult<Vec<(String, String)>> {
        shenfang_host::read_rules(&paths).map_err(|error| PyOSError::new_err(error.to_string()))
    }

    /// A program of [`Rules::program`].
    #[staticmethod]
    fn load(py: Python<'_>, bytes: &[u8]) -> PyResult<Rules> {
        let program = py.detach(|| Program::from_bytes(bytes));
        let program = program.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Rules {
            program: Arc::new(program),
            rules: None,
            made: None,
            buffers: Pool::default(),
        })
    }

    /// The rules as bytes that load without the parser.
    fn program<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| self.program.to_bytes());
        let bytes = bytes.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// `{"packs": [{"id", "version"}], "digest"}`.
    fn identity(&self) -> String {
        json!(**self.program.identity()).to_string()
    }

    /// Diagnostics as JSON lines, rendered, and whether some are errors; `strict` and the date as `shenfang check` has them.
    fn check(&self, py: Python<'_>, strict: bool, on: Option<&str>, lang: &str) -> PyResult<(String, String, bool)> {
        self.whole()?;
        let (on, lang) = (date(on)?, language(lang)?);
        let Some(made) = &self.made else {
            return Ok((String::new(), String::new(), false));
        };
        let diagnostics = py.detach(|| make(made, Options { on, strict }).1);
        Ok((
            diagnostics.to_json(),
            diagnostics.render(lang, false),
            diagnostics.has_errors(),
        ))
    }

    /// What the examples and table rows of each pack showed, as a JSON list.
    fn test(&self, py: Python<'_>, pack: Option<&str>, lang: &str) -> PyResult<String> {
        let (set, lang) = (self.whole()?, language(lang)?);
        let packs: Vec<&str> = set.knowledge().packs().iter().map(|pack| pack.id.as_str()).collect();
        let asked: Vec<&str> = packs
            .iter()
            .copied()
            .filter(|id| pack.is_none_or(|asked| asked == *id))
            .collect();
        if let (Some(pack), []) = (pack, asked.as_slice()) {
            return Err(PyValueError::new_err(format!(
                "no pack `{pack}`; the packs are {}",
                packs.join(", ")
            )));
        }
        let reports: Vec<_> = py.detach(|| {
            asked
                .par_iter()
                .map(|id| report(id, &test(&set.only(id)), lang))
                .collect()
        });
        Ok(json!(reports).to_string())
    }

    /// What is known of a name, a code or a rule, as JSON.
    fn explain(&self, name: &str, candidates: usize) -> PyResult<String> {
        Ok(json!(self.knowledge()?.explain(name, candidates)).to_string())
    }

    /// The graph, whole or around a name, as `dot`, `json` or `graphml`; `None` where nothing has that name.
    fn graph(&self, py: Python<'_>, around: Option<&str>, depth: usize, format: &str) -> PyResult<Option<String>> {
        let knowledge = self.knowledge()?;
        let write = match format {
            "dot" => export::dot,
            "json" => export::json,
            "graphml" => export::graphml,
            other => {
                return Err(PyValueError::new_err(format!(
                    "format: `{other}`, expected dot, json or graphml"
                )));
            }
        };
        Ok(py.detach(|| match around {
            None => Some(write(&View::whole(knowledge))),
            Some(name) => {
                let centre: Vec<Node> = knowledge.called(name).into_iter().map(Node::Concept).collect();
                (!centre.is_empty()).then(|| write(&View::around(knowledge, &centre, depth)))
            }
        }))
    }

    /// The reply to one record, and whether it is a review.
    fn review<'py>(
        &self,
        py: Python<'py>,
        record: &Bound<'py, PyAny>,
        on: Option<&str>,
        lang: &str,
    ) -> PyResult<(bool, Bound<'py, PyBytes>)> {
        let (on, lang) = (date(on)?, language(lang)?);
        let handed = Handed::of(record, 1);
        let (good, bytes) = py.detach(|| {
            reply(
                &self.reviewer().on(on),
                &mut self.buffers.take(),
                &handed.record(1),
                lang,
            )
        });
        Ok((good, PyBytes::new(py, &bytes)))
    }

    /// The replies to many, side by side, in order; the first is line `first` of its source.
    fn review_many<'py>(
        &self,
        py: Python<'py>,
        records: Vec<Bound<'py, PyAny>>,
        first: u64,
        on: Option<&str>,
        lang: &str,
    ) -> PyResult<Vec<(bool, Bound<'py, PyBytes>)>> {
        let (on, lang) = (date(on)?, language(lang)?);
        let lines = first..;
        let handed: Vec<(u64, Handed)> = lines
            .zip(&records)
            .map(|(line, record)| (line, Handed::of(record, line)))
            .collect();
        let reviewer = self.reviewer().on(on);
        let replies: Vec<(bool, Vec<u8>)> = py.detach(|| {
            let answer = |scratch: &mut Held<'_, Scratch>, (line, handed): (u64, Handed)| {
                reply(&reviewer, scratch, &handed.record(line), lang)
            };
            handed
                .into_par_iter()
                .with_min_len(16)
                .map_init(|| self.buffers.take(), answer)
                .collect()
        });
        Ok(replies
            .into_iter()
            .map(|(good, bytes)| (good, PyBytes::new(py, &bytes)))
            .collect())
    }
}

fn report(pack: &str, report: &TestReport, lang: Language) -> serde_json::Value {
    let (covered, all) = report.coverage();
    let differing = report.failures.iter().map(|failure| {
        let said: Vec<&str> = failure.differences.iter().map(|words| words.get(lang)).collect();
        json!({"title": failure.title, "differences": said})
    });
    let rows = report.rows.failures.iter();
    let rows = rows.map(|row| json!({"rule": row.rule, "row": row.row, "message": row.message.get(lang)}));
    json!({
        "pack": pack, "passed": report.passed(), "examples": report.examples, "rows": report.rows.checked,
        "failures": differing.collect::<Vec<_>>(), "row_failures": rows.collect::<Vec<_>>(),
        "without_example": report.without_example, "covered": covered, "rules": all,
    })
}
