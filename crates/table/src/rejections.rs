//! Rejected rows in few bytes each: a file may have millions of them, and each goes to `rejected.csv`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use jiufen_diagnostic::{Argument, Diagnostic, Entry, Lang, SourceId, Span};
use smol_str::SmolStr;

use crate::rejection::{Fault, Rejection};

/// Bytes of a text that is kept once for all rows that have it; a shorter one takes less where it stands.
const LEAST_KEPT: usize = 8;
/// Texts kept so; the rows of a file say few things, each often.
const MOST_KEPT: usize = 1 << 14;

/// Rejected rows in an order of their own. They are packed when they are added, and unpacked one by one.
#[derive(Clone, Default)]
pub struct Rejections {
    rows: Vec<Row>,
    parts: Vec<Part>,
}

/// Where a row is, and where its faults begin among the bytes of all parts.
#[derive(Debug, Clone, Copy)]
struct Row {
    line: u64,
    at: usize,
}

/// The faults of some rows.
#[derive(Clone, Default)]
struct Part {
    /// How many bytes the parts before it have.
    base: usize,
    bytes: Vec<u8>,
    words: Words,
    entries: Vec<&'static Entry>,
    names: Vec<&'static str>,
}

/// The rows of one file that were rejected for the same first reason.
#[derive(Debug, Clone)]
pub struct RejectedFor {
    /// How many there are.
    pub count: u64,
    /// The first of them, at most three.
    pub first: Vec<Rejection>,
}

impl Rejections {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row behind the others.
    pub fn push(&mut self, rejection: Rejection) {
        if self.parts.is_empty() {
            self.parts.push(Part::default());
        }
        if let Some(part) = self.parts.last_mut() {
            self.rows.push(Row {
                line: rejection.line,
                at: part.base + part.bytes.len(),
            });
            part.pack(rejection);
        }
    }

    /// Adds all rows of another list behind the others.
    pub fn append(&mut self, mut other: Self) {
        let base = self.parts.last().map_or(0, |part| part.base + part.bytes.len());
        other.rows.iter_mut().for_each(|row| row.at += base);
        other.parts.iter_mut().for_each(|part| part.base += base);
        self.rows.append(&mut other.rows);
        self.parts.append(&mut other.parts);
    }

    /// Puts the rows in the order of their lines.
    pub(crate) fn sort_by_line(&mut self) {
        self.rows.sort_by_key(|row| row.line);
    }

    /// A row by its place in the list.
    pub fn get(&self, place: usize) -> Option<Rejection> {
        self.rows.get(place).map(|row| self.unpacked(row))
    }

    /// The rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Rejection> {
        self.rows.iter().map(|row| self.unpacked(row))
    }

    /// The rows of each file by the code of their first fault and its column, in the order in which they come up first.
    pub fn by_code(&self) -> Vec<RejectedFor> {
        const SHOWN: usize = 3;
        let mut places: BTreeMap<(SmolStr, &str, String), usize> = BTreeMap::new();
        let mut found: Vec<RejectedFor> = Vec::new();
        for row in &self.rows {
            let mut bytes = self.bytes(row);
            let (file, code) = (bytes.file(), bytes.entry().map_or("", |entry| entry.code));
            let of = (file, code, bytes.text(""));
            let place = *places.entry(of).or_insert(found.len());
            if place == found.len() {
                found.push(RejectedFor {
                    count: 0,
                    first: Vec::new(),
                });
            }
            found[place].count += 1;
            if found[place].first.len() < SHOWN {
                found[place].first.push(self.unpacked(row));
            }
        }
        found
    }

    fn bytes(&self, row: &Row) -> Packed<'_> {
        // INVARIANT: the first part begins at 0, so that one before every row exists.
        let part = &self.parts[self.parts.partition_point(|part| part.base <= row.at) - 1];
        Packed {
            part,
            at: row.at - part.base,
        }
    }

    fn unpacked(&self, row: &Row) -> Rejection {
        let mut bytes = self.bytes(row);
        let file = bytes.file();
        let first = bytes.fault();
        let further = bytes.number();
        Rejection {
            file,
            line: row.line,
            column: first.column,
            found: first.found,
            reason: first.reason,
            further: (0..further).map(|_| bytes.fault()).collect(),
        }
    }
}

