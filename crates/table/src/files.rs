//! Files that are written whole or not at all.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Temporary files of writers that are at work.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Writes a file through `write`: to a temporary file beside it, which takes its place when all bytes are on the disk.
///
/// Whatever goes wrong, and whenever the program is stopped, the file is what it was before or does not exist; the
/// temporary file is taken away again, and one that a stopped program left is written over.
///
/// # Errors
/// What `write` and the disk report.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    write_beside(path, write, File::sync_all)?;
    sync_folder(path)
}

/// As [`write_atomically`], for one of many files that the same command makes again: nothing waits for the disk, so that
/// after a power failure it may be empty.
///
/// # Errors
/// What the disk reports.
pub fn write_one_of_many(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_beside(path, |out| out.write_all(bytes), |_| Ok(()))
}

fn write_beside(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
    sync: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let create = |beside: &Path| {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).open(beside)
    };
    let (unfinished, file) = Unfinished::begin(beside(path)?, create)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    sync(&file)?;
    std::fs::rename(&unfinished.0, path)
}

/// Takes away the temporary files of all writers that are at work, then does what is asked, which must end the program:
/// no writer begins another file while that goes on, and none puts a file in its place.
pub fn abandon(end: impl FnOnce()) {
    let unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.iter() {
        take_away(path);
    }
    end();
}

/// As [`write_atomically`], for bytes that are there already.
///
/// # Errors
/// What the disk reports.
pub fn write_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_atomically(path, |out| out.write_all(bytes))
}

/// Makes sure that a file of this name would be found again after a power failure.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match File::open(folder.unwrap_or(Path::new("."))) {
        Ok(folder) => match folder.sync_all() {
            // Some file systems have no way to do so, and need none.
            Err(error) if error.kind() != io::ErrorKind::StorageFull => Ok(()),
            done => done,
        },
        Err(_) => Ok(()),
    }
}

/// The temporary name of a file, in the same folder and so on the same disk.
fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{}: not a file name", path.display()),
        )
    })?;
    let mut part = name.to_owned();
    part.push(".part");
    Ok(path.with_file_name(part))
}

/// An error with the path it concerns, and the words a person knows for a full disk.
pub(crate) fn about(path: &Path, error: &io::Error) -> io::Error {
    let said = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "磁盘已满,这份文件没有写出 (the disk is full; this file was not written)".to_owned()
        }
        _ => error.to_string(),
    };
    io::Error::new(error.kind(), format!("{}: {said}", path.display()))
}

/// A temporary file or folder, taken away unless it was renamed.
pub(crate) struct Unfinished(PathBuf);

impl Unfinished {
    /// What `create` makes at the path, taken away when this is dropped or the program is told to stop.
    pub fn begin<T>(path: PathBuf, create: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<(Self, T)> {
        let mut all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        let created = create(&path)?;
        all.insert(path.clone());
        Ok((Self(path), created))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut all = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&self.0);
        take_away(&self.0);
    }
}

fn take_away(path: &Path) {
    // After a rename it is not there, and there is nobody to tell of another error.
    let _ = match path.is_dir() {
        true => std::fs::remove_dir_all(path),
        false => std::fs::remove_file(path),
    };
}
