//! From the columns of a table to lanes, in one pass of integer arithmetic where the cells of a column allow it.

use std::collections::HashMap;

use jiufen_quantity::{Exact, exact};
use num_integer::Integer;
use num_traits::{One, ToPrimitive};
use smol_str::SmolStr;

use crate::cell::Cell;
use crate::column::{Column, Numbers, Slot};
use crate::lanes::{LaneColumn, LaneState, Lanes, Meaning, common_scale, lane_of_date, number_lanes};
use crate::table::Table;

/// No row of the yearly file.
const NONE: u32 = u32::MAX;

/// Places after the point that a figure can have.
const MOST_PLACES: usize = 18;

impl Table {
    /// A column that does not change by year, as lanes; the words of a text-like column as places in a dictionary.
    ///
    /// `None` for a yearly column, and for numbers that do not fit 63 bits on one scale.
    pub fn lanes(&self, column: usize) -> Option<LaneColumn> {
        let field = self.schema.columns.get(column)?;
        if field.yearly {
            return None;
        }
        let cells = &self.main.columns[column];
        // A column that is not in the file has no cells.
        let length = cells.len();
        lanes_of(cells, self.row_count(), |row| (row < length).then_some(row))
    }

    /// A yearly column in one year, a lane for each subject: 缺 for a subject without a row for that year.
    ///
    /// `None` for a column that is not yearly, and for numbers that do not fit 63 bits on one scale.
    pub fn yearly_lanes(&self, column: usize, year: i16) -> Option<LaneColumn> {
        self.lanes_at(column, &self.rows_of_year(year))
    }

    /// The yearly row of each subject in one year, for [`Table::lanes_at`].
    pub fn rows_of_year(&self, year: i16) -> YearRows {
        YearRows(self.yearly.rows_of(year, self.row_count()))
    }

    /// As [`Table::yearly_lanes`], with the rows of the year found before, once for all columns.
    pub fn lanes_at(&self, column: usize, rows: &YearRows) -> Option<LaneColumn> {
        let field = self.schema.columns.get(column)?;
        if !field.yearly {
            return None;
        }
        let cells = &self.yearly.frame.columns[column];
        let length = cells.len();
        lanes_of(cells, self.row_count(), |row| {
            let found = rows.0.get(row).copied().filter(|at| *at != NONE)? as usize;
            (found < length).then_some(found)
        })
    }

    /// A column of references as rows of their target, as `find` finds the row of a key; a key without a row is 缺.
    pub fn row_lanes(&self, column: usize, find: impl Fn(&str) -> Option<u32>) -> Option<LaneColumn> {
        let Column::Texts(cells) = self.main.columns.get(column)? else {
            return None;
        };
        let mut last: (&str, Option<i32>) = ("", None);
        let mut made = Made::with_capacity(self.row_count());
        for row in 0..self.row_count() {
            match cells.get(row) {
                Some(Slot::Given(key)) => {
                    if last.0 != key.as_str() {
                        let found = find(key).and_then(|row| i32::try_from(row).ok());
                        last = (key, found);
                    }
                    made.push(
                        last.1.unwrap_or(0),
                        last.1.map_or(LaneState::MISSING, |_| LaneState::KNOWN),
                    );
                }
                Some(Slot::Absent) => made.push(0, LaneState::ABSENT),
                Some(Slot::Missing) | None => made.push(0, LaneState::MISSING),
            }
        }
        Some(made.finish(Lanes::Narrow, Meaning::Row))
    }
}

/// For each subject, its row in the yearly file for one year.
#[derive(Debug, Clone)]
pub struct YearRows(Vec<u32>);

impl YearRows {
    /// With the row of `of` for `subject` too: it stands in its place (沿革).
    pub fn stand_in(&mut self, subject: u32, of: u32) {
        if let Some(found) = self.0.get(of as usize).copied()
            && let Some(row) = self.0.get_mut(subject as usize)
        {
            *row = found;
        }
    }
}

