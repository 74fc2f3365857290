//! Lines of a body, by their first word.

use jiufen_diagnostic::catalogue::syntax as entries;
use rowan::TextRange;

use super::blocks::{Body, allowed_lines, has_cases, has_fields, has_value, may_repeat};
use super::parts::{meant, meant_words, run_together};
use super::{Broken, Outcome, Parser, range};
use crate::syntax::SyntaxKind;
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::{BlockWord, LineWord, OptionWord, ReservedWord};

/// Words by which prose gives a ceiling.
const CEILINGS: &[&str] = &["最高", "最多", "不超过", "上限", "最高不超过", "至多"];

/// Whether prose gives a ceiling by this word.
pub(crate) fn is_ceiling(word: &str) -> bool {
    CEILINGS.contains(&word)
}

impl Parser<'_> {
    /// One line of a body with what hangs below it; its last physical line stays current.
    pub(super) fn body_line(&mut self, body: &mut Body) {
        let first = self.peek();
        let hanging = body.broken && matches!(first, Some(SyntaxKind::MINUS | SyntaxKind::PIPE));
        if hanging {
            self.blamed = true;
        }
        let outcome = match first {
            Some(SyntaxKind::EQ) if has_value(body.word) => self.value_line(),
            Some(SyntaxKind::MINUS) if has_cases(body.word) => self.cases_line(),
            Some(SyntaxKind::PIPE) if body.word == BlockWord::Table => {
                let indent = self.current().map_or(0, |line| line.indent);
                self.rows_from_here(indent);
                Ok(())
            }
            Some(SyntaxKind::IDENT | SyntaxKind::QUOTED | SyntaxKind::RESERVED_WORD) => self.word_line(body),
            _ => self.unknown_line(body.word),
        };
        body.broken = outcome.is_err();
    }

    fn word_line(&mut self, body: &mut Body) -> Outcome {
        let fields = has_fields(body.word);
        if fields && (self.nth(1) == Some(SyntaxKind::COLON) || self.is(SyntaxKind::QUOTED)) {
            return self.field();
        }
        let words = self.words();
        let word = match self.peek() {
            Some(SyntaxKind::QUOTED) => None,
            _ => LineWord::parse(&words, self.keywords),
        };
        let Some(word) = word.filter(|word| allowed_lines(body.word).contains(word)) else {
            return if fields && self.misses_colon() {
                self.field()
            } else {
                self.unknown_line(body.word)
            };
        };
        let place = self.place();
        let earlier = body
            .seen
            .iter()
            .find(|(seen, _)| *seen == word)
            .map(|(_, place)| *place);
        body.seen.push((word, place));
        if let Some(earlier) = earlier.filter(|_| !may_repeat(word, body.word)) {
            let found = word.text(self.keywords);
            self.errors.push(
                SyntaxError::new(&entries::REPEATED_LINE, place)
                    .with("found", found)
                    .related(earlier),
            );
        }
        let indent = self.current().map_or(0, |line| line.indent);
        self.node(node_of(word), |p| {
            p.bump_as(SyntaxKind::LINE_WORD);
            let outcome = p.line(word, body.word, indent, place);
            p.finish_item();
            outcome
        })
    }

    /// `营业收入 金额`: a field whose colon was forgotten.
    fn misses_colon(&self) -> bool {
        matches!(self.nth(1), Some(SyntaxKind::IDENT))
    }

    fn field(&mut self) -> Outcome {
        self.node(SyntaxKind::FIELD_LINE, |p| {
            let outcome = p.field_parts();
            p.finish_item();
            outcome
        })
    }

    fn field_parts(&mut self) -> Outcome {
        self.name()?;
        self.expect_colon()?;
        self.type_()?;
        loop {
            match (self.reserved(), self.option()) {
                (Some(ReservedWord::Yearly), _) => self.bump(),
                (Some(ReservedWord::IfMissing), _) => self.node(SyntaxKind::IF_MISSING, |p| {
                    p.bump();
                    match p.reserved() {
                        Some(ReservedWord::Pending | ReservedWord::Unpublished) => {
                            p.bump();
                            Ok(())
                        }
                        _ => Err(p.expected("“待到账”或“未公布”", "“pending” or “unpublished”")),
                    }
                })?,
                (_, Some(word @ (OptionWord::Required | OptionWord::Optional | OptionWord::Signed))) => {
                    self.eat_option(word);
                }
                (_, Some(OptionWord::Vintage)) => {
                    self.eat_option(OptionWord::Vintage);
                    self.name()?;
                }
                _ => break,
            }
        }
        if self.is(SyntaxKind::EQ) {
            self.node(SyntaxKind::ALIAS, |p| {
                p.bump();
                p.name()
            })?;
        }
        Ok(())
    }

    fn value_line(&mut self) -> Outcome {
        let indent = self.current().map_or(0, |line| line.indent);
        self.node(SyntaxKind::VALUE_LINE, |p| {
            p.bump();
            let outcome = p.value_or_arms(indent).and_then(|()| p.notes());
            p.finish_item();
            outcome
        })
    }

    fn cases_line(&mut self) -> Outcome {
        let indent = self.current().map_or(0, |line| line.indent);
        self.start(SyntaxKind::CASES_LINE);
        self.start(SyntaxKind::ARM);
        // The fault is reported; the next case is read all the same.
        let _ = self.arm();
        self.finish_item();
        self.finish();
        self.arms(indent);
        self.finish();
        Ok(())
    }

    fn line(&mut self, word: LineWord, block: BlockWord, indent: u32, place: TextRange) -> Outcome {
        match word {
            LineWord::Each => self.each(),
            LineWord::PayTo | LineWord::AsOf => self.expect_path(),
            LineWord::Basis => self.basis(),
            LineWord::When => self.condition(indent),
            LineWord::Amount => self.amount(indent, place),
            LineWord::Tier => self.value_or_arms(indent),
            LineWord::Weight => self.required_arms(indent, place, "- 指标: 权重"),
            LineWord::Veto => {
                if !self.at_end() {
                    self.one_of(&self.text[place], options(word))?;
                }
                self.required_arms(indent, place, "- 条件: 结论")
            }
            LineWord::Cap | LineWord::AtMost => self.limit(),
            LineWord::Stages => self.required_arms(indent, place, "- 日期: 金额"),
            LineWord::Result => self.required_arms(indent, place, "- 条件: 结论"),
            LineWord::Group | LineWord::Fund | LineWord::Pace | LineWord::LoadedFrom => self.name(),
            LineWord::Delivery | LineWord::Mode | LineWord::Spanning => {
                self.one_of(&self.text[place], options(word))
            }
            LineWord::Attach | LineWord::Cite => self.strings(),
            LineWord::Key => self.key(),
            LineWord::Before => self.names(),
            LineWord::Counting => self.expression().map(|_| ()),
            LineWord::Order => {
                self.expression()?;
                if self.at_end() {
                    Ok(())
                } else {
                    self.one_of(&self.text[place], options(word))
                }
            }
            LineWord::Credit | LineWord::Debit => {
                self.name()?;
                self.expression().map(|_| ())
            }
            LineWord::Quota => {
                self.expression()?;
                self.eat_reserved(ReservedWord::Yearly);
                Ok(())
            }
            LineWord::Over => {
                self.one_of(&self.text[place], options(word))?;
                if self.at_end() {
                    Ok(())
                } else {
                    self.expression().map(|_| ())
                }
            }
            LineWord::Within => self.within(),
            LineWord::From => self.dated(block, indent),
            LineWord::Repeal => Ok(()),
            LineWord::Year => {
                if self.eat(SyntaxKind::YEAR) || self.eat(SyntaxKind::NUMBER) {
                    return Ok(());
                }
                Err(self.expected("年份,如 2025", "a year, such as 2025"))
            }
            LineWord::Date => self.date(),
            LineWord::Given => self.given(indent),
            LineWord::Expect => {
                self.expect_path()?;
                self.expect_mark(SyntaxKind::EQ, "= 和应得的结果", "= and the expected outcome")?;
                self.outcome()
            }
            LineWord::Continues => self.continues(),
        }
    }

    fn each(&mut self) -> Outcome {
        self.name()?;
        let _ = self.eat_reserved(ReservedWord::Yearly) || self.eat_reserved(ReservedWord::Once);
        Ok(())
    }

    fn basis(&mut self) -> Outcome {
        if matches!(self.peek(), Some(SyntaxKind::PERIOD_WORD | SyntaxKind::YEAR))
            || matches!(
                self.reserved(),
                Some(ReservedWord::ThisYear | ReservedWord::LastYear)
            )
        {
            self.period();
            return Ok(());
        }
        if let Some(word @ (OptionWord::Cumulative | OptionWord::Quarterly)) = self.option() {
            self.eat_option(word);
            return Ok(());
        }
        self.name()
    }

    fn amount(&mut self, indent: u32, place: TextRange) -> Outcome {
        let ceiling = is_ceiling(&self.words()) || self.reserved() == Some(ReservedWord::AtMost);
        if ceiling && self.nth(1).is_some() {
            return Err(self.ceiling(&entries::CEILING_AS_AMOUNT, place, indent));
        }
        self.value_or_arms(indent)?;
        if self.is(SyntaxKind::COMMA) && is_ceiling(&self.nth_words(1)) {
            return Err(self.ceiling(&entries::CEILING_BEHIND_COMMA, place, indent));
        }
        Ok(())
    }

    /// A ceiling in the amount's line: no formula at all, or a cap behind a comma. They are different law.
    fn ceiling(
        &mut self,
        entry: &'static jiufen_diagnostic::Entry,
        amount: TextRange,
        indent: u32,
    ) -> Broken {
        let keywords = self.keywords;
        let behind_comma = self.is(SyntaxKind::COMMA);
        let line = LineWord::Amount.text(keywords);
        let (unpublished, at_most, cap) = (
            ReservedWord::Unpublished.text(keywords),
            LineWord::AtMost.text(keywords),
            LineWord::Cap.text(keywords),
        );
        let margin = " ".repeat(indent as usize);
        let start = if behind_comma {
            self.end_of_previous()
        } else {
            self.place().start()
        };
        let words = self
            .token_at(self.at + usize::from(behind_comma))
            .map_or(start.into(), |t| t.end);
        let place = TextRange::new(start, self.rest_of_line().end());
        let found = TextRange::new(if behind_comma { start } else { amount.start() }, place.end());
        let mended = if behind_comma {
            format!("\n{margin}{cap}")
        } else {
            format!("{unpublished}\n{margin}{at_most}")
        };
        let found = self.text[found].trim().to_string();
        self.blame_at(entry, place)
            .with("found", found)
            .with("amount", line)
            .with("unpublished", unpublished)
            .with("at_most", at_most)
            .with("cap", cap)
            .fix(TextRange::new(start, words.into()), mended)
            .report()
    }

    fn value_or_arms(&mut self, indent: u32) -> Outcome {
        if self.at_end() && self.next_line_hangs(SyntaxKind::MINUS, indent) {
            self.arms(indent);
            return Ok(());
        }
        self.expression().map(|_| ())
    }

    fn limit(&mut self) -> Outcome {
        self.expression()?;
        loop {
            if self.eat_reserved(ReservedWord::Yearly) {
                continue;
            }
            if !self.eat_reserved(ReservedWord::Each) {
                return Ok(());
            }
            self.name()?;
        }
    }

    fn key(&mut self) -> Outcome {
        loop {
            if self.reserved() == Some(ReservedWord::ToChoose) {
                self.node(SyntaxKind::TO_CHOOSE, |p| {
                    p.bump();
                    let open = p.place();
                    p.expect_mark(
                        SyntaxKind::L_BRACE,
                        "{ 和可选的键",
                        "{ and the keys to choose from",
                    )?;
                    p.names()?;
                    p.close(open, SyntaxKind::R_BRACE, "{", "}")
                })?;
            } else {
                self.expect_path()?;
            }
            if !self.eat(SyntaxKind::COMMA) {
                return Ok(());
            }
        }
    }

    fn within(&mut self) -> Outcome {
        if !self.is(SyntaxKind::NUMBER) {
            return Err(self.expected("期限,如 30日", "a term, such as 30日"));
        }
        self.literal();
        if !self.eat_reserved(ReservedWord::From) {
            let from = ReservedWord::From.text(self.keywords);
            return Err(self.expected(
                &format!("“{from}”和起算日"),
                &format!("“{from}” and the day it runs from"),
            ));
        }
        self.expect_path()
    }

    fn dated(&mut self, block: BlockWord, indent: u32) -> Outcome {
        self.date()?;
        if self.eat_reserved(ReservedWord::To) {
            self.date()?;
        }
        match block {
            BlockWord::Param | BlockWord::Define | BlockWord::Target => {
                self.expect_colon()?;
                self.value_or_arms(indent)?;
                self.eat_reserved(ReservedWord::Yearly);
                self.notes()
            }
            BlockWord::Table | BlockWord::Amend => {
                self.notes()?;
                if self.rows_hang(indent) {
                    self.rows(indent);
                }
                Ok(())
            }
            _ => self.notes(),
        }
    }

    fn continues(&mut self) -> Outcome {
        let named = self.eat(SyntaxKind::STRING);
        if named {
            self.eat(SyntaxKind::DOT);
        }
        if named && self.at_end() {
            Ok(())
        } else {
            self.name()
        }
    }

    fn given(&mut self, indent: u32) -> Outcome {
        self.name()?;
        if matches!(self.peek(), Some(SyntaxKind::IDENT | SyntaxKind::QUOTED)) {
            self.name()?;
        }
        if self.at_end() && self.rows_hang(indent) {
            self.rows(indent);
            return Ok(());
        }
        self.expect_colon()?;
        self.fact()?;
        while self.eat(SyntaxKind::COMMA) {
            self.fact()?;
        }
        Ok(())
    }

    /// A line whose first word the block does not know.
    fn unknown_line(&mut self, block: BlockWord) -> Outcome {
        self.start(SyntaxKind::UNKNOWN_LINE);
        let found = self.words().into_owned();
        let place = self.place();
        let keywords = self.keywords;
        let words = || allowed_lines(block).iter().map(|line| line.text(keywords));
        let is_name = self.is(SyntaxKind::IDENT);
        let near = if is_name { meant(&found, words()) } else { None };
        let foreign = LineWord::lookup(&found)
            .map(|word| word.text(keywords))
            .filter(|word| *word != found && words().any(|w| w == *word));
        if let Some(word) = run_together(&found, words()).filter(|_| is_name) {
            let after = usize::from(place.start()) + word.len();
            let draft = self
                .blame_at(&entries::MISSING_SPACE, place)
                .with("found", found)
                .with("word", word);
            draft.fix(range(after, after), " ").report();
        } else {
            let mut error = SyntaxError::new(&entries::UNKNOWN_LINE, place)
                .with("block", block.text(keywords))
                .with("found", found)
                .with("allowed", self.allowed_words(block))
                .with("nearest", meant_words(foreign, near, keywords));
            if let Some(near) = foreign.or(near) {
                error = error.fix(place, near);
            }
            self.blame(error);
        }
        self.skip_words();
        self.finish();
        Err(Broken)
    }
}

