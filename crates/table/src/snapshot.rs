//! Snapshots: the tables of a registry as they were, in a folder named by the hash of what they say.
//!
//! A snapshot holds one Parquet file a table, one row a subject: `营业收入@2024(万元)` is a yearly column in a year,
//! `用地.无` says where a value is 无, `#行号` and `#行号@2024` are the lines of the files the rows were read from. The
//! manifest `snapshot.json` has the hash of every column; the folder is named by the hash of the manifest. So the same
//! tables give the same folder, and a folder cannot be changed without its name telling.

mod flat;

use std::io;
use std::path::{Path, PathBuf};

use jiufen_quantity::Date;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::files::{about, sync_folder, write_bytes};
use crate::read::{Loaded, hex};
use crate::schema::TableSchema;
use crate::table::{Provenance, Table};

/// The manifest of a snapshot.
pub const MANIFEST: &str = "snapshot.json";

/// A snapshot in its folder.
#[derive(Debug, Clone)]
pub struct Snapshot {
    folder: PathBuf,
    hash: String,
    manifest: Value,
}

/// A table of a snapshot, and how many rows of its files it stands for.
#[derive(Debug, Clone)]
pub struct SnapshotTable {
    /// The rows that were accepted.
    pub table: Table,
    /// Rows read when the snapshot was made.
    pub read: u64,
    /// Rows accepted; the others were rejected: accepted + rejected = read.
    pub accepted: u64,
}

impl Snapshot {
    /// Keeps tables in a folder below `root`, named by what they say. One that is there already is looked at again and
    /// used as it is.
    ///
    /// # Errors
    /// What the disk reports; a folder of this name whose files are not what its name says, with the difference.
    pub fn save(root: &Path, tables: &[&Loaded]) -> io::Result<Self> {
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        let mut told: Vec<Value> = Vec::new();
        for loaded in tables {
            let (bytes, columns) = flat::write(&loaded.table)?;
            told.push(manifest_of(loaded, columns));
            files.push((format!("{}.parquet", loaded.table.schema().name), bytes));
        }
        told.sort_by_key(|table| table["table"].as_str().map(str::to_owned));
        let manifest = json!({"format": "jiufen snapshot 1", "tables": told});
        let text = format!("{manifest:#}\n");
        let hash = hex(&Sha256::digest(text.as_bytes()));
        let folder = root.join(&hash);
        if folder.is_dir() {
            let there = Self::open(&folder)?;
            for loaded in tables {
                there.load(loaded.table.schema())?;
            }
            return Ok(there);
        }
        let unfinished = root.join(format!(".{hash}.writing"));
        let written = (|| {
            if unfinished.exists() {
                std::fs::remove_dir_all(&unfinished)?;
            }
            std::fs::create_dir_all(&unfinished)?;
            for (name, bytes) in &files {
                write_bytes(&unfinished.join(name), bytes)?;
            }
            write_bytes(&unfinished.join(MANIFEST), text.as_bytes())?;
            std::fs::rename(&unfinished, &folder)?;
            sync_folder(&folder)
        })();
        if let Err(error) = written {
            // What is half-written has a name that nothing reads; there is nobody to tell of another error.
            let _ = std::fs::remove_dir_all(&unfinished);
            return Err(about(&folder, &error));
        }
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
        let hash = hex(&Sha256::digest(&bytes));
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let is_hash = |name: &String| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
        // A copy under another name is as good; one under the name of another hash was changed.
        if let Some(name) = name.filter(is_hash).filter(|name| *name != hash) {
            return Err(differs(
                &path,
                &format!("名称 {name},内容 {hash} (named {name}, content {hash})"),
            ));
        }
        let manifest: Value = serde_json::from_slice(&bytes)
            .map_err(|error| differs(&path, &format!("不是 JSON (no JSON): {error}")))?;
        Ok(Self {
            folder: folder.to_owned(),
            hash,
            manifest,
        })
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

    /// Loads the table of a schema; `None` when the snapshot has none of its name.
    ///
    /// # Errors
    /// What the disk reports; a file whose columns are not those of the manifest, with the first that differs.
    pub fn load(&self, schema: &TableSchema) -> io::Result<Option<SnapshotTable>> {
        let mut tables = self.manifest["tables"].as_array().into_iter().flatten();
        let Some(told) = tables.find(|table| table["table"] == schema.name.as_str()) else {
            return Ok(None);
        };
        let path = self.folder.join(format!("{}.parquet", schema.name));
        let bytes = std::fs::read(&path).map_err(|error| about(&path, &error))?;
        let (mut table, columns) = flat::read(schema, bytes).map_err(|error| about(&path, &error))?;
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
        let (read, accepted) = (told["read"].as_u64(), told["accepted"].as_u64());
        Ok(Some(SnapshotTable {
            table,
            read: read.unwrap_or(0),
            accepted: accepted.unwrap_or(0),
        }))
    }
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
