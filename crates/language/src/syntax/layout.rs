//! From tokens to lines: what begins a block, what stands in it, what belongs to the line above.

use jiufen_diagnostic::Entry;
use jiufen_diagnostic::catalogue::syntax as entries;
use rowan::TextRange;

use super::error::SyntaxError;
use super::keywords::{BlockWord, Keywords, LineWord, ReservedWord};
use super::lexer::{Token, range};
use super::{SyntaxKind, text};

/// A line as its author means it, continuation included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// Columns of white space before it; 0 begins a block.
    pub indent: u32,
    /// First of its meaning tokens, as an index into [`Layout::meaning`].
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// Whether the lexer found fault with it.
    pub faulty: bool,
}

/// The lines of a fence.
pub(crate) struct Layout {
    /// Indices of the tokens that are no trivia.
    pub meaning: Vec<u32>,
    pub lines: Vec<Line>,
    pub errors: Vec<SyntaxError>,
}

/// Joins physical lines into lines. `faults` are the places of the lexer's errors.
pub(crate) fn lay_out(text: &str, tokens: &[Token], keywords: Keywords, faults: &[SyntaxError]) -> Layout {
    let mut builder = Builder {
        text,
        tokens,
        keywords,
        layout: Layout {
            meaning: Vec::with_capacity(tokens.len() / 2),
            lines: Vec::new(),
            errors: Vec::new(),
        },
        body: None,
        wide: false,
    };
    let mut physical_start = 0;
    for (index, token) in tokens.iter().enumerate() {
        if token.kind == SyntaxKind::NEWLINE {
            builder.physical(physical_start, index);
            physical_start = index + 1;
        }
    }
    builder.physical(physical_start, tokens.len());
    builder.mark_faults(faults);
    builder.layout
}

struct Builder<'a> {
    text: &'a str,
    tokens: &'a [Token],
    keywords: Keywords,
    layout: Layout,
    /// Columns of the current block's body.
    body: Option<u32>,
    /// Whether full-width spaces indent the line at hand; each counts as two columns.
    wide: bool,
}

