//! One table as one Parquet file, a row for each subject: how it is written, and how it is read back.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{Field, Schema};
use jiufen_diagnostic::Lang;
use jiufen_diagnostic::catalogue::registry;
use jiufen_quantity::{Exact, exact};
use num_traits::ToPrimitive;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::arrow_cells::Cells;
use crate::cell::Cell;
use crate::column::{Column, Slot};
use crate::flaw::Flaw;
use crate::header::split_unit;
use crate::lanes::{LaneColumn, LaneState, Lanes, Meaning};
use crate::number::NumberForm;
use crate::output::{days_of, of_world, properties};
use crate::parquet_rows::ParquetRows;
use crate::parse::key_part;
use crate::read::hex;
use crate::rejection::Faults;
use crate::schema::{ColumnSchema, ColumnType, TableSchema};
use crate::source::{FileBytes, NOWHERE, RowSource};
use crate::table::{Table, join_key};

/// The header of the lines that rows were read from.
const LINE: &str = "#行号";
/// The header of the keys of rows; with the mark before it no field is called so.
pub(super) const KEY: &str = "#键";
/// What follows the name of a column that says where another is 无.
const ABSENT: &str = ".无";
/// Digits of a decimal.
const DIGITS: u8 = 38;

/// A column as it is written: header, cells, and what the manifest says of it.
type Written = (String, ArrayRef, Value);

