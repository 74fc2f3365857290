//! `jiufen fmt`.

use std::io;
use std::path::{Path, PathBuf};

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
    let mut files = Vec::new();
    for path in &command.files {
        documents(path, &mut files)?;
    }
    for path in &files {
        let bytes =
            std::fs::read(path).map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        let mut sources = Sources::default();
        let formatted = format_document(&mut sources, &path.display().to_string(), &bytes, keywords);
        if !formatted.findings.is_empty() {
            terminal.findings(&formatted.findings, &sources)?;
            outcome = Outcome::Findings;
        }
        let Some(text) = formatted.text.filter(|text| text.as_bytes() != bytes.as_slice()) else {
            continue;
        };
        let place = path.display();
        if command.check {
            let words = terminal.say("未按统一格式", "not formatted").to_owned();
            terminal.line(&format!("{place}: {words}"))?;
            outcome = Outcome::Findings;
        } else {
            std::fs::write(path, &text)?;
            let words = terminal.say("已排版", "formatted").to_owned();
            terminal.line(&format!("{place}: {words}"))?;
        }
    }
    Ok(outcome)
}

/// A file, or all documents of a folder.
fn documents(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
        .map(|e| e.map(|e| e.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|e| e == "md") {
            documents(&entry, files)?;
        }
    }
    Ok(())
}
