//! Cells of one column, kept compactly: sixteen bytes a number, no allocation but for long words.

use std::borrow::Cow;

use jiufen_quantity::{Date, Exact};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use smol_str::SmolStr;

use crate::cell::Cell;
use crate::lanes::LaneState;
use crate::schema::ColumnType;

/// A value that may be missing (缺) or absent (无).
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Slot<T> {
    Missing,
    Absent,
    Given(T),
}

/// A decimal as it was written: `mantissa / 10^places` of the unit at `unit`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figure {
    pub mantissa: i64,
    pub places: u8,
    pub unit: u8,
}

/// The value of `Figure::unit` for a cell that is 缺.
const MISSING: u8 = 255;
/// The value of `Figure::unit` for a cell that is 无.
const ABSENT: u8 = 254;
/// The value of `Figure::unit` for a number kept in `Numbers::wide`, at the index `mantissa`.
const WIDE: u8 = 253;

/// A unit that cells of a column are written in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrittenUnit {
    /// As written, such as 万元; empty where a bare number has none.
    pub name: SmolStr,
    /// Base units in one.
    pub factor: Exact,
    /// The same, where it fits, for arithmetic without allocation.
    small: Option<(i64, i64)>,
}

impl WrittenUnit {
    pub fn new(name: &str, factor: Exact) -> Self {
        let small = factor.numer().to_i64().zip(factor.denom().to_i64());
        Self {
            name: name.into(),
            factor,
            small,
        }
    }
}

/// The numbers of a column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers {
    cells: Vec<Figure>,
    pub units: Vec<WrittenUnit>,
    wide: Vec<Exact>,
    /// The unit of bare numbers, from the header or from the type.
    pub bare: Option<u8>,
    /// The field's name, for proposals.
    pub header: SmolStr,
}

impl Numbers {
    /// The place of a unit that a cell has been written in before.
    pub fn known_unit(&self, name: &str) -> Option<u8> {
        self.units
            .iter()
            .position(|u| u.name == name)
            .and_then(|place| u8::try_from(place).ok())
    }

    /// Whether a number of this column is an integer in base units.
    pub fn is_whole(&self, number: &Number) -> bool {
        match number {
            Number::Wide(value) => value.is_integer(),
            Number::Written(figure) => {
                let unit = &self.units[usize::from(figure.unit)];
                (figure.places == 0 && unit.factor.is_integer()) || value(*figure, unit).is_integer()
            }
        }
    }

    /// The place of a unit among those of the column; `None` when the column has too many to keep.
    pub fn unit(&mut self, name: &str, factor: &Exact) -> Option<u8> {
        if let Some(found) = self.known_unit(name) {
            return Some(found);
        }
        let place = u8::try_from(self.units.len()).ok().filter(|p| *p < WIDE)?;
        self.units.push(WrittenUnit::new(name, factor.clone()));
        Some(place)
    }

    pub fn push(&mut self, number: Slot<Number>) {
        let sentinel = |unit| Figure {
            mantissa: 0,
            places: 0,
            unit,
        };
        let figure = match number {
            Slot::Missing => sentinel(MISSING),
            Slot::Absent => sentinel(ABSENT),
            Slot::Given(Number::Written(figure)) => figure,
            Slot::Given(Number::Wide(value)) => {
                self.wide.push(*value);
                Figure {
                    mantissa: i64::try_from(self.wide.len() - 1).unwrap_or(i64::MAX),
                    places: 0,
                    unit: WIDE,
                }
            }
        };
        self.cells.push(figure);
    }

    fn truncate(&mut self, rows: usize) {
        let wide = self.cells.iter().skip(rows).filter(|f| f.unit == WIDE).count();
        self.wide.truncate(self.wide.len() - wide);
        self.cells.truncate(rows);
    }

    pub fn cell(&self, row: usize) -> Cell {
        let figure = self.cells[row];
        match figure.unit {
            MISSING => Cell::Missing,
            ABSENT => Cell::Absent,
            WIDE => Cell::Number(self.wide[usize::try_from(figure.mantissa).unwrap_or(0)].clone()),
            unit => Cell::Number(value(figure, &self.units[usize::from(unit)])),
        }
    }

