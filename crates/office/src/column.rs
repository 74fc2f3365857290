//! One issue of a column, read from the bytes of its text.

use jiufen_diagnostic::Sources;
use jiufen_gazette::{Issue, read_issue};

/// Reads an issue; UTF-8 and GB18030 are both understood.
pub fn read(bytes: &[u8]) -> Issue {
    let mut sources = Sources::default();
    let (source, _) = jiufen_document::load(&mut sources, "column", bytes);
    read_issue(sources.file(source).map_or("", |f| &f.text))
}
