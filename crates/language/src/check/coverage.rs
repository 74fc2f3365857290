//! Gaps and overlaps between the rows of a table, with a concrete case for each.

use std::collections::BTreeSet;

use jiufen_diagnostic::{Diagnostic, Span, catalogue::types};
use jiufen_quantity::show;

use super::{BlockAt, Checker};
use crate::program::{CellTest, Literal, TableId, TableMode, TableRow, Type};

/// The most cells of the grid of cases that are looked at; a larger table is not searched for gaps.
const GRID_LIMIT: usize = 200_000;

/// A part of a column's values within which every test of the table answers alike.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Region {
    At(Literal),
    /// Between two neighbouring boundaries, neither included; absent ends are unbounded.
    Between(Option<Literal>, Option<Literal>),
    /// Any value that no row names.
    Other,
}

impl Checker<'_> {
    pub(super) fn coverage(&mut self, at: &BlockAt, id: TableId, rows: &[TableRow], _span: Span) {
        let table = self.program.tables[id.index()].clone();
        if !table.mode.is_checked() || rows.is_empty() {
            return;
        }
        let columns: Vec<Vec<Region>> =
            (0..table.inputs.len()).map(|i| self.regions(&table.inputs[i].1, rows, i)).collect();
        if table.mode == TableMode::Unique {
            self.overlaps(at, &table.name, &table.inputs, rows, &columns);
        }
        self.gap(at, &table.name, &table.inputs, rows, &columns);
    }

    fn regions(&self, ty: &Type, rows: &[TableRow], column: usize) -> Vec<Region> {
        let tests = rows.iter().filter_map(|r| r.tests.get(column));
        let mut bounds: BTreeSet<Literal> = BTreeSet::new();
        for test in tests {
            match test {
                CellTest::Any => {}
                CellTest::Equals(value) => {
                    bounds.insert(value.clone());
                }
                CellTest::Range { low, high } => {
                    bounds.extend(low.iter().chain(high).map(|(value, _)| value.clone()));
                }
            }
        }
        match ty {
            Type::Enumeration(id) => {
                let count = self.program.enumerations[id.index()].values.len() as u16;
                (0..count).map(|i| Region::At(Literal::Enumeration(*id, i))).collect()
            }
            Type::Boolean => [false, true].map(|b| Region::At(Literal::Boolean(b))).into(),
            Type::Text | Type::Code(_) | Type::Territory | Type::RoundingMode => {
                bounds.into_iter().map(Region::At).chain([Region::Other]).collect()
            }
            _ => {
                let bounds: Vec<Literal> = bounds.into_iter().collect();
                let mut out = vec![Region::Between(None, bounds.first().cloned())];
                for (index, bound) in bounds.iter().enumerate() {
                    out.push(Region::At(bound.clone()));
                    out.push(Region::Between(Some(bound.clone()), bounds.get(index + 1).cloned()));
                }
                out
            }
        }
    }

    fn overlaps(
        &mut self,
        at: &BlockAt,
        table: &str,
        inputs: &[(smol_str::SmolStr, Type)],
        rows: &[TableRow],
        columns: &[Vec<Region>],
    ) {
        for (index, row) in rows.iter().enumerate() {
            for other in &rows[index + 1..] {
                let shared: Option<Vec<&Region>> = columns
                    .iter()
                    .enumerate()
                    .map(|(c, regions)| regions.iter().find(|r| fits(&row.tests[c], r) && fits(&other.tests[c], r)))
                    .collect();
                if let Some(shared) = shared {
                    let example = self.example(inputs, &shared);
                    let finding = Diagnostic::new(&types::TABLE_OVERLAP, other.span)
                        .with("table", table)
                        .with("example", example)
                        .related(row.span);
                    return self.report(at, finding);
                }
            }
        }
    }

    fn gap(
        &mut self,
        at: &BlockAt,
        table: &str,
        inputs: &[(smol_str::SmolStr, Type)],
        rows: &[TableRow],
        columns: &[Vec<Region>],
    ) {
        let grid: usize = columns.iter().map(Vec::len).product();
        if grid > GRID_LIMIT {
            return;
        }
        for cell in 0..grid {
            let mut rest = cell;
            let point: Vec<&Region> = columns
                .iter()
                .map(|regions| {
                    let region = &regions[rest % regions.len()];
                    rest /= regions.len();
                    region
                })
                .collect();
            // Values below zero and values that no row names are not missed by an official table.
            if point.iter().any(|r| is_outside(r)) {
                continue;
            }
            let covered = rows.iter().any(|row| point.iter().zip(&row.tests).all(|(r, test)| fits(test, r)));
            if !covered {
                let example = self.example(inputs, &point);
                let finding = Diagnostic::new(&types::TABLE_GAP, at.header())
                    .with("table", table)
                    .with("example", example);
                return self.report(at, finding);
            }
        }
    }

    fn example(&self, inputs: &[(smol_str::SmolStr, Type)], point: &[&Region]) -> String {
        let words: Vec<String> = inputs
            .iter()
            .zip(point)
            .map(|((name, ty), region)| match region {
                Region::At(value) => format!("{name} = {}", self.literal_words(value, ty)),
                Region::Between(None, Some(high)) => format!("{name} < {}", self.literal_words(high, ty)),
                Region::Between(Some(low), None) => format!("{name} > {}", self.literal_words(low, ty)),
                Region::Between(Some(low), Some(high)) => {
                    format!("{} < {name} < {}", self.literal_words(low, ty), self.literal_words(high, ty))
                }
                Region::Between(None, None) | Region::Other => format!("{name} 为其他值"),
            })
            .collect();
        words.join(",")
    }

    /// A literal as it would be written.
    pub(super) fn literal_words(&self, literal: &Literal, ty: &Type) -> String {
        literal_words(&self.program, literal, ty)
    }
}

