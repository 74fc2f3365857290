//! One issue of a column, read from the bytes of its text.

use jiufen_diagnostic::catalogue::gazette::ISSUE_NOT_TEXT;
use jiufen_diagnostic::{Diagnostic, SourceId, Sources, Span, is_hidden};
use jiufen_gazette::{Issue, read_issue};

/// An issue with the text it was read from.
#[derive(Debug)]
pub struct Column {
    /// Its articles.
    pub issue: Issue,
    /// The text.
    pub sources: Sources,
    /// What a person should look at.
    pub findings: Vec<Diagnostic>,
}

/// Reads an issue; UTF-8, GB18030 and UTF-16 are understood.
///
/// # Errors
/// The finding that says so, when the bytes are no text in any of them.
pub fn read(name: &str, bytes: &[u8]) -> Result<Column, Box<Diagnostic>> {
    let mut sources = Sources::default();
    let (source, _) = jiufen_document::load(&mut sources, name, bytes);
    let text = sources.file(source).map_or("", |f| &f.text);
    // A page of text may have a stray mark or damaged letter; of other bytes a good part is neither seen nor readable.
    let damaged = text.chars().filter(|c| *c == '\u{FFFD}' || is_hidden(*c)).count();
    if damaged > 2 && damaged * 100 > text.chars().count() {
        let nowhere = Span {
            source: SourceId(u32::MAX),
            start: 0,
            end: 0,
        };
        let finding = Diagnostic::new(&ISSUE_NOT_TEXT, nowhere).with("file", name);
        return Err(Box::new(finding));
    }
    let issue = read_issue(text);
    let findings = issue.diagnostics(&sources, source);
    Ok(Column {
        issue,
        sources,
        findings,
    })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_picture_is_no_issue_and_a_stray_mark_makes_no_picture() {
        let picture: Vec<u8> = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".repeat(20);
        assert_eq!(
            read("甲.png", &picture).map_err(|f| f.code()).err(),
            Some("issue-not-text")
        );
        let issue = "专项资金怎样兑现\n区财政局 张示例\n\n近来有人问:\u{feff}怎样兑现?\n";
        assert_eq!(read("甲.txt", issue.as_bytes()).unwrap().issue.articles.len(), 1);
        let gb18030: Vec<u8> = [0xB1, 0xEA, 0xCC, 0xE2, b'\n'].repeat(9);
        assert!(read("旧.txt", &gb18030).is_ok() && read("空.txt", b"").is_ok());
    }
}
