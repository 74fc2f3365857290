//! Parts of lines: names, types, notes, cases, facts, outcomes.

use jiufen_diagnostic::Argument;
use jiufen_diagnostic::catalogue::syntax as entries;
use rowan::TextRange;

use super::{Broken, Outcome, Parser};
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::{OptionWord, ReservedWord};
use crate::syntax::{Keywords, SyntaxKind};

impl Parser<'_> {
    pub(super) fn name(&mut self) -> Outcome {
        if !matches!(self.peek(), Some(SyntaxKind::IDENT | SyntaxKind::QUOTED)) {
            return Err(self.not_a_name());
        }
        self.start(SyntaxKind::NAME);
        self.bump();
        self.finish();
        Ok(())
    }

    pub(super) fn not_a_name(&mut self) -> Broken {
        if self.is(SyntaxKind::RESERVED_WORD) {
            return self.reserved_name();
        }
        self.expected("名称", "a name")
    }

    pub(super) fn reserved_name(&mut self) -> Broken {
        let place = self.place();
        let found = self.words().into_owned();
        let quoted = format!("「{found}」");
        self.blame_at(&entries::RESERVED_NAME, place)
            .with("found", found)
            .fix(place, quoted)
            .report()
    }

    pub(super) fn names(&mut self) -> Outcome {
        self.name()?;
        while self.eat(SyntaxKind::COMMA) {
            self.name()?;
        }
        Ok(())
    }

    /// The words of a type: `金额`, `元/亩/年`, `代码 "GB/T 4754-2017"`, `相关 名称`.
    pub(super) fn type_(&mut self) -> Outcome {
        if !self.continues_type() {
            return Err(self.expected("类型或单位", "a type or a unit"));
        }
        self.start(SyntaxKind::TYPE);
        while self.continues_type() {
            self.bump();
        }
        self.finish();
        Ok(())
    }

    fn continues_type(&self) -> bool {
        match self.peek() {
            Some(SyntaxKind::IDENT) => !self.option().is_some_and(|word| {
                matches!(
                    word,
                    OptionWord::Required
                        | OptionWord::Optional
                        | OptionWord::Signed
                        | OptionWord::Vintage
                        | OptionWord::LoadedFrom
                )
            }),
            Some(SyntaxKind::QUOTED | SyntaxKind::UNIT | SyntaxKind::STRING | SyntaxKind::SLASH) => true,
            _ => false,
        }
    }

    pub(super) fn date(&mut self) -> Outcome {
        if self.eat(SyntaxKind::DATE) {
            return Ok(());
        }
        Err(self.expected("日期,如 2025-01-31", "a date, such as 2025-01-31"))
    }

    /// `"…" [或 "…"]`.
    pub(super) fn strings(&mut self) -> Outcome {
        loop {
            if !self.eat(SyntaxKind::STRING) {
                return Err(self.expected("引号里的文字", "text in quotes"));
            }
            if !self.eat_reserved(ReservedWord::Or) {
                return Ok(());
            }
        }
    }

    /// `附 "…" 或 "…"` and `依据 "…"` behind a value.
    pub(super) fn notes(&mut self) -> Outcome {
        while matches!(self.reserved(), Some(ReservedWord::Attach | ReservedWord::Cite)) {
            self.node(SyntaxKind::NOTE, |p| {
                p.bump();
                p.strings()
            })?;
        }
        Ok(())
    }

    /// Cases on the lines below: `- condition: value`.
    pub(super) fn arms(&mut self, indent: u32) {
        while self.next_line_hangs(SyntaxKind::MINUS, indent) {
            self.close_line();
            self.start(SyntaxKind::ARM);
            // The fault is reported; the next case is read all the same.
            let _ = self.arm();
            self.finish_item();
            self.finish();
        }
    }

    pub(super) fn arm(&mut self) -> Outcome {
        self.bump();
        if !self.eat_reserved(ReservedWord::Otherwise) {
            self.expression()?;
            if self.eat_reserved(ReservedWord::When) {
                self.expression()?;
            }
        }
        self.expect_colon()?;
        self.expression()?;
        self.notes()
    }

    /// Cases that must be there.
    pub(super) fn required_arms(&mut self, indent: u32, place: TextRange, example: &str) -> Outcome {
        if self.next_line_hangs(SyntaxKind::MINUS, indent) {
            self.arms(indent);
            return Ok(());
        }
        let found = self.text[place].to_string();
        let draft = self.blame_at(&entries::MISSING_ITEMS, place).with("found", found);
        Err(draft.with("example", example).report())
    }

    /// Puts what is left of an item's line into the item.
    pub(super) fn finish_item(&mut self) {
        if self.at < self.line_end {
            self.left_over();
            self.start(SyntaxKind::ERROR);
            while self.at < self.line_end {
                self.bump();
            }
            self.finish();
        }
    }

    /// `path = value`.
    pub(super) fn fact(&mut self) -> Outcome {
        self.node(SyntaxKind::FACT, |p| {
            if !p.starts_path() {
                return Err(p.not_a_name());
            }
            p.path()?;
            p.expect_mark(SyntaxKind::EQ, "= 和值", "= and a value")?;
            p.sum().map(|_| ())
        })
    }

    /// What a case expects.
    pub(super) fn outcome(&mut self) -> Outcome {
        self.node(SyntaxKind::OUTCOME, |p| {
            match p.reserved() {
                Some(ReservedWord::AtMost) => {
                    p.bump();
                    p.sum()?;
                }
                Some(ReservedWord::Refuse) => {
                    p.bump_as(SyntaxKind::RESERVED_WORD);
                    p.reason()?;
                }
                _ if matches!(p.option(), Some(OptionWord::Ineligible | OptionWord::Undecidable)) => {
                    p.bump_as(SyntaxKind::OPTION_WORD);
                }
                _ => {
                    p.sum()?;
                    if p.eat_reserved(ReservedWord::To) {
                        p.sum()?;
                    }
                }
            }
            p.qualifiers()
        })
    }

    fn reason(&mut self) -> Outcome {
        match self.peek() {
            Some(SyntaxKind::STRING) => {
                self.bump();
                Ok(())
            }
            Some(SyntaxKind::IDENT | SyntaxKind::QUOTED) => self.name(),
            _ => Ok(()),
        }
    }

    fn qualifiers(&mut self) -> Outcome {
        loop {
            match self.reserved() {
                Some(ReservedWord::PayTo | ReservedWord::MergedInto) => {
                    self.node(SyntaxKind::QUALIFIER, |p| {
                        p.bump();
                        if p.starts_path() {
                            p.path().map(|_| ())
                        } else {
                            Err(p.not_a_name())
                        }
                    })?;
                }
                Some(ReservedWord::Pending | ReservedWord::Unpublished | ReservedWord::ToChoose) => {
                    self.node(SyntaxKind::QUALIFIER, |p| {
                        p.bump();
                        Ok(())
                    })?;
                }
                Some(ReservedWord::Attach | ReservedWord::Cite) => self.notes()?,
                _ => return Ok(()),
            }
        }
    }

    /// An option word of `allowed`, offered by nearness where it is none.
    pub(super) fn one_of(&mut self, line: &str, allowed: &[OptionWord]) -> Outcome {
        if let Some(word) = self.option().filter(|word| allowed.contains(word)) {
            self.eat_option(word);
            return Ok(());
        }
        if !matches!(self.peek(), Some(SyntaxKind::IDENT | SyntaxKind::RESERVED_WORD)) {
            return Err(self.expected("一个选项", "an option"));
        }
        let keywords = self.keywords;
        let found = self.words().into_owned();
        let place = self.place();
        let choices = || allowed.iter().map(|word| word.text(keywords));
        let near = meant(&found, choices());
        let mut error = SyntaxError::new(&entries::UNKNOWN_OPTION, place)
            .with("line", line)
            .with("found", found.as_str())
            .with("allowed", choices().collect::<Vec<_>>().join(" · "))
            .with("nearest", nearest_words(near));
        if let Some(near) = near {
            error = error.fix(place, near);
        }
        self.blame(error);
        Err(Broken)
    }
}

