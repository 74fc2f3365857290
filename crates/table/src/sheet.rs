//! Sheets of words for people and other programs: CSV that a spreadsheet opens safely, and JSON.

use std::io::{self, Write};

use jiufen_diagnostic::Lang;
use jiufen_quantity::Exact;
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::cell::Cell;
use crate::column::{Column, Figure, Numbers};
use crate::header::YEAR_HEADER;
use crate::lines::CsvLines;
use crate::number::NumberForm;
use crate::parse::escape;
use crate::rejection::Rejection;
use crate::rejections::Rejections;
use crate::table::{Frame, Table};

/// Whether a CSV file begins with a byte order mark. Chinese Excel takes a file without one for GBK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrderMark {
    /// For people who will open the file in a spreadsheet.
    Written,
    /// For programs.
    Omitted,
}

/// Rows of words under column names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The comment line, without `#`: that the rows are synthetic, until when they are complete.
    pub note: Option<String>,
    /// The header.
    pub columns: Vec<String>,
    /// One list of cells a row, as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// Writes the sheet after RFC 4180, lines ended by CRLF.
    ///
    /// A cell that a spreadsheet would run as a formula gets an apostrophe before it; reading takes it off again.
    pub fn write_csv(&self, out: &mut impl Write, mark: ByteOrderMark) -> io::Result<()> {
        if mark == ByteOrderMark::Written {
            out.write_all("\u{FEFF}".as_bytes())?;
        }
        if let Some(note) = &self.note {
            let line: String = note
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            write!(out, "# {line}\r\n")?;
        }
        let mut csv = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(out);
        csv.write_record(self.columns.iter().map(|cell| escape(cell).into_owned()))?;
        for row in &self.rows {
            csv.write_record(row.iter().map(|cell| escape(cell).into_owned()))?;
        }
        csv.flush()
    }

    /// `{"note": …, "columns": […], "rows": [[…], …]}`, cells as strings.
    pub fn to_json(&self) -> Value {
        json!({"note": self.note, "columns": self.columns, "rows": self.rows})
    }

    /// The main file of a table: what [`crate::read_csv`] reads back as the same table.
    ///
    /// Words that are blank, `缺` or `无`, or that begin or end in a blank, have no spelling in a file and come back
    /// without it; a number without a finite decimal in any unit of its column is marked with ≈ and is then refused.
    pub fn main_of(table: &Table) -> Self {
        let columns: Vec<usize> = (0..table.schema.columns.len())
            .filter(|index| !table.schema.columns[*index].yearly)
            .collect();
        let writers = Writers::new(table, &table.main, columns);
        Self {
            note: note_of(table),
            columns: writers.headers(),
            rows: (0..table.row_count()).map(|row| writers.cells(row)).collect(),
        }
    }

    /// The yearly file of a table; `None` when it has no yearly columns.
    pub fn yearly_of(table: &Table) -> Option<Self> {
        if !table.schema.has_yearly() || table.schema.key.is_empty() {
            return None;
        }
        let key: Vec<usize> = table
            .schema
            .key
            .iter()
            .filter_map(|name| table.schema.column(name))
            .collect();
        let columns = (0..table.schema.columns.len())
            .filter(|index| table.schema.columns[*index].yearly)
            .collect();
        let keys = Writers::new(table, &table.main, key);
        let values = Writers::new(table, &table.yearly.frame, columns);
        let mut headers = keys.headers();
        headers.push(YEAR_HEADER.to_owned());
        headers.extend(values.headers());
        let rows = table.yearly.rows().map(|(subject, row)| {
            let mut cells = keys.cells(subject);
            cells.push(table.yearly.years[row].to_string());
            cells.extend(values.cells(row));
            cells
        });
        Some(Self {
            note: note_of(table),
            columns: headers,
            rows: rows.collect(),
        })
    }

    /// The rejected rows, for the person who mends the file: one line a row, further faults in the last column.
    pub fn of_rejections(rejections: &Rejections, lang: Lang) -> Self {
        Self {
            note: None,
            columns: rejected_columns(lang).map(str::to_owned).to_vec(),
            rows: rejections
                .iter()
                .map(|row| rejected_cells(&row, lang).to_vec())
                .collect(),
        }
    }
}

fn rejected_columns(lang: Lang) -> [&'static str; 8] {
    match lang {
        Lang::Zh => [
            "文件",
            "行号",
            "栏目",
            "内容",
            "代码",
            "原因",
            "怎么办",
            "同一行的其他问题",
        ],
        Lang::En => [
            "file", "line", "column", "found", "code", "reason", "help", "further",
        ],
    }
}

fn rejected_cells(rejection: &Rejection, lang: Lang) -> [String; 8] {
    let further: Vec<String> = rejection
        .further
        .iter()
        .map(|fault| fault.reason.message(lang))
        .collect();
    [
        rejection.file.to_string(),
        rejection.line.to_string(),
        rejection.column.to_string(),
        rejection.found.clone(),
        rejection.code().to_owned(),
        rejection.message(lang),
        rejection.help(lang),
        further.join(lang.pick(";", "; ")),
    ]
}

