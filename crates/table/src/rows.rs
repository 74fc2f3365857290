//! The rows of a text, one at a time, each with its cells and the line it begins on.

use std::ops::Range;

use jiufen_diagnostic::Span;

use crate::quotes::{QuoteEnd, quoted_cells};
use crate::text::Text;

/// Rows of a text. One row is in memory at a time.
pub(crate) struct Rows<'t> {
    pub text: &'t Text<'t>,
    /// How many cells each row should have, once that is known.
    pub expected_width: Option<usize>,
    /// Where the next row is sought.
    next: usize,
    record: Record,
    quotes: Option<Box<csv_core::Reader>>,
    torn: Option<Torn>,
    lines: LineCounter,
    start: usize,
    end: usize,
}

/// Lines that a quotation mark made one row of, which it should not be: each is a row of its own that cannot be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Torn {
    /// The line of the mark.
    pub first: u32,
    /// The last line that was taken for a part of its cell.
    pub last: u32,
    end: usize,
}

/// A row's cells.
#[derive(Default)]
struct Record {
    /// Where each cell ends in the bytes of the row.
    ends: Vec<usize>,
    /// The cells without their quotation marks, one after the other, where the row has any such mark.
    unquoted: Option<Vec<u8>>,
}

impl Record {
    fn range(&self, place: usize) -> Option<Range<usize>> {
        let end = *self.ends.get(place)?;
        // In the bytes of a line a comma stands between two cells.
        let between = usize::from(self.unquoted.is_none());
        let start = match place.checked_sub(1) {
            Some(before) => self.ends[before] + between,
            None => 0,
        };
        Some(start..end)
    }
}

impl<'t> Rows<'t> {
    /// The rows from the byte `body` on. A second byte order mark at the beginning of a text is no part of its first cell.
    pub fn new(text: &'t Text<'t>, body: usize) -> Self {
        let marked = body == 0 && text.bytes().starts_with(BYTE_ORDER_MARK);
        let body = if marked { BYTE_ORDER_MARK.len() } else { body };
        Self {
            text,
            expected_width: None,
            next: body,
            record: Record::default(),
            quotes: None,
            torn: None,
            lines: LineCounter::new(text.bytes(), body),
            start: body,
            end: body,
        }
    }

    /// Goes to the next row that has any content; `false` at the end.
    ///
    /// A row is a line and a comma ends a cell; only a line with a quotation mark, whose cells may hold commas and ends
    /// of line, is taken apart mark by mark.
    pub fn advance(&mut self) -> bool {
        let bytes = self.text.bytes();
        while self.next < bytes.len() {
            self.start = self.next;
            self.record.unquoted = None;
            self.torn = self.torn.filter(|torn| self.start < torn.end);
            let quoted = if self.torn.is_some() {
                self.torn_line();
                false
            } else {
                match cells_of_line(bytes, self.start, &mut self.record.ends) {
                    Some(end) => {
                        self.end = end;
                        self.next = end + 1;
                        false
                    }
                    None => {
                        self.quoted_row();
                        self.tear();
                        self.torn.is_none()
                    }
                }
            };
            let blank = |b: &u8| b.is_ascii_whitespace() || (!quoted && *b == b',');
            if !self.row_bytes().iter().all(blank) {
                return true;
            }
        }
        false
    }

