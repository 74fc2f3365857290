//! What the front matter of a document can say.

use jiff::civil::Date;
use jiufen_diagnostic::Span;

/// A value of the front matter with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The words, trimmed, without quotation marks around the whole.
    pub value: String,
    /// Their place.
    pub span: Span,
}

/// A date of the front matter with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub date: Date,
    /// Its place.
    pub span: Span,
}

/// What the front matter says about the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// 标题: the title. Where the front matter gives none, a single heading of level 1 is taken.
    pub title: Option<Text>,
    /// 文号: the number of the document, such as `杭政函〔2025〕21号`.
    pub number: Option<Text>,
    /// 发文机关: who issued it.
    pub issuer: Option<Text>,
    /// 适用地区: where it holds.
    pub territory: Option<Text>,
    /// 施行: the first day in force.
    pub valid_from: Option<Dated>,
    /// 失效: the last day in force.
    pub valid_to: Option<Dated>,
    /// 成文: the day it was drawn up.
    pub dated: Option<Dated>,
    /// 发布: the day it was published.
    pub published: Option<Dated>,
    /// 状态: its standing; `Draft` where nothing is said.
    pub status: Status,
    /// Where the standing is said.
    pub status_span: Option<Span>,
    /// 引用: the documents its rules name.
    pub references: Vec<Text>,
    /// 承接: the document whose rights it continues.
    pub follows: Option<Text>,
    /// 来源: how the text was seen. Where nothing is said: `Invented` for an example, else `Unverified`.
    pub source_status: SourceStatus,
    /// Where that is said.
    pub source_span: Option<Span>,
    /// 追溯: whether it reaches back before the day it was drawn up.
    pub retroactive: bool,
    /// 说明: a remark for readers.
    pub note: Option<Text>,
    /// Keys that are not known here, with their values; each has been reported.
    pub extra: Vec<(Text, Text)>,
}

/// The standing of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Status {
    /// In force as published.
    Official,
    /// Published for comment; grants nothing yet. A document that does not say what it is counts as a draft.
    #[default]
    Draft,
    /// Taken from a reprint, not from the issuer.
    Reprint,
    /// No longer in force.
    Lapsed,
    /// Invented, to show or test something.
    Example,
    /// Declares words only; grants nothing.
    Vocabulary,
}

impl Status {
    /// Each with its Chinese and its English word, in order of declaration.
    pub const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Official, "正式", "official"),
        (Self::Draft, "征求意见", "draft"),
        (Self::Reprint, "转载", "reprint"),
        (Self::Lapsed, "失效", "lapsed"),
        (Self::Example, "示例", "example"),
        (Self::Vocabulary, "词汇", "vocabulary"),
    ];

    /// The Chinese word.
    pub fn zh(self) -> &'static str {
        word_of(Self::WORDS, self).0
    }

    /// The English word.
    pub fn en(self) -> &'static str {
        word_of(Self::WORDS, self).1
    }

    /// The one that a word of either language names.
    pub fn from_word(word: &str) -> Option<Self> {
        named(Self::WORDS, word)
    }
}

/// How the text behind a document was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum SourceStatus {
    /// The published page was seen.
    Seen,
    /// A reprint by others was seen; numbers want checking.
    Mirror,
    /// The words of the law were read one by one.
    Law,
    /// Public practice of the trade, no original.
    Convention,
    /// Written from memory.
    Memory,
    /// Nobody has checked it.
    #[default]
    Unverified,
    /// Invented.
    Invented,
}

impl SourceStatus {
    /// Each with its Chinese and its English word, in order of declaration.
    pub const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Seen, "见过原文", "seen"),
        (Self::Mirror, "转载", "mirror"),
        (Self::Law, "法条", "law"),
        (Self::Convention, "通行", "convention"),
        (Self::Memory, "记忆", "memory"),
        (Self::Unverified, "未核实", "unverified"),
        (Self::Invented, "示例", "invented"),
    ];

    /// The Chinese word.
    pub fn zh(self) -> &'static str {
        word_of(Self::WORDS, self).0
    }

    /// The English word.
    pub fn en(self) -> &'static str {
        word_of(Self::WORDS, self).1
    }

    /// The one that a word of either language names.
    pub fn from_word(word: &str) -> Option<Self> {
        named(Self::WORDS, word)
    }
}

/// A key of the front matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The title.
    Title,
    /// The number of the document.
    Number,
    /// Who issued it.
    Issuer,
    /// Where it holds.
    Territory,
    /// The first day in force.
    Effective,
    /// The last day in force.
    Expires,
    /// The day it was drawn up.
    Dated,
    /// The day it was published.
    Published,
    /// Its standing.
    Status,
    /// The documents its rules name.
    References,
    /// The document whose rights it continues.
    Follows,
    /// How the text was seen.
    Source,
    /// Whether it reaches back.
    Retroactive,
    /// A remark for readers.
    Note,
}

impl Key {
    /// Each with its Chinese and its English word, in order of declaration.
    pub const WORDS: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Title, "标题", "title"),
        (Self::Number, "文号", "number"),
        (Self::Issuer, "发文机关", "issuer"),
        (Self::Territory, "适用地区", "territory"),
        (Self::Effective, "施行", "effective"),
        (Self::Expires, "失效", "expires"),
        (Self::Dated, "成文", "dated"),
        (Self::Published, "发布", "published"),
        (Self::Status, "状态", "status"),
        (Self::References, "引用", "references"),
        (Self::Follows, "承接", "follows"),
        (Self::Source, "来源", "source"),
        (Self::Retroactive, "追溯", "retroactive"),
        (Self::Note, "说明", "note"),
    ];

    /// The Chinese word.
    pub fn zh(self) -> &'static str {
        word_of(Self::WORDS, self).0
    }

    /// The English word.
    pub fn en(self) -> &'static str {
        word_of(Self::WORDS, self).1
    }

    /// The one that a word of either language names.
    pub fn from_word(word: &str) -> Option<Self> {
        named(Self::WORDS, word)
    }
}

fn word_of<T: PartialEq>(
    words: &'static [(T, &'static str, &'static str)],
    wanted: T,
) -> (&'static str, &'static str) {
    // INVARIANT: every variant stands in its WORDS; the test below holds them together.
    words
        .iter()
        .find(|(w, _, _)| *w == wanted)
        .map_or(("", ""), |(_, zh, en)| (zh, en))
}

fn named<T: Copy>(words: &[(T, &str, &str)], word: &str) -> Option<T> {
    words
        .iter()
        .find(|(_, zh, en)| *zh == word || en.eq_ignore_ascii_case(word))
        .map(|(w, _, _)| *w)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::fmt::Debug;

    use super::{Key, SourceStatus, Status, named, word_of};

    fn check<T: Copy + PartialEq + Debug>(words: &'static [(T, &'static str, &'static str)], count: usize) {
        let chinese: HashSet<_> = words.iter().map(|w| w.1).collect();
        let english: HashSet<_> = words.iter().map(|w| w.2).collect();
        assert_eq!((words.len(), chinese.len(), english.len()), (count, count, count));
        for (word, zh, en) in words {
            assert_eq!((named(words, zh), named(words, en)), (Some(*word), Some(*word)));
            assert_eq!(word_of(words, *word), (*zh, *en));
        }
    }

    #[test]
    fn keys_and_values_pair_one_chinese_word_with_one_english_word() {
        check(Key::WORDS, Key::Note as usize + 1);
        check(Status::WORDS, Status::Vocabulary as usize + 1);
        check(SourceStatus::WORDS, SourceStatus::Invented as usize + 1);
    }
}
