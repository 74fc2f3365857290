//! In: this repository. Out: checks and files that cargo does not make.
//! Guarantees: the same repository gives the same answer and the same bytes; nothing is downloaded, no clock is read.
//! Does not know: what a policy means. It reads manifests, Rust tokens and the lines of a vocabulary, and nothing else.

mod edges;
mod registry;
mod scan;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <command>

  edges                     refuse crate edges, crates and floating point that the design does not list
  registry                  write the sample registries of all shipped packs
  registry --out DIR        write one: --enterprises N  --seed N  --vocabulary FILE (default DIR/../词汇.md)";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["edges"] => edges::check(&root()).map(|()| println!("crate edges: as designed")),
        ["registry", options @ ..] => registry::run(&root(), options),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The repository's folder.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A file of the repository, or a sentence that says which one cannot be read.
fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
