//! In: the text of one issue of an official column, with or without Markdown headings, broken by pages and columns.
//! Out: an `Issue`: articles with title, bureau, author and sections; editor's note; masthead; mended breaks; findings.
//! Guarantees: every passage knows its lines, every mended break is recorded, no words are lost without a finding.
//! Does not know: what an article promises, pages, feeds, mail. It sees the form of a text, not its meaning.
//!
//! ```
//! let text = "# 稳增长 示例区见行动\n\n示例区财政局 张示例\n\n把钱用在刀\n\n刃上。\n\n## 编者的话\n\n贵在落实。\n";
//! let issue = jiufen_gazette::read_issue(text);
//! assert_eq!(issue.articles[0].author, "张示例");
//! assert_eq!(issue.articles[0].sections[0].paragraphs[0].text, "把钱用在刀刃上。");
//! assert_eq!(issue.joins[0].line, 5);
//! assert!(issue.findings.is_empty());
//! ```

mod issue;
mod line;
mod read;

pub use issue::{Article, EditorsNote, Finding, Issue, Join, Lines, Passage, Section};
pub use read::read_issue;
