//! Where a program's columns come from: a table of a subject, its yearly table turned by year, tables that references lead to.
//!
//! Each column is brought to a value that is never NULL, and to flags beside it: three-valued logic is in the operations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiufen_language::program::{FieldRef, Program, SubjectId, Type};
use jiufen_table::lanes::Meaning;

use super::assumed::{Assumed, DAYS};
use super::dialect::Dialect;
use super::fold::PARENT;
use super::names::Names;
use super::{KEY, Part, YEAR, date_literal};
use crate::graph::{Flag, InputId};
use crate::machine::{Columns, Input, Reading};
use crate::stage::ListStage;

pub(super) type Step = (FieldRef, Option<i16>);

/// What is read of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Read {
    /// The value as its type.
    Value,
    /// A date as `yyyymmdd`, a word as its place among the words of its enumeration.
    Ordinal,
    /// 是.
    True,
    /// There is one.
    Known,
    /// There is none.
    Absent,
    /// The year lies before the row existed.
    NotApplicable,
}

impl Read {
    /// What a flag reads.
    pub fn of(flag: Flag) -> Self {
        match flag {
            Flag::True => Self::True,
            Flag::Known => Self::Known,
            Flag::Absent => Self::Absent,
            Flag::NotApplicable => Self::NotApplicable,
        }
    }
}

/// The columns that a plan reads, and the tables they stand in.
pub(crate) struct Source<'a> {
    pub(super) program: &'a Program,
    assumed: &'a Assumed,
    pub(super) dialect: Dialect,
    subject: SubjectId,
    inputs: &'a [Reading],
    /// What is made of listed rows beforehand, and how the names of what is written for it begin.
    pub(super) stages: &'a [ListStage],
    pub(super) head: String,
    /// The reference by which the rows themselves are listed.
    via: Option<FieldRef>,
    /// The joins with what was made of listed rows: the references that lead to the row that lists them, and the stage.
    pub(super) folds: Vec<(Vec<Step>, usize)>,
    /// The expression of each column that is read, by its name.
    columns: BTreeMap<(usize, Read), (String, String)>,
    /// The joins, by the references that lead there, in the order they are needed.
    pub(super) joins: Vec<(Vec<Step>, String)>,
    /// Which years of which yearly fields are turned into columns.
    turned: BTreeMap<SubjectId, BTreeSet<(FieldRef, i16)>>,
    pub(super) limits: Vec<String>,
    /// The fields that are read of each table.
    pub fields: BTreeMap<SubjectId, BTreeSet<FieldRef>>,
}

impl<'a> Source<'a> {
    pub fn new(program: &'a Program, assumed: &'a Assumed, dialect: Dialect, part: &Part<'a>) -> Self {
        let mut fields: BTreeMap<SubjectId, BTreeSet<FieldRef>> = BTreeMap::new();
        fields.entry(part.subject).or_default().extend(part.via);
        Self {
            program,
            assumed,
            dialect,
            subject: part.subject,
            inputs: part.inputs,
            stages: part.stages,
            head: part.head.clone(),
            via: part.via,
            folds: Vec::new(),
            columns: BTreeMap::new(),
            joins: Vec::new(),
            turned: BTreeMap::new(),
            limits: Vec::new(),
            fields,
        }
    }

    /// What an input's integers mean.
    pub fn meaning(&self, input: InputId) -> Option<Meaning> {
        match &self.inputs[input.position()] {
            Reading::Field(input) => {
                let column = self.assumed.column(input.field, input.year)?;
                Some(column.meaning.clone())
            }
            Reading::Folded(input) => Some(self.stages[input.stage].meaning()),
        }
    }

