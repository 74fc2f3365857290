//! `jiufen`: policies in, decisions out. Each command is one use case of `jiufen_office`, shown in a terminal.

mod arguments;
mod check;
mod demo;
mod explain;
mod fmt;
mod lists;
mod packs;
mod progress;
mod replay;
mod run;
mod show;
mod simulate;
mod site;
mod snapshot;
mod sql;
mod stream;
mod terminal;
mod test;
mod trouble;
mod usage;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::ErrorKind;
use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;

use arguments::{Arguments, Command};
use terminal::Terminal;

/// How a command ended. `docs/output.md` says which ending is which exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing to report; warnings and rejected rows are told and change nothing.
    Fine,
    /// Errors in a pack or in registry files, failed cases, unformatted files.
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

/// The exit code of a program that was stopped by Ctrl-C, as shells know it.
const INTERRUPTED: i32 = 130;

/// On Ctrl-C, takes away what is half-written and ends.
fn take_away_when_stopped() {
    // Without this Ctrl-C ends the program as well; what it was writing would then stay beside its place.
    if let Ok(mut signals) = Signals::new([SIGINT]) {
        std::thread::spawn(move || {
            if signals.forever().next().is_some() {
                jiufen_office::abandon(|| std::process::exit(INTERRUPTED));
            }
        });
    }
}

fn main() -> ExitCode {
    take_away_when_stopped();
    let words: Vec<OsString> = std::env::args_os().collect();
    let lang = usage::language(&words);
    if let Some(help) = usage::help_asked(&words, lang) {
        // A reader that closed the pipe has seen what it wanted.
        let _ = std::io::stdout().write_all(help.as_bytes());
        return Outcome::Fine.into();
    }
    let parsed = usage::command(lang)
        .try_get_matches_from(&words)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    match parsed {
        Ok(arguments) => carry_out(&arguments).into(),
        Err(error) if error.kind() == ErrorKind::DisplayVersion => {
            let _ = error.print();
            Outcome::Fine.into()
        }
        Err(error) => {
            let text = match error.kind() {
                ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
                    usage::help(&words, lang)
                }
                _ => usage::complaint(&error, &words, lang),
            };
            let _ = std::io::stderr().write_all(text.as_bytes());
            Outcome::WrongUse.into()
        }
    }
}

fn carry_out(arguments: &Arguments) -> Outcome {
    let mut terminal = Terminal::new(&arguments.common);
    let outcome = match &arguments.command {
        Command::Check(command) => check::run(command, &mut terminal),
        Command::Test(command) => test::run(command, &mut terminal),
        Command::Run(command) => run::run(command, &mut terminal),
        Command::Simulate(command) => simulate::run(command, &mut terminal),
        Command::Replay(command) => replay::run(command, &mut terminal),
        Command::Explain(command) => explain::run(command, &mut terminal),
        Command::Show(command) => show::run(command, &mut terminal),
        Command::Fmt(command) => fmt::run(command, &mut terminal),
        Command::Site(command) => site::run(command, &mut terminal),
        Command::Sql(command) => sql::run(command, &mut terminal),
        Command::Snapshot(command) => snapshot::run(command, &mut terminal),
        Command::Demo(command) => demo::run(command, &mut terminal),
    };
    let written = terminal.finish();
    match outcome.and_then(|outcome| written.map(|()| outcome)) {
        Ok(outcome) => outcome,
        // A reader that closed the pipe (`| head`) has seen what it wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Outcome::Fine,
        Err(error) => {
            let words = trouble::words(&error, terminal.lang);
            terminal.complain(&words);
            Outcome::WrongUse
        }
    }
}
