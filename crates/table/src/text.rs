//! From the bytes of a file to text: encodings, the comment line, and rows with the line they begin on.

use std::borrow::Cow;

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Diagnostic, SourceId, Span, is_hidden};
use jiufen_quantity::Date;
use smol_str::SmolStr;

/// The bytes of one CSV file.
#[derive(Debug, Clone)]
pub struct CsvSource {
    /// The path a person would open.
    pub path: SmolStr,
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The text's identity, where the caller keeps [`CsvSource::text`] to draw findings over it.
    pub source: Option<SourceId>,
}

impl CsvSource {
    /// A file that findings name by its path only.
    pub fn new(path: impl Into<SmolStr>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
            source: None,
        }
    }

    /// The text that the spans of findings count in: decoded, without a byte order mark.
    pub fn text(&self) -> Cow<'_, str> {
        match decode(&self.bytes).0 {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
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

/// The file as UTF-8. Bytes that are already so are borrowed.
fn decode(bytes: &[u8]) -> (Cow<'_, [u8]>, Encoding) {
    if BINARY_STARTS.iter().any(|start| bytes.starts_with(start)) {
        return (Cow::Borrowed(&[]), Encoding::None);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || looks_like_utf16(bytes) {
        return (Cow::Borrowed(&[]), Encoding::Utf16);
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let Err(error) = std::str::from_utf8(body) else {
        return (Cow::Borrowed(body), Encoding::Utf8);
    };
    let good = body.get(..error.valid_up_to()).unwrap_or(&[]);
    let evidence = good.iter().filter(|b| **b >= 0xC0).take(UTF8_EVIDENCE).count();
    if body.len() < bytes.len() || evidence == UTF8_EVIDENCE {
        return (Cow::Borrowed(body), Encoding::Utf8);
    }
    let (text, _) = encoding_rs::GB18030.decode_without_bom_handling(body);
    let head = || text.chars().take(SAMPLE_CHARS);
    let damaged = head().filter(|c| *c == '\u{FFFD}' || is_hidden(*c)).count();
    if damaged * 10 > head().count() {
        return (Cow::Borrowed(&[]), Encoding::None);
    }
    (Cow::Owned(text.into_owned().into_bytes()), Encoding::Gb18030)
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
    bytes: Cow<'a, [u8]>,
    /// Where the header begins.
    body: usize,
    pub comment: Comment,
    /// Some cell may hold U+FFFD or damaged UTF-8.
    pub may_be_broken: bool,
    /// Some cell may hold a character that is not seen.
    pub may_hide: bool,
    /// Some cell may be quoted, and so hold an end of line.
    pub has_quote: bool,
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
        let (bytes, encoding) = decode(&file.bytes);
        let mut text = Self {
            path: &file.path,
            source,
            may_be_broken: encoding == Encoding::Gb18030 || may_be_broken(&bytes),
            may_hide: may_hide(&bytes),
            has_quote: bytes.contains(&b'"'),
            bytes,
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
        if text.bytes[text.body..].iter().all(u8::is_ascii_whitespace) {
            findings.push(text.finding(&registry::EMPTY_FILE));
            return None;
        }
        Some(text)
    }

    /// A finding about this file, placed at its first line with content.
    pub fn finding(&self, entry: &'static jiufen_diagnostic::Entry) -> Diagnostic {
        let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
        let rest = self.bytes.get(self.body..).unwrap_or(&[]);
        let start = self.body + rest.iter().take_while(|b| is_end(b)).count();
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        let line = LineCounter::new(&self.bytes, start).line;
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
        let end = self.bytes.iter().position(|b| matches!(b, b'\n' | b'\r'));
        let end = end.unwrap_or(self.bytes.len());
        let line = String::from_utf8_lossy(&self.bytes[..end]);
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
        let rest = self.bytes.len() - self.body;
        let sample = &self.bytes[self.body..self.body + rest.min(SAMPLE_BYTES)];
        let lines = sample.iter().filter(|b| **b == b'\n').count();
        (rest / (sample.len() / lines.max(1)).max(1)).min(MOST)
    }

    /// The rows, the header among them.
    pub fn rows(&self) -> Rows<'_> {
        let bytes = &self.bytes[self.body..];
        Rows {
            reader: csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .buffer_capacity(1 << 16)
                .from_reader(bytes),
            text: self,
            record: csv::ByteRecord::new(),
            lines: LineCounter::new(&self.bytes, self.body),
            start: 0,
            end: 0,
        }
    }
}

/// Whether a search for characters that are not seen is needed at all. All of them but control characters begin with
/// one of five bytes in UTF-8, which are rare in Chinese.
fn may_hide(bytes: &[u8]) -> bool {
    let is_control = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7F;
    let found = |chunk: &[u8]| chunk.iter().fold(false, |any, b| any | is_control(*b));
    [0xC2, 0xD8, 0xE1, 0xE2, 0xF3]
        .iter()
        .any(|first| bytes.contains(first))
        || bytes.contains(&0xEF)
            && bytes
                .windows(3)
                .any(|w| w == "\u{FEFF}".as_bytes() || w.starts_with(b"\xEF\xBF"))
        || bytes.chunks(4096).any(found)
}

/// Whether a search for damaged characters, U+FFFD, is needed at all. Few files hold its first byte.
fn may_be_broken(bytes: &[u8]) -> bool {
    bytes.contains(&0xEF) && bytes.windows(3).any(|three| three == "\u{FFFD}".as_bytes())
}

/// Rows of a text. One row is in memory at a time.
pub(crate) struct Rows<'t> {
    reader: csv::Reader<&'t [u8]>,
    pub text: &'t Text<'t>,
    pub record: csv::ByteRecord,
    lines: LineCounter,
    start: usize,
    end: usize,
}

impl Rows<'_> {
    /// Goes to the next row that has any content; `false` at the end.
    pub fn advance(&mut self) -> bool {
        let bytes: &[u8] = &self.text.bytes;
        loop {
            // Reading a slice, with any number of cells allowed, has no error to report.
            if !matches!(self.reader.read_byte_record(&mut self.record), Ok(true)) {
                return false;
            }
            let at = |offset: u64| self.text.body + usize::try_from(offset).unwrap_or(usize::MAX);
            let from = at(self.record.position().map_or(0, csv::Position::byte)).min(bytes.len());
            let to = at(self.reader.position().byte()).clamp(from, bytes.len());
            let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
            let raw = &bytes[from..to];
            self.start = from + raw.iter().take_while(|b| is_end(b)).count();
            self.end = to - raw.iter().rev().take_while(|b| is_end(b)).count();
            self.end = self.end.max(self.start);
            if self.record.as_slice().iter().any(|b| !b.is_ascii_whitespace()) {
                return true;
            }
        }
    }

    /// The line the row begins on, from 1.
    pub fn line(&mut self) -> u32 {
        self.lines.line_of(&self.text.bytes, self.start)
    }

    /// The row's place in the text.
    pub fn span(&self) -> Span {
        self.text.span(self.start, self.end)
    }

    /// The last line of the row when its quotes do not pair up.
    pub fn open_quote(&mut self) -> Option<u32> {
        let raw = &self.text.bytes[self.start..self.end];
        let quotes = raw.iter().filter(|b| **b == b'"').count();
        (quotes % 2 == 1).then(|| self.lines.clone().line_of(&self.text.bytes, self.end))
    }
}

