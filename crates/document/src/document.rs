//! What a document is made of, and how its clauses are cited.

use jiufen_diagnostic::{SourceId, Span};

use crate::meta::Meta;

/// One policy document: its text taken apart, every piece with its place.
#[derive(Debug, Clone)]
pub struct Document {
    /// The text it was read from.
    pub source: SourceId,
    /// The path of that text.
    pub path: String,
    /// SHA-256 of the text, 64 lower-case hexadecimal digits. A byte order mark is not part of the text.
    pub hash: String,
    /// What the front matter says.
    pub meta: Meta,
    /// The headings in order of the text; `ClauseId(n)` is the n-th of them.
    pub clauses: Vec<Clause>,
    /// The rule blocks in order of the text.
    pub fences: Vec<Fence>,
    /// The Markdown tables in order of the text.
    pub tables: Vec<MarkdownTable>,
    /// The prose in order of the text.
    pub paragraphs: Vec<Paragraph>,
}

/// A clause of one document, by its place in `Document::clauses`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseId(pub u32);

/// A heading and the text below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Its identity within the document.
    pub id: ClauseId,
    /// Depth of the heading, 1 to 6.
    pub level: u8,
    /// The words of the heading, with its number, without marks of emphasis.
    pub heading: String,
    /// The heading line.
    pub span: Span,
    /// From the end of the heading to the next heading of any level.
    pub body: Span,
    /// The clause it stands in.
    pub parent: Option<ClauseId>,
    /// How it is cited within the document, such as `第三条` or `一(一)1`. Empty for the title of the document.
    pub path: String,
}

/// The language of the keywords in a rule block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FenceLanguage {
    /// Opened with ```` ```jiufen ````.
    #[default]
    Chinese,
    /// Opened with ```` ```jiufen en ````.
    English,
}

/// A rule block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The heading it stands under; `None` before the first heading.
    pub clause: Option<ClauseId>,
    /// The language of its keywords.
    pub keywords: FenceLanguage,
    /// The whole block with both fence lines, without the line end of the last.
    pub span: Span,
    /// The bytes between the fence lines, with their line ends; contiguous in the original text.
    pub content: Span,
}

/// A table written in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkdownTable {
    /// The heading it stands under.
    pub clause: Option<ClauseId>,
    /// The whole table.
    pub span: Span,
    /// The header row.
    pub header: Vec<Cell>,
    /// The rows below it, each as long as the header.
    pub rows: Vec<Vec<Cell>>,
}

/// One cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its words, trimmed, without marks of emphasis.
    pub text: String,
    /// Its place; an empty span where the cell is empty.
    pub span: Span,
}

/// A paragraph of prose. List items and quotations count as paragraphs; fences and tables do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// The heading it stands under.
    pub clause: Option<ClauseId>,
    /// Its words on one line, without marks of emphasis and raw HTML.
    pub text: String,
    /// Its place.
    pub span: Span,
}

impl Document {
    /// The clause of an identity that this document gave out.
    ///
    /// # Panics
    /// When the identity belongs to another document and is out of range here: a fault of the caller.
    pub fn clause(&self, id: ClauseId) -> &Clause {
        &self.clauses[id.0 as usize]
    }

    /// How a clause is cited: `杭政函〔2025〕21号 一(一)`.
    ///
    /// The number of the document, or 《title》 where it has none, or the path of the file where it has neither.
    /// `None`, and the title of the document as a clause, give the document alone.
    pub fn citation(&self, clause: Option<ClauseId>) -> String {
        let name = match (&self.meta.number, &self.meta.title) {
            (Some(number), _) => number.value.clone(),
            (None, Some(title)) if title.value.starts_with('《') => title.value.clone(),
            (None, Some(title)) => format!("《{}》", title.value),
            (None, None) => self.path.clone(),
        };
        match clause.map(|id| self.clause(id).path.as_str()) {
            None | Some("") => name,
            Some(path) => format!("{name} {path}"),
        }
    }

    /// The paragraphs directly under a heading, in order of the text; those of clauses within it are not included.
    pub fn prose(&self, clause: ClauseId) -> impl Iterator<Item = &Paragraph> {
        // Paragraphs are kept in order of the text and so in order of their clauses.
        let first = self.paragraphs.partition_point(|p| p.clause < Some(clause));
        self.paragraphs[first..]
            .iter()
            .take_while(move |p| p.clause == Some(clause))
    }
}
