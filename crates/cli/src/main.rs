//! `jiufen`: policies in, decisions out. Each command is one use case of `jiufen_office`, shown in a terminal.

mod arguments;
mod check;
mod demo;
mod explain;
mod fmt;
mod packs;
mod run;
mod show;
mod site;
mod terminal;
mod test;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use terminal::Terminal;

/// How a command ended: 0 fine, 1 findings, 2 wrong use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing to report.
    Fine,
    /// Errors in a pack, failed cases, unformatted files, rejected rows that stop a run.
    Findings,
    /// The command could not do what was asked.
    WrongUse,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => ExitCode::from(0),
            Outcome::Findings => ExitCode::from(1),
            Outcome::WrongUse => ExitCode::from(2),
        }
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let mut terminal = Terminal::new(&arguments.common);
    let outcome = match &arguments.command {
        Command::Check(command) => check::run(command, &mut terminal),
        Command::Test(command) => test::run(command, &mut terminal),
        Command::Run(command) => run::run(command, &mut terminal),
        Command::Explain(command) => explain::run(command, &mut terminal),
        Command::Show(command) => show::run(command, &mut terminal),
        Command::Fmt(command) => fmt::run(command, &mut terminal),
        Command::Site(command) => site::run(command, &mut terminal),
        Command::Demo(command) => demo::run(command, &mut terminal),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        // A reader that closed the pipe (`| head`) has seen what it wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(0),
        Err(error) => {
            terminal.complain(&packs::error_words(&error, terminal.lang));
            ExitCode::from(2)
        }
    }
}
