//! 沿革: which rows go back to which, after a firm was renamed, moved here, merged or split (language.md §8.4).
//!
//! What a right counts once, it counts over the whole line: a figure of a year from before the change is the one that the
//! row of that time has, what was paid to it was paid, and the keys of groups and caps know the two as one. A merger or
//! split says nothing of that by itself; it counts when a person has confirmed it.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiufen_diagnostic::catalogue::registry as entries;
use jiufen_diagnostic::{Diagnostic, Entry};
use jiufen_interpret::{Fact, RowId};
use jiufen_language::program::{FieldRef, Literal, SubjectId, Type};
use jiufen_quantity::Date;
use jiufen_table::{
    Cell, ColumnSchema, ColumnType, CsvSource, Fault, Rejection, Table, TableSchema, read_csv,
};
use smol_str::SmolStr;

use super::{NOWHERE, Registry, in_folder, sources};
use crate::pack::PackFiles;

/// The columns of 沿革.csv, in the order of their schema.
const SUBJECT: usize = 0;
const FORMER: usize = 1;
const LATTER: usize = 2;
const CAUSE: usize = 3;
const DATE: usize = 4;
const OFFICER: usize = 5;

/// Why a row goes back to another, in the order of the words in the schema.
const CAUSES: [(&str, Cause); 4] = [
    ("更名", Cause::Same),
    ("迁入", Cause::Same),
    ("合并", Cause::Merged),
    ("分立", Cause::Split),
];

/// What a change leaves of the earlier row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// One and the same firm, under another name or in another place.
    Same,
    /// A firm that took the earlier one in.
    Merged,
    /// One of several firms that the earlier one became.
    Split,
}

/// An earlier row and the day it gave way.
#[derive(Debug, Clone, Copy)]
struct Former {
    row: RowId,
    date: Date,
    cause: Cause,
}

/// What rows go back to.
#[derive(Debug, Default)]
pub(super) struct Successions {
    /// Keys that are no rows any more, with the row that stands for each.
    keys: HashMap<(SubjectId, SmolStr), RowId>,
    former: HashMap<RowId, Vec<Former>>,
    /// For a row with one successor, that one and the day.
    successor: HashMap<RowId, (RowId, Date)>,
}

/// One row of the file.
struct Change {
    at: usize,
    subject: SubjectId,
    former: SmolStr,
    /// The row of the earlier key, where it still is one.
    former_row: Option<RowId>,
    latter: RowId,
    cause: Cause,
    date: Date,
}

fn schema() -> TableSchema {
    let required = |name: &str, ty| ColumnSchema {
        required: true,
        ..ColumnSchema::new(name, ty)
    };
    let causes = ColumnType::Enumeration {
        name: "事由".into(),
        values: CAUSES.map(|(word, _)| SmolStr::new(word)).into(),
    };
    TableSchema {
        name: "沿革".into(),
        key: Vec::new(),
        columns: vec![
            required("对象", ColumnType::Text),
            required("前身", ColumnType::Text),
            required("后继", ColumnType::Text),
            required("事由", causes),
            required("日期", ColumnType::Date),
            ColumnSchema::new("确认人", ColumnType::Text),
            required("依据文件", ColumnType::Text),
        ],
    }
}

