//! Tables amended (修订): a new edition from a date, put in place of those it overtakes.

use jiufen_diagnostic::{Diagnostic, Span, catalogue::names, catalogue::types};
use jiufen_quantity::Period;
use smol_str::SmolStr;

use super::amendments::{clear, from_line};
use crate::check::{BlockAt, Checker};
use crate::program::{CiteId, TableId, TableRow, TableVersion};
use crate::syntax::ast::{self, Line};

/// A new edition of a table; without rows the table is repealed.
#[derive(Debug, Clone)]
pub(in crate::check) struct Edition {
    pub(super) table: TableId,
    pub(super) words: SmolStr,
    pub(super) period: Period,
    pub(super) rows: Option<Vec<TableRow>>,
    pub(super) cite: CiteId,
    pub(super) span: Span,
}

impl Checker<'_> {
    /// The rows that an amendment of a table lays down, or the Markdown table above the block; none within where it
    /// repeals the table.
    pub(super) fn edition(
        &mut self,
        at: &BlockAt,
        table: TableId,
        lines: &[Line],
        span: Span,
    ) -> Option<Option<Vec<TableRow>>> {
        if lines.iter().any(|l| matches!(l, Line::Repeal(_))) {
            return Some(None);
        }
        let raw = match from_line(lines).and_then(ast::FromLine::rows) {
            Some(rows) => Some(self.raw_rows(at, &rows)),
            None => self.markdown_above(at),
        };
        let Some(raw) = raw else {
            let name = self.program.tables[table.index()].name.clone();
            let finding =
                Diagnostic::new(&types::TABLE_WITHOUT_ROWS, at.header()).with("table", name.as_str());
            self.report(at, finding);
            return None;
        };
        self.edition_rows(at, table, span, &raw).map(Some)
    }

    /// Puts the editions in order of time; two from one day are refused, and so is one behind a repeal.
    pub(super) fn apply_editions(&mut self) {
        let mut editions = std::mem::take(&mut self.editions);
        editions.sort_by_key(|e| e.period.from);
        for (index, edition) in editions.iter().enumerate() {
            let before = &editions[..index];
            let same_table = || before.iter().filter(|e| e.table == edition.table);
            let date = edition.period.from.map_or_else(String::new, |d| d.to_string());
            if let Some(other) = same_table().find(|e| e.period.from == edition.period.from) {
                let finding = Diagnostic::new(&names::CONFLICTING_AMENDMENTS, edition.span)
                    .with("date", date)
                    .with("part", edition.words.as_str())
                    .with("first", self.program.citation(other.cite))
                    .with("second", self.program.citation(edition.cite))
                    .related(other.span);
                self.findings.push(finding);
            } else if let Some(gone) = same_table().find(|e| e.rows.is_none() && e.period.to.is_none()) {
                let finding = Diagnostic::new(&names::AMENDS_REPEALED, edition.span)
                    .with("part", edition.words.as_str())
                    .with("date", date)
                    .related(gone.span);
                self.findings.push(finding);
            } else {
                let table = &mut self.program.tables[edition.table.index()];
                let replaced = edition.period.from.and_then(|from| Some(table.at(from)?.cite));
                clear(&mut table.versions, edition.period, |v| &mut v.period);
                table.versions.push(TableVersion {
                    period: edition.period,
                    rows: edition.rows.clone().unwrap_or_default(),
                    repealed: edition.rows.is_none(),
                    cite: edition.cite,
                    replaced,
                });
                table.versions.sort_by_key(|v| v.period.from);
            }
        }
    }
}
