//! The rows of a sheet of an Excel workbook as a source of cells: each cell as the words a person sees in it.

use std::borrow::Cow;
use std::io::Cursor;

use calamine::{DataRef, Dimensions, Reader, SheetType, Xlsx, XlsxCellReader, XlsxError};
use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, Diagnostic, Entry, Span, is_hidden};
use smol_str::SmolStr;

use crate::arrow_cells::DOUBLE_DIGITS;
use crate::column::Column;
use crate::flaw::Flaw;
use crate::guard::guarded;
use crate::header::{Header, Part};
use crate::number::has_more_digits;
use crate::parse::{boolean_words, read_cell, trim};
use crate::rejection::Faults;
use crate::schema::{ColumnType, NumberKind, TableSchema};
use crate::source::{Fields, FileBytes, NOWHERE, RowSource};
use crate::text::Comment;

type Bytes = Cursor<bytes::Bytes>;

/// The sheet on which a workbook of results says where they come from; never a table.
pub(crate) const PROVENANCE_SHEET: &str = "出处";

/// Columns of a sheet beyond which nothing is looked at; Excel has no more.
const MOST_COLUMNS: u32 = 16_384;

/// Finding the sheet of a table in a workbook.
pub(crate) struct Workbook;

impl Workbook {
    /// Whether a workbook has a sheet of this name.
    pub fn has_sheet(file: &FileBytes, name: &str) -> bool {
        opened(file).is_ok_and(|book| book.sheet_names().iter().any(|sheet| sheet == name))
    }

