//! Snapshots: the tables of a registry as they were, in a folder named by the hash of what they say.
//!
//! A snapshot holds one Parquet file a table, one row a subject: `营业收入@2024(万元)` is a yearly column in a year,
//! `用地.无` says where a value is 无, `#行号` and `#行号@2024` are the lines of the files the rows were read from. The
//! manifest `snapshot.json` has the hash of every column; the folder is named by the hash of the manifest. So the same
//! tables give the same folder, and a folder cannot be changed without its name telling.

mod beside;
mod chunks;
mod flat;

use std::io;
use std::path::{Path, PathBuf};

use jiufen_diagnostic::Diagnostic;
use jiufen_quantity::Date;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::files::{Unfinished, about, sync_folder, write_bytes};
use crate::read::{Loaded, hex};
use crate::rejections::Rejections;
use crate::schema::TableSchema;
use crate::table::Provenance;

pub use chunks::Chunks;

/// The manifest of a snapshot.
pub const MANIFEST: &str = "snapshot.json";
/// The rejected rows of its tables and the findings of their files, where there are any.
pub const REJECTED: &str = "rejected.json";

/// A snapshot in its folder.
#[derive(Debug, Clone)]
pub struct Snapshot {
    folder: PathBuf,
    hash: String,
    manifest: Value,
}

/// A file of a registry that is kept as it is, beside its tables.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    /// Its name in the snapshot.
    pub name: &'a str,
    /// The path it was read from, which lists and findings name.
    pub from: &'a str,
    /// What it says.
    pub bytes: &'a [u8],
}

impl Snapshot {
    /// Keeps tables in a folder below `root`, named by what they say. One that is there already is looked at again and
    /// used as it is.
    ///
    /// # Errors
    /// What the disk reports; a folder of this name whose files are not what its name says, with the difference.
    pub fn save(root: &Path, tables: &[&Loaded]) -> io::Result<Self> {
        Self::save_with(root, tables, &[])
    }

    /// The same with other files of the registry as they are.
    ///
    /// # Errors
    /// As [`Snapshot::save`].
    pub fn save_with(root: &Path, tables: &[&Loaded], beside: &[Beside<'_>]) -> io::Result<Self> {
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for file in beside {
            files.push((file.name.to_owned(), file.bytes.to_vec()));
        }
        files.extend(rejected_of(tables).map(|text| (REJECTED.to_owned(), text.into_bytes())));
        let hashed = |(name, bytes): &(String, Vec<u8>)| {
            let mut told = json!({"path": name, "sha256": hex(&Sha256::digest(bytes))});
            if let Some(file) = beside.iter().find(|file| file.name == name) {
                told["from"] = file.from.into();
            }
            told
        };
        let mut other: Vec<Value> = files.iter().map(hashed).collect();
        other.sort_by_key(|file| file["path"].as_str().map(str::to_owned));
        let mut told: Vec<Value> = Vec::new();
        for loaded in tables {
            let (bytes, columns) = flat::write(&loaded.table)?;
            told.push(manifest_of(loaded, columns));
            files.push((format!("{}.parquet", loaded.table.schema().name), bytes));
        }
        told.sort_by_key(|table| table["table"].as_str().map(str::to_owned));
        let mut manifest = json!({"format": "jiufen snapshot 1", "tables": told});
        if !other.is_empty() {
            manifest["files"] = other.into();
        }
        let text = format!("{manifest:#}\n");
        let hash = hex(&Sha256::digest(text.as_bytes()));
        let folder = root.join(&hash);
        if folder.is_dir() {
            let there = Self::open(&folder)?;
            for loaded in tables {
                there.load(loaded.table.schema())?;
            }
            there.check_files(&|name| there.read(name))?;
            return Ok(there);
        }
        let written = (|| {
            let beside = root.join(format!("{hash}.part"));
            if beside.exists() {
                std::fs::remove_dir_all(&beside)?;
            }
            let (_unfinished, ()) =
                Unfinished::begin(beside.clone(), |beside| std::fs::create_dir_all(beside))?;
            for (name, bytes) in &files {
                write_bytes(&beside.join(name), bytes)?;
            }
            write_bytes(&beside.join(MANIFEST), text.as_bytes())?;
            std::fs::rename(&beside, &folder)?;
            sync_folder(&folder)
        })();
        written.map_err(|error| about(&folder, &error))?;
        Ok(Self {
            folder,
            hash,
            manifest,
        })
    }

    /// Opens the snapshot in a folder. Its tables are looked at when they are loaded.
    ///
    /// # Errors
    /// What the disk reports; a manifest that is none, or that is not the one the folder is named by.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(MANIFEST);
        let bytes = std::fs::read(&path).map_err(|error| about(&path, &error))?;
        Self::of_manifest(folder, &bytes)
    }