    /// Reads the row at `start`, of which some cell may be quoted.
    fn quoted_row(&mut self) {
        let bytes = self.text.bytes();
        let reader = self.quotes.get_or_insert_with(quoted_reader);
        let ends = &mut self.record.ends;
        ends.clear();
        ends.resize(16, 0);
        let mut cells = vec![0; 256];
        let (mut read, mut written, mut ended) = (0, 0, 0);
        loop {
            let rest = &bytes[self.start + read..];
            let (result, taken, put, closed) =
                reader.read_record(rest, &mut cells[written..], &mut ends[ended..]);
            read += taken;
            written += put;
            ended += closed;
            match result {
                // At the end of the file the reader is asked once more, with nothing left, for the last cell.
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull => cells.resize(cells.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End => break,
            }
        }
        cells.truncate(written);
        ends.truncate(ended);
        let raw = &bytes[self.start..self.start + read];
        let is_end = |b: &&u8| matches!(b, b'\n' | b'\r');
        self.end = self.start + raw.len() - raw.iter().rev().take_while(is_end).count();
        self.next = self.start + read.max(1);
        self.record.unquoted = Some(cells);
    }

    /// Goes back to the first line of the row at `start` where one of its quotation marks took other lines with it.
    fn tear(&mut self) {
        let bytes = self.text.bytes();
        let Some(width) = self.expected_width.filter(|_| self.may_be_torn()) else {
            return;
        };
        let wrong_width = self.width() != width;
        let mut cells = quoted_cells(&bytes[self.start..self.end]);
        let torn = cells.find(|cell| match cell.end {
            QuoteEnd::Closed => cell.spans_lines && wrong_width,
            QuoteEnd::Followed => cell.spans_lines,
            QuoteEnd::Open => true,
        });
        if let Some(cell) = torn {
            let mut lines = self.lines.clone();
            self.torn = Some(Torn {
                first: lines.line_of(bytes, self.start + cell.open),
                last: lines.line_of(bytes, self.end),
                end: self.end,
            });
            self.torn_line();
        }
    }

    /// Whether a cell holds an end of line, or the text ends before its last mark might come.
    fn may_be_torn(&self) -> bool {
        let is_end = |b: &u8| matches!(b, b'\n' | b'\r');
        self.next >= self.text.bytes().len() || self.row_bytes().iter().any(is_end)
    }

    /// Takes the line at `start` for a row without cells.
    fn torn_line(&mut self) {
        let rest = &self.text.bytes()[self.start..];
        let length = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
        self.end = self.start + length.unwrap_or(rest.len());
        self.next = self.end + 1;
        self.record.unquoted = None;
        self.record.ends.clear();
    }

    /// How many cells the row has.
    pub fn width(&self) -> usize {
        self.record.ends.len()
    }

    /// The bytes of the row, cell after cell.
    fn row_bytes(&self) -> &[u8] {
        match &self.record.unquoted {
            Some(cells) => cells,
            None => &self.text.bytes()[self.start..self.end],
        }
    }

    /// The bytes of a cell.
    pub fn cell(&self, place: usize) -> Option<&[u8]> {
        self.row_bytes().get(self.record.range(place)?)
    }

    /// The cells as they stand, in order.
    pub fn cells(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.width()).filter_map(|place| self.cell(place))
    }

    /// The row as text; `None` where some of it is damaged.
    pub fn row_words(&self) -> Option<RowWords<'_>> {
        let whole = match (&self.record.unquoted, self.text.words()) {
            (None, Some(words)) => words.get(self.start..self.end)?,
            _ => std::str::from_utf8(self.row_bytes()).ok()?,
        };
        let record = &self.record;
        Some(RowWords { whole, record })
    }

    /// The lines that were taken for one row, where this is one of them.
    pub fn torn(&self) -> Option<Torn> {
        self.torn
    }

    /// What stands on the line before its first comma.
    pub fn first_bytes(&self) -> &[u8] {
        let line = &self.text.bytes()[self.start..self.end];
        line.split(|b| *b == b',').next().unwrap_or(line)
    }

    /// The line the row begins on, from 1.
    pub fn line(&mut self) -> u32 {
        self.lines.line_of(self.text.bytes(), self.start)
    }

    /// The row's place in the text.
    pub fn span(&self) -> Span {
        self.text.span(self.start, self.end)
    }
}

/// A row that is text throughout.
pub(crate) struct RowWords<'r> {
    whole: &'r str,
    record: &'r Record,
}

impl<'r> RowWords<'r> {
    /// The words of a cell; `None` where it cuts a character in two.
    pub fn cell(&self, place: usize) -> Option<&'r str> {
        self.whole.get(self.record.range(place)?)
    }
}

