//! In: the bytes of one literate Markdown policy: front matter, prose under headings, rule blocks in fences.
//! Out: a `Document` with metadata, clause tree, fences, tables and paragraphs, and all findings at once.
//! Guarantees: every piece knows its place in the original text; one clause, one citation; any bytes are read without a panic.
//! Does not know: what a rule block says. A fence is a range of bytes and the language of its keywords.
//!
//! ```
//! use jiufen_diagnostic::Sources;
//! let bytes = "---\n标题: 示例细则\n文号: 示例〔2025〕1号\n状态: 示例\n---\n## 第三条 研发投入补助\n按 5% 补助。\n";
//! let mut sources = Sources::default();
//! let (source, decoding) = jiufen_document::load(&mut sources, "示例.md", bytes.as_bytes());
//! let (document, findings) = jiufen_document::parse(&sources, source);
//! assert!(decoding.is_empty() && findings.is_empty());
//! assert_eq!(document.citation(Some(document.clauses[0].id)), "示例〔2025〕1号 第三条");
//! ```

mod document;
mod encoding;
mod fences;
mod front_matter;
pub mod html;
mod meta;
mod numbering;
mod walk;

pub use document::{Cell, Clause, ClauseId, Document, Fence, FenceLanguage, MarkdownTable, Paragraph};
pub use encoding::{is_normal, load};
pub use meta::{Dated, Key, Meta, SourceStatus, Status, Text};
pub use walk::parse;
