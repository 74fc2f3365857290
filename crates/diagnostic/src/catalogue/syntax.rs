//! Findings about the words and lines of a rule block.

mod lexical;

pub use lexical::{
    BARE_MULTIPLIER, DOUBLE_EQUALS, INVALID_DATE, MALFORMED_DATE, NAME_STARTS_WITH_DIGIT, NOT_NFC, ODD_SPACE,
    TAB, THOUSANDS_SEPARATOR, TOO_MANY_DIGITS, UNCLOSED_NAME, UNCLOSED_STRING, UNEXPECTED_CHARACTER,
    UNIT_FOLLOWED_BY_WORDS, YEAR_OUT_OF_RANGE,
};

use crate::{Entry, Severity, Wording};

/// Something else was expected here.
pub static UNEXPECTED_WORDS: Entry = Entry {
    code: "unexpected-words",
    severity: Severity::Error,
    zh: Wording {
        message: "这里应当是{expected},却是{found}",
        help: "改成{expected},或删去{found}",
        related: "",
    },
    en: Wording {
        message: "expected {expected} here, found {found}",
        help: "write {expected}, or remove {found}",
        related: "",
    },
};

/// A line that breaks off.
pub static UNFINISHED_LINE: Entry = Entry {
    code: "unfinished-line",
    severity: Severity::Error,
    zh: Wording {
        message: "“{before}”之后没有写完,还应当有{expected}",
        help: "补上{expected}",
        related: "",
    },
    en: Wording {
        message: "nothing follows “{before}”; expected {expected}",
        help: "add {expected}",
        related: "",
    },
};

/// Words left over at the end of a line.
pub static EXTRA_WORDS: Entry = Entry {
    code: "extra-words",
    severity: Severity::Error,
    zh: Wording {
        message: "这一行到“{before}”已经完整,后面多了{found}",
        help: "一行只写一个要素:删去{found},或另起一行",
        related: "",
    },
    en: Wording {
        message: "the line is complete after “{before}”; {found} is left over",
        help: "one line holds one element: remove {found}, or begin a new line",
        related: "",
    },
};

/// A colon is missing.
pub static MISSING_COLON: Entry = Entry {
    code: "missing-colon",
    severity: Severity::Error,
    zh: Wording {
        message: "“{before}”之后缺少冒号",
        help: "写作“{before}: …”",
        related: "",
    },
    en: Wording {
        message: "a colon is missing after “{before}”",
        help: "write “{before}: …”",
        related: "",
    },
};

/// A bracket without its partner.
pub static UNCLOSED_BRACKET: Entry = Entry {
    code: "unclosed-bracket",
    severity: Severity::Error,
    zh: Wording {
        message: "{open} 没有对应的 {close}",
        help: "在这一部分末尾补上 {close}",
        related: "",
    },
    en: Wording {
        message: "{open} has no matching {close}",
        help: "write {close} at the end of the part",
        related: "",
    },
};

/// / for division.
pub static SLASH_DIVISION: Entry = Entry {
    code: "slash-division",
    severity: Severity::Error,
    zh: Wording {
        message: "“/”只用在单位里(如 万元/亩),相除用 ÷",
        help: "写 ÷",
        related: "",
    },
    en: Wording {
        message: "“/” stands only inside units (such as 万元/亩); division is ÷",
        help: "write ÷",
        related: "",
    },
};

/// 且 and 或 on one level.
pub static MIXED_CONNECTIVES: Entry = Entry {
    code: "mixed-connectives",
    severity: Severity::Error,
    zh: Wording {
        message: "“{first}”和“{second}”混在一起,先后不明",
        help: "给其中一组加括号,或改用 {all}/{any} 列表",
        related: "另一个连接词在这里",
    },
    en: Wording {
        message: "“{first}” and “{second}” are mixed, so their order is unclear",
        help: "put one group in brackets, or use a list with {all} or {any}",
        related: "the other connective is here",
    },
};

/// Comparisons that cannot be chained.
pub static COMPARISON_CHAIN: Entry = Entry {
    code: "comparison-chain",
    severity: Severity::Error,
    zh: Wording {
        message: "比较不能这样连写:“{found}”",
        help: "只有同方向的 a < x ≤ b 可以连写;其余用“{and}”分开",
        related: "",
    },
    en: Wording {
        message: "comparisons cannot be chained like this: “{found}”",
        help: "only one direction can be chained, as a < x ≤ b; otherwise join with “{and}”",
        related: "",
    },
};

/// A ceiling where a formula is expected.
pub static CEILING_AS_AMOUNT: Entry = Entry {
    code: "ceiling-as-amount",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”只有上限,没有公式",
        help: "写“{amount} {unpublished}”和“{at_most} …”两行;有公式的,写“{amount} 公式”和“{cap} …”",
        related: "",
    },
    en: Wording {
        message: "“{found}” gives a ceiling but no formula",
        help: "write two lines, “{amount} {unpublished}” and “{at_most} …”; with a formula, “{amount} formula” and “{cap} …”",
        related: "",
    },
};

