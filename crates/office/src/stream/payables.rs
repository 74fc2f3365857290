//! One column of fen a rule, from the columns of a Parquet file to those of another: the shortest way through the engine.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use jiufen_engine::{Answer, Columns, Machine, Plan, Reading};
use jiufen_language::program::{FieldRef, Needs, Program, Question, RuleId, SubjectId};
use jiufen_table::batches::{Batch, ParquetTable, Survey, Wanted, columns_of};
use jiufen_table::lanes::{LaneColumn, LaneState, Lanes, Meaning};
use jiufen_table::output::{OutputCell, OutputColumn, OutputFormat, OutputTable, OutputType, OutputWriter};

use super::Streamed;
use crate::pack::Pack;
use crate::registry::{on_all_cores, schema_of};
use crate::run::RunOptions;
use crate::snapshot::{before_it_existed, lane_after};

/// Decides some rules of one subject for every row of a Parquet file, and writes the key of each row and, for each rule,
/// what is exactly due in fen: 0 where there is no right, nothing where the amount is not settled. The rules must be of
/// one subject and untied ([`super::tied`]).
///
/// Memory holds a few batches at a time, whatever the number of rows. Columns of the file are called as the fields are,
/// with year and unit where they have them: `营业收入@2024(万元)`. The file is read twice: once for its bounds, once to
/// decide.
///
/// # Errors
/// What the disk reports; a file that is none or lacks the key, with the words of its first finding; rules of several
/// subjects.
pub fn write_payables<W: Write + Send>(
    pack: &Pack,
    rules: &[RuleId],
    path: &Path,
    options: RunOptions,
    out: W,
) -> io::Result<(W, Streamed)> {
    let program = &pack.program;
    let subject = subject_of(program, rules)?;
    let schema = schema_of(program, subject);
    let needs = program.needs(rules.iter().map(|rule| Question::Rule(*rule)));
    let mut wanted = columns_of(path, &schema)?;
    wanted.retain(|wanted| is_asked(&needs, subject, wanted, options.year));
    let file = ParquetTable::new(path, &schema, &wanted);
    let survey = file.survey()?;
    if let Some(finding) = survey.findings.first() {
        let said = finding.message(jiufen_diagnostic::Lang::Zh);
        return Err(io::Error::new(io::ErrorKind::InvalidData, said));
    }
    let since = program.subject(subject).since;
    let of = Columned {
        subject,
        since: since.map(|index| FieldRef { subject, index }),
        wanted: &wanted,
    };
    let mut shapes = Surveyed::new(&of, shapes_of(&survey));
    shapes.may_lie_before();
    let mut plan = Plan::new(program, subject, rules, &shapes, (options.year, options.as_of));
    let machine = plan.payables();
    let inputs = plan.inputs.as_slice();
    let labels = rules.iter().map(|rule| pack.rule_label(*rule));
    let money = labels.map(|label| OutputColumn::new(label, OutputType::Integer).in_unit("分"));
    let keys = OutputColumn::new(schema.key.join("|"), OutputType::Text);
    let table = OutputTable {
        name: program.subject(subject).name.clone(),
        note: None,
        columns: std::iter::once(keys).chain(money).collect(),
        provenance: vec![("当年".to_owned(), options.year.to_string())],
    };
    let mut writer = OutputWriter::new(&table, OutputFormat::Parquet, out)?;
    let mut streamed = Streamed::default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut batches = file.batches(&survey)?;
    let mut cells: Vec<OutputCell> = Vec::with_capacity(rules.len() + 1);
    loop {
        // A few batches for each core at a time, so that what is in memory stays small.
        let wave: Vec<Batch> = batches.by_ref().take(cores * 4).collect();
        if wave.is_empty() {
            break;
        }
        let decided = on_all_cores(wave.len(), |at| decide(&machine, inputs, &of, &wave[at]));
        for (batch, columns) in wave.iter().zip(decided) {
            streamed.read += batch.read;
            streamed.accepted += batch.keys.len() as u64;
            streamed.rejected += batch.rejected.len() as u64;
            for (row, key) in batch.keys.iter().enumerate() {
                cells.clear();
                cells.push(OutputCell::Text(key.clone()));
                cells.extend(columns.iter().map(|fen| match fen[row] {
                    open if open < 0 => OutputCell::Empty,
                    fen => OutputCell::Number(fen.into()),
                }));
                writer.append(&cells)?;
            }
        }
    }
    Ok((writer.finish()?, streamed))
}