/// A byte order mark in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A reader of quoted rows. What it is asked for first is taken for the beginning of a text, and a mark there for a byte
/// order mark: it is asked for nothing first.
fn quoted_reader() -> Box<csv_core::Reader> {
    let mut reader = Box::new(csv_core::Reader::new());
    let _ = reader.read_record(b"\n", &mut [], &mut []);
    reader
}

/// Writes where the cells of the line at `start` end, counted from there, and gives the place of its end; `None` for a
/// line with a quotation mark.
fn cells_of_line(bytes: &[u8], start: usize, ends: &mut Vec<usize>) -> Option<usize> {
    ends.clear();
    for (at, byte) in bytes[start..].iter().enumerate() {
        match byte {
            b',' => ends.push(at),
            b'\n' | b'\r' => {
                ends.push(at);
                return Some(start + at);
            }
            b'"' => return None,
            _ => {}
        }
    }
    ends.push(bytes.len() - start);
    Some(bytes.len())
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
pub(crate) struct LineCounter {
    has_carriage_return: bool,
    counted: usize,
    line: u32,
}

impl LineCounter {
    /// A counter that has come to `start`.
    pub fn new(bytes: &[u8], start: usize) -> Self {
        let mut counter = Self {
            has_carriage_return: bytes.contains(&b'\r'),
            counted: 0,
            line: 1,
        };
        counter.line_of(bytes, start);
        counter
    }

    /// The line it has come to, from 1.
    pub fn line(&self) -> u32 {
        self.line
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

#[cfg(test)]
mod tests {
    use super::BYTE_ORDER_MARK;
    use crate::text::{CsvSource, Text};

    /// The rows with any content, their cells and the line they begin on, as this reader has them.
    fn own(text: &Text<'_>) -> Vec<(u32, Vec<Vec<u8>>)> {
        let mut rows = text.rows();
        let mut all = Vec::new();
        while rows.advance() {
            let cells = rows.cells().map(<[u8]>::to_vec).collect();
            all.push((rows.line(), cells));
        }
        all
    }

    /// The same as the crate `csv` has them.
    fn of_csv(text: &Text<'_>) -> Vec<(u32, Vec<Vec<u8>>)> {
        let bytes = text.bytes();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let mut all = Vec::new();
        while reader.read_byte_record(&mut record).unwrap() {
            if record.as_slice().iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let is_end = |b: &&u8| matches!(b, b'\n' | b'\r');
            // A second mark at the beginning of a text is skipped, and counted with the row behind it.
            let from = match usize::try_from(record.position().unwrap().byte()).unwrap() {
                0 if bytes.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
                from => from,
            };
            let start = from + bytes[from..].iter().take_while(is_end).count();
            let line = 1 + String::from_utf8_lossy(&bytes[..start])
                .replace("\r\n", "\n")
                .replace('\r', "\n")
                .matches('\n')
                .count();
            let cells = record.iter().map(<[u8]>::to_vec).collect();
            all.push((u32::try_from(line).unwrap(), cells));
        }
        all
    }

    #[test]
    fn any_text_has_the_rows_and_cells_that_the_crate_csv_finds() {
        const PIECES: [&[u8]; 14] = [
            b"a",
            b"12",
            b",",
            b",",
            b"\"",
            b"\"\"",
            b"\n",
            b"\r\n",
            b"\r",
            b" ",
            b"\t",
            b"\xEF\xBB\xBF",
            b"\xE4\xB8",
            "钱".as_bytes(),
        ];
        let mut seed = 20_251_231u64;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap() % below
        };
        let mut rows = 0;
        for _ in 0..12_000 {
            let bytes: Vec<u8> = (0..next(24)).flat_map(|_| PIECES[next(14)].to_vec()).collect();
            let source = CsvSource::new("表.csv", bytes.clone());
            let mut findings = Vec::new();
            let Some(text) = Text::open(&source, &mut findings) else {
                continue;
            };
            let (own, csv) = (own(&text), of_csv(&text));
            assert_eq!(own, csv, "{:?}", String::from_utf8_lossy(&bytes));
            rows += own.len();
        }
        assert!(rows > 12_000, "{rows}");
    }
}
