//! Findings about a document as a text: encoding, front matter, headings, fences.

use crate::{Entry, Severity, Wording};

/// Bytes that are not UTF-8.
pub static NOT_UTF8: Entry = Entry {
    code: "not-utf8",
    severity: Severity::Error,
    zh: Wording {
        message: "第 {line} 行起不是 UTF-8 编码;{found}",
        help: "{remedy}",
        related: "",
    },
    en: Wording {
        message: "from line {line} on the bytes are not UTF-8; {found}",
        help: "{remedy}",
        related: "",
    },
};

/// Characters written as letter plus mark where one character exists.
pub static NOT_NFC: Entry = Entry {
    code: "document-not-nfc",
    severity: Severity::Warning,
    zh: Wording {
        message: "“{found}”起不是规范形式(NFC),全文共有 {lines} 行如此;同一个字有两种写法时,名称会对不上",
        help: "接受修改,把这些行改成规范形式",
        related: "",
    },
    en: Wording {
        message: "from `{found}` on the text is not in normal form (NFC), {lines} lines in all; a name spelled in two ways does not match itself",
        help: "accept the edit, which writes these lines in normal form",
        related: "",
    },
};

/// A character without width, of the other direction, or a control character.
pub static HIDDEN_CHARACTER: Entry = Entry {
    code: "hidden-character",
    severity: Severity::Warning,
    zh: Wording {
        message: "文中有看不见的字符“{found}”,共 {count} 个;看上去一样的名称会对不上",
        help: "接受修改,删去它们,或从原件重新复制",
        related: "",
    },
    en: Wording {
        message: "the text holds the invisible character `{found}`, {count} such in all; names that look alike do not match",
        help: "accept the edit, which deletes them, or copy the text again from its source",
        related: "",
    },
};

/// A document without metadata.
pub static NO_FRONT_MATTER: Entry = Entry {
    code: "no-front-matter",
    severity: Severity::Warning,
    zh: Wording {
        message: "文首没有文件信息,不知道文号、施行日期和状态,按征求意见稿对待",
        help: "在第一行写 ---,逐行写 标题: 文号: 施行: 状态: 等,再以一行 --- 结束",
        related: "",
    },
    en: Wording {
        message: "the document says nothing of itself at its start, so its number, dates and standing are unknown, and it counts as a draft",
        help: "begin the first line with ---, then title:, number:, effective:, status: and so on, one a line, and end with a line ---",
        related: "",
    },
};

/// Front matter without its last line.
pub static UNCLOSED_FRONT_MATTER: Entry = Entry {
    code: "unclosed-front-matter",
    severity: Severity::Error,
    zh: Wording {
        message: "以 --- 开始的文件信息没有结束",
        help: "在文件信息最后一行之后另起一行写 ---",
        related: "",
    },
    en: Wording {
        message: "the front matter opened with --- is never closed",
        help: "write --- on a line of its own after the last line of the front matter",
        related: "",
    },
};

/// A line of the front matter that gives no key a value.
pub static FRONT_MATTER_LINE: Entry = Entry {
    code: "front-matter-line",
    severity: Severity::Error,
    zh: Wording {
        message: "文件信息里的“{found}”不是“键: 值”的形式",
        help: "写成 键: 值;只有 引用 可以用 - 逐行列出;说明文字以 # 开头",
        related: "",
    },
    en: Wording {
        message: "`{found}` in the front matter is not of the form `key: value`",
        help: "write it as key: value; only references may be listed line by line with -; a remark begins with #",
        related: "",
    },
};

/// A key that is not known.
pub static UNKNOWN_KEY: Entry = Entry {
    code: "unknown-key",
    severity: Severity::Warning,
    zh: Wording {
        message: "文件信息里没有“{found}”这一项",
        help: "{advice}",
        related: "",
    },
    en: Wording {
        message: "`{found}` is not a key of the front matter",
        help: "{advice}",
        related: "",
    },
};

