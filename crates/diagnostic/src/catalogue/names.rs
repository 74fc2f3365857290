//! Findings about names and links between documents.

use crate::Entry;

use super::{error, warning};

/// A name nobody declared.
pub static UNKNOWN_NAME: Entry = error(
    "unknown-name",
    "没有「{name}」这个名字",
    "{hint}",
    "nothing is called “{name}”",
    "{hint}",
);

/// A declared name where something of another kind is needed.
pub static WRONG_KIND: Entry = error(
    "wrong-kind-of-name",
    "「{name}」是{found},这里要{expected}",
    "{hint}",
    "“{name}” is {found}; {expected} is needed here",
    "{hint}",
);

/// A name that becomes known once it is cut at a reserved word.
pub static MISSING_SPACE: Entry = error(
    "missing-space",
    "没有「{name}」这个名字;在「{word}」前后加空格就是「{cut}」",
    "词与词之间要有空格:写成「{cut}」",
    "nothing is called “{name}”; with spaces around “{word}” it is “{cut}”",
    "words are parted by spaces: write “{cut}”",
);

/// A field the subject does not have.
pub static UNKNOWN_FIELD: Entry = error(
    "unknown-field",
    "「{subject}」没有字段「{name}」",
    "{hint}",
    "“{subject}” has no field “{name}”",
    "{hint}",
);

/// A call of something that is no function, table or event.
pub static UNKNOWN_FUNCTION: Entry = error(
    "unknown-function",
    "没有函数或表「{name}」",
    "如果名称本身带括号,写作「{quoted}」;否则改成已有的函数或表{hint}",
    "no function or table is called “{name}”",
    "if the brackets belong to the name, write 「{quoted}」; otherwise use a function or table that exists{hint}",
);

/// Two declarations of one name.
pub static DUPLICATE_NAME: Entry = error(
    "duplicate-name",
    "「{name}」声明了两次",
    "改掉其中一个名字,或删去重复的声明",
    "“{name}” is declared twice",
    "rename one of the two, or delete the repetition",
)
.second("第一次在这里声明", "first declared here");

/// A short name that several documents declare.
pub static AMBIGUOUS_NAME: Entry = error(
    "ambiguous-name",
    "「{name}」在几个文件里都有:{candidates}",
    "在文件开头的「引用」里写明是哪个文件,或写成 {form}",
    "several documents declare “{name}”: {candidates}",
    "name the document under references (引用) in the front matter, or write {form}",
);

/// A name that is not a unit, type, enumeration or subject.
pub static UNKNOWN_TYPE: Entry = error(
    "unknown-type",
    "没有类型「{name}」",
    "类型有:金额、面积、建筑面积、长度、比率、比率差、能耗、电量、质量、数、日期、年、年数、天数、文本、地区、是否、代码 \"标准号\"、已声明的类别和对象,或单位如 人、元/亩{hint}",
    "there is no type “{name}”",
    "types are 金额 (money), 面积 (area), 建筑面积 (floor area), 长度 (length), 比率 (rate), 比率差 (points), 能耗 (energy), 电量 (electricity), 质量 (mass), 数 (number), 日期 (date), 年 (a year), 年数 (years), 天数 (days), 文本 (text), 地区 (territory), 是否 (yes or no), 代码 \"standard\" (code), declared enumerations and subjects, or a unit such as 人 or 元/亩{hint}",
);

/// No path of references, or more than one, from a row to the row that is needed.
pub static NO_PATH: Entry = error(
    "no-path",
    "从「{from}」找不到唯一的「{to}」",
    "写明经由哪个字段:一个值写 字段 或 字段.名称,几行写 {to}(经由 字段),例外改成 每 {from};没有这样的字段就加上",
    "there is no single way from “{from}” to “{to}”",
    "say by which field: field or field.name for one value, {to}(via field) for several rows, each {from} for an exception; where there is no such field, add it",
);

/// A block without a line that it needs.
pub static MISSING_LINE: Entry = error(
    "missing-line",
    "「{block}」缺少「{line}」一行",
    "{choices}",
    "“{block}” has no line “{line}”",
    "{choices}",
);

/// Names that lead back to themselves.
pub static CYCLE: Entry = error(
    "cycle",
    "定义绕回了自己:{path}",
    "去掉其中一处引用;每个值都要能从事实一步步算出来",
    "the definition leads back to itself: {path}",
    "remove one of the references; every value has to follow from facts step by step",
)
.second("经过这里", "by way of this");

/// An exception or amendment of something that does not exist.
pub static UNKNOWN_PART: Entry = error(
    "unknown-part",
    "「{target}」没有可以改的「{part}」",
    "可以改的有:{choices}",
    "“{target}” has no part “{part}” to change",
    "what can be changed: {choices}",
);

/// A cap or ceiling that an exception or amendment does not single out.
pub static WHICH_CAP: Entry = error(
    "which-cap",
    "看不出改的是「{target}」的哪一道{part}:它有 {choices}",
    "{hint}",
    "it is not clear which {part} of “{target}” is meant: it has {choices}",
    "{hint}",
);

