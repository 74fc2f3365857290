//! From text to tokens, line by line. A token never depends on a name.

mod names;
mod numbers;

pub(crate) use names::is_plain_name;

use jiufen_diagnostic::catalogue::syntax as entries;
use jiufen_document::is_normal;
use rowan::{TextRange, TextSize};
use unicode_normalization::UnicodeNormalization;

use super::error::SyntaxError;
use super::keywords::{BlockWord, Keywords};
use super::text::fold;
use super::{SyntaxKind, text};

/// One token: a kind and a range of bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub kind: SyntaxKind,
    pub start: u32,
    pub end: u32,
}

/// The tokens of a fence and the faults found among them.
pub(crate) struct Lexed {
    pub tokens: Vec<Token>,
    pub errors: Vec<SyntaxError>,
}

/// Cuts `text` into tokens that together are `text`.
pub(crate) fn lex(text: &str, keywords: Keywords) -> Lexed {
    let mut lexer = Lexer {
        text,
        keywords,
        at: 0,
        tokens: Vec::with_capacity(text.len() / 4),
        errors: Vec::new(),
        in_row: false,
        depth: 0,
    };
    lexer.check_normal_form();
    while lexer.at < text.len() {
        lexer.line();
    }
    Lexed {
        tokens: lexer.tokens,
        errors: lexer.errors,
    }
}

struct Lexer<'a> {
    text: &'a str,
    keywords: Keywords,
    at: usize,
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
    /// Whether the line is a `|` row, where numbers may have separators.
    in_row: bool,
    /// Brackets open on this line.
    depth: u32,
}

pub(super) fn range(start: usize, end: usize) -> TextRange {
    let size = |n: usize| TextSize::new(u32::try_from(n).unwrap_or(u32::MAX));
    TextRange::new(size(start), size(end))
}