/// The word that was most likely meant. Short Chinese words differ by half when they differ at all (上限, 期限), so
/// they must begin alike.
pub(super) fn meant<'w>(found: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let near = jiufen_diagnostic::nearest(found, words)?;
    let alike = found.chars().count() > 2 || found.chars().next() == near.chars().next();
    alike.then_some(near)
}

/// The word of the language that `found` begins with, run together with two characters or more.
pub(super) fn run_together<'w>(found: &str, mut words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    words.find(|word| {
        found
            .strip_prefix(word)
            .is_some_and(|rest| rest.chars().count() >= 2)
    })
}

/// `;是不是“…”?` for a help text, or nothing.
pub(super) fn nearest_words(near: Option<&str>) -> Argument {
    match near {
        Some(near) => Argument::term(format!("。是不是“{near}”?"), format!("; did you mean “{near}”?")),
        None => Argument::term("", ""),
    }
}

/// The same, where the word may be a keyword of the other language: `foreign` is what the fence calls it.
pub(super) fn meant_words(foreign: Option<&str>, near: Option<&str>, keywords: Keywords) -> Argument {
    let Some(word) = foreign else {
        return nearest_words(near);
    };
    match keywords {
        Keywords::Chinese => Argument::term(
            format!("。这一围栏用中文关键词,写“{word}”;整个围栏用英文的,开头写 jiufen en"),
            format!(
                "; the keywords of this fence are Chinese: write “{word}”, or open the fence with jiufen en"
            ),
        ),
        Keywords::English => Argument::term(
            format!("。这一围栏用英文关键词,写“{word}”;整个围栏用中文的,开头写 jiufen"),
            format!(
                "; the keywords of this fence are English: write “{word}”, or open the fence with jiufen"
            ),
        ),
    }
}