fn subject_of(program: &Program, rules: &[RuleId]) -> io::Result<SubjectId> {
    let subjects: Vec<SubjectId> = rules.iter().map(|rule| program.rule(*rule).each).collect();
    match subjects.first() {
        Some(first) if subjects.iter().all(|subject| subject == first) => Ok(*first),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "rules of one subject are needed",
        )),
    }
}

/// Whether the rules ask for a column of the file.
fn is_asked(needs: &Needs, subject: SubjectId, wanted: &Wanted, this: i16) -> bool {
    let index = u16::try_from(wanted.column).unwrap_or(u16::MAX);
    let years = needs.fields.get(&FieldRef { subject, index });
    years.is_some_and(|years| wanted.year.is_none_or(|year| years.ask_for(year, this)))
}

fn decide(machine: &Machine, inputs: &[Reading], of: &Columned<'_>, batch: &Batch) -> Vec<Vec<i64>> {
    let mut columns = Surveyed::new(of, batch.columns.iter().cloned());
    columns.lies_before();
    let answers = machine.run(inputs, &columns, batch.keys.len(), 1);
    answers.into_iter().map(Answer::into_numbers).collect()
}

/// The shapes of a survey as columns of no rows, which is all that a plan looks at.
fn shapes_of(survey: &Survey) -> impl Iterator<Item = Option<LaneColumn>> {
    survey.shapes.iter().map(|shape| {
        let shape = shape.as_ref()?;
        let lanes = match shape.meaning {
            Meaning::Number(_) => Lanes::Wide(Vec::new()),
            Meaning::Truth => Lanes::Truth(Vec::new()),
            _ => Lanes::Narrow(Vec::new()),
        };
        let mut states = Vec::new();
        states.extend(shape.open.then_some(LaneState::MISSING));
        states.extend(shape.absent.then_some(LaneState::ABSENT));
        Some(LaneColumn {
            lanes,
            states: (shape.open || shape.absent).then_some(states),
            meaning: shape.meaning.clone(),
            low: shape.low,
            high: shape.high,
        })
    })
}

/// Which columns are read of which subject.
struct Columned<'a> {
    subject: SubjectId,
    /// The day from which a row exists.
    since: Option<FieldRef>,
    wanted: &'a [Wanted],
}

/// Columns of one subject by field and year.
struct Surveyed {
    subject: SubjectId,
    since: Option<FieldRef>,
    years: Option<(i16, i16)>,
    columns: HashMap<(FieldRef, Option<i16>), LaneColumn>,
}

impl Surveyed {
    fn new(of: &Columned<'_>, columns: impl Iterator<Item = Option<LaneColumn>>) -> Self {
        let field = |wanted: &Wanted| FieldRef {
            subject: of.subject,
            // INVARIANT: fields are numbered with 16 bits.
            index: wanted.column as u16,
        };
        let years = || of.wanted.iter().filter_map(|wanted| wanted.year);
        let columns = of.wanted.iter().zip(columns);
        Self {
            subject: of.subject,
            since: of.since,
            years: years().min().zip(years().max()),
            columns: columns
                .filter_map(|(wanted, column)| Some(((field(wanted), wanted.year), column?)))
                .collect(),
        }
    }

    /// Years before a row existed do not apply to it.
    fn lies_before(&mut self) {
        let Some(since) = self.since.and_then(|since| self.columns.remove(&(since, None))) else {
            return;
        };
        for ((_, year), column) in &mut self.columns {
            if let Some(year) = *year {
                let own =
                    std::mem::replace(column, LaneColumn::known(Lanes::Wide(Vec::new()), Meaning::Truth));
                *column = before_it_existed(own, &since, year, &HashMap::new());
            }
        }
        self.columns.extend(self.since.map(|of| ((of, None), since)));
    }

    /// The same of shapes: whether some row may be younger than a year.
    fn may_lie_before(&mut self) {
        let latest = self.since.and_then(|since| self.columns.get(&(since, None)));
        let Some(latest) = latest.map(|since| since.high) else {
            return;
        };
        for ((_, year), column) in &mut self.columns {
            if year.is_some_and(|year| latest >= i64::from(lane_after(year))) {
                let states = column.states.get_or_insert_default();
                states.push(LaneState::NOT_APPLICABLE);
            }
        }
    }
}

impl Columns for Surveyed {
    fn column(&self, field: FieldRef, year: Option<i16>) -> Option<&LaneColumn> {
        self.columns.get(&(field, year))
    }

    fn years(&self, subject: SubjectId) -> Option<(i16, i16)> {
        self.years.filter(|_| subject == self.subject)
    }
}
