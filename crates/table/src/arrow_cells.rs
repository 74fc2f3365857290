//! The cells of one Arrow array, in the few shapes that columns of a table are read from.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, TimeUnit};
use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, is_hidden};
use jiufen_quantity::{Date, exact};
use smol_str::SmolStr;

use crate::column::{Column, Numbers, Slot};
use crate::column_lanes::{Lane, Made, text_as_lanes};
use crate::flaw::Flaw;
use crate::lanes::{LaneColumn, LaneState, Lanes, Meaning, lane_of_date};
use crate::number::NumberForm;
use crate::parse::{boolean_words, date, plain_word, read_cell, trim, year};
use crate::schema::{ColumnSchema, ColumnType};

/// Digits that a single-precision number keeps of any decimal.
const SINGLE_DIGITS: usize = 6;
/// Digits that a double-precision number keeps of any decimal.
pub(crate) const DOUBLE_DIGITS: usize = 15;

/// The shape of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Integers,
    Decimals,
    Floats,
    Texts,
    Booleans,
    Days,
    Instants,
    Nothing,
}

impl Kind {
    /// The shape of an Arrow type; `None` for one that holds no cells of a table.
    pub fn of(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => Self::Integers,
            DataType::UInt64
            | DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..) => Self::Decimals,
            DataType::Float32 | DataType::Float64 => Self::Floats,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::Texts,
            DataType::Dictionary(_, of) if Self::of(of) == Some(Self::Texts) => Self::Texts,
            DataType::Boolean => Self::Booleans,
            DataType::Date32 => Self::Days,
            DataType::Date64 | DataType::Timestamp(_, None) => Self::Instants,
            DataType::Null => Self::Nothing,
            _ => return None,
        })
    }

    /// Whether cells of this shape are values of a type. Words serve every type, as they do in a CSV file.
    pub fn serves(self, column_type: &ColumnType) -> bool {
        match self {
            Self::Texts | Self::Nothing => true,
            Self::Integers => matches!(column_type, ColumnType::Number { .. } | ColumnType::Year),
            Self::Decimals | Self::Floats => matches!(column_type, ColumnType::Number { .. }),
            Self::Booleans => *column_type == ColumnType::Boolean,
            Self::Days | Self::Instants => *column_type == ColumnType::Date,
        }
    }
}

/// Cells with what they hold.
enum Values {
    Integers(Vec<i64>),
    Decimals(Vec<i128>, i8),
    Floats(ArrayRef),
    Texts(ArrayRef, Option<Vec<usize>>),
    Booleans(BooleanArray),
    Days(Vec<i32>),
    /// Ticks, and how many there are in a day.
    Instants(Vec<i64>, i64),
    Nothing,
}

/// The cells of one array.
pub(crate) struct Cells {
    values: Values,
    nulls: Option<NullBuffer>,
}

/// Why a cell is not taken: what stands there, and what is wrong with it.
pub(crate) type Refusal = (String, Flaw);

impl Cells {
    /// The cells of an array; those of an unknown type are all 缺, which [`Kind::of`] tells beforehand.
    pub fn new(array: &ArrayRef) -> Self {
        Self {
            values: values_of(array),
            nulls: array.logical_nulls(),
        }
    }

