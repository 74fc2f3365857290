//! Findings about the column.

use crate::{Entry, Severity, Wording};

/// An article that nobody signs.
pub static ARTICLE_WITHOUT_AUTHOR: Entry = Entry {
    code: "article-without-author",
    severity: Severity::Warning,
    zh: Wording {
        message: "文章“{found}”没有署名",
        help: "在标题下另起一行写“单位 姓名”,如“区财政局 张示例”",
        related: "",
    },
    en: Wording {
        message: "the article `{found}` is not signed",
        help: "write `bureau name` on a line of its own below the title, such as 区财政局 张示例",
        related: "",
    },
};

/// A signature under no title.
pub static ARTICLE_WITHOUT_TITLE: Entry = Entry {
    code: "article-without-title",
    severity: Severity::Warning,
    zh: Wording {
        message: "“{found}”的署名之上没有标题",
        help: "在署名之前另起一行写标题",
        related: "",
    },
    en: Wording {
        message: "no title stands above the signature `{found}`",
        help: "write the title on a line of its own above the signature",
        related: "",
    },
};

/// An article of nothing but a title.
pub static ARTICLE_WITHOUT_TEXT: Entry = Entry {
    code: "article-without-text",
    severity: Severity::Warning,
    zh: Wording {
        message: "文章“{found}”没有正文",
        help: "补上正文,或删去这篇文章",
        related: "",
    },
    en: Wording {
        message: "the article `{found}` has no text",
        help: "add its text or delete the article",
        related: "",
    },
};

/// Words that belong to no article.
pub static TEXT_OUTSIDE_ARTICLE: Entry = Entry {
    code: "text-outside-article",
    severity: Severity::Warning,
    zh: Wording {
        message: "“{found}”不属于任何一篇文章、编者的话或栏目信息,没有收入",
        help: "在它之前补上标题和署名,或删去",
        related: "",
    },
    en: Wording {
        message: "`{found}` belongs to no article, editor's note or masthead, and was left out",
        help: "put a title and signature before it, or delete it",
        related: "",
    },
};

/// A text in which no article was found.
pub static ISSUE_WITHOUT_ARTICLE: Entry = Entry {
    code: "issue-without-article",
    severity: Severity::Warning,
    zh: Wording {
        message: "没有找到文章",
        help: "每篇文章先写一行标题,再写一行“单位 姓名”署名,然后是正文",
        related: "",
    },
    en: Wording {
        message: "no article was found",
        help: "give each article a line with its title, then a line `bureau name`, then its text",
        related: "",
    },
};

/// A file that is no text.
pub static ISSUE_NOT_TEXT: Entry = Entry {
    code: "issue-not-text",
    severity: Severity::Error,
    zh: Wording {
        message: "“{file}”不是文本文件,读不出栏目",
        help: "在原来的软件里打开,另存为“纯文本(UTF-8)”,再写 --column",
        related: "",
    },
    en: Wording {
        message: "`{file}` is no text file and holds no column that could be read",
        help: "open it in its own program, save it as plain text (UTF-8), and give that to --column",
        related: "",
    },
};

/// All findings of this stage.
pub static ALL: &[&Entry] = &[
    &ARTICLE_WITHOUT_AUTHOR,
    &ARTICLE_WITHOUT_TITLE,
    &ARTICLE_WITHOUT_TEXT,
    &TEXT_OUTSIDE_ARTICLE,
    &ISSUE_WITHOUT_ARTICLE,
    &ISSUE_NOT_TEXT,
];
