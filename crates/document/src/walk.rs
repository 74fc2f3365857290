//! Markdown to clauses, fences, tables and paragraphs.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use jiufen_diagnostic::catalogue::document as entries;
use jiufen_diagnostic::{Diagnostic, SourceId, Sources};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use sha2::{Digest, Sha256};

use crate::document::{Cell, Clause, ClauseId, Document, Fence, FenceLanguage, MarkdownTable, Paragraph};
use crate::fences::{Info, Opening, segments, span};
use crate::meta::Text;
use crate::{encoding, front_matter, numbering};

/// Reads one text that [`crate::load`] has kept in `sources`. All findings come at once.
pub fn parse(sources: &Sources, source: SourceId) -> (Document, Vec<Diagnostic>) {
    let (path, text) = sources
        .file(source)
        .map_or(("", ""), |f| (f.path.as_str(), &*f.text));
    let mut findings: Vec<Diagnostic> = encoding::not_nfc(text, source).into_iter().collect();
    let front = front_matter::read(text, source, &mut findings);
    let parts = segments(text, front.body, source, &mut findings);
    let document = Document {
        source,
        path: path.to_owned(),
        hash: sha256_hex(text),
        meta: front.meta,
        clauses: Vec::new(),
        fences: Vec::new(),
        tables: Vec::new(),
        paragraphs: Vec::new(),
    };
    let mut walk = Walk {
        text,
        document,
        findings,
        inline: Inline::default(),
        sink: Sink::Prose,
        depth: 0,
    };
    for part in parts {
        walk.segment(part);
    }
    walk.finish()
}

/// The options under which documents are read: Markdown with tables.
pub(crate) fn options() -> Options {
    Options::ENABLE_TABLES
}

fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// What the words now being read belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sink {
    Prose,
    Heading,
    Cell,
    /// Code blocks and raw HTML.
    Nothing,
}

/// Words gathered from inline events, on one line.
#[derive(Debug, Default)]
struct Inline {
    text: String,
    start: Option<usize>,
    end: usize,
    broken: bool,
}

impl Inline {
    fn push(&mut self, words: &str, place: Range<usize>) {
        let first = words.chars().next();
        if self.broken {
            // A line break between Chinese characters stands for nothing, between Latin words for a space.
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
            if latin(self.text.chars().next_back()) && latin(first) {
                self.text.push(' ');
            }
            self.broken = false;
        }
        self.text.push_str(words);
        self.start.get_or_insert(place.start);
        self.end = self.end.max(place.end);
    }
}

struct Walk<'a> {
    text: &'a str,
    document: Document,
    findings: Vec<Diagnostic>,
    inline: Inline,
    sink: Sink,
    /// How many lists and quotations are open.
    depth: usize,
}

