//! The text in force on a day: whatever a document declares by name, with the source of every part.

mod blocks;
mod lines;
mod ranking;

use jiufen_diagnostic::{Lang, nearest};
use jiufen_document::Status;
use jiufen_interpret::describe;
use jiufen_language::program::{DocumentId, DocumentInfo, Program, Rule, RuleId};
use jiufen_language::syntax::keywords::LineWord;
use jiufen_quantity::Date;

use crate::pack::Pack;
use blocks::Block;
use lines::Builder;

/// One line of a consolidated text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsolidatedLine {
    /// `金额`, `当`, `封顶`, the name of a parameter, a definition or a field.
    pub part: String,
    /// What holds on that day; empty when nothing does.
    pub text: String,
    /// Where nothing holds on that day: when something does.
    pub absent: String,
    /// When it holds; empty for what has no timeline of its own.
    pub period: String,
    /// Where it is laid down; empty for what stands with the whole.
    pub source: String,
    /// The clause it replaced, when an amendment laid it down.
    pub replaced: String,
    /// Its exceptions.
    pub exceptions: Vec<ConsolidatedException>,
}

/// An exception to a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolidatedException {
    /// Its name.
    pub name: String,
    /// Why it does not hold on that day; empty when it does.
    pub standing: String,
    /// When it applies and what it puts in place: `当 专精特新:原值 + 3个百分点`.
    pub value: String,
    /// Where it is laid down.
    pub source: String,
}

/// The rows of a table that hold on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// When they hold.
    pub period: String,
    /// Where they are laid down.
    pub source: String,
    /// The clause they replaced, when an amendment laid them down.
    pub replaced: String,
    /// The names of the columns, the answer last.
    pub header: Vec<String>,
    /// One cell a column.
    pub rows: Vec<Vec<String>>,
}

/// A block of a document as it stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consolidated {
    /// `奖补 研发投入补助`.
    pub title: String,
    /// Why it does not hold on that day: `征求意见,未施行`, `尚未施行(2026-01-01 起)`; empty when it does.
    pub standing: String,
    /// Where it is declared.
    pub source: String,
    /// How sure the text is.
    pub source_status: String,
    /// Its parts.
    pub lines: Vec<ConsolidatedLine>,
    /// The rows of a table.
    pub edition: Option<Edition>,
}

/// The answer to a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Everything of that name.
    Found(Vec<Consolidated>),
    /// The block is there and has no such part; these it has.
    NoPart(Vec<String>),
    /// No document has that number or title; the nearest, when there is one.
    NoDocument {
        /// As it was asked for.
        asked: String,
        /// A number or title that is spelled nearly so.
        near: Option<String>,
    },
    /// Nothing has that name; those that come near it, the nearest first.
    NoName(Vec<String>),
}

/// Everything of a name, as it stands on a day. A name may be short (`研发投入补助`), name a part
/// (`研发投入补助.封顶`), or be preceded by its document (`「示例〔2025〕1号」.研发投入补助`).
pub fn consolidated(pack: &Pack, name: &str, day: Date, lang: Lang) -> Asked {
    let program = &pack.program;
    let builder = Builder { pack, day, lang };
    let (document, rest) = match qualified(name) {
        None => (None, name),
        Some((document, rest)) => match program.documents.iter().position(|d| is_called(d, document)) {
            Some(position) => (Some(position), rest),
            None => {
                let near = near_document(program, document);
                let asked = document.to_owned();
                return Asked::NoDocument { asked, near };
            }
        },
    };
    let mut blocks = Block::all(program);
    blocks.retain(|block| document.is_none_or(|position| block.document(program) == Some(position)));
    let of = |wanted: &str| -> Vec<Consolidated> {
        let called = blocks.iter().filter(|block| block.is_called(pack, wanted));
        called.map(|block| builder.block(block)).collect()
    };
    let whole = of(rest);
    if !whole.is_empty() {
        return Asked::Found(whole);
    }
    if let Some((block, part)) = rest.rsplit_once('.') {
        let mut found = of(block);
        let parts: Vec<String> = found
            .iter()
            .flat_map(|f| &f.lines)
            .map(|l| l.part.clone())
            .collect();
        let word = LineWord::lookup(part).map(|w| lang.pick(w.zh(), w.en()));
        for item in &mut found {
            item.lines
                .retain(|line| line.part == part || word == Some(line.part.as_str()));
            item.edition = None;
        }
        found.retain(|item| !item.lines.is_empty());
        if !found.is_empty() {
            return Asked::Found(found);
        }
        if !parts.is_empty() {
            return Asked::NoPart(parts);
        }
    }
    let known: Vec<String> = blocks.iter().map(|block| block.name(program)).collect();
    Asked::NoName(near_names(rest, &known))
}

