//! Findings about types, units and values.

use crate::Entry;

use super::{error, warning};

/// A value of the wrong type.
pub static TYPE_MISMATCH: Entry = error(
    "type-mismatch",
    "这里要{expected},写的是{found}",
    "改成{expected},或检查是不是用错了字段",
    "{expected} is needed here, {found} is written",
    "write {expected}, or check whether another field is meant",
);

/// A column of a table that holds values of several kinds.
pub static MIXED_COLUMN: Entry = error(
    "mixed-column",
    "「{column}」一栏里的值不是同一种",
    "一栏只写一种值:都是带单位的数,都是日期,或都是一个类别的词;这一栏不作要求的格子写 不限",
    "the values in the column “{column}” are not of one kind",
    "a column holds one kind: figures with a unit, dates, or words of one enumeration; a cell that asks nothing is unlimited (不限)",
);

/// Two values that cannot be added or compared.
pub static UNIT_MISMATCH: Entry = error(
    "unit-mismatch",
    "「{left}」是{left_type},「{right}」是{right_type},不能用「{operator}」放在一起",
    "{hint}",
    "“{left}” is {left_type}, “{right}” is {right_type}: they cannot stand on the two sides of “{operator}”",
    "{hint}",
);

/// A bare number where a unit is needed.
pub static MISSING_UNIT: Entry = error(
    "missing-unit",
    "「{number}」缺单位:这里要{expected}",
    "写明单位,例如 {example}",
    "“{number}” has no unit: {expected} is needed here",
    "write the unit, for instance {example}",
);

/// `+ 5%` on a rate.
pub static POINTS_OR_PERCENT: Entry = error(
    "points-or-percent",
    "「{sign} {literal}」有两个意思:{sign} {points}(12% → {by_points}),还是按 {percent} 计(12% → {by_percent})?",
    "加减比率时写「{points}」;要按比例增减时写「× {percent}」",
    "“{sign} {literal}” can mean two things: {sign} {points} (12% → {by_points}) or × {percent} (12% → {by_percent})",
    "to add or subtract rates write “{points}”; to scale write “× {percent}”",
);

/// A yearly field without a year.
pub static YEAR_NOT_SAID: Entry = error(
    "year-not-said",
    "「{name}」每年一个数,没有写是哪一年",
    "{hint}",
    "“{name}” has a value for each year, and no year is said",
    "{hint}",
);

/// A year in front of something that is the same in all years.
pub static NOT_YEARLY: Entry = error(
    "not-yearly",
    "「{name}」不是每年一个数,前面不能写「{period}」",
    "去掉「{period}」,或在声明里给「{name}」加上 每年",
    "“{name}” is not yearly and takes no “{period}”",
    "remove “{period}”, or declare “{name}” as yearly (每年)",
);

/// Rows where one value is needed.
pub static ROWS_NEED_AGGREGATE: Entry = error(
    "rows-need-aggregate",
    "「{name}」可能有好几行,不能当一个值用",
    "用 合计、计数、存在、最大、最小 之一,例如 合计({name}.字段)",
    "“{name}” may be several rows and is not one value",
    "use one of sum (合计), count (计数), exists (存在), max (最大), min (最小), for instance sum({name}.field)",
);

/// Wrong number of arguments.
pub static ARGUMENT_COUNT: Entry = error(
    "argument-count",
    "「{name}」的括号里要 {expected} 个值,写了 {found} 个",
    "写成 {form}",
    "“{name}” takes {expected} arguments, {found} are written",
    "write {form}",
);

/// An unknown unit.
pub static UNKNOWN_UNIT: Entry = error(
    "unknown-unit",
    "没有单位「{unit}」",
    "{nearest}固定的单位有:元、万元、亿元、亩、公顷、平方米、吨、人、家、户、年、%、个百分点 等,全部的见语言参考",
    "there is no unit “{unit}”",
    "{nearest}the fixed units are 元 万元 亿元 亩 公顷 平方米 吨 人 家 户 年 % 个百分点 and so on; the language reference lists them all",
);

/// A value that is none of an enumeration's.
pub static UNKNOWN_VALUE: Entry = error(
    "unknown-value",
    "「{name}」不是「{enumeration}」的值",
    "可以写:{values}",
    "“{name}” is not a value of “{enumeration}”",
    "what can be written: {values}",
);

