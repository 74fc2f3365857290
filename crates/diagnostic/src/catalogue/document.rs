//! Findings about a document as a text: encoding, front matter, headings, fences.

use crate::{Entry, Severity, Wording};

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

/// All findings of this stage.
pub static ALL: &[&Entry] = &[&UNCLOSED_FENCE];
