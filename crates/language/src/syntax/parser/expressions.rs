//! Expressions. Each reader gives the height of what it read, so that no chain grows a tree beyond the limit.

use jiufen_diagnostic::catalogue::syntax as entries;
use rowan::TextRange;

use super::{NESTING_LIMIT, Outcome, Parser};
use crate::syntax::SyntaxKind;
use crate::syntax::ast::Comparison;
use crate::syntax::keywords::{Function, OptionWord, ReservedWord};

type Height = u32;

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Outcome<Height> {
        self.deeper(Self::logic)
    }

    /// One kind of connective per level: the law writes brackets or a list where it means both.
    fn logic(&mut self) -> Outcome<Height> {
        let start = self.checkpoint();
        let mut height = self.negation()?;
        let mut first: Option<(ReservedWord, TextRange)> = None;
        while let Some(word @ (ReservedWord::And | ReservedWord::Or)) = self.reserved() {
            match first {
                None => first = Some((word, self.place())),
                Some((earlier, place)) if earlier != word => self.mixed(place),
                Some(_) => {}
            }
            self.bump();
            match self.negation() {
                Ok(right) => height = height.max(right),
                Err(broken) => {
                    self.wrap(start, SyntaxKind::LOGIC);
                    return Err(broken);
                }
            }
        }
        if first.is_some() {
            self.wrap(start, SyntaxKind::LOGIC);
            height += 1;
        }
        Ok(height)
    }

    fn mixed(&mut self, first: TextRange) {
        let words = self.text[first].to_string();
        let second = self.words().into_owned();
        let keywords = self.keywords;
        let place = self.place();
        self.blame_at(&entries::MIXED_CONNECTIVES, place)
            .with("first", words)
            .with("second", second)
            .with("all", OptionWord::All.text(keywords))
            .with("any", OptionWord::Any.text(keywords))
            .related(first)
            .report();
    }

    fn negation(&mut self) -> Outcome<Height> {
        if self.reserved() != Some(ReservedWord::Not) {
            return self.relation();
        }
        self.node(SyntaxKind::NOT, |p| {
            p.bump();
            Ok(p.deeper(Self::negation)? + 1)
        })
    }

    fn relation(&mut self) -> Outcome<Height> {
        let start = self.checkpoint();
        let begin = self.place().start();
        let mut height = self.sum()?;
        if self.reserved() == Some(ReservedWord::In) {
            self.bump();
            let member = self.member();
            self.wrap(start, SyntaxKind::IN);
            return Ok(height.max(member?) + 1);
        }
        let mut comparisons = Vec::new();
        while let Some(comparison) = self.peek().and_then(Comparison::of) {
            comparisons.push(comparison);
            self.bump();
            match self.sum() {
                Ok(right) => height = height.max(right),
                Err(broken) => {
                    self.wrap(start, SyntaxKind::COMPARE);
                    return Err(broken);
                }
            }
        }
        if comparisons.is_empty() {
            return Ok(height);
        }
        self.wrap(start, SyntaxKind::COMPARE);
        if !can_chain(&comparisons) {
            let place = TextRange::new(begin, self.end_of_previous().max(begin));
            let found = self.text[place].to_string();
            let and = ReservedWord::And.text(self.keywords);
            self.blame_at(&entries::COMPARISON_CHAIN, place)
                .with("found", found)
                .with("and", and)
                .report();
        }
        Ok(height + 1)
    }

    /// What stands after 属于: a set, an interval, the name of a set.
    fn member(&mut self) -> Outcome<Height> {
        match self.peek() {
            Some(SyntaxKind::L_BRACE) => self.deeper(Self::set),
            Some(SyntaxKind::L_BRACKET | SyntaxKind::L_PAREN) => self.deeper(Self::interval),
            _ if self.starts_path() => self.path(),
            _ => Err(self.expected(
                "一组值 {甲, 乙}、区间 [低, 高] 或名称",
                "a set {a, b}, an interval [low, high] or a name",
            )),
        }
    }

    pub(super) fn sum(&mut self) -> Outcome<Height> {
        self.chain(Self::product, |kind| {
            matches!(kind, SyntaxKind::PLUS | SyntaxKind::MINUS)
        })
    }

    fn product(&mut self) -> Outcome<Height> {
        self.chain(Self::atom, |kind| {
            matches!(kind, SyntaxKind::TIMES | SyntaxKind::DIVIDE | SyntaxKind::SLASH)
        })
    }

    fn chain(
        &mut self,
        operand: fn(&mut Self) -> Outcome<Height>,
        is_operator: fn(SyntaxKind) -> bool,
    ) -> Outcome<Height> {
        let start = self.checkpoint();
        let mut height = operand(self)?;
        while self.peek().is_some_and(is_operator) {
            if self.is(SyntaxKind::SLASH) {
                let place = self.place();
                self.blame_at(&entries::SLASH_DIVISION, place)
                    .fix(place, "÷")
                    .report();
            }
            self.bump();
            let right = operand(self);
            self.wrap(start, SyntaxKind::BINARY);
            height = height.max(right?) + 1;
            if height > NESTING_LIMIT {
                return Err(self.too_deep());
            }
        }
        Ok(height)
    }

    fn atom(&mut self) -> Outcome<Height> {
        match self.peek() {
            Some(SyntaxKind::MINUS) => self.node(SyntaxKind::UNARY, |p| {
                p.bump();
                Ok(p.deeper(Self::atom)? + 1)
            }),
            Some(SyntaxKind::L_PAREN) => self.node(SyntaxKind::PAREN, Self::bracketed),
            Some(SyntaxKind::L_BRACE) => self.deeper(Self::set),
            Some(SyntaxKind::NUMBER | SyntaxKind::STRING | SyntaxKind::DATE) => {
                self.literal();
                Ok(1)
            }
            Some(SyntaxKind::YEAR) if self.nth(1) != Some(SyntaxKind::DOT) => {
                self.literal();
                Ok(1)
            }
            Some(SyntaxKind::RESERVED_WORD) if self.reserved().is_some_and(is_literal) => {
                self.literal();
                Ok(1)
            }
            _ if self.starts_path() => self.path(),
            _ => Err(self.not_an_expression()),
        }
    }

    fn not_an_expression(&mut self) -> super::Broken {
        if self.is(SyntaxKind::RESERVED_WORD) && self.nth(1).is_none_or(|k| k.is_comparison()) {
            return self.reserved_name();
        }
        self.expected("数量、名称或算式", "a quantity, a name or a formula")
    }

    fn bracketed(&mut self) -> Outcome<Height> {
        let open = self.place();
        self.bump();
        let height = self.expression()?;
        self.close(open, SyntaxKind::R_PAREN, "(", ")")?;
        Ok(height + 1)
    }

    pub(super) fn close(&mut self, open: TextRange, kind: SyntaxKind, from: &str, to: &str) -> Outcome {
        if self.eat(kind) {
            return Ok(());
        }
        let end = TextRange::empty(self.end_of_previous());
        let at_end = self.at_end();
        let draft = self
            .blame_at(&entries::UNCLOSED_BRACKET, open)
            .with("open", from)
            .with("close", to);
        let draft = if at_end { draft.fix(end, to) } else { draft };
        Err(draft.report())
    }

    /// One literal: a number with its unit, a string, a date, a year, a reserved word.
    pub(super) fn literal(&mut self) {
        self.start(SyntaxKind::LITERAL);
        let number = self.is(SyntaxKind::NUMBER);
        self.bump();
        if number && self.is(SyntaxKind::UNIT) {
            self.bump();
        }
        self.finish();
    }

    pub(super) fn set(&mut self) -> Outcome<Height> {
        self.node(SyntaxKind::SET, |p| {
            let open = p.place();
            p.bump();
            let mut height = p.expression()?;
            while p.eat(SyntaxKind::COMMA) {
                height = height.max(p.expression()?);
            }
            p.close(open, SyntaxKind::R_BRACE, "{", "}")?;
            Ok(height + 1)
        })
    }

    pub(super) fn interval(&mut self) -> Outcome<Height> {
        self.node(SyntaxKind::INTERVAL, |p| {
            let open = p.place();
            let from = p.words().into_owned();
            p.bump();
            let low = p.expression()?;
            p.expect_mark(SyntaxKind::COMMA, "逗号和上界", "a comma and the upper end")?;
            let high = p.expression()?;
            if !p.eat(SyntaxKind::R_BRACKET) {
                p.close(open, SyntaxKind::R_PAREN, &from, "] 或 )")?;
            }
            Ok(low.max(high) + 1)
        })
    }

    pub(super) fn starts_path(&self) -> bool {
        match self.peek() {
            Some(SyntaxKind::IDENT | SyntaxKind::QUOTED) => true,
            _ => self.at_period(),
        }
    }

    fn at_period(&self) -> bool {
        matches!(self.peek(), Some(SyntaxKind::PERIOD_WORD | SyntaxKind::YEAR))
            || matches!(
                self.reserved(),
                Some(ReservedWord::ThisYear | ReservedWord::LastYear)
            )
    }

    pub(super) fn path(&mut self) -> Outcome<Height> {
        self.node(SyntaxKind::PATH, |p| {
            let mut height = p.segment()?;
            while p.eat(SyntaxKind::DOT) {
                height = height.max(p.segment()?);
            }
            Ok(height + 1)
        })
    }

    /// A path whose last steps may be a part of a rule that is called by a reserved word: `配套.当`, `配套.至多`.
    pub(super) fn target(&mut self) -> Outcome<Height> {
        self.node(SyntaxKind::PATH, |p| {
            let mut height = p.segment()?;
            while p.eat(SyntaxKind::DOT) {
                height = height.max(if p.reserved().is_some_and(ReservedWord::is_part) {
                    p.part()
                } else {
                    p.segment()?
                });
            }
            Ok(height + 1)
        })
    }

    fn part(&mut self) -> Height {
        self.start(SyntaxKind::SEGMENT);
        self.start(SyntaxKind::NAME);
        self.bump_as(SyntaxKind::IDENT);
        self.finish();
        self.finish();
        1
    }

    fn segment(&mut self) -> Outcome<Height> {
        self.node(SyntaxKind::SEGMENT, |p| {
            if p.at_period() {
                p.period();
                return Ok(1);
            }
            if !matches!(p.peek(), Some(SyntaxKind::IDENT | SyntaxKind::QUOTED)) {
                return Err(p.not_a_name());
            }
            p.segment_name();
            if !p.is(SyntaxKind::L_PAREN) {
                return Ok(1);
            }
            p.deeper(Self::arguments)
        })
    }

    fn segment_name(&mut self) {
        let called = self.nth(1) == Some(SyntaxKind::L_PAREN);
        self.start(SyntaxKind::NAME);
        let is_function = called && self.is(SyntaxKind::IDENT) && Function::lookup(&self.words()).is_some();
        if is_function {
            self.bump_as(SyntaxKind::FUNCTION_WORD);
        } else {
            self.bump();
        }
        self.finish();
    }

    pub(super) fn period(&mut self) {
        self.start(SyntaxKind::PERIOD);
        self.bump();
        self.finish();
    }

    fn arguments(&mut self) -> Outcome<Height> {
        let open = self.place();
        self.bump();
        if self.eat(SyntaxKind::R_PAREN) {
            return Ok(1);
        }
        let mut height = self.argument()?;
        while self.eat(SyntaxKind::COMMA) {
            height = height.max(self.argument()?);
        }
        self.close(open, SyntaxKind::R_PAREN, "(", ")")?;
        Ok(height + 1)
    }

    fn argument(&mut self) -> Outcome<Height> {
        self.node(SyntaxKind::ARG, |p| {
            if p.option() == Some(OptionWord::Via) && p.nth(1) == Some(SyntaxKind::IDENT) {
                p.bump_as(SyntaxKind::OPTION_WORD);
            }
            let mut height = p.expression()?;
            if p.eat_reserved(ReservedWord::Where) {
                height = height.max(p.expression()?);
            }
            Ok(height + 1)
        })
    }

    /// A condition: an expression, or 全部/任一 with items on the lines below.
    pub(super) fn condition(&mut self, indent: u32) -> Outcome {
        let listed =
            matches!(self.option(), Some(OptionWord::All | OptionWord::Any)) && self.nth(1).is_none();
        if listed {
            self.deeper(|p| p.list(indent))
        } else {
            self.expression().map(|_| ())
        }
    }

    fn list(&mut self, indent: u32) -> Outcome {
        self.start(SyntaxKind::LIST);
        let word = self.words().into_owned();
        let place = self.place();
        self.bump_as(SyntaxKind::OPTION_WORD);
        if !self.next_line_hangs(SyntaxKind::MINUS, indent) {
            self.finish();
            let draft = self.blame_at(&entries::MISSING_ITEMS, place).with("found", word);
            return Err(draft.with("example", "- …").report());
        }
        let level = self.lines.get(self.line + 1).map_or(indent, |line| line.indent);
        while self.next_line_hangs(SyntaxKind::MINUS, level) {
            self.close_line();
            self.start(SyntaxKind::LIST_ITEM);
            let item = self.current().map_or(level, |line| line.indent);
            self.bump();
            // The fault is reported; the next item is read all the same.
            let _ = self.condition(item + 1);
            self.finish_item();
            self.finish();
        }
        self.finish();
        Ok(())
    }
}

fn can_chain(comparisons: &[Comparison]) -> bool {
    let rising = |c: &Comparison| matches!(c, Comparison::Lt | Comparison::Le);
    let falling = |c: &Comparison| matches!(c, Comparison::Gt | Comparison::Ge);
    match comparisons {
        [_] => true,
        [_, _] => comparisons.iter().all(rising) || comparisons.iter().all(falling),
        _ => false,
    }
}

fn is_literal(word: ReservedWord) -> bool {
    matches!(
        word,
        ReservedWord::Yes
            | ReservedWord::No
            | ReservedWord::Original
            | ReservedWord::Missing
            | ReservedWord::Nothing
            | ReservedWord::Unpublished
            | ReservedWord::Remainder
            | ReservedWord::Unlimited
            | ReservedWord::Pending
            | ReservedWord::ToChoose
    )
}
