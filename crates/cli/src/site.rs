//! `jiufen site`.

use std::io;
use std::path::Path;

use jiufen_diagnostic::{Lang, render_json};
use jiufen_office::column::{self, Column};
use jiufen_office::simulate::{Side, Simulation};
use jiufen_office::site::{SiteInput, build};
use jiufen_office::{Pack, Registry, Run, RunOptions, faults_json, testing};
use serde_json::{Value, json};

use crate::Outcome;
use crate::arguments::{Format, SiteArguments, When};
use crate::packs;
use crate::simulate;
use crate::terminal::Terminal;
use crate::trouble::wrong;

/// Writes the pages of a pack.
pub fn run(command: &SiteArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let what = What {
        pack: &command.pack,
        when: &command.when,
        column: command.column.as_deref(),
        with: &command.with,
    };
    let written = write(&what, &command.out, terminal)?;
    if terminal.format == Format::Json {
        terminal.json(&written.json)?;
    }
    Ok(written.outcome)
}

/// How the pages of a pack came out.
pub struct Written {
    /// Findings of the pack, its registry and its cases.
    pub outcome: Outcome,
    /// The same with the figures, for programs.
    pub json: Value,
}

/// What the pages are of.
pub struct What<'a> {
    /// The pack.
    pub pack: &'a str,
    /// For when.
    pub when: &'a When,
    /// An issue of the column.
    pub column: Option<&'a Path>,
    /// Drafts that the law in force is compared with.
    pub with: &'a [String],
}

/// Writes the pages of a pack, its run and a column issue into a folder, and says so where text is asked for.
pub fn write(what: &What<'_>, out: &Path, terminal: &mut Terminal) -> io::Result<Written> {
    let pack = packs::load(what.pack)?;
    let when = what.when;
    let column = column_of(pack, what.column, terminal.lang)?;
    let cases = if pack.is_sound() {
        testing::run_cases(pack)
    } else {
        Vec::new()
    };
    let facts = facts_of(pack, when)?;
    let run = facts
        .as_ref()
        .map(|(registry, options)| Run::all(pack, registry, *options));
    let registry: Option<&Registry> = facts.as_ref().map(|(registry, _)| *registry);
    let draft = match what.with {
        [] => None,
        with => Some(simulate::with_drafts(pack, with)?),
    };
    let draft_facts = match draft.filter(|draft| draft.is_sound()) {
        Some(draft) => Some((draft, packs::facts(draft, when, Vec::new())?)),
        None => None,
    };
    let draft_run =
        draft_facts.map(|(draft, (facts, options))| (draft, facts, Run::columnar(draft, facts, options)));
    let simulation = match (&run, registry, &draft_run) {
        (Some(run), Some(registry), Some((draft, facts, becomes))) => Some(Simulation::new(
            Side { pack, registry, run },
            Side {
                pack: draft,
                registry: facts,
                run: becomes,
            },
        )),
        _ => None,
    };
    let by = simulation.as_ref().map_or_else(Vec::new, Simulation::by_default);
    let input = SiteInput {
        pack,
        registry,
        run: run.as_ref(),
        column: column
            .as_ref()
            .map(|(name, column)| (name.as_str(), &column.issue)),
        cases: &cases,
        whatif: simulation.as_ref().map(|simulation| (simulation, by.as_slice())),
        lang: terminal.lang,
    };
    let report = build(&input, out).map_err(packs::about(out))?;
    let index = out.join("index.html");
    let failed = cases.iter().filter(|case| !case.passed()).count();
    let options = run.as_ref().map(|run| run.options);
    let lang = terminal.lang;
    let of_column = column
        .as_ref()
        .map(|(_, column)| render_json(&column.findings, &column.sources, lang));
    let json = json!({
        "pack": pack.name,
        "out": out.display().to_string(),
        "index": index.display().to_string(),
        "files": report.files,
        "bytes": report.bytes,
        "year": options.map(|o| o.year),
        "as_of": options.map(|o| o.as_of.to_string()),
        "failed": failed,
        "errors": render_json(&packs::errors(pack), &pack.sources, lang),
        "faults": registry.map_or_else(|| json!([]), |r| faults_json(&r.findings, lang)),
        "column": of_column,
    });
    if terminal.format == Format::Text {
        let (files, size) = (report.files, report.bytes / 1024);
        let words = match lang {
            Lang::Zh => format!(
                "已写出 {files} 个文件({size} KB),用浏览器打开 {}",
                index.display()
            ),
            Lang::En => format!("{files} files written ({size} KB); open {}", index.display()),
        };
        terminal.text(&words)?;
        if let Some((_, column)) = &column {
            terminal.findings(&column.findings, &column.sources)?;
        }
    }
    let mut outcome = findings(pack, registry, failed, terminal)?;
    if let Some(draft) = draft.filter(|draft| !draft.is_sound() && pack.is_sound()) {
        packs::refuse(draft, terminal)?;
        outcome = Outcome::Findings;
    }
    Ok(Written { outcome, json })
}

/// The facts of a sound pack. One without yearly data is shown without a run, unless a run was asked for.
fn facts_of(
    pack: &'static Pack,
    when: &When,
) -> io::Result<Option<(&'static Registry<'static>, RunOptions)>> {
    let asked = when.data.is_some() || when.as_of.is_some() || when.year.is_some();
    match pack.is_sound().then(|| packs::facts(pack, when, Vec::new())) {
        Some(Err(error)) if asked => Err(error),
        found => Ok(found.and_then(Result::ok)),
    }
}

/// The issue of the column, from `--column` or from the pack.
fn column_of(pack: &Pack, file: Option<&Path>, lang: Lang) -> io::Result<Option<(String, Column)>> {
    let (name, bytes) = match file {
        Some(path) => {
            let bytes = std::fs::read(path).map_err(packs::about(path))?;
            (path.display().to_string(), bytes)
        }
        None => match pack.files.get("column/issue.txt") {
            Some(bytes) => ("column/issue.txt".to_owned(), bytes.to_vec()),
            None => return Ok(None),
        },
    };
    match column::read(&name, &bytes) {
        Ok(column) => Ok(Some((name, column))),
        Err(finding) => {
            let words = format!("{};{}", finding.message(lang), finding.help(lang));
            Err(wrong(io::ErrorKind::InvalidData, words.clone(), words))
        }
    }
}

/// How a site ends: what stands on its pages as an error is a finding, as it is for `check`, `test` and `run`.
fn findings(
    pack: &Pack,
    registry: Option<&Registry>,
    failed: usize,
    terminal: &mut Terminal,
) -> io::Result<Outcome> {
    if !pack.is_sound() {
        if terminal.format == Format::Text {
            packs::refuse(pack, terminal)?;
        }
        return Ok(Outcome::Findings);
    }
    let mut outcome = registry.map_or(Outcome::Fine, |registry| packs::outcome(registry, terminal));
    if failed > 0 {
        let words = match terminal.lang {
            Lang::Zh => format!("{failed} 个例未通过;用 jiufen test 看是哪几个"),
            Lang::En => format!("{failed} cases failed; see them with jiufen test"),
        };
        terminal.complain(&words);
        outcome = Outcome::Findings;
    }
    Ok(outcome)
}
