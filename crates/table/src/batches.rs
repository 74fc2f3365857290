//! A table larger than memory: its Parquet file batch by batch, every column as lanes on one scale for all batches.
//!
//! The file is gone through twice. The first time gives what a plan has to know beforehand: the scale and the bounds of
//! each column, its dictionary, whether a value is ever missing. The second time gives the rows.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Diagnostic, Severity, capped};
use jiufen_quantity::{Exact, exact};
use num_traits::{One, ToPrimitive, Zero};
use smol_str::SmolStr;

use crate::column::Column;
use crate::column_lanes::lanes_of;
use crate::flaw::Flaw;
use crate::header::{Header, Part, read_header, split_unit};
use crate::lanes::{LaneColumn, LaneState, Lanes, Meaning, common_scale};
use crate::number::NumberForm;
use crate::parquet_rows::ParquetRows;
use crate::parse::key_part;
use crate::rejection::{Faults, Rejection};
use crate::schema::{ColumnSchema, TableSchema};
use crate::source::{Fields, NOWHERE, RowSource};
use crate::table::{Frame, join_key};

/// A column of a streamed table, of one year where it is yearly: its name in the file is then `营业收入@2024(万元)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// Its index in the schema.
    pub column: usize,
    /// The year.
    pub year: Option<i16>,
}

/// What all batches of a column have in common.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The scale of numbers, the dictionary of words.
    pub meaning: Meaning,
    /// The smallest known value; above `high` when there is none.
    pub low: i64,
    /// The largest known value.
    pub high: i64,
    /// Whether some row has no value.
    pub open: bool,
    /// Whether some row is known to have none (无).
    pub absent: bool,
}

/// What going through the file once has shown.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Rows read.
    pub read: u64,
    /// Rows accepted; the others are rejected, with their reasons, when the batches are read.
    pub accepted: u64,
    /// A shape for each column that was asked for; `None` where its numbers do not fit 63 bits on one scale.
    pub shapes: Vec<Option<Shape>>,
    /// Faults of the file as a whole.
    pub findings: Vec<Diagnostic>,
}

/// The rows of one batch that were accepted.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The key of each row.
    pub keys: Vec<SmolStr>,
    /// The row of the file each was read from, from 1.
    pub lines: Vec<u32>,
    /// A column for each that was asked for, of its survey's shape; `None` where that has none.
    pub columns: Vec<Option<LaneColumn>>,
    /// Rows read: those accepted and those rejected.
    pub read: u64,
    /// Rows rejected. That a key comes twice is not noticed: only the keys of one batch are in memory.
    pub rejected: Vec<Rejection>,
}

/// A Parquet file whose columns are asked for.
#[derive(Debug, Clone)]
pub struct ParquetTable {
    path: PathBuf,
    /// The columns that are read, each under its name in the file; the key's among them.
    schema: TableSchema,
    wanted: usize,
}

impl ParquetTable {
    /// Says which columns of which file are read. The file is opened when it is gone through.
    pub fn new(path: &Path, schema: &TableSchema, wanted: &[Wanted]) -> Self {
        let mut columns: Vec<ColumnSchema> = wanted
            .iter()
            .filter_map(|wanted| Some(flat(schema.columns.get(wanted.column)?, wanted.year)))
            .collect();
        for name in &schema.key {
            let field = schema.column(name).map(|index| &schema.columns[index]);
            let known = columns.iter().any(|column| column.name == *name);
            columns.extend(field.filter(|_| !known).map(|field| flat(field, None)));
        }
        Self {
            path: path.to_owned(),
            wanted: wanted.len(),
            schema: TableSchema {
                name: schema.name.clone(),
                key: schema.key.clone(),
                columns,
            },
        }
    }

    /// Goes through the file once.
    ///
    /// # Errors
    /// What the disk reports.
    pub fn survey(&self) -> io::Result<Survey> {
        let mut decoder = match self.decoder()? {
            Ok(decoder) => decoder,
            Err(findings) => {
                return Ok(Survey {
                    read: 0,
                    accepted: 0,
                    shapes: vec![None; self.wanted],
                    findings,
                });
            }
        };
        let mut seen: Vec<Seen> = vec![Seen::default(); self.wanted];
        let (mut read, mut accepted) = (0, 0);
        while let Some(batch) = decoder.next_batch() {
            read += batch.read;
            accepted += batch.keys.len() as u64;
            for (seen, column) in seen.iter_mut().zip(&batch.columns) {
                seen.see(column.as_ref());
            }
        }
        decoder.findings.extend(decoder.rows.finish());
        Ok(Survey {
            read,
            accepted,
            shapes: seen.into_iter().map(Seen::shape).collect(),
            findings: decoder.findings,
        })
    }