impl Lexer<'_> {
    fn check_normal_form(&mut self) {
        if is_normal(self.text) {
            return;
        }
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            for word in line.split_inclusive(|c: char| c.is_whitespace() || c.is_ascii_punctuation()) {
                if !is_normal(word) {
                    let place = range(at, at + word.len());
                    let mended: String = word.nfc().collect();
                    let error = SyntaxError::new(&entries::NOT_NFC, place).with("found", word.trim());
                    self.errors.push(error.fix(place, mended));
                }
                at += word.len();
            }
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// The next character with full-width forms mapped.
    fn peek(&self) -> Option<char> {
        self.rest().chars().next().map(fold)
    }

    fn nth(&self, n: usize) -> Option<char> {
        self.rest().chars().nth(n).map(fold)
    }

    fn advance(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    fn advance_while(&mut self, mut accept: impl FnMut(char) -> bool) {
        let rest = &self.text[self.at..];
        let taken = rest
            .char_indices()
            .find(|(_, c)| !accept(fold(*c)))
            .map_or(rest.len(), |(i, _)| i);
        self.at += taken;
    }

    fn push(&mut self, kind: SyntaxKind, start: usize) {
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.tokens.push(Token {
            kind,
            start: offset(start),
            end: offset(self.at),
        });
    }

    /// One physical line with its line break.
    fn line(&mut self) {
        self.in_row = false;
        self.depth = 0;
        let start = self.at;
        let mut first = true;
        while let Some(c) = self.peek() {
            let raw = self.rest().chars().next().unwrap_or(c);
            if raw == '\n' || self.rest().starts_with("\r\n") {
                let begin = self.at;
                self.at += if raw == '\n' { 1 } else { 2 };
                self.push(SyntaxKind::NEWLINE, begin);
                return;
            }
            if is_space(raw) {
                self.spaces();
                continue;
            }
            if first {
                first = false;
                self.in_row = c == '|';
                self.token(c, raw);
                if self.at > start && self.begins_case(start) {
                    self.title();
                }
                continue;
            }
            self.token(c, raw);
        }
    }

    fn begins_case(&self, line_start: usize) -> bool {
        self.tokens.last().is_some_and(|token| {
            token.kind == SyntaxKind::IDENT
                && token.start as usize == line_start
                && BlockWord::parse(&text::folded(&self.text[line_start..self.at]), self.keywords)
                    == Some(BlockWord::Case)
        })
    }

    /// The free words behind 例, up to a comment or the end of the line.
    fn title(&mut self) {
        let line_end = self.rest().find('\n').map_or(self.text.len(), |i| self.at + i);
        if self.peek().is_some_and(is_space_folded) {
            self.spaces();
        }
        let words = &self.text[self.at..line_end.max(self.at)];
        let comment = words
            .char_indices()
            .zip(std::iter::once(' ').chain(words.chars()))
            .find(|((_, c), before)| fold(*c) == '#' && is_space(*before))
            .map_or(words.len(), |((i, _), _)| i);
        let title = words[..comment].trim_end_matches(|c: char| c.is_whitespace());
        if !title.is_empty() {
            let start = self.at;
            self.at += title.len();
            self.push(SyntaxKind::TEXT, start);
        }
    }

    fn spaces(&mut self) {
        let start = self.at;
        while let Some(c) = self.rest().chars().next() {
            if !is_space(c) || self.rest().starts_with("\r\n") {
                break;
            }
            let begin = self.at;
            self.at += c.len_utf8();
            let place = range(begin, self.at);
            match c {
                ' ' | '\u{3000}' | '\r' => {}
                '\t' => {
                    let indent = self.text[..begin].rfind('\n').map_or(0, |i| i + 1);
                    let inside = self.text[indent..begin].chars().all(is_space);
                    let error = SyntaxError::new(&entries::TAB, place);
                    self.errors
                        .push(error.fix(place, if inside { "  " } else { " " }));
                }
                _ => {
                    let error = SyntaxError::new(&entries::ODD_SPACE, place);
                    let found = format!("U+{:04X}", c as u32);
                    let mended = if is_invisible(c) { "" } else { " " };
                    self.errors.push(error.with("found", found).fix(place, mended));
                }
            }
        }
        self.push(SyntaxKind::WHITESPACE, start);
    }

    fn token(&mut self, c: char, raw: char) {
        match raw {
            '“' | '"' | '＂' => return self.string(raw),
            '「' | '【' => return self.quoted_name(raw),
            _ => {}
        }
        if c.is_ascii_digit() {
            return self.number();
        }
        if names::starts_name(c) {
            return self.name();
        }
        let start = self.at;
        match c {
            '#' => {
                let end = self.rest().find('\n').map_or(self.text.len(), |i| self.at + i);
                self.at = if self.text[..end].ends_with('\r') {
                    end - 1
                } else {
                    end
                };
                self.push(SyntaxKind::COMMENT, start);
            }
            '%' | '‰' | '㎡' => {
                self.advance();
                self.push(SyntaxKind::UNIT, start);
            }
            '。' | ';' => self.stop(),
            _ => self.mark(c),
        }
    }

    /// `。` and `;` say nothing at the end of a line, and mean nothing elsewhere.
    fn stop(&mut self) {
        let start = self.at;
        self.advance_while(|c| c == '。' || c == ';');
        let line = self
            .rest()
            .split('\n')
            .next()
            .unwrap_or("")
            .trim_start_matches(is_space);
        if line.is_empty() || line.starts_with('#') {
            self.push(SyntaxKind::STOP, start);
        } else {
            self.unexpected(start);
        }
    }

    fn mark(&mut self, c: char) {
        let start = self.at;
        self.advance();
        let next = self.peek();
        let kind = match (c, next) {
            ('>', Some('=')) | ('<', Some('=')) | ('!', Some('=')) => {
                self.advance();
                match c {
                    '>' => SyntaxKind::GE,
                    '<' => SyntaxKind::LE,
                    _ => SyntaxKind::NE,
                }
            }
            ('=', Some('=')) => {
                self.advance_while(|c| c == '=');
                let place = range(start, self.at);
                let error = SyntaxError::new(&entries::DOUBLE_EQUALS, place);
                let error = error.with("found", &self.text[start..self.at]).fix(place, "=");
                self.errors.push(error);
                SyntaxKind::EQ
            }
            _ => {
                let Some(kind) = single_mark(c) else {
                    return self.unexpected(start);
                };
                kind
            }
        };
        match kind {
            SyntaxKind::L_PAREN | SyntaxKind::L_BRACKET | SyntaxKind::L_BRACE => self.depth += 1,
            SyntaxKind::R_PAREN | SyntaxKind::R_BRACKET | SyntaxKind::R_BRACE => {
                self.depth = self.depth.saturating_sub(1);
            }
            SyntaxKind::PIPE => self.depth = 0,
            _ => {}
        }
        self.push(kind, start);
    }

    /// A run of characters that mean nothing here, as one token with one fault.
    fn unexpected(&mut self, start: usize) {
        if self.at == start {
            self.advance();
        }
        while let Some(c) = self.rest().chars().next() {
            let c = fold(c);
            let known = is_space(c)
                || c == '\n'
                || c.is_ascii_digit()
                || names::starts_name(c)
                || single_mark(c).is_some()
                || matches!(
                    c,
                    '“' | '"' | '「' | '【' | '#' | '%' | '‰' | '㎡' | '。' | ';' | '!'
                );
            if known {
                break;
            }
            self.advance();
        }
        let error = SyntaxError::new(&entries::UNEXPECTED_CHARACTER, range(start, self.at));
        self.errors.push(error.with("found", &self.text[start..self.at]));
        self.push(SyntaxKind::UNEXPECTED, start);
    }
}

fn single_mark(c: char) -> Option<SyntaxKind> {
    Some(match c {
        ':' => SyntaxKind::COLON,
        ',' => SyntaxKind::COMMA,
        '.' => SyntaxKind::DOT,
        '(' => SyntaxKind::L_PAREN,
        ')' => SyntaxKind::R_PAREN,
        '[' => SyntaxKind::L_BRACKET,
        ']' => SyntaxKind::R_BRACKET,
        '{' => SyntaxKind::L_BRACE,
        '}' => SyntaxKind::R_BRACE,
        '|' => SyntaxKind::PIPE,
        '+' => SyntaxKind::PLUS,
        '-' | '−' => SyntaxKind::MINUS,
        '*' | '×' => SyntaxKind::TIMES,
        '÷' => SyntaxKind::DIVIDE,
        '/' => SyntaxKind::SLASH,
        '=' => SyntaxKind::EQ,
        '≠' => SyntaxKind::NE,
        '≥' => SyntaxKind::GE,
        '≤' => SyntaxKind::LE,
        '>' => SyntaxKind::GT,
        '<' => SyntaxKind::LT,
        _ => return None,
    })
}

fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\n') || is_invisible(c)
}

fn is_space_folded(c: char) -> bool {
    is_space(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}
