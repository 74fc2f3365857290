//! What a run was of: enough to run it again and to see what is no longer the same.
//!
//! A manifest names every document and every table file by the hash of its bytes, the year and day, the version of the
//! program, and every list by its hash. It carries no clock and no path of a machine but those that were asked for.

use std::io::{self, Write};

use jiufen_diagnostic::Lang;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::pack::{Pack, PackFiles};
use crate::registry::Registry;
use crate::run::RunOptions;

/// The file in the folder of a run.
pub const FILE: &str = "manifest.json";

/// The layout of the file; a later one has a higher number.
const FORMAT: u64 = 1;

/// A file by its path and the hash of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hashed {
    /// Below the folder it was read from or written to.
    pub path: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Hashed {
    /// A file whose bytes are at hand.
    pub fn of(path: &str, bytes: &[u8]) -> Self {
        let mut hashing = Hashing::new(io::sink());
        // Writing to nowhere does not fail.
        let _ = hashing.write_all(bytes);
        hashing.finish(path).1
    }

    fn to_json(&self) -> Value {
        json!({"path": self.path, "bytes": self.bytes, "sha256": self.sha256})
    }

    fn from_json(value: &Value) -> Option<Self> {
        Some(Self {
            path: value.get("path")?.as_str()?.to_owned(),
            bytes: value.get("bytes")?.as_u64()?,
            sha256: value.get("sha256")?.as_str()?.to_owned(),
        })
    }
}

/// Writes through, and hashes on the way.
pub struct Hashing<W> {
    out: W,
    hash: Sha256,
    bytes: u64,
}

impl<W: Write> Hashing<W> {
    /// Hashes what is written to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            hash: Sha256::new(),
            bytes: 0,
        }
    }

    /// Where it was written to, and the file's hash.
    pub fn finish(self, path: &str) -> (W, Hashed) {
        let digest = self.hash.finalize();
        let hashed = Hashed {
            path: path.to_owned(),
            bytes: self.bytes,
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        (self.out, hashed)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Rows of a table: read, accepted and rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowsOf {
    /// The table.
    pub table: String,
    /// Rows in its files.
    pub read: u64,
    /// Rows taken.
    pub accepted: u64,
    /// Rows not taken.
    pub rejected: u64,
}

/// What a run was of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The version of the program.
    pub version: String,
    /// The pack as it was asked for.
    pub pack: String,
    /// The folder of the registry, when it was not the pack's own.
    pub data: Option<String>,
    /// The language of the words in the lists.
    pub lang: Lang,
    /// For which year and day.
    pub options: RunOptions,
    /// The documents of the pack.
    pub documents: Vec<Hashed>,
    /// The files of the registry.
    pub tables: Vec<Hashed>,
    /// What was read of them.
    pub rows: Vec<RowsOf>,
    /// What was written.
    pub outputs: Vec<Hashed>,
}

/// How a run is asked for: pack and registry in the words of the command.
#[derive(Debug, Clone, Copy)]
pub struct AskedFor<'a> {
    /// The pack.
    pub pack: &'a str,
    /// Its registry, when it is not the pack's own: the folder and its files.
    pub data: Option<(&'a str, &'a PackFiles)>,
}

