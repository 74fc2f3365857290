//! The registry of a pack as facts: tables by subject, references resolved, determinations beside them.

mod facts;
mod folder;
mod keep;
mod records;
mod sources;
mod succession;
mod territories;

use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiufen_diagnostic::catalogue::registry::{
    DANGLING_REFERENCE, DUPLICATE_KEY, DUPLICATE_YEAR, REPEATED_ROWS, ROWS_KNOWN_LATER, TODAY_BEFORE_YEAR,
};
use jiufen_diagnostic::{Diagnostic, Lang, SourceId, Sources, Span};
use jiufen_interpret::{Right, RowId};
use jiufen_language::program::{EnumId, Program, RuleId, SubjectId, Type};
use jiufen_quantity::{Date, Dimension};
use jiufen_table::{ColumnSchema, ColumnType, Loaded, NumberKind, Rejection, Rejections, Table, TableSchema};
use serde_json::{Value, json};
use smol_str::SmolStr;

use crate::pack::{PackFile, PackFiles, is_markdown};
use crate::payments::{self, Payments};
pub use keep::{Kept, NotKept, keep};
use records::Recorded;
use succession::Successions;

/// How many rows a file gave.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The table.
    pub table: String,
    /// Rows in its files.
    pub read: u64,
    /// Rows taken.
    pub accepted: u64,
    /// Rows not taken; accepted + rejected = read.
    pub rejected: u64,
}

/// The facts of a run: everything that the tables of a folder say, in the vocabulary of a program.
#[derive(Debug)]
pub struct Registry<'p> {
    program: &'p Program,
    tables: Vec<Option<Table>>,
    today: Date,
    names: Vec<Option<u16>>,
    related: Vec<OnceLock<HashMap<u32, Vec<RowId>>>>,
    related_offsets: Vec<usize>,
    determinations: HashMap<(RuleId, RowId, Option<i16>), Recorded>,
    choices: HashMap<(RuleId, RowId), SmolStr>,
    successions: Successions,
    /// What was paid before.
    pub payments: Payments,
    /// Rows read, taken and refused, by table.
    pub accounts: Vec<Account>,
    /// Every row that was not taken, with its reasons.
    pub rejected: Rejections,
    /// Faults of files as a whole. Each names its `file` and, where it has one, its `line` among its arguments.
    pub findings: Vec<Diagnostic>,
}

/// What was found in files as a whole, for programs: code, severity, place (path and line), message, help.
pub fn faults_json<'d>(findings: impl IntoIterator<Item = &'d Diagnostic>, lang: Lang) -> Value {
    let one = |finding: &Diagnostic| {
        let number = |name| finding.argument(name, lang).and_then(|n| n.parse::<u64>().ok());
        let line = number("line");
        json!({
            "code": finding.code(),
            "severity": finding.severity().word(),
            "place": {"path": finding.argument("file", lang), "line": line},
            "message": finding.message(lang),
            "help": finding.help(lang),
            "more": number("more"),
        })
    };
    findings.into_iter().map(one).collect()
}

/// A place in no text of the pack: what is found in a table names its file itself.
pub(crate) const NOWHERE: Span = Span {
    source: SourceId(u32::MAX),
    start: 0,
    end: 0,
};

/// The name of a table, by which tables read ahead are found again.
type TableName = SmolStr;

fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Reads the tables of a pack by its vocabulary alone, so that this can go on while all its documents are checked.
///
/// Only documents that declare subjects, events or enumerations are looked at; what they get wrong is found by the
/// check, and a table whose schema comes out otherwise there is read again by [`Registry::load_after`].
pub fn read_ahead(documents: &PackFiles, data: &PackFiles, folder: &str) -> Vec<(TableSchema, Loaded)> {
    let declares = |file: &&PackFile| {
        is_markdown(&file.path) && {
            let text = String::from_utf8_lossy(&file.bytes);
            let mut words = ["\n对象 ", "\n事件 ", "\n类别 "].iter();
            words.any(|word| text.contains(word))
        }
    };
    let mut sources = Sources::default();
    let mut vocabulary = Vec::new();
    for file in documents.files.iter().filter(declares) {
        let (source, _) = jiufen_document::load(&mut sources, &file.path, &file.bytes);
        vocabulary.push(jiufen_document::parse(&sources, source).0);
    }
    let program = jiufen_language::check_rules(&sources, &vocabulary).program;
    let schemas: Vec<TableSchema> = (0..program.subjects.len())
        .map(|i| schema_of(&program, SubjectId(i as u32)))
        .collect();
    let read = |index: usize| sources::read(&schemas[index], data, folder);
    let tables = on_all_cores(schemas.len(), read);
    schemas
        .into_iter()
        .zip(tables)
        .filter_map(|(schema, table)| Some((schema, table?)))
        .collect()
}

