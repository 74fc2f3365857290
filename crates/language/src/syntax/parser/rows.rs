//! `|` rows of tables and of given facts.

use jiufen_diagnostic::catalogue::syntax as entries;
use rowan::TextRange;

use super::{Outcome, Parser};
use crate::syntax::SyntaxKind;
use crate::syntax::keywords::ReservedWord;

impl Parser<'_> {
    pub(super) fn rows_hang(&self, indent: u32) -> bool {
        self.next_line_hangs(SyntaxKind::PIPE, indent)
    }

    /// The rows on the lines below the one just read.
    pub(super) fn rows(&mut self, indent: u32) {
        self.close_line_before_rows();
        self.rows_from_here(indent);
    }

    fn close_line_before_rows(&mut self) {
        // The line's own end is closed here so that its ERROR does not land among the rows.
        self.finish_item();
        self.line += 1;
        self.open_line();
    }

    /// The rows from the current line on; the last of them stays current.
    pub(super) fn rows_from_here(&mut self, indent: u32) {
        self.start(SyntaxKind::ROWS);
        let mut columns: Vec<String> = Vec::new();
        let mut first = true;
        loop {
            if first {
                columns = self.header_row();
                first = false;
            } else if self.is_separator() {
                self.separator();
            } else {
                self.row(&columns);
            }
            self.finish_item();
            if !self.rows_hang(indent) {
                break;
            }
            self.close_line();
        }
        self.finish();
    }

    fn is_separator(&self) -> bool {
        let mut kinds = (0..).map_while(|n| self.nth(n));
        let only_marks = kinds.all(|k| matches!(k, SyntaxKind::PIPE | SyntaxKind::MINUS | SyntaxKind::COLON));
        only_marks
            && (0..)
                .map_while(|n| self.nth(n))
                .filter(|k| *k == SyntaxKind::MINUS)
                .count()
                >= 2
    }

    fn separator(&mut self) {
        let place = self.rest_of_line();
        let start = self.text[..usize::from(place.start())]
            .rfind('\n')
            .map_or(0, |i| i);
        let whole = super::range(start, place.end().into());
        self.blame_at(&entries::SEPARATOR_ROW, place)
            .fix(whole, "")
            .report();
        self.start(SyntaxKind::ERROR);
        while !self.at_end() {
            self.bump();
        }
        self.finish();
    }

    fn header_row(&mut self) -> Vec<String> {
        let mut columns = Vec::new();
        self.start(SyntaxKind::HEADER_ROW);
        self.bump();
        while !self.at_end() {
            self.start(SyntaxKind::HEADER_CELL);
            columns.push(self.words().into_owned());
            // The fault is reported; the next cell is read all the same.
            let _ = self.header_cell();
            let column = columns.last().map_or("", String::as_str);
            self.finish_cell(column);
        }
        self.finish();
        columns
    }

    fn header_cell(&mut self) -> Outcome {
        self.name()?;
        if self.is(SyntaxKind::L_PAREN) {
            let open = self.place();
            self.bump();
            self.type_()?;
            self.close(open, SyntaxKind::R_PAREN, "(", ")")?;
        }
        Ok(())
    }

    /// Puts what is left of a cell into it, closes it, and takes the `|` behind it.
    fn finish_cell(&mut self, column: &str) {
        if !self.at_end() && !self.is(SyntaxKind::PIPE) {
            let found = self.found();
            let place = self.place();
            self.blame_at(&entries::CROWDED_CELL, place)
                .with("column", column)
                .with("found", found)
                .report();
            self.start(SyntaxKind::ERROR);
            while !self.at_end() && !self.is(SyntaxKind::PIPE) {
                self.bump();
            }
            self.finish();
        }
        self.finish();
        if !self.eat(SyntaxKind::PIPE) {
            let end = TextRange::empty(self.end_of_previous());
            let place = self.place();
            self.blame_at(&entries::UNCLOSED_ROW, place)
                .fix(end, " |")
                .report();
        }
    }

    fn row(&mut self, columns: &[String]) {
        let whole = self.rest_of_line();
        self.start(SyntaxKind::ROW);
        self.bump();
        let mut count = 0usize;
        while !self.at_end() {
            self.start(SyntaxKind::CELL);
            let column = columns.get(count).map_or("", String::as_str);
            if self.is(SyntaxKind::PIPE) {
                self.empty_cell(column);
            } else {
                // The fault is reported; the next cell is read all the same.
                let _ = self.cell();
            }
            self.finish_cell(column);
            count += 1;
        }
        self.finish();
        if count != columns.len() {
            let unlimited = ReservedWord::Unlimited.text(self.keywords);
            self.blame_at(&entries::RAGGED_ROW, whole)
                .with("found", count.to_string())
                .with("expected", columns.len().to_string())
                .with("unlimited", unlimited)
                .report();
        }
    }

    fn empty_cell(&mut self, column: &str) {
        let keywords = self.keywords;
        let place = self.place();
        self.blame_at(&entries::EMPTY_CELL, place)
            .with("column", column)
            .with("missing", ReservedWord::Missing.text(keywords))
            .with("unlimited", ReservedWord::Unlimited.text(keywords))
            .report();
    }

    fn cell(&mut self) -> Outcome {
        match self.peek() {
            Some(SyntaxKind::L_BRACKET | SyntaxKind::L_PAREN) => self.interval().map(|_| ()),
            Some(kind) if kind.is_comparison() => {
                self.bump();
                self.sum().map(|_| ())
            }
            _ => {
                self.sum()?;
                if self.eat_reserved(ReservedWord::To) {
                    self.sum()?;
                }
                Ok(())
            }
        }
    }
}