impl Manifest {
    /// The manifest of a run that has written nothing yet.
    pub fn new(
        asked: AskedFor<'_>,
        pack: &Pack,
        registry: &Registry,
        options: RunOptions,
        lang: Lang,
    ) -> Self {
        let documents = pack.documents.iter().map(|document| {
            let bytes = pack.files.get(&document.path).map_or(&[][..], |bytes| bytes);
            Hashed::of(&document.path, bytes)
        });
        let (files, below) = match asked.data {
            Some((_, files)) => (files, ""),
            None => (&pack.files, "data/"),
        };
        let tables = files
            .files
            .iter()
            .filter_map(|file| Some((file.path.strip_prefix(below)?, file)))
            .filter(|(path, _)| !crate::pack::is_markdown(path))
            .map(|(path, file)| Hashed::of(path, &file.bytes));
        let rows = registry.accounts.iter().map(|account| RowsOf {
            table: account.table.clone(),
            read: account.read,
            accepted: account.accepted,
            rejected: account.rejected,
        });
        let mut manifest = Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pack: asked.pack.to_owned(),
            data: asked.data.map(|(folder, _)| folder.to_owned()),
            lang,
            options,
            documents: documents.collect(),
            tables: tables.collect(),
            rows: rows.collect(),
            outputs: Vec::new(),
        };
        manifest.documents.sort();
        manifest.tables.sort();
        manifest
    }

    /// The snapshot: the name of the one that the registry is, or one hash over the names and hashes of all its files.
    pub fn snapshot(&self) -> String {
        let kept = self
            .tables
            .iter()
            .find(|table| table.path == jiufen_table::snapshot::MANIFEST);
        if let Some(kept) = kept {
            return kept.sha256.clone();
        }
        one_hash(&self.tables)
    }

    /// 出处 of the lists, for formats that have a place for it.
    pub fn provenance(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut pairs = vec![
            pair("政策包", self.pack.clone()),
            pair("当年", self.options.year.to_string()),
            pair("今日", self.options.as_of.to_string()),
            pair("登记数据快照", self.snapshot()),
            pair("程序版本", self.version.clone()),
        ];
        let documents = self.documents.iter();
        pairs.extend(documents.map(|document| pair(&document.path, document.sha256.clone())));
        pairs
    }

    /// As JSON text, for the folder of the run.
    pub fn to_text(&self) -> String {
        let list = |files: &[Hashed]| files.iter().map(Hashed::to_json).collect::<Vec<_>>();
        let rows = |rows: &RowsOf| {
            json!({
                "table": rows.table,
                "read": rows.read,
                "accepted": rows.accepted,
                "rejected": rows.rejected,
            })
        };
        let value = json!({
            "format": FORMAT,
            "program": "jiufen",
            "version": self.version,
            "pack": self.pack,
            "data": self.data,
            "lang": self.lang.pick("zh", "en"),
            "year": self.options.year,
            "as_of": self.options.as_of.to_string(),
            "snapshot": self.snapshot(),
            "documents": list(&self.documents),
            "tables": list(&self.tables),
            "rows": self.rows.iter().map(rows).collect::<Vec<_>>(),
            "outputs": list(&self.outputs),
        });
        format!("{value:#}\n")
    }

    /// Reads what [`Manifest::to_text`] wrote.
    ///
    /// # Errors
    /// With the field that is not as it should be.
    pub fn from_text(text: &str) -> Result<Self, &'static str> {
        let value: Value = serde_json::from_str(text).map_err(|_| "JSON")?;
        let object = value.as_object().ok_or("JSON")?;
        if object.get("format").and_then(Value::as_u64) != Some(FORMAT) {
            return Err("format");
        }
        let text = |name: &'static str| object.get(name).and_then(Value::as_str).ok_or(name);
        let year = object.get("year").and_then(Value::as_i64);
        let as_of = jiufen_quantity::Date::parse(text("as_of")?).ok_or("as_of")?;
        Ok(Self {
            version: text("version")?.to_owned(),
            pack: text("pack")?.to_owned(),
            data: object.get("data").and_then(Value::as_str).map(str::to_owned),
            lang: match text("lang")? {
                "zh" => Lang::Zh,
                "en" => Lang::En,
                _ => return Err("lang"),
            },
            options: RunOptions {
                year: year.and_then(|y| i16::try_from(y).ok()).ok_or("year")?,
                as_of,
            },
            documents: files(object, "documents")?,
            tables: files(object, "tables")?,
            rows: rows(object).ok_or("rows")?,
            outputs: files(object, "outputs")?,
        })
    }

    /// What of the documents and tables is not as it was.
    pub fn changed_inputs(&self, now: &Self) -> Vec<Changed> {
        let mut changed = of_files(&self.documents, &now.documents, Changed::Document);
        changed.extend(of_files(&self.tables, &now.tables, Changed::Table));
        if self.version != now.version {
            changed.push(Changed::Version {
                was: self.version.clone(),
                is: now.version.clone(),
            });
        }
        changed
    }
}

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// A document.
    Document(String, How),
    /// A file of the registry.
    Table(String, How),
    /// The program.
    Version {
        /// The version that ran.
        was: String,
        /// This one.
        is: String,
    },
}

/// In which way a file is not as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Other bytes.
    Other,
    /// It is not there any more.
    Gone,
    /// It was not there.
    New,
}

