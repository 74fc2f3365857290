//! Records beside the tables: who determined an amount (核定), which key was chosen (归组).
//!
//! A record is money, so that it is used only when it says everything and is the only one of its right; every other row
//! is rejected with its reason.

use std::collections::{HashMap, HashSet};

use jiufen_diagnostic::catalogue::registry as entries;
use jiufen_diagnostic::{Argument, Diagnostic, Entry, nearest};
use jiufen_interpret::{Determination, RowId};
use jiufen_language::program::{Frequency, Program, RuleId, StageAmount};
use jiufen_quantity::{Date, Dimension, show};
use jiufen_table::{
    Cell, ColumnSchema, ColumnType, Fault, NumberKind, Rejection, Rejections, Table, TableSchema,
};
use smol_str::SmolStr;

use super::{NOWHERE, Registry, sources};
use crate::pack::{PackFiles, rule_label};

/// A determination as its file has it.
#[derive(Debug)]
pub(super) struct Recorded {
    pub determination: Determination,
    /// Before this day it does not count.
    pub date: Date,
    pub file: SmolStr,
    pub line: u64,
}

/// What a record is about: a rule, a row and, for a determination, the year of a yearly right.
type Right = (RuleId, RowId, Option<i16>);

/// Rows that are not used, with their reasons.
type Refused = Vec<(usize, Fault)>;

/// Lines of the records of one right that each of them names.
const MOST_LINES: usize = 8;

impl Registry<'_> {
    /// Reads 核定 and 归组, where they are.
    pub(super) fn load_records(&mut self, files: &PackFiles, folder: &str) {
        let found = self.records(files, folder, determination_schema(), |sheet, row, faults| {
            sheet.determination(row, faults)
        });
        self.determinations = found.into_iter().collect();
        self.say_later_records();
        let found = self.records(files, folder, choice_schema(), |sheet, row, faults| {
            sheet.choice(row, faults)
        });
        self.choices = found
            .into_iter()
            .map(|((rule, row, _), choice)| ((rule, row), choice))
            .collect();
    }

    /// The records of one file that are used.
    fn records<T>(
        &mut self,
        files: &PackFiles,
        folder: &str,
        schema: TableSchema,
        read: impl Fn(&Sheet<'_, '_>, usize, &mut Vec<Fault>) -> Option<(Right, T)>,
    ) -> Vec<(Right, T)> {
        let Some(mut loaded) = sources::read_alone(&schema, files, folder) else {
            return Vec::new();
        };
        let sheet = Sheet {
            registry: self,
            table: &loaded.table,
        };
        let mut refused = Rejections::default();
        let refuse = |row: usize, faults: Vec<Fault>| {
            let (file, line) = sheet.table.place(row);
            Rejection::of(file, line, faults)
        };
        let mut kept: Vec<(usize, Right, T)> = Vec::new();
        for row in 0..loaded.table.row_count() {
            let mut faults = Vec::new();
            match read(&sheet, row, &mut faults) {
                Some((right, record)) if faults.is_empty() => kept.push((row, right, record)),
                _ => refused.extend(refuse(row, faults)),
            }
        }
        let rights: Vec<(usize, Right)> = kept.iter().map(|(row, right, _)| (*row, *right)).collect();
        let repeated = sheet.repeated(&rights);
        let lost: HashSet<usize> = repeated.iter().map(|(row, _)| *row).collect();
        kept.retain(|(row, ..)| !lost.contains(row));
        for (row, fault) in repeated {
            refused.extend(refuse(row, vec![fault]));
        }
        loaded.refuse(refused);
        self.account(&schema.name, &loaded);
        self.rejected.append(loaded.rejected);
        self.findings.extend(loaded.findings);
        kept.into_iter()
            .map(|(_, right, record)| (right, record))
            .collect()
    }

    /// Says which determinations are of days after 今日, as it is now.
    pub(super) fn say_later_records(&mut self) {
        self.findings
            .retain(|finding| finding.code() != entries::LATER_RECORD.code);
        let later = || self.determinations.values().filter(|r| r.date > self.today);
        let Some(first) = later().min_by_key(|record| (record.date, record.line)) else {
            return;
        };
        let finding = Diagnostic::new(&entries::LATER_RECORD, NOWHERE)
            .with("file", first.file.as_str())
            .with("line", first.line.to_string())
            .with("count", later().count().to_string())
            .with("today", self.today.to_string())
            .with("found", first.date.to_string());
        self.findings.push(finding);
    }
}

