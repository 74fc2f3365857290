//! Cells that are no numbers, and the marks that stand for no value.

use std::borrow::Cow;

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, is_hidden, nearest};
use jiufen_quantity::{Date, YEARS, exact};
use smol_str::SmolStr;

use crate::column::{Column, Slot};
use crate::flaw::Flaw;
use crate::number::{NumberForm, is_cut_identifier, plain_width};
use crate::schema::{ColumnSchema, ColumnType};

/// The mark of a value that is not known.
pub(crate) const MISSING_MARK: &str = "缺";
/// The mark of a value that there is none of.
pub(crate) const ABSENT_MARK: &str = "无";

/// Digits that spreadsheets keep of a number.
const KEPT_DIGITS: usize = 15;

/// Whether a code has more digits than a spreadsheet keeps of a number, and zeros in place of the others.
pub(crate) fn has_lost_digits(code: &str) -> bool {
    let (kept, lost) = code.as_bytes().split_at(code.len().min(KEPT_DIGITS));
    !lost.is_empty() && lost.iter().all(|b| *b == b'0') && kept.iter().all(u8::is_ascii_digit)
}

/// A cell without outer blanks, the ideographic and the invisible ones too.
pub(crate) fn trim(cell: &str) -> &str {
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '\u{FEFF}' | '\u{200B}');
    // Most cells begin and end with a digit, a letter or, of the bytes E4 to E9, a Chinese character.
    let is_word = |b: &u8| b.is_ascii_graphic() || (0xE4..=0xE9).contains(b);
    let bytes = cell.as_bytes();
    let last = bytes.iter().rposition(|b| !(0x80..0xC0).contains(b));
    if bytes.first().is_some_and(is_word) && last.is_some_and(|at| is_word(&bytes[at])) {
        return cell;
    }
    cell.trim_matches(is_blank)
}

/// Reads a trimmed cell to the end of its column.
pub(crate) fn read_cell(
    text: &str,
    field: &ColumnSchema,
    form: Option<&NumberForm>,
    column: &mut Column,
) -> Result<(), Flaw> {
    let mark = mark(text, field.optional)?;
    match column {
        Column::Numbers(numbers) => {
            // INVARIANT: a column of numbers has a form; both are made from the same type.
            let number = match form {
                Some(form) => slot(mark, || form.read(text, numbers))?,
                None => Slot::Missing,
            };
            numbers.push(number);
        }
        Column::Texts(cells) => cells.push(slot(mark, || words(text, &field.column_type))?),
        Column::Words(cells, values) => cells.push(slot(mark, || listed(text, field, values))?),
        Column::Booleans(cells) => cells.push(slot(mark, || boolean(text))?),
        Column::Dates(cells) => cells.push(slot(mark, || date(text))?),
        Column::Years(cells) => cells.push(slot(mark, || year(text))?),
    }
    Ok(())
}

/// What stands for no value, if the cell is one; `Slot::Given` for a value that is to be read.
fn mark(text: &str, optional: bool) -> Result<Slot<()>, Flaw> {
    match text {
        "" | MISSING_MARK => Ok(Slot::Missing),
        ABSENT_MARK if optional => Ok(Slot::Absent),
        ABSENT_MARK => Err(Flaw::new(&registry::ABSENT_NOT_ALLOWED)),
        _ => Ok(Slot::Given(())),
    }
}

fn slot<T>(mark: Slot<()>, read: impl FnOnce() -> Result<T, Flaw>) -> Result<Slot<T>, Flaw> {
    Ok(match mark {
        Slot::Missing => Slot::Missing,
        Slot::Absent => Slot::Absent,
        Slot::Given(()) => Slot::Given(read()?),
    })
}

fn words(text: &str, column_type: &ColumnType) -> Result<SmolStr, Flaw> {
    let text = unescape(text);
    let is_wide = |c: char| ('\u{FF01}'..='\u{FF5E}').contains(&c);
    if is_cut_identifier(text) || (text.starts_with(is_wide) && is_cut_identifier(&plain_width(text))) {
        return Err(Flaw::new(&registry::SCIENTIFIC));
    }
    if matches!(column_type, ColumnType::Code { .. }) {
        if text.chars().any(is_wide) {
            return Err(Flaw::new(&registry::FULL_WIDTH).with("proposal", plain_width(text)));
        }
        if text.contains(char::is_whitespace) {
            let whole: String = text.split_whitespace().collect();
            return Err(Flaw::new(&registry::SPACE_IN_CODE).with("proposal", whole));
        }
    }
    Ok(SmolStr::new(text))
}

