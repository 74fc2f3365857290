//! Which files of a folder a table is read from: CSV, Excel or Parquet, but only one of them.

use std::io;
use std::path::Path;

use jiufen_diagnostic::catalogue::registry::{DAMAGED_FILE, SEVERAL_FILES};
use jiufen_diagnostic::{Argument, Diagnostic};
use jiufen_table::snapshot::{MANIFEST, Snapshot};
use jiufen_table::{Loaded, TableSchema, TableSource, read_table};

use super::{NOWHERE, in_folder};
use crate::pack::PackFiles;

/// The endings of files that tables are read from.
pub(super) const ENDINGS: [&str; 3] = ["csv", "xlsx", "parquet"];

/// The files that a table could be read from, by their paths.
pub(super) fn paths(files: &PackFiles, folder: &str, stem: &str) -> Vec<String> {
    ENDINGS
        .iter()
        .map(|ending| in_folder(folder, &format!("{stem}.{ending}")))
        .filter(|path| files.get(path).is_some())
        .collect()
}

fn source(files: &PackFiles, path: &str) -> Option<TableSource> {
    TableSource::of_file(path, files.get(path)?.clone())
}

/// The snapshot that a folder is, when it is one.
pub(super) fn snapshot(files: &PackFiles, folder: &str) -> Option<io::Result<Snapshot>> {
    let bytes = files.get(&in_folder(folder, MANIFEST))?;
    // A folder of its own is called as its snapshot; one inside a pack goes by its content alone.
    let name = if folder.is_empty() {
        files.name.as_str()
    } else {
        ""
    };
    Some(Snapshot::of_manifest(Path::new(name), bytes))
}

/// Says that a snapshot is not what it was.
pub(super) fn damaged(file: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::new(&DAMAGED_FILE, NOWHERE)
        .with("file", file)
        .with("line", "1")
        .with("cause", error.to_string())
}

/// A file of the folder.
pub(super) fn bytes(files: &PackFiles, path: &str) -> io::Result<Vec<u8>> {
    let found = files.get(path).map(|bytes| bytes.to_vec());
    found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, path.to_owned()))
}

/// The table of a schema, when the folder has a file for it.
pub(super) fn read(schema: &TableSchema, files: &PackFiles, folder: &str) -> Option<Loaded> {
    if let Some(snapshot) = snapshot(files, folder) {
        let loaded = snapshot
            .and_then(|snapshot| snapshot.load_by(schema, &|name| bytes(files, &in_folder(folder, name))));
        return loaded.unwrap_or_else(|error| {
            let file = in_folder(folder, &format!("{}.parquet", schema.name));
            Some(Loaded::unread(schema, damaged(&file, &error)))
        });
    }
    let main = paths(files, folder, &schema.name);
    let yearly = paths(files, folder, &format!("{}.年度", schema.name));
    match (main.as_slice(), yearly.as_slice()) {
        ([], _) => None,
        ([main], [] | [_]) => {
            let yearly = yearly.first().and_then(|path| source(files, path));
            Some(read_table(schema, &source(files, main)?, yearly.as_ref()))
        }
        ([_], several) => Some(unread(schema, &format!("{}.年度", schema.name), several)),
        (several, _) => Some(unread(schema, &schema.name, several)),
    }
}

/// The path that a file of the folder had before it was kept in a snapshot; its own where the folder is none.
pub(super) fn original(files: &PackFiles, folder: &str, path: &str) -> String {
    let kept = snapshot(files, folder).and_then(Result::ok);
    let name = path.strip_prefix(&in_folder(folder, "")).unwrap_or(path);
    let from = kept.as_ref().and_then(|kept| kept.original(name));
    from.unwrap_or(path).to_owned()
}

/// A table without a yearly file, read from the one file that has it.
pub(super) fn read_alone(schema: &TableSchema, files: &PackFiles, folder: &str) -> Option<Loaded> {
    let paths = paths(files, folder, &schema.name);
    match paths.as_slice() {
        [] => None,
        [only] => {
            let source = TableSource::of_file(&original(files, folder, only), files.get(only)?.clone())?;
            Some(read_table(schema, &source, None))
        }
        several => Some(unread(schema, &schema.name, several)),
    }
}

fn unread(schema: &TableSchema, table: &str, paths: &[String]) -> Loaded {
    let finding = Diagnostic::new(&SEVERAL_FILES, NOWHERE)
        .with("table", table)
        .with("file", paths.first().map_or("", String::as_str))
        .with("files", Argument::term(paths.join("、"), paths.join(", ")));
    Loaded::unread(schema, finding)
}
