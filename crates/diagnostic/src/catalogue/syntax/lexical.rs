//! Findings about characters, names, numbers and dates.

use crate::{Entry, Severity, Wording};

/// A tab character.
pub static TAB: Entry = Entry {
    code: "tab",
    severity: Severity::Error,
    zh: Wording {
        message: "这一行用了制表符",
        help: "把制表符换成空格,块内每层两个空格",
        related: "",
    },
    en: Wording {
        message: "this line contains a tab",
        help: "write spaces instead, two for each level",
        related: "",
    },
};

/// A space that is neither an ASCII nor an ideographic one.
pub static ODD_SPACE: Entry = Entry {
    code: "odd-space",
    severity: Severity::Error,
    zh: Wording {
        message: "这里有一个看不见的特殊空白字符({found})",
        help: "换成普通空格",
        related: "",
    },
    en: Wording {
        message: "there is an invisible special space here ({found})",
        help: "write an ordinary space",
        related: "",
    },
};

/// Text that is not in Unicode normal form C.
pub static NOT_NFC: Entry = Entry {
    code: "not-nfc",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”的编码不是 Unicode 规范形式 C,看上去相同的两个名称会不相等",
        help: "换成规范形式的同一段文字",
        related: "",
    },
    en: Wording {
        message: "“{found}” is not in Unicode normal form C, so two names that look alike would differ",
        help: "write the same text in normal form",
        related: "",
    },
};

/// A character that has no meaning in a rule block.
pub static UNEXPECTED_CHARACTER: Entry = Entry {
    code: "unexpected-character",
    severity: Severity::Error,
    zh: Wording {
        message: "规则块里不能有字符“{found}”",
        help: "删去;若是名称的一部分,把整个名称写在「」里",
        related: "",
    },
    en: Wording {
        message: "the character “{found}” has no meaning in a rule block",
        help: "remove it; if it belongs to a name, write the whole name in 「」",
        related: "",
    },
};

/// A string without its closing mark.
pub static UNCLOSED_STRING: Entry = Entry {
    code: "unclosed-string",
    severity: Severity::Error,
    zh: Wording {
        message: "以 {open} 开始的文字到行尾没有结束",
        help: "在文字末尾补上 {close}",
        related: "",
    },
    en: Wording {
        message: "the text opened with {open} is not closed on its line",
        help: "write {close} at the end of the text",
        related: "",
    },
};

/// A quoted name without its closing mark.
pub static UNCLOSED_NAME: Entry = Entry {
    code: "unclosed-name",
    severity: Severity::Error,
    zh: Wording {
        message: "以 {open} 开始的名称到行尾没有结束",
        help: "在名称末尾补上 {close}",
        related: "",
    },
    en: Wording {
        message: "the name opened with {open} is not closed on its line",
        help: "write {close} at the end of the name",
        related: "",
    },
};

/// Words run on behind a unit.
pub static UNIT_FOLLOWED_BY_WORDS: Entry = Entry {
    code: "unit-followed-by-words",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”中数字后的单位是“{unit}”,多了“{extra}”",
        help: "只写“{number}{unit}”;“以内”“以上”用 ≤、≥ 表示;若整个是名称,写作 「{found}」",
        related: "",
    },
    en: Wording {
        message: "in “{found}” the unit is “{unit}”; “{extra}” is left over",
        help: "write only “{number}{unit}” and compare with ≤ or ≥; if the whole is a name, write 「{found}」",
        related: "",
    },
};

/// A multiplier without a unit.
pub static BARE_MULTIPLIER: Entry = Entry {
    code: "bare-multiplier",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”只有倍数“{unit}”,没有单位",
        help: "写全单位,例如{example}",
        related: "",
    },
    en: Wording {
        message: "“{found}” has the multiplier “{unit}” but no unit",
        help: "write the whole unit, such as {example}",
        related: "",
    },
};

/// A name that begins with a digit and is not quoted.
pub static NAME_STARTS_WITH_DIGIT: Entry = Entry {
    code: "name-starts-with-digit",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”以数字开头,会被读作数字",
        help: "名称以数字开头时写作 「{found}」",
        related: "",
    },
    en: Wording {
        message: "“{found}” begins with a digit and would be read as a number",
        help: "write a name that begins with a digit as 「{found}」",
        related: "",
    },
};

/// A separator inside a number outside a table.
pub static THOUSANDS_SEPARATOR: Entry = Entry {
    code: "thousands-separator",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”里的逗号会被读成两个数之间的逗号",
        help: "是一个数就去掉逗号,写 {number};是几个数就在逗号后加空格",
        related: "",
    },
    en: Wording {
        message: "the comma in “{found}” would separate two numbers",
        help: "for one number leave it out: {number}; for several put a space behind each comma",
        related: "",
    },
};

/// A date not written YYYY-MM-DD.
pub static MALFORMED_DATE: Entry = Entry {
    code: "malformed-date",
    severity: Severity::Error,
    zh: Wording {
        message: "日期“{found}”的写法不对,应为年-月-日",
        help: "写作 {date}",
        related: "",
    },
    en: Wording {
        message: "the date “{found}” is not written year-month-day",
        help: "write {date}",
        related: "",
    },
};

/// A day that no calendar has.
pub static INVALID_DATE: Entry = Entry {
    code: "invalid-date",
    severity: Severity::Error,
    zh: Wording {
        message: "日历上没有 {found} 这一天",
        help: "核对原文的日期",
        related: "",
    },
    en: Wording {
        message: "there is no day {found}",
        help: "check the date in the source",
        related: "",
    },
};

/// A year that no policy speaks of.
pub static YEAR_OUT_OF_RANGE: Entry = Entry {
    code: "year-out-of-range",
    severity: Severity::Error,
    zh: Wording {
        message: "“{found}”不在 1900 至 2199 年之间",
        help: "对照原文核对年份;年份写四位数,如 2025",
        related: "",
    },
    en: Wording {
        message: "“{found}” is not within the years 1900 to 2199",
        help: "check the year in the source; a year has four digits, such as 2025",
        related: "",
    },
};

/// A number of more digits than any has.
pub static TOO_MANY_DIGITS: Entry = Entry {
    code: "too-many-digits",
    severity: Severity::Error,
    zh: Wording {
        message: "这个数有 {count} 位,最多 {limit} 位",
        help: "核对原文;大数用 万、亿 写,如 1.2亿元",
        related: "",
    },
    en: Wording {
        message: "this number has {count} digits, and {limit} are the most",
        help: "check the source; write large numbers with 万 and 亿, such as 1.2亿元",
        related: "",
    },
};

/// == for =.
pub static DOUBLE_EQUALS: Entry = Entry {
    code: "double-equals",
    severity: Severity::Error,
    zh: Wording {
        message: "相等用一个等号,这里写了“{found}”",
        help: "写 =",
        related: "",
    },
    en: Wording {
        message: "equality is a single =, found “{found}”",
        help: "write =",
        related: "",
    },
};
