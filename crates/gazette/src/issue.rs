//! What an issue of the column is made of.

use jiufen_diagnostic::{Diagnostic, Entry, SourceId, Sources};

use crate::line::ranges;

/// Lines of the text, from 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lines {
    /// The first line.
    pub first: usize,
    /// The last line.
    pub last: usize,
}

/// Words of the issue and the lines they stand on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passage {
    /// The words on one line; breaks of pages and columns are mended.
    pub text: String,
    /// The lines they were read from.
    pub lines: Lines,
}

/// One issue of the column.
#[derive(Debug, Clone, Default)]
pub struct Issue {
    /// The name and number of the issue, where the text opens with it.
    pub name: Option<Passage>,
    /// The motto: short phrases side by side.
    pub motto: Option<Passage>,
    /// Who runs the column.
    pub host: Option<Passage>,
    /// The mail address for submissions, without the words around it.
    pub address: Option<Passage>,
    /// The articles in order of the text.
    pub articles: Vec<Article>,
    /// The words of the editor.
    pub editors_note: Option<EditorsNote>,
    /// The breaks that were mended, in order of the text.
    pub joins: Vec<Join>,
    /// What a person should look at.
    pub findings: Vec<Finding>,
}

/// One signed article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The title; the lines of a title of several lines are joined by a space.
    pub title: Passage,
    /// The bureau that signs; empty where no signature was found.
    pub bureau: String,
    /// The name of the author; empty where no signature was found.
    pub author: String,
    /// The line of the signature; where there is none, the line of the title.
    pub signature: Lines,
    /// The sections; the first has no heading where the article opens with a lead.
    pub sections: Vec<Section>,
}

/// A part of an article under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading with its number; `None` for the lead.
    pub heading: Option<Passage>,
    /// The number of the heading, such as `一`.
    pub number: Option<String>,
    /// The paragraphs below it.
    pub paragraphs: Vec<Passage>,
}

/// What the editor says at the end of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditorsNote {
    /// Its heading, such as `编者的话`.
    pub heading: Passage,
    /// Its paragraphs.
    pub paragraphs: Vec<Passage>,
}

/// A paragraph that a page or column had broken, put together again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The line after which the break was, from 1.
    pub line: usize,
    /// The last eight characters before the break.
    pub before: String,
    /// The first eight characters after it.
    pub after: String,
}

/// Something in an issue that a person should look at.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The kind of finding.
    pub entry: &'static Entry,
    /// The words it concerns.
    pub passage: Passage,
}

impl Issue {
    /// The findings at their places in `source`, which must hold the text that was read.
    pub fn diagnostics(&self, sources: &Sources, source: SourceId) -> Vec<Diagnostic> {
        let text = sources.file(source).map_or("", |f| &*f.text);
        let lines: Vec<_> = ranges(text).collect();
        let place = |passage: &Passage| {
            let line = |n: usize| {
                n.checked_sub(1)
                    .and_then(|i| lines.get(i))
                    .cloned()
                    .unwrap_or(0..0)
            };
            sources.span(
                source,
                line(passage.lines.first).start..line(passage.lines.last).end,
            )
        };
        let finding =
            |f: &Finding| Diagnostic::new(f.entry, place(&f.passage)).with("found", f.passage.text.as_str());
        self.findings.iter().map(finding).collect()
    }
}
