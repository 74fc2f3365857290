//! Keeping a registry as a snapshot: what was read of it, content-addressed, so that a later run reads the very same.

use std::io;
use std::path::Path;

use jiufen_language::program::SubjectId;
use jiufen_table::Loaded;
use jiufen_table::snapshot::{Beside, Snapshot};
use smol_str::SmolStr;

use super::folder::RECORDS;
use super::{in_folder, on_all_cores, schema_of, sources};
use crate::pack::{Pack, PackFiles};

/// A registry that was kept.
#[derive(Debug)]
pub struct Kept {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The tables as they were read.
    pub tables: Vec<Loaded>,
}

/// Why a registry was not kept.
#[derive(Debug)]
pub enum NotKept {
    /// The yearly rows of a table have 得知日, and a snapshot holds one version of each.
    Versions(SmolStr),
    /// The disk, or a number that no snapshot can hold.
    Io(io::Error),
}

impl From<io::Error> for NotKept {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Kept {
    /// Whether a file could not be read as a whole.
    pub fn has_errors(&self) -> bool {
        self.tables
            .iter()
            .any(|table| jiufen_diagnostic::has_errors(&table.findings))
    }
}

/// Keeps the tables of a folder, with their rejected rows and with 核定, 归组, 兑付 and 沿革 as they are, in a folder below
/// `root` that is named by what they say.
///
/// # Errors
/// What the disk reports; a number that no snapshot can hold; yearly rows with 得知日, of which a snapshot would hold the last
/// ones only.
pub fn keep(pack: &Pack, files: &PackFiles, folder: &str, root: &Path) -> Result<Kept, NotKept> {
    let program = &pack.program;
    // INVARIANT: subjects are numbered with 32 bits.
    let read = |index: usize| sources::read(&schema_of(program, SubjectId(index as u32)), files, folder);
    let tables: Vec<Loaded> = on_all_cores(program.subjects.len(), read)
        .into_iter()
        .flatten()
        .collect();
    if let Some(table) = tables.iter().find(|loaded| loaded.table.has_versions()) {
        let name = &table.table.schema().name;
        return Err(NotKept::Versions(name.clone()));
    }
    let inside = in_folder(folder, "");
    let records = files.files.iter().filter_map(|file| {
        let name = file.path.strip_prefix(&inside)?;
        let (stem, ending) = name.rsplit_once('.')?;
        let record = RECORDS.contains(&stem) && sources::ENDINGS.contains(&ending);
        record.then(|| (name, sources::original(files, folder, &file.path), &*file.bytes))
    });
    let records: Vec<(&str, String, &[u8])> = records.collect();
    let beside: Vec<Beside> = records
        .iter()
        .map(|(name, from, bytes)| Beside { name, from, bytes })
        .collect();
    let of_tables: Vec<&Loaded> = tables.iter().collect();
    let snapshot = Snapshot::save_with(root, &of_tables, &beside)?;
    Ok(Kept { snapshot, tables })
}
