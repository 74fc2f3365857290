//! Rows of tests over several columns: where none holds, and where two do.
//!
//! Each column is cut at every value that a row names, so that within a region all rows answer alike.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use num_traits::Signed;

use crate::program::{CellTest, Literal, Program, Type};

/// How many gaps are looked for; a table that leaves more open wants writing, not counting.
pub(super) const LIMIT: usize = 100;

/// What a column is about.
#[derive(Debug, Clone)]
pub(super) struct Measure {
    /// As it is written.
    pub name: String,
    /// The type of its values.
    pub ty: Type,
    /// Which values have to be answered for.
    pub domain: Domain,
}

/// Which values have to be answered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Domain {
    /// An official table is not asked about values below zero, before its first day, or that no row names.
    Official,
    /// Every value there is: below zero as well, 无 as well.
    Every { signed: bool, optional: bool },
}

/// A part of a column's values within which every row answers alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Region {
    At(Literal),
    /// Between two neighbouring boundaries, neither included; absent ends are unbounded.
    Between(Option<Literal>, Option<Literal>),
    /// Any value that no row names.
    Other,
    /// 无.
    Nothing,
}

/// One test a column.
pub(super) type Row = Vec<CellTest>;

/// The regions of each column, by position.
pub(super) type Case = Vec<Vec<usize>>;

/// A set of positions: of rows, or of regions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Bits(Vec<u64>);

impl Bits {
    fn of(count: usize, belongs: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0u64; count.div_ceil(64)];
        for index in (0..count).filter(|i| belongs(*i)) {
            words[index / 64] |= 1 << (index % 64);
        }
        Self(words)
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn positions(&self) -> Vec<usize> {
        let bits = |(word, bits): (usize, &u64)| {
            let bits = *bits;
            (0..64)
                .filter(move |i| bits & (1 << i) != 0)
                .map(move |i| word * 64 + i)
        };
        self.0.iter().enumerate().flat_map(bits).collect()
    }
}

/// One column.
pub(super) struct Axis {
    pub regions: Vec<Region>,
    /// The rows that fit each region.
    fitting: Vec<Bits>,
    /// The regions that each row fits.
    fitted: Vec<Bits>,
    /// The rows that ask nothing from this column on.
    free: Bits,
    /// The regions that have to be answered for.
    pub asked: Vec<usize>,
    /// Whether neighbouring regions are neighbouring values, as with figures and dates.
    pub continuous: bool,
}

/// All columns with their rows.
pub(super) struct Grid {
    pub axes: Vec<Axis>,
    rows: usize,
}

impl Grid {
    pub fn new(program: &Program, measures: &[Measure], rows: &[Row]) -> Self {
        let axes = (0..measures.len()).map(|column| Axis::new(program, &measures[column], rows, column));
        Self {
            axes: axes.collect(),
            rows: rows.len(),
        }
    }

    /// The cases that no row fits, at most [`LIMIT`] of them; neighbours that are alike are one case.
    pub fn gaps(&self) -> Vec<Case> {
        let all = Bits::of(self.rows, |_| true);
        let mut known = vec![HashMap::new(); self.axes.len()];
        self.gaps_from(0, &all, &mut known).to_vec()
    }

    fn gaps_from(
        &self,
        column: usize,
        fitting: &Bits,
        known: &mut [HashMap<Bits, Rc<[Case]>>],
    ) -> Rc<[Case]> {
        if fitting.is_empty() {
            return Rc::new([self.axes[column..].iter().map(|a| a.asked.clone()).collect()]);
        }
        let Some(axis) = self.axes.get(column) else {
            return Rc::new([]);
        };
        if !fitting.and(&axis.free).is_empty() {
            return Rc::new([]);
        }
        if let Some(found) = known[column].get(fitting) {
            return found.clone();
        }
        let mut alike: Vec<(Vec<usize>, Rc<[Case]>)> = Vec::new();
        for index in axis.asked.iter().copied() {
            let rest = self.gaps_from(column + 1, &fitting.and(&axis.fitting[index]), known);
            let same = match alike.last_mut() {
                Some((run, last)) if axis.continuous && axis.follows(run, index) && *last == rest => {
                    Some(run)
                }
                _ if axis.continuous || axis.regions[index] == Region::Nothing => None,
                _ => alike
                    .iter_mut()
                    .find(|(_, other)| *other == rest)
                    .map(|(run, _)| run),
            };
            match same {
                Some(run) => run.push(index),
                None => alike.push((vec![index], rest)),
            }
        }
        let cases = alike.into_iter().flat_map(|(run, rest)| {
            let longer = |case: &Case| [run.clone()].into_iter().chain(case.iter().cloned()).collect();
            rest.iter().map(longer).collect::<Vec<Case>>()
        });
        let cases: Rc<[Case]> = cases.take(LIMIT).collect();
        known[column].insert(fitting.clone(), cases.clone());
        cases
    }

