//! Bytes to text, and whether the text is in the one normal form.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};
use jiufen_diagnostic::catalogue::document as entries;
use jiufen_diagnostic::{Argument, Diagnostic, SourceId, Sources, is_hidden};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::document::Fence;
use crate::fences::span;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Decodes the bytes of one document and keeps the text under `path`.
///
/// UTF-8 is the one encoding; a byte order mark is skipped and is no part of the text. Bytes that are not UTF-8 give
/// `not-utf8` at the line of the first bad byte, and the text as GB18030 or UTF-16 where that reads without fault, else
/// with U+FFFD for what cannot be read, so that the remaining findings still come.
///
/// A lone carriage return ends a line as a line feed does, and is kept as one: both are one byte, so that every place
/// is the place in the file.
pub fn load(sources: &mut Sources, path: &str, bytes: &[u8]) -> (SourceId, Vec<Diagnostic>) {
    let body = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let body = &*with_line_feeds(body);
    match str::from_utf8(body) {
        Ok(text) if wide_zeros(body).is_none() => (sources.add(path, text), Vec::new()),
        found => {
            let (text, encoding) = decode(body);
            let good = found.err().map_or(0, |error| error.valid_up_to());
            // A line feed is one byte that stands for nothing else in UTF-8 and GB18030, so lines keep their numbers.
            let line = match encoding {
                Some((_, "UTF-16")) => 0,
                _ => body[..good].iter().filter(|b| **b == b'\n').count(),
            };
            let start = line.checked_sub(1).map_or(0, |n| {
                text.match_indices('\n').nth(n).map_or(text.len(), |(i, _)| i + 1)
            });
            let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
            let source = sources.add(path, text);
            let (found, remedy) = advice(path, encoding);
            let finding = Diagnostic::new(&entries::NOT_UTF8, span(source, start..end))
                .with("line", (line + 1).to_string())
                .with("found", found)
                .with("remedy", remedy);
            (source, vec![finding])
        }
    }
}

/// The bytes with a line feed in place of each carriage return that has none behind it.
fn with_line_feeds(body: &[u8]) -> Cow<'_, [u8]> {
    let is_lone = |i: usize| body[i] == b'\r' && body.get(i + 1) != Some(&b'\n');
    // In UTF-16 the byte is half of a character.
    let wide = || Encoding::for_bom(body).is_some() || wide_zeros(body).is_some();
    if !body.contains(&b'\r') || !(0..body.len()).any(is_lone) || wide() {
        return Cow::Borrowed(body);
    }
    let mended = (0..body.len()).map(|i| if is_lone(i) { b'\n' } else { body[i] });
    Cow::Owned(mended.collect())
}

/// UTF-16 without a mark: ASCII characters have a zero on one side, and Chinese text has some of them in every line.
fn wide_zeros(body: &[u8]) -> Option<&'static Encoding> {
    let head = &body[..body.len().min(1024)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = |n: usize, other: usize| n >= 4 && n * 32 >= head.len() && n > 4 * other;
    if many(odd, even) {
        Some(UTF_16LE)
    } else {
        many(even, odd).then_some(UTF_16BE)
    }
}

/// The text, and the encoding it turned out to be in with the name `iconv` and people know it by.
fn decode(body: &[u8]) -> (String, Option<(&'static Encoding, &'static str)>) {
    let marked = Encoding::for_bom(body).map(|(encoding, _)| encoding);
    if let Some(encoding) = marked.or_else(|| wide_zeros(body)) {
        let (text, _, faulty) = encoding.decode(body);
        if !faulty {
            return (text.into_owned(), Some((encoding, "UTF-16")));
        }
    }
    // A damaged UTF-8 text often reads as GB18030 too, as nonsense: it is UTF-8 when most of it reads as that.
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in body.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if bad >= good {
        let (text, faulty) = GB18030.decode_without_bom_handling(body);
        if !faulty {
            return (text.into_owned(), Some((GB18030, "GB18030")));
        }
    }
    (String::from_utf8_lossy(body).into_owned(), None)
}