    /// The rows of the sheet of a table; `None` when nothing can be read, and the findings say why.
    pub fn open(
        file: &FileBytes,
        schema: &TableSchema,
        part: Part,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<SheetRows> {
        if file.bytes.is_empty() {
            findings.push(finding(&registry::EMPTY_FILE, &file.path, 1));
            return None;
        }
        let mut book = match opened(file) {
            Ok(book) => book,
            Err(error) => {
                findings.push(refusal(&file.path, &error));
                return None;
            }
        };
        let sheets: Vec<String> = book
            .sheets_metadata()
            .iter()
            .filter(|sheet| sheet.typ == SheetType::WorkSheet && trim(&sheet.name) != PROVENANCE_SHEET)
            .map(|sheet| sheet.name.clone())
            .collect();
        let sheet = find_sheet(&sheets, schema, part, &file.path, findings)?;
        let path = match sheets.len() {
            1 => file.path.clone(),
            _ => SmolStr::from(format!("{}({sheet})", file.path)),
        };
        let percents = schema
            .columns
            .iter()
            .any(|c| matches!(c.column_type, ColumnType::Number { kind, .. } if kind == NumberKind::Rate));
        let read = guarded(|| cells_of(&mut book, &sheet, percents)).unwrap_or_else(|| Err(stopped()));
        let (cells, merged, failure) = match read {
            Ok(read) => read,
            Err(error) => {
                findings.push(refusal(&path, &error));
                return None;
            }
        };
        let mut rows = SheetRows::new(path, cells, merged, failure);
        rows.read_comment(findings);
        if rows.cells.len() == rows.from && rows.failure.is_none() {
            findings.push(finding(&registry::EMPTY_FILE, &rows.path, 1));
            return None;
        }
        Some(rows)
    }
}

fn opened(file: &FileBytes) -> Result<Xlsx<Bytes>, XlsxError> {
    guarded(|| Xlsx::new(Cursor::new(file.bytes.clone()))).unwrap_or_else(|| Err(stopped()))
}

/// The error of a decoder that found no error of its own for what it met.
fn stopped() -> XlsxError {
    XlsxError::Unexpected("the parts do not fit each other")
}

/// The sheet named as the table, or the only one of a main file or of a file of its own for the years.
fn find_sheet(
    sheets: &[String],
    schema: &TableSchema,
    part: Part,
    path: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<String> {
    let wanted = part.sheet_of(&schema.name);
    let named = sheets.iter().find(|sheet| trim(sheet) == wanted);
    let Some(found) = named.or_else(|| sheets.first().filter(|_| sheets.len() == 1)) else {
        let shown: Vec<&str> = sheets.iter().take(12).map(String::as_str).collect();
        let finding = finding(&registry::NO_SUCH_SHEET, path, 1).with("sheet", wanted.as_str());
        findings.push(finding.with("sheets", Argument::term(shown.join("、"), shown.join(", "))));
        return None;
    };
    let read = [Part::Main, Part::Yearly].map(|part| part.sheet_of(&schema.name));
    let others: Vec<&str> = sheets
        .iter()
        .map(String::as_str)
        .filter(|sheet| sheet != found && !read.iter().any(|name| name == trim(sheet)))
        .take(12)
        .collect();
    if !others.is_empty() && part == Part::Main {
        let finding = finding(&registry::OTHER_SHEETS, path, 1);
        findings.push(finding.with("sheets", Argument::term(others.join("、"), others.join(", "))));
    }
    Some(found.clone())
}

fn finding(entry: &'static Entry, path: &str, line: u32) -> Diagnostic {
    let finding = Diagnostic::new(entry, NOWHERE).with("file", path);
    finding.with("line", line.to_string())
}

/// The finding about a workbook that cannot be read at all.
fn refusal(path: &str, error: &XlsxError) -> Diagnostic {
    if matches!(error, XlsxError::Password) {
        return finding(&registry::PROTECTED_FILE, path, 1);
    }
    finding(&registry::DAMAGED_FILE, path, 1).with("cause", cause(error))
}

fn cause(error: &XlsxError) -> Argument {
    match error {
        XlsxError::Zip(_) | XlsxError::FileNotFound(_) => Argument::term(
            "不是完整的 xlsx 工作簿(旧的 xls 和改了扩展名的文件也不是)",
            "is no whole xlsx workbook (an old xls or a file under another name is none)",
        ),
        other => {
            let said: String = other.to_string().chars().take(120).collect();
            Argument::term(format!("已损坏({said})"), format!("is damaged ({said})"))
        }
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Words(SmolStr),
    /// The shortest decimal of a number.
    Number(SmolStr),
    /// `#N/A` and its like.
    Error(SmolStr),
    /// A formula without a value.
    Uncomputed,
}

/// One cell that is not blank.
#[derive(Debug, Clone)]
struct SheetCell {
    row: u32,
    column: u32,
    content: Content,
    formula: bool,
}

/// Cells in the order of their rows, merged regions, and why the sheet ended early.
type Read = (Vec<SheetCell>, Vec<Dimensions>, Option<Argument>);

fn cells_of(book: &mut Xlsx<Bytes>, sheet: &str, percents: bool) -> Result<Read, XlsxError> {
    let merged = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
    let percents = if percents {
        percent_cells(book, sheet)?
    } else {
        Vec::new()
    };
    let mut percents = percents.into_iter().peekable();
    let mut cells: Vec<SheetCell> = Vec::new();
    let mut failure = None;
    let mut reader = book.worksheet_cells_reader(sheet)?;
    loop {
        match reader.next_cell_with_formula_metadata() {
            Ok(Some(record)) => {
                let at = record.pos;
                while percents.peek().is_some_and(|next| *next < at) {
                    percents.next();
                }
                let formula = record.formula.is_some();
                let content = content(&record.value, percents.peek() == Some(&at));
                // A formula may come to an empty text; one without a value was never computed.
                let uncomputed = formula && record.value == DataRef::Empty;
                let content = content.or(uncomputed.then_some(Content::Uncomputed));
                if let Some(content) = content.filter(|_| at.1 < MOST_COLUMNS) {
                    let (row, column) = at;
                    cells.push(SheetCell {
                        row,
                        column,
                        content,
                        formula,
                    });
                }
            }
            Ok(None) => break,
            Err(error) if cells.is_empty() => return Err(error),
            Err(error) => {
                failure = Some(cause(&error));
                // Of the row where it broke off, cells may be missing.
                let broken = cells.last().map_or(0, |cell| cell.row);
                cells.retain(|cell| cell.row < broken);
                break;
            }
        }
    }
    if cells
        .windows(2)
        .any(|two| (two[0].row, two[0].column) > (two[1].row, two[1].column))
    {
        cells.sort_by_key(|cell| (cell.row, cell.column));
    }
    Ok((cells, merged, failure))
}

/// Where cells are shown as percentages, in the order of the sheet.
fn percent_cells(book: &mut Xlsx<Bytes>, sheet: &str) -> Result<Vec<(u32, u32)>, XlsxError> {
    let mut reader: XlsxCellReader<'_, Bytes> = book.worksheet_cells_reader(sheet)?;
    let shown: Vec<bool> = reader
        .styles()
        .iter()
        .map(|style| {
            let format = style.number_format.as_ref();
            format.is_some_and(|format| is_percent(&format.format_code))
        })
        .collect();
    let mut found = Vec::new();
    // An error here is met again, and told, when the values are read.
    while let Ok(Some((row, column, style))) = reader.next_style_id() {
        if shown.get(style) == Some(&true) {
            found.push((row, column));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// Whether a number format multiplies by a hundred: a % that is neither quoted nor escaped.
fn is_percent(format: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    for c in format.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

fn content(value: &DataRef<'_>, percent: bool) -> Option<Content> {
    let words = |text: &str| (!trim(text).is_empty()).then(|| Content::Words(SmolStr::new(text)));
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Int(number) => Some(Content::Number(number.to_string().into())),
        DataRef::Float(number) if percent => Some(Content::Words(
            format!("{}%", hundredfold(&number.to_string())).into(),
        )),
        DataRef::Float(number) => Some(Content::Number(number.to_string().into())),
        DataRef::Bool(truth) => Some(Content::Words(boolean_words(*truth).into())),
        DataRef::DateTime(moment) => Some(Content::Words(moment_words(moment).into())),
        DataRef::DateTimeIso(text) => words(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::DurationIso(text) => words(text),
        DataRef::Error(error) => Some(Content::Error(error.to_string().into())),
    }
}

/// A day; with a time after it where there is one.
fn moment_words(moment: &calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// A decimal a hundred times as large, by moving its point.
fn hundredfold(decimal: &str) -> String {
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", decimal),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<2}");
    let (up, rest) = fraction.split_at(2);
    let whole = format!("{whole}{up}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest}")
    }
}

/// `B7`, the place of a cell as a spreadsheet names it.
fn place_words(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row + 1)
}

fn region_words(region: &Dimensions) -> String {
    let (start, end) = (region.start, region.end);
    format!("{}:{}", place_words(start.0, start.1), place_words(end.0, end.1))
}

/// Numbers met in one column of codes.
#[derive(Debug, Clone)]
struct NumberCells {
    count: usize,
    line: u32,
    found: SmolStr,
}

/// A sheet, row by row.
pub(crate) struct SheetRows {
    path: SmolStr,
    comment: Comment,
    cells: Vec<SheetCell>,
    /// The cells of the current row, as a range of `cells`.
    from: usize,
    to: usize,
    /// Merged regions, by their first row; those from `next` on begin below the current row.
    merged: Vec<Dimensions>,
    next: usize,
    /// Those over the current row.
    over: Vec<Dimensions>,
    failure: Option<Argument>,
    header_row: u32,
    /// Formulas in columns that are read, and the place of the first.
    formulas: usize,
    first_formula: String,
    /// For each column of the schema, the numbers among its codes.
    numbers: Vec<(SmolStr, NumberCells)>,
}

impl SheetRows {
    fn new(
        path: SmolStr,
        cells: Vec<SheetCell>,
        mut merged: Vec<Dimensions>,
        failure: Option<Argument>,
    ) -> Self {
        merged.sort_by_key(|region| region.start);
        Self {
            path,
            comment: Comment::default(),
            cells,
            from: 0,
            to: 0,
            merged,
            next: 0,
            over: Vec::new(),
            failure,
            header_row: 0,
            formulas: 0,
            first_formula: String::new(),
            numbers: Vec::new(),
        }
    }

    /// The first row is a comment when its first cell begins with #.
    fn read_comment(&mut self, findings: &mut Vec<Diagnostic>) {
        let Some(Content::Words(words)) = self.cells.first().map(|cell| &cell.content) else {
            return;
        };
        let Some(words) = trim(words).strip_prefix('#') else {
            return;
        };
        let (comment, unreadable) = Comment::read(words);
        self.comment = comment;
        if let Some(found) = unreadable {
            findings.push(finding(&registry::BAD_COMPLETE_TO, &self.path, 1).with("found", found));
        }
        self.go();
        self.from = self.to;
    }

    /// Goes to the next row that has a cell.
    fn go(&mut self) -> bool {
        self.from = self.to;
        let Some(first) = self.cells.get(self.from) else {
            return false;
        };
        let same = self.cells[self.from..]
            .iter()
            .take_while(|cell| cell.row == first.row);
        let row = first.row;
        self.to = self.from + same.count();
        self.over.retain(|region| region.end.0 >= row);
        while let Some(region) = self.merged.get(self.next).filter(|region| region.start.0 <= row) {
            self.over.extend((region.end.0 >= row).then_some(*region));
            self.next += 1;
        }
        true
    }

    fn cell(&self, place: usize) -> Option<&SheetCell> {
        let row = &self.cells[self.from..self.to];
        let at = row
            .binary_search_by_key(&place, |cell| cell.column as usize)
            .ok()?;
        row.get(at)
    }

    fn row(&self) -> u32 {
        self.cells.get(self.from).map_or(0, |cell| cell.row)
    }

    /// The merged region over a cell of the current row.
    fn region(&self, place: usize) -> Option<&Dimensions> {
        let column = u32::try_from(place).ok()?;
        let covers = |region: &&Dimensions| region.start.1 <= column && column <= region.end.1;
        self.over.iter().find(covers)
    }

    fn note_formula(&mut self, place: usize) {
        if let Some((row, column)) = self
            .cell(place)
            .filter(|cell| cell.formula)
            .map(|c| (c.row, c.column))
        {
            if self.formulas == 0 {
                self.first_formula = place_words(row, column);
            }
            self.formulas += 1;
        }
    }

    fn note_number(&mut self, column: &SmolStr, words: SmolStr) {
        let line = self.row() + 1;
        match self.numbers.iter_mut().find(|(name, _)| name == column) {
            Some((_, met)) => met.count += 1,
            None => self.numbers.push((
                column.clone(),
                NumberCells {
                    count: 1,
                    line,
                    found: words,
                },
            )),
        }
    }

    /// The words of a cell, or what keeps it from being read.
    fn readable(&self, place: usize) -> Result<Cow<'_, str>, (String, Flaw)> {
        if let Some(region) = self.region(place) {
            return Err((region_words(region), Flaw::new(&registry::MERGED_CELL)));
        }
        let Some(cell) = self.cell(place) else {
            return Ok(Cow::Borrowed(""));
        };
        let words = match &cell.content {
            Content::Words(words) => trim(words),
            Content::Number(number) if has_more_digits(number, DOUBLE_DIGITS) => {
                return Err((number.to_string(), Flaw::new(&registry::BEYOND_FIFTEEN)));
            }
            Content::Number(number) => number,
            Content::Error(error) => {
                return Err((error.to_string(), Flaw::new(&registry::SPREADSHEET_ERROR)));
            }
            Content::Uncomputed => {
                let at = place_words(cell.row, cell.column);
                return Err((at, Flaw::new(&registry::FORMULA_WITHOUT_VALUE)));
            }
        };
        if words.contains(is_hidden) {
            return Err((words.to_owned(), Flaw::new(&registry::CONTROL_CHARACTER)));
        }
        Ok(Cow::Borrowed(words))
    }
}

/// Whether cells of a type are words of which no digit may be lost.
fn is_code(column_type: &ColumnType) -> bool {
    matches!(
        column_type,
        ColumnType::Code { .. } | ColumnType::Text | ColumnType::Reference { .. } | ColumnType::Territory
    )
}

impl RowSource for SheetRows {
    fn path(&self) -> &SmolStr {
        &self.path
    }

    fn finding(&self, entry: &'static Entry) -> Diagnostic {
        finding(entry, &self.path, self.header_row + 1)
    }

    fn comment(&self) -> &Comment {
        &self.comment
    }

    fn header(&mut self) -> Vec<String> {
        if !self.go() {
            return Vec::new();
        }
        self.header_row = self.row();
        let row = &self.cells[self.from..self.to];
        let width = row.last().map_or(0, |cell| cell.column as usize + 1);
        let mut cells = vec![String::new(); width];
        for cell in row {
            if let Content::Words(words) | Content::Number(words) = &cell.content {
                cells[cell.column as usize] = words.to_string();
            }
        }
        cells
    }

    fn bind(&mut self, _fields: &Fields<'_>, _header: &mut Header, _columns: &[Column]) -> Vec<Diagnostic> {
        let merged = self.over.iter().map(|region| {
            let finding = finding(&registry::MERGED_HEADER, &self.path, self.header_row + 1);
            finding.with("region", region_words(region))
        });
        merged.collect()
    }

    fn likely_rows(&self) -> usize {
        let last = self
            .cells
            .last()
            .map_or(0, |cell| cell.row - self.header_row.min(cell.row));
        (last as usize).min(self.cells.len())
    }

    fn advance(&mut self) -> bool {
        self.go()
    }

    fn line(&mut self) -> u32 {
        self.row() + 1
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
            let field = &fields.schema.columns[*index];
            let form = fields.forms[*index].as_ref();
            let read = self.readable(*place);
            let read = read.and_then(|words| {
                read_cell(&words, field, form, &mut columns[*index])
                    .map_err(|flaw| (words.into_owned(), flaw))
            });
            if let Err((words, flaw)) = read {
                faults.add(&field.name, &words, flaw);
                continue;
            }
            self.note_formula(*place);
            let number = match self.cell(*place).map(|cell| &cell.content) {
                Some(Content::Number(number)) if is_code(&field.column_type) => Some(number.clone()),
                _ => None,
            };
            if let Some(number) = number {
                self.note_number(&field.name, number);
            }
        }
        true
    }

    fn words(&self, place: usize) -> Option<Cow<'_, str>> {
        Some(match self.cell(place).map(|cell| &cell.content) {
            Some(Content::Words(words) | Content::Number(words) | Content::Error(words)) => {
                Cow::Borrowed(trim(words))
            }
            Some(Content::Uncomputed) | None => Cow::Borrowed(""),
        })
    }

    fn finish(&mut self) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        if self.formulas > 0 {
            let finding = self
                .finding(&registry::FORMULAS)
                .with("count", self.formulas.to_string());
            findings.push(finding.with("cell", self.first_formula.as_str()));
        }
        for (column, met) in &self.numbers {
            let finding = finding(&registry::NUMBERS_AS_CODES, &self.path, met.line);
            let finding = finding
                .with("column", column.as_str())
                .with("found", met.found.as_str());
            findings.push(finding.with("count", met.count.to_string()));
        }
        if let Some(cause) = &self.failure {
            let last = self.cells.last().map_or(self.header_row, |cell| cell.row);
            findings.push(finding(&registry::BROKE_OFF, &self.path, last + 1).with("cause", cause.clone()));
        }
        findings
    }

    fn broke_off(&self) -> bool {
        self.failure.is_some()
    }
}