/// The bytes of a table's file, and the entry of each of its columns in the manifest.
pub(super) fn write(table: &Table) -> io::Result<(Vec<u8>, Vec<Value>)> {
    let mut columns: Vec<Written> = Vec::new();
    let lines = table.main.lines.iter().map(|line| Some(i64::from(*line)));
    columns.push(plain(
        LINE.to_owned(),
        Arc::new(lines.collect::<arrow_array::Int64Array>()),
    ));
    let keys = (0..table.row_count()).map(|row| Some(table.key(row)));
    columns.push(plain(
        KEY.to_owned(),
        Arc::new(keys.collect::<arrow_array::StringArray>()),
    ));
    let years = table.years();
    for (index, field) in table.schema().columns.iter().enumerate() {
        if !field.yearly {
            let cell = |row: usize| table.cell(row, index);
            columns.extend(cells(table, field, None, table.lanes(index), &cell)?);
        }
    }
    for year in &years {
        let rows = table.rows_of_year(*year);
        let line = |row: usize| {
            table
                .yearly_place(row, *year)
                .and_then(|(_, line)| i64::try_from(line).ok())
        };
        let lines: arrow_array::Int64Array = (0..table.row_count()).map(line).collect();
        columns.push(plain(format!("{LINE}@{year}"), Arc::new(lines)));
        for (index, field) in table
            .schema()
            .columns
            .iter()
            .enumerate()
            .filter(|(_, field)| field.yearly)
        {
            let cell = |row: usize| table.yearly_cell(row, index, *year);
            columns.extend(cells(
                table,
                field,
                Some(*year),
                table.lanes_at(index, &rows),
                &cell,
            )?);
        }
    }
    let fields = columns
        .iter()
        .map(|(name, array, _)| Field::new(name, array.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.iter().map(|(_, array, _)| array.clone()).collect();
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
    let options = ArrowWriterOptions::new()
        .with_properties(properties(Vec::new()).map_err(of_world)?)
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(Vec::new(), schema, options).map_err(of_world)?;
    writer.write(&batch).map_err(of_world)?;
    let bytes = writer.into_inner().map_err(of_world)?;
    Ok((bytes, columns.into_iter().map(|(_, _, told)| told).collect()))
}

fn plain(name: String, array: ArrayRef) -> Written {
    let told = told(&name, &array, None);
    (name, array, told)
}

/// What the manifest says of a column; bounds in base units.
fn told(name: &str, array: &ArrayRef, bounds: Option<(String, String)>) -> Value {
    let (low, high) = bounds.unzip();
    json!({
        "name": name,
        "type": array.data_type().to_string(),
        "low": low,
        "high": high,
        "missing": array.null_count(),
        "sha256": hash(&Cells::new(array), array.len(), Sha256::new()).finalize_hex(),
    })
}

trait FinalizeHex {
    fn finalize_hex(self) -> String;
}

impl FinalizeHex for Sha256 {
    fn finalize_hex(self) -> String {
        hex(&self.finalize())
    }
}

/// The words of cells, each with its length before it, so that no two columns have one form.
fn hash(cells: &Cells, rows: usize, mut hash: Sha256) -> Sha256 {
    for row in 0..rows {
        let words = cells.words(row);
        hash.update(u32::try_from(words.len()).unwrap_or(u32::MAX).to_le_bytes());
        hash.update(words.as_bytes());
    }
    hash
}

/// The columns of a field, of one year where it is yearly: its values and, where there are any, its 无.
fn cells(
    table: &Table,
    field: &ColumnSchema,
    year: Option<i16>,
    lanes: Option<LaneColumn>,
    cell: &dyn Fn(usize) -> Cell,
) -> io::Result<Vec<Written>> {
    let rows = table.row_count();
    let name = match year {
        Some(year) => format!("{}@{year}", field.name),
        None => field.name.to_string(),
    };
    let (header, array, bounds) = match &field.column_type {
        ColumnType::Number { .. } => numbers(field, &name, lanes.as_ref(), rows, cell)?,
        ColumnType::Boolean => {
            let mut builder = BooleanBuilder::new();
            (0..rows).for_each(|row| {
                builder.append_option(match cell(row) {
                    Cell::Boolean(truth) => Some(truth),
                    _ => None,
                })
            });
            (name.clone(), Arc::new(builder.finish()) as ArrayRef, None)
        }
        ColumnType::Date => {
            let mut builder = Date32Builder::new();
            (0..rows).for_each(|row| {
                builder.append_option(match cell(row) {
                    Cell::Date(date) => days_of(date),
                    _ => None,
                })
            });
            let bound = |lane: i64| format!("{:04}-{:02}-{:02}", lane / 10_000, lane / 100 % 100, lane % 100);
            let bounds = lanes
                .filter(|l| l.low <= l.high)
                .map(|l| (bound(l.low), bound(l.high)));
            (name.clone(), Arc::new(builder.finish()) as ArrayRef, bounds)
        }
        ColumnType::Year => {
            let mut builder = Int64Builder::new();
            (0..rows).for_each(|row| {
                builder.append_option(match cell(row) {
                    Cell::Year(year) => Some(i64::from(year)),
                    _ => None,
                })
            });
            let bounds = lanes.filter(|l| l.low <= l.high);
            let bounds = bounds.map(|l| (l.low.to_string(), l.high.to_string()));
            (name.clone(), Arc::new(builder.finish()) as ArrayRef, bounds)
        }
        _ => {
            let mut builder = StringBuilder::new();
            (0..rows).for_each(|row| {
                builder.append_option(match cell(row) {
                    Cell::Text(text) => Some(text),
                    _ => None,
                })
            });
            (name.clone(), Arc::new(builder.finish()) as ArrayRef, None)
        }
    };
    let mut written = vec![(header.clone(), array.clone(), told(&header, &array, bounds))];
    if field.optional && (0..rows).any(|row| cell(row) == Cell::Absent) {
        let absent: arrow_array::BooleanArray =
            (0..rows).map(|row| Some(cell(row) == Cell::Absent)).collect();
        let mut named = name;
        named.push_str(ABSENT);
        written.push(plain(named, Arc::new(absent)));
    }
    Ok(written)
}

type Numbered = (String, ArrayRef, Option<(String, String)>);

/// Numbers as whole multiples of a unit's decimal where they fit; otherwise the words of each.
fn numbers(
    field: &ColumnSchema,
    name: &str,
    lanes: Option<&LaneColumn>,
    rows: usize,
    cell: &dyn Fn(usize) -> Cell,
) -> io::Result<Numbered> {
    let form = NumberForm::of(field);
    let fitting = lanes.zip(form.as_ref()).and_then(|(lanes, form)| {
        let Meaning::Number(scale) = &lanes.meaning else {
            return None;
        };
        let unit = form.units().into_iter().find_map(|(unit, factor)| {
            let (places, times) = decimal_scale(&(scale / &factor))?;
            Some((unit, places, times))
        })?;
        Some((lanes, scale, unit))
    });
    let Some((lanes, scale, (unit, places, times))) = fitting else {
        return words(field, name, rows, cell);
    };
    let bound = |lane: i64| Cell::Number(exact::integer(i128::from(lane)) * scale).to_string();
    let bounds = (lanes.low <= lanes.high).then(|| (bound(lanes.low), bound(lanes.high)));
    let Lanes::Wide(values) = &lanes.lanes else {
        return words(field, name, rows, cell);
    };
    let mut builder = Decimal128Builder::with_capacity(rows);
    for (row, value) in values.iter().enumerate() {
        let known = lanes.states.as_ref().is_none_or(|s| s[row] == LaneState::KNOWN);
        let value = i128::from(*value).checked_mul(i128::from(times));
        match value.filter(|value| value.unsigned_abs() < 10u128.pow(u32::from(DIGITS))) {
            Some(value) => builder.append_option(known.then_some(value)),
            None => return words(field, name, rows, cell),
        }
    }
    let array = builder
        .finish()
        .with_precision_and_scale(DIGITS, places)
        .map_err(io::Error::other)?;
    let header = if unit.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({unit})")
    };
    Ok((header, Arc::new(array), bounds))
}

/// A scale as `times / 10^places`; `None` when it is no such decimal.
fn decimal_scale(scale: &Exact) -> Option<(i8, i64)> {
    (0..=18i8).find_map(|places| {
        let times = scale * exact::integer(10i128.pow(u32::from(places.unsigned_abs())));
        times
            .is_integer()
            .then(|| times.to_integer().to_i64())?
            .map(|times| (places, times))
    })
}

/// Each number with its unit, as a cell of a CSV file has it.
fn words(
    field: &ColumnSchema,
    name: &str,
    rows: usize,
    cell: &dyn Fn(usize) -> Cell,
) -> io::Result<Numbered> {
    let mut builder = StringBuilder::new();
    for row in 0..rows {
        let Cell::Number(value) = cell(row) else {
            builder.append_null();
            continue;
        };
        let units = NumberForm::of(field).map(|form| form.units()).unwrap_or_default();
        let written = units.into_iter().find_map(|(unit, factor)| {
            let (digits, cut) = exact::digits(&(&value / factor), 18);
            (!cut).then(|| format!("{digits}{unit}"))
        });
        let Some(written) = written else {
            let why = format!("{name}: a number without a finite decimal cannot be kept in a snapshot");
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        };
        builder.append_value(written);
    }
    Ok((name.to_owned(), Arc::new(builder.finish()), None))
}

/// What a column of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The index in the schema; none for lines.
    column: Option<usize>,
    pub year: Option<i16>,
    absent: bool,
}

