//! The value of one cell.

use std::fmt;

use jiufen_quantity::{Date, Exact, exact};
use smol_str::SmolStr;

/// A cell's value. Enumerations, references, codes and territories come as [`Cell::Text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// 缺: not known. A blank cell, a column that is not in the file, a year without a row.
    Missing,
    /// 无: known, and there is none.
    Absent,
    /// A number in base units of the column's dimension; a rate as a fraction.
    Number(Exact),
    /// Words.
    Text(SmolStr),
    /// 是 or 否.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A year.
    Year(i16),
}

/// Places shown of a number that has no shorter decimal.
const MOST_PLACES: u32 = 18;

impl fmt::Display for Cell {
    /// The words of a file for this value: nothing for 缺, base units without their name for a number, ≈ before one
    /// that has no finite decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Absent => f.write_str("无"),
            Self::Number(value) => match exact::digits(value, MOST_PLACES) {
                (digits, false) => f.write_str(&digits),
                (digits, true) => write!(f, "≈{digits}"),
            },
            Self::Text(text) => f.write_str(text),
            Self::Boolean(true) => f.write_str("是"),
            Self::Boolean(false) => f.write_str("否"),
            Self::Date(date) => date.fmt(f),
            Self::Year(year) => year.fmt(f),
        }
    }
}
