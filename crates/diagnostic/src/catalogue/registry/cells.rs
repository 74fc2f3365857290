//! Findings about cells that hold no numbers: truths, dates, years, listed words.

use super::{Entry, row};

/// Neither 是 nor 否.
pub static NOT_A_BOOLEAN: Entry = row(
    "not-a-boolean",
    ("“{column}”只能写“是”或“否”,写的是“{found}”", "{proposal}"),
    ("`{column}` is 是 or 否 and has `{found}`", "{proposal}"),
);

/// Not a date, or not the one spelling of it.
pub static NOT_A_DATE: Entry = row(
    "not-a-date",
    (
        "“{column}”的日期要写成 2025-01-31 的样子,写的是“{found}”",
        "{proposal}",
    ),
    (
        "the date of `{column}` is written like 2025-01-31, not `{found}`",
        "{proposal}",
    ),
);

/// A day of a year that no registry speaks of.
pub static DATE_OUT_OF_RANGE: Entry = row(
    "date-out-of-range",
    (
        "“{column}”的日期要在 1900 至 2199 年之间,写的是“{found}”",
        "核对年份;不知道就留空",
    ),
    (
        "the date of `{column}` lies in the years 1900 to 2199, and `{found}` does not",
        "check the year, or leave the cell blank",
    ),
);

/// Not a year.
pub static NOT_A_YEAR: Entry = row(
    "not-a-year",
    (
        "“{column}”要写成 1900 至 2199 的四位年份,写的是“{found}”",
        "只写四位数字,例如 {proposal}",
    ),
    (
        "`{column}` is a year of four digits, 1900 to 2199, not `{found}`",
        "write four digits, such as `{proposal}`",
    ),
);

/// A word that is not in the list.
pub static UNKNOWN_VALUE: Entry = row(
    "unknown-enumeration-value",
    (
        "“{column}”的“{found}”不在“{list}”的取值中({values})",
        "{proposal}",
    ),
    (
        "`{found}` of `{column}` is no value of `{list}` ({values})",
        "{proposal}",
    ),
);
