//! Names, quoted names, strings.

use jiufen_diagnostic::catalogue::syntax as entries;
use unicode_ident::{is_xid_continue, is_xid_start};

use super::{Lexer, range};
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::ReservedWord;
use crate::syntax::{SyntaxKind, text};

pub(super) fn starts_name(c: char) -> bool {
    is_xid_start(c)
}

/// Middle dots are no part of a name: they separate a person's names and are written in three ways.
/// ² and ³ are, so that `m²` is one word.
pub(super) fn continues_name(c: char) -> bool {
    (is_xid_continue(c) && !matches!(c, '·' | '\u{387}' | '・' | '･')) || matches!(c, '²' | '³')
}

/// Whether a name written without 「」 would be read as that name.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.chars().next().is_some_and(starts_name)
        && name.chars().all(continues_name)
        && text::recent_years(name).is_none()
        && text::folded(name) == name
}

impl Lexer<'_> {
    pub(super) fn name(&mut self) {
        let start = self.at;
        self.advance_while(continues_name);
        let word = text::folded(&self.text[start..self.at]);
        let kind = if ReservedWord::parse(&word, self.keywords).is_some() {
            SyntaxKind::RESERVED_WORD
        } else if text::recent_years(&word).is_some() {
            SyntaxKind::PERIOD_WORD
        } else {
            SyntaxKind::IDENT
        };
        self.push(kind, start);
    }

    pub(super) fn quoted_name(&mut self, open: char) {
        let close = if open == '「' { '」' } else { '】' };
        let start = self.at;
        let inside = &self.text[start + open.len_utf8()..];
        let line = inside.split(['\n', '\r']).next().unwrap_or("");
        match line.find(close) {
            Some(length) => self.at = start + open.len_utf8() + length + close.len_utf8(),
            None => self.unclosed(&entries::UNCLOSED_NAME, start, open, close),
        }
        self.push(SyntaxKind::QUOTED, start);
    }

    pub(super) fn string(&mut self, open: char) {
        let close = if open == '“' { '”' } else { open };
        let start = self.at;
        let inside = &self.text[start + open.len_utf8()..];
        let line = inside.split(['\n', '\r']).next().unwrap_or("");
        let mut depth = 1u32;
        let end = line.char_indices().find_map(|(i, c)| {
            if c == close {
                depth -= 1;
            } else if c == open {
                depth += 1;
            }
            (depth == 0).then_some(i)
        });
        match end {
            Some(length) => self.at = start + open.len_utf8() + length + close.len_utf8(),
            None => self.unclosed(&entries::UNCLOSED_STRING, start, open, close),
        }
        self.push(SyntaxKind::STRING, start);
    }

    /// The mark is missing: what was opened ends with its line, so that the next line is read as usual.
    fn unclosed(&mut self, entry: &'static jiufen_diagnostic::Entry, start: usize, open: char, close: char) {
        let line = self.text[start..].split('\n').next().unwrap_or("");
        self.at = start + line.trim_end().len();
        let error = SyntaxError::new(entry, range(start, self.at));
        let error = error
            .with("open", open.to_string())
            .with("close", close.to_string());
        self.errors
            .push(error.fix(range(self.at, self.at), close.to_string()));
    }
}
