//! Blocks: the header, what may stand below it, and what is missing.

use jiufen_diagnostic::catalogue::syntax as entries;
use rowan::TextRange;

use super::parts::{meant, meant_words, run_together};
use super::{Outcome, Parser};
use crate::syntax::SyntaxKind;
use crate::syntax::error::SyntaxError;
use crate::syntax::keywords::{BlockWord, LineWord, OptionWord, ReservedWord};

/// What is known of the block whose body is being read.
pub(super) struct Body {
    pub word: BlockWord,
    /// Lines read so far, for those that may stand once.
    pub seen: Vec<(LineWord, TextRange)>,
    /// Whether the line before had a fault, so that what hangs below it is not blamed again.
    pub broken: bool,
}

impl Parser<'_> {
    pub(super) fn block(&mut self) {
        let indented = self.current().is_some_and(|line| line.indent > 0);
        if indented {
            return self.stray_line();
        }
        let words = self.words();
        let found = if self.is(SyntaxKind::IDENT) {
            BlockWord::parse(&words, self.keywords)
        } else {
            None
        };
        match found {
            Some(word) => self.known_block(word),
            None => self.unknown_block(),
        }
    }

    fn known_block(&mut self, word: BlockWord) {
        let header = self.place();
        self.start(node_of(word));
        self.bump_as(SyntaxKind::BLOCK_WORD);
        // The fault is reported; the body is read all the same.
        let broken = self.header(word).is_err();
        let whole = TextRange::new(header.start(), self.end_of_previous());
        let mut body = Body {
            word,
            seen: Vec::new(),
            broken,
        };
        self.finish_item();
        if needs_body(word) && !self.body_follows() {
            self.empty_block(word, whole);
        }
        self.close_line();
        while self.current().is_some_and(|line| line.indent > 0) {
            self.body_line(&mut body);
            self.close_line();
        }
        self.finish();
    }

    fn body_follows(&self) -> bool {
        self.lines.get(self.line + 1).is_some_and(|line| line.indent > 0)
    }

    fn empty_block(&mut self, word: BlockWord, place: TextRange) {
        let allowed = self.allowed_words(word);
        let found = self.text[place].to_string();
        self.blame_at(&entries::EMPTY_BLOCK, place)
            .with("found", found)
            .with("allowed", allowed)
            .report();
    }

    /// The words that a line of the block may begin with, as a message lists them.
    pub(super) fn allowed_words(&self, word: BlockWord) -> String {
        let mut words: Vec<&str> = Vec::new();
        if has_fields(word) {
            words.push(match self.keywords {
                crate::syntax::Keywords::Chinese => "字段名: 类型",
                crate::syntax::Keywords::English => "field: type",
            });
        }
        if has_value(word) {
            words.push("= …");
        }
        if has_cases(word) {
            words.push("- …: …");
        }
        if word == BlockWord::Table {
            words.push("| … |");
        }
        words.extend(allowed_lines(word).iter().map(|line| line.text(self.keywords)));
        words.join(" · ")
    }

    fn header(&mut self, word: BlockWord) -> Outcome {
        match word {
            BlockWord::Subject => {
                self.name()?;
                if !self.at_end() {
                    self.type_()?;
                    while self.eat(SyntaxKind::COMMA) {
                        self.type_()?;
                    }
                }
                Ok(())
            }
            BlockWord::Enum => self.enum_header(),
            BlockWord::Param => {
                self.name()?;
                self.typed()
            }
            BlockWord::Define => {
                self.expect_path()?;
                self.typed()
            }
            BlockWord::Account | BlockWord::Target => {
                self.name()?;
                if self.is(SyntaxKind::COLON) {
                    self.typed()
                } else {
                    Ok(())
                }
            }
            BlockWord::Except => {
                self.name()?;
                if !self.eat_reserved(ReservedWord::Of) {
                    let of = ReservedWord::Of.text(self.keywords);
                    return Err(self.expected(
                        &format!("“{of}”和被改的名称"),
                        &format!("“{of}” and what it overrides"),
                    ));
                }
                self.expect_target()
            }
            BlockWord::Amend => self.expect_target(),
            BlockWord::Case => {
                if self.eat(SyntaxKind::TEXT) {
                    Ok(())
                } else {
                    Err(self.expected("一句话说明这个例子", "a few words that say what the case shows"))
                }
            }
            _ => self.name(),
        }
    }

    /// What an exception or an amendment changes. Behind the dot 当 and 至多 name a part of a rule: no condition and no
    /// outcome can stand there.
    fn expect_target(&mut self) -> Outcome {
        if !self.starts_path() {
            return Err(self.not_a_name());
        }
        self.target().map(|_| ())
    }

    pub(super) fn expect_path(&mut self) -> Outcome {
        if self.starts_path() {
            self.path().map(|_| ())
        } else {
            Err(self.not_a_name())
        }
    }

    fn typed(&mut self) -> Outcome {
        self.expect_colon()?;
        self.type_()
    }

    fn enum_header(&mut self) -> Outcome {
        self.name()?;
        self.eat_option(OptionWord::Ordered);
        if self.eat_option(OptionWord::LoadedFrom) {
            return self.name();
        }
        if self.is(SyntaxKind::COLON) {
            self.bump();
            return self.names();
        }
        if self.body_follows() {
            return Ok(());
        }
        self.expect_colon()
    }

    /// A block that begins with no known word: one fault, and its body is kept as it is.
    fn unknown_block(&mut self) {
        self.start(SyntaxKind::UNKNOWN_BLOCK);
        let found = self.words().into_owned();
        let place = self.place();
        let keywords = self.keywords;
        let words = || BlockWord::ALL.iter().map(|word| word.text(keywords));
        let near = meant(&found, words());
        let foreign = BlockWord::lookup(&found)
            .map(|word| word.text(keywords))
            .filter(|word| *word != found);
        let joined = run_together(&found, words()).filter(|_| self.is(SyntaxKind::IDENT));
        if let Some(word) = joined {
            let after = usize::from(place.start()) + word.len();
            let at = super::range(after, after);
            let draft = self
                .blame_at(&entries::MISSING_SPACE, place)
                .with("found", found)
                .with("word", word);
            draft.fix(at, " ").report();
        } else {
            let mut error = SyntaxError::new(&entries::UNKNOWN_BLOCK, place)
                .with("found", found)
                .with("allowed", words().collect::<Vec<_>>().join(" · "))
                .with("nearest", meant_words(foreign, near, keywords));
            if let Some(near) = foreign.or(near) {
                error = error.fix(place, near);
            }
            self.blame(error);
        }
        self.skip_line();
        while self.current().is_some_and(|line| line.indent > 0) {
            self.blamed = true;
            self.start(SyntaxKind::UNKNOWN_LINE);
            self.skip_words();
            self.finish();
            self.close_line();
        }
        self.finish();
    }

    pub(super) fn skip_words(&mut self) {
        while !self.at_end() {
            self.bump();
        }
    }

    fn skip_line(&mut self) {
        self.skip_words();
        self.close_line();
    }

    /// An indented line before the first block.
    fn stray_line(&mut self) {
        let place = self.rest_of_line();
        let example = match self.keywords {
            crate::syntax::Keywords::Chinese => "奖补 研发投入补助",
            crate::syntax::Keywords::English => "grant 研发投入补助",
        };
        self.blame_at(&entries::LINE_OUTSIDE_BLOCK, place)
            .with("example", example)
            .report();
        self.start(SyntaxKind::ERROR);
        self.skip_words();
        self.finish();
        self.close_line();
    }
}

