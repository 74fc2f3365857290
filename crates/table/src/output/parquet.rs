//! A result table as a Parquet file of typed columns.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use arrow_array::builder::{BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use jiufen_quantity::Date;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::{MOST_DIGITS, OutputCell, OutputTable, OutputType};
use crate::parquet_rows::COMMENT_KEY;

/// Rows encoded at a time.
const BATCH_ROWS: usize = 8192;
/// Rows of a row group: what a reader has in memory at once.
pub(crate) const GROUP_ROWS: usize = 1 << 17;

/// What is written into every file as its writer, without a time.
pub(crate) const CREATED_BY: &str = concat!("jiufen ", env!("CARGO_PKG_VERSION"));

/// How Parquet files are written: the same rows give the same bytes. What is kept of each page until the end of a file
/// would grow with the file, and nothing here reads it.
pub(crate) fn properties(metadata: Vec<KeyValue>) -> Result<WriterProperties, ParquetError> {
    Ok(WriterProperties::builder()
        .set_created_by(CREATED_BY.to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
        .set_key_value_metadata(Some(metadata))
        .build())
}

/// An error of the format as one of the world: most are the disk's.
pub(crate) fn of_world(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Decimal(Decimal128Builder, u8),
    Boolean(BooleanBuilder),
    Date(Date32Builder),
}

impl Builder {
    fn new(kind: OutputType) -> Self {
        match kind {
            OutputType::Text => Self::Text(StringBuilder::new()),
            OutputType::Integer => Self::Integer(Int64Builder::new()),
            OutputType::Decimal { places } => Self::Decimal(Decimal128Builder::new(), places),
            OutputType::Boolean => Self::Boolean(BooleanBuilder::new()),
            OutputType::Date => Self::Date(Date32Builder::new()),
        }
    }

    /// Adds a cell; one of another type was refused before, and would be empty.
    fn push(&mut self, cell: &OutputCell) {
        match self {
            Self::Text(builder) => builder.append_option(match cell {
                OutputCell::Text(text) => Some(text.as_str()),
                _ => None,
            }),
            Self::Integer(builder) => builder.append_option(match cell {
                OutputCell::Number(number) => i64::try_from(*number).ok(),
                _ => None,
            }),
            Self::Decimal(builder, _) => builder.append_option(match cell {
                OutputCell::Number(number) => Some(*number),
                _ => None,
            }),
            Self::Boolean(builder) => builder.append_option(match cell {
                OutputCell::Boolean(truth) => Some(*truth),
                _ => None,
            }),
            Self::Date(builder) => builder.append_option(match cell {
                OutputCell::Date(date) => days_of(*date),
                _ => None,
            }),
        }
    }

    fn finish(&mut self) -> io::Result<ArrayRef> {
        Ok(match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder, places) => {
                let cells = builder.finish();
                let places = i8::try_from(*places).unwrap_or(0);
                Arc::new(
                    cells
                        .with_precision_and_scale(MOST_DIGITS, places)
                        .map_err(io::Error::other)?,
                )
            }
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
        })
    }
}

/// Days since 1970-01-01.
pub(crate) fn days_of(date: Date) -> Option<i32> {
    Some(date.days_since(Date::new(1970, 1, 1)?))
}

fn arrow_type(kind: OutputType) -> DataType {
    match kind {
        OutputType::Text => DataType::Utf8,
        OutputType::Integer => DataType::Int64,
        OutputType::Decimal { places } => {
            DataType::Decimal128(MOST_DIGITS, i8::try_from(places).unwrap_or(0))
        }
        OutputType::Boolean => DataType::Boolean,
        OutputType::Date => DataType::Date32,
    }
}

/// A writer that remembers why it failed: the errors of the format do not say.
struct Noting<W> {
    out: W,
    failure: Failure,
}

/// Why a writer failed, shared with the one who will be asked.
type Failure = Arc<Mutex<Option<io::ErrorKind>>>;

impl<W> Noting<W> {
    fn note<T>(&self, result: io::Result<T>) -> io::Result<T> {
        if let (Err(error), Ok(mut failure)) = (&result, self.failure.lock()) {
            *failure = Some(error.kind());
        }
        result
    }
}

impl<W: Write> Write for Noting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.out.write(bytes);
        self.note(result)
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.out.flush();
        self.note(result)
    }
}

/// A file that is being written.
pub(super) struct File<W: Write + Send> {
    schema: SchemaRef,
    builders: Vec<Builder>,
    rows: usize,
    writer: ArrowWriter<Noting<W>>,
    failure: Failure,
}

/// An error of the format with the kind of the disk's, where that was the cause.
fn caused(error: ParquetError, failure: &Failure) -> io::Error {
    let error = of_world(error);
    match failure.lock().ok().and_then(|kind| *kind) {
        Some(kind) => io::Error::new(kind, error),
        None => error,
    }
}

impl<W: Write + Send> File<W> {
    pub fn new(table: &OutputTable, out: W) -> io::Result<Self> {
        let fields = table.columns.iter();
        let fields = fields.map(|column| Field::new(column.header(), arrow_type(column.kind), true));
        let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let note = table
            .note
            .iter()
            .map(|note| KeyValue::new(COMMENT_KEY.to_owned(), note.clone()));
        let provenance = table.provenance.iter();
        let provenance = provenance.map(|(name, value)| KeyValue::new(format!("出处.{name}"), value.clone()));
        let properties = properties(note.chain(provenance).collect()).map_err(of_world)?;
        let options = ArrowWriterOptions::new()
            .with_properties(properties)
            .with_skip_arrow_metadata(true);
        let failure = Failure::default();
        let noting = Noting {
            out,
            failure: failure.clone(),
        };
        let writer = ArrowWriter::try_new_with_options(noting, schema.clone(), options);
        Ok(Self {
            writer: writer.map_err(|error| caused(error, &failure))?,
            failure,
            schema,
            builders: table
                .columns
                .iter()
                .map(|column| Builder::new(column.kind))
                .collect(),
            rows: 0,
        })
    }

    pub fn append(&mut self, row: &[OutputCell]) -> io::Result<()> {
        for (builder, cell) in self.builders.iter_mut().zip(row) {
            builder.push(cell);
        }
        self.rows += 1;
        if self.rows == BATCH_ROWS {
            self.flush()
        } else {
            Ok(())
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let arrays = self
            .builders
            .iter_mut()
            .map(Builder::finish)
            .collect::<io::Result<Vec<_>>>()?;
        self.rows = 0;
        let batch = RecordBatch::try_new(self.schema.clone(), arrays).map_err(io::Error::other)?;
        self.writer
            .write(&batch)
            .map_err(|error| caused(error, &self.failure))
    }

    pub fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.flush()?;
        }
        let failure = self.failure;
        let noting = self
            .writer
            .into_inner()
            .map_err(|error| caused(error, &failure))?;
        Ok(noting.out)
    }
}