/// Whether a cell of words is its own value, 缺 or 无; `None` where only [`read_cell`] can say.
pub(crate) fn plain_word(text: &str, field: &ColumnSchema) -> Option<Slot<()>> {
    match mark(text, field.optional).ok()? {
        Slot::Given(()) => {}
        marked => return Some(marked),
    }
    if trim(text).len() != text.len() || text.contains(|c| is_hidden(c) || c == '\u{FFFD}') {
        return None;
    }
    let plain = words(text, &field.column_type).ok()?;
    (plain.len() == text.len()).then_some(Slot::Given(()))
}

/// Characters that make a spreadsheet take a cell for a formula.
const FORMULA_STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would run this text, or would if apostrophes were taken from its front.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_STARTS)
}

/// A text with an apostrophe before it where a spreadsheet would run it; a number stays as it is.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if is_formula(text) && !is_measure(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A negative number, perhaps with a unit: nothing a spreadsheet could run.
fn is_measure(text: &str) -> bool {
    let Some(number) = text.strip_prefix('-') else {
        return false;
    };
    let digits = number
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches('.')
        .trim_start_matches(|c: char| c.is_ascii_digit());
    number.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '%' | '‰' | '/' | '·'))
}

/// The text that [`escape`] was given.
pub(crate) fn unescape(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

/// Characters compared with the listed words.
const LONGEST_WORD: usize = 60;

fn listed(text: &str, field: &ColumnSchema, values: &[SmolStr]) -> Result<u16, Flaw> {
    if let Some(found) = values.iter().position(|value| value == text)
        && let Ok(index) = u16::try_from(found)
    {
        return Ok(index);
    }
    let list = match &field.column_type {
        ColumnType::Enumeration { name, .. } => name.as_str(),
        _ => field.name.as_str(),
    };
    let shown: Vec<&str> = values.iter().take(12).map(SmolStr::as_str).collect();
    let more = if values.len() > shown.len() { "……" } else { "" };
    // The distance to a long text costs time, and no listed word is near it.
    let word: String = text.chars().take(LONGEST_WORD).collect();
    let proposal = match nearest(&word, values.iter().map(SmolStr::as_str)) {
        Some(near) => Argument::term(format!("是否想写“{near}”?"), format!("did you mean `{near}`?")),
        None => Argument::term(
            "从取值中选一个;不知道就留空",
            "use one of them, or leave the cell blank",
        ),
    };
    Err(Flaw::new(&registry::UNKNOWN_VALUE)
        .with("list", list)
        .with("values", format!("{}{more}", shown.join("、")))
        .with("proposal", proposal))
}

/// The words of a file for a boolean.
pub(crate) fn boolean_words(value: bool) -> &'static str {
    if value { "是" } else { "否" }
}

/// 是 and 否, and the words spreadsheets write for them; 1 and 0 are numbers and are not guessed at.
fn boolean(text: &str) -> Result<bool, Flaw> {
    if text == "是" || text.eq_ignore_ascii_case("true") {
        return Ok(true);
    }
    if text == "否" || text.eq_ignore_ascii_case("false") {
        return Ok(false);
    }
    let flaw = Flaw::new(&registry::NOT_A_BOOLEAN);
    Err(match text.to_lowercase().as_str() {
        "1" | "y" | "yes" | "√" | "✓" | "有" | "对" => flaw.write("是"),
        "0" | "n" | "no" | "×" | "✗" | "x" | "没有" | "不是" => flaw.write("否"),
        _ => flaw.with(
            "proposal",
            Argument::term(
                "写“是”或“否”;不知道就留空",
                "write 是 or 否, or leave the cell blank",
            ),
        ),
    })
}