impl Extend<Rejection> for Rejections {
    fn extend<I: IntoIterator<Item = Rejection>>(&mut self, rows: I) {
        rows.into_iter().for_each(|row| self.push(row));
    }
}

impl FromIterator<Rejection> for Rejections {
    fn from_iter<I: IntoIterator<Item = Rejection>>(rows: I) -> Self {
        let mut all = Self::default();
        all.extend(rows);
        all
    }
}

impl fmt::Debug for Rejections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Texts that are kept once.
#[derive(Clone, Default)]
struct Words {
    kept: Vec<SmolStr>,
    places: HashMap<SmolStr, usize>,
}

impl Words {
    /// The place of a text among those that are kept; `None` for one that is not.
    fn place(&mut self, text: &str) -> Option<usize> {
        if let Some(place) = self.places.get(text) {
            return Some(*place);
        }
        if text.len() < LEAST_KEPT || self.kept.len() == MOST_KEPT {
            return None;
        }
        let (text, place) = (SmolStr::new(text), self.kept.len());
        self.kept.push(text.clone());
        self.places.insert(text, place);
        Some(place)
    }
}

/// How a text of a fault is written: 0 for the words found in the cell, an odd number for a kept text, an even one for
/// its length and then its bytes.
const AS_FOUND: usize = 0;

impl Part {
    fn pack(&mut self, rejection: Rejection) {
        self.text(&rejection.file, None);
        self.fault(&rejection.column, &rejection.found, &rejection.reason);
        self.number(rejection.further.len());
        for fault in &rejection.further {
            self.fault(&fault.column, &fault.found, &fault.reason);
        }
    }

    fn fault(&mut self, column: &str, found: &str, reason: &Diagnostic) {
        assert!(
            reason.related.is_empty() && reason.clause.is_none() && reason.fix.is_empty(),
            "a row has one place and no clause, and nobody mends it but the person who wrote it"
        );
        let entry = place_of(&mut self.entries, reason.entry, |a, b| std::ptr::eq(*a, *b));
        self.number(entry);
        self.text(column, None);
        self.inline(found);
        let Span { source, start, end } = reason.span;
        // A place in no text is the most frequent, and 0 the shortest number.
        self.number(source.0.wrapping_add(1) as usize);
        self.number(start as usize);
        self.number(end.saturating_sub(start) as usize);
        self.number(reason.arguments.len());
        for (name, argument) in &reason.arguments {
            let name = place_of(&mut self.names, name, |a, b| a == b);
            let (zh, en) = (argument.words(Lang::Zh), argument.words(Lang::En));
            self.number(name * 2 + usize::from(zh != en));
            self.text(zh, Some(found));
            if zh != en {
                self.text(en, Some(found));
            }
        }
    }

    fn text(&mut self, text: &str, found: Option<&str>) {
        if found == Some(text) {
            self.number(AS_FOUND);
        } else if let Some(place) = self.words.place(text) {
            self.number(place * 2 + 1);
        } else {
            self.inline(text);
        }
    }

