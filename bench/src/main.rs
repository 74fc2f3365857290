//! Measures what the issue asks for, and holds the fifteen-rule policy against its Python reference.
//!
//! `oracle FOLDER`: every decision of `bench/grants/policy.md` over `FOLDER/data` equals `FOLDER/expected.csv`.
//! `warm FOLDER`: microseconds for one warm decision with its derivation.
//! `cold PROGRAM ARGUMENTS`: milliseconds of a whole process, from start to exit.
//! `grants [--rows N] [--rounds N] [--threads N] [--json]`: that policy in this engine and its peers, in turn.
//! `rules FOLDER COPIES`: that policy many times in one plan, on the columns of FOLDER: lowering, and rows a second.
//! `flat ROWS FILE`: enterprises of that policy as one Parquet file, for `jiufen run --stream`.
//! `check CLAUSES`: milliseconds to check a generated pack of that many clauses.

mod flat;
mod generated;
mod grants;

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use jiufen_interpret::{Facts, Interpreter};
use jiufen_language::program::RuleId;
use jiufen_office::{Pack, PackFile, PackFiles, Registry};
use jiufen_quantity::Date;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["oracle", folder] => oracle(Path::new(folder)),
        ["warm", folder] => warm(Path::new(folder)),
        ["check", clauses] => clauses
            .parse()
            .map_err(|e| format!("{clauses}: {e}"))
            .and_then(check),
        ["flat", rows, file] => rows
            .parse()
            .map_err(|e| format!("{rows}: {e}"))
            .and_then(|rows| flat::write(rows, Path::new(file))),
        ["cold", program, rest @ ..] => cold(program, rest),
        ["grants", options @ ..] => request(options).and_then(|request| grants::driver::run(&request)),
        ["rules", folder, copies] => copies
            .parse()
            .map_err(|e| format!("{copies}: {e}"))
            .and_then(|copies| grants::many::run(Path::new(folder), copies)),
        ["plan", folder] => grants::show(Path::new(folder)),
        ["serve", engine, folder, threads] => threads
            .parse()
            .map_err(|e| format!("{threads}: {e}"))
            .and_then(|threads| grants::serve(engine, Path::new(folder), threads)),
        _ => Err(
            "usage: jiufen-bench grants [--rows N] [--rounds N] [--threads N] [--json] | oracle FOLDER | warm FOLDER | rules FOLDER COPIES | flat ROWS FILE | check CLAUSES | cold PROGRAM ARGUMENTS | serve ENGINE FOLDER THREADS"
                .to_owned(),
        ),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// What the benchmark of the grants policy is asked for.
fn request(options: &[&str]) -> Result<grants::driver::Request, String> {
    let mut request = grants::driver::Request {
        rows: 1_000_000,
        rounds: 9,
        threads: 2,
        json: false,
    };
    let mut options = options.iter();
    while let Some(option) = options.next() {
        let mut number = || {
            let given = options.next().and_then(|n| n.parse().ok()).filter(|n| *n > 0);
            given.ok_or_else(|| format!("{option} takes a whole number above 0"))
        };
        match *option {
            "--rows" => request.rows = number()?,
            "--rounds" => request.rounds = number()?,
            "--threads" => request.threads = number()?,
            "--json" => request.json = true,
            other => return Err(format!("{other}: --rows N, --rounds N, --threads N or --json")),
        }
    }
    Ok(request)
}

const YEAR: i16 = 2025;

fn policy() -> Result<Pack, String> {
    policy_of(include_str!("../grants/policy.md"))
}

fn policy_of(text: &str) -> Result<Pack, String> {
    let file = PackFile {
        path: "policy.md".into(),
        bytes: text.as_bytes().to_vec().into(),
    };
    let pack = Pack::load(PackFiles {
        name: "grants".into(),
        files: vec![file],
    });
    if pack.is_sound() {
        Ok(pack)
    } else {
        Err(format!("the policy has errors: {:?}", pack.findings))
    }
}

fn registry<'p>(pack: &'p Pack, folder: &Path) -> Result<Registry<'p>, String> {
    let files = PackFiles::read(&folder.join("data")).map_err(|e| format!("{}: {e}", folder.display()))?;
    let today = Date::year_end(YEAR).ok_or("no such year")?;
    Ok(Registry::load(&pack.program, &files, "", today))
}