fn of_files(was: &[Hashed], is: &[Hashed], change: fn(String, How) -> Changed) -> Vec<Changed> {
    let mut changed = Vec::new();
    for file in was {
        match is.iter().find(|now| now.path == file.path) {
            Some(now) if now.sha256 == file.sha256 => {}
            Some(_) => changed.push(change(file.path.clone(), How::Other)),
            None => changed.push(change(file.path.clone(), How::Gone)),
        }
    }
    for file in is {
        if !was.iter().any(|before| before.path == file.path) {
            changed.push(change(file.path.clone(), How::New));
        }
    }
    changed
}

fn one_hash(files: &[Hashed]) -> String {
    let lines: String = files
        .iter()
        .map(|file| format!("{} {} {}\n", file.sha256, file.bytes, file.path))
        .collect();
    Hashed::of("", lines.as_bytes()).sha256
}

fn files(object: &Map<String, Value>, name: &'static str) -> Result<Vec<Hashed>, &'static str> {
    let list = object.get(name).and_then(Value::as_array).ok_or(name)?;
    list.iter()
        .map(|file| Hashed::from_json(file).ok_or(name))
        .collect()
}

fn rows(object: &Map<String, Value>) -> Option<Vec<RowsOf>> {
    let list = object.get("rows")?.as_array()?;
    let one = |value: &Value| {
        let number = |name: &str| value.get(name)?.as_u64();
        Some(RowsOf {
            table: value.get("table")?.as_str()?.to_owned(),
            read: number("read")?,
            accepted: number("accepted")?,
            rejected: number("rejected")?,
        })
    };
    list.iter().map(one).collect()
}

/// Writes nothing, and finds the first line in which what is written differs from what was.
pub struct Comparing<R> {
    was: R,
    line: u64,
    differs: Option<u64>,
}

impl<R: io::BufRead> Comparing<R> {
    /// Compares what is written with what `was` gives.
    pub fn new(was: R) -> Self {
        Self {
            was,
            line: 1,
            differs: None,
        }
    }

    /// The first line that differs, from 1.
    ///
    /// # Errors
    /// When what was written before cannot be read.
    pub fn finish(mut self) -> io::Result<Option<u64>> {
        if self.differs.is_none() && !self.was.fill_buf()?.is_empty() {
            self.differs = Some(self.line);
        }
        Ok(self.differs)
    }
}

impl<R: io::BufRead> Write for Comparing<R> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() && self.differs.is_none() {
            let was = self.was.fill_buf()?;
            let both = rest.len().min(was.len());
            let same = rest.iter().zip(was).take_while(|(a, b)| a == b).count();
            let lines = rest[..same].iter().filter(|byte| **byte == b'\n').count();
            self.line += lines as u64;
            if same < both || both == 0 {
                self.differs = Some(self.line);
            }
            self.was.consume(same);
            rest = &rest[same..];
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_difference(was: &str, is: &str, piece: usize) -> Option<u64> {
        let mut comparing = Comparing::new(was.as_bytes());
        for bytes in is.as_bytes().chunks(piece) {
            comparing.write_all(bytes).unwrap();
        }
        comparing.finish().unwrap()
    }

    #[test]
    fn the_first_line_that_differs_is_told_however_it_is_written() {
        for piece in [1, 2, 3, 100] {
            assert_eq!(first_difference("a\nb\nc\n", "a\nb\nc\n", piece), None);
            assert_eq!(first_difference("a\nb\nc\n", "a\nx\nc\n", piece), Some(2));
            assert_eq!(first_difference("a\nb\nc\n", "a\nb\n", piece), Some(3));
            assert_eq!(first_difference("a\nb\n", "a\nb\nc\n", piece), Some(3));
            assert_eq!(first_difference("", "a", piece), Some(1));
            assert_eq!(first_difference("", "", piece), None);
        }
    }

    #[test]
    fn a_hash_is_that_of_the_bytes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Hashed::of("x", b"").sha256, empty);
        let (out, hashed) = {
            let mut hashing = Hashing::new(Vec::new());
            hashing.write_all(b"ab").unwrap();
            hashing.write_all(b"c").unwrap();
            hashing.finish("y")
        };
        assert_eq!((out.as_slice(), hashed.bytes), (&b"abc"[..], 3));
        assert_eq!(
            hashed,
            Hashed {
                path: "y".into(),
                ..Hashed::of("", b"abc")
            }
        );
    }
}
