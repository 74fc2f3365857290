//! Findings about workbooks and Parquet files: what those formats can hold and a table cannot.

use super::{Entry, Severity, entry, row};

/// A file of which nothing can be read.
pub static DAMAGED_FILE: Entry = entry(
    "damaged-table-file",
    Severity::Error,
    (
        "“{file}”{cause},没有读取",
        "从原系统重新导出,或重新传一次这份文件",
    ),
    (
        "`{file}` {cause} and was not read",
        "export it again from its own system, or transfer it again",
    ),
);

/// A file that could be read up to some row.
pub static BROKE_OFF: Entry = entry(
    "table-file-broke-off",
    Severity::Error,
    (
        "“{file}”读到第 {line} 行为止,以后的读不出来:{cause}",
        "从原系统重新导出;以前的行已经采用,查不到的行不能算没有",
    ),
    (
        "`{file}` was read up to row {line}; what follows cannot be read: {cause}",
        "export it again; the rows before are used, and a row that is not found may be among the others",
    ),
);

/// A workbook behind a password.
pub static PROTECTED_FILE: Entry = entry(
    "password-protected-file",
    Severity::Error,
    (
        "“{file}”有打开密码,没有读取",
        "在表格软件里取消打开密码,另存后再提交",
    ),
    (
        "`{file}` asks for a password and was not read",
        "take the password off in the spreadsheet program and save it again",
    ),
);

/// A column of a Parquet file whose cells are of another type.
pub static COLUMN_TYPE: Entry = entry(
    "wrong-column-type",
    Severity::Error,
    (
        "“{file}”的“{column}”是 {found},应为{expected},该栏没有读取",
        "{proposal}",
    ),
    (
        "`{column}` of `{file}` is {found} where {expected} is expected and was not read",
        "{proposal}",
    ),
);

/// A column of floating-point numbers.
pub static FLOAT_COLUMN: Entry = entry(
    "float-column",
    Severity::Note,
    (
        "“{file}”的“{column}”是浮点数,按最短的十进制小数读取,超过 15 位的退回",
        "金额写成 DECIMAL,或写成以分计的整数:栏名“{bare}(分)”",
    ),
    (
        "`{column}` of `{file}` holds floating-point numbers, read as their shortest decimals; more than 15 digits are \
         refused",
        "write amounts as DECIMAL, or as whole fen under the name `{bare}(分)`",
    ),
);

/// A number with more digits than a floating-point number keeps.
pub static BEYOND_FIFTEEN: Entry = row(
    "beyond-fifteen-digits",
    (
        "“{column}”的“{found}”超过 15 位,这样保存的数只有前 15 位可信",
        "代码:把这一栏设为文本,从原系统重新导出;算出来的数:先用 ROUND 取到需要的位数",
    ),
    (
        "`{found}` of `{column}` has more than 15 digits, and a number kept so is good for 15",
        "a code: set the column to text and export again; a computed number: ROUND it to the places that are needed",
    ),
);

/// Cells whose value was computed by a spreadsheet.
pub static FORMULAS: Entry = entry(
    "formula-cells",
    Severity::Warning,
    (
        "“{file}”有 {count} 格是公式,例如 {cell};取用的是上次保存时算出的值",
        "核对这些值;作为依据的,复制后选“粘贴为数值”再提交",
    ),
    (
        "{count} cells of `{file}` are formulas, {cell} for one; the values they had when it was saved were taken",
        "check the values; where they are evidence, copy them and paste as values",
    ),
);

/// A formula that was never computed.
pub static FORMULA_WITHOUT_VALUE: Entry = row(
    "formula-without-value",
    (
        "“{column}”在 {found} 的公式没有保存算出的值",
        "在表格软件里打开并保存一次,或粘贴为数值",
    ),
    (
        "the formula of `{column}` in {found} was saved without its value",
        "open it in a spreadsheet program and save it, or paste it as a value",
    ),
);

/// A cell of a merged region.
pub static MERGED_CELL: Entry = row(
    "merged-cells",
    (
        "“{column}”在合并的单元格 {found} 里,不知道值属于哪一行哪一栏",
        "取消合并,每一格写自己的值",
    ),
    (
        "`{column}` lies in the merged cells {found}, and the value may be of any of them",
        "unmerge them and give each cell its own value",
    ),
);

/// A merged region in the header.
pub static MERGED_HEADER: Entry = entry(
    "merged-header",
    Severity::Error,
    (
        "“{file}”第 {line} 行的表头有合并的单元格 {region},被并掉的栏没有名称",
        "取消合并,每一栏写一个字段名,表头只用一行",
    ),
    (
        "the header of `{file}` in row {line} has merged cells {region}; columns without a name were not read",
        "unmerge them: one field name a column, one row of header",
    ),
);

/// `#N/A` and its like.
pub static SPREADSHEET_ERROR: Entry = row(
    "spreadsheet-error",
    (
        "“{column}”是表格软件的出错值“{found}”",
        "改好公式或数据源;不知道就留空",
    ),
    (
        "`{column}` holds the error `{found}` of a spreadsheet",
        "mend the formula or its source, or leave the cell blank",
    ),
);

/// Codes kept as numbers.
pub static NUMBERS_AS_CODES: Entry = entry(
    "numbers-as-codes",
    Severity::Warning,
    (
        "“{file}”的“{column}”有 {count} 格是数值,例如第 {line} 行的“{found}”;数值开头的 0 已经没有了",
        "代码开头可能是 0 的,把这一栏设为文本后重新导出",
    ),
    (
        "{count} cells of `{column}` in `{file}` are numbers, `{found}` in row {line} for one; zeros before them are gone",
        "where codes may begin with 0, set the column to text and export again",
    ),
);

/// Sheets of a workbook that no table is read from.
pub static OTHER_SHEETS: Entry = entry(
    "sheets-not-read",
    Severity::Note,
    (
        "“{file}”的工作表 {sheets} 没有读取",
        "只读与表同名的工作表和“表名.年度”;别的可以留着",
    ),
    (
        "the sheets {sheets} of `{file}` were not read",
        "only the sheet named as the table and its 年度 sheet are read; others may stay",
    ),
);

/// A workbook of several sheets, none of which is the table's.
pub static NO_SUCH_SHEET: Entry = entry(
    "no-such-sheet",
    Severity::Error,
    (
        "“{file}”有几个工作表({sheets}),没有一个叫“{sheet}”,没有读取",
        "把要读的工作表改名为“{sheet}”",
    ),
    (
        "`{file}` has several sheets ({sheets}) and none is called `{sheet}`; it was not read",
        "rename the sheet to be read to `{sheet}`",
    ),
);

/// One table in several files.
pub static SEVERAL_FILES: Entry = entry(
    "table-in-several-files",
    Severity::Error,
    (
        "“{table}”同时有 {files},分不清以哪一份为准,都没有读取",
        "只留一份,其余的移走",
    ),
    (
        "`{table}` is in {files}; which of them holds is not guessed at, and none was read",
        "keep one and take the others away",
    ),
);