    fn is_missing(&self, row: usize) -> bool {
        matches!(self.values, Values::Nothing) || self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// The words of a cell as they are stored; `None` for 缺 and for what is no text.
    pub fn stored_text(&self, row: usize) -> Option<&str> {
        if self.is_missing(row) {
            None
        } else {
            self.text(row)
        }
    }

    fn text(&self, row: usize) -> Option<&str> {
        let Values::Texts(array, keys) = &self.values else {
            return None;
        };
        let at = keys.as_ref().map_or(Some(row), |keys| keys.get(row).copied())?;
        if at >= array.len() {
            return None;
        }
        match array.data_type() {
            DataType::Utf8 => Some(array.as_string::<i32>().value(at)),
            DataType::LargeUtf8 => Some(array.as_string::<i64>().value(at)),
            DataType::Utf8View => Some(array.as_string_view().value(at)),
            _ => None,
        }
    }

    /// The digits of a floating-point number, shortest first, and how many of them its type keeps.
    fn float(array: &ArrayRef, row: usize) -> (String, usize) {
        match array.as_primitive_opt::<Float32Type>() {
            Some(single) => (single.value(row).to_string(), SINGLE_DIGITS),
            None => (
                array.as_primitive::<Float64Type>().value(row).to_string(),
                DOUBLE_DIGITS,
            ),
        }
    }

    fn date(&self, row: usize) -> Option<Date> {
        self.day(row).filter(|day| day.is_within_years())
    }

    fn day(&self, row: usize) -> Option<Date> {
        let days = match &self.values {
            Values::Days(days) => days[row],
            Values::Instants(ticks, per_day) if ticks[row].rem_euclid(*per_day) == 0 => {
                i32::try_from(ticks[row].div_euclid(*per_day)).ok()?
            }
            _ => return None,
        };
        Date::new(1970, 1, 1)?.add_days(days)
    }

    /// The words of a cell as a CSV file would have them; nothing for 缺.
    pub fn words(&self, row: usize) -> Cow<'_, str> {
        if self.is_missing(row) {
            return Cow::Borrowed("");
        }
        match &self.values {
            Values::Texts(..) => Cow::Borrowed(trim(self.text(row).unwrap_or(""))),
            Values::Integers(values) => Cow::Owned(values[row].to_string()),
            Values::Decimals(values, places) => Cow::Owned(decimal_words(values[row], *places)),
            Values::Floats(array) => Cow::Owned(Self::float(array, row).0),
            Values::Booleans(values) => Cow::Borrowed(boolean_words(values.value(row))),
            Values::Days(days) => match self.day(row) {
                Some(day) => Cow::Owned(day.to_string()),
                None => Cow::Owned(days[row].to_string()),
            },
            Values::Instants(ticks, _) => match self.day(row) {
                Some(day) => Cow::Owned(day.to_string()),
                None => Cow::Owned(ticks[row].to_string()),
            },
            Values::Nothing => Cow::Borrowed(""),
        }
    }

    /// Reads the cell to the end of its column.
    pub fn push(
        &self,
        row: usize,
        field: &ColumnSchema,
        form: Option<&NumberForm>,
        column: &mut Column,
    ) -> Result<(), Refusal> {
        if self.is_missing(row) {
            column.push_missing();
            return Ok(());
        }
        let refuse = |flaw: Flaw| (self.words(row).into_owned(), flaw);
        match (&self.values, column) {
            (Values::Texts(..), column) => {
                let words = trim(self.text(row).unwrap_or(""));
                if words.contains(is_hidden) {
                    return Err(refuse(Flaw::new(&registry::CONTROL_CHARACTER)));
                }
                if words.contains('\u{FFFD}') {
                    return Err(refuse(Flaw::new(&registry::BROKEN_CHARACTERS)));
                }
                read_cell(words, field, form, column).map_err(refuse)
            }
            (values, Column::Numbers(numbers)) => {
                // INVARIANT: a column of numbers has a form; both are made from the same type.
                let Some(form) = form else {
                    numbers.push(Slot::Missing);
                    return Ok(());
                };
                let number = match values {
                    Values::Integers(values) => form.take(i128::from(values[row]), 0, numbers),
                    Values::Decimals(values, places) => form.take(values[row], *places, numbers),
                    Values::Floats(array) => {
                        let (digits, kept) = Self::float(array, row);
                        form.read_float(&digits, kept, numbers)
                    }
                    _ => Err(form.not_a_number()),
                };
                numbers.push(Slot::Given(number.map_err(refuse)?));
                Ok(())
            }
            (Values::Booleans(values), Column::Booleans(cells)) => {
                cells.push(Slot::Given(values.value(row)));
                Ok(())
            }
            (_, Column::Dates(cells)) => {
                let day = match self.date(row) {
                    Some(day) => day,
                    None => date(&self.words(row)).map_err(refuse)?,
                };
                cells.push(Slot::Given(day));
                Ok(())
            }
            (_, Column::Years(cells)) => {
                cells.push(Slot::Given(year(&self.words(row)).map_err(refuse)?));
                Ok(())
            }
            (_, column) => read_cell(&self.words(row), field, form, column).map_err(refuse),
        }
    }
}