/// A cap behind a comma.
pub static CEILING_BEHIND_COMMA: Entry = Entry {
    code: "ceiling-behind-comma",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”写在逗号后面,上限要单独一行",
        help: "另起一行写“{cap} …”",
        related: "",
    },
    en: Wording {
        message: "“{found}” stands behind a comma; a cap has a line of its own",
        help: "begin a new line with “{cap} …”",
        related: "",
    },
};

/// A block that begins with no known word.
pub static UNKNOWN_BLOCK: Entry = Entry {
    code: "unknown-block",
    severity: Severity::Error,
    zh: Wording {
        message: "没有以“{found}”开头的块",
        help: "顶格的第一个词只能是:{allowed}{nearest}",
        related: "",
    },
    en: Wording {
        message: "no block begins with “{found}”",
        help: "the first word at column 0 is one of: {allowed}{nearest}",
        related: "",
    },
};

/// A line whose word its block does not know.
pub static UNKNOWN_LINE: Entry = Entry {
    code: "unknown-line",
    severity: Severity::Error,
    zh: Wording {
        message: "“{block}”里没有以“{found}”开头的行",
        help: "这里可以写:{allowed}{nearest}",
        related: "",
    },
    en: Wording {
        message: "a “{block}” has no line that begins with “{found}”",
        help: "allowed here: {allowed}{nearest}",
        related: "",
    },
};

/// A word of the language run together with what follows.
pub static MISSING_SPACE: Entry = Entry {
    code: "words-run-together",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”连在一起成了一个名称",
        help: "在“{word}”之后加一个空格",
        related: "",
    },
    en: Wording {
        message: "“{found}” is run together into one name",
        help: "write a space after “{word}”",
        related: "",
    },
};

/// A line that may stand only once.
pub static REPEATED_LINE: Entry = Entry {
    code: "repeated-line",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”在这一块里写了两次",
        help: "只留一行;不同情形写成“- 条件: 值”的列表,或用 例外",
        related: "第一次写在这里",
    },
    en: Wording {
        message: "“{found}” stands twice in this block",
        help: "keep one; write different cases as a list of “- condition: value”, or as an exception",
        related: "first written here",
    },
};

/// A block without a body.
pub static EMPTY_BLOCK: Entry = Entry {
    code: "empty-block",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”下面没有内容",
        help: "在下面缩进两格写:{allowed}",
        related: "",
    },
    en: Wording {
        message: "nothing stands below “{found}”",
        help: "write below it, indented by two: {allowed}",
        related: "",
    },
};

/// An indented line before any block.
pub static LINE_OUTSIDE_BLOCK: Entry = Entry {
    code: "line-outside-block",
    severity: Severity::Error,
    zh: Wording {
        message: "这一行不属于任何块",
        help: "先顶格写块的第一行,例如“{example}”",
        related: "",
    },
    en: Wording {
        message: "this line belongs to no block",
        help: "begin the block at column 0 first, such as “{example}”",
        related: "",
    },
};

/// A line of a body at column 0.
pub static LINE_NOT_INDENTED: Entry = Entry {
    code: "line-not-indented",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”是块里的行,要缩进两格",
        help: "在行首加两个空格",
        related: "",
    },
    en: Wording {
        message: "“{found}” belongs inside a block and must be indented by two",
        help: "put two spaces in front",
        related: "",
    },
};

/// A line that does not line up with its block.
pub static UNEVEN_INDENT: Entry = Entry {
    code: "uneven-indent",
    severity: Severity::Error,
    zh: Wording {
        message: "这一行的缩进与上面的行不齐",
        help: "与上面的行对齐",
        related: "",
    },
    en: Wording {
        message: "this line does not line up with the lines above",
        help: "line it up with the lines above",
        related: "",
    },
};

/// A line that full-width spaces put out of line with its block.
pub static FULL_WIDTH_INDENT: Entry = Entry {
    code: "full-width-indent",
    severity: Severity::Error,
    zh: Wording {
        message: "行首用了全角空格,一个算两格,这一行和块里的行不齐",
        help: "换成两个普通空格",
        related: "",
    },
    en: Wording {
        message: "full-width spaces stand in front of this line, each as wide as two: it does not line up with its block",
        help: "write two ordinary spaces",
        related: "",
    },
};

/// A reserved word used as a name.
pub static RESERVED_NAME: Entry = Entry {
    code: "reserved-name",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”是保留词,不能直接作名称",
        help: "确实是名称时写作 「{found}」",
        related: "",
    },
    en: Wording {
        message: "“{found}” is reserved and cannot be a name by itself",
        help: "if it is a name, write 「{found}」",
        related: "",
    },
};

/// An option the line does not know.
pub static UNKNOWN_OPTION: Entry = Entry {
    code: "unknown-option",
    severity: Severity::Error,
    zh: Wording {
        message: "“{line}”没有“{found}”这个选项",
        help: "可以写:{allowed}{nearest}",
        related: "",
    },
    en: Wording {
        message: "“{line}” has no option “{found}”",
        help: "choose one of: {allowed}{nearest}",
        related: "",
    },
};