fn determination_schema() -> TableSchema {
    let money = || ColumnType::Number {
        dimension: Dimension::money(),
        kind: NumberKind::Quantity,
    };
    TableSchema {
        name: "核定".into(),
        key: Vec::new(),
        columns: vec![
            required("规则", ColumnType::Text),
            required("键", ColumnType::Text),
            ColumnSchema::new("年度", ColumnType::Year),
            required("金额", money()),
            ColumnSchema::new("首期", money()),
            required("核定人", ColumnType::Text),
            required("日期", ColumnType::Date),
            required("依据文件", ColumnType::Text),
        ],
    }
}

fn choice_schema() -> TableSchema {
    TableSchema {
        name: "归组".into(),
        key: Vec::new(),
        columns: ["规则", "键", "归组"]
            .map(|name| required(name, ColumnType::Text))
            .into(),
    }
}

fn required(name: &str, ty: ColumnType) -> ColumnSchema {
    ColumnSchema {
        required: true,
        ..ColumnSchema::new(name, ty)
    }
}

/// One file of records, read as a table.
struct Sheet<'r, 'p> {
    registry: &'r Registry<'p>,
    table: &'r Table,
}

impl Sheet<'_, '_> {
    fn program(&self) -> &Program {
        self.registry.program
    }

    fn cell(&self, row: usize, name: &str) -> Cell {
        let column = self.table.schema().column(name);
        column.map_or(Cell::Missing, |column| self.table.cell(row, column))
    }

    /// The words of a cell that a record cannot be without.
    fn words(&self, row: usize, name: &str, faults: &mut Vec<Fault>) -> Option<SmolStr> {
        match self.cell(row, name) {
            Cell::Missing => {
                faults.push(fault(&entries::EMPTY_RECORD_CELL, name, ""));
                None
            }
            cell => Some(SmolStr::new(cell.to_string())),
        }
    }

    /// The rule and the row of a record.
    fn subject(&self, row: usize, faults: &mut Vec<Fault>) -> Option<(RuleId, RowId)> {
        let (rule, key) = (self.words(row, "规则", faults), self.words(row, "键", faults));
        let rule = match named_rule(self.program(), &rule?) {
            Ok(rule) => rule,
            Err(found) => {
                faults.push(*found);
                return None;
            }
        };
        let (key, declared) = (key?, self.program().rule(rule));
        let found = self.registry.find(declared.each, &key);
        if found.is_none() {
            // A rule whose 每 was refused has no subject.
            let of = self.program().subjects.get(declared.each.index());
            let table = of.map_or("", |subject| subject.name.as_str());
            let reason = Diagnostic::new(&entries::RECORD_WITHOUT_ROW, NOWHERE)
                .with("rule", declared.name.as_str())
                .with("table", table);
            faults.push(Fault::new("键", &key, reason));
        }
        Some((rule, found?))
    }

    fn determination(&self, row: usize, faults: &mut Vec<Fault>) -> Option<(Right, Recorded)> {
        let subject = self.subject(row, faults);
        let officer = self.words(row, "核定人", faults);
        let paper = self.words(row, "依据文件", faults);
        self.words(row, "金额", faults);
        self.words(row, "日期", faults);
        let (rule, of) = subject?;
        let year = self.year(row, rule, faults);
        let (Cell::Number(amount), Cell::Date(date)) = (self.cell(row, "金额"), self.cell(row, "日期"))
        else {
            return None;
        };
        let first_stage = match self.cell(row, "首期") {
            Cell::Number(first) => Some(first),
            _ => None,
        };
        if let Some(first) = &first_stage {
            let declared = self.program().rule(rule);
            let open = matches!(declared.stages.first(), Some(s) if s.amount == StageAmount::Unpublished);
            let entry = match (open, *first > amount) {
                (false, _) => Some(&entries::FIRST_STAGE_NOT_OPEN),
                (true, true) => Some(&entries::FIRST_STAGE_ABOVE_AMOUNT),
                (true, false) => None,
            };
            if let Some(entry) = entry {
                let reason = Diagnostic::new(entry, NOWHERE)
                    .with("rule", declared.name.as_str())
                    .with("amount", show::money(&amount));
                faults.push(Fault::new("首期", &show::money(first), reason));
            }
        }
        let (file, line) = self.table.place(row);
        let recorded = Recorded {
            determination: Determination {
                amount,
                first_stage,
                record: format!("{} {date} {}", officer?, paper?),
            },
            date,
            file: file.into(),
            line,
        };
        Some(((rule, of, year), recorded))
    }

    /// The year, which a yearly right has and no other.
    fn year(&self, row: usize, rule: RuleId, faults: &mut Vec<Fault>) -> Option<i16> {
        let declared = self.program().rule(rule);
        let yearly = declared.frequency == Frequency::Yearly;
        let year = match self.cell(row, "年度") {
            Cell::Year(year) => Some(year),
            _ => None,
        };
        let entry = match (yearly, year) {
            (true, None) => &entries::RECORD_WITHOUT_YEAR,
            (false, Some(_)) => &entries::RECORD_WITH_YEAR,
            _ => return year,
        };
        let reason = Diagnostic::new(entry, NOWHERE).with("rule", declared.name.as_str());
        let found = year.map_or_else(String::new, |year| year.to_string());
        faults.push(Fault::new("年度", &found, reason));
        year
    }

