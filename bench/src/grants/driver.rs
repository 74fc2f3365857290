//! `grants`: every engine in turn over the same columns, round after round, and what came of it.
//!
//! Each engine is a process of its own that holds the columns and is told when to run; so one round of all engines
//! meets the same weather, and each can be asked for its own peak memory. What they answer is held row by row against
//! `ref.py`, which computes with fractions.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::columns::load_numbers;

/// What is asked of the benchmark.
pub struct Request {
    /// Enterprises.
    pub rows: usize,
    /// How often each engine has its turn.
    pub rounds: usize,
    /// Threads of the engines that use several.
    pub threads: usize,
    /// One JSON object on standard output instead of the table.
    pub json: bool,
}

/// Who takes part: name, script or ourselves, and whether it uses several threads.
struct Entry {
    engine: &'static str,
    peer: bool,
    threads: usize,
}

/// The shortest turn: engines that are done sooner run several times in it.
const TURN_SECONDS: f64 = 0.15;

/// Libraries of the peers, by their names on PyPI.
const LIBRARIES: &str = "requirements.txt";

/// One engine at work.
struct Running {
    entry: Entry,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    runs_a_turn: usize,
    seconds: Vec<f64>,
    cpu: f64,
    runs: usize,
}

impl Running {
    fn start(entry: Entry, python: &Path, scripts: &Path, data: &Path) -> Result<Self, String> {
        let mut command = if entry.peer {
            let mut command = Command::new(python);
            command.arg("-B").arg(scripts.join("peers.py")).arg(entry.engine);
            // Some processors are given an older OpenBLAS kernel by the environment; a current numpy needs none.
            command
                .env_remove("OPENBLAS_CORETYPE")
                .env_remove("OPENBLAS_L2_SIZE");
            command
        } else {
            let own = std::env::current_exe().map_err(|e| e.to_string())?;
            let mut command = Command::new(own);
            command.args(["serve", entry.engine]);
            command
        };
        command.arg(data).arg(entry.threads.to_string());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", entry.engine))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{}: no pipes", entry.engine));
        };
        let mut running = Self {
            entry,
            child,
            input,
            output: BufReader::new(output),
            runs_a_turn: 1,
            seconds: Vec::new(),
            cpu: 0.0,
            runs: 0,
        };
        let ready = running.line()?;
        if ready != "ready" {
            return Err(format!("{}: {ready:?} instead of ready", running.entry.engine));
        }
        let (seconds, _) = running.once()?;
        let turns = (TURN_SECONDS / seconds.max(1e-4)).ceil().clamp(1.0, 50.0);
        // The number lies between 1 and 50.
        running.runs_a_turn = turns as usize;
        Ok(running)
    }

    fn line(&mut self) -> Result<String, String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err(format!("{} ended early", self.entry.engine)),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(format!("{}: {error}", self.entry.engine)),
        }
    }

    fn say(&mut self, command: &str) -> Result<(), String> {
        writeln!(self.input, "{command}")
            .and_then(|()| self.input.flush())
            .map_err(|e| format!("{}: {e}", self.entry.engine))
    }

    fn once(&mut self) -> Result<(f64, f64), String> {
        self.say("run")?;
        let answer = self.answer()?;
        let part = |name: &str| answer.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        Ok((part("seconds"), part("cpu")))
    }

    fn answer(&mut self) -> Result<Value, String> {
        let line = self.line()?;
        serde_json::from_str(&line).map_err(|e| format!("{}: {e} in {line:?}", self.entry.engine))
    }

    /// One turn: its runs' mean seconds are one of the figures whose median is told.
    fn turn(&mut self) -> Result<(), String> {
        let mut all = 0.0;
        for _ in 0..self.runs_a_turn {
            let (seconds, cpu) = self.once()?;
            all += seconds;
            self.cpu += cpu;
            self.runs += 1;
        }
        self.seconds.push(all / self.runs_a_turn as f64);
        Ok(())
    }

    fn finish(mut self, request: &Request, data: &Path, expected: &[i64]) -> Result<Value, String> {
        let result = data.join(format!("result-{}-{}.npy", self.entry.engine, self.entry.threads));
        self.say(&format!("save {}", result.display()))?;
        self.say("quit")?;
        let memory = self.answer()?;
        self.child.wait().map_err(|e| e.to_string())?;
        let found = load_numbers(&result)?;
        std::fs::remove_file(&result).map_err(|e| format!("{}: {e}", result.display()))?;
        let wrong = expected.iter().zip(&found).filter(|(a, b)| a != b).count()
            + expected.len().abs_diff(found.len());
        self.seconds.sort_by(f64::total_cmp);
        let seconds = self.seconds[self.seconds.len() / 2];
        let bytes = |name: &str| memory.get(name).and_then(Value::as_u64).unwrap_or(0);
        Ok(json!({
            "engine": self.entry.engine,
            "threads": self.entry.threads,
            "seconds": seconds,
            "rows_per_second": request.rows as f64 / seconds,
            "fastest_seconds": self.seconds[0],
            "cpu_seconds": self.cpu / self.runs as f64,
            "wrong_rows": wrong,
            "peak_bytes": bytes("peak_bytes"),
            "columns_bytes": bytes("columns_bytes"),
        }))
    }
}

