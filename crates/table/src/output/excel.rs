//! A result table as an Excel workbook.

use std::io::{self, Write};

use jiufen_quantity::Date;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{OutputCell, OutputColumn, OutputTable, OutputType, digits, refused};
use crate::excel::PROVENANCE_SHEET;
use crate::number::has_more_digits;
use crate::output::parquet::CREATED_BY;

/// Rows of a sheet, the header among them.
const SHEET_ROWS: u32 = 1_048_576;
/// Columns of a sheet.
const SHEET_COLUMNS: usize = 16_384;
/// Characters of a cell.
const CELL_CHARS: usize = 32_767;
/// Characters of a sheet's name.
const NAME_CHARS: usize = 31;
/// Digits of a number that a workbook keeps.
const NUMBER_DIGITS: usize = 15;

/// A workbook that is being made.
pub(super) struct Book<W: Write + Send> {
    book: Workbook,
    table: OutputTable,
    formats: Vec<Format>,
    head: Format,
    sheet: Option<Worksheet>,
    /// The next row of the sheet, and the number of the sheet from 1.
    row: u32,
    number: u32,
    rows_of_sheet: u32,
    out: W,
}

impl<W: Write + Send> Book<W> {
    pub fn new(table: &OutputTable, out: W) -> io::Result<Self> {
        Self::with_rows(table, out, SHEET_ROWS)
    }

    /// A workbook whose sheets have so many rows.
    fn with_rows(table: &OutputTable, out: W, rows_of_sheet: u32) -> io::Result<Self> {
        if let Some(column) = table.columns.get(SHEET_COLUMNS) {
            return Err(refused(
                column,
                "a sheet holds 16,384 columns; write Parquet or CSV instead",
            ));
        }
        let mut book = Workbook::new();
        // The day is fixed so that the same rows give the same bytes.
        let day = ExcelDateTime::from_ymd(2000, 1, 1).map_err(of_world)?;
        let properties = DocProperties::new()
            .set_author(CREATED_BY)
            .set_creation_datetime(&day);
        book.set_properties(&properties);
        let formats = table
            .columns
            .iter()
            .map(|column| format_of(column.kind))
            .collect();
        let mut made = Self {
            book,
            table: table.clone(),
            formats,
            head: Format::new().set_bold(),
            sheet: None,
            row: 0,
            number: 0,
            rows_of_sheet,
            out,
        };
        made.next_sheet()?;
        Ok(made)
    }

    /// Begins a sheet with the header, frozen.
    fn next_sheet(&mut self) -> io::Result<()> {
        if let Some(full) = self.sheet.take() {
            self.book.push_worksheet(full);
        }
        self.number += 1;
        let mut sheet = Worksheet::new();
        sheet
            .set_name(sheet_name(&self.table.name, self.number))
            .map_err(of_world)?;
        for (place, column) in (0u16..).zip(&self.table.columns) {
            let header = column.header();
            sheet
                .write_string_with_format(0, place, &header, &self.head)
                .map_err(of_world)?;
            sheet
                .set_column_width(place, width_of(&header))
                .map_err(of_world)?;
        }
        sheet.set_freeze_panes(1, 0).map_err(of_world)?;
        self.sheet = Some(sheet);
        self.row = 1;
        Ok(())
    }

    pub fn append(&mut self, row: &[OutputCell]) -> io::Result<()> {
        if self.row == self.rows_of_sheet {
            self.next_sheet()?;
        }
        let Some(sheet) = &mut self.sheet else {
            return Ok(());
        };
        let columns = self.table.columns.iter().zip(&self.formats);
        for ((place, cell), (column, format)) in (0u16..).zip(row).zip(columns) {
            write_cell(sheet, (self.row, place), cell, column, format)?;
        }
        self.row += 1;
        Ok(())
    }

    pub fn finish(mut self) -> io::Result<W> {
        if let Some(last) = self.sheet.take() {
            self.book.push_worksheet(last);
        }
        let sheet = self.book.add_worksheet();
        sheet.set_name(PROVENANCE_SHEET).map_err(of_world)?;
        sheet.set_column_width(0, 24u8).map_err(of_world)?;
        sheet.set_column_width(1, 72u8).map_err(of_world)?;
        let note = self.table.note.iter().map(|note| ("说明", note.as_str()));
        let pairs = self
            .table
            .provenance
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (row, (name, value)) in (0u32..).zip(note.chain(pairs)) {
            sheet
                .write_string_with_format(row, 0, name, &self.head)
                .map_err(of_world)?;
            sheet.write_string(row, 1, value).map_err(of_world)?;
        }
        let bytes = self.book.save_to_buffer().map_err(of_world)?;
        self.out.write_all(&bytes)?;
        Ok(self.out)
    }
}

