//! The cases of the shipped packs.

use std::path::{Path, PathBuf};

use crate::support::{check, failures};

fn documents(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            documents(&path, into);
        } else if path.extension().is_some_and(|e| e == "md") {
            into.push(path);
        }
    }
}

fn run(pack: &str) {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs")).join(pack);
    let mut paths = Vec::new();
    documents(&folder, &mut paths);
    let texts: Vec<(String, String)> =
        paths.iter().map(|p| (p.display().to_string(), std::fs::read_to_string(p).unwrap())).collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let (program, errors) = check(&texts);
    eprintln!("{} documents, {} rules, {} cases, {} errors", texts.len(), program.rules.len(), program.cases.len(), errors.len());
    errors.iter().take(8).for_each(|e| eprintln!("{e}"));
    for failure in failures(&program) {
        eprintln!("FAIL {failure}");
    }
    for d in jiufen_interpret::conflict::find_conflicts(&program) {
        eprintln!("CONFLICT {}", d.message(jiufen_diagnostic::Lang::Zh));
    }
}

#[test]
fn shili() {
    run("shili");
}

#[test]
fn qiantang() {
    run("qiantang");
}