fn entries(threads: usize) -> Vec<Entry> {
    let own = |engine, threads| Entry {
        engine,
        peer: false,
        threads,
    };
    let peer = |engine, threads| Entry {
        engine,
        peer: true,
        threads,
    };
    vec![
        own("jiufen", threads),
        own("jiufen-nullable", threads),
        own("jiufen-decisions", threads),
        peer("duckdb", threads),
        peer("polars", threads),
        own("jiufen", 1),
        own("row-loop", 1),
        peer("numpy", 1),
        peer("openfisca", 1),
    ]
}

/// Runs everybody and prints what came of it.
pub fn run(request: &Request) -> Result<(), String> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("grants");
    let work = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-grants");
    let python = python(&work, &scripts)?;
    let data = data(&work, &python, &scripts, request.rows)?;
    let expected = load_numbers(&data.join("expected.npy"))?;
    let mut engines = Vec::new();
    for entry in entries(request.threads) {
        eprintln!("{} with {} threads: loading", entry.engine, entry.threads);
        engines.push(Running::start(entry, &python, &scripts, &data)?);
    }
    for round in 1..=request.rounds {
        eprint!("\rround {round} of {}", request.rounds);
        for engine in &mut engines {
            engine.turn()?;
        }
    }
    eprintln!();
    let mut figures = Vec::new();
    for engine in engines {
        figures.push(engine.finish(request, &data, &expected)?);
    }
    if request.json {
        println!(
            "{}",
            json!({"rows": request.rows, "rounds": request.rounds, "engines": figures})
        );
    } else {
        print!("{}", table(request, &figures));
    }
    Ok(())
}

/// A Python with the peers' libraries: the system's, or one of our own that is filled from PyPI.
fn python(work: &Path, scripts: &Path) -> Result<PathBuf, String> {
    let has = |python: &Path| {
        let mut command = Command::new(python);
        command.args(["-c", "import numpy, duckdb, polars, openfisca_core"]);
        command.stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let own = work.join("venv/bin/python");
    for candidate in [PathBuf::from("python3"), own.clone()] {
        if has(&candidate) {
            return Ok(candidate);
        }
    }
    eprintln!(
        "installing the peers from {LIBRARIES} into {}",
        work.join("venv").display()
    );
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(work.join("venv"));
    done(&mut make)?;
    let mut fill = Command::new(&own);
    fill.args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(scripts.join(LIBRARIES));
    done(&mut fill)?;
    Ok(own)
}

/// The folder with the columns and what the reference says of them, made when it is not there.
fn data(work: &Path, python: &Path, scripts: &Path, rows: usize) -> Result<PathBuf, String> {
    let folder = work.join(format!("data_{rows}"));
    if !folder.join("expected.npy").exists() {
        std::fs::create_dir_all(work).map_err(|e| format!("{}: {e}", work.display()))?;
        eprintln!("{rows} enterprises, and what ref.py says of each");
        let mut generate = Command::new(python);
        generate
            .arg("-B")
            .arg(scripts.join("reference.py"))
            .arg(rows.to_string())
            .arg(&folder);
        done(&mut generate)?;
    }
    Ok(folder)
}

fn done(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?}: {status}"))
    }
}

/// The figures in eighty columns; ratios are to the median of each peer in the same rounds.
fn table(request: &Request, figures: &[Value]) -> String {
    let text = |figure: &Value, name: &str| figure[name].as_str().unwrap_or("").to_owned();
    let number = |figure: &Value, name: &str| figure[name].as_f64().unwrap_or(f64::NAN);
    let speed = |engine: &str, threads: u64| {
        figures
            .iter()
            .find(|f| f["engine"] == engine && f["threads"] == threads)
            .map_or(f64::NAN, |f| number(f, "rows_per_second"))
    };
    let threads = request.threads as u64;
    let mut out = format!(
        "{} rows, {} rounds, medians; synthetic data\n\n{:<18}{:>8}{:>10}{:>9}{:>9}{:>9}{:>9}\n",
        request.rows, request.rounds, "engine", "threads", "Mrows/s", "CPU ms", "x DuckDB", "wrong", "peak"
    );
    for figure in figures {
        let of = number(figure, "rows_per_second");
        let _ = writeln!(
            out,
            "{:<18}{:>8}{:>10.2}{:>9.1}{:>9.2}{:>9}{:>8.2}x",
            text(figure, "engine"),
            figure["threads"].to_string(),
            of / 1e6,
            number(figure, "cpu_seconds") * 1e3,
            of / speed("duckdb", threads),
            figure["wrong_rows"].to_string(),
            number(figure, "peak_bytes") / number(figure, "columns_bytes"),
        );
    }
    let own = speed("jiufen", threads);
    let _ = writeln!(
        out,
        "\npeak: of the input columns. Ratios of this run, beside what is asked:"
    );
    let mut ratio = |what: &str, found: f64, asked: &str| {
        let _ = writeln!(out, "  {what:<58}{found:>7.2}   {asked}");
    };
    ratio(
        "rows/s against DuckDB BIGINT",
        own / speed("duckdb", threads),
        "at least 5",
    );
    ratio(
        "rows/s against Polars int64",
        own / speed("polars", threads),
        "at least 5",
    );
    ratio(
        "rows/s against OpenFisca",
        own / speed("openfisca", 1),
        "at least 12",
    );
    ratio(
        "rows/s against the row loop, one thread each",
        speed("jiufen", 1) / speed("row-loop", 1),
        "at least 1.2",
    );
    ratio(
        "rows/s with every input nullable against none",
        speed("jiufen-nullable", threads) / own,
        "at least 0.75",
    );
    ratio(
        "time of full decisions against the payable column",
        own / speed("jiufen-decisions", threads),
        "at most 4",
    );
    out
}
