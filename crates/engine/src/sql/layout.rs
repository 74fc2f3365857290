//! The tables that a script reads: their columns, what stands in them, and how many rows lie outside the limits.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiufen_language::program::{FieldRef, SubjectId, Type};
use jiufen_quantity::Exact;

use super::assumed::{DAYS, step_words};
use super::dialect::Dialect;
use super::source::Source;
use super::{KEY, Name, Request, YEAR, date_literal};
use crate::machine::Columns;

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    /// Whole multiples of a step, which is in base units.
    Number(Exact),
    /// TRUE for 是.
    Truth,
    /// A date.
    Date,
    /// A year.
    Year,
    /// A text, a code, or a word of an enumeration.
    Text,
    /// The key of a row of another table.
    Reference(SubjectId),
}

/// A column that a script reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnLayout {
    /// The field, by whose name it is called.
    pub field: FieldRef,
    /// Its name.
    pub name: Name,
    /// What stands in it.
    pub kind: ColumnKind,
    /// Whether a column `…_无` beside it is TRUE where there is none.
    pub optional: bool,
    /// What one of it is, or what it leads to, in words.
    pub words: String,
    limit: String,
}

/// A table that a script reads: the rows of a subject, or those of its years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableLayout {
    /// The subject.
    pub subject: SubjectId,
    /// Its name.
    pub name: Name,
    /// Whether it holds a row for each year.
    pub yearly: bool,
    /// Its columns beside the key and the year.
    pub columns: Vec<ColumnLayout>,
}

impl ColumnLayout {
    /// Its type in a database.
    pub fn sql_type(&self, dialect: Dialect) -> &'static str {
        match self.kind {
            ColumnKind::Number(_) => "BIGINT",
            ColumnKind::Truth => "BOOLEAN",
            ColumnKind::Date => "DATE",
            ColumnKind::Year => "INT",
            ColumnKind::Text | ColumnKind::Reference(_) => dialect.text_type(),
        }
    }
}

impl TableLayout {
    /// Its columns with their types, the key first.
    pub fn typed(&self, dialect: Dialect) -> Vec<(String, &'static str)> {
        let mut columns = vec![(KEY.to_owned(), dialect.text_type())];
        if self.yearly {
            columns.push((YEAR.to_owned(), "INT"));
        }
        for column in &self.columns {
            columns.push((column.name.to_string(), column.sql_type(dialect)));
            if column.optional {
                columns.push((format!("{}_无", column.name), "BOOLEAN"));
            }
        }
        columns
    }

    /// The statement that makes it.
    pub fn create(&self, dialect: Dialect) -> String {
        let columns: Vec<String> = self
            .typed(dialect)
            .into_iter()
            .map(|(name, sql_type)| format!("  {} {sql_type}", dialect.identifier(&name)))
            .collect();
        format!(
            "CREATE TABLE {} (\n{}\n);\n",
            dialect.identifier(&self.name),
            columns.join(",\n")
        )
    }

    pub(super) fn comment(&self) -> String {
        let mut words = vec![KEY.to_owned()];
        words.extend(self.yearly.then(|| YEAR.to_owned()));
        for column in &self.columns {
            let none = if column.optional { ",另有 _无" } else { "" };
            words.push(format!("{}({}{none})", column.name, column.words));
        }
        format!("--   {}:{}\n", self.name, words.join("、"))
    }
}

/// The fields that the views of a script read.
#[derive(Debug, Default)]
pub(super) struct Layouts {
    fields: BTreeMap<SubjectId, BTreeSet<FieldRef>>,
}

impl Layouts {
    /// Takes down what a view reads.
    pub fn see(&mut self, source: &Source<'_>, subject: SubjectId) {
        self.fields.entry(subject).or_default();
        for (subject, fields) in &source.fields {
            self.fields.entry(*subject).or_default().extend(fields);
            for field in fields {
                if let Type::Row(target) = source.type_of(*field) {
                    self.fields.entry(*target).or_default();
                }
            }
        }
    }

    /// The tables, in the order of the subjects.
    pub fn tables(mut self, request: &Request<'_>) -> Vec<TableLayout> {
        let program = request.program;
        let mut tables = Vec::new();
        for (subject, fields) in &mut self.fields {
            let declared = program.subject(*subject);
            let yearly: Vec<FieldRef> = fields
                .iter()
                .copied()
                .filter(|f| program.field(*f).yearly)
                .collect();
            if let Some(index) = declared.since.filter(|_| !yearly.is_empty()) {
                let subject = *subject;
                fields.insert(FieldRef { subject, index });
            }
            let main = fields.iter().copied().filter(|f| !program.field(*f).yearly);
            let columns = main.filter_map(|f| column(request, f)).collect();
            tables.push(TableLayout {
                subject: *subject,
                name: declared.name.clone(),
                yearly: false,
                columns,
            });
            if !yearly.is_empty() {
                tables.push(TableLayout {
                    subject: *subject,
                    name: Name::new(format!("{}_年度", declared.name)),
                    yearly: true,
                    columns: yearly.into_iter().filter_map(|f| column(request, f)).collect(),
                });
            }
        }
        tables
    }
}

