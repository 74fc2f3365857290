//! `jiufen test`.

use std::io;

use jiufen_office::testing::{self, CaseReport};
use serde_json::json;

use crate::Outcome;
use crate::arguments::{Format, PackArgument};
use crate::packs;
use crate::terminal::Terminal;

/// Runs the cases of a pack; the last line is `N passed, N failed` in every language.
pub fn run(command: &PackArgument, terminal: &mut Terminal) -> io::Result<Outcome> {
    let pack = packs::load(&command.pack)?;
    if !pack.is_sound() {
        packs::refuse(pack, terminal)?;
        return Ok(Outcome::Findings);
    }
    let reports = testing::run_cases_in(pack, terminal.lang);
    let failed = reports.iter().filter(|r| !r.passed()).count();
    let passed = reports.len() - failed;
    match terminal.format {
        Format::Json => {
            let cases: Vec<_> = reports.iter().map(|r| r.to_json(pack)).collect();
            terminal.json(&json!({"passed": passed, "failed": failed, "cases": cases}))?;
        }
        Format::Text => {
            for report in reports.iter().filter(|r| !r.passed()) {
                show(report, terminal)?;
            }
            terminal.text(&format!("{passed} passed, {failed} failed"))?;
        }
    }
    Ok(if failed > 0 {
        Outcome::Findings
    } else {
        Outcome::Fine
    })
}

fn show(report: &CaseReport, terminal: &mut Terminal) -> io::Result<()> {
    let head = format!(
        "{} {} ({})",
        terminal.say("未通过:", "failed:"),
        report.name,
        report.place
    );
    terminal.strong_lines("", &head)?;
    terminal.text(&format!("  {}", report.clause))?;
    for failure in &report.failures {
        terminal.text(&format!("  {}", failure.place))?;
        let (expected, found) = (
            terminal.say("应得", "expected").to_owned(),
            terminal.say("实得", "found").to_owned(),
        );
        terminal.text(&format!("    {expected}  {}", failure.expected))?;
        terminal.text(&format!("    {found}  {}", failure.found))?;
    }
    Ok(())
}
