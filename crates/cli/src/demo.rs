//! `jiufen demo`: the shipped packs, checked, tested, run, explained and written as pages.

use std::io;

use jiufen_office::explain::explain;
use jiufen_office::{Run, Status};

use crate::Outcome;
use crate::arguments::{DemoArguments, Format, PackArgument, RunArguments, When};
use crate::terminal::Terminal;
use crate::{check, explain as explaining, packs, run, site, test};

/// Shows what the system does, on the packs inside the binary.
pub fn run(command: &DemoArguments, terminal: &mut Terminal) -> io::Result<Outcome> {
    terminal.format = Format::Text;
    let mut outcome = Outcome::Fine;
    for name in packs::SHIPPED {
        let pack = PackArgument {
            pack: name.to_owned(),
            strict: false,
        };
        title(terminal, &format!("jiufen check {name}"))?;
        let checked = summary_only(&pack, terminal)?;
        title(terminal, &format!("jiufen test {name}"))?;
        let tested = test::run(&pack, terminal)?;
        title(terminal, &format!("jiufen run {name}"))?;
        let when = When {
            data: None,
            as_of: None,
            year: None,
        };
        let ran = run::run(
            &RunArguments {
                pack: name.to_owned(),
                when,
                out: None,
            },
            terminal,
        )?;
        if [checked, tested, ran].contains(&Outcome::Findings) {
            outcome = Outcome::Findings;
        }
    }
    one_explanation(terminal)?;
    for name in packs::SHIPPED {
        let out = command.out.join(name);
        title(terminal, &format!("jiufen site {name} --out {}", out.display()))?;
        let when = When {
            data: None,
            as_of: None,
            year: None,
        };
        site::write(name, &when, None, &out, terminal)?;
    }
    Ok(outcome)
}

fn title(terminal: &mut Terminal, command: &str) -> io::Result<()> {
    terminal.line("")?;
    let line = terminal.strong(&format!("$ {command}"));
    terminal.line(&line)
}

/// The last line of `check`; what it finds in the shipped packs is on the pages.
fn summary_only(pack: &PackArgument, terminal: &mut Terminal) -> io::Result<Outcome> {
    check::summary(packs::load(&pack.pack)?, pack.strict, terminal)
}

/// Explains the first right that pays something after a group or account had its say.
fn one_explanation(terminal: &mut Terminal) -> io::Result<()> {
    let pack = packs::load("shili")?;
    let when = When {
        data: None,
        as_of: None,
        year: None,
    };
    let (registry, options) = packs::facts(pack, &when, Vec::new())?;
    let run = Run::all(pack, registry, options);
    let pays =
        |d: &&jiufen_office::Decision| d.status == Status::Eligible && d.payable_fen().is_some_and(|f| f > 0);
    let shown = run
        .decisions
        .iter()
        .filter(pays)
        .max_by_key(|d| (!d.settlement.is_empty(), std::cmp::Reverse(d.right)));
    let Some(decision) = shown else { return Ok(()) };
    let rule = decision.right.rule;
    let subject = decision.beneficiary.unwrap_or(decision.right.row);
    let key = jiufen_office::Facts::key(registry, subject);
    title(
        terminal,
        &format!(
            "jiufen explain shili --subject {key} --rule {}",
            pack.rule_label(rule)
        ),
    )?;
    let explanations = explain(pack, registry, options, subject, &[rule], terminal.lang);
    explaining::show_all(&explanations, true, terminal)
}
