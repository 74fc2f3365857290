//! What stands between two words of a line: a space or nothing.

use super::names::printed;
use crate::syntax::{Keywords, SyntaxKind, SyntaxToken};

/// The tokens of a line as they are printed. `begins` says that the first of them is the first of its line.
pub(super) fn joined(tokens: &[SyntaxToken], begins: bool, to: Keywords) -> String {
    let mut out = String::new();
    let mut before: Option<&SyntaxToken> = None;
    for token in tokens {
        if before.is_some_and(|before| is_spaced(before, token)) {
            out.push(' ');
        }
        out.push_str(&printed(token, begins && before.is_none(), to));
        before = Some(token);
    }
    out
}

fn parent(token: &SyntaxToken) -> Option<SyntaxKind> {
    token.parent().map(|node| node.kind())
}

fn is_spaced(before: &SyntaxToken, token: &SyntaxToken) -> bool {
    use SyntaxKind as K;
    match (before.kind(), token.kind()) {
        (_, K::COMMA | K::COLON | K::R_PAREN | K::R_BRACKET | K::R_BRACE | K::DOT) => false,
        (K::L_PAREN | K::L_BRACKET | K::L_BRACE | K::DOT, _) => false,
        (_, K::L_PAREN) => !matches!(parent(token), Some(K::SEGMENT | K::HEADER_CELL)),
        (K::SLASH, _) | (_, K::SLASH) => false,
        (K::MINUS, _) => parent(before) != Some(K::UNARY),
        // `2024年` is a year; a span of 2,024 years keeps its space.
        (K::NUMBER, K::UNIT) => before.text().chars().count() == 4 && token.text().starts_with('年'),
        _ => true,
    }
}
