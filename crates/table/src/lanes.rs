//! Columns as machine integers, for evaluators that go through many rows at once.
//!
//! A lane is exact: a number is `value × scale` with one scale a column, a date is `yyyymmdd`, a word is its place in a
//! sorted dictionary, a reference is the row it names. What cannot be kept so is told, never rounded.

use std::sync::Arc;

use jiufen_quantity::{Date, Exact};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};
use smol_str::SmolStr;

use crate::cell::Cell;

/// What is known of a cell. The order of the numbers is used: a cell from [`LaneState::ABSENT`] on is certainly none.
#[derive(Debug, Clone, Copy)]
pub struct LaneState;

impl LaneState {
    /// 缺.
    pub const MISSING: u8 = 0;
    /// There is a value.
    pub const KNOWN: u8 = 1;
    /// 无.
    pub const ABSENT: u8 = 2;
    /// The year lies before the row existed.
    pub const NOT_APPLICABLE: u8 = 3;
}

/// The integers of a column, as narrow as its kind allows.
#[derive(Debug, Clone)]
pub enum Lanes {
    /// Numbers.
    Wide(Vec<i64>),
    /// Dates, years, places in a dictionary, rows.
    Narrow(Vec<i32>),
    /// 1 for 是, 0 for 否.
    Truth(Vec<u8>),
}

/// What the integers of a column mean.
#[derive(Debug, Clone)]
pub enum Meaning {
    /// `value × scale` base units; the scale is above zero.
    Number(Exact),
    /// 是 or 否.
    Truth,
    /// `yyyymmdd`.
    Date,
    /// The year.
    Year,
    /// The position among the values of an enumeration.
    Enumeration,
    /// The place in a dictionary sorted by code point.
    Text(Arc<[SmolStr]>),
    /// The row of another table.
    Row,
}

/// A column of lanes with its bounds.
#[derive(Debug, Clone)]
pub struct LaneColumn {
    /// The integers; 0 where nothing is known.
    pub lanes: Lanes,
    /// A [`LaneState`] a row; none when every row has a value.
    pub states: Option<Vec<u8>>,
    /// What they mean.
    pub meaning: Meaning,
    /// The smallest known value; above `high` when there is none.
    pub low: i64,
    /// The largest known value.
    pub high: i64,
}

impl LaneColumn {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        match &self.lanes {
            Lanes::Wide(lanes) => lanes.len(),
            Lanes::Narrow(lanes) => lanes.len(),
            Lanes::Truth(lanes) => lanes.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether some row has this state.
    pub fn has(&self, state: u8) -> bool {
        match &self.states {
            Some(states) => states.contains(&state),
            None => state == LaneState::KNOWN && !self.is_empty(),
        }
    }

    /// A column of lanes, all known, with its bounds found.
    pub fn known(lanes: Lanes, meaning: Meaning) -> Self {
        Self::new(lanes, None, meaning)
    }