/// `work` of every number below `count`, in order; each core takes the next one when it is free.
pub(crate) fn on_all_cores<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(count.max(1));
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let one = || {
            let mut own = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    return own;
                }
                own.push((index, work(index)));
            }
        };
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Vec<(usize, T)>>| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().flat_map(join).collect()
    });
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The schema of a subject's table. Columns stand in the order of the fields, so that a field's index is its column.
pub fn schema_of(program: &Program, subject: SubjectId) -> TableSchema {
    let declared = program.subject(subject);
    let columns = declared
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| ColumnSchema {
            name: field.name.clone(),
            alias: field.alias.clone(),
            column_type: column_type(program, &field.ty),
            yearly: field.yearly,
            optional: field.optional,
            signed: field.signed,
            required: declared.key.contains(&(index as u16)),
        })
        .collect();
    let key = declared
        .key
        .iter()
        .map(|k| declared.fields[usize::from(*k)].name.clone())
        .collect();
    TableSchema {
        name: declared.name.clone(),
        key,
        columns,
    }
}

fn column_type(program: &Program, ty: &Type) -> ColumnType {
    let number = |dimension: Dimension, kind| ColumnType::Number { dimension, kind };
    match ty {
        Type::Number => number(Dimension::none(), NumberKind::Plain),
        Type::Rate => number(Dimension::none(), NumberKind::Rate),
        Type::Points => number(Dimension::none(), NumberKind::Points),
        Type::Quantity { dimension, .. } => number(dimension.clone(), NumberKind::Quantity),
        Type::Boolean => ColumnType::Boolean,
        Type::Date => ColumnType::Date,
        Type::Year => ColumnType::Year,
        Type::Territory => ColumnType::Territory,
        Type::Code(system) => ColumnType::Code {
            system: system.clone(),
        },
        Type::Row(subject) => ColumnType::Reference {
            table: program.subject(*subject).name.clone(),
        },
        Type::Enumeration(id) => {
            let enumeration = &program.enumerations[id.index()];
            ColumnType::Enumeration {
                name: enumeration.name.clone(),
                values: enumeration.values.clone(),
            }
        }
        _ => ColumnType::Text,
    }
}

impl<'p> Registry<'p> {
    /// Reads `<folder>/<subject>.csv` and `<subject>.年度.csv` for every subject, and `核定.csv`, `归组.csv`, `兑付.csv`;
    /// each may be an Excel workbook (`.xlsx`) or Parquet (`.parquet`) instead.
    ///
    /// A subject without a file has no rows. `today` is 今日 of the run.
    pub fn load(program: &'p Program, files: &PackFiles, folder: &str, today: Date) -> Self {
        Self::load_after(program, files, folder, today, Vec::new())
    }

    /// As [`Registry::load`], with tables that [`read_ahead`] read already. One whose schema is not exactly the
    /// program's is read again.
    pub fn load_after(
        program: &'p Program,
        files: &PackFiles,
        folder: &str,
        today: Date,
        ahead: Vec<(TableSchema, Loaded)>,
    ) -> Self {
        let mut registry = Self::empty(program, today);
        let mut ahead: HashMap<TableName, (TableSchema, Loaded)> = ahead
            .into_iter()
            .map(|(schema, loaded)| (schema.name.clone(), (schema, loaded)))
            .collect();
        let mut waiting: Vec<(SubjectId, TableSchema)> = Vec::new();
        let mut tables: Vec<(SubjectId, Loaded)> = Vec::new();
        for index in 0..program.subjects.len() {
            let subject = SubjectId(index as u32);
            let schema = schema_of(program, subject);
            match ahead.remove(&schema.name) {
                Some((read, loaded)) if read == schema => tables.push((subject, loaded)),
                _ => waiting.push((subject, schema)),
            }
        }
        let read =
            |index: usize| sources::read(&waiting[index].1, files, folder).map(|t| (waiting[index].0, t));
        tables.extend(on_all_cores(waiting.len(), read).into_iter().flatten());
        tables.sort_by_key(|(subject, _)| *subject);
        for (subject, loaded) in tables {
            registry.take(subject, loaded);
        }
        registry.hold_to(today);
        registry.changed_since_kept(files, folder);
        registry.load_successions(files, folder);
        registry.dangling_references();
        registry.territories_not_in_full();
        registry.repeated_rows();
        registry.load_records(files, folder);
        registry.load_payments(files, folder);
        registry.unknown_files(files, folder);
        registry.no_tables(files, folder);
        registry
    }