pub(super) fn place_of(schema: &TableSchema, header: &str) -> Option<Place> {
    let (name, _) = split_unit(header);
    let (name, absent) = name
        .strip_suffix(ABSENT)
        .map_or((name, false), |name| (name, true));
    let (name, year) = match name.rsplit_once('@') {
        Some((name, year)) => (name, Some(year.parse().ok()?)),
        None => (name, None),
    };
    let column = schema.columns.iter().position(|column| column.name == name);
    (column.is_some() || name == LINE).then_some(Place { column, year, absent })
}

/// The table in a file, and the hash of each column.
pub(super) fn read(schema: &TableSchema, bytes: Vec<u8>) -> io::Result<(Table, Vec<(String, String)>)> {
    let mut findings = Vec::new();
    let file = FileBytes::new(schema.name.clone(), bytes);
    let broken = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let Some(mut rows) = ParquetRows::open(&file, &mut findings) else {
        let said = findings.first().map(|finding| finding.message(Lang::Zh));
        return Err(broken(said.unwrap_or_default()));
    };
    let headers = rows.header();
    let places: Vec<Option<Place>> = headers.iter().map(|header| place_of(schema, header)).collect();
    let forms: Vec<Option<NumberForm>> = schema.columns.iter().map(NumberForm::of).collect();
    rows.project(&(0..headers.len()).collect::<Vec<_>>());
    let mut hashes = vec![Sha256::new(); headers.len()];
    let mut builder = Flat::new(schema, &headers, &places, &forms);
    while let Some(length) = rows.next_batch() {
        let cells: Vec<&Cells> = (0..headers.len()).filter_map(|place| rows.cells(place)).collect();
        for (own, cells) in hashes.iter_mut().zip(&cells) {
            *own = hash(cells, length, std::mem::take(own));
        }
        for row in 0..length {
            builder
                .row(&cells, row, None)
                .map_err(|faults| broken(first_of(faults)))?;
        }
    }
    if rows.broke_off() {
        return Err(broken("the file breaks off".to_owned()));
    }
    let hashes = headers
        .into_iter()
        .zip(hashes.into_iter().map(Sha256::finalize_hex));
    Ok((builder.table, hashes.collect()))
}

