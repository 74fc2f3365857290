//! A pack: the documents and data of one folder, checked together.

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use jiufen_diagnostic::{Diagnostic, Sources, has_errors};
use jiufen_document::{Document, Status};
use jiufen_interpret::conflict;
use jiufen_language::Checked;
use jiufen_language::program::{DocumentId, Program, RuleId, VerdictId};
use jiufen_table::snapshot::{MANIFEST, REJECTED};

/// A file of a pack: its path below the pack's folder, with `/`, and its bytes.
#[derive(Debug, Clone)]
pub struct PackFile {
    /// `杭州市/若干政策.md`.
    pub path: String,
    /// As stored; copies share them.
    pub bytes: Bytes,
}

/// The files of a pack, from a folder or from inside the binary.
#[derive(Debug, Clone, Default)]
pub struct PackFiles {
    /// How the pack is called in messages.
    pub name: String,
    /// Its files, by path.
    pub files: Vec<PackFile>,
}

impl PackFiles {
    /// Reads a folder, or a single Markdown document as a pack of its own.
    ///
    /// # Errors
    /// When the folder or a file cannot be read.
    pub fn read(path: &Path) -> io::Result<Self> {
        // `.` and `..` have no name of their own: the folder they stand for has.
        let absolute = path
            .file_name()
            .is_none()
            .then(|| path.canonicalize())
            .transpose()?;
        let named = absolute.as_deref().unwrap_or(path);
        let name = named.file_name().map_or_else(
            || path.display().to_string(),
            |n| n.to_string_lossy().into_owned(),
        );
        let mut files = Vec::new();
        if path.is_file() {
            let own = path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            files.push(PackFile {
                path: own,
                bytes: std::fs::read(path)?.into(),
            });
        } else {
            walk(path, "", &mut Vec::new(), &mut files)?;
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { name, files })
    }

    /// The bytes of one file.
    pub fn get(&self, path: &str) -> Option<&Bytes> {
        self.files.iter().find(|f| f.path == path).map(|f| &f.bytes)
    }
}

/// Reads a folder and those in it, by links too. A link back to a folder it lies in is passed over.
fn walk(folder: &Path, below: &str, within: &mut Vec<PathBuf>, files: &mut Vec<PackFile>) -> io::Result<()> {
    let real = folder.canonicalize()?;
    if within.contains(&real) {
        return Ok(());
    }
    within.push(real);
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if below.is_empty() {
            name.clone()
        } else {
            format!("{below}/{name}")
        };
        let place = entry.path();
        let about = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", place.display()));
        let found = std::fs::metadata(&place).map_err(about)?;
        if found.is_dir() {
            if is_sheet(&name) {
                // Named with a stroke at its end, for the registry to say that it is no file.
                let path = format!("{path}/");
                files.push(PackFile {
                    path,
                    bytes: Bytes::new(),
                });
            }
            walk(&place, &path, within, files)?;
        } else if found.is_file() && wanted(&name) {
            let bytes = std::fs::read(&place).map_err(about)?.into();
            files.push(PackFile { path, bytes });
        } else if is_sheet(&name) {
            // Of a spreadsheet in a format that is not read it is enough to say that it is there.
            let bytes = Bytes::new();
            files.push(PackFile { path, bytes });
        }
    }
    within.pop();
    Ok(())
}

fn wanted(name: &str) -> bool {
    is_markdown(name)
        || [MANIFEST, REJECTED].contains(&name)
        || [".csv", ".txt", ".xlsx", ".parquet"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a file is Markdown, in any of the ways its name is written.
pub(crate) fn is_markdown(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["md", "markdown"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether a file is a table to the person who put it there, in whatever format.
pub(crate) fn is_sheet(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["csv", "tsv", "xlsx", "xls", "et", "ods", "parquet"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

/// A pack with its meaning and everything that was found in it.
#[derive(Debug)]
pub struct Pack {
    /// How the pack is called in messages.
    pub name: String,
    /// All texts.
    pub sources: Sources,
    /// Its documents, by path.
    pub documents: Vec<Document>,
    /// What they mean.
    pub program: Program,
    /// All findings, in order of place.
    pub findings: Vec<Diagnostic>,
    /// Its other files.
    pub files: PackFiles,
}

impl Pack {
    /// Reads and checks all documents of a pack. `README.md` and what lies below `data/` are no documents.
    pub fn load(files: PackFiles) -> Self {
        Self::checked_by(jiufen_language::check, files, |_| false)
    }

    /// As [`Pack::load`], without the cases: for deciding by a pack that was found sound before, such as one inside the
    /// binary.
    pub fn load_rules(files: PackFiles) -> Self {
        Self::checked_by(jiufen_language::check_rules, files, |_| false)
    }

    /// As [`Pack::load`], as if some of its drafts (征求意见) were in force: what a what-if compares with.
    pub fn enacting(files: PackFiles, enacted: impl Fn(&Document) -> bool) -> Self {
        Self::checked_by(jiufen_language::check, files, enacted)
    }

    fn checked_by(
        check: fn(&Sources, &[Document]) -> Checked,
        files: PackFiles,
        enacted: impl Fn(&Document) -> bool,
    ) -> Self {
        let mut sources = Sources::default();
        let mut findings = Vec::new();
        let mut documents = Vec::new();
        for file in files.files.iter().filter(|f| is_document(&f.path)) {
            let (source, decoding) = jiufen_document::load(&mut sources, &file.path, &file.bytes);
            findings.extend(decoding);
            let (mut document, found) = jiufen_document::parse(&sources, source);
            findings.extend(found);
            if document.meta.status == Status::Draft && enacted(&document) {
                document.meta.status = Status::Official;
            }
            documents.push(document);
        }
        let checked = check(&sources, &documents);
        findings.extend(checked.findings);
        let program = checked.program;
        if !has_errors(&findings) {
            findings.extend(conflict::find_conflicts(&program));
        }
        findings.sort_by_key(|d| (d.span.source, d.span.start, d.span.end));
        Self {
            name: files.name.clone(),
            sources,
            documents,
            program,
            findings,
            files,
        }
    }

    /// Whether it may be run.
    pub fn is_sound(&self) -> bool {
        !has_errors(&self.findings)
    }

    /// How a rule is named: with its document's number where several documents have one of that name.
    pub fn rule_label(&self, rule: RuleId) -> String {
        rule_label(&self.program, rule)
    }

    /// How a verdict is named: as [`Pack::rule_label`] names a rule.
    pub fn verdict_label(&self, verdict: VerdictId) -> String {
        let verdicts = &self.program.verdicts;
        let declared = &verdicts[verdict.index()];
        let twins = verdicts.iter().filter(|v| v.name == declared.name).count();
        label(&self.program, &declared.name, declared.document, twins)
    }
}

/// How a rule is named; see [`Pack::rule_label`].
pub(crate) fn rule_label(program: &Program, rule: RuleId) -> String {
    let declared = program.rule(rule);
    let twins = program.rules.iter().filter(|r| r.name == declared.name).count();
    label(program, &declared.name, declared.document, twins)
}

fn label(program: &Program, name: &str, document: DocumentId, twins: usize) -> String {
    if twins < 2 {
        return name.to_owned();
    }
    let document = program.document(document);
    let source = if document.number.is_empty() {
        &document.title
    } else {
        &document.number
    };
    format!("{name}({source})")
}

fn is_document(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_data = path.split('/').rev().skip(1).any(|part| part == "data");
    is_markdown(path) && !name.eq_ignore_ascii_case("README.md") && !in_data
}