    /// Says where a file of a snapshot, beside its tables, is not what it was.
    fn changed_since_kept(&mut self, files: &PackFiles, folder: &str) {
        let read = |name: &str| sources::bytes(files, &in_folder(folder, name));
        let checked = sources::snapshot(files, folder).map(|found| found?.check_files(&read));
        if let Some(Err(error)) = checked {
            let file = in_folder(folder, jiufen_table::snapshot::MANIFEST);
            self.findings.push(sources::damaged(&file, &error));
        }
    }

    /// A registry without rows.
    pub fn empty(program: &'p Program, today: Date) -> Self {
        let mut related_offsets = Vec::with_capacity(program.subjects.len());
        let mut fields = 0;
        for subject in &program.subjects {
            related_offsets.push(fields);
            fields += subject.fields.len();
        }
        let names = program
            .subjects
            .iter()
            .map(|s| {
                s.fields
                    .iter()
                    .position(|f| f.name == "名称" || f.name == "姓名")
                    .map(|i| i as u16)
            })
            .collect();
        Self {
            program,
            tables: program.subjects.iter().map(|_| None).collect(),
            today,
            names,
            related: std::iter::repeat_with(OnceLock::new).take(fields).collect(),
            related_offsets,
            determinations: HashMap::new(),
            choices: HashMap::new(),
            successions: Successions::default(),
            payments: Payments::default(),
            accounts: Vec::new(),
            rejected: Rejections::default(),
            findings: Vec::new(),
        }
    }

    /// A registry of one table.
    pub(crate) fn of_table(program: &'p Program, subject: SubjectId, loaded: Loaded, today: Date) -> Self {
        let mut registry = Self::empty(program, today);
        registry.take(subject, loaded);
        registry
    }

