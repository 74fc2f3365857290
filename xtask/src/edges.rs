//! The check of crate edges: what the manifests say against the crate table of the design.

use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use crate::read;
use crate::scan::floats;

/// The crate table: a crate and the crates it may use besides [`COMMON`].
///
/// A new edge is a decision: it needs a note in `docs/decisions/` before it stands here.
const ALLOWED: &[(&str, &[&str])] = &[
    ("quantity", &[]),
    ("diagnostic", &[]),
    ("document", &[]),
    ("language", &["document"]),
    ("interpret", &["language"]),
    ("table", &[]),
    ("engine", &["language", "table"]),
    ("land", &["table"]),
    ("gazette", &["document"]),
    ("ledger", &[]),
    ("work", &[]),
    ("store", &["table", "ledger", "work", "gazette", "document"]),
    (
        "office",
        &[
            "document",
            "language",
            "interpret",
            "table",
            "engine",
            "land",
            "gazette",
            "ledger",
            "work",
            "store",
        ],
    ),
    ("server", &["office"]),
    ("cli", &["office"]),
];

/// What all crates but these two may use.
const COMMON: &[&str] = &["quantity", "diagnostic"];

/// Edges that only tests may have, from and to.
const TEST_ONLY: &[(&str, &str)] = &[("interpret", "document")];

/// The crates that may hold floating point. What leaves them is exact.
const FLOATING: &[&str] = &["land"];

/// Files at the edge of a format that keeps numbers as floating point, and nothing else (docs/decisions/0007).
const FLOATING_FORMATS: &[&str] = &["crates/table/src/output/excel.rs"];

/// One thing that the design does not list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    place: String,
    found: String,
    expected: String,
    next: &'static str,
}

impl Display for Refusal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.place)?;
        writeln!(f, "  found:    {}", self.found)?;
        writeln!(f, "  expected: {}", self.expected)?;
        write!(f, "  next:     {}", self.next)
    }
}

/// Refuses unlisted crates, edges and floating point below `root/crates`, all at once.
///
/// # Errors
/// The refusals as text, or a sentence about a file that cannot be read.
pub fn check(root: &Path) -> Result<(), String> {
    let mut refusals = Vec::new();
    for folder in entries(&root.join("crates"))?
        .into_iter()
        .filter(|path| path.is_dir())
    {
        let name = file_name(&folder);
        let manifest = folder.join("Cargo.toml");
        refusals.extend(check_manifest(&name, &shown(root, &manifest), &read(&manifest)?));
        if !FLOATING.contains(&name.as_str()) {
            for file in rust_files(&folder.join("src"))? {
                refusals.extend(check_source(&shown(root, &file), &read(&file)?));
            }
        }
    }
    if refusals.is_empty() {
        return Ok(());
    }
    let words: Vec<String> = refusals.iter().map(Refusal::to_string).collect();
    Err(format!("{}\n{} refused", words.join("\n"), refusals.len()))
}

fn check_manifest(name: &str, place: &str, manifest: &str) -> Vec<Refusal> {
    let Some((_, listed)) = ALLOWED.iter().find(|(listed, _)| *listed == name) else {
        let known: Vec<&str> = ALLOWED.iter().map(|(listed, _)| *listed).collect();
        return vec![Refusal {
            place: place.to_owned(),
            found: format!("a crate `{name}`"),
            expected: format!("one of {}", known.join(", ")),
            next: "move the code into the crate it belongs to, or write a note in docs/decisions/ and add the crate \
                   to xtask/src/edges.rs",
        }];
    };
    let common: &[&str] = if COMMON.contains(&name) { &[] } else { COMMON };
    let may = |edge: &Edge| {
        let to = edge.to.as_str();
        let in_tests = edge.tests_only && TEST_ONLY.contains(&(name, to));
        listed.contains(&to) || common.contains(&to) || in_tests
    };
    let expected: Vec<&str> = common.iter().chain(*listed).copied().collect();
    let expected = if expected.is_empty() {
        "no crate of this workspace".to_owned()
    } else {
        expected.join(", ")
    };
    edges(manifest)
        .into_iter()
        .filter(|edge| !may(edge))
        .map(|edge| Refusal {
            place: format!("{place}:{}", edge.line),
            found: format!("{name} → {}{}", edge.to, if edge.tests_only { " (in tests)" } else { "" }),
            expected: expected.clone(),
            next: "let a crate above both bring them together, or write a note in docs/decisions/ and add the edge to \
                   xtask/src/edges.rs",
        })
        .collect()
}

fn check_source(place: &str, source: &str) -> Vec<Refusal> {
    if FLOATING_FORMATS.contains(&place) {
        return Vec::new();
    }
    floats(source)
        .into_iter()
        .map(|float| Refusal {
            place: format!("{place}:{}", float.line),
            found: format!("floating point `{}`", float.word),
            expected: format!(
                "exact numbers; floating point lives only in {}",
                FLOATING.join(", ")
            ),
            next: "use jiufen_quantity::Exact, or whole fen, basis points, square metres",
        })
        .collect()
}

/// A dependency on a crate of this workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    to: String,
    line: usize,
    tests_only: bool,
}

