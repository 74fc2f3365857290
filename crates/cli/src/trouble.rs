//! Faults of the world and of use, in the language of the reader.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use jiufen_diagnostic::Lang;

/// What went wrong, in both languages.
#[derive(Debug)]
struct Trouble {
    zh: String,
    en: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.zh)
    }
}

impl Error for Trouble {}

/// An error that says itself in both languages.
pub fn wrong(kind: io::ErrorKind, zh: impl Into<String>, en: impl Into<String>) -> io::Error {
    let (zh, en) = (zh.into(), en.into());
    io::Error::new(kind, Trouble { zh, en })
}

/// The same error with the path it is about.
pub fn about(path: &Path) -> impl FnOnce(io::Error) -> io::Error {
    move |error| {
        let path = path.display();
        let (zh, en) = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
                format!(
                    "磁盘已满,“{path}”没有写出,也没有留下写了一半的;腾出空间,或换一个磁盘上的文件夹,再运行一次"
                ),
                format!(
                    "the disk is full: `{path}` was not written, and no half of it is left; make room or take a folder on another disk, and run again"
                ),
            ),
            // An error of the system says its kind and no more; one with words of its own keeps them.
            _ if error.get_ref().is_some() => (format!("{path}:{error}"), format!("{path}: {error}")),
            io::ErrorKind::NotFound => (
                format!("没有“{path}”这个文件或文件夹;核对路径"),
                format!("there is no file or folder `{path}`; check the path"),
            ),
            io::ErrorKind::PermissionDenied => (
                format!("没有权限读写“{path}”;换一个文件夹,或改权限"),
                format!("no permission for `{path}`; take another folder or change its permissions"),
            ),
            io::ErrorKind::IsADirectory => (
                format!("“{path}”是文件夹,这里要一个文件"),
                format!("`{path}` is a folder and a file is needed"),
            ),
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => (
                format!("“{path}”是文件,这里要一个文件夹"),
                format!("`{path}` is a file and a folder is needed"),
            ),
            _ => (
                format!("“{path}”读写不成:{error}"),
                format!("`{path}` could not be read or written: {error}"),
            ),
        };
        wrong(error.kind(), zh, en)
    }
}

/// What an error says to the reader.
pub fn words(error: &io::Error, lang: Lang) -> String {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Trouble>()) {
        Some(trouble) => lang.pick(&trouble.zh, &trouble.en).to_owned(),
        None if error.kind() == io::ErrorKind::StorageFull => lang
            .pick(
                "磁盘已满,没有写完",
                "the disk is full and the output was not written to its end",
            )
            .to_owned(),
        None => error.to_string(),
    }
}