/// Writes `rejected.csv`, a row at a time; see [`Sheet::of_rejections`].
pub fn write_rejected(
    rejections: &Rejections,
    lang: Lang,
    out: &mut impl Write,
    mark: ByteOrderMark,
) -> io::Result<()> {
    const ROWS: usize = 1 << 12;
    out.write_all(&CsvLines::head(None, rejected_columns(lang), mark)?)?;
    let mut lines = CsvLines::new();
    for (number, rejection) in rejections.iter().enumerate() {
        for cell in rejected_cells(&rejection, lang) {
            lines.cell(&cell)?;
        }
        lines.end_row()?;
        if number % ROWS == ROWS - 1 {
            out.write_all(&std::mem::take(&mut lines).into_bytes()?)?;
        }
    }
    out.write_all(&lines.into_bytes()?)
}

fn note_of(table: &Table) -> Option<String> {
    let provenance = &table.provenance;
    let mut words: Vec<String> = Vec::new();
    for note in &provenance.notes {
        if !words.contains(note) {
            words.push(note.clone());
        }
    }
    let said = |text: &str| words.iter().any(|note| note.contains(text));
    let completeness = provenance.complete_to.map(|date| format!("登记完整至 {date}"));
    let completeness = completeness.filter(|words| !said(words));
    let synthetic =
        (provenance.synthetic && !said("合成") && !said("ynthetic")).then(|| "合成数据 synthetic".to_owned());
    let all: Vec<String> = synthetic.into_iter().chain(completeness).chain(words).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// The columns of one file, each with the unit its header names.
struct Writers<'t> {
    table: &'t Table,
    frame: &'t Frame,
    columns: Vec<(usize, Option<HeaderUnit>)>,
}

struct HeaderUnit {
    name: SmolStr,
    factor: Exact,
    /// Whether a reader knows the unit without being told.
    implied: bool,
}

impl<'t> Writers<'t> {
    fn new(table: &'t Table, frame: &'t Frame, columns: Vec<usize>) -> Self {
        let unit = |index: &usize| {
            let form = NumberForm::of(&table.schema.columns[*index])?;
            let Column::Numbers(numbers) = &frame.columns[*index] else {
                return None;
            };
            let (name, factor) = match numbers.bare.map(|place| &numbers.units[usize::from(place)]) {
                Some(unit) => (unit.name.clone(), unit.factor.clone()),
                None => (form.base_name.clone(), form.base_factor.clone()),
            };
            let implied = form.implied_unit().is_some_and(|(implied, _)| implied == name);
            Some(HeaderUnit {
                name,
                factor,
                implied,
            })
        };
        Self {
            table,
            frame,
            columns: columns.iter().map(|index| (*index, unit(index))).collect(),
        }
    }

    fn headers(&self) -> Vec<String> {
        let header = |(index, unit): &(usize, Option<HeaderUnit>)| {
            let name = &self.table.schema.columns[*index].name;
            match unit {
                Some(unit) if !unit.implied => format!("{name}({})", unit.name),
                _ => name.to_string(),
            }
        };
        self.columns.iter().map(header).collect()
    }

    fn cells(&self, row: usize) -> Vec<String> {
        self.columns
            .iter()
            .map(|(index, unit)| match (&self.frame.columns[*index], unit) {
                (Column::Numbers(numbers), Some(unit)) => number_words(numbers, row, unit),
                (column, _) => column.cell(row).to_string(),
            })
            .collect()
    }
}

fn number_words(numbers: &Numbers, row: usize, header: &HeaderUnit) -> String {
    if let Some((figure, unit)) = numbers.written(row) {
        let digits = decimal_words(figure);
        let same = unit.name == header.name;
        return if same {
            digits
        } else {
            format!("{digits}{}", unit.name)
        };
    }
    match numbers.cell(row) {
        Cell::Number(value) => Cell::Number(value / &header.factor).to_string(),
        cell => cell.to_string(),
    }
}

fn decimal_words(figure: Figure) -> String {
    let places = usize::from(figure.places);
    let sign = if figure.mantissa < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", figure.mantissa.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_would_run_as_a_formula_is_disarmed_and_a_number_is_not() {
        let sheet = Sheet {
            note: Some("合成数据\n第二行".into()),
            columns: vec!["名称".into(), "数".into()],
            rows: vec![
                vec!["=HYPERLINK(\"x\")".into(), "-12.5".into()],
                vec!["-1+2".into(), "-1.2万元".into()],
                vec!["\t@甲".into(), "一,二".into()],
            ],
        };
        let mut out = Vec::new();
        sheet.write_csv(&mut out, ByteOrderMark::Written).unwrap();
        let expected = "\u{FEFF}# 合成数据 第二行\r\n名称,数\r\n\"'=HYPERLINK(\"\"x\"\")\",-12.5\r\n\
                        '-1+2,-1.2万元\r\n'\t@甲,\"一,二\"\r\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
