//! The one canonical form of a fence, in either language.
//!
//! Line breaks stay where the author put them; everything between words is decided here.

mod names;
mod spacing;

use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::syntax::keywords::{BlockWord, LineWord};
use crate::syntax::{Keywords, SyntaxError, SyntaxKind, SyntaxNode, SyntaxToken, parse};

/// The canonical form of `text` with the keywords of `to`.
///
/// # Errors
/// The faults of the text, when it has any: a text that cannot be read is not touched.
pub fn format_fence(text: &str, from: Keywords, to: Keywords) -> Result<String, Vec<SyntaxError>> {
    let parse = parse(text, from);
    if !parse.errors().is_empty() {
        return Err(parse.errors().to_vec());
    }
    let mut lines = lines(&parse.syntax(), to);
    indent_comments(&mut lines);
    align_words(&mut lines, to);
    align_rows(&mut lines);
    Ok(print(&lines))
}

/// A document with every sound fence in canonical form; `fences` are the ranges between the marks.
///
/// With `to`, the keywords of each fence and its info string change to that language. A fence with faults stays
/// as it is, info string included.
pub fn format_document(text: &str, fences: &[(Range<usize>, Keywords)], to: Option<Keywords>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, from) in fences {
        let (Some(before), Some(fence)) = (text.get(at..range.start), text.get(range.clone())) else {
            continue;
        };
        let target = to.unwrap_or(*from);
        let Ok(formatted) = format_fence(fence, *from, target) else {
            continue;
        };
        out.push_str(&with_info(before, target));
        out.push_str(&formatted);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

/// The text before a fence, its info string changed to the language of `keywords`.
fn with_info(before: &str, keywords: Keywords) -> String {
    let line = before
        .trim_end_matches(['\n', '\r'])
        .rfind('\n')
        .map_or(0, |i| i + 1);
    let (head, mark_line) = before.split_at(line);
    let Some(at) = mark_line.find("jiufen") else {
        return before.to_string();
    };
    let (mark, info) = mark_line.split_at(at);
    let rest = &info["jiufen".len()..];
    let rest = rest
        .strip_prefix(" en")
        .filter(|r| r.starts_with(['\n', '\r', ' ']))
        .unwrap_or(rest);
    let language = match keywords {
        Keywords::Chinese => "jiufen",
        Keywords::English => "jiufen en",
    };
    format!("{head}{mark}{language}{rest}")
}

/// One physical line to be printed.
#[derive(Debug, Default)]
struct Line {
    level: usize,
    /// The first word, when it is a line word; padded so that what follows lines up.
    word: Option<String>,
    body: String,
    /// The cells, when it is a `|` row.
    cells: Option<Vec<String>>,
    comment: Option<String>,
    /// Counts blocks, so that alignment stays inside one.
    block: usize,
    aligned: bool,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.word.is_none() && self.body.is_empty() && self.cells.is_none()
    }
}

fn lines(root: &SyntaxNode, to: Keywords) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut current: Vec<SyntaxToken> = Vec::new();
    let mut state = State {
        level: 0,
        block: 0,
        aligned: false,
    };
    let tokens = root
        .descendants_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token);
    for token in tokens {
        match token.kind() {
            SyntaxKind::NEWLINE => {
                lines.push(line(&current, &mut state, to));
                current.clear();
            }
            SyntaxKind::WHITESPACE | SyntaxKind::STOP => {}
            _ => current.push(token),
        }
    }
    lines.push(line(&current, &mut state, to));
    lines
}

/// What a line passes on to the lines that continue it.
struct State {
    level: usize,
    block: usize,
    aligned: bool,
}

fn line(tokens: &[SyntaxToken], state: &mut State, to: Keywords) -> Line {
    let (comment, tokens) = match tokens.split_last() {
        Some((last, rest)) if last.kind() == SyntaxKind::COMMENT => (Some(comment(last.text())), rest),
        _ => (None, tokens),
    };
    let mut out = Line {
        comment,
        block: state.block,
        ..Line::default()
    };
    let Some(first) = tokens.first() else { return out };
    if first.kind() == SyntaxKind::BLOCK_WORD {
        state.block += 1;
        state.aligned = is_aligned(first);
    }
    out.block = state.block;
    out.aligned = state.aligned;
    match level(first) {
        Some(level) => {
            state.level = level;
            out.level = level;
        }
        None => out.level = state.level + 1,
    }
    if first.kind() == SyntaxKind::PIPE {
        out.cells = Some(cells(tokens, to));
        return out;
    }
    let pieces = match first.kind() {
        SyntaxKind::LINE_WORD => {
            out.word = Some(names::printed(first, false, to));
            tokens.get(1..).unwrap_or(&[])
        }
        _ => tokens,
    };
    out.body = spacing::joined(pieces, out.word.is_none(), to);
    out
}

fn comment(text: &str) -> String {
    let words = text.strip_prefix(['#', '＃']).unwrap_or(text).trim_end();
    format!("#{words}")
}

