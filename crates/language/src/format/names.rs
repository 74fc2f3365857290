//! Single tokens in their canonical spelling.

use crate::syntax::keywords::{BlockWord, Function, LineWord, OptionWord, ReservedWord};
use crate::syntax::{Keywords, SyntaxKind, SyntaxToken, is_ceiling, is_plain_name, text};

/// The token as it is printed with the keywords of `to`. `begins` says that it is the first of its line.
pub(super) fn printed(token: &SyntaxToken, begins: bool, to: Keywords) -> String {
    let words = text::folded(token.text());
    let known = match token.kind() {
        SyntaxKind::IDENT | SyntaxKind::QUOTED => return name(token, begins, to),
        SyntaxKind::STRING | SyntaxKind::TEXT => return token.text().to_string(),
        SyntaxKind::NUMBER => return words.replace(',', ""),
        SyntaxKind::PERIOD_WORD => return period(&words, to),
        SyntaxKind::BLOCK_WORD => BlockWord::lookup(&words).map(|w| w.text(to)),
        SyntaxKind::LINE_WORD => LineWord::lookup(&words).map(|w| w.text(to)),
        SyntaxKind::RESERVED_WORD => ReservedWord::lookup(&words).map(|w| w.text(to)),
        SyntaxKind::OPTION_WORD => OptionWord::lookup(&words).map(|w| w.text(to)),
        SyntaxKind::FUNCTION_WORD => Function::lookup(&words).map(|w| w.text(to)),
        kind => mark(kind),
    };
    known.map_or_else(|| words.into_owned(), str::to_string)
}

fn mark(kind: SyntaxKind) -> Option<&'static str> {
    Some(match kind {
        SyntaxKind::COMMA => ",",
        SyntaxKind::MINUS => "-",
        SyntaxKind::TIMES => "×",
        SyntaxKind::DIVIDE => "÷",
        SyntaxKind::EQ => "=",
        SyntaxKind::NE => "≠",
        SyntaxKind::GE => "≥",
        SyntaxKind::LE => "≤",
        _ => return None,
    })
}

fn period(words: &str, to: Keywords) -> String {
    match (text::recent_years(words), to) {
        (Some(years), Keywords::Chinese) => format!("近{years}年"),
        (Some(years), Keywords::English) => format!("recent_{years}_years"),
        (None, _) => words.to_string(),
    }
}

/// A name stands in 「」 exactly when it would be read as something else without them.
fn name(token: &SyntaxToken, begins: bool, to: Keywords) -> String {
    let quoted = token.kind() == SyntaxKind::QUOTED;
    let name = if quoted {
        text::unquoted(token.text()).into()
    } else {
        text::folded(token.text())
    };
    if !needs_quotes(token, &name, begins, to) {
        return name.into_owned();
    }
    // A name that holds 」 can only stand in 【】.
    if name.contains('」') {
        format!("【{name}】")
    } else {
        format!("「{name}」")
    }
}

fn needs_quotes(token: &SyntaxToken, name: &str, begins: bool, to: Keywords) -> bool {
    !is_plain_name(name)
        || ReservedWord::parse(name, to).is_some_and(|word| !(word.is_part() && is_target_part(token)))
        || (is_called(token) && Function::lookup(name).is_some())
        || (begins && LineWord::parse(name, to).is_some() && next_kind(token) != Some(SyntaxKind::COLON))
        || (OptionWord::parse(name, to).is_some() && might_be_option(token))
        || (is_ceiling(name) && in_amount(token))
}

fn next_kind(token: &SyntaxToken) -> Option<SyntaxKind> {
    std::iter::successors(token.next_token(), SyntaxToken::next_token)
        .map(|t| t.kind())
        .find(|k| !k.is_trivia())
}

fn is_called(token: &SyntaxToken) -> bool {
    let segment = token.parent().and_then(|name| name.parent());
    segment.is_some_and(|node| node.kind() == SyntaxKind::SEGMENT)
        && next_kind(token) == Some(SyntaxKind::L_PAREN)
}

/// Whether the name is a part behind the dot of what an exception or an amendment changes.
fn is_target_part(token: &SyntaxToken) -> bool {
    let segment = token.parent().and_then(|name| name.parent());
    let Some(segment) = segment.filter(|node| node.kind() == SyntaxKind::SEGMENT) else {
        return false;
    };
    let block = segment.parent().and_then(|path| path.parent());
    segment.prev_sibling().is_some()
        && block.is_some_and(|node| matches!(node.kind(), SyntaxKind::EXCEPT | SyntaxKind::AMEND))
}

/// Whether an option could stand where this name stands.
fn might_be_option(token: &SyntaxToken) -> bool {
    let Some(node) = token.parent() else { return false };
    if node.kind() == SyntaxKind::TYPE {
        return true;
    }
    let holder = node.ancestors().find(|n| {
        !matches!(
            n.kind(),
            SyntaxKind::NAME | SyntaxKind::SEGMENT | SyntaxKind::PATH | SyntaxKind::BINARY
        )
    });
    holder.is_some_and(|n| {
        matches!(
            n.kind(),
            SyntaxKind::BASIS_LINE
                | SyntaxKind::WHEN_LINE
                | SyntaxKind::LIST_ITEM
                | SyntaxKind::OUTCOME
                | SyntaxKind::ARG
        )
    })
}

fn in_amount(token: &SyntaxToken) -> bool {
    token
        .parent_ancestors()
        .any(|node| node.kind() == SyntaxKind::AMOUNT_LINE)
}