/// Interpreter against `ref.py`, to the fen, on every row.
fn oracle(folder: &Path) -> Result<(), String> {
    let pack = policy()?;
    let registry = registry(&pack, folder)?;
    let path = folder.join("expected.csv");
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let expected: HashMap<&str, i128> = text
        .lines()
        .filter_map(|l| l.split_once(','))
        .filter_map(|(k, v)| Some((k, v.trim().parse().ok()?)))
        .collect();
    let interpreter = Interpreter::new(&pack.program, &registry, YEAR);
    let (mut equal, mut total, mut paid) = (0u64, 0i128, 0u64);
    let rights = interpreter.rights(RuleId(0));
    if rights.len() != expected.len() {
        return Err(format!(
            "{} rows decided, {} expected",
            rights.len(),
            expected.len()
        ));
    }
    for right in rights {
        let decision = interpreter.decide(right);
        let key = registry.key(right.row);
        let found = decision.payable_fen();
        let wanted = expected.get(key.as_str()).copied();
        if found.is_none() || found != wanted {
            return Err(format!(
                "{key}: decided {found:?} fen, ref.py says {wanted:?} fen"
            ));
        }
        equal += 1;
        total += found.unwrap_or(0);
        paid += u64::from(found > Some(0));
    }
    println!(
        "{equal} rows equal to the fen, {paid} paid, {} yuan in all",
        jiufen_quantity::show::fen(total)
    );
    Ok(())
}

/// Median and 99th percentile of one decision with its derivation, everything loaded.
fn warm(folder: &Path) -> Result<(), String> {
    let pack = policy()?;
    let registry = registry(&pack, folder)?;
    let interpreter = Interpreter::new(&pack.program, &registry, YEAR);
    let rights = interpreter.rights(RuleId(0));
    let (mut all, mut paid): (Vec<u128>, Vec<u128>) = (Vec::new(), Vec::new());
    for round in 0..2 {
        all.clear();
        paid.clear();
        for right in &rights {
            let start = Instant::now();
            let decision = interpreter.decide(*right);
            let elapsed = start.elapsed().as_nanos();
            all.push(elapsed);
            if decision.payable_fen().is_some_and(|fen| fen > 0) {
                paid.push(elapsed);
            }
            std::hint::black_box((round, decision));
        }
    }
    // A row that fails the first condition costs little; the paid ones go through all fifteen rules.
    for (name, nanos) in [("all rows", &mut all), ("paid rows", &mut paid)] {
        nanos.sort_unstable();
        let at = |share: usize| nanos.get(nanos.len() * share / 100).copied().unwrap_or(0) / 1000;
        println!(
            "one warm decision with derivation, {name}: median {} us, 99th percentile {} us, {} rows",
            at(50),
            at(99),
            nanos.len()
        );
    }
    Ok(())
}

/// Median and fastest of twenty-one runs of a whole process, after one that is not counted.
fn cold(program: &str, arguments: &[&str]) -> Result<(), String> {
    let mut micros = Vec::new();
    for round in 0..22 {
        let start = Instant::now();
        let output = std::process::Command::new(program).args(arguments).output();
        let elapsed = start.elapsed().as_micros();
        let output = output.map_err(|e| format!("{program}: {e}"))?;
        if !output.status.success() {
            return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        if round > 0 {
            micros.push(elapsed);
        }
    }
    micros.sort_unstable();
    let (median, fastest) = (micros[micros.len() / 2], micros[0]);
    println!(
        "{}: median {}.{:03} ms, fastest {}.{:03} ms, {} processes",
        arguments.first().unwrap_or(&""),
        median / 1000,
        median % 1000,
        fastest / 1000,
        fastest % 1000,
        micros.len()
    );
    Ok(())
}

/// Best of five checks of a generated pack.
fn check(clauses: usize) -> Result<(), String> {
    let files = generated::pack(clauses);
    let mut best = u128::MAX;
    for _ in 0..5 {
        let files = files.clone();
        let start = Instant::now();
        let pack = Pack::load(files);
        best = best.min(start.elapsed().as_micros());
        if !pack.is_sound() || pack.program.rules.len() != clauses {
            return Err(format!(
                "{} rules, findings {:?}",
                pack.program.rules.len(),
                pack.findings.first()
            ));
        }
    }
    println!(
        "check of {clauses} clauses: {}.{:03} ms (best of 5)",
        best / 1000,
        best % 1000
    );
    Ok(())
}