/// Ordering of an enumeration that has no order.
pub static NOT_ORDERED: Entry = error(
    "not-ordered",
    "{found}没有大小先后,不能用「{operator}」比较",
    "只能用 = 和 ≠;类别要比大小,在声明里写 序",
    "{found} has no order and cannot be compared with “{operator}”",
    "only = and ≠ apply; an enumeration is ordered by declaring it ordered (序)",
);

/// Codes of two systems.
pub static CODE_SYSTEMS: Entry = error(
    "code-systems",
    "两边的代码属于不同体系:{left}和{right},同样的数字意思不同",
    "先用对照表换成同一体系,再比较",
    "the two codes belong to different systems, {left} and {right}: the same digits mean different things",
    "convert one with a table before comparing",
);

/// Two values in force on one day.
pub static OVERLAPPING_PERIODS: Entry = error(
    "overlapping-periods",
    "「{name}」在 {date} 有两个值",
    "让前一个的「至」早于后一个的「自」,或去掉「至」让后一个自动接续",
    "“{name}” has two values on {date}",
    "end the earlier one before the later begins, or leave out to (至) and let the later one follow",
)
.second("另一个在这里", "the other is here");

/// A stretch of days without a value.
pub static DATE_GAP: Entry = warning(
    "date-gap",
    "「{name}」从 {from} 到 {to} 没有值",
    "如果中间确实没有规定,保留即可;否则补上这一段",
    "“{name}” has no value from {from} to {to}",
    "leave it if nothing was laid down for those days; otherwise add the missing stretch",
);

/// A day that does not exist.
pub static NO_SUCH_DATE: Entry = error(
    "no-such-date",
    "没有「{date}」这一天",
    "对照原文核对;日期写作 2025-01-31",
    "there is no day “{date}”",
    "check it against the original; dates are written 2025-01-31",
);

/// 至 before 自.
pub static PERIOD_REVERSED: Entry = error(
    "period-reversed",
    "「至 {to}」早于「自 {from}」",
    "对调两个日期,或改正其中一个",
    "“至 {to}” is before “自 {from}”",
    "swap the two dates, or correct one of them",
);

/// Two rows of a table with 法 唯一 fit the same case.
pub static TABLE_OVERLAP: Entry = error(
    "table-overlap",
    "表「{table}」有两行同时符合:{example}",
    "改掉其中一行的条件;如果本来就是从上往下取第一行,写 法 首个",
    "two rows of the table “{table}” fit the same case: {example}",
    "change one of them; if the first row from the top is meant, write mode first (法 首个)",
)
.second("另一行在这里", "the other row is here");

/// No row of a table fits a case.
pub static TABLE_GAP: Entry = warning(
    "table-gap",
    "表「{table}」有情况没有行可用:{example}",
    "补上一行;如果确实不适用,加一行「不限」给 0 或 无",
    "no row of the table “{table}” fits this case: {example}",
    "add a row; if nothing applies there, add a row with unlimited (不限) that gives 0 or nothing (无)",
);

/// An edition of a table with other columns than the first.
pub static OTHER_COLUMNS: Entry = error(
    "other-columns",
    "表「{table}」的栏是 {expected},这一版写的是 {found}",
    "各版的栏要相同,次序也相同;栏变了,另写一张表,从那一天起在 修订 里改用它",
    "the columns of the table “{table}” are {expected}; this edition has {found}",
    "every edition has the same columns in the same order; with other columns write another table, and amend (修订) what uses it",
);

/// Cases that leave something out.
pub static CASES_NOT_COVERED: Entry = error(
    "cases-not-covered",
    "逐行列的情形没有列全,还缺:{example}",
    "补上缺的情形,或在最后加一行 - 否则: 值;其余的确实没有,写 - 否则: 无",
    "the cases leave something out: {example}",
    "add what is missing, or a last line `- otherwise: value` (否则); where nothing comes of the rest, write `- otherwise: nothing` (否则: 无)",
);

/// A cell without content.
pub static EMPTY_CELL: Entry = error(
    "empty-table-cell",
    "表「{table}」的「{column}」有空格子",
    "不限制就写 不限,没有就写 无,没公布就写 未公布",
    "the column “{column}” of the table “{table}” has an empty cell",
    "write unlimited (不限) for no limit, nothing (无) for nothing, unpublished (未公布) for not published",
);