impl Cells {
    /// The cells as lanes, when it can be told without looking at each for itself that none is at fault.
    ///
    /// Numbers keep the scale of their header's unit and type, which all batches of a file share.
    pub fn lanes(
        &self,
        field: &ColumnSchema,
        form: Option<&NumberForm>,
        column: &Column,
        rows: usize,
    ) -> Option<LaneColumn> {
        match (&self.values, column) {
            (Values::Nothing, _) => None,
            (Values::Integers(values), Column::Numbers(numbers)) => {
                self.numbers(rows, |row| Some(values[row]), form?, numbers, 0)
            }
            (Values::Decimals(values, places), Column::Numbers(numbers)) => self.numbers(
                rows,
                |row| i64::try_from(values[row]).ok(),
                form?,
                numbers,
                *places,
            ),
            (Values::Booleans(values), Column::Booleans(_)) => {
                let made = self.made(rows, |row| Some(u8::from(values.value(row))))?;
                Some(made.finish(Lanes::Truth, Meaning::Truth))
            }
            (Values::Days(_) | Values::Instants(..), Column::Dates(_)) => {
                let made = self.made(rows, |row| self.date(row).map(lane_of_date))?;
                Some(made.finish(Lanes::Narrow, Meaning::Date))
            }
            (Values::Integers(values), Column::Years(_)) => {
                let year = |row: usize| {
                    i32::try_from(values[row])
                        .ok()
                        .filter(|y| (1900..2200).contains(y))
                };
                Some(self.made(rows, year)?.finish(Lanes::Narrow, Meaning::Year))
            }
            (Values::Texts(..), Column::Words(_, values)) => self.listed(rows, field, values),
            (Values::Texts(..), Column::Texts(_)) => {
                let cells = (0..rows)
                    .map(|row| self.plain(row, field))
                    .collect::<Option<Vec<_>>>()?;
                text_as_lanes(rows, |row| cells[row].clone())
            }
            _ => None,
        }
    }

    fn made<L: Lane>(&self, rows: usize, lane: impl Fn(usize) -> Option<L>) -> Option<Made<L>> {
        let mut made = Made::with_capacity(rows);
        for row in 0..rows {
            if self.is_missing(row) {
                made.push(L::default(), LaneState::MISSING);
            } else {
                made.push(lane(row)?, LaneState::KNOWN);
            }
        }
        Some(made)
    }

    fn numbers(
        &self,
        rows: usize,
        lane: impl Fn(usize) -> Option<i64>,
        form: &NumberForm,
        numbers: &Numbers,
        places: i8,
    ) -> Option<LaneColumn> {
        let unit = &numbers.units[usize::from(numbers.bare?)];
        let tens = exact::integer(10).pow(-i32::from(places));
        let scale = &unit.factor * tens;
        let column = self
            .made(rows, lane)?
            .finish(Lanes::Wide, Meaning::Number(scale.clone()));
        form.admits(column.low, &scale).then_some(column)
    }

    fn listed(&self, rows: usize, field: &ColumnSchema, values: &[SmolStr]) -> Option<LaneColumn> {
        let mut made: Made<i32> = Made::with_capacity(rows);
        for row in 0..rows {
            match self.plain(row, field)? {
                Slot::Given(word) => {
                    let place = values.iter().position(|value| value == word)?;
                    made.push(i32::try_from(place).ok()?, LaneState::KNOWN);
                }
                Slot::Absent => made.push(0, LaneState::ABSENT),
                Slot::Missing => made.push(0, LaneState::MISSING),
            }
        }
        Some(made.finish(Lanes::Narrow, Meaning::Enumeration))
    }

    /// A word that is what it looks like; `None` for one that has to be looked at more closely.
    fn plain(&self, row: usize, field: &ColumnSchema) -> Option<Slot<&str>> {
        if self.is_missing(row) {
            return Some(Slot::Missing);
        }
        let text = self.text(row)?;
        match plain_word(text, field)? {
            Slot::Given(()) => Some(Slot::Given(text)),
            Slot::Missing => Some(Slot::Missing),
            Slot::Absent => Some(Slot::Absent),
        }
    }
}

