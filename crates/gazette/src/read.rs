//! Lines to an issue: which heading is a title, what belongs to whom, and which breaks are mended.

use jiufen_diagnostic::Entry;
use jiufen_diagnostic::catalogue::gazette as entries;

use crate::issue::{Article, EditorsNote, Finding, Issue, Join, Lines, Passage, Section};
use crate::line::{Kind, Line, can_be_title, ends_sentence, is_subtitle, lines, names_issue};

/// How many lines without `#` one title may have.
const TITLE_LINES: usize = 4;

/// How many headings one after the other can be one unsigned title; it also bounds the work on a text of headings only.
const TITLE_HEADINGS: usize = 8;

/// How many characters a join shows on either side of the break.
const JOIN_CHARS: usize = 8;

/// Reads the text of one issue. Lines count from 1 and end in LF, CRLF or CR; a byte order mark is skipped.
pub fn read_issue(text: &str) -> Issue {
    let lines = lines(text);
    let mut reader = Reader {
        titles: titles(&lines),
        issue: Issue::default(),
        place: Place::Outside,
        open: false,
    };
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += reader.take(line, &lines[at..], at);
    }
    reader.finish()
}

fn passage(lines: &[Line]) -> Passage {
    let text = lines
        .iter()
        .map(|l| l.text.as_str())
        .collect::<Vec<_>>()
        .join(" ");
    let number = |line: Option<&Line>| line.map_or(1, |l| l.number);
    Passage {
        text,
        lines: Lines {
            first: number(lines.first()),
            last: number(lines.last()),
        },
    }
}

/// For each line that begins the title of a signed article, how many lines the title has; else 0.
fn titles(lines: &[Line]) -> Vec<usize> {
    let mut counts = vec![0; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        if !matches!(line.kind, Kind::Signature { .. }) {
            continue;
        }
        let before = &lines[..at];
        let headings = before
            .iter()
            .rev()
            .take_while(|l| matches!(l.kind, Kind::Heading(_)))
            .count();
        let count = match headings {
            0 => before
                .iter()
                .rev()
                .take(TITLE_LINES)
                .take_while(|l| can_be_title(l))
                .count(),
            n => n - usize::from(opens_with_name(before, at - n)),
        };
        if count > 0 {
            counts[at - count] = count;
        }
    }
    counts
}

/// Whether the heading at `first` names the issue and not the article below it: it opens the text and stands above a
/// heading of lesser depth, or gives the number of the issue.
fn opens_with_name(headings: &[Line], first: usize) -> bool {
    let [name, next, ..] = &headings[first..] else {
        return false;
    };
    let (Kind::Heading(outer), Kind::Heading(inner)) = (&name.kind, &next.kind) else {
        return false;
    };
    first == 0 && (names_issue(&name.text) || (outer < inner && !is_subtitle(&next.text)))
}

/// Where the next paragraph belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Article,
    Note,
}

struct Reader {
    /// See [`titles`].
    titles: Vec<usize>,
    issue: Issue,
    place: Place,
    /// Whether the line before was the last of a paragraph that this line could continue.
    open: bool,
}

impl Reader {
    /// Takes the first of `rest`, which is the line `at`, and says how many lines that took.
    fn take(&mut self, line: &Line, rest: &[Line], at: usize) -> usize {
        if line.kind == Kind::PageNumber {
            return 1;
        }
        let continues = std::mem::take(&mut self.open);
        let title = self.titles.get(at).copied().unwrap_or(0);
        if title > 0 {
            // INVARIANT: a counted title is followed by the signature that counted it.
            self.article(passage(&rest[..title]), rest.get(title));
            return title + 1;
        }
        match &line.kind {
            Kind::Signature { .. } => self.article(Passage::default(), Some(line)),
            Kind::Heading(level) => return self.heading(*level, rest),
            Kind::Numbered(number) => self.numbered(number, line),
            Kind::Note(after) => self.note(line, after),
            Kind::Motto => merge(&mut self.issue.motto, passage(&rest[..1])),
            Kind::Host => merge(&mut self.issue.host, passage(&rest[..1])),
            Kind::Name if self.issue.articles.is_empty() => merge(&mut self.issue.name, passage(&rest[..1])),
            Kind::Address(mail) => {
                let found = Passage {
                    text: mail.clone(),
                    ..passage(&rest[..1])
                };
                merge(&mut self.issue.address, found);
            }
            Kind::Prose { numbered } => self.prose(line, continues && !numbered),
            Kind::Name | Kind::PageNumber => self.prose(line, continues),
        }
        1
    }

    fn find(&mut self, entry: &'static Entry, passage: Passage) {
        self.issue.findings.push(Finding { entry, passage });
    }

    fn article(&mut self, title: Passage, signature: Option<&Line>) {
        let (bureau, author) = match signature.map(|l| &l.kind) {
            Some(Kind::Signature { bureau, author }) => (bureau.clone(), author.clone()),
            _ => (String::new(), String::new()),
        };
        let signed = signature.map(|line| passage(std::slice::from_ref(line)));
        match &signed {
            None => self.find(&entries::ARTICLE_WITHOUT_AUTHOR, title.clone()),
            Some(signed) if title.text.is_empty() => {
                self.find(&entries::ARTICLE_WITHOUT_TITLE, signed.clone());
            }
            Some(_) => {}
        }
        let signature = signed.map_or(title.lines, |s| s.lines);
        let title = if title.text.is_empty() {
            Passage {
                lines: signature,
                ..title
            }
        } else {
            title
        };
        self.issue.articles.push(Article {
            title,
            bureau,
            author,
            signature,
            sections: Vec::new(),
        });
        self.place = Place::Article;
    }

