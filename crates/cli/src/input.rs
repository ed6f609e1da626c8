//! What `review` reads: a stream of JSON records, or a file of columns (told by its first bytes).
use crate::{review, text::words::Words};
use shenfang::{Language, Reviewer, Scratch};
use shenfang_batch::{Answer, Pool, review_stream};
use shenfang_columnar::{Chunks, ColumnFault, Plan, Source, in_order, is_columns};
use std::{
    fs::File,
    io::{self, BufRead},
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

/// Records of one file.
pub enum Input {
    /// JSON, and its size where known
    Json(Box<dyn BufRead>, Option<u64>),
    /// rows
    Columns(Arc<Plan>, Source),
}

impl Input {
    /// Opens a file, `-` for JSON on standard input. A column that does not fit is a message and nothing is reviewed.
    pub fn open(path: &Path, language: Language) -> Result<Input, String> {
        let shown = |error: &dyn std::fmt::Display| error.to_string();
        if path.as_os_str() != "-" {
            let mut file = File::open(path).map_err(|error| shown(&error))?;
            // A pipe cannot be looked into and read again.
            let regular = file.metadata().is_ok_and(|metadata| metadata.is_file());
            if regular && is_columns(&mut file).map_err(|error| shown(&error))? {
                let source = shenfang_columnar::open(file).map_err(|error| shown(&error))?;
                let plan = Plan::new(&source.schema, &[]).map_err(|faults| listed(&faults, language))?;
                return Ok(Input::Columns(Arc::new(plan), source));
            }
        }
        let (reader, size) = review::open(path).map_err(|error| shown(&error))?;
        Ok(Input::Json(reader, size))
    }

    /// What progress is counted in: bytes of JSON, rows of columns.
    pub fn size(&self) -> Option<u64> {
        match self {
            Input::Json(_, size) => *size,
            Input::Columns(_, source) => source.rows,
        }
    }

    /// Reviews every record: `render` on many threads, `each` in order. `bytes` of an answer from columns is 1, its share of the rows.
    pub fn review<T: Send>(
        self,
        reviewer: &Reviewer,
        render: impl Fn(Answer<'_>) -> T + Send + Sync,
        mut each: impl FnMut(T) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let (plan, source) = match self {
            Input::Json(reader, _) => {
                review_stream(reader, reviewer, render, each);
                return Ok(());
            }
            Input::Columns(plan, source) => (plan, source),
        };
        let buffers = Pool::<Scratch>::default();
        let answers = in_order(Chunks::new(plan, source.batches), |chunk| {
            let mut scratch = buffers.take();
            let mut out = Vec::new();
            chunk?.records(|record| {
                out.push(render(Answer {
                    line: record.line,
                    bytes: 1,
                    id: record.id.as_deref(),
                    outcome: record
                        .result
                        .as_ref()
                        .map(|rx| (rx, reviewer.review_with(&mut scratch, rx))),
                }));
            });
            Ok::<_, shenfang_columnar::ArrowError>(out)
        });
        for some in answers {
            for kept in some.map_err(io::Error::other)? {
                if each(kept).is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn listed(faults: &[ColumnFault], language: Language) -> String {
    let words = Words(language);
    let lines: Vec<&str> = faults
        .iter()
        .map(|fault| words.pick(&fault.message.zh, &fault.message.en))
        .collect();
    lines.join("\n  ")
}
