//! What random programs have found, in `tests/corpus/`: each runs as it was found, and says the same in all ways now.

use std::path::{Path, PathBuf};

use jiufen_office::{PackFiles, RunOptions};
use jiufen_quantity::Date;

use super::compare::{Files, Found, Tally, compare};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus")
}

/// The year and the day that an entry's README says: `年度 2025,今日 2025-12-31`.
fn options(readme: &str) -> Option<RunOptions> {
    let line = readme.lines().find(|line| line.starts_with("年度 "))?;
    let (year, rest) = line.strip_prefix("年度 ")?.split_once(",今日 ")?;
    Some(RunOptions {
        year: year.parse().ok()?,
        as_of: Date::parse(rest.get(..10)?)?,
    })
}

fn files_of(entry: &Path) -> Files {
    let files = PackFiles::read(entry).unwrap().files.into_iter();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    files.map(|f| (f.path.clone(), text(&f.bytes))).collect()
}

#[test]
fn what_was_found_once_is_said_alike() {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    entries.sort();
    for entry in entries {
        let readme = std::fs::read_to_string(entry.join("README.md")).unwrap();
        let options = options(&readme).unwrap_or_else(|| panic!("{}: no year and day", entry.display()));
        let found = compare(&files_of(&entry), options, &mut Tally::default());
        assert_eq!(found, Found::Same, "{}", entry.display());
    }
}