    /// The cell at a row, as it is kept.
    pub fn figure(&self, row: usize) -> Figure {
        self.cells[row]
    }

    /// All cells, as they are kept.
    pub fn figures(&self) -> &[Figure] {
        &self.cells
    }

    /// Whether a number is kept as an exact value.
    pub fn is_wide(&self, figure: &Figure) -> bool {
        figure.unit == WIDE
    }

    /// The state of a cell.
    pub fn state_of(&self, figure: Figure) -> u8 {
        match figure.unit {
            MISSING => LaneState::MISSING,
            ABSENT => LaneState::ABSENT,
            _ => LaneState::KNOWN,
        }
    }

    /// The decimal as written and its unit; `None` for what is no number or was never written.
    pub fn written(&self, row: usize) -> Option<(Figure, &WrittenUnit)> {
        let figure = self.cells[row];
        (figure.unit < WIDE).then(|| (figure, &self.units[usize::from(figure.unit)]))
    }
}

/// A number read or given: as written, or any exact value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Number {
    Written(Figure),
    Wide(Box<Exact>),
}

/// The value of a figure in base units.
fn value(figure: Figure, unit: &WrittenUnit) -> Exact {
    // INVARIANT: places <= 18, so the power fits in i64, and both products fit in i128.
    let tens = 10i64.pow(u32::from(figure.places));
    let Some((numerator, denominator)) = unit.small else {
        return Exact::new(BigInt::from(figure.mantissa), BigInt::from(tens)) * &unit.factor;
    };
    let mut above = i128::from(figure.mantissa) * i128::from(numerator);
    let mut below = i128::from(tens) * i128::from(denominator);
    if below != 1 {
        let divisor = gcd(above.unsigned_abs(), below.unsigned_abs());
        let divisor = i128::try_from(divisor).unwrap_or(1).max(1);
        above /= divisor;
        below /= divisor;
    }
    Exact::new_raw(BigInt::from(above), BigInt::from(below))
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(x), Ok(y)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd_small(x, y));
        }
        (a, b) = (b, a % b);
    }
    a
}

