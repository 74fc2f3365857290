//! Faults of a text, at places counted from the start of its fence.

use jiufen_diagnostic::{Argument, Diagnostic, Entry, Span};
use rowan::{TextRange, TextSize};

/// One fault of a fence's text.
#[derive(Debug, Clone)]
pub struct SyntaxError {
    /// The kind of fault.
    pub entry: &'static Entry,
    /// Where it is.
    pub range: TextRange,
    /// The words its message quotes.
    pub args: Vec<(&'static str, Argument)>,
    /// A second place.
    pub related: Vec<TextRange>,
    /// Replacements that mend it, when one remedy is certain.
    pub fix: Vec<(TextRange, String)>,
}

impl SyntaxError {
    pub(crate) fn new(entry: &'static Entry, range: TextRange) -> Self {
        Self {
            entry,
            range,
            args: Vec::new(),
            related: Vec::new(),
            fix: Vec::new(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    pub(crate) fn fix(mut self, range: TextRange, text: impl Into<String>) -> Self {
        self.fix.push((range, text.into()));
        self
    }

    pub(crate) fn related(mut self, range: TextRange) -> Self {
        self.related.push(range);
        self
    }

    /// The finding in the document whose fence begins at `base`.
    pub fn diagnostic(&self, base: Span) -> Diagnostic {
        let mut found = Diagnostic::new(self.entry, shifted(base, self.range));
        found.arguments = self.args.clone();
        for range in &self.related {
            found = found.related(shifted(base, *range));
        }
        for (range, text) in &self.fix {
            found = found.fix(shifted(base, *range), text.clone());
        }
        found
    }
}

/// The place in a document of a range of its fence, which begins at `base`.
pub fn shifted(base: Span, range: TextRange) -> Span {
    let at = |offset: TextSize| base.start.saturating_add(u32::from(offset));
    Span {
        source: base.source,
        start: at(range.start()),
        end: at(range.end()),
    }
}