fn node_of(word: BlockWord) -> SyntaxKind {
    match word {
        BlockWord::Subject => SyntaxKind::SUBJECT,
        BlockWord::Event => SyntaxKind::EVENT,
        BlockWord::Enum => SyntaxKind::ENUM,
        BlockWord::Param => SyntaxKind::PARAM,
        BlockWord::Define => SyntaxKind::DEFINE,
        BlockWord::Table => SyntaxKind::TABLE,
        BlockWord::Grant => SyntaxKind::GRANT,
        BlockWord::Verdict => SyntaxKind::VERDICT,
        BlockWord::Rank => SyntaxKind::RANK,
        BlockWord::Group => SyntaxKind::GROUP,
        BlockWord::Account => SyntaxKind::ACCOUNT,
        BlockWord::Post => SyntaxKind::POST,
        BlockWord::Except => SyntaxKind::EXCEPT,
        BlockWord::Amend => SyntaxKind::AMEND,
        BlockWord::Target => SyntaxKind::TARGET,
        BlockWord::Case => SyntaxKind::CASE,
    }
}

/// 参数 without values is unverified, 类别 stands in one line, 表 may bind to the table above, an account may be plain.
fn needs_body(word: BlockWord) -> bool {
    !matches!(
        word,
        BlockWord::Param | BlockWord::Enum | BlockWord::Table | BlockWord::Account
    )
}