    /// A heading that no signature follows: the name of the issue, an article nobody signs, or a part of an article.
    fn heading(&mut self, level: usize, rest: &[Line]) -> usize {
        let alike = rest
            .iter()
            .take(TITLE_HEADINGS)
            .take_while(|l| l.kind == Kind::Heading(level))
            .count();
        let names =
            self.place == Place::Outside && self.issue.articles.is_empty() && self.issue.name.is_none();
        let heads_article =
            matches!(rest.get(alike).map(|l| &l.kind), Some(Kind::Heading(next)) if *next > level);
        if names && (names_issue(&rest[0].text) || heads_article) {
            self.issue.name = Some(passage(&rest[..1]));
            return 1;
        }
        if level > 1 && self.place != Place::Outside && !self.numbering_restarts(&rest[alike..]) {
            self.section(None, passage(&rest[..1]));
            return 1;
        }
        self.article(passage(&rest[..alike]), None);
        alike
    }

    /// Whether 一 comes again after this article has had numbers: then another article has begun.
    fn numbering_restarts(&self, rest: &[Line]) -> bool {
        let next = rest.iter().find_map(|l| match &l.kind {
            Kind::Numbered(number) => Some(number == "一"),
            Kind::Heading(_) | Kind::Note(_) | Kind::Signature { .. } => Some(false),
            _ => None,
        });
        // The sections are looked through only where it matters: a text can hold very many headings.
        let article = self.issue.articles.last();
        next == Some(true) && article.is_some_and(|a| a.sections.iter().any(|s| s.number.is_some()))
    }

    fn numbered(&mut self, number: &str, line: &Line) {
        self.section(Some(number.to_owned()), passage(std::slice::from_ref(line)));
    }

    fn section(&mut self, number: Option<String>, heading: Passage) {
        match (self.place, self.issue.articles.last_mut()) {
            (Place::Article, Some(article)) => {
                article.sections.push(Section {
                    heading: Some(heading),
                    number,
                    paragraphs: Vec::new(),
                });
            }
            _ => self.paragraph(heading),
        }
    }

    fn note(&mut self, line: &Line, after: &str) {
        let whole = passage(std::slice::from_ref(line));
        self.place = Place::Note;
        if self.issue.editors_note.is_some() {
            self.paragraph(whole);
            return;
        }
        let name = line.text.split([':', '\u{ff1a}']).next().unwrap_or(&line.text);
        let name = name.trim_matches(['【', '】', '[', ']']).trim().to_owned();
        let heading = Passage {
            text: name,
            lines: whole.lines,
        };
        self.issue.editors_note = Some(EditorsNote {
            heading,
            paragraphs: Vec::new(),
        });
        if !after.is_empty() {
            self.paragraph(Passage {
                text: after.to_owned(),
                lines: whole.lines,
            });
            self.open = true;
        }
    }

    fn prose(&mut self, line: &Line, continues: bool) {
        self.open = true;
        let number = line.number;
        let broken = self.paragraphs().and_then(|p| p.last_mut());
        match broken.filter(|last| continues && !ends_sentence(&last.text)) {
            Some(last) => {
                let join = Join {
                    line: last.lines.last,
                    before: last_chars(&last.text),
                    after: line.text.chars().take(JOIN_CHARS).collect(),
                };
                let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                if latin(last.text.chars().next_back()) && latin(line.text.chars().next()) {
                    last.text.push(' ');
                }
                last.text.push_str(&line.text);
                last.lines.last = number;
                self.issue.joins.push(join);
            }
            None => self.paragraph(passage(std::slice::from_ref(line))),
        }
    }

    fn paragraph(&mut self, passage: Passage) {
        match self.paragraphs() {
            Some(paragraphs) => paragraphs.push(passage),
            None => self.find(&entries::TEXT_OUTSIDE_ARTICLE, passage),
        }
    }

    /// The paragraphs to which the next one belongs; `None` outside of every article and note.
    fn paragraphs(&mut self) -> Option<&mut Vec<Passage>> {
        match self.place {
            Place::Outside => None,
            Place::Note => self.issue.editors_note.as_mut().map(|n| &mut n.paragraphs),
            Place::Article => {
                let sections = &mut self.issue.articles.last_mut()?.sections;
                if sections.is_empty() {
                    sections.push(Section {
                        heading: None,
                        number: None,
                        paragraphs: Vec::new(),
                    });
                }
                sections.last_mut().map(|s| &mut s.paragraphs)
            }
        }
    }

    fn finish(mut self) -> Issue {
        let bare = |a: &&Article| a.sections.iter().all(|s| s.paragraphs.is_empty());
        let empty: Vec<Passage> = self
            .issue
            .articles
            .iter()
            .filter(bare)
            .map(|a| a.title.clone())
            .collect();
        for title in empty {
            self.find(&entries::ARTICLE_WITHOUT_TEXT, title);
        }
        if self.issue.articles.is_empty() {
            let lines = Lines { first: 1, last: 1 };
            self.find(
                &entries::ISSUE_WITHOUT_ARTICLE,
                Passage {
                    text: String::new(),
                    lines,
                },
            );
        }
        self.issue.findings.sort_by_key(|f| f.passage.lines.first);
        self.issue
    }
}

/// A second line of the same part of the masthead is added to the first.
fn merge(part: &mut Option<Passage>, more: Passage) {
    match part {
        None => *part = Some(more),
        Some(part) => {
            part.text.push(' ');
            part.text.push_str(&more.text);
            part.lines.last = more.lines.last;
        }
    }
}

fn last_chars(text: &str) -> String {
    let start = text
        .char_indices()
        .rev()
        .take(JOIN_CHARS)
        .last()
        .map_or(0, |(i, _)| i);
    text[start..].to_owned()
}
