//! Measures what the issue asks for, and holds the fifteen-rule policy against its Python reference.
//!
//! `oracle FOLDER`: every decision of `bench/grants/policy.md` over `FOLDER/data` equals `FOLDER/expected.csv`.
//! `warm FOLDER`: microseconds for one warm decision with its derivation.
//! `check CLAUSES`: milliseconds to check a generated pack of that many clauses.

mod generated;

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
        _ => Err("usage: jiufen-bench oracle FOLDER | warm FOLDER | check CLAUSES".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

const YEAR: i16 = 2025;

fn policy() -> Result<Pack, String> {
    let text = include_str!("../grants/policy.md");
    let file = PackFile {
        path: "policy.md".into(),
        bytes: text.as_bytes().to_vec(),
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
    let mut nanos: Vec<u128> = Vec::with_capacity(rights.len());
    for round in 0..2 {
        nanos.clear();
        for right in &rights {
            let start = Instant::now();
            let decision = interpreter.decide(*right);
            nanos.push(start.elapsed().as_nanos());
            std::hint::black_box((round, decision));
        }
    }
    nanos.sort_unstable();
    let at = |share: usize| nanos.get(nanos.len() * share / 100).copied().unwrap_or(0) as u64 / 1000;
    println!(
        "one warm decision with derivation: median {} us, 99th percentile {} us, {} rows",
        at(50),
        at(99),
        rights.len()
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