/// Reads the dependency tables of a manifest, those of targets and renamed ones too.
///
/// Plain text is enough: cargo has already refused what is no TOML, and a dependency stands on one line or has a table.
fn edges(manifest: &str) -> Vec<Edge> {
    let mut out = Vec::new();
    let mut section = String::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        let mut named = None;
        if let Some(header) = line.strip_prefix('[') {
            section = header.split(']').next().unwrap_or("").replace(['"', ' '], "");
            named = section
                .rsplit_once("dependencies.")
                .map(|(_, name)| name.to_owned());
        } else if let Some((key, value)) = line.split_once('=') {
            let key = key.trim().trim_matches('"');
            let own = section
                .ends_with("dependencies")
                .then(|| key.split('.').next().unwrap_or(key).to_owned());
            let renamed = value
                .split_once("package")
                .filter(|_| section.contains("dependencies"));
            let renamed = renamed.and_then(|(_, after)| after.split('"').nth(1));
            let of_table = (key == "package" && section.contains("dependencies."))
                .then(|| value.replace(['"', ' '], ""));
            named = of_table.or(renamed.map(str::to_owned)).or(own);
        }
        if let Some(to) = named.as_deref().and_then(|name| name.strip_prefix("jiufen-")) {
            out.push(Edge {
                to: to.to_owned(),
                line: index + 1,
                tests_only: section.contains("dev-dependencies"),
            });
        }
    }
    out
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut out = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            out.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|end| end == "rs") {
            out.push(path);
        }
    }
    Ok(out)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let cannot = |error: std::io::Error| format!("cannot read {}: {error}", folder.display());
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(cannot)? {
        out.push(entry.map_err(cannot)?.path());
    }
    out.sort();
    Ok(out)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str, manifest: &str) -> Vec<String> {
        check_manifest(name, "m", manifest)
            .iter()
            .map(|refusal| format!("{} {}", refusal.place, refusal.found))
            .collect()
    }

    #[test]
    fn this_repository_is_as_designed() {
        check(&crate::root()).unwrap();
    }

    #[test]
    fn listed_edges_pass() {
        let manifest = "[package]\nname = \"jiufen-language\"\n[dependencies]\njiufen-document.workspace = true\n\
                        jiufen-quantity = { path = \"../quantity\" }\nserde = \"1\"\n[lints]\nworkspace = true\n";
        assert_eq!(refused("language", manifest), Vec::<String>::new());
        assert_eq!(
            refused(
                "interpret",
                "[dev-dependencies]\njiufen-document.workspace = true\n"
            ),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_unlisted_edge_is_refused_however_it_is_written() {
        for manifest in [
            "[dependencies]\njiufen-table.workspace = true",
            "[dependencies]\n\"jiufen-table\" = { workspace = true }",
            "[dependencies]\ncolumns = { package = \"jiufen-table\", path = \"../table\" }",
            "[dependencies]\njiufen-table = { path = \"../table\", optional = true }",
            "[build-dependencies]\njiufen-table.workspace = true",
            "[target.'cfg(unix)'.dependencies]\njiufen-table.workspace = true",
        ] {
            assert_eq!(
                refused("interpret", manifest),
                ["m:2 interpret → table"],
                "{manifest}"
            );
        }
        assert_eq!(
            refused("interpret", "[dependencies.jiufen-table]\nworkspace = true"),
            ["m:1 interpret → table"]
        );
        assert_eq!(
            refused("interpret", "[dependencies.columns]\npackage = \"jiufen-table\""),
            ["m:2 interpret → table"]
        );
    }

    #[test]
    fn an_edge_for_tests_is_no_edge_for_the_crate() {
        let manifest = "[dependencies]\njiufen-document.workspace = true";
        assert_eq!(refused("interpret", manifest), ["m:2 interpret → document"]);
        let manifest = "[dev-dependencies]\njiufen-table.workspace = true";
        assert_eq!(
            refused("interpret", manifest),
            ["m:2 interpret → table (in tests)"]
        );
    }

    #[test]
    fn the_two_crates_below_all_others_use_none() {
        assert_eq!(
            refused("quantity", "[dependencies]\njiufen-diagnostic.workspace = true"),
            ["m:2 quantity → diagnostic"]
        );
    }

    #[test]
    fn an_unlisted_crate_is_refused_with_what_to_do() {
        let refusal = &check_manifest("utilities", "crates/utilities/Cargo.toml", "")[0];
        assert_eq!(
            refusal.to_string(),
            "error: crates/utilities/Cargo.toml\n  found:    a crate `utilities`\n  expected: one of quantity, diagnostic, \
             document, language, interpret, table, engine, land, gazette, ledger, work, store, office, server, cli\n  \
             next:     move the code into the crate it belongs to, or write a note in docs/decisions/ and add the crate to \
             xtask/src/edges.rs"
        );
    }

    #[test]
    fn floating_point_is_refused_at_its_line() {
        let refusals = check_source("crates/table/src/a.rs", "\nlet x: f64 = y; // f32");
        assert_eq!(
            refusals[0].to_string(),
            "error: crates/table/src/a.rs:2\n  found:    floating point `f64`\n  expected: exact numbers; floating point \
             lives only in land\n  next:     use jiufen_quantity::Exact, or whole fen, basis points, square metres"
        );
        assert_eq!(refusals.len(), 1);
    }
}
