//! Rows that are not in the table, and what is wrong with them.

use jiufen_diagnostic::catalogue::registry;
use jiufen_diagnostic::{Argument, Diagnostic, Lang, Span, shortened, visible};
use smol_str::SmolStr;

use crate::flaw::Flaw;

/// Faults of one row beyond the first that are kept.
const MOST_FURTHER: usize = 8;
/// Characters of a faulty cell that are quoted.
const MOST_QUOTED: usize = 60;

/// One fault of a row.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The column, by its name in the schema; empty for a fault of the whole row.
    pub column: SmolStr,
    /// What stands there, cut after 60 characters.
    pub found: String,
    /// The code, the sentence and the help, in both languages.
    pub reason: Diagnostic,
}

impl Fault {
    /// A fault of the cell under `column`; the reason comes without the column and the words found there.
    pub fn new(column: &str, found: &str, reason: Diagnostic) -> Self {
        let said = |lang| cut(&shortened(found, lang));
        let said = Argument::term(said(Lang::Zh), said(Lang::En));
        Self {
            column: column.into(),
            found: cut(&visible(found)),
            reason: reason.with("column", column).with("found", said),
        }
    }
}

/// A row that is not in the table.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// The file.
    pub file: SmolStr,
    /// The line its row begins on, from 1.
    pub line: u64,
    /// The column of the first fault; empty for a fault of the whole row.
    pub column: SmolStr,
    /// What stands there, cut after 60 characters.
    pub found: String,
    /// Why the row is rejected.
    pub reason: Diagnostic,
    /// The other faults of the same row, at most eight.
    pub further: Vec<Fault>,
}

impl Rejection {
    /// The kebab-case code of the first fault.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }

    /// Why, in one sentence.
    pub fn message(&self, lang: Lang) -> String {
        self.reason.message(lang)
    }

    /// What to do about it.
    pub fn help(&self, lang: Lang) -> String {
        self.reason.help(lang)
    }
}

impl Rejection {
    /// A row with its faults in the order they were met; `None` where there are none.
    pub fn of(file: &str, line: u64, faults: Vec<Fault>) -> Option<Self> {
        let mut faults = faults.into_iter();
        let first = faults.next()?;
        Some(Self {
            file: file.into(),
            line,
            column: first.column,
            found: first.found,
            reason: first.reason,
            further: faults.take(MOST_FURTHER).collect(),
        })
    }
}

/// The first characters of a text, with … where there are more.
fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The faults of one row, in the order they were met.
pub(crate) struct Faults {
    span: Span,
    pub all: Vec<Fault>,
}

impl Faults {
    pub fn new(span: Span) -> Self {
        Self {
            span,
            all: Vec::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn add(&mut self, column: &str, found: &str, flaw: Flaw) {
        if self.all.len() > MOST_FURTHER {
            return;
        }
        let mut reason = Diagnostic::new(flaw.entry, self.span);
        reason.arguments = flaw.arguments;
        self.all.push(Fault::new(column, found, reason));
    }

    /// A key that is 无 is a missing key, and is said once.
    pub fn drop_absent(&mut self, column: &str) {
        self.all.retain(|fault| {
            fault.column != column || fault.reason.code() != registry::ABSENT_NOT_ALLOWED.code
        });
    }
}
