//! What a person sees: language, colour, width, tables with wide characters.

use std::io::{self, IsTerminal, Write};

use jiufen_diagnostic::{Diagnostic, Lang, Sources, Style, render_json, render_text, shortened};
use unicode_width::UnicodeWidthStr;

use crate::arguments::{ColourChoice, Common, Format, LangChoice};

/// Where output goes and how it looks.
pub struct Terminal {
    /// Language of messages.
    pub lang: Lang,
    /// Text or JSON.
    pub format: Format,
    colour: bool,
    width: usize,
    out: io::BufWriter<io::Stdout>,
}

/// Columns assumed where no terminal says otherwise.
const DEFAULT_WIDTH: usize = 80;

impl Terminal {
    /// Reads language, colour and width from the options and the environment.
    pub fn new(common: &Common) -> Self {
        let colour = match common.color {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|c| c.parse().ok())
            .unwrap_or(DEFAULT_WIDTH);
        Self {
            lang: lang(common.lang),
            format: common.format,
            colour,
            width: width.max(20),
            out: io::BufWriter::new(io::stdout()),
        }
    }

    /// Picks the words of the chosen language.
    pub fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        self.lang.pick(zh, en)
    }

    /// Writes one line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Writes JSON, one value to a line group, and ends it.
    pub fn json(&mut self, value: &serde_json::Value) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut self.out, value)?;
        writeln!(self.out)
    }

    /// Writes findings as text or JSON.
    pub fn findings(&mut self, findings: &[Diagnostic], sources: &Sources) -> io::Result<()> {
        match self.format {
            Format::Text => {
                let style = Style {
                    lang: self.lang,
                    colour: self.colour,
                    width: self.width,
                };
                write!(self.out, "{}", render_text(findings, sources, style))
            }
            Format::Json => {
                let value = render_json(findings, sources, self.lang);
                self.json(&value)
            }
        }
    }

    /// Ends the output. What could not be written, to a full disk, is an error and not silence.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Columns of the terminal.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Bold, where colour is on.
    pub fn strong(&self, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[1m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Faint, where colour is on.
    pub fn faint(&self, text: &str) -> String {
        if self.colour {
            format!("\u{1b}[2m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Writes a text in lines behind a margin, bold where colour is on.
    pub fn strong_lines(&mut self, margin: &str, text: &str) -> io::Result<()> {
        for line in wrap(text, self.width.saturating_sub(margin.width())) {
            let line = self.strong(&line);
            self.line(&format!("{margin}{line}"))?;
        }
        Ok(())
    }

    /// Writes a text in lines behind a margin, faint where colour is on.
    pub fn faint_lines(&mut self, margin: &str, text: &str) -> io::Result<()> {
        for line in wrap(text, self.width.saturating_sub(margin.width())) {
            let line = self.faint(&line);
            self.line(&format!("{margin}{line}"))?;
        }
        Ok(())
    }

    /// Writes a text behind a label; what does not fit on the first line stands four columns in from the label.
    pub fn hanging(&mut self, label: &str, text: &str) -> io::Result<()> {
        let margin = label.len() - label.trim_start().len() + 4;
        let indent = " ".repeat(margin);
        let whole = format!("{}{text}", label.trim_start());
        let mut lines = wrap(&whole, self.width.saturating_sub(margin)).into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{}{first}", &indent[4..]))?;
        for line in lines {
            self.line(&format!("{indent}{line}"))?;
        }
        Ok(())
    }

    /// A message about the command itself, to standard error.
    pub fn complain(&mut self, message: &str) {
        let _ = self.out.flush();
        let _ = writeln!(io::stderr(), "jiufen: {}", shortened(message, self.lang));
    }

    /// Writes a table. A name that does not fit beside the figures gets a line of its own; figures are never cut.
    pub fn table(&mut self, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let mut widths: Vec<usize> = header.iter().map(|h| h.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let figures: usize = widths[1..].iter().map(|w| w + 2).sum();
        widths[0] = widths[0].min(self.width.saturating_sub(figures).max(header[0].width()));
        let head: Vec<String> = header.iter().map(|h| (*h).to_owned()).collect();
        let line = row_text(&head, &widths);
        self.line(&self.strong(&line))?;
        self.line(&"─".repeat((widths[0] + figures).min(self.width)))?;
        for row in rows {
            if row[0].width() > widths[0] {
                for line in wrap(&row[0], self.width) {
                    self.line(&line)?;
                }
                let mut rest = row.clone();
                rest[0] = String::new();
                self.line(&row_text(&rest, &widths))?;
            } else {
                self.line(&row_text(row, &widths))?;
            }
        }
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.out.flush();
    }
}

fn row_text(row: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
        if index > 0 {
            out.push_str("  ");
        }
        let pad = " ".repeat(width.saturating_sub(cell.width()));
        // Names stand left, figures right.
        if index == 0 {
            out.push_str(cell);
            out.push_str(&pad);
        } else {
            out.push_str(&pad);
            out.push_str(cell);
        }
    }
    out.trim_end().to_owned()
}

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
            if c != ' ' && line.width() + unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) > width {
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
    let is_wide = |c: char| unicode_width::UnicodeWidthChar::width(c) == Some(2);
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

/// The language that was chosen, else the environment's, else Chinese.
pub fn lang(choice: Option<LangChoice>) -> Lang {
    match choice {
        Some(LangChoice::Zh) => Lang::Zh,
        Some(LangChoice::En) => Lang::En,
        None => {
            let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|v| std::env::var(v).ok().filter(|v| !v.is_empty()));
            // LANG=C is what a bare machine has; it says nothing about its reader.
            if set.is_some_and(|v| v.starts_with("en")) {
                Lang::En
            } else {
                Lang::Zh
            }
        }
    }
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
        let source = "《示例办法》 第一条 · 见过原文";
        assert_eq!(wrap(source, 28), vec!["《示例办法》 第一条", "· 见过原文"]);
    }

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(wrap("一二三四五六七", 10), vec!["一二三四五", "六七"]);
        assert_eq!(row_text(&["研发".into(), "12".into()], &[6, 4]), "研发      12");
    }
}
