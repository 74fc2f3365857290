//! Results as tables: named columns with a type and a unit, written row group by row group as CSV, Excel or Parquet.

mod excel;
mod parquet;

use std::io::{self, Write};

use jiufen_quantity::Date;
use smol_str::SmolStr;

pub(crate) use self::parquet::{days_of, of_world, properties};
use crate::cell::Cell;
use crate::parse::escape;
use crate::sheet::ByteOrderMark;

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputType {
    /// Words.
    Text,
    /// A whole number of at most 63 bits.
    Integer,
    /// `mantissa / 10^places`, the mantissa of at most 38 digits.
    Decimal {
        /// Digits after the point, at most 18.
        places: u8,
    },
    /// 是 or 否.
    Boolean,
    /// A day.
    Date,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: SmolStr,
    /// The unit of its numbers, written behind the name in brackets.
    pub unit: Option<SmolStr>,
    /// What its cells are.
    pub kind: OutputType,
}

impl OutputColumn {
    /// A column without a unit.
    pub fn new(name: impl Into<SmolStr>, kind: OutputType) -> Self {
        Self {
            name: name.into(),
            unit: None,
            kind,
        }
    }

    /// The same with a unit, such as 元.
    #[must_use]
    pub fn in_unit(mut self, unit: impl Into<SmolStr>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// `可兑付(元)`: the name with its unit, as a table read in has it.
    pub fn header(&self) -> String {
        match &self.unit {
            Some(unit) => format!("{}({unit})", self.name),
            None => self.name.to_string(),
        }
    }
}

/// A table to be written: its name, its columns and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OutputTable {
    /// The name, also of the sheet.
    pub name: SmolStr,
    /// What a CSV file says in its comment line: that the rows are synthetic.
    pub note: Option<String>,
    /// Its columns.
    pub columns: Vec<OutputColumn>,
    /// 出处: document hashes, snapshot, year, as-of day, version, in the order they are shown. No time of day: the same
    /// inputs give the same bytes.
    pub provenance: Vec<(String, String)>,
}

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputCell {
    /// No value.
    Empty,
    /// Words.
    Text(SmolStr),
    /// A number, `mantissa / 10^places` with the places of its column; 0 for a whole number.
    Number(i128),
    /// 是 or 否.
    Boolean(bool),
    /// A day.
    Date(Date),
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// RFC 4180, lines ended by CRLF.
    Csv(ByteOrderMark),
    /// An Excel workbook: typed cells, a frozen header, a sheet 出处.
    Excel,
    /// Parquet: typed columns, 出处 in the metadata of the file.
    Parquet,
}

/// Writes one table, rows as they come.
///
/// CSV and Parquet are written as rows are appended; a workbook is kept until the end, as its format asks.
pub struct OutputWriter<W: Write + Send> {
    columns: Vec<OutputColumn>,
    sink: Sink<W>,
}

enum Sink<W: Write + Send> {
    Csv(Box<csv::Writer<W>>),
    Excel(Box<excel::Book<W>>),
    Parquet(Box<parquet::File<W>>),
}

impl<W: Write + Send> OutputWriter<W> {
    /// Begins a table in a format.
    ///
    /// # Errors
    /// What `out` reports; a column that the format cannot hold.
    pub fn new(table: &OutputTable, format: OutputFormat, mut out: W) -> io::Result<Self> {
        let sink = match format {
            OutputFormat::Csv(mark) => {
                if mark == ByteOrderMark::Written {
                    out.write_all("\u{FEFF}".as_bytes())?;
                }
                if let Some(note) = &table.note {
                    let line: String = note
                        .chars()
                        .map(|c| if c.is_control() { ' ' } else { c })
                        .collect();
                    write!(out, "# {line}\r\n")?;
                }
                let mut csv = csv::WriterBuilder::new()
                    .terminator(csv::Terminator::CRLF)
                    .from_writer(out);
                csv.write_record(table.columns.iter().map(|c| escape(&c.header()).into_owned()))?;
                Sink::Csv(Box::new(csv))
            }
            OutputFormat::Excel => Sink::Excel(Box::new(excel::Book::new(table, out)?)),
            OutputFormat::Parquet => Sink::Parquet(Box::new(parquet::File::new(table, out)?)),
        };
        Ok(Self {
            columns: table.columns.clone(),
            sink,
        })
    }

    /// Appends a row, one cell for each column.
    ///
    /// # Errors
    /// What the writer reports; a cell that is not of its column's type or does not fit it, with the column's name.
    pub fn append(&mut self, row: &[OutputCell]) -> io::Result<()> {
        if row.len() != self.columns.len() {
            let (expected, found) = (self.columns.len(), row.len());
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("a row has {found} cells where the table has {expected} columns"),
            ));
        }
        for (cell, column) in row.iter().zip(&self.columns) {
            check(cell, column)?;
        }
        match &mut self.sink {
            Sink::Csv(csv) => {
                let cells = row.iter().zip(&self.columns);
                csv.write_record(cells.map(|(cell, column)| words(cell, column)))?;
                Ok(())
            }
            Sink::Excel(book) => book.append(row),
            Sink::Parquet(file) => file.append(row),
        }
    }

    /// Writes what is left and gives back the writer.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn finish(self) -> io::Result<W> {
        match self.sink {
            Sink::Csv(mut csv) => {
                csv.flush()?;
                csv.into_inner().map_err(|error| error.into_error())
            }
            Sink::Excel(book) => book.finish(),
            Sink::Parquet(file) => file.finish(),
        }
    }
}

/// Whether a cell is of its column's type.
fn check(cell: &OutputCell, column: &OutputColumn) -> io::Result<()> {
    let fits = match (cell, column.kind) {
        (OutputCell::Empty, _)
        | (OutputCell::Text(_), OutputType::Text)
        | (OutputCell::Boolean(_), OutputType::Boolean)
        | (OutputCell::Date(_), OutputType::Date) => true,
        (OutputCell::Number(number), OutputType::Integer) => i64::try_from(*number).is_ok(),
        (OutputCell::Number(number), OutputType::Decimal { places }) => {
            places <= MOST_PLACES && number.unsigned_abs() < 10u128.pow(u32::from(MOST_DIGITS))
        }
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(refused(column, &format!("{cell:?} is no {:?}", column.kind)))
}

/// Digits after the point of a decimal.
const MOST_PLACES: u8 = 18;
/// Digits of a decimal in Parquet.
const MOST_DIGITS: u8 = 38;

fn refused(column: &OutputColumn, why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{}: {why}", column.header()))
}

/// The digits of a number in its column.
fn digits(number: i128, kind: OutputType) -> String {
    let places = match kind {
        OutputType::Decimal { places } => usize::from(places),
        _ => 0,
    };
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// The words of a cell in a CSV file.
fn words(cell: &OutputCell, column: &OutputColumn) -> String {
    match cell {
        OutputCell::Empty => String::new(),
        OutputCell::Text(text) => escape(text).into_owned(),
        OutputCell::Number(number) => digits(*number, column.kind),
        OutputCell::Boolean(truth) => Cell::Boolean(*truth).to_string(),
        OutputCell::Date(date) => date.to_string(),
    }
}
