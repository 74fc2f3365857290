//! `jiufen check`.

use std::io;

use jiufen_diagnostic::{Lang, Severity};
use jiufen_office::Pack;

use crate::Outcome;
use crate::arguments::{CheckArguments, Format};
use crate::packs;
use crate::terminal::Terminal;

/// Checks a pack and shows all findings.
pub fn run(command: &CheckArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    let pack = packs::load(&command.pack.pack)?;
    terminal.findings(&pack.findings, &pack.sources)?;
    if terminal.format == Format::Text {
        summary(pack, terminal)?;
    }
    Ok(outcome(pack, command.strict))
}

/// Errors are findings; with `--strict` warnings are too.
pub fn outcome(pack: &Pack, strict: bool) -> Outcome {
    let stops = |severity| severity == Severity::Error || (strict && severity == Severity::Warning);
    if pack.findings.iter().any(|d| stops(d.severity())) {
        Outcome::Findings
    } else {
        Outcome::Fine
    }
}

/// One line that counts what the pack holds and what was found.
pub fn summary(pack: &Pack, terminal: &mut Terminal) -> io::Result<()> {
    let count = |severity| pack.findings.iter().filter(|d| d.severity() == severity).count();
    let (errors, warnings, notes) = (
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
    );
    let program = &pack.program;
    let (documents, grants, verdicts) = (pack.documents.len(), program.rules.len(), program.verdicts.len());
    let (parameters, cases) = (program.parameters.len(), program.cases.len());
    let text = match terminal.lang {
        Lang::Zh => format!(
            "{documents} 个文件,{grants} 条奖补,{verdicts} 个判定,{parameters} 个参数,{cases} 个例:\
             {errors} 处错误,{warnings} 处提醒,{notes} 处说明"
        ),
        Lang::En => format!(
            "{documents} documents, {grants} grants, {verdicts} verdicts, {parameters} parameters, {cases} cases: \
             {errors} errors, {warnings} warnings, {notes} notes"
        ),
    };
    terminal.text(&text)
}