/// Reads a day of the calendar.
pub(crate) fn date(text: &str) -> Result<Date, Flaw> {
    if let Some(date) = Date::parse(text) {
        return match date.is_within_years() {
            true => Ok(date),
            false => Err(Flaw::new(&registry::DATE_OUT_OF_RANGE)),
        };
    }
    let flaw = Flaw::new(&registry::NOT_A_DATE);
    Err(match likely_date(text) {
        Some(date) => flaw.write(&date.to_string()),
        None => flaw.with(
            "proposal",
            Argument::term(
                "写历法上有的日期,如 2025-01-31;不知道就留空",
                "write a day that exists, such as 2025-01-31, or leave the cell blank",
            ),
        ),
    })
}

/// The day that another spelling means: `2025/1/31`, `2025年1月31日`, `20250131`, a time after it, or the day number
/// that spreadsheets count from 1899-12-30.
fn likely_date(text: &str) -> Option<Date> {
    let plain = plain_width(text);
    let day_part = plain.split([' ', 'T']).next()?;
    let numbers: Vec<i32> = day_part
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let day = |year: i32, month: i32, day: i32| {
        let year = i16::try_from(year).ok().filter(|year| YEARS.contains(year))?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
    };
    match numbers.as_slice() {
        [year, month, date] => day(*year, *month, *date),
        [whole] if (19_000_101..22_000_000).contains(whole) => {
            day(whole / 10_000, whole / 100 % 100, whole % 100)
        }
        [serial] if (20_000..80_000).contains(serial) => Date::new(1899, 12, 30)?.add_days(*serial),
        _ => None,
    }
}

/// Reads a year of four digits.
pub(crate) fn year(text: &str) -> Result<i16, Flaw> {
    let shaped = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    let read = |text: &str| text.parse().ok().filter(|year| YEARS.contains(year));
    if let Some(year) = read(text).filter(|_| shaped) {
        return Ok(year);
    }
    let digits: String = plain_width(text)
        .chars()
        .filter(char::is_ascii_digit)
        .take(5)
        .collect();
    let proposal = if digits.len() == 4 && read(&digits).is_some() {
        digits
    } else {
        "2025".to_owned()
    };
    Err(Flaw::new(&registry::NOT_A_YEAR).with("proposal", proposal))
}

/// A key's cell as it is compared: a number without idle zeros, words without the spreadsheet's apostrophe.
pub(crate) fn key_part<'t>(text: &'t str, column_type: &ColumnType) -> Option<Cow<'t, str>> {
    if matches!(text, "" | MISSING_MARK | ABSENT_MARK) {
        return None;
    }
    Some(match column_type {
        ColumnType::Number { .. } => match exact::decimal(text) {
            Some(number) => Cow::Owned(exact::digits(&number, 18).0),
            None => Cow::Borrowed(text),
        },
        ColumnType::Text | ColumnType::Code { .. } | ColumnType::Reference { .. } | ColumnType::Territory => {
            Cow::Borrowed(unescape(text))
        }
        _ => Cow::Borrowed(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_of_a_day_are_recognised_and_not_accepted() {
        let day = Date::parse("2025-01-31");
        for text in [
            "2025/1/31",
            "2025.01.31",
            "2025年1月31日",
            "20250131",
            "45688",
            "2025-01-31 00:00:00",
            "２０２５-01-31",
        ] {
            assert_eq!(likely_date(text), day, "{text}");
            assert!(date(text).is_err(), "{text}");
        }
        assert_eq!(likely_date("2025-02-30"), None);
        assert_eq!(likely_date("1/31/2025"), None);
    }

    #[test]
    fn a_day_of_a_year_that_no_registry_speaks_of_is_refused() {
        for text in ["0000-01-01", "1899-12-31", "2200-01-01", "9999-12-31"] {
            let code = date(text).map_err(|flaw| flaw.entry.code);
            assert_eq!(code, Err("date-out-of-range"), "{text}");
        }
        for text in ["1900-01-01", "2199-12-31"] {
            assert_eq!(date(text).ok(), Date::parse(text));
        }
    }

    #[test]
    fn an_apostrophe_before_a_formula_is_put_on_once_and_taken_off_once() {
        for text in ["=1+1", "'=x", "-1", "+86", "@a", "'", "''-x", "普通", "＝1", "-x"] {
            assert_eq!(unescape(&escape(text)), text, "{text}");
        }
        assert_eq!(escape("-12.5"), "-12.5");
        assert_eq!(escape("-12.5万元/亩"), "-12.5万元/亩");
        assert_eq!(escape("-1+2"), "'-1+2");
    }
}