/// A list without items.
pub static MISSING_ITEMS: Entry = Entry {
    code: "missing-items",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”下面没有列出各项",
        help: "在下面再缩进两格,逐项写“{example}”",
        related: "",
    },
    en: Wording {
        message: "“{found}” has no items below it",
        help: "write each item below it, indented by two more, as “{example}”",
        related: "",
    },
};

/// A row with another number of cells than its header.
pub static RAGGED_ROW: Entry = Entry {
    code: "ragged-row",
    severity: Severity::Error,
    zh: Wording {
        message: "这一行有 {found} 格,表头有 {expected} 格",
        help: "补上或删去格子;不作要求的格写“{unlimited}”",
        related: "",
    },
    en: Wording {
        message: "this row has {found} cells, the header has {expected}",
        help: "add or remove cells; a cell that asks nothing is “{unlimited}”",
        related: "",
    },
};

/// An empty cell.
pub static EMPTY_CELL: Entry = Entry {
    code: "empty-cell",
    severity: Severity::Error,
    zh: Wording {
        message: "“{column}”这一格是空的",
        help: "没有数据写“{missing}”,不作要求写“{unlimited}”",
        related: "",
    },
    en: Wording {
        message: "the cell under “{column}” is empty",
        help: "write “{missing}” where there is no figure, “{unlimited}” where nothing is asked",
        related: "",
    },
};

/// A row without its last mark.
pub static UNCLOSED_ROW: Entry = Entry {
    code: "unclosed-row",
    severity: Severity::Error,
    zh: Wording {
        message: "这一行表格的末尾缺少 |",
        help: "在最后一格之后写 |",
        related: "",
    },
    en: Wording {
        message: "this row does not end with |",
        help: "write | behind the last cell",
        related: "",
    },
};

/// More than one value in a cell.
pub static CROWDED_CELL: Entry = Entry {
    code: "crowded-cell",
    severity: Severity::Error,
    zh: Wording {
        message: "一格只写一个值,“{column}”这一格里多了{found}",
        help: "名称里有空格的写作 「…」;两个值分写两行",
        related: "",
    },
    en: Wording {
        message: "a cell holds one value; under “{column}”, {found} is left over",
        help: "write a name with spaces as 「…」; write two values in two rows",
        related: "",
    },
};

/// A Markdown separator row inside a fence.
pub static SEPARATOR_ROW: Entry = Entry {
    code: "separator-row",
    severity: Severity::Error,
    zh: Wording {
        message: "规则块里的表不需要分隔行",
        help: "删去这一行",
        related: "",
    },
    en: Wording {
        message: "a table in a rule block needs no separator row",
        help: "remove this line",
        related: "",
    },
};

/// An expression or list nested beyond the limit.
pub static NESTING_TOO_DEEP: Entry = Entry {
    code: "nesting-too-deep",
    severity: Severity::Error,
    zh: Wording {
        message: "这里嵌套超过 {limit} 层",
        help: "把一部分写成单独的 定义",
        related: "",
    },
    en: Wording {
        message: "nesting is deeper than {limit} here",
        help: "give a part of it a name of its own with define",
        related: "",
    },
};

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &TAB,
    &ODD_SPACE,
    &NOT_NFC,
    &UNEXPECTED_CHARACTER,
    &UNCLOSED_STRING,
    &UNCLOSED_NAME,
    &UNIT_FOLLOWED_BY_WORDS,
    &BARE_MULTIPLIER,
    &NAME_STARTS_WITH_DIGIT,
    &THOUSANDS_SEPARATOR,
    &TOO_MANY_DIGITS,
    &MALFORMED_DATE,
    &INVALID_DATE,
    &YEAR_OUT_OF_RANGE,
    &DOUBLE_EQUALS,
    &UNEXPECTED_WORDS,
    &UNFINISHED_LINE,
    &EXTRA_WORDS,
    &MISSING_COLON,
    &UNCLOSED_BRACKET,
    &SLASH_DIVISION,
    &MIXED_CONNECTIVES,
    &COMPARISON_CHAIN,
    &CEILING_AS_AMOUNT,
    &CEILING_BEHIND_COMMA,
    &UNKNOWN_BLOCK,
    &UNKNOWN_LINE,
    &MISSING_SPACE,
    &REPEATED_LINE,
    &EMPTY_BLOCK,
    &LINE_OUTSIDE_BLOCK,
    &LINE_NOT_INDENTED,
    &UNEVEN_INDENT,
    &FULL_WIDTH_INDENT,
    &RESERVED_NAME,
    &UNKNOWN_OPTION,
    &MISSING_ITEMS,
    &RAGGED_ROW,
    &EMPTY_CELL,
    &UNCLOSED_ROW,
    &CROWDED_CELL,
    &SEPARATOR_ROW,
    &NESTING_TOO_DEEP,
];
