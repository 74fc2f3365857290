//! Findings about registry tables and their rows. Those of a row name the column and quote the cell; the file and
//! line stand beside them in the rejection.

mod cells;
mod formats;
mod numbers;
mod records;
mod succession;

pub use cells::{DATE_OUT_OF_RANGE, NOT_A_BOOLEAN, NOT_A_DATE, NOT_A_YEAR, UNKNOWN_VALUE};
pub use formats::{
    BEYOND_FIFTEEN, BROKE_OFF, COLUMN_TYPE, DAMAGED_FILE, FLOAT_COLUMN, FORMULA_WITHOUT_VALUE, FORMULAS,
    MERGED_CELL, MERGED_HEADER, NO_SUCH_SHEET, NUMBERS_AS_CODES, OTHER_SHEETS, PROTECTED_FILE, SEVERAL_FILES,
    SPREADSHEET_ERROR,
};
pub use numbers::{
    FULL_WIDTH, MULTIPLIER_WITHOUT_UNIT, NEGATIVE, NOT_A_NUMBER, NOT_WHOLE, NUMBER_WITHOUT_UNIT, SCIENTIFIC,
    THOUSANDS, UNIT_MISMATCH, UNKNOWN_UNIT,
};
pub use records::{
    COLUMNS_NOT_GIVEN, DIGITS_LOST, EMPTY_RECORD_CELL, FIRST_STAGE_ABOVE_AMOUNT, FIRST_STAGE_NOT_OPEN,
    FOLDER_AS_TABLE, LATER_RECORD, MISSPELLED_CHOICE, NO_TABLES, NOTHING_TO_CHOOSE, RECORD_NOT_USED,
    RECORD_OF_SEVERAL_RULES, RECORD_WITH_YEAR, RECORD_WITHOUT_ROW, RECORD_WITHOUT_RULE, RECORD_WITHOUT_YEAR,
    RECORDS_OF_ONE_RIGHT, REPEATED_ROWS, ROWS_KNOWN_LATER, SPACE_IN_CODE, TODAY_BEFORE_YEAR, UNKNOWN_FILE,
    YEARS_WITHOUT_MAIN_FILE,
};

pub use succession::{SUCCESSION_NOT_CONFIRMED, SUCCESSION_NOT_SINGLE, SUCCESSION_WITHOUT_ROW};

use super::payments;
use crate::{Entry, Severity, Wording};

/// A message and its help.
type Words = (&'static str, &'static str);

const fn entry(code: &'static str, severity: Severity, zh: Words, en: Words) -> Entry {
    Entry {
        code,
        severity,
        zh: Wording {
            message: zh.0,
            help: zh.1,
            related: "",
        },
        en: Wording {
            message: en.0,
            help: en.1,
            related: "",
        },
    }
}

const fn row(code: &'static str, zh: Words, en: Words) -> Entry {
    entry(code, Severity::Error, zh, en)
}

/// A file without a header.
pub static EMPTY_FILE: Entry = entry(
    "empty-table-file",
    Severity::Error,
    ("“{file}”是空的,没有表头", "第一行写字段名,以下每行写一条记录"),
    (
        "`{file}` is empty and has no header",
        "write the field names on the first line and one record on each line below",
    ),
);

/// A header and no rows.
pub static NO_ROWS: Entry = entry(
    "file-without-rows",
    Severity::Warning,
    ("“{file}”只有表头,没有记录", "核对导出时是否选中了数据行"),
    (
        "`{file}` has a header and no rows",
        "check that the export included the data rows",
    ),
);

/// A file in UTF-16.
pub static UTF16: Entry = entry(
    "utf16-file",
    Severity::Error,
    (
        "“{file}”是 UTF-16 编码,未读取",
        "在表格软件里选“另存为 CSV UTF-8(逗号分隔)”再提交",
    ),
    (
        "`{file}` is encoded in UTF-16 and was not read",
        "save it again as “CSV UTF-8 (comma delimited)”",
    ),
);

/// A file that is no text at all: a spreadsheet's own format under another name, a picture.
pub static NOT_TEXT: Entry = entry(
    "not-a-text-file",
    Severity::Error,
    (
        "“{file}”不是文本文件,未读取",
        "在表格软件里打开它,选“另存为 CSV UTF-8(逗号分隔)”;只改扩展名没有用",
    ),
    (
        "`{file}` is no text file and was not read",
        "open it in a spreadsheet and save it as “CSV UTF-8 (comma delimited)”; a new name alone changes nothing",
    ),
);

/// A file in GB18030.
pub static GB18030: Entry = entry(
    "gb18030-file",
    Severity::Note,
    (
        "“{file}”按 GB18030 编码读取",
        "抽查几个汉字;另存为 UTF-8 可免去识别",
    ),
    (
        "`{file}` was read as GB18030",
        "check a few characters; saving it as UTF-8 avoids guessing",
    ),
);

