//! `jiufen fmt`.

use std::io;
use std::path::{Path, PathBuf};

use jiufen_diagnostic::{Lang, Sources, render_json};
use jiufen_office::{Formatted, format_document, write_bytes};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{FmtArguments, Format, LangChoice};
use crate::packs;
use crate::terminal::Terminal;

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is as it should be.
    Unchanged,
    /// It was written anew.
    Formatted,
    /// It would be written anew (`--check`).
    Unformatted,
    /// It is no UTF-8 and is never written.
    Refused,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            State::Unchanged => "unchanged",
            State::Formatted => "formatted",
            State::Unformatted => "unformatted",
            State::Refused => "refused",
        }
    }
}

/// Formats documents in place, or tells which are not formatted.
pub fn run(command: &FmtArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let mut files = Vec::new();
    for path in &command.files {
        let before = files.len();
        documents(path, &mut files).map_err(packs::about(path))?;
        if files.len() == before {
            return Err(packs::no_documents(&path.display().to_string()));
        }
    }
    let mut outcome = Outcome::Fine;
    let mut told: Vec<Value> = Vec::new();
    for path in &files {
        let place = path.display().to_string();
        let mut sources = Sources::default();
        let (formatted, state) = one(path, command, &mut sources)?;
        if !formatted.findings.is_empty() || state == State::Unformatted {
            outcome = Outcome::Findings;
        }
        match terminal.format {
            Format::Json => told.push(json!({
                "path": place,
                "state": state.word(),
                "findings": render_json(&formatted.findings, &sources, terminal.lang),
            })),
            Format::Text => {
                terminal.findings(&formatted.findings, &sources)?;
                let words = match state {
                    State::Unchanged | State::Refused => continue,
                    State::Formatted => terminal.say("已排版", "formatted"),
                    State::Unformatted => terminal.say("未按统一格式", "not formatted"),
                };
                let line = format!("{place}: {words}");
                terminal.line(&line)?;
            }
        }
    }
    if terminal.format == Format::Json {
        terminal.json(&json!({ "files": told }))?;
    }
    Ok(outcome)
}

/// Formats one file, and writes it unless it is only to be checked.
fn one(path: &Path, command: &FmtArguments, sources: &mut Sources) -> io::Result<(Formatted, State)> {
    let keywords = command.keywords.map(|k| match k {
        LangChoice::Zh => Lang::Zh,
        LangChoice::En => Lang::En,
    });
    let bytes = std::fs::read(path).map_err(packs::about(path))?;
    let formatted = format_document(sources, &path.display().to_string(), &bytes, keywords);
    let state = match &formatted.text {
        None => State::Refused,
        Some(text) if text.as_bytes() == bytes.as_slice() => State::Unchanged,
        Some(_) if command.check => State::Unformatted,
        Some(text) => {
            write_bytes(path, text.as_bytes()).map_err(packs::about(path))?;
            State::Formatted
        }
    };
    Ok((formatted, state))
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
