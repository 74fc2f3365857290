//! What is wrong with a cell, before it is known where the cell stands.

use jiufen_diagnostic::{Argument, Entry};

/// The kind of fault and the words it needs beyond column and cell.
#[derive(Debug, Clone)]
pub(crate) struct Flaw {
    pub entry: &'static Entry,
    pub arguments: Vec<(&'static str, Argument)>,
}

impl Flaw {
    pub fn new(entry: &'static Entry) -> Self {
        Self {
            entry,
            arguments: Vec::new(),
        }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    /// Names the exact words to write instead.
    pub fn write(self, words: &str) -> Self {
        self.with(
            "proposal",
            Argument::term(format!("写成 {words}"), format!("write `{words}`")),
        )
    }
}