/// A table that is filled from flat rows.
pub(super) struct Flat<'a> {
    pub table: Table,
    places: &'a [Option<Place>],
    forms: &'a [Option<NumberForm>],
    /// For each column of the file, an empty column with the unit of its header.
    units: Vec<Option<SmolStr>>,
    years: Vec<i16>,
    key: Option<usize>,
}

impl<'a> Flat<'a> {
    pub fn new(
        schema: &TableSchema,
        headers: &[String],
        places: &'a [Option<Place>],
        forms: &'a [Option<NumberForm>],
    ) -> Self {
        let mut years: Vec<i16> = places.iter().flatten().filter_map(|place| place.year).collect();
        years.sort_unstable();
        years.dedup();
        Self {
            table: Table::empty(schema),
            places,
            forms,
            units: headers
                .iter()
                .map(|header| split_unit(header).1.map(SmolStr::new))
                .collect(),
            years,
            key: headers.iter().position(|header| header == KEY),
        }
    }

    fn line(&self, cells: &[&Cells], row: usize, year: Option<i16>) -> Option<u32> {
        let wanted = Place {
            column: None,
            year,
            absent: false,
        };
        let place = self.places.iter().position(|place| *place == Some(wanted))?;
        cells.get(place)?.words(row).parse().ok()
    }

    /// Takes a row, or leaves no trace of it. Of a file without lines and keys of its own, `line` is the row's number.
    pub fn row(&mut self, cells: &[&Cells], row: usize, line: Option<u32>) -> Result<(), Faults> {
        let mut faults = Faults::new(NOWHERE);
        let line_of = |flat: &Self, year| flat.line(cells, row, year).or(line);
        let main = line_of(self, None);
        if main.is_none() {
            faults.add("", "", Flaw::new(&registry::MISSING_KEY));
        }
        self.push(cells, row, None, &mut faults);
        let mut years: Vec<(i16, u32)> = Vec::with_capacity(self.years.len());
        for at in 0..self.years.len() {
            let year = self.years[at];
            if let Some(line) = line_of(self, Some(year)) {
                self.push(cells, row, Some(year), &mut faults);
                years.push((year, line));
            }
        }
        match (self.key(cells, row, line), main) {
            (None, _) => faults.add(
                &self.table.schema.key.join("、"),
                "",
                Flaw::new(&registry::MISSING_KEY),
            ),
            (Some(key), Some(main)) if faults.is_empty() => match self.table.add_key(key.clone()) {
                Ok(subject) => {
                    self.table.main.lines.push(main);
                    for (year, line) in years {
                        self.table.yearly.frame.lines.push(line);
                        self.table.yearly.add(subject, year, None);
                    }
                }
                Err(_) => {
                    let first = self.table.find(&key).map_or(0, |row| self.table.main.lines[row]);
                    let flaw = Flaw::new(&registry::DUPLICATE_KEY).with("first", first.to_string());
                    let flaw = flaw.with("second", line.unwrap_or(0).to_string());
                    faults.add(&self.table.schema.key.join("、"), &key, flaw);
                }
            },
            _ => {}
        }
        if faults.is_empty() {
            return Ok(());
        }
        for frame in [&mut self.table.main, &mut self.table.yearly.frame] {
            let rows = frame.lines.len();
            frame.columns.iter_mut().for_each(|column| column.truncate(rows));
        }
        Err(faults)
    }

