//! From the bytes of a file to text: encodings, the comment line, and rows with the line they begin on.

use std::borrow::Cow;

use bytes::Bytes;
use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Diagnostic, SourceId, Span, is_hidden};
use jiufen_quantity::Date;
use smol_str::SmolStr;

use crate::rows::{LineCounter, Rows};

/// The bytes of one CSV file.
#[derive(Debug, Clone)]
pub struct CsvSource {
    /// The path a person would open.
    pub path: SmolStr,
    /// The whole file.
    pub bytes: Bytes,
    /// The text's identity, where the caller keeps [`CsvSource::text`] to draw findings over it.
    pub source: Option<SourceId>,
}

impl CsvSource {
    /// A file that findings name by its path only.
    pub fn new(path: impl Into<SmolStr>, bytes: impl Into<Bytes>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
            source: None,
        }
    }

    /// The text that the spans of findings count in: decoded, without a byte order mark.
    pub fn text(&self) -> Cow<'_, str> {
        match decode(&self.bytes).0 {
            Content::Text(text) => text,
            Content::Bytes(bytes) => String::from_utf8_lossy(bytes),
        }
    }
}

/// How a file was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// UTF-8, perhaps with damaged bytes.
    Utf8,
    Gb18030,
    Utf16,
    /// No text in any encoding.
    None,
}

/// A file that begins with this many characters of good UTF-8 is damaged UTF-8, not GB18030: chance gives two or three.
const UTF8_EVIDENCE: usize = 6;

/// How spreadsheets (new and old), PDF, PNG and JPEG begin.
const BINARY_STARTS: [&[u8]; 5] = [
    b"PK\x03\x04",
    b"\xD0\xCF\x11\xE0",
    b"%PDF-",
    b"\x89PNG",
    b"\xFF\xD8\xFF",
];

/// Characters looked at to tell a text from other bytes: where a tenth of them is damaged or invisible, it is none.
const SAMPLE_CHARS: usize = 4096;

/// What a file holds.
enum Content<'a> {
    /// UTF-8 throughout, as it was stored or as it was decoded.
    Text(Cow<'a, str>),
    /// UTF-8 with damage, or nothing that can be read.
    Bytes(&'a [u8]),
}

impl Content<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// The file as UTF-8. A text that is already so is borrowed.
fn decode(bytes: &[u8]) -> (Content<'_>, Encoding) {
    let nothing = Content::Bytes(&[]);
    if BINARY_STARTS.iter().any(|start| bytes.starts_with(start)) {
        return (nothing, Encoding::None);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || looks_like_utf16(bytes) {
        return (nothing, Encoding::Utf16);
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let error = match std::str::from_utf8(body) {
        Ok(text) => return (Content::Text(Cow::Borrowed(text)), Encoding::Utf8),
        Err(error) => error,
    };
    let good = body.get(..error.valid_up_to()).unwrap_or(&[]);
    let evidence = good.iter().filter(|b| **b >= 0xC0).take(UTF8_EVIDENCE).count();
    if body.len() < bytes.len() || evidence == UTF8_EVIDENCE {
        return (Content::Bytes(body), Encoding::Utf8);
    }
    let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(body);
    let head = || text.chars().take(SAMPLE_CHARS);
    let damaged = head().filter(|c| *c == '\u{FFFD}' || is_hidden(*c)).count();
    if damaged * 10 > head().count() {
        return (nothing, Encoding::None);
    }
    (Content::Text(text), Encoding::Gb18030)
}

/// UTF-16 without a mark: of the first characters, most ASCII ones have a zero byte beside them.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    let zeros = head.iter().filter(|b| **b == 0).count();
    zeros >= 4 && zeros * 5 >= head.len()
}

/// One file as text, ready to be read row by row.
pub(crate) struct Text<'a> {
    pub path: &'a SmolStr,
    source: SourceId,
    content: Content<'a>,
    /// Where the header begins.
    body: usize,
    pub comment: Comment,
    /// Some cell may hold U+FFFD or damaged UTF-8.
    pub may_be_broken: bool,
    /// Some cell may hold a character that is not seen.
    pub may_hide: bool,
}

/// What the comment line says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Comment {
    pub words: Option<String>,
    pub complete_to: Option<Date>,
    pub synthetic: bool,
}

impl Comment {
    /// What words say; with them, what stands in place of a readable day after 登记完整至.
    pub fn read(words: &str) -> (Self, Option<String>) {
        let words = words.trim().to_owned();
        let synthetic = words.contains("合成") || words.to_ascii_lowercase().contains("synthetic");
        let mut complete_to = None;
        let mut unreadable = None;
        if let Some((_, after)) = words.split_once("登记完整至") {
            let after = after.trim_start_matches([' ', ':', '：', '\u{3000}']);
            complete_to = after.get(..10).and_then(Date::parse);
            complete_to = complete_to.filter(|day| day.is_within_years());
            if complete_to.is_none() {
                unreadable = Some(after.chars().take(20).collect::<String>());
            }
        }
        let comment = Self {
            words: Some(words),
            complete_to,
            synthetic,
        };
        (comment, unreadable)
    }
}