/// The options a line may choose from.
fn options(word: LineWord) -> &'static [OptionWord] {
    use OptionWord as O;
    match word {
        LineWord::Delivery => &[O::Automatic, O::OnApplication],
        LineWord::Mode => &[
            O::Highest,
            O::TopUp,
            O::Exclusive,
            O::FirstCome,
            O::Stack,
            O::Strictest,
            O::First,
            O::Unique,
            O::Candidates,
            O::ByBand,
            O::Progressive,
            O::Tied,
        ],
        LineWord::Spanning => &[O::WholeYear, O::ByDay, O::None],
        LineWord::Order => &[O::Descending, O::Ascending],
        LineWord::Veto => &[O::BeforeRanking, O::AfterRanking],
        LineWord::Over => &[O::ProRata, O::InOrder, O::FirstCome, O::ByScore, O::Refuse],
        _ => &[],
    }
}

fn node_of(word: LineWord) -> SyntaxKind {
    match word {
        LineWord::Each => SyntaxKind::EACH_LINE,
        LineWord::PayTo => SyntaxKind::PAY_TO_LINE,
        LineWord::AsOf => SyntaxKind::AS_OF_LINE,
        LineWord::Basis => SyntaxKind::BASIS_LINE,
        LineWord::When => SyntaxKind::WHEN_LINE,
        LineWord::Amount => SyntaxKind::AMOUNT_LINE,
        LineWord::Cap => SyntaxKind::CAP_LINE,
        LineWord::AtMost => SyntaxKind::AT_MOST_LINE,
        LineWord::Stages => SyntaxKind::STAGES_LINE,
        LineWord::Group => SyntaxKind::GROUP_LINE,
        LineWord::Fund => SyntaxKind::FUND_LINE,
        LineWord::Delivery => SyntaxKind::DELIVERY_LINE,
        LineWord::Attach => SyntaxKind::ATTACH_LINE,
        LineWord::Cite => SyntaxKind::CITE_LINE,
        LineWord::Mode => SyntaxKind::MODE_LINE,
        LineWord::Key => SyntaxKind::KEY_LINE,
        LineWord::Counting => SyntaxKind::COUNTING_LINE,
        LineWord::Order => SyntaxKind::ORDER_LINE,
        LineWord::Weight => SyntaxKind::WEIGHT_LINE,
        LineWord::Veto => SyntaxKind::VETO_LINE,
        LineWord::Tier => SyntaxKind::TIER_LINE,
        LineWord::Credit => SyntaxKind::CREDIT_LINE,
        LineWord::Debit => SyntaxKind::DEBIT_LINE,
        LineWord::Quota => SyntaxKind::QUOTA_LINE,
        LineWord::Over => SyntaxKind::OVER_LINE,
        LineWord::Within => SyntaxKind::WITHIN_LINE,
        LineWord::Result => SyntaxKind::RESULT_LINE,
        LineWord::Pace => SyntaxKind::PACE_LINE,
        LineWord::From => SyntaxKind::FROM_LINE,
        LineWord::Repeal => SyntaxKind::REPEAL_LINE,
        LineWord::Year => SyntaxKind::YEAR_LINE,
        LineWord::Date => SyntaxKind::DATE_LINE,
        LineWord::Given => SyntaxKind::GIVEN_LINE,
        LineWord::Expect => SyntaxKind::EXPECT_LINE,
        LineWord::Before => SyntaxKind::BEFORE_LINE,
        LineWord::Continues => SyntaxKind::CONTINUES_LINE,
        LineWord::Spanning => SyntaxKind::SPANNING_LINE,
        LineWord::LoadedFrom => SyntaxKind::LOADED_FROM_LINE,
    }
}