/// Two amendments of one part from the same day.
pub static CONFLICTING_AMENDMENTS: Entry = error(
    "conflicting-amendments",
    "自 {date} 起「{part}」有两次修订:{first};{second}",
    "留下一次,或把其中一次的「自」改到另一天;效力高低不能由机器默认",
    "from {date} on “{part}” is amended twice: {first}; {second}",
    "keep one, or move one of the two to another day; rank is never assumed by a machine",
)
.second("另一次修订在这里", "the other amendment is here");

/// An amendment of a part that is repealed by then.
pub static AMENDS_REPEALED: Entry = error(
    "amends-repealed",
    "「{part}」自 {date} 起已经废止,不能再修订",
    "先在废止它的文件里改动,或另立新条款并写 承接",
    "“{part}” is repealed from {date} on and cannot be amended",
    "change the document that repeals it, or write a new clause with continues (承接)",
)
.second("在这里废止", "repealed here");

/// An amendment in a draft, which changes nothing yet.
pub static DRAFT_AMENDMENT: Entry = super::note(
    "draft-amendment",
    "这是征求意见稿里的修订,现行规定不变",
    "正式施行后把「状态」改为 正式;要看它的影响,把它作为草案测算",
    "this amendment stands in a draft; the law in force is unchanged",
    "set status: official (状态: 正式) when it takes effect; to see what it would do, simulate it as a draft",
);

/// Same-named rules in two documents without 承接.
pub static NO_LINEAGE: Entry = warning(
    "no-lineage",
    "「{name}」在两个文件里都有,没有写明承接:「一次」会各算各的",
    "如果后一个延续前一个,在后一个里加一行:承接 \"{number}\" {name}",
    "“{name}” stands in two documents and neither continues the other: “once” is counted in each of them",
    "if the later one continues the earlier, add the line: continues (承接) \"{number}\" {name}",
)
.second("前一个在这里", "the earlier one is here");

/// 承接 of a rule or document that is not in the pack.
pub static UNKNOWN_PREDECESSOR: Entry = error(
    "unknown-predecessor",
    "承接的「{name}」不在本包里",
    "核对文号和名称;前一个文件要一并放进来,「一次」才能连着算",
    "the continued “{name}” is not in this pack",
    "check number and name; the earlier document has to be in the pack for “once” to be counted across both",
);

/// A construct that is checked but not evaluated by this version.
pub static NOT_EVALUATED: Entry = super::note(
    "not-evaluated",
    "「{name}」已检查,本版还不能计算:需要{needs}",
    "相关结果会显示为「本版不能计算」,不会当作零",
    "“{name}” is checked, but this version cannot evaluate it: it needs {needs}",
    "results that depend on it say so; they are never taken as zero",
);

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &UNKNOWN_NAME,
    &WRONG_KIND,
    &MISSING_SPACE,
    &UNKNOWN_FIELD,
    &UNKNOWN_FUNCTION,
    &DUPLICATE_NAME,
    &AMBIGUOUS_NAME,
    &UNKNOWN_TYPE,
    &NO_PATH,
    &MISSING_LINE,
    &CYCLE,
    &UNKNOWN_PART,
    &WHICH_CAP,
    &CONFLICTING_AMENDMENTS,
    &AMENDS_REPEALED,
    &DRAFT_AMENDMENT,
    &NO_LINEAGE,
    &UNKNOWN_PREDECESSOR,
    &NOT_EVALUATED,
    &CONFLICTING_EXCEPTIONS,
    &EXCEPTIONS_UNDECIDED,
];

// ---- Exceptions held against each other by the interpreter ----

/// Two exceptions to one part that can both hold, without an order.
pub static CONFLICTING_EXCEPTIONS: Entry = error(
    "conflicting-exceptions",
    "例外「{first}」({first_clause})和「{second}」({second_clause})会同时成立,没有说哪一个先于另一个;例如 {day},{facts}",
    "在其中一个例外里写「先于」和另一个的名字:写了的那个后算,以它为准",
    "the exceptions “{first}” ({first_clause}) and “{second}” ({second_clause}) can both hold, and nothing says which goes first; for example on {day}: {facts}",
    "write before (先于) and the name of the other in one of them: that one is applied later, and decides",
)
.second("另一个例外在这里", "the other exception is here");

/// Two exceptions of which the search could not tell whether both can hold.
pub static EXCEPTIONS_UNDECIDED: Entry = warning(
    "exceptions-undecided",
    "不能断定例外「{first}」({first_clause})和「{second}」({second_clause})会不会同时成立:{why}",
    "如果会,在其中一个例外里写「先于」和另一个的名字;如果不会,把条件写得更直接",
    "it could not be told whether the exceptions “{first}” ({first_clause}) and “{second}” ({second_clause}) can both hold: {why}",
    "if they can, write before (先于) and the name of the other in one of them; if not, make the conditions more direct",
)
.second("另一个例外在这里", "the other exception is here");