    fn inline(&mut self, text: &str) {
        self.number((text.len() + 1) * 2);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Seven bits a byte, the low ones first.
    fn number(&mut self, mut number: usize) {
        while number > 0x7F {
            self.bytes.push(0x80 | (number & 0x7F) as u8);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// The place of an item in a short list, to which it is added where it is new.
fn place_of<T: Copy>(list: &mut Vec<T>, item: T, same: impl Fn(&T, &T) -> bool) -> usize {
    list.iter()
        .position(|known| same(known, &item))
        .unwrap_or_else(|| {
            list.push(item);
            list.len() - 1
        })
}

/// The faults of a row, read from its bytes. INVARIANT: they are what [`Part::pack`] wrote.
struct Packed<'p> {
    part: &'p Part,
    at: usize,
}

impl Packed<'_> {
    fn file(&mut self) -> SmolStr {
        self.text("").into()
    }

    fn entry(&mut self) -> Option<&'static Entry> {
        let place = self.number();
        self.part.entries.get(place).copied()
    }

    fn fault(&mut self) -> Fault {
        let entry = self.part.entries[self.number()];
        let column = self.text("").into();
        let found = self.text("");
        let source = SourceId((self.number() as u32).wrapping_sub(1));
        let start = self.number() as u32;
        let end = start + self.number() as u32;
        let mut reason = Diagnostic::new(entry, Span { source, start, end });
        for _ in 0..self.number() {
            let name = self.number();
            let zh = self.text(&found);
            let argument = match name % 2 {
                0 => Argument::from(zh),
                _ => Argument::term(zh, self.text(&found)),
            };
            reason = reason.with(self.part.names[name / 2], argument);
        }
        Fault {
            column,
            found,
            reason,
        }
    }

    fn text(&mut self, found: &str) -> String {
        match self.number() {
            AS_FOUND => found.to_owned(),
            kept if kept % 2 == 1 => self.part.words.kept[kept / 2].to_string(),
            inline => {
                let end = self.at + inline / 2 - 1;
                let text = String::from_utf8_lossy(&self.part.bytes[self.at..end]).into_owned();
                self.at = end;
                text
            }
        }
    }

    fn number(&mut self) -> usize {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.part.bytes[self.at];
            self.at += 1;
            number |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return number;
            }
            shift += 7;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiufen_diagnostic::catalogue::registry;

    use super::*;

    fn rejection(line: u64, found: &str, further: usize) -> Rejection {
        let span = |start| Span {
            source: SourceId(if line.is_multiple_of(2) { u32::MAX } else { 3 }),
            start,
            end: start + 300,
        };
        let fault = |n: usize| {
            let entry = [&registry::NOT_A_NUMBER, &registry::NEGATIVE][n % 2];
            let reason = Diagnostic::new(entry, span(n as u32))
                .with("expected", Argument::term("金额", "an amount of money"))
                .with("proposal", "");
            Fault::new("营业收入", found, reason)
        };
        Rejection::of("企业.csv", line, (0..=further).map(fault).collect()).unwrap()
    }

    fn said(rejection: &Rejection) -> String {
        format!("{rejection:?}")
    }

    #[test]
    fn what_is_packed_comes_back_word_for_word() {
        let long = "长".repeat(700);
        let cells = [
            "",
            "约5",
            "91999999MA0000031R",
            "=1+1",
            "a\u{200B}b",
            long.as_str(),
        ];
        let rows: Vec<Rejection> = (0..60)
            .map(|n| rejection(n, cells[n as usize % cells.len()], n as usize % 9))
            .collect();
        let mut packed: Rejections = rows[..20].iter().cloned().collect();
        packed.append(rows[20..40].iter().cloned().collect());
        packed.append(Rejections::default());
        rows[40..].iter().for_each(|row| packed.push(row.clone()));
        assert_eq!(packed.len(), rows.len());
        for (was, is) in rows.iter().zip(packed.iter()) {
            assert_eq!(said(was), said(&is));
        }
        assert!(packed.get(60).is_none());
    }

    #[test]
    fn rows_beyond_the_texts_that_are_kept_come_back_too() {
        let cell = |n: u64| format!("第 {n} 个写法,不是数");
        let packed: Rejections = (0..20_000)
            .map(|n| {
                let mut one = rejection(n, &cell(n), 0);
                one.reason = one.reason.with("unit", cell(n) + "的单位");
                one
            })
            .collect();
        assert_eq!(packed.parts[0].words.kept.len(), MOST_KEPT);
        let wrong = packed.iter().zip(0..).find(|(row, n)| {
            let unit = cell(*n) + "的单位";
            row.found != cell(*n) || row.reason.argument("unit", Lang::En) != Some(&unit)
        });
        assert!(wrong.is_none(), "{wrong:?}");
    }

    #[test]
    fn rows_are_counted_by_file_and_code_and_the_first_are_shown() {
        let mut packed: Rejections = (0..1000).map(|n| rejection(n, "约5", 0)).collect();
        let mut other = rejection(7, "-5", 1);
        other.reason = other.further.remove(0).reason;
        packed.push(other);
        let by_code: Vec<(u64, &str, Vec<u64>)> = packed
            .by_code()
            .iter()
            .map(|of| {
                (
                    of.count,
                    of.first[0].code(),
                    of.first.iter().map(|row| row.line).collect(),
                )
            })
            .collect();
        let expected = [
            (1000, registry::NOT_A_NUMBER.code, vec![0, 1, 2]),
            (1, registry::NEGATIVE.code, vec![7]),
        ];
        assert_eq!(by_code, expected);
    }
}
