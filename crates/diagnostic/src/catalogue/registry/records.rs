//! Findings about records (核定, 归组) and about the folder of a registry as a whole.

use super::{Entry, Severity, entry, row};

/// A record that leaves out what makes it one.
pub static EMPTY_RECORD_CELL: Entry = row(
    "empty-record-cell",
    (
        "“{column}”是空的,这条记录不采用",
        "补上“{column}”;核定要写明规则、键、金额、核定人、日期和依据文件,归组要写明规则、键和归组",
    ),
    (
        "`{column}` is empty and the record is not used",
        "fill in `{column}`; a determination (核定) says rule, key, amount, officer, date and paper, a choice (归组) rule, key and choice",
    ),
);

/// A record of a rule that is not there.
pub static RECORD_WITHOUT_RULE: Entry = row(
    "record-without-rule",
    ("“{found}”不是任何一条奖补的名称", "{proposal}"),
    ("no grant is called `{found}`", "{proposal}"),
);

/// A record of a name that several rules have.
pub static RECORD_OF_SEVERAL_RULES: Entry = row(
    "record-of-several-rules",
    ("叫“{found}”的奖补不止一条", "写明是哪一条:{proposal}"),
    (
        "more than one grant is called `{found}`",
        "say which one: {proposal}",
    ),
);

/// A record of a row that is not there.
pub static RECORD_WITHOUT_ROW: Entry = row(
    "record-without-row",
    (
        "“{table}”里没有键为“{found}”的一行",
        "核对键;“{rule}”按“{table}”逐个算,那一行被退回的先改好它",
    ),
    (
        "no row of `{table}` has the key `{found}`",
        "check the key; `{rule}` is decided for each row of `{table}`, and a row rejected there has to be mended first",
    ),
);

/// A record of a yearly rule that does not say which year.
pub static RECORD_WITHOUT_YEAR: Entry = row(
    "record-without-year",
    (
        "“{rule}”每年一份,这条核定没有写年度",
        "在“年度”里写明核定的是哪一年的,一年一行",
    ),
    (
        "`{rule}` is granted each year and the determination gives no year",
        "write in 年度 which year it determines, one row a year",
    ),
);

/// A year in the record of a rule whose rights have none.
pub static RECORD_WITH_YEAR: Entry = row(
    "record-with-year",
    (
        "“{rule}”不按年度发放,这条核定写了年度“{found}”",
        "把“年度”留空;要分年度的,奖补里写 每年",
    ),
    (
        "`{rule}` is not granted by year and the determination gives the year `{found}`",
        "leave 年度 blank; a grant by year says yearly (每年)",
    ),
);

/// A first instalment above the whole.
pub static FIRST_STAGE_ABOVE_AMOUNT: Entry = row(
    "first-stage-above-amount",
    (
        "首期“{found}”超过核定的金额“{amount}”",
        "核对两栏和它们的单位;首期是金额的一部分",
    ),
    (
        "the first instalment `{found}` is above the amount `{amount}`",
        "check both columns and their units; the first instalment is a part of the amount",
    ),
);

/// A first instalment of a rule that leaves none to be determined.
pub static FIRST_STAGE_NOT_OPEN: Entry = row(
    "first-stage-not-open",
    (
        "“{rule}”没有待核定的首期,这条核定写了首期“{found}”",
        "把“首期”留空;首期由人核定的,奖补的第一期写 未公布",
    ),
    (
        "`{rule}` has no first instalment to determine and the determination gives `{found}`",
        "leave 首期 blank; an instalment that a person determines is written unpublished (未公布) in the grant",
    ),
);

/// Two records of one right.
pub static RECORDS_OF_ONE_RIGHT: Entry = row(
    "records-of-one-right",
    (
        "“{rule}”对“{found}”不止一条记录,在第 {lines} 行,分不清以哪一条为准",
        "核对后只留一条;留下之前哪一条都不采用",
    ),
    (
        "there is more than one record of `{rule}` for `{found}`, on lines {lines}, and nothing says which holds",
        "keep only the right one; until then none of them is used",
    ),
);

/// A choice for a rule in whose group nothing is to be chosen.
pub static NOTHING_TO_CHOOSE: Entry = row(
    "nothing-to-choose",
    (
        "“{rule}”不在待选键的组合里,没有归组可选",
        "删去这一行;要由人选定的,组合里写 键 待选 {…}",
    ),
    (
        "`{rule}` is in no group whose key is to be chosen",
        "delete this row; a key that an officer chooses is written key to_choose {…} (键 待选) in the group",
    ),
);

/// A choice that is nearly one of those there are.
pub static MISSPELLED_CHOICE: Entry = row(
    "misspelled-choice",
    (
        "“{found}”不在“{rule}”可选的归组里({choices})",
        "是否想写“{near}”?要写某一个的键,写它的全称",
    ),
    (
        "`{found}` is none of the choices of `{rule}` ({choices})",
        "did you mean `{near}`? The key of a single row is written in full",
    ),
);

/// Determinations of days to come.
pub static LATER_RECORD: Entry = entry(
    "later-record",
    Severity::Note,
    (
        "“{file}”有 {count} 条核定的日期晚于今日 {today},还不算;最早的在第 {line} 行,{found}",
        "到那一天再算就会采用;日期写错的改日期",
    ),
    (
        "`{file}` has {count} determinations dated after today, {today}, and they do not count yet; the earliest is line {line}, {found}",
        "they count once that day is decided for; mend a date that is wrong",
    ),
);