/// 对象, 事件, 类别, 参数, 表, 目标 hold few line words, and none of them is read as a column.
fn is_aligned(block: &SyntaxToken) -> bool {
    !matches!(
        BlockWord::lookup(&crate::syntax::text::folded(block.text())),
        Some(
            BlockWord::Subject
                | BlockWord::Event
                | BlockWord::Enum
                | BlockWord::Param
                | BlockWord::Table
                | BlockWord::Target
        )
    )
}

/// How deep a line stands that begins with `first`; `None` when it continues the line above.
fn level(first: &SyntaxToken) -> Option<usize> {
    let parent = first.parent()?;
    match first.kind() {
        SyntaxKind::BLOCK_WORD => return Some(0),
        SyntaxKind::LINE_WORD => return Some(1),
        SyntaxKind::PIPE => {
            let rows = parent.ancestors().find(|n| n.kind() == SyntaxKind::ROWS)?;
            return Some(if rows.parent().is_some_and(|n| n.kind().is_line()) {
                2
            } else {
                1
            });
        }
        _ => {}
    }
    if matches!(parent.kind(), SyntaxKind::ARM | SyntaxKind::LIST_ITEM) && first.kind() == SyntaxKind::MINUS {
        let deep = parent
            .ancestors()
            .filter(|n| matches!(n.kind(), SyntaxKind::ARM | SyntaxKind::LIST_ITEM));
        let direct = parent
            .parent()
            .is_some_and(|n| n.kind() == SyntaxKind::CASES_LINE);
        return Some(deep.count() + usize::from(!direct));
    }
    let line = parent.ancestors().find(|n| n.kind().is_line())?;
    let begins = line.first_token().is_some_and(|t| t == *first);
    begins.then_some(1)
}

fn cells(tokens: &[SyntaxToken], to: Keywords) -> Vec<String> {
    let inside = tokens.get(1..).unwrap_or(&[]);
    let mut cells: Vec<String> = inside
        .split(|t| t.kind() == SyntaxKind::PIPE)
        .map(|cell| spacing::joined(cell, false, to))
        .collect();
    cells.pop();
    cells
}

/// A comment on a line of its own stands as deep as the line it speaks of, the next one.
fn indent_comments(lines: &mut [Line]) {
    let mut below = None;
    for line in lines.iter_mut().rev() {
        if !line.is_empty() {
            below = Some((line.level, line.block));
        } else if line.comment.is_some() {
            let (level, block) = below.unwrap_or((0, line.block));
            line.level = level;
            line.block = block;
        }
    }
}

/// What stands behind the line words of a block begins in one column.
fn align_words(lines: &mut [Line], to: Keywords) {
    // Chinese line words have one or two characters; a fixed column keeps blocks alike.
    let least = match to {
        Keywords::Chinese => LineWord::Amount.zh().width(),
        Keywords::English => 0,
    };
    for block in lines.chunk_by_mut(|a, b| a.block == b.block) {
        let widest = block
            .iter()
            .filter_map(|line| line.word.as_ref())
            .map(|word| word.width())
            .max();
        let column = widest.unwrap_or(0).max(least);
        for line in block.iter_mut() {
            let padded = if line.aligned { column } else { 0 };
            let Some(word) = line.word.take() else { continue };
            let gap = if line.body.is_empty() {
                0
            } else {
                padded.saturating_sub(word.width()) + 1
            };
            line.body = format!("{word}{}{}", " ".repeat(gap), line.body);
        }
    }
}

/// The columns of adjoining rows have one width.
fn align_rows(lines: &mut [Line]) {
    let together = |a: &Line, b: &Line| {
        a.cells.is_some() == b.cells.is_some() && a.level == b.level && a.block == b.block
    };
    for rows in lines.chunk_by_mut(together) {
        let mut widths: Vec<usize> = Vec::new();
        for cells in rows.iter().filter_map(|row| row.cells.as_ref()) {
            for (column, cell) in cells.iter().enumerate() {
                match widths.get_mut(column) {
                    Some(width) => *width = (*width).max(cell.width()),
                    None => widths.push(cell.width()),
                }
            }
        }
        for row in rows.iter_mut() {
            let Some(cells) = row.cells.take() else { continue };
            let mut body = String::from("|");
            for (cell, width) in cells.iter().zip(&widths) {
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                body.push_str(&format!(" {cell}{gap} |"));
            }
            row.body = body;
        }
    }
}

/// Lines with their indents and comments; no blank line at either end, never two together.
fn print(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut blank = false;
    for line in lines {
        if line.is_empty() && line.comment.is_none() {
            blank = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push('\n');
        }
        out.push_str(&"  ".repeat(line.level));
        out.push_str(&line.body);
        if let Some(comment) = &line.comment {
            if !line.body.is_empty() {
                out.push_str("  ");
            }
            out.push_str(comment);
        }
        out.push('\n');
    }
    out
}
