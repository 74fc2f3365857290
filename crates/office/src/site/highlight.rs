//! Rule blocks for reading: words of the language told apart, names linked to what they name.

use jiufen_diagnostic::Span;
use jiufen_document::{Fence, FenceLanguage};
use jiufen_language::syntax::{self, Keywords, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::Site;
use super::markup::Markup;
use super::page::Page;

/// One block of a fence.
pub(super) struct BlockView {
    /// What it is; `ROOT` for what stands outside every block.
    pub kind: SyntaxKind,
    /// Its place in the text of its document.
    pub span: Span,
    /// It, for reading.
    pub markup: Markup,
}

/// The tree of a fence.
pub(super) fn tree(site: &Site, fence: &Fence) -> SyntaxNode {
    let keywords = match fence.keywords {
        FenceLanguage::Chinese => Keywords::Chinese,
        FenceLanguage::English => Keywords::English,
    };
    syntax::parse(site.input.pack.sources.text(fence.content), keywords).syntax()
}

/// The blocks of a fence in order of the text. A comment belongs to the block after it.
pub(super) fn blocks(site: &Site, page: &Page, fence: &Fence) -> Vec<BlockView> {
    let mut out = Vec::new();
    let mut waiting: Vec<SyntaxToken> = Vec::new();
    let place = |start: u32, end: u32| Span {
        source: fence.content.source,
        start: fence.content.start + start,
        end: fence.content.start + end,
    };
    for element in tree(site, fence).children_with_tokens() {
        match element {
            SyntaxElement::Token(token) => waiting.push(token),
            SyntaxElement::Node(node) => {
                let mut tokens = std::mem::take(&mut waiting);
                let blank = tokens.iter().take_while(|t| t.text().trim().is_empty()).count();
                tokens.drain(..blank);
                tokens.extend(
                    node.descendants_with_tokens()
                        .filter_map(SyntaxElement::into_token),
                );
                let range = node.text_range();
                out.push(BlockView {
                    kind: node.kind(),
                    span: place(range.start().into(), range.end().into()),
                    markup: highlighted(site, page, &tokens),
                });
            }
        }
    }
    if waiting.iter().any(|t| !t.text().trim().is_empty()) {
        let markup = highlighted(site, page, &waiting);
        let start = waiting.first().map_or(0, |t| t.text_range().start().into());
        let end = waiting.last().map_or(0, |t| t.text_range().end().into());
        out.push(BlockView {
            kind: SyntaxKind::ROOT,
            span: place(start, end),
            markup,
        });
    }
    out
}

/// The tokens of a node, for reading.
pub(super) fn node(site: &Site, page: &Page, node: &SyntaxNode) -> Markup {
    let tokens: Vec<SyntaxToken> = node
        .descendants_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .collect();
    highlighted(site, page, &tokens)
}

fn highlighted(site: &Site, page: &Page, tokens: &[SyntaxToken]) -> Markup {
    let end = tokens
        .iter()
        .rposition(|t| !t.text().trim().is_empty())
        .map_or(0, |at| at + 1);
    let mut out = Markup::new();
    for token in &tokens[..end] {
        match (class(token.kind()), target(site, token)) {
            (_, Some(target)) => out.link(&page.to(target), token.text()),
            (Some(class), None) => out.classed("span", class, token.text()),
            (None, None) => out.text(token.text()),
        };
    }
    out
}

/// The page of the rule, verdict or parameter that a name names, unless it is the one being declared.
fn target<'s>(site: &'s Site, token: &SyntaxToken) -> Option<&'s str> {
    if !matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::QUOTED) {
        return None;
    }
    let name = token
        .text()
        .trim_start_matches(['「', '【'])
        .trim_end_matches(['」', '】']);
    site.names.word(name)
}

fn class(kind: SyntaxKind) -> Option<&'static str> {
    match kind {
        SyntaxKind::BLOCK_WORD => Some("b"),
        SyntaxKind::LINE_WORD => Some("l"),
        SyntaxKind::RESERVED_WORD | SyntaxKind::OPTION_WORD | SyntaxKind::FUNCTION_WORD => Some("k"),
        SyntaxKind::NUMBER
        | SyntaxKind::UNIT
        | SyntaxKind::YEAR
        | SyntaxKind::DATE
        | SyntaxKind::PERIOD_WORD => Some("v"),
        SyntaxKind::STRING => Some("s"),
        SyntaxKind::COMMENT => Some("c"),
        SyntaxKind::UNEXPECTED => Some("u"),
        _ => None,
    }
}
