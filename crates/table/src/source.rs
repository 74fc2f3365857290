//! What a reader of tables asks of a file, whatever its format: a header, rows, and a value under each header.

use std::borrow::Cow;

use bytes::Bytes;
use jiufen_diagnostic::{Diagnostic, Entry, SourceId, Span};
use smol_str::SmolStr;

use crate::column::Column;
use crate::header::Header;
use crate::number::NumberForm;
use crate::rejection::Faults;
use crate::schema::TableSchema;
use crate::text::{Comment, CsvSource};

/// A file in one of the formats that tables are kept in.
#[derive(Debug, Clone)]
pub enum TableSource {
    /// Comma-separated text.
    Csv(CsvSource),
    /// An Excel workbook; the sheet named as the table is read or, without one, the only sheet.
    Excel(FileBytes),
    /// Parquet, one row group after the other.
    Parquet(FileBytes),
}

/// The bytes of a file that is no text.
#[derive(Debug, Clone)]
pub struct FileBytes {
    /// The path a person would open.
    pub path: SmolStr,
    /// The whole file.
    pub bytes: Bytes,
}

impl FileBytes {
    /// A file that findings name by its path.
    pub fn new(path: impl Into<SmolStr>, bytes: impl Into<Bytes>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
        }
    }
}

impl TableSource {
    /// A file in the format that its name ends in; `None` for an ending that no table has.
    pub fn of_file(path: &str, bytes: Bytes) -> Option<Self> {
        let ending = path.rsplit_once('.')?.1;
        if ending.eq_ignore_ascii_case("csv") {
            Some(Self::Csv(CsvSource::new(path, bytes)))
        } else if ending.eq_ignore_ascii_case("xlsx") {
            Some(Self::Excel(FileBytes::new(path, bytes)))
        } else if ending.eq_ignore_ascii_case("parquet") {
            Some(Self::Parquet(FileBytes::new(path, bytes)))
        } else {
            None
        }
    }

    /// The path a person would open.
    pub fn path(&self) -> &SmolStr {
        match self {
            Self::Csv(file) => &file.path,
            Self::Excel(file) | Self::Parquet(file) => &file.path,
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Csv(file) => &file.bytes,
            Self::Excel(file) | Self::Parquet(file) => &file.bytes,
        }
    }

    /// The beginning of the file, for findings that concern no line of it.
    pub(crate) fn span(&self) -> Span {
        let source = match self {
            Self::Csv(file) => file.source,
            Self::Excel(_) | Self::Parquet(_) => None,
        };
        Span {
            source: source.unwrap_or(NOWHERE.source),
            start: 0,
            end: 0,
        }
    }
}

/// A place in no text: what is found in a workbook or a Parquet file names its file and row itself.
pub(crate) const NOWHERE: Span = Span {
    source: SourceId(u32::MAX),
    start: 0,
    end: 0,
};

/// The columns of a schema with their forms as numbers.
pub(crate) struct Fields<'s> {
    pub schema: &'s TableSchema,
    /// For each column of the schema, its form as a number.
    pub forms: Vec<Option<NumberForm>>,
}

/// The rows of one file.
pub(crate) trait RowSource {
    /// The path, with the sheet where a workbook has several.
    fn path(&self) -> &SmolStr;

    /// A finding about the file, with its name and the line of its header.
    fn finding(&self, entry: &'static Entry) -> Diagnostic;

    /// What the comment says.
    fn comment(&self) -> &Comment;

    /// The words of the header, the unit in them; asked once, before the first row.
    fn header(&mut self) -> Vec<String>;

    /// Takes note of what is read from where, and takes out the fields whose cells are of another type.
    fn bind(&mut self, _fields: &Fields<'_>, _header: &mut Header, _columns: &[Column]) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// How many rows there are likely to be.
    fn likely_rows(&self) -> usize;

    /// Goes to the next row that has any content; `false` at the end.
    fn advance(&mut self) -> bool;

    /// The line the row begins on, from 1.
    fn line(&mut self) -> u32;

    /// The row's place in a text.
    fn span(&self) -> Span;

    /// Pushes the cells of the row to their columns; `false` when nothing of the row can be read.
    fn read_cells(
        &mut self,
        fields: &Fields<'_>,
        header: &Header,
        columns: &mut [Column],
        faults: &mut Faults,
    ) -> bool;

    /// The trimmed words of a cell; `None` when they cannot be read.
    fn words(&self, place: usize) -> Option<Cow<'_, str>>;

    /// What was found on the way and at the end: a file that broke off, cells that were no more than likely.
    fn finish(&mut self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Whether rows after the last one could not be read.
    fn broke_off(&self) -> bool {
        false
    }
}