    /// The batches of the file, in its order, in the shapes of a survey of the same file.
    ///
    /// # Errors
    /// What the disk reports; a file that can no longer be read.
    pub fn batches<'s>(&'s self, survey: &'s Survey) -> io::Result<Batches<'s>> {
        match self.decoder()? {
            Ok(decoder) => Ok(Batches { decoder, survey }),
            Err(findings) => {
                let said = findings
                    .first()
                    .map(|finding| finding.message(jiufen_diagnostic::Lang::Zh));
                Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    said.unwrap_or_default(),
                ))
            }
        }
    }

    fn decoder(&self) -> io::Result<Result<Decoder<'_>, Vec<Diagnostic>>> {
        let path = SmolStr::from(self.path.display().to_string());
        let file = File::open(&self.path).map_err(|error| crate::files::about(&self.path, &error))?;
        let mut findings = Vec::new();
        let Some(mut rows) = ParquetRows::of(&path, file, &mut findings) else {
            return Ok(Err(findings));
        };
        let fields = Fields {
            schema: &self.schema,
            forms: self.schema.columns.iter().map(NumberForm::of).collect(),
        };
        let cells = rows.header();
        let mut columns = Frame::new(&self.schema).columns;
        let place = |entry| rows.finding(entry);
        let mut header = read_header(
            &cells,
            &self.schema,
            Part::Main,
            &place,
            &mut columns,
            &mut findings,
        );
        findings.extend(rows.bind(&fields, &mut header, &columns));
        // Other columns of the file are of other programs' concern.
        findings.retain(|finding| {
            ![&registry::UNKNOWN_COLUMN, &registry::COLUMNS_NOT_GIVEN]
                .iter()
                .any(|entry| entry.code == finding.code())
        });
        let keyless = header.key.len() != self.schema.key.len();
        if keyless
            || findings
                .iter()
                .any(|finding| finding.severity() == Severity::Error)
        {
            return Ok(Err(capped(findings)));
        }
        Ok(Ok(Decoder {
            rows,
            fields,
            header,
            columns,
            wanted: self.wanted,
            findings,
        }))
    }
}

/// The columns of a Parquet file that are fields of a schema, years with them: `营业收入@2024(万元)`.
///
/// # Errors
/// What the disk reports; a file that is no Parquet file.
pub fn columns_of(path: &Path, schema: &TableSchema) -> io::Result<Vec<Wanted>> {
    let named = SmolStr::from(path.display().to_string());
    let file = File::open(path).map_err(|error| crate::files::about(path, &error))?;
    let mut findings = Vec::new();
    let Some(mut rows) = ParquetRows::of(&named, file, &mut findings) else {
        let said = findings
            .first()
            .map(|finding| finding.message(jiufen_diagnostic::Lang::Zh));
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            said.unwrap_or_default(),
        ));
    };
    let field = |header: &String| {
        let (name, _) = split_unit(header);
        let (name, year) = match name.rsplit_once('@') {
            Some((name, year)) => (name, Some(year.parse().ok()?)),
            None => (name, None),
        };
        let column = schema.column(name)?;
        (schema.columns[column].yearly == year.is_some()).then_some(Wanted { column, year })
    };
    Ok(rows.header().iter().filter_map(field).collect())
}

/// A field under its name in a streamed file.
fn flat(field: &ColumnSchema, year: Option<i16>) -> ColumnSchema {
    let name = |name: &SmolStr| match year {
        Some(year) => SmolStr::from(format!("{name}@{year}")),
        None => name.clone(),
    };
    ColumnSchema {
        name: name(&field.name),
        alias: field.alias.as_ref().map(name),
        yearly: false,
        required: true,
        ..field.clone()
    }
}

/// Reads batches as they are in the file, each on its own scale.
struct Decoder<'t> {
    rows: ParquetRows<File>,
    fields: Fields<'t>,
    header: Header,
    /// Columns without cells, with the units of the header.
    columns: Vec<Column>,
    wanted: usize,
    findings: Vec<Diagnostic>,
}