/// Counts in bytes, eight lanes of which fit where one word would: rows are short and many.
fn line_feeds(bytes: &[u8]) -> usize {
    let count = |chunk: &[u8]| {
        chunk
            .iter()
            .fold(0u8, |n, b| n.wrapping_add(u8::from(*b == b'\n')))
    };
    bytes.chunks(255).map(|chunk| usize::from(count(chunk))).sum()
}

/// Counts lines up to rising offsets. Ends of line are LF, CRLF and lone CR, mixed as they come.
#[derive(Debug, Clone)]
struct LineCounter {
    has_carriage_return: bool,
    counted: usize,
    line: u32,
}

impl LineCounter {
    fn new(bytes: &[u8], start: usize) -> Self {
        let mut counter = Self {
            has_carriage_return: bytes.contains(&b'\r'),
            counted: 0,
            line: 1,
        };
        counter.line_of(bytes, start);
        counter
    }

    fn line_of(&mut self, bytes: &[u8], offset: usize) -> u32 {
        let passed = &bytes[self.counted..offset.max(self.counted)];
        let mut ends = line_feeds(passed);
        if self.has_carriage_return {
            let lone = |(i, b): (usize, &u8)| *b == b'\r' && bytes.get(self.counted + i + 1) != Some(&b'\n');
            ends += passed.iter().enumerate().filter(|pair| lone(*pair)).count();
        }
        self.counted = self.counted.max(offset);
        self.line = self.line.saturating_add(u32::try_from(ends).unwrap_or(u32::MAX));
        self.line
    }
}