    /// A column of lanes with its bounds found; `states` may be none when every row is known.
    pub fn new(lanes: Lanes, states: Option<Vec<u8>>, meaning: Meaning) -> Self {
        let states = states.filter(|states| states.iter().any(|s| *s != LaneState::KNOWN));
        let known = |row: usize| states.as_ref().is_none_or(|s| s[row] == LaneState::KNOWN);
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        let mut see = |row: usize, value: i64| {
            if known(row) {
                low = low.min(value);
                high = high.max(value);
            }
        };
        match &lanes {
            Lanes::Wide(lanes) => lanes.iter().enumerate().for_each(|(row, v)| see(row, *v)),
            Lanes::Narrow(lanes) => lanes
                .iter()
                .enumerate()
                .for_each(|(row, v)| see(row, i64::from(*v))),
            Lanes::Truth(lanes) => lanes
                .iter()
                .enumerate()
                .for_each(|(row, v)| see(row, i64::from(*v))),
        }
        Self {
            lanes,
            states,
            meaning,
            low,
            high,
        }
    }
}

/// A date as a lane.
pub fn lane_of_date(date: Date) -> i32 {
    let (month, day) = date.month_day();
    i32::from(date.year()) * 10_000 + i32::from(month) * 100 + i32::from(day)
}

/// Numbers on one scale, the coarsest on which all are whole. None when one does not fit 63 bits on it.
pub fn number_lanes(cells: &[Cell]) -> Option<LaneColumn> {
    let numbers = || {
        cells.iter().filter_map(|cell| match cell {
            Cell::Number(n) => Some(n),
            _ => None,
        })
    };
    let mut scale: Option<Exact> = None;
    for number in numbers().filter(|n| !n.is_zero()) {
        match &scale {
            Some(known) if (number / known).is_integer() => {}
            Some(known) => scale = Some(common_scale(known, number)),
            None => scale = Some(number.abs()),
        }
    }
    let scale = scale.unwrap_or_else(Exact::one);
    let mut lanes = Vec::with_capacity(cells.len());
    let mut states = Vec::with_capacity(cells.len());
    for cell in cells {
        let value = match cell {
            Cell::Number(n) => (n / &scale).to_integer().to_i64()?,
            _ => 0,
        };
        lanes.push(value);
        states.push(state_of(cell));
    }
    Some(LaneColumn::new(
        Lanes::Wide(lanes),
        Some(states),
        Meaning::Number(scale),
    ))
}

/// Words as places in a sorted dictionary. None beyond 2³¹ different words.
pub fn text_lanes(cells: &[Cell]) -> Option<LaneColumn> {
    let mut words: Vec<SmolStr> = cells
        .iter()
        .filter_map(|cell| match cell {
            Cell::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect();
    words.sort_unstable();
    words.dedup();
    i32::try_from(words.len()).ok()?;
    let place = |cell: &Cell| match cell {
        Cell::Text(text) => words.binary_search(text).ok().and_then(|p| i32::try_from(p).ok()),
        _ => None,
    };
    let lanes = cells.iter().map(|cell| place(cell).unwrap_or(0)).collect();
    let states = cells.iter().map(state_of).collect();
    Some(LaneColumn::new(
        Lanes::Narrow(lanes),
        Some(states),
        Meaning::Text(words.into()),
    ))
}

/// The state of a cell.
pub fn state_of(cell: &Cell) -> u8 {
    match cell {
        Cell::Missing => LaneState::MISSING,
        Cell::Absent => LaneState::ABSENT,
        _ => LaneState::KNOWN,
    }
}

/// The largest number of which both are whole multiples.
pub fn common_scale(a: &Exact, b: &Exact) -> Exact {
    let (left, right): (BigInt, BigInt) = (a.numer() * b.denom(), b.numer() * a.denom());
    Exact::new(left.gcd(&right).abs(), a.denom() * b.denom())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiufen_quantity::exact::ratio;

    #[test]
    fn numbers_of_a_column_share_the_coarsest_scale_on_which_all_are_whole() {
        let cells = [
            Cell::Number(ratio(20_000, 3)),
            Cell::Missing,
            Cell::Number(ratio(10_000, 3)),
            Cell::Absent,
        ];
        let column = number_lanes(&cells).unwrap();
        let (Lanes::Wide(lanes), Meaning::Number(scale)) = (&column.lanes, &column.meaning) else {
            panic!("not numbers: {column:?}");
        };
        assert_eq!(lanes, &[2, 0, 1, 0]);
        assert_eq!(*scale, ratio(10_000, 3));
        assert_eq!((column.low, column.high), (1, 2));
        assert_eq!(column.states.as_deref(), Some([1u8, 0, 1, 2].as_slice()));
    }

    #[test]
    fn a_number_that_does_not_fit_is_told() {
        let cells = [Cell::Number(ratio(1, 3)), Cell::Number(ratio(i128::MAX, 1))];
        assert!(number_lanes(&cells).is_none());
    }

    #[test]
    fn words_are_places_in_a_sorted_dictionary() {
        let text = |t: &str| Cell::Text(t.into());
        let column = text_lanes(&[text("乙"), text("丙"), text("乙")]).unwrap();
        let Meaning::Text(words) = &column.meaning else {
            panic!("no words");
        };
        assert!(words.windows(2).all(|w| w[0] < w[1]));
        let Lanes::Narrow(lanes) = &column.lanes else {
            panic!("no lanes");
        };
        assert_eq!(words[usize::try_from(lanes[1]).unwrap()], "丙");
        assert_eq!(lanes[0], lanes[2]);
    }
}