/// A required column that is not in the file.
pub static MISSING_COLUMN: Entry = entry(
    "missing-table-column",
    Severity::Error,
    (
        "“{file}”缺少必需的栏目“{column}”,现有栏目:{columns}",
        "{proposal}",
    ),
    (
        "`{file}` lacks the required column `{column}`; it has: {columns}",
        "{proposal}",
    ),
);

/// A column the table does not have.
pub static UNKNOWN_COLUMN: Entry = entry(
    "unknown-table-column",
    Severity::Warning,
    ("“{file}”的栏目“{column}”不在本表的字段中,未读取", "{proposal}"),
    (
        "the column `{column}` of `{file}` is no field of this table and was not read",
        "{proposal}",
    ),
);

/// Findings of one kind about one file, beyond the first.
pub static MORE_FINDINGS: Entry = entry(
    "more-findings",
    Severity::Note,
    (
        "“{file}”还有 {more} 处 {code},没有逐一列出",
        "先改上面列出的几处;同一类的,改法相同",
    ),
    (
        "`{file}` has {more} more findings {code} that are not listed one by one",
        "mend those above first; the others of the kind are mended the same way",
    ),
);

/// Two columns of one name.
pub static DUPLICATE_COLUMN: Entry = entry(
    "duplicate-table-column",
    Severity::Error,
    (
        "“{file}”的第 {second} 栏“{column}”与第 {first} 栏是同一字段,只读取了前一栏",
        "只保留一栏,或给另一栏改名",
    ),
    (
        "column {second} `{column}` of `{file}` is the same field as column {first}; only the earlier was read",
        "keep one of them, or rename the other",
    ),
);

/// A yearly column in the main file, or the other way round.
pub static COLUMN_IN_OTHER_FILE: Entry = entry(
    "column-in-other-file",
    Severity::Warning,
    (
        "“{file}”的栏目“{column}”应写在{place}中,这里的未读取",
        "把这一栏移到{place}",
    ),
    (
        "the column `{column}` of `{file}` belongs in {place} and was not read here",
        "move it to {place}",
    ),
);

/// A unit in the header that is not in the table of units.
pub static UNKNOWN_HEADER_UNIT: Entry = entry(
    "unknown-header-unit",
    Severity::Error,
    (
        "“{file}”的表头“{header}”里的单位“{unit}”不认识,这一栏未读取",
        "写成{expected},例如 {proposal}",
    ),
    (
        "the unit `{unit}` in the header `{header}` of `{file}` is unknown; the column was not read",
        "write {expected}, such as `{proposal}`",
    ),
);

/// A unit in the header of another dimension.
pub static HEADER_UNIT_MISMATCH: Entry = entry(
    "header-unit-mismatch",
    Severity::Error,
    (
        "“{file}”的表头“{header}”的单位“{unit}”与字段不符,应为{expected},这一栏未读取",
        "改成例如 {proposal};数值也要按新单位核对",
    ),
    (
        "the unit `{unit}` in the header `{header}` of `{file}` does not fit the field, which needs {expected}; \
         the column was not read",
        "write `{proposal}`, and check the values against that unit",
    ),
);

/// Brackets in the header of a column that takes no unit.
pub static HEADER_UNIT_IGNORED: Entry = entry(
    "header-unit-ignored",
    Severity::Warning,
    (
        "“{file}”的表头“{header}”括号里的“{unit}”没有用处:这一栏不带单位",
        "把表头写成“{column}”",
    ),
    (
        "`{unit}` in the header `{header}` of `{file}` has no use: this column takes no unit",
        "write the header as `{column}`",
    ),
);

/// 登记完整至 without a date.
pub static BAD_COMPLETE_TO: Entry = entry(
    "unreadable-complete-to",
    Severity::Warning,
    (
        "“{file}”首行的“登记完整至”后面读不出日期:“{found}”",
        "写成“登记完整至 2025-12-31”;写明之前,查不到的记录算缺,不算没有",
    ),
    (
        "no date can be read after 登记完整至 in the first line of `{file}`: `{found}`",
        "write `登记完整至 2025-12-31`; until then a row that is not found is unknown, not none",
    ),
);

/// A yearly file is needed and was not given.
pub static MISSING_YEARLY_FILE: Entry = entry(
    "missing-yearly-file",
    Severity::Error,
    (
        "表“{table}”有必需的分年栏目({columns}),但没有年度文件",
        "另交一份年度文件,栏目为{key}、年度和这些字段",
    ),
    (
        "the table `{table}` has required yearly columns ({columns}) but no yearly file",
        "add a yearly file with {key}, 年度 and these fields",
    ),
);

