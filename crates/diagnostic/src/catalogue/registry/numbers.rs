//! Findings about cells that hold numbers.

use super::{Entry, row};

/// Not a number.
pub static NOT_A_NUMBER: Entry = row(
    "not-a-number",
    (
        "“{column}”应为{expected},写的是“{found}”",
        "写成数字,例如 {proposal};不知道就留空",
    ),
    (
        "`{column}` needs {expected} and has `{found}`",
        "write a number such as `{proposal}`, or leave the cell blank",
    ),
);

/// Full-width characters in a number or an identifier.
pub static FULL_WIDTH: Entry = row(
    "full-width-digits",
    ("“{column}”用了全角字符:“{found}”", "改为半角:{proposal}"),
    (
        "`{column}` is written in full-width characters: `{found}`",
        "write it in half width: `{proposal}`",
    ),
);

/// Thousands separators.
pub static THOUSANDS: Entry = row(
    "separators-in-number",
    (
        "“{column}”的数字带有多余的符号或空格:“{found}”",
        "写成 {proposal}",
    ),
    (
        "the number of `{column}` has a separator, a plus or a blank in it: `{found}`",
        "write `{proposal}`",
    ),
);

/// Scientific notation, mostly an identifier a spreadsheet has cut.
pub static SCIENTIFIC: Entry = row(
    "scientific-notation",
    (
        "“{column}”是科学记数法“{found}”,后面的位数已被表格软件截去",
        "从原系统重新导出,导出前把这一栏设为文本;不要手工补零",
    ),
    (
        "`{column}` is in scientific notation, `{found}`; a spreadsheet has cut its digits",
        "export it again with this column set to text; do not fill in zeros",
    ),
);

/// A bare number where neither header nor cell has a unit.
pub static NUMBER_WITHOUT_UNIT: Entry = row(
    "number-without-unit",
    (
        "“{column}”的“{found}”没有单位,表头也没有写",
        "核对是多少,写明单位:{proposal};整栏同一单位的,写进表头:{header}",
    ),
    (
        "`{found}` of `{column}` has no unit, and neither has the header",
        "find out which it is and write the unit: `{proposal}`; or put one for the whole column in the header: `{header}`",
    ),
);

/// 1.2万 without a unit.
pub static MULTIPLIER_WITHOUT_UNIT: Entry = row(
    "multiplier-without-unit",
    (
        "“{column}”的“{found}”只有“{multiplier}”,没有单位",
        "写成 {proposal}",
    ),
    (
        "`{found}` of `{column}` has `{multiplier}` and no unit",
        "write {proposal}",
    ),
);

/// Words after a number that are no unit.
pub static UNKNOWN_UNIT: Entry = row(
    "unknown-cell-unit",
    (
        "“{column}”的“{found}”里“{unit}”不是认识的单位",
        "写成{expected},例如 {proposal}",
    ),
    (
        "`{unit}` in `{found}` of `{column}` is no known unit",
        "write {expected}, such as `{proposal}`",
    ),
);

/// A unit of another dimension.
pub static UNIT_MISMATCH: Entry = row(
    "cell-unit-mismatch",
    (
        "“{column}”应为{expected},“{found}”的单位是“{unit}”",
        "核对数值后写成例如 {proposal}",
    ),
    (
        "`{column}` needs {expected}; the unit of `{found}` is `{unit}`",
        "check the value and write it like `{proposal}`",
    ),
);

/// A negative number in an unsigned column.
pub static NEGATIVE: Entry = row(
    "negative-not-allowed",
    (
        "“{column}”不能是负数,写的是“{found}”",
        "核对正负号;对象的字段确实可以为负的,在声明里写“可负”;核定、兑付的金额不能为负",
    ),
    (
        "`{column}` cannot be negative and has `{found}`",
        "check the sign; a field of a subject that can be negative is declared signed (可负), amounts of 核定 and 兑付 never are",
    ),
);

/// A fraction of a thing that is counted.
pub static NOT_WHOLE: Entry = row(
    "count-not-whole",
    (
        "“{column}”按{unit}计数,不能是“{found}”",
        "写整数;需要小数的字段不要用“{unit}”作类型",
    ),
    (
        "`{column}` counts {unit} and cannot be `{found}`",
        "write a whole number; a field with fractions is no count",
    ),
);
