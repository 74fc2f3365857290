//! Gaps and overlaps between the rows of a table, and cases that a list of cases leaves out; each shown concretely.

mod arms;
mod grid;
mod words;

pub(crate) use words::literal_words;

use jiufen_diagnostic::{Argument, Diagnostic, Lang, Span, catalogue::types};

use super::{BlockAt, Checker};
use crate::program::{TableId, TableMode, TableRow};
use grid::{Case, Domain, Grid, LIMIT, Measure, Row};
use words::case_words;

/// How many cases a finding names; the rest are counted.
const SHOWN: usize = 5;

impl Checker<'_> {
    /// Looks through one edition of a table.
    pub(super) fn coverage(&mut self, at: &BlockAt, id: TableId, span: Span, rows: &[TableRow]) {
        let table = self.program.tables[id.index()].clone();
        if !matches!(table.mode, TableMode::Unique | TableMode::First) || rows.is_empty() {
            return;
        }
        let measures: Vec<Measure> = table
            .inputs
            .iter()
            .map(|(name, ty)| Measure {
                name: name.to_string(),
                ty: ty.clone(),
                domain: Domain::Official,
            })
            .collect();
        let tests: Vec<Row> = rows.iter().map(|row| row.tests.clone()).collect();
        let grid = Grid::new(&self.program, &measures, &tests);
        if table.mode == TableMode::Unique {
            self.overlaps(at, &table.name, rows, &measures, &grid);
        }
        let gaps = grid.gaps();
        if !gaps.is_empty() {
            let finding = Diagnostic::new(&types::TABLE_GAP, span)
                .with("table", table.name.as_str())
                .with("example", self.cases_words(&measures, &grid, &gaps));
            self.report(at, finding);
        }
    }

    /// Each pair of rows that fit one case, the first few; the last that is told says how many more there are.
    fn overlaps(&mut self, at: &BlockAt, table: &str, rows: &[TableRow], measures: &[Measure], grid: &Grid) {
        let pairs = (0..rows.len()).flat_map(|one| (one + 1..rows.len()).map(move |other| (one, other)));
        let pairs: Vec<(usize, usize, Case)> = pairs
            .filter_map(|(one, other)| Some((one, other, grid.shared(one, other)?)))
            .collect();
        let more = pairs.len().saturating_sub(SHOWN);
        for (index, (one, other, case)) in pairs.into_iter().take(SHOWN).enumerate() {
            let told = [Lang::Zh, Lang::En].map(|lang| {
                let words = case_words(&self.program, measures, &grid.axes, &case, lang);
                let rest = match lang {
                    _ if index + 1 < SHOWN || more == 0 => String::new(),
                    Lang::Zh => format!("(这样的两行还有 {more} 对)"),
                    Lang::En => format!(" (and {more} more such pairs)"),
                };
                format!("{words}{rest}")
            });
            let [zh, en] = told;
            let finding = Diagnostic::new(&types::TABLE_OVERLAP, rows[other].span)
                .with("table", table)
                .with("example", Argument::term(zh, en))
                .related(rows[one].span);
            self.report(at, finding);
        }
    }

    /// Cases as a message lists them: the first few, and how many more.
    fn cases_words(&self, measures: &[Measure], grid: &Grid, cases: &[Case]) -> Argument {
        let more = cases.len().saturating_sub(SHOWN);
        let [zh, en] = [Lang::Zh, Lang::En].map(|lang| {
            let shown = cases.iter().take(SHOWN);
            let words = shown.map(|case| case_words(&self.program, measures, &grid.axes, case, lang));
            words.collect::<Vec<_>>().join(lang.pick(";", "; "))
        });
        if more == 0 {
            return Argument::term(zh, en);
        }
        let (at_least_zh, at_least_en) = match cases.len() < LIMIT {
            true => ("", ""),
            false => ("至少 ", "at least "),
        };
        Argument::term(
            format!("{zh};还有 {at_least_zh}{more} 种"),
            format!("{en}; and {at_least_en}{more} more"),
        )
    }
}