impl Builder<'_> {
    fn physical(&mut self, from: usize, to: usize) {
        let start = self.layout.meaning.len();
        for (index, token) in self.tokens.iter().enumerate().take(to).skip(from) {
            if !token.kind.is_trivia() {
                self.layout.meaning.push(u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
        let end = self.layout.meaning.len();
        if start == end {
            return;
        }
        let indent = self.indent(from);
        self.wide = self.is_wide(from);
        let line = Line {
            indent,
            start,
            end,
            faulty: false,
        };
        if indent == 0 {
            self.at_margin(line);
        } else {
            self.inside(line);
        }
    }

    fn is_wide(&self, from: usize) -> bool {
        let token = self.tokens.get(from).filter(|t| t.kind == SyntaxKind::WHITESPACE);
        token.is_some_and(|t| self.text[t.start as usize..t.end as usize].contains('\u{3000}'))
    }

    fn indent(&self, from: usize) -> u32 {
        let Some(token) = self.tokens.get(from).filter(|t| t.kind == SyntaxKind::WHITESPACE) else {
            return 0;
        };
        let width = |c| match c {
            '\u{3000}' | '\t' => 2,
            _ => 1,
        };
        self.text[token.start as usize..token.end as usize]
            .chars()
            .map(width)
            .sum()
    }

    fn token(&self, meaning: usize) -> Option<&Token> {
        self.layout
            .meaning
            .get(meaning)
            .and_then(|i| self.tokens.get(*i as usize))
    }

    fn word(&self, token: &Token) -> std::borrow::Cow<'_, str> {
        text::folded(&self.text[token.start as usize..token.end as usize])
    }

    fn place(&self, token: &Token) -> TextRange {
        range(token.start as usize, token.end as usize)
    }

    /// A line at column 0 begins a block, unless its first word says that it belongs inside one.
    fn at_margin(&mut self, line: Line) {
        let first = self.token(line.start).copied();
        let strays = first.filter(|token| {
            let word = self.word(token);
            let is_word = matches!(token.kind, SyntaxKind::IDENT | SyntaxKind::RESERVED_WORD);
            let belongs_inside = is_word
                && LineWord::parse(&word, self.keywords).is_some()
                && BlockWord::parse(&word, self.keywords).is_none();
            belongs_inside || matches!(token.kind, SyntaxKind::PIPE | SyntaxKind::MINUS | SyntaxKind::EQ)
        });
        let Some(token) = strays.filter(|_| !self.layout.lines.is_empty()) else {
            self.body = None;
            self.layout.lines.push(line);
            return;
        };
        let found = self.word(&token).into_owned();
        let place = self.place(&token);
        let at = TextRange::empty(place.start());
        let error = SyntaxError::new(&entries::LINE_NOT_INDENTED, place).with("found", found);
        let indent = *self.body.get_or_insert(2);
        self.layout
            .errors
            .push(error.fix(at, " ".repeat(indent as usize)));
        self.layout.lines.push(Line { indent, ..line });
    }

    fn inside(&mut self, line: Line) {
        let Some(above) = self.layout.lines.last().copied() else {
            self.layout.lines.push(line);
            return;
        };
        if self.continues(&above, &line) {
            return self.join(line);
        }
        let body = self.body.unwrap_or(2);
        let is_word = self.token(line.start).is_some_and(|t| match t.kind {
            SyntaxKind::IDENT => true,
            SyntaxKind::RESERVED_WORD => LineWord::parse(&self.word(t), self.keywords).is_some(),
            _ => false,
        });
        if self.wide && is_word && line.indent != body {
            self.body = Some(body);
            return self.uneven(Line { indent: body, ..line }, &entries::FULL_WIDTH_INDENT);
        }
        let Some(body) = self.body else {
            self.body = Some(line.indent);
            self.layout.lines.push(line);
            return;
        };
        if line.indent < body {
            return self.uneven(Line { indent: body, ..line }, &entries::UNEVEN_INDENT);
        }
        let first = self.token(line.start).copied();
        let first_kind = first.map(|t| t.kind);
        let hangs = matches!(first_kind, Some(SyntaxKind::MINUS | SyntaxKind::PIPE));
        if line.indent == body || hangs {
            self.layout.lines.push(line);
            return;
        }
        let line_word = first.is_some_and(|token| {
            let word = self.word(&token);
            token.kind == SyntaxKind::IDENT
                && LineWord::parse(&word, self.keywords).is_some()
                && ReservedWord::parse(&word, self.keywords).is_none()
        });
        if line_word {
            self.uneven(Line { indent: body, ..line }, &entries::UNEVEN_INDENT);
        } else if line.indent > above.indent || above.indent > body {
            self.join(line);
        } else {
            self.layout.lines.push(line);
        }
    }

    /// Whether the line above ends in a mark or word that asks for more.
    fn continues(&self, above: &Line, line: &Line) -> bool {
        let first = self.token(above.start);
        if first.is_some_and(|t| t.kind == SyntaxKind::PIPE)
            || self.token(line.start).is_some_and(|t| t.kind == SyntaxKind::PIPE)
        {
            return false;
        }
        let Some(last) = self.token(above.end.saturating_sub(1)) else {
            return false;
        };
        match last.kind {
            SyntaxKind::COMMA
            | SyntaxKind::PLUS
            | SyntaxKind::TIMES
            | SyntaxKind::DIVIDE
            | SyntaxKind::SLASH
            | SyntaxKind::L_PAREN
            | SyntaxKind::L_BRACE
            | SyntaxKind::L_BRACKET => true,
            SyntaxKind::MINUS => above.end - above.start > 1,
            kind if kind.is_comparison() => above.end - above.start > 1,
            SyntaxKind::RESERVED_WORD => matches!(
                ReservedWord::parse(&self.word(last), self.keywords),
                Some(ReservedWord::And | ReservedWord::Or | ReservedWord::Not | ReservedWord::In)
            ),
            SyntaxKind::COLON => {
                above.indent == 0
                    && first.is_some_and(|t| {
                        BlockWord::parse(&self.word(t), self.keywords) == Some(BlockWord::Enum)
                    })
            }
            _ => false,
        }
    }

    fn join(&mut self, line: Line) {
        if let Some(above) = self.layout.lines.last_mut() {
            above.end = line.end;
        }
    }

    fn uneven(&mut self, line: Line, entry: &'static Entry) {
        if let Some(first) = self.token(line.start).copied() {
            let place = self.place(&first);
            let line_start = self.text[..first.start as usize].rfind('\n').map_or(0, |i| i + 1);
            let indent = range(line_start, first.start as usize);
            let error = SyntaxError::new(entry, place);
            self.layout
                .errors
                .push(error.fix(indent, " ".repeat(line.indent as usize)));
        }
        self.layout.lines.push(line);
    }

    /// A line the lexer found fault with is not blamed a second time by the parser.
    fn mark_faults(&mut self, faults: &[SyntaxError]) {
        let harmless: [*const Entry; 3] = [&entries::TAB, &entries::ODD_SPACE, &entries::NOT_NFC];
        for fault in faults
            .iter()
            .filter(|fault| !harmless.contains(&std::ptr::from_ref(fault.entry)))
        {
            let at = u32::from(fault.range.start());
            let tokens = self.tokens;
            let meaning = &self.layout.meaning;
            let end_of = |line: &Line| {
                let last = meaning
                    .get(line.end.saturating_sub(1))
                    .and_then(|i| tokens.get(*i as usize));
                last.map_or(0, |t| t.end)
            };
            let index = self.layout.lines.partition_point(|line| end_of(line) <= at);
            if let Some(line) = self.layout.lines.get_mut(index) {
                line.faulty = true;
            }
        }
    }
}
