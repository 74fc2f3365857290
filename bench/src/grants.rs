//! The fifteen-rule policy over columns in memory: the engine by the path of a run, and a plain row loop.
//!
//! One process an engine, told what to do line by line, so that a driver can take several in turn and ask each for its
//! own peak memory: `run`, `save PATH`, `quit`.

mod columns;
mod row_loop;

use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use jiufen_engine::{Answer, Machine, Plan};
use jiufen_language::program::{RuleId, SubjectId};
use jiufen_quantity::Date;

use crate::{YEAR, policy};
use columns::Enterprises;

/// One column of fen from columns in memory.
enum Engine<'a> {
    Columnar {
        plan: Box<Plan>,
        machine: Machine,
        data: &'a Enterprises,
    },
    RowLoop(&'a Enterprises),
}

impl Engine<'_> {
    fn run(&self, threads: usize) -> Vec<i64> {
        match self {
            Self::Columnar { plan, machine, data } => {
                match machine.run(&plan.inputs, *data, data.rows(), threads).pop() {
                    Some(Answer::Numbers(fen)) => fen,
                    _ => Vec::new(),
                }
            }
            Self::RowLoop(data) => row_loop::run(data, threads),
        }
    }
}

/// Serves one engine on standard input and output.
pub fn serve(engine: &str, folder: &Path, threads: usize) -> Result<(), String> {
    let pack = policy()?;
    let data = Enterprises::load(&pack.program, folder)?;
    let today = Date::year_end(YEAR).ok_or("no such year")?;
    let engine = match engine {
        "jiufen" => {
            let mut plan = Plan::new(&pack.program, SubjectId(0), &[RuleId(0)], &data, (YEAR, today));
            let machine = plan.payable(0);
            eprintln!(
                "{} operations, left to the interpreter: {:?}",
                machine.operations(),
                plan.left
            );
            Engine::Columnar {
                plan: Box::new(plan),
                machine,
                data: &data,
            }
        }
        "row-loop" => Engine::RowLoop(&data),
        other => return Err(format!("{other}: jiufen or row-loop")),
    };
    let mut last = engine.run(threads);
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|e| e.to_string())?;
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("run", _) => {
                let (start, cpu) = (Instant::now(), cpu_micros());
                let fen = engine.run(threads);
                let (seconds, cpu) = (start.elapsed().as_micros(), cpu_micros() - cpu);
                last = fen;
                println!("{{\"seconds\": {}, \"cpu\": {}}}", decimal(seconds), decimal(cpu));
            }
            ("save", path) => columns::save(Path::new(path), &last).map_err(|e| format!("{path}: {e}"))?,
            _ => break,
        }
        std::io::stdout().flush().map_err(|e| e.to_string())?;
    }
    println!(
        "{{\"peak_bytes\": {}, \"columns_bytes\": {}}}",
        peak_bytes(),
        data.bytes()
    );
    Ok(())
}

/// Microseconds as seconds.
fn decimal(micros: u128) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// CPU time of this process, all threads, from /proc; in steps of a hundredth of a second.
fn cpu_micros() -> u128 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or("");
    let ticks: u128 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|t| t.parse::<u128>().ok())
        .sum();
    ticks * 10_000
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
