//! The rows of a Parquet file as a source of cells: one batch of one row group in memory at a time.

use std::borrow::Cow;

use arrow_schema::{DataType, Field, SchemaRef};
use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, Diagnostic, Entry, Span};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;
use smol_str::SmolStr;

use crate::arrow_cells::{Cells, Kind, type_words};
use crate::column::Column;
use crate::guard::guarded;
use crate::header::Header;
use crate::rejection::Faults;
use crate::schema::ColumnType;
use crate::source::{Fields, FileBytes, NOWHERE, RowSource};
use crate::text::Comment;

/// Rows decoded at a time.
const BATCH_ROWS: usize = 8192;

/// The key under which a Parquet file keeps what a CSV file says in its comment line.
pub(crate) const COMMENT_KEY: &str = "说明";

/// A Parquet file, read from its first row to its last.
pub(crate) struct ParquetRows<R: ChunkReader + 'static> {
    path: SmolStr,
    comment: Comment,
    schema: SchemaRef,
    rows: usize,
    /// Until it is known which columns are read.
    builder: Option<ParquetRecordBatchReaderBuilder<R>>,
    reader: Option<ParquetRecordBatchReader>,
    /// For each column of the file, its place in a batch.
    places: Vec<Option<usize>>,
    batch: Vec<Cells>,
    /// Rows of the batch, the one that is read, and rows before the batch.
    length: usize,
    at: usize,
    line: u32,
    floats: Vec<SmolStr>,
    failure: Option<Argument>,
}

impl ParquetRows<bytes::Bytes> {
    /// Opens a file in memory; `None` when nothing of it can be read, and the findings say why.
    pub fn open(file: &FileBytes, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        if file.bytes.is_empty() {
            findings.push(finding(&registry::EMPTY_FILE, &file.path, "1"));
            return None;
        }
        Self::of(&file.path, file.bytes.clone(), findings)
    }
}