    /// The program whose vocabulary the facts are in.
    pub fn program(&self) -> &'p Program {
        self.program
    }

    fn take(&mut self, subject: SubjectId, loaded: Loaded) {
        self.account(&self.program.subject(subject).name.clone(), &loaded);
        self.rejected.append(loaded.rejected);
        self.findings.extend(loaded.findings);
        self.tables[subject.index()] = Some(loaded.table);
    }

    /// Reports references whose target is in no file, one finding a column.
    fn dangling_references(&mut self) {
        let mut found = Vec::new();
        for (subject, declared) in (0u32..).map(SubjectId).zip(&self.program.subjects) {
            let Some(table) = self.table(subject) else {
                continue;
            };
            for (column, field) in declared.fields.iter().enumerate() {
                let Type::Row(target) = field.ty else { continue };
                let lost: Vec<usize> = (0..table.row_count())
                    .filter(|row| {
                        table
                            .text(*row, column)
                            .is_some_and(|key| self.find(target, key).is_none())
                    })
                    .collect();
                let Some(first) = lost.first() else { continue };
                found.push(
                    Diagnostic::new(&DANGLING_REFERENCE, NOWHERE)
                        .with("file", table.place(*first).0)
                        .with("table", declared.name.as_str())
                        .with("column", field.name.as_str())
                        .with("target", self.program.subject(target).name.as_str())
                        .with("count", lost.len().to_string())
                        .with("line", table.place(*first).1.to_string())
                        .with("found", table.text(*first, column).unwrap_or("")),
                );
            }
        }
        self.findings.extend(found);
    }

    /// Says where a row was taken and a later one about the same was not.
    fn repeated_rows(&mut self) {
        for of_code in self.rejected.by_code() {
            let repeats = |row: &&Rejection| [DUPLICATE_KEY.code, DUPLICATE_YEAR.code].contains(&row.code());
            let Some(first) = of_code.first.first().filter(repeats) else {
                continue;
            };
            let finding = Diagnostic::new(&REPEATED_ROWS, NOWHERE)
                .with("file", first.file.as_str())
                .with("line", first.line.to_string())
                .with("count", of_code.count.to_string());
            self.findings.push(finding);
        }
    }

    fn account(&mut self, name: &str, loaded: &Loaded) {
        self.accounts.push(Account {
            table: name.to_owned(),
            read: loaded.read,
            accepted: loaded.accepted,
            rejected: loaded.read - loaded.accepted,
        });
    }

    fn load_payments(&mut self, files: &PackFiles, folder: &str) {
        let Some(loaded) = sources::read_alone(&payments::schema(), files, folder) else {
            return;
        };
        let find = |subject: SubjectId, key: &str| self.find(subject, key);
        let (payments, loaded) = payments::read(self.program, loaded, &find);
        self.account("兑付", &loaded);
        self.rejected.append(loaded.rejected);
        self.findings.extend(loaded.findings);
        self.payments = payments;
        self.payments.forebears = self.forebears();
    }

    /// Writes every refused row with its place, column, words and reason.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write_rejected(&self, lang: Lang, out: &mut impl std::io::Write) -> std::io::Result<()> {
        jiufen_table::write_rejected(&self.rejected, lang, out, jiufen_table::ByteOrderMark::Written)
    }

    /// Sets 今日 of the run, where it follows from what was read.
    pub fn set_today(&mut self, today: Date) {
        self.today = today;
        self.hold_to(today);
        self.payments.forebears = self.forebears();
        self.say_later_records();
    }

    /// Takes the yearly rows that were known on 今日 (得知日), and says how many were not.
    fn hold_to(&mut self, today: Date) {
        self.findings
            .retain(|finding| finding.code() != ROWS_KNOWN_LATER.code);
        for table in self.tables.iter_mut().flatten() {
            table.known_on(today);
            let Some((count, line)) = table.known_later(today) else {
                continue;
            };
            let file = table.provenance().files.get(1).cloned().unwrap_or_default();
            let finding = Diagnostic::new(&ROWS_KNOWN_LATER, NOWHERE)
                .with("file", file)
                .with("line", line.to_string())
                .with("count", count.to_string())
                .with("today", today.to_string());
            self.findings.push(finding);
        }
    }

    /// Says where 今日 lies before the year that is decided for.
    pub fn say_early_day(&mut self, year: i16) {
        if self.today.year() < year {
            let finding = Diagnostic::new(&TODAY_BEFORE_YEAR, NOWHERE)
                .with("today", self.today.to_string())
                .with("year", year.to_string());
            self.findings.push(finding);
        }
    }

    /// The row of a key; of one that is none any more, the row that took its place (沿革).
    pub fn find(&self, subject: SubjectId, key: &str) -> Option<RowId> {
        match self.tables.get(subject.index())?.as_ref()?.find(key) {
            Some(row) => Some(RowId {
                subject,
                row: row as u32,
            }),
            None => self.successor_of_key(subject, key),
        }
    }

    /// Rows of any subject whose key or name is `words`; where there is none, those of one table: `表名:键`.
    pub fn find_by_name(&self, words: &str) -> Vec<RowId> {
        let all = (0..self.tables.len()).map(|index| SubjectId(index as u32));
        let found: Vec<RowId> = all.flat_map(|subject| self.find_in(subject, words)).collect();
        if !found.is_empty() {
            return found;
        }
        let of_table = words.split_once([':', '：']);
        of_table
            .and_then(|(table, key)| Some((self.program.subject_named(table)?, key)))
            .map_or_else(Vec::new, |(subject, key)| self.find_in(subject, key))
    }

    /// The row of a subject that has a key, or those that have a name.
    fn find_in(&self, subject: SubjectId, words: &str) -> Vec<RowId> {
        if let Some(row) = self.find(subject, words) {
            return vec![row];
        }
        let index = subject.index();
        let (Some(table), Some(name)) = (&self.tables[index], self.names[index]) else {
            return Vec::new();
        };
        let rows = (0..table.row_count()).filter(|row| table.text(*row, usize::from(name)) == Some(words));
        let named = rows.map(|row| RowId {
            subject,
            row: row as u32,
        });
        named.collect()
    }

    /// Whether any determination (核定) is recorded for a rule.
    pub(crate) fn has_determinations(&self, rule: RuleId) -> bool {
        self.determinations.keys().any(|(of, _, _)| *of == rule)
    }

    /// The rights that determinations of no later day than 今日 are about, with the file and line of each.
    pub(crate) fn determinations_until_today(&self) -> impl Iterator<Item = (Right, &str, u64)> {
        let until_today = |of: &&Recorded| of.date <= self.today;
        let right = |(rule, row, year)| Right { rule, row, year };
        let all = self.determinations.iter().filter(move |(_, of)| until_today(of));
        all.map(move |(of, recorded)| (right(*of), recorded.file.as_str(), recorded.line))
    }

    /// The table of a subject, when a file was read for it.
    pub fn table(&self, subject: SubjectId) -> Option<&Table> {
        self.tables.get(subject.index())?.as_ref()
    }

    /// A word of an enumeration by its place.
    pub(crate) fn enumeration_word(&self, of: EnumId, index: u16) -> &str {
        let values = &self.program.enumerations[of.index()].values;
        values.get(usize::from(index)).map_or("", SmolStr::as_str)
    }

    /// Whether any row is synthetic (合成).
    pub fn is_synthetic(&self) -> bool {
        self.tables.iter().flatten().any(Table::is_synthetic)
    }

    /// The last year any yearly table has values for.
    pub fn last_year(&self) -> Option<i16> {
        self.tables
            .iter()
            .flatten()
            .filter_map(|t| t.years().last().copied())
            .max()
    }
}