/// The lanes of a column, row by row as `at` finds their cells.
pub(crate) fn lanes_of(
    column: &Column,
    rows: usize,
    at: impl Fn(usize) -> Option<usize>,
) -> Option<LaneColumn> {
    match column {
        Column::Numbers(numbers) => numbers_as_lanes(numbers, rows, at),
        Column::Texts(cells) => words_as_lanes(cells, rows, at),
        Column::Words(cells, _) => Some(narrow(cells, rows, at, Meaning::Enumeration, |word| {
            i32::from(*word)
        })),
        Column::Dates(cells) => Some(narrow(cells, rows, at, Meaning::Date, |date| lane_of_date(*date))),
        Column::Years(cells) => Some(narrow(cells, rows, at, Meaning::Year, |year| i32::from(*year))),
        Column::Booleans(cells) => {
            let made = made(cells, rows, at, |truth| u8::from(*truth));
            Some(made.finish(Lanes::Truth, Meaning::Truth))
        }
    }
}

fn narrow<T>(
    cells: &[Slot<T>],
    rows: usize,
    at: impl Fn(usize) -> Option<usize>,
    meaning: Meaning,
    lane: impl Fn(&T) -> i32,
) -> LaneColumn {
    made(cells, rows, at, lane).finish(Lanes::Narrow, meaning)
}

fn made<T, L: Lane>(
    cells: &[Slot<T>],
    rows: usize,
    at: impl Fn(usize) -> Option<usize>,
    lane: impl Fn(&T) -> L,
) -> Made<L> {
    let mut made = Made::with_capacity(rows);
    for row in 0..rows {
        match at(row).map(|at| &cells[at]) {
            Some(Slot::Given(value)) => made.push(lane(value), LaneState::KNOWN),
            Some(Slot::Absent) => made.push(L::default(), LaneState::ABSENT),
            Some(Slot::Missing) | None => made.push(L::default(), LaneState::MISSING),
        }
    }
    made
}

/// An integer of a lane.
pub(crate) trait Lane: Copy + Default {
    fn wide(self) -> i64;
}

impl Lane for i64 {
    fn wide(self) -> i64 {
        self
    }
}

impl Lane for i32 {
    fn wide(self) -> i64 {
        i64::from(self)
    }
}

impl Lane for u8 {
    fn wide(self) -> i64 {
        i64::from(self)
    }
}

/// A column of lanes as it is made, its bounds found on the way.
pub(crate) struct Made<L> {
    lanes: Vec<L>,
    states: Vec<u8>,
    low: i64,
    high: i64,
    all_known: bool,
}

impl<L: Lane> Made<L> {
    pub fn with_capacity(rows: usize) -> Self {
        Self {
            lanes: Vec::with_capacity(rows),
            states: Vec::with_capacity(rows),
            low: i64::MAX,
            high: i64::MIN,
            all_known: true,
        }
    }

    pub fn push(&mut self, lane: L, state: u8) {
        self.lanes.push(lane);
        self.states.push(state);
        if state == LaneState::KNOWN {
            self.low = self.low.min(lane.wide());
            self.high = self.high.max(lane.wide());
        } else {
            self.all_known = false;
        }
    }

    pub fn finish(self, kind: impl Fn(Vec<L>) -> Lanes, meaning: Meaning) -> LaneColumn {
        LaneColumn {
            lanes: kind(self.lanes),
            states: (!self.all_known).then_some(self.states),
            meaning,
            low: self.low,
            high: self.high,
        }
    }
}

/// Numbers on the coarsest scale on which all are whole.
///
/// The scale of each unit and number of places that occurs is found first; they are few. Every figure is then its
/// mantissa times one integer. A column with a number that was never a short decimal goes by way of exact values.
fn numbers_as_lanes(
    numbers: &Numbers,
    rows: usize,
    at: impl Fn(usize) -> Option<usize>,
) -> Option<LaneColumn> {
    let by_cells = || {
        let cell = |row: usize| at(row).map_or(Cell::Missing, |at| numbers.cell(at));
        number_lanes(&(0..rows).map(cell).collect::<Vec<_>>())
    };
    let Some(scales) = Scales::of(numbers) else {
        return by_cells();
    };
    let mut made = Made::with_capacity(rows);
    let mut common = 0i64;
    for row in 0..rows {
        let Some(figure) = at(row).map(|at| numbers.figure(at)) else {
            made.push(0, LaneState::MISSING);
            continue;
        };
        let Some(times) = scales.times(figure.unit, figure.places) else {
            made.push(0, numbers.state_of(figure));
            continue;
        };
        let Some(value) = figure.mantissa.checked_mul(times) else {
            return by_cells();
        };
        if common != 1 && value != 0 && (common == 0 || value % common != 0) {
            common = common.gcd(&value);
        }
        made.push(value, LaneState::KNOWN);
    }
    if common == 0 {
        return Some(made.finish(Lanes::Wide, Meaning::Number(Exact::one())));
    }
    if common != 1 {
        made.lanes.iter_mut().for_each(|lane| *lane /= common);
        if made.low <= made.high {
            (made.low, made.high) = (made.low / common, made.high / common);
        }
    }
    let scale = scales.common * exact::integer(i128::from(common));
    Some(made.finish(Lanes::Wide, Meaning::Number(scale)))
}

