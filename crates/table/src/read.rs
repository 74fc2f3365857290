//! Reading a table: each cell goes straight into its column, and a row with a fault leaves no trace but its rejection.

use std::collections::hash_map::Entry as Slot;

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, Diagnostic, capped};
use jiufen_quantity::Date;
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::column::Column;
use crate::excel::Workbook;
use crate::flaw::Flaw;
use crate::header::{Header, KNOWN_HEADER, Part, YEAR_HEADER, read_header};
use crate::number::NumberForm;
use crate::parquet_rows::ParquetRows;
use crate::parse::{date, has_lost_digits, key_part, year};
use crate::rejection::{Faults, Rejection};
use crate::rejections::Rejections;
use crate::schema::{ColumnType, TableSchema};
use crate::source::{Fields, RowSource, TableSource};
use crate::table::{Frame, Table, join_key};
use crate::text::{CsvSource, Text};

/// What came of reading a table.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The accepted rows.
    pub table: Table,
    /// Rows read, of both files. INVARIANT: `accepted + rejected.len() = read`.
    pub read: u64,
    /// Rows accepted, of both files.
    pub accepted: u64,
    /// Rows rejected, each once, in file order.
    pub rejected: Rejections,
    /// Faults of a file as a whole.
    pub findings: Vec<Diagnostic>,
}

impl Loaded {
    /// A table of which nothing was read, for a reason that the table cannot know.
    pub fn unread(schema: &TableSchema, finding: Diagnostic) -> Self {
        Self {
            table: Table::empty(schema),
            read: 0,
            accepted: 0,
            rejected: Rejections::default(),
            findings: vec![finding],
        }
    }

    /// Rejects rows of the main file for reasons that the table cannot know, each with its faults. They stay where they
    /// are in `table`, for their numbers to hold, and are in no count of accepted rows.
    pub fn refuse(&mut self, rows: Rejections) {
        self.accepted -= rows.len() as u64;
        self.rejected.append(rows);
        self.rejected.sort_by_line();
    }
}

/// Reads a table from CSV files; see [`read_table`].
pub fn read_csv(schema: &TableSchema, main: &CsvSource, yearly: Option<&CsvSource>) -> Loaded {
    let yearly = yearly.map(|file| TableSource::Csv(file.clone()));
    read_table(schema, &TableSource::Csv(main.clone()), yearly.as_ref())
}

/// Reads a table from its main file and, where it has yearly columns, from its yearly file.
///
/// Every fault of every row is reported at once; a row is in the table or in `rejected`, never in both. A file whose key
/// columns are missing gives no rows; any other finding leaves the rows readable, and errors among the findings say that
/// the table is not what its schema promises. A workbook may hold the yearly values too, on a sheet of their own; it is
/// then both files.
pub fn read_table(schema: &TableSchema, main: &TableSource, yearly: Option<&TableSource>) -> Loaded {
    let mut reader = Reader {
        fields: Fields {
            schema,
            forms: schema.columns.iter().map(NumberForm::of).collect(),
        },
        schema,
        loaded: Loaded {
            table: Table::empty(schema),
            read: 0,
            accepted: 0,
            rejected: Rejections::default(),
            findings: Vec::new(),
        },
    };
    reader.hash(main, yearly);
    reader.read(main, Part::Main);
    match yearly {
        Some(file) if schema.key.is_empty() || !schema.has_yearly() => {
            let finding = Diagnostic::new(&registry::UNEXPECTED_YEARLY_FILE, file.span());
            let finding = finding.with("file", file.path().as_str()).with("line", "1");
            reader
                .loaded
                .findings
                .push(finding.with("table", schema.name.as_str()));
        }
        Some(file) if holds_years(schema, main) => {
            let sheet = format!("{}({})", main.path(), Part::Yearly.sheet_of(&schema.name));
            let finding = Diagnostic::new(&registry::SEVERAL_FILES, file.span())
                .with("file", file.path().as_str())
                .with("table", Part::Yearly.sheet_of(&schema.name))
                .with(
                    "files",
                    Argument::term(
                        format!("{sheet}、{}", file.path()),
                        format!("{sheet}, {}", file.path()),
                    ),
                );
            reader.loaded.findings.push(finding);
        }
        Some(file) => reader.read(file, Part::Yearly),
        None if holds_years(schema, main) => reader.read(main, Part::Yearly),
        None => reader.report_missing_yearly(main),
    }
    let mut loaded = reader.loaded;
    loaded.findings = capped(loaded.findings);
    let rejected = u64::try_from(loaded.rejected.len()).unwrap_or(u64::MAX);
    assert!(
        loaded.accepted + rejected == loaded.read,
        "every row read is accepted or rejected"
    );
    loaded
}