/// The name of a type in a message.
pub(crate) fn type_words(column_type: &ColumnType) -> Argument {
    match column_type {
        ColumnType::Number { .. } => Argument::term("整数、DECIMAL 或文本", "an integer, DECIMAL or text"),
        ColumnType::Boolean => Argument::term("BOOLEAN 或文本", "BOOLEAN or text"),
        ColumnType::Date => Argument::term("DATE 或文本", "DATE or text"),
        ColumnType::Year => Argument::term("整数或文本", "an integer or text"),
        _ => Argument::term("文本", "text"),
    }
}

/// The digits of `mantissa / 10^places`.
fn decimal_words(mantissa: i128, places: i8) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = mantissa.unsigned_abs().to_string();
    let Some(places) = usize::try_from(places).ok().filter(|places| *places > 0) else {
        let zeros = "0".repeat(usize::from(places.unsigned_abs()));
        return format!("{sign}{digits}{zeros}");
    };
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

fn values_of(array: &ArrayRef) -> Values {
    let array: ArrayRef = array.clone();
    match array.data_type() {
        DataType::Int8 => Values::Integers(widened::<Int8Type, _>(&array)),
        DataType::Int16 => Values::Integers(widened::<Int16Type, _>(&array)),
        DataType::Int32 => Values::Integers(widened::<Int32Type, _>(&array)),
        DataType::Int64 => Values::Integers(widened::<Int64Type, _>(&array)),
        DataType::UInt8 => Values::Integers(widened::<UInt8Type, _>(&array)),
        DataType::UInt16 => Values::Integers(widened::<UInt16Type, _>(&array)),
        DataType::UInt32 => Values::Integers(widened::<UInt32Type, _>(&array)),
        DataType::UInt64 => Values::Decimals(widened::<UInt64Type, _>(&array), 0),
        DataType::Decimal32(_, places) => Values::Decimals(widened::<Decimal32Type, _>(&array), *places),
        DataType::Decimal64(_, places) => Values::Decimals(widened::<Decimal64Type, _>(&array), *places),
        DataType::Decimal128(_, places) => Values::Decimals(widened::<Decimal128Type, _>(&array), *places),
        DataType::Float32 | DataType::Float64 => Values::Floats(array),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Values::Texts(array, None),
        DataType::Boolean => Values::Booleans(array.as_boolean().clone()),
        DataType::Date32 => Values::Days(widened::<Date32Type, _>(&array)),
        DataType::Date64 => Values::Instants(widened::<Date64Type, _>(&array), DAY_SECONDS * 1_000),
        DataType::Timestamp(unit, None) => instants(&array, *unit),
        DataType::Dictionary(..) => match array.as_any_dictionary_opt() {
            Some(dictionary) if !dictionary.values().is_empty() => {
                Values::Texts(dictionary.values().clone(), Some(dictionary.normalized_keys()))
            }
            _ => Values::Nothing,
        },
        _ => Values::Nothing,
    }
}

const DAY_SECONDS: i64 = 86_400;

fn instants(array: &ArrayRef, unit: TimeUnit) -> Values {
    match unit {
        TimeUnit::Second => Values::Instants(widened::<TimestampSecondType, _>(array), DAY_SECONDS),
        TimeUnit::Millisecond => {
            Values::Instants(widened::<TimestampMillisecondType, _>(array), DAY_SECONDS * 1_000)
        }
        TimeUnit::Microsecond => Values::Instants(
            widened::<TimestampMicrosecondType, _>(array),
            DAY_SECONDS * 1_000_000,
        ),
        TimeUnit::Nanosecond => Values::Instants(
            widened::<TimestampNanosecondType, _>(array),
            DAY_SECONDS * 1_000_000_000,
        ),
    }
}

fn widened<T, W>(array: &ArrayRef) -> Vec<W>
where
    T: ArrowPrimitiveType,
    W: From<T::Native>,
{
    let values = array.as_primitive::<T>().values();
    values.iter().map(|value| W::from(*value)).collect()
}