    fn key(&self, cells: &[&Cells], row: usize, line: Option<u32>) -> Option<SmolStr> {
        if let Some(place) = self.key {
            return Some(SmolStr::new(cells.get(place)?.words(row)));
        }
        let schema = &self.table.schema;
        let mut parts = Vec::with_capacity(schema.key.len());
        for name in &schema.key {
            let index = schema.column(name)?;
            let wanted = Place {
                column: Some(index),
                year: None,
                absent: false,
            };
            let place = self.places.iter().position(|place| *place == Some(wanted))?;
            let words = cells[place].words(row);
            parts.push(SmolStr::new(key_part(
                &words,
                &schema.columns[index].column_type,
            )?));
        }
        match parts.as_slice() {
            [] => line.map(|line| SmolStr::new(line.to_string())),
            parts => Some(join_key(parts)),
        }
    }

    fn push(&mut self, cells: &[&Cells], row: usize, year: Option<i16>, faults: &mut Faults) {
        for (index, field) in self.table.schema.columns.iter().enumerate() {
            if field.yearly != year.is_some() {
                continue;
            }
            let at = |absent: bool| {
                let wanted = Place {
                    column: Some(index),
                    year,
                    absent,
                };
                self.places.iter().position(|place| *place == Some(wanted))
            };
            let frame = if year.is_some() {
                &mut self.table.yearly.frame
            } else {
                &mut self.table.main
            };
            let column = &mut frame.columns[index];
            let is_absent = at(true).is_some_and(|place| cells[place].words(row) == "是");
            let Some(place) = at(false) else {
                column.push_missing();
                continue;
            };
            if is_absent {
                if column.push_cell(&Cell::Absent).is_err() {
                    faults.add(&field.name, "无", Flaw::new(&registry::ABSENT_NOT_ALLOWED));
                }
                continue;
            }
            if let Column::Texts(texts) = column {
                let text = cells[place].stored_text(row);
                texts.push(text.map_or(Slot::Missing, |text| Slot::Given(text.into())));
                continue;
            }
            let form = self.forms[index].as_ref();
            if let (Column::Numbers(numbers), Some(form)) = (&mut *column, form) {
                numbers.header = field.name.clone();
                numbers.bare = match &self.units[place] {
                    Some(unit) => form
                        .factor(unit)
                        .ok()
                        .and_then(|factor| numbers.unit(unit, &factor)),
                    None => form
                        .implied_unit()
                        .and_then(|(name, factor)| numbers.unit(&name, &factor)),
                };
            }
            if let Err((words, flaw)) = cells[place].push(row, field, form, column) {
                faults.add(&field.name, &words, flaw);
            }
        }
    }
}

/// The first fault of a row, for an error of the whole file.
fn first_of(faults: Faults) -> String {
    let first = faults.all.first();
    first.map_or_else(String::new, |fault| {
        format!("{}: {} ({})", fault.column, fault.found, fault.reason.code())
    })
}