/// A literal as it would be written.
pub(crate) fn literal_words(program: &crate::program::Program, literal: &Literal, ty: &Type) -> String {
    match literal {
        Literal::Number(n) => match ty {
            Type::Rate => show::rate(n),
            Type::Points => show::points(n),
            Type::Quantity { dimension, .. } => show::quantity(n, dimension),
            _ => show::quantity(n, &jiufen_quantity::Dimension::none()),
        },
        Literal::Text(text) => format!("“{text}”"),
        Literal::Boolean(true) => "是".into(),
        Literal::Boolean(false) => "否".into(),
        Literal::Date(date) => date.to_string(),
        Literal::Year(year) => format!("{year}年"),
        Literal::Enumeration(id, index) => program.enumerations[id.index()]
            .values
            .get(usize::from(*index))
            .map_or_else(String::new, ToString::to_string),
        Literal::Rounding(mode) => mode.zh().into(),
    }
}

fn fits(test: &CellTest, region: &Region) -> bool {
    match (test, region) {
        (CellTest::Any, _) => true,
        (CellTest::Equals(value), Region::At(point)) => value == point,
        (CellTest::Equals(_), _) => false,
        (CellTest::Range { low, high }, Region::At(point)) => {
            let above = low.as_ref().is_none_or(|(l, closed)| point > l || (*closed && point == l));
            let below = high.as_ref().is_none_or(|(h, closed)| point < h || (*closed && point == h));
            above && below
        }
        (CellTest::Range { low, high }, Region::Between(from, to)) => {
            let above = low.as_ref().is_none_or(|(l, _)| from.as_ref().is_some_and(|f| f >= l));
            let below = high.as_ref().is_none_or(|(h, _)| to.as_ref().is_some_and(|t| t <= h));
            above && below
        }
        (CellTest::Range { .. }, Region::Other) => false,
    }
}

fn is_outside(region: &Region) -> bool {
    use num_traits::Signed;
    match region {
        Region::Other => true,
        Region::At(Literal::Number(n)) => n.is_negative(),
        Region::Between(None, Some(Literal::Number(high))) => !high.is_positive(),
        Region::Between(None, Some(_)) => true,
        _ => false,
    }
}
