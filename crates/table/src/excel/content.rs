//! What a cell of a sheet holds, as the words a person sees in it.

use calamine::{DataRef, Dimensions};
use smol_str::SmolStr;

use crate::parse::{boolean_words, trim};

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Words(SmolStr),
    /// The shortest decimal of a number.
    Number(SmolStr),
    /// `#N/A` and its like.
    Error(SmolStr),
    /// A formula without a value.
    Uncomputed,
}

/// Whether a number format multiplies by a hundred: a % that is neither quoted nor escaped.
pub(super) fn is_percent(format: &str) -> bool {
    let mut quoted = false;
    let mut escaped = false;
    for c in format.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

pub(super) fn content(value: &DataRef<'_>, percent: bool) -> Option<Content> {
    let words = |text: &str| (!trim(text).is_empty()).then(|| Content::Words(SmolStr::new(text)));
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => words(text),
        DataRef::SharedString(text) => words(text),
        DataRef::Int(number) => Some(Content::Number(number.to_string().into())),
        DataRef::Float(number) if percent => Some(Content::Words(
            format!("{}%", hundredfold(&number.to_string())).into(),
        )),
        DataRef::Float(number) => Some(Content::Number(number.to_string().into())),
        DataRef::Bool(truth) => Some(Content::Words(boolean_words(*truth).into())),
        DataRef::DateTime(moment) => Some(Content::Words(moment_words(moment).into())),
        DataRef::DateTimeIso(text) => words(text.strip_suffix("T00:00:00").unwrap_or(text)),
        DataRef::DurationIso(text) => words(text),
        DataRef::Error(error) => Some(Content::Error(error.to_string().into())),
    }
}

/// A day; with a time after it where there is one.
fn moment_words(moment: &calamine::ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// A decimal a hundred times as large, by moving its point.
fn hundredfold(decimal: &str) -> String {
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", decimal),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<2}");
    let (up, rest) = fraction.split_at(2);
    let whole = format!("{whole}{up}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest}")
    }
}

/// `B7`, the place of a cell as a spreadsheet names it.
pub(super) fn place_words(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row + 1)
}

pub(super) fn region_words(region: &Dimensions) -> String {
    let (start, end) = (region.start, region.end);
    format!("{}:{}", place_words(start.0, start.1), place_words(end.0, end.1))
}