/// A key that is given twice.
pub static DUPLICATE_KEY: Entry = Entry {
    code: "duplicate-key",
    severity: Severity::Error,
    zh: Wording {
        message: "“{key}”写了两次,只用第一次的值",
        help: "留下正确的一行,删去另一行",
        related: "第一次写在这里",
    },
    en: Wording {
        message: "`{key}` is given twice; only the first is used",
        help: "keep the right line and delete the other",
        related: "it is given here first",
    },
};

/// A key without a value.
pub static EMPTY_VALUE: Entry = Entry {
    code: "empty-value",
    severity: Severity::Warning,
    zh: Wording {
        message: "“{key}”没有值",
        help: "写上值,或删去这一行",
        related: "",
    },
    en: Wording {
        message: "`{key}` has no value",
        help: "write a value or delete the line",
        related: "",
    },
};

/// A date in another form than 2025-01-01.
pub static UNREADABLE_DATE: Entry = Entry {
    code: "unreadable-date",
    severity: Severity::Error,
    zh: Wording {
        message: "“{key}”的“{found}”不是 2025-01-01 形式的日期",
        help: "写作 {suggestion}",
        related: "",
    },
    en: Wording {
        message: "`{found}` for `{key}` is not a date of the form 2025-01-01",
        help: "write {suggestion}",
        related: "",
    },
};

/// A document that lapses before it takes effect.
pub static DATES_REVERSED: Entry = Entry {
    code: "dates-reversed",
    severity: Severity::Error,
    zh: Wording {
        message: "失效日 {to} 早于施行日 {from},没有一天有效",
        help: "对照原文改正其中一个日期",
        related: "施行日在这里",
    },
    en: Wording {
        message: "the last day {to} is before the first day {from}, so the document never holds",
        help: "correct one of the dates from the original",
        related: "the first day is given here",
    },
};

/// A document that does not say whether it is in force.
pub static MISSING_STATUS: Entry = Entry {
    code: "missing-status",
    severity: Severity::Warning,
    zh: Wording {
        message: "没有写明状态,按征求意见稿对待,不能据以兑现",
        help: "加一行 状态: 正式,或 征求意见、转载、失效、示例、词汇 之一",
        related: "",
    },
    en: Wording {
        message: "the document does not give its status; it counts as a draft and nothing can be paid under it",
        help: "add a line status: official, or one of draft, reprint, lapsed, example, vocabulary",
        related: "",
    },
};

/// A word that a key does not take.
pub static UNKNOWN_VALUE: Entry = Entry {
    code: "unknown-metadata-value",
    severity: Severity::Error,
    zh: Wording {
        message: "“{key}”不能是“{found}”",
        help: "写其中之一:{choices}",
        related: "",
    },
    en: Wording {
        message: "`{key}` cannot be `{found}`",
        help: "write one of {choices}",
        related: "",
    },
};

/// A fence that is never closed.
pub static UNCLOSED_FENCE: Entry = Entry {
    code: "unclosed-fence",
    severity: Severity::Error,
    zh: Wording {
        message: "以 ``` 开始的规则块没有结束",
        help: "在规则块最后一行之后另起一行写 ```",
        related: "",
    },
    en: Wording {
        message: "the rule block opened with ``` is never closed",
        help: "write ``` on a line of its own after the last line of the block",
        related: "",
    },
};

/// A rule block that does not stand at the margin.
pub static NESTED_FENCE: Entry = Entry {
    code: "nested-fence",
    severity: Severity::Error,
    zh: Wording {
        message: "规则块写在列表、引文里或有缩进,没有读入",
        help: "把 ``` 两行和规则都移到行首,与列表、引文之间空一行",
        related: "",
    },
    en: Wording {
        message: "the rule block stands in a list or quotation or is indented, and was not read",
        help: "move both ``` lines and the rules to the margin, with an empty line between them and the list or quotation",
        related: "",
    },
};

