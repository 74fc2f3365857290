//! A flat file in tables of some rows each, for tables larger than memory.

use std::fs::File;
use std::io;
use std::path::Path;

use jiufen_diagnostic::Lang;
use smol_str::SmolStr;

use super::flat::{Flat, KEY, Place, place_of};
use crate::arrow_cells::Cells;
use crate::files::about;
use crate::number::NumberForm;
use crate::parquet_rows::ParquetRows;
use crate::read::Loaded;
use crate::rejection::Rejection;
use crate::rejections::Rejections;
use crate::schema::TableSchema;
use crate::source::RowSource;
use crate::table::Provenance;

/// A Parquet file whose columns are called as a snapshot calls them, `营业收入@2024(万元)`, with or without its lines and
/// keys. That a key comes twice is noticed among the rows of one table only.
pub struct Chunks {
    schema: TableSchema,
    rows: ParquetRows<File>,
    headers: Vec<String>,
    places: Vec<Option<Place>>,
    forms: Vec<Option<NumberForm>>,
    comment: Provenance,
}

impl Chunks {
    /// The rows of the file.
    pub fn rows(&self) -> u64 {
        self.rows.row_count()
    }

    /// Whether the file says that its rows are synthetic (合成).
    pub fn is_synthetic(&self) -> bool {
        self.comment.synthetic
    }

    /// The columns of the file that are none of the schema.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let known = self.headers.iter().zip(&self.places);
        known
            .filter(|(header, place)| place.is_none() && header.as_str() != KEY)
            .map(|(header, _)| header.as_str())
    }

    /// The years that the file has columns of.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.places.iter().flatten().filter_map(|place| place.year)
    }

    /// Opens a file.
    ///
    /// # Errors
    /// What the disk reports; a file that is no Parquet file.
    pub fn open(path: &Path, schema: &TableSchema) -> io::Result<Self> {
        let named = SmolStr::from(path.display().to_string());
        let file = File::open(path).map_err(|error| about(path, &error))?;
        let mut findings = Vec::new();
        let Some(mut rows) = ParquetRows::of(&named, file, &mut findings) else {
            let said = findings.first().map(|finding| finding.message(Lang::Zh));
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                said.unwrap_or_default(),
            ));
        };
        let headers = rows.header();
        rows.project(&(0..headers.len()).collect::<Vec<_>>());
        let comment = rows.comment();
        Ok(Self {
            places: headers.iter().map(|header| place_of(schema, header)).collect(),
            forms: schema.columns.iter().map(NumberForm::of).collect(),
            comment: Provenance {
                files: vec![named.clone(), named],
                notes: comment.words.iter().cloned().collect(),
                complete_to: comment.complete_to,
                synthetic: comment.synthetic,
                ..Provenance::default()
            },
            headers,
            rows,
            schema: schema.clone(),
        })
    }

    /// The next rows, at least this many while there are more; `None` at the end.
    ///
    /// # Errors
    /// A file that breaks off before its last row.
    pub fn next(&mut self, at_least: usize) -> io::Result<Option<Loaded>> {
        let mut builder = Flat::new(&self.schema, &self.headers, &self.places, &self.forms);
        let (mut read, mut rejected) = (0, Rejections::default());
        while read < at_least {
            let Some(length) = self.rows.next_batch() else {
                break;
            };
            let cells: Vec<&Cells> = (0..self.headers.len())
                .filter_map(|at| self.rows.cells(at))
                .collect();
            for (row, line) in (0..length).zip(self.rows.batch_line()..) {
                if let Err(faults) = builder.row(&cells, row, Some(line)) {
                    rejected.extend(Rejection::of(self.rows.path(), u64::from(line), faults.all));
                }
            }
            read += length;
        }
        if self.rows.broke_off() {
            let said = self
                .rows
                .finish()
                .first()
                .map(|finding| finding.message(Lang::Zh));
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                said.unwrap_or_default(),
            ));
        }
        let mut table = builder.table;
        table.provenance = self.comment.clone();
        let accepted = table.row_count() as u64;
        Ok((read > 0).then_some(Loaded {
            table,
            read: read as u64,
            accepted,
            rejected,
            findings: Vec::new(),
        }))
    }
}