/// Rows about something that an earlier row of the file is about already.
pub static REPEATED_ROWS: Entry = entry(
    "repeated-rows",
    Severity::Warning,
    (
        "“{file}”有 {count} 行与前面的行是同一个键或同一年,退回了,采用前面的一行;第一处在第 {line} 行",
        "核对哪一行对,删去另一行;改正同一数字的,写得知日",
    ),
    (
        "`{file}` has {count} rows with the key or the year of an earlier row; they were rejected and the earlier row counts; the first is line {line}",
        "check which of the two is right and delete the other; where a figure was corrected, give 得知日",
    ),
);

/// Determinations that no decision of the run took up.
pub static RECORD_NOT_USED: Entry = entry(
    "record-not-used",
    Severity::Note,
    (
        "“{file}”第 {line} 行的核定没有用上:{rule}({row}){found}{others}",
        "核定只定没有公布公式的数:公式算得出的照公式,不符合的不因核定而符合,缺的事实要登记;记录写错规则、键或年度的,改那一行",
    ),
    (
        "the determination on line {line} of `{file}` was not used: {rule} ({row}) {found}{others}",
        "a determination settles an amount without a published formula and nothing else: what a formula gives stays, who is not eligible stays so, a fact that is missing has to be registered; mend the line if its rule, key or year is wrong",
    ),
);

/// Rows of a yearly file that were known from a later day only.
pub static ROWS_KNOWN_LATER: Entry = entry(
    "rows-known-later",
    Severity::Note,
    (
        "“{file}”有 {count} 行的得知日晚于今日 {today},那一天还不知道,没有采用;第一行是第 {line} 行",
        "用晚一些的今日(--as-of)计算就会采用;日期写错的改日期",
    ),
    (
        "`{file}` has {count} rows known only after today, {today}, and they are not used; the first is line {line}",
        "decide for a later day (--as-of) to use them; mend a date that is wrong",
    ),
);

/// A day before the year that is decided for.
pub static TODAY_BEFORE_YEAR: Entry = entry(
    "today-before-year",
    Severity::Note,
    (
        "今日 {today} 早于权利年度 {year} 年,这一年的事实那一天还没有",
        "登记数据照样采用;日期写错的改 --as-of,年度写错的改 --year",
    ),
    (
        "today, {today}, comes before the year {year} that is decided for: its facts were not there that day",
        "the registry is used all the same; mend --as-of or --year where one of them is wrong",
    ),
);

/// A file that is no table of the pack.
pub static UNKNOWN_FILE: Entry = entry(
    "unknown-data-file",
    Severity::Warning,
    ("“{file}”不是这个政策包的登记表,没有读入", "{proposal}"),
    ("`{file}` is no table of this pack and was not read", "{proposal}"),
);

/// A folder where a table should be.
pub static FOLDER_AS_TABLE: Entry = entry(
    "folder-as-table",
    Severity::Error,
    (
        "“{file}”是文件夹,不是文件,没有读入",
        "把里面的文件移上来,照表的名字命名,再去掉这个文件夹",
    ),
    (
        "`{file}` is a folder, not a file, and was not read",
        "move its file up, name it as the table, and take the folder away",
    ),
);

/// A folder without any table of the pack.
pub static NO_TABLES: Entry = entry(
    "no-tables",
    Severity::Warning,
    (
        "“{file}”里没有这个政策包的登记表,没有对象可算",
        "把登记表写成 {tables} 放进去,或用 --data 写明文件夹",
    ),
    (
        "`{file}` holds no table of this pack, and there is nobody to decide for",
        "put the registry there as {tables}, or name its folder with --data",
    ),
);

/// Years without the subjects they belong to.
pub static YEARS_WITHOUT_MAIN_FILE: Entry = entry(
    "yearly-file-without-main-file",
    Severity::Error,
    (
        "有“{file}”,没有主文件“{main}”,年度数据没有读入",
        "补上“{main}”,每个对象一行,主键与年度文件相同",
    ),
    (
        "`{file}` is here and its main file `{main}` is not; the yearly rows were not read",
        "add `{main}` with one row a subject and the same key",
    ),
);

/// Long codes that all end in zeros after the fifteenth digit.
pub static DIGITS_LOST: Entry = entry(
    "digits-lost",
    Severity::Warning,
    (
        "“{file}”的“{column}”有 {count} 个代码从第 16 位起全是 0,例如第 {line} 行的“{found}”,像是被表格软件截去了末几位",
        "对照原系统核对;截去了的重新导出,导出前把这一栏设为文本",
    ),
    (
        "{count} codes of `{column}` in `{file}` are all zeros from digit 16 on, for instance `{found}` in line {line}, as if a spreadsheet had cut them",
        "compare them with their own system; where digits are lost export again with this column set to text",
    ),
);

/// Fields that a file has no column for.
pub static COLUMNS_NOT_GIVEN: Entry = entry(
    "columns-not-given",
    Severity::Note,
    (
        "“{file}”{lacks},全部算缺:{columns}",
        "用得到的补上;用不到的不必管",
    ),
    (
        "`{file}` {lacks} {columns}; they count as missing in every row",
        "add those that are needed; the others need no attention",
    ),
);

/// A code with a blank in it.
pub static SPACE_IN_CODE: Entry = row(
    "space-in-code",
    ("“{column}”是代码,中间有空格:“{found}”", "写成 {proposal}"),
    (
        "`{column}` is a code and has a blank in it: `{found}`",
        "write `{proposal}`",
    ),
);
