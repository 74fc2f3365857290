//! `jiufen site`.

use std::io;
use std::path::Path;

use jiufen_office::column;
use jiufen_office::site::{SiteInput, build};
use jiufen_office::{Run, testing};

use crate::Outcome;
use crate::arguments::{SiteArguments, When};
use crate::packs;
use crate::terminal::Terminal;

/// Writes the pages of a pack.
pub fn run(command: &SiteArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    write(
        &command.pack,
        &command.when,
        command.column.as_deref(),
        &command.out,
        terminal,
    )
}

/// Writes the pages of a pack, its run and a column issue into a folder.
pub fn write(
    name: &str,
    when: &When,
    column_file: Option<&Path>,
    out: &Path,
    terminal: &mut Terminal,
) -> io::Result<Outcome> {
    let pack = packs::load(name)?;
    let cases = if pack.is_sound() {
        testing::run_cases(pack)
    } else {
        Vec::new()
    };
    // A pack without yearly data is shown without a run.
    let asked = when.data.is_some() || when.as_of.is_some() || when.year.is_some();
    let facts = match pack.is_sound().then(|| packs::facts(pack, when, Vec::new())) {
        Some(Err(error)) if asked => return Err(error),
        found => found.and_then(Result::ok),
    };
    let run = facts
        .as_ref()
        .map(|(registry, options)| Run::all(pack, registry, *options));
    let registry = facts.as_ref().map(|(registry, _)| *registry);
    let issue = match column_file {
        Some(path) => {
            let bytes = std::fs::read(path)
                .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
            Some((path.display().to_string(), column::read(&bytes)))
        }
        None => pack
            .files
            .get("column/issue.txt")
            .map(|bytes| ("column/issue.txt".to_owned(), column::read(bytes))),
    };
    let input = SiteInput {
        pack,
        registry,
        run: run.as_ref(),
        column: issue.as_ref().map(|(name, issue)| (name.as_str(), issue)),
        cases: &cases,
        lang: terminal.lang,
    };
    let report = build(&input, out)?;
    let index = out.join("index.html");
    let words = match terminal.lang {
        jiufen_diagnostic::Lang::Zh => format!(
            "已写出 {} 个文件({} KB),用浏览器打开 {}",
            report.files,
            report.bytes / 1024,
            index.display()
        ),
        jiufen_diagnostic::Lang::En => {
            format!(
                "{} files written ({} KB); open {}",
                report.files,
                report.bytes / 1024,
                index.display()
            )
        }
    };
    terminal.line(&words)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    Ok(Outcome::Fine)
}