impl Decoder<'_> {
    fn next_batch(&mut self) -> Option<Batch> {
        let length = self.rows.next_batch()?;
        self.whole(length).or_else(|| Some(self.row_by_row(length)))
    }

    /// A batch of which no cell can be at fault, column by column; `None` where one may be.
    fn whole(&self, length: usize) -> Option<Batch> {
        let mut columns: Vec<Option<LaneColumn>> = vec![None; self.wanted];
        for (place, index) in &self.header.fields {
            let cells = self.rows.cells(*place)?;
            let field = &self.fields.schema.columns[*index];
            let column = cells.lanes(
                field,
                self.fields.forms[*index].as_ref(),
                &self.columns[*index],
                length,
            )?;
            if let Some(wanted) = columns.get_mut(*index) {
                *wanted = Some(column);
            }
        }
        let keys = (0..length).map(|row| self.key(row)).collect::<Option<Vec<_>>>()?;
        let first = self.rows.batch_line();
        Some(Batch {
            lines: (first..).take(length).collect(),
            keys,
            columns,
            read: length as u64,
            rejected: Vec::new(),
        })
    }

    fn key(&self, row: usize) -> Option<SmolStr> {
        let mut parts = Vec::with_capacity(self.header.key.len());
        for (place, name) in self.header.key.iter().zip(&self.fields.schema.key) {
            let field = &self.fields.schema.columns[self.fields.schema.column(name)?];
            let words = self.rows.cells(*place)?.words(row);
            parts.push(SmolStr::new(key_part(&words, &field.column_type)?));
        }
        Some(match parts.as_slice() {
            [] => SmolStr::from((self.rows.batch_line() as usize + row).to_string()),
            parts => join_key(parts),
        })
    }

    fn row_by_row(&self, length: usize) -> Batch {
        let mut columns = self.columns.clone();
        let mut batch = Batch {
            keys: Vec::with_capacity(length),
            lines: Vec::with_capacity(length),
            columns: Vec::new(),
            read: length as u64,
            rejected: Vec::new(),
        };
        for (row, line) in (0..length).zip(self.rows.batch_line()..) {
            let mut faults = Faults::new(NOWHERE);
            for (place, index) in &self.header.fields {
                let (field, form) = (
                    &self.fields.schema.columns[*index],
                    self.fields.forms[*index].as_ref(),
                );
                let Some(cells) = self.rows.cells(*place) else {
                    continue;
                };
                if let Err((words, flaw)) = cells.push(row, field, form, &mut columns[*index]) {
                    faults.add(&field.name, &words, flaw);
                }
            }
            let key = self.key(row);
            if key.is_none() {
                faults.add(
                    &self.fields.schema.key.join("、"),
                    "",
                    Flaw::new(&registry::MISSING_KEY),
                );
            }
            let rejection = Rejection::of(self.rows.path(), u64::from(line), faults.all);
            match (rejection, key) {
                (None, Some(key)) => {
                    batch.keys.push(key);
                    batch.lines.push(line);
                }
                (rejection, _) => {
                    let accepted = batch.keys.len();
                    columns.iter_mut().for_each(|column| column.truncate(accepted));
                    batch.rejected.extend(rejection);
                }
            }
        }
        let rows = batch.keys.len();
        let read: BTreeSet<usize> = self.header.fields.iter().map(|(_, index)| *index).collect();
        batch.columns = (0..self.wanted)
            .map(|index| lanes_of(&columns[index], rows, |row| read.contains(&index).then_some(row)))
            .collect();
        batch
    }
}

/// What the batches of a column have shown so far.
#[derive(Debug, Clone, Default)]
struct Seen {
    /// Whether some batch did not fit lanes.
    lost: bool,
    meaning: Option<Meaning>,
    scale: Option<Exact>,
    words: BTreeSet<SmolStr>,
    bounds: Option<(Exact, Exact)>,
    open: bool,
    absent: bool,
}

