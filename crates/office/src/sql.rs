//! A pack's rules as SQL, and a registry as the tables that they read.

use std::io::{self, Write};

use jiufen_engine::Columns as _;
pub use jiufen_engine::sql::{Assumed, Dialect, Script, TableLayout, Written};
use jiufen_engine::sql::{ColumnKind, ColumnLayout, KEY, Request, YEAR, script};
use jiufen_interpret::{Fact, Facts, RowId};
use jiufen_language::program::{FieldRef, Listed, Literal, RuleId, SubjectId};

use crate::pack::Pack;
use crate::registry::Registry;
use crate::run::RunOptions;
use crate::snapshot::Snapshot;

/// What is assumed of the columns of a pack in a year without looking at any.
pub fn declared(pack: &Pack, year: i16) -> Assumed {
    Assumed::declared(&pack.program, year)
}

/// What a registry shows of its columns: their steps, round limits above their numbers, which are complete.
pub fn shown(pack: &Pack, registry: &Registry, year: i16) -> Assumed {
    let program = &pack.program;
    let mut assumed = Assumed::declared(program, year);
    let snapshot = Snapshot::new(program, registry);
    for (subject, declared) in (0u32..).map(SubjectId).zip(&program.subjects) {
        let years = snapshot.years(subject);
        if let Some(years) = years.filter(|_| declared.fields.iter().any(|f| f.yearly)) {
            assumed.set_years(program, subject, years);
        }
        for (index, field) in (0u16..).zip(&declared.fields) {
            let of = FieldRef { subject, index };
            let listing = snapshot.listing(Listed::Related(of)).filter(|_| !field.yearly);
            if let Some(listing) = listing {
                assumed.refine_listing(of, listing);
            }
            let asked: Vec<Option<i16>> = match (field.yearly, years) {
                (false, _) => vec![None],
                (true, Some((first, last))) => (first..=last).map(Some).collect(),
                (true, None) => Vec::new(),
            };
            for year in asked {
                if let Some(column) = snapshot.column(of, year) {
                    assumed.refine(program, of, year, column);
                }
            }
        }
    }
    assumed.align_years(program);
    assumed.see_years();
    assumed
}

/// The rules of the law in force, or those asked for, written for a database.
pub fn write_script(
    pack: &Pack,
    assumed: &Assumed,
    rules: Option<&[RuleId]>,
    dialect: Dialect,
    options: RunOptions,
) -> Script {
    let asked = |id: &RuleId| rules.is_none_or(|rules| rules.contains(id));
    let rules: Vec<(RuleId, String)> = pack
        .program
        .rules()
        .filter(|(id, rule)| pack.program.in_law(rule.document) && asked(id))
        .map(|(id, _)| (id, pack.rule_label(id)))
        .collect();
    script(&Request {
        program: &pack.program,
        rules: &rules,
        assumed,
        dialect,
        year: options.year,
        today: options.as_of,
    })
}

/// A number of a registry that is no whole multiple of its column's step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffStep {
    /// The table.
    pub table: String,
    /// The key of the row.
    pub key: String,
    /// The column.
    pub column: String,
    /// What one of it is.
    pub step: String,
}

/// How a table could not be written.
#[derive(Debug)]
pub enum TableError {
    /// A number does not fit.
    OffStep(OffStep),
    /// The file could not be written.
    Write(io::Error),
}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// Writes a registry's rows as the table that a script reads, as CSV: UTF-8, a header, nothing where nothing is known.
///
/// # Errors
/// When a number is no whole multiple of its column's step, or the writer fails.
pub fn write_table(registry: &Registry, table: &TableLayout, out: &mut impl Write) -> Result<(), TableError> {
    let mut header = vec![KEY.to_owned()];
    header.extend(table.yearly.then(|| YEAR.to_owned()));
    for column in &table.columns {
        header.push(column.name.to_string());
        header.extend(column.optional.then(|| format!("{}_无", column.name)));
    }
    write_line(out, &header)?;
    let subject = table.subject;
    for row in (0..registry.row_count(subject)).map(|row| RowId { subject, row }) {
        let years = match table.yearly {
            true => registry
                .years(row)
                .map_or(Vec::new(), |(first, last)| (first..=last).map(Some).collect()),
            false => vec![None],
        };
        for year in years {
            let mut line = vec![registry.key(row).to_string()];
            line.extend(year.map(|year| year.to_string()));
            let head = line.len();
            for column in &table.columns {
                let cell = cell(registry, row, column, year);
                let (value, none) = cell.map_err(|()| off_step(registry, table, row, column))?;
                line.push(value);
                line.extend(column.optional.then(|| if none { "true" } else { "" }.to_owned()));
            }
            if year.is_none() || line[head..].iter().any(|cell| !cell.is_empty()) {
                write_line(out, &line)?;
            }
        }
    }
    Ok(())
}

fn off_step(registry: &Registry, table: &TableLayout, row: RowId, column: &ColumnLayout) -> TableError {
    TableError::OffStep(OffStep {
        table: table.name.to_string(),
        key: registry.key(row).to_string(),
        column: column.name.to_string(),
        step: column.words.clone(),
    })
}

/// A cell in words, and whether it is 无.
fn cell(
    registry: &Registry,
    row: RowId,
    column: &ColumnLayout,
    year: Option<i16>,
) -> Result<(String, bool), ()> {
    let value = match registry.field(row, column.field, year) {
        Fact::Known(literal) => literal,
        Fact::Row(row) => return Ok((registry.key(row).to_string(), false)),
        Fact::Absent => return Ok((String::new(), true)),
        Fact::Missing | Fact::NotApplicable => return Ok((String::new(), false)),
    };
    let words = match (&value, &column.kind) {
        (Literal::Number(n), ColumnKind::Number(step)) => {
            let times = n / step;
            if !times.is_integer() {
                return Err(());
            }
            times.to_integer().to_string()
        }
        (Literal::Boolean(truth), _) => truth.to_string(),
        (Literal::Date(date), _) => date.to_string(),
        (Literal::Year(year), _) => year.to_string(),
        (Literal::Text(text), _) => text.to_string(),
        (Literal::Enumeration(of, index), _) => registry.enumeration_word(*of, *index).to_string(),
        (Literal::Number(_) | Literal::Rounding(_), _) => String::new(),
    };
    Ok((words, false))
}

fn write_line(out: &mut impl Write, cells: &[String]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}
