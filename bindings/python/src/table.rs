//! Tables in and out by the Arrow PyCapsule interface: no Python object a row.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the host's side: it opens the files it is told"
)]
use crate::{
    input::{date, language},
    rules::Rules,
};
use arrow::{
    array::{RecordBatch, RecordBatchReader, StructArray},
    datatypes::{DataType, Field, SchemaRef},
    error::ArrowError,
};
use pyo3::{
    exceptions::{PyException, PyOSError, PyRuntimeError, PyTypeError},
    prelude::*,
    types::PyCapsule,
};
use pyo3_arrow::{
    PyRecordBatch, PyRecordBatchReader,
    ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule},
};
use rayon::prelude::*;
use shenfang_batch::{Comparison, Impact, Pool};
use shenfang_columnar::{Answers as Columns, Chunk, Chunks, ColumnFault, Keep, OpenError, Plan, in_order, is_columns};
use std::{
    fs::File,
    io::BufReader,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

type Stream = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>;

/// Sheets of a batch of answers where most of them are short and soon made: the rules leave it to the lines of a sheet whether they speak, and neither texts
/// nor whole replies are asked for. Otherwise fewer, or it would be long before anybody could interrupt.
const SHORT: usize = 8192;
/// How many such batches a thread makes before they are handed on.
const AHEAD: usize = 8;

/// Batches of some schema, and how many rows there are where that is known.
struct Input {
    schema: SchemaRef,
    rows: Option<u64>,
    batches: Stream,
}

/// A file's path, or whatever speaks the Arrow PyCapsule interface.
fn input(data: &Bound<'_, PyAny>) -> PyResult<Input> {
    if let Ok(path) = data.extract::<PathBuf>() {
        let fault = |error: &dyn std::fmt::Display| PyOSError::new_err(format!("{}: {error}", path.display()));
        let file = File::open(&path).map_err(|error| fault(&error))?;
        let source = shenfang_columnar::open(file).map_err(|error: OpenError| fault(&error))?;
        return Ok(Input {
            schema: source.schema,
            rows: source.rows,
            batches: source.batches,
        });
    }
    if data.hasattr("__arrow_c_stream__")? {
        let rows = data.len().ok().and_then(|rows| u64::try_from(rows).ok());
        let reader = data.extract::<PyRecordBatchReader>()?.into_reader()?;
        return Ok(Input {
            schema: reader.schema(),
            rows,
            batches: Box::new(reader),
        });
    }
    if data.hasattr("__arrow_c_array__")? {
        let batch = data.extract::<PyRecordBatch>()?.into_inner();
        let rows = u64::try_from(batch.num_rows()).ok();
        return Ok(Input {
            schema: batch.schema(),
            rows,
            batches: Box::new(std::iter::once(Ok(batch))),
        });
    }
    Err(PyTypeError::new_err(format!(
        "a table is expected: pyarrow, pandas, Polars, DuckDB or whatever has `__arrow_c_stream__`, or the path of a Parquet or Arrow file; found `{}`",
        data.get_type().name()?
    )))
}

pyo3::create_exception!(
    _shenfang,
    ColumnFaults,
    PyException,
    "What is wrong with columns, as `(code, column, zh, en)` each; Python's half makes its own exception of it."
);

fn plan(schema: &SchemaRef, keep: &[String]) -> PyResult<Arc<Plan>> {
    let told = |fault: ColumnFault| (fault.code, fault.column, fault.message.zh, fault.message.en);
    Plan::new(schema, keep)
        .map(Arc::new)
        .map_err(|faults| ColumnFaults::new_err((faults.into_iter().map(told).collect::<Vec<_>>(),)))
}

fn arrow(error: ArrowError) -> PyErr {
    // What Python itself said while it was asked for more rows is said again as it was.
    if let ArrowError::ExternalError(inner) = error {
        return match inner.downcast::<PyErr>() {
            Ok(error) => *error,
            Err(other) => PyRuntimeError::new_err(other.to_string()),
        };
    }
    PyRuntimeError::new_err(error.to_string())
}

/// Reviews a table as it is read.
#[pyfunction]
pub fn review_stream(
    rules: &Rules,
    data: &Bound<'_, PyAny>,
    keep: Vec<String>,
    texts: bool,
    json: bool,
    on: Option<&str>,
    lang: &str,
) -> PyResult<Batches> {
    let (on, lang) = (date(on)?, language(lang)?);
    let Input { schema, rows, batches } = input(data)?;
    let plan = plan(&schema, &keep)?;
    let answers = Columns::new(&plan, Keep { texts, json }, lang);
    let (schema, reviewer) = (Arc::clone(answers.schema()), rules.reviewer().on(on));
    let buffers = Pool::<shenfang_columnar::Buffers>::default();
    let short = !texts && !json && reviewer.program().leaves_to_lines(None);
    let chunks = Chunks::new(plan, batches);
    let work = move |chunk: Result<Chunk, ArrowError>| {
        chunk.and_then(|chunk| answers.of(&chunk, &reviewer, &mut buffers.take()))
    };
    let made = match short {
        true => in_order(chunks.by(SHORT), work).by(AHEAD),
        false => in_order(chunks, work),
    };
    Ok(Batches {
        schema,
        rows,
        batches: Mutex::new(Some(Box::new(made))),
    })
}

/// What other rules would do, as JSON; with a table or a file of prescriptions, replayed over it.
#[pyfunction]
pub fn diff(
    py: Python<'_>,
    old: &Rules,
    new: &Rules,
    data: Option<&Bound<'_, PyAny>>,
    whole: bool,
    on: Option<&str>,
) -> PyResult<String> {
    let on = date(on)?;
    let (old, new) = (old.whole()?, new.whole()?);
    let comparison = py.detach(|| Comparison::new(old, new, on));
    let comparison = if whole { comparison.whole() } else { comparison };
    let impact = match data {
        None => None,
        Some(data) => Some(match records(data)? {
            Some(path) => replay_records(py, &comparison, &path)?,
            None => replay_rows(py, &comparison, input(data)?)?,
        }),
    };
    Ok(comparison.to_json(impact.as_ref()))
}

fn replay_records(py: Python<'_>, comparison: &Comparison, path: &Path) -> PyResult<Impact> {
    let file = File::open(path).map_err(|error| PyOSError::new_err(format!("{}: {error}", path.display())))?;
    interruptible(py, |check| {
        let mut stopped = None;
        let impact = comparison.replay(BufReader::new(file), |_| match check() {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                stopped = Some(error);
                ControlFlow::Break(())
            }
        });
        stopped.map_or(Ok(impact), Err)
    })
}

