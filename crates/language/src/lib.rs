//! In: documents with rule blocks. Out: a `Program` in which every name, type, unit, date and exception is resolved.
//! Guarantees: all findings of all documents at once, each with place and help; a program without errors can be evaluated.
//! Tokens never depend on names; a fence parses alone; Chinese and English keywords give one tree.
//! Does not know: tables, files, databases, how a program is evaluated.
//!
//! ```
//! use jiufen_diagnostic::Sources;
//! let text = "---\n标题: 示例\n状态: 示例\n---\n## 一、示例\n\n比例为 5%。\n\n```jiufen\n参数 比例: 比率\n  自 2025-01-01: 5%\n```\n";
//! let mut sources = Sources::default();
//! let id = sources.add("示例.md", text);
//! let (document, _) = jiufen_document::parse(&sources, id);
//! let checked = jiufen_language::check(&sources, &[document]);
//! assert!(checked.findings.is_empty());
//! assert_eq!(checked.program.parameters[0].name, "比例");
//! ```

mod check;
pub mod format;
pub mod program;
pub mod syntax;
pub mod words;

pub use check::{Checked, check, check_rules, is_full_territory};