    /// Where two rows both fit; none when they never do.
    pub fn shared(&self, one: usize, other: usize) -> Option<Case> {
        let shared = self.axes.iter().map(|axis| {
            let both = axis.fitted[one].and(&axis.fitted[other]);
            (!both.is_empty()).then(|| both.positions())
        });
        shared.collect()
    }
}

impl Axis {
    fn new(program: &Program, measure: &Measure, rows: &[Row], column: usize) -> Self {
        let (regions, continuous) = regions(program, measure, rows, column);
        let fit = |row: usize, region: usize| fits(&rows[row][column], &regions[region]);
        let fitting = (0..regions.len()).map(|region| Bits::of(rows.len(), |row| fit(row, region)));
        let fitted = (0..rows.len()).map(|row| Bits::of(regions.len(), |region| fit(row, region)));
        let asks_nothing = |row: usize| rows[row][column..].iter().all(|t| *t == CellTest::Any);
        let asked = |index: &usize| is_asked(&regions[*index], measure.domain);
        Self {
            fitting: fitting.collect(),
            fitted: fitted.collect(),
            free: Bits::of(rows.len(), asks_nothing),
            asked: (0..regions.len()).filter(asked).collect(),
            continuous,
            regions,
        }
    }

    /// Whether a region goes on where a run of regions ends.
    fn follows(&self, run: &[usize], index: usize) -> bool {
        run.last().is_some_and(|last| last + 1 == index) && self.regions[index] != Region::Nothing
    }
}

fn regions(program: &Program, measure: &Measure, rows: &[Row], column: usize) -> (Vec<Region>, bool) {
    let mut bounds: BTreeSet<Literal> = BTreeSet::new();
    // A column that only names values, such as the stars of a park, has none between them.
    let mut named = true;
    for test in rows.iter().filter_map(|r| r.get(column)) {
        match test {
            CellTest::Any => {}
            CellTest::Equals(value) => {
                bounds.insert(value.clone());
            }
            CellTest::Range { low, high } => {
                named = false;
                bounds.extend(low.iter().chain(high).map(|(value, _)| value.clone()));
            }
        }
    }
    let (mut regions, continuous): (Vec<Region>, bool) = match &measure.ty {
        Type::Enumeration(id) => {
            let count = program.enumerations[id.index()].values.len() as u16;
            let values = (0..count).map(|i| Region::At(Literal::Enumeration(*id, i)));
            (values.collect(), false)
        }
        Type::Boolean => {
            let values = [false, true].map(|b| Region::At(Literal::Boolean(b)));
            (values.into(), false)
        }
        Type::Text | Type::Code(_) | Type::Territory | Type::RoundingMode => (names(bounds), false),
        _ if named => (names(bounds), false),
        _ => (between(bounds), true),
    };
    if matches!(measure.domain, Domain::Every { optional: true, .. }) {
        regions.push(Region::Nothing);
    }
    (regions, continuous)
}

fn names(bounds: BTreeSet<Literal>) -> Vec<Region> {
    bounds
        .into_iter()
        .map(Region::At)
        .chain([Region::Other])
        .collect()
}

fn between(bounds: BTreeSet<Literal>) -> Vec<Region> {
    let bounds: Vec<Literal> = bounds.into_iter().collect();
    let mut out = vec![Region::Between(None, bounds.first().cloned())];
    for (index, bound) in bounds.iter().enumerate() {
        out.push(Region::At(bound.clone()));
        let next = bounds.get(index + 1).cloned();
        out.push(Region::Between(Some(bound.clone()), next));
    }
    out
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
        (CellTest::Range { .. }, Region::Other | Region::Nothing) => false,
    }
}

fn is_asked(region: &Region, domain: Domain) -> bool {
    let negative = match region {
        Region::At(Literal::Number(n)) => n.is_negative(),
        Region::Between(None, Some(Literal::Number(high))) => !high.is_positive(),
        _ => false,
    };
    match domain {
        Domain::Every { signed, .. } => signed || !negative,
        Domain::Official => {
            let before =
                matches!(region, Region::Between(None, Some(end)) if !matches!(end, Literal::Number(_)));
            !negative && !before && *region != Region::Other
        }
    }
}
