//! The fifteen-rule policy over columns in memory: the engine by the path of a run, and a plain row loop.
//!
//! One process an engine, told what to do line by line, so that a driver can take several in turn and ask each for its
//! own peak memory: `run`, `save PATH`, `quit`.

mod columns;
pub mod driver;
pub mod many;
mod row_loop;

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use jiufen_engine::{Answer, Machine, Outcome, Plan, RuleColumns};
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_office::Pack;
use jiufen_quantity::Date;

use crate::{YEAR, policy};
use columns::Enterprises;

/// What is timed.
enum Engine<'a> {
    /// One column of fen: the plan's payable column.
    Payable {
        plan: Box<Plan>,
        machine: Box<Machine>,
        data: &'a Enterprises,
    },
    /// Everything that a run keeps of each right.
    Decisions {
        plan: Box<Plan>,
        data: &'a Enterprises,
    },
    RowLoop(&'a Enterprises),
}

impl<'a> Engine<'a> {
    fn new(name: &str, pack: &Pack, data: &'a Enterprises) -> Result<Self, String> {
        let today = Date::year_end(YEAR).ok_or("no such year")?;
        let plan = || Plan::new(&pack.program, SubjectId(0), &[RuleId(0)], data, (YEAR, today));
        match name {
            "jiufen" | "jiufen-nullable" => {
                let mut plan = Box::new(plan());
                let machine = Box::new(plan.payable(0));
                Ok(Self::Payable { plan, machine, data })
            }
            "jiufen-decisions" => Ok(Self::Decisions {
                plan: Box::new(plan()),
                data,
            }),
            "row-loop" => Ok(Self::RowLoop(data)),
            other => Err(format!(
                "{other}: jiufen, jiufen-nullable, jiufen-decisions or row-loop"
            )),
        }
    }

    fn run(&self, threads: usize) -> Done {
        match self {
            Self::Payable { plan, machine, data } => {
                match machine.run(&plan.inputs, *data, data.rows(), threads).pop() {
                    Some(Answer::Numbers(fen)) => Done::Payable(fen),
                    _ => Done::Payable(Vec::new()),
                }
            }
            Self::Decisions { plan, data } => Done::Decisions(plan.run(*data, data.rows(), threads)),
            Self::RowLoop(data) => Done::Payable(row_loop::run(data, threads)),
        }
    }
}

/// What a run gave.
enum Done {
    Payable(Vec<i64>),
    Decisions(Vec<RuleColumns>),
}

impl Done {
    /// Fen of each row, 0 where there is no right, −1 where it is open.
    fn fen(&self) -> Vec<i64> {
        match self {
            Self::Payable(fen) => fen.clone(),
            Self::Decisions(rules) => rules.first().map_or(Vec::new(), |rule| {
                (0..rule.len())
                    .map(|row| match rule.outcome(row) {
                        Outcome::Eligible(fen) => fen,
                        Outcome::Ineligible | Outcome::Outside => 0,
                        Outcome::Uncertain(_) | Outcome::Refused(_) | Outcome::Open => -1,
                    })
                    .collect()
            }),
        }
    }
}

/// Serves one engine on standard input and output.
pub fn serve(name: &str, folder: &Path, threads: usize) -> Result<(), String> {
    let pack = policy()?;
    let mut data = Enterprises::load(&pack.program, folder)?;
    let rows = data.rows();
    if name == "jiufen-nullable" {
        data = data.with_one_unknown();
    }
    let engine = Engine::new(name, &pack, &data)?;
    forget_peak();
    let mut last = engine.run(threads);
    let mut peak = peak_bytes();
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|e| e.to_string())?;
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("run", _) => {
                drop(last);
                let (start, cpu) = (Instant::now(), cpu_seconds());
                last = engine.run(threads);
                let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
                peak = peak_bytes();
                println!("{{\"seconds\": {seconds:.6}, \"cpu\": {cpu:.6}}}");
            }
            ("save", path) => {
                let fen = last.fen();
                columns::save(Path::new(path), &fen[..rows]).map_err(|e| format!("{path}: {e}"))?;
            }
            _ => break,
        }
        std::io::stdout().flush().map_err(|e| e.to_string())?;
    }
    println!("{{\"peak_bytes\": {peak}, \"columns_bytes\": {}}}", data.bytes());
    Ok(())
}

/// CPU time of this process, all threads.
fn cpu_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Loading holds the columns twice; the peak is to be that of the runs.
fn forget_peak() {
    if let Err(error) = std::fs::write("/proc/self/clear_refs", "5") {
        eprintln!("the peak counts the loading too: {error}");
    }
}

fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace()
        .nth(1)
        .and_then(|k| k.parse::<u64>().ok())
        .unwrap_or(0)
        * 1024
}

/// Prints the plan.
pub fn show(folder: &Path) -> Result<(), String> {
    let pack = policy()?;
    let data = Enterprises::load(&pack.program, folder)?;
    let today = Date::year_end(YEAR).ok_or("no such year")?;
    let mut plan = Plan::new(&pack.program, SubjectId(0), &[RuleId(0)], &data, (YEAR, today));
    let machine = plan.payable(0);
    println!("{plan}{machine}");
    Ok(())
}
