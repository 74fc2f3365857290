//! In: findings about a text, each a catalogue entry with the words it concerns and the place it was found.
//! Out: the same findings as one sentence with a remedy, as text for a terminal or as JSON, in Chinese or English.
//! Guarantees: every finding has a code, a place and a help; both languages come from one catalogue; a fix is a set of edits.
//! Does not know: the language, policies, tables. It knows only texts, places and messages.
//!
//! ```
//! use jiufen_diagnostic::{catalogue::document, Diagnostic, Lang, Sources};
//! let mut sources = Sources::default();
//! let id = sources.add("示例.md", "# 标题\n");
//! let finding = Diagnostic::new(&document::UNCLOSED_FENCE, sources.span(id, 0..1));
//! assert_eq!(finding.code(), "unclosed-fence");
//! assert!(finding.message(Lang::Zh).contains("```"));
//! ```

mod capped;
pub mod catalogue;
mod render;
mod source;
mod words;
mod wrap;

pub use capped::capped;
pub use render::{Style, render_json, render_text};
pub use source::{Place, SourceFile, SourceId, Sources, Span};
pub use words::{is_hidden, shortened, visible};
pub use wrap::wrap;

/// The language a person reads messages in. Chinese is the default of the whole system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese (zh-CN).
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Picks the text of this language out of a (Chinese, English) pair.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }
}

/// How grave a finding is. Only errors stop a program from running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The text cannot be given a meaning, or would be given a wrong one.
    Error,
    /// The text has a meaning; a person should look at it.
    Warning,
    /// Something to know, such as an unverified figure that stays empty.
    Note,
}

impl Severity {
    /// As programs read it: `error`, `warning`, `note`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }

    /// As people read it: `错误`, `提醒`, `说明`.
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (_, Lang::En) => self.word(),
            (Severity::Error, Lang::Zh) => "错误",
            (Severity::Warning, Lang::Zh) => "提醒",
            (Severity::Note, Lang::Zh) => "说明",
        }
    }
}

/// What a message says in one language. `{name}` stands for the argument of that name.
#[derive(Debug, Clone, Copy)]
pub struct Wording {
    /// One sentence: what was found and what was expected.
    pub message: &'static str,
    /// What to do next.
    pub help: &'static str,
    /// The words at a second place (the other clause, the first declaration); empty where there is none.
    pub related: &'static str,
}

/// One kind of finding: its kebab-case code, gravity and words.
#[derive(Debug)]
pub struct Entry {
    /// Kebab-case; the page `docs/language/diagnostics/<code>.md` explains it.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Chinese words.
    pub zh: Wording,
    /// English words.
    pub en: Wording,
}

/// The value of an argument, in both languages where they differ.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Argument {
    zh: String,
    en: String,
}

impl Argument {
    /// An argument that reads differently in the two languages, such as the name of a type.
    pub fn term(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// The words in one language.
    pub fn words(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

impl<T: Into<String>> From<T> for Argument {
    fn from(text: T) -> Self {
        let zh = text.into();
        Self { en: zh.clone(), zh }
    }
}

/// One replacement in a source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

/// One finding at one place.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The kind of finding.
    pub entry: &'static Entry,
    /// Where it was found.
    pub span: Span,
    /// The words it concerns, by the name used in the catalogue.
    pub arguments: Vec<(&'static str, Argument)>,
    /// A second place, explained by the catalogue's `related` words.
    pub related: Vec<Span>,
    /// The clause it stands in, as a person cites it.
    pub clause: Option<String>,
    /// Edits that mend it, when one remedy is certain enough to offer.
    pub fix: Vec<Edit>,
}

impl Diagnostic {
    /// A finding of kind `entry` at `span`.
    pub fn new(entry: &'static Entry, span: Span) -> Self {
        Self {
            entry,
            span,
            arguments: Vec::new(),
            related: Vec::new(),
            clause: None,
            fix: Vec::new(),
        }
    }

    /// Names one of the words the message quotes.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn related(mut self, span: Span) -> Self {
        self.related.push(span);
        self
    }

    /// Adds one edit of the remedy.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix.push(Edit {
            span,
            text: text.into(),
        });
        self
    }

    /// Says in which clause the finding stands.
    #[must_use]
    pub fn in_clause(mut self, clause: impl Into<String>) -> Self {
        self.clause = Some(clause.into());
        self
    }

    /// The kebab-case code.
    pub fn code(&self) -> &'static str {
        self.entry.code
    }

    /// How grave it is.
    pub fn severity(&self) -> Severity {
        self.entry.severity
    }

    /// One of the words the message quotes, by the name used in the catalogue.
    pub fn argument(&self, name: &str, lang: Lang) -> Option<&str> {
        let (_, value) = self.arguments.iter().find(|(n, _)| *n == name)?;
        Some(value.words(lang))
    }

    /// The sentence that says what was found and expected.
    pub fn message(&self, lang: Lang) -> String {
        self.fill(self.wording(lang).message, lang)
    }

    /// What to do next.
    pub fn help(&self, lang: Lang) -> String {
        self.fill(self.wording(lang).help, lang)
    }

    /// The message with … for every argument that is not among `shown`: it may be shown where they may not.
    pub fn message_of(&self, shown: &[&str], lang: Lang) -> String {
        let mut told = self.clone();
        for (name, argument) in &mut told.arguments {
            if !shown.contains(&&**name) {
                *argument = "…".into();
            }
        }
        told.message(lang)
    }

    /// The words at the second place.
    pub fn related_words(&self, lang: Lang) -> String {
        self.fill(self.wording(lang).related, lang)
    }

    fn wording(&self, lang: Lang) -> &Wording {
        match lang {
            Lang::Zh => &self.entry.zh,
            Lang::En => &self.entry.en,
        }
    }

    fn fill(&self, template: &str, lang: Lang) -> String {
        // One pass, so that braces inside a user's words are never taken for a slot.
        let mut out = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some(open) = rest.find('{') {
            let (before, from_brace) = rest.split_at(open);
            out.push_str(before);
            let Some(close) = from_brace.find('}') else {
                out.push_str(from_brace);
                return out;
            };
            let name = &from_brace[1..close];
            match self.argument(name, lang) {
                Some(value) => out.push_str(&shortened(value, lang)),
                None => out.push_str(&from_brace[..=close]),
            }
            rest = &from_brace[close + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// Whether any finding is an error.
pub fn has_errors(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|d| d.severity() == Severity::Error)
}

/// Applies the edits of `fix` to `text`; edits that overlap an earlier one are left out.
///
/// All edits must belong to the text's own source. Offsets are bytes.
pub fn apply_edits(text: &str, fix: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = fix.iter().collect();
    edits.sort_by_key(|e| (e.span.start, e.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0usize;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if start < at || end > text.len() {
            continue;
        }
        out.push_str(&text[at..start]);
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// The candidate nearest to `word`, when one is near enough to be worth offering.
///
/// Distance is Levenshtein over characters; near enough is at most a third of the longer word, at least one.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.chars().collect();
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let chars: Vec<char> = candidate.chars().collect();
            let allowed = (wanted.len().max(chars.len()) / 3).max(1);
            let distance = edit_distance(&wanted, &chars);
            (distance <= allowed && distance < wanted.len().max(1)).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut previous: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut current = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let substitution = previous[j] + usize::from(x != y);
            current.push(substitution.min(previous[j + 1] + 1).min(current[j] + 1));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or(0)
}
