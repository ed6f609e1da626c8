//! Files of columns: Parquet and Arrow IPC (file and stream), told apart by how they begin.
use arrow::{
    array::RecordBatch,
    datatypes::SchemaRef,
    error::ArrowError,
    ipc::reader::{FileReader, StreamReader},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

/// Rows of a Parquet file held at once.
const ROWS: usize = 4096;

/// Batches of a file, and how many rows there are where the file says so.
pub struct Source {
    /// of every batch
    pub schema: SchemaRef,
    /// rows in all
    pub rows: Option<u64>,
    /// the batches
    pub batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>,
}

/// A file that is not one of columns.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// could not be read
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// damaged, or of a kind that is not read
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// damaged, or of a kind that is not read
    #[error(transparent)]
    Parquet(#[from] parquet::errors::ParquetError),
}

enum Kind {
    Parquet,
    File,
    Stream,
}

fn kind(file: &mut File) -> std::io::Result<Option<Kind>> {
    let mut first = Vec::with_capacity(6);
    file.by_ref().take(6).read_to_end(&mut first)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match first.as_slice() {
        [b'P', b'A', b'R', b'1', ..] => Some(Kind::Parquet),
        b"ARROW1" => Some(Kind::File),
        // The mark that a message of a stream begins with; no text begins so.
        [0xff, 0xff, 0xff, 0xff, ..] => Some(Kind::Stream),
        _ => None,
    })
}

/// Whether a file holds columns, by its first bytes.
pub fn is_columns(file: &mut File) -> std::io::Result<bool> {
    kind(file).map(|kind| kind.is_some())
}

/// Opens a file of columns. Batches are read as they are asked for.
pub fn open(mut file: File) -> Result<Source, OpenError> {
    match kind(&mut file)? {
        Some(Kind::Parquet) => {
            let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
            let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
            let reader = builder.with_batch_size(ROWS).build()?;
            Ok(Source {
                schema: arrow::array::RecordBatchReader::schema(&reader),
                rows,
                batches: Box::new(reader),
            })
        }
        Some(Kind::File) => {
            let reader = FileReader::try_new_buffered(file, None)?;
            Ok(Source {
                schema: reader.schema(),
                rows: None,
                batches: Box::new(reader),
            })
        }
        Some(Kind::Stream) => {
            let reader = StreamReader::try_new(BufReader::new(file), None)?;
            Ok(Source {
                schema: reader.schema(),
                rows: None,
                batches: Box::new(reader),
            })
        }
        None => Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "neither Parquet nor Arrow").into()),
    }
}