fn replay_rows(py: Python<'_>, comparison: &Comparison, input: Input) -> PyResult<Impact> {
    let chunks = Chunks::new(plan(&input.schema, &[])?, input.batches);
    let pool = Pool::<shenfang_batch::Buffers>::default();
    let compare = |chunk: Result<Chunk, ArrowError>| {
        let (mut part, mut buffers) = (Impact::default(), pool.take());
        chunk?.records(|record| match &record.result {
            Ok(prescription) => part.add(comparison.one(&mut buffers, prescription)),
            Err(_) => part.add(Impact {
                unreadable: 1,
                ..Impact::default()
            }),
        });
        Ok(part)
    };
    interruptible(py, |check| {
        let mut impact = Impact::default();
        for part in in_order(chunks, compare) {
            impact.add(part.map_err(arrow)?);
            check()?;
        }
        Ok(impact)
    })
}

/// The path of a file that is not one of columns.
fn records(data: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    let Ok(path) = data.extract::<PathBuf>() else {
        return Ok(None);
    };
    let columns = File::open(&path).and_then(|mut file| is_columns(&mut file));
    let columns = columns.map_err(|error| PyOSError::new_err(format!("{}: {error}", path.display())))?;
    Ok((!columns).then_some(path))
}

/// Long work without the interpreter, which `check` asks whether somebody pressed Ctrl-C.
fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(&dyn Fn() -> PyResult<()>) -> PyResult<T> + Send,
) -> PyResult<T> {
    py.detach(|| work(&|| Python::attach(|py| py.check_signals())))
}