    fn choice(&self, row: usize, faults: &mut Vec<Fault>) -> Option<(Right, SmolStr)> {
        let subject = self.subject(row, faults);
        let choice = self.words(row, "归组", faults);
        let ((rule, of), choice) = (subject?, choice?);
        let declared = self.program().rule(rule);
        let group = declared.group.map(|id| &self.program().groups[id.index()]);
        let choices = group.map_or(&[][..], |group| &group.choices);
        let near = match choices.contains(&choice) {
            true => None,
            false => nearest(&choice, choices.iter().map(SmolStr::as_str)),
        };
        let entry = match near {
            _ if choices.is_empty() => Some(&entries::NOTHING_TO_CHOOSE),
            Some(_) => Some(&entries::MISSPELLED_CHOICE),
            None => None,
        };
        if let Some(entry) = entry {
            let reason = Diagnostic::new(entry, NOWHERE)
                .with("rule", declared.name.as_str())
                .with("choices", choices.join("、"))
                .with("near", near.unwrap_or(""));
            faults.push(Fault::new("归组", &choice, reason));
        }
        Some(((rule, of, None), choice))
    }

    /// All records of a right that has more than one: which of them holds is not guessed at.
    fn repeated(&self, rights: &[(usize, Right)]) -> Refused {
        let mut rows: HashMap<Right, Vec<usize>> = HashMap::new();
        for (row, right) in rights {
            rows.entry(*right).or_default().push(*row);
        }
        let several = rows.into_iter().filter(|(_, rows)| rows.len() > 1);
        let refused = several.flat_map(|((rule, of, _), rows)| {
            let line = |row: &usize| self.table.place(*row).1.to_string();
            let lines: Vec<String> = rows.iter().take(MOST_LINES).map(line).collect();
            let lines = match rows.len() {
                few if few <= MOST_LINES => lines.join("、").into(),
                many => Argument::term(
                    format!("{}…(共 {many} 行)", lines.join("、")),
                    format!("{}… ({many} lines)", lines.join("、")),
                ),
            };
            let key = jiufen_interpret::Facts::key(self.registry, of);
            let reason = Diagnostic::new(&entries::RECORDS_OF_ONE_RIGHT, NOWHERE)
                .with("rule", rule_label(self.program(), rule))
                .with("lines", lines);
            let fault = Fault::new("键", &key, reason);
            rows.into_iter().map(move |row| (row, fault.clone()))
        });
        refused.collect()
    }
}

fn fault(entry: &'static Entry, column: &str, found: &str) -> Fault {
    Fault::new(column, found, Diagnostic::new(entry, NOWHERE))
}

/// The one rule that a record names: by its name or, where several have it, by its label in the lists.
fn named_rule(program: &Program, words: &str) -> Result<RuleId, Box<Fault>> {
    let named: Vec<RuleId> = program
        .rules()
        .filter(|(_, rule)| rule.name == words)
        .map(|(id, _)| id)
        .collect();
    let in_law: Vec<RuleId> = named
        .iter()
        .copied()
        .filter(|id| program.in_law(program.rule(*id).document))
        .collect();
    if let [only] = if in_law.is_empty() {
        &named[..]
    } else {
        &in_law[..]
    } {
        return Ok(*only);
    }
    let by_label = program.rules().find(|(id, _)| rule_label(program, *id) == words);
    if let Some((id, _)) = by_label {
        return Ok(id);
    }
    let refuse = |entry, proposal: Argument| {
        let reason = Diagnostic::new(entry, NOWHERE).with("proposal", proposal);
        Box::new(Fault::new("规则", words, reason))
    };
    if !named.is_empty() {
        let labels: Vec<String> = named.iter().map(|id| rule_label(program, *id)).collect();
        return Err(refuse(
            &entries::RECORD_OF_SEVERAL_RULES,
            labels.join("、").into(),
        ));
    }
    let labels: Vec<String> = program.rules().map(|(id, _)| rule_label(program, id)).collect();
    let names = program.rules().map(|(_, rule)| rule.name.as_str());
    let proposal = match nearest(words, names.chain(labels.iter().map(String::as_str))) {
        Some(near) => Argument::term(format!("是否想写“{near}”?"), format!("did you mean `{near}`?")),
        None => Argument::term(
            "写政策包里奖补的名称;不是这个包的,删去这一行",
            "write the name of a grant of this pack; delete a row that is not about it",
        ),
    };
    Err(refuse(&entries::RECORD_WITHOUT_RULE, proposal))
}
