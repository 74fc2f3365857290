//! Reading a table: each cell goes straight into its column, and a row with a fault leaves no trace but its rejection.

use std::collections::hash_map::Entry as Slot;

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, Diagnostic, Lang, is_hidden, shortened, visible};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::flaw::Flaw;
use crate::header::{Header, Part, YEAR_HEADER, read_header};
use crate::number::NumberForm;
use crate::parse::{has_lost_digits, key_part, read_cell, trim, year};
use crate::rows::Rows;
use crate::schema::{ColumnType, TableSchema};
use crate::table::{Frame, Table, join_key};
use crate::text::{CsvSource, Text};

/// One fault of a row.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The column, by its name in the schema; empty for a fault of the whole row.
    pub column: SmolStr,
    /// What stands there, cut after 60 characters.
    pub found: String,
    /// The code, the sentence and the help, in both languages.
    pub reason: Diagnostic,
}

impl Fault {
    /// A fault of the cell under `column`; the reason comes without the column and the words found there.
    pub fn new(column: &str, found: &str, reason: Diagnostic) -> Self {
        let said = |lang| cut(&shortened(found, lang));
        let said = Argument::term(said(Lang::Zh), said(Lang::En));
        Self {
            column: column.into(),
            found: cut(&visible(found)),
            reason: reason.with("column", column).with("found", said),
        }
    }
}

/// A row that is not in the table.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// The file.
    pub file: SmolStr,
    /// The line its row begins on, from 1.
    pub line: u64,
    /// The column of the first fault; empty for a fault of the whole row.
    pub column: SmolStr,
    /// What stands there, cut after 60 characters.
    pub found: String,
    /// Why the row is rejected.
    pub reason: Diagnostic,
    /// The other faults of the same row, at most eight.
    pub further: Vec<Fault>,
}

impl Rejection {
    /// The kebab-case code of the first fault.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Why, in one sentence.
    pub fn message(&self, lang: Lang) -> String {
        self.reason.message(lang)
    }

    /// What to do about it.
    pub fn help(&self, lang: Lang) -> String {
        self.reason.help(lang)
    }
}

impl Rejection {
    /// A row with its faults in the order they were met; `None` where there are none.
    fn new(file: &str, line: u64, faults: Vec<Fault>) -> Option<Self> {
        let mut faults = faults.into_iter();
        let first = faults.next()?;
        Some(Self {
            file: file.into(),
            line,
            column: first.column,
            found: first.found,
            reason: first.reason,
            further: faults.take(MOST_FURTHER).collect(),
        })
    }
}

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
    pub rejected: Vec<Rejection>,
    /// Faults of a file as a whole.
    pub findings: Vec<Diagnostic>,
}

impl Loaded {
    /// Rejects rows of the main file for reasons that the table cannot know, each with its faults. They stay where they
    /// are in `table`, for their numbers to hold, and are in no count of accepted rows.
    pub fn refuse(&mut self, rows: Vec<(usize, Vec<Fault>)>) {
        for (row, faults) in rows {
            let (file, line) = self.table.place(row);
            if let Some(rejection) = Rejection::new(file, line, faults) {
                self.rejected.push(rejection);
                self.accepted -= 1;
            }
        }
        self.rejected.sort_by_key(|rejection| rejection.line);
    }
}

/// Faults of one row beyond the first that are kept.
const MOST_FURTHER: usize = 8;
/// Characters of a faulty cell that are quoted.
const MOST_QUOTED: usize = 60;

/// Reads a table from its main file and, where it has yearly columns, from its yearly file.
///
/// Every fault of every row is reported at once; a row is in the table or in `rejected`, never in both. A file whose key
/// columns are missing gives no rows; any other finding leaves the rows readable, and errors among the findings say that
/// the table is not what its schema promises.
pub fn read_csv(schema: &TableSchema, main: &CsvSource, yearly: Option<&CsvSource>) -> Loaded {
    let mut reader = Reader {
        schema,
        forms: schema.columns.iter().map(NumberForm::of).collect(),
        loaded: Loaded {
            table: Table::empty(schema),
            read: 0,
            accepted: 0,
            rejected: Vec::new(),
            findings: Vec::new(),
        },
    };
    reader.hash(main, yearly);
    if let Some(text) = Text::open(main, &mut reader.loaded.findings) {
        reader.note(&text);
        reader.read_main(&text);
    }
    match yearly {
        Some(file) if schema.key.is_empty() || !schema.has_yearly() => {
            let finding = Diagnostic::new(&registry::UNEXPECTED_YEARLY_FILE, span_of(file));
            let finding = finding.with("file", file.path.as_str()).with("line", "1");
            reader
                .loaded
                .findings
                .push(finding.with("table", schema.name.as_str()));
        }
        Some(file) => {
            if let Some(text) = Text::open(file, &mut reader.loaded.findings) {
                reader.note(&text);
                reader.read_yearly(&text);
            }
        }
        None => reader.report_missing_yearly(main),
    }
    let loaded = reader.loaded;
    let rejected = u64::try_from(loaded.rejected.len()).unwrap_or(u64::MAX);
    assert!(
        loaded.accepted + rejected == loaded.read,
        "every row read is accepted or rejected"
    );
    loaded
}