    /// The snapshot of a manifest whose bytes are at hand, in a folder.
    ///
    /// # Errors
    /// A manifest that is none, or that is not the one the folder is named by.
    pub fn of_manifest(folder: &Path, bytes: &[u8]) -> io::Result<Self> {
        let path = folder.join(MANIFEST);
        let hash = hex(&Sha256::digest(bytes));
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let is_hash = |name: &String| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
        // A copy under another name is as good; one under the name of another hash was changed.
        if let Some(name) = name.filter(is_hash).filter(|name| *name != hash) {
            return Err(differs(
                &path,
                &format!("名称 {name},内容 {hash} (named {name}, content {hash})"),
            ));
        }
        let manifest: Value = serde_json::from_slice(bytes)
            .map_err(|error| differs(&path, &format!("不是 JSON (no JSON): {error}")))?;
        Ok(Self {
            folder: folder.to_owned(),
            hash,
            manifest,
        })
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let path = self.folder.join(name);
        std::fs::read(&path).map_err(|error| about(&path, &error))
    }

    /// The path that a file beside the tables was read from; none of a file that it does not know.
    pub fn original(&self, name: &str) -> Option<&str> {
        let mut files = self.manifest["files"].as_array().into_iter().flatten();
        files.find(|file| file["path"] == name)?["from"].as_str()
    }

    /// Looks at the files beside the tables.
    ///
    /// # Errors
    /// What `read` reports; a file that is not the one of the manifest.
    pub fn check_files(&self, read: &dyn Fn(&str) -> io::Result<Vec<u8>>) -> io::Result<()> {
        for file in self.manifest["files"].as_array().into_iter().flatten() {
            let name = file["path"].as_str().unwrap_or("?");
            self.file(name, file, read)?;
        }
        Ok(())
    }

    fn file(
        &self,
        name: &str,
        told: &Value,
        read: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    ) -> io::Result<Vec<u8>> {
        let bytes = read(name)?;
        match told["sha256"] == hex(&Sha256::digest(&bytes)).as_str() {
            true => Ok(bytes),
            false => Err(differs(&self.folder.join(name), name)),
        }
    }

    /// The SHA-256 of the manifest, in lower-case hexadecimal: the snapshot's name.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The manifest: for each table its rows, files and their hashes, and the type, bounds and hash of each column.
    pub fn manifest(&self) -> &Value {
        &self.manifest
    }

    /// The names of its tables.
    pub fn tables(&self) -> Vec<&str> {
        let tables = self.manifest["tables"].as_array().into_iter().flatten();
        tables.filter_map(|table| table["table"].as_str()).collect()
    }

    /// Loads the table of a schema, with the rows that were rejected when the snapshot was made; `None` when the snapshot
    /// has none of its name.
    ///
    /// # Errors
    /// What the disk reports; a file whose columns are not those of the manifest, with the first that differs.
    pub fn load(&self, schema: &TableSchema) -> io::Result<Option<Loaded>> {
        self.load_by(schema, &|name| self.read(name))
    }

