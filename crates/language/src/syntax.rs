//! From text to tree: one lossless tree per fence, with typed views.
//!
//! `text ─► lines of tokens ─► tree`. A token never depends on a name; a line recovers by itself.

pub mod ast;
mod error;
pub mod keywords;
pub mod kind;
mod layout;
mod lexer;
mod parser;
pub(crate) mod text;

pub use error::{SyntaxError, shifted};
pub use keywords::Keywords;
pub use kind::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};
pub(crate) use lexer::is_plain_name;
pub(crate) use parser::is_ceiling;

use jiufen_diagnostic::{Diagnostic, Span};
use rowan::GreenNode;

/// A fence's tree and the faults of its text.
#[derive(Debug, Clone)]
pub struct Parse {
    green: GreenNode,
    keywords: Keywords,
    errors: Vec<SyntaxError>,
}

/// Reads the text of one fence. The tree's text is `text`, whatever its faults.
pub fn parse(text: &str, keywords: Keywords) -> Parse {
    let (green, errors) = parser::tree(text, keywords);
    Parse {
        green,
        keywords,
        errors,
    }
}

impl Parse {
    /// The typed view of the whole fence.
    pub fn root(&self) -> ast::Root {
        ast::Root::of(self.syntax())
    }

    /// The tree.
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The tree without parents, cheap to keep and to send between threads.
    pub fn green(&self) -> &GreenNode {
        &self.green
    }

    /// The language of the fence's keywords.
    pub fn keywords(&self) -> Keywords {
        self.keywords
    }

    /// The faults in the order of the text, at places counted from the start of the fence.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The faults as findings of the document whose fence begins at `base`.
    pub fn diagnostics(&self, base: Span) -> Vec<Diagnostic> {
        self.errors.iter().map(|error| error.diagnostic(base)).collect()
    }
}