/// A yearly file that has nothing to join on or nothing to say.
pub static UNEXPECTED_YEARLY_FILE: Entry = entry(
    "unexpected-yearly-file",
    Severity::Error,
    (
        "表“{table}”没有主键或没有分年栏目,年度文件“{file}”未读取",
        "给表声明主键和分年栏目,或不提交这份文件",
    ),
    (
        "the table `{table}` has no key or no yearly column; the yearly file `{file}` was not read",
        "declare a key and yearly columns, or leave this file out",
    ),
);

/// A row with more or fewer cells than the header.
pub static CELL_COUNT: Entry = row(
    "wrong-cell-count",
    (
        "这一行有 {found} 格,表头有 {expected} 格",
        "核对多出或缺少的逗号;格内有逗号时用英文双引号把整格括起来",
    ),
    (
        "this row has {found} cells and the header has {expected}",
        "look for a comma too many or too few; quote a cell that holds a comma",
    ),
);

/// A quote that is opened and not closed.
pub static OPEN_QUOTE: Entry = row(
    "open-quote-in-row",
    (
        "第 {first} 行的英文双引号没有收好,直到第 {last} 行都被当成同一格,这些行都没有读取",
        "到第 {first} 行补上缺少的 \",或删去多余的;格内的引号写成两个 \"\"",
    ),
    (
        "a double quote of line {first} is not closed as it should be: all up to line {last} was taken for one cell, and none of these lines was read",
        "on line {first} add the missing \" or delete the stray one; a quote inside a cell is written \"\"",
    ),
);

/// Characters lost before the file came here.
pub static BROKEN_CHARACTERS: Entry = row(
    "broken-characters",
    (
        "“{column}”里有已损坏的字:“{found}”",
        "从原系统重新导出,选 UTF-8 编码",
    ),
    (
        "`{column}` holds damaged characters: `{found}`",
        "export it again from its own system, as UTF-8",
    ),
);

/// A control character, or one without width or of the other direction.
pub static CONTROL_CHARACTER: Entry = row(
    "control-character",
    (
        "“{column}”里有看不见的字符:“{found}”",
        "删去 ⟨ ⟩ 里的字符,或从原系统重新导出",
    ),
    (
        "`{column}` holds an invisible character: `{found}`",
        "delete what stands in ⟨ ⟩, or export the file again",
    ),
);

/// A row without its key.
pub static MISSING_KEY: Entry = row(
    "missing-row-key",
    (
        "这一行没有主键“{column}”",
        "补上“{column}”;没有主键的记录无法对应到任何一方",
    ),
    (
        "this row has no key `{column}`",
        "fill in `{column}`; without it the row belongs to nobody",
    ),
);

/// A key that an earlier row has.
pub static DUPLICATE_KEY: Entry = row(
    "duplicate-row-key",
    (
        "主键“{found}”在第 {first} 行已有,第 {second} 行重复",
        "核对两行哪一行是对的,删去另一行;本次采用第 {first} 行",
    ),
    (
        "the key `{found}` of line {second} is already on line {first}",
        "find out which row is right and delete the other; line {first} was used",
    ),
);

/// A yearly row whose subject is not in the main file.
pub static NO_SUCH_SUBJECT: Entry = row(
    "yearly-row-without-subject",
    (
        "主文件里没有“{column}”为“{found}”的记录",
        "先在主文件里登记它;如果它在主文件里被退回,先改好那一行",
    ),
    (
        "the main file has no row whose `{column}` is `{found}`",
        "add it to the main file first; if its row there was rejected, mend that row",
    ),
);

/// References to rows that no file has.
pub static DANGLING_REFERENCE: Entry = super::warning(
    "dangling-reference",
    "“{table}”的“{column}”有 {count} 处在“{target}”里找不到,例如第 {line} 行的“{found}”",
    "核对键是否写错;对方被退回的,先改好那一行。找到之前,经由它的事实都按缺处理",
    "{count} cells of “{column}” in “{table}” name no row of “{target}”, for instance “{found}” in line {line}",
    "check the keys; if the row there was rejected, mend it first. Until then facts reached through them count as missing",
);

/// Territories of rows that are not written as documents write theirs, so that they lie in none.
pub static TERRITORY_CELL_NOT_IN_FULL: Entry = super::warning(
    "territory-cell-not-in-full",
    "“{table}”的“{column}”有 {count} 行没有写全称,和文件的适用地区对不上,都会算作不适用:{found}",
    "从省写起,每一级写全,照适用地区的写法,例如 {example}",
    "{count} rows of “{table}” do not write “{column}” in full, so that they lie in no document's territory: {found}",
    "write every level in full from the province down, as documents write their territory, such as {example}",
);

