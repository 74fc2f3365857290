//! `jiufen fmt`.

use std::io;

use jiufen_diagnostic::{Lang, Sources};
use jiufen_office::format_document;

use crate::Outcome;
use crate::arguments::{FmtArguments, LangChoice};
use crate::terminal::Terminal;

/// Formats documents in place, or tells which are not formatted.
pub fn run(command: &FmtArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let keywords = command.keywords.map(|k| match k {
        LangChoice::Zh => Lang::Zh,
        LangChoice::En => Lang::En,
    });
    let mut outcome = Outcome::Fine;
    for path in &command.files {
        let bytes = std::fs::read(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        let mut sources = Sources::default();
        let formatted = format_document(&mut sources, &path.display().to_string(), &bytes, keywords);
        if !formatted.findings.is_empty() {
            terminal.findings(&formatted.findings, &sources)?;
            outcome = Outcome::Findings;
        }
        if formatted.text.as_bytes() == bytes.as_slice() {
            continue;
        }
        let place = path.display();
        if command.check {
            let words = terminal.say("未按统一格式", "not formatted").to_owned();
            terminal.line(&format!("{place}: {words}"))?;
            outcome = Outcome::Findings;
        } else {
            std::fs::write(path, &formatted.text)?;
            let words = terminal.say("已排版", "formatted").to_owned();
            terminal.line(&format!("{place}: {words}"))?;
        }
    }
    Ok(outcome)
}
