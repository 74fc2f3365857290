//! `jiufen check`.

use std::io;

use jiufen_diagnostic::{Lang, Severity};
use jiufen_office::Pack;

use crate::Outcome;
use crate::arguments::{Format, PackArgument};
use crate::packs;
use crate::terminal::Terminal;

/// Checks a pack and shows all findings.
pub fn run(command: &PackArgument, terminal: &mut Terminal) -> io::Result<Outcome> {
    let pack = packs::load(&command.pack)?;
    terminal.findings(&pack.findings, &pack.sources)?;
    if terminal.format == Format::Json {
        let errors = !pack.is_sound();
        let warnings = pack.findings.iter().any(|d| d.severity() == Severity::Warning);
        return Ok(if errors || (command.strict && warnings) {
            Outcome::Findings
        } else {
            Outcome::Fine
        });
    }
    summary(pack, command.strict, terminal)
}

/// One line that counts what the pack holds and what was found.
pub fn summary(pack: &Pack, strict: bool, terminal: &mut Terminal) -> io::Result<Outcome> {
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
    terminal.line(&text)?;
    let stops = errors > 0 || (strict && warnings > 0);
    Ok(if stops { Outcome::Findings } else { Outcome::Fine })
}