impl Seen {
    fn see(&mut self, column: Option<&LaneColumn>) {
        let Some(column) = column else {
            self.lost = true;
            return;
        };
        self.open |= column.states.is_some();
        self.absent |= column.has(LaneState::ABSENT);
        let known = column.low <= column.high;
        let scale = match &column.meaning {
            Meaning::Number(scale) => scale.clone(),
            Meaning::Text(words) => {
                self.words.extend(words.iter().cloned());
                Exact::one()
            }
            _ => Exact::one(),
        };
        if known {
            let (low, high) = (&scale * whole(column.low), &scale * whole(column.high));
            let bounds = self.bounds.take();
            self.bounds = Some(match bounds {
                Some((a, b)) => (a.min(low), b.max(high)),
                None => (low, high),
            });
            // A column of zeros has every scale.
            let zeros = (column.low, column.high) == (0, 0) && matches!(column.meaning, Meaning::Number(_));
            if !zeros {
                self.scale = Some(match self.scale.take() {
                    Some(common) if (&scale / &common).is_integer() => common,
                    Some(common) => common_scale(&common, &scale),
                    None => scale,
                });
            }
        }
        self.meaning.get_or_insert_with(|| column.meaning.clone());
    }

    fn shape(self) -> Option<Shape> {
        if self.lost {
            return None;
        }
        let scale = self.scale.unwrap_or_else(Exact::one);
        let (meaning, low, high) = match self.meaning? {
            Meaning::Number(_) => {
                let at = |bound: &Exact| (bound / &scale).to_integer().to_i64();
                let (low, high) = match &self.bounds {
                    Some((low, high)) => (at(low)?, at(high)?),
                    None => (i64::MAX, i64::MIN),
                };
                (Meaning::Number(scale), low, high)
            }
            Meaning::Text(_) => {
                let words: Arc<[SmolStr]> = self.words.into_iter().collect();
                let last = i64::try_from(words.len()).ok()? - 1;
                let none = words.is_empty();
                let (low, high) = if none { (i64::MAX, i64::MIN) } else { (0, last) };
                (Meaning::Text(words), low, high)
            }
            other => match self.bounds {
                Some((low, high)) => (other, low.to_integer().to_i64()?, high.to_integer().to_i64()?),
                None => (other, i64::MAX, i64::MIN),
            },
        };
        Some(Shape {
            meaning,
            low,
            high,
            open: self.open,
            absent: self.absent,
        })
    }
}

fn whole(lane: i64) -> Exact {
    exact::integer(i128::from(lane))
}

/// Batches in the shapes of a survey.
pub struct Batches<'s> {
    decoder: Decoder<'s>,
    survey: &'s Survey,
}

impl Batches<'_> {
    /// Why the file ended before its last row, if it did.
    pub fn findings(&mut self) -> Vec<Diagnostic> {
        self.decoder.rows.finish()
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut batch = self.decoder.next_batch()?;
        let rows = batch.keys.len();
        batch.columns = batch
            .columns
            .into_iter()
            .zip(&self.survey.shapes)
            .map(|(column, shape)| conform(column?, shape.as_ref()?, rows))
            .collect();
        Some(batch)
    }
}

/// A column in the shape that all batches share; `None` where the file is no longer the one that was surveyed.
fn conform(column: LaneColumn, shape: &Shape, rows: usize) -> Option<LaneColumn> {
    let lanes = match (column.lanes, &column.meaning, &shape.meaning) {
        (Lanes::Wide(mut lanes), Meaning::Number(own), Meaning::Number(common)) => {
            let times = own / common;
            if lanes.iter().any(|lane| !lane.is_zero()) && !times.is_one() {
                let times = Some(&times)
                    .filter(|times| times.is_integer())?
                    .to_integer()
                    .to_i64()?;
                for lane in &mut lanes {
                    *lane = lane.checked_mul(times)?;
                }
            }
            Lanes::Wide(lanes)
        }
        (Lanes::Narrow(mut lanes), Meaning::Text(own), Meaning::Text(all)) => {
            let places = own
                .iter()
                .map(|word| i32::try_from(all.binary_search(word).ok()?).ok());
            let places = places.collect::<Option<Vec<i32>>>()?;
            for (row, lane) in lanes.iter_mut().enumerate() {
                let known = column.states.as_ref().is_none_or(|s| s[row] == LaneState::KNOWN);
                if known {
                    *lane = *places.get(usize::try_from(*lane).ok()?)?;
                }
            }
            Lanes::Narrow(lanes)
        }
        (lanes, ..) => lanes,
    };
    let states = column
        .states
        .or_else(|| shape.open.then(|| vec![LaneState::KNOWN; rows]));
    Some(LaneColumn {
        lanes,
        states,
        meaning: shape.meaning.clone(),
        low: shape.low,
        high: shape.high,
    })
}