/// The beginning of a file, for findings that concern no line of it.
fn span_of(file: &CsvSource) -> jiufen_diagnostic::Span {
    jiufen_diagnostic::Span {
        source: file.source.unwrap_or(jiufen_diagnostic::SourceId(u32::MAX)),
        start: 0,
        end: 0,
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [b >> 4, b & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

struct Reader<'s> {
    schema: &'s TableSchema,
    /// For each column of the schema, its form as a number.
    forms: Vec<Option<NumberForm>>,
    loaded: Loaded,
}

impl Reader<'_> {
    fn hash(&mut self, main: &CsvSource, yearly: Option<&CsvSource>) {
        let table = &mut self.loaded.table;
        let mut both = Sha256::new();
        for file in std::iter::once(main).chain(yearly) {
            let digest = Sha256::digest(&file.bytes);
            both.update(digest);
            table.provenance.files.push(file.path.clone());
            table.provenance.file_hashes.push(hex(&digest));
        }
        table.hash = match table.provenance.file_hashes.as_slice() {
            [only] => only.clone(),
            _ => hex(&both.finalize()),
        };
    }

    fn note(&mut self, text: &Text<'_>) {
        let provenance = &mut self.loaded.table.provenance;
        provenance.notes.extend(text.comment.words.clone());
        provenance.synthetic |= text.comment.synthetic;
        provenance.complete_to = match (provenance.complete_to, text.comment.complete_to) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn report_missing_yearly(&mut self, main: &CsvSource) {
        let yearly = || self.schema.columns.iter().filter(|c| c.yearly);
        let wanted: Vec<&str> = yearly().filter(|c| c.required).map(|c| c.name.as_str()).collect();
        if wanted.is_empty() {
            let names: Vec<&str> = yearly().map(|c| c.name.as_str()).collect();
            if !names.is_empty() {
                let path = main.path.strip_suffix(".csv").unwrap_or(&main.path);
                let finding = Diagnostic::new(&registry::COLUMNS_NOT_GIVEN, span_of(main))
                    .with("file", format!("{path}.{YEAR_HEADER}.csv"))
                    .with("columns", Argument::term(names.join("、"), names.join(", ")));
                self.loaded.findings.push(finding);
            }
            return;
        }
        let finding = Diagnostic::new(&registry::MISSING_YEARLY_FILE, span_of(main));
        let finding = finding
            .with("file", main.path.as_str())
            .with("table", self.schema.name.as_str());
        let finding = finding.with("columns", wanted.join("、"));
        self.loaded
            .findings
            .push(finding.with("key", self.schema.key.join("、")));
    }

    fn read_main(&mut self, text: &Text<'_>) {
        let mut rows = text.rows();
        let mut frame = std::mem::take(&mut self.loaded.table.main);
        let header = self.header(&mut rows, Part::Main, text, &mut frame);
        let readable = header.key.len() == self.schema.key.len();
        let expected = text.likely_rows();
        self.loaded.table.rows_by_key.reserve(expected);
        self.loaded.table.keys.reserve(expected);
        let mut number = 0u64;
        while readable && rows.advance() {
            number += 1;
            self.loaded.read += 1;
            let line = rows.line();
            let mut faults = Faults::new(&rows);
            let row = frame.lines.len();
            let key = self.read_row(&mut rows, text, &header, &mut frame, &mut faults);
            if faults.is_empty() {
                let key = if self.schema.key.is_empty() {
                    SmolStr::from(number.to_string())
                } else {
                    key
                };
                self.accept_main(key, line, &mut frame, &mut faults);
            }
            self.settle(faults, line, text, &mut frame, row);
        }
        self.report_no_rows(number, readable, text);
        self.report_lost_digits(&frame, text);
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

    fn read_yearly(&mut self, text: &Text<'_>) {
        let mut rows = text.rows();
        let mut frame = std::mem::take(&mut self.loaded.table.yearly.frame);
        let header = self.header(&mut rows, Part::Yearly, text, &mut frame);
        let year_place = header.year.filter(|_| header.key.len() == self.schema.key.len());
        let mut number = 0u64;
        let mut last = (SmolStr::default(), 0u32);
        while let Some(year_place) = year_place
            && rows.advance()
        {
            number += 1;
            self.loaded.read += 1;
            let line = rows.line();
            let mut faults = Faults::new(&rows);
            let row = frame.lines.len();
            let key = self.read_row(&mut rows, text, &header, &mut frame, &mut faults);
            let year = read_year(&rows, year_place, &mut faults);
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
                self.accept_year(last.1, year, line, &mut frame, &mut faults);
            }
            self.settle(faults, line, text, &mut frame, row);
        }
        self.report_no_rows(number, year_place.is_some(), text);
        self.loaded.table.yearly.frame = frame;
    }

    fn accept_year(&mut self, subject: u32, year: i16, line: u32, frame: &mut Frame, faults: &mut Faults) {
        let yearly = &mut self.loaded.table.yearly;
        match yearly.find(subject, year) {
            Some(earlier) => {
                let flaw = Flaw::new(&registry::DUPLICATE_YEAR)
                    .with("key", self.loaded.table.keys[subject as usize].as_str())
                    .with("year", year.to_string())
                    .with("first", frame.lines[earlier as usize].to_string())
                    .with("second", line.to_string());
                faults.add(YEAR_HEADER, &year.to_string(), flaw);
            }
            None => {
                yearly.add(subject, year);
                frame.lines.push(line);
            }
        }
    }

    fn header(&mut self, rows: &mut Rows<'_>, part: Part, text: &Text<'_>, frame: &mut Frame) -> Header {
        let mut cells = Vec::new();
        if rows.advance() {
            cells.extend(rows.cells().map(|c| String::from_utf8_lossy(c).into_owned()));
        }
        let findings = &mut self.loaded.findings;
        let header = read_header(&cells, self.schema, part, text, &mut frame.columns, findings);
        let expected = text.likely_rows();
        frame.lines.reserve(expected);
        for (_, index) in &header.fields {
            frame.columns[*index].reserve(expected);
        }
        header
    }

    fn report_no_rows(&mut self, number: u64, readable: bool, text: &Text<'_>) {
        if number == 0 && readable {
            self.loaded.findings.push(text.finding(&registry::NO_ROWS));
        }
    }

    /// Says which columns of codes hold long ones that end in zeros only, as a spreadsheet leaves them.
    fn report_lost_digits(&mut self, frame: &Frame, text: &Text<'_>) {
        for (field, column) in self.schema.columns.iter().zip(&frame.columns) {
            if !matches!(field.column_type, ColumnType::Code { .. }) {
                continue;
            }
            let lost = |row: &usize| column.text(*row).is_some_and(has_lost_digits);
            let rows: Vec<usize> = (0..frame.lines.len()).filter(lost).collect();
            let Some(first) = rows.first() else { continue };
            let finding = Diagnostic::new(&registry::DIGITS_LOST, text.span(0, 0))
                .with("file", text.path.as_str())
                .with("line", frame.lines[*first].to_string())
                .with("column", field.name.as_str())
                .with("count", rows.len().to_string());
            self.loaded
                .findings
                .push(finding.with("found", column.text(*first).unwrap_or("")));
        }
    }

    /// Pushes the cells of a row to their columns and gives the row's key, empty when it has none.
    fn read_row(
        &self,
        rows: &mut Rows<'_>,
        text: &Text<'_>,
        header: &Header,
        frame: &mut Frame,
        faults: &mut Faults,
    ) -> SmolStr {
        if rows.width() != header.width || rows.spans_lines() {
            if let Some(last) = rows.open_quote() {
                let flaw = Flaw::new(&registry::OPEN_QUOTE).with("last", last.to_string());
                faults.add("", rows.cell(0).map_or("", lossless), flaw);
                return SmolStr::default();
            }
            if rows.width() != header.width {
                let flaw = Flaw::new(&registry::CELL_COUNT).with("expected", header.width.to_string());
                faults.add("", &rows.width().to_string(), flaw);
                return SmolStr::default();
            }
        }
        let Some(row) = rows.words() else {
            self.add_broken(rows, header, faults);
            return SmolStr::default();
        };
        let cell = |place: usize| row.cell(place).map(trim);
        for (place, index) in &header.fields {
            let field = &self.schema.columns[*index];
            let result = match cell(*place) {
                Some(words) if text.may_hide && words.contains(is_hidden) => {
                    Err((words, Flaw::new(&registry::CONTROL_CHARACTER)))
                }
                Some(words) if text.may_be_broken && words.contains('\u{FFFD}') => {
                    Err((words, Flaw::new(&registry::BROKEN_CHARACTERS)))
                }
                Some(words) => read_cell(
                    words,
                    field,
                    self.forms[*index].as_ref(),
                    &mut frame.columns[*index],
                )
                .map_err(|flaw| (words, flaw)),
                None => Err(("", Flaw::new(&registry::BROKEN_CHARACTERS))),
            };
            if let Err((words, flaw)) = result {
                faults.add(&field.name, words, flaw);
            }
        }
        self.read_key(header, cell, faults)
    }

    fn read_key<'t>(
        &self,
        header: &Header,
        cell: impl Fn(usize) -> Option<&'t str>,
        faults: &mut Faults,
    ) -> SmolStr {
        let mut key_of = |place: usize, name: &SmolStr| {
            let field = self.schema.column(name).map(|index| &self.schema.columns[index]);
            let words = cell(place).unwrap_or("");
            let part = field.and_then(|field| key_part(words, &field.column_type));
            if part.is_none() {
                faults.drop_absent(name);
                faults.add(name, words, Flaw::new(&registry::MISSING_KEY));
            }
            part.map(SmolStr::new)
        };
        if let ([place], [name]) = (header.key.as_slice(), self.schema.key.as_slice()) {
            return key_of(*place, name).unwrap_or_default();
        }
        // Every part is looked at, so that every missing one is named.
        let parts: Vec<Option<SmolStr>> = header
            .key
            .iter()
            .zip(&self.schema.key)
            .map(|(place, name)| key_of(*place, name))
            .collect();
        let parts: Option<Vec<SmolStr>> = parts.into_iter().collect();
        parts.map_or_else(SmolStr::default, |parts| join_key(&parts))
    }

    /// Names the cells of a row that are not UTF-8.
    fn add_broken(&self, rows: &Rows<'_>, header: &Header, faults: &mut Faults) {
        for (place, cell) in rows.cells().enumerate() {
            if std::str::from_utf8(cell).is_err() {
                let index = header
                    .fields
                    .iter()
                    .find(|(at, _)| *at == place)
                    .map(|(_, index)| *index);
                let name = index.map_or("", |index| self.schema.columns[index].name.as_str());
                let words = String::from_utf8_lossy(cell);
                faults.add(name, &words, Flaw::new(&registry::BROKEN_CHARACTERS));
            }
        }
        if faults.is_empty() {
            faults.add("", "", Flaw::new(&registry::BROKEN_CHARACTERS));
        }
    }

    /// Counts the row as accepted, or as rejected once, with its cells taken out of the columns again.
    fn settle(&mut self, faults: Faults, line: u32, text: &Text<'_>, frame: &mut Frame, row: usize) {
        let Some(rejection) = Rejection::new(text.path, u64::from(line), faults.all) else {
            self.loaded.accepted += 1;
            return;
        };
        frame.columns.iter_mut().for_each(|column| column.truncate(row));
        self.loaded.rejected.push(rejection);
    }
}

/// Bytes as text, or nothing when they are none.
fn lossless(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}

fn read_year(rows: &Rows<'_>, place: usize, faults: &mut Faults) -> Option<i16> {
    let words = rows.cell(place).map(|cell| trim(lossless(cell)))?;
    match year(words) {
        Ok(year) => Some(year),
        Err(flaw) => {
            faults.add(YEAR_HEADER, words, flaw);
            None
        }
    }
}

/// The first characters of a text, with … where there are more.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The faults of one row, in the order they were met.
struct Faults {
    span: jiufen_diagnostic::Span,
    all: Vec<Fault>,
}

impl Faults {
    fn new(rows: &Rows<'_>) -> Self {
        Self {
            span: rows.span(),
            all: Vec::new(),
        }
    }

    fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    fn add(&mut self, column: &str, found: &str, flaw: Flaw) {
        if self.all.len() > MOST_FURTHER {
            return;
        }
        let mut reason = Diagnostic::new(flaw.entry, self.span);
        reason.arguments = flaw.arguments;
        self.all.push(Fault::new(column, found, reason));
    }

    /// A key that is 无 is a missing key, and is said once.
    fn drop_absent(&mut self, column: &str) {
        self.all.retain(|fault| {
            fault.column != column || fault.reason.code() != registry::ABSENT_NOT_ALLOWED.code
        });
    }
}