impl<R: ChunkReader + 'static> ParquetRows<R> {
    /// Opens a file by its bytes, wherever they are kept.
    pub fn of(path: &SmolStr, bytes: R, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        // What a writer notes of its own types is not asked: the file's types are what is stored.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let opened = guarded(|| ParquetRecordBatchReaderBuilder::try_new_with_options(bytes, options));
        let builder = match opened.unwrap_or_else(|| Err(stopped())) {
            Ok(builder) => builder,
            Err(error) => {
                let finding = finding(&registry::DAMAGED_FILE, path, "1").with("cause", cause(&error));
                findings.push(finding);
                return None;
            }
        };
        let about = builder.metadata().file_metadata();
        let rows = usize::try_from(about.num_rows()).unwrap_or(0);
        let mut comment = Comment::default();
        let noted = about.key_value_metadata().into_iter().flatten();
        let noted = noted
            .filter(|pair| pair.key == COMMENT_KEY)
            .find_map(|pair| pair.value.clone());
        if let Some(words) = noted {
            let (read, unreadable) = Comment::read(&words);
            comment = read;
            if let Some(found) = unreadable {
                findings.push(finding(&registry::BAD_COMPLETE_TO, path, "1").with("found", found));
            }
        }
        Some(Self {
            path: path.clone(),
            comment,
            schema: builder.schema().clone(),
            rows,
            builder: Some(builder),
            reader: None,
            places: Vec::new(),
            batch: Vec::new(),
            length: 0,
            at: 0,
            line: 0,
            floats: Vec::new(),
            failure: None,
        })
    }

    /// Whether cells of a field can be values of a type; says so where they cannot.
    fn serves(&mut self, place: usize, column_type: &ColumnType, findings: &mut Vec<Diagnostic>) -> bool {
        let field = self.schema.field(place);
        let kind = Kind::of(field.data_type());
        if kind.is_some_and(|kind| kind.serves(column_type)) {
            if kind == Some(Kind::Floats) {
                self.floats.push(field.name().as_str().into());
            }
            return true;
        }
        let found = field.data_type().to_string();
        let finding = self
            .finding(&registry::COLUMN_TYPE)
            .with("column", field.name().as_str());
        let finding = finding
            .with("found", found)
            .with("expected", type_words(column_type));
        findings.push(finding.with("proposal", cast(field, column_type)));
        false
    }

    /// Reads only these columns of the file.
    pub fn project(&mut self, wanted: &[usize]) {
        let Some(builder) = self.builder.take() else {
            return;
        };
        self.places = vec![None; self.schema.fields().len()];
        let mut sorted: Vec<usize> = wanted.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        for (place, column) in sorted.iter().enumerate() {
            self.places[*column] = Some(place);
        }
        let mask = ProjectionMask::roots(builder.parquet_schema(), sorted);
        let built = guarded(|| builder.with_projection(mask).with_batch_size(BATCH_ROWS).build());
        match built.unwrap_or_else(|| Err(stopped())) {
            Ok(reader) => self.reader = Some(reader),
            Err(error) => self.failure = Some(cause(&error)),
        }
    }

    /// Reads the next batch and gives its number of rows; `None` at the end, and where the file breaks off.
    pub fn next_batch(&mut self) -> Option<usize> {
        self.line = self
            .line
            .saturating_add(u32::try_from(self.length).unwrap_or(u32::MAX));
        self.length = 0;
        loop {
            let reader = self.reader.as_mut()?;
            let next = guarded(|| reader.next().transpose());
            match next.unwrap_or_else(|| Err(stopped().into())) {
                Ok(Some(batch)) if batch.num_rows() == 0 => {}
                Ok(Some(batch)) => {
                    self.length = batch.num_rows();
                    self.batch = batch.columns().iter().map(Cells::new).collect();
                    return Some(self.length);
                }
                Ok(None) => return None,
                Err(error) => {
                    self.reader = None;
                    self.failure = Some(cause(&ParquetError::from(error)));
                    return None;
                }
            }
        }
    }

    /// How many rows the file says it has.
    pub fn row_count(&self) -> u64 {
        self.rows as u64
    }

    /// The row of the file that the batch begins with, from 1.
    pub fn batch_line(&self) -> u32 {
        self.line.saturating_add(1)
    }

    /// The cells of a column of the file in the batch.
    pub fn cells(&self, place: usize) -> Option<&Cells> {
        self.batch.get((*self.places.get(place)?)?)
    }
}

/// How a writer gives a column its type.
fn cast(field: &Field, column_type: &ColumnType) -> Argument {
    let name = field.name();
    let sql = match column_type {
        ColumnType::Number { .. } => "DECIMAL(18, 2)",
        ColumnType::Boolean => "BOOLEAN",
        ColumnType::Date => "DATE",
        ColumnType::Year => "INTEGER",
        _ => "VARCHAR",
    };
    let zoned = matches!(field.data_type(), DataType::Timestamp(_, Some(_)));
    let (zh, en) = if zoned {
        (
            "时区不同,日期就不同:先定哪个时区的日期。",
            "the day depends on the time zone: decide which. ",
        )
    } else {
        ("", "")
    };
    Argument::term(
        format!("{zh}导出时写成 CAST(\"{name}\" AS {sql})"),
        format!("{en}write CAST(\"{name}\" AS {sql}) where it is exported"),
    )
}

fn finding(entry: &'static Entry, path: &str, line: &str) -> Diagnostic {
    Diagnostic::new(entry, NOWHERE)
        .with("file", path)
        .with("line", line)
}

/// The error of a decoder that found no error of its own for what it met.
fn stopped() -> ParquetError {
    ParquetError::General("the pages do not fit their headers".to_owned())
}

