//! A table in memory: subjects in file order, their yearly values, and where each row came from.

use std::collections::HashMap;

use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::cell::Cell;
use crate::column::Column;
use crate::schema::TableSchema;

/// No row: the end of a chain of yearly rows.
const NONE: u32 = u32::MAX;

/// Where a table's values come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The path of each file read: the main one, then the yearly one.
    pub files: Vec<SmolStr>,
    /// The SHA-256 of each file's bytes, in lower-case hexadecimal, in the same order.
    pub file_hashes: Vec<String>,
    /// The words of the comment lines, without `#`.
    pub notes: Vec<String>,
    /// 登记完整至: until this day a row that is not in the table does not exist. The earlier one of two files.
    pub complete_to: Option<Date>,
    /// Whether a file says that its rows are synthetic (合成); to be shown wherever they are.
    pub synthetic: bool,
    /// Whether a file could not be read to its end.
    pub broke_off: bool,
}

/// A table: typed columns of subjects, in file order, and their yearly values.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) schema: TableSchema,
    pub(crate) provenance: Provenance,
    pub(crate) hash: String,
    pub(crate) main: Frame,
    pub(crate) keys: Vec<SmolStr>,
    pub(crate) rows_by_key: HashMap<SmolStr, u32>,
    pub(crate) yearly: YearlyFrame,
}

/// Rows of one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// One for each column of the schema; those not in this file stay empty.
    pub columns: Vec<Column>,
    /// The line of each row.
    pub lines: Vec<u32>,
}

impl Frame {
    pub fn new(schema: &TableSchema) -> Self {
        Self {
            columns: schema
                .columns
                .iter()
                .map(|c| Column::new(&c.column_type))
                .collect(),
            lines: Vec::new(),
        }
    }
}

/// Rows of the yearly file, chained by subject.
#[derive(Debug, Clone, Default)]
pub(crate) struct YearlyFrame {
    pub frame: Frame,
    pub years: Vec<i16>,
    /// Versions of rows, where any row says from which day it was known.
    versions: Versions,
    /// The years that some row has, each once, rising.
    known_years: Vec<i16>,
    /// The next row of the same subject.
    next: Vec<u32>,
    /// The first and the last row of each subject.
    ends: Vec<(u32, u32)>,
}

/// From which day each row of the yearly file was known (得知日), and whose it is.
#[derive(Debug, Clone, Default)]
struct Versions {
    /// Empty where no row says it.
    known: Vec<Option<Date>>,
    subjects: Vec<u32>,
}

impl YearlyFrame {
    pub fn new(schema: &TableSchema) -> Self {
        Self {
            frame: Frame::new(schema),
            ..Self::default()
        }
    }

    /// The yearly row of a subject and a year.
    pub fn find(&self, subject: u32, year: i16) -> Option<u32> {
        self.chain(subject).find(|at| self.years[*at as usize] == year)
    }

    /// The row of a subject and a year that was known from exactly this day.
    pub fn find_version(&self, subject: u32, year: i16, known: Option<Date>) -> Option<u32> {
        let is_it = |at: &u32| self.years[*at as usize] == year && self.known(*at) == known;
        self.chain(subject).find(is_it)
    }

    fn known(&self, row: u32) -> Option<Date> {
        self.versions.known.get(row as usize).copied().flatten()
    }

    fn chain(&self, subject: u32) -> impl Iterator<Item = u32> {
        let some = |at: u32| (at != NONE).then_some(at);
        let first = self.ends.get(subject as usize).and_then(|ends| some(ends.0));
        std::iter::successors(first, move |at| some(self.next[*at as usize]))
    }

    /// The subject and the row of every yearly row, by subject.
    pub fn rows(&self) -> impl Iterator<Item = (usize, usize)> {
        let of = move |subject: usize| {
            self.chain(row_number(subject))
                .map(move |at| (subject, at as usize))
        };
        (0..self.ends.len()).flat_map(of)
    }

    /// The row of each subject in a year; `u32::MAX` where there is none.
    pub fn rows_of(&self, year: i16, subjects: usize) -> Vec<u32> {
        let find = |subject: usize| self.find(row_number(subject), year).unwrap_or(NONE);
        (0..subjects).map(find).collect()
    }

    /// Adds a row to a subject; its cells and its line are pushed to the frame by the caller.
    pub fn add(&mut self, subject: u32, year: i16, known: Option<Date>) {
        let row = row_number(self.years.len());
        if let Err(place) = self.known_years.binary_search(&year) {
            self.known_years.insert(place, year);
        }
        self.years.push(year);
        self.next.push(NONE);
        self.versions.subjects.push(subject);
        if known.is_some() {
            self.versions.known.resize(row as usize, None);
        }
        if known.is_some() || !self.versions.known.is_empty() {
            self.versions.known.push(known);
        }
        self.link(subject, row);
    }

    fn link(&mut self, subject: u32, row: u32) {
        if self.ends.len() <= subject as usize {
            self.ends.resize(subject as usize + 1, (NONE, NONE));
        }
        let ends = &mut self.ends[subject as usize];
        if ends.0 == NONE {
            ends.0 = row;
        } else {
            self.next[ends.1 as usize] = row;
        }
        ends.1 = row;
    }

    /// Ends the reading: of rows of one subject and year, the last one known holds.
    pub fn close(&mut self) {
        match self.versions.known.is_empty() {
            true => self.versions.subjects = Vec::new(),
            false => self.known_on(None),
        }
    }

