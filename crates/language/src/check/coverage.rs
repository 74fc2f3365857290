//! Gaps and overlaps between the rows of a table, with a concrete case for each.

use std::collections::BTreeSet;

use jiufen_diagnostic::{Argument, Diagnostic, catalogue::types};
use jiufen_quantity::show;

use super::{BlockAt, Checker};
use crate::program::{CellTest, Literal, TableId, TableMode, TableRow, Type};

/// A part of a column's values within which every test of the table answers alike.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Region {
    At(Literal),
    /// Between two neighbouring boundaries, neither included; absent ends are unbounded.
    Between(Option<Literal>, Option<Literal>),
    /// Any value that no row names.
    Other,
}

/// One input column: its regions, the rows that fit each of them, and the rows that ask nothing from here on.
struct Axis {
    regions: Vec<Region>,
    fitting: Vec<RowSet>,
    free: RowSet,
}

/// A set of rows of a table.
#[derive(Debug, Clone)]
struct RowSet(Vec<u64>);

impl RowSet {
    fn of(rows: &[TableRow], mut belongs: impl FnMut(&TableRow) -> bool) -> Self {
        let mut words = vec![0u64; rows.len().div_ceil(64)];
        for (index, row) in rows.iter().enumerate() {
            if belongs(row) {
                words[index / 64] |= 1 << (index % 64);
            }
        }
        Self(words)
    }

    fn has(&self, row: usize) -> bool {
        self.0[row / 64] & (1 << (row % 64)) != 0
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

/// The first case, one region a column, that no row of `fitting` covers.
///
/// Values below zero and values that no row names are not missed by an official table, so they are passed over.
fn find_gap(columns: &[Axis], fitting: &RowSet, point: &mut Vec<usize>) -> Option<Vec<usize>> {
    let Some(axis) = columns.get(point.len()) else {
        return fitting.is_empty().then(|| point.clone());
    };
    if !fitting.and(&axis.free).is_empty() {
        return None;
    }
    for (index, region) in axis.regions.iter().enumerate() {
        if is_outside(region) {
            continue;
        }
        point.push(index);
        let found = find_gap(columns, &fitting.and(&axis.fitting[index]), point);
        if found.is_some() {
            return found;
        }
        point.pop();
    }
    None
}

impl Checker<'_> {
    pub(super) fn coverage(&mut self, at: &BlockAt, id: TableId, rows: &[TableRow]) {
        let table = self.program.tables[id.index()].clone();
        if !table.mode.is_checked() || rows.is_empty() {
            return;
        }
        let columns: Vec<Axis> = (0..table.inputs.len())
            .map(|column| {
                let regions = self.regions(&table.inputs[column].1, rows, column);
                let fitting = regions
                    .iter()
                    .map(|r| RowSet::of(rows, |row| fits(&row.tests[column], r)))
                    .collect();
                let free = RowSet::of(rows, |row| {
                    row.tests[column..].iter().all(|t| *t == CellTest::Any)
                });
                Axis {
                    regions,
                    fitting,
                    free,
                }
            })
            .collect();
        if table.mode == TableMode::Unique {
            self.overlaps(at, &table.name, &table.inputs, rows, &columns);
        }
        let mut point = Vec::new();
        if let Some(gap) = find_gap(&columns, &RowSet::of(rows, |_| true), &mut point) {
            let regions: Vec<&Region> = gap
                .iter()
                .zip(&columns)
                .map(|(i, axis)| &axis.regions[*i])
                .collect();
            let example = self.example(&table.inputs, &regions);
            let finding = Diagnostic::new(&types::TABLE_GAP, at.header())
                .with("table", table.name.as_str())
                .with("example", example);
            self.report(at, finding);
        }
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
        // A column that only names values, such as the stars of a park, has none between them.
        let named = !rows
            .iter()
            .any(|r| matches!(r.tests.get(column), Some(CellTest::Range { .. })));
        match ty {
            Type::Enumeration(id) => {
                let count = self.program.enumerations[id.index()].values.len() as u16;
                (0..count)
                    .map(|i| Region::At(Literal::Enumeration(*id, i)))
                    .collect()
            }
            Type::Boolean => [false, true].map(|b| Region::At(Literal::Boolean(b))).into(),
            _ if named => bounds
                .into_iter()
                .map(Region::At)
                .chain([Region::Other])
                .collect(),
            Type::Text | Type::Code(_) | Type::Territory | Type::RoundingMode => bounds
                .into_iter()
                .map(Region::At)
                .chain([Region::Other])
                .collect(),
            _ => {
                let bounds: Vec<Literal> = bounds.into_iter().collect();
                let mut out = vec![Region::Between(None, bounds.first().cloned())];
                for (index, bound) in bounds.iter().enumerate() {
                    out.push(Region::At(bound.clone()));
                    out.push(Region::Between(
                        Some(bound.clone()),
                        bounds.get(index + 1).cloned(),
                    ));
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
        columns: &[Axis],
    ) {
        for (index, row) in rows.iter().enumerate() {
            for (other_index, other) in rows.iter().enumerate().skip(index + 1) {
                let shared: Option<Vec<&Region>> = columns
                    .iter()
                    .map(|axis| {
                        let both = |set: &RowSet| set.has(index) && set.has(other_index);
                        axis.fitting.iter().position(both).map(|i| &axis.regions[i])
                    })
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

    fn example(&self, inputs: &[(smol_str::SmolStr, Type)], point: &[&Region]) -> Argument {
        let others = [("为其他值", "is something else"), ("为任何值", "is anything")];
        let [zh, en] = [0, 1].map(|lang| {
            let pick = |pair: (&'static str, &'static str)| if lang == 0 { pair.0 } else { pair.1 };
            self.example_words(inputs, point, pick(others[0]), pick(others[1]))
        });
        Argument::term(zh, en)
    }

    fn example_words(
        &self,
        inputs: &[(smol_str::SmolStr, Type)],
        point: &[&Region],
        other: &str,
        any: &str,
    ) -> String {
        let words: Vec<String> = inputs
            .iter()
            .zip(point)
            .map(|((name, ty), region)| match region {
                Region::At(value) => format!("{name} = {}", self.literal_words(value, ty)),
                Region::Between(None, Some(high)) => format!("{name} < {}", self.literal_words(high, ty)),
                Region::Between(Some(low), None) => format!("{name} > {}", self.literal_words(low, ty)),
                Region::Between(Some(low), Some(high)) => {
                    format!(
                        "{} < {name} < {}",
                        self.literal_words(low, ty),
                        self.literal_words(high, ty)
                    )
                }
                Region::Between(None, None) => format!("{name} {any}"),
                Region::Other => format!("{name} {other}"),
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
            let above = low
                .as_ref()
                .is_none_or(|(l, closed)| point > l || (*closed && point == l));
            let below = high
                .as_ref()
                .is_none_or(|(h, closed)| point < h || (*closed && point == h));
            above && below
        }
        (CellTest::Range { low, high }, Region::Between(from, to)) => {
            let above = low
                .as_ref()
                .is_none_or(|(l, _)| from.as_ref().is_some_and(|f| f >= l));
            let below = high
                .as_ref()
                .is_none_or(|(h, _)| to.as_ref().is_some_and(|t| t <= h));
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