/// Answers as they are made; they can be had once.
#[pyclass(frozen, module = "shenfang._shenfang")]
pub struct Batches {
    schema: SchemaRef,
    rows: Option<u64>,
    batches: Mutex<Option<Stream>>,
}

impl Batches {
    fn take(&self) -> PyResult<Stream> {
        let batches = self.batches.lock().ok().and_then(|mut batches| batches.take());
        batches.ok_or_else(|| PyRuntimeError::new_err("a stream of answers can be had once, and this one was"))
    }
}

#[pymethods]
impl Batches {
    /// Rows to come in, where the source says so.
    #[getter]
    fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// All answers; `progress` is told the rows so far. Ctrl-C stops it.
    fn collect(&self, py: Python<'_>, progress: Option<Py<PyAny>>) -> PyResult<Answers> {
        let batches = self.take()?;
        let made = interruptible(py, |check| {
            let (mut made, mut rows) = (Vec::new(), 0_usize);
            for batch in batches {
                let batch = batch.map_err(arrow)?;
                rows = rows.saturating_add(batch.num_rows());
                made.push(batch);
                check()?;
                if let Some(progress) = &progress {
                    Python::attach(|py| progress.call1(py, (rows,)).map(drop))?;
                }
            }
            Ok(made)
        })?;
        Ok(Answers {
            schema: Arc::clone(&self.schema),
            batches: made,
        })
    }

    /// The next answers, `None` at the end.
    fn next(&self, py: Python<'_>) -> PyResult<Option<Answers>> {
        let made = py.detach(|| {
            let mut held = self.batches.lock().ok()?;
            held.as_mut()?.next()
        });
        py.check_signals()?;
        let answers = |batch| Answers {
            schema: Arc::clone(&self.schema),
            batches: vec![batch],
        };
        made.map(|batch| batch.map(answers).map_err(arrow)).transpose()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.schema.as_ref())?)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        stream(py, &self.schema, self.take()?, requested_schema)
    }
}

fn stream<'py>(
    py: Python<'py>,
    schema: &SchemaRef,
    batches: Stream,
    requested: Option<Bound<'py, PyCapsule>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let field = Field::new("", DataType::Struct(schema.fields().clone()), false);
    let arrays = batches.map(|batch| batch.map(|batch| Arc::new(StructArray::from(batch)) as _));
    Ok(to_stream_pycapsule(
        py,
        Box::new(ArrayIterator::new(arrays, Arc::new(field))),
        requested,
    )?)
}

/// A table of answers.
#[pyclass(frozen, module = "shenfang._shenfang")]
pub struct Answers {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Answers {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// A row a finding.
    fn findings(&self, py: Python<'_>) -> PyResult<Answers> {
        let empty = || RecordBatch::new_empty(Arc::clone(&self.schema));
        let made: Result<Vec<RecordBatch>, ArrowError> = py.detach(|| match self.batches.is_empty() {
            true => shenfang_columnar::findings(&empty()).map(|one| vec![one]),
            false => self.batches.par_iter().map(shenfang_columnar::findings).collect(),
        });
        let batches = made.map_err(arrow)?;
        let schema = batches
            .first()
            .map_or_else(|| Arc::clone(&self.schema), RecordBatch::schema);
        Ok(Answers { schema, batches })
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.schema.as_ref())?)
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let batches: Vec<RecordBatch> = self.batches.clone();
        stream(
            py,
            &self.schema,
            Box::new(batches.into_iter().map(Ok)),
            requested_schema,
        )
    }
}