/// Why a file cannot be read, in the words of a person where they are known.
fn cause(error: &ParquetError) -> Argument {
    let said = error.to_string();
    let holds = |words: &str| said.contains(words);
    if matches!(error, ParquetError::EOF(_) | ParquetError::NeedMoreData(_))
        || holds("Corrupt footer")
        || holds("Invalid Parquet file")
        || holds("eof")
        || holds("footer")
    {
        Argument::term(
            "不是完整的 Parquet 文件(结尾不对,多半是没有传完)",
            "is no whole Parquet file (its end is not there: most often a broken transfer)",
        )
    } else if holds("ncrypt") {
        Argument::term("是加密的 Parquet 文件", "is an encrypted Parquet file")
    } else {
        let said: String = said.chars().take(120).collect();
        Argument::term(format!("已损坏({said})"), format!("is damaged ({said})"))
    }
}

impl<R: ChunkReader + 'static> RowSource for ParquetRows<R> {
    fn path(&self) -> &SmolStr {
        &self.path
    }

    fn finding(&self, entry: &'static Entry) -> Diagnostic {
        finding(entry, &self.path, "1")
    }

    fn comment(&self) -> &Comment {
        &self.comment
    }

    fn header(&mut self) -> Vec<String> {
        let fields = self.schema.fields().iter();
        fields.map(|field| field.name().clone()).collect()
    }

    fn bind(&mut self, fields: &Fields<'_>, header: &mut Header, _columns: &[Column]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let schema = fields.schema;
        header
            .fields
            .retain(|(place, index)| self.serves(*place, &schema.columns[*index].column_type, &mut findings));
        let mut wanted: Vec<usize> = header.fields.iter().map(|(place, _)| *place).collect();
        let mut readable = true;
        for (place, name) in header.key.iter().zip(&schema.key) {
            let Some(field) = schema.column(name).map(|index| &schema.columns[index]) else {
                continue;
            };
            // Of the main file the key has been looked at as a field.
            readable &= wanted.contains(place) || {
                header.year.is_some() && self.serves(*place, &field.column_type, &mut findings)
            };
        }
        if let Some(place) = header.year {
            readable &= self.serves(place, &ColumnType::Year, &mut findings);
        }
        if !readable {
            header.key.clear();
            header.year = None;
        }
        wanted.extend(header.key.iter().copied().chain(header.year));
        self.project(&wanted);
        findings
    }

    fn likely_rows(&self) -> usize {
        const MOST: usize = 1 << 22;
        self.rows.min(MOST)
    }

    fn advance(&mut self) -> bool {
        self.at += 1;
        if self.at >= self.length {
            if self.next_batch().is_none() {
                return false;
            }
            self.at = 0;
        }
        true
    }

    fn line(&mut self) -> u32 {
        let at = u32::try_from(self.at).unwrap_or(u32::MAX);
        self.batch_line().saturating_add(at)
    }

    fn span(&self) -> Span {
        NOWHERE
    }

    fn read_cells(
        &mut self,
        fields: &Fields<'_>,
        header: &Header,
        columns: &mut [Column],
        faults: &mut Faults,
    ) -> bool {
        for (place, index) in &header.fields {
            let (field, column) = (&fields.schema.columns[*index], &mut columns[*index]);
            let Some(cells) = self.cells(*place) else {
                column.push_missing();
                continue;
            };
            if let Err((words, flaw)) = cells.push(self.at, field, fields.forms[*index].as_ref(), column) {
                faults.add(&field.name, &words, flaw);
            }
        }
        true
    }

    fn words(&self, place: usize) -> Option<Cow<'_, str>> {
        Some(self.cells(place)?.words(self.at))
    }

    fn finish(&mut self) -> Vec<Diagnostic> {
        let floats = self.floats.iter();
        let mut findings: Vec<Diagnostic> = floats
            .map(|name| {
                let bare = name.split(['(', '（']).next().unwrap_or(name).trim_end();
                self.finding(&registry::FLOAT_COLUMN)
                    .with("column", name.as_str())
                    .with("bare", bare)
            })
            .collect();
        if let Some(cause) = &self.failure {
            let line = self.line.to_string();
            findings.push(finding(&registry::BROKE_OFF, &self.path, &line).with("cause", cause.clone()));
        }
        findings
    }

    fn broke_off(&self) -> bool {
        self.failure.is_some()
    }
}