/// A table without rows and without a Markdown table above it.
pub static TABLE_WITHOUT_ROWS: Entry = error(
    "table-without-rows",
    "表「{table}」没有行,它上面同一标题下也没有表格",
    "在正文里写出表格,或在规则块里用 | 写行",
    "the table “{table}” has no rows, and no table stands above it under the same heading",
    "write the table in the text, or write rows with | in the block",
);

/// Land area and floor area in one sum or comparison.
pub static FLOOR_AND_LAND: Entry = error(
    "floor-and-land",
    "用地面积和建筑面积不能用「{operator}」放在一起",
    "两者之比是容积率:用「÷」;否则换成同一种面积",
    "land area and floor area cannot stand on the two sides of “{operator}”",
    "their quotient is the floor area ratio: use ÷; otherwise use the same kind of area",
);

/// 原值 outside an exception.
pub static ORIGINAL_OUTSIDE: Entry = error(
    "original-outside",
    "「原值」只能写在 例外 里",
    "写出要用的那个值的名字;要在原来的基础上加减,写成 例外",
    "“original” (原值) has a meaning inside except (例外) only",
    "write the name of the value that is meant; what is added to it in a special case is an exception: except (例外)",
);

/// A needed but missing date basis for an event rule.
pub static NO_DATE_BASIS: Entry = error(
    "no-date-basis",
    "「{name}」按「{each}」发,没有写按哪个日期选用规定",
    "{hint}",
    "“{name}” arises for each “{each}”, and no date says which version of the law applies",
    "{hint}",
);

/// Instalments that come to more than the whole.
pub static STAGES_EXCEED: Entry = error(
    "stages-exceed-whole",
    "「{name}」的分期合计 {sum},超过全部的 {whole}",
    "改小其中一期,或把最后一期写成 余额;有条件的各期也都算在内,只会给其中一期的,写成 例外 或 金额 的情形",
    "the instalments of “{name}” come to {sum}, more than the whole, {whole}",
    "make one of them smaller, or the last one remainder (余额); those with a condition count as well: what is given instead of another is a case of amount (金额) or an exception, except (例外)",
);

/// Instalments that come to less than the whole.
pub static STAGES_LEAVE_REST: Entry = error(
    "stages-leave-rest",
    "「{name}」的分期{sum},余下的没有写哪一天给",
    "最后加一期 - 日期: 余额;只给这么多的,把 金额 写成只给的数",
    "the instalments of “{name}” {sum}, and no line says when the rest is paid",
    "add a last line `- date: remainder` (余额); where no more is given, make amount (金额) what is given",
);

/// 余额 that is not the last instalment.
pub static REMAINDER_NOT_LAST: Entry = error(
    "remainder-not-last",
    "「{name}」的「余额」后面还有一期",
    "余额 是各期以外的全部,只写一次,写在最后一期;前面的各期写比率或金额",
    "an instalment of “{name}” follows remainder (余额)",
    "remainder (余额) is all that the others leave: write it once, as the last; the instalments before it are rates or money",
);

/// An instalment that falls due before the one above it.
pub static STAGES_OUT_OF_ORDER: Entry = warning(
    "stages-out-of-order",
    "「{name}」的这一期早于上一期",
    "各期按日期先后写;核对是不是写错了日期",
    "this instalment of “{name}” falls due before the one above it",
    "write instalments in the order of their days, or correct the day",
)
.second("上一期在这里", "the one above is here");

/// A line that leaves open what changes the outcome.
pub static MISSING_CHOICE: Entry = error(
    "missing-choice",
    "「{line}」没有写明{what}",
    "{choices}",
    "“{line}” does not say {what}",
    "{choices}",
);

/// A share of the peers that is not rounded to a whole place.
pub static UNROUNDED_SHARE: Entry = error(
    "unrounded-share",
    "「{text}」里总数的一部分不一定是整数,没有写明怎么取整",
    "写 去尾(总数 × 20%, 1)、进一(总数 × 20%, 1) 或 四舍五入(总数 × 20%, 1):39 家的 20% 是 7.8,依次是 7、8、8 家",
    "in “{text}” a share of 总数 need not be whole, and nothing says how it is rounded",
    "write floor_to (去尾), ceil_to (进一) or half_up (四舍五入), such as 去尾(总数 × 20%, 1): 20% of 39 is 7.8, which gives 7, 8 or 8",
);