impl<'a> Text<'a> {
    /// Decodes a file; `None` when nothing of it can be read, and the findings say why.
    pub fn open(file: &'a CsvSource, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let source = file.source.unwrap_or(SourceId(u32::MAX));
        let (content, encoding) = decode(&file.bytes);
        let (may_hide, may_be_broken) = doubts(&content);
        let mut text = Self {
            path: &file.path,
            source,
            may_be_broken,
            may_hide,
            content,
            body: 0,
            comment: Comment::default(),
        };
        match encoding {
            Encoding::Utf8 => {}
            Encoding::Gb18030 => findings.push(text.finding(&registry::GB18030)),
            Encoding::Utf16 => {
                findings.push(text.finding(&registry::UTF16));
                return None;
            }
            Encoding::None => {
                findings.push(text.finding(&registry::NOT_TEXT));
                return None;
            }
        }
        text.read_comment(findings);
        if text.bytes()[text.body..].iter().all(u8::is_ascii_whitespace) {
            findings.push(text.finding(&registry::EMPTY_FILE));
            return None;
        }
        Some(text)
    }

    /// The whole file, without a byte order mark.
    pub fn bytes(&self) -> &[u8] {
        self.content.bytes()
    }

    /// The same as text; `None` where some of it is damaged.
    pub fn words(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Bytes(_) => None,
        }
    }

    /// A finding about this file, placed at its first line with content.
    pub fn finding(&self, entry: &'static jiufen_diagnostic::Entry) -> Diagnostic {
        let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
        let rest = self.bytes().get(self.body..).unwrap_or(&[]);
        let start = self.body + rest.iter().take_while(|b| is_end(b)).count();
        let rest = self.bytes().get(start..).unwrap_or(&[]);
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let line = LineCounter::new(self.bytes(), start).line();
        Diagnostic::new(entry, self.span(start, start + length))
            .with("file", self.path.as_str())
            .with("line", line.to_string())
    }

    /// A span of this text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span {
            source: self.source,
            start: offset(start),
            end: offset(end),
        }
    }

    /// A spreadsheet may have quoted the comment, and added commas after it.
    fn read_comment(&mut self, findings: &mut Vec<Diagnostic>) {
        let end = self.bytes().iter().position(|b| matches!(b, b'\n' | b'\r'));
        let end = end.unwrap_or(self.bytes().len());
        let line = String::from_utf8_lossy(&self.bytes()[..end]).into_owned();
        let line = line.trim().trim_end_matches([',', ' ']);
        let Some(words) = line.trim_matches('"').strip_prefix('#') else {
            return;
        };
        let (comment, unreadable) = Comment::read(words);
        if let Some(found) = unreadable {
            let finding = Diagnostic::new(&registry::BAD_COMPLETE_TO, self.span(0, end));
            let finding = finding.with("file", self.path.as_str()).with("line", "1");
            findings.push(finding.with("found", found));
        }
        self.body = end;
        self.comment = comment;
    }

    /// How many rows there are, going by the first ones; at most a hundred thousand, which later grow.
    pub fn likely_rows(&self) -> usize {
        const SAMPLE_BYTES: usize = 1 << 14;
        const MOST: usize = 100_000;
        let rest = self.bytes().len() - self.body;
        let sample = &self.bytes()[self.body..self.body + rest.min(SAMPLE_BYTES)];
        let lines = sample.iter().filter(|b| **b == b'\n').count();
        (rest / (sample.len() / lines.max(1)).max(1)).min(MOST)
    }

    /// The rows, the header among them.
    pub fn rows(&self) -> Rows<'_> {
        Rows::new(self, self.body)
    }
}

/// Whether any cell of a file has to be searched for characters that are not seen, and for U+FFFD. A damaged file may
/// hold any.
fn doubts(content: &Content<'_>) -> (bool, bool) {
    const CHUNK: usize = 256;
    let Content::Text(text) = content else {
        return (true, true);
    };
    let (mut hides, mut broken) = (false, false);
    for (at, chunk) in text.as_bytes().chunks(CHUNK).enumerate() {
        if !chunk
            .iter()
            .fold(false, |any, byte| any | may_begin_doubtful(*byte))
        {
            continue;
        }
        let begins = |(at, byte): (usize, &u8)| may_begin_doubtful(*byte).then_some(at);
        for start in chunk.iter().enumerate().filter_map(begins) {
            let found = text
                .get(at * CHUNK + start..)
                .and_then(|rest| rest.chars().next());
            hides |= found.is_some_and(is_hidden);
            broken |= found == Some('\u{FFFD}');
        }
    }
    (hides, broken)
}

/// Whether a character that is not seen, or U+FFFD, may begin with this byte: the control characters, and five bytes
/// that are rare in Chinese.
fn may_begin_doubtful(b: u8) -> bool {
    let control = (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r') | (b == 0x7F);
    control | (b == 0xC2) | (b == 0xD8) | (b == 0xE1) | (b == 0xE2) | (b == 0xEF) | (b == 0xF3)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Content, doubts, is_hidden, may_begin_doubtful};

    #[test]
    fn no_character_that_is_not_seen_begins_with_another_byte() {
        for c in ('\0'..=char::MAX).filter(|c| is_hidden(*c) || *c == '\u{FFFD}') {
            let first = c.to_string().as_bytes()[0];
            assert!(may_begin_doubtful(first), "{c:?}");
            let text = format!("{}{c}", "钱塘区,12.5\r\n".repeat(40));
            let found = doubts(&Content::Text(Cow::Borrowed(&text)));
            assert_eq!(found, (is_hidden(c), c == '\u{FFFD}'), "{c:?}");
        }
        let plain = Content::Text(Cow::Borrowed("“钱塘区”,\t1.5%,é,…\r\n"));
        assert_eq!(doubts(&plain), (false, false));
    }
}
