//! CSV written row by row, so that a list of millions of rows is never held as a whole.

use std::io::{self, Write};

use crate::parse::escape;
use crate::sheet::ByteOrderMark;

/// Some rows of a CSV file after RFC 4180, lines ended by CRLF.
///
/// A cell that a spreadsheet would run as a formula gets an apostrophe before it; reading takes it off again.
pub struct CsvLines {
    csv: csv::Writer<Vec<u8>>,
}

impl Default for CsvLines {
    fn default() -> Self {
        Self::new()
    }
}

impl CsvLines {
    /// No rows yet.
    pub fn new() -> Self {
        Self {
            csv: csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .flexible(true)
                .from_writer(Vec::new()),
        }
    }

    /// What a file begins with: the mark, the comment line and the header.
    ///
    /// # Errors
    /// None but those of `csv`, which has none for bytes in memory.
    pub fn head<'c>(
        note: Option<&str>,
        columns: impl IntoIterator<Item = &'c str>,
        mark: ByteOrderMark,
    ) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        if mark == ByteOrderMark::Written {
            head.write_all("\u{FEFF}".as_bytes())?;
        }
        if let Some(note) = note {
            let line: String = note
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            write!(head, "# {line}\r\n")?;
        }
        let mut lines = Self::new();
        for column in columns {
            lines.cell(column)?;
        }
        lines.end_row()?;
        head.extend(lines.into_bytes()?);
        Ok(head)
    }

    /// The next cell of the row.
    ///
    /// # Errors
    /// As [`CsvLines::head`].
    pub fn cell(&mut self, text: &str) -> io::Result<()> {
        Ok(self.csv.write_field(escape(text).as_bytes())?)
    }

    /// The row is complete.
    ///
    /// # Errors
    /// As [`CsvLines::head`].
    pub fn end_row(&mut self) -> io::Result<()> {
        Ok(self.csv.write_record(None::<&[u8]>)?)
    }

    /// All rows so far.
    ///
    /// # Errors
    /// As [`CsvLines::head`].
    pub fn into_bytes(self) -> io::Result<Vec<u8>> {
        self.csv.into_inner().map_err(|e| io::Error::other(e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::Sheet;

    /// The same bytes as a sheet that is written as a whole.
    fn check(note: Option<&str>, columns: &[&str], rows: &[&[&str]]) {
        let own = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let sheet = Sheet {
            note: note.map(str::to_owned),
            columns: own(columns),
            rows: rows.iter().map(|row| own(row)).collect(),
        };
        for mark in [ByteOrderMark::Written, ByteOrderMark::Omitted] {
            let mut whole = Vec::new();
            sheet.write_csv(&mut whole, mark).unwrap();
            let mut bytes = CsvLines::head(note, columns.iter().copied(), mark).unwrap();
            for row in rows {
                let mut lines = CsvLines::new();
                row.iter().for_each(|cell| lines.cell(cell).unwrap());
                lines.end_row().unwrap();
                bytes.extend(lines.into_bytes().unwrap());
            }
            assert_eq!(
                String::from_utf8(bytes).unwrap(),
                String::from_utf8(whole).unwrap()
            );
        }
    }

    #[test]
    fn rows_written_one_by_one_are_the_bytes_of_the_sheet() {
        check(None, &["a"], &[&["1"], &[""], &["缺"]]);
        check(
            Some("合成数据\nsynthetic"),
            &["rule", "=name"],
            &[
                &["甲,乙", "=1+1"],
                &["say \"x\"", "-5"],
                &["\n", ""],
                &["-a", "+b"],
            ],
        );
    }
}