/// A line that does not look at the place, before one that does.
pub static UNPLACED_VETO: Entry = error(
    "unplaced-veto",
    "「{text}」不看名次,却先于看名次的一条:没有写明这样的{subject}占不占名次",
    "把它移到 否决 排名前(不占名次,后面的递补)或 否决 排名后(占名次,只改结论)下面",
    "“{text}” does not look at the place, yet it goes before a line that does: nothing says whether such a row takes a place",
    "move it under veto before_ranking (否决 排名前: it takes no place, those behind move up) or veto after_ranking (否决 排名后: it keeps its place, only the outcome changes)",
);

/// Weights that are not a whole.
pub static WEIGHTS_DO_NOT_ADD_UP: Entry = warning(
    "weights-do-not-add-up",
    "「{name}」的权重合计 {sum},不是 {whole}",
    "核对原文;合计确实不是 {whole} 的,不必改",
    "the weights of “{name}” come to {sum}, not {whole}",
    "check the text; where the weights are really meant so, leave them",
);

/// A division whose divisor is zero as written.
pub static DIVIDED_BY_ZERO: Entry = error(
    "divided-by-zero",
    "除数「{divisor}」是零,算不出来",
    "检查除数是不是写错了",
    "the divisor “{divisor}” is zero: there is no quotient",
    "check whether another divisor is meant",
);

/// A comparison that no fact decides.
pub static ALWAYS_THE_SAME: Entry = warning(
    "always-the-same",
    "「{text}」不随登记的数变化,{outcome}:{why}",
    "检查数、符号和正负;真是这个意思的,删去这个条件",
    "no fact changes “{text}”, it {outcome}: {why}",
    "check the figure, the sign and the symbol; where it is meant so, remove the condition",
);

/// A ceiling, quota, amount or instalment that no law can mean.
pub static FIGURE_OUT_OF_RANGE: Entry = error(
    "figure-out-of-range",
    "「{line}」的 {figure} {why}",
    "检查正负号和小数点;要从应得里扣减的,写进 金额 的公式",
    "{figure} of “{line}” {why}",
    "check the sign and the decimal point; what is deducted belongs into the formula of amount (金额)",
)
.second("数写在这里", "the figure is written here");

/// A share held against a number without a percent sign.
pub static RATIO_AS_NUMBER: Entry = warning(
    "ratio-as-number",
    "「{ratio}」是比率,和「{figure}」比就是和 {percent} 比",
    "是百分之几就写「{figure}%」;真是 {figure} 倍,写「{figure}倍」",
    "“{ratio}” is a ratio: held against “{figure}” it is held against {percent}",
    "a percentage is written “{figure}%”; where it is really {figure} times, write “{figure}倍”",
);

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &TYPE_MISMATCH,
    &MIXED_COLUMN,
    &UNIT_MISMATCH,
    &MISSING_UNIT,
    &POINTS_OR_PERCENT,
    &YEAR_NOT_SAID,
    &NOT_YEARLY,
    &ROWS_NEED_AGGREGATE,
    &ARGUMENT_COUNT,
    &UNKNOWN_UNIT,
    &UNKNOWN_VALUE,
    &NOT_ORDERED,
    &CODE_SYSTEMS,
    &OVERLAPPING_PERIODS,
    &DATE_GAP,
    &NO_SUCH_DATE,
    &PERIOD_REVERSED,
    &TABLE_OVERLAP,
    &TABLE_GAP,
    &OTHER_COLUMNS,
    &CASES_NOT_COVERED,
    &EMPTY_CELL,
    &TABLE_WITHOUT_ROWS,
    &FLOOR_AND_LAND,
    &ORIGINAL_OUTSIDE,
    &NO_DATE_BASIS,
    &STAGES_EXCEED,
    &STAGES_LEAVE_REST,
    &REMAINDER_NOT_LAST,
    &STAGES_OUT_OF_ORDER,
    &MISSING_CHOICE,
    &UNROUNDED_SHARE,
    &UNPLACED_VETO,
    &WEIGHTS_DO_NOT_ADD_UP,
    &DIVIDED_BY_ZERO,
    &ALWAYS_THE_SAME,
    &FIGURE_OUT_OF_RANGE,
    &RATIO_AS_NUMBER,
];