fn column(request: &Request<'_>, field: FieldRef) -> Option<ColumnLayout> {
    let program = request.program;
    let declared = program.field(field);
    let name = request.dialect.identifier(&declared.name);
    let year = match declared.yearly {
        true => request.assumed.years(field.subject).map(|(first, _)| first),
        false => None,
    };
    let (kind, words, limit) = match &declared.ty {
        ty if ty.is_numeric() => {
            let step = request.assumed.step(field, year)?.clone();
            let words = format!("以 {} 为一", step_words(ty, &step));
            let (low, high) = request.assumed.widest(field);
            let limit = format!("{name} NOT BETWEEN {low} AND {high}");
            (ColumnKind::Number(step), words, limit)
        }
        Type::Boolean => (ColumnKind::Truth, "是否".to_owned(), String::new()),
        Type::Date => {
            let (first, last) = (date_literal(DAYS.0), date_literal(DAYS.1));
            let limit = format!("{name} NOT BETWEEN {first} AND {last}");
            (ColumnKind::Date, "日期".to_owned(), limit)
        }
        Type::Year => {
            let limit = format!("{name} NOT BETWEEN 1900 AND 2199");
            (ColumnKind::Year, "年".to_owned(), limit)
        }
        Type::Row(subject) => {
            let words = format!("{} 的键", program.subject(*subject).name);
            (ColumnKind::Reference(*subject), words, String::new())
        }
        Type::Enumeration(of) => {
            let of = &program.enumerations[of.index()];
            let words: Vec<String> = of.values.iter().map(|w| request.dialect.text(w)).collect();
            let limit = format!("{name} NOT IN ({})", words.join(", "));
            (ColumnKind::Text, of.name.to_string(), limit)
        }
        _ => (ColumnKind::Text, "文本".to_owned(), String::new()),
    };
    let complete = request.assumed.is_complete(field);
    let limit = match (limit.is_empty(), complete) {
        (_, false) => limit,
        (true, true) => format!("{name} IS NULL"),
        (false, true) => format!("{name} IS NULL OR {limit}"),
    };
    Some(ColumnLayout {
        field,
        name: declared.name.clone(),
        kind,
        optional: declared.optional,
        words,
        limit,
    })
}

/// A view a table that counts the rows outside the limits: each count has to be zero.
pub(super) fn checks(request: &Request<'_>, tables: &[TableLayout]) -> String {
    let dialect = request.dialect;
    let identifier = |name: &str| dialect.identifier(name);
    let mut out = String::from("\n-- 先查这几个视图:除了“行数”,各栏都应当是 0;不是 0 的行,结果是 open。\n");
    for table in tables {
        let mut counts = vec![format!("  COUNT(*) AS {}", identifier("行数"))];
        let key = identifier(KEY);
        let distinct = match table.yearly {
            true => format!("{key}, {}", identifier(YEAR)),
            false => key.clone(),
        };
        let distinct = match (dialect, table.yearly) {
            (Dialect::Spark, _) | (_, false) => format!("COUNT(DISTINCT {distinct})"),
            (_, true) => format!("COUNT(DISTINCT ({distinct}))"),
        };
        counts.push(format!("  COUNT(*) - {distinct} AS {}", identifier("键重复或缺")));
        if let Some((first, last)) = request.assumed.years(table.subject).filter(|_| table.yearly) {
            let year = identifier(YEAR);
            counts.push(format!(
                "  COALESCE(SUM(CASE WHEN {year} BETWEEN {first} AND {last} THEN 0 ELSE 1 END), 0) AS {year}"
            ));
        }
        for column in table.columns.iter().filter(|c| !c.limit.is_empty()) {
            counts.push(format!(
                "  COALESCE(SUM(CASE WHEN {} THEN 1 ELSE 0 END), 0) AS {}",
                column.limit,
                identifier(&column.name)
            ));
        }
        let _ = write!(
            out,
            "{}\nSELECT\n{}\nFROM {};\n",
            dialect.view(&format!("检查·{}", table.name)),
            counts.join(",\n"),
            identifier(&table.name)
        );
    }
    out
}