fn gcd_small(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The cells of one column, in row order.
#[derive(Debug, Clone)]
pub(crate) enum Column {
    Numbers(Numbers),
    Texts(Vec<Slot<SmolStr>>),
    /// Indices into the values of the enumeration.
    Words(Vec<Slot<u16>>, Vec<SmolStr>),
    Booleans(Vec<Slot<bool>>),
    Dates(Vec<Slot<Date>>),
    Years(Vec<Slot<i16>>),
}

impl Column {
    /// An empty column for cells of a type.
    pub fn new(column_type: &ColumnType) -> Self {
        match column_type {
            ColumnType::Number { .. } => Self::Numbers(Numbers::default()),
            ColumnType::Enumeration { values, .. } => Self::Words(Vec::new(), values.clone()),
            ColumnType::Boolean => Self::Booleans(Vec::new()),
            ColumnType::Date => Self::Dates(Vec::new()),
            ColumnType::Year => Self::Years(Vec::new()),
            ColumnType::Text
            | ColumnType::Reference { .. }
            | ColumnType::Code { .. }
            | ColumnType::Territory => Self::Texts(Vec::new()),
        }
    }

    /// The value at a row; 缺 when the column is shorter, which is how a column not in the file is kept.
    pub fn cell(&self, row: usize) -> Cell {
        if row >= self.len() {
            return Cell::Missing;
        }
        match self {
            Self::Numbers(numbers) => numbers.cell(row),
            Self::Texts(cells) => of_slot(&cells[row], |text| Cell::Text(text.clone())),
            Self::Words(cells, values) => {
                of_slot(&cells[row], |i| Cell::Text(values[usize::from(*i)].clone()))
            }
            Self::Booleans(cells) => of_slot(&cells[row], |b| Cell::Boolean(*b)),
            Self::Dates(cells) => of_slot(&cells[row], |d| Cell::Date(*d)),
            Self::Years(cells) => of_slot(&cells[row], |y| Cell::Year(*y)),
        }
    }

    /// Words at a row without copying them.
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Texts(cells) => match cells.get(row)? {
                Slot::Given(text) => Some(text),
                _ => None,
            },
            Self::Words(cells, values) => match cells.get(row)? {
                Slot::Given(i) => values.get(usize::from(*i)).map(SmolStr::as_str),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.cells.len(),
            Self::Texts(cells) => cells.len(),
            Self::Words(cells, _) => cells.len(),
            Self::Booleans(cells) => cells.len(),
            Self::Dates(cells) => cells.len(),
            Self::Years(cells) => cells.len(),
        }
    }

    /// Makes room for more cells.
    pub fn reserve(&mut self, rows: usize) {
        match self {
            Self::Numbers(numbers) => numbers.cells.reserve(rows),
            Self::Texts(cells) => cells.reserve(rows),
            Self::Words(cells, _) => cells.reserve(rows),
            Self::Booleans(cells) => cells.reserve(rows),
            Self::Dates(cells) => cells.reserve(rows),
            Self::Years(cells) => cells.reserve(rows),
        }
    }

    /// Adds a cell that is 缺.
    pub fn push_missing(&mut self) {
        match self {
            Self::Numbers(numbers) => numbers.push(Slot::Missing),
            Self::Texts(cells) => cells.push(Slot::Missing),
            Self::Words(cells, _) => cells.push(Slot::Missing),
            Self::Booleans(cells) => cells.push(Slot::Missing),
            Self::Dates(cells) => cells.push(Slot::Missing),
            Self::Years(cells) => cells.push(Slot::Missing),
        }
    }

    /// Takes out the cells from a row on.
    pub fn truncate(&mut self, rows: usize) {
        match self {
            Self::Numbers(numbers) => numbers.truncate(rows),
            Self::Texts(cells) => cells.truncate(rows),
            Self::Words(cells, _) => cells.truncate(rows),
            Self::Booleans(cells) => cells.truncate(rows),
            Self::Dates(cells) => cells.truncate(rows),
            Self::Years(cells) => cells.truncate(rows),
        }
    }

    /// Adds a value; `Err` with the words for what it should have been when its type is another.
    pub fn push_cell(&mut self, cell: &Cell) -> Result<(), Cow<'static, str>> {
        match self {
            Self::Numbers(numbers) => numbers.push(slot(cell, "a number", |c| match c {
                Cell::Number(value) => Some(Number::Wide(Box::new(value.clone()))),
                _ => None,
            })?),
            Self::Texts(cells) => cells.push(slot(cell, "words", |c| match c {
                Cell::Text(text) => Some(text.clone()),
                _ => None,
            })?),
            Self::Words(cells, values) => cells.push(slot(cell, "a word of the list", |c| match c {
                Cell::Text(text) => u16::try_from(values.iter().position(|v| v == text)?).ok(),
                _ => None,
            })?),
            Self::Booleans(cells) => cells.push(slot(cell, "是 or 否", |c| match c {
                Cell::Boolean(b) => Some(*b),
                _ => None,
            })?),
            Self::Dates(cells) => cells.push(slot(cell, "a date", |c| match c {
                Cell::Date(d) => Some(*d),
                _ => None,
            })?),
            Self::Years(cells) => cells.push(slot(cell, "a year", |c| match c {
                Cell::Year(y) => Some(*y),
                _ => None,
            })?),
        }
        Ok(())
    }
}

fn of_slot<T>(slot: &Slot<T>, given: impl Fn(&T) -> Cell) -> Cell {
    match slot {
        Slot::Missing => Cell::Missing,
        Slot::Absent => Cell::Absent,
        Slot::Given(value) => given(value),
    }
}

fn slot<T>(
    cell: &Cell,
    expected: &'static str,
    take: impl Fn(&Cell) -> Option<T>,
) -> Result<Slot<T>, Cow<'static, str>> {
    match cell {
        Cell::Missing => Ok(Slot::Missing),
        Cell::Absent => Ok(Slot::Absent),
        given => take(given).map(Slot::Given).ok_or(Cow::Borrowed(expected)),
    }
}