/// The grants that go by a name, which may be preceded by their document.
pub fn rules_called(pack: &Pack, name: &str) -> Vec<RuleId> {
    let program = &pack.program;
    let (document, name) = qualified(name).map_or((None, name), |(document, rest)| (Some(document), rest));
    let in_document = |rule: &Rule| document.is_none_or(|d| is_called(program.document(rule.document), d));
    program
        .rules()
        .filter(|(id, rule)| (rule.name == name || pack.rule_label(*id) == name) && in_document(rule))
        .map(|(id, _)| id)
        .collect()
}

/// Whether something of a document goes by a name, which may name the document as well.
pub(crate) fn in_document_called(program: &Program, document: DocumentId, own: &str, name: &str) -> bool {
    let (called, name) = qualified(name).map_or((None, name), |(document, rest)| (Some(document), rest));
    own == name && called.is_none_or(|called| is_called(program.document(document), called))
}

/// `「示例〔2025〕1号」.研发投入补助` taken apart; the document may also stand in 《》 or in quotation marks.
fn qualified(name: &str) -> Option<(&str, &str)> {
    [('「', '」'), ('《', '》'), ('“', '”'), ('"', '"')]
        .iter()
        .find_map(|(open, close)| {
            let (document, rest) = name.strip_prefix(*open)?.split_once(*close)?;
            Some((document, rest.strip_prefix('.')?))
        })
}

fn is_called(document: &DocumentInfo, name: &str) -> bool {
    let bare = name.trim_start_matches('《').trim_end_matches('》');
    document.number == name || document.title == bare
}

fn near_document(program: &Program, name: &str) -> Option<String> {
    let numbers = program.documents.iter().map(|d| d.number.as_str());
    let known = numbers.chain(program.documents.iter().map(|d| d.title.as_str()));
    nearest(name, known.filter(|k| !k.is_empty())).map(str::to_owned)
}

/// Names that are spelled nearly as a word, then those that hold it or share most of it: five at most.
pub fn near_names(word: &str, known: &[String]) -> Vec<String> {
    const SHOWN: usize = 5;
    let mut rest: Vec<&str> = known.iter().map(String::as_str).collect();
    rest.sort_unstable();
    rest.dedup();
    let mut out: Vec<String> = Vec::new();
    while let Some(next) = nearest(word, rest.iter().copied()).filter(|_| out.len() < SHOWN) {
        rest.retain(|name| *name != next);
        out.push(next.to_owned());
    }
    let shared = |name: &str| shared_run(word, name);
    let least = word.chars().count().div_ceil(2).max(2);
    rest.retain(|name| shared(name) >= least);
    rest.sort_by_key(|name| std::cmp::Reverse(shared(name)));
    out.extend(
        rest.into_iter()
            .take(SHOWN.saturating_sub(out.len()))
            .map(str::to_owned),
    );
    out
}

/// The length of the longest run of characters that two names share.
fn shared_run(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut ending = vec![0; b.len() + 1];
    let mut longest = 0;
    for x in a.chars() {
        for at in (0..b.len()).rev() {
            ending[at + 1] = if b[at] == x { ending[at] + 1 } else { 0 };
            longest = longest.max(ending[at + 1]);
        }
    }
    longest
}

/// Why a document does not hold on a day; empty when it does.
pub fn standing(document: &DocumentInfo, day: Date, lang: Lang) -> String {
    let period = describe::period(document.period, lang);
    match document.status {
        Status::Draft => lang.pick("征求意见,未施行", "draft, not in force").to_owned(),
        Status::Lapsed if document.period.to.is_none() => lang.pick("已失效", "lapsed").to_owned(),
        Status::Lapsed => match lang {
            Lang::Zh => format!("已失效,施行期 {period}"),
            Lang::En => format!("lapsed, in force {period}"),
        },
        _ if document.period.contains(day) => String::new(),
        _ if document.period.from.is_some_and(|from| day < from) => match lang {
            Lang::Zh => format!("尚未施行,施行期 {period}"),
            Lang::En => format!("not yet in force, in force {period}"),
        },
        _ => match lang {
            Lang::Zh => format!("已过施行期 {period}"),
            Lang::En => format!("no longer in force, in force {period}"),
        },
    }
}
