//! What a person sees: language, colour, width, tables with wide characters.

use std::io::{self, IsTerminal, Write};

pub use jiufen_diagnostic::wrap;
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
/// Columns below which nothing is written narrower.
const LEAST_WIDTH: usize = 20;

/// Columns of the terminal.
pub fn columns() -> usize {
    let set = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    set.unwrap_or(DEFAULT_WIDTH).max(LEAST_WIDTH)
}

impl Terminal {
    /// Reads language, colour and width from the options and the environment.
    pub fn new(common: &Common) -> Self {
        let colour = match common.color {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        };
        Self {
            lang: lang(common.lang),
            format: common.format,
            colour,
            width: columns(),
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
        if margin - 4 + whole.width() <= self.width {
            return self.line(&format!("{}{whole}", &indent[4..]));
        }
        let mut lines = wrap(&whole, self.width.saturating_sub(margin)).into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("{}{first}", &indent[4..]))?;
        for line in lines {
            self.line(&format!("{indent}{line}"))?;
        }
        Ok(())
    }

    /// Writes a text in lines, those after the first four columns further in.
    pub fn text(&mut self, text: &str) -> io::Result<()> {
        let words = text.trim_start();
        self.hanging(&text[..text.len() - words.len()], words)
    }

    /// A message about the command itself, to standard error.
    pub fn complain(&mut self, message: &str) {
        let _ = self.out.flush();
        let _ = writeln!(
            io::stderr(),
            "{}",
            complaint(&shortened(message, self.lang), self.width)
        );
    }

    /// Writes a table. A name that does not fit beside the figures gets a line of its own; figures are never cut. Where
    /// they do not fit side by side each is written behind its header.
    pub fn table(&mut self, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let mut widths: Vec<usize> = header.iter().map(|h| h.width()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let figures: usize = widths[1..].iter().map(|w| w + 2).sum();
        if header[0].width() + figures > self.width {
            return self.list(header, rows);
        }
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

    /// Writes a table row after row, each figure behind its header; what there is none of is left out.
    fn list(&mut self, header: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        self.strong_lines("", header[0])?;
        self.line(&"─".repeat(self.width))?;
        for row in rows {
            self.text(&row[0])?;
            let mut line = String::new();
            for (header, figure) in header.iter().zip(row).skip(1) {
                if figure == NONE {
                    continue;
                }
                let pair = format!("{header} {figure}");
                let between = if line.is_empty() { "  " } else { " · " };
                if !line.is_empty() && line.width() + between.width() + pair.width() > self.width {
                    self.line(&line)?;
                    line = format!("  {pair}");
                } else {
                    line.push_str(between);
                    line.push_str(&pair);
                }
            }
            self.line(&line)?;
        }
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.out.flush();
    }
}

/// What stands in a table where there is none.
pub const NONE: &str = "·";

/// A message of the command, its lines after the first two columns in.
fn complaint(message: &str, width: usize) -> String {
    let mut out = String::new();
    for line in format!("jiufen: {message}").lines() {
        let pieces = match line.width() <= width {
            true => vec![line.to_owned()],
            false => wrap(line, width.saturating_sub(2)),
        };
        for piece in pieces {
            if !out.is_empty() {
                out.push_str("\n  ");
            }
            out.push_str(&piece);
        }
    }
    out
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
    fn wide_characters_count_two_columns() {
        assert_eq!(row_text(&["研发".into(), "12".into()], &[6, 4]), "研发      12");
    }
}