/// A second row for one subject and year.
pub static DUPLICATE_YEAR: Entry = row(
    "duplicate-yearly-row",
    (
        "“{key}”{year} 年的数据在第 {first} 行已有,第 {second} 行重复",
        "核对两行哪一行是对的,删去另一行;本次采用第 {first} 行",
    ),
    (
        "the values of `{key}` for {year} on line {second} are already on line {first}",
        "find out which row is right and delete the other; line {first} was used",
    ),
);

/// 无 in a column that always has a value.
pub static ABSENT_NOT_ALLOWED: Entry = row(
    "absent-not-allowed",
    (
        "“{column}”不能是“无”",
        "不知道就留空(算缺);确实可以没有的字段,在对象里声明“可无”",
    ),
    (
        "`{column}` cannot be 无 (none)",
        "leave the cell blank when it is not known; a field that can be none is declared optional (可无)",
    ),
);

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &EMPTY_FILE,
    &NO_ROWS,
    &UTF16,
    &NOT_TEXT,
    &GB18030,
    &MISSING_COLUMN,
    &UNKNOWN_COLUMN,
    &MORE_FINDINGS,
    &DUPLICATE_COLUMN,
    &COLUMN_IN_OTHER_FILE,
    &UNKNOWN_HEADER_UNIT,
    &HEADER_UNIT_MISMATCH,
    &HEADER_UNIT_IGNORED,
    &BAD_COMPLETE_TO,
    &MISSING_YEARLY_FILE,
    &UNEXPECTED_YEARLY_FILE,
    &CELL_COUNT,
    &OPEN_QUOTE,
    &BROKEN_CHARACTERS,
    &CONTROL_CHARACTER,
    &MISSING_KEY,
    &DUPLICATE_KEY,
    &NO_SUCH_SUBJECT,
    &DANGLING_REFERENCE,
    &TERRITORY_CELL_NOT_IN_FULL,
    &DUPLICATE_YEAR,
    &ABSENT_NOT_ALLOWED,
    &NOT_A_NUMBER,
    &FULL_WIDTH,
    &THOUSANDS,
    &SCIENTIFIC,
    &NUMBER_WITHOUT_UNIT,
    &MULTIPLIER_WITHOUT_UNIT,
    &UNKNOWN_UNIT,
    &UNIT_MISMATCH,
    &NEGATIVE,
    &NOT_WHOLE,
    &NOT_A_BOOLEAN,
    &NOT_A_DATE,
    &DATE_OUT_OF_RANGE,
    &NOT_A_YEAR,
    &UNKNOWN_VALUE,
    &payments::INCOMPLETE,
    &payments::UNKNOWN_RULE,
    &payments::AMBIGUOUS_RULE,
    &payments::UNKNOWN_ROW,
    &payments::NO_YEAR,
    &payments::NOT_AN_AMOUNT,
    &payments::REPEATED,
    &SPACE_IN_CODE,
    &DIGITS_LOST,
    &COLUMNS_NOT_GIVEN,
    &EMPTY_RECORD_CELL,
    &RECORD_WITHOUT_RULE,
    &RECORD_OF_SEVERAL_RULES,
    &RECORD_WITHOUT_ROW,
    &RECORD_WITHOUT_YEAR,
    &RECORD_WITH_YEAR,
    &FIRST_STAGE_ABOVE_AMOUNT,
    &FIRST_STAGE_NOT_OPEN,
    &RECORDS_OF_ONE_RIGHT,
    &NOTHING_TO_CHOOSE,
    &MISSPELLED_CHOICE,
    &LATER_RECORD,
    &RECORD_NOT_USED,
    &REPEATED_ROWS,
    &ROWS_KNOWN_LATER,
    &TODAY_BEFORE_YEAR,
    &UNKNOWN_FILE,
    &FOLDER_AS_TABLE,
    &NO_TABLES,
    &YEARS_WITHOUT_MAIN_FILE,
    &SUCCESSION_WITHOUT_ROW,
    &SUCCESSION_NOT_CONFIRMED,
    &SUCCESSION_NOT_SINGLE,
    &DAMAGED_FILE,
    &BROKE_OFF,
    &PROTECTED_FILE,
    &COLUMN_TYPE,
    &FLOAT_COLUMN,
    &BEYOND_FIFTEEN,
    &FORMULAS,
    &FORMULA_WITHOUT_VALUE,
    &MERGED_CELL,
    &MERGED_HEADER,
    &SPREADSHEET_ERROR,
    &NUMBERS_AS_CODES,
    &OTHER_SHEETS,
    &NO_SUCH_SHEET,
    &SEVERAL_FILES,
];
