//! Breaking a text into the lines of a terminal, in which some characters take two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns at the end of a line in which a space or a comma is a better place to break than between two wide
/// characters.
const NEAR_END: usize = 12;

/// Breaks a text at a width in columns: at a pause near the end of the line, otherwise between wide characters, but
/// never before a closing mark or after an opening one. Words, dates and figures with their unit break only where they
/// are wider than a line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(10);
    let mut lines = Vec::new();
    let mut line = String::new();
    // Where the line may rather be broken: after its last pause.
    let mut pause = 0;
    for piece in pieces(text) {
        if !line.is_empty() && line.width() + piece.trim_end().width() > width {
            let near = pause > 0 && line[pause..].width() <= NEAR_END;
            let carried = line.split_off(if near { pause } else { line.len() });
            lines.push(line.trim_end().to_owned());
            (line, pause) = (carried, 0);
        }
        for c in piece.chars() {
            if c != ' ' && line.width() + UnicodeWidthChar::width(c).unwrap_or(0) > width {
                lines.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
        if piece.ends_with([' ', ',', ';', ':', '、', '\u{ff0c}', '\u{ff1b}', '\u{ff1a}']) {
            pause = line.len();
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// What stays together on a line: a word with the spaces after it, or a wide character with the marks that cling to it.
fn pieces(text: &str) -> Vec<&str> {
    const CLOSING: &str = ",.;:?!)]}%、。》」】〕”’…\u{ff0c}\u{ff1b}\u{ff1a}\u{ff1f}\u{ff01}\u{ff09}";
    const OPENING: &str = "([{《「【〔“‘\u{ff08}";
    let is_wide = |c: char| UnicodeWidthChar::width(c) == Some(2);
    let mut out = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let together = match before {
            None => true,
            Some(_) if c == ' ' || CLOSING.contains(c) => true,
            Some(b) if OPENING.contains(b) => true,
            // A middle dot leads what follows it.
            Some(' ') => text[start..at].trim_end().ends_with('·'),
            Some(b) => !is_wide(b) && (!is_wide(c) || b.is_ascii_digit()),
        };
        if !together {
            out.push(&text[start..at]);
            start = at;
        }
        before = Some(c);
    }
    out.push(&text[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_never_before_a_closing_mark() {
        assert_eq!(wrap("check the keys first", 10), vec!["check the", "keys first"]);
        assert_eq!(wrap("一二三四五,六七", 10), vec!["一二三四", "五,六七"]);
        assert_eq!(wrap("自 2025-01-01 起施行", 14), vec!["自 2025-01-01", "起施行"]);
        assert_eq!(wrap("91999999MA00000154X", 10), vec!["91999999MA", "00000154X"]);
        assert_eq!(wrap("", 10), vec![""]);
        assert_eq!(wrap("一二三四五六七", 10), vec!["一二三四五", "六七"]);
        let source = "《示例办法》 第一条 · 见过原文";
        assert_eq!(wrap(source, 28), vec!["《示例办法》 第一条", "· 见过原文"]);
    }
}