    /// Of rows of one subject and year, the last one known on a day holds; one known from a later day only is not there.
    /// Without a day, the last one of all holds.
    fn known_on(&mut self, day: Option<Date>) {
        let rows = || 0..row_number(self.versions.known.len());
        let mut last: HashMap<(u32, i16), u32> = HashMap::new();
        for row in rows().filter(|row| self.known(*row).zip(day).is_none_or(|(known, day)| known <= day)) {
            let key = (self.versions.subjects[row as usize], self.years[row as usize]);
            let held = last.entry(key).or_insert(row);
            if self.known(*held) < self.known(row) {
                *held = row;
            }
        }
        let mut held: Vec<u32> = last.into_values().collect();
        held.sort_unstable();
        self.ends.clear();
        self.next.fill(NONE);
        for row in held {
            self.link(self.versions.subjects[row as usize], row);
        }
    }
}

impl Table {
    /// A table without rows.
    pub(crate) fn empty(schema: &TableSchema) -> Self {
        Self {
            main: Frame::new(schema),
            yearly: YearlyFrame::new(schema),
            schema: schema.clone(),
            provenance: Provenance::default(),
            hash: String::new(),
            keys: Vec::new(),
            rows_by_key: HashMap::new(),
        }
    }

    /// Adds the key of the next subject; `Err` with the key when it is there already.
    pub(crate) fn add_key(&mut self, key: SmolStr) -> Result<u32, String> {
        let row = row_number(self.keys.len());
        if self.rows_by_key.insert(key.clone(), row).is_some() {
            return Err(format!("{key} is there twice"));
        }
        self.keys.push(key);
        Ok(row)
    }

    /// The columns and their types.
    pub fn schema(&self) -> &TableSchema {
        &self.schema
    }

    /// How many subjects there are.
    pub fn row_count(&self) -> usize {
        self.keys.len()
    }

    /// The key of a subject. Several key columns are joined by `/` (`/` and `\` in a part get a `\` before them); a
    /// table without key columns numbers its rows as they stand in the file, from 1, rejected rows counted.
    pub fn key(&self, row: usize) -> &str {
        &self.keys[row]
    }

    /// The subject with this key.
    pub fn find(&self, key: &str) -> Option<usize> {
        self.rows_by_key.get(key).map(|row| *row as usize)
    }

    /// The value of a column that does not change by year; 缺 for a yearly column.
    pub fn cell(&self, row: usize, column: usize) -> Cell {
        self.main.columns[column].cell(row)
    }

    /// The value of a yearly column in a year; 缺 for a year without a row, and for a column that is not yearly.
    pub fn yearly_cell(&self, row: usize, column: usize, year: i16) -> Cell {
        match self.yearly.find(row_number(row), year) {
            Some(found) => self.yearly.frame.columns[column].cell(found as usize),
            None => Cell::Missing,
        }
    }

    /// The words of a text-like cell, without copying them; `None` when it is 缺, 无 or no text.
    pub fn text(&self, row: usize, column: usize) -> Option<&str> {
        self.main.columns[column].text(row)
    }

    /// Holds the yearly rows to what was known on a day (得知日). Tables are read as of their last day.
    pub fn known_on(&mut self, day: Date) {
        if !self.yearly.versions.known.is_empty() {
            self.yearly.known_on(Some(day));
        }
    }

    /// Whether any yearly row says from which day it was known (得知日).
    pub fn has_versions(&self) -> bool {
        !self.yearly.versions.known.is_empty()
    }

    /// How many rows of the yearly file were known from a later day only, and the first of their lines.
    pub fn known_later(&self, day: Date) -> Option<(usize, u64)> {
        let known = self.yearly.versions.known.iter().enumerate();
        let mut later = known.filter(|(_, known)| known.is_some_and(|known| known > day));
        let (first, _) = later.next()?;
        Some((1 + later.count(), u64::from(self.yearly.frame.lines[first])))
    }

    /// All years for which any subject has a row, rising.
    pub fn years(&self) -> Vec<i16> {
        self.yearly.known_years.clone()
    }

    /// Whether a subject has a row for a year.
    pub fn has_year(&self, row: usize, year: i16) -> bool {
        self.yearly.find(row_number(row), year).is_some()
    }

    /// The file and line a subject was read from; a table built in memory answers with an empty path and line 0.
    pub fn place(&self, row: usize) -> (&str, u64) {
        let file = self.provenance.files.first().map_or("", SmolStr::as_str);
        (file, u64::from(self.main.lines[row]))
    }

    /// The file and line of a subject's values of a year.
    pub fn yearly_place(&self, row: usize, year: i16) -> Option<(&str, u64)> {
        let found = self.yearly.find(row_number(row), year)?;
        let file = self.provenance.files.get(1).map_or("", SmolStr::as_str);
        Some((file, u64::from(self.yearly.frame.lines[found as usize])))
    }

    /// Where the values come from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// 登记完整至: until this day a row that is not here does not exist.
    pub fn complete_to(&self) -> Option<Date> {
        self.provenance.complete_to
    }

    /// Whether the rows are synthetic (合成).
    pub fn is_synthetic(&self) -> bool {
        self.provenance.synthetic
    }

    /// The SHA-256 of the input, in lower-case hexadecimal: of the one file's bytes, or, of two files, of their two
    /// hashes one after the other. Empty for a table built in memory.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

/// The key of several parts, told apart whatever they hold; one part is its own key.
pub(crate) fn join_key(parts: &[SmolStr]) -> SmolStr {
    if let [only] = parts {
        return only.clone();
    }
    let escaped: Vec<String> = parts
        .iter()
        .map(|part| part.replace('\\', "\\\\").replace('/', "\\/"))
        .collect();
    SmolStr::from(escaped.join("/"))
}

fn row_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(NONE)
}
