//! The rows of a CSV text as a source of cells.

use std::borrow::Cow;

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Diagnostic, Entry, Span, is_hidden};
use smol_str::SmolStr;

use crate::column::Column;
use crate::flaw::Flaw;
use crate::header::Header;
use crate::parse::{read_cell, trim};
use crate::rejection::Faults;
use crate::rows::{Rows, Torn};
use crate::source::{Fields, RowSource};
use crate::text::Comment;

impl RowSource for Rows<'_> {
    fn path(&self) -> &SmolStr {
        self.text.path
    }

    fn finding(&self, entry: &'static Entry) -> Diagnostic {
        self.text.finding(entry)
    }

    fn comment(&self) -> &Comment {
        &self.text.comment
    }

    fn header(&mut self) -> Vec<String> {
        if !Rows::advance(self) {
            return Vec::new();
        }
        self.expected_width = Some(self.width());
        self.cells()
            .map(|c| String::from_utf8_lossy(c).into_owned())
            .collect()
    }

    fn likely_rows(&self) -> usize {
        self.text.likely_rows()
    }

    fn advance(&mut self) -> bool {
        Rows::advance(self)
    }

    fn line(&mut self) -> u32 {
        Rows::line(self)
    }

    fn span(&self) -> Span {
        Rows::span(self)
    }

    fn read_cells(
        &mut self,
        fields: &Fields<'_>,
        header: &Header,
        columns: &mut [Column],
        faults: &mut Faults,
    ) -> bool {
        if let Some(Torn { first, last, .. }) = self.torn() {
            let flaw = Flaw::new(&registry::OPEN_QUOTE)
                .with("first", first.to_string())
                .with("last", last.to_string());
            faults.add("", lossless(self.first_bytes()), flaw);
            return false;
        }
        if self.width() != header.width {
            let flaw = Flaw::new(&registry::CELL_COUNT).with("expected", header.width.to_string());
            faults.add("", &self.width().to_string(), flaw);
            return false;
        }
        let Some(row) = self.row_words() else {
            self.add_broken(fields, header, faults);
            return false;
        };
        let text = self.text;
        for (place, index) in &header.fields {
            let field = &fields.schema.columns[*index];
            let result = match row.cell(*place).map(trim) {
                Some(words) if text.may_hide && words.contains(is_hidden) => {
                    Err((words, Flaw::new(&registry::CONTROL_CHARACTER)))
                }
                Some(words) if text.may_be_broken && words.contains('\u{FFFD}') => {
                    Err((words, Flaw::new(&registry::BROKEN_CHARACTERS)))
                }
                Some(words) => read_cell(words, field, fields.forms[*index].as_ref(), &mut columns[*index])
                    .map_err(|flaw| (words, flaw)),
                None => Err(("", Flaw::new(&registry::BROKEN_CHARACTERS))),
            };
            if let Err((words, flaw)) = result {
                faults.add(&field.name, words, flaw);
            }
        }
        true
    }

    fn words(&self, place: usize) -> Option<Cow<'_, str>> {
        // Of a damaged row some cells can be read all the same.
        let cell = match self.row_words() {
            Some(row) => row.cell(place)?,
            None => std::str::from_utf8(self.cell(place)?).ok()?,
        };
        Some(Cow::Borrowed(trim(cell)))
    }
}

impl Rows<'_> {
    /// Names the cells of a row that are not UTF-8.
    fn add_broken(&self, fields: &Fields<'_>, header: &Header, faults: &mut Faults) {
        for (place, cell) in self.cells().enumerate() {
            if std::str::from_utf8(cell).is_err() {
                let found = header.fields.iter().find(|(at, _)| *at == place);
                let name = found.map_or("", |(_, index)| fields.schema.columns[*index].name.as_str());
                let words = String::from_utf8_lossy(cell);
                faults.add(name, &words, Flaw::new(&registry::BROKEN_CHARACTERS));
            }
        }
        if faults.is_empty() {
            faults.add("", "", Flaw::new(&registry::BROKEN_CHARACTERS));
        }
    }
}

/// Bytes as text, or nothing when they are none.
fn lossless(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or("")
}