    /// The words of the enumeration of an input.
    pub fn enumeration(&self, input: InputId) -> &'a [smol_str::SmolStr] {
        let field = self.inputs[input.position()].field();
        match field.map(|input| &self.program.field(input.field).ty) {
            Some(Type::Enumeration(of)) => &self.program.enumerations[of.index()].values,
            _ => &[],
        }
    }

    /// What an input is called: `企业.研发费用@2024`, `企业.项目·合计`.
    pub fn words(&self, input: InputId) -> String {
        let (path, last) = match &self.inputs[input.position()] {
            Reading::Field(input) => {
                let name = &self.program.field(input.field).name;
                let year = input.year.map_or(String::new(), |year| format!("@{year}"));
                (&input.path, format!("{name}{year}"))
            }
            Reading::Folded(input) => (&input.path, self.fold_words(input)),
        };
        let mut words = String::new();
        for (field, _) in path {
            let _ = write!(words, "{}.", self.program.field(*field).name);
        }
        words + &last
    }

    /// Reads something of an input, once.
    pub fn read(&mut self, input: InputId, read: Read, names: &mut Names) {
        let at = (input.position(), read);
        if self.columns.contains_key(&at) {
            return;
        }
        let words = self.words(input);
        let name = match read {
            Read::Value | Read::True => words,
            Read::Ordinal => format!("{words}·序"),
            Read::Known => format!("{words}·有"),
            Read::Absent => format!("{words}·无"),
            Read::NotApplicable => format!("{words}·不适用"),
        };
        let name = names.take(&name);
        let expression = match self.inputs[input.position()].clone() {
            Reading::Field(of) => self.expression(input, &of, read),
            Reading::Folded(of) => self.fold_expression(&of, read),
        };
        self.columns.insert(at, (name, expression));
    }

    /// The name of what was read.
    pub fn name(&self, input: InputId, read: Read) -> &str {
        self.columns
            .get(&(input.position(), read))
            .map_or("", |(name, _)| name.as_str())
    }

    fn expression(&mut self, id: InputId, input: &Input, read: Read) -> String {
        let field = (input.field, input.year);
        match read {
            Read::Known if matches!(self.program.field(input.field).ty, Type::Row(_)) => {
                let mut path = input.path.clone();
                path.push(field);
                let alias = self.alias(&path);
                format!("{alias}.{} IS NOT NULL", self.dialect.identifier(KEY))
            }
            Read::Known => format!("{} IS NOT NULL", self.raw(&input.path, field, "")),
            Read::True => format!("{} IS TRUE", self.raw(&input.path, field, "")),
            Read::Absent => self.absent(input),
            Read::NotApplicable => self
                .not_applicable(&input.path, field)
                .unwrap_or_else(|| "FALSE".to_owned()),
            Read::Value => self.value(id, input),
            Read::Ordinal => self.ordinal(id, input),
        }
    }

    /// 无 on the way to the value, or in its place.
    fn absent(&mut self, input: &Input) -> String {
        let mut parts = Vec::new();
        let steps: Vec<Step> = input
            .path
            .iter()
            .copied()
            .chain([(input.field, input.year)])
            .collect();
        for (at, step) in steps.iter().enumerate() {
            if self.program.field(step.0).optional {
                parts.push(format!("{} IS TRUE", self.raw(&steps[..at], *step, "_无")));
            }
            parts.extend(self.not_applicable(&steps[..at], *step));
        }
        match parts.as_slice() {
            [] => "FALSE".to_owned(),
            _ => parts.join(" OR "),
        }
    }

    /// Whether the year of a yearly field lies before its row existed.
    fn not_applicable(&mut self, path: &[Step], (field, year): Step) -> Option<String> {
        let since = self.program.subject(field.subject).since?;
        let year = year.filter(|_| self.program.field(field).yearly)?;
        let since = FieldRef {
            subject: field.subject,
            index: since,
        };
        let since = self.raw(path, (since, None), "");
        let after = date_literal(i64::from(year) * 10_000 + 1231);
        Some(format!("({since} > {after}) IS TRUE"))
    }

    fn value(&mut self, id: InputId, input: &Input) -> String {
        let raw = self.raw(&input.path, (input.field, input.year), "");
        let Some(column) = self.assumed.column(input.field, input.year) else {
            return "0".to_owned();
        };
        let complete = input.path.is_empty() && column.states.is_none();
        if complete {
            self.limits.push(format!("{raw} IS NULL"));
        }
        match &column.meaning {
            Meaning::Number(_) | Meaning::Year => {
                let (low, high) = (column.low, column.high);
                self.limits.push(format!("{raw} NOT BETWEEN {low} AND {high}"));
                format!("CAST(CASE WHEN {raw} BETWEEN {low} AND {high} THEN {raw} ELSE 0 END AS BIGINT)")
            }
            Meaning::Date => {
                let (first, last) = (date_literal(DAYS.0), date_literal(DAYS.1));
                self.limits.push(format!("{raw} NOT BETWEEN {first} AND {last}"));
                match complete {
                    true => raw,
                    false => format!("COALESCE({raw}, {})", date_literal(10_101)),
                }
            }
            Meaning::Enumeration => {
                let words = self.enumeration(id).iter().map(|w| self.dialect.text(w));
                let words: Vec<String> = words.collect();
                self.limits.push(format!("{raw} NOT IN ({})", words.join(", ")));
                format!("COALESCE({raw}, '')")
            }
            _ if complete => raw,
            _ => format!("COALESCE({raw}, '')"),
        }
    }

    fn ordinal(&mut self, id: InputId, input: &Input) -> String {
        let value = self.value(id, input);
        if !matches!(self.meaning(id), Some(Meaning::Enumeration)) {
            let part = |part: &str| format!("EXTRACT({part} FROM {value})");
            let (year, month, day) = (part("YEAR"), part("MONTH"), part("DAY"));
            let number = format!("CAST({year} * 10000 + {month} * 100 + {day} AS BIGINT)");
            // A row without a date reads 0, as everywhere.
            return format!(
                "CASE WHEN {value} < {} THEN 0 ELSE {number} END",
                date_literal(DAYS.0)
            );
        }
        let arms: String = self
            .enumeration(id)
            .iter()
            .enumerate()
            .map(|(place, word)| format!(" WHEN {} THEN {place}", self.dialect.text(word)))
            .collect();
        format!("CAST(CASE {value}{arms} ELSE 0 END AS BIGINT)")
    }

    /// A column of the table that references lead to; `suffix` names the column beside it that says 无.
    fn raw(&mut self, path: &[Step], (field, year): Step, suffix: &str) -> String {
        let alias = self.alias(path);
        self.fields.entry(field.subject).or_default().insert(field);
        let name = format!("{}{suffix}", self.program.field(field).name);
        match year.filter(|_| self.program.field(field).yearly) {
            Some(year) => {
                self.turned
                    .entry(field.subject)
                    .or_default()
                    .insert((field, year));
                let column = self.dialect.identifier(&format!("{name}@{year}"));
                format!("{alias}_y.{column}")
            }
            None => format!("{alias}.{}", self.dialect.identifier(&name)),
        }
    }

    /// The alias of the table that references lead to.
    pub(super) fn alias(&mut self, path: &[Step]) -> String {
        let Some((step, before)) = path.split_last() else {
            return "t".to_owned();
        };
        if let Some(at) = self.joins.iter().position(|(known, _)| known == path) {
            return format!("j{at}");
        }
        let key = self.raw(before, *step, "");
        // The way before was joined by that, so that this one comes after it.
        self.joins.push((path.to_vec(), key));
        format!("j{}", self.joins.len() - 1)
    }

    fn subject_of(&self, path: &[Step]) -> SubjectId {
        path.last()
            .map_or(self.subject, |(field, _)| match self.program.field(*field).ty {
                Type::Row(subject) => subject,
                _ => self.subject,
            })
    }

    /// The yearly tables with a column a year, as common table expressions.
    pub fn turned(&self) -> Vec<(String, String)> {
        self.turned
            .iter()
            .map(|(subject, columns)| (self.turned_name(*subject), self.turn(*subject, columns)))
            .collect()
    }

    fn turned_name(&self, subject: SubjectId) -> String {
        let name = format!("{}{}·各年", self.head, self.program.subject(subject).name);
        self.dialect.identifier(&name)
    }

    fn turn(&self, subject: SubjectId, columns: &BTreeSet<(FieldRef, i16)>) -> String {
        let identifier = |name: &str| self.dialect.identifier(name);
        let declared = self.program.subject(subject);
        let mut lines = Vec::new();
        for (field, year) in columns {
            let field = self.program.field(*field);
            let function = match field.ty {
                Type::Boolean => "bool_or",
                _ => "MAX",
            };
            let mut line = |name: &str, function: &str| {
                let column = identifier(name);
                let out = identifier(&format!("{name}@{year}"));
                lines.push(format!(
                    "    {function}(CASE WHEN y.{} = {year} THEN y.{column} END) AS {out}",
                    identifier(YEAR)
                ));
            };
            line(&field.name, function);
            if field.optional {
                line(&format!("{}_无", field.name), "bool_or");
            }
        }
        let years: BTreeSet<i16> = columns.iter().map(|(_, year)| *year).collect();
        let years: Vec<String> = years.iter().map(i16::to_string).collect();
        let key = identifier(KEY);
        let mut from = format!("  FROM {} y", identifier(&format!("{}_年度", declared.name)));
        let mut filter = format!("y.{} IN ({})", identifier(YEAR), years.join(", "));
        if let Some(since) = declared.since {
            // What stands under a year before the row existed does not apply.
            let since = identifier(&declared.fields[usize::from(since)].name);
            let table = identifier(&declared.name);
            let _ = write!(from, "\n  JOIN {table} b ON b.{key} = y.{key}");
            let _ = write!(
                filter,
                "\n    AND (EXTRACT(YEAR FROM b.{since}) > y.{}) IS NOT TRUE",
                identifier(YEAR)
            );
        }
        format!(
            "  SELECT y.{key},\n{}\n{from}\n  WHERE {filter}\n  GROUP BY y.{key}",
            lines.join(",\n")
        )
    }

    /// The first stage: a row of the subject with all columns that are read, and whether it lies outside the limits.
    pub fn stage(&self, outside: &str) -> String {
        let identifier = |name: &str| self.dialect.identifier(name);
        let key = identifier(KEY);
        let mut lines = vec![format!("    t.{key}")];
        if let Some(via) = self.via {
            let via = identifier(&self.program.field(via).name);
            lines.push(format!("    t.{via} AS {}", identifier(PARENT)));
        }
        for (name, expression) in self.columns.values() {
            lines.push(format!("    {expression} AS {}", identifier(name)));
        }
        let mut limits: Vec<&str> = Vec::new();
        for limit in &self.limits {
            if !limits.contains(&limit.as_str()) {
                limits.push(limit);
            }
        }
        let limits = match limits.as_slice() {
            [] => "FALSE".to_owned(),
            limits => format!("({}) IS TRUE", limits.join("\n      OR ")),
        };
        lines.push(format!("    {limits} AS {}", identifier(outside)));
        let mut from = format!(
            "  FROM {} t",
            identifier(&self.program.subject(self.subject).name)
        );
        from.push_str(&self.yearly_join("t", &[]));
        for (at, (path, by)) in self.joins.iter().enumerate() {
            let table = identifier(&self.program.subject(self.subject_of(path)).name);
            let _ = write!(from, "\n  LEFT JOIN {table} j{at} ON j{at}.{key} = {by}");
            from.push_str(&self.yearly_join(&format!("j{at}"), path));
        }
        from.push_str(&self.fold_joins());
        format!("  SELECT\n{}\n{from}{}", lines.join(",\n"), self.dialect.fence())
    }

    /// The join with the yearly columns of a table, where any is read.
    fn yearly_join(&self, alias: &str, path: &[Step]) -> String {
        let used = format!("{alias}_y.");
        let expressions = self.columns.values().map(|(_, expression)| expression);
        let keys = self.joins.iter().map(|(_, key)| key);
        if !expressions.chain(keys).any(|e| e.contains(&used)) {
            return String::new();
        }
        let (name, key) = (
            self.turned_name(self.subject_of(path)),
            self.dialect.identifier(KEY),
        );
        format!("\n  LEFT JOIN {name} {alias}_y ON {alias}_y.{key} = {alias}.{key}")
    }

    /// The type of a field.
    pub fn type_of(&self, field: FieldRef) -> &'a Type {
        &self.program.field(field).ty
    }

    /// The names of all columns that are read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.values().map(|(name, _)| name.as_str())
    }
}