pub(super) fn has_fields(word: BlockWord) -> bool {
    matches!(word, BlockWord::Subject | BlockWord::Event)
}

pub(super) fn has_value(word: BlockWord) -> bool {
    matches!(
        word,
        BlockWord::Define | BlockWord::Except | BlockWord::Amend | BlockWord::Param
    )
}

pub(super) fn has_cases(word: BlockWord) -> bool {
    word == BlockWord::Define
}

/// The lines of a grant.
const GRANT_LINES: &[LineWord] = {
    use LineWord as L;
    &[
        L::Each,
        L::PayTo,
        L::AsOf,
        L::Basis,
        L::When,
        L::Tier,
        L::Amount,
        L::Cap,
        L::AtMost,
        L::Stages,
        L::Group,
        L::Fund,
        L::Credit,
        L::Debit,
        L::Delivery,
        L::Attach,
        L::Within,
        L::Cite,
        L::Continues,
        L::Spanning,
    ]
};

/// The words that a line of the block may begin with.
pub(super) fn allowed_lines(word: BlockWord) -> &'static [LineWord] {
    use LineWord as L;
    match word {
        BlockWord::Subject | BlockWord::Event => &[L::Key, L::AsOf, L::Cite],
        BlockWord::Enum => &[L::LoadedFrom, L::Cite],
        BlockWord::Param => &[L::From, L::Cite],
        BlockWord::Define => &[L::Basis, L::Mode, L::From, L::Cite],
        BlockWord::Table => &[L::Mode, L::AsOf, L::From, L::Cite],
        BlockWord::Grant => GRANT_LINES,
        BlockWord::Verdict => &[L::Each, L::AsOf, L::Basis, L::Mode, L::Result, L::Cite],
        BlockWord::Rank => &[
            L::Each,
            L::Basis,
            L::When,
            L::Key,
            L::Weight,
            L::Order,
            L::Mode,
            L::Veto,
            L::Result,
            L::Cite,
        ],
        BlockWord::Group => &[L::Key, L::Mode, L::Counting, L::Cap, L::Cite],
        BlockWord::Account => &[L::Basis, L::Quota, L::Over, L::Cite],
        BlockWord::Post => &[L::Each, L::AsOf, L::Basis, L::When, L::Credit, L::Debit, L::Cite],
        BlockWord::Except => &[
            L::Each,
            L::AsOf,
            L::Basis,
            L::When,
            L::Amount,
            L::Cap,
            L::AtMost,
            L::Stages,
            L::Cite,
            L::Before,
        ],
        BlockWord::Amend => &[
            L::From,
            L::When,
            L::Amount,
            L::Cap,
            L::AtMost,
            L::Stages,
            L::Repeal,
            L::Cite,
            L::Before,
        ],
        BlockWord::Target => &[L::From, L::Basis, L::Pace, L::Cite],
        BlockWord::Case => &[L::Year, L::Date, L::Given, L::Expect],
    }
}

/// Lines that may stand more than once in a block.
pub(super) fn may_repeat(word: LineWord, block: BlockWord) -> bool {
    match word {
        LineWord::From => block != BlockWord::Amend,
        LineWord::Cap
        | LineWord::Credit
        | LineWord::Debit
        | LineWord::Given
        | LineWord::Expect
        | LineWord::Cite
        | LineWord::Attach
        | LineWord::Before
        | LineWord::Order
        | LineWord::Within
        | LineWord::Continues => true,
        _ => false,
    }
}
