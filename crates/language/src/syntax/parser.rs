//! From lines to the tree. Every line recovers by itself, so that all faults of a fence are found at once.

mod blocks;
mod expressions;
mod lines;
mod parts;
mod rows;

pub(crate) use lines::is_ceiling;

use std::borrow::Cow;

use jiufen_diagnostic::catalogue::syntax as entries;
use jiufen_diagnostic::{Argument, Entry};
use rowan::{Checkpoint, GreenNode, GreenNodeBuilder, Language, TextRange, TextSize};

use super::error::SyntaxError;
use super::keywords::{Keywords, OptionWord, ReservedWord};
use super::kind::Jiufen;
use super::layout::{Line, lay_out};
use super::lexer::{Token, lex, range};
use super::{SyntaxKind, text};

/// Levels of nesting that a tree may have. A person reads four.
pub(crate) const NESTING_LIMIT: u32 = 200;

/// The tree of a fence and its faults in the order of the text.
pub(crate) fn tree(text: &str, keywords: Keywords) -> (GreenNode, Vec<SyntaxError>) {
    let lexed = lex(text, keywords);
    let layout = lay_out(text, &lexed.tokens, keywords, &lexed.errors);
    let mut errors = lexed.errors;
    errors.extend(layout.errors);
    let mut parser = Parser {
        text,
        keywords,
        tokens: &lexed.tokens,
        meaning: &layout.meaning,
        lines: &layout.lines,
        line: 0,
        at: 0,
        line_end: 0,
        pushed: 0,
        blamed: false,
        depth: 0,
        too_deep: false,
        builder: GreenNodeBuilder::new(),
        errors,
    };
    parser.root();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    (parser.builder.finish(), errors)
}

struct Parser<'a> {
    text: &'a str,
    keywords: Keywords,
    tokens: &'a [Token],
    /// Indices of meaning tokens.
    meaning: &'a [u32],
    lines: &'a [Line],
    /// The line being read.
    line: usize,
    /// The next meaning token.
    at: usize,
    /// One past the line's last meaning token.
    line_end: usize,
    /// Tokens already in the tree.
    pushed: usize,
    /// Whether the line has a fault already; one per line is reported.
    blamed: bool,
    depth: u32,
    /// Whether the fence has been told that it nests too deep: each level below would only say so again.
    too_deep: bool,
    builder: GreenNodeBuilder<'static>,
    errors: Vec<SyntaxError>,
}

/// The reader has reported a fault; what is left of the line goes into an ERROR node.
struct Broken;

type Outcome<T = ()> = Result<T, Broken>;

impl<'a> Parser<'a> {
    fn root(&mut self) {
        self.builder.start_node(Jiufen::kind_to_raw(SyntaxKind::ROOT));
        while self.line < self.lines.len() {
            self.open_line();
            self.block();
        }
        self.push_up_to(self.tokens.len());
        self.builder.finish_node();
    }

    // Lines.

    fn open_line(&mut self) {
        if let Some(line) = self.lines.get(self.line) {
            self.at = line.start;
            self.line_end = line.end;
            self.blamed = line.faulty;
        }
    }