fn of_world(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        other => io::Error::other(other),
    }
}

/// How the numbers and days of a column are shown.
fn format_of(kind: OutputType) -> Format {
    match kind {
        OutputType::Text => Format::new().set_num_format("@"),
        OutputType::Integer => Format::new().set_num_format("0"),
        OutputType::Decimal { places } => {
            let zeros = "0".repeat(usize::from(places));
            let point = if places > 0 { "." } else { "" };
            Format::new().set_num_format(format!("#,##0{point}{zeros}"))
        }
        OutputType::Boolean => Format::new(),
        OutputType::Date => Format::new().set_num_format("yyyy-mm-dd"),
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, place): (u32, u16),
    cell: &OutputCell,
    column: &OutputColumn,
    format: &Format,
) -> io::Result<()> {
    let written = match cell {
        OutputCell::Empty => return Ok(()),
        OutputCell::Text(text) if text.chars().count() > CELL_CHARS => {
            let why = "a cell of a sheet holds 32,767 characters; write Parquet or CSV instead";
            return Err(refused(column, why));
        }
        OutputCell::Text(text) => sheet.write_string_with_format(row, place, text.as_str(), format),
        OutputCell::Number(number) => {
            let words = digits(*number, column.kind);
            // A workbook keeps fifteen digits of a number; of a text it keeps all.
            match words.parse::<f64>() {
                Ok(near) if !has_more_digits(&words, NUMBER_DIGITS) => {
                    sheet.write_number_with_format(row, place, near, format)
                }
                _ => sheet.write_string(row, place, words),
            }
        }
        OutputCell::Boolean(truth) => sheet.write_boolean(row, place, *truth),
        OutputCell::Date(date) => match serial_day(*date) {
            Some(day) => sheet.write_datetime_with_format(row, place, &day, format),
            None => sheet.write_string(row, place, date.to_string()),
        },
    };
    written.map(|_| ()).map_err(of_world)
}

/// A day that a workbook can hold: from 1900 on.
fn serial_day(date: Date) -> Option<ExcelDateTime> {
    let (month, day) = date.month_day();
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// The name of a table as a sheet's: without what Excel refuses, numbered from the second sheet on.
fn sheet_name(name: &str, number: u32) -> String {
    let number = if number > 1 {
        format!(" ({number})")
    } else {
        String::new()
    };
    let plain: String = name
        .chars()
        .map(|c| {
            if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') {
                '_'
            } else {
                c
            }
        })
        .take(NAME_CHARS - number.chars().count())
        .collect();
    let plain = plain.trim_matches('\'');
    let plain = if plain.is_empty() || plain == PROVENANCE_SHEET {
        "表"
    } else {
        plain
    };
    format!("{plain}{number}")
}

/// The width of a column for its header, in characters of the sheet's font.
fn width_of(header: &str) -> u16 {
    let wide = |c: char| if c.is_ascii() { 1 } else { 2 };
    let width: u16 = header.chars().map(wide).sum();
    width.clamp(10, 40) + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Reader, Xlsx};

    #[test]
    fn rows_beyond_a_sheet_go_on_on_the_next_under_the_same_header() {
        let table = OutputTable {
            name: "决定[1]".into(),
            columns: vec![OutputColumn::new("数", OutputType::Integer)],
            ..OutputTable::default()
        };
        let mut book = Book::with_rows(&table, Vec::new(), 3).unwrap();
        for number in 0..5 {
            book.append(&[OutputCell::Number(number)]).unwrap();
        }
        let bytes = book.finish().unwrap();
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(
            book.sheet_names(),
            ["决定_1_", "决定_1_ (2)", "决定_1_ (3)", "出处"]
        );
        let rows: Vec<usize> = book
            .sheet_names()
            .iter()
            .map(|name| book.worksheet_range(name).unwrap().height())
            .collect();
        assert_eq!(rows, [3, 3, 2, 0]);
    }
}