/// A block that is nearly a rule block.
pub static MISSPELLED_FENCE: Entry = Entry {
    code: "misspelled-fence",
    severity: Severity::Warning,
    zh: Wording {
        message: "“{found}”不是规则块的开头,这一块没有当作规则读入",
        help: "规则块以单独一行 ```jiufen 开始;若不是规则,请换一个名字",
        related: "",
    },
    en: Wording {
        message: "`{found}` does not open a rule block, so the block was not read as rules",
        help: "open a rule block with ```jiufen on a line of its own; if it holds no rules, give it another name",
        related: "",
    },
};

/// A word after `jiufen` that is not known.
pub static UNKNOWN_FENCE_OPTION: Entry = Entry {
    code: "unknown-fence-option",
    severity: Severity::Warning,
    zh: Wording {
        message: "规则块开头的“{found}”不认识,关键词按中文读",
        help: "中文关键词写 ```jiufen,英文关键词写 ```jiufen en",
        related: "",
    },
    en: Wording {
        message: "`{found}` at the opening of the rule block is not known; its keywords are read as Chinese",
        help: "write ```jiufen for Chinese keywords and ```jiufen en for English ones",
        related: "",
    },
};

/// A rule block under no heading.
pub static FENCE_WITHOUT_CLAUSE: Entry = Entry {
    code: "fence-without-clause",
    severity: Severity::Warning,
    zh: Wording {
        message: "规则块之前没有标题,规则只能引到文件,引不到条款",
        help: "把规则块移到它所依据的条款标题之下",
        related: "",
    },
    en: Wording {
        message: "no heading stands before the rule block, so its rules can cite the document but no clause",
        help: "move the block below the heading of the clause it carries out",
        related: "",
    },
};

/// Two clauses that are cited alike.
pub static DUPLICATE_CLAUSE: Entry = Entry {
    code: "duplicate-clause",
    severity: Severity::Warning,
    zh: Wording {
        message: "有两处条款都引作“{path}”,引用时分不清是哪一处",
        help: "对照原文改正编号,或给标题加上上一级",
        related: "另一处在这里",
    },
    en: Wording {
        message: "two clauses are both cited as `{path}`, so that a citation does not tell them apart",
        help: "correct the number from the original, or put the clause under the heading it belongs to",
        related: "the other is here",
    },
};

/// A heading without a space after #.
pub static HEADING_WITHOUT_SPACE: Entry = Entry {
    code: "heading-without-space",
    severity: Severity::Warning,
    zh: Wording {
        message: "“{found}”的 # 后没有空格,不算标题,其下的规则会引到上一条",
        help: "在 # 后加一个空格",
        related: "",
    },
    en: Wording {
        message: "`{found}` has no space after #, so it is no heading, and the rules below it would cite the clause before",
        help: "put a space after #",
        related: "",
    },
};

/// A line of prose over --- or ===.
pub static UNDERLINED_HEADING: Entry = Entry {
    code: "underlined-heading",
    severity: Severity::Warning,
    zh: Wording {
        message: "这一行下面紧接 --- 或 ===,当作正文而不当作条款标题",
        help: "是标题就在行首写 ##;是分隔线就在 --- 之前空一行",
        related: "",
    },
    en: Wording {
        message: "this line stands right above --- or ===; it is taken as prose, not as the heading of a clause",
        help: "write ## before it if it is a heading; leave an empty line before --- if that is a rule",
        related: "",
    },
};

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &NOT_UTF8,
    &NOT_NFC,
    &HIDDEN_CHARACTER,
    &NO_FRONT_MATTER,
    &UNCLOSED_FRONT_MATTER,
    &FRONT_MATTER_LINE,
    &UNKNOWN_KEY,
    &DUPLICATE_KEY,
    &EMPTY_VALUE,
    &UNREADABLE_DATE,
    &DATES_REVERSED,
    &MISSING_STATUS,
    &UNKNOWN_VALUE,
    &UNCLOSED_FENCE,
    &NESTED_FENCE,
    &MISSPELLED_FENCE,
    &UNKNOWN_FENCE_OPTION,
    &FENCE_WITHOUT_CLAUSE,
    &DUPLICATE_CLAUSE,
    &HEADING_WITHOUT_SPACE,
    &UNDERLINED_HEADING,
];