/// The scales of the figures of a column: for each unit and number of places, how many common scales it is.
struct Scales {
    common: Exact,
    /// By unit and places; 0 for what does not occur.
    times: Vec<[i64; MOST_PLACES + 1]>,
}

impl Scales {
    /// `None` when a number of the column is kept as an exact value, or no common scale is near all units.
    fn of(numbers: &Numbers) -> Option<Self> {
        let mut occurs = vec![[false; MOST_PLACES + 1]; numbers.units.len()];
        for figure in numbers.figures() {
            if let Some(unit) = occurs.get_mut(usize::from(figure.unit)) {
                *unit.get_mut(usize::from(figure.places))? = true;
            } else if numbers.is_wide(figure) {
                return None;
            }
        }
        let mut scales: Vec<(usize, usize, Exact)> = Vec::new();
        for (unit, places) in occurs.iter().enumerate() {
            for (place, _) in places.iter().enumerate().filter(|(_, occurs)| **occurs) {
                let tens = exact::integer(10i128.pow(u32::try_from(place).ok()?));
                scales.push((unit, place, &numbers.units[unit].factor / tens));
            }
        }
        let mut all = scales.iter().map(|(_, _, scale)| scale);
        let first = all.next().cloned().unwrap_or_else(Exact::one);
        let common = all.fold(first, |common, scale| common_scale(&common, scale));
        let mut times = vec![[0; MOST_PLACES + 1]; numbers.units.len()];
        for (unit, place, scale) in &scales {
            times[*unit][*place] = (scale / &common).to_integer().to_i64()?;
        }
        Some(Self { common, times })
    }

    fn times(&self, unit: u8, places: u8) -> Option<i64> {
        self.times
            .get(usize::from(unit))?
            .get(usize::from(places))
            .copied()
    }
}

fn words_as_lanes(
    cells: &[Slot<SmolStr>],
    rows: usize,
    at: impl Fn(usize) -> Option<usize>,
) -> Option<LaneColumn> {
    text_as_lanes(rows, |row| match at(row).map(|at| &cells[at]) {
        Some(Slot::Given(word)) => Slot::Given(word.as_str()),
        Some(Slot::Absent) => Slot::Absent,
        Some(Slot::Missing) | None => Slot::Missing,
    })
}

/// Words as places in a sorted dictionary.
pub(crate) fn text_as_lanes<'t>(rows: usize, cell: impl Fn(usize) -> Slot<&'t str>) -> Option<LaneColumn> {
    let mut met: HashMap<&str, i32> = HashMap::new();
    let mut words: Vec<&str> = Vec::new();
    let mut last: (&str, i32) = ("", -1);
    let mut made: Made<i32> = Made::with_capacity(rows);
    for row in 0..rows {
        match cell(row) {
            Slot::Given(word) => {
                if last.1 < 0 || last.0 != word {
                    let next = i32::try_from(words.len()).ok()?;
                    let place = *met.entry(word).or_insert(next);
                    if place == next {
                        words.push(word);
                    }
                    last = (word, place);
                }
                made.push(last.1, LaneState::KNOWN);
            }
            Slot::Absent => made.push(0, LaneState::ABSENT),
            Slot::Missing => made.push(0, LaneState::MISSING),
        }
    }
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_unstable_by_key(|place| words[*place]);
    let mut rank = vec![0i32; words.len()];
    for (place, word) in (0i32..).zip(&order) {
        rank[*word] = place;
    }
    for (lane, state) in made.lanes.iter_mut().zip(&made.states) {
        if *state == LaneState::KNOWN {
            *lane = usize::try_from(*lane).map_or(0, |word| rank[word]);
        }
    }
    if !words.is_empty() {
        (made.low, made.high) = (0, i64::try_from(words.len()).ok()? - 1);
    }
    let sorted: Vec<SmolStr> = order.iter().map(|word| SmolStr::new(words[*word])).collect();
    Some(made.finish(Lanes::Narrow, Meaning::Text(sorted.into())))
}