    /// The same from files that `read` gives by their names.
    ///
    /// # Errors
    /// As [`Snapshot::load`].
    pub fn load_by(
        &self,
        schema: &TableSchema,
        read: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    ) -> io::Result<Option<Loaded>> {
        let mut tables = self.manifest["tables"].as_array().into_iter().flatten();
        let Some(told) = tables.find(|table| table["table"] == schema.name.as_str()) else {
            return Ok(None);
        };
        let name = format!("{}.parquet", schema.name);
        let path = self.folder.join(&name);
        let (mut table, columns) = flat::read(schema, read(&name)?).map_err(|error| about(&path, &error))?;
        let expected = told["columns"].as_array().cloned().unwrap_or_default();
        for column in &expected {
            let found = columns.iter().find(|(name, _)| column["name"] == name.as_str());
            if found.is_none_or(|(_, hash)| column["sha256"] != hash.as_str()) {
                let name = column["name"].as_str().unwrap_or("?");
                return Err(differs(&path, &format!("栏目 {name} (column {name})")));
            }
        }
        if columns.len() != expected.len() {
            return Err(differs(&path, "栏目数 (number of columns)"));
        }
        table.provenance = provenance(told);
        table.hash = told["hash"].as_str().unwrap_or("").to_owned();
        let (rejected, findings) = self.rejected(schema, read)?;
        let count = |name: &str| told[name].as_u64().unwrap_or(0);
        if count("rejected") != rejected.len() as u64 {
            return Err(differs(
                &self.folder.join(REJECTED),
                "退回的行数 (number of rejected rows)",
            ));
        }
        Ok(Some(Loaded {
            table,
            read: count("read"),
            accepted: count("accepted"),
            rejected,
            findings,
        }))
    }

    /// The rejected rows of a table and the findings of its files.
    fn rejected(
        &self,
        schema: &TableSchema,
        read: &dyn Fn(&str) -> io::Result<Vec<u8>>,
    ) -> io::Result<(Rejections, Vec<Diagnostic>)> {
        let mut files = self.manifest["files"].as_array().into_iter().flatten();
        let Some(told) = files.find(|file| file["path"] == REJECTED) else {
            return Ok((Rejections::default(), Vec::new()));
        };
        let bytes = self.file(REJECTED, told, read)?;
        let all: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        match all.get(schema.name.as_str()) {
            None => Ok((Rejections::default(), Vec::new())),
            Some(own) => beside::from_json(own).ok_or_else(|| {
                let why = "由别的版本写出 (written by another version)";
                differs(&self.folder.join(REJECTED), why)
            }),
        }
    }
}

/// The rejected rows and findings of all tables, where there are any.
fn rejected_of(tables: &[&Loaded]) -> Option<String> {
    let told = tables
        .iter()
        .filter(|t| !(t.rejected.is_empty() && t.findings.is_empty()));
    let all: serde_json::Map<String, Value> = told
        .map(|t| {
            let name = t.table.schema().name.to_string();
            (name, beside::to_json(&t.rejected, &t.findings))
        })
        .collect();
    (!all.is_empty()).then(|| format!("{:#}\n", Value::from(all)))
}

fn differs(path: &Path, what: &str) -> io::Error {
    let said = format!(
        "{}: 快照与它的名称不符,有人改过或已损坏 (the snapshot is not what it is named by): {what}",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidData, said)
}

fn manifest_of(loaded: &Loaded, columns: Vec<Value>) -> Value {
    let (table, provenance) = (&loaded.table, loaded.table.provenance());
    let files = provenance.files.iter().zip(&provenance.file_hashes);
    let files: Vec<Value> = files
        .map(|(path, hash)| json!({"path": path.as_str(), "sha256": hash}))
        .collect();
    json!({
        "table": table.schema().name.as_str(),
        "rows": table.row_count(),
        "read": loaded.read,
        "accepted": loaded.accepted,
        "rejected": loaded.read - loaded.accepted,
        "files": files,
        "hash": table.hash(),
        "notes": provenance.notes,
        "complete_to": provenance.complete_to.map(|date| date.to_string()),
        "synthetic": provenance.synthetic,
        "broke_off": provenance.broke_off,
        "columns": columns,
    })
}

fn provenance(told: &Value) -> Provenance {
    let texts = |value: &Value, key: Option<&str>| -> Vec<String> {
        let all = value.as_array().into_iter().flatten();
        let text = all.filter_map(|one| key.map_or(one, |key| &one[key]).as_str());
        text.map(str::to_owned).collect()
    };
    Provenance {
        files: texts(&told["files"], Some("path"))
            .into_iter()
            .map(SmolStr::from)
            .collect(),
        file_hashes: texts(&told["files"], Some("sha256")),
        notes: texts(&told["notes"], None),
        complete_to: told["complete_to"].as_str().and_then(Date::parse),
        synthetic: told["synthetic"] == true,
        broke_off: told["broke_off"] == true,
    }
}