fn advice(path: &str, encoding: Option<(&'static Encoding, &'static str)>) -> (Argument, Argument) {
    let Some((_, name)) = encoding else {
        return (
            Argument::term("也不是 GB18030", "nor GB18030"),
            Argument::term(
                "用原来的软件打开,另存为 UTF-8",
                "open it in the program it was written with and save it as UTF-8",
            ),
        );
    };
    let command = format!("iconv -f {name} -t UTF-8 '{path}' > new.md");
    (
        Argument::term(format!("它可以按 {name} 读出"), format!("it reads as {name}")),
        Argument::term(
            format!("转换编码:{command},或在编辑器里另存为 UTF-8"),
            format!("convert it: {command}, or save it as UTF-8 in the editor"),
        ),
    )
}

/// Whether a text is in NFC. Characters of ranges in which nothing composes or decomposes need no look into the tables;
/// policies in Chinese consist of little else.
pub fn is_normal(text: &str) -> bool {
    let settled = |c: char| {
        c < '\u{300}'
            || matches!(c, '\u{3001}'..='\u{3029}' | '\u{3400}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
            || matches!(c, '\u{2010}'..='\u{2027}' | '≥' | '≤' | '\u{2500}'..='\u{257F}')
    };
    text.chars().all(settled) || is_nfc(text)
}

/// One finding for a text that is not in NFC, at the first such character, with an edit for every line concerned.
pub(crate) fn not_nfc(text: &str, source: SourceId) -> Option<Diagnostic> {
    let mut at = 0;
    let mut finding: Option<Diagnostic> = None;
    let mut lines = 0usize;
    for line in text.split_inclusive('\n') {
        if !is_normal(line) {
            lines += 1;
            let normal: String = line.nfc().collect();
            let first = || {
                let same = line.char_indices().zip(normal.chars()).find(|((_, a), b)| a != b);
                let from = same.map_or(line.len(), |((i, _), _)| i);
                let to = line[from..].chars().next().map_or(from, |c| from + c.len_utf8());
                Diagnostic::new(&entries::NOT_NFC, span(source, at + from..at + to))
                    .with("found", &line[from..to])
            };
            finding = Some(
                finding
                    .unwrap_or_else(first)
                    .fix(span(source, at..at + line.len()), normal.clone()),
            );
        }
        at += line.len();
    }
    finding.map(|f| f.with("lines", lines.to_string()))
}

/// Edits offered at most; a file with more such characters is no document.
const MOST_EDITS: usize = 1000;

/// One finding for characters that are not seen, at the first of them, with an edit for each. Between the words of a rule
/// block they are found when it is read; within quotes and comments, here.
pub(crate) fn hidden(text: &str, source: SourceId, fences: &[Fence]) -> Option<Diagnostic> {
    let in_fence = |at: usize| {
        let after = fences.partition_point(|f| f.span.start as usize <= at);
        let fence = fences[..after].last().filter(|f| at < f.span.end as usize);
        fence.is_some() && !within_quotes(text, at)
    };
    let mut found = text
        .char_indices()
        .filter(|(at, c)| is_hidden(*c) && !in_fence(*at))
        .map(|(at, c)| at..at + c.len_utf8());
    let first = found.next()?;
    let mut count = 1usize;
    let mut finding = Diagnostic::new(&entries::HIDDEN_CHARACTER, span(source, first.clone()))
        .with("found", &text[first.clone()])
        .fix(span(source, first), "");
    for place in found {
        count += 1;
        if count <= MOST_EDITS {
            finding = finding.fix(span(source, place), "");
        }
    }
    Some(finding.with("count", count.to_string()))
}

/// Bytes before a character that are looked at for quotes.
const MOST_LOOKED_BACK: usize = 1024;

/// Whether a place of a rule block stands within quotes or a comment of its line.
fn within_quotes(text: &str, at: usize) -> bool {
    // A line of a rule is short; of one that is not, this bounds the work.
    let near = (at.saturating_sub(MOST_LOOKED_BACK)..at).find(|i| text.is_char_boundary(*i));
    let before = &text[near.unwrap_or(at)..at];
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    let mut close = None;
    for c in before[line..].chars() {
        close = match (close, c) {
            (Some(mark), c) if mark == c => None,
            (Some(mark), _) => Some(mark),
            (None, '“') => Some('”'),
            (None, '「') => Some('」'),
            (None, '"') => Some('"'),
            // A comment runs to the end of its line.
            (None, '#' | '＃') => Some('\n'),
            (None, _) => None,
        };
    }
    close.is_some()
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::{Lang, Sources, apply_edits};

    use super::{GB18030, load, not_nfc};

    fn check(bytes: &[u8], text: &str, line: Option<usize>, words: &str) {
        let mut sources = Sources::default();
        let (source, findings) = load(&mut sources, "甲.md", bytes);
        assert_eq!(&*sources.file(source).unwrap().text, text);
        let places: Vec<_> = findings
            .iter()
            .map(|f| sources.file(source).unwrap().place(f.span.start).line)
            .collect();
        assert_eq!(places, line.into_iter().collect::<Vec<_>>());
        let said: String = findings
            .iter()
            .map(|f| f.message(Lang::Zh) + &f.help(Lang::Zh))
            .collect();
        assert!(said.contains(words) && !said.contains('{'), "{said}");
    }

    #[test]
    fn utf8_is_taken_and_a_byte_order_mark_skipped() {
        check("甲\n".as_bytes(), "甲\n", None, "");
        check("\u{feff}甲\n".as_bytes(), "甲\n", None, "");
        check(b"", "", None, "");
    }

    #[test]
    fn a_text_in_another_encoding_is_read_and_the_conversion_named() {
        let (gb, _, _) = GB18030.encode("ok\n研发费用\n补助\n");
        check(&gb, "ok\n研发费用\n补助\n", Some(2), "iconv -f GB18030 -t UTF-8");
        let utf16: Vec<u8> = "\u{feff}研发\n补助"
            .encode_utf16()
            .flat_map(|unit| unit.to_le_bytes())
            .collect();
        check(&utf16, "研发\n补助", Some(1), "UTF-16");
        let text = "---\r\ntitle: a\r\n---\r\n研发补助\r\n";
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let unmarked: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
            check(&unmarked, text, Some(1), "UTF-16");
        }
    }

    #[test]
    fn a_line_ends_however_it_was_ended_and_every_place_stays() {
        check(b"a\rb\r\nc\nd\r\re\r", "a\nb\r\nc\nd\n\ne\n", None, "");
        check(b"a\rb\xff\rc", "a\nb\u{fffd}\nc", Some(2), "第 2 行");
    }

    #[test]
    fn a_damaged_text_keeps_what_can_be_read() {
        check("研发费用\n补\u{0}".as_bytes(), "研发费用\n补\u{0}", None, "");
        let damaged = ["研发费用\n补助".as_bytes(), b"\xff", "\n乙".as_bytes()].concat();
        check(&damaged, "研发费用\n补助\u{fffd}\n乙", Some(2), "第 2 行");
        check(
            b"\xff\xff\xff",
            "\u{fffd}\u{fffd}\u{fffd}",
            Some(1),
            "另存为 UTF-8",
        );
    }

    #[test]
    fn a_text_that_is_not_normal_is_mended_line_by_line() {
        let text = "甲\ncafe\u{301} 乙\n丙 e\u{301}\n";
        let source = Sources::default().add("甲.md", text);
        let finding = not_nfc(text, source).unwrap();
        assert_eq!(apply_edits(text, &finding.fix), "甲\ncaf\u{e9} 乙\n丙 \u{e9}\n");
        assert!(
            finding.message(Lang::Zh).contains("2 行"),
            "{}",
            finding.message(Lang::Zh)
        );
        assert!(not_nfc("甲 caf\u{e9}\n", source).is_none());
    }
}