    fn current(&self) -> Option<&'a Line> {
        self.lines.get(self.line)
    }

    /// Puts what is left of the line into the tree and goes to the next line.
    fn close_line(&mut self) {
        if self.at < self.line_end {
            self.left_over();
            self.start(SyntaxKind::ERROR);
            while self.at < self.line_end {
                self.bump();
            }
            self.finish();
        }
        self.line += 1;
        self.open_line();
    }

    fn left_over(&mut self) {
        if self.blamed {
            return;
        }
        let error = SyntaxError::new(&entries::EXTRA_WORDS, self.rest_of_line())
            .with("before", self.words_before())
            .with("found", self.found());
        self.blame(error);
    }

    /// Whether the next line begins with `kind` and hangs below a line of `indent` columns.
    fn next_line_hangs(&self, kind: SyntaxKind, indent: u32) -> bool {
        self.lines.get(self.line + 1).is_some_and(|line| {
            line.indent > 0
                && line.indent >= indent
                && self.token_at(line.start).is_some_and(|t| t.kind == kind)
        })
    }

    // Tokens.

    fn token_at(&self, meaning: usize) -> Option<Token> {
        self.meaning
            .get(meaning)
            .and_then(|i| self.tokens.get(*i as usize))
            .copied()
    }

    fn peek(&self) -> Option<SyntaxKind> {
        self.nth(0)
    }

    fn nth(&self, n: usize) -> Option<SyntaxKind> {
        let index = self.at + n;
        if index >= self.line_end {
            return None;
        }
        self.token_at(index).map(|t| t.kind)
    }

    fn is(&self, kind: SyntaxKind) -> bool {
        self.peek() == Some(kind)
    }

    fn at_end(&self) -> bool {
        self.at >= self.line_end
    }

    fn words_of(&self, token: &Token) -> Cow<'a, str> {
        text::folded(&self.text[token.start as usize..token.end as usize])
    }

    /// The words of the next token, full-width forms mapped.
    fn words(&self) -> Cow<'a, str> {
        self.nth_words(0)
    }

    fn nth_words(&self, n: usize) -> Cow<'a, str> {
        match self.token_at(self.at + n) {
            Some(token) if self.at + n < self.line_end => self.words_of(&token),
            _ => Cow::Borrowed(""),
        }
    }

    fn place(&self) -> TextRange {
        match self.token_at(self.at) {
            Some(token) if self.at < self.line_end => range(token.start as usize, token.end as usize),
            _ => TextRange::empty(self.end_of_previous()),
        }
    }

    fn end_of_previous(&self) -> TextSize {
        let before = self.at.checked_sub(1).and_then(|i| self.token_at(i));
        before.map_or(TextSize::new(0), |t| TextSize::new(t.end))
    }

    /// The words before the next token, a unit with its number.
    fn words_before(&self) -> String {
        let Some(last) = self.at.checked_sub(1).and_then(|i| self.token_at(i)) else {
            return String::new();
        };
        let number = self.at.checked_sub(2).and_then(|i| self.token_at(i));
        let first = number.filter(|t| last.kind == SyntaxKind::UNIT && t.kind == SyntaxKind::NUMBER);
        self.text[first.unwrap_or(last).start as usize..last.end as usize].to_string()
    }

    fn rest_of_line(&self) -> TextRange {
        let last = self.line_end.checked_sub(1).and_then(|i| self.token_at(i));
        let end = last.map_or(self.place().end(), |t| TextSize::new(t.end));
        TextRange::new(self.place().start().min(end), end)
    }

    fn push_up_to(&mut self, end: usize) {
        for token in self.tokens.iter().take(end).skip(self.pushed) {
            let words = &self.text[token.start as usize..token.end as usize];
            self.builder.token(Jiufen::kind_to_raw(token.kind), words);
        }
        self.pushed = self.pushed.max(end);
    }

    /// Puts white space, comments and line breaks before the next meaning token into the open node.
    fn push_trivia(&mut self) {
        if let Some(index) = self.meaning.get(self.at) {
            self.push_up_to(*index as usize);
        }
    }

    fn bump(&mut self) {
        if let Some(token) = self.token_at(self.at) {
            self.bump_as(token.kind);
        }
    }

    fn bump_as(&mut self, kind: SyntaxKind) {
        if self.at >= self.line_end {
            return;
        }
        self.push_trivia();
        if let Some(token) = self.token_at(self.at) {
            let words = &self.text[token.start as usize..token.end as usize];
            self.builder.token(Jiufen::kind_to_raw(kind), words);
            self.pushed += 1;
            self.at += 1;
        }
    }

    fn eat(&mut self, kind: SyntaxKind) -> bool {
        let found = self.is(kind);
        if found {
            self.bump();
        }
        found
    }

    /// The reserved word that comes next.
    fn reserved(&self) -> Option<ReservedWord> {
        if !self.is(SyntaxKind::RESERVED_WORD) {
            return None;
        }
        ReservedWord::parse(&self.words(), self.keywords)
    }

    fn eat_reserved(&mut self, word: ReservedWord) -> bool {
        let found = self.reserved() == Some(word);
        if found {
            self.bump();
        }
        found
    }

    /// The option word that the next token would be here.
    fn option(&self) -> Option<OptionWord> {
        match self.peek() {
            Some(SyntaxKind::IDENT | SyntaxKind::RESERVED_WORD) => {
                OptionWord::parse(&self.words(), self.keywords)
            }
            _ => None,
        }
    }

    fn eat_option(&mut self, word: OptionWord) -> bool {
        let found = self.option() == Some(word);
        if found {
            self.bump_as(SyntaxKind::OPTION_WORD);
        }
        found
    }

    // Nodes.

    fn start(&mut self, kind: SyntaxKind) {
        self.push_trivia();
        self.builder.start_node(Jiufen::kind_to_raw(kind));
    }

    fn finish(&mut self) {
        self.builder.finish_node();
    }

    fn checkpoint(&mut self) -> Checkpoint {
        self.push_trivia();
        self.builder.checkpoint()
    }

    fn wrap(&mut self, checkpoint: Checkpoint, kind: SyntaxKind) {
        self.builder.start_node_at(checkpoint, Jiufen::kind_to_raw(kind));
        self.builder.finish_node();
    }

    /// Reads a part inside a node of `kind`; the node is closed whether or not the part is sound.
    fn node<T>(&mut self, kind: SyntaxKind, part: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.start(kind);
        let outcome = part(self);
        self.finish();
        outcome
    }

    // Faults.

    /// Reports a fault unless the line has one already.
    fn blame(&mut self, error: SyntaxError) {
        if !self.blamed {
            self.blamed = true;
            self.errors.push(error);
        }
    }

    fn blame_at(&mut self, entry: &'static Entry, place: TextRange) -> SyntaxErrorDraft<'_, 'a> {
        SyntaxErrorDraft {
            parser: self,
            error: SyntaxError::new(entry, place),
        }
    }

    /// What comes next, as a message quotes it.
    fn found(&self) -> Argument {
        if self.at_end() {
            return Argument::term("行尾", "the end of the line");
        }
        let token = self.token_at(self.at);
        let words = token.map_or("", |t| &self.text[t.start as usize..t.end as usize]);
        Argument::term(format!("“{words}”"), format!("“{words}”"))
    }

    /// Reports that something else was expected.
    fn expected(&mut self, zh: &str, en: &str) -> Broken {
        let place = self.place();
        if self.at_end() {
            let before = self.words_before();
            return self
                .blame_at(&entries::UNFINISHED_LINE, place)
                .with("before", before)
                .with("expected", Argument::term(zh, en))
                .report();
        }
        let found = self.found();
        self.blame_at(&entries::UNEXPECTED_WORDS, place)
            .with("expected", Argument::term(zh, en))
            .with("found", found)
            .report()
    }

    fn expect_mark(&mut self, kind: SyntaxKind, zh: &str, en: &str) -> Outcome {
        if self.eat(kind) {
            Ok(())
        } else {
            Err(self.expected(zh, en))
        }
    }

    /// A colon; offered as a fix where it is missing.
    fn expect_colon(&mut self) -> Outcome {
        if self.eat(SyntaxKind::COLON) {
            return Ok(());
        }
        let end = self.end_of_previous();
        let before = self.words_before();
        let place = self.place();
        let draft = self
            .blame_at(&entries::MISSING_COLON, place)
            .with("before", before);
        let starts_value = draft.parser.peek().is_some_and(|kind| {
            matches!(
                kind,
                SyntaxKind::IDENT
                    | SyntaxKind::QUOTED
                    | SyntaxKind::NUMBER
                    | SyntaxKind::STRING
                    | SyntaxKind::DATE
            )
        });
        let draft = if starts_value {
            draft.fix(TextRange::empty(end), ":")
        } else {
            draft
        };
        Err(draft.report())
    }

    /// Runs `part` one level deeper, or reports that the limit is reached.
    fn deeper<T>(&mut self, part: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= NESTING_LIMIT {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let outcome = part(self);
        self.depth -= 1;
        outcome
    }

    fn too_deep(&mut self) -> Broken {
        if std::mem::replace(&mut self.too_deep, true) {
            self.blamed = true;
            return Broken;
        }
        let place = self.place();
        self.blame_at(&entries::NESTING_TOO_DEEP, place)
            .with("limit", NESTING_LIMIT.to_string())
            .report()
    }
}

/// A fault being described.
struct SyntaxErrorDraft<'p, 'a> {
    parser: &'p mut Parser<'a>,
    error: SyntaxError,
}

impl SyntaxErrorDraft<'_, '_> {
    fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.error = self.error.with(name, value);
        self
    }

    fn fix(mut self, place: TextRange, text: impl Into<String>) -> Self {
        self.error = self.error.fix(place, text);
        self
    }

    fn related(mut self, place: TextRange) -> Self {
        self.error = self.error.related(place);
        self
    }

    fn report(self) -> Broken {
        self.parser.blame(self.error);
        Broken
    }
}
