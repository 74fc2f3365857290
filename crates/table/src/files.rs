//! Files that are written whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a file through `write`: to a temporary file beside it, which takes its place when all bytes are on the disk.
///
/// Whatever goes wrong, and whenever the program is stopped, the file is what it was before or does not exist; the
/// temporary file is taken away again, and one that a stopped program left is written over.
///
/// # Errors
/// What `write` and the disk report, with the path; a full disk says so.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let unfinished = Unfinished(beside(path)?);
    let written = (|| {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&unfinished.0)?;
        let mut out = BufWriter::with_capacity(1 << 16, file);
        write(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        std::fs::rename(&unfinished.0, path)?;
        sync_folder(path)
    })();
    written.map_err(|error| about(path, &error))
}

/// As [`write_atomically`], for bytes that are there already.
///
/// # Errors
/// What the disk reports, with the path.
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
pub(crate) fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{}: not a file name", path.display()),
        )
    })?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".writing");
    Ok(path.with_file_name(hidden))
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

/// A temporary file, taken away unless it was renamed.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After a rename it is not there, and there is nobody to tell of another error.
        let _ = std::fs::remove_file(&self.0);
    }
}