impl Walk<'_> {
    fn source(&self) -> SourceId {
        self.document.source
    }

    fn here(&self) -> Option<ClauseId> {
        self.document.clauses.last().map(|c| c.id)
    }

    /// Reads a part of the text as Markdown of its own.
    fn segment(&mut self, part: Range<usize>) {
        let text = self.text;
        let base = part.start;
        for (event, range) in Parser::new_ext(&text[part], options()).into_offset_iter() {
            let place = base + range.start..base + range.end;
            match event {
                Event::Start(tag) => self.open(&tag, place),
                Event::End(tag) => self.close(tag, place),
                Event::Text(words) | Event::Code(words) if self.sink != Sink::Nothing => {
                    self.inline.push(&words, place);
                }
                Event::SoftBreak | Event::HardBreak => self.inline.broken = true,
                Event::Rule => self.paragraph(),
                _ => {}
            }
        }
        self.paragraph();
        self.depth = 0;
    }

    fn open(&mut self, tag: &Tag, place: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. } => return,
            Tag::TableRow | Tag::TableHead | Tag::TableCell => {
                self.inline = Inline::default();
                if let (Tag::TableRow, Some(table)) = (tag, self.document.tables.last_mut()) {
                    table.rows.push(Vec::new());
                }
                return;
            }
            _ => self.paragraph(),
        }
        match tag {
            Tag::Paragraph => self.inline.start = Some(place.start),
            Tag::Heading { .. } if self.is_clause(&place) => self.sink = Sink::Heading,
            Tag::BlockQuote(_) | Tag::List(_) => self.depth += 1,
            Tag::HtmlBlock => self.sink = Sink::Nothing,
            Tag::CodeBlock(kind) => {
                self.sink = Sink::Nothing;
                self.code_block(kind, place);
            }
            Tag::Table(_) => {
                self.sink = Sink::Cell;
                let clause = self.here();
                let span = span(self.source(), self.trimmed(place));
                self.document.tables.push(MarkdownTable {
                    clause,
                    span,
                    header: Vec::new(),
                    rows: Vec::new(),
                });
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd, place: Range<usize>) {
        match tag {
            TagEnd::Heading(level) if self.sink == Sink::Heading => self.heading(level as u8, place),
            TagEnd::Heading(_) | TagEnd::Item => self.paragraph(),
            TagEnd::Paragraph => {
                self.inline.end = place.end;
                self.paragraph();
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.paragraph();
                self.depth = self.depth.saturating_sub(1);
            }
            TagEnd::CodeBlock | TagEnd::HtmlBlock | TagEnd::Table => {
                self.inline = Inline::default();
                self.sink = Sink::Prose;
            }
            TagEnd::TableCell => self.cell(place),
            _ => {}
        }
    }

    /// A heading counts when it is written with # at the margin. A line of prose over `---` is a heading to Markdown
    /// only, and a heading in a quotation belongs to the document quoted.
    fn is_clause(&mut self, place: &Range<usize>) -> bool {
        if self.depth > 0 {
            return false;
        }
        let underlined = !self.text[place.clone()].trim_start().starts_with('#');
        if underlined {
            let line = self.trimmed(place.clone());
            self.findings.push(Diagnostic::new(
                &entries::UNDERLINED_HEADING,
                span(self.source(), line),
            ));
        }
        !underlined
    }

    fn heading(&mut self, level: u8, place: Range<usize>) {
        let heading = std::mem::take(&mut self.inline).text.trim().to_owned();
        self.sink = Sink::Prose;
        let source = self.source();
        let id = ClauseId(u32::try_from(self.document.clauses.len()).unwrap_or(u32::MAX));
        let line = span(source, self.trimmed(place.clone()));
        if let Some(previous) = self.document.clauses.last_mut() {
            previous.body.end = line.start.max(previous.body.start);
        }
        self.document.clauses.push(Clause {
            id,
            level,
            heading,
            span: line,
            body: span(source, place.end..self.text.len()),
            parent: None,
            path: String::new(),
        });
    }

    /// Keeps the words gathered so far as a paragraph.
    fn paragraph(&mut self) {
        let Inline { text, start, end, .. } = std::mem::take(&mut self.inline);
        let words = text.trim();
        let Some(start) = start.filter(|start| !words.is_empty() && *start < end) else {
            return;
        };
        let place = self.trimmed(start..end);
        if self.depth == 0 {
            self.unspaced_headings(place.clone());
        }
        let paragraph = Paragraph {
            clause: self.here(),
            text: words.to_owned(),
            span: span(self.source(), place),
        };
        self.document.paragraphs.push(paragraph);
    }

    /// `##第三条` is prose to Markdown, and the rules below it would be cited to the clause before.
    fn unspaced_headings(&mut self, place: Range<usize>) {
        let mut at = place.start;
        for line in self.text[place].split_inclusive('\n') {
            let rest = line.trim_start_matches('#');
            let signs = line.len() - rest.len();
            if (1..=6).contains(&signs) && !rest.starts_with(char::is_whitespace) {
                let words = line.trim_end();
                let finding = Diagnostic::new(
                    &entries::HEADING_WITHOUT_SPACE,
                    span(self.source(), at..at + words.len()),
                )
                .with("found", words)
                .fix(span(self.source(), at + signs..at + signs), " ");
                self.findings.push(finding);
            }
            at += line.len();
        }
    }

    fn cell(&mut self, place: Range<usize>) {
        let Inline { text, start, end, .. } = std::mem::take(&mut self.inline);
        let place = start.map_or(place.start..place.start, |start| self.trimmed(start..end));
        let cell = Cell {
            text: text.trim().to_owned(),
            span: span(self.source(), place),
        };
        if let Some(table) = self.document.tables.last_mut() {
            table.rows.last_mut().unwrap_or(&mut table.header).push(cell);
        }
    }

    fn code_block(&mut self, kind: &CodeBlockKind, place: Range<usize>) {
        let block = &self.text[place.clone()];
        let line_start = self.text[..place.start].rfind('\n').map_or(0, |i| i + 1);
        let indented = self.depth > 0 || line_start < place.start;
        let CodeBlockKind::Fenced(info) = kind else {
            let opens =
                |line: &str| Opening::read(line.trim_start()).is_some_and(|o| Info::read(o.info).is_rules());
            if block.lines().any(opens) {
                self.nested_fence(place);
            }
            return;
        };
        let read = Info::read(info);
        let first_line = span(
            self.source(),
            place.start..place.start + block.lines().next().map_or(0, str::len),
        );
        let keywords = match read {
            Info::Other => return,
            Info::Misspelled(name) => {
                let at = place.start + block.find(name).unwrap_or(0);
                let finding = Diagnostic::new(&entries::MISSPELLED_FENCE, first_line).with("found", name);
                self.findings
                    .push(finding.fix(span(self.source(), at..at + name.len()), "jiufen"));
                return;
            }
            Info::Rules(keywords) => keywords,
            Info::UnknownOption(option) => {
                let finding =
                    Diagnostic::new(&entries::UNKNOWN_FENCE_OPTION, first_line).with("found", option);
                self.findings.push(finding);
                FenceLanguage::Chinese
            }
        };
        if indented {
            self.nested_fence(place);
            return;
        }
        let content = content(block);
        let fence = Fence {
            clause: self.here(),
            keywords,
            span: span(self.source(), self.trimmed(place.clone())),
            content: span(
                self.source(),
                place.start + content.start..place.start + content.end,
            ),
        };
        self.document.fences.push(fence);
    }

    fn nested_fence(&mut self, place: Range<usize>) {
        let end = self.text[place.clone()]
            .find('\n')
            .map_or(place.end, |i| place.start + i);
        let line = self.trimmed(place.start..end);
        self.findings
            .push(Diagnostic::new(&entries::NESTED_FENCE, span(self.source(), line)));
    }

    /// A range without white space at its end.
    fn trimmed(&self, place: Range<usize>) -> Range<usize> {
        place.start..place.start + self.text[place].trim_end().len()
    }

    fn finish(mut self) -> (Document, Vec<Diagnostic>) {
        let title = self.title();
        numbering::assign(&mut self.document.clauses, title);
        self.uncited_fences();
        self.duplicate_clauses();
        self.findings
            .extend(encoding::hidden(self.text, self.source(), &self.document.fences));
        self.findings.sort_by_key(|f| (f.span.start, f.span.end));
        (self.document, self.findings)
    }

    /// The heading that names the document itself. It also gives the title where the front matter gives none.
    fn title(&mut self) -> Option<ClauseId> {
        let first = self.document.clauses.first().filter(|c| c.level == 1)?;
        let bare = |s: &str| -> String {
            s.chars()
                .filter(|c| !c.is_whitespace() && !matches!(c, '《' | '》'))
                .collect()
        };
        match &self.document.meta.title {
            Some(title) => (bare(&title.value) == bare(&first.heading)).then_some(first.id),
            None => {
                let single = self.document.clauses.iter().filter(|c| c.level == 1).count() == 1;
                let names = single && !first.heading.is_empty() && !numbering::is_numbered(&first.heading);
                let title = Text {
                    value: first.heading.clone(),
                    span: first.span,
                };
                let id = first.id;
                if names {
                    self.document.meta.title = Some(title);
                }
                names.then_some(id)
            }
        }
    }

    fn uncited_fences(&mut self) {
        let uncited = self.document.fences.iter().filter(|f| f.clause.is_none());
        self.findings.extend(uncited.map(|f| {
            let first = self.text[f.span.start as usize..f.span.end as usize]
                .lines()
                .next()
                .map_or(0, str::len);
            let place = f.span.start as usize..f.span.start as usize + first;
            Diagnostic::new(&entries::FENCE_WITHOUT_CLAUSE, span(f.span.source, place))
        }));
    }

    fn duplicate_clauses(&mut self) {
        let mut first: HashMap<&str, &Clause> = HashMap::new();
        for clause in self.document.clauses.iter().filter(|c| !c.path.is_empty()) {
            match first.get(clause.path.as_str()) {
                None => {
                    first.insert(&clause.path, clause);
                }
                Some(earlier) => {
                    let finding = Diagnostic::new(&entries::DUPLICATE_CLAUSE, clause.span);
                    self.findings
                        .push(finding.with("path", clause.path.as_str()).related(earlier.span));
                }
            }
        }
    }
}

/// The bytes between the fence lines of a block; to its end when nothing closes it.
fn content(block: &str) -> Range<usize> {
    let start = block.find('\n').map_or(block.len(), |i| i + 1);
    let opening = Opening::read(block[..start].trim_end());
    let inner = block.trim_end_matches(['\n', '\r']);
    let last = inner.rfind('\n').map_or(0, |i| i + 1).max(start);
    let closed = opening
        .zip(inner.get(last..))
        .is_some_and(|(o, line)| o.closed_by(line));
    start..if closed { last } else { block.len() }
}
