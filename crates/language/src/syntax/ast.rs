//! Typed views of the tree. Every accessor gives `None` where the text is broken; nothing is stored twice.
//!
//! A view is a node with a shape; `range()` is its place in the fence. The range of a node begins at its first
//! word and ends at its last one.

mod blocks;
mod cases;
mod expressions;
mod lines;

pub use blocks::{
    Account, Amend, Block, Case, Define, Enum, Event, Except, Grant, Group, Param, Post, Rank, Root, Subject,
    Table, Target, UnknownBlock, Verdict,
};
pub use cases::{Cell, CellShape, Fact, HeaderCell, HeaderRow, Outcome, OutcomeShape, Qualifier, Row, Rows};
pub use expressions::{
    Arg, Binary, BinaryOp, Call, Compare, Comparison, Expr, In, Interval, List, ListItem, ListKind, Literal,
    LiteralKind, Logic, LogicKind, Member, Not, Paren, Path, Period, PeriodKind, Segment, SegmentKind, Set,
    Unary,
};
pub use lines::{
    Alias, AmountLine, Arm, AsOfLine, AtMostLine, AttachLine, BasisLine, BeforeLine, CapLine, CasesLine,
    CiteLine, ContinuesLine, CountingLine, CreditLine, DateLine, DebitLine, DeliveryLine, EachLine,
    ExpectLine, FieldLine, FromLine, FundLine, GivenLine, GroupLine, IfMissing, KeyLine, Line,
    LoadedFromLine, ModeLine, Note, OrderLine, OverLine, PaceLine, PayToLine, QuotaLine, RepealLine,
    ResultLine, SpanningLine, StagesLine, TierLine, ToChoose, Type, TypePiece, UnknownLine, ValueLine,
    VetoLine, WeightLine, WhenLine, WithinLine, YearLine,
};

use std::borrow::Cow;

use rowan::TextRange;
use smol_str::SmolStr;

use super::keywords::{Function, OptionWord, ReservedWord};
use super::{SyntaxKind, SyntaxNode, SyntaxToken, text};

/// A typed view of a node.
pub trait AstNode: Sized {
    /// The view of `node`, if it has this shape.
    fn cast(node: SyntaxNode) -> Option<Self>;
    /// The node.
    fn syntax(&self) -> &SyntaxNode;
    /// Its place in the fence, in bytes.
    fn range(&self) -> TextRange {
        self.syntax().text_range()
    }
}

/// Declares one view per kind of node.
macro_rules! nodes {
    ($($(#[$meta:meta])* $name:ident = $kind:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub struct $name(SyntaxNode);

        impl $crate::syntax::ast::AstNode for $name {
            fn cast(node: SyntaxNode) -> Option<Self> {
                (node.kind() == SyntaxKind::$kind).then_some(Self(node))
            }
            fn syntax(&self) -> &SyntaxNode {
                &self.0
            }
        }
    )*};
}
use nodes;

/// Declares an enum over views, one variant per view.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($variant:ident($view:ident),)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("[`", stringify!($view), "`]")] $variant($view),)*
        }

        impl $crate::syntax::ast::AstNode for $name {
            fn cast(node: SyntaxNode) -> Option<Self> {
                $(if let Some(view) = $view::cast(node.clone()) {
                    return Some($name::$variant(view));
                })*
                None
            }
            fn syntax(&self) -> &SyntaxNode {
                match self { $($name::$variant(view) => view.syntax(),)* }
            }
        }
    };
}
use choice;

nodes! {
    /// A name, with or without 「」.
    Name = NAME;
}

impl Name {
    /// The name itself: without 「」, full-width letters mapped to ASCII outside 「」.
    pub fn text(&self) -> SmolStr {
        first_token(&self.0).map_or_else(SmolStr::default, |token| name_text(&token))
    }

    /// Whether it stands in 「」.
    pub fn is_quoted(&self) -> bool {
        first_token(&self.0).is_some_and(|token| token.kind() == SyntaxKind::QUOTED)
    }

    /// The function of the prelude it names: an unquoted name before a bracket.
    pub fn function(&self) -> Option<Function> {
        let token = first_token(&self.0)?;
        if token.kind() != SyntaxKind::FUNCTION_WORD {
            return None;
        }
        Function::lookup(&text::folded(token.text()))
    }
}

fn name_text(token: &SyntaxToken) -> SmolStr {
    match token.kind() {
        SyntaxKind::QUOTED => SmolStr::new(text::unquoted(token.text())),
        _ => smol(text::folded(token.text())),
    }
}

fn smol(text: Cow<'_, str>) -> SmolStr {
    SmolStr::new(text)
}

/// The tokens of a node itself (not of its children) that carry meaning.
fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
        .filter(|t| !t.kind().is_trivia())
}

fn first_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    tokens(node).next()
}

fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    tokens(node).find(|t| t.kind() == kind)
}

fn child<N: AstNode>(node: &SyntaxNode) -> Option<N> {
    node.children().find_map(N::cast)
}

fn children<N: AstNode>(node: &SyntaxNode) -> impl Iterator<Item = N> + use<N> {
    node.children().filter_map(N::cast)
}

fn nth<N: AstNode>(node: &SyntaxNode, index: usize) -> Option<N> {
    node.children().filter_map(N::cast).nth(index)
}

fn option_word(node: &SyntaxNode) -> Option<OptionWord> {
    tokens(node)
        .find(|t| t.kind() == SyntaxKind::OPTION_WORD)
        .and_then(|t| option_of(&t))
}

fn option_of(token: &SyntaxToken) -> Option<OptionWord> {
    OptionWord::lookup(&text::folded(token.text()))
}

fn has_option(node: &SyntaxNode, word: OptionWord) -> bool {
    tokens(node).any(|t| t.kind() == SyntaxKind::OPTION_WORD && option_of(&t) == Some(word))
}

fn reserved_of(token: &SyntaxToken) -> Option<ReservedWord> {
    if token.kind() != SyntaxKind::RESERVED_WORD {
        return None;
    }
    ReservedWord::lookup(&text::folded(token.text()))
}

fn has_reserved(node: &SyntaxNode, word: ReservedWord) -> bool {
    tokens(node).any(|t| reserved_of(&t) == Some(word))
}

/// The first child of kind `N` that stands after the mark or word `found` accepts.
fn after<N: AstNode>(node: &SyntaxNode, mut found: impl FnMut(&SyntaxToken) -> bool) -> Option<N> {
    let mut seen = false;
    for element in node.children_with_tokens() {
        match element {
            rowan::NodeOrToken::Token(token) => seen |= found(&token),
            rowan::NodeOrToken::Node(node) if seen => {
                if let Some(view) = N::cast(node) {
                    return Some(view);
                }
            }
            rowan::NodeOrToken::Node(_) => {}
        }
    }
    None
}

fn strings(node: &SyntaxNode) -> impl Iterator<Item = SmolStr> + use<> {
    tokens(node)
        .filter(|t| t.kind() == SyntaxKind::STRING)
        .map(|t| SmolStr::new(text::unquoted(t.text())))
}

fn date_token(node: &SyntaxNode) -> Option<SmolStr> {
    token(node, SyntaxKind::DATE).map(|t| smol(text::folded(t.text())))
}