impl Registry<'_> {
    /// Reads `沿革.csv`, where it is. A row that cannot be followed is refused, and counts for nothing.
    pub(super) fn load_successions(&mut self, files: &PackFiles, folder: &str) {
        let path = in_folder(folder, "沿革.csv");
        let Some(bytes) = files.get(&path) else { return };
        let mut loaded = read_csv(
            &schema(),
            &CsvSource::new(sources::original(files, folder, &path), bytes.clone()),
            None,
        );
        let mut refused: Vec<(usize, Vec<Fault>)> = Vec::new();
        let mut changes: Vec<Change> = Vec::new();
        for row in 0..loaded.table.row_count() {
            match self.change(&loaded.table, row) {
                Ok(change) => changes.push(change),
                Err(faults) => refused.push((row, faults)),
            }
        }
        for at in not_followed(&changes) {
            let change = &changes[at];
            let reason = Diagnostic::new(&entries::SUCCESSION_NOT_SINGLE, NOWHERE);
            refused.push((change.at, vec![Fault::new("前身", &change.former, reason)]));
        }
        let lost: HashSet<usize> = refused.iter().map(|(row, _)| *row).collect();
        let kept: Vec<Change> = changes.into_iter().filter(|c| !lost.contains(&c.at)).collect();
        self.successions = followed(&kept);
        let rejection = |(row, faults)| {
            let (file, line) = loaded.table.place(row);
            Rejection::of(file, line, faults)
        };
        let refused = refused.into_iter().filter_map(rejection).collect();
        loaded.refuse(refused);
        self.account("沿革", &loaded);
        self.rejected.append(loaded.rejected);
        self.findings.extend(loaded.findings);
    }

    fn change(&self, table: &Table, row: usize) -> Result<Change, Vec<Fault>> {
        let fault = |entry: &'static Entry, column: usize| {
            let name = table.schema().columns[column].name.as_str();
            let found = table.cell(row, column).to_string();
            Fault::new(name, &found, Diagnostic::new(entry, NOWHERE))
        };
        let empty = [SUBJECT, FORMER, LATTER, CAUSE, DATE]
            .into_iter()
            .filter(|column| table.cell(row, *column) == Cell::Missing);
        let mut faults: Vec<Fault> = empty
            .map(|column| {
                let name = table.schema().columns[column].name.as_str();
                Fault::new(name, "", Diagnostic::new(&entries::EMPTY_RECORD_CELL, NOWHERE))
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let words = |column: usize| table.text(row, column).unwrap_or("");
        let declared = (0u32..).map(SubjectId).zip(&self.program.subjects);
        let subject = declared
            .filter(|(_, subject)| subject.name == words(SUBJECT))
            .map(|(id, _)| id)
            .next();
        let latter = subject.and_then(|subject| self.find(subject, words(LATTER)));
        let cause = CAUSES.iter().find(|(word, _)| *word == words(CAUSE));
        let (Some(subject), Some(latter), Some((_, cause)), Cell::Date(date)) =
            (subject, latter, cause, table.cell(row, DATE))
        else {
            let column = if subject.is_none() { SUBJECT } else { LATTER };
            faults.push(fault(&entries::SUCCESSION_WITHOUT_ROW, column));
            return Err(faults);
        };
        if *cause != Cause::Same && table.cell(row, OFFICER) == Cell::Missing {
            faults.push(fault(&entries::SUCCESSION_NOT_CONFIRMED, CAUSE));
            return Err(faults);
        }
        Ok(Change {
            at: row,
            subject,
            former: words(FORMER).into(),
            former_row: self.find(subject, words(FORMER)),
            latter,
            cause: *cause,
            date,
        })
    }

    /// The row that stands for a key that is none any more.
    pub(super) fn successor_of_key(&self, subject: SubjectId, key: &str) -> Option<RowId> {
        if self.successions.keys.is_empty() {
            return None;
        }
        self.successions.keys.get(&(subject, key.into())).copied()
    }

    /// The last row of the line that a row belongs to, as far as 今日 knows it.
    pub(super) fn last_of_line(&self, row: RowId) -> RowId {
        let mut at = row;
        while let Some((next, date)) = self.successions.successor.get(&at)
            && *date <= self.today
        {
            at = *next;
        }
        at
    }

    /// The rows whose cell of a year is that of another row, each with that row.
    pub(crate) fn holders(&self, field: FieldRef, year: i16) -> HashMap<u32, u32> {
        let of_subject = self
            .successions
            .former
            .keys()
            .filter(|row| row.subject == field.subject);
        let held = of_subject.map(|row| (row.row, self.holder(*row, field, Some(year)).row));
        held.filter(|(row, of)| row != of).collect()
    }

    /// The row whose cell holds a yearly fact of another from before it took its place; the row itself where it has one.
    pub(super) fn holder(&self, row: RowId, field: FieldRef, year: Option<i16>) -> RowId {
        let (Some(year), Some(formers)) = (year, self.successions.former.get(&row)) else {
            return row;
        };
        if !matches!(
            self.own_field(row, field, Some(year)),
            Fact::Missing | Fact::NotApplicable
        ) {
            return row;
        }
        let truth = matches!(self.program.field(field).ty, Type::Boolean);
        let mut found = row;
        for former in formers {
            let counts = former.date <= self.today && year <= former.date.year();
            if !counts || !(truth || former.cause == Cause::Same) {
                continue;
            }
            let holder = self.holder(former.row, field, Some(year));
            match self.own_field(holder, field, Some(year)) {
                // Of several firms that became one, it is enough that one was.
                Fact::Known(Literal::Boolean(true)) => return holder,
                Fact::Missing | Fact::NotApplicable => {}
                _ => found = holder,
            }
        }
        found
    }

    /// For every row that goes back to others, all of them.
    pub(super) fn forebears(&self) -> HashMap<RowId, Vec<RowId>> {
        let all_of = |row: &RowId| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![*row]);
            while let Some(at) = open.pop() {
                let formers = self.successions.former.get(&at).into_iter().flatten();
                let known = formers.filter(|former| former.date <= self.today);
                open.extend(known.map(|former| former.row).filter(|row| seen.insert(*row)));
            }
            (*row, seen.into_iter().collect())
        };
        self.successions.former.keys().map(all_of).collect()
    }
}

fn followed(changes: &[Change]) -> Successions {
    let mut out = Successions::default();
    for change in changes {
        match change.former_row {
            Some(row) => {
                let former = Former {
                    row,
                    date: change.date,
                    cause: change.cause,
                };
                out.former.entry(change.latter).or_default().push(former);
                if change.cause != Cause::Split {
                    out.successor.insert(row, (change.latter, change.date));
                }
            }
            None if change.cause != Cause::Split => {
                let key = (change.subject, change.former.clone());
                out.keys.insert(key, change.latter);
            }
            // Nothing is known of the firm that was split, and no one of its successors stands for it.
            None => {}
        }
    }
    for former in out.former.values_mut() {
        former.sort_by_key(|f| (f.date, f.row));
    }
    out
}

/// Changes that cannot be followed: of a row that became several without having been split, and of a line that comes
/// back to where it began.
fn not_followed(changes: &[Change]) -> Vec<usize> {
    let same = |a: &Change, b: &Change| a.subject == b.subject && a.former == b.former;
    let leaves_two = |change: &Change| {
        let others = changes.iter().filter(|other| same(change, other));
        let others: Vec<&Change> = others.filter(|other| other.at != change.at).collect();
        let split = |c: &Change| c.cause == Cause::Split;
        !(others.is_empty() || split(change) && others.iter().all(|other| split(other)))
    };
    let comes_back = |change: &Change| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![change.latter]);
        while let Some(row) = open.pop() {
            for next in changes.iter().filter(|c| c.former_row == Some(row)) {
                if next.at == change.at {
                    return true;
                }
                if seen.insert(next.at) {
                    open.push(next.latter);
                }
            }
        }
        false
    };
    let bad = |(_, change): &(usize, &Change)| leaves_two(change) || comes_back(change);
    let found = changes.iter().enumerate().filter(bad);
    found.map(|(at, _)| at).collect()
}