/// Whether a workbook has a sheet for the yearly values.
fn holds_years(schema: &TableSchema, main: &TableSource) -> bool {
    match main {
        TableSource::Excel(file) if !schema.key.is_empty() && schema.has_yearly() => {
            Workbook::has_sheet(file, &Part::Yearly.sheet_of(&schema.name))
        }
        _ => false,
    }
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

struct Reader<'s> {
    schema: &'s TableSchema,
    fields: Fields<'s>,
    loaded: Loaded,
}

impl Reader<'_> {
    fn hash(&mut self, main: &TableSource, yearly: Option<&TableSource>) {
        let table = &mut self.loaded.table;
        let mut both = Sha256::new();
        for file in std::iter::once(main).chain(yearly) {
            let digest = Sha256::digest(file.bytes());
            both.update(digest);
            table.provenance.files.push(file.path().clone());
            table.provenance.file_hashes.push(hex(&digest));
        }
        table.hash = match table.provenance.file_hashes.as_slice() {
            [only] => only.clone(),
            _ => hex(&both.finalize()),
        };
    }

    fn read(&mut self, file: &TableSource, part: Part) {
        let findings = &mut self.loaded.findings;
        match file {
            TableSource::Csv(file) => {
                if let Some(text) = Text::open(file, findings) {
                    self.read_part(&mut text.rows(), part);
                }
            }
            TableSource::Excel(file) => {
                if let Some(mut rows) = Workbook::open(file, self.schema, part, findings) {
                    self.read_part(&mut rows, part);
                }
            }
            TableSource::Parquet(file) => {
                if let Some(mut rows) = ParquetRows::open(file, findings) {
                    self.read_part(&mut rows, part);
                }
            }
        }
    }

    fn read_part<S: RowSource>(&mut self, rows: &mut S, part: Part) {
        self.note(rows);
        match part {
            Part::Main => self.read_main(rows),
            Part::Yearly => self.read_yearly(rows),
        }
        self.loaded.findings.extend(rows.finish());
        let provenance = &mut self.loaded.table.provenance;
        if let Some(place) = provenance.files.get_mut(part.place()) {
            place.clone_from(rows.path());
        } else {
            provenance.files.push(rows.path().clone());
        }
        if rows.broke_off() {
            // What follows is not known, so that nothing can be known not to be there.
            provenance.complete_to = None;
            provenance.broke_off = true;
        }
    }

    fn note<S: RowSource>(&mut self, rows: &S) {
        let (provenance, comment) = (&mut self.loaded.table.provenance, rows.comment());
        provenance.notes.extend(comment.words.clone());
        provenance.synthetic |= comment.synthetic;
        provenance.complete_to = match (provenance.complete_to, comment.complete_to) {
            _ if provenance.broke_off => None,
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn report_missing_yearly(&mut self, main: &TableSource) {
        let yearly = || self.schema.columns.iter().filter(|c| c.yearly);
        let wanted: Vec<&str> = yearly().filter(|c| c.required).map(|c| c.name.as_str()).collect();
        if wanted.is_empty() {
            let names: Vec<&str> = yearly().map(|c| c.name.as_str()).collect();
            if !names.is_empty() {
                let (stem, ending) = main.path().rsplit_once('.').unwrap_or((main.path(), "csv"));
                let stem = stem.rsplit_once('/').map_or(stem, |(_, name)| name);
                let yearly = format!("{stem}.{YEAR_HEADER}.{ending}");
                let lacks = Argument::term(
                    format!("没有年度文件({yearly}),没有这些按年的栏目"),
                    format!("has no yearly file ({yearly}) with"),
                );
                let finding = Diagnostic::new(&registry::COLUMNS_NOT_GIVEN, main.span())
                    .with("file", main.path().as_str())
                    .with("lacks", lacks)
                    .with("columns", Argument::term(names.join("、"), names.join(", ")));
                self.loaded.findings.push(finding);
            }
            return;
        }
        let finding = Diagnostic::new(&registry::MISSING_YEARLY_FILE, main.span());
        let finding = finding
            .with("file", main.path().as_str())
            .with("table", self.schema.name.as_str());
        let finding = finding.with("columns", wanted.join("、"));
        self.loaded
            .findings
            .push(finding.with("key", self.schema.key.join("、")));
    }

    fn read_main<S: RowSource>(&mut self, rows: &mut S) {
        let mut frame = std::mem::take(&mut self.loaded.table.main);
        let header = self.header(rows, Part::Main, &mut frame);
        let readable = header.key.len() == self.schema.key.len();
        let mut number = 0u64;
        while readable && rows.advance() {
            number += 1;
            self.loaded.read += 1;
            let line = rows.line();
            let mut faults = Faults::new(rows.span());
            let row = frame.lines.len();
            let key = self.read_row(rows, &header, &mut frame, &mut faults);
            if faults.is_empty() {
                let key = if self.schema.key.is_empty() {
                    SmolStr::from(number.to_string())
                } else {
                    key
                };
                self.accept_main(key, line, &mut frame, &mut faults);
            }
            self.settle(faults, line, rows.path(), &mut frame, row);
        }
        self.report_no_rows(number, readable, rows);
        self.report_lost_digits(&frame, rows);
        self.loaded.table.main = frame;
    }

    fn accept_main(&mut self, key: SmolStr, line: u32, frame: &mut Frame, faults: &mut Faults) {
        let table = &mut self.loaded.table;
        // INVARIANT: fewer than 2^32 rows; each takes a byte of a file in memory and a line number.
        let row = frame.lines.len() as u32;
        match table.rows_by_key.entry(key) {
            Slot::Occupied(earlier) => {
                let first = frame.lines[*earlier.get() as usize];
                let flaw = Flaw::new(&registry::DUPLICATE_KEY)
                    .with("first", first.to_string())
                    .with("second", line.to_string());
                let column = self.schema.key.join("、");
                faults.add(&column, earlier.key(), flaw);
            }
            Slot::Vacant(free) => {
                table.keys.push(free.key().clone());
                free.insert(row);
                frame.lines.push(line);
            }
        }
    }

    fn read_yearly<S: RowSource>(&mut self, rows: &mut S) {
        let mut frame = std::mem::take(&mut self.loaded.table.yearly.frame);
        let header = self.header(rows, Part::Yearly, &mut frame);
        let year_place = header.year.filter(|_| header.key.len() == self.schema.key.len());
        let mut number = 0u64;
        let mut last = (SmolStr::default(), 0u32);
        while let Some(year_place) = year_place
            && rows.advance()
        {
            number += 1;
            self.loaded.read += 1;
            let line = rows.line();
            let mut faults = Faults::new(rows.span());
            let row = frame.lines.len();
            let key = self.read_row(rows, &header, &mut frame, &mut faults);
            let year = read_year(rows, year_place, &mut faults);
            let known = header
                .known
                .and_then(|place| read_known(rows, place, &mut faults));
            // A file sorted by subject asks for the same key several times running.
            if key != last.0 || key.is_empty() {
                match self.loaded.table.rows_by_key.get(&key) {
                    Some(found) => last = (key, *found),
                    None if key.is_empty() => {}
                    None => {
                        faults.add(
                            &self.schema.key.join("、"),
                            &key,
                            Flaw::new(&registry::NO_SUCH_SUBJECT),
                        );
                    }
                }
            }
            if let (true, Some(year)) = (faults.is_empty(), year) {
                self.accept_year((last.1, year, known), line, &mut frame, &mut faults);
            }
            self.settle(faults, line, rows.path(), &mut frame, row);
        }
        self.report_no_rows(number, year_place.is_some(), rows);
        self.loaded.table.yearly.frame = frame;
        self.loaded.table.yearly.close();
    }

    fn accept_year(
        &mut self,
        (subject, year, known): (u32, i16, Option<Date>),
        line: u32,
        frame: &mut Frame,
        faults: &mut Faults,
    ) {
        let yearly = &mut self.loaded.table.yearly;
        match yearly.find_version(subject, year, known) {
            Some(earlier) => {
                let flaw = Flaw::new(&registry::DUPLICATE_YEAR)
                    .with("key", self.loaded.table.keys[subject as usize].as_str())
                    .with("year", year.to_string())
                    .with("first", frame.lines[earlier as usize].to_string())
                    .with("second", line.to_string());
                faults.add(YEAR_HEADER, &year.to_string(), flaw);
            }
            None => {
                yearly.add(subject, year, known);
                frame.lines.push(line);
            }
        }
    }

    fn header<S: RowSource>(&mut self, rows: &mut S, part: Part, frame: &mut Frame) -> Header {
        let cells = rows.header();
        let findings = &mut self.loaded.findings;
        let place = |entry| rows.finding(entry);
        let mut header = read_header(&cells, self.schema, part, &place, &mut frame.columns, findings);
        findings.extend(rows.bind(&self.fields, &mut header, &frame.columns));
        let expected = rows.likely_rows();
        frame.lines.reserve(expected);
        for (_, index) in &header.fields {
            frame.columns[*index].reserve(expected);
        }
        header
    }

    fn report_no_rows<S: RowSource>(&mut self, number: u64, readable: bool, rows: &S) {
        if number == 0 && readable && !rows.broke_off() {
            self.loaded.findings.push(rows.finding(&registry::NO_ROWS));
        }
    }

    /// Says which columns of codes hold long ones that end in zeros only, as a spreadsheet leaves them.
    fn report_lost_digits<S: RowSource>(&mut self, frame: &Frame, source: &S) {
        for (field, column) in self.schema.columns.iter().zip(&frame.columns) {
            if !matches!(field.column_type, ColumnType::Code { .. }) {
                continue;
            }
            let lost = |row: &usize| column.text(*row).is_some_and(has_lost_digits);
            let rows: Vec<usize> = (0..frame.lines.len()).filter(lost).collect();
            let Some(first) = rows.first() else { continue };
            let finding = Diagnostic::new(
                &registry::DIGITS_LOST,
                source.finding(&registry::DIGITS_LOST).span,
            )
            .with("file", source.path().as_str())
            .with("line", frame.lines[*first].to_string())
            .with("column", field.name.as_str())
            .with("count", rows.len().to_string());
            self.loaded
                .findings
                .push(finding.with("found", column.text(*first).unwrap_or("")));
        }
    }

    /// Pushes the cells of a row to their columns and gives the row's key, empty when it has none.
    fn read_row<S: RowSource>(
        &self,
        rows: &mut S,
        header: &Header,
        frame: &mut Frame,
        faults: &mut Faults,
    ) -> SmolStr {
        if !rows.read_cells(&self.fields, header, &mut frame.columns, faults) {
            return SmolStr::default();
        }
        let mut parts = Vec::with_capacity(header.key.len());
        for (place, name) in header.key.iter().zip(&self.schema.key) {
            let field = self.schema.column(name).map(|index| &self.schema.columns[index]);
            let words = rows.words(*place).unwrap_or_default();
            match field.and_then(|field| key_part(&words, &field.column_type)) {
                Some(part) => parts.push(SmolStr::new(part)),
                None => {
                    faults.drop_absent(name);
                    faults.add(name, &words, Flaw::new(&registry::MISSING_KEY));
                }
            }
        }
        if parts.len() < header.key.len() {
            return SmolStr::default();
        }
        join_key(&parts)
    }

    /// Counts the row as accepted, or as rejected once, with its cells taken out of the columns again.
    fn settle(&mut self, faults: Faults, line: u32, path: &str, frame: &mut Frame, row: usize) {
        let Some(rejection) = Rejection::of(path, u64::from(line), faults.all) else {
            self.loaded.accepted += 1;
            return;
        };
        frame
            .columns
            .iter_mut()
            .for_each(|column: &mut Column| column.truncate(row));
        self.loaded.rejected.push(rejection);
    }
}

/// The day from which a row was known; none where it was from the beginning.
fn read_known<S: RowSource>(rows: &S, place: usize, faults: &mut Faults) -> Option<Date> {
    let words = rows.words(place).filter(|words| !words.is_empty())?;
    date(&words)
        .map_err(|flaw| faults.add(KNOWN_HEADER, &words, flaw))
        .ok()
}

fn read_year<S: RowSource>(rows: &S, place: usize, faults: &mut Faults) -> Option<i16> {
    let words = rows.words(place)?;
    match year(&words) {
        Ok(year) => Some(year),
        Err(flaw) => {
            faults.add(YEAR_HEADER, &words, flaw);
            None
        }
    }
}
